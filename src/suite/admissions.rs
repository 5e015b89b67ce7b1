//! Admissions in front of policies: the books under random scripts, what each is worth on traces that show it, the program.

use crate::command::Place;
use crate::harness::{hit_ratio, property, strings, unit, zipf};
use evictlab::admission::ADMISSIONS;
use evictlab::core::{ObjId, rng};
use evictlab::engine::{Config, Counts, Expiry, Replay, View};
use evictlab::policy::{Params, Setup};
use evictlab::registry::parse_admissions;
use evictlab::trace::Trace;
use proptest::prelude::*;

/// A cache of LRU, or another policy that knows its victim, behind an admission.
fn guarded(policy: &str, admission: &str, trace: &Trace, config: &Config) -> Box<dyn Replay> {
    let fit = (config.capacity as usize).min(trace.objects);
    let setup =
        Setup { objects: trace.objects, capacity: config.capacity, expected: fit, seed: 42, bytes: config.bytes };
    let mut cache = unit(policy).replay(&Params::default(), &setup, config).unwrap();
    let spec = &parse_admissions(admission).unwrap()[0];
    cache.set_admission(spec.entry.build(&spec.params, &setup).unwrap());
    cache
}

fn counts(policy: &str, admission: &str, capacity: u64, trace: &Trace) -> Counts {
    let config = Config { capacity, strict: true, ..Config::default() };
    let mut cache = guarded(policy, admission, trace, &config);
    let view = View { next_uses: trace.next_use(), ..View::new(trace) };
    cache.feed(&view, 0..trace.requests());
    cache.counts()
}

#[test]
fn the_books_balance_whoever_stands_at_the_gate() {
    for gate in ADMISSIONS {
        for policy in ["lru", "sieve", "belady", "gdsf", "random-two"] {
            property(60, &(1..=12u64, strings(), any::<bool>()), |(capacity, keys, bytes)| {
                let mut trace = Trace::from_keys("string", keys);
                trace.sizes = Some(trace.ids.iter().map(|&id| id * 5 % 7).collect());
                let config = Config { capacity, bytes, strict: true, ..Config::default() };
                let mut cache = guarded(policy, gate.info.name, &trace, &config);
                let view = View { next_uses: trace.next_use(), ..View::new(&trace) };
                cache.feed(&view, 0..trace.requests());
                let Counts { requests, hits, rejections, evictions, .. } = cache.counts();
                let held = (0..trace.objects as ObjId).filter(|&id| cache.contains(id)).count() as u64;
                prop_assert_eq!(requests - hits, rejections + evictions + held, "{} before {}", gate.info.name, policy);
                Ok(())
            });
        }
    }
}

#[test]
fn always_is_nobody_at_the_gate() {
    property(200, &(1..=12u64, strings()), |(capacity, keys)| {
        let trace = Trace::from_keys("string", keys);
        let expiry = Expiry { on: true, ..Expiry::default() };
        for policy in ["lru", "s3-fifo", "arc"] {
            let config = Config { capacity, expiry, ..Config::default() };
            let setup = Setup { objects: trace.objects, capacity, expected: 1, seed: 42, bytes: false };
            let mut plain = unit(policy).replay(&Params::default(), &setup, &config).unwrap();
            let mut gated = guarded(policy, "always", &trace, &config);
            for cache in [&mut plain, &mut gated] {
                cache.feed(&View::new(&trace), 0..trace.requests());
            }
            prop_assert_eq!(plain.counts(), gated.counts());
        }
        Ok(())
    });
}

/// Popular objects, and between them as many that are asked for once.
fn with_one_hit_wonders() -> Trace {
    let mut rng = rng::rng(3, "wonders");
    let keys = (0..40_000u64).map(|i| if i % 2 == 0 { 1_000_000 + i } else { rng::below(&mut rng, 100) });
    Trace::from_keys("wonders", keys)
}

