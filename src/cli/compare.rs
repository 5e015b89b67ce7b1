//! `evictlab compare`: which cells changed between two sets of results, and by how much.

use super::args::OutputArgs;
use super::output::{Target, format_of, print, say};
use super::run::encoded;
use super::{Finish, results};
use crate::core::quantity::show_some;
use crate::core::{Error, Result};
use crate::record::{COMPARE_COLUMNS, Format, Row, Status, write_table};
use crate::stats::{CellChange, ColumnChange, Comparison, Unit, aligned, compare, identify};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab compare before.csv after.csv\n  \
    evictlab compare results/monday results/tuesday --tolerance 0.001\n  \
    evictlab compare old.csv new.csv --format csv > changes.csv\n\n\
    Cells are joined by what was given: trace, policy and parameters, admission, prefetcher, capacity, time to live, \
    warm-up, operations, filter, rate, seed, repetition, dataset where both have one. All columns are compared but times, \
    keys and versions, which may differ.\n\n\
    Exit codes: 0 nothing differs; 3 something differs; 1 and 2 as everywhere.")]
pub(super) struct Args {
    /// The results to compare with: a CSV or Parquet file, or the folder of a sweep
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The results to look at
    #[arg(value_name = "B")]
    b: PathBuf,
    /// Take hit, miss and byte hit ratios as equal up to this difference, with the counts behind them; evictions,
    /// rejections, expirations and prefetches up to this share of the requests
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    tolerance: f64,
    /// Lines of each list in the table
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    output: OutputArgs,
}

/// A side: its rows, and the labels of their series.
struct Side<'a> {
    path: &'a Path,
    rows: Vec<Row>,
    labels: Vec<String>,
}

/// What is shown of a cell.
#[derive(Clone, Copy)]
struct Shown {
    datasets: bool,
    seeds: bool,
    repetitions: bool,
}

/// Reads both sides. Labels, and what is shown of a cell, tell the cells of both apart: what is in one side only differs
/// from what is in the other.
fn sides<'a>(a: &'a Path, b: &'a Path) -> Result<(Side<'a>, Side<'a>, Shown)> {
    let (ours, theirs) = (results::read(a)?, results::read(b)?);
    let all: Vec<&Row> = ours.iter().chain(&theirs).collect();
    let series = identify(&all);
    let mut labels: Vec<String> = series.of_row.iter().map(|&s| series.labels[s].clone()).collect();
    let differ = |of: fn(&Row) -> u64| all.iter().any(|row| of(row) != of(all[0]));
    let mut named = BTreeMap::new();
    let datasets = all
        .iter()
        .filter(|row| !row.dataset.is_empty())
        .any(|row| named.entry(&row.trace).or_insert(&row.dataset) != &&row.dataset);
    let shown = Shown { datasets, seeds: differ(|row| row.seed), repetitions: differ(|row| u64::from(row.repetition)) };
    let others = labels.split_off(ours.len());
    Ok((Side { path: a, rows: ours, labels }, Side { path: b, rows: theirs, labels: others }, shown))
}

impl Side<'_> {
    /// The versions that wrote it.
    fn versions(&self) -> String {
        let versions: BTreeSet<String> =
            self.rows.iter().map(|row| format!("{} (layout {})", row.version, row.schema)).collect();
        versions.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Trace, series and size of a row; dataset, seed and repetition where they tell cells apart.
    fn cell(&self, i: usize, shown: Shown) -> Vec<String> {
        let row = &self.rows[i];
        let size = if row.capacity_given.is_empty() { row.capacity.to_string() } else { row.capacity_given.clone() };
        let all = [row.dataset.clone(), row.trace.clone(), self.labels[i].clone(), size];
        shown.pick(all.into_iter().chain([row.seed.to_string(), row.repetition.to_string()]))
    }
}

impl Shown {
    /// Of dataset, trace, series, size, seed and repetition, those that are shown.
    fn pick(self, cell: impl IntoIterator<Item = String>) -> Vec<String> {
        let shown = [self.datasets, true, true, true, self.seeds, self.repetitions];
        cell.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(text, _)| text).collect()
    }
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    results::keep(&[args.a.clone(), args.b.clone()], args.output.output.as_deref())?;
    let target = args.output.output.as_deref();
    let target =
        target.map(|path| Ok::<_, Error>((Target::new(path, args.output.force)?, format_of(path)?))).transpose()?;
    let (a, b, shown) = sides(&args.a, &args.b)?;
    let found = compare(&a.rows, &b.rows, args.tolerance)?;
    if !args.output.quiet && a.versions() != b.versions() {
        say(&format!("note: A is of version {}, B of {}; versions are not compared", a.versions(), b.versions()));
    }
    if let (Some((target, format)), Some(path)) = (target, &args.output.output) {
        target.finish(&bytes(args, (&a, &b, shown), &found, format)?)?;
        if !args.output.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    let format = args.output.stdout_format();
    print(&bytes(args, (&a, &b, shown), &found, format)?)?;
    if format != Format::Table && !args.output.quiet {
        say(&verdict(args, &a, shown, &found));
    }
    Ok(if found.is_equal() { Finish::Done } else { Finish::SomeFailed })
}

