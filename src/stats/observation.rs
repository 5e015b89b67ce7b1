//! What is compared: a series on a trace at a cache size.

use super::series::{Samples, identify};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use std::collections::HashMap;

/// A number of a result row, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Hits per request.
    HitRatio,
    /// Misses per request.
    MissRatio,
    /// Bytes hit per byte requested.
    ByteHitRatio,
    /// Bytes missed per byte requested.
    ByteMissRatio,
}

impl Metric {
    /// As in messages and headings.
    pub fn name(self) -> &'static str {
        match self {
            Self::HitRatio => "hit ratio",
            Self::MissRatio => "miss ratio",
            Self::ByteHitRatio => "byte hit ratio",
            Self::ByteMissRatio => "byte miss ratio",
        }
    }

    /// Is less better?
    pub fn is_miss(self) -> bool {
        matches!(self, Self::MissRatio | Self::ByteMissRatio)
    }

    /// The row's value.
    ///
    /// # Errors
    /// It is no number from 0 to 1, or bytes are asked for where none were counted.
    pub fn of(self, row: &Row) -> Result<f64> {
        let bytes = matches!(self, Self::ByteHitRatio | Self::ByteMissRatio);
        if bytes && row.size_mode == "unit" {
            return Err(Error::usage("no bytes were counted: every object counted 1")
                .hint("run with --size bytes, or take the hit or miss ratio"));
        }
        let (value, column) = match self {
            Self::HitRatio => (row.hit_ratio, "hit_ratio"),
            Self::MissRatio => (row.miss_ratio, "miss_ratio"),
            Self::ByteHitRatio => (row.byte_hit_ratio, "byte_hit_ratio"),
            Self::ByteMissRatio => (1.0 - row.byte_hit_ratio, "byte_hit_ratio"),
        };
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(Error::failure(format!("{column}: expected a number from 0 to 1, found {value}"))
            .hint("use a results file as `evictlab run` writes it"))
    }
}

/// One series (a policy with the parameters that set it apart) on one trace at one cache size.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Name of the trace.
    pub trace: String,
    /// The group of traces that it belongs to; its own name where nobody said.
    pub dataset: String,
    /// Canonical name of the policy.
    pub policy: String,
    /// Label of the series: the policy, and what sets it apart from others of the same policy.
    pub series: String,
    /// The cache size as written (`1%`), by which traces are compared; the capacity where nothing is written.
    pub size: String,
    /// Is the capacity in bytes?
    pub bytes: bool,
    /// The capacity in objects or bytes; the mean where seeds draw traces of different footprints.
    pub capacity: u64,
    /// What was observed.
    pub metric: Metric,
    /// One value for each seed and repetition, in order of appearance.
    pub values: Vec<f64>,
    /// Their mean.
    pub mean: f64,
}

/// Where series are compared with each other: one trace at one cache size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place<'a> {
    /// See [`Observation::dataset`].
    pub dataset: &'a str,
    /// Name of the trace.
    pub trace: &'a str,
    /// See [`Observation::size`].
    pub size: &'a str,
    /// Is the capacity in bytes?
    pub bytes: bool,
}

impl Observation {
    /// Where it was made.
    pub fn place(&self) -> Place<'_> {
        Place { dataset: &self.dataset, trace: &self.trace, size: &self.size, bytes: self.bytes }
    }
}

