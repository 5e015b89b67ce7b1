//! Presets run, and what they say does not depend on threads.

use super::{preset_rows, refusal, rows};
use crate::scenario::PRESETS;

#[test]
fn every_preset_has_a_question_and_configurations() {
    for preset in PRESETS {
        let scenario = crate::scenario::preset(preset.name).expect("a preset");
        assert!(scenario.question.len() > 100, "{}", preset.name);
        assert!(scenario.figure.is_some(), "{}", preset.name);
        assert!(scenario.keys().count() > 1, "{}", preset.name);
        scenario.configurations().unwrap_or_else(|error| panic!("{}: {error}", preset.name));
    }
}

#[test]
fn a_preset_gives_a_row_for_each_configuration() {
    let rows = preset_rows("stampede-burst", &[]);
    assert_eq!(rows.len(), 15);
    assert!(rows.iter().all(|row| row.scenario == "stampede-burst" && row.requests == 100));
}

#[test]
fn a_hit_takes_what_the_cache_takes_and_a_miss_the_origin_too() {
    // The text's numbers: cache 1 ms, database 100 ms, a miss 101 ms.
    let text = "duration = \"10min\"\n[load]\nkeys = 1\nrate = 1\narrivals = \"even\"\n\
                [[level]]\nname = \"cache\"\nlatency = \"1ms\"\n[origin]\nlatency = \"100ms\"\n";
    let row = &rows(text, &[])[0];
    assert_eq!((row.misses, row.origin_fetches), (1, 1));
    super::near(row.latency_p50_seconds, 0.001, 0.001);
    super::near(row.latency_max_seconds, 0.101, 0.001);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let error = refusal("duration = \"1s\"\n[load]\nrates = 3\n[origin]\nlatency = \"1ms\"\n", &[]).to_string();
    assert!(error.contains("test.toml:3") && error.contains("rates"), "{error}");
}
