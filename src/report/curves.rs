//! Ratios over capacity, which hit- and miss-ratio curves are.

use super::axis::{Linear, Log, Tick, show};
use super::curve_rows;
use super::labels::{arrange, leads};
use super::layout::{Cell, Rect, Request};
use super::pen::Pen;
use super::scene::{Point, Scene};
use super::series::{Curve, Data, Dot, Panel, collect};
use super::theme::{CURVE, MARKER, Style, looks};
use super::thin::thin;
use super::{Input, PlotOptions, XAxis, crowded, y_title};
use crate::core::{Error, Result};
use crate::stats::Metric;

pub(super) fn draw(input: &Input<'_>, options: &PlotOptions, metric: Metric) -> Result<Scene> {
    let x = match options.x {
        None | Some(XAxis::Capacity) => XAxis::Capacity,
        Some(XAxis::Share) => XAxis::Share,
        Some(XAxis::Time | XAxis::Requests) => {
            return Err(Error::usage("a curve over cache sizes has no axis of time")
                .hint("--x capacity or share; hit-ratio-over-time has --x time and requests"));
        }
    };
    let metric = options.y.unwrap_or(metric);
    let data = match (input.rows, input.curves) {
        (rows, []) => collect(rows, x, metric)?,
        ([], curves) => curve_rows::collect(curves, x, metric)?,
        _ => {
            return Err(Error::usage("results and curves have no common figure")
                .hint("draw one of the files; or let evictlab curve --method replay make a curve of the replays"));
        }
    };
    let y = Linear::up_to(highest(&data));
    let styles = styles(&data);
    let kinds = data.bounds();
    // A legend shows dashes, which are all that tells lines without markers apart where there is no colour.
    let plain = kinds.is_empty() && styles.iter().all(|style| style.marked);
    let labels: Vec<String> =
        data.labels.iter().cloned().chain(kinds.iter().map(|kind| kind.label().to_owned())).collect();
    let titles: Vec<String> = data.panels.iter().map(|panel| panel.title.clone()).collect();
    let x_titles: Vec<String> = data.panels.iter().map(|panel| panel.x_title.to_owned()).collect();
    let note = data.note();
    let request = Request {
        y_labels: y.label_width(options.text),
        labels: &labels,
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let (places, heights) = arrange(&request, &data.labels, ends(&data, &y).filter(|_| plain));
    let mut pen = Pen::new(options, &places, &y_title(metric), &x_titles);
    for (panel, cell) in data.panels.iter().zip(&places.cells) {
        draw_panel(&mut pen, panel, cell, &y, &styles);
    }
    if let (Some(heights), [panel], [cell]) = (&heights, &data.panels[..], &places.cells[..]) {
        let ends = panel.curves.iter().map(|curve| {
            let last = curve.dots.last()?;
            Some((cell.plot.at(scale(panel).position(last.x), y.position(last.y)), curve.series))
        });
        leads(&mut pen, cell.plot, ends, (&data.labels, heights), &styles);
    }
    pen.legend(&places, &styles);
    for (kind, entry) in kinds.iter().zip(places.legend.iter().skip(styles.len())) {
        kind.explain(&mut pen, entry);
    }
    crowded(&mut pen.scene, data.panels.iter().map(|panel| panel.curves.len()).max().unwrap_or(0));
    Ok(pen.scene)
}

/// More points than this have no markers, which would run together.
const MARKED_MOST: usize = 24;

/// The looks of the series: one with many points in some panel has no markers, nor has a complete curve.
fn styles(data: &Data) -> Vec<Style> {
    let mut styles = looks(&data.policies);
    for curve in data.panels.iter().flat_map(|panel| &panel.curves) {
        styles[curve.series].marked &= curve.dots.len() <= MARKED_MOST && curve.steps.is_none();
    }
    styles
}

/// The highest value that is drawn, in percent.
fn highest(data: &Data) -> f64 {
    let high = |dot: &Dot| dot.interval.map_or(dot.y, |(_, high)| high.min(100.0));
    let dots = data.panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| &curve.dots);
    let bounds = data.panels.iter().flat_map(|panel| &panel.bounds).flat_map(|bound| bound.lines.iter().flatten());
    dots.map(high).chain(bounds.map(|point| point.1)).fold(0.0, f64::max)
}

/// The heights at which the curves of a single panel end, by series, as shares; `None` where they end at different sizes.
fn ends(data: &Data, y: &Linear) -> Option<Vec<f64>> {
    let [panel] = &data.panels[..] else { return None };
    let (first, last) = (*panel.xs().first()?, *panel.xs().last()?);
    let at_end =
        |curve: &Curve| curve.dots.last().filter(|dot| dot.x >= last && last > first).map(|dot| y.position(dot.y));
    panel.curves.iter().map(at_end).collect()
}

