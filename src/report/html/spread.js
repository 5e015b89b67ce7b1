"use strict";
// Miss-ratio reduction of each series over all traces.
(() => {
    const { plain, squeeze, select, isNarrow, look, axis } = Draw;
    const { DATA, P, all, distinct, about, REDUCTIONS, said, sizes } = Charts;

    const spread = (controls, plot) => {
        const base = select(controls, "Baseline", REDUCTIONS.map((r, i) => [i, DATA.series[r.baseline].label]), () => redraw());
        const at = select(controls, "Cache size", [["all", "all sizes together"], ...sizes(all)], () => redraw());
        const redraw = () => {
            const m = REDUCTIONS[Number(base.value)];
            const narrow = isNarrow(plot);
            const inside = all.filter(
                (i) => m.values[i] !== null && P.series[i] !== m.baseline && (at.value === "all" || P.size[i] === Number(at.value)),
            );
            const present = distinct(inside.map((i) => P.series[i]));
            const median = (s) => {
                const values = inside.filter((i) => P.series[i] === s).map((i) => m.values[i]).sort((a, b) => a - b);
                return values[Math.floor(values.length / 2)];
            };
            present.sort((a, b) => median(a) - median(b));
            const names = present.map((s) => plain(squeeze(DATA.series[s].label, narrow ? 20 : 32)));
            const left = Math.min(20 + 7.4 * Math.max(4, ...names.map((n) => n.length)), plot.clientWidth * 0.45);
            const traces = present.map((s, row) => {
                const mine = inside.filter((i) => P.series[i] === s);
                const of = look(DATA.series[s], s, { narrow });
                return {
                    type: "box",
                    uid: of.uid,
                    legendgroup: of.legendgroup,
                    name: of.name,
                    x: mine.map((i) => 100 * m.values[i]),
                    y: mine.map(() => row),
                    text: mine.map((i) => about(i, said(m, i))),
                    orientation: "h",
                    boxpoints: "all",
                    pointpos: 0,
                    jitter: mine.length > 8 ? 0.6 : 0,
                    width: 0.6,
                    // A box of a handful of points says less than the points.
                    line: { color: mine.length < 5 ? "rgba(0,0,0,0)" : "#55606e", width: 1.2 },
                    fillcolor: mine.length < 5 ? "rgba(0,0,0,0)" : "#eef1f5",
                    // The box must show through a crowd of points.
                    marker: { ...of.marker, size: of.marker.size * (mine.length > 20 ? 0.8 : 1), opacity: mine.length > 20 ? 0.6 : 0.9 },
                    hoveron: "points",
                    hoverinfo: "text",
                    hoverlabel: of.hoverlabel,
                    showlegend: false,
                };
            });
            const made = Draw.layout(plot, [base.value, at.value].join(), {
                height: 100 + 30 * Math.max(2, present.length),
                margin: { l: left, r: 14, t: 36, b: 52 },
                showlegend: false,
                xaxis: axis(m.title, { zeroline: true, zerolinecolor: Draw.INK }),
                yaxis: axis("", { tickvals: names.map((_, i) => i), ticktext: names, range: [-0.7, present.length - 0.3], showgrid: false, ticks: "" }),
            });
            Draw.show(plot, traces, made);
        };
        return redraw;
    };

    Charts.makers.spread = spread;
})();
