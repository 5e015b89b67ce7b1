//! Rows grouped into panels (one per trace) and series (one per policy and parameters), repetitions averaged.

use super::axis::Unit;
use super::{XAxis, YMetric};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use crate::stats::{Samples, identify};

/// What a figure with one panel per trace shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// Labels of the series, by first appearance. All differ.
    pub(super) labels: Vec<String>,
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
    /// Index of the series, and its points by rising x. Sorted by index.
    pub(super) curves: Vec<(usize, Vec<(f64, f64)>)>,
}

impl Panel {
    /// The x values that occur, rising.
    pub(super) fn xs(&self) -> Vec<f64> {
        let mut xs: Vec<f64> = self.curves.iter().flat_map(|(_, points)| points.iter().map(|p| p.0)).collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        xs
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
pub(super) fn collect(rows: &[Row], x: XAxis, y: YMetric) -> Result<Data> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(nothing(rows));
    }
    let series = identify(&done.iter().map(|(_, row)| *row).collect::<Vec<_>>());
    let mut panels: Vec<((&str, bool), Curves)> = Vec::new();
    for ((i, row), &curve) in done.into_iter().zip(&series.of_row) {
        let (at, value) =
            (x_value(row, x).map_err(|e| e.at(place(i, row)))?, y_value(row, y).map_err(|e| e.at(place(i, row)))?);
        let id = (row.trace.as_str(), row.size_mode == "bytes");
        let panel = entry(&mut panels, id);
        let points = entry(panel, curve);
        let point = points.iter().position(|(x, _)| x.total_cmp(&at).is_eq()).unwrap_or_else(|| {
            points.push((at, Samples::default()));
            points.len() - 1
        });
        points[point].1.add(row, value).map_err(|e| e.at(place(i, row)))?;
    }
    let labels = series.labels;
    let both_modes = |trace: &str| panels.iter().filter(|((t, _), _)| *t == trace).count() > 1;
    let titles: Vec<String> = panels
        .iter()
        .map(|((trace, bytes), _)| match (both_modes(trace), bytes) {
            (true, true) => format!("{trace} (bytes)"),
            (true, false) => format!("{trace} (objects)"),
            _ => (*trace).to_owned(),
        })
        .collect();
    let panels = panels.into_iter().zip(titles);
    Ok(Data { labels, panels: panels.map(|(((_, bytes), curves), title)| panel(title, bytes, x, curves)).collect() })
}

/// The value of `key` in a list in order of appearance.
fn entry<K: PartialEq, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let at = list.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
        list.push((key, V::default()));
        list.len() - 1
    });
    &mut list[at].1
}

fn panel(title: String, bytes: bool, x: XAxis, curves: Curves) -> Panel {
    let (unit, x_title) = match (x, bytes) {
        (XAxis::Capacity, false) => (Unit::Count, "Cache size (objects)"),
        (XAxis::Capacity, true) => (Unit::Bytes, "Cache size (bytes)"),
        (XAxis::Share, false) => (Unit::Percent, "Cache size (% of objects)"),
        (XAxis::Share, true) => (Unit::Percent, "Cache size (% of footprint)"),
    };
    let mut curves: Vec<(usize, Vec<(f64, f64)>)> = curves
        .into_iter()
        .map(|(series, points)| {
            let mut points: Vec<_> = points.iter().map(|(x, samples)| (*x, samples.mean())).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            (series, points)
        })
        .collect();
    curves.sort_by_key(|(series, _)| *series);
    Panel { title, unit, x_title, curves }
}

fn nothing(rows: &[Row]) -> Error {
    match rows.first() {
        None => Error::failure("no rows to draw").hint("run something first: evictlab demo"),
        Some(first) => Error::failure(format!("nothing to draw: all {} rows failed", rows.len()))
            .hint(format!("the column 'error' says why; the first one is '{}'", first.error)),
    }
}

fn place(i: usize, row: &Row) -> String {
    format!("row {} ({}, {})", i + 1, row.policy, row.trace)
}

fn x_value(row: &Row, x: XAxis) -> Result<f64> {
    if row.capacity == 0 {
        return Err(Error::failure("capacity: 0 has no place on a logarithmic axis").hint("remove the row"));
    }
    let (whole, column) = match (x, row.size_mode.as_str()) {
        (XAxis::Capacity, _) => return Ok(row.capacity as f64),
        (XAxis::Share, "bytes") => (row.footprint_bytes, "footprint_bytes"),
        (XAxis::Share, _) => (row.objects, "objects"),
    };
    if whole == 0 {
        return Err(Error::failure(format!("{column}: 0, so the capacity is no share of anything"))
            .hint("draw the capacity itself"));
    }
    Ok(row.capacity as f64 / whole as f64 * 100.0)
}

/// In percent.
fn y_value(row: &Row, y: YMetric) -> Result<f64> {
    if y == YMetric::ByteHitRatio && row.size_mode == "unit" {
        return Err(Error::usage("no bytes were counted: every object counted 1")
            .hint("run with --size bytes, or draw the hit ratio"));
    }
    let (value, column) = match y {
        YMetric::HitRatio => (row.hit_ratio, "hit_ratio"),
        YMetric::MissRatio => (row.miss_ratio, "miss_ratio"),
        YMetric::ByteHitRatio => (row.byte_hit_ratio, "byte_hit_ratio"),
    };
    if (0.0..=1.0).contains(&value) {
        return Ok(value * 100.0);
    }
    Err(Error::failure(format!("{column}: expected a number from 0 to 1, found {value}"))
        .hint("draw a results file as `evictlab run` writes it"))
}
