//! A scenario in which nothing overlaps is a replay.

use super::near;
use crate::policies::POLICIES;
use crate::registry;
use crate::replay::{Options, Replayer, parse_capacities};
use crate::scenario::{Scenario, run};
use crate::trace::{Columns, Trace};
use crate::workload;
use std::sync::Arc;

const TEXT: &str = "[load]\ntrace = \"given\"\nrate = 1\narrivals = \"even\"\n\
                    [[level]]\nname = \"cache\"\ncapacity = 100\n[origin]\nlatency = \"100ms\"\n";

fn generate(text: &str) -> Arc<Trace> {
    let columns = Columns { sizes: true, ..Columns::IDS };
    Arc::new(workload::generate(text, 7, columns).expect("a workload"))
}

/// As many runs are averaged where chance has a part.
const SEEDS: u32 = 4;

/// Does the policy draw lots? A sketch does too: it takes objects for others by their numbers, which are not the same here.
fn chance(policy: &str) -> bool {
    registry::find(policy).is_ok_and(|unit| unit.entry.info.needs.chance) || policy.contains("tiny-lfu")
}

/// Hits of the scenario with these keys.
fn in_time(trace: &Arc<Trace>, sets: &[(&str, &str)]) -> crate::record::ScenarioRow {
    let mut scenario = Scenario::read("test.toml", TEXT).expect("a scenario");
    for (key, value) in sets {
        scenario.set(key, value).expect("a key");
    }
    let configuration = scenario.configurations().expect("a scenario that can be").remove(0);
    run(&configuration, Some(trace)).expect("a run").row
}

/// Hits of the replay, on average over so many repetitions.
fn replayed(trace: &Trace, policy: &str, capacity: &str, bytes: bool, repetitions: u32) -> f64 {
    let options = Options { bytes, repetitions, ..Options::default() };
    let mut replayer = Replayer::new(trace, &options).expect("a trace that can be replayed");
    let capacities = parse_capacities(capacity).expect("a capacity");
    let cells = replayer.cells(&registry::parse_list(policy).expect("a policy"), &capacities).expect("cells");
    let rows = replayer.run(&cells, &|_| ());
    assert_eq!(rows.len(), repetitions as usize);
    rows.iter().map(|outcome| outcome.row.hits as f64).sum::<f64>() / f64::from(repetitions)
}

/// The policy has the hits of its replay; one that draws lots draws others, and comes near them on average.
fn same(trace: &Arc<Trace>, policy: &str, capacity: &str, bytes: bool) {
    let hits = |seed: u32| {
        let (seed, bytes) = (seed.to_string(), bytes.to_string());
        let level = [("level.cache.policy", policy), ("level.cache.capacity", capacity), ("level.cache.bytes", &bytes)];
        let row = in_time(trace, &[&level[..], &[("seed", &seed)]].concat());
        assert_eq!(row.hits + row.misses, trace.requests() as u64, "{policy}");
        row.hits
    };
    if chance(policy) {
        let mean = (1..=SEEDS).map(hits).sum::<u64>() as f64 / f64::from(SEEDS);
        near(mean, replayed(trace, policy, capacity, bytes, SEEDS), 0.05);
    } else {
        near(hits(1) as f64, replayed(trace, policy, capacity, bytes, 1), 0.0);
    }
}

#[test]
fn every_policy_has_the_hits_of_its_replay() {
    let trace = generate("zipf:objects=1000,alpha=0.8,requests=20000");
    for unit in POLICIES.iter().filter(|unit| !unit.on_request) {
        for capacity in ["10", "100", "700"] {
            same(&trace, unit.entry.info.name, capacity, false);
        }
    }
}

/// In bytes too.
#[test]
fn every_policy_has_the_hits_of_its_replay_in_bytes() {
    let trace = generate("zipf:objects=1000,alpha=0.8,requests=20000,size=lognormal(4KiB,1)");
    assert!(trace.sizes.is_some());
    for unit in POLICIES.iter().filter(|unit| !unit.on_request) {
        for capacity in ["200KiB", "1MiB"] {
            same(&trace, unit.entry.info.name, capacity, true);
        }
    }
}

/// Fetches that overlap bring a policy calls in another order than a replay does; no policy minds, and none holds too much.
#[test]
fn every_policy_stands_fetches_that_overlap() {
    let trace = generate("zipf:objects=500,alpha=0.9,requests=20000");
    for unit in POLICIES {
        let name = unit.entry.info.name;
        for coalesce in ["true", "false"] {
            let sets = [
                ("level.cache.policy", name),
                ("level.cache.capacity", "50"),
                ("level.cache.coalesce", coalesce),
                ("level.cache.ttl", "5min"),
                ("origin.latency", "exponential(30s)"),
            ];
            let row = in_time(&trace, &sets);
            assert_eq!(row.hits + row.delayed_hits + row.misses, 20000, "{name}");
            assert!(row.hits > 0 && row.latency_mean_seconds > 0.0, "{name}");
            assert_eq!(coalesce == "true", row.delayed_hits > 0, "{name}");
        }
    }
}

/// Belady's policy knows the next use of what it stores, not that of who happens to ask when it is stored: with delayed hits
/// it still has no fewer hits than LRU.
#[test]
fn the_future_is_that_of_the_object() {
    let trace = generate("zipf:objects=500,alpha=0.7,requests=50000");
    let hits = |policy| {
        let sets = [("level.cache.policy", policy), ("level.cache.coalesce", "true"), ("origin.latency", "20s")];
        in_time(&trace, &sets).hits
    };
    assert!(hits("belady") > hits("lru") * 11 / 10, "{} {}", hits("belady"), hits("lru"));
}
