"use strict";
// The charts: each function fills a figure and draws it anew at every choice and every change of width.
const Charts = (() => {
    const { plain, shorten, number, percent, broken, bytes, counted, select, isNarrow, look, axis, ratioAxis } = Draw;
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

    // Names of panels side by side: what is the same in all specs of a workload is left out.
    const brief = (shown) => {
        const names = shown.map((panel) => DATA.panels[panel].name);
        const parts = names.map((name) => name.split(","));
        const head = names[0].split(":")[0];
        if (names.length < 2 || !names.every((name) => name.startsWith(head + ":"))) return names;
        const same = (part) => parts.every((others) => others.includes(part));
        const first = (part) => (part.startsWith(head + ":") ? part : head + ":" + part);
        return parts.map((all) => first(all.filter((part) => !same(part)).join(",")));
    };

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
                const inBytes = plot.dataset.bytes === "yes";
                const [low, high] = full.range.map((e) => 10 ** e);
                update[name + ".tickvals"] = Draw.ticks(low, high, full._length, inBytes);
                update[name + ".ticktext"] = update[name + ".tickvals"].map(inBytes ? bytes : counted);
            }
            if (Object.keys(update).length) Plotly.relayout(plot, update);
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
            const names = present.map((s) => shorten(DATA.series[s].label, narrow ? 32 : 40));
            const legend = Draw.legend(plot, names);
            // In pixels: each panel, and between two rows the axis of the upper and the name of the lower one.
            const [high, between, below] = [narrow ? 250 : rows > 1 ? 260 : 380, 84, 58 + legend.below];
            const top = shown.length > 1 ? 58 : 36;
            const tall = rows * high + (rows - 1) * between;
            const wide = plot.clientWidth - 58 - legend.right;
            const gap = columns > 1 ? 56 / wide : 0;
            const share = (1 - gap * (columns - 1)) / columns;
            const made = Draw.layout(plot, [trace.value, metric.value, across.value, scale.value].join(), {
                height: top + tall + below,
                margin: { l: 58, r: legend.right, t: top, b: below },
                legend: legend.place,
                annotations: [],
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
                plot.dataset.bytes = inBytes ? "yes" : "no";
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
            const names = present.map((s) => plain(shorten(DATA.series[s].label, narrow ? 16 : 32)));
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
                    line: { color: mine.length < 5 ? "rgba(0,0,0,0)" : "#8a95a3", width: 1 },
                    fillcolor: mine.length < 5 ? "rgba(0,0,0,0)" : "#eef1f5",
                    marker: { ...of.marker, opacity: 0.9 },
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

    const places = (points) => distinct(points.map((i) => P.panel[i])).map((p) => [p, shorten(DATA.panels[p].name, 60)]);

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
            const legend = Draw.legend(plot, shown.map((line) => shorten(DATA.series[P.series[line.point]].label, narrow ? 32 : 40)));
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
                height: (narrow ? 250 : 330) + 94 + legend.below,
                margin: { l: 58, r: legend.right, t: 36, b: 58 + legend.below },
                legend: legend.place,
                xaxis: axis(title, { rangemode: "tozero", exponentformat: "SI", nticks: narrow ? 5 : 9 }),
                yaxis: ratioAxis("Hit ratio in the window (%)"),
            }));
        };
        return redraw;
    };

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
            const legend = Draw.legend(plot, shown.map((i) => shorten(DATA.series[P.series[i]].label, narrow ? 32 : 40)));
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
            plot.dataset.bytes = "no";
            Draw.show(plot, traces, Draw.layout(plot, [trace.value, at.value].join(), {
                height: (narrow ? 270 : 350) + 94 + legend.below,
                margin: { l: 58, r: legend.right, t: 36, b: 58 + legend.below },
                legend: legend.place,
                xaxis: logAxis(plot, "Requests per second", Math.min(...xs), Math.max(...xs), plot.clientWidth - 58 - legend.right, false),
                yaxis: axis("Hit ratio (%)"),
            }));
            followZoom(plot);
        };
        return redraw;
    };

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

    return { DATA, makers: { curves, spread, heat, time, speed } };
})();
