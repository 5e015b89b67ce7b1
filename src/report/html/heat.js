"use strict";
// Two swept parameters as a map.
(() => {
    const { plain, shorten, broken, select, isNarrow, axis } = Draw;
    const { DATA } = Charts;

    const heat = (controls, plot) => {
        const { x, y, groups } = DATA.heat;
        const group = select(controls, "Cells of", groups.map((g, i) => [i, shorten(g.label, 70)]), () => redraw());
        const metric = select(controls, "Show", [["hit", "Hit ratio"], ["miss", "Miss ratio"]], () => redraw());
        const redraw = () => {
            const narrow = isNarrow(plot);
            const g = groups[Number(group.value)];
            const name = metric.value === "hit" ? "hit ratio" : "miss ratio";
            const z = g[metric.value].map((line) => line.map((v) => (v === null ? null : 100 * v)));
            const wide = plot.clientWidth - 150;
            const text = z.map((line, b) => line.map((v, a) => {
                if (v === null) return "";
                const n = g.count[b][a];
                const lines = [`${broken(x.name)} ${broken(x.values[a])}`, `${broken(y.name)} ${broken(y.values[b])}`, `<b>${name} ${v.toFixed(2)} %</b>`, broken(g.label)];
                return lines.concat(n > 1 ? [`mean of ${n} repetitions`] : []).join("<br>");
            }));
            const known = z.flat().filter((v) => v !== null);
            const [least, most] = [Math.min(...known), Math.max(...known)];
            const cells = z.flatMap((line, b) => line.flatMap((v, a) => (v === null ? [] : [[a, b, v]])));
            const written = wide / x.values.length >= 38 && y.values.length <= 30;
            // Black on the light half of the colours, white on the dark one.
            const numbers = {
                type: "scatter",
                mode: "text",
                x: cells.map((cell) => cell[0]),
                y: cells.map((cell) => cell[1]),
                text: cells.map((cell) => cell[2].toFixed(1)),
                textfont: { size: 12, color: cells.map((cell) => (cell[2] - least > 0.42 * (most - least) ? "#000000" : "#ffffff")) },
                hoverinfo: "skip",
            };
            const trace = {
                type: "heatmap",
                x: x.values.map((_, i) => i),
                y: y.values.map((_, i) => i),
                z,
                text,
                hoverinfo: "text",
                colorscale: "Cividis",
                hoverongaps: false,
                xgap: 1,
                ygap: 1,
                hoverlabel: { bgcolor: "#ffffff", bordercolor: Draw.INK, font: { color: Draw.INK, size: 13, family: Draw.FONT }, align: "left" },
                colorbar: { title: { text: name[0].toUpperCase() + name.slice(1) + " (%)", side: "right", font: { size: 13 } }, thickness: 14, len: 1, outlinewidth: 0 },
            };
            const some = (values, most) => {
                const step = Math.ceil(values.length / most);
                const at = values.map((_, i) => i).filter((i) => i % step === 0);
                return { tickvals: at, ticktext: at.map((i) => plain(shorten(values[i], 10))) };
            };
            Draw.show(plot, written ? [trace, numbers] : [trace], Draw.layout(plot, [group.value, metric.value].join(), {
                height: 110 + Math.min(30, Math.max(6, y.values.length)) * (narrow ? 30 : 36),
                margin: { l: 74, r: narrow ? 60 : 90, t: 36, b: 52 },
                showlegend: false,
                xaxis: axis(plain(x.name), { ...some(x.values, Math.floor(wide / 44)), showgrid: false }),
                yaxis: axis(plain(y.name), { ...some(y.values, 30), showgrid: false }),
            }));
        };
        return redraw;
    };

    Charts.makers.heat = heat;
})();
