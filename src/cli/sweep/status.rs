//! `evictlab sweep status`: what is finished.

use super::plan_in;
use crate::cli::Finish;
use crate::cli::output::print;
use crate::core::quantity::show_count;
use crate::core::{Error, Result};
use crate::record::Status;
use crate::sweep::{Folder, Header, RESULTS, journals_in};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  evictlab sweep status results/study\n\nIt only reads, also while a sweep is running."
)]
pub(in crate::cli) struct Args {
    /// A result folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Cells of a trace, or of a scenario, by their state.
#[derive(Debug, Default, Clone, serde::Serialize)]
struct State {
    trace: String,
    planned: usize,
    finished: usize,
    failed: usize,
}

impl State {
    /// Counts a cell that has ended so, if it has.
    fn count(&mut self, status: Option<Status>) {
        self.finished += usize::from(status.is_some());
        self.failed += usize::from(status == Some(Status::Failed));
    }
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let plan = plan_in(&args.folder)?.plan;
    let folder = Folder::open(&args.folder)?;
    if journals_in(folder.path())?.is_empty() && folder.path().join(RESULTS).is_file() {
        return Err(Error::failure(format!("{} has results, but no journal", args.folder.display()))
            .hint("evictlab sweep check compares the results with the manifest; sweep run --force makes them anew"));
    }
    let journals = folder.journals(&Header::of(&plan))?;
    let mut states: Vec<State> =
        plan.spec.inputs.iter().map(|input| State { trace: input.name.clone(), ..State::default() }).collect();
    for cell in &plan.cells {
        let state = &mut states[plan.group(cell).input];
        state.planned += 1;
        state.count(journals.status(&cell.key));
    }
    for cell in &plan.spec.timed {
        let name = &cell.configuration.scenario;
        let found = states.iter().position(|state| state.trace == *name).unwrap_or_else(|| {
            states.push(State { trace: name.clone(), ..State::default() });
            states.len() - 1
        });
        states[found].planned += 1;
        states[found].count(journals.status(&cell.key));
    }
    let sum = |of: fn(&State) -> usize| states.iter().map(of).sum::<usize>();
    let all = State {
        trace: "all".to_owned(),
        planned: sum(|s| s.planned),
        finished: sum(|s| s.finished),
        failed: sum(|s| s.failed),
    };
    let some_left = all.finished < all.planned;
    if args.json {
        let value = serde_json::json!({ "traces": states, "all": all });
        print(format!("{value:#}\n").as_bytes())?;
        return Ok(Finish::Done);
    }
    states.push(all);
    let width = states.iter().map(|state| state.trace.chars().count()).max().unwrap_or(0);
    let mut text = format!("{:<width$}  {:>9}  {:>9}  {:>9}\n", "trace", "cells", "finished", "failed");
    for State { trace, planned, finished, failed } in &states {
        let [planned, finished, failed] = [planned, finished, failed].map(|n| show_count(*n as u64));
        let _ = writeln!(text, "{trace:<width$}  {planned:>9}  {finished:>9}  {failed:>9}");
    }
    if some_left {
        text.push_str("evictlab sweep run SPEC with the same --output goes on\n");
    }
    print(text.as_bytes())?;
    Ok(Finish::Done)
}
