//! Hit ratio against speed: a panel for each trace and cache size, a point for each policy, and the Pareto front.

use super::axis::{Linear, Log, Unit};
use super::cache_sizes::{Place, given, places, titles};
use super::labels::{Beside, around};
use super::layout::{Cell, Layout, Rect, Request, layout};
use super::pen::Pen;
use super::scene::{Point, Scene};
use super::series::{entry, place};
use super::theme::{Color, HAIRLINE, Style, looks};
use super::{Figure, Input, Needs, PlotOptions, crowded, unfinished, y_title};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use crate::registry;
use crate::stats::{Metric, Samples, identify, quantile};
use std::collections::BTreeSet;

/// Hit ratio against speed.
pub(super) static FIGURE: Figure = Figure {
    name: "speed",
    summary: "hit ratio against requests per second, with the Pareto front: a panel for each trace and cache size",
    needs: Needs::Times,
    draw,
};

/// The line of the front.
const FRONT: Color = (0x9a, 0x9a, 0x9a);

/// What was measured of one series at one place.
#[derive(Debug, Clone, PartialEq)]
struct Dot {
    series: usize,
    /// Requests per second: the median of the runs.
    speed: f64,
    /// In percent: the mean of the runs.
    ratio: f64,
}

struct Data {
    labels: Vec<String>,
    policies: Vec<String>,
    places: Vec<Place>,
    /// For each place.
    panels: Vec<Vec<Dot>>,
    /// For each series: does it know the future?
    clairvoyant: Vec<bool>,
    /// Are there speeds of passes that cells shared?
    shared: bool,
    notes: Vec<String>,
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let metric = options.y.unwrap_or(Metric::HitRatio);
    let data = collect(input.rows, metric)?;
    let dots = || data.panels.iter().flatten();
    let ends = |value: fn(&Dot) -> f64| {
        let values = || dots().map(value);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((slowest, fastest), (low, high)) = (ends(|dot| dot.speed), ends(|dot| dot.ratio));
    let (x, y) = (Log::roomy(slowest, fastest), Linear::between(low, high, 5));
    let (titles, common) = titles(&data.places);
    let x_titles = vec!["Speed (requests per second)".to_owned(); titles.len()];
    let mut front = format!("Grey line: Pareto front, beyond which nothing is both faster and {}", better(metric));
    if data.clairvoyant.iter().any(|knows| *knows) {
        front.push_str("; without policies that know the future");
    }
    if data.shared {
        front.push_str(". Some speeds are those of passes that several cells shared");
    }
    let note = if common.is_empty() { front } else { format!("{common}. {front}") };
    let plain =
        Request { y_labels: y.label_width(options.text), note: &note, ..Request::new(options, &titles, &x_titles) };
    let position = |plot: Rect, dot: &Dot| plot.at(x.position(dot.speed), y.position(dot.ratio));
    let spots = |places: &Layout| -> Vec<Vec<Point>> {
        let each = data.panels.iter().zip(&places.cells);
        each.map(|(dots, cell)| dots.iter().map(|dot| position(cell.plot, dot)).collect()).collect()
    };
    let line = |dots: &[Dot], spots: &[Point], plot: Rect| {
        let fair = dots.iter().zip(spots).filter(|(dot, _)| !data.clairvoyant[dot.series]);
        let spots: Vec<Point> = fair.map(|(_, at)| *at).collect();
        let edge = if metric.is_miss() { plot.top } else { plot.bottom };
        staircase(&spots, metric.is_miss(), (plot.left, edge))
    };
    let direct = label_all(&data, layout(&plain), spots, line, options.text);
    let (places, beside) = match direct {
        Some((places, beside)) => (places, Some(beside)),
        None => (layout(&Request { labels: &data.labels, sample: 0.8, ..plain }), None),
    };
    let mut pen = Pen::new(options, &places, &y_title(metric), &x_titles);
    let styles = looks(&data.policies);
    let spots = spots(&places);
    for (panel, cell) in places.cells.iter().enumerate() {
        pen.panel_title(cell);
        pen.y_axis(cell, &y);
        let ticks = x.ticks(Unit::Count, cell.plot.width(), pen.size);
        pen.x_grid(cell.plot, &ticks, |value| x.position(value));
        pen.scene.line(line(&data.panels[panel], &spots[panel], cell.plot), FRONT, 1.6 * HAIRLINE * pen.size);
        pen.frame(cell.plot);
        pen.x_ticks(cell.plot, &ticks, |value| x.position(value));
        points(&mut pen, &data.panels[panel], &spots[panel], &styles);
        if let Some(beside) = &beside {
            for ((at, anchor), dot) in beside[panel].iter().zip(&data.panels[panel]) {
                pen.scene.text(&data.labels[dot.series], *at, *anchor, pen.size);
            }
        }
    }
    pen.legend_of_markers(&places, &styles, 0.5);
    pen.scene.notes.extend(data.notes);
    crowded(&mut pen.scene, data.panels.iter().map(Vec::len).max().unwrap_or(0));
    Ok(pen.scene)
}

fn better(metric: Metric) -> &'static str {
    if metric.is_miss() { "lower" } else { "higher" }
}

