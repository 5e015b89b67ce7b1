//! The row of a hit-ratio curve: one point, of one policy by one method.

use super::aligned::{Shown, write_aligned};
use super::codec::{Format, read_records, write_table};
use super::dictionary::{CURVE_COLUMNS, Column, in_range};
use super::{SCHEMA, Status};
use crate::core::quantity::ratio;
use crate::core::{Error, Result};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// One point of a curve. Field names are column names; counts are after the warm-up and within the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CurveRow {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Is the point valid?
    pub status: Status,
    /// Why not; empty where it is.
    pub error: String,
    /// Name of the trace or spec of the workload.
    pub trace: String,
    /// Canonical name of the policy; of a bound `infinite`, `pfoo-l`, `pfoo-u` or `belady-size`.
    pub policy: String,
    /// All its parameters, `k=v;k=v`, sorted by name.
    pub params: String,
    /// How the point was found: `exact`, `batch`, `replay`, `shards`, `minisim` or `bound`.
    pub method: String,
    /// `unit` (every object counts 1) or `bytes`.
    pub size_mode: String,
    /// Capacity in objects or bytes.
    pub capacity: u64,
    /// The capacity as written; empty in a whole curve, whose points are where it changes.
    pub capacity_given: String,
    /// Number of the window, from 0; 0 where the whole trace is one.
    pub window: u64,
    /// Index of the first request counted.
    pub start_request: u64,
    /// Index behind the last.
    pub end_request: u64,
    /// Time of the first request counted, in seconds since the first request of the trace.
    pub start_seconds: f64,
    /// Time of the last, likewise.
    pub end_seconds: f64,
    /// Requests counted.
    pub requests: u64,
    /// Requests that the method looked at after sampling.
    pub requests_used: u64,
    /// Requests that found their object; of a sample the estimate, rounded.
    pub hits: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// `1 - hit_ratio`.
    pub miss_ratio: f64,
    /// Bytes found of the bytes asked for; in unit mode the hit ratio.
    pub byte_hit_ratio: f64,
    /// Lower end of the interval that holds the hit ratio with 95 % confidence; the hit ratio itself where it is exact.
    pub ci_low: f64,
    /// Upper end.
    pub ci_high: f64,
    /// Share of the objects that was sampled; 1 where all were used.
    pub sample_rate: f64,
    /// `off`, `lazy` or `eager`, with `+renew` where a hit restarts the time to live.
    pub ttl_mode: String,
    /// The time to live as written: a duration, `trace` or `off`.
    pub ttl_given: String,
    /// The warm-up as written; empty for none.
    pub warmup_given: String,
    /// What operations meant.
    pub operations: String,
    /// What a changed size meant.
    pub size_change: String,
    /// Where requests are ranges of blocks: `start`, a range is an object named by its start, or the bytes of the blocks into which
    /// ranges are expanded; empty of other traces.
    #[serde(default)]
    pub blocks: String,
    /// Which requests of the file were kept, `k=v;k=v`; empty for all.
    pub filter: String,
    /// The user's seed.
    pub seed: u64,
    /// Distinct objects in the trace.
    pub objects: u64,
    /// Sum of their sizes in bytes (the number of objects in unit mode).
    pub footprint_bytes: u64,
    /// Time of the pass that the point comes from, which it shares with others; differs between runs.
    pub seconds: f64,
    /// Points that the pass gave.
    pub pass_points: u64,
    /// Version of the program.
    pub version: String,
}

impl Default for CurveRow {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            status: Status::Ok,
            error: String::new(),
            trace: String::new(),
            policy: String::new(),
            params: String::new(),
            method: String::new(),
            size_mode: "unit".to_owned(),
            capacity: 0,
            capacity_given: String::new(),
            window: 0,
            start_request: 0,
            end_request: 0,
            start_seconds: 0.0,
            end_seconds: 0.0,
            requests: 0,
            requests_used: 0,
            hits: 0,
            hit_ratio: 0.0,
            miss_ratio: 0.0,
            byte_hit_ratio: 0.0,
            ci_low: 0.0,
            ci_high: 0.0,
            sample_rate: 1.0,
            ttl_mode: "off".to_owned(),
            ttl_given: String::new(),
            warmup_given: String::new(),
            operations: "all-reads".to_owned(),
            size_change: "new".to_owned(),
            blocks: String::new(),
            filter: String::new(),
            seed: 0,
            objects: 0,
            footprint_bytes: 0,
            seconds: 0.0,
            pass_points: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Writes curve rows; a table for people shows the columns that matter.
///
/// # Errors
/// The writer's.
pub fn write_curves(rows: &[CurveRow], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Table { table(rows, out) } else { write_table(rows, CURVE_COLUMNS, format, out) }
}

/// A whole curve: the capacities from which on it has other hits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Steps {
    /// Capacity in objects or bytes, and requests that hit.
    pub points: Vec<(u64, u64)>,
    /// Bytes found of the bytes asked for at each; `None` where every object counts 1.
    pub byte_hit_ratios: Option<Vec<f64>>,
}

