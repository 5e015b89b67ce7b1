//! What a timed scenario answers: one row per configuration, and the long tables beside it: levels, time series, latencies.

use super::row::Status;
use serde::{Deserialize, Serialize};

/// One configuration of a scenario. Counts are of the whole run after its warm-up; times are in seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScenarioRow {
    /// [`super::SCHEMA`].
    pub schema: u32,
    /// Key of the cell in its sweep, 16 hexadecimal digits; empty outside a sweep.
    pub cell: String,
    /// Did the run finish?
    pub status: Status,
    /// Why not; empty where it did.
    pub error: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Read requests of clients.
    pub requests: u64,
    /// Reads answered from a cache without waiting for a fetch.
    pub hits: u64,
    /// Reads that waited for a fetch which another read had begun.
    pub delayed_hits: u64,
    /// Reads that waited for a fetch of their own.
    pub misses: u64,
    /// Reads that were answered with an error.
    pub failures: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// Share of the reads and writes that were not answered with an error.
    pub availability: f64,
    /// Stored values whose renewal was triggered, by expiry or early; each once, at the first fetch.
    pub renewals: u64,
    /// Reads that the origin was asked for.
    pub origin_fetches: u64,
    /// Writes that reached the origin.
    pub origin_writes: u64,
    /// Requests that the origin refused because its queue was full.
    pub origin_rejections: u64,
    /// Requests to the origin that were given up before their answer.
    pub origin_timeouts: u64,
    /// Requests to the origin that repeated one that had failed.
    pub origin_retries: u64,
    /// Requests to the origin per second, over the run.
    pub origin_rate_mean: f64,
    /// The same in the window where it is highest.
    pub origin_rate_peak: f64,
    /// Most requests that were at the origin at once.
    pub origin_peak_in_flight: u64,
    /// Most fetches of one key that were at the origin at once.
    pub rebuilds_peak: u64,
    /// Mean time from a read to its answer.
    pub latency_mean_seconds: f64,
    /// Half of the reads took at most so long.
    pub latency_p50_seconds: f64,
    /// 90 % of the reads took at most so long.
    pub latency_p90_seconds: f64,
    /// 99 % of the reads took at most so long.
    pub latency_p99_seconds: f64,
    /// 99.9 % of the reads took at most so long.
    pub latency_p999_seconds: f64,
    /// The slowest read.
    pub latency_max_seconds: f64,
    /// Writes of clients.
    pub writes: u64,
    /// Mean time from a write to its acknowledgement.
    pub write_latency_mean_seconds: f64,
    /// 99 % of the writes took at most so long.
    pub write_latency_p99_seconds: f64,
    /// Reads answered with a value older than the newest one that had been acknowledged when they began.
    pub stale_reads: u64,
    /// `stale_reads / requests`.
    pub stale_ratio: f64,
    /// How long the values of stale reads had been out of date, on average.
    pub stale_age_mean_seconds: f64,
    /// The same for the worst one.
    pub stale_age_max_seconds: f64,
    /// Reads answered with a value that was rolled back.
    pub phantom_reads: u64,
    /// Acknowledged writes that never reached the origin.
    pub lost_writes: u64,
    /// Keys that clients may ask for.
    pub keys: u64,
    /// Keys whose node changed because nodes were added or removed.
    pub keys_moved: u64,
    /// Hit ratio before the first event of the scenario less the lowest one in a window after it; 0 without events.
    pub hit_ratio_dip: f64,
    /// From the first event until the hit ratio of a window was back at 95 % of what it was; 0 without a dip, and the rest of
    /// the run where it never came back.
    pub recovery_seconds: f64,
    /// Objects removed to make room, over all levels.
    pub evictions: u64,
    /// Objects that were found expired, over all levels.
    pub expirations: u64,
    /// Objects removed because their value changed, over all levels.
    pub invalidations: u64,
    /// Most entries that took room and that no read could reach again.
    pub dead_entries: u64,
    /// Bytes of the answers to clients.
    pub client_bytes: u64,
    /// Bytes of the answers of the origin.
    pub origin_bytes: u64,
    /// Simulated time.
    pub duration_seconds: f64,
    /// Did requests wait at the origin in ever longer queues until the run was ended?
    pub diverged: bool,
    /// The user's seed.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// The keys that were set or varied, name and value; a column `parameter_<name>` each.
    #[serde(skip)]
    pub parameters: Vec<(String, String)>,
}

