//! A sweep of two parameters as a map of colours, a panel for each other circumstance.

use super::axis::Linear;
use super::colormap::{color, difference, text_on};
use super::layout::{Cell, LINE, Layout, NOTE, Rect, Request, TICK_LABEL, layout};
use super::pen::Pen;
use super::scene::{Anchor, Scene};
use super::sweep_grid::{Grid, Grids, collect};
use super::theme::{Color, INK, PAPER};
use super::{Figure, Input, Needs, PlotOptions, color_bar, font, y_title};
use crate::core::Result;
use crate::stats::Metric;

/// A ratio over two parameters.
pub(super) static FIGURE: Figure = Figure {
    name: "heat-map",
    summary: "hit ratio, or its gain over a --baseline, over the two --parameters of a sweep",
    needs: Needs::Results,
    draw,
};

/// Panels in a row.
const ABREAST: usize = 3;
/// Most lines of a wrapped label.
const LINES: usize = 3;
/// Text in the cells, compared with the other text: the largest that has room in all of them.
const IN_CELL: [f64; 3] = [0.85, 0.72, 0.6];

/// What is needed to draw a panel.
struct Map<'a> {
    data: &'a Grids,
    scale: Linear,
    /// More is better.
    up: bool,
    /// Write values with their sign.
    signed: bool,
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let metric = options.y.unwrap_or(Metric::HitRatio);
    let data = collect(input.rows, options, metric)?;
    let values = || data.panels.iter().flat_map(|grid| &grid.cells).flatten().flatten().copied();
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let signed = options.baseline.is_some();
    // No difference is in the middle.
    let most = if low.abs().max(high.abs()) > 0.0 { low.abs().max(high.abs()) } else { 1.0 };
    let scale = if signed { Linear::exactly(-most, most, 6) } else { Linear::exactly(low, high, 6) };
    let map = Map { data: &data, scale, up: !metric.is_miss(), signed };
    let size = options.text;
    let titles: Vec<String> = data.panels.iter().map(|grid| grid.title.clone()).collect();
    let x_titles = vec![data.names[1].clone(); titles.len()];
    let measure = measure(metric, options);
    let best = format!("Framed: best of each column{}", if data.common.is_empty() { "" } else { ". " });
    let note = format!("{best}{}", data.common);
    let labels = data.values[0].iter().map(|label| font::width(label, size)).fold(0.0, f64::max);
    let request = Request {
        y_labels: labels.min(0.34 * f64::from(options.width)),
        beside: color_bar::room(&map.scale, size),
        abreast: ABREAST,
        panel: (9.0, (1.5 * data.values[0].len() as f64).clamp(6.0, 30.0)),
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    // Words that do not fit beside each other are wrapped below their columns.
    let wrapped = data.words && map.step(&places, size) > 1;
    let places = if wrapped { layout(&Request { x_lines: LINES, ..request }) } else { places };
    let mut pen = Pen::new(options, &places, &data.names[0], &x_titles);
    let written = map.written(&places, size);
    for (grid, cell) in data.panels.iter().zip(&places.cells) {
        map.panel(&mut pen, grid, cell, written);
        map.row_labels(&mut pen, cell);
        if wrapped {
            map.wrapped_labels(&mut pen, cell);
        } else {
            map.column_labels(&mut pen, cell, map.step(&places, size));
        }
    }
    color_bar::draw(&mut pen, &places, &measure, &map.scale, |position| map.color(position));
    if data.left_out > 0 {
        let [rows, columns] = &data.names;
        pen.scene.notes.push(format!("{} rows without {rows} or {columns} are not drawn", data.left_out));
    }
    Ok(pen.scene)
}

/// What the colours stand for.
fn measure(metric: Metric, options: &PlotOptions) -> String {
    match &options.baseline {
        None => y_title(metric),
        Some(baseline) => {
            let plain = y_title(metric);
            format!("{} minus that of {baseline} (points)", plain.trim_end_matches(" (%)"))
        }
    }
}

/// A dark frame with a pale one inside, which shows on every colour.
fn frame(pen: &mut Pen, tile: Rect) {
    let width = 0.11 * pen.size;
    for (inset, color) in [(0.05 * pen.size + width / 2.0, INK), (0.05 * pen.size + 1.5 * width, PAPER)] {
        let corners = ((tile.left + inset, tile.top + inset), (tile.right - inset, tile.bottom - inset));
        pen.scene.outline(corners.0, corners.1, color, width);
    }
}

