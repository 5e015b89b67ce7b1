//! What figures have in common: titles, axes, curves, markers, the legend.

use super::axis::{Linear, Tick};
use super::layout::{Cell, Entry, LINE, Layout, Rect, TICK_LABEL, TITLE, Y_TITLE};
use super::options::PlotOptions;
use super::scene::{Anchor, Item, Point, Scene};
use super::theme::{AXIS, CURVE, Color, GRID, HAIRLINE, INK, MARKER, Style};
use super::{font, layout};

/// The scene so far, and the text size that all lengths follow.
pub(super) struct Pen {
    pub(super) scene: Scene,
    /// One em.
    pub(super) size: f64,
    /// Shrinks curves and markers where panels are narrow.
    pub(super) thin: f64,
}

impl Pen {
    /// An empty scene of the layout's size, with the title of the figure, the note, and the titles of the axes.
    pub(super) fn new(options: &PlotOptions, places: &Layout, y_title: &str, x_titles: &[String]) -> Self {
        let width = f64::from(options.width);
        let mut pen =
            Self { scene: Scene::new(width, places.height), size: options.text, thin: thinning(places, options.text) };
        let size = pen.size;
        if let Some(title) = &options.title {
            let text = font::fit(title, size * TITLE, width - size);
            pen.scene.text(text, (width / 2.0, (TITLE + 0.25) * size), Anchor::Middle, size * TITLE);
        }
        for (line, baseline) in &places.note {
            pen.scene.text(line, (width / 2.0, *baseline), Anchor::Middle, size * layout::NOTE);
        }
        pen.axis_titles(places, y_title, x_titles);
        pen
    }

    fn axis_titles(&mut self, places: &Layout, y_title: &str, x_titles: &[String]) {
        let size = self.size;
        let (Some(first), Some(last)) = (places.cells.first(), places.cells.last()) else { return };
        if !y_title.is_empty() {
            let middle = f64::midpoint(first.plot.top, last.plot.bottom);
            self.scene.upright_text(y_title, (Y_TITLE * size, middle), size);
        }
        if places.one_x_title {
            let right = places.cells.iter().map(|c| c.plot.right).fold(0.0, f64::max);
            let middle = f64::midpoint(first.plot.left, right);
            let title = x_titles.first().map_or("", String::as_str);
            let text = font::fit(title, size, 2.0 * middle.min(self.scene.width - middle));
            self.scene.text(text, (middle, last.plot.bottom + places.x_title), Anchor::Middle, size);
        } else {
            for (title, Cell { plot, .. }) in x_titles.iter().zip(&places.cells) {
                let at = (f64::midpoint(plot.left, plot.right), plot.bottom + places.x_title);
                self.scene.text(font::fit(title, size, plot.width()), at, Anchor::Middle, size);
            }
        }
    }

    /// What a panel shows, above it.
    pub(super) fn panel_title(&mut self, cell: &Cell) {
        let (size, plot, lines) = (self.size, cell.plot, cell.title.len());
        for (i, line) in cell.title.iter().enumerate() {
            let up = (lines - 1 - i) as f64 * LINE + 0.45;
            self.scene.text(line, (f64::midpoint(plot.left, plot.right), plot.top - up * size), Anchor::Middle, size);
        }
    }

    /// Grid lines, and labels where the panel is the first of its row.
    pub(super) fn y_axis(&mut self, cell: &Cell, y: &Linear) {
        self.y_grid(cell, &y.ticks, |value| y.position(value));
    }

    /// As [`Pen::y_axis`], for the labelled ones of any ticks.
    pub(super) fn y_grid(&mut self, cell: &Cell, ticks: &[Tick], position: impl Fn(f64) -> f64) {
        let (size, plot) = (self.size, cell.plot);
        for tick in ticks.iter().filter(|tick| tick.label.is_some()) {
            let (left, at) = plot.at(0.0, position(tick.value));
            self.scene.line([(left, at), (plot.right, at)], GRID, HAIRLINE * size);
            if let (true, Some(label)) = (cell.first, &tick.label) {
                self.scene.text(label, (left - 0.45 * size, at + 0.35 * size), Anchor::End, size);
            }
        }
    }

