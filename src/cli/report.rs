//! `evictlab report`: a result folder as one HTML page that needs no network.

use super::Finish;
use super::output::{Target, reason, say};
use crate::core::{Error, Result};
use crate::record::{Row, Status, Window, join_timings, read_csv};
use crate::report::html::{Study, page};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab report results/demo\n  \
    evictlab report results/study --output study.html --title \"S3-FIFO's small queue\"\n\n\
    The folder must have a results.csv. Where they are there, timings.csv, windows.csv, spec.toml and manifest.json are\n\
    shown, too. The page fetches nothing: it can be mailed, archived and read offline.")]
pub(super) struct Args {
    /// The folder with the results of a sweep, or of `run --output DIR/results.csv`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The page to write [default: report.html in the folder]
    #[arg(long, short, value_name = "FILE.html")]
    output: Option<PathBuf>,
    /// Heading of the page [default: the name of the study or of the folder]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Replace the page if it exists
    #[arg(long)]
    force: bool,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let folder = &args.folder;
    let results = folder.join("results.csv");
    if !results.is_file() {
        let shown = folder.display();
        return Err(Error::usage(format!("{shown} is no folder with a results.csv"))
            .hint("name the folder of a sweep, or make one: evictlab demo"));
    }
    let output = args.output.clone().unwrap_or_else(|| folder.join("report.html"));
    if !output
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm"))
    {
        return Err(
            Error::usage(format!("cannot write a page to {}", output.display())).hint("end the name with .html")
        );
    }
    let target = Target::new(&output, args.force)?;
    let rows = rows(folder, &results)?;
    let windows = windows(&folder.join("windows.csv"))?;
    let spec = text(&folder.join("spec.toml"))?;
    let manifest = manifest(&folder.join("manifest.json"))?;
    let said = |name: &str| manifest.as_ref().and_then(|m| m.get(name)).and_then(Value::as_str).unwrap_or("");
    let title = args.title.clone().unwrap_or_else(|| match said("title") {
        "" => folder_name(folder),
        title => title.to_owned(),
    });
    let study = Study {
        title: &title,
        question: said("question"),
        rows: &rows,
        windows: &windows,
        spec: spec.as_deref(),
        manifest: manifest.as_ref(),
        tables: &[],
    };
    target.finish(page(&study)?.as_bytes())?;
    let failed = rows.iter().filter(|row| row.status == Status::Failed).count();
    if failed > 0 {
        say(&format!("note: {failed} failed cells are listed but not drawn"));
    }
    say(&format!("wrote {}", output.display()));
    Ok(Finish::Done)
}

/// The last part of the folder's name, also for `.` and `..`.
fn folder_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "Results".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The results, with the times that a sweep keeps beside them.
fn rows(folder: &Path, results: &Path) -> Result<Vec<Row>> {
    let mut rows = read_csv(open(results)?, &results.display().to_string())?;
    let timings = folder.join("timings.csv");
    if timings.is_file() {
        join_timings(&mut rows, open(&timings)?, &timings.display().to_string())?;
    }
    Ok(rows)
}

/// The windows; none where the file is missing.
fn windows(path: &Path) -> Result<Vec<Window>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let mut reader = csv::Reader::from_reader(open(path)?);
    let read: std::result::Result<Vec<Window>, csv::Error> = reader.deserialize().collect();
    read.map_err(|e| {
        let line = e.position().map_or(1, csv::Position::line);
        let what = match e.kind() {
            csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
            _ => e.to_string(),
        };
        Error::failure(format!("{}:{line}: {what}", path.display()))
            .hint("expected windows as `evictlab run --windows-output` writes them")
    })
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

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|e| unreadable(path, &e))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::failure(format!("cannot read {}: {}", path.display(), reason(error))).hint("name a folder that you may read")
}
