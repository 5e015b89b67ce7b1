"use strict";
// Tables of statistics, sorted by a click on a heading: numbers from the top, words from A, then the other way, then as at first.
(() => {
    const read = (row, at) => row.children[at].textContent;
    const value = (text) => (text === "<0.001" ? 0 : Number(text.replace(/[,%\s]/g, "").replace("\u2212", "-")));
    // Without a value, last in both directions.
    const lacks = (text) => text === "" || text === "-";

    for (const table of document.querySelectorAll("table.sorted")) {
        const body = table.tBodies[0];
        const original = [...body.rows];
        const state = { at: -1, down: false };
        [...table.tHead.rows[0].cells].forEach((cell, at) => {
            const numeric = cell.classList.contains("number");
            const button = document.createElement("button");
            button.type = "button";
            button.append(...cell.childNodes);
            const mark = button.appendChild(document.createElement("span"));
            cell.append(button);
            cell.setAttribute("aria-sort", "none");
            button.addEventListener("click", () => {
                if (state.at !== at) [state.at, state.down] = [at, numeric];
                else if (state.down === numeric) state.down = !numeric;
                else state.at = -1;
                const sign = state.down ? -1 : 1;
                const rows = state.at < 0 ? original : [...original].sort((a, b) => {
                    const [x, y] = [read(a, at), read(b, at)];
                    if (lacks(x) || lacks(y)) return lacks(x) - lacks(y);
                    return sign * (numeric ? value(x) - value(y) : x.localeCompare(y, "en", { numeric: true }));
                });
                body.append(...rows);
                for (const other of table.tHead.rows[0].cells) {
                    other.setAttribute("aria-sort", "none");
                    other.querySelector("button span").textContent = "";
                }
                if (state.at < 0) return;
                cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
                mark.textContent = state.down ? " ▼" : " ▲";
            });
        });
    }
})();