type Sides<'a> = (&'a Side<'a>, &'a Side<'a>, Shown);

fn bytes(args: &Args, sides: Sides<'_>, found: &Comparison, format: Format) -> Result<Vec<u8>> {
    let (a, b, _) = sides;
    let records = records(a, b, found);
    encoded(|out| match format {
        Format::Table => out.write_all(table(args, sides, found).as_bytes()),
        Format::Json => {
            let speed: Vec<Value> = found
                .speed
                .iter()
                .map(|s| json!({"policy": s.policy, "cells": s.cells, "quartiles": s.ratio}))
                .collect();
            let whole = json!({
                "equal": found.equal,
                "within_tolerance": found.tolerated,
                "changed": found.changed.len(),
                "only_a": found.only_a.len(),
                "only_b": found.only_b.len(),
                "differences": records,
                "speed": speed,
            });
            serde_json::to_writer_pretty(&mut *out, &whole)?;
            out.write_all(b"\n")
        }
        _ => write_table(&records, COMPARE_COLUMNS, format, out),
    })
}

/// A column of a cell that changed, or a cell that is on one side only (without a column). Its members are those of
/// [`COMPARE_COLUMNS`].
#[derive(Debug, Serialize)]
#[allow(clippy::struct_field_names, reason = "the names are the columns of the output")]
struct Difference<'a> {
    change: &'static str,
    trace: &'a str,
    dataset: &'a str,
    policy: &'a str,
    params: &'a str,
    admission: &'a str,
    prefetch: &'a str,
    capacity_given: &'a str,
    size_mode: &'a str,
    ttl_mode: &'a str,
    ttl_given: &'a str,
    warmup_given: &'a str,
    operations: &'a str,
    size_change: &'a str,
    blocks: &'a str,
    filter: &'a str,
    parameters: String,
    seed: u64,
    repetition: u32,
    column: &'a str,
    a: &'a Value,
    b: &'a Value,
    difference: Option<f64>,
}

impl<'a> Difference<'a> {
    fn of(change: &'static str, row: &'a Row, column: Option<&'a ColumnChange>) -> Self {
        Self {
            change,
            trace: &row.trace,
            dataset: &row.dataset,
            policy: &row.policy,
            params: &row.params,
            admission: &row.admission,
            prefetch: &row.prefetch,
            capacity_given: &row.capacity_given,
            size_mode: &row.size_mode,
            ttl_mode: &row.ttl_mode,
            ttl_given: &row.ttl_given,
            warmup_given: &row.warmup_given,
            operations: &row.operations,
            size_change: &row.size_change,
            blocks: &row.blocks,
            filter: &row.filter,
            parameters: row
                .parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(";"),
            seed: row.seed,
            repetition: row.repetition,
            column: column.map_or("", |c| c.column),
            a: column.map_or(&Value::Null, |c| &c.a),
            b: column.map_or(&Value::Null, |c| &c.b),
            difference: column.and_then(|c| c.difference),
        }
    }
}

fn records<'a>(a: &'a Side<'_>, b: &'a Side<'_>, found: &'a Comparison) -> Vec<Difference<'a>> {
    let changed = found.changed.iter().flat_map(|change| {
        change.columns.iter().map(|column| Difference::of("changed", &a.rows[change.a], Some(column)))
    });
    let only_a = found.only_a.iter().map(|&i| Difference::of("only_a", &a.rows[i], None));
    let only_b = found.only_b.iter().map(|&i| Difference::of("only_b", &b.rows[i], None));
    changed.chain(only_a).chain(only_b).collect()
}

/// The whole in a line.
fn verdict(args: &Args, a: &Side<'_>, shown: Shown, found: &Comparison) -> String {
    let mut text = format!("{} equal, {} changed", show_some(found.equal as u64, "cell"), found.changed.len());
    if found.tolerated > 0 {
        let _ = write!(text, ", {} within {}", found.tolerated, args.tolerance);
    }
    let _ = write!(text, ", {} only in A, {} only in B", found.only_a.len(), found.only_b.len());
    let failed = found.changed.iter().filter(|change| change.status()).count();
    if failed > 0 {
        let _ = write!(text, "; {failed} finished on one side only");
    }
    let largest = found.changed.iter().find(|change| !change.status()).map(|change| (change, change.largest()));
    if let Some((change, (column, difference))) = largest.filter(|(_, (_, difference))| *difference != 0.0) {
        let cell = a.cell(change.a, shown).join(", ");
        let _ = write!(text, "; largest change {} points of {} ({cell})", points(difference), column.replace('_', " "));
    }
    text
}

