//! A stampede as figures show it, made up from what each defence does: one hot key of 30 s, 100 reads/s, a fetch of 2 s.

use evictlab::record::{LatencyRow, ScenarioRow, SeriesRow};

/// Defence; fetches of a renewal; share of the reads that wait; does each wait as long as its own fetch; stale reads of 1000.
const DEFENCES: [(&str, f64, f64, bool, u64); 5] = [
    ("none", 201.0, 0.0625, true, 0),
    ("mutex", 1.0, 0.0625, false, 0),
    ("single-flight", 1.0, 0.0625, false, 0),
    ("xfetch", 2.75, 0.00125, true, 0),
    ("stale-while-revalidate", 1.0, 0.0, false, 60),
];

/// Windows of ten seconds.
const WINDOWS: u64 = 20;
/// A value is renewed in each window that begins so many seconds after another, about.
const PERIOD: u64 = 30;

const QUANTILES: [f64; 21] = [
    0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.9375, 0.95, 0.96875, 0.98, 0.99, 0.995, 0.999,
    0.9995, 0.9999,
];

/// The latency at a quantile where a share of the reads waits: for two seconds, or for what is left of them.
fn latency(quantile: f64, waiting: f64, whole: bool) -> f64 {
    let rank = 1.0 - quantile;
    match (rank < waiting, whole) {
        (false, _) => 0.001,
        (true, true) => 2.0,
        (true, false) => 0.001 + 2.0 * (1.0 - rank / waiting),
    }
}

/// Rows, time series and latencies.
pub(crate) fn stampede() -> (Vec<ScenarioRow>, Vec<SeriesRow>, Vec<LatencyRow>) {
    let (mut rows, mut series, mut latencies) = (Vec::new(), Vec::new(), Vec::new());
    for (defence, fetches, waiting, whole, stale) in DEFENCES {
        let configuration = format!("defence={defence};rate=100");
        let at = |quantile| latency(quantile, waiting, whole);
        let mut row = ScenarioRow {
            scenario: "stampede".into(),
            availability: 1.0,
            origin_peak_in_flight: fetches.ceil() as u64,
            latency_mean_seconds: 0.001 + if whole { 2.0 } else { 1.0 } * waiting,
            latency_p99_seconds: at(0.99),
            latency_p999_seconds: at(0.999),
            parameters: vec![("defence".into(), defence.into()), ("rate".into(), "100".into())],
            ..ScenarioRow::default()
        };
        for window in 0..WINDOWS {
            let renewal = (10 * window) % PERIOD == 0;
            let requests = 1000 + 7 * (window * 5 % 8);
            let waited = if renewal { (3000.0 * waiting) as u64 } else { 0 };
            let fetched = if renewal { fetches } else { 0.0 };
            series.push(SeriesRow {
                scenario: "stampede".into(),
                configuration: configuration.clone(),
                start_seconds: 10.0 * window as f64,
                end_seconds: 10.0 * (window + 1) as f64,
                requests,
                hits: requests - waited,
                hit_ratio: (requests - waited) as f64 / requests as f64,
                origin_rate: fetched / 10.0,
                stale_reads: if renewal { 3 * stale } else { 0 },
                ..SeriesRow::default()
            });
            row.requests += requests;
            row.hits += requests - waited;
            row.stale_reads += if renewal { 3 * stale } else { 0 };
            row.renewals += u64::from(renewal);
        }
        row.origin_fetches = (fetches * row.renewals as f64) as u64;
        row.stale_ratio = row.stale_reads as f64 / row.requests as f64;
        (row.stale_age_mean_seconds, row.stale_age_max_seconds) = if stale > 0 { (1.0, 2.0) } else { (0.0, 0.0) };
        latencies.extend(QUANTILES.map(|quantile| LatencyRow {
            scenario: "stampede".into(),
            configuration: configuration.clone(),
            quantile,
            latency_seconds: at(quantile),
            ..LatencyRow::default()
        }));
        rows.push(row);
    }
    (rows, series, latencies)
}
