//! Rows of timed scenarios to and from CSV, JSON and Parquet; and which of the files a CSV is.

use super::codec::{Format, object, read_records, with_parameters, write_json, write_table};
use super::dictionary::{Column, Kind, LATENCY_COLUMNS, LEVEL_COLUMNS, SCENARIO_COLUMNS, SERIES_COLUMNS, in_range};
use super::parquet::write_parquet_table;
use super::scenario::{LatencyRow, LevelRow, ScenarioRow, SeriesRow};
use super::scenario_table as table;
use super::shape::{varied, write_records};
use crate::core::{Error, Result};
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Writes results of scenarios, with a column `parameter_<name>` for each key that was set or varied.
///
/// # Errors
/// The writer's; Parquet is not built in.
pub fn write_scenarios(rows: &[ScenarioRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    let csv = |out: &mut dyn Write| write_records(rows, SCENARIO_COLUMNS, |_| true, &varied(rows), out);
    match format {
        Format::Table => table::scenarios(rows, out),
        Format::Csv => csv(out),
        Format::Parquet => {
            let mut bytes = Vec::new();
            csv(&mut bytes)?;
            write_parquet_table(&bytes, SCENARIO_COLUMNS, out).map_err(|e| io::Error::other(e.to_string()))
        }
        Format::Json | Format::Jsonl => write_json(&rows.iter().map(object).collect::<Vec<_>>(), format, out),
    }
}

/// Writes levels of scenarios.
///
/// # Errors
/// As [`write_scenarios`].
pub fn write_levels(rows: &[LevelRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Table { table::levels(rows, out) } else { write_table(rows, LEVEL_COLUMNS, format, out) }
}

/// Writes time series of scenarios.
///
/// # Errors
/// As [`write_scenarios`].
pub fn write_series(rows: &[SeriesRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Table { table::series(rows, out) } else { write_table(rows, SERIES_COLUMNS, format, out) }
}

/// Writes latencies of scenarios.
///
/// # Errors
/// As [`write_scenarios`].
pub fn write_latencies(rows: &[LatencyRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Table { table::latencies(rows, out) } else { write_table(rows, LATENCY_COLUMNS, format, out) }
}

/// Which of the files of timed scenarios a CSV is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScenarioFile {
    /// Results, for [`read_scenarios`].
    Scenarios,
    /// Levels, for [`read_levels`].
    Levels,
    /// Time series, for [`read_series`].
    Series,
    /// Latencies, for [`read_latencies`].
    Latencies,
}

impl ScenarioFile {
    const ALL: [Self; 4] = [Self::Scenarios, Self::Levels, Self::Series, Self::Latencies];

    /// Which it is, if it is one. Only the header is looked at.
    pub fn of(content: &[u8]) -> Option<Self> {
        let end = content.iter().position(|&byte| byte == b'\n').unwrap_or(content.len());
        let names: Vec<&str> = std::str::from_utf8(&content[..end]).ok()?.split(',').collect();
        let names: Vec<&str> = names.into_iter().map(|name| name.trim().trim_matches('"')).collect();
        Self::ALL.into_iter().find(|file| file.marks().iter().all(|mark| names.contains(mark)))
    }

    /// Its name in the dictionary, and what it holds.
    pub fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Scenarios => ("scenarios.csv", "results of scenarios"),
            Self::Levels => ("levels.csv", "levels of scenarios"),
            Self::Series => ("series.csv", "time series of scenarios"),
            Self::Latencies => ("latencies.csv", "latencies of scenarios"),
        }
    }

    /// Columns that only this file has together.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Scenarios => &["scenario", "renewals"],
            Self::Levels => &["scenario", "level", "nodes"],
            Self::Series => &["scenario", "start_seconds", "end_seconds"],
            Self::Latencies => &["scenario", "quantile", "latency_seconds"],
        }
    }
}

const SCENARIOS_HINT: &str = "expected a file as `evictlab scenario run --output FILE` writes it";
const LEVELS_HINT: &str = "expected a file as `evictlab scenario run --levels FILE` writes it";
const SERIES_HINT: &str = "expected a file as `evictlab scenario run --series FILE` writes it";
const LATENCIES_HINT: &str = "expected a file as `evictlab scenario run --latencies FILE` writes it";

