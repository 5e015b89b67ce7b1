"use strict";
// What the charts draw: the points of the page, how they are called, and axes that follow the zoom.
// A maker gets the place for its controls and its plot, and gives a function that draws it anew at every choice and width.
const Charts = (() => {
    const { plain, shorten, number, percent, broken, bytes, counted, select, axis } = Draw;
    const DATA = JSON.parse(document.getElementById("data").textContent);
    const P = DATA.points;
    const count = P.panel.length;
    const all = Array.from({ length: count }, (_, i) => i);
    const size = (i) => {
        const capacity = DATA.panels[P.panel[i]].bytes ? bytes(P.capacity[i]) : number(P.capacity[i]) + " objects";
        const written = DATA.sizes[P.size[i]];
        return written === String(P.capacity[i]) ? capacity : `${written} = ${capacity}`;
    };
    const by = (column) => (a, b) => P[column][a] - P[column][b];
    const distinct = (list) => [...new Set(list)];

    // What the pointer's box says of a point, a line of its own for `value`.
    const about = (i, value) => {
        const series = DATA.series[P.series[i]];
        const lines = [`<b>${broken(series.label)}</b>`];
        if (series.params) lines.push(broken(series.params.replace(/;/g, "; ")));
        lines.push(broken(DATA.panels[P.panel[i]].name), "cache size " + plain(size(i)), value, number(P.requests[i]) + " requests");
        if (P.count[i] > 1) lines.push(`mean of ${P.count[i]} repetitions`);
        if (P.rate && P.rate[i] > 0) lines.push(counted(P.rate[i]) + " requests/s");
        return lines.join("<br>");
    };

    const METRICS = [
        { id: "hit", name: "Hit ratio", title: "Hit ratio (%)", values: P.hit },
        { id: "miss", name: "Miss ratio", title: "Miss ratio (%)", values: P.miss },
    ];
    if (P.byte) METRICS.push({ id: "byte", name: "Byte hit ratio", title: "Byte hit ratio (%)", values: P.byte });
    const REDUCTIONS = DATA.reductions.map(({ series, values }, i) => {
        const label = DATA.series[series].label;
        return {
            id: "reduction-" + i,
            name: `Miss-ratio reduction against ${label}`,
            title: `Reduction against ${plain(shorten(label, 24))} (%)`,
            values,
            baseline: series,
        };
    });
    const said = (metric, i) => `${plain(metric.name.toLowerCase())} ${percent(metric.values[i])}`;
    const panels = () => DATA.panels.map((panel, i) => [i, shorten(panel.name, 60)]);
    // The sizes of these points, rising, as choices.
    const sizes = (points) => distinct(points.map((i) => P.size[i])).sort((a, b) => a - b).map((s) => [s, DATA.sizes[s]]);
    const middle = (choices) => String(choices[Math.floor(choices.length / 2)][0]);

    // Replaces the choices of a select, keeping the chosen one where it is still there.
    const choose = (element, choices) => {
        const before = element.value;
        element.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
        element.value = choices.some(([value]) => String(value) === before) ? before : middle(choices);
        element.closest("label")?.toggleAttribute("hidden", choices.length < 2);
    };

    // A logarithmic axis whose labels follow the zoom.
    const logAxis = (plot, title, low, high, pixels, inBytes, more = {}) => {
        const margin = Math.max(0.04 * Math.log10(high / low), 0.02);
        const range = [Math.log10(low) - margin, Math.log10(high) + margin];
        const tickvals = Draw.ticks(10 ** range[0], 10 ** range[1], pixels, inBytes);
        const ticktext = tickvals.map(inBytes ? bytes : counted);
        return axis(title, { type: "log", range, tickvals, ticktext, tickmode: "array", ...more });
    };

    const followZoom = (plot) => {
        if (plot.dataset.zoomed) return;
        plot.dataset.zoomed = "yes";
        plot.on("plotly_relayout", (change) => {
            const update = {};
            for (const name of Object.keys(plot.layout).filter((n) => /^xaxis\d*$/.test(n))) {
                const full = plot._fullLayout[name];
                const touched = Object.keys(change).some((key) => key.startsWith(name + ".") && !key.includes("tick"));
                if (!touched || full.type !== "log" || full.tickmode !== "array") continue;
                const inBytes = Boolean(plot.layout.meta?.bytes.includes(name));
                const [low, high] = full.range.map((e) => 10 ** e);
                update[name + ".tickvals"] = Draw.ticks(low, high, full._length, inBytes);
                update[name + ".ticktext"] = update[name + ".tickvals"].map(inBytes ? bytes : counted);
            }
            if (Object.keys(update).length) Plotly.relayout(plot, update);
        });
    };

    // The traces of these points, as choices.
    const places = (points) => distinct(points.map((i) => P.panel[i])).map((p) => [p, shorten(DATA.panels[p].name, 60)]);

    return {
        DATA, P, all, by, distinct, about, METRICS, REDUCTIONS, said, panels, sizes, choose, logAxis, followZoom, places,
        makers: {},
    };
})();