impl Map<'_> {
    fn text(&self, value: f64) -> String {
        let text = format!("{:.1}", value.abs());
        match (self.signed, text == "0.0") {
            (_, true) | (false, _) => text,
            (true, false) if value < 0.0 => format!("\u{2212}{text}"),
            (true, false) => format!("+{text}"),
        }
    }

    /// The rectangle of a cell; rows count from below, as on every y axis.
    fn tile(&self, plot: Rect, row: usize, column: usize) -> Rect {
        let [rows, columns] = [&self.data.values[0], &self.data.values[1]].map(|values| values.len() as f64);
        let (left, bottom) = plot.at(column as f64 / columns, row as f64 / rows);
        let (right, top) = plot.at((column as f64 + 1.0) / columns, (row as f64 + 1.0) / rows);
        Rect { left, top, right, bottom }
    }

    /// The colour of a place on the scale, 0 to 1; better is blue where it is a difference.
    fn color(&self, position: f64) -> Color {
        match (self.signed, self.up) {
            (false, _) => color(position),
            (true, true) => difference(2.0 * position - 1.0),
            (true, false) => difference(1.0 - 2.0 * position),
        }
    }

    /// The size of text with which the values have room in the cells of every panel, if there is one.
    fn written(&self, places: &Layout, size: f64) -> Option<f64> {
        let fits = |text: f64| {
            let values = self.data.panels.iter().flat_map(|grid| &grid.cells).flatten().flatten();
            let widest = values.map(|&value| font::width(&self.text(value), text)).fold(0.0, f64::max);
            places.cells.iter().all(|cell| {
                let tile = self.tile(cell.plot, 0, 0);
                widest + 0.5 * text <= tile.width() && 1.5 * text <= tile.height()
            })
        };
        IN_CELL.iter().map(|share| share * size).find(|text| fits(*text))
    }

    fn panel(&self, pen: &mut Pen, grid: &Grid, cell: &Cell, written: Option<f64>) {
        pen.panel_title(cell);
        let (size, plot) = (pen.size, cell.plot);
        let seam = 0.05 * size;
        for (row, cells) in grid.cells.iter().enumerate() {
            for (column, value) in cells.iter().enumerate() {
                let Rect { left, top, right, bottom } = self.tile(plot, row, column);
                let Some(value) = *value else { continue };
                let ground = self.color(self.scale.position(value));
                pen.scene.area((left + seam, top + seam), (right - seam, bottom - seam), ground);
                if let Some(text) = written {
                    let at = (f64::midpoint(left, right), f64::midpoint(top, bottom) + 0.33 * text);
                    pen.scene.colored_text(self.text(value), at, Anchor::Middle, text, text_on(ground));
                }
            }
        }
        for (row, column) in self.best(grid) {
            frame(pen, self.tile(plot, row, column));
        }
    }

    /// The best cells of each column; several where they are equal, none where the column holds a single value.
    fn best(&self, grid: &Grid) -> Vec<(usize, usize)> {
        let mut best = Vec::new();
        for column in 0..self.data.values[1].len() {
            let own: Vec<(usize, f64)> =
                grid.cells.iter().enumerate().filter_map(|(row, cells)| Some((row, cells[column]?))).collect();
            let better = |a: f64, b: f64| if self.up { a.max(b) } else { a.min(b) };
            let Some(top) = own.iter().map(|(_, value)| *value).reduce(better) else { continue };
            let equal: Vec<usize> =
                own.iter().filter(|(_, v)| v.total_cmp(&top).is_eq()).map(|(row, _)| *row).collect();
            if equal.len() < own.len() {
                best.extend(equal.into_iter().map(|row| (row, column)));
            }
        }
        best
    }

    /// The values of the parameter of the rows, as many as have room.
    fn row_labels(&self, pen: &mut Pen, cell: &Cell) {
        let (size, plot) = (pen.size, cell.plot);
        let step = (1.15 * size / self.tile(plot, 0, 0).height()).ceil().max(1.0) as usize;
        for (row, label) in self.data.values[0].iter().enumerate().step_by(step).filter(|_| cell.first) {
            let Rect { top, bottom, .. } = self.tile(plot, row, 0);
            let at = (plot.left - 0.45 * size, f64::midpoint(top, bottom) + 0.35 * size);
            pen.scene.text(font::fit(label, size, plot.left - 1.9 * size), at, Anchor::End, size);
        }
    }

    /// Of so many columns, one has a label, so that the labels have room.
    fn step(&self, places: &Layout, size: f64) -> usize {
        let columns = &self.data.values[1];
        let widest = columns.iter().map(|label| font::width(label, size)).fold(0.0, f64::max);
        let tile = places.cells.first().map_or(size, |cell| self.tile(cell.plot, 0, 0).width());
        ((widest + 0.5 * size) / tile).ceil().clamp(1.0, columns.len() as f64) as usize
    }

    fn column_labels(&self, pen: &mut Pen, cell: &Cell, step: usize) {
        let (size, plot) = (pen.size, cell.plot);
        for (column, label) in self.data.values[1].iter().enumerate().step_by(step) {
            let Rect { left, right, .. } = self.tile(plot, 0, column);
            let at = (f64::midpoint(left, right), plot.bottom + TICK_LABEL * size);
            let room = (right - left) * step as f64 - 0.3 * size;
            pen.scene.text(font::fit(label, size, room), at, Anchor::Middle, size);
        }
    }

    fn wrapped_labels(&self, pen: &mut Pen, cell: &Cell) {
        let (size, plot) = (pen.size, cell.plot);
        for (column, label) in self.data.values[1].iter().enumerate() {
            let Rect { left, right, .. } = self.tile(plot, 0, column);
            let lines = font::wrap(label, NOTE * size, right - left - 0.3 * size, LINES);
            for (i, line) in lines.iter().enumerate() {
                let at = (f64::midpoint(left, right), plot.bottom + (TICK_LABEL + LINE * i as f64) * size);
                pen.scene.text(line, at, Anchor::Middle, NOTE * size);
            }
        }
    }
}
