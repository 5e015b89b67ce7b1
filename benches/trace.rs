//! Ingest: from the bytes of a file in memory to a trace, in requests per second.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evictlab::trace::store::{Codec, Writer};
use evictlab::trace::write::{Target, encode};
use evictlab::trace::{Columns, LoadOptions, Trace, load, load_bytes};
use std::sync::Arc;
use std::time::Duration;

const REQUESTS: u64 = 1_000_000;

/// A million requests over a quarter of a million keys, popular ones first: the square of a uniform number.
fn sample() -> Trace {
    let mut rng = evictlab::core::rng::rng(42, "bench");
    let keys = (0..REQUESTS).map(|_| {
        let uniform = evictlab::core::rng::unit(&mut rng);
        (uniform * uniform * 250_000.0) as u64
    });
    let mut trace = Trace::from_keys("bench", keys);
    trace.sizes = Some(vec![4096; REQUESTS as usize].into());
    trace.times = Some((0..REQUESTS).map(|i| i * 1_000_000).collect());
    trace
}

fn ingest(criterion: &mut Criterion) {
    let trace = sample();
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Elements(REQUESTS)).sample_size(10);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let cases = [
        ("oracle-general", Target::OracleGeneral, "oracle-general"),
        ("txt", Target::Txt, "txt"),
        ("txt as strings", Target::Txt, "txt:ids=string"),
        ("csv", Target::Csv, "csv"),
        ("table", Target::Txt, "gradle"),
    ];
    for (name, target, format) in cases {
        let mut bytes = Vec::new();
        encode(&trace, target, &mut bytes).expect("memory can be written");
        let bytes: Arc<[u8]> = bytes.into();
        let options = LoadOptions { format: Some(format.into()), ..LoadOptions::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| load_bytes("bench", Arc::clone(&bytes), &options).expect("it was just written"));
        });
    }
    group.bench_function("combined", |bencher| {
        let log: Arc<[u8]> = log(&trace).into();
        let options = LoadOptions { format: Some("combined".into()), ..LoadOptions::default() };
        bencher.iter(|| load_bytes("bench", Arc::clone(&log), &options).expect("it was just written"));
    });
    group.bench_function("store", |bencher| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("t.evl");
        Writer::write(&trace, "bench", &path, Codec::Plain, false).expect("it can be written");
        let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
        bencher.iter(|| load(&path, &options, &|_, _| ()).expect("it was just written"));
    });
    group.finish();
}

/// The requests as an access log.
fn log(trace: &Trace) -> Vec<u8> {
    let line = |&id: &u32| {
        format!("10.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"GET /p/{id} HTTP/1.1\" 200 4096 \"-\" \"Mozilla/5.0\"\n")
    };
    trace.ids.iter().flat_map(|id| line(id).into_bytes()).collect()
}

criterion_group!(benches, ingest);
criterion_main!(benches);
