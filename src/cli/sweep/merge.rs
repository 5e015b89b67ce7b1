//! `evictlab sweep merge`: unites result folders.

use super::machine::now;
use super::run::can_write;
use super::write::{Origin, run_facts, write_all};
use super::{Found, plan_in};
use crate::cli::Finish;
use crate::cli::output::say;
use crate::core::quantity::{show_count, show_some};
use crate::core::{Error, Result};
use crate::record::{ScenarioOutcome, Status};
use crate::replay::Outcome;
use crate::sweep::{Folder, Header, Journal, Journals, Key, RunFacts, journals_in};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  evictlab sweep merge part-1 part-2 part-3 --output results/study\n\n\
    The folders must be of the same spec, schema and version. A cell that stands in\n\
    several must have the same result in all.\n\
    Exit code 3 if cells are missing or failed; evictlab sweep run goes on in the merged folder.")]
pub(in crate::cli) struct Args {
    /// Result folders
    #[arg(required = true, value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// The folder to write
    #[arg(long, short, required = true, value_name = "FOLDER")]
    output: PathBuf,
    /// Also write the results, and the windows, as Parquet files
    #[arg(long)]
    parquet: bool,
    /// Throw away the results of an earlier sweep in it
    #[arg(long)]
    force: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let started = now();
    can_write(args.parquet)?;
    let Found { plan, spec, .. } = plan_in(&args.folders[0])?;
    let header = Header::of(&plan);
    let mut all = Journals::default();
    let mut before = Vec::new();
    for folder in &args.folders {
        read(folder, args, &header, &mut all)?;
        let manifest = Folder::open(folder)?.manifest().ok().flatten();
        before.extend(manifest.map(|manifest| manifest.runs).unwrap_or_default());
    }
    agree(&all)?;
    say_commits(&before);
    let folder = Folder::create(&args.output, &plan.spec.text, args.force)?;
    let _lock = folder.lock()?;
    // A folder that was merged into before keeps what it has.
    let known = folder.journals(&header)?;
    for path in journals_in(&args.output)? {
        all.add(&path, &header)?;
    }
    agree(&all)?;
    let mut journal = Journal::open(&folder.journal(None, &[]), &header)?;
    for trace in all.traces.iter().filter(|trace| !known.traces.contains(trace)) {
        journal.trace(trace)?;
    }
    let is_new = |key: &Key, outcome: &Outcome| {
        known.outcomes.get(key).is_none_or(|old| old.row.status == Status::Failed && outcome.row.status == Status::Ok)
    };
    let is_new_timed = |key: &Key, outcome: &ScenarioOutcome| {
        known.scenarios.get(key).is_none_or(|old| old.row.status == Status::Failed && outcome.row.status == Status::Ok)
    };
    let mut added = 0;
    for cell in &plan.cells {
        if let Some(outcome) = all.outcomes.get(&cell.key).filter(|outcome| is_new(&cell.key, outcome)) {
            journal.cell(cell.key, outcome)?;
            added += 1;
        }
    }
    for cell in &plan.spec.timed {
        if let Some(outcome) = all.scenarios.get(&cell.key).filter(|outcome| is_new_timed(&cell.key, outcome)) {
            journal.scenario(cell.key, outcome)?;
            added += 1;
        }
    }
    journal.sync()?;
    let origin = Origin { before, run: run_facts(started, added, 0), spec: &spec };
    let collected = write_all(&folder, &plan, &mut all, origin, (args.parquet, args.quiet))?;
    let (missing, failed) = (collected.missing.len(), collected.failed());
    if missing > 0 {
        say(&format!("note: {} cells are in none of the folders", show_count(missing as u64)));
    }
    if failed > 0 {
        say(&format!("note: {} failed", show_some(failed as u64, "cell")));
    }
    Ok(if missing + failed == 0 { Finish::Done } else { Finish::SomeFailed })
}

/// Reads the journals of a folder that is to be merged.
fn read(folder: &Path, args: &Args, header: &Header, all: &mut Journals) -> Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    if args.output.exists() && real(folder) == real(&args.output) {
        return Err(
            Error::usage(format!("{} is read and written", folder.display())).hint("name a new folder as --output")
        );
    }
    let found = journals_in(folder)?;
    if found.is_empty() {
        return Err(Error::usage(format!("{} holds no journal of a sweep", folder.display()))
            .hint("name the folders that were given as --output to sweep run"));
    }
    found.iter().try_for_each(|path| all.add(path, header)).map_err(|e| mixed(&e, &args.folders[0]))
}

/// Are there no cells with two results?
fn agree(all: &Journals) -> Result<()> {
    let Some((first, _)) = all.disagreements.first() else { return Ok(()) };
    for (key, path) in &all.disagreements {
        say(&format!("error: {}: cell {key} has another result than in the folders before", path.display()));
    }
    Err(Error::failure(format!("{} cells disagree, {first} the first of them", all.disagreements.len())).hint(
        "one of the machines is wrong: evictlab sweep check FOLDER replays a sample of each; nothing was written",
    ))
}

/// Says so if the program was built from several commits: their version is the same, their results may not be.
fn say_commits(runs: &[RunFacts]) {
    let mut commits: Vec<&str> = runs.iter().map(|run| run.commit.as_str()).collect();
    commits.sort_unstable();
    commits.dedup();
    if commits.len() > 1 {
        say(&format!("note: the folders were written by builds of {} commits: {}", commits.len(), commits.join(", ")));
    }
}

/// The error of a journal that does not belong to the first folder.
fn mixed(error: &Error, first: &Path) -> Error {
    Error::usage(format!("{}; they cannot be merged with those of {}", error.message(), first.display()))
        .hint("merge folders that the same spec and the same version of evictlab wrote")
}
