//! Curves of windows as maps: what was measured at each time and cache size.

use super::super::axis::Unit;
use super::super::options::{PlotOptions, XAxis};
use super::super::series::axis_of;
use super::super::timeline::by_requests;
use super::groups::{Group, groups};
use super::{by_trace, done, place, share};
use crate::core::{Error, Result};
use crate::record::CurveRow;
use crate::stats::Metric;
use std::collections::{BTreeMap, BTreeSet};

/// More sizes than this are drawn at so many, evenly spaced on the log scale.
const ROWS_MOST: usize = 64;
/// From so many sizes on, the outermost rows end at their sizes.
const ROWS_MANY: usize = 12;
/// More windows than this are drawn as means of neighbours.
const COLUMNS_MOST: usize = 160;

/// What is drawn.
pub(super) struct Maps {
    /// One for each series on each trace.
    pub(super) panels: Vec<Map>,
    /// Of the y axis.
    pub(super) unit: Unit,
    /// What the y axis is.
    pub(super) y_title: &'static str,
    /// The x axis is time; else, it is requests.
    pub(super) time: bool,
    /// Number of series.
    pub(super) series: usize,
}

/// One series on one trace.
pub(super) struct Map {
    /// Name of the trace, as a title.
    pub(super) trace: String,
    /// Label of the series.
    pub(super) label: String,
    /// The sizes between rows, rising: one more than there are rows.
    pub(super) edges: Vec<f64>,
    /// By rising time.
    pub(super) columns: Vec<Column>,
}

/// A window, or several in a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Where it begins and ends, in seconds or requests.
    pub(super) span: (f64, f64),
    /// In percent, by row from the smallest size on; nothing where nothing is known.
    pub(super) values: Vec<Option<f64>>,
    /// Of which it is the mean.
    requests: f64,
}

/// # Errors
/// No curve has windows, or the options ask for an axis that is none of time.
pub(super) fn collect(rows: &[CurveRow], options: &PlotOptions, metric: Metric) -> Result<Maps> {
    let mut all = groups(&done(rows)?);
    for group in &mut all.found {
        group.rows = group.windows();
    }
    all.found.retain(|group| !group.rows.is_empty());
    let Some(first) = all.found.first() else {
        return Err(Error::failure("no windows to draw: these curves are of whole traces")
            .hint("--figure hit-ratio-curve draws them; evictlab curve ... --window 1e5 makes curves of windows"));
    };
    let time = match options.x {
        None => !all.found.iter().all(|group| by_requests(&spans(group))),
        Some(XAxis::Time) => true,
        Some(XAxis::Requests) => false,
        Some(XAxis::Capacity | XAxis::Share) => {
            return Err(Error::usage("curves over time have the cache size on the y axis").hint("--x time or requests"));
        }
    };
    // Sizes of several traces are seen against what there is, where that is known.
    let several = all.found.iter().any(|group| (group.trace, group.bytes) != (first.trace, first.bytes));
    let known = all.found.iter().flat_map(|group| &group.rows).all(|(_, row)| share(row).is_ok());
    let axis = if several && known { XAxis::Share } else { XAxis::Capacity };
    let (unit, mut y_title) = axis_of(axis, first.bytes);
    if all.found.iter().any(|group| group.bytes != first.bytes) {
        y_title = if axis == XAxis::Share { "Cache size (%)" } else { "Cache size" };
    }
    let mut panels = Vec::new();
    let mut series = BTreeSet::new();
    for (trace, mut own) in by_trace(&all.found) {
        own.sort_by_key(|group| group.series);
        for group in own {
            series.insert(group.series);
            panels.push(map(group, (trace.clone(), all.labels[group.series].clone()), (time, axis), metric)?);
        }
    }
    Ok(Maps { panels, unit, y_title, time, series: series.len() })
}

/// First request and end of each window, by number.
fn spans(group: &Group<'_>) -> Vec<(u64, u64)> {
    let spans: BTreeMap<u64, (u64, u64)> =
        group.rows.iter().map(|(_, row)| (row.window, (row.start_request, row.end_request))).collect();
    spans.into_values().collect()
}

/// The points of a window: size and value in percent, by rising size.
#[derive(Default)]
struct Window {
    span: (f64, f64),
    requests: f64,
    points: Vec<(f64, f64)>,
}

