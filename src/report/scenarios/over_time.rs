//! Measures of a time series: a panel each, one above the other, and in each a line of steps for each configuration.

use super::configurations::{Configurations, Grouped};
use super::scale::Scale;
use crate::core::{Error, Result};
use crate::record::SeriesRow;
use crate::report::PlotOptions;
use crate::report::axis::{Linear, Unit, number};
use crate::report::hit_ratio_over_time::unit_of_time;
use crate::report::layout::{Cell, Request, layout};
use crate::report::pen::Pen;
use crate::report::scene::{Point, Scene};
use std::collections::BTreeMap;

/// Curves whose highest points differ by more than this factor share no linear axis.
const LINEAR_MOST: f64 = 25.0;

/// A curve has about so many markers, however many windows there are; up to so many windows, each has one.
const MARKERS: usize = 9;
/// Of more curves than this, only every other one has a marker in each stretch.
const TOGETHER_MOST: usize = 3;

/// What a panel shows.
pub(super) struct Measure {
    /// Title of the panel.
    pub(super) title: &'static str,
    /// Of its axis.
    pub(super) unit: Unit,
    /// Of a window; `None` where there was nothing to measure.
    pub(super) of: fn(&SeriesRow) -> Option<f64>,
}

/// A window: beginning, end, and the mean of the runs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    start: f64,
    end: f64,
    value: f64,
}

/// A panel: its measure, its axis and the steps of each configuration.
struct Panel {
    title: String,
    scale: Scale,
    curves: Vec<Vec<Step>>,
}

