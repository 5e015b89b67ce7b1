//! Rows with plausible curves, for tests.

use crate::record::{Row, SCHEMA, Window};

/// Nine policies.
pub(super) const POLICIES: [&str; 9] = ["lru", "lfu", "fifo", "random", "ttl", "sieve", "s3-fifo", "arc", "w-tiny-lfu"];

/// A row that finished.
pub(super) fn row(trace: &str, policy: &str, capacity: u64, hit_ratio: f64) -> Row {
    let mut row = Row {
        schema: SCHEMA,
        trace: trace.into(),
        policy: policy.into(),
        admission: "always".into(),
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
