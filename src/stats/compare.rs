//! Two sets of results, cell by cell: what changed, and by how much.

use super::quantile::quantile;
use crate::core::{Error, Result};
use crate::record::{COLUMNS, Row, Status};
use serde_json::Value;
use std::collections::HashMap;

/// What a replay counts; all other columns follow from the trace and from what was given.
const OUTCOMES: [&str; 9] = [
    "hits",
    "misses",
    "hit_ratio",
    "miss_ratio",
    "bytes_hit",
    "byte_hit_ratio",
    "evictions",
    "rejections",
    "expirations",
];

/// Those of the outcomes that the tolerance is about.
const RATIOS: [&str; 3] = ["hit_ratio", "miss_ratio", "byte_hit_ratio"];

/// A column that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnChange {
    /// Its name.
    pub column: &'static str,
    /// Its value in A.
    pub a: Value,
    /// In B.
    pub b: Value,
    /// B less A, where both are numbers.
    pub difference: Option<f64>,
}

/// A cell that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct CellChange {
    /// Its row in A, from 0.
    pub a: usize,
    /// Its row in B, from 0.
    pub b: usize,
    /// What differs, in the order of the columns; not empty.
    pub columns: Vec<ColumnChange>,
}

impl CellChange {
    /// B less A in a column; 0 where it does not differ.
    pub fn difference(&self, column: &str) -> f64 {
        self.columns.iter().find(|c| c.column == column).and_then(|c| c.difference).unwrap_or(0.0)
    }

    /// Did the cell finish in one of the two only?
    pub fn status(&self) -> bool {
        self.columns.iter().any(|c| c.column == "status")
    }

    /// The larger of the differences of the hit ratio and the byte hit ratio, without sign.
    fn size(&self) -> f64 {
        self.difference("hit_ratio").abs().max(self.difference("byte_hit_ratio").abs())
    }
}

/// How fast B is compared with A.
#[derive(Debug, Clone, PartialEq)]
pub struct Speed {
    /// Canonical name of the policy.
    pub policy: String,
    /// Cells with times on both sides.
    pub cells: usize,
    /// Quartiles of the requests per second in B over those in A: above 1 is faster.
    pub ratio: [f64; 3],
}

/// Two sets of results compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Cells that are the same in all columns but times and versions.
    pub equal: usize,
    /// Further cells that differ, but whose ratios are within the tolerance.
    pub tolerated: usize,
    /// Cells that differ: those that finished on one side only, then the largest difference of a hit ratio first.
    pub changed: Vec<CellChange>,
    /// Rows of A, from 0, without a cell in B.
    pub only_a: Vec<usize>,
    /// Rows of B, from 0, without a cell in A.
    pub only_b: Vec<usize>,
    /// By policy, in order of appearance; empty where a side has no times.
    pub speed: Vec<Speed>,
}

impl Comparison {
    /// Is there nothing to say but times?
    pub fn is_equal(&self) -> bool {
        self.changed.is_empty() && self.only_a.is_empty() && self.only_b.is_empty()
    }
}

/// What says which cell a row is: everything that was given. The capacity stands in where nobody wrote one, the dataset
/// where both sides have them.
type Identity<'a> = (([&'a str; 6], Option<u64>), [&'a str; 7], u64, u32);

fn identity(row: &Row, datasets: bool) -> Identity<'_> {
    let dataset = if datasets { row.dataset.as_str() } else { "" };
    let cell = [&row.trace, dataset, &row.policy, &row.params, &row.admission, &row.capacity_given];
    let capacity = row.capacity_given.is_empty().then_some(row.capacity);
    let around = [
        &row.size_mode,
        &row.ttl_mode,
        &row.ttl_given,
        &row.warmup_given,
        &row.operations,
        &row.size_change,
        &row.filter,
    ];
    ((cell, capacity), around.map(String::as_str), row.seed, row.repetition)
}

