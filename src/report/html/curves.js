"use strict";
// Hit and miss ratio by cache size, the traces side by side.
(() => {
    const { plain, shorten, squeeze, select, isNarrow, look, axis, ratioAxis } = Draw;
    const { DATA, P, METRICS, REDUCTIONS, all, by, distinct, about, said, panels, logAxis, followZoom } = Charts;

    // Names of panels side by side: of a workload that is there several times, only what differs.
    const brief = (shown) => {
        const names = shown.map((panel) => DATA.panels[panel].name);
        const head = (name) => (name.includes(":") ? name.split(":")[0] + ":" : null);
        return names.map((name) => {
            const own = head(name);
            const twins = names.filter((other) => own !== null && head(other) === own).map((other) => other.slice(own.length).split(","));
            if (twins.length < 2) return name;
            const differs = (part) => !twins.every((parts) => parts.includes(part));
            return own + name.slice(own.length).split(",").filter(differs).join(",");
        });
    };

    const curves = (controls, plot) => {
        const choices = panels();
        const several = choices.length > 1 && choices.length <= 12;
        const draw = () => redraw();
        const trace = select(controls, "Trace", several ? [["all", "all traces"], ...choices] : choices, draw);
        const metric = select(controls, "Show", [...METRICS, ...REDUCTIONS].map((m) => [m.id, m.name]), draw);
        const across = select(controls, "Cache size in", P.share ? [["capacity", "objects or bytes"], ["share", "% of the trace"]] : [["capacity", ""]], draw);
        const scale = select(controls, "Scale", [["log", "logarithmic"], ["linear", "linear"]], draw);
        if (several && isNarrow(plot)) trace.value = "0";

        const redraw = () => {
            const shown = trace.value === "all" ? DATA.panels.map((_, i) => i) : [Number(trace.value)];
            const m = [...METRICS, ...REDUCTIONS].find((one) => one.id === metric.value);
            const narrow = isNarrow(plot);
            const columns = narrow ? 1 : Math.min(shown.length, shown.length === 4 ? 2 : 3);
            const rows = Math.ceil(shown.length / columns);
            const inside = all.filter((i) => shown.includes(P.panel[i]) && m.values[i] !== null && P.series[i] !== m.baseline);
            const present = distinct(inside.map((i) => P.series[i])).sort((a, b) => a - b);
            const names = present.map((s) => squeeze(DATA.series[s].label, narrow ? 32 : 40));
            const legend = Draw.legend(plot, names);
            // In pixels: each panel, and between two rows the axis of the upper and the name of the lower one.
            const [between, below, top] = [84, 58 + legend.below, shown.length > 1 ? 58 : 36];
            const asked = (legend.tall - top - below - (rows - 1) * between) / rows;
            const high = Math.max(asked, narrow ? 250 : rows > 1 ? 260 : 380);
            const tall = rows * high + (rows - 1) * between;
            const wide = plot.clientWidth - 58 - legend.right;
            const gap = columns > 1 ? 56 / wide : 0;
            const share = (1 - gap * (columns - 1)) / columns;
            const made = Draw.layout(plot, [trace.value, metric.value, across.value, scale.value].join(), {
                height: top + tall + below,
                margin: { l: 58, r: legend.right, t: top, b: below },
                legend: legend.place,
                annotations: [],
                meta: { bytes: [] },
            });
            const titles = brief(shown);
            const values = inside.map((i) => 100 * m.values[i]);
            const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
            const pad = 0.05 * (most - least || 1);
            // Side by side, panels are compared; alone, a chart fits what is shown.
            const range = shown.length > 1 ? { range: [least < 0 ? least - pad : 0, most + pad] } : {};
            const traces = [];
            shown.forEach((panel, at) => {
                const suffix = at ? String(at + 1) : "";
                const [column, row] = [at % columns, Math.floor(at / columns)];
                const [left, upper] = [column * (share + gap), 1 - (row * (high + between)) / tall];
                const place = { x: [left, left + share], y: [Math.max(0, upper - high / tall), upper] };
                const points = inside.filter((i) => P.panel[i] === panel);
                const xs = points.map((i) => (across.value === "share" ? 100 * P.share[i] : P.capacity[i]));
                const single = new Set(xs).size < 2;
                const inBytes = across.value === "capacity" && DATA.panels[panel].bytes;
                const unit = across.value === "share" ? (DATA.panels[panel].bytes ? "% of footprint" : "% of objects") : inBytes ? "bytes" : "objects";
                const title = `Cache size (${unit})`;
                const [min, max] = xs.length ? [Math.min(...xs), Math.max(...xs)] : [1, 10];
                const log = scale.value === "log" && min > 0;
                const bottom = { domain: place.x, anchor: "y" + suffix };
                if (inBytes) made.meta.bytes.push("xaxis" + suffix);
                made["xaxis" + suffix] = log
                    ? logAxis(plot, title, min, max, share * wide, inBytes, bottom)
                    : axis(title, { rangemode: "tozero", ...bottom });
                made["yaxis" + suffix] = ratioAxis(column ? "" : m.title, {
                    domain: place.y,
                    anchor: "x" + suffix,
                    ...range,
                    zeroline: m.baseline !== undefined,
                    zerolinecolor: Draw.INK,
                });
                if (shown.length > 1) {
                    made.annotations.push({
                        text: plain(shorten(titles[at], Math.floor((share * wide) / 7.6))),
                        x: place.x[0],
                        y: place.y[1],
                        xref: "paper",
                        yref: "paper",
                        xanchor: "left",
                        yanchor: "bottom",
                        yshift: 3,
                        showarrow: false,
                        font: { size: narrow ? 12 : 13, weight: 600 },
                    });
                }
                for (const s of present) {
                    const mine = points.filter((i) => P.series[i] === s).sort(by("capacity"));
                    if (!mine.length) continue;
                    const of = look(DATA.series[s], s, { narrow, lines: !single });
                    traces.push({
                        ...of,
                        uid: `${of.uid}-${at}`,
                        x: mine.map((i) => (across.value === "share" ? 100 * P.share[i] : P.capacity[i])),
                        y: mine.map((i) => 100 * m.values[i]),
                        text: mine.map((i) => about(i, said(m, i))),
                        xaxis: "x" + suffix,
                        yaxis: "y" + suffix,
                        showlegend: present.length > 1 && !traces.some((t) => t.legendgroup === of.legendgroup),
                    });
                }
            });
            Draw.show(plot, traces, made);
            followZoom(plot);
        };
        return redraw;
    };

    Charts.makers.curves = curves;
})();