/// Reads results of scenarios from CSV; `name` is the file's, for messages. Unknown columns are ignored.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit: no number, out of the range that the
/// dictionary gives, or more hits than requests. Also a file without rows.
pub fn read_scenarios(input: impl Read, name: &str) -> Result<Vec<ScenarioRow>> {
    let needed = ["scenario", "requests", "hit_ratio", "renewals", "origin_fetches"];
    let wrong = |row: &ScenarioRow| more_hits(row.hits, row.requests);
    some(read_records(input, (name, SCENARIOS_HINT), &needed, with_parameters, checked(SCENARIO_COLUMNS, wrong)), name)
}

/// Reads levels of scenarios, as [`read_scenarios`].
///
/// # Errors
/// As [`read_scenarios`].
pub fn read_levels(input: impl Read, name: &str) -> Result<Vec<LevelRow>> {
    let needed = ["scenario", "configuration", "level", "requests", "hits"];
    let wrong = |row: &LevelRow| more_hits(row.hits, row.requests);
    some(read_records(input, (name, LEVELS_HINT), &needed, plain, checked(LEVEL_COLUMNS, wrong)), name)
}

/// Reads time series of scenarios, as [`read_scenarios`].
///
/// # Errors
/// As [`read_scenarios`]; also a window that does not end after it begins, or has more stale reads than reads.
pub fn read_series(input: impl Read, name: &str) -> Result<Vec<SeriesRow>> {
    let needed = ["scenario", "configuration", "start_seconds", "end_seconds", "requests", "hits", "origin_rate"];
    let wrong = |row: &SeriesRow| {
        let SeriesRow { start_seconds: start, end_seconds: end, requests, stale_reads, .. } = *row;
        if end <= start {
            return Some(("end_seconds", format!("expected more than start_seconds ({start}), found {end}")));
        }
        if stale_reads > requests {
            return Some(("stale_reads", format!("expected at most the {requests} requests, found {stale_reads}")));
        }
        more_hits(row.hits, requests)
    };
    some(read_records(input, (name, SERIES_HINT), &needed, plain, checked(SERIES_COLUMNS, wrong)), name)
}

/// Reads latencies of scenarios, as [`read_scenarios`].
///
/// # Errors
/// As [`read_scenarios`].
pub fn read_latencies(input: impl Read, name: &str) -> Result<Vec<LatencyRow>> {
    let needed = ["scenario", "configuration", "quantile", "latency_seconds"];
    let wrong = |_: &LatencyRow| None;
    some(read_records(input, (name, LATENCIES_HINT), &needed, plain, checked(LATENCY_COLUMNS, wrong)), name)
}

