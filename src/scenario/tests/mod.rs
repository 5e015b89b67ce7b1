//! Known answers: what theory, papers and hand counts say of scenarios, and whether the model says the same.

mod basics;
mod delayed;
mod failures;
mod impossible;
mod invalidation;
mod levels;
mod presets;
mod refused;
mod repeat;
mod replays;
mod script;
mod stampede;
mod topology;
mod ttl;
mod writes;

use super::{Scenario, open_trace, preset, run};
use crate::core::Error;
use crate::record::{ScenarioOutcome, ScenarioRow};
use std::path::Path;

/// Runs every configuration of a scenario.
fn outcomes(scenario: &Scenario) -> Vec<ScenarioOutcome> {
    let one = |configuration| {
        let trace = open_trace(configuration, Path::new("")).expect("a trace that can be read");
        run(configuration, trace.as_ref()).expect("a scenario that runs")
    };
    scenario.configurations().expect("a scenario that can be").iter().map(one).collect()
}

/// Runs every configuration of a file's text, with keys set from outside.
fn run_text(text: &str, sets: &[(&str, &str)]) -> Vec<ScenarioOutcome> {
    let mut scenario = Scenario::read("test.toml", text).expect("a scenario that can be read");
    for (key, value) in sets {
        scenario.set(key, value).expect("a key of the scenario");
    }
    outcomes(&scenario)
}

/// The rows of a file's text.
fn rows(text: &str, sets: &[(&str, &str)]) -> Vec<ScenarioRow> {
    run_text(text, sets).into_iter().map(|outcome| outcome.row).collect()
}

/// Runs every configuration of a preset, with keys set from outside.
fn run_preset(name: &str, sets: &[(&str, &str)]) -> Vec<ScenarioOutcome> {
    let mut scenario = preset(name).expect("a preset");
    for (key, value) in sets {
        scenario.set(key, value).expect("a key of the preset");
    }
    outcomes(&scenario)
}

/// The rows of a preset.
fn preset_rows(name: &str, sets: &[(&str, &str)]) -> Vec<ScenarioRow> {
    run_preset(name, sets).into_iter().map(|outcome| outcome.row).collect()
}

/// Why a file's text is refused, with its place.
#[track_caller]
fn refusal(text: &str, sets: &[(&str, &str)]) -> Error {
    let read = || {
        let mut scenario = Scenario::read("test.toml", text)?;
        sets.iter().try_for_each(|(key, value)| scenario.set(key, value))?;
        scenario.configurations()
    };
    match read() {
        Ok(_) => panic!("it was not refused, with {sets:?}: {text}"),
        Err(error) => error,
    }
}

/// `found` is within `share` of `expected`.
#[track_caller]
fn near(found: f64, expected: f64, share: f64) {
    let off = (found - expected).abs();
    assert!(off <= share * expected.abs(), "found {found}, expected {expected} within {share}");
}
