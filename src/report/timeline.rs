//! Windows grouped into panels (a trace at a cache size) and curves over time, runs averaged.

use super::cache_sizes::{Place, given, places};
use super::options::{PlotOptions, XAxis};
use super::series::entry;
use crate::core::quantity::ratio;
use crate::core::{Error, Result};
use crate::record::{Row, Window};
use crate::stats::{Metric, identify};
use std::collections::{BTreeMap, HashMap};

/// More sizes of one trace say little more.
const SIZES_MOST: usize = 4;

/// What is drawn.
#[derive(Debug)]
pub(super) struct Timelines {
    /// Labels of the series, by first appearance.
    pub(super) labels: Vec<String>,
    /// The policy of each.
    pub(super) policies: Vec<String>,
    /// The places of the panels.
    pub(super) places: Vec<Place>,
    /// For each place, the curves by series.
    pub(super) panels: Vec<Vec<Curve>>,
    /// The x axis is time; else, it is requests.
    pub(super) time: bool,
    /// Runs of a curve: least and most.
    pub(super) runs: (usize, usize),
    /// What is left out.
    pub(super) note: Option<String>,
}

/// A series at a place.
#[derive(Debug, PartialEq)]
pub(super) struct Curve {
    /// Its index.
    pub(super) series: usize,
    /// The middle of each window (in requests or seconds) and what was measured in it (in percent), by rising number.
    pub(super) points: Vec<(f64, f64)>,
    /// Where the last window ends.
    pub(super) end: f64,
}

/// The windows of one cell, and what is known of it.
struct Run<'a> {
    row: Row,
    windows: Vec<&'a Window>,
}

/// A series at a place, and its runs.
type Repeated<'a> = (usize, Vec<&'a Run<'a>>);

/// # Errors
/// The options ask for an axis that is none of time.
pub(super) fn collect(rows: &[Row], windows: &[Window], options: &PlotOptions, metric: Metric) -> Result<Timelines> {
    let runs = runs(rows, windows);
    let time = match options.x {
        None => !runs.iter().all(|run| by_requests(&spans(run))),
        Some(XAxis::Time) => true,
        Some(XAxis::Requests) => false,
        Some(XAxis::Capacity | XAxis::Share) => {
            return Err(Error::usage("hit ratios over time have no axis of cache sizes").hint("--x time or requests"));
        }
    };
    let series = identify(&runs.iter().map(|run| &run.row).collect::<Vec<_>>());
    let mut found: Vec<(Place, Vec<Repeated<'_>>)> = Vec::new();
    let mut capacities = Vec::new();
    for (run, &series) in runs.iter().zip(&series.of_row) {
        let place = (run.row.trace.clone(), given(&run.row), run.row.size_mode == "bytes");
        capacities.push((place.clone(), run.row.capacity));
        entry(entry(&mut found, place), series).push(run);
    }
    let (places, note) = places(&capacities, SIZES_MOST);
    let drawn = |place: &Place| found.iter().find(|(other, _)| other == place).map_or(&[][..], |(_, curves)| curves);
    let counts = || places.iter().flat_map(drawn).map(|(_, runs)| runs.len());
    let runs = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let panel = |place: &Place| {
        let mut curves: Vec<Curve> = drawn(place).iter().map(|(s, runs)| curve(*s, runs, time, metric)).collect();
        curves.sort_by_key(|curve| curve.series);
        curves
    };
    let panels = places.iter().map(panel).collect();
    Ok(Timelines { labels: series.labels, policies: series.policies, places, panels, time, runs, note })
}

/// The windows by cell, in order of appearance. Cells of a sweep have a key; elsewhere their settings tell them apart.
fn runs<'a>(rows: &[Row], windows: &'a [Window]) -> Vec<Run<'a>> {
    type Key<'k> = ([&'k str; 6], u64, u32);
    fn of_row(row: &Row) -> Key<'_> {
        let Row { cell, trace, policy, params, admission, prefetch, .. } = row;
        ([cell, trace, policy, params, admission, prefetch], row.capacity, row.repetition)
    }
    fn of_window(w: &Window) -> Key<'_> {
        let Window { cell, trace, policy, params, admission, prefetch, .. } = w;
        ([cell, trace, policy, params, admission, prefetch], w.capacity, w.repetition)
    }
    let known: HashMap<Key<'_>, &Row> = rows.iter().map(|row| (of_row(row), row)).collect();
    let mut index: HashMap<Key<'_>, usize> = HashMap::new();
    let mut runs: Vec<Run<'a>> = Vec::new();
    for window in windows {
        let at = *index.entry(of_window(window)).or_insert_with(|| {
            let row = known.get(&of_window(window)).map_or_else(|| bare(window), |row| (*row).clone());
            runs.push(Run { row, windows: Vec::new() });
            runs.len() - 1
        });
        runs[at].windows.push(window);
    }
    runs
}

