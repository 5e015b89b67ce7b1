//! How long reads take: latency over its percentiles, whose axis gives each further nine the same room, as plots of
//! `HdrHistogram` do.

use super::configurations::{Grouped, latencies};
use super::scale::Scale;
use crate::core::{Error, Result};
use crate::record::LatencyRow;
use crate::report::axis::{Tick, Unit, number};
use crate::report::labels::{arrange, leads};
use crate::report::layout::{Rect, Request};
use crate::report::pen::Pen;
use crate::report::scene::{Point, Scene};
use crate::report::{Figure, Input, Needs, PlotOptions, font};
use std::collections::BTreeMap;

/// Latency distribution.
pub(in crate::report) static FIGURE: Figure = Figure {
    name: "latency-distribution",
    summary: "percentiles of the latency of reads, the tail drawn out: a curve for each configuration of a scenario",
    needs: Needs::Latencies,
    draw,
};

/// Latencies that differ by less than this factor share a linear axis.
const LINEAR_MOST: f64 = 5.0;
/// Markers of a curve from side to side.
const MARKERS: f64 = 6.0;
/// The quantiles that have a label, where there is room.
const LABELLED: [f64; 9] = [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999_999, 0.999_999_9];

/// Quantiles and latencies of a configuration, by rising quantile.
type Curve = Vec<(f64, f64)>;

/// How many nines a quantile has: 0.99 has two.
fn nines(quantile: f64) -> f64 {
    // One addition, so that 0.9 has one and not a hair more.
    -libm::log10((1.0 - quantile).max(f64::MIN_POSITIVE))
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let data = latencies(input.latencies)?;
    let (curves, runs) = curves(&data);
    let points = || curves.iter().flatten();
    let values = || points().map(|point| point.1);
    let Some(last) = points().map(|point| point.0).max_by(f64::total_cmp) else {
        return Err(Error::failure("nothing to draw: no quantile lies between 0 and 1")
            .hint("expected quantiles such as 0.5 and 0.99"));
    };
    let above = || values().filter(|&value| value > 0.0);
    let (low, high) = (above().fold(f64::INFINITY, f64::min), above().fold(0.0, f64::max));
    let zeros = values().any(|value| value <= 0.0);
    let log = (high > LINEAR_MOST * low || zeros).then(|| Scale::log(values(), Unit::Seconds)).flatten();
    let y = log.unwrap_or_else(|| Scale::linear(values(), Unit::Seconds));
    // A single quantile still needs an axis.
    let most = if nines(last) > 0.0 { nines(last) } else { 1.0 };
    let across = |quantile: f64| nines(quantile) / most;

    let size = options.text;
    let (titles, x_titles) = ([String::new()], ["Percentile of reads".to_owned()]);
    let note = data.list.note(runs);
    // Half of the last label is right of the panel.
    let over = font::width(&number_of_percent(last), size) / 2.0;
    let request = Request {
        beside: (over - 0.9 * size).max(0.0),
        y_labels: y.label_width(f64::from(options.height), size),
        labels: data.list.legend(),
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let ends: Option<Vec<f64>> = curves
        .iter()
        .map(|curve| curve.last().filter(|end| end.0 >= last).map(|end| y.position(end.1)))
        .collect::<Option<_>>()
        .filter(|_| !data.list.legend().is_empty());
    let (places, heights) = arrange(&request, &data.list.labels, ends);
    let mut pen = Pen::new(options, &places, "Read latency", &x_titles);
    let (cell, styles) = (&places.cells[0], &data.list.styles);
    let plot = cell.plot;
    let ticks = ticks(plot, size, last, across);
    pen.y_grid(cell, &y.ticks(plot.height(), size), |value| y.position(value));
    pen.x_grid(plot, &ticks, across);
    let place = |&(quantile, value): &(f64, f64)| plot.at(across(quantile), y.position(value));
    for (curve, style) in curves.iter().zip(styles).rev() {
        pen.curve(style, &curve.iter().map(place).collect::<Vec<Point>>());
    }
    for (i, (curve, style)) in curves.iter().zip(styles).enumerate().rev() {
        let phase = (i as f64 + 0.5) / curves.len() as f64;
        for at in marks(&curve.iter().map(place).collect::<Vec<Point>>(), (plot.left, plot.width() / MARKERS, phase)) {
            pen.marker(style, at);
        }
    }
    if let Some(heights) = &heights {
        let ends = curves.iter().enumerate().map(|(i, curve)| Some((place(curve.last()?), i)));
        leads(&mut pen, plot, ends, (&data.list.labels, heights), styles);
    }
    pen.frame(plot);
    pen.x_ticks(plot, &ticks, across);
    pen.legend(&places, styles);
    data.list.crowded(&mut pen.scene);
    Ok(pen.scene)
}

/// The curves, runs averaged, and the most runs of a quantile. The largest value of all has no place among nines.
fn curves(data: &Grouped<'_, LatencyRow>) -> (Vec<Curve>, usize) {
    let mut most = 0;
    let mut curve = |rows: &Vec<&LatencyRow>| {
        let mut sums: BTreeMap<u64, (f64, usize)> = BTreeMap::new();
        for row in rows.iter().filter(|row| (0.0..1.0).contains(&row.quantile)) {
            // A negative zero would come last; a quantile of at least 0 rises with its bits.
            let (sum, count) = sums.entry((row.quantile + 0.0).to_bits()).or_default();
            (*sum, *count) = (*sum + row.latency_seconds, *count + 1);
        }
        most = sums.values().map(|(_, count)| *count).fold(most, usize::max);
        sums.into_iter().map(|(bits, (sum, count))| (f64::from_bits(bits), sum / count as f64)).collect()
    };
    let curves = data.rows.iter().map(&mut curve).collect();
    (curves, most)
}

/// Where a curve is at equal steps across the panel, from `left` and a part of a step on, so that equal curves show that
/// they are several. The only point of a curve that has no more.
fn marks(points: &[Point], (left, step, phase): (f64, f64, f64)) -> Vec<Point> {
    if let [only] = points {
        return vec![*only];
    }
    let mut marks = Vec::new();
    let mut at = left + phase * step;
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        while at <= to.0 {
            if at >= from.0 && to.0 > from.0 {
                marks.push((at, from.1 + (to.1 - from.1) * (at - from.0) / (to.0 - from.0)));
            }
            at += step;
        }
    }
    marks
}