/// The places of labels beside the points of each panel, where all have one.
fn label_all(
    data: &Data,
    places: Layout,
    spots: impl Fn(&Layout) -> Vec<Vec<Point>>,
    line: impl Fn(&[Dot], &[Point], Rect) -> Vec<Point>,
    size: f64,
) -> Option<(Layout, Vec<Vec<Beside>>)> {
    let labelled = |((spots, dots), cell): ((Vec<Point>, &Vec<Dot>), &Cell)| {
        let labels: Vec<String> = dots.iter().map(|dot| data.labels[dot.series].clone()).collect();
        around(&spots, &labels, size, cell.plot, &line(dots, &spots, cell.plot))
    };
    let beside: Option<Vec<Vec<Beside>>> =
        spots(&places).into_iter().zip(&data.panels).zip(&places.cells).map(labelled).collect();
    Some((places, beside?))
}

/// Markers, the first series on top.
fn points(pen: &mut Pen, dots: &[Dot], spots: &[Point], styles: &[Style]) {
    for (dot, at) in dots.iter().zip(spots).rev() {
        pen.marker(&styles[dot.series], *at);
    }
}

/// The indexes of the points (x, y) that no other surpasses in x without being below in y, by rising x and so falling y.
/// Of points at one place, the first.
fn pareto(points: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| points[b].0.total_cmp(&points[a].0).then(points[b].1.total_cmp(&points[a].1)));
    let mut best = f64::NEG_INFINITY;
    order.retain(|&i| {
        let above = points[i].1 > best;
        best = best.max(points[i].1);
        above
    });
    order.reverse();
    order
}

/// The edge of what is both slower and worse than some point, in pixels, from the left side of the panel to its worst side.
fn staircase(spots: &[Point], down_is_better: bool, (left, worst): (f64, f64)) -> Vec<Point> {
    let up = |(x, y): Point| if down_is_better { (x, y) } else { (x, -y) };
    let front = pareto(&spots.iter().copied().map(up).collect::<Vec<_>>());
    let mut line = Vec::new();
    let mut x = left;
    for &i in &front {
        line.extend([(x, spots[i].1), spots[i]]);
        x = spots[i].0;
    }
    line.push((x, worst));
    line
}

/// The runs of a series at a place.
type Runs = (Samples, Vec<f64>);

