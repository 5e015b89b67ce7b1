//! `evictlab sweep merge`: unites result folders.

use super::machine::now;
use super::plan_in;
use super::run::{run_facts, write_all};
use crate::cli::Finish;
use crate::cli::output::say;
use crate::core::quantity::show_count;
use crate::core::{Error, Result};
use crate::sweep::{Folder, Header, Journal, Journals};
use std::path::PathBuf;

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
    /// Throw away the results of an earlier sweep in it
    #[arg(long)]
    force: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let started = now();
    let (plan, manifest) = plan_in(&args.folders[0], false)?;
    let header = Header::of(&plan);
    let mut all = Journals::default();
    for folder in &args.folders {
        if args.output.exists() && folder.canonicalize().ok() == args.output.canonicalize().ok() {
            return Err(
                Error::usage(format!("{} is read and written", folder.display())).hint("name a new folder as --output")
            );
        }
        let found = crate::sweep::journals_in(folder)?;
        if found.is_empty() {
            return Err(Error::usage(format!("{} holds no journal of a sweep", folder.display()))
                .hint("name the folders that were given as --output to sweep run"));
        }
        for path in found {
            all.add(&path, &header).map_err(|e| mixed(&e, &args.folders[0]))?;
        }
    }
    if let Some((first, _)) = all.disagreements.first() {
        for (key, path) in &all.disagreements {
            say(&format!("error: {}: cell {key} has another result than in the folders before", path.display()));
        }
        return Err(Error::failure(format!("{} cells disagree, {first} the first of them", all.disagreements.len()))
            .hint("one of the machines is wrong: evictlab sweep check FOLDER replays a sample of each; nothing was written"));
    }
    let folder = Folder::create(&args.output, args.force)?;
    let mut journal = Journal::open(&folder.journal(None, &[]), &header)?;
    for trace in &all.traces {
        journal.trace(trace)?;
    }
    for cell in &plan.cells {
        if let Some(outcome) = all.outcomes.get(&cell.key) {
            journal.cell(cell.key, outcome)?;
        }
    }
    journal.sync()?;
    let spec_file = manifest.map_or_else(|| args.folders[0].join("spec.toml").display().to_string(), |m| m.spec_file);
    let run = run_facts(started, all.outcomes.len(), 0);
    let collected = write_all(&folder, &plan, &all, (run, spec_file), args.quiet)?;
    let (missing, failed) = (collected.missing.len(), collected.failed());
    if missing > 0 {
        say(&format!("note: {} cells are in none of the folders", show_count(missing as u64)));
    }
    if failed > 0 {
        say(&format!("note: {} cells failed", show_count(failed as u64)));
    }
    Ok(if missing + failed == 0 { Finish::Done } else { Finish::SomeFailed })
}

/// The error of a journal that does not belong to the first folder.
fn mixed(error: &Error, first: &std::path::Path) -> Error {
    Error::usage(format!("{}; they cannot be merged with those of {}", error.message(), first.display()))
        .hint("merge folders that the same spec and the same version of evictlab wrote")
}