    /// Vertical grid lines at the labelled ticks.
    pub(super) fn x_grid(&mut self, plot: Rect, ticks: &[Tick], position: impl Fn(f64) -> f64) {
        for tick in ticks.iter().filter(|tick| tick.label.is_some()) {
            let (at, _) = plot.at(position(tick.value), 0.0);
            self.scene.line([(at, plot.top), (at, plot.bottom)], GRID, HAIRLINE * self.size);
        }
    }

    /// Ticks and labels below a panel.
    pub(super) fn x_ticks(&mut self, plot: Rect, ticks: &[Tick], position: impl Fn(f64) -> f64) {
        let size = self.size;
        for Tick { value, label } in ticks {
            let (at, _) = plot.at(position(*value), 0.0);
            let length = if label.is_some() { 0.35 } else { 0.18 } * size;
            self.scene.line([(at, plot.bottom), (at, plot.bottom + length)], INK, AXIS * size);
            if let Some(label) = label {
                self.scene.text(label, (at, plot.bottom + TICK_LABEL * size), Anchor::Middle, size);
            }
        }
    }

    /// The left and lower side of a panel, over the grid. Drawn last, so that markers at 0 do not bite into the axis.
    pub(super) fn frame(&mut self, plot: Rect) {
        let corners = [(plot.left, plot.top), (plot.left, plot.bottom), (plot.right, plot.bottom)];
        self.scene.line(corners, INK, AXIS * self.size);
    }

    /// A line in a series' colour and dashes.
    pub(super) fn curve(&mut self, style: &Style, points: &[Point]) {
        if points.len() > 1 {
            let dash = style.dash.iter().map(|length| length * self.size * self.thin).collect();
            let width = CURVE * self.size * self.thin;
            self.scene.items.push(Item::Line { points: points.to_vec(), color: style.color, width, dash });
        }
    }

    /// A thin solid line in a colour.
    pub(super) fn thin_line(&mut self, color: Color, points: impl Into<Vec<Point>>) {
        self.scene.line(points, color, 0.6 * CURVE * self.size * self.thin);
    }

    /// A series' marker, if it has markers.
    pub(super) fn marker(&mut self, style: &Style, at: Point) {
        if !style.marked {
            return;
        }
        let radius = MARKER * self.size * self.thin;
        self.scene.items.push(Item::Marker { at, marker: style.marker, color: style.color, radius });
    }

    /// The legend: a line with a marker for each series.
    pub(super) fn legend(&mut self, places: &Layout, styles: &[Style]) {
        for (style, entry) in styles.iter().zip(&places.legend) {
            let y = middle(entry, self.size);
            self.curve(style, &[(entry.left, y), (entry.right, y)]);
        }
        self.legend_of_markers(places, styles, 0.5);
    }

    /// The legend of a figure without lines: a marker for each series, at this share of the sample's length.
    pub(super) fn legend_of_markers(&mut self, places: &Layout, styles: &[Style], across: f64) {
        for (style, entry) in styles.iter().zip(&places.legend) {
            self.marker(style, (entry.left + across * (entry.right - entry.left), middle(entry, self.size)));
            self.scene.text(&entry.label, (entry.text, entry.baseline), Anchor::Start, self.size);
        }
    }
}

/// The height of the sample in a legend.
pub(super) fn middle(entry: &Entry, size: f64) -> f64 {
    entry.baseline - 0.33 * size
}

/// Full weight from a panel of 26 x 15 em on.
fn thinning(places: &Layout, size: f64) -> f64 {
    places.cells.first().map_or(1.0, |Cell { plot, .. }| {
        (plot.width() / (26.0 * size)).min(plot.height() / (15.0 * size)).clamp(0.78, 1.0)
    })
}
