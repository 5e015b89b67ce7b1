//! `evictlab sweep check`: is a result folder what its manifest says, and do its cells come out the same again?

use super::machine::default_memory;
use super::watch::Progress;
use super::{Found, plan_in};
use crate::cli::output::{print, say};
use crate::cli::run::pool;
use crate::cli::{Finish, interrupt};
use crate::core::{Error, Result};
use crate::replay::SharedPasses;
use crate::sweep::{Finding, Limits, check_outputs, recheck};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  evictlab sweep check results/study --sample 20\n\nExit code 3 if something is not as it was."
)]
pub(in crate::cli) struct Args {
    /// A result folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Cells to replay, chosen by chance
    #[arg(long, default_value_t = 10, value_name = "N")]
    sample: usize,
    /// Decides which cells
    #[arg(long, default_value_t = 42, value_name = "N")]
    seed: u64,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let Found { plan, manifest, .. } = plan_in(&args.folder)?;
    let manifest = manifest.ok_or_else(|| {
        Error::usage(format!("{} has no manifest", args.folder.display()))
            .hint("it is written when sweep run ends; let it end first")
    })?;
    let outputs = check_outputs(&plan, &args.folder, &manifest);
    print(lines(&outputs).as_bytes())?;
    let limits = Limits { memory: default_memory(), shared_passes: SharedPasses::default() };
    let pool = pool(args.threads)?;
    let progress = Progress::new(args.sample.min(plan.len()), true, false);
    let cells = recheck(&plan, &args.folder, (args.sample, args.seed), &pool, &limits, &progress)?;
    progress.finish();
    let wrong = outputs.iter().chain(&cells).filter(|finding| !finding.ok).count();
    let mut text = lines(&cells);
    let _ = writeln!(text, "{} files and {} cells checked, {wrong} not as they were", outputs.len(), cells.len());
    print(text.as_bytes())?;
    if manifest.header.version != env!("CARGO_PKG_VERSION") {
        say(&format!("note: the folder was written by evictlab {}", manifest.header.version));
    }
    Ok(match wrong {
        0 if interrupt::flag().load(Ordering::Relaxed) => Finish::Interrupted,
        0 => Finish::Done,
        _ => Finish::SomeFailed,
    })
}

fn lines(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{} {}: {}", finding.verdict(), finding.what, finding.detail);
    }
    text
}
