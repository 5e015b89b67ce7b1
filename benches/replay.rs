//! Requests per second of every policy: the replay alone, one thread, unit sizes, on a Zipf workload.
//!
//! `cargo bench --bench replay -- sieve` measures one; `-- --test` runs each once. For a comparison with another
//! simulator on the same trace see `peer.py`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evictlab::engine::{Config, Expiry, View};
use evictlab::policies::POLICIES;
use evictlab::policy::{Params, Setup};
use evictlab::trace::{Columns, Trace};
use evictlab::workload::generate;
use std::time::Duration;

const CAPACITY: u64 = 10_000;

fn zipf() -> Trace {
    generate("zipf:objects=1e5,alpha=1.0,requests=1e6", 42, Columns::IDS).expect("a spec that works")
}

/// Misses of one policy on the trace.
fn replay(trace: &Trace, view: &View<'_>, policy: usize, config: Config) -> u64 {
    let setup =
        Setup { objects: trace.objects, capacity: CAPACITY, expected: CAPACITY as usize, seed: 42, bytes: false };
    let mut sim = POLICIES[policy].replay(&Params::default(), &setup, &config).expect("defaults are in range");
    sim.feed(view, 0..trace.requests());
    sim.counts().requests - sim.counts().hits
}

/// The plain loop: unit sizes, nothing expires.
fn plain(c: &mut Criterion) {
    let trace = zipf();
    let view = View { next_uses: trace.next_use(), ..View::new(&trace) };
    let mut group = c.benchmark_group("replay");
    group
        .throughput(Throughput::Elements(trace.requests() as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(2));
    for (i, unit) in POLICIES.iter().enumerate().filter(|(_, unit)| !unit.on_request) {
        let config = Config { capacity: CAPACITY, ..Config::default() };
        group.bench_function(BenchmarkId::from_parameter(unit.entry.info.name), |b| {
            b.iter(|| replay(&trace, &view, i, config));
        });
    }
    group.finish();
}

/// The general loop: what sizes and times to live cost on top.
fn general(c: &mut Criterion) {
    let spec = "zipf:objects=1e5,alpha=1.0,requests=1e6,size=fixed(1),ttl=fixed(1h),arrivals=poisson(1000)";
    let trace = generate(spec, 42, Columns::ALL).expect("a spec that works");
    let view = View::new(&trace);
    let lru = POLICIES.iter().position(|unit| unit.entry.info.name == "lru").expect("LRU is there");
    let mut group = c.benchmark_group("general");
    group
        .throughput(Throughput::Elements(trace.requests() as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(2));
    for (name, bytes, on) in
        [("plain", false, false), ("bytes", true, false), ("ttl", false, true), ("both", true, true)]
    {
        let config =
            Config { capacity: CAPACITY, bytes, expiry: Expiry { on, ..Expiry::default() }, ..Config::default() };
        group.bench_function(BenchmarkId::new("lru", name), |b| b.iter(|| replay(&trace, &view, lru, config)));
    }
    group.finish();
}

criterion_group!(benches, plain, general);
criterion_main!(benches);
