//! Curves as figures, on plausible rows.

use super::super::sample::*;
use crate::record::{CurveRow, Format, write_curves};

#[test]
fn dump() {
    let write = |name: &str, rows: &[CurveRow]| {
        std::fs::create_dir_all("/tmp/figs").unwrap();
        let mut out = std::fs::File::create(format!("/tmp/figs/{name}.csv")).unwrap();
        write_curves(rows, Format::Csv, &mut out).unwrap();
    };
    let minisim = |policy: &str, b: f64, n: u32| -> Vec<CurveRow> {
        curve("web", policy, "minisim", n, (b, 0.0)).into_iter().map(|p| sampled(p, 0.01, 0.025)).collect()
    };
    let whole = |policy: &str, b: f64, c: f64| curve("web", policy, "exact", 5000, (b, c));
    write("exact", &[whole("lru", 0.0, 0.2), whole("lfu", 0.05, 0.0), whole("belady", 0.15, 0.0)].concat());
    write(
        "mixed",
        &[
            whole("lru", 0.0, 0.0),
            whole("belady", 0.15, 0.0),
            curve("web", "sieve", "batch", 20, (0.07, 0.0)),
            curve("web", "s3-fifo", "batch", 20, (0.09, 0.0)),
        ]
        .concat(),
    );
    write(
        "shards",
        &[
            whole("lru", 0.0, 0.0),
            curve("web", "lru", "shards", 60, (0.02, 0.0)).into_iter().map(|p| sampled(p, 0.01, 0.03)).collect(),
        ]
        .concat(),
    );
    write(
        "minisim",
        &[minisim("lru", 0.0, 20), minisim("sieve", 0.05, 20), minisim("s3-fifo", 0.06, 20), minisim("arc", 0.04, 20)]
            .concat(),
    );
    write(
        "bounds",
        &[bounds("web"), curve("web", "lru", "batch", 20, (0.0, 0.0)), curve("web", "gdsf", "replay", 20, (0.08, 0.0))]
            .concat(),
    );
    let bytes = |rows: Vec<CurveRow>| -> Vec<CurveRow> {
        rows.into_iter()
            .map(|r| CurveRow {
                size_mode: "bytes".into(),
                capacity: r.capacity * 40_000,
                footprint_bytes: OBJECTS * 40_000,
                byte_hit_ratio: r.hit_ratio * 0.8,
                ..r
            })
            .collect()
    };
    let traces: Vec<CurveRow> = ["cdn-a", "cdn-b", "cdn-c"]
        .into_iter()
        .enumerate()
        .flat_map(|(i, t)| {
            bytes(
                [
                    bounds(t),
                    curve(t, "lru", "exact", 2000, (0.0, 0.1 * i as f64)),
                    curve(t, "gdsf", "replay", 20, (0.08, 0.0)),
                ]
                .concat(),
            )
        })
        .collect();
    write("traces", &traces);
    write("time1", &curve_windows("web", "lru", 168, 2000, 0.0));
    write("time2", &[curve_windows("web", "lru", 48, 24, 0.0), curve_windows("web", "belady", 48, 24, 0.15)].concat());
    write(
        "time6",
        &["cdn-a", "cdn-b"]
            .into_iter()
            .flat_map(|t| {
                [
                    curve_windows(t, "lru", 48, 100, 0.0),
                    curve_windows(t, "sieve", 48, 24, 0.1),
                    curve_windows(t, "belady", 48, 24, 0.15),
                ]
                .concat()
            })
            .collect::<Vec<_>>(),
    );
}