/// Compares the rows of A and B, joined by what was given: trace, policy and parameters, admission, capacity, modes, filter,
/// seed, repetition. Rows of one cell that occur several times are joined in order.
///
/// A cell whose ratios differ by at most `tolerance` (0 to 1), and which differs in nothing but what the replay counts, is
/// only counted, in [`Comparison::tolerated`]. Versions and layouts may differ between the sides.
///
/// # Errors
/// A row cannot be read as columns; the tolerance is none.
pub fn compare(a: &[Row], b: &[Row], tolerance: f64) -> Result<Comparison> {
    if !(0.0..=1.0).contains(&tolerance) {
        return Err(Error::usage(format!("a tolerance of {tolerance} is not between 0 and 1")).hint("as in 0.001"));
    }
    let datasets = [a, b].iter().all(|rows| rows.iter().any(|row| !row.dataset.is_empty()));
    let mut theirs: HashMap<Identity<'_>, Vec<usize>> = HashMap::new();
    for (j, row) in b.iter().enumerate().rev() {
        theirs.entry(identity(row, datasets)).or_default().push(j);
    }
    let mut found = Comparison::default();
    let mut pairs = Vec::new();
    for (i, row) in a.iter().enumerate() {
        let Some(j) = theirs.get_mut(&identity(row, datasets)).and_then(Vec::pop) else {
            found.only_a.push(i);
            continue;
        };
        pairs.push((row, &b[j]));
        let change = CellChange { a: i, b: j, columns: differences(row, &b[j])? };
        if change.columns.is_empty() {
            found.equal += 1;
        } else if is_within(&change, tolerance) {
            found.tolerated += 1;
        } else {
            found.changed.push(change);
        }
    }
    found.only_b = theirs.into_values().flatten().collect();
    found.only_b.sort_unstable();
    found.changed.sort_by(|x, y| y.status().cmp(&x.status()).then(y.size().total_cmp(&x.size())));
    found.speed = speed(&pairs);
    Ok(found)
}

/// The row without what says nothing about the result: times, keys, versions.
fn result(row: &Row) -> Row {
    let mut row = row.clone();
    (row.schema, row.seconds, row.requests_per_second, row.pass_cells) = (0, 0.0, 0.0, 0);
    [&mut row.cell, &mut row.dataset, &mut row.version].into_iter().for_each(String::clear);
    row.parameters.clear();
    row
}

fn differences(a: &Row, b: &Row) -> Result<Vec<ColumnChange>> {
    let (a, b) = (result(a), result(b));
    if a == b {
        return Ok(Vec::new());
    }
    let columns =
        |row: &Row| serde_json::to_value(row).map_err(|e| Error::failure(format!("a row cannot be compared: {e}")));
    let (a, b) = (columns(&a)?, columns(&b)?);
    let both = COLUMNS.iter().map(|c| (c.name, &a[c.name], &b[c.name])).filter(|(_, a, b)| a != b);
    let change = |(column, a, b): (&'static str, &Value, &Value)| {
        // Exact for counts: 64 bits do not fit into a float.
        let difference = match (a.as_u64(), b.as_u64()) {
            (Some(a), Some(b)) => Some((i128::from(b) - i128::from(a)) as f64),
            _ => a.as_f64().zip(b.as_f64()).map(|(a, b)| b - a),
        };
        ColumnChange { column, a: a.clone(), b: b.clone(), difference }
    };
    Ok(both.map(change).collect())
}

fn is_within(change: &CellChange, tolerance: f64) -> bool {
    /// Lest 0.501 and 0.5 be farther apart than 0.001.
    const ROUNDING: f64 = 1e-12;
    let near =
        |c: &ColumnChange| !RATIOS.contains(&c.column) || c.difference.is_some_and(|d| d.abs() <= tolerance + ROUNDING);
    tolerance > 0.0 && change.columns.iter().all(|c| OUTCOMES.contains(&c.column) && near(c))
}

