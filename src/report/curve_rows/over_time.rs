//! Hit-ratio curves over time as maps of colours: a panel for each trace and policy, windows across, cache sizes up.

use super::super::axis::{Linear, Log, Unit, number, show};
use super::super::colormap::color;
use super::super::hit_ratio_over_time::unit_of_time;
use super::super::layout::{Cell, Rect, Request, layout};
use super::super::pen::Pen;
use super::super::scene::Scene;
use super::super::theme::{AXIS, INK};
use super::super::{Figure, Input, Needs, PlotOptions, color_bar, font, y_title};
use super::windows::{Column, Map, Maps, collect};
use crate::core::Result;
use crate::stats::Metric;

/// Hit ratio over time and cache size.
pub(in crate::report) static FIGURE: Figure = Figure {
    name: "curve-over-time",
    summary: "hit ratio over time and cache size as colours: a panel for each trace and policy",
    needs: Needs::Curves,
    draw,
};

/// More panels are small.
const PANELS_MOST: usize = 12;
/// Colours that are told apart.
const SHADES: f64 = 128.0;
/// How far a tile reaches under the next, in pixels, so that no seam shows.
const OVERLAP: f64 = 0.5;

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let metric = options.y.unwrap_or(Metric::HitRatio);
    let data = collect(input.curves, options, metric)?;
    let values =
        || data.panels.iter().flat_map(|map| &map.columns).flat_map(|column| &column.values).flatten().copied();
    let (low, high) = (values().fold(100.0, f64::min), values().fold(0.0, f64::max));
    // What begins close to 0 begins at 0.
    let scale = Linear::exactly(if low < 0.1 * high { 0.0 } else { low }, high, 6);
    let edges = || data.panels.iter().flat_map(|map| &map.edges).copied();
    let y = Log::exactly(edges().fold(f64::INFINITY, f64::min), edges().fold(0.0, f64::max));
    let longest = data.panels.iter().map(|map| span(map).1).fold(0.0, f64::max);
    let (unit, seconds) = unit_of_time(longest);
    let x_title = if data.time { format!("Time ({unit})") } else { "Requests".to_owned() };
    let (titles, note) = titles(&data);
    let x_titles = vec![x_title; titles.len()];
    let size = options.text;
    let ticks = |height: f64| y.ticks_up(data.unit, height, size);
    let labels = ticks(f64::from(options.height)).into_iter().filter_map(|tick| tick.label);
    let request = Request {
        y_labels: labels.map(|label| font::width(&label, size)).fold(0.0, f64::max),
        beside: color_bar::room(&scale, size),
        panel: (8.5, 7.5),
        // A row for each trace, where that has room.
        abreast: if (2..=3).contains(&data.series) { data.series } else { 3 },
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    let mut pen = Pen::new(options, &places, data.y_title, &x_titles);
    let time = if data.time { Some(seconds) } else { None };
    for (map, cell) in data.panels.iter().zip(&places.cells) {
        pen.panel_title(cell);
        let ticks = ticks(cell.plot.height());
        pen.y_grid(cell, &ticks, |value| y.position(value));
        panel(&mut pen, map, cell, (y, &scale), time);
        for tick in &ticks {
            let (left, at) = cell.plot.at(0.0, y.position(tick.value));
            let length = if tick.label.is_some() { 0.3 } else { 0.16 } * size;
            pen.scene.line([(left - length, at), (left, at)], INK, AXIS * size);
        }
    }
    color_bar::draw(&mut pen, &places, &y_title(metric), &scale, color);
    if data.panels.len() > PANELS_MOST {
        pen.scene.notes.push(format!("{} panels are small; choose some with --policy or --trace", data.panels.len()));
    }
    Ok(pen.scene)
}

/// What sets each panel apart, and what all share.
fn titles(data: &Maps) -> (Vec<String>, String) {
    let Some(first) = data.panels.first() else { return (Vec::new(), String::new()) };
    if data.panels.len() == 1 {
        return (vec![format!("{}, {}", first.trace, first.label)], String::new());
    }
    let one_trace = data.panels.iter().all(|map| map.trace == first.trace);
    let title = |map: &Map| match (one_trace, data.series == 1) {
        (true, _) => map.label.clone(),
        (false, true) => map.trace.clone(),
        (false, false) => format!("{}, {}", map.trace, map.label),
    };
    let common = match (one_trace, data.series == 1) {
        (true, _) => first.trace.clone(),
        (false, true) => first.label.clone(),
        (false, false) => String::new(),
    };
    (data.panels.iter().map(title).collect(), common)
}

/// From when to when.
fn span(map: &Map) -> (f64, f64) {
    let ends = |end: fn((f64, f64)) -> f64| map.columns.iter().map(move |column| end(column.span));
    (ends(|span| span.0).fold(f64::INFINITY, f64::min), ends(|span| span.1).fold(0.0, f64::max))
}

/// `time` is how many seconds one of the labels stands for; none where the axis is one of requests.
fn panel(pen: &mut Pen, map: &Map, cell: &Cell, (y, scale): (Log, &Linear), time: Option<f64>) {
    let plot = cell.plot;
    let unit = time.unwrap_or(1.0);
    let (start, end) = span(map);
    let label = |value: f64| if time.is_some() { number(value) } else { show(Unit::Count, value) };
    let x = Linear::along((start / unit, end / unit), plot.width(), pen.size, label);
    let shade = |value: f64| (scale.position(value) * (SHADES - 1.0)).round() / (SHADES - 1.0);
    for (row, edges) in map.edges.windows(2).enumerate() {
        let (bottom, top) = (y.position(edges[0]), y.position(edges[1]));
        // Neighbours of one colour are one tile.
        let alike = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => shade(a).total_cmp(&shade(b)).is_eq(),
            (a, b) => a.is_none() && b.is_none(),
        };
        let touch = |a: &Column, b: &Column| a.span.1.total_cmp(&b.span.0).is_eq();
        for run in map.columns.chunk_by(|a, b| touch(a, b) && alike(a.values[row], b.values[row])) {
            let Some(value) = run[0].values[row] else { continue };
            let (from, to) = (x.position(run[0].span.0 / unit), x.position(run[run.len() - 1].span.1 / unit));
            tile(pen, plot, (plot.at(from, bottom), plot.at(to, top)), shade(value));
        }
    }
    pen.frame(plot);
    pen.x_ticks(plot, &x.ticks, |value| x.position(value));
}

/// A rectangle between its lower left and its upper right corner.
fn tile(pen: &mut Pen, plot: Rect, (low, high): ((f64, f64), (f64, f64)), shade: f64) {
    let corner = ((high.0 + OVERLAP).min(plot.right), (high.1 - OVERLAP).max(plot.top));
    pen.scene.area(low, corner, color(shade));
}
