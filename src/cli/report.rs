//! `evictlab report`: a result folder as one HTML page that needs no network.

use super::output::{Target, reason, say};
use super::results::Content;
use super::sweep::plan_in;
use super::{Finish, results};
use crate::core::{Error, Result};
use crate::record::{Row, ScenarioTables, Status, Window};
use crate::report::html::{Ran, Study, page, scenarios_page};
use crate::scenario::{Scenario, preset};
use crate::sweep::{Collected, Folder, Header, MANIFEST, SPEC, journals_in};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab report results/demo\n  \
    evictlab report results/study --output study.html --title \"S3-FIFO's small queue\"\n\n\
    The folder must have a results.csv, or be that of a sweep that has only begun. Where they are there, timings.csv, \
    windows.csv, spec.toml and manifest.json are shown, too. The page fetches nothing: it can be mailed, archived and \
    read offline.")]
pub(super) struct Args {
    /// The folder with the results of a sweep, or of `run --output DIR/results.csv`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The page to write [default: report.html in the folder]
    #[arg(long, short, value_name = "FILE.html")]
    output: Option<PathBuf>,
    /// Heading of the page [default: the name of the folder]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Replace the page if it exists
    #[arg(long)]
    force: bool,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let folder = &args.folder;
    let output = args.output.clone().unwrap_or_else(|| folder.join("report.html"));
    let is_page = |ending: &std::ffi::OsStr| ["html", "htm"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    if !output.extension().is_some_and(is_page) {
        return Err(
            Error::usage(format!("cannot write a page to {}", output.display())).hint("end the name with .html")
        );
    }
    let spec = text(&folder.join(SPEC))?;
    let title = args.title.clone().unwrap_or_else(|| folder_name(folder));
    let scenarios = scenarios(folder)?;
    let has_replays = results::results_in(folder).is_some_and(|file| !results::is_empty(&file));
    if !scenarios.rows.is_empty() && !has_replays {
        let page = page_of_scenarios(&title, &scenarios, spec.as_deref().unwrap_or(""))?;
        Target::new(&output, args.force)?.finish(page.as_bytes())?;
        say(&format!("wrote {}", output.display()));
        return Ok(Finish::Done);
    }
    let found = read(folder)?;
    let target = Target::new(&output, args.force)?;
    let manifest = manifest(&folder.join(MANIFEST))?;
    let said = |name: &str| manifest.as_ref().and_then(|m| m.get(name)).and_then(Value::as_str).unwrap_or("");
    let planned = || {
        let cells = usize::try_from(manifest.as_ref()?.get("cells")?.get("planned")?.as_u64()?).ok()?;
        Some(cells.saturating_sub(scenarios.rows.len()))
    };
    let study = Study {
        title: &title,
        question: said("question"),
        rows: &found.rows,
        windows: &found.windows,
        planned: found.planned.or_else(planned),
        spec: spec.as_deref(),
        manifest: manifest.as_ref(),
    };
    target.finish(page(&study)?.as_bytes())?;
    let failed = found.rows.iter().filter(|row| row.status == Status::Failed).count();
    if failed > 0 {
        say(&format!("note: {failed} failed cells are listed but not drawn"));
    }
    if let Some(planned) = study.planned.filter(|planned| *planned > found.rows.len()) {
        say(&format!("note: {} of {planned} cells are finished; the page says so", found.rows.len()));
    }
    if !scenarios.rows.is_empty() {
        say("note: the page shows the replays; evictlab plot --figure defences shows the scenarios");
    }
    say(&format!("wrote {}", output.display()));
    Ok(Finish::Done)
}

/// The tables of timed scenarios in a folder; empty where there are none.
fn scenarios(folder: &Path) -> Result<ScenarioTables> {
    let mut tables = ScenarioTables::default();
    for file in results::scenarios_in(folder) {
        if let Content::Scenarios(found) = results::read_either(&file)? {
            tables.extend(found);
        }
    }
    Ok(tables)
}

/// The page of a sweep of scenarios alone: a section for each.
fn page_of_scenarios(title: &str, tables: &ScenarioTables, spec: &str) -> Result<String> {
    let mut names: Vec<&str> = Vec::new();
    for row in &tables.rows {
        if !names.contains(&row.scenario.as_str()) {
            names.push(&row.scenario);
        }
    }
    let presets: Vec<Option<Scenario>> = names.iter().map(|name| preset(name).ok()).collect();
    let of = |name: &str| ScenarioTables {
        rows: tables.rows.iter().filter(|row| row.scenario == name).cloned().collect(),
        levels: tables.levels.iter().filter(|row| row.scenario == name).cloned().collect(),
        series: tables.series.iter().filter(|row| row.scenario == name).cloned().collect(),
        latencies: tables.latencies.iter().filter(|row| row.scenario == name).cloned().collect(),
    };
    let ran = names.iter().zip(&presets).map(|(name, preset)| Ran {
        name,
        question: preset.as_ref().map_or("", |preset| &preset.question),
        figure: preset.as_ref().and_then(|preset| preset.figure.as_deref()).unwrap_or("origin-load-over-time"),
        text: spec,
        tables: of(name),
    });
    scenarios_page(title, &ran.collect::<Vec<_>>())
}

/// What a folder holds.
struct Found {
    rows: Vec<Row>,
    windows: Vec<Window>,
    /// Cells of the plan, where only a journal was found.
    planned: Option<usize>,
}

/// The results; where a sweep was ended before it wrote any, what its journal has.
fn read(folder: &Path) -> Result<Found> {
    let shown = folder.display();
    if results::results_in(folder).is_some() {
        let windows = match results::windows_in(folder) {
            Some(file) => results::read_windows(&file)?,
            None => Vec::new(),
        };
        return Ok(Found { rows: results::read(folder)?, windows, planned: None });
    }
    if !folder.is_dir() || journals_in(folder)?.is_empty() {
        return Err(Error::usage(format!("{shown} is no folder with a results.csv"))
            .hint("name the folder of a sweep, or make one: evictlab demo"));
    }
    let plan = plan_in(folder)?.plan;
    let collected = Collected::new(&plan, &mut Folder::open(folder)?.journals(&Header::of(&plan))?);
    if collected.rows.is_empty() {
        return Err(Error::failure(format!("{shown}: no cell is finished yet"))
            .hint("evictlab sweep run with the same spec and --output goes on"));
    }
    Ok(Found { rows: collected.rows, windows: collected.windows, planned: Some(plan.cells.len()) })
}

/// The last part of the folder's name, also for `.` and `..`.
fn folder_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "Results".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The manifest; nothing where the file is missing.
fn manifest(path: &Path) -> Result<Option<Value>> {
    let Some(text) = text(path)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|e| {
        Error::failure(format!("{}:{}: column {}: {e}", path.display(), e.line(), e.column()))
            .hint("expected the manifest.json that a sweep writes; without the file the report has no provenance")
    })
}

/// A file's text; nothing where it is missing.
fn text(path: &Path) -> Result<Option<String>> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| Error::failure(format!("{} is no UTF-8 text", path.display())).hint("save it as UTF-8"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::failure(format!("cannot read {}: {}", path.display(), reason(error))).hint("name a folder that you may read")
}
