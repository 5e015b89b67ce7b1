//! Rows grouped into panels (one per trace) and curves (one per series) over capacity, repetitions averaged.

use super::axis::Unit;
use super::curve_rows::{Bound, Kind};
use super::{XAxis, unfinished};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use crate::stats::{Classes, Metric, Samples, classify, identify};
use std::collections::{BTreeSet, HashMap};

/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;

/// What a figure with one panel per trace shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// Labels of the series, by first appearance. All differ.
    pub(super) labels: Vec<String>,
    /// The policy of each.
    pub(super) policies: Vec<String>,
    /// By first appearance.
    pub(super) panels: Vec<Panel>,
}

/// One trace.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Name of the trace.
    pub(super) title: String,
    /// Of the x axis.
    pub(super) unit: Unit,
    /// What the x axis is.
    pub(super) x_title: &'static str,
    /// Sorted by series.
    pub(super) curves: Vec<Curve>,
    /// What no policy passes, where it is known.
    pub(super) bounds: Vec<Bound>,
}

/// A series in a panel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    /// Its index.
    pub(super) series: usize,
    /// By rising x.
    pub(super) dots: Vec<Dot>,
    /// The value at a size holds until just before the next: less one unit, which is this long on the axis. `None`: nobody
    /// knows.
    pub(super) steps: Option<f64>,
    /// Intervals are drawn as an area along the curve, not as bars.
    pub(super) shaded: bool,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dot {
    /// Objects, bytes or percent.
    pub(super) x: f64,
    /// The mean, in percent.
    pub(super) y: f64,
    /// Of the mean, in percent; where there is more than one value.
    pub(super) interval: Option<(f64, f64)>,
    /// Number of values.
    pub(super) count: usize,
}

impl Panel {
    /// The x values that occur, rising. An infinite cache has one only where nothing else has.
    pub(super) fn xs(&self) -> Vec<f64> {
        let bounds = |finite: bool| {
            let own = self.bounds.iter().filter(move |bound| !finite || bound.is_finite());
            own.flat_map(|bound| bound.lines.iter().flatten().map(|point| point.0))
        };
        let mut xs: Vec<f64> = self.curves.iter().flat_map(|curve| curve.dots.iter().map(|dot| dot.x)).collect();
        xs.extend(bounds(true));
        if xs.is_empty() {
            xs.extend(bounds(false));
        }
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        xs
    }
}

impl Data {
    /// The kinds of bounds that there are.
    pub(super) fn bounds(&self) -> Vec<Kind> {
        let kinds: BTreeSet<Kind> =
            self.panels.iter().flat_map(|panel| &panel.bounds).map(|bound| bound.kind).collect();
        kinds.into_iter().collect()
    }

    /// What bars or areas are, where there are any.
    pub(super) fn note(&self) -> String {
        let mut shaded = self.panels.iter().flat_map(|panel| &panel.curves).filter(|curve| curve.shaded);
        if shaded.any(|curve| curve.dots.iter().any(|dot| dot.interval.is_some())) {
            return "Shaded: 95% confidence interval of a sampled curve".to_owned();
        }
        let dots = || self.panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| &curve.dots);
        let counts = || dots().map(|dot| dot.count);
        match (counts().min(), counts().max()) {
            (Some(least), Some(most)) if dots().any(|dot| dot.interval.is_some()) => {
                let runs = if least == most { most.to_string() } else { format!("{least} to {most}") };
                format!("Mean of {runs} runs; bars: 95% confidence interval (Student\u{2019}s\u{a0}t)")
            }
            _ => String::new(),
        }
    }
}

/// The repetitions at one x.
type Point = (f64, Samples);

/// Series and their points, by first appearance.
type Curves = Vec<(usize, Vec<Point>)>;

/// Groups the rows that finished.
///
/// # Errors
/// No row finished, or a row has a number that no axis can show.
pub(super) fn collect(rows: &[Row], x: XAxis, metric: Metric) -> Result<Data> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(unfinished(rows));
    }
    let plain: Vec<&Row> = done.iter().map(|(_, row)| *row).collect();
    let (series, classes) = (identify(&plain), classify(&plain));
    let xs = x_values(&done, &classes, x)?;
    let mut panels: Vec<(Where<'_>, Curves)> = Vec::new();
    for ((((i, row), &curve), at), dataset) in done.into_iter().zip(&series.of_row).zip(xs).zip(&classes.datasets) {
        let value = metric.of(row).map_err(|e| e.at(place(i, row)))?;
        let panel = entry(&mut panels, (dataset.as_str(), row.trace.as_str(), row.size_mode == "bytes"));
        let points = entry(panel, curve);
        let point = points.iter().position(|(x, _)| x.total_cmp(&at).is_eq()).unwrap_or_else(|| {
            points.push((at, Samples::default()));
            points.len() - 1
        });
        points[point].1.add(row, value).map_err(|e| e.at(place(i, row)))?;
    }
    let places: Vec<Where<'_>> = panels.iter().map(|(place, _)| *place).collect();
    let titles: Vec<String> = places.iter().map(|place| panel_title(*place, &places)).collect();
    let panels = panels.into_iter().zip(titles).map(|(((.., bytes), curves), title)| panel(title, bytes, x, curves));
    Ok(Data { panels: panels.collect(), labels: series.labels, policies: series.policies })
}

