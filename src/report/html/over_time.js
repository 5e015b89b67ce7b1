"use strict";
// Hit ratio over time.
(() => {
    const { squeeze, number, percent, select, isNarrow, look, axis, ratioAxis } = Draw;
    const { DATA, P, about, sizes, choose, places } = Charts;

    const time = (controls, plot) => {
        const lines = DATA.time.lines;
        const owned = lines.map((line) => line.point);
        const trace = select(controls, "Trace", places(owned), () => (choose(at, here()), redraw()));
        const here = () => sizes(owned.filter((i) => P.panel[i] === Number(trace.value)));
        const at = select(controls, "Cache size", sizes(owned), () => redraw());
        const across = select(controls, "Time in", DATA.time.timed ? [["request", "requests"], ["second", "seconds"]] : [["request", ""]], () => redraw());
        at.value = "";
        choose(at, here());
        const redraw = () => {
            const narrow = isNarrow(plot);
            const shown = lines.filter((line) => P.panel[line.point] === Number(trace.value) && P.size[line.point] === Number(at.value));
            const legend = Draw.legend(plot, shown.map((line) => squeeze(DATA.series[P.series[line.point]].label, narrow ? 32 : 40)));
            const traces = shown.map((line) => {
                const s = P.series[line.point];
                const few = line.hit.length <= 40;
                return {
                    ...look(DATA.series[s], s, { narrow, marks: few }),
                    x: line[across.value],
                    y: line.hit.map((hit) => 100 * hit),
                    text: line.hit.map((hit, w) => about(line.point, `hit ratio ${percent(hit)} up to request ${number(line.request[w])}`)),
                    showlegend: shown.length > 1,
                };
            });
            const title = across.value === "second" ? "Time in the trace (s)" : "Requests";
            Draw.show(plot, traces, Draw.layout(plot, [trace.value, at.value, across.value].join(), {
                height: Math.max(legend.tall, (narrow ? 250 : 330) + 94 + legend.below),
                margin: { l: 58, r: legend.right, t: 36, b: 58 + legend.below },
                legend: legend.place,
                xaxis: axis(title, { rangemode: "tozero", exponentformat: "SI", nticks: narrow ? 5 : 9 }),
                yaxis: ratioAxis("Hit ratio in the window (%)"),
            }));
        };
        return redraw;
    };

    Charts.makers.time = time;
})();
