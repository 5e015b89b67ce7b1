//! Rows to and from CSV, JSON lines, JSON and an aligned table.

use super::aligned::{Shown, write_aligned};
use super::dictionary::{Column, WINDOW_COLUMNS};
use super::parquet::{write_parquet, write_parquet_table};
use super::row::{Row, Window};
use super::shape::{HasParameters, PREFIX, Part, write_csv};
use crate::core::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: the columns that matter, aligned.
    Table,
    /// RFC 4180, header always, full precision, LF.
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// One JSON array.
    Json,
    /// Parquet, for files; see [`super::write_parquet_table`].
    Parquet,
}

/// Writes result rows.
///
/// # Errors
/// The writer's.
pub fn write_rows(rows: &[Row], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table(rows, out),
        Format::Csv => write_csv(rows, Part::Whole, out),
        Format::Parquet => write_parquet(rows, Part::Whole, out).map_err(|e| io::Error::other(e.to_string())),
        Format::Json | Format::Jsonl => write_json(&rows.iter().map(object).collect::<Vec<_>>(), format, out),
    }
}

/// A row as a JSON object, with its `parameter_<name>` members.
pub(super) fn object<T: HasParameters>(row: &T) -> serde_json::Value {
    let mut value = serde_json::to_value(row).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        let parameters = row.parameters().iter();
        members.extend(parameters.map(|(name, value)| (format!("{PREFIX}{name}"), value.as_str().into())));
    }
    value
}

/// Writes window rows, as [`write_table`].
///
/// # Errors
/// The writer's.
pub fn write_windows(windows: &[Window], format: Format, out: &mut dyn Write) -> io::Result<()> {
    write_table(windows, WINDOW_COLUMNS, format, out)
}

/// Writes records whose members are these columns, in this order. A table for people is written as CSV.
///
/// # Errors
/// The writer's.
pub fn write_table<T: Serialize>(
    records: &[T],
    columns: &[Column],
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table | Format::Csv => {
            // The header is there even where no record is.
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
            writer.write_record(columns.iter().map(|column| column.name))?;
            records.iter().try_for_each(|record| writer.serialize(record)).map_err(io::Error::other)?;
            writer.flush()
        }
        Format::Parquet => {
            let mut csv = Vec::new();
            write_table(records, columns, Format::Csv, &mut csv)?;
            write_parquet_table(&csv, columns, out).map_err(|e| io::Error::other(e.to_string()))
        }
        Format::Json | Format::Jsonl => write_json(records, format, out),
    }
}

/// Writes records as lines of JSON, or as one array.
pub(super) fn write_json<T: Serialize>(records: &[T], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Jsonl {
        for record in records {
            serde_json::to_writer(&mut *out, record)?;
            out.write_all(b"\n")?;
        }
        return Ok(());
    }
    serde_json::to_writer_pretty(&mut *out, records)?;
    out.write_all(b"\n")
}

/// Reads result rows from CSV; `name` is the file's, for messages. Unknown columns are ignored, so that files of later
/// versions can still be drawn.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit.
pub fn read_csv(input: impl Read, name: &str) -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(input);
    let bad = |e: &csv::Error, header: &csv::StringRecord| {
        misfit(name, e, header, "expected a results file as `evictlab run --format csv` writes it")
    };
    let header = reader.headers().map_err(|e| bad(&e, &csv::StringRecord::new()))?.clone();
    if header.iter().any(|h| h == "start_request") {
        return Err(Error::failure(format!("{name}:1: these are windows, hit ratios over time, not results"))
            .hint("name the results of the run (--output), not its windows (--windows-output)"));
    }
    for need in ["policy", "capacity", "hit_ratio"] {
        if !header.iter().any(|h| h == need) {
            return Err(Error::failure(format!("{name}:1: no column '{need}'"))
                .hint("expected a results file as `evictlab run --format csv` writes it"));
        }
    }
    let rows = reader.records().map(|record| with_parameters(&record?, &header)).collect::<Result<Vec<Row>, _>>();
    let rows = rows.map_err(|e| bad(&e, &header))?;
    if rows.is_empty() {
        return Err(Error::failure(format!("{name}: a header but no rows")).hint("run something first: evictlab demo"));
    }
    Ok(rows)
}

/// What does not fit in the file `name`, with its place.
pub(super) fn misfit(name: &str, error: &csv::Error, header: &csv::StringRecord, hint: &str) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|field| header.get(field as usize)).unwrap_or("?");
            format!("column '{column}': {}", err.kind())
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields, where the header has {expected_len}")
        }
        _ => error.to_string(),
    };
    Error::failure(format!("{name}:{line}: {what}")).hint(hint)
}