fn points(difference: f64) -> String {
    // The smallest difference must not look like none.
    let points = difference * 100.0;
    if points == 0.0 || points.abs() >= 0.005 { format!("{points:+.2}") } else { format!("{points:+.0e}") }
}

fn table(args: &Args, sides: Sides<'_>, found: &Comparison) -> String {
    let (a, b, shown) = sides;
    let mut text = format!("A: {}\nB: {}\n", a.path.display(), b.path.display());
    if !found.changed.is_empty() {
        text.push_str("\nChanged, the largest first\n");
        text.push_str(&cells(args, (a, shown), "", found.changed.len(), |n| {
            let change = &found.changed[n];
            (change.a, details(&a.rows[change.a], &b.rows[change.b], change))
        }));
    }
    for (name, side, only) in [("A", a, &found.only_a), ("B", b, &found.only_b)] {
        if !only.is_empty() {
            let _ = write!(text, "\nOnly in {name}\n");
            text.push_str(&cells(args, (side, shown), "only", only.len(), |n| (only[n], Vec::new())));
        }
    }
    if !found.speed.is_empty() {
        text.push_str("\nSpeed of B over that of A, by policy: requests per second, quartiles over cells\n");
        let mut grid = vec![["policy", "cells", "P25", "median", "P75"].map(str::to_owned).to_vec()];
        grid.extend(found.speed.iter().map(|speed| {
            let ratios = speed.ratio.iter().map(|ratio| Unit::Number.show(Some(*ratio)));
            [speed.policy.clone(), speed.cells.to_string()].into_iter().chain(ratios).collect()
        }));
        text.push_str(&aligned(&grid, 1..5));
    }
    let _ = writeln!(text, "\n{}", verdict(args, a, shown, found));
    text
}

/// A list of cells with their details, up to the limit.
fn cells(
    args: &Args,
    (side, shown): (&Side<'_>, Shown),
    kind: &str,
    count: usize,
    line: impl Fn(usize) -> (usize, Vec<String>),
) -> String {
    let mut head = shown.pick(["dataset", "trace", "series", "size", "seed", "repetition"].map(str::to_owned));
    let left = head.len();
    if kind.is_empty() {
        head.extend(["hit ratio A", "hit ratio B", "points", "hits", "also"].map(str::to_owned));
    }
    let mut grid = vec![head];
    for n in 0..count.min(args.limit) {
        let (row, details) = line(n);
        let mut cells = side.cell(row, shown);
        cells.extend(details);
        grid.push(cells);
    }
    let mut text = aligned(&grid, left..left + 4);
    if count > args.limit {
        let _ = writeln!(text, "... and {} more (--limit, or --format csv)", count - args.limit);
    }
    text
}

/// Behind the cell: both hit ratios, their difference, that of the hits, and what else changed.
fn details(a: &Row, b: &Row, change: &CellChange) -> Vec<String> {
    const FOLLOWS: [&str; 5] = ["status", "hits", "misses", "hit_ratio", "miss_ratio"];
    let bytes = |c: &ColumnChange| a.size_mode != "bytes" && c.column.starts_with("byte");
    let finished = |row: &Row, change: &str| match row.status {
        Status::Ok => change.to_owned(),
        Status::Failed => "failed".to_owned(),
    };
    let failed = [a, b].iter().any(|row| row.status == Status::Failed);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    let also =
        change.columns.iter().filter(|c| !FOLLOWS.contains(&c.column) && !bytes(c)).map(|c| match c.difference {
            Some(difference) if c.column.ends_with("ratio") => format!("{} {}", c.column, points(difference)),
            Some(difference) => format!("{} {difference:+}", c.column),
            None => format!("{} {} -> {}", c.column, text(&c.a), text(&c.b)),
        });
    vec![
        finished(a, &format!("{:.4}", a.hit_ratio)),
        finished(b, &format!("{:.4}", b.hit_ratio)),
        if failed { "-".to_owned() } else { points(change.difference("hit_ratio")) },
        if failed { "-".to_owned() } else { format!("{:+}", change.difference("hits")) },
        also.collect::<Vec<_>>().join(", "),
    ]
}