fn speed(pairs: &[(&Row, &Row)]) -> Vec<Speed> {
    let mut found: Vec<(&str, Vec<f64>)> = Vec::new();
    for (a, b) in pairs {
        let done = a.status == Status::Ok && b.status == Status::Ok;
        if !done || a.requests_per_second <= 0.0 || b.requests_per_second <= 0.0 {
            continue;
        }
        let ratio = b.requests_per_second / a.requests_per_second;
        match found.iter_mut().find(|(policy, _)| *policy == a.policy) {
            Some((_, ratios)) => ratios.push(ratio),
            None => found.push((&a.policy, vec![ratio])),
        }
    }
    let quartiles = |(policy, mut ratios): (&str, Vec<f64>)| {
        ratios.sort_by(f64::total_cmp);
        let ratio = [0.25, 0.5, 0.75].map(|p| quantile(&ratios, p));
        Speed { policy: policy.to_owned(), cells: ratios.len(), ratio }
    };
    found.into_iter().map(quartiles).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(policy: &str, hits: u64) -> Row {
        let mut row = Row {
            trace: "t".into(),
            policy: policy.into(),
            capacity: 10,
            capacity_given: "1%".into(),
            requests: 1000,
            hits,
            misses: 1000 - hits,
            ..Row::default()
        };
        row.derive_ratios();
        row
    }

    #[test]
    fn only_times_keys_and_versions_are_not_compared() {
        let full = serde_json::to_value(row("lru", 500)).unwrap();
        let (mut silent, mut telling) = (Vec::new(), Vec::new());
        for name in COLUMNS.iter().map(|column| column.name) {
            let mut other = full.clone();
            other[name] = match &full[name] {
                Value::String(_) if name == "status" => "failed".into(),
                Value::String(_) => "other".into(),
                _ => 7.into(),
            };
            let other: Row = serde_json::from_value(other).unwrap();
            let equal = compare(&[row("lru", 500)], &[other], 0.0).unwrap().is_equal();
            if equal { silent.push(name) } else { telling.push(name) }
        }
        assert_eq!(silent, ["schema", "cell", "dataset", "seconds", "requests_per_second", "pass_cells", "version"]);
        assert!(
            OUTCOMES.iter().all(|name| telling.contains(name)) && RATIOS.iter().all(|name| OUTCOMES.contains(name))
        );
    }

    #[test]
    fn what_changed_and_by_how_much() {
        let a = [row("lru", 500), row("fifo", 400), row("arc", 600), row("lfu", 1)];
        let newer = Row { version: "9".into(), schema: 2, seconds: 3.0, cell: "x".into(), ..row("lru", 500) };
        let b = [row("sieve", 1), row("arc", 601), row("fifo", 380), newer];
        let found = compare(&a, &b, 0.0).unwrap();
        assert_eq!((found.equal, found.tolerated), (1, 0));
        assert_eq!((found.only_a.as_slice(), found.only_b.as_slice()), ([3].as_slice(), [0].as_slice()));
        let changed: Vec<(usize, usize)> = found.changed.iter().map(|c| (c.a, c.b)).collect();
        assert_eq!(changed, [(1, 2), (2, 1)], "the largest first");
        let names: Vec<&str> = found.changed[0].columns.iter().map(|c| c.column).collect();
        assert_eq!(names, ["hits", "misses", "hit_ratio", "miss_ratio"]);
        assert!((found.changed[0].difference("hit_ratio") + 0.02).abs() < 1e-12);
        assert!((found.changed[0].difference("hits") + 20.0).abs() < 1e-12);
        assert!(!found.is_equal() && compare(&a, &a, 0.0).unwrap().is_equal());
    }

    #[test]
    fn the_tolerance_is_for_what_a_replay_counts_only() {
        let (a, b) = ([row("lru", 500)], [row("lru", 501)]);
        let found = compare(&a, &b, 0.001).unwrap();
        assert_eq!((found.tolerated, found.changed.len()), (1, 0));
        assert_eq!(compare(&a, &b, 0.000_9).unwrap().changed.len(), 1);
        let grown = [Row { objects: 7, ..row("lru", 500) }];
        assert_eq!(compare(&a, &grown, 0.5).unwrap().changed.len(), 1);
        assert!(compare(&a, &b, f64::NAN).is_err() && compare(&a, &b, -0.1).is_err());
    }

    #[test]
    fn a_failure_comes_first() {
        let failed = Row { status: Status::Failed, error: "no room".into(), ..row("fifo", 400) };
        let found = compare(&[row("lru", 1), row("fifo", 400)], &[row("lru", 900), failed], 0.1).unwrap();
        assert_eq!(found.changed.iter().map(|c| c.a).collect::<Vec<_>>(), [1, 0]);
        assert!(found.changed[0].status());
    }

    #[test]
    fn datasets_tell_cells_apart_where_both_sides_have_them() {
        let in_set = |name: &str, hits| Row { dataset: name.into(), ..row("lru", hits) };
        let a = [in_set("web", 1), in_set("kv", 2)];
        assert!(compare(&a, &[in_set("kv", 2), in_set("web", 1)], 0.0).unwrap().is_equal());
        assert!(compare(&a, &[row("lru", 1), row("lru", 2)], 0.0).unwrap().is_equal());
        // Old files have no text of the capacity; seeds and repetitions are cells of their own.
        let bare = |capacity| Row { capacity_given: String::new(), capacity, ..row("lru", 1) };
        let again = Row { seed: 7, ..row("lru", 1) };
        assert_eq!(compare(&[bare(1), bare(2)], &[bare(2)], 0.0).unwrap().only_a, [0]);
        assert_eq!(compare(&[row("lru", 1)], &[again], 0.0).unwrap().only_a, [0]);
    }

    #[test]
    fn speed_is_the_median_of_ratios() {
        let timed = |rate| Row { requests_per_second: rate, ..row("lru", 1) };
        let other = Row { policy: "arc".into(), ..timed(5.0) };
        let a = [timed(1.0), timed(2.0), timed(4.0), timed(0.0), other.clone()];
        let b = [timed(2.0), timed(2.0), timed(2.0), timed(9.0), other];
        let found = compare(&a, &b, 0.0).unwrap().speed;
        assert_eq!(found.iter().map(|s| (s.policy.as_str(), s.cells)).collect::<Vec<_>>(), [("lru", 3), ("arc", 1)]);
        assert!((found[0].ratio[1] - 1.0).abs() < 1e-12 && (found[0].ratio[2] - 1.5).abs() < 1e-12);
    }
}