/// Draws the measures that have a value in some window.
///
/// # Errors
/// No measure has.
pub(super) fn draw(data: &Grouped<'_, SeriesRow>, measures: &[Measure], options: &PlotOptions) -> Result<Scene> {
    let panels: Vec<Panel> = measures.iter().filter_map(|measure| panel(data, measure)).collect();
    if panels.is_empty() {
        return Err(Error::failure("nothing to draw: no window has a request").hint("run the scenario longer"));
    }
    let size = options.text;
    let windows = || data.rows.iter().flatten();
    let from = windows().map(|row| row.start_seconds).fold(f64::INFINITY, f64::min);
    let to = windows().map(|row| row.end_seconds).fold(0.0, f64::max);
    // A warm-up that was not recorded stays in sight only where it is short.
    let from = if from < 0.25 * to { 0.0 } else { from };
    let (unit, seconds) = unit_of_time(to);
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let x_titles = vec![format!("Time ({unit})"); panels.len()];
    let note = data.list.note(runs(data));
    let room = f64::from(options.height);
    let request = Request {
        has_y_title: false,
        y_labels: panels.iter().map(|panel| panel.scale.label_width(room, size)).fold(0.0, f64::max),
        abreast: 1,
        panel: (11.0, if panels.len() > 1 { 6.5 } else { 8.5 }),
        labels: data.list.legend(),
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    let mut pen = Pen::new(options, &places, "", &x_titles);
    for (panel, cell) in panels.iter().zip(&places.cells) {
        let x = Linear::along((from / seconds, to / seconds), cell.plot.width(), size, number);
        draw_panel(&mut pen, panel, cell, (&x, seconds), &data.list);
    }
    pen.legend(&places, &data.list.styles);
    data.list.crowded(&mut pen.scene);
    Ok(pen.scene)
}

/// Most runs of a window.
fn runs(data: &Grouped<'_, SeriesRow>) -> usize {
    let mut most = 0;
    for rows in &data.rows {
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for row in rows {
            *counts.entry(row.start_seconds.to_bits()).or_default() += 1;
        }
        most = most.max(counts.into_values().max().unwrap_or(0));
    }
    most
}

fn panel(data: &Grouped<'_, SeriesRow>, measure: &Measure) -> Option<Panel> {
    let curves: Vec<Vec<Step>> = data.rows.iter().map(|rows| steps(rows, measure.of)).collect();
    let values = || curves.iter().flatten().map(|step| step.value);
    values().next()?;
    let peaks = curves.iter().map(|curve| curve.iter().map(|step| step.value).fold(0.0, f64::max));
    let peaks = peaks.filter(|&peak| peak > 0.0);
    let (low, high) = (peaks.clone().fold(f64::INFINITY, f64::min), peaks.fold(0.0, f64::max));
    let log = measure.unit != Unit::Percent && high > LINEAR_MOST * low;
    let scale = if log { Scale::log(values(), measure.unit) } else { None };
    let scale = scale.unwrap_or_else(|| Scale::linear(values(), measure.unit));
    let title = format!("{}{}", measure.title, scale.remark());
    Some(Panel { title, scale, curves })
}

/// The mean of the runs in each window, by its beginning. Beginnings are not negative, so that their bits rise as they do.
fn steps(rows: &[&SeriesRow], of: fn(&SeriesRow) -> Option<f64>) -> Vec<Step> {
    let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
    for row in rows {
        if let Some(value) = of(row) {
            let (end, sum, count) = sums.entry(row.start_seconds.max(0.0).to_bits()).or_default();
            (*end, *sum, *count) = (end.max(row.end_seconds), *sum + value, *count + 1.0);
        }
    }
    let step = |(start, (end, sum, count))| Step { start: f64::from_bits(start), end, value: sum / count };
    sums.into_iter().map(step).collect()
}

/// `seconds` is what one of the labels of the x axis stands for.
fn draw_panel(pen: &mut Pen, panel: &Panel, cell: &Cell, (x, seconds): (&Linear, f64), list: &Configurations) {
    let plot = cell.plot;
    pen.panel_title(cell);
    let ticks = panel.scale.ticks(plot.height(), pen.size);
    pen.y_grid(cell, &ticks, |value| panel.scale.position(value));
    pen.x_grid(plot, &x.ticks, |value| x.position(value));
    let place = |time: f64, value: f64| plot.at(x.position(time / seconds), panel.scale.position(value));
    let count = panel.curves.len();
    // The first configuration is drawn last: what the user named first is on top. Markers lie above all lines.
    for (steps, style) in panel.curves.iter().zip(&list.styles).rev() {
        for run in steps.chunk_by(|a, b| (b.start - a.end).abs() <= 1e-6 * (a.end - a.start)) {
            let points: Vec<Point> =
                run.iter().flat_map(|step| [place(step.start, step.value), place(step.end, step.value)]).collect();
            pen.curve(style, &points);
        }
    }
    for (i, (steps, style)) in panel.curves.iter().zip(&list.styles).enumerate().rev() {
        // Each has its markers at a place of its own, so that equal curves show that they are several.
        let across = (i as f64 + 0.5) / count as f64;
        for step in marked(steps, i, count) {
            pen.marker(style, place(step.start + across * (step.end - step.start), step.value));
        }
    }
    pen.frame(plot);
    pen.x_ticks(plot, &x.ticks, |value| x.position(value));
}

/// The steps of curve `i` of `n` that have a marker: of each stretch of windows the one that lies farthest from their mean,
/// so that markers do not miss what happens at regular times.
fn marked(steps: &[Step], i: usize, n: usize) -> Vec<&Step> {
    let stretch = steps.len().div_ceil(MARKERS).max(1);
    let every = if n > TOGETHER_MOST && steps.len() > MARKERS { 2 } else { 1 };
    let mean = steps.iter().map(|step| step.value).sum::<f64>() / steps.len().max(1) as f64;
    let far = |step: &Step| (step.value - mean).abs();
    let farthest = |steps: &'_ [Step]| {
        let later = |best: usize, (at, step): (usize, &Step)| if far(step) > far(&steps[best]) { at } else { best };
        steps.iter().enumerate().fold(0, later)
    };
    let kept = steps.chunks(stretch).skip(i % every).step_by(every);
    kept.map(|steps| &steps[farthest(steps)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_averaged_and_empty_windows_left_out() {
        let row = |start: f64, requests, hits| SeriesRow {
            start_seconds: start,
            end_seconds: start + 1.0,
            requests,
            hits,
            ..SeriesRow::default()
        };
        let rows = [row(0.0, 10, 2), row(1.0, 0, 0), row(2.0, 10, 10), row(0.0, 10, 4)];
        let of = |row: &SeriesRow| (row.requests > 0).then_some(row.hits as f64);
        let found = steps(&rows.iter().collect::<Vec<_>>(), of);
        let step = |start: f64, value| Step { start, end: start + 1.0, value };
        assert_eq!(found, [step(0.0, 3.0), step(2.0, 10.0)]);
    }

    #[test]
    fn markers_do_not_miss_what_happens_at_regular_times() {
        let step = |i: u32| Step {
            start: f64::from(i),
            end: f64::from(i + 1),
            value: if i % 3 == 1 { 9.0 } else { f64::from(i) / 1000.0 },
        };
        let steps: Vec<Step> = (0..27).map(step).collect();
        assert!(marked(&steps, 1, 2).iter().all(|step| step.value > 8.0));
        assert_eq!(
            (marked(&steps, 1, 2).len(), marked(&steps, 1, 4).len(), marked(&steps[..4], 1, 4).len()),
            (9, 4, 4)
        );
        assert!(marked(&[], 0, 1).is_empty());
    }
}
