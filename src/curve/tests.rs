//! Curves against replays, to the count.

use super::{Ask, Curve, Curves, Method, Progress, Sampling, Sizes};
use crate::core::{ObjId, SECOND, rng};
use crate::engine::Expiry;
use crate::record::CurveRow;
use crate::registry;
use crate::replay::{Options, Replayer, SharedPasses, Warmup, WindowSize, parse_capacities};
use crate::trace::Trace;
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;

/// The curves of these policies.
fn curves(trace: &Trace, options: &Options, ask: &Ask, policies: &str) -> Vec<Curve> {
    let mut curves = Curves::new(trace, options, ask).unwrap();
    let specs = registry::parse_list(policies).unwrap();
    let jobs: Vec<_> = specs.into_iter().map(|spec| (spec.clone(), curves.choose(&spec).unwrap())).collect();
    curves.run(&jobs, Progress { requests: &|_| {}, stop: &AtomicBool::new(false) })
}

fn exact(capacities: &str) -> Ask {
    let sizes = Sizes::parse(capacities).unwrap();
    Ask { method: Some(Method::Exact), sizes, sampling: Sampling::default() }
}

fn rows(trace: &Trace, options: &Options, ask: &Ask, policies: &str) -> Vec<CurveRow> {
    curves(trace, options, ask, policies).iter().flat_map(|curve| curve.rows(usize::MAX)).collect()
}

/// Asserts that the exact curves have the hits of replays at these capacities.
fn agree(trace: &Trace, options: &Options, policies: &str, capacities: &str) {
    let options = Options { shared_passes: SharedPasses::Never, ..options.clone() };
    let points = rows(trace, &options, &exact(capacities), policies);
    let mut replayer = Replayer::new(trace, &options).unwrap();
    let specs = registry::parse_list(policies).unwrap();
    let cells = replayer.cells(&specs, &parse_capacities(capacities).unwrap()).unwrap();
    let outcomes = replayer.run(&cells, &|_| {});
    if options.window.is_none() {
        assert_eq!(points.len(), outcomes.len());
    }
    for outcome in outcomes {
        let row = &outcome.row;
        let own = |point: &&CurveRow| point.policy == row.policy && point.capacity == row.capacity;
        let own: Vec<&CurveRow> = points.iter().filter(own).collect();
        let found: Vec<(u64, u64)> = own.iter().map(|point| (point.requests, point.hits)).collect();
        if options.window.is_none() {
            assert_eq!(found, [(row.requests, row.hits)], "{} at {} of {:?}", row.policy, row.capacity, trace.ids);
            assert_eq!(own[0].byte_hit_ratio.to_bits(), row.byte_hit_ratio.to_bits());
        } else {
            let windows: Vec<(u64, u64)> = outcome.windows.iter().map(|w| (w.requests, w.hits)).collect();
            assert_eq!(found, windows, "{} at {}", row.policy, row.capacity);
        }
    }
}

/// Requests of several shapes: a few hot objects, loops, scans, repeats.
fn mixed(requests: usize, objects: u64, seed: u64) -> Trace {
    let mut rng = rng::rng(seed, "mixed");
    let mut keys = Vec::with_capacity(requests);
    while keys.len() < requests {
        let start = rng::below(&mut rng, objects);
        match rng::below(&mut rng, 4) {
            0 => keys.extend((0..30).map(|i| (start + i % 10) % objects)),
            1 => keys.extend((0..objects / 3).map(|i| (start + i) % objects)),
            2 => keys.extend(std::iter::repeat_n(start, 3)),
            _ => {
                let mut hot = || {
                    let most = 1 + rng::below(&mut rng, objects);
                    rng::below(&mut rng, most)
                };
                keys.extend((0..50).map(|_| hot()));
            }
        }
    }
    keys.truncate(requests);
    Trace::from_keys("mixed", keys)
}

const STACKS: &str = "lru,lfu:history=perfect,belady";

#[test]
fn exact_curves_have_the_hits_of_replays() {
    for seed in 0..4 {
        let trace = mixed(20_000, 400, seed);
        agree(&trace, &Options::default(), STACKS, "1,2,3,5,10,20,50,99,100,101,200,399,400,401,1000");
    }
}