impl Steps {
    /// The byte hit ratio of the point of this index, if it is another number than the hit ratio.
    pub fn byte_hit_ratio(&self, index: usize) -> Option<f64> {
        self.byte_hit_ratios.as_ref().map(|ratios| ratios[index])
    }
}

/// The row of a step: the columns of [`CurveRow`] that tell its policy, and what it is.
#[derive(Serialize)]
struct StepRow<'a> {
    trace: &'a str,
    policy: &'a str,
    params: &'a str,
    method: &'a str,
    size_mode: &'a str,
    capacity: u64,
    requests: u64,
    hits: u64,
    hit_ratio: f64,
    miss_ratio: f64,
    byte_hit_ratio: f64,
    ci_low: f64,
    ci_high: f64,
    objects: u64,
    seconds: f64,
}

/// The columns of [`StepRow`].
const STEP_COLUMNS: [&str; 15] = [
    "trace",
    "policy",
    "params",
    "method",
    "size_mode",
    "capacity",
    "requests",
    "hits",
    "hit_ratio",
    "miss_ratio",
    "byte_hit_ratio",
    "ci_low",
    "ci_high",
    "objects",
    "seconds",
];

/// Writes whole curves compactly: what the steps of each have in common, and capacity and hits of each step. Only the columns
/// that say something of a step are written.
///
/// # Errors
/// The writer's.
pub fn write_steps(curves: &[(&CurveRow, &Steps)], format: Format, out: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<Column> =
        CURVE_COLUMNS.iter().copied().filter(|column| STEP_COLUMNS.contains(&column.name)).collect();
    let steps: Vec<StepRow<'_>> = curves
        .iter()
        .flat_map(|(blank, steps)| (0..steps.points.len()).map(|index| step_row(blank, steps, index)))
        .collect();
    write_table(&steps, &columns, format, out)
}

fn step_row<'a>(blank: &'a CurveRow, steps: &Steps, index: usize) -> StepRow<'a> {
    let (capacity, hits) = steps.points[index];
    let CurveRow { requests, objects, seconds, .. } = *blank;
    let hit_ratio = ratio(hits, requests);
    StepRow {
        trace: &blank.trace,
        policy: &blank.policy,
        params: &blank.params,
        method: &blank.method,
        size_mode: &blank.size_mode,
        capacity,
        requests,
        hits,
        hit_ratio,
        miss_ratio: ratio(requests - hits, requests),
        byte_hit_ratio: steps.byte_hit_ratio(index).unwrap_or(hit_ratio),
        ci_low: hit_ratio,
        ci_high: hit_ratio,
        objects,
        seconds,
    }
}

fn table(rows: &[CurveRow], out: &mut dyn Write) -> io::Result<()> {
    let policy = |row: &CurveRow| {
        let several = rows.iter().any(|other| other.policy == row.policy && other.params != row.params);
        if several { format!("{} {}", row.policy, row.params) } else { row.policy.clone() }
    };
    let capacity = |row: &CurveRow| match row.capacity.to_string() {
        number if number == row.capacity_given || row.capacity_given.is_empty() => number,
        number => format!("{number} ({})", row.capacity_given),
    };
    let ratio = |value: f64| format!("{value:.4}");
    let mut columns = vec![
        Shown::left("trace", rows, |row| row.trace.clone()),
        Shown::left("policy", rows, policy),
        Shown::left("method", rows, |row| row.method.clone()),
    ];
    if rows.iter().any(|row| row.window > 0) {
        columns.push(Shown::right("window", rows, |row| row.window.to_string()));
    }
    columns.push(Shown::right("capacity", rows, capacity));
    let from = columns.len();
    columns.push(Shown::right("hit ratio", rows, |row| ratio(row.hit_ratio)));
    if rows.iter().any(|row| row.size_mode == "bytes") {
        columns.push(Shown::right("byte ratio", rows, |row| ratio(row.byte_hit_ratio)));
    }
    if rows.iter().any(|row| row.sample_rate < 1.0) {
        let interval = |row: &CurveRow| format!("{} to {}", ratio(row.ci_low), ratio(row.ci_high));
        columns.push(Shown::right("95 % interval", rows, interval));
        columns.push(Shown::right("sample", rows, |row| format!("{:.3}%", 100.0 * row.sample_rate)));
    }
    columns.push(Shown::right("seconds", rows, |row| format!("{:.3}", row.seconds)));
    let failed = |row: &CurveRow| (row.status != Status::Ok).then(|| format!("failed: {}", row.error));
    write_aligned(&columns, from, &rows.iter().map(failed).collect::<Vec<_>>(), out)
}

