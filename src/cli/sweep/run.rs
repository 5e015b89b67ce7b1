//! `evictlab sweep run`: replays what is not finished, and writes the results.

use super::machine::{commit, default_memory, machine, now};
use super::read_plan;
use super::watch::Progress;
use crate::cli::output::{print, say};
use crate::cli::run::{encoded, pool};
use crate::cli::{Finish, interrupt};
use crate::core::quantity::{self, show_bytes, show_count, show_rate};
use crate::core::{Error, Result};
use crate::record::{Format, Status, write_rows};
use crate::report::{self, Input, PlotOptions};
use crate::sweep::{
    CellCounts, Collected, FIGURES, Folder, Header, Journal, Journals, Key, Limits, MANIFEST, MANIFEST_LAYOUT,
    Manifest, Output, Plan, RunFacts, Sink, TraceFacts, expanded,
};
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
    /// Throw away the results of an earlier sweep in the folder
    #[arg(long)]
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
    let plan = read_plan(&args.spec)?;
    let path = args.output.clone().unwrap_or_else(|| default_folder(&args.spec));
    let header = Header::of(&plan);
    let wanted = wanted(&plan, args)?;
    let folder = Folder::create(&path, args.force)?;
    let known = folder.journals(&header)?;
    let done = |index: &usize| {
        known.outcomes.get(&plan.cells[*index].key).is_some_and(|o| !args.retry_failed || o.row.status == Status::Ok)
    };
    let todo: Vec<usize> = wanted.iter().copied().filter(|index| !done(index)).collect();
    let pool = pool(args.threads)?;
    let say = |text: String| {
        if !args.quiet {
            say(&text);
        }
    };
    plan.notes.iter().for_each(|note| say(format!("note: {note}")));
    let earlier = wanted.len() - todo.len();
    if earlier > 0 {
        let (earlier, left) = (show_count(earlier as u64), show_count(todo.len() as u64));
        say(format!("{}: {earlier} cells are finished, {left} are left", path.display()));
    }
    folder.write(crate::sweep::SPEC, plan.spec.text.as_bytes())?;
    let ran = replay(&plan, &todo, &folder, (&header, &known.traces), &pool, args);
    // What is finished is written down, even if the disk was full or a trace had changed.
    let journals = folder.journals(&header)?;
    if args.cells.is_empty() || args.cells.len() == plan.cells.len() {
        let run = run_facts(started, journals.outcomes.len() - known.outcomes.len(), pool.current_num_threads());
        let spec_file = args.spec.display().to_string();
        let written = write_all(&folder, &plan, &journals, (run, spec_file), args.quiet);
        ran?;
        written?;
    } else {
        ran?;
        print_cells(&plan, &wanted, &journals)?;
    }
    let failed = wanted.iter().filter_map(|&index| journals.outcomes.get(&plan.cells[index].key));
    let failed = failed.filter(|outcome| outcome.row.status == Status::Failed).count();
    if interrupt::flag().load(Ordering::Relaxed) {
        say("the same command goes on where this one was stopped".to_owned());
        return Ok(Finish::Interrupted);
    }
    if failed > 0 {
        say(format!("{failed} cells failed; the column 'error' says why (--retry-failed replays them)"));
        return Ok(Finish::SomeFailed);
    }
    Ok(Finish::Done)
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
        return Ok((0..plan.cells.len()).collect());
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
    let stop = interrupt::flag();
    if todo.is_empty() || stop.load(Ordering::Relaxed) {
        return Ok(());
    }
    let limits = Limits { memory: args.memory.unwrap_or_else(default_memory), shared_passes: !args.no_batch };
    let journal = Journal::open(&folder.journal(args.shard, &args.cells), header)?;
    if !args.quiet {
        let (cells, threads) = (show_count(todo.len() as u64), pool.current_num_threads());
        let memory = if limits.memory == u64::MAX { "all".to_owned() } else { show_bytes(limits.memory) };
        say(&format!("replaying {cells} cells on {threads} threads in at most {memory} of memory"));
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
    let mut rows = Vec::new();
    for &index in wanted {
        if let Some(outcome) = journals.outcomes.get(&plan.cells[index].key) {
            let mut row = outcome.row.clone();
            plan.label(&plan.cells[index], &mut row);
            rows.push(row);
        }
    }
    print(&encoded(|out| write_rows(&rows, Format::Csv, out))?)
}

/// What the manifest says of the run that is about to end.
pub(super) fn run_facts(started: String, cells: usize, threads: usize) -> RunFacts {
    let command = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    RunFacts { command, commit: commit(), started, finished: now(), cells, machine: machine(threads) }
}

/// Writes results, figures and manifest of what the journals hold.
pub(super) fn write_all(
    folder: &Folder,
    plan: &Plan,
    journals: &Journals,
    (run, spec_file): (RunFacts, String),
    quiet: bool,
) -> Result<Collected> {
    let collected = Collected::new(plan, journals);
    let mut outputs = folder.write_results(&plan.spec.text, &collected)?;
    if collected.missing.is_empty() {
        outputs.extend(figures(folder, plan, &collected)?);
    }
    if !quiet {
        let (rows, planned) = (show_count(collected.rows.len() as u64), show_count(plan.cells.len() as u64));
        let place = folder.path().display();
        say(&format!("wrote {place}/{} ({rows} of {planned} cells)", crate::sweep::RESULTS));
        for output in outputs.iter().filter(|output| output.file.starts_with(FIGURES)) {
            say(&format!("wrote {place}/{}", output.file));
        }
    }
    let earlier = folder.manifest()?.filter(|manifest| manifest.header == Header::of(plan));
    let mut runs = earlier.map(|manifest| manifest.runs).unwrap_or_default();
    // A run that found nothing to do is no part of the story.
    if run.cells > 0 || runs.is_empty() {
        runs.push(run);
    }
    let mut traces = journals.traces.clone();
    traces.sort_by(|a, b| (&a.name, a.seed).cmp(&(&b.name, b.seed)));
    let remarks = traces.iter().flat_map(|trace| trace.notes.iter().map(|note| format!("{}: {note}", trace.name)));
    let manifest = Manifest {
        manifest: MANIFEST_LAYOUT,
        question: plan.spec.question.clone(),
        header: Header::of(plan),
        runs,
        spec_file,
        expanded: expanded(plan),
        cells: CellCounts {
            planned: plan.cells.len(),
            excluded: plan.excluded,
            finished: collected.rows.len(),
            failed: collected.failed(),
        },
        warnings: plan.notes.iter().cloned().chain(remarks).collect(),
        traces,
        outputs,
    };
    folder.write(MANIFEST, &manifest.to_json()?)?;
    Ok(collected)
}

/// The figures that the spec asks for, each as SVG and PNG. One that cannot be drawn of these results is said, not fatal.
fn figures(folder: &Folder, plan: &Plan, collected: &Collected) -> Result<Vec<Output>> {
    let mut outputs = Vec::new();
    let input = Input { rows: &collected.rows, windows: &collected.windows };
    for name in &plan.spec.figures {
        let drawn = report::draw(name, &input, &PlotOptions::default());
        match drawn.and_then(|drawing| Ok((drawing.svg()?, drawing.png()?))) {
            Ok((svg, png)) => {
                outputs.push(folder.write(&format!("{FIGURES}/{name}.svg"), svg.as_bytes())?);
                outputs.push(folder.write(&format!("{FIGURES}/{name}.png"), &png)?);
            }
            Err(error) => say(&format!("note: no figure {name}: {error}")),
        }
    }
    Ok(outputs)
}
