//! Ratios over capacity, which hit- and miss-ratio curves are.

use super::axis::{Linear, Log, Tick, show};
use super::labels::{arrange, leads};
use super::layout::{Cell, Rect, Request};
use super::pen::Pen;
use super::scene::{Point, Scene};
use super::series::{Curve, Data, Dot, Panel, collect};
use super::theme::{CURVE, MARKER, Style, looks};
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
    let data = collect(input.rows, x, metric)?;
    let high = |dot: &Dot| dot.interval.map_or(dot.y, |(_, high)| high.min(100.0));
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
    let (places, heights) = arrange(&request, &data.labels, ends(&data, &y));
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
    crowded(&mut pen.scene, data.panels.iter().map(|panel| panel.curves.len()).max().unwrap_or(0));
    Ok(pen.scene)
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
