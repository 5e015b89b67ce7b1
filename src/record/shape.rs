//! Rows as text records: which columns, and those of the parameters that a sweep varies.

use super::{COLUMNS, Column, Row, ScenarioRow};
use crate::core::{Error, Result};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{Read, Write};

/// The columns that may differ between two runs; a sweep keeps them in a file of their own.
pub const TIMING_COLUMNS: [&str; 3] = ["seconds", "requests_per_second", "pass_cells"];

/// What a file of timings says of a cell before its times.
const TIMING_KEY: [&str; 8] = ["cell", "trace", "policy", "params", "capacity", "capacity_given", "seed", "repetition"];

/// Which of the columns are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    Whole,
    /// Those that are the same bytes at every run.
    Results,
    /// What identifies the cell, and [`TIMING_COLUMNS`].
    Timings,
}

impl Part {
    pub(super) fn has(self, column: &str) -> bool {
        match self {
            Part::Whole => true,
            Part::Results => !TIMING_COLUMNS.contains(&column),
            Part::Timings => TIMING_KEY.contains(&column) || TIMING_COLUMNS.contains(&column),
        }
    }
}

/// What precedes the name of a parameter in a header.
pub(super) const PREFIX: &str = "parameter_";

/// A row with parameters, which have a column each: name and value.
pub(super) trait HasParameters: Serialize {
    fn parameters(&self) -> &[(String, String)];
    fn parameters_mut(&mut self) -> &mut Vec<(String, String)>;
}

impl HasParameters for Row {
    fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut Vec<(String, String)> {
        &mut self.parameters
    }
}

impl HasParameters for ScenarioRow {
    fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut Vec<(String, String)> {
        &mut self.parameters
    }
}

/// Names of the parameters that some row has, by first appearance.
pub(super) fn varied<T: HasParameters>(rows: &[T]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(HasParameters::parameters) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Writes rows as CSV: the columns of `part`, then those of the parameters (not in a file of timings).
///
/// # Errors
/// The writer's.
pub fn write_csv(rows: &[Row], part: Part, out: &mut dyn Write) -> std::io::Result<()> {
    let parameters = if part == Part::Timings { Vec::new() } else { varied(rows) };
    write_records(rows, COLUMNS, |column| part.has(column), &parameters, out)
}

/// Writes rows whose members are `columns`, in this order, as CSV: the columns that `has` keeps, then those of `parameters`.
///
/// # Errors
/// The writer's.
pub(super) fn write_records<T: HasParameters>(
    rows: &[T],
    columns: &[Column],
    has: impl Fn(&str) -> bool,
    parameters: &[&str],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    if rows.is_empty() {
        let mut header = csv::Writer::from_writer(out);
        header.write_record(columns.iter().map(|column| column.name).filter(|name| has(name)))?;
        return header.flush();
    }
    let mut plain = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| plain.serialize(row)).map_err(std::io::Error::other)?;
    let plain = plain.into_inner().map_err(|e| std::io::Error::other(e.to_string()))?;
    if parameters.is_empty() && columns.iter().all(|column| has(column.name)) {
        return out.write_all(&plain);
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_slice());
    let mut writer = csv::Writer::from_writer(out);
    let mut kept: Vec<usize> = Vec::new();
    let mut record = csv::ByteRecord::new();
    let mut line = 0;
    while reader.read_byte_record(&mut record).map_err(std::io::Error::other)? {
        if line == 0 {
            let has = |name: &[u8]| std::str::from_utf8(name).is_ok_and(&has);
            kept = (0..record.len()).filter(|&i| has(&record[i])).collect();
        }
        let mut fields: Vec<&[u8]> = kept.iter().map(|&i| &record[i]).collect();
        let header: Vec<String> =
            if line == 0 { parameters.iter().map(|p| format!("{PREFIX}{p}")).collect() } else { Vec::new() };
        fields.extend(header.iter().map(String::as_bytes));
        if line > 0 {
            let own = rows[line - 1].parameters();
            let value = |name: &str| own.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v);
            fields.extend(parameters.iter().map(|name| value(name).as_bytes()));
        }
        writer.write_record(fields).map_err(std::io::Error::other)?;
        line += 1;
    }
    writer.flush()
}

