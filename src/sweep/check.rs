//! Checks a result folder: the hashes of its files, and a sample of its cells replayed.

use super::folder::{Folder, RESULTS, SCENARIOS};
use super::journal::{Header, Journal};
use super::journals::Journals;
use super::load::file_sha256;
use super::manifest::Manifest;
use super::plan::Plan;
use super::run::{Limits, Observer, Sink, run};
use crate::core::rng::{below, rng};
use crate::core::{Error, Result};
use crate::record::{Row, ScenarioRow, read_csv, read_scenarios};
use crate::replay::Source;
use std::collections::HashMap;
use std::path::Path;

/// What was found of one file or cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file or the cell.
    pub what: String,
    /// Is it as it was?
    pub ok: bool,
    /// What was compared, and how it differs.
    pub detail: String,
}

impl Finding {
    /// For a line of output.
    pub fn verdict(&self) -> &'static str {
        if self.ok { "ok    " } else { "FAILED" }
    }
}

/// Compares the files of a folder, and the files of its plan's traces, with the manifest.
pub fn check_outputs(plan: &Plan, folder: &Path, manifest: &Manifest) -> Vec<Finding> {
    let compare = |what: String, path: &Path, expected: &str| {
        let (ok, detail) = match file_sha256(path) {
            Ok(found) if found == expected => (true, format!("SHA-256 {}...", &expected[..expected.len().min(16)])),
            Ok(found) => (false, format!("SHA-256 is {found}, the manifest has {expected}")),
            Err(error) => (false, error.message().to_owned()),
        };
        Finding { what, ok, detail }
    };
    let outputs = manifest.outputs.iter();
    let mut findings: Vec<Finding> =
        outputs.map(|output| compare(output.file.clone(), &folder.join(&output.file), &output.sha256)).collect();
    for trace in &manifest.traces {
        let input = plan.spec.inputs.iter().find(|input| input.name == trace.name);
        if let (Some(Source::File(file)), Some(sha256)) = (input.map(|input| &input.source), &trace.sha256) {
            findings.push(compare(format!("trace {}", trace.name), file, sha256));
        }
    }
    findings
}

/// Replays `sample` cells of a folder, chosen by `seed`, and compares them with its results.
///
/// # Errors
/// The results cannot be read, or the machine fails.
pub fn recheck(
    plan: &Plan,
    folder: &Path,
    (sample, seed): (usize, u64),
    pool: &rayon::ThreadPool,
    limits: &Limits,
    observer: &dyn Observer,
) -> Result<Vec<Finding>> {
    let shown = folder.join(RESULTS).display().to_string();
    let mut rows: HashMap<String, Row> = HashMap::new();
    let mut timed: HashMap<String, ScenarioRow> = HashMap::new();
    if !plan.cells.is_empty() {
        let text = Folder::open(folder)?.read(RESULTS)?;
        rows.extend(read_csv(text.as_bytes(), &shown)?.into_iter().map(|row| (row.cell.clone(), row)));
    }
    if !plan.spec.timed.is_empty() {
        let text = Folder::open(folder)?.read(SCENARIOS)?;
        let read = read_scenarios(text.as_bytes(), &folder.join(SCENARIOS).display().to_string())?;
        timed.extend(read.into_iter().map(|row| (row.cell.clone(), row)));
    }
    let has = |key: &str| rows.contains_key(key) || timed.contains_key(key);
    let mut chosen: Vec<usize> = (0..plan.len()).filter(|&index| has(&plan.key(index).to_string())).collect();
    let mut chance = rng(seed, "sweep check");
    for i in 0..sample.min(chosen.len()) {
        let other = i + below(&mut chance, (chosen.len() - i) as u64) as usize;
        chosen.swap(i, other);
    }
    chosen.truncate(sample);
    chosen.sort_unstable();
    let temporary = tempfile::tempdir().map_err(|e| Error::failure(format!("cannot make a temporary folder: {e}")))?;
    let header = Header::of(plan);
    let journal = Journal::open(&temporary.path().join("journal.jsonl"), &header)?;
    run(plan, &chosen, &Sink::new(journal, &[]), pool, limits, observer)?;
    let again = Journals::read(temporary.path(), &header)?;
    let mut findings = Vec::with_capacity(chosen.len());
    for index in chosen {
        if let Some(cell) = plan.timed(index) {
            if let (Some(now), Some(before)) = (again.scenarios.get(&cell.key), timed.get(&cell.key.to_string())) {
                let mut now = now.clone();
                cell.label(&mut now);
                findings.push(finding(format!("cell {} ({})", cell.key, cell.name()), &changed(before, &now.row)));
            }
            continue;
        }
        let cell = &plan.cells[index];
        let (Some(outcome), Some(row)) = (again.outcomes.get(&cell.key), rows.get(&cell.key.to_string())) else {
            continue;
        };
        let mut now = outcome.row.clone();
        plan.label(cell, &mut now);
        let differing = differences(row, &now);
        let what = format!("cell {} ({} at {} on {})", cell.key, row.policy, row.capacity_given, row.trace);
        findings.push(finding(what, &differing));
    }
    Ok(findings)
}

fn finding(what: String, differing: &[String]) -> Finding {
    let detail = if differing.is_empty() { "the same again".to_owned() } else { differing.join("; ") };
    Finding { what, ok: differing.is_empty(), detail }
}

/// The columns in which two rows differ, times and version aside.
fn differences(before: &Row, now: &Row) -> Vec<String> {
    // Files from before there was the column say nothing of blocks.
    let blocks = |row: &Row| if before.blocks.is_empty() { String::new() } else { row.blocks.clone() };
    let plain =
        |row: &Row| Row { seconds: 0.0, requests_per_second: 0.0, pass_cells: 0, blocks: blocks(row), ..row.clone() };
    changed(&plain(before), &plain(now))
}

/// The columns in which two rows differ, the version aside.
fn changed<T: serde::Serialize>(before: &T, now: &T) -> Vec<String> {
    let [before, now] = [before, now].map(|row| {
        let mut value = serde_json::to_value(row).unwrap_or_default();
        value.as_object_mut().map(|columns| columns.remove("version"));
        value
    });
    let columns = before.as_object().into_iter().flatten();
    columns
        .filter(|(name, value)| now.get(name.as_str()) != Some(value))
        .map(|(name, value)| format!("{name} was {value}, is {}", now.get(name).unwrap_or(&serde_json::Value::Null)))
        .collect()
}
