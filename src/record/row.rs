//! The result row, schema version 1: one row per cell (trace x policy x capacity x repetition).

use crate::core::quantity::ratio;
use serde::{Deserialize, Serialize};

/// The version of the row's layout; raised when a column changes its meaning.
pub const SCHEMA: u32 = 1;

/// Whether a cell finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The numbers are valid.
    #[default]
    Ok,
    /// The cell failed; `error` says why, and the counts are 0.
    Failed,
}

/// One result. Field names are column names; units are in the name where there is one; counts are after the warm-up.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Key of the cell in its sweep, 16 hexadecimal digits; empty outside a sweep.
    pub cell: String,
    /// Did the cell finish?
    pub status: Status,
    /// Why not; empty where it did.
    pub error: String,
    /// Name of the trace or spec of the workload.
    pub trace: String,
    /// The group of traces that this one belongs to, which statistics treat as one; empty where nobody said.
    pub dataset: String,
    /// Canonical name of the policy.
    pub policy: String,
    /// All its parameters, `k=v;k=v`, sorted by name.
    pub params: String,
    /// Name of the admission policy; `always` where every miss is admitted.
    #[serde(default = "always")]
    pub admission: String,
    /// Name of the prefetcher; `none` where nothing comes in but what is asked for.
    #[serde(default = "none")]
    pub prefetch: String,
    /// Capacity in objects or bytes (see `size_mode`).
    pub capacity: u64,
    /// The capacity as the user wrote it (`1%`, `64MiB`).
    pub capacity_given: String,
    /// `unit` (every object counts 1) or `bytes`.
    pub size_mode: String,
    /// Requests counted.
    pub requests: u64,
    /// Requests that found their object.
    pub hits: u64,
    /// Requests that did not.
    pub misses: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// `misses / requests`.
    pub miss_ratio: f64,
    /// Bytes asked for (objects, where the trace has no sizes or they are ignored).
    pub bytes_requested: u64,
    /// Bytes found.
    pub bytes_hit: u64,
    /// `bytes_hit / bytes_requested`.
    pub byte_hit_ratio: f64,
    /// Requests that are the first of their object, which no cache could hit.
    pub compulsory_misses: u64,
    /// Objects removed to make room.
    pub evictions: u64,
    /// Misses that were not cached: larger than the cache, or refused.
    pub rejections: u64,
    /// Objects removed because their time to live was over.
    pub expirations: u64,
    /// Objects fetched before they were asked for.
    pub prefetches: u64,
    /// First uses of objects that were fetched so, before the counting began or since.
    pub prefetch_hits: u64,
    /// Requests before the counting began.
    pub warmup_requests: u64,
    /// `off`, `lazy` or `eager`, with `+renew` where a hit restarts the time to live.
    pub ttl_mode: String,
    /// The time to live as written: a duration, `trace` or `off`.
    pub ttl_given: String,
    /// The warm-up as written; empty for none.
    pub warmup_given: String,
    /// What operations meant: `all-reads`, `read-only` or `look-aside`.
    pub operations: String,
    /// What a changed size meant: `new`, `first` or `distinct`.
    pub size_change: String,
    /// Where requests are ranges of blocks: `start`, a range is an object named by its start, or the bytes of the blocks into which
    /// ranges are expanded; empty of other traces.
    pub blocks: String,
    /// Which requests of the file were kept, `k=v;k=v`; empty for all.
    pub filter: String,
    /// The user's seed.
    pub seed: u64,
    /// Which repetition, from 0.
    pub repetition: u32,
    /// Time of the replay alone, without reading the trace. One of the two columns that differ between runs.
    pub seconds: f64,
    /// `requests * pass_cells / seconds`, warm-up included. The other one.
    pub requests_per_second: f64,
    /// Cells that shared the pass.
    pub pass_cells: u32,
    /// Distinct objects in the trace.
    pub objects: u64,
    /// Sum of their sizes in bytes (the number of objects in unit mode).
    pub footprint_bytes: u64,
    /// Version of the program.
    pub version: String,
    /// The parameters that a sweep varies, name and value, of policy and workload, and the settings without a column of
    /// their own (`rate`, `oversize`) that vary or are not the default; a column `parameter_<name>` each.
    #[serde(skip)]
    pub parameters: Vec<(String, String)>,
}

/// The admission of rows from before there was a column for it.
fn always() -> String {
    "always".to_owned()
}

/// The prefetcher, likewise.
fn none() -> String {
    "none".to_owned()
}

impl Row {
    /// The value of a parameter: one that a sweep varies, or else one of the policy's.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let varied = self.parameters.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        varied.or_else(|| {
            self.params.split(';').filter_map(|p| p.split_once('=')).find(|(k, _)| *k == name).map(|(_, v)| v)
        })
    }

    /// Derives the ratios from the counts. A ratio of nothing is 0.
    pub fn derive_ratios(&mut self) {
        self.hit_ratio = ratio(self.hits, self.requests);
        self.miss_ratio = ratio(self.misses, self.requests);
        self.byte_hit_ratio = ratio(self.bytes_hit, self.bytes_requested);
    }
}

/// Hit ratio over time: one row per window of a cell, in a file of its own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Window {
    /// Key of the cell in its sweep; empty outside a sweep.
    pub cell: String,
    /// Name of the trace.
    pub trace: String,
    /// Name of the policy.
    pub policy: String,
    /// Its parameters.
    pub params: String,
    /// Name of the admission.
    #[serde(default = "always")]
    pub admission: String,
    /// Name of the prefetcher.
    #[serde(default = "none")]
    pub prefetch: String,
    /// Capacity of the cell.
    pub capacity: u64,
    /// Which repetition, from 0.
    pub repetition: u32,
    /// Number of the window, from 0.
    pub window: u64,
    /// Index of its first request in the trace.
    pub start_request: u64,
    /// Index behind its last request.
    pub end_request: u64,
    /// Time of its first request, in seconds since the first request of the trace.
    pub start_seconds: f64,
    /// Time of its last request, likewise.
    pub end_seconds: f64,
    /// Requests in the window.
    pub requests: u64,
    /// Those that found their object.
    pub hits: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// Bytes asked for.
    pub bytes_requested: u64,
    /// Bytes found.
    pub bytes_hit: u64,
}
