"use strict";
// Fills the page: the charts that it has a place for, then the table.
(() => {
    const redraws = [];
    for (const [name, make] of Object.entries(Charts.makers)) {
        const figure = document.getElementById("chart-" + name);
        if (!figure) continue;
        const plot = figure.querySelector(".plot");
        figure.querySelector(".notes").textContent = (Charts.DATA[name] && Charts.DATA[name].notes || []).join("; ");
        const redraw = make(figure.querySelector(".controls"), plot);
        redraws.push({ plot, redraw, width: plot.clientWidth });
        redraw();
    }
    Grid.fill(document.getElementById("grid"), Charts.DATA.rows);

    // Charts are drawn for a width; a phone that is turned gives another one.
    let waiting = false;
    window.addEventListener("resize", () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
            waiting = false;
            for (const chart of redraws) {
                if (chart.plot.clientWidth === chart.width) continue;
                chart.width = chart.plot.clientWidth;
                chart.redraw();
            }
        });
    });
    document.documentElement.dataset.ready = "yes";
})();
