//! Hit ratio over capacity: one panel per trace, one curve per policy.

use super::axis::{Linear, Log, Tick, show};
use super::layout::{Cell, Entry, LINE, Layout, Rect, Request, SAMPLE, TICK_LABEL, TITLE, X_TITLE, Y_TITLE, layout};
use super::scene::{Anchor, Item, Point, Scene};
use super::series::{Data, Panel, collect};
use super::theme::{AXIS, CURVE, GRID, HAIRLINE, INK, MARKER, style};
use super::{Figure, PlotOptions, YMetric, font};
use crate::core::Result;
use crate::record::Row;

/// Hit ratio over capacity.
pub(super) static FIGURE: Figure = Figure {
    name: "hit-ratio-curve",
    summary: "hit ratio over capacity, one panel per trace, one curve per policy",
    draw,
};

fn draw(rows: &[Row], options: &PlotOptions) -> Result<Scene> {
    let data = collect(rows, options.x, options.y)?;
    let values = data.panels.iter().flat_map(|p| &p.curves).flat_map(|(_, points)| points).map(|p| p.1);
    let y = Linear::up_to(values.fold(0.0, f64::max));
    let size = options.text;
    let y_labels = y.ticks.iter().filter_map(|t| t.label.as_ref()).map(|l| font::width(l, size)).fold(0.0, f64::max);
    let places = layout(&Request {
        width: f64::from(options.width),
        height: f64::from(options.height),
        size,
        has_title: options.title.is_some(),
        panels: &data.panels,
        labels: &data.labels,
        y_labels,
    });
    let mut pen =
        Pen { scene: Scene::new(f64::from(options.width), places.height), size, thin: thinning(&places, size) };
    pen.titles(&data, &places, options);
    for (panel, cell) in data.panels.iter().zip(&places.cells) {
        pen.panel(panel, cell, &y);
    }
    for (series, entry) in places.legend.iter().enumerate() {
        pen.legend_entry(series, entry);
    }
    Ok(pen.scene)
}

/// Full weight from a panel of 26 x 15 em on.
fn thinning(places: &Layout, size: f64) -> f64 {
    places.cells.first().map_or(1.0, |Cell { plot, .. }| {
        (plot.width() / (26.0 * size)).min(plot.height() / (15.0 * size)).clamp(0.78, 1.0)
    })
}

/// The scene so far, and the text size that all lengths follow.
struct Pen {
    scene: Scene,
    size: f64,
    /// Shrinks curves and markers where panels are narrow.
    thin: f64,
}

impl Pen {
    fn titles(&mut self, data: &Data, places: &Layout, options: &PlotOptions) {
        let size = self.size;
        let (Some(first), Some(last)) = (places.cells.first(), places.cells.last()) else { return };
        if let Some(title) = &options.title {
            let text = font::fit(title, size * TITLE, self.scene.width - size);
            self.scene.text(text, (self.scene.width / 2.0, (TITLE + 0.25) * size), Anchor::Middle, size * TITLE);
        }
        let y_title = match options.y {
            YMetric::HitRatio => "Hit ratio (%)",
            YMetric::MissRatio => "Miss ratio (%)",
            YMetric::ByteHitRatio => "Byte hit ratio (%)",
        };
        let middle = f64::midpoint(first.plot.top, last.plot.bottom);
        self.scene.upright_text(y_title, (Y_TITLE * size, middle), size);
        let right = places.cells.iter().map(|c| c.plot.right).fold(0.0, f64::max);
        if places.one_x_title {
            let middle = f64::midpoint(first.plot.left, right);
            let text = font::fit(data.panels[0].x_title, size, 2.0 * middle.min(self.scene.width - middle));
            self.scene.text(text, (middle, last.plot.bottom + X_TITLE * size), Anchor::Middle, size);
        } else {
            for (panel, Cell { plot, .. }) in data.panels.iter().zip(&places.cells) {
                let at = (f64::midpoint(plot.left, plot.right), plot.bottom + X_TITLE * size);
                self.scene.text(font::fit(panel.x_title, size, plot.width()), at, Anchor::Middle, size);
            }
        }
    }

    fn panel(&mut self, panel: &Panel, cell: &Cell, y: &Linear) {
        let (size, plot) = (self.size, cell.plot);
        let lines = cell.title.len();
        for (i, line) in cell.title.iter().enumerate() {
            let up = (lines - 1 - i) as f64 * LINE + 0.45;
            self.scene.text(line, (f64::midpoint(plot.left, plot.right), plot.top - up * size), Anchor::Middle, size);
        }
        self.y_axis(plot, y, cell.first);
        let xs = panel.xs();
        match xs[..] {
            [only] => self.single(panel, plot, y, only),
            _ => self.curves(panel, plot, y, Log::holding(xs[0], xs[xs.len() - 1])),
        }
    }

