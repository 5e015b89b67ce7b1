//! The same configuration gives the same outcome, and memory does not grow with requests.

use super::super::model::Model;
use super::super::slab::Slab;
use crate::scenario::{PRESETS, Scenario, open_trace, preset, run};
use rayon::prelude::*;
use std::path::Path;

/// Twice, and in pools of one and of three threads.
#[test]
fn the_same_again_and_with_other_threads() {
    for name in ["stampede", "exclusive-two-level"] {
        let mut scenario = preset(name).expect("a preset");
        if name == "stampede" {
            scenario.set("duration", "20min").expect("a key");
        }
        let configurations = scenario.configurations().expect("a scenario that can be");
        let all = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| configurations.par_iter().map(|c| run(c, None).expect("a run")).collect::<Vec<_>>())
        };
        let one = all(1);
        assert!(one == all(3) && one == all(1), "{name}");
    }
}

/// Another seed is another run.
#[test]
fn another_seed_is_another_run() {
    let mut scenario = preset("stampede").expect("a preset");
    scenario.set("defence", "none").expect("a key");
    scenario.set("seed", "1,2").expect("a key");
    let rows: Vec<_> =
        scenario.configurations().expect("can be").iter().map(|c| run(c, None).expect("a run").row).collect();
    assert_ne!(rows[0].requests, rows[1].requests);
}

/// Records of calls are used again: ten times as many requests need no more of them.
#[test]
fn requests_do_not_accumulate() {
    let text = "duration = \"100s\"\n[load]\nkeys = 1000\nrate = 1000\n[[level]]\nname = \"cache\"\ncapacity = 100\n\
                latency = \"1ms\"\ncoalesce = true\n[origin]\nlatency = \"exponential(100ms)\"\n";
    let places = |duration: &str| {
        let mut scenario = Scenario::read("test.toml", text).expect("a scenario");
        scenario.set("duration", duration).expect("a key");
        let configuration = scenario.configurations().expect("can be").remove(0);
        let mut model = Model::new(&configuration.spec, None).expect("a model");
        model.run();
        assert_eq!(model.calls.len(), 0);
        Slab::places(&model.calls)
    };
    let (short, long) = (places("100s"), places("1000s"));
    assert!(short < 2000 && long < 2 * short, "{short} {long}");
}

/// Every preset runs in its own form, and each row that is no failure has requests.
#[test]
fn every_preset_runs() {
    for preset in PRESETS {
        let scenario = super::preset(preset.name).expect("a preset");
        let configurations = scenario.configurations().expect("a scenario that can be");
        for configuration in configurations.iter().take(2) {
            let trace = open_trace(configuration, Path::new("")).expect("a trace");
            let row = run(configuration, trace.as_ref()).expect("a run").row;
            assert!(row.requests > 0 && !row.diverged, "{}", preset.name);
        }
    }
}
