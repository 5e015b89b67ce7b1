//! Whole curves and shared passes: requests per second on a Zipf workload of a million objects, one thread.
//!
//! `cargo bench --bench curve -- lru` measures what has `lru` in its name; `-- --test` runs each once. For a comparison with
//! another simulator on the same trace see `peer.py --curve`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evictlab::curve::{Ask, Curve, Curves, Method, Progress, Sampling, Sizes};
use evictlab::registry::parse_list;
use evictlab::replay::Options;
use evictlab::trace::{Columns, Trace};
use evictlab::workload::generate;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const WORKLOAD: &str = "zipf:objects=1e6,alpha=1.0,requests=4e6";

/// Sixteen and thirty-two sizes.
const SOME: &str = "log:0.1%..50%:16";
const MANY: &str = "log:0.1%..50%:32";

/// What is measured: a name, policy, method, capacities, and the requests that count: those of all sizes of a pass that only
/// shares work, those of the trace for one that gives all.
const CASES: [(&str, &str, Method, &str, u64); 13] = [
    ("lru, all sizes", "lru", Method::Exact, "all", 1),
    ("perfect lfu, all sizes", "lfu:history=perfect", Method::Exact, "all", 1),
    ("min, all sizes", "belady", Method::Exact, "all", 1),
    ("min, one size", "belady", Method::Exact, "10%", 1),
    ("shards 1 %", "lru", Method::Shards, MANY, 1),
    ("fifo, 16 sizes, batch", "fifo", Method::Batch, SOME, 16),
    ("fifo, 16 sizes, single", "fifo", Method::Replay, SOME, 16),
    ("clock, 32 sizes, batch", "clock", Method::Batch, MANY, 32),
    ("clock, 32 sizes, single", "clock", Method::Replay, MANY, 32),
    ("sieve, 32 sizes, batch", "sieve", Method::Batch, MANY, 32),
    ("sieve, 32 sizes, single", "sieve", Method::Replay, MANY, 32),
    ("s3-fifo, 32 sizes, batch", "s3-fifo", Method::Batch, MANY, 32),
    ("s3-fifo, 32 sizes, single", "s3-fifo", Method::Replay, MANY, 32),
];

/// The greatest hit ratio, so that nothing is left out.
fn curve(trace: &Trace, (policy, method, sizes): (&str, Method, &str)) -> f64 {
    let sizes = Sizes::parse(sizes).expect("capacities that work");
    let ask = Ask { method: Some(method), sizes, sampling: Sampling::default() };
    let options = ask.options(Options::default());
    let mut curves = Curves::new(trace, &options, &ask).expect("a trace that works");
    let spec = parse_list(policy).expect("a policy that is there").remove(0);
    let choice = curves.choose(&spec).expect("a method that is open");
    let stop = AtomicBool::new(false);
    let found = curves.run(&[(spec, choice)], Progress { requests: &|_| {}, stop: &stop });
    found.iter().filter_map(Curve::shape).map(|shape| shape.most).sum()
}

fn curves(c: &mut Criterion) {
    let trace = generate(WORKLOAD, 42, Columns::IDS).expect("a spec that works");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let mut group = c.benchmark_group("curve");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for (name, policy, method, sizes, times) in CASES {
        group.throughput(Throughput::Elements(times * trace.requests() as u64));
        group.bench_function(name, |b| b.iter(|| pool.install(|| black_box(curve(&trace, (policy, method, sizes))))));
    }
    group.finish();
}

criterion_group!(benches, curves);
criterion_main!(benches);