/// A row, with the parameters that its file has columns for.
pub(super) fn with_parameters<T: HasParameters + DeserializeOwned>(
    record: &csv::StringRecord,
    header: &csv::StringRecord,
) -> csv::Result<T> {
    let mut row: T = record.deserialize(Some(header))?;
    for (name, value) in header.iter().zip(record) {
        if let Some(name) = name.strip_prefix(PREFIX).filter(|_| !value.is_empty()) {
            row.parameters_mut().push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(row)
}

/// Reads the records of a CSV file that must have the columns `needed`, each with `read` and where it stands; `hint` says
/// what the file should be.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit, or that `wrong` objects to.
pub(super) fn read_records<T>(
    input: impl Read,
    (name, hint): (&str, &str),
    needed: &[&str],
    read: impl Fn(&csv::StringRecord, &csv::StringRecord) -> csv::Result<T>,
    wrong: impl Fn(&T, &csv::StringRecord, &csv::StringRecord) -> Option<(String, String)>,
) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(input);
    let header = reader.headers().map_err(|e| misfit(name, &e, &csv::StringRecord::new(), hint))?.clone();
    if let Some(need) = needed.iter().find(|need| !header.iter().any(|h| h == **need)) {
        return Err(Error::failure(format!("{name}:1: no column '{need}'")).hint(hint));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| misfit(name, &e, &header, hint))?;
        let line = record.position().map_or(1, csv::Position::line);
        let row = read(&record, &header).map_err(|e| misfit(name, &e, &header, hint))?;
        if let Some((column, what)) = wrong(&row, &record, &header) {
            return Err(Error::failure(format!("{name}:{line}: column '{column}': {what}")).hint(hint));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn table(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let several_params = |row: &Row| rows.iter().any(|r| r.policy == row.policy && r.params != row.params);
    let policy = |row: &Row| {
        if several_params(row) { format!("{} {}", row.policy, row.params) } else { row.policy.clone() }
    };
    let capacity = |row: &Row| {
        if row.capacity_given == row.capacity.to_string() {
            row.capacity_given.clone()
        } else {
            format!("{} ({})", row.capacity, row.capacity_given)
        }
    };
    // What stands beside the policies is shown where it is not the same for all.
    let varies = |of: fn(&Row) -> &str| rows.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]));
    let mut columns = vec![Shown::left("trace", rows, |row| row.trace.clone()), Shown::left("policy", rows, policy)];
    if varies(|row| &row.admission) {
        columns.push(Shown::left("admission", rows, |row| row.admission.clone()));
    }
    if varies(|row| &row.prefetch) {
        columns.push(Shown::left("prefetch", rows, |row| row.prefetch.clone()));
    }
    if varies(|row| &row.blocks) {
        columns.push(Shown::left("blocks", rows, |row| row.blocks.clone()));
    }
    let words = columns.len() + 1;
    columns.extend([
        Shown::right("capacity", rows, capacity),
        Shown::right("requests", rows, |row| row.requests.to_string()),
        Shown::right("hits", rows, |row| row.hits.to_string()),
        Shown::right("hit ratio", rows, |row| format!("{:.4}", row.hit_ratio)),
    ]);
    if rows.iter().any(|row| row.size_mode == "bytes") {
        columns.push(Shown::right("byte ratio", rows, |row| format!("{:.4}", row.byte_hit_ratio)));
    }
    columns.push(Shown::right("evictions", rows, |row| row.evictions.to_string()));
    if rows.iter().any(|row| row.prefetches > 0) {
        columns.push(Shown::right("prefetches", rows, |row| row.prefetches.to_string()));
    }
    columns.push(Shown::right("M req/s", rows, |row| format!("{:.1}", row.requests_per_second / 1e6)));
    let failed = |row: &Row| (row.status != super::Status::Ok).then(|| format!("failed: {}", row.error));
    write_aligned(&columns, words, &rows.iter().map(failed).collect::<Vec<_>>(), out)
}

#[cfg(test)]
mod tests {
    use super::super::{COLUMNS, SCHEMA};
    use super::*;

    fn row() -> Row {
        let mut row = Row {
            schema: SCHEMA,
            trace: "a,\"b\"".into(),
            policy: "lru".into(),
            capacity: 10,
            capacity_given: "1%".into(),
            requests: 3,
            hits: 1,
            misses: 2,
            version: "0".into(),
            ..Row::default()
        };
        row.derive_ratios();
        row
    }

    #[test]
    fn csv_round_trips_with_full_precision() {
        let mut bytes = Vec::new();
        write_rows(&[row()], Format::Csv, &mut bytes).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains("0.3333333333333333"), "{text}");
        assert_eq!(read_csv(&bytes[..], "x.csv").unwrap(), [row()]);
    }

    #[test]
    fn json_round_trips_to_the_last_bit() {
        // Some decimals are read back as their neighbour unless the reader takes the trouble.
        for (misses, requests) in
            [(0.115_942_167_935_418_31, 1.0)].into_iter().chain((1..2000).map(|i| (f64::from(i), 7919.0)))
        {
            let row = Row { miss_ratio: misses / requests, ..row() };
            let text = serde_json::to_string(&row).unwrap();
            let back: Row = serde_json::from_str(&text).unwrap();
            assert_eq!(back.miss_ratio.to_bits(), row.miss_ratio.to_bits(), "{text}");
        }
    }

    #[test]
    fn the_dictionary_is_the_header() {
        let mut bytes = Vec::new();
        write_rows(&[row()], Format::Csv, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
        assert_eq!(text.lines().next().unwrap(), names.join(","));
    }

    #[test]
    fn a_file_that_is_no_result_is_refused_with_its_place() {
        let error = read_csv(&b"a,b\n1,2\n"[..], "x.csv").unwrap_err();
        assert!(error.message().starts_with("x.csv:1:"), "{error}");
        let error = read_csv(&b"policy,capacity,hit_ratio\nlru,1,0.5\nlru,zwei,0.5\n"[..], "x.csv").unwrap_err();
        assert!(error.message().starts_with("x.csv:3: column 'capacity'"), "{error}");
        assert!(read_csv(&b"policy,capacity,hit_ratio\n"[..], "x.csv").is_err());
    }

    #[test]
    fn the_table_lines_up() {
        let mut bytes = Vec::new();
        write_rows(&[row()], Format::Table, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("10 (1%)") && text.contains("0.3333"), "{text}");
    }
}
