//! Writes what a sweep found into its folder: tables, figures, manifest.

use super::figures;
use super::machine::{commit, machine, now};
use crate::cli::output::say;
use crate::core::Result;
use crate::core::quantity::show_count;
use crate::sweep::{
    CellCounts, Collected, FIGURES, Folder, Header, Journals, MANIFEST, MANIFEST_LAYOUT, Manifest, Plan, RESULTS,
    RunFacts, SCENARIOS, expanded,
};
use std::path::Path;

/// What the manifest says of the run that is about to end.
pub(super) fn run_facts(started: String, cells: usize, threads: usize) -> RunFacts {
    let command = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    RunFacts { command, commit: commit(), started, finished: now(), cells, machine: machine(threads) }
}

/// Where the folder's results come from.
pub(super) struct Origin<'a> {
    /// Runs of other folders, which were merged.
    pub(super) before: Vec<RunFacts>,
    /// The run that is about to end.
    pub(super) run: RunFacts,
    /// The spec's file.
    pub(super) spec: &'a Path,
}

/// Writes results, figures and manifest of what the journals hold. The caller has the folder's lock.
pub(super) fn write_all(
    folder: &Folder,
    plan: &Plan,
    journals: &mut Journals,
    origin: Origin<'_>,
    (parquet, quiet): (bool, bool),
) -> Result<Collected> {
    let collected = Collected::new(plan, journals);
    let mut outputs = folder.write_results(&plan.spec.text, &collected, parquet)?;
    if collected.missing.is_empty() {
        outputs.extend(figures::draw(folder, plan, &collected, quiet)?);
    }
    folder.remove_figures_but(&outputs);
    if !quiet {
        let (rows, planned) = (show_count(collected.finished() as u64), show_count(plan.len() as u64));
        let place = folder.path().display();
        let file = if plan.cells.is_empty() { SCENARIOS } else { RESULTS };
        say(&format!("wrote {place}/{file} ({rows} of {planned} cells)"));
        for output in outputs.iter().filter(|output| output.file.starts_with(FIGURES)) {
            say(&format!("wrote {place}/{}", output.file));
        }
    }
    let header = Header::of(plan);
    let earlier = folder.manifest().unwrap_or_else(|error| {
        say(&format!("note: {}; its list of earlier runs is lost", error.message()));
        None
    });
    let mut runs = earlier.filter(|manifest| manifest.header == header).map(|m| m.runs).unwrap_or_default();
    runs.extend(origin.before);
    // A run that found nothing to do is no part of the story.
    if origin.run.cells > 0 || runs.is_empty() {
        runs.push(origin.run);
    }
    let mut traces = journals.traces.clone();
    traces.sort_by(|a, b| (&a.name, a.seed, &a.reading).cmp(&(&b.name, b.seed, &b.reading)));
    let remarks = traces.iter().flat_map(|trace| trace.notes.iter().map(|note| format!("{}: {note}", trace.name)));
    let manifest = Manifest {
        manifest: MANIFEST_LAYOUT,
        question: plan.spec.question.clone(),
        header,
        runs,
        spec_file: seen_from(folder.path(), origin.spec),
        expanded: expanded(plan),
        cells: CellCounts {
            planned: plan.len(),
            excluded: plan.excluded,
            finished: collected.finished(),
            failed: collected.failed(),
        },
        warnings: plan.notes.iter().cloned().chain(remarks).collect(),
        traces,
        outputs,
    };
    folder.write(MANIFEST, &manifest.to_json()?)?;
    Ok(collected)
}

/// The path of a file as seen from a folder, so that both can be moved together.
fn seen_from(folder: &Path, file: &Path) -> String {
    let real = |path: &Path| path.canonicalize().ok();
    let relative = real(file).zip(real(folder)).and_then(|(file, folder)| pathdiff::diff_paths(file, folder));
    relative.unwrap_or_else(|| file.to_owned()).display().to_string()
}
