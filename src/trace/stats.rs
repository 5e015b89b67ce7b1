//! A trace in numbers: what `trace info` shows.

use super::{Op, Trace};
use crate::core::{NEVER, SECOND};
use serde::Serialize;

/// How many of the most popular objects are listed.
const TOP: usize = 10;

/// Sizes in bytes over all requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeStats {
    /// Sum over the distinct objects, each with the size seen last.
    pub footprint_bytes: u64,
    /// Sum over the requests.
    pub bytes_requested: u64,
    /// Mean over the requests.
    pub mean_bytes: f64,
    /// Smallest of a request.
    pub min_bytes: u32,
    /// Largest of a request.
    pub max_bytes: u32,
}

/// How many requests do what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpStats {
    /// Reads.
    pub reads: u64,
    /// Writes.
    pub sets: u64,
    /// Removals.
    pub deletes: u64,
}

/// Times to live.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TtlStats {
    /// Requests that have one.
    pub requests_with_ttl: u64,
    /// The shortest, in seconds; `None` where no request has one.
    pub min_ttl_seconds: Option<f64>,
    /// The longest, in seconds.
    pub max_ttl_seconds: Option<f64>,
}

/// Whose requests they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TenantStats {
    /// Number of tenants that have requests.
    pub tenants: u64,
    /// The ten with the most requests; of equals the one that appeared first.
    pub top_tenants: Vec<Tenant>,
}

/// A tenant and how often it asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// Its name, as `--tenant` takes it.
    pub name: String,
    /// Its requests.
    pub requests: u64,
}

/// An object and how often it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Popular {
    /// Its key as the file wrote it, or its dense id where keys were not kept.
    pub key: String,
    /// Requests to it.
    pub requests: u64,
}

/// A trace in numbers. What the trace has no column for is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// The trace's name.
    pub trace: String,
    /// Number of requests.
    pub requests: u64,
    /// Number of distinct objects.
    pub objects: u64,
    /// Objects asked for once.
    pub one_hit_wonders: u64,
    /// Requests to the most popular object.
    pub max_frequency: u64,
    /// Mean requests per object.
    pub mean_frequency: f64,
    /// The exponent of Zipf's law that fits best, see [`zipf_alpha`].
    pub zipf_alpha: Option<f64>,
    /// From the first to the last request.
    pub duration_seconds: Option<f64>,
    /// Sizes.
    #[serde(flatten)]
    pub sizes: Option<SizeStats>,
    /// Operations.
    #[serde(flatten)]
    pub ops: Option<OpStats>,
    /// Times to live.
    #[serde(flatten)]
    pub ttls: Option<TtlStats>,
    /// Tenants.
    #[serde(flatten)]
    pub tenants: Option<TenantStats>,
    /// The ten most popular objects; equally popular ones in order of first appearance.
    pub top_objects: Vec<Popular>,
}

impl Stats {
    /// Counts everything in one pass per column.
    pub fn of(trace: &Trace) -> Self {
        let mut counts = vec![0u32; trace.objects];
        for &id in &trace.ids {
            counts[id as usize] += 1;
        }
        let mut order: Vec<u32> = (0..trace.objects as u32).collect();
        order.sort_unstable_by_key(|&id| (std::cmp::Reverse(counts[id as usize]), id));
        let falling: Vec<u32> = order.iter().map(|&id| counts[id as usize]).collect();
        let popular = |&id: &u32| Popular { key: trace.keys.show(id), requests: u64::from(counts[id as usize]) };
        Self {
            trace: trace.name.clone(),
            requests: trace.requests() as u64,
            objects: trace.objects as u64,
            one_hit_wonders: (falling.len() - falling.partition_point(|&count| count > 1)) as u64,
            max_frequency: falling.first().copied().map_or(0, u64::from),
            mean_frequency: trace.requests() as f64 / trace.objects.max(1) as f64,
            zipf_alpha: zipf_alpha(&falling),
            duration_seconds: trace.times.as_ref().and_then(|times| times.last()).map(|&last| seconds(last)),
            sizes: trace.sizes.as_ref().map(|sizes| size_stats(trace, sizes)),
            ops: trace.ops.as_ref().map(|ops| op_stats(ops)),
            ttls: trace.ttls.as_ref().map(|ttls| ttl_stats(ttls)),
            tenants: trace.tenants.as_ref().map(|tenants| tenant_stats(&trace.tenant_names, tenants)),
            top_objects: order.iter().take(TOP).map(popular).collect(),
        }
    }
}

/// The exponent of Zipf's law, estimated from `falling`, the request counts of the objects, largest first.
///
/// Minus the slope of the least-squares line through (log rank, log count), at ranks spaced by about 10 % so that each
/// decade of ranks has the same weight, down to the last rank with 10 requests: below, counts are too coarse.
/// `None` with fewer than 5 such ranks.
pub fn zipf_alpha(falling: &[u32]) -> Option<f64> {
    const FEWEST_REQUESTS: u32 = 10;
    const FEWEST_RANKS: usize = 5;
    let ranks = falling.partition_point(|&count| count >= FEWEST_REQUESTS);
    let mut points = Vec::new();
    let mut rank = 1;
    while rank <= ranks {
        points.push((libm::log(rank as f64), libm::log(f64::from(falling[rank - 1]))));
        rank = (rank + 1).max(rank + rank / 10);
    }
    if points.len() < FEWEST_RANKS {
        return None;
    }
    let n = points.len() as f64;
    let mean_x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let covariance: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    let variance: f64 = points.iter().map(|p| (p.0 - mean_x) * (p.0 - mean_x)).sum();
    // Adding 0 turns a flat line's -0 into 0.
    Some(-covariance / variance + 0.0)
}