/// Dataset and name of a trace, and whether sizes are in bytes.
pub(in crate::report) type Where<'a> = (&'a str, &'a str, bool);

/// The trace, with what sets it apart from others of its name.
pub(in crate::report) fn panel_title((dataset, trace, bytes): Where<'_>, all: &[Where<'_>]) -> String {
    let twins = || all.iter().filter(|other| other.1 == trace);
    let mut title = trace.to_owned();
    if twins().any(|other| other.0 != dataset) {
        title = format!("{dataset}: {title}");
    }
    if twins().any(|other| other.2 != bytes) {
        title.push_str(if bytes { " (bytes)" } else { " (objects)" });
    }
    title
}

/// The value of `key` in a list in order of appearance.
pub(super) fn entry<K: PartialEq, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let at = list.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
        list.push((key, V::default()));
        list.len() - 1
    });
    &mut list[at].1
}

/// The unit and the title of an axis of cache sizes.
pub(super) fn axis_of(x: XAxis, bytes: bool) -> (Unit, &'static str) {
    match (x, bytes) {
        (XAxis::Share, false) => (Unit::Percent, "Cache size (% of objects)"),
        (XAxis::Share, true) => (Unit::Percent, "Cache size (% of footprint)"),
        (_, false) => (Unit::Count, "Cache size (objects)"),
        (_, true) => (Unit::Bytes, "Cache size (bytes)"),
    }
}

fn panel(title: String, bytes: bool, x: XAxis, curves: Curves) -> Panel {
    let (unit, x_title) = axis_of(x, bytes);
    let mut curves: Vec<Curve> = curves
        .into_iter()
        .map(|(series, points)| {
            let mut dots: Vec<Dot> = points.iter().map(|(x, samples)| dot(*x, samples)).collect();
            dots.sort_by(|a, b| a.x.total_cmp(&b.x));
            Curve { series, dots, steps: None, shaded: false }
        })
        .collect();
    curves.sort_by_key(|curve| curve.series);
    Panel { title, unit, x_title, curves, bounds: Vec::new() }
}

fn dot(x: f64, samples: &Samples) -> Dot {
    let seeds = samples.by_seed().len();
    let runs = if seeds > 1 { seeds } else { samples.count() };
    // An interval of two runs is as wide as the figure.
    let interval = if runs < 3 { None } else { samples.interval(CONFIDENCE) };
    Dot {
        x,
        y: samples.mean() * 100.0,
        // Student's interval knows nothing of the ends of a ratio.
        interval: interval.map(|interval| (interval.low.max(0.0) * 100.0, interval.high.min(1.0) * 100.0)),
        count: samples.count(),
    }
}

/// Where a row stands, for an error.
pub(super) fn place(i: usize, row: &Row) -> String {
    format!("row {} ({}, {})", i + 1, row.policy, row.trace)
}

/// The x of each row. Seeds draw traces of different footprints, so that a share of it is another capacity for each: their
/// mean stands for all that are written alike.
fn x_values(rows: &[(usize, &Row)], classes: &Classes, x: XAxis) -> Result<Vec<f64>> {
    let found = rows.iter().map(|(i, row)| x_value(row, x).map_err(|e| e.at(place(*i, row))));
    let found: Vec<f64> = found.collect::<Result<_>>()?;
    let key = |at: usize| {
        let row = rows[at].1;
        let place = (classes.datasets[at].as_str(), row.trace.as_str(), classes.circumstances[at].as_str());
        (!row.capacity_given.is_empty()).then_some((place, row.size_mode.as_str(), row.capacity_given.as_str()))
    };
    let mut alike: HashMap<_, Vec<f64>> = HashMap::new();
    for (at, x) in found.iter().enumerate() {
        if let Some(key) = key(at) {
            alike.entry(key).or_default().push(*x);
        }
    }
    let mean = |(at, &x): (usize, &f64)| {
        let Some(all) = key(at).and_then(|key| alike.get(&key)) else { return x };
        // Not the mean of equal numbers, which may differ from them.
        if all.iter().all(|other| other.total_cmp(&x).is_eq()) { x } else { all.iter().sum::<f64>() / all.len() as f64 }
    };
    Ok(found.iter().enumerate().map(mean).collect())
}

fn x_value(row: &Row, x: XAxis) -> Result<f64> {
    if row.capacity == 0 {
        return Err(Error::failure("capacity: 0 has no place on a logarithmic axis").hint("remove the row"));
    }
    let (whole, column) = match (x, row.size_mode.as_str()) {
        (XAxis::Share, "bytes") => (row.footprint_bytes, "footprint_bytes"),
        (XAxis::Share, _) => (row.objects, "objects"),
        _ => return Ok(row.capacity as f64),
    };
    if whole == 0 {
        return Err(Error::failure(format!("{column}: 0, so the capacity is no share of anything"))
            .hint("draw the capacity itself"));
    }
    Ok(row.capacity as f64 / whole as f64 * 100.0)
}
