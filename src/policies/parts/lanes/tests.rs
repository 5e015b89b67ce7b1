//! Passes against single replays, at every step; and the same counts from every set of instructions.

use super::{Feed, Lane, Lanes, MOST, clock, s3_fifo, sieve};
use crate::core::machine::Vectors;
use crate::core::{ObjId, rng};
use crate::engine::{Config, Counts, Pass, Unit, View};
use crate::policy::{Params, Setup};
use proptest::prelude::*;

/// Only the ids of a trace.
fn view(ids: &[ObjId], objects: usize) -> View<'_> {
    View { ids, objects, sizes: None, times: None, ops: None, ttls: None, next_uses: &[], period: 1 }
}

fn params(text: &str) -> Params {
    crate::policy::parse_pairs("test", text).unwrap()
}

/// Compares a pass with single replays after each slice of the requests.
fn compare(unit: &Unit, given: &str, ids: &[ObjId], objects: usize, capacities: &[u64]) {
    let (params, view) = (params(given), view(ids, objects));
    let mut pass = (unit.shared_pass.unwrap().build)(&params, objects, capacities).unwrap();
    let single = |&capacity: &u64| {
        let setup = Setup { objects, capacity, expected: capacity as usize, seed: 0, bytes: false };
        unit.replay(&params, &setup, &Config { capacity, ..Config::default() }).unwrap()
    };
    let mut singles: Vec<_> = capacities.iter().map(single).collect();
    let step = (ids.len() / 7).max(1);
    for start in (0..ids.len()).step_by(step) {
        let range = start..(start + step).min(ids.len());
        pass.feed(&view, range.clone());
        for (cell, (single, capacity)) in singles.iter_mut().zip(capacities).enumerate() {
            single.feed(&view, range.clone());
            let name = unit.entry.info.name;
            assert_eq!(pass.counts(cell), single.counts(), "{name}:{given} at {capacity} after {}", range.end);
        }
    }
}

/// Policies that share a pass, with parameters that matter.
fn variants() -> Vec<(&'static Unit, String)> {
    let mut variants = Vec::new();
    for &unit in crate::policies::POLICIES.iter().filter(|unit| unit.shared_pass.is_some()) {
        variants.push((unit, String::new()));
        match unit.entry.info.name {
            "clock" => variants.extend([2, 3].map(|bits| (unit, format!("bits={bits}")))),
            "s3-fifo" => {
                for small in ["0", "0.3", "1"] {
                    for ghost in ["0", "0.2", "3"] {
                        let threshold = 1 + variants.len() % 3;
                        variants.push((unit, format!("small={small},ghost={ghost},threshold={threshold}")));
                    }
                }
                variants.push((unit, "fill=main".to_owned()));
                variants.push((unit, "fill=main,small=0.5,threshold=1".to_owned()));
            }
            _ => {}
        }
    }
    variants
}

#[test]
fn every_policy_that_shares_is_compared() {
    let names: Vec<&str> =
        variants().iter().filter(|variant| variant.1.is_empty()).map(|v| v.0.entry.info.name).collect();
    assert_eq!(names, ["fifo", "clock", "sieve", "s3-fifo"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn passes_count_as_single_replays(
        ids in prop::collection::vec((0u32..40, 0u32..40), 0..600),
        objects in 1u32..40,
        capacities in prop::collection::vec(1u64..50, 1..=MOST),
    ) {
        // The smaller of two: some objects are asked for more often than others.
        let ids: Vec<ObjId> = ids.iter().map(|&(a, b)| a.min(b) % objects).collect();
        for (unit, given) in variants() {
            compare(unit, &given, &ids, objects as usize, &capacities);
        }
    }
}

/// Requests whose favourites change, with loops and scans between: ghosts that come back again and again.
fn restless(objects: u32, requests: usize) -> Vec<ObjId> {
    let mut random = rng::rng(7, "requests");
    let mut ids = Vec::with_capacity(requests);
    while ids.len() < requests {
        let start = rng::below(&mut random, u64::from(objects)) as u32;
        let (span, length) =
            (1 + rng::below(&mut random, u64::from(objects) / 3) as u32, rng::below(&mut random, 2000) as u32);
        let kind = rng::below(&mut random, 3);
        ids.extend((0..length).map(|i| {
            let step = match kind {
                0 => i % span,
                1 => rng::below(&mut random, u64::from(span)) as u32,
                _ => {
                    (rng::below(&mut random, u64::from(span)) * rng::below(&mut random, u64::from(span))
                        / u64::from(span)) as u32
                }
            };
            (start + step) % objects
        }));
    }
    ids
}

#[test]
fn long_restless_traces_count_the_same() {
    for objects in [30, 500, 5000] {
        let ids = restless(objects, 60_000);
        let o = u64::from(objects);
        let capacities = [1, 2, 9, 10, o / 10, o / 3, o * 2 / 3, o - 1];
        for (unit, given) in variants() {
            compare(unit, &given, &ids, objects as usize, &capacities);
        }
    }
}

#[test]
fn bad_parameters_are_errors() {
    for (policy, given) in [("clock", "bits=9"), ("s3-fifo", "small=2"), ("s3-fifo", "fill=nowhere")] {
        let unit = crate::policies::POLICIES.iter().find(|unit| unit.entry.info.name == policy).unwrap();
        let pass = unit.shared_pass.unwrap();
        assert!((pass.build)(&params(given), 10, &[1, 2]).is_err(), "{policy}:{given}");
        assert!((pass.memory)(&params(given), 10, &[1, 2]) > 0);
    }
}

/// What the lanes of a kind count with these instructions.
fn with<L: Lane>(vectors: Vectors, ids: &[ObjId], objects: usize, lane: impl Fn(u64) -> L) -> Vec<Counts> {
    let capacities = [1, 5, 20, 100, 300];
    let mut lanes = Lanes::new(objects, &capacities, lane);
    lanes.requests = ids.len() as u64;
    vectors.run(Feed(&mut lanes, ids, 0..ids.len()));
    (0..capacities.len()).map(|cell| lanes.counts(cell)).collect()
}

#[test]
fn every_set_of_instructions_counts_the_same() {
    let ids = restless(400, 30_000);
    let quotas = |capacity: u64| s3_fifo::Quotas {
        capacity,
        small: (capacity / 10).max(1),
        ghosts: capacity,
        threshold: 1,
        fill_main: false,
    };
    let all = |vectors| {
        [
            with(vectors, &ids, 400, clock::Clock::<2>::new),
            with(vectors, &ids, 400, sieve::Sieve::new),
            with(vectors, &ids, 400, |capacity| s3_fifo::S3Fifo::new(quotas(capacity))),
        ]
    };
    let plain = all(Vectors::Plain);
    assert!(plain.iter().all(|counts| counts[4].hits > counts[0].hits && counts[4].evictions > 0));
    for vectors in Vectors::available() {
        assert_eq!(all(vectors), plain, "{vectors:?}");
    }
}