fn seconds(time: u64) -> f64 {
    time as f64 / SECOND as f64
}

fn size_stats(trace: &Trace, sizes: &[u32]) -> SizeStats {
    let bytes_requested = sizes.iter().map(|&size| u64::from(size)).sum();
    SizeStats {
        footprint_bytes: trace.footprint_bytes(),
        bytes_requested,
        mean_bytes: bytes_requested as f64 / sizes.len().max(1) as f64,
        min_bytes: sizes.iter().copied().min().unwrap_or(0),
        max_bytes: sizes.iter().copied().max().unwrap_or(0),
    }
}

fn op_stats(ops: &[Op]) -> OpStats {
    let count = |op| ops.iter().filter(|&&o| o == op).count() as u64;
    OpStats { reads: count(Op::Get), sets: count(Op::Set), deletes: count(Op::Delete) }
}

fn ttl_stats(ttls: &[u64]) -> TtlStats {
    let finite = || ttls.iter().copied().filter(|&ttl| ttl != NEVER);
    TtlStats {
        requests_with_ttl: finite().count() as u64,
        min_ttl_seconds: finite().min().map(seconds),
        max_ttl_seconds: finite().max().map(seconds),
    }
}

fn tenant_stats(names: &[Box<str>], tenants: &[u32]) -> TenantStats {
    let mut counts = vec![0u64; names.len()];
    for &tenant in tenants {
        counts[tenant as usize] += 1;
    }
    let mut order: Vec<usize> = (0..names.len()).filter(|&tenant| counts[tenant] > 0).collect();
    order.sort_by_key(|&tenant| std::cmp::Reverse(counts[tenant]));
    let tenant = |&tenant: &usize| Tenant { name: names[tenant].to_string(), requests: counts[tenant] };
    TenantStats { tenants: order.len() as u64, top_tenants: order.iter().take(TOP).map(tenant).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_trace_by_hand() {
        let mut trace = Trace::from_keys("t", [5, 6, 5, 7, 5, 6]);
        trace.sizes = Some(vec![10, 20, 10, 0, 30, 20].into());
        trace.times = Some((0..6).map(|i| i * SECOND / 2).collect());
        trace.ops = Some(vec![Op::Set, Op::Get, Op::Get, Op::Get, Op::Delete, Op::Get].into());
        trace.ttls = Some(vec![NEVER, 5 * SECOND, NEVER, SECOND, NEVER, NEVER].into());
        let stats = Stats::of(&trace);
        assert_eq!((stats.requests, stats.objects, stats.one_hit_wonders, stats.max_frequency), (6, 3, 1, 3));
        assert_eq!(stats.duration_seconds, Some(2.5));
        let json = serde_json::to_value(&stats).unwrap();
        // The delete names no size.
        assert_eq!(json["footprint_bytes"], 30);
        assert_eq!(json["bytes_requested"], 90);
        assert_eq!((&json["min_bytes"], &json["max_bytes"]), (&0.into(), &30.into()));
        assert_eq!((&json["reads"], &json["sets"], &json["deletes"]), (&4.into(), &1.into(), &1.into()));
        assert_eq!((&json["requests_with_ttl"], &json["max_ttl_seconds"]), (&2.into(), &5.0.into()));
        assert_eq!(json["top_objects"][0]["key"], "0");
        assert_eq!(json["top_objects"][1]["requests"], 2);
        assert!(json.get("zipf_alpha").is_some_and(serde_json::Value::is_null));
        assert!(json.get("tenants").is_none());
        trace.tenants = Some(vec![1, 0, 1, 1, 3, 3].into());
        trace.tenant_names = ["a", "b", "left out", "d"].map(Into::into).into();
        let json = serde_json::to_value(Stats::of(&trace)).unwrap();
        assert_eq!((&json["tenants"], &json["top_tenants"][0]["name"]), (&3.into(), &"b".into()));
        assert_eq!((&json["top_tenants"][1]["name"], &json["top_tenants"][2]["requests"]), (&"d".into(), &1.into()));
    }

    #[test]
    fn absent_columns_leave_no_numbers() {
        let json = serde_json::to_value(Stats::of(&Trace::from_keys("t", [1, 2]))).unwrap();
        assert!(json["duration_seconds"].is_null());
        assert!(json.get("footprint_bytes").is_none() && json.get("reads").is_none());
    }

    #[test]
    fn the_exponent_of_an_exact_power_law_is_found() {
        for alpha in [0.0, 0.6, 1.0, 1.4] {
            let counts: Vec<u32> = (1..=20_000).map(|rank| (1e7 * libm::pow(f64::from(rank), -alpha)) as u32).collect();
            let found = zipf_alpha(&counts).unwrap();
            assert!((found - alpha).abs() < 0.01, "{alpha}: {found}");
        }
        assert_eq!(zipf_alpha(&[100, 50, 2]), None);
        assert_eq!(zipf_alpha(&[]), None);
    }
}