/// Fills in the times of rows from a sweep's file of timings, by cell. Rows whose cell it does not name stay as they are.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit.
pub fn join_timings(rows: &mut [Row], timings: impl Read, name: &str) -> Result<()> {
    let hint = "expected the timings.csv that a sweep writes beside its results.csv";
    let bad = |line: u64, what: String| Error::failure(format!("{name}:{line}: {what}")).hint(hint);
    let mut reader = csv::Reader::from_reader(timings);
    let header = reader.headers().map_err(|e| bad(1, e.to_string()))?.clone();
    let column =
        |name: &str| header.iter().position(|h| h == name).ok_or_else(|| bad(1, format!("no column '{name}'")));
    let cell = column("cell")?;
    let times = TIMING_COLUMNS.map(column);
    let mut found: HashMap<String, (f64, f64, u32)> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| bad(e.position().map_or(1, csv::Position::line), e.to_string()))?;
        let line = record.position().map_or(1, csv::Position::line);
        let mut values = [0.0; 3];
        for (value, (at, column)) in values.iter_mut().zip(times.iter().zip(TIMING_COLUMNS)) {
            let text = &record[at.as_ref().map_err(Clone::clone).copied()?];
            let read: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
            *value = read.ok_or_else(|| bad(line, format!("column '{column}': expected a number, found '{text}'")))?;
        }
        found.insert(record[cell].to_owned(), (values[0], values[1], values[2] as u32));
    }
    for row in rows {
        if let Some(&(seconds, rate, cells)) = found.get(&row.cell) {
            (row.seconds, row.requests_per_second, row.pass_cells) = (seconds, rate, cells);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::read_csv;
    use super::*;

    fn row(cell: &str, small: &str) -> Row {
        Row {
            cell: cell.into(),
            policy: "s3-fifo".into(),
            capacity: 10,
            seconds: 0.5,
            requests_per_second: 2e6,
            pass_cells: 1,
            parameters: vec![("small".into(), small.into())],
            ..Row::default()
        }
    }

    fn text(rows: &[Row], part: Part) -> String {
        let mut bytes = Vec::new();
        write_csv(rows, part, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn results_and_timings_together_are_the_whole() {
        let rows = [row("a", "0.1"), row("b", "0.2")];
        assert_eq!(read_csv(text(&rows, Part::Whole).as_bytes(), "x").unwrap(), rows);
        let results = text(&rows, Part::Results);
        let header = results.lines().next().unwrap();
        assert!(!header.contains("seconds") && !header.contains("pass_cells") && header.ends_with(",parameter_small"));
        let mut read = read_csv(results.as_bytes(), "x").unwrap();
        assert!(read[0].seconds.abs() < 1e-12);
        join_timings(&mut read, text(&rows, Part::Timings).as_bytes(), "t").unwrap();
        assert_eq!(read, rows);
    }

    #[test]
    fn bad_timings_name_their_place() {
        let join = |text: &str| join_timings(&mut [row("a", "1")], text.as_bytes(), "t.csv").unwrap_err().to_string();
        assert!(
            join("cell\na\n").starts_with("t.csv:1: no column 'seconds'") || join("cell\na\n").starts_with("t.csv:2")
        );
        let error = join("cell,seconds,requests_per_second,pass_cells\na,1,soon,1\n");
        assert!(error.starts_with("t.csv:2: column 'requests_per_second'"), "{error}");
    }

    #[test]
    fn a_parameter_is_looked_for_in_both_places() {
        let row = Row { params: "ghost=0.9;small=0.1".into(), ..row("a", "0.3") };
        assert_eq!(
            (row.parameter("small"), row.parameter("ghost"), row.parameter("x")),
            (Some("0.3"), Some("0.9"), None)
        );
    }
}