/// A column, and what is wrong with its value.
type Objection = Option<(&'static str, String)>;

fn more_hits(hits: u64, requests: u64) -> Objection {
    (hits > requests).then(|| ("hits", format!("expected at most the {requests} requests, found {hits}")))
}

fn plain<T: DeserializeOwned>(record: &csv::StringRecord, header: &csv::StringRecord) -> csv::Result<T> {
    record.deserialize(Some(header))
}

/// Objects to numbers out of the range of their column, and to what `wrong` says.
fn checked<T>(
    columns: &'static [Column],
    wrong: impl Fn(&T) -> Objection,
) -> impl Fn(&T, &csv::StringRecord, &csv::StringRecord) -> Option<(String, String)> {
    move |row, record, header| {
        let outside = header.iter().zip(record).find_map(|(name, value)| {
            let column = columns.iter().find(|column| column.name == name && column.kind == Kind::Number)?;
            let inside = value.parse().is_ok_and(|number: f64| in_range(column, number));
            (!inside).then(|| (name.to_owned(), format!("expected a number {}, found '{value}'", column.range)))
        });
        outside.or_else(|| wrong(row).map(|(column, what)| (column.to_owned(), what)))
    }
}

fn some<T>(rows: Result<Vec<T>>, name: &str) -> Result<Vec<T>> {
    let rows = rows?;
    if rows.is_empty() {
        return Err(Error::failure(format!("{name}: a header but no rows"))
            .hint("run a scenario first: evictlab scenario run stampede"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::super::{SCHEMA, Status};
    use super::*;

    fn row(parameters: &[(&str, &str)]) -> ScenarioRow {
        ScenarioRow {
            schema: SCHEMA,
            scenario: "a,\"b\"".into(),
            requests: 3,
            hits: 1,
            delayed_hits: 1,
            misses: 1,
            hit_ratio: 1.0 / 3.0,
            availability: 1.0,
            latency_mean_seconds: 0.1 + 0.2,
            hit_ratio_dip: -0.25,
            diverged: true,
            seed: u64::MAX,
            version: "0".into(),
            parameters: parameters.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect(),
            ..ScenarioRow::default()
        }
    }

    fn rows() -> Vec<ScenarioRow> {
        let failed = ScenarioRow {
            status: Status::Failed,
            error: "no origin".into(),
            scenario: "two-level".into(),
            seed: 1,
            ..ScenarioRow::default()
        };
        vec![row(&[("defence", "mutex"), ("rate", "10")]), row(&[("defence", "none"), ("beta", "0.5")]), failed]
    }

    fn series() -> SeriesRow {
        SeriesRow {
            scenario: "stampede".into(),
            configuration: "defence=mutex;rate=10".into(),
            start_seconds: 1.0,
            end_seconds: 2.5,
            requests: 10,
            hits: 9,
            hit_ratio: 0.9,
            origin_rate: 2.0 / 3.0,
            ..SeriesRow::default()
        }
    }

    fn latency() -> LatencyRow {
        LatencyRow { scenario: "stampede".into(), quantile: 0.99, latency_seconds: 1e-7, ..LatencyRow::default() }
    }

    fn bytes(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let csv = bytes(|out| write_scenarios(&rows(), Format::Csv, out));
        let header = csv.split(|&b| b == b'\n').next().unwrap();
        assert!(header.ends_with(b",version,parameter_defence,parameter_rate,parameter_beta"));
        assert_eq!(read_scenarios(&csv[..], "s.csv").unwrap(), rows());
        assert_eq!(ScenarioFile::of(&csv), Some(ScenarioFile::Scenarios));

        let level = LevelRow { level: "l1".into(), nodes: 3, requests: 2, imbalance: 1.5, ..LevelRow::default() };
        let csv = bytes(|out| write_levels(std::slice::from_ref(&level), Format::Csv, out));
        assert_eq!(read_levels(&csv[..], "l.csv").unwrap(), [level]);
        assert_eq!(ScenarioFile::of(&csv), Some(ScenarioFile::Levels));

        let csv = bytes(|out| write_series(&[series(), series()], Format::Csv, out));
        assert_eq!(read_series(&csv[..], "s.csv").unwrap(), [series(), series()]);
        assert_eq!(ScenarioFile::of(&csv), Some(ScenarioFile::Series));

        let csv = bytes(|out| write_latencies(&[latency()], Format::Csv, out));
        assert_eq!(read_latencies(&csv[..], "s.csv").unwrap(), [latency()]);
        assert_eq!(ScenarioFile::of(&csv), Some(ScenarioFile::Latencies));
        for other in
            [&b"trace,policy,capacity,hit_ratio\n"[..], b"", b"\xff\n", b"start_request,start_seconds\nscenario"]
        {
            assert_eq!(ScenarioFile::of(other), None);
        }
    }

    #[test]
    fn the_dictionary_is_the_header_with_and_without_rows() {
        let header = |write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            String::from_utf8(bytes(write)).unwrap().lines().next().unwrap().to_owned()
        };
        let names = |columns: &[Column]| columns.iter().map(|c| c.name).collect::<Vec<_>>().join(",");
        assert_eq!(header(&|out| write_scenarios(&[row(&[])], Format::Csv, out)), names(SCENARIO_COLUMNS));
        assert_eq!(header(&|out| write_scenarios(&[], Format::Csv, out)), names(SCENARIO_COLUMNS));
        // Members in the order of the columns: JSON is written without asking the dictionary.
        let members =
            |value: serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(",");
        assert_eq!(members(serde_json::to_value(LevelRow::default()).unwrap()), names(LEVEL_COLUMNS));
        assert_eq!(members(serde_json::to_value(series()).unwrap()), names(SERIES_COLUMNS));
        assert_eq!(members(serde_json::to_value(latency()).unwrap()), names(LATENCY_COLUMNS));
    }

    #[test]
    fn values_fit_the_types_of_the_dictionary() {
        let check = |csv: &[u8], columns: &[Column]| {
            let mut reader = csv::Reader::from_reader(csv);
            let header = reader.headers().unwrap().clone();
            for (name, value) in reader.records().flat_map(|r| {
                let record = r.unwrap();
                header.iter().zip(&record).map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>()
            }) {
                let Some(column) = columns.iter().find(|c| c.name == name) else { continue };
                let fits = match column.kind {
                    Kind::Integer => value.parse::<u64>().is_ok(),
                    Kind::Number => value.parse().is_ok_and(|number| in_range(column, number)),
                    _ => column.range.is_empty() || column.range.split(", ").any(|word| word == value),
                };
                assert!(fits, "{name}: {value}");
            }
        };
        check(&bytes(|out| write_scenarios(&rows(), Format::Csv, out)), SCENARIO_COLUMNS);
        check(&bytes(|out| write_series(&[series()], Format::Csv, out)), SERIES_COLUMNS);
        check(&bytes(|out| write_latencies(&[latency()], Format::Csv, out)), LATENCY_COLUMNS);
        check(&bytes(|out| write_levels(&[LevelRow::default()], Format::Csv, out)), LEVEL_COLUMNS);
    }

    #[test]
    fn json_has_the_parameters() {
        let lines = String::from_utf8(bytes(|out| write_scenarios(&rows(), Format::Jsonl, out))).unwrap();
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!((first["parameter_rate"].as_str(), first["diverged"].as_bool()), (Some("10"), Some(true)));
        assert_eq!(lines.lines().count(), 3);
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn parquet_says_what_the_csv_says() {
        let csv = bytes(|out| write_scenarios(&rows(), Format::Csv, out));
        let parquet = bytes(|out| write_scenarios(&rows(), Format::Parquet, out));
        let back = super::super::as_csv(parquet, "s.parquet").unwrap();
        assert_eq!(String::from_utf8_lossy(&back), String::from_utf8_lossy(&csv));
        assert_eq!(read_scenarios(&back[..], "s").unwrap(), rows());
        let parquet = bytes(|out| write_series(&[series()], Format::Parquet, out));
        let back = super::super::as_csv(parquet, "s.parquet").unwrap();
        assert_eq!(
            (ScenarioFile::of(&back), read_series(&back[..], "s").unwrap()[0].clone()),
            (Some(ScenarioFile::Series), series())
        );
    }

    #[test]
    fn bad_values_name_their_place() {
        let head = "scenario,configuration,start_seconds,end_seconds,requests,hits,origin_rate,stale_reads";
        let error = |lines: &str| read_series(format!("{head}\n{lines}").as_bytes(), "s.csv").unwrap_err().to_string();
        assert!(error("a,,0,1,ten,1,1,0\n").starts_with("s.csv:2: column 'requests'"));
        assert!(
            error("a,,0,1,2,1,1,0\na,,1,1,2,1,1,0\n").starts_with("s.csv:3: column 'end_seconds': expected more than")
        );
        assert!(error("a,,0,1,2,3,1,0\n").starts_with("s.csv:2: column 'hits': expected at most the 2"));
        assert!(error("a,,0,1,2,2,1,3\n").starts_with("s.csv:2: column 'stale_reads'"));
        for bad in ["NaN", "inf", "-1"] {
            let error = error(&format!("a,,0,1,2,1,{bad},0\n"));
            assert!(error.starts_with("s.csv:2: column 'origin_rate': expected a number >= 0"), "{error}");
        }
        assert!(error("a,,0\n").starts_with("s.csv:2: 3 fields"));
        assert!(error("").starts_with("s.csv: a header but no rows"));
        let error = read_latencies(&b"scenario,configuration,quantile,latency_seconds\na,,1.5,1\n"[..], "l.csv");
        assert!(error.unwrap_err().to_string().starts_with("l.csv:2: column 'quantile': expected a number 0 to 1"));
        let error = read_scenarios(&b"scenario,requests\n"[..], "s.csv").unwrap_err().to_string();
        assert!(error.starts_with("s.csv:1: no column 'hit_ratio'") && error.contains("scenario run"), "{error}");
        let error =
            read_scenarios(&b"scenario,requests,hits,hit_ratio,renewals,origin_fetches\na,1,2,0.5,0,0\n"[..], "s");
        assert!(error.unwrap_err().to_string().starts_with("s:2: column 'hits'"));
    }
}
