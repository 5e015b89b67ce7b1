//! What replays and traces really allocate, against what the program says beforehand. A target of its own, since an
//! allocator that counts is there once per process.
//!
//! Traces are small enough that no array gets pages of its own, which the allocator would not see.

use evictlab::core::SECOND;
use evictlab::curve::{Ask, Curves, Progress, Sampling, Sizes};
use evictlab::engine::Expiry;
use evictlab::policies::POLICIES;
use evictlab::registry::parse_list;
use evictlab::replay::{Options, Replayer, SharedPasses, memory, parse_capacities};
use evictlab::trace::{Columns, LoadOptions, Shape, SizeChange, Trace, load_bytes};
use evictlab::workload;
use peak_alloc::PeakAlloc;
use std::sync::atomic::AtomicBool;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A value, and the most bytes that were allocated while it was made.
fn peak_of<T>(make: impl FnOnce() -> T) -> (T, u64) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let value = make();
    (value, (MEMORY.peak_usage() - before) as u64)
}

/// Policies for which twice the measured memory is too little to say, and why.
const LOOSE: &[(&str, &str)] = &[
    ("lirs", GHOSTS),
    ("lirs2", GHOSTS),
    ("frd", GHOSTS),
    ("clock-pro", GHOSTS),
    ("clock-pro-plus", GHOSTS),
    ("multi-queue", "its history of four times the cache is seldom full"),
    ("tu-q", "any of its queues may be the long one"),
    ("segcache", "a merge may look at a large part of the cache, and seldom does"),
    ("lru-k", "the times of uses are taken from the system page by page, which is not counted here"),
    ("size", "a queue for each resident, where all have sizes of their own"),
    ("lrb", "what it knows of objects is taken from the system page by page, which is not counted here"),
    ("lru-mad", FEW),
    ("belady-size", FEW),
    ("gl-cache", FEW),
    ("three-l-cache", FEW),
];
const GHOSTS: &str =
    "its ghosts are bounded by the trace's objects alone, or may be as many as the cache holds, and seldom are";
const FEW: &str =
    "most of its state is that of residents, of which bytes allow many only where they are the smallest objects";

/// Cells of every policy: what they say and what they take; `tight` demands that they say at most twice as much.
fn compare(trace: &Trace, options: &Options, tight: bool, wrong: &mut Vec<String>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for unit in POLICIES {
        // What is far slower than the others takes minutes for more.
        let capacities = match unit.on_request {
            true if !tight || options.bytes => &[][..],
            true => &["1%"],
            false => &["1%", "10%", "50%"],
        };
        for capacity in capacities {
            let mut replayer = Replayer::new(trace, options).unwrap();
            let specs = parse_list(unit.entry.info.name).unwrap();
            let cells = replayer.cells(&specs, &parse_capacities(capacity).unwrap()).unwrap();
            let said = replayer.memory(&cells, 1);
            let (_, taken) = peak_of(|| pool.install(|| replayer.run(&cells, &|_| {})));
            let loose = !tight || LOOSE.iter().any(|(name, why)| *name == unit.entry.info.name && !why.is_empty());
            if said < taken || said > 2 * taken && !loose {
                let Options { bytes, expiry, .. } = options;
                let mode = format!("bytes={bytes} ttl={}", expiry.mode());
                wrong.push(format!(
                    "{} {capacity} {mode} {}: said {said}, took {taken}",
                    unit.entry.info.name, trace.name
                ));
            }
        }
    }
}