/// The x axis of a panel.
fn scale(panel: &Panel) -> Log {
    let xs = panel.xs();
    Log::holding(xs[0], xs[xs.len() - 1])
}

fn draw_panel(pen: &mut Pen, panel: &Panel, cell: &Cell, y: &Linear, styles: &[Style]) {
    pen.panel_title(cell);
    pen.y_axis(cell, y);
    match panel.xs()[..] {
        [only] => single(pen, panel, cell.plot, y, only, styles),
        _ => curves(pen, panel, cell.plot, y, styles),
    }
}

fn curves(pen: &mut Pen, panel: &Panel, plot: Rect, y: &Linear, styles: &[Style]) {
    let x = scale(panel);
    let ticks = x.ticks(panel.unit, plot.width(), pen.size);
    pen.x_grid(plot, &ticks, |value| x.position(value));
    let place = |vx: f64, vy: f64| plot.at(x.position(vx), y.position(y.clamp(vy)));
    panel.bounds.iter().for_each(|bound| bound.draw(pen, plot, place));
    // The first series is drawn last: what the user named first is on top. Markers lie above all lines, lines above areas.
    let drawn = || panel.curves.iter().rev().map(|curve| (curve, &styles[curve.series]));
    for (curve, style) in drawn().filter(|(curve, _)| curve.shaded) {
        shade(pen, style, curve, place);
    }
    for (curve, style) in drawn() {
        pen.curve(style, &path(curve, place));
    }
    for (curve, style) in drawn() {
        for dot in &curve.dots {
            if let (Some((low, high)), false) = (dot.interval, curve.shaded) {
                whisker(pen, style, place(dot.x, low), place(dot.x, high));
            }
            pen.marker(style, place(dot.x, dot.y));
        }
    }
    pen.frame(plot);
    pen.x_ticks(plot, &ticks, |value| x.position(value));
}

/// The line of a curve.
fn path(Curve { dots, steps, .. }: &Curve, place: impl Fn(f64, f64) -> Point) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::with_capacity(dots.len() * 2);
    for (i, dot) in dots.iter().enumerate() {
        if let (Some(unit), Some(before)) = (steps, i.checked_sub(1).map(|i| dots[i]))
            && dot.x - unit > before.x
        {
            points.push(place(dot.x - unit, before.y));
        }
        points.push(place(dot.x, dot.y));
    }
    thin(points)
}

/// The area of the intervals along a curve, wherever two points in a row have one.
fn shade(pen: &mut Pen, style: &Style, curve: &Curve, place: impl Fn(f64, f64) -> Point) {
    for part in curve.dots.chunk_by(|a, b| a.interval.is_some() == b.interval.is_some()) {
        let side = |end: fn((f64, f64)) -> f64| -> Vec<Point> {
            thin(part.iter().filter_map(|dot| Some(place(dot.x, end(dot.interval?)))).collect())
        };
        let (mut around, high) = (side(|interval| interval.0), side(|interval| interval.1));
        if around.len() > 1 {
            around.extend(high.into_iter().rev());
            pen.scene.veil(around, style.color);
        }
    }
}

/// An interval: a thin line with ends across.
fn whisker(pen: &mut Pen, style: &Style, low: Point, high: Point) {
    let end = MARKER * pen.size * pen.thin;
    // A marker hides what is no longer than itself.
    if low.1 - high.1 > 2.0 * end {
        pen.thin_line(style.color, [low, high]);
        for (x, y) in [low, high] {
            pen.thin_line(style.color, [(x - 0.8 * end, y), (x + 0.8 * end, y)]);
        }
    }
}

/// One capacity makes no curve: each series gets a stem of its own.
fn single(pen: &mut Pen, panel: &Panel, plot: Rect, y: &Linear, capacity: f64, styles: &[Style]) {
    // Those of a bound at one size go all the way across.
    let across = |_: f64, vy: f64| plot.at(0.5, y.position(vy));
    panel.bounds.iter().for_each(|bound| bound.draw(pen, plot, across));
    let step = 1.0 / panel.curves.len() as f64;
    for (i, Curve { series, dots, .. }) in panel.curves.iter().enumerate() {
        let Some(dot) = dots.first() else { continue };
        let style = &styles[*series];
        let across = step * (i as f64 + 0.5);
        let top = plot.at(across, y.position(dot.y));
        pen.scene.line([plot.at(across, 0.0), top], style.color, 2.0 * CURVE * pen.size);
        if let Some((low, high)) = dot.interval {
            let place = |value| plot.at(across, y.position(y.clamp(value)));
            whisker(pen, style, place(low), place(high));
        }
        pen.marker(style, top);
    }
    pen.frame(plot);
    pen.x_ticks(plot, &[Tick { value: capacity, label: Some(show(panel.unit, capacity)) }], |_| 0.5);
}
