//! Rows of curves grouped into curves: one policy on one trace, found in one way.

use super::super::axis::number;
use crate::record::{CurveRow, Row};
use crate::stats::identify;
use std::collections::HashMap;

/// The curves of some rows.
pub(super) struct Groups<'a> {
    /// Labels of the series, by first appearance. All differ.
    pub(super) labels: Vec<String>,
    /// The policy of each.
    pub(super) policies: Vec<String>,
    /// By first appearance.
    pub(super) found: Vec<Group<'a>>,
}

/// The points of one series on one trace, of the whole trace or of windows.
pub(super) struct Group<'a> {
    /// Name of the trace.
    pub(super) trace: &'a str,
    /// Capacities are in bytes.
    pub(super) bytes: bool,
    /// Its index.
    pub(super) series: usize,
    /// In order of appearance, each with its index among all.
    pub(super) rows: Vec<(usize, &'a CurveRow)>,
}

impl<'a> Group<'a> {
    /// Where the second window begins, if there is one.
    fn second_window(&self) -> Option<u64> {
        self.rows.iter().filter(|(_, row)| row.window > 0).map(|(_, row)| row.start_request).min()
    }

    /// Are these all points at which the curve changes, rather than sizes that somebody named?
    pub(super) fn is_complete(&self) -> bool {
        self.rows.iter().all(|(_, row)| row.method == "exact" && row.capacity_given.is_empty())
    }

    /// The points of the whole trace.
    pub(super) fn whole(&self) -> Vec<(usize, &'a CurveRow)> {
        self.split(true)
    }

    /// The points of windows.
    pub(super) fn windows(&self) -> Vec<(usize, &'a CurveRow)> {
        self.split(false)
    }

    /// A point has number 0 in both cases; that of the first window ends before the second begins.
    fn split(&self, whole: bool) -> Vec<(usize, &'a CurveRow)> {
        let second = self.second_window();
        let is_whole = |row: &CurveRow| row.window == 0 && second.is_none_or(|second| row.end_request > second);
        self.rows.iter().filter(|(_, row)| is_whole(row) == whole).copied().collect()
    }
}

/// What the points of a curve have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    trace: &'a str,
    size_mode: &'a str,
    policy: &'a str,
    params: &'a str,
    method: &'a str,
    seed: u64,
    /// Expiry, warm-up and the like.
    around: [&'a str; 7],
}

impl<'a> Key<'a> {
    fn of(row: &'a CurveRow) -> Self {
        Self {
            trace: &row.trace,
            size_mode: &row.size_mode,
            policy: &row.policy,
            params: &row.params,
            method: method(row),
            seed: row.seed,
            around: [
                &row.ttl_mode,
                &row.ttl_given,
                &row.warmup_given,
                &row.operations,
                &row.size_change,
                &row.blocks,
                &row.filter,
            ],
        }
    }
}

/// How the points were found. Methods whose counts are the same may share a curve, as where the exact one is only for some
/// sizes.
fn method(row: &CurveRow) -> &str {
    match row.method.as_str() {
        "batch" | "replay" => "exact",
        other => other,
    }
}

/// Groups rows, each of which comes with its index. A label names method, seed and rate where they tell curves of one policy
/// apart, as in `lru method=shards`.
pub(super) fn groups<'a>(rows: &[(usize, &'a CurveRow)]) -> Groups<'a> {
    let mut index: HashMap<Key<'a>, usize> = HashMap::new();
    let mut found: Vec<Vec<(usize, &'a CurveRow)>> = Vec::new();
    for &(i, row) in rows {
        let at = *index.entry(Key::of(row)).or_insert_with(|| {
            found.push(Vec::new());
            found.len() - 1
        });
        found[at].push((i, row));
    }
    let found: Vec<_> = found.into_iter().flat_map(by_rate).collect();
    let heads: Vec<Row> = found.iter().map(|(rate, rows)| head(rows[0].1, *rate)).collect();
    let series = identify(&heads.iter().collect::<Vec<_>>());
    let group = |((_, rows), series): ((_, Vec<(usize, &'a CurveRow)>), usize)| {
        let first = rows[0].1;
        Group { trace: &first.trace, bytes: first.size_mode == "bytes", series, rows }
    };
    let found = found.into_iter().zip(series.of_row).map(group).collect();
    Groups { labels: series.labels, policies: series.policies, found }
}

/// Points, with the share of objects that was sampled for all of them where that tells them apart.
type Part<'a> = (Option<f64>, Vec<(usize, &'a CurveRow)>);

/// Parts a curve by the share of objects that was sampled, where a size was estimated with several.
fn by_rate(rows: Vec<(usize, &CurveRow)>) -> Vec<Part<'_>> {
    let mut rates: HashMap<(u64, u64, u64), f64> = HashMap::new();
    let several = rows.iter().filter(|(_, row)| row.sample_rate < 1.0).any(|(_, row)| {
        let at = (row.capacity, row.window, row.end_request);
        rates.insert(at, row.sample_rate).is_some_and(|other| other.total_cmp(&row.sample_rate).is_ne())
    });
    if !several {
        return vec![(None, rows)];
    }
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (i, row) in rows {
        let own = |(rate, _): &&mut (Option<f64>, _)| rate.is_some_and(|r: f64| r.total_cmp(&row.sample_rate).is_eq());
        match parts.iter_mut().find(own) {
            Some((_, part)) => part.push((i, row)),
            None => parts.push((Some(row.sample_rate), vec![(i, row)])),
        }
    }
    parts
}

/// A curve as a result, by which series are told apart.
fn head(row: &CurveRow, rate: Option<f64>) -> Row {
    let sample = rate.map(|rate| format!(";sample={}%", number(rate * 100.0))).unwrap_or_default();
    let params = format!("{};method={};seed={}{sample}", row.params, method(row), row.seed);
    Row {
        trace: row.trace.clone(),
        policy: row.policy.clone(),
        params,
        size_mode: row.size_mode.clone(),
        ttl_mode: row.ttl_mode.clone(),
        ttl_given: row.ttl_given.clone(),
        warmup_given: row.warmup_given.clone(),
        operations: row.operations.clone(),
        size_change: row.size_change.clone(),
        blocks: row.blocks.clone(),
        filter: row.filter.clone(),
        ..Row::default()
    }
}
