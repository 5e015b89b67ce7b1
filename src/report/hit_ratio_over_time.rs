//! Hit ratio over time: a panel for each trace and cache size, a curve for each policy.

use super::axis::{Linear, Unit, number, show};
use super::cache_sizes::titles;
use super::labels::{arrange, leads};
use super::layout::{Cell, Request};
use super::pen::Pen;
use super::scene::{Point, Scene};
use super::theme::{Style, looks};
use super::timeline::{Curve, Timelines, collect};
use super::{Figure, Input, Needs, PlotOptions, crowded, y_title};
use crate::core::Result;
use crate::stats::Metric;

/// Hit ratio over time.
pub(super) static FIGURE: Figure = Figure {
    name: "hit-ratio-over-time",
    summary: "hit ratio in each window: a panel for each trace and cache size, a curve for each policy",
    needs: Needs::Windows,
    draw,
};

/// A curve has about so many markers, however many windows there are.
const MARKERS: usize = 9;
/// Up to so many windows, each has a marker.
const MARKED_MOST: usize = 14;

/// Units of time: the name, seconds, and up to how many of them it is used.
const UNITS: [(&str, f64, f64); 4] =
    [("s", 1.0, 180.0), ("min", 60.0, 180.0), ("h", 3600.0, 72.0), ("days", 86_400.0, f64::INFINITY)];

/// The unit of an axis that ends at so many seconds: its name, and how many seconds it has.
pub(super) fn unit_of_time(end: f64) -> (&'static str, f64) {
    let unit = UNITS.into_iter().find(|(_, unit, most)| end <= unit * most).unwrap_or(UNITS[3]);
    (unit.0, unit.1)
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let metric = options.y.unwrap_or(Metric::HitRatio);
    let data = collect(input.rows, input.windows, options, metric)?;
    let curves = || data.panels.iter().flatten();
    let values = || curves().flat_map(|curve| curve.points.iter().map(|point| point.1));
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    // Small changes of a high ratio would drown in a scale from 0.
    let y = if low > 0.5 * high { Linear::between(low, high, 5) } else { Linear::up_to(high) };
    let longest = curves().map(|curve| curve.end).fold(0.0, f64::max);
    let (unit, seconds) = unit_of_time(longest);
    let x_title = if data.time { format!("Time ({unit})") } else { "Requests".to_owned() };
    let (titles, common) = titles(&data.places);
    let x_titles = vec![x_title; titles.len()];
    let note = note(&data, common);
    let request = Request {
        y_labels: y.label_width(options.text),
        labels: &data.labels,
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let (places, heights) = arrange(&request, &data.labels, ends(&data, &y));
    let mut pen = Pen::new(options, &places, &y_title(metric), &x_titles);
    let styles = looks(&data.policies);
    let scale = if data.time { seconds } else { 1.0 };
    for (curves, cell) in data.panels.iter().zip(&places.cells) {
        panel(&mut pen, curves, cell, &y, &styles, (data.time, scale));
    }
    if let (Some(heights), [curves], [cell]) = (&heights, &data.panels[..], &places.cells[..]) {
        let ends = curves.iter().map(|curve| {
            let last = curve.points.last()?;
            Some((cell.plot.at(last.0 / curve.end, y.position(last.1)), curve.series))
        });
        leads(&mut pen, cell.plot, ends, (&data.labels, heights), &styles);
    }
    pen.legend(&places, &styles);
    pen.scene.notes.extend(data.note);
    crowded(&mut pen.scene, data.panels.iter().map(Vec::len).max().unwrap_or(0));
    Ok(pen.scene)
}

/// What all panels share, and how many runs a curve is the mean of.
fn note(data: &Timelines, common: String) -> String {
    let runs = match data.runs {
        (_, 0 | 1) => return common,
        (least, most) if least == most => most.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    format!("{common}{}Mean of {runs} runs", if common.is_empty() { "" } else { ". " })
}

/// The heights at which the curves of a single panel end, by series, as shares.
fn ends(data: &Timelines, y: &Linear) -> Option<Vec<f64>> {
    let [curves] = &data.panels[..] else { return None };
    curves.iter().map(|curve| curve.points.last().map(|last| y.position(last.1))).collect()
}

/// `scale` is what one of the labels stands for.
fn panel(pen: &mut Pen, curves: &[Curve], cell: &Cell, y: &Linear, styles: &[Style], (time, scale): (bool, f64)) {
    pen.panel_title(cell);
    pen.y_axis(cell, y);
    let plot = cell.plot;
    let longest = curves.iter().map(|curve| curve.end).fold(0.0, f64::max) / scale;
    let label = |value: f64| if time { number(value) } else { show(Unit::Count, value) };
    let x = Linear::along((0.0, longest), plot.width(), pen.size, label);
    pen.x_grid(plot, &x.ticks, |value| x.position(value));
    let points = |curve: &Curve| -> Vec<Point> {
        curve.points.iter().map(|&(at, value)| plot.at(x.position(at / scale), y.position(value))).collect()
    };
    // The first series is drawn last: what the user named first is on top. Markers lie above all lines.
    for curve in curves.iter().rev() {
        pen.curve(&styles[curve.series], &points(curve));
    }
    for (i, curve) in curves.iter().enumerate().rev() {
        for at in marked(&points(curve), i, curves.len()) {
            pen.marker(&styles[curve.series], at);
        }
    }
    pen.frame(plot);
    pen.x_ticks(plot, &x.ticks, |value| x.position(value));
}

/// The points of curve `i` of `n` that have a marker: all of few; of many, some at equal steps that differ from those of the
/// other curves.
pub(super) fn marked(points: &[Point], i: usize, n: usize) -> Vec<Point> {
    if points.len() <= MARKED_MOST {
        return points.to_vec();
    }
    let step = points.len().div_ceil(MARKERS);
    points.iter().skip(step * i / n.max(1)).step_by(step).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_windows_have_few_markers_at_places_of_their_own() {
        let points: Vec<Point> = (0..100).map(|i| (f64::from(i), 0.0)).collect();
        let (a, b) = (marked(&points, 0, 2), marked(&points, 1, 2));
        assert_eq!((a.len(), a[1].0, b[0].0), (9, 12.0, 6.0));
        assert!(a.iter().all(|point| !b.contains(point)));
        assert_eq!(marked(&points[..14], 1, 2).len(), 14);
    }
}
