//! What is compared: a series on a trace at a cache size.

use crate::core::{Error, Result};
use crate::record::Row;

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
        self.among(&row.size_mode, row.hit_ratio, row.miss_ratio, row.byte_hit_ratio)
    }

    /// The value among these ratios, which are those of a row.
    ///
    /// # Errors
    /// As for [`Metric::of`].
    pub fn among(self, size_mode: &str, hit_ratio: f64, miss_ratio: f64, byte_hit_ratio: f64) -> Result<f64> {
        let bytes = matches!(self, Self::ByteHitRatio | Self::ByteMissRatio);
        if bytes && size_mode == "unit" {
            return Err(Error::usage("no bytes were counted: every object counted 1")
                .hint("run with --size bytes, or take the hit or miss ratio"));
        }
        let (value, column) = match self {
            Self::HitRatio => (hit_ratio, "hit_ratio"),
            Self::MissRatio => (miss_ratio, "miss_ratio"),
            Self::ByteHitRatio => (byte_hit_ratio, "byte_hit_ratio"),
            Self::ByteMissRatio => (1.0 - byte_hit_ratio, "byte_hit_ratio"),
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
    /// The cache size as it is first written (`1%`, not `1.0%`), by which traces are compared; the capacity where nothing
    /// is written.
    pub size: String,
    /// The circumstances that vary, as in `ttl=off`; empty where none does. See [`Classes`](super::Classes).
    pub circumstance: String,
    /// Is the capacity in bytes?
    pub bytes: bool,
    /// The capacity in objects or bytes; the mean where seeds draw traces of different footprints.
    pub capacity: u64,
    /// What was observed.
    pub metric: Metric,
    /// One value for each seed that all series of the place have: the mean of its repetitions.
    pub values: Vec<f64>,
    /// Their mean.
    pub mean: f64,
}

/// Where series are compared with each other: one trace at one cache size under the same circumstances.
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
    /// See [`Observation::circumstance`].
    pub circumstance: &'a str,
}

/// What an observation is, compared with others at its place: a reduction, or the share of a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Name of the trace.
    pub trace: String,
    /// See [`Observation::dataset`].
    pub dataset: String,
    /// Label of the series.
    pub series: String,
    /// See [`Observation::size`].
    pub size: String,
    /// Is the capacity in bytes?
    pub bytes: bool,
    /// See [`Observation::circumstance`].
    pub circumstance: String,
    /// As a part of 1; which number it is, says who compares.
    pub value: f64,
}

impl Compared {
    pub(super) fn new(o: &Observation, value: f64) -> Self {
        Self {
            trace: o.trace.clone(),
            dataset: o.dataset.clone(),
            series: o.series.clone(),
            size: o.size.clone(),
            bytes: o.bytes,
            circumstance: o.circumstance.clone(),
            value,
        }
    }
}

impl Observation {
    /// Where it was made.
    pub fn place(&self) -> Place<'_> {
        Place {
            dataset: &self.dataset,
            trace: &self.trace,
            size: &self.size,
            bytes: self.bytes,
            circumstance: &self.circumstance,
        }
    }
}
