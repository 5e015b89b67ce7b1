//! `evictlab dictionary`: the columns of every file that the program writes.

use super::Finish;
use super::output::print;
use super::run::encoded;
use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::record::{Column, FILES, File, find_file};
use crate::stats::aligned;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab dictionary\n  \
    evictlab dictionary results.csv\n  \
    evictlab dictionary manifest --format json")]
pub(super) struct Args {
    /// The file, by name or path: results.csv, windows.parquet, manifest [default: all]
    #[arg(value_name = "FILE")]
    file: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    #[default]
    Table,
    /// Markdown, as in results/DICTIONARY.md
    Markdown,
    /// One JSON array of files
    Json,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let files: Vec<&File> = match &args.file {
        Some(name) => vec![find_file(name).ok_or_else(|| unknown(name))?],
        None => FILES.iter().collect(),
    };
    let bytes = match args.format {
        Format::Table => files.iter().map(|file| table(file)).collect::<Vec<_>>().join("\n").into_bytes(),
        Format::Markdown => markdown(&files, args.file.is_none()).into_bytes(),
        Format::Json => encoded(|out| {
            serde_json::to_writer_pretty(&mut *out, &files.iter().map(|file| json(file)).collect::<Vec<_>>())?;
            out.write_all(b"\n")
        })?,
    };
    print(&bytes)?;
    Ok(Finish::Done)
}

fn unknown(name: &str) -> Error {
    let names: Vec<&str> = FILES.iter().map(|file| file.name).collect();
    let hint = match closest(name, names.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", names.join(", ")),
    };
    Error::usage(format!("no file with columns is called '{name}'")).hint(hint)
}

fn table(file: &File) -> String {
    let mut text = format!("{}: {}\n", file.name, file.about);
    let _ = writeln!(text, "  written by: {}\n  formats: {}\n", file.written_by, file.formats.join(", "));
    let mut grid = vec![["column", "type", "unit", "range", "meaning"].map(str::to_owned).to_vec()];
    for column in file.columns() {
        // A list of words is read better before the meaning than in a column as wide as the longest.
        let listed = column.range.contains(", ");
        let meaning = if listed { format!("{}: {}", column.range, column.meaning) } else { column.meaning.to_owned() };
        let range = if listed { "words" } else { column.range };
        grid.push([column.name, column.kind.name(), column.unit, range, &meaning].map(str::to_owned).to_vec());
    }
    text + &aligned(&grid, 0..0)
}

fn json(file: &File) -> Value {
    let column = |column: &Column| {
        let Column { name, kind, unit, range, meaning } = column;
        json!({"name": name, "type": kind.name(), "unit": unit, "range": range, "meaning": meaning})
    };
    json!({
        "file": file.name,
        "formats": file.formats,
        "written_by": file.written_by,
        "about": file.about,
        "columns": file.columns().iter().map(column).collect::<Vec<_>>(),
    })
}

/// What stands above all files.
const HEAD: &str = "# Data dictionary

Every file with columns that evictlab writes. This page is made from the code: `evictlab dictionary --format markdown`.

- CSV: RFC 4180, UTF-8, LF, a header always, numbers with all their digits and no separators; what is not there is empty.
- JSON: objects with the same names, lists marked `[]`, members of members after a dot.
- Parquet (a build with `--features parquet`): integers are unsigned 64-bit, numbers are doubles, everything else is a string;
  what is empty in the CSV is null. Unit, range and meaning are in the file's metadata under `evictlab.columns`, as JSON.
- Types: *text*; *integer*, 0 to 2^64 - 1; *number*, an IEEE double; *any*, an integer, a number or a text; *object*, described
  elsewhere on this page.

A sweep's folder has other files, too: `spec.toml`, the spec as it was written; `figures/`; `report.html`.
";

fn markdown(files: &[&File], whole: bool) -> String {
    let mut text = if whole { HEAD.to_owned() } else { String::new() };
    for file in files {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "## {}\n{}\n", file.name, escaped(file.about));
        let formats: Vec<String> = file.formats.iter().map(|format| format!("`.{format}`")).collect();
        let _ = writeln!(text, "Written by: {}. As {}.\n", escaped(file.written_by), formats.join(", "));
        text.push_str("| column | type | unit | range | meaning |\n|---|---|---|---|---|\n");
        for column in file.columns() {
            let Column { name, kind, unit, range, meaning } = column;
            let [range, meaning] = [range, meaning].map(escaped);
            let _ = writeln!(text, "| `{name}` | {} | {unit} | {range} | {meaning} |", kind.name());
        }
    }
    text
}

/// A text in which Markdown finds no marks.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| "*_<>|".contains(c).then_some('\\').into_iter().chain([c])).collect()
}
