//! Timed scenarios: requests per second of simulated caches of one and two levels.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evictlab::scenario::{Scenario, run};
use std::hint::black_box;
use std::time::Duration;

/// A name, and a scenario of a million requests.
const SCENARIOS: [(&str, &str); 5] = [
    (
        "one level, everything fits",
        "duration = \"1000s\"\n[load]\nkeys = 1\nrate = 1000\n[[level]]\nname = \"cache\"\nlatency = \"1ms\"\nttl = \"60s\"\n\
         defence = \"single-flight\"\n[origin]\nlatency = \"100ms\"\n",
    ),
    (
        "one level, LRU of 10 %",
        "duration = \"1000s\"\n[load]\nkeys = 100000\nrate = 1000\n[[level]]\nname = \"cache\"\nlatency = \"1ms\"\n\
         capacity = \"10%\"\n[origin]\nlatency = \"100ms\"\n",
    ),
    (
        "one level, XFetch",
        "duration = \"1000s\"\n[load]\nkeys = 1000\nrate = 1000\n[[level]]\nname = \"cache\"\nlatency = \"1ms\"\nttl = \"60s\"\n\
         defence = \"xfetch\"\n[origin]\nlatency = \"100ms\"\n",
    ),
    (
        "two levels",
        "duration = \"1000s\"\n[load]\nkeys = 100000\nrate = 1000\n[[level]]\nname = \"l1\"\ncapacity = \"1%\"\n[[level]]\n\
         name = \"l2\"\nlatency = \"1ms\"\ncapacity = \"10%\"\n[origin]\nlatency = \"100ms\"\n",
    ),
    (
        "two levels, both with latency",
        "duration = \"1000s\"\n[load]\nkeys = 100000\nrate = 1000\n[[level]]\nname = \"l1\"\nlatency = \"100us\"\n\
         capacity = \"1%\"\n[[level]]\nname = \"l2\"\nlatency = \"1ms\"\ncapacity = \"10%\"\n[origin]\nlatency = \"100ms\"\n",
    ),
];

fn scenarios(c: &mut Criterion) {
    let mut group = c.benchmark_group("scenario");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(3));
    for (name, text) in SCENARIOS {
        let configuration =
            Scenario::read("bench.toml", text).expect("a scenario").configurations().expect("one").remove(0);
        let requests = run(&configuration, None).expect("it runs").row.requests;
        group.throughput(Throughput::Elements(requests));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| black_box(run(&configuration, None)).map(|outcome| outcome.row.hits));
        });
    }
    group.finish();
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
