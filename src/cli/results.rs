//! Results, windows, curves and analyses from CSV and Parquet files, and from the folders of sweeps.

use super::output::reason;
use crate::core::quantity::show_count;
use crate::core::{Error, Result};
use crate::record::{
    self, AnalysisRow, CurveRow, Row, ScenarioFile, ScenarioTables, Window, as_csv, is_analyses, is_curves, is_windows,
    join_timings, read_csv,
};
use crate::sweep::{Folder, LATENCIES, LEVELS, SCENARIOS, SERIES};
use std::path::{Path, PathBuf};

/// What a sweep calls its files; the first that exists is read.
const RESULTS: [&str; 2] = ["results.csv", "results.parquet"];
const WINDOWS: [&str; 2] = ["windows.csv", "windows.parquet"];
/// What is looked for in a folder of curves.
const CURVES: [&str; 2] = ["curves.csv", "curves.parquet"];
const TIMINGS: &str = "timings.csv";

/// What a file holds.
pub(super) enum Content {
    /// Result rows.
    Rows(Vec<Row>),
    /// Hit ratios over time.
    Windows(Vec<Window>),
    /// Hit-ratio curves.
    Curves(Vec<CurveRow>),
    /// One of the tables of timed scenarios.
    Scenarios(ScenarioTables),
    /// What traces are like.
    Analyses(Vec<AnalysisRow>),
}

/// The file of results in a folder, if there is one.
pub(super) fn results_in(folder: &Path) -> Option<PathBuf> {
    RESULTS.iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

/// The file of windows in a folder, if there is one.
pub(super) fn windows_in(folder: &Path) -> Option<PathBuf> {
    WINDOWS.iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

/// The file of curves in a folder, if there is one.
pub(super) fn curves_in(folder: &Path) -> Option<PathBuf> {
    CURVES.iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

/// Does a results file have no rows?
pub(super) fn is_empty(file: &Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text.lines().count() <= 1)
}

/// The tables of timed scenarios in a folder.
pub(super) fn scenarios_in(folder: &Path) -> Vec<PathBuf> {
    [SCENARIOS, LEVELS, SERIES, LATENCIES].iter().map(|name| folder.join(name)).filter(|file| file.is_file()).collect()
}

/// The file that is meant by a path: itself, or the results in a folder.
fn file_of(path: &Path) -> PathBuf {
    if path.is_dir() { results_in(path).unwrap_or_else(|| path.join(RESULTS[0])) } else { path.to_owned() }
}

/// Reads a results file, or the one in the folder of a sweep. Where the rows have no times and a file of timings lies
/// beside them, they get those.
///
/// # Errors
/// The file is missing or unreadable, or is no results file.
pub(super) fn read(path: &Path) -> Result<Vec<Row>> {
    let file = file_of(path);
    rows(&file, &content(&file)?)
}

/// Reads a file of results, of windows, of curves, of analyses or of scenarios, whichever it is.
///
/// # Errors
/// The file is missing or unreadable, or is none of them.
pub(super) fn read_either(file: &Path) -> Result<Content> {
    let csv = content(file)?;
    if is_curves(&csv) {
        return Ok(Content::Curves(record::read_curves(csv.as_slice(), &file.display().to_string())?));
    }
    if is_analyses(&csv) {
        return Ok(Content::Analyses(record::read_analyses(csv.as_slice(), &file.display().to_string())?));
    }
    if is_windows(&csv) {
        return Ok(Content::Windows(record::read_windows(csv.as_slice(), &file.display().to_string())?));
    }
    if let Some(kind) = ScenarioFile::of(&csv) {
        return scenarios(kind, &csv, &file.display().to_string()).map(Content::Scenarios);
    }
    rows(file, &csv).map(Content::Rows)
}

fn scenarios(kind: ScenarioFile, csv: &[u8], name: &str) -> Result<ScenarioTables> {
    let mut tables = ScenarioTables::default();
    match kind {
        ScenarioFile::Scenarios => tables.rows = record::read_scenarios(csv, name)?,
        ScenarioFile::Levels => tables.levels = record::read_levels(csv, name)?,
        ScenarioFile::Series => tables.series = record::read_series(csv, name)?,
        ScenarioFile::Latencies => tables.latencies = record::read_latencies(csv, name)?,
    }
    Ok(tables)
}

/// Reads a file of windows.
///
/// # Errors
/// The file is missing or unreadable, or has none.
pub(super) fn read_windows(file: &Path) -> Result<Vec<Window>> {
    match read_either(file)? {
        Content::Windows(windows) => Ok(windows),
        Content::Rows(_) | Content::Curves(_) | Content::Scenarios(_) | Content::Analyses(_) => {
            Err(Error::failure(format!("{} has no windows", file.display()))
                .hint("expected the windows.csv that a sweep or run --windows-output writes"))
        }
    }
}

/// The file as CSV.
fn content(file: &Path) -> Result<Vec<u8>> {
    let shown = file.display().to_string();
    let hint = "name a results file (.csv or .parquet), or the folder of a sweep, where results.csv lies";
    let read = std::fs::read(file);
    as_csv(read.map_err(|e| Error::failure(format!("cannot read {shown}: {}", reason(&e))).hint(hint))?, &shown)
}

fn rows(file: &Path, csv: &[u8]) -> Result<Vec<Row>> {
    if is_curves(csv) {
        return Err(Error::failure(format!("{}:1: these are hit-ratio curves, not results", file.display()))
            .hint("evictlab plot draws curves; evictlab run --output writes results"));
    }
    if is_analyses(csv) {
        return Err(Error::failure(format!("{}:1: these are analyses of traces, not results", file.display()))
            .hint("evictlab plot draws them; evictlab run --output writes results"));
    }
    let mut rows = read_csv(csv, &file.display().to_string())?;
    let timings = file.with_file_name(TIMINGS);
    let is_sweep = file.file_name().is_some_and(|name| RESULTS.iter().any(|own| name == *own)) && timings.is_file();
    if is_sweep && rows.iter().all(|row| row.seconds <= 0.0) {
        join_timings(&mut rows, content(&timings)?.as_slice(), &timings.display().to_string())?;
    }
    Ok(rows)
}

/// Reads several, one after another.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<Row>> {
    Ok(paths.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?.concat())
}

/// What is to be said of folders of sweeps that are not finished.
pub(super) fn unfinished(paths: &[PathBuf]) -> Vec<String> {
    let of = |path: &PathBuf| {
        let cells = Folder::open(path).ok()?.manifest().ok()??.cells;
        let (finished, planned) = (show_count(cells.finished as u64), show_count(cells.planned as u64));
        let text = format!("{}: {finished} of {planned} cells are finished", path.display());
        (cells.finished < cells.planned).then_some(text)
    };
    paths.iter().filter_map(of).collect()
}

/// Refuses to write over what was read, which `--force` would otherwise do.
///
/// # Errors
/// `output` is one of the inputs.
pub(super) fn keep(inputs: &[PathBuf], output: Option<&Path>) -> Result<()> {
    let Some((shown, output)) = output.and_then(|path| Some((path.display(), path.canonicalize().ok()?))) else {
        return Ok(());
    };
    if inputs.iter().any(|path| file_of(path).canonicalize().is_ok_and(|input| input == output)) {
        return Err(Error::usage(format!("{shown} is what is read")).hint("write to another file"));
    }
    Ok(())
}
