//! Ratios over capacity, which hit- and miss-ratio curves are.

use super::axis::{Linear, Log, Tick, show};
use super::labels::spread;
use super::layout::{Cell, Layout, Rect, Request, layout};
use super::pen::Pen;
use super::scene::{Anchor, Point, Scene};
use super::series::{Curve, Data, Panel, collect};
use super::theme::{CURVE, MARKER, Style, looks};
use super::{Input, PlotOptions, XAxis, crowded, font, y_title};
use crate::core::{Error, Result};
use crate::stats::Metric;

/// More curves than this are not labelled directly.
const DIRECT_MOST: usize = 10;
/// From the end of the curves to the labels beside them, in text sizes: the line that leads there, and the marker.
const LEAD: f64 = 2.4;

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
    let data = collect(input.rows, x, metric)?;
    let high = |dot: &super::series::Dot| dot.interval.map_or(dot.y, |(_, high)| high.min(100.0));
    let dots = data.panels.iter().flat_map(|p| &p.curves).flat_map(|curve| &curve.dots);
    let y = Linear::up_to(dots.map(high).fold(0.0, f64::max));
    let styles = looks(&data.policies);
    let titles: Vec<String> = data.panels.iter().map(|panel| panel.title.clone()).collect();
    let x_titles: Vec<String> = data.panels.iter().map(|panel| panel.x_title.to_owned()).collect();
    let note = data.note();
    let request = Request {
        y_labels: y.label_width(options.text),
        labels: &data.labels,
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let direct = beside(&data, &y, &request);
    let places = direct.as_ref().map_or_else(|| layout(&request), |(places, _)| places.clone());
    let mut pen = Pen::new(options, &places, &y_title(metric), &x_titles);
    for (panel, cell) in data.panels.iter().zip(&places.cells) {
        draw_panel(&mut pen, panel, cell, &y, &styles);
    }
    if let (Some((_, tops)), [cell]) = (&direct, &places.cells[..]) {
        labels(&mut pen, &data, cell.plot, &y, tops, &styles);
    }
    pen.legend(&places, &styles);
    crowded(&mut pen.scene, data.panels.iter().map(|panel| panel.curves.len()).max().unwrap_or(0));
    Ok(pen.scene)
}

/// The layout with labels at the ends of the curves, and the height of each label by series, where they fit: in a single panel
/// whose curves all end at its right side.
fn beside(data: &Data, y: &Linear, request: &Request<'_>) -> Option<(Layout, Vec<f64>)> {
    let [panel] = &data.panels[..] else { return None };
    let (first, last) = (*panel.xs().first()?, *panel.xs().last()?);
    let ends: Vec<f64> =
        panel.curves.iter().filter_map(|c| c.dots.last()).filter(|dot| dot.x >= last).map(|dot| dot.y).collect();
    if ends.len() != data.labels.len() || ends.len() > DIRECT_MOST || first >= last {
        return None;
    }
    let size = request.size;
    let widest = data.labels.iter().map(|label| font::width(label, size)).fold(0.0, f64::max);
    let room = widest + LEAD * size;
    if room > 0.32 * request.width {
        return None;
    }
    // The axis' own margin already leaves some of the room.
    let places = layout(&Request { labels: &[], beside: room - 0.8 * size, ..*request });
    let plot = places.cells.first()?.plot;
    let wanted: Vec<f64> = ends.iter().map(|&value| plot.at(0.0, y.position(value)).1).collect();
    let tops = spread(&wanted, 1.2 * size, (plot.top + 0.4 * size, plot.bottom - 0.6 * size), 3.2 * size)?;
    Some((places, tops))
}

/// The labels beside the only panel, each led to by a line from the end of its curve.
fn labels(pen: &mut Pen, data: &Data, plot: Rect, y: &Linear, tops: &[f64], styles: &[Style]) {
    let size = pen.size;
    for ((curve, top), label) in data.panels[0].curves.iter().zip(tops).zip(&data.labels) {
        let Some(end) = curve.dots.last() else { continue };
        let style = &styles[curve.series];
        let from = plot.at(end_of(&data.panels[0]).position(end.x), y.position(end.y));
        let marker = (plot.right + 0.85 * size, *top);
        pen.thin_line(style.color, [from, (plot.right, *top), marker]);
        pen.marker(style, marker);
        pen.scene.text(label, (plot.right + 1.45 * size, top + 0.33 * size), Anchor::Start, size);
    }
}

fn end_of(panel: &Panel) -> Log {
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
    let x = end_of(panel);
    let ticks = x.ticks(panel.unit, plot.width(), pen.size);
    pen.x_grid(plot, &ticks, |value| x.position(value));
    let place = |vx: f64, vy: f64| plot.at(x.position(vx), y.position(y.clamp(vy)));
    // The first series is drawn last: what the user named first is on top. Markers lie above all lines.
    for Curve { series, dots } in panel.curves.iter().rev() {
        let points: Vec<Point> = dots.iter().map(|dot| place(dot.x, dot.y)).collect();
        pen.curve(&styles[*series], &points);
    }
    for Curve { series, dots } in panel.curves.iter().rev() {
        for dot in dots {
            if let Some((low, high)) = dot.interval {
                whisker(pen, &styles[*series], place(dot.x, low), place(dot.x, high));
            }
            pen.marker(&styles[*series], place(dot.x, dot.y));
        }
    }
    pen.frame(plot);
    pen.x_ticks(plot, &ticks, |value| x.position(value));
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
    let step = 1.0 / panel.curves.len() as f64;
    for (i, Curve { series, dots }) in panel.curves.iter().enumerate() {
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