#[test]
fn a_warm_up_and_windows_cut_where_replays_cut() {
    let trace = mixed(9000, 200, 9);
    let capacities = "1,2,10,50,150,200";
    let warm = Options { warmup: Warmup::Share(0.3), ..Options::default() };
    agree(&trace, &warm, STACKS, capacities);
    let windows = Options { window: Some(WindowSize::Requests(1700)), ..warm };
    agree(&trace, &windows, STACKS, capacities);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every size of every small trace.
    #[test]
    fn every_size_of_small_traces(keys in prop::collection::vec(0u64..12, 1..120)) {
        let trace = Trace::from_keys("t", keys);
        agree(&trace, &Options::default(), STACKS, "1,2,3,4,5,6,7,8,9,10,11,12,13");
    }

    #[test]
    fn expiry_that_is_eager_and_renewed(
        keys in prop::collection::vec(0u64..12, 1..120),
        steps in prop::collection::vec(0u64..5, 120),
        ttls in prop::collection::vec(1u64..30, 120),
        own in any::<bool>(),
    ) {
        let mut trace = Trace::from_keys("t", keys);
        let times = steps.iter().scan(0, |now, step| { *now += step * SECOND; Some(*now - steps[0] * SECOND) });
        trace.times = Some(times.take(trace.requests()).collect());
        trace.ttls = own.then(|| ttls.iter().map(|ttl| ttl * SECOND).take(trace.requests()).collect());
        let expiry = Expiry { on: true, default: Some(9 * SECOND), eager: true, renew: true };
        agree(&trace, &Options { expiry, ..Options::default() }, "lru", "1,2,3,4,5,6,8,12,20");
    }

    #[test]
    fn bytes(keys in prop::collection::vec(0u64..15, 1..150), sizes in prop::collection::vec(0u32..100, 15)) {
        let mut trace = Trace::from_keys("t", keys);
        trace.sizes = Some(trace.ids.iter().map(|&id| sizes[id as usize]).collect());
        // Some are smaller than the largest object, which is replayed.
        agree(&trace, &Options { bytes: true, ..Options::default() }, "lru", "1,30,99,100,150,333,600,1500");
    }
}

/// The steps of a whole curve are those of all its capacities.
#[test]
fn all_sizes_are_the_sizes_one_by_one() {
    let trace = mixed(3000, 60, 2);
    let each: Vec<String> = (1..=60).map(|c| c.to_string()).collect();
    for policy in STACKS.split(',') {
        let all = rows(&trace, &Options::default(), &exact("all"), policy);
        let listed = rows(&trace, &Options::default(), &exact(&each.join(",")), policy);
        assert!(all.len() > 10 && all.len() < 61, "{policy}: {} steps", all.len());
        for row in listed {
            let step = all.iter().rfind(|step| step.capacity <= row.capacity).unwrap();
            assert_eq!((step.hits, step.requests), (row.hits, row.requests), "{policy} at {}", row.capacity);
        }
    }
    let mut sized = mixed(3000, 60, 3);
    sized.sizes = Some(sized.ids.iter().map(|&id| 10 + id % 7).collect());
    let options = Options { bytes: true, ..Options::default() };
    let all = rows(&sized, &options, &exact("all"), "lru");
    let listed = rows(&sized, &options, &exact("16,100,333,500"), "lru");
    for row in listed {
        let step = all.iter().rfind(|step| step.capacity <= row.capacity).map_or(0, |step| step.hits);
        assert_eq!(step, row.hits, "at {}", row.capacity);
    }
}

fn sampled(method: Method, sampling: Sampling, capacities: &str) -> Ask {
    Ask { method: Some(method), sizes: Sizes::parse(capacities).unwrap(), sampling }
}

