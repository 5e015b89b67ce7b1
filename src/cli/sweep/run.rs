//! `evictlab sweep run`: replays what is not finished, and writes the results.

use super::figures;
use super::machine::{default_memory, now};
use super::read_plan;
use super::watch::Progress;
use super::write::{Origin, run_facts, write_all};
use crate::cli::args::shared_passes;
use crate::cli::output::{print, say};
use crate::cli::run::{encoded, pool};
use crate::cli::{Finish, interrupt};
use crate::core::quantity::{self, show_bytes, show_count, show_rate, show_some};
use crate::core::{Error, Result};
use crate::record::{Format, Status, parquet_available, write_rows, write_scenarios};
use crate::sweep::{Folder, Header, Journal, Journals, Key, Limits, Plan, Sink, TraceFacts, check_traces, journals_in};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab sweep run study.toml --output results/study\n  \
    evictlab sweep run study.toml --output part-2 --shard 2/8\n  \
    evictlab sweep run study.toml --output results/study --cell 0123456789abcdef\n\n\
    The same command again goes on where the last one was stopped, whatever stopped it.\n\
    Exit code 3 if some cells failed, 130 if it was interrupted.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(in crate::cli) struct Args {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// The result folder [default: results/ and the name of the spec]
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Replay only part i of n, chosen by the keys of the cells: 1/8 to 8/8 on eight machines
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(u32, u32)>,
    /// Replay only the cell with this key, into a journal of its own, and print its row. Repeat for more
    #[arg(long = "cell", value_name = "KEY", conflicts_with = "shard")]
    cells: Vec<Key>,
    /// Replay failed cells again
    #[arg(long)]
    retry_failed: bool,
    /// Memory for traces and caches, as in 8GiB: fewer cells at once rather than more [default: 80 % of what is free]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    memory: Option<u64>,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Never share a pass between cells, so that every cell has a time of its own
    #[arg(long)]
    no_batch: bool,
    /// Also write the results, and the windows, as Parquet files
    #[arg(long, conflicts_with = "cells")]
    parquet: bool,
    /// Throw away the results of an earlier sweep in the folder
    #[arg(long, conflicts_with_all = ["shard", "cells"])]
    force: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    quiet: bool,
    /// Show no progress bar
    #[arg(long)]
    no_progress: bool,
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse::<u32>().ok()?, n.parse::<u32>().ok()?)));
    parts.filter(|&(i, n)| (1..=n).contains(&i)).ok_or_else(|| "write i/n with i from 1 to n, as in 2/8".to_owned())
}