const HINT: &str = "expected a file as `evictlab curve --output` writes it";

/// The columns without which points cannot be placed.
const NEEDED: [&str; 4] = ["policy", "method", "capacity", "hit_ratio"];

/// Is this CSV a file of curves? Only the header is looked at.
pub fn is_curves(content: &[u8]) -> bool {
    let end = content.iter().position(|&byte| byte == b'\n').unwrap_or(content.len());
    let names = content[..end].split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    names.into_iter().any(|name| name == b"ci_low" || name == b"\"ci_low\"")
}

/// Reads curve rows from CSV; `name` is the file's, for messages. Unknown columns are ignored.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit or is out of its range.
pub fn read_curves(input: impl Read, name: &str) -> Result<Vec<CurveRow>> {
    let rows: Vec<CurveRow> = read_records(
        input,
        (name, HINT),
        &NEEDED,
        |record, header| record.deserialize(Some(header)),
        |_, record, header| wrong(record, header),
    )?;
    if rows.is_empty() {
        return Err(Error::failure(format!("{name}: a header but no points")).hint(HINT));
    }
    Ok(rows)
}

/// The column whose number is out of its range, and how.
fn wrong(record: &csv::StringRecord, header: &csv::StringRecord) -> Option<(String, String)> {
    let columns = header.iter().zip(record);
    let mut numbers = columns.filter_map(|(name, value)| {
        let column = CURVE_COLUMNS.iter().find(|column| column.name == name && !column.range.is_empty())?;
        Some((column, value.parse::<f64>().ok()?))
    });
    let (column, number) = numbers.find(|(column, number)| !in_range(column, *number))?;
    Some((column.name.to_owned(), format!("expected {}, found {number}", column.range)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> CurveRow {
        CurveRow {
            trace: "a".into(),
            policy: "lru".into(),
            method: "shards".into(),
            capacity: 10,
            capacity_given: "1%".into(),
            requests: 9,
            hit_ratio: 1.0 / 3.0,
            ci_high: 0.5,
            sample_rate: 0.01,
            ..CurveRow::default()
        }
    }

    #[test]
    fn curves_come_back_as_they_were() {
        let mut bytes = Vec::new();
        write_curves(&[row(), row()], Format::Csv, &mut bytes).unwrap();
        assert!(is_curves(&bytes) && !is_curves(b"policy,capacity,hit_ratio\n"));
        let head: Vec<&str> = CURVE_COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(std::str::from_utf8(&bytes).unwrap().lines().next().unwrap(), head.join(","));
        assert_eq!(read_curves(&bytes[..], "c.csv").unwrap(), [row(), row()]);
    }

    #[test]
    fn whole_curves_are_compact_and_are_read_as_curves() {
        let blank = CurveRow { requests: 4, ci_high: 0.0, hit_ratio: 0.0, sample_rate: 1.0, ..row() };
        let mut bytes = Vec::new();
        let steps = Steps { points: vec![(1, 1), (7, 3)], byte_hit_ratios: Some(vec![0.125, 0.5]) };
        write_steps(&[(&blank, &steps)], Format::Csv, &mut bytes).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert_eq!(text.lines().next().unwrap(), STEP_COLUMNS.join(","));
        let points = read_curves(&bytes[..], "c.csv").unwrap();
        let found: Vec<(u64, u64, f64)> = points.iter().map(|p| (p.capacity, p.hits, p.hit_ratio)).collect();
        assert_eq!((found, points[1].ci_low), (vec![(1, 1, 0.25), (7, 3, 0.75)], 0.75));
        assert_eq!(points.iter().map(|p| p.byte_hit_ratio).collect::<Vec<_>>(), [0.125, 0.5]);
    }

    #[test]
    fn bad_points_name_their_place() {
        let error = |lines: &str| {
            let text = format!("policy,method,capacity,hit_ratio\n{lines}");
            read_curves(text.as_bytes(), "c.csv").unwrap_err().to_string()
        };
        assert!(error("lru,exact,1,0.5\nlru,exact,two,0.5\n").starts_with("c.csv:3: column 'capacity'"));
        assert!(error("lru,exact,1,1.5\n").starts_with("c.csv:2: column 'hit_ratio': expected 0 to 1, found 1.5"));
        assert!(error("").starts_with("c.csv: a header but no points"));
    }

    #[test]
    fn the_table_shows_intervals_of_samples_only() {
        let shown = |row: &CurveRow| {
            let mut bytes = Vec::new();
            write_curves(std::slice::from_ref(row), Format::Table, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        assert!(shown(&row()).contains("0.0000 to 0.5000") && shown(&row()).contains("10 (1%)"));
        assert!(!shown(&CurveRow { sample_rate: 1.0, ..row() }).contains("interval"));
    }
}
