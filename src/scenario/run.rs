//! Runs one configuration and gives what it answers.

use super::document::Configuration;
use super::model::Model;
use crate::core::quantity::ratio;
use crate::core::{Error, Result};
use crate::record::{LevelRow, SCHEMA, ScenarioOutcome, ScenarioRow, Status};
use crate::trace::{BUNDLED, Columns, LoadOptions, Trace, load};
use std::path::Path;
use std::sync::Arc;

/// The columns of a trace that a scenario uses.
const COLUMNS: Columns = Columns { sizes: true, times: true, ops: true, ..Columns::IDS };

/// Reads the trace that a configuration names, if it names one: a bundled one, or a file as seen from `folder`.
///
/// # Errors
/// It cannot be read.
pub fn open_trace(configuration: &Configuration, folder: &Path) -> Result<Option<Arc<Trace>>> {
    let Some((name, format)) = configuration.trace() else { return Ok(None) };
    if let Some(bundled) = BUNDLED.iter().find(|bundled| bundled.name == name) {
        return bundled.load(COLUMNS).map(|trace| Some(Arc::new(trace)));
    }
    let options = LoadOptions { format: format.map(str::to_owned), columns: COLUMNS, ..LoadOptions::default() };
    let loaded = load(&folder.join(name), &options, &|_, _| ())?;
    Ok(Some(Arc::new(loaded.trace)))
}

/// Runs a configuration; `trace` is what [`open_trace`] gave for it. The same configuration gives the same outcome.
///
/// # Errors
/// A policy refuses its parameters or capacity; too many keys for memory.
pub fn run(configuration: &Configuration, trace: Option<&Arc<Trace>>) -> Result<ScenarioOutcome> {
    let spec = &configuration.spec;
    let mut model = Model::new(spec, trace)?;
    model.run();
    let row = blank(configuration);
    let levels = levels(&model, configuration);
    let keys = model.load.keys();
    let end = model.now.max(spec.duration.unwrap_or(0));
    let (keys_moved, diverged, first_event, asked) = (model.keys_moved, model.diverged, model.first_event, model.asked);
    let sum = |count: fn(&LevelRow) -> u64| levels.iter().map(count).sum();
    let (measured, mut series, mut latencies) = model.measure.finish(end, asked, first_event);
    let row = ScenarioRow {
        schema: row.schema,
        scenario: row.scenario,
        parameters: row.parameters,
        seed: row.seed,
        version: row.version,
        keys,
        keys_moved,
        diverged,
        evictions: sum(|level| level.evictions),
        expirations: sum(|level| level.expirations),
        invalidations: sum(|level| level.invalidations),
        ..measured
    };
    let name = row.configuration();
    for window in &mut series {
        (window.scenario, window.configuration) = (row.scenario.clone(), name.clone());
    }
    for latency in &mut latencies {
        (latency.scenario, latency.configuration) = (row.scenario.clone(), name.clone());
    }
    Ok(ScenarioOutcome { row, levels, series, latencies })
}

/// The row of a configuration before it has run, and of one that failed.
pub fn blank(configuration: &Configuration) -> ScenarioRow {
    ScenarioRow {
        schema: SCHEMA,
        scenario: configuration.scenario.clone(),
        parameters: configuration.parameters.clone(),
        seed: configuration.spec.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..ScenarioRow::default()
    }
}

/// The outcome of a configuration that could not be run.
pub fn failed(configuration: &Configuration, error: &Error) -> ScenarioOutcome {
    let error = crate::core::error::one_line(&error.to_string());
    let row = ScenarioRow { status: Status::Failed, error, ..blank(configuration) };
    ScenarioOutcome { row, ..ScenarioOutcome::default() }
}

fn levels(model: &Model<'_>, configuration: &Configuration) -> Vec<LevelRow> {
    let of = |level: &super::level::Level| {
        let counts = || level.nodes.iter().map(|node| node.counts);
        let requests: u64 = counts().map(|c| c.requests).sum();
        let hits: u64 = counts().map(|c| c.hits).sum();
        let most = counts().map(|c| c.requests).max().unwrap_or(0);
        LevelRow {
            scenario: configuration.scenario.clone(),
            configuration: blank(configuration).configuration(),
            level: level.spec.name.clone(),
            nodes: level.nodes.len() as u64,
            requests,
            hits,
            delayed_hits: counts().map(|c| c.delayed).sum(),
            misses: counts().map(|c| c.misses).sum(),
            hit_ratio: ratio(hits, requests),
            evictions: counts().map(|c| c.evictions).sum(),
            expirations: counts().map(|c| c.expirations).sum(),
            invalidations: counts().map(|c| c.invalidations).sum(),
            imbalance: ratio(most, requests) * level.nodes.len() as f64,
            bytes: counts().map(|c| c.bytes).sum(),
            ..LevelRow::default()
        }
    };
    model.levels.iter().map(of).collect()
}