#[test]
fn samples_are_near_the_truth_and_say_how_near() {
    let trace =
        crate::workload::generate("zipf:objects=30000,alpha=0.8,requests=400000", 1, crate::trace::Columns::IDS);
    let trace = trace.unwrap();
    let capacities = "1%,5%,20%,60%";
    let rate = Sampling { rate: Some(0.1), ..Sampling::default() };
    for (policy, methods) in [("lru", &[Method::Shards, Method::MiniSim][..]), ("arc", &[Method::MiniSim])] {
        let replay = Ask { method: Some(Method::Replay), ..exact(capacities) };
        let truth = rows(&trace, &Options::default(), &replay, policy);
        for &method in methods {
            let points = rows(&trace, &Options::default(), &sampled(method, rate, capacities), policy);
            for (point, truth) in points.iter().zip(&truth) {
                let off = (point.hit_ratio - truth.hit_ratio).abs();
                assert!(off < 0.02, "{policy} {}: off by {off}", point.method);
                assert!(point.ci_low < point.hit_ratio && point.hit_ratio < point.ci_high);
                assert!(point.sample_rate > 0.09 && point.requests_used < 80_000 && point.requests == 400_000);
            }
        }
    }
}

#[test]
fn a_sample_grows_until_the_interval_is_narrow() {
    let trace =
        crate::workload::generate("zipf:objects=30000,alpha=0.6,requests=300000", 1, crate::trace::Columns::IDS);
    let trace = trace.unwrap();
    let ask = |target| {
        let sampling = Sampling { objects: Some(600), target_error: Some(target), rate: None };
        rows(&trace, &Options::default(), &sampled(Method::Shards, sampling, "1%,10%,50%"), "lru")
    };
    let (wide, narrow, all) = (ask(0.05), ask(0.01), ask(1e-6));
    let half = |rows: &[CurveRow]| rows.iter().map(|row| (row.ci_high - row.ci_low) / 2.0).fold(0.0, f64::max);
    assert!(half(&wide) <= 0.05 && half(&narrow) <= 0.01 && half(&all) <= 1e-6);
    assert!(wide[0].sample_rate < narrow[0].sample_rate && narrow[0].sample_rate < 0.51);
    let truth = rows(&trace, &Options::default(), &exact("1%,10%,50%"), "lru");
    let hits = |rows: &[CurveRow]| rows.iter().map(|row| row.hits).collect::<Vec<_>>();
    assert_eq!((hits(&all), all[0].method.as_str()), (hits(&truth), "exact"), "a sample of everything is none");
}

#[test]
fn methods_that_are_not_open_say_why() {
    let trace = mixed(500, 50, 1);
    let refusal = |options: &Options, ask: &Ask, policy: &str| {
        let curves = Curves::new(&trace, options, ask)?;
        curves.choose(&registry::parse_list(policy).unwrap()[0]).map(|choice| choice.why)
    };
    let plain = Options::default();
    let error = |options: &Options, ask: &Ask, policy: &str| refusal(options, ask, policy).unwrap_err().to_string();
    assert!(error(&plain, &exact("10"), "arc").contains("no stack algorithm"));
    assert!(error(&plain, &exact("10"), "lfu").contains("history=perfect"));
    let expiry = Expiry { on: true, default: Some(SECOND), ..Expiry::default() };
    assert!(error(&Options { expiry, ..plain.clone() }, &exact("10"), "lru").contains("--ttl-renew"));
    let shards = sampled(Method::Shards, Sampling::default(), "10");
    assert!(error(&plain, &shards, "sieve").contains("minisim"));
    let auto = Ask { method: None, ..exact("all") };
    assert!(error(&plain, &auto, "arc").contains("name the capacities"));
    let windows = Options { window: Some(WindowSize::Requests(10)), ..plain.clone() };
    assert!(error(&windows, &auto, "lru").contains("--capacity log"));
    assert!(refusal(&plain, &auto, "lru").unwrap().contains("one pass"));
}

/// Ids of a request for nothing.
#[test]
fn an_empty_trace_has_a_curve_of_nothing() {
    let trace = Trace::from_keys("t", Vec::<ObjId>::new());
    let rows = rows(&trace, &Options::default(), &exact("1,10"), STACKS);
    assert!(rows.iter().all(|row| row.requests == 0 && row.hits == 0) && rows.len() == 6);
}