    /// Grid lines, and labels where the panel is the first of its row.
    fn y_axis(&mut self, plot: Rect, y: &Linear, labelled: bool) {
        let size = self.size;
        for tick in &y.ticks {
            let at = plot.bottom - y.position(tick.value) * plot.height();
            self.scene.line([(plot.left, at), (plot.right, at)], GRID, HAIRLINE * size);
            if let (true, Some(label)) = (labelled, &tick.label) {
                self.scene.text(label, (plot.left - 0.45 * size, at + 0.35 * size), Anchor::End, size);
            }
        }
    }

    /// The frame's left and lower side, over the grid.
    fn frame(&mut self, plot: Rect) {
        let corners = [(plot.left, plot.top), (plot.left, plot.bottom), (plot.right, plot.bottom)];
        self.scene.line(corners, INK, AXIS * self.size);
    }

    fn curves(&mut self, panel: &Panel, plot: Rect, y: &Linear, x: Log) {
        let size = self.size;
        let across = |value: f64| plot.left + x.position(value) * plot.width();
        let ticks = x.ticks(panel.unit, plot.width(), size);
        for tick in ticks.iter().filter(|tick| tick.label.is_some()) {
            let at = across(tick.value);
            self.scene.line([(at, plot.top), (at, plot.bottom)], GRID, HAIRLINE * size);
        }
        let place = |&(vx, vy): &(f64, f64)| (across(vx), plot.bottom - y.position(vy) * plot.height());
        let placed: Vec<(usize, Vec<Point>)> =
            panel.curves.iter().map(|(series, points)| (*series, points.iter().map(place).collect())).collect();
        // The first series is drawn last: what the user named first is on top. Markers lie above all lines.
        for (series, points) in placed.iter().rev() {
            self.curve(*series, points);
        }
        for (series, points) in placed.iter().rev() {
            for &point in points {
                self.marker(*series, point);
            }
        }
        // Last, so that markers at 0 do not bite into the axis.
        self.frame(plot);
        for Tick { value, label } in ticks {
            let at = across(value);
            let length = if label.is_some() { 0.35 } else { 0.18 } * size;
            self.scene.line([(at, plot.bottom), (at, plot.bottom + length)], INK, AXIS * size);
            if let Some(label) = label {
                self.scene.text(label, (at, plot.bottom + TICK_LABEL * size), Anchor::Middle, size);
            }
        }
    }

    /// One capacity makes no curve: each series gets a stem of its own.
    fn single(&mut self, panel: &Panel, plot: Rect, y: &Linear, capacity: f64) {
        let size = self.size;
        let middle = f64::midpoint(plot.left, plot.right);
        self.scene.text(show(panel.unit, capacity), (middle, plot.bottom + TICK_LABEL * size), Anchor::Middle, size);
        let step = plot.width() / panel.curves.len() as f64;
        for (i, (series, points)) in panel.curves.iter().enumerate() {
            let Some(&(_, value)) = points.first() else { continue };
            let at = plot.left + step * (i as f64 + 0.5);
            let top = (at, plot.bottom - y.position(value) * plot.height());
            self.scene.line([(at, plot.bottom), top], style(*series).color, 2.0 * CURVE * size);
            self.marker(*series, top);
        }
        self.frame(plot);
    }

    fn curve(&mut self, series: usize, points: &[Point]) {
        if points.len() > 1 {
            let style = style(series);
            let dash = style.dash.iter().map(|length| length * self.size * self.thin).collect();
            let (color, width) = (style.color, CURVE * self.size * self.thin);
            self.scene.items.push(Item::Line { points: points.to_vec(), color, width, dash });
        }
    }

    fn marker(&mut self, series: usize, at: Point) {
        let style = style(series);
        self.scene.items.push(Item::Marker {
            at,
            marker: style.marker,
            color: style.color,
            radius: MARKER * self.size * self.thin,
        });
    }

    fn legend_entry(&mut self, series: usize, entry: &Entry) {
        let size = self.size;
        let y = entry.baseline - 0.33 * size;
        self.curve(series, &[(entry.left, y), (entry.left + SAMPLE * size, y)]);
        self.marker(series, (entry.left + SAMPLE * size / 2.0, y));
        self.scene.text(&entry.label, (entry.text, entry.baseline), Anchor::Start, size);
    }
}
