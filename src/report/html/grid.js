"use strict";
// The table of all results: columns stay as they came, and only a page of rows is in the document.
const Grid = (() => {
    const PAGE = 100;
    const RATIOS = /(^|_)ratio$/;
    const FIRST = ["trace", "policy", "capacity_given", "capacity", "hit_ratio", "miss_ratio", "byte_hit_ratio", "params", "dataset"];
    const SKIP = ["cell"];

    const reader = (column) => {
        if ("same" in column) return () => column.same;
        if ("list" in column) return (row) => column.list[column.at[row]];
        return (row) => column.values[row];
    };

    const element = (name, properties = {}, ...children) => {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    };

    // As people read it; `exact` is what the file says.
    const shown = (column, value) => {
        if (value === null || value === "") return "";
        if (typeof value !== "number") return String(value);
        if (RATIOS.test(column.name)) return value.toFixed(4);
        if (Number.isInteger(value)) return column.name === "seed" ? String(value) : value.toLocaleString("en-US");
        return String(Number(value.toPrecision(6)));
    };
    const exact = (value) => (value === null ? "" : String(value));

    // `hit_ratio>0.5` compares a column; any other word must be somewhere in the row.
    const tests = (text, columns) =>
        text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
            const [, name, sign, value] = /^(\w+)(<=|>=|!=|=|<|>)(.+)$/.exec(word) || [];
            const column = columns.find((c) => c.name === name);
            if (!column) return (row, haystack) => haystack(row).includes(word);
            const limit = Number(value);
            const compare = (left, right) =>
                ({ "<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right, "=": left === right, "!=": left !== right })[sign];
            return (row) => {
                const found = column.get(row);
                return column.text || Number.isNaN(limit) ? compare(exact(found).toLowerCase(), value) : found !== null && compare(found, limit);
            };
        });

    // Every row's words, joined once and only when somebody searches.
    const words = (columns) => {
        const made = new Map();
        return (row) => {
            if (!made.has(row)) made.set(row, columns.map((c) => exact(c.get(row)).toLowerCase()).join("\n"));
            return made.get(row);
        };
    };

    const csv = (columns, rows) => {
        const quoted = (text) => (/[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
        const lines = rows.map((row) => columns.map((c) => quoted(exact(c.get(row)))).join(","));
        return [columns.map((c) => quoted(c.name)).join(","), ...lines, ""].join("\n");
    };

    const compare = (column, down) => (a, b) => {
        const [x, y] = [column.get(a), column.get(b)];
        if (x === y) return a - b;
        if (x === null || x === "") return 1;
        if (y === null || y === "") return -1;
        const order = column.text ? String(x).localeCompare(String(y), "en", { numeric: true }) : x - y;
        return (down ? -order : order) || a - b;
    };

    const fill = (place, table) => {
        const columns = table.columns.map((column) => ({ ...column, get: reader(column) }));
        const varied = columns.filter((c) => !("same" in c));
        const rank = (c) => (FIRST.indexOf(c.name) + 1 || (c.name.startsWith("parameter_") ? 2.5 : 99));
        const few = varied.filter((c) => !SKIP.includes(c.name)).sort((a, b) => rank(a) - rank(b));
        const state = { text: "", sort: null, down: false, page: 0, every: false };

        const search = element("input", { type: "search", placeholder: "sieve 1% hit_ratio>0.5", spellcheck: false });
        const every = element("input", { type: "checkbox" });
        const save = element("button", { type: "button", textContent: "Save as CSV" });
        const status = element("span", { role: "status" });
        const back = element("button", { type: "button", textContent: "Back" });
        const next = element("button", { type: "button", textContent: "Next" });
        const head = element("tr");
        const body = element("tbody");
        const box = element("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Results" }, element("table", {}, element("thead", {}, head), body));
        const check = element("label", { className: "check" }, every, "all columns");
        place.classList.add("grid");
        place.append(
            element("div", { className: "controls" }, element("label", {}, "Rows with all these words", search), check, save),
            element("div", { className: "pages" }, back, next, status),
            box,
        );

        const haystack = words(columns);
        const everything = Array.from({ length: table.count }, (_, i) => i);
        let rows = everything;
        const visible = () => (state.every ? columns : few);
        const pick = () => {
            const all = tests(state.text, columns);
            rows = all.length ? everything.filter((row) => all.every((test) => test(row, haystack))) : [...everything];
            if (state.sort) rows.sort(compare(state.sort, state.down));
            state.page = 0;
        };

        const header = () => {
            head.replaceChildren(...visible().map((column) => {
                const sorted = state.sort === column;
                const button = element("button", { type: "button", title: column.about || "" }, column.name);
                if (sorted) button.append(state.down ? " ▼" : " ▲");
                button.addEventListener("click", () => {
                    // Numbers from the top, words from A; then the other way, then as in the file.
                    const first = !column.text;
                    if (state.sort !== column) [state.sort, state.down] = [column, first];
                    else if (state.down === first) state.down = !first;
                    else state.sort = null;
                    pick();
                    draw();
                    head.children[visible().indexOf(column)].firstChild.focus();
                });
                const cell = element("th", { scope: "col", className: column.text ? "" : "number" }, button);
                cell.setAttribute("aria-sort", sorted ? (state.down ? "descending" : "ascending") : "none");
                return cell;
            }));
        };

        const draw = () => {
            header();
            const from = state.page * PAGE;
            const page = rows.slice(from, from + PAGE);
            body.replaceChildren(...page.map((row) => element("tr", {}, ...visible().map((column) => {
                const value = column.get(row);
                const text = shown(column, value);
                const cell = element("td", { textContent: text, className: column.text ? "" : "number" });
                if (text !== exact(value)) cell.title = exact(value);
                return cell;
            }))));
            const upTo = Math.min(from + PAGE, rows.length);
            const of = rows.length === table.count ? "" : ` (of ${table.count.toLocaleString("en-US")})`;
            status.textContent = rows.length
                ? `rows ${(from + 1).toLocaleString("en-US")} to ${upTo.toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")}${of}`
                : `no row has all of this${of}`;
            back.disabled = state.page === 0;
            next.disabled = upTo >= rows.length;
        };

        const turn = (by) => () => {
            state.page += by;
            draw();
            box.scrollTop = 0;
        };
        back.addEventListener("click", turn(-1));
        next.addEventListener("click", turn(1));
        search.addEventListener("input", () => ((state.text = search.value), pick(), draw()));
        every.addEventListener("change", () => ((state.every = every.checked), draw()));
        save.addEventListener("click", () => {
            const url = URL.createObjectURL(new Blob([csv(columns, rows)], { type: "text/csv" }));
            element("a", { href: url, download: "results.csv" }).click();
            setTimeout(() => URL.revokeObjectURL(url), 10000);
        });

        pick();
        draw();
        const fixed = columns.filter((c) => "same" in c && c.same !== null && c.same !== "");
        if (table.count > 1 && fixed.length) {
            const list = element("dl", { className: "tree" });
            for (const column of fixed) list.append(element("dt", {}, column.name), element("dd", {}, shown(column, column.same)));
            place.append(element("details", {}, element("summary", {}, `The same in all rows: ${fixed.length} columns`), list));
        }
    };

    return { fill };
})();