/// What a window says of its cell.
fn bare(window: &Window) -> Row {
    Row {
        cell: window.cell.clone(),
        trace: window.trace.clone(),
        policy: window.policy.clone(),
        params: window.params.clone(),
        admission: window.admission.clone(),
        prefetch: window.prefetch.clone(),
        capacity: window.capacity,
        repetition: window.repetition,
        ..Row::default()
    }
}

/// First request and end of each window.
fn spans(run: &Run<'_>) -> Vec<(u64, u64)> {
    run.windows.iter().map(|window| (window.start_request, window.end_request)).collect()
}

/// Were windows with these first requests and ends cut by requests: are all but the first, which a warm-up may shorten, and
/// the last of one length?
pub(super) fn by_requests(spans: &[(u64, u64)]) -> bool {
    let length = |(start, end): &(u64, u64)| end.saturating_sub(*start);
    match spans {
        [] | [_] => true,
        [first, last] => length(last) <= length(first),
        [first, inner @ .., last] => {
            let whole = length(&inner[0]);
            inner.iter().all(|span| length(span) == whole) && length(first).max(length(last)) <= whole
        }
    }
}

/// The mean of the runs in each window.
fn curve(series: usize, runs: &[&Run<'_>], time: bool, metric: Metric) -> Curve {
    // Sums of x and y, and their number.
    let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
    let mut end: f64 = 0.0;
    for window in runs.iter().flat_map(|run| &run.windows) {
        let span = if time {
            (window.start_seconds, window.end_seconds)
        } else {
            (window.start_request as f64, window.end_request as f64)
        };
        let (x, y, count) = sums.entry(window.window).or_default();
        (*x, *y, *count) = (*x + f64::midpoint(span.0, span.1), *y + measure(window, metric) * 100.0, *count + 1.0);
        end = end.max(span.1);
    }
    Curve { series, points: sums.into_values().map(|(x, y, count)| (x / count, y / count)).collect(), end }
}

/// What was measured in a window; a ratio of nothing is 0.
fn measure(window: &Window, metric: Metric) -> f64 {
    match metric {
        Metric::HitRatio => ratio(window.hits, window.requests),
        Metric::MissRatio => ratio(window.requests - window.hits, window.requests),
        Metric::ByteHitRatio => ratio(window.bytes_hit, window.bytes_requested),
        Metric::ByteMissRatio => 1.0 - ratio(window.bytes_hit, window.bytes_requested),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{row, windows};
    use super::*;

    fn collected(rows: &[Row], windows: &[Window], x: Option<XAxis>) -> Timelines {
        collect(rows, windows, &PlotOptions { x, ..PlotOptions::default() }, Metric::HitRatio).unwrap()
    }

    #[test]
    fn runs_are_averaged_window_by_window() {
        let again: Vec<Window> =
            windows("t", "lru", 10, &[4, 6]).into_iter().map(|w| Window { repetition: 1, ..w }).collect();
        let all = [windows("t", "lru", 10, &[2, 4, 6]), again].concat();
        let found = collected(&[], &all, None);
        assert!(!found.time);
        assert_eq!(found.runs, (2, 2));
        let points = vec![(5.0, 30.0), (15.0, 50.0), (25.0, 60.0)];
        assert_eq!(found.panels, [[Curve { series: 0, points, end: 30.0 }]]);
    }

    #[test]
    fn rows_say_what_windows_do_not() {
        let known = Row { capacity_given: "1%".into(), ..row("t", "lru", 10, 0.5) };
        let found = collected(&[known], &windows("t", "lru", 10, &[2, 4]), None);
        assert_eq!(found.places, [("t".to_owned(), "1%".to_owned(), false)]);
        let found = collected(&[], &windows("t", "lru", 10, &[2, 4]), None);
        assert_eq!(found.places, [("t".to_owned(), "10".to_owned(), false)]);
    }

    #[test]
    fn the_axis_is_what_windows_were_cut_by() {
        let mut cut = windows("t", "lru", 10, &[2, 4, 6, 8]);
        (cut[1].end_request, cut[2].start_request) = (23, 23);
        let found = collected(&[], &cut, None);
        assert!(found.time);
        assert_eq!(
            (found.panels[0][0].points[1].0, found.panels[0][0].end),
            (7.5, 20.0),
            "half a second for a request"
        );
        assert!(!collected(&[], &cut, Some(XAxis::Requests)).time);
        let mut warm = windows("t", "lru", 10, &[2, 4, 6, 8]);
        warm[0].start_request = 5;
        assert!(!collected(&[], &warm, None).time, "a warm-up shortens the first");
    }
}