/// Averages the seeds and repetitions of rows. Rows that failed are left out; the order is that of first appearance.
///
/// A synthetic workload under several seeds is drawn anew for each; its mean estimates that of the workload. Values are
/// kept apart in [`Observation::values`], so that an interval can be given.
///
/// # Errors
/// No row finished; a row's number is none from 0 to 1; two rows of the same cell disagree.
pub fn observe(rows: &[Row], metric: Metric) -> Result<Vec<Observation>> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(nothing(rows));
    }
    let series = identify(&done.iter().map(|(_, row)| *row).collect::<Vec<_>>());
    let mut index = HashMap::new();
    let mut found: Vec<(Observation, Samples, u128)> = Vec::new();
    for ((i, row), &s) in done.into_iter().zip(&series.of_row) {
        let at = |e: Error| e.at(format!("row {} ({}, {})", i + 1, row.policy, row.trace));
        let value = metric.of(row).map_err(at)?;
        let plain = row.capacity_given.is_empty();
        let bytes = row.size_mode == "bytes";
        let key = (s, &row.dataset, &row.trace, &row.capacity_given, plain.then_some(row.capacity), bytes);
        let place = *index.entry(key).or_insert_with(|| {
            let observation = Observation {
                trace: row.trace.clone(),
                dataset: if row.dataset.is_empty() { row.trace.clone() } else { row.dataset.clone() },
                policy: row.policy.clone(),
                series: series.labels[s].clone(),
                size: if plain { row.capacity.to_string() } else { row.capacity_given.clone() },
                bytes,
                capacity: row.capacity,
                metric,
                values: Vec::new(),
                mean: 0.0,
            };
            found.push((observation, Samples::default(), 0));
            found.len() - 1
        });
        let (_, samples, capacities) = &mut found[place];
        let before = samples.count();
        samples.add(row, value).map_err(at)?;
        *capacities += u128::from(row.capacity) * (samples.count() - before) as u128;
    }
    let finish = |(observation, samples, capacities): (Observation, Samples, u128)| Observation {
        capacity: (capacities / samples.count() as u128) as u64,
        values: samples.values(),
        mean: samples.mean(),
        ..observation
    };
    Ok(found.into_iter().map(finish).collect())
}

fn nothing(rows: &[Row]) -> Error {
    match rows.first() {
        None => Error::failure("no rows to summarise").hint("run something first: evictlab demo"),
        Some(first) => Error::failure(format!("nothing to summarise: all {} rows failed", rows.len()))
            .hint(format!("the column 'error' says why; the first one is '{}'", first.error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(policy: &str, seed: u64, miss_ratio: f64) -> Row {
        Row {
            trace: "t".into(),
            policy: policy.into(),
            capacity: 100 + seed,
            capacity_given: "1%".into(),
            size_mode: "unit".into(),
            miss_ratio,
            hit_ratio: 1.0 - miss_ratio,
            seed,
            ..Row::default()
        }
    }

    #[test]
    fn seeds_are_averaged_even_where_the_capacity_follows_the_draw() {
        let failed = Row { status: Status::Failed, ..row("arc", 0, 0.0) };
        let rows = [row("lru", 0, 0.5), failed, row("sieve", 0, 0.25), row("lru", 4, 0.75), row("lru", 4, 0.75)];
        let found = observe(&rows, Metric::MissRatio).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].series.as_str(), found[0].size.as_str(), found[0].dataset.as_str()), ("lru", "1%", "t"));
        assert_eq!((found[0].capacity, &found[0].values, found[0].mean), (102, &vec![0.5, 0.75], 0.625));
        assert_eq!((found[1].series.as_str(), found[1].mean), ("sieve", 0.25));
    }

    #[test]
    fn traces_of_one_name_in_two_datasets_are_two() {
        let other = Row { dataset: "web".into(), ..row("lru", 0, 0.1) };
        let found = observe(&[row("lru", 0, 0.5), other], Metric::MissRatio).unwrap();
        assert_eq!(found.iter().map(|o| o.dataset.as_str()).collect::<Vec<_>>(), ["t", "web"]);
    }

    #[test]
    fn what_cannot_be_observed_is_said() {
        let error = observe(&[row("lru", 0, 0.5)], Metric::ByteMissRatio).unwrap_err();
        assert!(error.to_string().contains("--size bytes"), "{error}");
        let error = observe(&[row("lru", 0, 0.5), row("lru", 1, f64::NAN)], Metric::MissRatio).unwrap_err();
        assert!(error.message().starts_with("row 2 (lru, t): miss_ratio"), "{error}");
        let failed = Row { status: Status::Failed, error: "no room".into(), ..row("arc", 0, 0.0) };
        assert!(observe(&[failed], Metric::HitRatio).unwrap_err().to_string().contains("no room"));
        assert!(observe(&[], Metric::HitRatio).is_err());
    }
}
