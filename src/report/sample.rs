//! Rows with plausible curves, for tests.

use crate::record::{CurveRow, Row, SCHEMA, Window};

/// Nine policies.
pub(super) const POLICIES: [&str; 9] = ["lru", "lfu", "fifo", "random", "ttl", "sieve", "s3-fifo", "arc", "w-tiny-lfu"];

/// A row that finished.
pub(super) fn row(trace: &str, policy: &str, capacity: u64, hit_ratio: f64) -> Row {
    let mut row = Row {
        schema: SCHEMA,
        trace: trace.into(),
        policy: policy.into(),
        admission: "always".into(),
        prefetch: "none".into(),
        capacity,
        size_mode: "unit".into(),
        ttl_mode: "off".into(),
        requests: 1_000_000,
        hits: (hit_ratio * 1e6) as u64,
        objects: 200_000,
        footprint_bytes: 200_000,
        ..Row::default()
    };
    row.misses = row.requests - row.hits;
    (row.bytes_requested, row.bytes_hit) = (row.requests, row.hits);
    row.derive_ratios();
    row
}

/// Nine policies x eight capacities x the traces.
pub(super) fn rows(traces: &[&str]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (t, trace) in traces.iter().enumerate() {
        for (p, policy) in POLICIES.iter().enumerate() {
            for c in 0..8 {
                let capacity = 100 * 3u64.pow(c);
                let share = libm::log10(capacity as f64 / 60.0) / 4.1;
                let better = 0.035 * ((p * 7 + t * 4) % 9) as f64 * (1.0 - share);
                rows.push(row(trace, policy, capacity, (share * (0.75 - 0.2 * t as f64) + better).min(1.0)));
            }
        }
    }
    rows
}

/// Windows of ten requests, two a second, with so many hits.
pub(super) fn windows(trace: &str, policy: &str, capacity: u64, hits: &[u64]) -> Vec<Window> {
    let window = |(i, hits): (u64, &u64)| Window {
        trace: trace.into(),
        policy: policy.into(),
        admission: "always".into(),
        prefetch: "none".into(),
        capacity,
        window: i,
        start_request: 10 * i,
        end_request: 10 * (i + 1),
        start_seconds: 5.0 * i as f64,
        end_seconds: 5.0 * (i + 1) as f64,
        requests: 10,
        hits: *hits,
        hit_ratio: *hits as f64 / 10.0,
        ..Window::default()
    };
    (0..).zip(hits).map(window).collect()
}

/// Objects of the traces of curves.
pub(super) const OBJECTS: u64 = 200_000;

/// A point of a curve of the whole trace.
pub(super) fn point(trace: &str, policy: &str, method: &str, capacity: u64, hit_ratio: f64) -> CurveRow {
    let requests = 1_000_000;
    CurveRow {
        trace: trace.into(),
        policy: policy.into(),
        method: method.into(),
        capacity,
        capacity_given: capacity.to_string(),
        requests,
        requests_used: requests,
        end_request: requests,
        end_seconds: 86_400.0,
        hits: (hit_ratio * requests as f64) as u64,
        hit_ratio,
        miss_ratio: 1.0 - hit_ratio,
        byte_hit_ratio: hit_ratio,
        ci_low: hit_ratio,
        ci_high: hit_ratio,
        objects: OBJECTS,
        footprint_bytes: OBJECTS,
        ..CurveRow::default()
    }
}

/// As found from a sample of the objects, with an interval this far to both sides.
pub(super) fn sampled(point: CurveRow, rate: f64, half: f64) -> CurveRow {
    let (low, high) = ((point.hit_ratio - half).max(0.0), (point.hit_ratio + half).min(1.0));
    CurveRow { sample_rate: rate, ci_low: low, ci_high: high, ..point }
}

/// So many sizes from 1 to all objects, evenly on a log scale.
pub(super) fn log_sizes(count: u32) -> Vec<u64> {
    let size = |i| libm::pow(OBJECTS as f64, f64::from(i) / f64::from((count - 1).max(1))).round() as u64;
    let mut sizes: Vec<u64> = (0..count).map(size).collect();
    sizes.dedup();
    sizes
}

/// A plausible hit ratio: it grows with the logarithm of the size; a policy is `better` by at most that much in the middle; a
/// loop over 20,000 objects makes a cliff of the height `cliff`.
pub(super) fn plausible(capacity: u64, better: f64, cliff: f64) -> f64 {
    let share = libm::log10(1.0 + capacity as f64 / 30.0) / libm::log10(1.0 + OBJECTS as f64 / 30.0);
    let jump = if capacity >= 20_000 { cliff } else { 0.0 };
    (0.85 - cliff) * share + better * 4.0 * share * (1.0 - share) + jump
}

/// A curve of this many sizes.
pub(super) fn curve(trace: &str, policy: &str, method: &str, sizes: u32, (better, cliff): (f64, f64)) -> Vec<CurveRow> {
    let at = |capacity: u64| point(trace, policy, method, capacity, plausible(capacity, better, cliff));
    log_sizes(sizes).into_iter().map(at).collect()
}

/// All points at which a curve changes.
pub(super) fn complete(points: Vec<CurveRow>) -> Vec<CurveRow> {
    points.into_iter().map(|point| CurveRow { capacity_given: String::new(), ..point }).collect()
}

/// All four bounds on a trace.
pub(super) fn bounds(trace: &str) -> Vec<CurveRow> {
    let of = |policy: &str, better: f64| curve(trace, policy, "bound", 20, (better, 0.0));
    [
        of("pfoo-l", 0.24),
        of("pfoo-u", 0.17),
        of("belady-size", 0.13),
        vec![point(trace, "infinite", "bound", OBJECTS, 0.85)],
    ]
    .concat()
}

/// The same sizes in so many windows of an hour, of which those in the middle have another working set.
pub(super) fn curve_windows(trace: &str, policy: &str, windows: u64, sizes: u32, better: f64) -> Vec<CurveRow> {
    let window = |number: u64| {
        let other = number * 3 >= windows && number * 2 < windows;
        let day = 0.06 * libm::sin(number as f64 / 24.0 * std::f64::consts::TAU);
        log_sizes(sizes).into_iter().map(move |capacity| {
            let ratio = plausible(if other { capacity.div_ceil(20) } else { capacity }, better, 0.0);
            CurveRow {
                window: number,
                start_request: 50_000 * number,
                end_request: 50_000 * (number + 1),
                start_seconds: 3600.0 * number as f64,
                end_seconds: 3600.0 * number as f64 + 3599.0,
                requests: 50_000,
                ..point(trace, policy, "exact", capacity, (ratio * (1.0 + day)).min(1.0))
            }
        })
    };
    (0..windows).flat_map(window).collect()
}