/// One test, since tests of one process share its memory.
#[test]
fn what_is_said_is_what_is_taken() {
    let mut wrong = Vec::new();
    let unit = Options { shared_passes: SharedPasses::Never, ..Options::default() };
    let bytes = Options { bytes: true, ..unit.clone() };
    let expiry = Expiry { on: true, eager: true, renew: true, default: Some(100_000 * SECOND) };
    let expiring = Options { expiry, ..bytes.clone() };
    // Rings are longest where many requests hit; the others fill ghosts, or only the cache.
    for (spec, tight) in [
        ("zipf:objects=40000,alpha=1.0,requests=8e5,size=lognormal(4KiB,1.5)", true),
        ("uniform:objects=40000,requests=15e4,size=lognormal(4KiB,1.5)", false),
        ("mix:parts=(0.7*zipf(objects=20000)+0.3*scan(objects=20000)),requests=15e4,size=4KiB", false),
        ("loop:objects=30000,requests=1e5,size=pareto(1KiB,1.2)", false),
    ] {
        let trace = workload::generate(spec, 42, Columns::ALL).unwrap();
        trace.next_read();
        for options in [&unit, &bytes, &expiring] {
            compare(&trace, options, tight, &mut wrong);
        }
    }
    shared_and_varied(&mut wrong);
    whole_curve(&mut wrong);
    traces(&mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The exact LRU curve of all sizes takes at most 24 bytes an object beside the trace, and 18 where capacities are named.
fn whole_curve(wrong: &mut Vec<String>) {
    const OBJECTS: usize = 60_000;
    let spec = format!("zipf:objects={OBJECTS},alpha=0.8,requests=1e6");
    let trace = workload::generate(&spec, 42, Columns::IDS).unwrap();
    let options = Options::default();
    for (sizes, most) in [("all", 24), ("log:0.1%..100%:40", 18)] {
        let ask = Ask { method: None, sizes: Sizes::parse(sizes).unwrap(), sampling: Sampling::default() };
        let mut curves = Curves::new(&trace, &options, &ask).unwrap();
        let spec = parse_list("lru").unwrap().remove(0);
        let jobs = [(spec.clone(), curves.choose(&spec).unwrap())];
        let progress = Progress { requests: &|_| {}, stop: &AtomicBool::new(false) };
        let (found, taken) = peak_of(|| curves.run(&jobs, progress));
        // What does not grow with the objects: lines of marks that are begun, rows, and the like.
        let fixed = 64 << 10;
        if found.len() != 1 || taken > (trace.objects * most) as u64 + fixed {
            wrong.push(format!("the LRU curve at {sizes} took {taken} bytes for {} objects", trace.objects));
        }
    }
}

/// Passes that cells share, supervision, several threads, ghosts by parameter, windows.
fn shared_and_varied(wrong: &mut Vec<String>) {
    let trace = workload::generate("zipf:objects=15000,alpha=1.0,requests=4e5", 42, Columns::IDS).unwrap();
    let strict = Options { strict: true, shared_passes: SharedPasses::Never, ..Options::default() };
    let window = Some(evictlab::replay::WindowSize::Requests(100));
    let windowed = Options { window, ..Options::default() };
    for (policies, capacities, options, threads) in [
        ("fifo", "log:1%..50%:5", Options::default(), 1),
        ("fifo", "log:1%..50%:20", Options::default(), 2),
        ("clock", "log:1%..50%:8", Options::default(), 1),
        ("sieve", "log:1%..50%:8", Options::default(), 1),
        ("s3-fifo", "log:1%..50%:16", Options::default(), 2),
        ("s3-fifo:ghost=5", "log:1%..100%:8", Options::default(), 1),
        ("lru,sieve", "1%,50%", Options { shared_passes: SharedPasses::Never, ..Options::default() }, 2),
        ("lru", "50%", strict, 1),
        ("s3-fifo:ghost=4", "20%", Options::default(), 1),
        ("two-q:out=3", "20%", Options::default(), 1),
        ("fifo", "10%", windowed, 1),
    ] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut replayer = Replayer::new(&trace, &options).unwrap();
        let cells = replayer.cells(&parse_list(policies).unwrap(), &parse_capacities(capacities).unwrap()).unwrap();
        let said = replayer.memory(&cells, threads);
        let (_, taken) = peak_of(|| pool.install(|| replayer.run(&cells, &|_| {})));
        if said < taken || said > 2 * taken {
            wrong.push(format!("{policies} {capacities} on {threads} threads: said {said}, took {taken}"));
        }
    }
    let spec = &parse_list("lru").unwrap()[0];
    let less = memory(spec, 40_000, 400, &Options::default());
    assert!(less < memory(spec, 40_000, 20_000, &Options::default()), "more room takes more memory");
}

/// Traces: made, read from integers and from strings, their next uses.
fn traces(wrong: &mut Vec<String>) {
    let mut judge = |what: &str, said: u64, taken: u64| {
        if said < taken || said > 2 * taken {
            wrong.push(format!("{what}: said {said}, took {taken}"));
        }
    };
    for spec in [
        "zipf:objects=60000,requests=3e5,size=lognormal(4KiB,1.5),ttl=1h,arrivals=poisson(100)",
        "zipf:objects=60000,requests=3e5,scramble=false",
        "drift:objects=60000,requests=3e5",
        "uniform:objects=60000,requests=3e5",
        "uniform:objects=1e8,requests=3e5",
        "sequence:parts=(zipf(objects=50000,requests=1e5)+scan(objects=1e5,requests=2e5))",
    ] {
        let columns = Columns::ALL;
        let said = workload::generating(spec, columns).unwrap();
        let (trace, taken) = peak_of(|| workload::generate(spec, 42, columns).unwrap());
        judge(spec, said, taken);
        let shape = workload::shape(spec, columns).unwrap();
        assert!(shape.objects >= trace.objects as u64 && shape.requests == trace.requests() as u64, "{spec}");
        let shape = Shape { objects: trace.objects as u64, ..shape };
        judge(&format!("{spec} kept"), shape.kept(), trace.memory_bytes());
        let said = trace.next_use_bytes();
        assert_eq!(said, shape.next_use());
        let kept = trace.memory_bytes();
        let (_, taken) = peak_of(|| trace.next_use().len());
        judge(&format!("{spec} next uses"), said, taken);
        assert_eq!((trace.memory_bytes() - kept, trace.next_use_bytes()), (4 * shape.requests, 0));
    }
    let made = workload::generate("zipf:objects=60000,requests=5e5", 42, Columns::IDS).unwrap();
    for (what, prefix, key_bytes) in [("integers", "", 0), ("strings", "a/rather/long/key/", 23)] {
        for (columns, size_change) in [(Columns::ALL, SizeChange::New), (Columns::ALL, SizeChange::Distinct)] {
            let line = |(i, id): (usize, &u32)| format!("{i},{prefix}{id:05},{}\n", id % 1000);
            let text: String = made.ids.iter().enumerate().map(line).collect();
            let data: std::sync::Arc<[u8]> = text.into_bytes().into();
            let format = Some("csv:time=1,id=2,size=3,header=false".to_owned());
            let options = LoadOptions { format, columns, size_change, ..LoadOptions::default() };
            let (loaded, taken) = peak_of(|| load_bytes("t.csv", data, &options).unwrap());
            let trace = loaded.trace;
            let columns = Columns { ops: false, ttls: false, ..columns };
            let shape = Shape { requests: 500_000, objects: trace.objects as u64, columns, key_bytes };
            judge(&format!("reading {what}, {size_change:?}"), shape.reading(size_change), taken);
            judge(&format!("{what} kept"), shape.kept(), trace.memory_bytes());
        }
    }
}