#[test]
fn what_is_asked_for_once_is_kept_out() {
    let trace = with_one_hit_wonders();
    let ratio = |admission: &str| {
        let counts = counts("lru", admission, 100, &trace);
        counts.hits as f64 / counts.requests as f64
    };
    let always = ratio("always");
    assert!((always - hit_ratio("lru", 100, &trace)).abs() < 1e-12);
    // All popular objects fit once nobody else takes their room: half of the requests less their first two.
    for (admission, least) in [("second-hit", 0.485), ("clairvoyant", 0.485), ("tiny-lfu", 0.44)] {
        assert!(ratio(admission) > least, "{admission}: {} (always: {always})", ratio(admission));
    }
    // A sketch takes some of the many for others, a filter of so few likewise, and it forgets.
    assert!(ratio("bloom") > always + 0.08, "{} {always}", ratio("bloom"));
    assert!(ratio("probability:p=0.05") > always + 0.08);
}

#[test]
fn no_victim_bars_the_way_for_all() {
    // A victim by chance that is worth keeping must not be the only one that newcomers are held against.
    let trace = Trace::from_keys("zipf", zipf(5000, 0.9, 60_000, 4));
    // 2Q is not among them: who is in A1in does not move, and where no newcomer gets in it does not leave.
    for policy in
        ["random", "random-two", "sampled-lru", "lru", "clock", "arc", "lirs", "lfu", "s3-fifo", "car", "clock-pro"]
    {
        let Counts { hits, evictions, .. } = counts(policy, "tiny-lfu", 100, &trace);
        let without = counts(policy, "always", 100, &trace).hits;
        assert!(
            evictions > 300 && hits * 100 > without * 95,
            "{policy}: {evictions} evictions, {hits} hits, {without}"
        );
    }
}

#[test]
fn min_with_bypass_is_no_worse_than_min() {
    property(500, &(1..=12u64, strings()), |(capacity, keys)| {
        let trace = Trace::from_keys("string", keys);
        let (bypass, min) =
            (counts("belady", "clairvoyant", capacity, &trace), counts("belady", "always", capacity, &trace));
        prop_assert!(bypass.hits >= min.hits, "{} {}", bypass.hits, min.hits);
        Ok(())
    });
}

#[test]
fn adapt_size_finds_a_size_that_fits_the_cache() {
    // Small objects for half of the cache, asked for all the time; and large ones, any of which pushes out half of them.
    let mut rng = rng::rng(5, "sizes");
    let keys: Vec<u32> = (0..300_000)
        .map(|_| if rng::below(&mut rng, 10) < 9 { rng::below(&mut rng, 1000) } else { 1000 + rng::below(&mut rng, 4000) } as u32)
        .collect();
    let mut trace = Trace::from_keys("sizes", &keys);
    trace.sizes = Some(keys.iter().map(|&key| if key < 1000 { 1000 } else { 500_000 }).collect());
    let hits = |admission: &str| {
        let config = Config { capacity: 2_000_000, bytes: true, ..Config::default() };
        let mut cache = guarded("lru", admission, &trace, &config);
        cache.feed(&View::new(&trace), 0..trace.requests());
        cache.counts().hits as f64 / trace.requests() as f64
    };
    let (always, tuned) = (hits("always"), hits("adapt-size:interval=20000"));
    assert!(tuned > 0.8 && tuned > always + 0.3, "{always} {tuned}");
}

#[test]
fn the_program_tries_admissions_one_after_the_other() {
    let place = Place::new();
    let rows = place.rows("run --workload zipf:objects=500,requests=5000 --policy lru,fifo --capacity 10 --admission always,probability:p=0.2,tiny-lfu");
    let named: Vec<String> = rows.iter().map(|row| format!("{} {}", row["policy"], row["admission"])).collect();
    assert_eq!(
        named,
        [
            "lru always",
            "fifo always",
            "lru probability:p=0.2",
            "fifo probability:p=0.2",
            "lru tiny-lfu:sample=10",
            "fifo tiny-lfu:sample=10"
        ]
    );
    let said = place
        .run("run --workload loop:objects=5,requests=9 --policy segcache --capacity 2 --admission tiny-lfu")
        .ended(2);
    assert!(said.stderr.contains("does not know it beforehand"), "{}", said.stderr);
    assert!(place.run("admissions adapt-size").done().stdout.contains("exp(-s/c)"));
    assert_eq!(place.run("admissions --json").done().json().as_array().unwrap().len(), ADMISSIONS.len());
    assert!(place.run("admissions --bibtex").done().stdout.contains("title = {{AdaptSize: orchestrating"));
}
