//! Layer 3: what a trace is like, in one run over its columns: popularity, reuse, sizes, rates, growth, scans and loops.
//!
//! One file per subject; each says at its head what its numbers mean and where the definitions come from. Times are in seconds,
//! sizes in bytes, shares from 0 to 1. What a trace has no column for is `None`.

mod bins;
mod columns;
mod growth;
mod one_hit;
mod popularity;
mod ranks;
mod rate;
mod reuse;
mod rows;
mod scans;
mod sizes;
#[cfg(test)]
mod tests;

pub use bins::{Bin, Distribution, Quantile};
pub use columns::{Operation, Operations};
pub use growth::{Grown, WorkingSet};
pub use one_hit::OneHit;
pub use popularity::{Popularity, Rank};
pub use rate::{Rate, Span};
pub use scans::{LOOP, Loops, SCAN, SEQUENTIAL, Scans, Sequential};
pub use sizes::{SizeBin, SizeQuantile, Sizes};

use crate::core::{SECOND, Time};
use crate::trace::{Stats, Trace};
use serde::Serialize;

/// How much there is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Requests.
    pub requests: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Mean requests per object.
    pub mean_frequency: f64,
    /// Requests to the most popular object.
    pub max_frequency: u64,
    /// Objects asked for once.
    pub one_hit_wonders: u64,
    /// From the first to the last request, in seconds.
    pub duration_seconds: Option<f64>,
    /// Bytes of the objects, each with the size seen last.
    pub footprint_bytes: Option<u64>,
    /// Bytes of the requests.
    pub bytes_requested: Option<u64>,
}

/// One-hit wonders.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneHitWonders {
    /// Windows of each size, the smallest first, and the whole trace at last.
    pub windows: Vec<OneHit>,
}

/// What a trace is like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// Name of the trace.
    pub trace: String,
    /// How much there is.
    pub summary: Summary,
    /// Objects asked for once, in the trace and in windows of it.
    pub one_hit_wonders: OneHitWonders,
    /// Requests by rank, and Zipf's law.
    pub popularity: Popularity,
    /// Distinct objects from one use to the next, the object itself counted; `None` where no object comes again.
    pub reuse_distance_objects: Option<Distribution>,
    /// Requests from one use to the next; 1 repeats the request before.
    pub reuse_time_requests: Option<Distribution>,
    /// Seconds from one use to the next.
    pub reuse_time_seconds: Option<Distribution>,
    /// Sizes over objects and requests.
    pub size_bytes: Option<Sizes>,
    /// What requests do.
    pub operations: Option<Operations>,
    /// Times to live of the requests that have one.
    pub ttl_seconds: Option<Distribution>,
    /// Requests over time; `None` without times.
    pub request_rate: Option<Rate>,
    /// Distinct objects so far, and window by window.
    pub working_set: WorkingSet,
    /// Runs of new objects.
    pub scans: Scans,
    /// Runs of keys at equal distances; `None` where keys are no integers.
    pub sequential: Option<Sequential>,
    /// The same sequence of objects again.
    pub loops: Loops,
}

impl Analysis {
    /// Looks at the whole trace. `watch` is called from time to time with the number of requests that were looked at since.
    pub fn of(trace: &Trace, watch: &dyn Fn(u64)) -> Self {
        let stats = Stats::of(trace);
        let mut counts = vec![0u32; trace.objects];
        trace.ids.iter().for_each(|&id| counts[id as usize] += 1);
        let reuse = reuse::Reuse::of(trace, watch);
        let (size_bytes, footprints) = Sizes::of(trace).unzip();
        let mut windows = reuse.one_hit;
        windows.push(one_hit::whole(&counts, trace.requests()));
        Self {
            trace: trace.name.clone(),
            one_hit_wonders: OneHitWonders { windows },
            popularity: Popularity::of(&counts, &stats),
            reuse_distance_objects: reuse.distance_objects,
            reuse_time_requests: reuse.time_requests,
            reuse_time_seconds: reuse.time_seconds,
            size_bytes,
            operations: Operations::of(trace),
            ttl_seconds: columns::ttl_seconds(trace),
            request_rate: Rate::of(trace),
            working_set: WorkingSet::of(trace, &reuse.distinct, footprints.as_deref()),
            scans: Scans::of(trace, &counts),
            sequential: Sequential::of(trace),
            loops: reuse.loops,
            summary: summary(&stats),
        }
    }
}

fn summary(stats: &Stats) -> Summary {
    Summary {
        requests: stats.requests,
        objects: stats.objects,
        mean_frequency: stats.mean_frequency,
        max_frequency: stats.max_frequency,
        one_hit_wonders: stats.one_hit_wonders,
        duration_seconds: stats.duration_seconds,
        footprint_bytes: stats.sizes.as_ref().map(|sizes| sizes.footprint_bytes),
        bytes_requested: stats.sizes.as_ref().map(|sizes| sizes.bytes_requested),
    }
}

fn seconds(time: Time) -> f64 {
    time as f64 / SECOND as f64
}
