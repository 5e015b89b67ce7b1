//! Defence against defence, and any other values of a key: what each costs, side by side.

use super::bars::{self, Measure, Panel};
use super::configurations::results;
use crate::core::{Error, Result};
use crate::record::ScenarioRow;
use crate::report::axis::Unit;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions};

/// Configurations compared.
pub(in crate::report) static FIGURE: Figure = Figure {
    name: "defences",
    summary: "what each configuration of a scenario costs: origin load, tail latency, staleness, losses; a bar for each",
    needs: Needs::Scenarios,
    draw,
};

/// Panels that stand where they are above 0 in some configuration.
const MEASURES: [Measure; 6] = [
    Measure {
        title: "Origin fetches per renewal",
        unit: Unit::Count,
        of: |row| (row.renewals > 0).then(|| row.origin_fetches as f64 / row.renewals as f64),
    },
    Measure {
        title: "Peak requests at the origin",
        unit: Unit::Count,
        of: |row| Some(row.origin_peak_in_flight as f64),
    },
    Measure { title: "Stale reads (%)", unit: Unit::Percent, of: |row| Some(row.stale_ratio * 100.0) },
    Measure { title: "Failed requests (%)", unit: Unit::Percent, of: failed },
    Measure { title: "Lost writes", unit: Unit::Count, of: |row| Some(row.lost_writes as f64) },
    Measure {
        title: "Keys moved (%)",
        unit: Unit::Percent,
        of: |row| (row.keys > 0).then(|| row.keys_moved as f64 / row.keys as f64 * 100.0),
    },
];

/// What stands first where no value was renewed.
const HITS: Measure = Measure { title: "Hit ratio (%)", unit: Unit::Percent, of: |row| Some(row.hit_ratio * 100.0) };

/// Where the panel of latencies stands.
const LATENCY_AT: usize = 2;

/// Latencies, of which the first that is not the same for all is shown.
const LATENCIES: [Measure; 3] = [
    Measure { title: "Read latency, p99", unit: Unit::Seconds, of: |row| Some(row.latency_p99_seconds) },
    Measure { title: "Read latency, p99.9", unit: Unit::Seconds, of: |row| Some(row.latency_p999_seconds) },
    Measure { title: "Read latency, mean", unit: Unit::Seconds, of: |row| Some(row.latency_mean_seconds) },
];

/// The share that was answered with an error, in percent; what is left of 1 by rounding is none.
fn failed(row: &ScenarioRow) -> Option<f64> {
    let share = 1.0 - row.availability;
    (row.requests + row.writes > 0).then_some(if share < 1e-12 { 0.0 } else { share * 100.0 })
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let data = results(input.scenarios)?;
    let panels = |measures: &[Measure]| measures.iter().map(|m| Panel::of(m, &data)).collect::<Result<Vec<_>>>();
    let mut shown = panels(&MEASURES)?;
    let mut latencies = panels(&LATENCIES)?;
    let telling = latencies.iter().position(|panel| !panel.is_flat()).unwrap_or(0);
    if input.scenarios.iter().all(|row| row.renewals == 0) {
        shown[0] = Panel::of(&HITS, &data)?;
    }
    shown.insert(LATENCY_AT, latencies.swap_remove(telling));
    shown.retain(Panel::says_something);
    // What is the same for all says nothing, if something else does.
    if shown.iter().filter(|panel| !panel.is_flat()).count() > 1 {
        shown.retain(|panel| !panel.is_flat());
    }
    if shown.is_empty() {
        return Err(Error::failure("nothing to draw: every measure is 0 in every configuration")
            .hint("run it longer, or with more requests"));
    }
    Ok(bars::draw(&data, &shown, options))
}
