"use strict";
// What all charts share: controls, texts, the look of series, and drawing with Plotly.
const Draw = (() => {
    const INK = "#1c2430";
    const GRID = "#e3e3e3";
    const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", Arial, sans-serif';
    const NARROW = 640;

    // Plotly reads a few HTML tags in texts; a name is a name.
    const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    const shorten = (text, most) => (text.length <= most ? text : text.slice(0, most - 1).trimEnd() + "…");
    // Labels of series differ at their ends: what is left out is in the middle.
    const squeeze = (text, most) => {
        if (text.length <= most) return text;
        const end = Math.ceil((most - 1) * 0.55);
        return text.slice(0, most - 1 - end) + "…" + text.slice(-end);
    };
    const number = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 1 });
    const percent = (ratio) => (100 * ratio).toFixed(2) + " %";

    // Long names in a box that follows the pointer are broken where they may be.
    const broken = (text, most = 44) => {
        const lines = [""];
        for (const part of String(text).split(/(?<=[,; ])/)) {
            for (let at = 0; at < part.length; at += most) {
                const piece = part.slice(at, at + most);
                const last = lines.length - 1;
                if ((lines[last] + piece).length <= most) lines[last] += piece;
                else lines.push(piece);
            }
        }
        return lines.map(plain).join("<br>");
    };

    const bytes = (value) => {
        const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        let unit = 0;
        while (value >= 1024 && unit + 1 < units.length) {
            value /= 1024;
            unit += 1;
        }
        return Number(value.toPrecision(4)) + " " + units[unit];
    };
    const counted = (value) => {
        const units = ["", "k", "M", "G", "T"];
        let unit = 0;
        while (value >= 1000 && unit + 1 < units.length) {
            value /= 1000;
            unit += 1;
        }
        return Number(value.toPrecision(4)) + units[unit];
    };

    // Round values on a logarithmic axis of so many pixels, as many as have room for a label.
    const ticks = (low, high, pixels, inBytes) => {
        const sets = [];
        if (inBytes) {
            for (const step of [1, 2, 4, 5, 10]) {
                const set = [];
                for (let e = 0; e <= 60; e += step) set.push(2 ** e);
                sets.push(set);
            }
        } else {
            const powers = Array.from({ length: 31 }, (_, i) => i - 12);
            sets.push(powers.flatMap((e) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((d) => Number(d + "e" + e))));
            sets.push(powers.flatMap((e) => [1, 2, 5].map((d) => Number(d + "e" + e))));
            for (const step of [1, 2, 3, 6]) sets.push(powers.filter((e) => e % step === 0).map((e) => Number("1e" + e)));
        }
        // Less than a decade may hold a single round number; then equal steps do better.
        for (const parts of [5, 3, 2]) {
            const rough = (high - low) / parts;
            const power = 10 ** Math.floor(Math.log10(rough));
            const step = [5, 2, 1].find((digit) => digit * power <= rough) * power;
            const first = Math.ceil(low / step);
            sets.push(Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step));
        }
        const inside = sets.map((set) => set.filter((v) => v >= low * 0.999 && v <= high * 1.001));
        const scale = pixels / Math.log(high / low);
        const width = (v) => 7.4 * (inBytes ? bytes(v) : counted(v)).length + 10;
        const fits = (set) =>
            set.every((v, i) => !i || Math.log(v / set[i - 1]) * scale >= (width(v) + width(set[i - 1])) / 2);
        return inside.find((set) => set.length >= 2 && fits(set)) || inside.find((set) => set.length && fits(set)) || [];
    };

    // A select with a label; `choices` are [value, text]. With one choice there is nothing to choose and nothing is shown.
    const select = (controls, label, choices, change) => {
        const element = document.createElement("select");
        for (const [value, text] of choices) element.add(new Option(text, value));
        element.addEventListener("change", change);
        if (choices.length > 1) {
            const around = document.createElement("label");
            around.append(label, element);
            controls.append(around);
        }
        return element;
    };

    const isNarrow = (plot) => plot.clientWidth < NARROW;

    // The look of a series: line, marker, legend, hover box.
    const look = (series, index, { lines = true, marks = true, narrow = false } = {}) => {
        const thin = series.symbol.endsWith("-thin");
        return {
            type: "scatter",
            uid: "series-" + index,
            name: plain(squeeze(series.label, narrow ? 32 : 40)),
            legendgroup: "series-" + index,
            mode: [lines && "lines", marks && "markers"].filter(Boolean).join("+"),
            line: { color: series.color, width: 1.8, dash: series.dash },
            marker: {
                symbol: series.symbol,
                size: thin ? 8 : series.symbol.startsWith("triangle") ? 9 : 7.5,
                color: series.filled || thin ? series.color : "#ffffff",
                line: { color: series.color, width: thin ? 2 : series.filled ? 0 : 1.6 },
                opacity: 1,
            },
            hoverinfo: "text",
            hoverlabel: {
                bgcolor: "#ffffff",
                bordercolor: series.color,
                font: { color: INK, size: 13, family: FONT },
                align: "left",
            },
        };
    };

    const axis = (title, more = {}) => ({
        title: { text: title, standoff: 8, font: { size: 13 } },
        gridcolor: GRID,
        linecolor: INK,
        showline: true,
        ticks: "outside",
        ticklen: 4,
        tickcolor: INK,
        zeroline: false,
        automargin: false,
        ...more,
    });
    const ratioAxis = (title, more = {}) => axis(title, { ticksuffix: "", rangemode: "tozero", ...more });

    // The legend: to the right where there is room, else below in columns; `entries` are names as shown.
    const legend = (plot, entries) => {
        const longest = Math.max(4, ...entries.map((name) => name.length));
        const width = Math.min(46 + 7.2 * longest, plot.clientWidth - 8);
        if (!isNarrow(plot)) {
            const right = Math.min(width + 12, plot.clientWidth * 0.4);
            return {
                place: { orientation: "v", x: 1, xanchor: "right", xref: "container", y: 1, yanchor: "top" },
                right: entries.length > 1 ? right : 12,
                below: 0,
                // A chart of this height shows all entries; very many can be scrolled.
                tall: Math.min(entries.length, 60) * 19 + 24,
            };
        }
        const columns = Math.max(1, Math.floor((plot.clientWidth - 8) / width));
        const rows = entries.length > 1 ? Math.ceil(entries.length / columns) : 0;
        return {
            place: {
                orientation: "h",
                x: 0,
                xref: "container",
                xanchor: "left",
                y: 0,
                yref: "container",
                yanchor: "bottom",
                entrywidth: width - 40,
                entrywidthmode: "pixels",
            },
            right: 10,
            below: rows * 19 + 12,
            tall: 0,
        };
    };

    const layout = (plot, key, more) => ({
        font: { family: FONT, size: isNarrow(plot) ? 12 : 13, color: INK },
        paper_bgcolor: "#ffffff",
        plot_bgcolor: "#ffffff",
        hovermode: "closest",
        // A finger on a chart must be able to scroll the page.
        dragmode: isNarrow(plot) ? false : "zoom",
        autosize: false,
        width: plot.clientWidth,
        showlegend: true,
        uirevision: key,
        ...more,
        legend: {
            font: { size: isNarrow(plot) ? 12 : 13 },
            tracegroupgap: 0,
            uirevision: "kept",
            itemsizing: "trace",
            ...more.legend,
        },
    });

    const CONFIG = {
        displaylogo: false,
        responsive: false,
        modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
        showTips: false,
    };

    // The legend is made for a mouse; a keyboard reaches it like buttons.
    const reachable = (plot) => {
        const groups = plot.querySelectorAll(".legend .traces");
        groups.forEach((group) => {
            const toggle = group.querySelector(".legendtoggle");
            const name = group.querySelector(".legendtext");
            if (!toggle || !name) return;
            const shown = Number(getComputedStyle(group).opacity) > 0.9;
            toggle.setAttribute("tabindex", "0");
            toggle.setAttribute("role", "switch");
            toggle.setAttribute("aria-checked", String(shown));
            toggle.setAttribute("aria-label", name.textContent);
            if (toggle.dataset.reachable) return;
            toggle.dataset.reachable = "yes";
            toggle.addEventListener("keydown", (event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                const entry = group.__data__ && group.__data__[0] && group.__data__[0].trace;
                if (entry) hide(plot, entry.legendgroup);
            });
        });
    };

    const hide = (plot, group) => {
        const members = plot.data.flatMap((trace, i) => (trace.legendgroup === group ? [i] : []));
        const shown = members.some((i) => plot._fullData[i].visible === true);
        Plotly.restyle(plot, { visible: shown ? "legendonly" : true }, members);
    };

    const show = (plot, traces, made) => {
        const config = {
            ...CONFIG,
            displayModeBar: true,
            toImageButtonOptions: { format: "svg", filename: plot.closest("figure").id.replace("chart-", "evictlab-") },
        };
        const begun = Plotly.react(plot, traces, made, config);
        if (!plot.dataset.watched) {
            plot.dataset.watched = "yes";
            plot.on("plotly_afterplot", () => reachable(plot));
        }
        reachable(plot);
        return begun;
    };

    return {
        plain, shorten, squeeze, number, percent, broken, bytes, counted, ticks, select, isNarrow, look, axis, ratioAxis, legend, layout,
        show, GRID, INK, FONT,
    };
})();
