"use strict";
// Hit ratio against speed.
(() => {
    const { squeeze, percent, select, isNarrow, look, axis } = Draw;
    const { DATA, P, all, about, sizes, choose, logAxis, followZoom, places } = Charts;

    const speed = (controls, plot) => {
        const timed = all.filter((i) => P.rate[i] > 0);
        const trace = select(controls, "Trace", places(timed), () => (choose(at, here()), redraw()));
        const here = () => sizes(timed.filter((i) => P.panel[i] === Number(trace.value)));
        const at = select(controls, "Cache size", sizes(timed), () => redraw());
        at.value = "";
        choose(at, here());
        const redraw = () => {
            const narrow = isNarrow(plot);
            const shown = timed.filter((i) => P.panel[i] === Number(trace.value) && P.size[i] === Number(at.value));
            const legend = Draw.legend(plot, shown.map((i) => squeeze(DATA.series[P.series[i]].label, narrow ? 32 : 40)));
            const traces = shown.map((i) => ({
                ...look(DATA.series[P.series[i]], P.series[i], { narrow, lines: false }),
                x: [P.rate[i]],
                y: [100 * P.hit[i]],
                text: [about(i, `hit ratio ${percent(P.hit[i])}`)],
                showlegend: shown.length > 1,
            }));
            for (const mark of traces) mark.marker = { ...mark.marker, size: mark.marker.size + 3 };
            // From the fastest on, only what hits more than all faster ones.
            let best = -1;
            const front = [...shown].sort((a, b) => P.rate[b] - P.rate[a] || P.hit[b] - P.hit[a]).filter((i) => P.hit[i] > best && ((best = P.hit[i]), true));
            traces.unshift({
                type: "scatter",
                mode: "lines",
                x: front.map((i) => P.rate[i]),
                y: front.map((i) => 100 * P.hit[i]),
                line: { color: "#8a95a3", width: 1.5, dash: "2px,3px" },
                hoverinfo: "skip",
                showlegend: false,
            });
            const xs = shown.map((i) => P.rate[i]);
            Draw.show(plot, traces, Draw.layout(plot, [trace.value, at.value].join(), {
                height: Math.max(legend.tall, (narrow ? 270 : 350) + 94 + legend.below),
                margin: { l: 58, r: legend.right, t: 36, b: 58 + legend.below },
                legend: legend.place,
                xaxis: logAxis(plot, "Requests per second", Math.min(...xs), Math.max(...xs), plot.clientWidth - 58 - legend.right, false),
                yaxis: axis("Hit ratio (%)"),
            }));
            followZoom(plot);
        };
        return redraw;
    };

    Charts.makers.speed = speed;
})();
