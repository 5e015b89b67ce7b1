//! Runs of a few requests at given times, short enough to be followed by hand.

use super::super::model::Model;
use super::Scenario;
use crate::record::ScenarioRow;
use crate::scenario::run;
use crate::trace::{Op, Trace};
use std::sync::Arc;

/// A request: when it comes, in milliseconds, and for which key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask {
    Read(u64, u32),
    Write(u64, u32),
}

pub(super) use Ask::{Read, Write};

/// The requests as a trace. The first must come at 0, and keys must be numbered in order of appearance.
fn trace(asks: &[Ask]) -> Arc<Trace> {
    let parts = asks.iter().map(|ask| match *ask {
        Read(at, key) => (at, key, Op::Get),
        Write(at, key) => (at, key, Op::Set),
    });
    let mut trace = Trace::from_keys("script", parts.clone().map(|(_, key, _)| key));
    trace.times = Some(parts.clone().map(|(at, _, _)| at * 1_000_000).collect());
    trace.ops = Some(parts.map(|(_, _, op)| op).collect());
    Arc::new(trace)
}

/// Runs a text whose requests are these. The keys set from outside come last.
pub(super) fn play(text: &str, sets: &[(&str, &str)], asks: &[Ask]) -> ScenarioRow {
    with_model(text, sets, asks, |_| ()).0
}

/// The same, and a look at the model after the run.
pub(super) fn with_model<T>(
    text: &str,
    sets: &[(&str, &str)],
    asks: &[Ask],
    look: impl Fn(&mut Model<'_>) -> T,
) -> (ScenarioRow, T) {
    let mut scenario = Scenario::read("test.toml", text).expect("a scenario that can be read");
    for (key, value) in sets {
        scenario.set(key, value).expect("a key of the scenario");
    }
    let configuration = scenario.configurations().expect("a scenario that can be").remove(0);
    let trace = trace(asks);
    let mut model = Model::new(&configuration.spec, Some(&trace)).expect("a scenario that can be built");
    model.run();
    let seen = look(&mut model);
    (run(&configuration, Some(&trace)).expect("a scenario that runs").row, seen)
}

/// One cache of 1 ms before an origin of 100 ms, whose writes take 50 ms.
pub(super) const PLAIN: &str = "duration = \"1h\"\nwindow = \"10s\"\n[[level]]\nname = \"cache\"\nlatency = \"1ms\"\n\
                                [origin]\nlatency = \"100ms\"\nwrite_latency = \"50ms\"\n[write]\n[invalidation]\n";

/// The same with events: what happens, and at which second.
pub(super) fn plain_with(events: &[(&str, &str)]) -> String {
    let event = |(action, at): &(&str, &str)| format!("[[event]]\naction = \"{action}\"\nat = \"{at}\"\n");
    PLAIN.to_owned() + &events.iter().map(event).collect::<String>()
}
