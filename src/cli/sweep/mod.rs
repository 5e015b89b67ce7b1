//! `evictlab sweep`: parameter studies from a spec.

mod check;
mod machine;
mod merge;
mod plan;
mod run;
mod status;
mod watch;

use super::Finish;
use super::output::{print, reason};
use crate::core::{Error, Result};
use crate::report;
use crate::sweep::{Context, Manifest, Plan, SPEC, Spec, TEMPLATE};
use clap::Subcommand;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Print a commented spec that can be run as it is
    #[command(after_help = "Example:\n  evictlab sweep init > study.toml")]
    Init,
    /// Print the cells of a spec, and how long they will take, without replaying them
    Plan(plan::Args),
    /// Replay the cells of a spec that are not finished yet, and write the results
    Run(run::Args),
    /// Unite the result folders of shards, or of many machines
    Merge(merge::Args),
    /// Say which cells of a result folder are finished
    Status(status::Args),
    /// Compare a result folder with its manifest, and replay a sample of its cells
    Check(check::Args),
}

pub(super) fn main(verb: &Verb) -> Result<Finish> {
    match verb {
        Verb::Init => {
            print(TEMPLATE.as_bytes())?;
            Ok(Finish::Done)
        }
        Verb::Plan(args) => plan::main(args),
        Verb::Run(args) => run::main(args),
        Verb::Merge(args) => merge::main(args),
        Verb::Status(args) => status::main(args),
        Verb::Check(args) => check::main(args),
    }
}

/// The plan of the spec in a file.
fn read_plan(path: &Path) -> Result<Plan> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::failure(format!("cannot read {shown}: {}", reason(&e)))
            .hint("name a spec; evictlab sweep init > study.toml writes one to begin with")
    })?;
    plan_of(&text, &shown, folder_of(path), true)
}

/// The plan of a spec's text; paths of traces are seen from `folder`.
fn plan_of(text: &str, name: &str, folder: &Path, files_must_exist: bool) -> Result<Plan> {
    let figures: Vec<&str> = report::FIGURES.iter().map(|figure| figure.name).collect();
    Plan::new(Spec::read(text, &Context { name, folder, figures: &figures, files_must_exist })?)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The plan of a result folder, by the copy of its spec; and its manifest, which a folder whose first run has not ended
/// lacks. Trace files are looked for beside the spec that the folder was made from.
pub(super) fn plan_in(path: &Path, files_must_exist: bool) -> Result<(Plan, Option<Manifest>)> {
    let folder = crate::sweep::Folder::open(path)?;
    let text = folder.read(SPEC)?;
    let manifest = folder.manifest()?;
    let original = manifest.as_ref().map(|manifest| PathBuf::from(&manifest.spec_file));
    let beside = original.as_deref().map_or(path, folder_of);
    Ok((plan_of(&text, &path.join(SPEC).display().to_string(), beside, files_must_exist)?, manifest))
}
