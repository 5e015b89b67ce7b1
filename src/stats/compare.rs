//! Two sets of results, cell by cell: what changed, and by how much.

use super::circumstance::given;
use super::quantile::quantile;
use super::size::{canonical, written};
use crate::core::{Error, Result};
use crate::record::{COLUMNS, Row, Status};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The ratios that the tolerance is about.
const RATIOS: [&str; 3] = ["hit_ratio", "miss_ratio", "byte_hit_ratio"];

/// What the ratios are made of: within the tolerance where they are.
const PARTS: [&str; 3] = ["hits", "misses", "bytes_hit"];

/// What goes with misses, and is within the tolerance up to that share of the requests.
const COUNTS: [&str; 5] = ["evictions", "rejections", "expirations", "prefetches", "prefetch_hits"];

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

    /// The hit ratio or the byte hit ratio, whichever differs more, and B less A in it. Changes are sorted by it.
    pub fn largest(&self) -> (&'static str, f64) {
        let [hits, bytes] = ["hit_ratio", "byte_hit_ratio"].map(|column| (column, self.difference(column)));
        if bytes.1.abs() > hits.1.abs() { bytes } else { hits }
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

/// What says which cell a row is: everything that was given, but the dataset. The capacity stands in where nobody wrote
/// one.
type Identity<'a> = ([&'a str; 6], String, Vec<Option<String>>, u64, u32);

fn identity(row: &Row) -> Identity<'_> {
    let Row { trace, policy, params, admission, prefetch, size_mode, .. } = row;
    let cell = [trace, policy, params, admission, prefetch, size_mode].map(String::as_str);
    (cell, canonical(&written(row)), given(row), row.seed, row.repetition)
}

/// For each row of A, its cell in B. Rows of the same dataset find each other first, then those of which one has none.
fn join(a: &[Row], b: &[Row]) -> Vec<Option<usize>> {
    let mut theirs: HashMap<Identity<'_>, Vec<usize>> = HashMap::new();
    for (j, row) in b.iter().enumerate() {
        theirs.entry(identity(row)).or_default().push(j);
    }
    let mut found = vec![None; a.len()];
    let fits: [fn(&Row, &Row) -> bool; 2] =
        [|a, b| a.dataset == b.dataset, |a, b| a.dataset.is_empty() || b.dataset.is_empty()];
    for fits in fits {
        for (row, found) in a.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let Some(free) = theirs.get_mut(&identity(row)) else { continue };
            *found = free.iter().position(|&j| fits(row, &b[j])).map(|at| free.remove(at));
        }
    }
    found
}

/// Compares the rows of A and B, joined by what was given: trace, policy and parameters, admission, prefetcher, capacity,
/// modes, filter, seed, repetition, and the dataset where both rows have one. Rows of one cell that occur several times are
/// joined in order.
///
/// A cell whose ratios differ by at most `tolerance` (0 to 1), whose evictions, rejections, expirations and prefetches
/// differ by at most that share of the requests, and which differs in nothing else, is only counted, in
/// [`Comparison::tolerated`]. Versions and layouts may differ between the sides.
///
/// # Errors
/// A row cannot be read as columns; the tolerance is none.
pub fn compare(a: &[Row], b: &[Row], tolerance: f64) -> Result<Comparison> {
    if !(0.0..=1.0).contains(&tolerance) {
        return Err(Error::usage(format!("a tolerance of {tolerance} is not between 0 and 1")).hint("as in 0.001"));
    }
    let joined = join(a, b);
    let mut found = Comparison::default();
    let mut pairs = Vec::new();
    for (i, (row, &other)) in a.iter().zip(&joined).enumerate() {
        let Some(j) = other else {
            found.only_a.push(i);
            continue;
        };
        pairs.push((row, &b[j]));
        let change = CellChange { a: i, b: j, columns: differences(row, &b[j])? };
        if change.columns.is_empty() {
            found.equal += 1;
        } else if is_within(&change, row.requests.max(b[j].requests), tolerance) {
            found.tolerated += 1;
        } else {
            found.changed.push(change);
        }
    }
    let matched: HashSet<usize> = joined.into_iter().flatten().collect();
    found.only_b = (0..b.len()).filter(|j| !matched.contains(j)).collect();
    let size = |change: &CellChange| change.largest().1.abs();
    found.changed.sort_by(|x, y| y.status().cmp(&x.status()).then(size(y).total_cmp(&size(x))));
    found.speed = speed(&pairs);
    Ok(found)
}

