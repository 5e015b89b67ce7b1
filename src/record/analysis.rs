//! The row of an analysis of a trace: one number.

use super::codec::{Format, read_records, write_table};
use super::dictionary::ANALYSIS_COLUMNS;
use crate::core::{Error, Result};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

const HINT: &str = "expected a file as `evictlab trace analyze --output` writes it";

/// The columns without which a number has no place.
const NEEDED: [&str; 5] = ["trace", "section", "name", "x", "value"];

/// One number of an analysis. Field names are column names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnalysisRow {
    /// Name of the trace.
    pub trace: String,
    /// What it is about; units are part of the name, as in `reuse_distance_objects`.
    pub section: String,
    /// Which number; `list.name` in a list.
    pub name: String,
    /// What `x` is: `rank`, `quantile`, `up_to`, ...; empty for a number that is in no list.
    pub x_name: String,
    /// Where on the axis of the list.
    pub x: Option<f64>,
    /// The number.
    pub value: f64,
}

/// Writes rows of analyses, not as a table for people.
///
/// # Errors
/// The writer's.
pub fn write_analyses(rows: &[AnalysisRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    write_table(rows, ANALYSIS_COLUMNS, format, out)
}

/// Is this CSV a file of analyses? Only the header is looked at.
pub fn is_analyses(content: &[u8]) -> bool {
    let end = content.iter().position(|&byte| byte == b'\n').unwrap_or(content.len());
    let names = content[..end].split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    names.into_iter().any(|name| name == b"x_name" || name == b"\"x_name\"")
}

/// Reads rows of analyses from CSV; `name` is the file's, for messages. Unknown columns are ignored.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit or is not finite.
pub fn read_analyses(input: impl Read, name: &str) -> Result<Vec<AnalysisRow>> {
    let rows: Vec<AnalysisRow> = read_records(
        input,
        (name, HINT),
        &NEEDED,
        |record, header| record.deserialize(Some(header)),
        |row, _, _| wrong(row),
    )?;
    if rows.is_empty() {
        return Err(Error::failure(format!("{name}: a header but no numbers")).hint(HINT));
    }
    Ok(rows)
}

/// The column whose number is none, and what it is.
fn wrong(row: &AnalysisRow) -> Option<(String, String)> {
    let columns = [("x", row.x.unwrap_or(0.0)), ("value", row.value)];
    let (column, number) = columns.into_iter().find(|(_, number)| !number.is_finite())?;
    Some((column.to_owned(), format!("expected a finite number, found {number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let row = |name: &str, x: Option<f64>, value| AnalysisRow {
            trace: "a,\"b\"".into(),
            section: "reuse_distance_objects".into(),
            name: name.into(),
            x_name: if x.is_some() { "up_to".into() } else { String::new() },
            x,
            value,
        };
        let rows = [row("mean", None, 1.0 / 3.0), row("bins.requests", Some(1e15), 1e-300)];
        let mut bytes = Vec::new();
        write_analyses(&rows, Format::Csv, &mut bytes).unwrap();
        assert!(is_analyses(&bytes) && !is_analyses(b"trace,value\nx_name,1\n"));
        assert_eq!(read_analyses(&bytes[..], "a.csv").unwrap(), rows);
    }

    #[test]
    fn bad_rows_name_their_place() {
        let error = |lines: &str| {
            let text = format!("trace,section,name,x_name,x,value\n{lines}");
            read_analyses(text.as_bytes(), "a.csv").unwrap_err().to_string()
        };
        assert!(error("t,s,n,,,1\nt,s,n,,,NaN\n").starts_with("a.csv:3: column 'value': expected a finite"));
        assert!(error("t,s,n,up_to,inf,1\n").starts_with("a.csv:2: column 'x'"));
        assert!(error("t,s,n,,,many\n").starts_with("a.csv:2: column 'value'"));
        assert!(error("t,s,n,,1\n").starts_with("a.csv:2: 5 fields"));
        assert!(error("").starts_with("a.csv: a header but no numbers"));
        let error = read_analyses(&b"trace,x_name\n"[..], "a.csv").unwrap_err().to_string();
        assert!(error.starts_with("a.csv:1: no column 'section'"), "{error}");
    }
}