/// Labelled quantiles up to `last`, from the right on those that have room.
fn ticks(plot: Rect, size: f64, last: f64, across: impl Fn(f64) -> f64) -> Vec<Tick> {
    let mut ticks: Vec<Tick> = Vec::new();
    let mut limit = f64::INFINITY;
    for &value in LABELLED.iter().rev().filter(|&&value| value <= last * (1.0 + 1e-12)) {
        let label = number_of_percent(value);
        let half = font::width(&label, size) / 2.0;
        let at = across(value) * plot.width();
        let fits = at + half + 0.5 * size <= limit;
        if fits {
            limit = at - half;
        }
        ticks.push(Tick { value, label: fits.then_some(label) });
    }
    ticks.reverse();
    ticks
}

/// 99.99 for 0.9999, however many nines there are.
fn number_of_percent(quantile: f64) -> String {
    if quantile < 0.99 {
        return number(quantile * 100.0);
    }
    let text = format!("{:.8}", quantile * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_nine_has_the_same_room() {
        for (quantile, expected) in [(0.0, 0.0), (0.9, 1.0), (0.99, 2.0), (0.9999, 4.0)] {
            assert!((nines(quantile) - expected).abs() < 1e-9, "{quantile}");
        }
        assert_eq!([0.0, 0.5, 0.9999, 0.999_999_9].map(number_of_percent), ["0", "50", "99.99", "99.99999"]);
        let plot = Rect { left: 0.0, top: 0.0, right: 30.0, bottom: 50.0 };
        let shown = ticks(plot, 10.0, 0.999, |quantile| nines(quantile) / 3.0);
        let labels: Vec<String> = shown.into_iter().filter_map(|tick| tick.label).collect();
        assert_eq!(labels, ["50", "99.9"], "only what has room");
    }

    #[test]
    fn markers_are_on_the_curve_at_equal_steps() {
        let points = [(0.0, 0.0), (4.0, 0.0), (4.0, 8.0), (10.0, 2.0)];
        assert_eq!(marks(&points, (0.0, 3.0, 0.5)), [(1.5, 0.0), (4.5, 7.5), (7.5, 4.5)]);
        assert_eq!(marks(&points[..1], (0.0, 3.0, 0.5)), [(0.0, 0.0)]);
        assert!(marks(&[], (0.0, 3.0, 0.5)).is_empty());
    }
}
