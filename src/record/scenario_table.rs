//! Rows of timed scenarios for people: only the columns that matter, zeros throughout left out.

use super::Status;
use super::aligned::{Shown, write_aligned};
use super::scenario::{LatencyRow, LevelRow, ScenarioRow, SeriesRow};
use super::shape::varied;
use std::io::{self, Write};

/// Columns of numbers: the head, the value that decides whether the column says anything, and how it is shown.
type Number<T> = (&'static str, fn(&T) -> f64, fn(&T) -> String);

/// A time with three significant digits.
fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s <= 0.0 => return "0".to_owned(),
        s if s < 1e-3 => (s * 1e6, "us"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {unit}")
}

/// The columns of `numbers` that say anything in some row; the first of them where none does.
fn numbers<T>(rows: &[T], numbers: &[Number<T>]) -> Vec<Shown> {
    let says = |value: fn(&T) -> f64| rows.iter().any(|row| value(row) != 0.0);
    let any = numbers.iter().any(|(_, value, _)| says(*value));
    let kept = numbers.iter().enumerate().filter(|(at, (_, value, _))| says(*value) || (!any && *at == 0));
    kept.map(|(_, (head, _, show))| Shown::right(*head, rows, show)).collect()
}

/// The column of names, where they differ.
fn names<T>(head: &str, rows: &[T], name: impl Fn(&T) -> &str) -> Option<Shown> {
    let several = rows.windows(2).any(|pair| name(&pair[0]) != name(&pair[1]));
    several.then(|| Shown::left(head, rows, |row| name(row).to_owned()))
}

pub(super) fn scenarios(rows: &[ScenarioRow], out: &mut dyn Write) -> io::Result<()> {
    const NUMBERS: &[Number<ScenarioRow>] = &[
        ("requests", |r| r.requests as f64, |r| r.requests.to_string()),
        ("hit ratio", |r| r.hit_ratio, |r| format!("{:.4}", r.hit_ratio)),
        ("delayed hits", |r| r.delayed_hits as f64, |r| r.delayed_hits.to_string()),
        ("misses", |r| r.misses as f64, |r| r.misses.to_string()),
        ("failures", |r| r.failures as f64, |r| r.failures.to_string()),
        ("origin fetches", |r| r.origin_fetches as f64, |r| r.origin_fetches.to_string()),
        ("peak in flight", |r| r.origin_peak_in_flight as f64, |r| r.origin_peak_in_flight.to_string()),
        ("latency mean", |r| r.latency_mean_seconds, |r| time(r.latency_mean_seconds)),
        ("p50", |r| r.latency_p50_seconds, |r| time(r.latency_p50_seconds)),
        ("p99", |r| r.latency_p99_seconds, |r| time(r.latency_p99_seconds)),
        ("stale reads", |r| r.stale_reads as f64, |r| r.stale_reads.to_string()),
        ("phantom reads", |r| r.phantom_reads as f64, |r| r.phantom_reads.to_string()),
        ("lost writes", |r| r.lost_writes as f64, |r| r.lost_writes.to_string()),
        ("keys moved", |r| r.keys_moved as f64, |r| moved(r.keys_moved, r.keys)),
        ("recovery", |r| r.recovery_seconds, |r| time(r.recovery_seconds)),
        ("diverged", |r| f64::from(u8::from(r.diverged)), |r| if r.diverged { "yes" } else { "no" }.to_owned()),
    ];
    let value = |row: &ScenarioRow, name: &str| {
        row.parameters.iter().find(|(k, _)| k == name).map_or(String::new(), |(_, v)| v.clone())
    };
    let mut columns: Vec<Shown> =
        varied(rows).into_iter().map(|name| Shown::left(name, rows, |row| value(row, name))).collect();
    columns.extend(names("scenario", rows, |row| &row.scenario));
    if rows.windows(2).any(|pair| pair[0].seed != pair[1].seed) {
        columns.push(Shown::right("seed", rows, |row| row.seed.to_string()));
    }
    if columns.is_empty() {
        columns.push(Shown::left("scenario", rows, |row| row.scenario.clone()));
    }
    let from = columns.len();
    columns.extend(numbers(rows, NUMBERS));
    let failed = |row: &ScenarioRow| (row.status == Status::Failed).then(|| format!("failed: {}", row.error));
    write_aligned(&columns, from, &rows.iter().map(failed).collect::<Vec<_>>(), out)
}

/// A number of keys, and the share of all that it is.
fn moved(moved: u64, keys: u64) -> String {
    if keys == 0 { moved.to_string() } else { format!("{moved} ({:.1}%)", moved as f64 / keys as f64 * 100.0) }
}

pub(super) fn levels(rows: &[LevelRow], out: &mut dyn Write) -> io::Result<()> {
    const NUMBERS: &[Number<LevelRow>] = &[
        ("nodes", |r| r.nodes as f64, |r| r.nodes.to_string()),
        ("requests", |r| r.requests as f64, |r| r.requests.to_string()),
        ("hit ratio", |r| r.hit_ratio, |r| format!("{:.4}", r.hit_ratio)),
        ("delayed hits", |r| r.delayed_hits as f64, |r| r.delayed_hits.to_string()),
        ("misses", |r| r.misses as f64, |r| r.misses.to_string()),
        ("evictions", |r| r.evictions as f64, |r| r.evictions.to_string()),
        ("expirations", |r| r.expirations as f64, |r| r.expirations.to_string()),
        ("invalidations", |r| r.invalidations as f64, |r| r.invalidations.to_string()),
        ("imbalance", |r| r.imbalance, |r| format!("{:.3}", r.imbalance)),
        ("bytes", |r| r.bytes as f64, |r| r.bytes.to_string()),
    ];
    let level = Shown::left("level", rows, |row| row.level.clone());
    write_long(rows, |row| (&row.scenario, &row.configuration), [level].into(), NUMBERS, out)
}

pub(super) fn series(rows: &[SeriesRow], out: &mut dyn Write) -> io::Result<()> {
    const NUMBERS: &[Number<SeriesRow>] = &[
        ("requests", |r| r.requests as f64, |r| r.requests.to_string()),
        ("hit ratio", |r| r.hit_ratio, |r| format!("{:.4}", r.hit_ratio)),
        ("failures", |r| r.failures as f64, |r| r.failures.to_string()),
        ("origin fetches", |r| r.origin_fetches as f64, |r| r.origin_fetches.to_string()),
        ("origin 1/s", |r| r.origin_rate, |r| format!("{:.2}", r.origin_rate)),
        ("peak in flight", |r| r.origin_peak_in_flight as f64, |r| r.origin_peak_in_flight.to_string()),
        ("latency mean", |r| r.latency_mean_seconds, |r| time(r.latency_mean_seconds)),
        ("p99", |r| r.latency_p99_seconds, |r| time(r.latency_p99_seconds)),
        ("writes", |r| r.writes as f64, |r| r.writes.to_string()),
        ("stale reads", |r| r.stale_reads as f64, |r| r.stale_reads.to_string()),
    ];
    let begin = Shown::right("from", rows, |row| format!("{} s", row.start_seconds));
    let end = Shown::right("to", rows, |row| format!("{} s", row.end_seconds));
    write_long(rows, |row| (&row.scenario, &row.configuration), [begin, end].into(), NUMBERS, out)
}

pub(super) fn latencies(rows: &[LatencyRow], out: &mut dyn Write) -> io::Result<()> {
    let quantile = Shown::right("quantile", rows, |row| row.quantile.to_string());
    let latency = Shown::right("latency", rows, |row| time(row.latency_seconds));
    write_long(rows, |row| (&row.scenario, &row.configuration), [quantile, latency].into(), &[], out)
}

/// A table of several rows for each configuration.
fn write_long<T>(
    rows: &[T],
    of: fn(&T) -> (&String, &String),
    own: Vec<Shown>,
    shown: &[Number<T>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut columns: Vec<Shown> = names("configuration", rows, |row| of(row).1)
        .into_iter()
        .chain(names("scenario", rows, |row| of(row).0))
        .collect();
    columns.extend(own);
    columns.extend(numbers(rows, shown));
    write_aligned(&columns, columns.len(), &vec![None; rows.len()], out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn only_what_matters_is_shown() {
        let row = |defence: &str, misses| ScenarioRow {
            scenario: "stampede".into(),
            requests: 1000,
            hits: 900,
            misses,
            hit_ratio: 0.9,
            latency_mean_seconds: 0.0123,
            latency_p50_seconds: 0.000_25,
            latency_p99_seconds: 2.0,
            parameters: vec![("defence".into(), defence.into())],
            ..ScenarioRow::default()
        };
        let failed = ScenarioRow { status: Status::Failed, error: "no origin".into(), ..row("lease", 0) };
        let shown = text(|out| scenarios(&[row("none", 100), row("mutex", 1), failed.clone()], out));
        let expected = "\
defence  requests  hit ratio  misses  latency mean     p50     p99
none         1000     0.9000     100       12.3 ms  250 us  2.00 s
mutex        1000     0.9000       1       12.3 ms  250 us  2.00 s
lease    failed: no origin
";
        assert_eq!(shown, expected);
        let ring = ScenarioRow {
            scenario: "ring-add-node".into(),
            keys: 100_000,
            keys_moved: 24_871,
            diverged: true,
            ..ScenarioRow::default()
        };
        let shown = text(|out| scenarios(std::slice::from_ref(&ring), out));
        assert_eq!(shown, "scenario          keys moved  diverged\nring-add-node  24871 (24.9%)       yes\n");
        let shown = text(|out| scenarios(&[ScenarioRow { scenario: "a".into(), ..ScenarioRow::default() }], out));
        assert_eq!(shown, "scenario  requests\na                0\n");
        assert_eq!(text(|out| scenarios(&[], out)), "scenario  requests\n");
    }

    #[test]
    fn long_tables_name_the_configuration_where_there_are_several() {
        let level = |configuration: &str| LevelRow {
            scenario: "two-level".into(),
            configuration: configuration.into(),
            level: "l1".into(),
            nodes: 1,
            ..LevelRow::default()
        };
        assert_eq!(text(|out| levels(&[level("l1=10")], out)), "level  nodes\nl1         1\n");
        let two = text(|out| levels(&[level("l1=10"), level("l1=100")], out));
        assert_eq!(two, "configuration  level  nodes\nl1=10          l1         1\nl1=100         l1         1\n");
        let window = SeriesRow { end_seconds: 0.5, requests: 4, origin_rate: 2.0, ..SeriesRow::default() };
        assert_eq!(
            text(|out| series(std::slice::from_ref(&window), out)),
            "from     to  requests  origin 1/s\n 0 s  0.5 s         4        2.00\n"
        );
        let quantile = LatencyRow { quantile: 0.5, latency_seconds: 0.0, ..LatencyRow::default() };
        assert_eq!(
            text(|out| latencies(std::slice::from_ref(&quantile), out)),
            "quantile  latency\n     0.5        0\n"
        );
    }
}