fn memory(text: &str) -> Result<u64, String> {
    match quantity::bytes(text) {
        Ok((0, _)) => Err("no memory at all is too little".to_owned()),
        Ok((bytes, true)) => Ok(bytes),
        Ok((n, false)) => Err(format!("write the unit: {n}MiB, {n}GiB")),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let started = now();
    can_write(args.parquet)?;
    let plan = read_plan(&args.spec)?;
    let path = args.output.clone().unwrap_or_else(|| default_folder(&args.spec));
    let header = Header::of(&plan);
    let wanted = wanted(&plan, args)?;
    let pool = pool(args.threads)?;
    let folder = Folder::create(&path, &plan.spec.text, args.force)?;
    let say = |text: String| {
        if !args.quiet {
            say(&text);
        }
    };
    let known = read_journals(&folder, args, &header)?;
    if known.torn > 0 {
        say(format!("note: {} lines of journals were not finished when the program ended; dropped", known.torn));
    }
    let todo = unfinished(&plan, &wanted, &known, args.retry_failed);
    // A command for a single cell draws nothing.
    let undrawn = if args.cells.is_empty() { figures::check(&plan) } else { Vec::new() };
    plan.notes.iter().chain(&undrawn).for_each(|note| say(format!("note: {note}")));
    let earlier = wanted.len() - todo.len();
    if earlier > 0 {
        let are = |cells: usize| if cells == 1 { "is" } else { "are" };
        let finished = format!("{} {} finished", show_some(earlier as u64, "cell"), are(earlier));
        let left = format!("{} {} left", show_count(todo.len() as u64), are(todo.len()));
        say(format!("{}: {finished}, {left}", path.display()));
        if args.cells.is_empty() {
            pool.install(|| check_traces(&plan, &known.traces))?;
        }
    }
    let traces = known.traces;
    // The outcomes are read again when all is done; windows can be most of the memory.
    drop(known.outcomes);
    {
        let _lock = folder.lock()?;
        folder.write(crate::sweep::SPEC, plan.spec.text.as_bytes())?;
    }
    let ran = replay(&plan, &todo, &folder, (&header, &traces), &pool, args);
    // What is finished is written down, even if the disk was full or a trace had changed.
    let lock = folder.lock()?;
    let mut journals = read_journals(&folder, args, &header)?;
    let ended = ended(&plan, &wanted, &todo, &journals);
    if args.cells.is_empty() {
        let run = run_facts(started, ended.replayed, pool.current_num_threads());
        let written = {
            let origin = Origin { before: Vec::new(), run, spec: &args.spec };
            write_all(&folder, &plan, &mut journals, origin, (args.parquet, args.quiet))
        };
        ran?;
        written?;
    } else {
        ran?;
        print_cells(&plan, &wanted, &journals)?;
    }
    drop(lock);
    if interrupt::flag().load(Ordering::Relaxed) {
        say("the same command goes on where this one was stopped".to_owned());
        return Ok(Finish::Interrupted);
    }
    if ended.failed > 0 {
        let failed = show_some(ended.failed as u64, "cell");
        say(format!("{failed} failed; the column 'error' says why (--retry-failed replays them)"));
        return Ok(Finish::SomeFailed);
    }
    Ok(Finish::Done)
}

/// The journals that matter to what is to be done.
fn read_journals(folder: &Folder, args: &Args, header: &Header) -> Result<Journals> {
    if args.cells.is_empty() { folder.journals(header) } else { folder.journals_for(&args.cells, header) }
}

/// Those of the wanted cells that are still to be replayed.
fn unfinished(plan: &Plan, wanted: &[usize], known: &Journals, retry_failed: bool) -> Vec<usize> {
    let done =
        |index: usize| known.status(&plan.key(index)).is_some_and(|status| !retry_failed || status == Status::Ok);
    wanted.iter().copied().filter(|&index| !done(index)).collect()
}

/// How many cells this run replayed, and how many of the wanted ones failed.
struct Ended {
    replayed: usize,
    failed: usize,
}

fn ended(plan: &Plan, wanted: &[usize], todo: &[usize], journals: &Journals) -> Ended {
    let status = |index: &usize| journals.status(&plan.key(*index));
    Ended {
        replayed: todo.iter().filter_map(status).count(),
        failed: wanted.iter().filter_map(status).filter(|status| *status == Status::Failed).count(),
    }
}

/// What `--parquet` needs is known before the work.
pub(super) fn can_write(parquet: bool) -> Result<()> {
    if parquet { parquet_available().map_err(|e| e.at("--parquet")) } else { Ok(()) }
}

pub(super) fn default_folder(spec: &Path) -> PathBuf {
    Path::new("results").join(spec.file_stem().unwrap_or_default())
}

/// The cells that were asked for.
fn wanted(plan: &Plan, args: &Args) -> Result<Vec<usize>> {
    if let Some((i, n)) = args.shard {
        return Ok(plan.shard(i, n));
    }
    if args.cells.is_empty() {
        return Ok((0..plan.len()).collect());
    }
    let index = plan.index();
    let mut wanted: Vec<usize> = Vec::new();
    for key in &args.cells {
        let found = index.get(key).copied().ok_or_else(|| {
            Error::usage(format!("the spec has no cell {key}"))
                .hint("evictlab sweep plan SPEC --format csv lists the keys; they change with the spec")
        })?;
        wanted.push(found);
    }
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

fn replay(
    plan: &Plan,
    todo: &[usize],
    folder: &Folder,
    (header, traces): (&Header, &[TraceFacts]),
    pool: &rayon::ThreadPool,
    args: &Args,
) -> Result<()> {
    let path = folder.journal(args.shard, &args.cells);
    let there = journals_in(folder.path())?;
    if todo.is_empty() && there.iter().any(|journal| *journal == path || args.shard.is_none()) {
        return Ok(());
    }
    // A shard may have no cell; its journal says that it was looked at.
    let journal = Journal::open(&path, header)?;
    if todo.is_empty() || interrupt::flag().load(Ordering::Relaxed) {
        return Ok(());
    }
    let limits =
        Limits { memory: args.memory.unwrap_or_else(default_memory), shared_passes: shared_passes(args.no_batch) };
    if !args.quiet {
        let cells = show_some(todo.len() as u64, "cell");
        let threads = show_some(pool.current_num_threads() as u64, "thread");
        let memory = if limits.memory == u64::MAX { "all".to_owned() } else { show_bytes(limits.memory) };
        say(&format!("replaying {cells} on {threads} in at most {memory} of memory"));
    }
    let progress = Progress::new(todo.len(), args.quiet, args.no_progress);
    let ran = crate::sweep::run(plan, todo, &Sink::new(journal, traces), pool, &limits, &progress);
    let (requests, seconds) = progress.finish();
    if !args.quiet {
        let rate = show_rate(requests as f64 / seconds.max(1e-9));
        say(&format!("replayed {} requests in {seconds:.1} s ({rate})", show_count(requests)));
    }
    ran
}

/// The rows of single cells, on stdout.
fn print_cells(plan: &Plan, wanted: &[usize], journals: &Journals) -> Result<()> {
    let (mut rows, mut scenarios) = (Vec::new(), Vec::new());
    for &index in wanted {
        if let Some(cell) = plan.timed(index) {
            if let Some(mut outcome) = journals.scenarios.get(&cell.key).cloned() {
                cell.label(&mut outcome);
                scenarios.push(outcome.row);
            }
        } else if let Some(outcome) = journals.outcomes.get(&plan.cells[index].key) {
            let mut row = outcome.row.clone();
            plan.label(&plan.cells[index], &mut row);
            rows.push(row);
        }
    }
    if !scenarios.is_empty() {
        print(&encoded(|out| write_scenarios(&scenarios, Format::Csv, out))?)?;
    }
    if rows.is_empty() { Ok(()) } else { print(&encoded(|out| write_rows(&rows, Format::Csv, out))?) }
}
