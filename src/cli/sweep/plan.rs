//! `evictlab sweep plan`: what a sweep would do.

use super::figures;
use super::read_plan;
use crate::cli::Finish;
use crate::cli::output::{print, say};
use crate::cli::run::pool;
use crate::core::Result;
use crate::core::quantity::{show_bytes, show_count, show_some};
use crate::sweep::{Plan, estimate};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab sweep plan study.toml\n  \
    evictlab sweep plan study.toml --format jsonl | jq -r .command | parallel\n\n\
    Each line of --format jsonl has the key of a cell and the command that replays it alone.")]
pub(in crate::cli) struct Args {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// How the cells are printed: a summary, or every cell
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    format: Format,
    /// The result folder in the commands [default: as sweep run]
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Worker threads to reckon with [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// How many cells, how long, how much memory
    Table,
    /// A row for each cell
    Csv,
    /// A JSON object for each cell, with the command that replays it
    Jsonl,
}

/// A cell, as it is listed.
#[derive(Serialize)]
struct Listed<'a> {
    cell: String,
    scenario: String,
    trace: &'a str,
    policy: &'a str,
    params: &'a str,
    capacity_given: &'a str,
    seed: u64,
    repetition: u32,
    command: String,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let plan = read_plan(&args.spec)?;
    let text = match args.format {
        Format::Table => summary(&plan, args.threads)?,
        Format::Csv | Format::Jsonl => listed(&plan, args)?,
    };
    print(text.as_bytes())?;
    plan.notes.iter().chain(&figures::check(&plan)).for_each(|note| say(&format!("note: {note}")));
    Ok(Finish::Done)
}

/// One line for each trace, and what it all takes.
fn summary(plan: &Plan, threads: Option<usize>) -> Result<String> {
    let pool = pool(threads)?;
    let threads = pool.current_num_threads();
    let estimates = pool.install(|| estimate(plan, threads))?;
    let head = ["trace", "requests", "objects", "cells", "time", "memory"].map(String::from);
    let mut lines = vec![head];
    for estimate in &estimates {
        let about = if estimate.exact { "" } else { "~" };
        lines.push([
            estimate.trace.clone(),
            format!("{about}{}", show_count(estimate.requests)),
            format!("{about}{}", show_count(estimate.objects)),
            show_count(estimate.cells),
            time(estimate.seconds / threads as f64),
            show_bytes(estimate.bytes),
        ]);
    }
    let width: [usize; 6] =
        std::array::from_fn(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0));
    for estimate in &estimates {
        if let Some(error) = &estimate.lacking {
            say(&format!("note: {}: its cells will fail: {error}", estimate.trace));
        }
    }
    let mut text = String::new();
    for line in &lines {
        let _ = write!(text, "{:<1$}", line[0], width[0]);
        for (cell, width) in line.iter().zip(width).skip(1) {
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    }
    let timed: f64 = plan.spec.timed.iter().filter_map(|cell| cell.configuration.requests()).sum();
    let requests: u64 = estimates.iter().map(|e| e.requests * e.cells).sum::<u64>() + timed as u64;
    let seconds = estimates.iter().map(|e| e.seconds).sum::<f64>() + timed / SCENARIO_RATE;
    let seconds = seconds / threads as f64;
    // Two traces are in memory at once while the second is read.
    let two = estimates.windows(2).map(|pair| pair[0].bytes + pair[1].bytes).max();
    let bytes = two.or(estimates.first().map(|e| e.bytes)).unwrap_or(0);
    let left_out =
        if plan.excluded > 0 { format!(" ({} left out)", show_count(plan.excluded as u64)) } else { String::new() };
    let _ = writeln!(
        text,
        "{}{left_out}, {}: {} on {}, at most {} of memory (less with --memory)",
        show_some(plan.len() as u64, "cell"),
        show_some(requests, "request"),
        time(seconds),
        show_some(threads as u64, "thread"),
        show_bytes(bytes),
    );
    Ok(text)
}

/// Requests per second of a scenario of two levels, for estimates.
const SCENARIO_RATE: f64 = 2e6;

/// A time for people: estimates have one digit that means something.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "under 1 s".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

fn listed(plan: &Plan, args: &Args) -> Result<String> {
    let folder = args.output.clone().unwrap_or_else(|| super::run::default_folder(&args.spec));
    let tail = format!("--output {} --quiet", quoted(&folder));
    let head = format!("evictlab sweep run {}", quoted(&args.spec));
    let row = |cell: &crate::sweep::Cell| {
        let group = plan.group(cell);
        let spec = &plan.spec.policies[cell.policy as usize].spec;
        Listed {
            cell: cell.key.to_string(),
            scenario: String::new(),
            trace: &plan.input(group).name,
            policy: spec.unit.entry.info.name,
            params: &spec.canonical,
            capacity_given: &plan.capacity(cell).given,
            seed: group.seed,
            repetition: cell.repetition,
            command: format!("{head} --cell {} {tail}", cell.key),
        }
    };
    let timed = |cell: &crate::sweep::TimedCell| Listed {
        cell: cell.key.to_string(),
        scenario: cell.name(),
        trace: "",
        policy: "",
        params: "",
        capacity_given: "",
        seed: cell.configuration.seed(),
        repetition: 0,
        command: format!("{head} --cell {} {tail}", cell.key),
    };
    let all = || plan.cells.iter().map(row).chain(plan.spec.timed.iter().map(timed));
    let bytes = crate::cli::run::encoded(|out| {
        if args.format == Format::Csv {
            let mut writer = csv::Writer::from_writer(out);
            all().try_for_each(|cell| writer.serialize(cell)).map_err(std::io::Error::other)?;
            return writer.flush();
        }
        all().try_for_each(|cell| {
            serde_json::to_writer(&mut *out, &cell)?;
            out.write_all(b"\n")
        })
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+,:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