/// The row without what says nothing about the result (times, keys, versions) or has been joined by (the size as written).
fn result(row: &Row) -> Row {
    let mut row = row.clone();
    (row.schema, row.seconds, row.requests_per_second, row.pass_cells) = (0, 0.0, 0.0, 0);
    [&mut row.cell, &mut row.dataset, &mut row.version, &mut row.capacity_given].into_iter().for_each(String::clear);
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

fn is_within(change: &CellChange, requests: u64, tolerance: f64) -> bool {
    /// Lest 0.501 and 0.5 be farther apart than 0.001.
    const ROUNDING: f64 = 1e-12;
    let near = |c: &ColumnChange| {
        let whole = match c.column {
            column if RATIOS.contains(&column) => 1.0,
            column if COUNTS.contains(&column) => requests as f64,
            column => return PARTS.contains(&column),
        };
        c.difference.is_some_and(|d| d.abs() <= (tolerance + ROUNDING) * whole)
    };
    // Counts may be there without ratios, in files made by hand: then nothing says that they are near.
    let ratios = change.columns.iter().all(|c| !PARTS.contains(&c.column))
        || change.columns.iter().any(|c| RATIOS.contains(&c.column));
    tolerance > 0.0 && ratios && change.columns.iter().all(near)
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
        // Another size as written is another cell, and is not silent.
        assert_eq!(silent, ["schema", "cell", "dataset", "seconds", "requests_per_second", "pass_cells", "version"]);
        assert!(RATIOS.iter().chain(&PARTS).chain(&COUNTS).all(|name| telling.contains(name)));
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
        // A miss more is an eviction more; very many more are another thing.
        let evicting = |hits, evictions| [Row { evictions, ..row("lru", hits) }];
        let changed = |b: &[Row]| compare(&evicting(500, 490), b, 0.001).unwrap().changed.len();
        assert_eq!((changed(&evicting(499, 491)), changed(&evicting(500, 900))), (0, 1));
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
    fn the_largest_change_is_that_of_the_list() {
        let bytes = |policy: &str, hits, byte_hit_ratio| Row { byte_hit_ratio, ..row(policy, hits) };
        let a = [bytes("lru", 500, 0.5), bytes("fifo", 500, 0.5)];
        let b = [bytes("lru", 501, 0.5), bytes("fifo", 500, 0.25)];
        let found = compare(&a, &b, 0.0).unwrap();
        assert_eq!((found.changed[0].a, found.changed[0].largest()), (1, ("byte_hit_ratio", -0.25)));
        assert_eq!(found.changed[1].largest().0, "hit_ratio");
    }

    #[test]
    fn datasets_tell_cells_apart_where_both_sides_have_them() {
        let in_set = |name: &str, hits| Row { dataset: name.into(), ..row("lru", hits) };
        let a = [in_set("web", 1), in_set("kv", 2)];
        assert!(compare(&a, &[in_set("kv", 2), in_set("web", 1)], 0.0).unwrap().is_equal());
        assert!(compare(&a, &[row("lru", 1), row("lru", 2)], 0.0).unwrap().is_equal());
        // Of each row for itself: A names the one, B the other.
        let elsewhere = |trace: &str, dataset: &str| Row { trace: trace.into(), ..in_set(dataset, 1) };
        let (a, b) = ([elsewhere("t", "web"), elsewhere("u", "")], [elsewhere("t", ""), elsewhere("u", "kv")]);
        assert!(compare(&a, &b, 0.0).unwrap().is_equal());
        // Spellings of a size, and settings without a column.
        let sized = |text: &str| Row { capacity_given: text.into(), ..row("lru", 1) };
        assert!(compare(&[sized("10%")], &[sized("10.0%")], 0.0).unwrap().is_equal());
        let at = |rate: &str, hits| Row { parameters: vec![("rate".into(), rate.into())], ..row("lru", hits) };
        assert!(compare(&[at("1", 5), at("10", 6)], &[at("10", 6), row("lru", 5)], 0.0).unwrap().is_equal());
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