/// A level of caches in a configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LevelRow {
    /// Key of the cell in its sweep; empty outside a sweep.
    pub cell: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The configuration: the keys that were set or varied, `k=v;k=v`.
    pub configuration: String,
    /// Name of the level.
    pub level: String,
    /// Its caches.
    pub nodes: u64,
    /// Reads that it was asked for.
    pub requests: u64,
    /// Those that it answered from its own content.
    pub hits: u64,
    /// Those that waited for a fetch which another had begun.
    pub delayed_hits: u64,
    /// Those that were passed on.
    pub misses: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// Objects removed to make room.
    pub evictions: u64,
    /// Objects that were found expired.
    pub expirations: u64,
    /// Objects removed because their value changed.
    pub invalidations: u64,
    /// The node with the most requests: its share of them, times the number of nodes.
    pub imbalance: f64,
    /// Bytes of its answers.
    pub bytes: u64,
}

/// A window of time of a configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesRow {
    /// Key of the cell in its sweep; empty outside a sweep.
    pub cell: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The configuration: the keys that were set or varied, `k=v;k=v`.
    pub configuration: String,
    /// Beginning of the window.
    pub start_seconds: f64,
    /// End of the window.
    pub end_seconds: f64,
    /// Reads answered in it.
    pub requests: u64,
    /// Hits among them.
    pub hits: u64,
    /// Delayed hits among them.
    pub delayed_hits: u64,
    /// Misses among them.
    pub misses: u64,
    /// Errors among them.
    pub failures: u64,
    /// `hits / requests`.
    pub hit_ratio: f64,
    /// Reads that the origin was asked for.
    pub origin_fetches: u64,
    /// Reads and writes that the origin was asked for, per second.
    pub origin_rate: f64,
    /// Most requests that were at the origin at once.
    pub origin_peak_in_flight: u64,
    /// Mean time from a read to its answer.
    pub latency_mean_seconds: f64,
    /// 99 % of the reads took at most so long.
    pub latency_p99_seconds: f64,
    /// Writes acknowledged.
    pub writes: u64,
    /// Reads answered with a value older than the newest one that had been acknowledged when they began.
    pub stale_reads: u64,
}

/// A quantile of the latency of a configuration's reads.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LatencyRow {
    /// Key of the cell in its sweep; empty outside a sweep.
    pub cell: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The configuration: the keys that were set or varied, `k=v;k=v`.
    pub configuration: String,
    /// Share of the reads that took at most so long, 0 to 1.
    pub quantile: f64,
    /// So long.
    pub latency_seconds: f64,
}

/// Everything that a run of one configuration answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ScenarioOutcome {
    /// The row.
    pub row: ScenarioRow,
    /// A row for each level, from the clients on.
    pub levels: Vec<LevelRow>,
    /// The time series.
    pub series: Vec<SeriesRow>,
    /// The latencies of reads.
    pub latencies: Vec<LatencyRow>,
}

/// The tables of several configurations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScenarioTables {
    /// A row for each configuration.
    pub rows: Vec<ScenarioRow>,
    /// Their levels.
    pub levels: Vec<LevelRow>,
    /// Their time series.
    pub series: Vec<SeriesRow>,
    /// Their latencies.
    pub latencies: Vec<LatencyRow>,
}

impl ScenarioTables {
    /// Adds other tables.
    pub fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.levels.extend(other.levels);
        self.series.extend(other.series);
        self.latencies.extend(other.latencies);
    }

    /// Adds the outcome of a configuration.
    pub fn add(&mut self, outcome: ScenarioOutcome) {
        self.rows.push(outcome.row);
        self.levels.extend(outcome.levels);
        self.series.extend(outcome.series);
        self.latencies.extend(outcome.latencies);
    }
}

impl FromIterator<ScenarioOutcome> for ScenarioTables {
    fn from_iter<I: IntoIterator<Item = ScenarioOutcome>>(outcomes: I) -> Self {
        let mut tables = Self::default();
        outcomes.into_iter().for_each(|outcome| tables.add(outcome));
        tables
    }
}

impl ScenarioRow {
    /// The keys that were set or varied, as `k=v;k=v`.
    pub fn configuration(&self) -> String {
        self.parameters.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(";")
    }
}