fn map(
    group: &Group<'_>,
    (trace, label): (String, String),
    (time, axis): (bool, XAxis),
    metric: Metric,
) -> Result<Map> {
    let mut windows: BTreeMap<u64, Window> = BTreeMap::new();
    for &(i, row) in &group.rows {
        let at = |e: Error| e.at(place((i, row)));
        if row.capacity == 0 {
            return Err(at(Error::failure("capacity: 0 has no place on a logarithmic axis").hint("remove the row")));
        }
        let value = metric.among(&row.size_mode, row.hit_ratio, row.miss_ratio, row.byte_hit_ratio).map_err(at)?;
        let size = if axis == XAxis::Share { share(row).map_err(at)? } else { row.capacity as f64 };
        let window = windows.entry(row.window).or_default();
        window.span = if time {
            (row.start_seconds, row.end_seconds)
        } else {
            (row.start_request as f64, row.end_request as f64)
        };
        window.requests = row.requests as f64;
        if row.requests > 0 {
            window.points.push((size, value * 100.0));
        }
    }
    // Between the last request of a window and the first of the next lies nothing that was measured.
    let starts: BTreeMap<u64, f64> = windows.iter().map(|(number, window)| (*number, window.span.0)).collect();
    for (number, window) in &mut windows {
        window.span.1 = starts.get(&(number + 1)).copied().unwrap_or(window.span.1);
        window.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let (rows, edges, resampled) = rows(windows.values().flat_map(|window| window.points.iter().map(|point| point.0)));
    let column = |window: Window| Column {
        span: window.span,
        values: rows.iter().map(|&row| value(&window.points, row, group.is_complete() || resampled)).collect(),
        requests: window.requests,
    };
    Ok(Map { trace, label, edges, columns: merged(windows.into_values().map(column).collect()) })
}

/// The value at a size; of a whole curve, which says where it changes, that at the largest size up to it.
fn value(points: &[(f64, f64)], size: f64, whole: bool) -> Option<f64> {
    let upto = &points[..points.partition_point(|point| point.0 <= size)];
    upto.last().filter(|point| whole || point.0.total_cmp(&size).is_eq()).map(|point| point.1)
}

/// The sizes that rows stand for, the edges between them, and whether they are other than those found.
fn rows(sizes: impl Iterator<Item = f64>) -> (Vec<f64>, Vec<f64>, bool) {
    let mut sizes: Vec<f64> = sizes.collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let (Some(&low), Some(&high)) = (sizes.first(), sizes.last()) else { return (Vec::new(), Vec::new(), false) };
    if sizes.len() > ROWS_MOST {
        let at = |i: usize| low * libm::pow(high / low, i as f64 / ROWS_MOST as f64);
        let middle = |i: usize| (at(i) * at(i + 1)).sqrt();
        return ((0..ROWS_MOST).map(middle).collect(), (0..=ROWS_MOST).map(at).collect(), true);
    }
    let between = |pair: &[f64]| (pair[0] * pair[1]).sqrt();
    let inner: Vec<f64> = sizes.windows(2).map(between).collect();
    let (below, above) = match (inner.first(), inner.last()) {
        // A scale of many rows ends where the sizes do, as above.
        _ if sizes.len() >= ROWS_MANY => (low, high),
        // The outermost rows of few are as high as they are to the side where they have a neighbour.
        (Some(first), Some(last)) => (low * low / first, high * high / last),
        _ => (low / std::f64::consts::SQRT_2, high * std::f64::consts::SQRT_2),
    };
    let edges = std::iter::once(below).chain(inner).chain([above]).collect();
    (sizes, edges, false)
}

/// Not more columns than can be seen: neighbours are taken together, by their requests.
fn merged(columns: Vec<Column>) -> Vec<Column> {
    let together = columns.len().div_ceil(COLUMNS_MOST).max(1);
    let merge = |own: &[Column]| -> Column {
        let mean = |row: usize| {
            let known = || own.iter().filter_map(|column| Some((column.values[row]?, column.requests)));
            let requests: f64 = known().map(|(_, requests)| requests).sum();
            (requests > 0.0).then(|| known().map(|(value, requests)| value * requests).sum::<f64>() / requests)
        };
        Column {
            span: (own[0].span.0, own[own.len() - 1].span.1),
            values: (0..own[0].values.len()).map(mean).collect(),
            requests: own.iter().map(|column| column.requests).sum(),
        }
    };
    if together == 1 { columns } else { columns.chunks(together).map(merge).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(at: f64, value: Option<f64>, requests: f64) -> Column {
        Column { span: (at, at + 1.0), values: vec![value], requests }
    }

    #[test]
    fn rows_lie_around_their_sizes() {
        let (sizes, edges, resampled) = rows([4.0, 1.0, 16.0, 4.0].into_iter());
        assert_eq!((sizes, edges, resampled), (vec![1.0, 4.0, 16.0], vec![0.5, 2.0, 8.0, 32.0], false));
        let (sizes, edges, resampled) = rows((0..=1000).map(|i| f64::from(i) + 1.0));
        assert!(resampled && sizes.len() == ROWS_MOST && edges.len() == ROWS_MOST + 1);
        assert!(edges.windows(2).zip(&sizes).all(|(pair, &size)| pair[0] < size && size < pair[1]));
        assert_eq!(rows([9.0].into_iter()).1.len(), 2);
    }

    #[test]
    fn a_whole_curve_holds_until_it_changes() {
        let points = [(1.0, 10.0), (5.0, 50.0)];
        let at = |size: f64, whole: bool| value(&points, size, whole);
        assert_eq!([at(0.5, true), at(4.0, true), at(9.0, true)], [None, Some(10.0), Some(50.0)]);
        assert_eq!([at(4.0, false), at(5.0, false)], [None, Some(50.0)]);
    }

    #[test]
    fn windows_are_taken_together_by_their_requests() {
        let mut columns: Vec<Column> = (0..320).map(|i| column(f64::from(i), Some(1.0), 1.0)).collect();
        (columns[0], columns[1]) = (column(0.0, Some(10.0), 3.0), column(1.0, Some(50.0), 1.0));
        (columns[2], columns[3], columns[4]) =
            (column(2.0, None, 9.0), column(3.0, Some(7.0), 1.0), column(4.0, None, 0.0));
        columns[5] = column(5.0, None, 0.0);
        let found = merged(columns);
        // By hand: (3 * 10 + 50) / 4.
        assert_eq!((found.len(), found[0].span, found[0].values[0]), (160, (0.0, 2.0), Some(20.0)));
        assert_eq!((found[1].values[0], found[2].values[0]), (Some(7.0), None));
    }
}