/// # Errors
/// No row finished, none has a time, or a row's number cannot be used.
fn collect(rows: &[Row], metric: Metric) -> Result<Data> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(unfinished(rows));
    }
    let all = done.len();
    let timed: Vec<(usize, &Row)> = done
        .into_iter()
        .filter(|(_, row)| row.requests_per_second.is_finite() && row.requests_per_second > 0.0)
        .collect();
    if timed.is_empty() {
        return Err(Error::failure("no times to draw: no row has requests_per_second").hint(
            "a sweep keeps them in timings.csv beside its results.csv; name the folder, or its results.csv in that place",
        ));
    }
    let series = identify(&timed.iter().map(|(_, row)| *row).collect::<Vec<_>>());
    let mut found: Vec<(Place, Vec<(usize, Runs)>)> = Vec::new();
    let mut capacities: Vec<(Place, u64)> = Vec::new();
    for (&(i, row), &s) in timed.iter().zip(&series.of_row) {
        let at = |e: Error| e.at(place(i, row));
        let here = (row.trace.clone(), given(row), row.size_mode == "bytes");
        let (samples, speeds) = entry(entry(&mut found, here.clone()), s);
        samples.add(row, metric.of(row).map_err(at)? * 100.0).map_err(at)?;
        speeds.push(row.requests_per_second);
        capacities.push((here, row.capacity));
    }
    let (places, note) = places(&capacities, 1);
    let panel = |place: &Place| {
        let own = found.iter().find(|(other, _)| other == place).map_or(&[][..], |(_, runs)| runs);
        own.iter().map(|(series, runs)| dot(*series, runs)).collect()
    };
    let mut notes: Vec<String> = note.into_iter().collect();
    if timed.len() < all {
        notes.push(format!("{} rows without times are not drawn", all - timed.len()));
    }
    let drawn: BTreeSet<&Place> = places.iter().collect();
    let shared = |(_, row): &&(usize, &Row)| {
        row.pass_cells > 1 && drawn.contains(&(row.trace.clone(), given(row), row.size_mode == "bytes"))
    };
    let shared = timed.iter().filter(shared).count();
    if shared > 0 {
        notes.push(format!(
            "{shared} of the speeds are those of passes that cells shared; --no-batch times each cell alone"
        ));
    }
    let knows = |policy: &String| registry::find(policy).is_ok_and(|unit| unit.entry.info.needs.next_use);
    Ok(Data {
        clairvoyant: series.policies.iter().map(knows).collect(),
        shared: shared > 0,
        panels: places.iter().map(panel).collect(),
        places,
        labels: series.labels,
        policies: series.policies,
        notes,
    })
}

fn dot(series: usize, (samples, speeds): &Runs) -> Dot {
    let mut speeds = speeds.clone();
    speeds.sort_by(f64::total_cmp);
    Dot { series, speed: quantile(&speeds, 0.5), ratio: samples.mean() }
}

#[cfg(test)]
mod tests {
    use super::super::sample::row;
    use super::*;

    #[test]
    fn the_front_is_what_nothing_surpasses() {
        // By hand: 1 is slower and worse than 2; 3 is as fast as 2 and worse; 5 is at the place of 4.
        let points = [(1.0, 9.0), (2.0, 5.0), (3.0, 7.0), (3.0, 6.0), (4.0, 2.0), (4.0, 2.0)];
        assert_eq!(pareto(&points), [0, 2, 4]);
        assert_eq!(pareto(&[]), [0; 0]);
        // As good and slower is surpassed, too.
        assert_eq!(pareto(&[(1.0, 5.0), (2.0, 5.0)]), [1]);
    }

    #[test]
    fn the_line_has_all_points_below_or_on_it() {
        // Pixels grow downwards.
        let spots = [(10.0, 10.0), (20.0, 30.0), (15.0, 40.0)];
        let known = [(0.0, 10.0), (10.0, 10.0), (10.0, 30.0), (20.0, 30.0), (20.0, 99.0)];
        assert_eq!(staircase(&spots, false, (0.0, 99.0)), known);
        assert_eq!(
            staircase(&spots, true, (0.0, 0.0)),
            [(0.0, 40.0), (15.0, 40.0), (15.0, 30.0), (20.0, 30.0), (20.0, 0.0)]
        );
    }

    #[test]
    fn runs_become_a_mean_and_a_median() {
        let run = |seed, hit_ratio, speed| Row { seed, requests_per_second: speed, ..row("t", "lru", 10, hit_ratio) };
        let rows = [run(1, 0.25, 1e6), run(2, 0.5, 9e6), run(3, 0.75, 2e6), row("t", "lru", 20, 0.9)];
        let data = collect(&rows, Metric::HitRatio).unwrap();
        assert_eq!(data.panels, [[Dot { series: 0, speed: 2e6, ratio: 50.0 }]]);
        assert_eq!(data.notes, ["1 rows without times are not drawn"]);
        let error = collect(&rows[3..], Metric::HitRatio).err().unwrap().to_string();
        assert!(error.contains("timings.csv"), "{error}");
    }
}
