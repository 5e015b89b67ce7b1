//! The data dictionary: every file that the program writes and its columns, with type, unit, range and meaning. Headers,
//! the types of Parquet files and what `evictlab dictionary` prints follow from it.

mod analyses;
mod curves;
mod rows;
mod scenarios;
mod sweeps;
mod tables;

pub use analyses::ANALYSIS_COLUMNS;
pub use curves::CURVE_COLUMNS;
pub use rows::{COLUMNS, WINDOW_COLUMNS};
pub use scenarios::{LATENCY_COLUMNS, LEVEL_COLUMNS, SCENARIO_COLUMNS, SERIES_COLUMNS};
pub use tables::{COMPARE_COLUMNS, SUMMARY_COLUMNS};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// A whole number from 0 to 2^64 - 1.
    Integer,
    /// An IEEE double, finite, written with all its digits.
    Number,
    /// A number or a text, as what it is taken from.
    Any,
    /// A JSON object, only in JSON files.
    Object,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Any => "any",
            Kind::Object => "object",
        }
    }
}

/// A column; in JSON files a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header; the path of a member of a JSON object: `a.b` for b in a, `a[]` for each item of a list.
    /// `parameter_<name>` stands for as many columns as parameters are varied.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its unit; empty where there is none.
    pub unit: &'static str,
    /// Its values: `ok, failed` for one of these words, `0 to 1` or `>= 0` for numbers; empty where every value of its
    /// type may be there.
    pub range: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// A file that the program writes.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Its name, or the name that stands for all of its kind.
    pub name: &'static str,
    /// Endings of the formats that it is written in, the first of which is that of its name.
    pub formats: &'static [&'static str],
    /// Which commands write it.
    pub written_by: &'static str,
    /// What it is, and what one of its rows is.
    pub about: &'static str,
    columns: fn() -> Vec<Column>,
}

impl File {
    /// Its columns, in order.
    pub fn columns(&self) -> Vec<Column> {
        (self.columns)()
    }
}

/// Every file with columns that the program writes.
pub const FILES: &[File] = &[
    rows::RESULTS,
    rows::TIMINGS,
    rows::WINDOWS,
    curves::CURVES,
    scenarios::SCENARIOS,
    scenarios::LEVELS,
    scenarios::SERIES,
    scenarios::LATENCIES,
    sweeps::JOURNAL,
    sweeps::MANIFEST,
    sweeps::PLAN,
    sweeps::STATUS,
    tables::SUMMARY,
    tables::COMPARE,
    tables::TRACE_INFO,
    tables::TRACE_HEAD,
    analyses::ANALYSES,
    analyses::ANALYSIS_OBJECTS,
    tables::TRACE,
];

/// The file that `name` is one of: `results.csv`, `results`, `out/results.parquet`, `journal-shard-1-of-3.jsonl`.
pub fn find_file(name: &str) -> Option<&'static File> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let (stem, ending) = name.rsplit_once('.').map_or((name, None), |(stem, ending)| (stem, Some(ending)));
    let stem = if stem.starts_with("journal-") { "journal" } else { stem };
    let own = |file: &File| file.name.rsplit_once('.').map_or(file.name, |(stem, _)| stem);
    FILES.iter().find(|file| own(file) == stem && ending.is_none_or(|ending| file.formats.contains(&ending)))
}

/// Is the number finite and in the column's range?
pub(super) fn in_range(column: &Column, number: f64) -> bool {
    let end = |text: &str| text.parse::<f64>().ok();
    let inside = match (column.range.strip_prefix(">= ").and_then(end), column.range.split_once(" to ")) {
        (Some(least), _) => number >= least,
        (_, Some((least, most))) => {
            end(least).is_none_or(|least| number >= least) && end(most).is_none_or(|most| number <= most)
        }
        _ => true,
    };
    number.is_finite() && inside
}

/// A column of texts.
const fn text(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Text, unit: "", range: "", meaning }
}

/// A column of one of several words.
const fn words(name: &'static str, range: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Text, unit: "", range, meaning }
}

/// A column of whole numbers.
const fn integer(name: &'static str, unit: &'static str, range: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Integer, unit, range, meaning }
}

/// A column of numbers of things.
const fn count(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    integer(name, unit, ">= 0", meaning)
}

/// A column of numbers.
const fn number(name: &'static str, unit: &'static str, range: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Number, unit, range, meaning }
}

/// A column of shares.
const fn share(name: &'static str, meaning: &'static str) -> Column {
    number(name, "ratio", "0 to 1", meaning)
}

/// A column of values of another column.
const fn any(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Any, unit: "", range: "", meaning }
}

/// A member that is an object described elsewhere.
const fn object(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Object, unit: "", range: "", meaning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_found_by_its_name_and_every_column_is_explained() {
        for file in FILES {
            assert_eq!(find_file(file.name).map(|found| found.name), Some(file.name));
            assert!(file.name.ends_with(file.formats[0]), "{}", file.name);
            let columns = file.columns();
            let names: BTreeSet<&str> = columns.iter().map(|column| column.name).collect();
            assert!(!columns.is_empty() && names.len() == columns.len(), "{}: a name stands twice", file.name);
            for column in columns {
                assert!(column.meaning.len() > 5, "{}: {}", file.name, column.name);
                let bounded = matches!(column.kind, Kind::Integer | Kind::Number);
                assert!(!bounded || !column.range.is_empty(), "{}: {} has no range", file.name, column.name);
            }
        }
        let name = |name: &str| find_file(name).map(|file| file.name);
        assert_eq!(name("a/journal-cell-0123.jsonl"), Some("journal.jsonl"));
        assert_eq!((name("results"), name("x/results.parquet")), (Some("results.csv"), Some("results.csv")));
        assert_eq!((name("results.png"), name("nothing"), name("")), (None, None, None));
    }
}
