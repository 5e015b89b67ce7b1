//! `evictlab sweep`: parameter studies from a spec.

mod check;
mod figures;
mod machine;
mod merge;
mod plan;
mod run;
mod status;
mod watch;
mod write;

use super::Finish;
use super::output::{print, reason};
use super::plot::FIGURE_OPTIONS;
use crate::core::{Error, Result};
use crate::report::{self, Needs};
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
    let plan = plan_of(&text, &shown, folder_of(path), true)?;
    figures::check_options(&plan)?;
    Ok(plan)
}

/// The plan of a spec's text; paths of traces are seen from `folder`.
fn plan_of(text: &str, name: &str, folder: &Path, files_must_exist: bool) -> Result<Plan> {
    // A sweep makes no curves.
    let figures = report::FIGURES.iter().filter(|figure| ![Needs::Curves, Needs::Analyses].contains(&figure.needs));
    let figures: Vec<(&str, bool)> = figures.map(|figure| (figure.name, figure.needs == Needs::Windows)).collect();
    Plan::new(Spec::read(
        text,
        &Context { name, folder, figures: &figures, figure_options: &FIGURE_OPTIONS, files_must_exist },
    )?)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A result folder that was read again.
pub(super) struct Found {
    pub(super) plan: Plan,
    /// Of a folder whose first run has not ended there is none.
    pub(super) manifest: Option<Manifest>,
    /// Where its spec is, or was: paths of traces are seen from there.
    pub(super) spec: PathBuf,
}

/// Reads the plan of a result folder, by the copy of its spec. Traces need not be there.
pub(super) fn plan_in(path: &Path) -> Result<Found> {
    let folder = crate::sweep::Folder::open(path)?;
    let text = folder.read(SPEC)?;
    let manifest = folder.manifest()?;
    let copy = path.join(SPEC);
    let spec = manifest.as_ref().map_or_else(|| copy.clone(), |manifest| path.join(&manifest.spec_file));
    let plan = plan_of(&text, &copy.display().to_string(), folder_of(&spec), false)?;
    Ok(Found { plan, manifest, spec })
}
