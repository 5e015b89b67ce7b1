//! The dictionary of timed scenarios: results, levels, time series, latencies.

use super::{Column, File, Kind, count, integer, number, share, text, words};

const CELL: Column = text("cell", "key of the cell in its sweep, 16 hexadecimal digits; empty outside a sweep");
const SCENARIO: Column = text("scenario", "name of the scenario");
const CONFIGURATION: Column =
    text("configuration", "the keys that were set or varied, k=v;k=v, as the parameters of scenarios.csv");
const HITS: Column = count("hits", "requests", "reads answered from a cache without waiting for a fetch");
const DELAYED_HITS: Column =
    count("delayed_hits", "requests", "reads that waited for a fetch which another read had begun");
const HIT_RATIO: Column = share("hit_ratio", "hits / requests; 0 of no requests");
const EVICTIONS: &str = "objects removed to make room";
const EXPIRATIONS: &str = "objects that were found expired";
const INVALIDATIONS: &str = "objects removed because their value changed";
const STALE_READS: Column = count(
    "stale_reads",
    "requests",
    "reads answered with a value older than the newest one acknowledged when they began",
);

/// A column of times.
const fn seconds(name: &'static str, meaning: &'static str) -> Column {
    number(name, "s", ">= 0", meaning)
}

/// Every column of the result row of a scenario, in order, but those of parameters.
pub const SCENARIO_COLUMNS: &[Column] = &[
    integer("schema", "", ">= 1", "version of this layout"),
    CELL,
    words("status", "ok, failed", "whether the run finished; the counts of a failed one are 0"),
    text("error", "why the run failed; empty otherwise"),
    SCENARIO,
    count("requests", "requests", "read requests of clients, after the warm-up as all counts"),
    HITS,
    DELAYED_HITS,
    count("misses", "requests", "reads that waited for a fetch of their own"),
    count("failures", "requests", "reads answered with an error"),
    HIT_RATIO,
    share("availability", "share of the reads and writes that were not answered with an error"),
    count(
        "renewals",
        "values",
        "stored values whose renewal was triggered, by expiry or early; each once, at the first fetch",
    ),
    count("origin_fetches", "requests", "reads that the origin was asked for"),
    count("origin_writes", "requests", "writes that reached the origin"),
    count("origin_rejections", "requests", "requests that the origin refused because its queue was full"),
    count("origin_timeouts", "requests", "requests to the origin that were given up before their answer"),
    count("origin_retries", "requests", "requests to the origin that repeated one that had failed"),
    number("origin_rate_mean", "1/s", ">= 0", "requests to the origin per second, over the run"),
    number("origin_rate_peak", "1/s", ">= 0", "the same in the window of the series where it is highest"),
    count("origin_peak_in_flight", "requests", "most requests that were at the origin at once"),
    count("rebuilds_peak", "requests", "most fetches of one key that were at the origin at once"),
    seconds("latency_mean_seconds", "mean time from a read to its answer"),
    seconds("latency_p50_seconds", "half of the reads took at most so long"),
    seconds("latency_p90_seconds", "90 % of the reads took at most so long"),
    seconds("latency_p99_seconds", "99 % of the reads took at most so long"),
    seconds("latency_p999_seconds", "99.9 % of the reads took at most so long"),
    seconds("latency_max_seconds", "the slowest read"),
    count("writes", "requests", "writes of clients"),
    seconds("write_latency_mean_seconds", "mean time from a write to its acknowledgement"),
    seconds("write_latency_p99_seconds", "99 % of the writes took at most so long"),
    STALE_READS,
    share("stale_ratio", "stale_reads / requests; 0 of no requests"),
    seconds("stale_age_mean_seconds", "how long the values of stale reads had been out of date, on average"),
    seconds("stale_age_max_seconds", "the same for the worst one"),
    count("phantom_reads", "requests", "reads answered with a value that was rolled back"),
    count("lost_writes", "requests", "acknowledged writes that never reached the origin"),
    count("keys", "keys", "keys that clients may ask for"),
    count("keys_moved", "keys", "keys whose node changed because nodes were added or removed"),
    number(
        "hit_ratio_dip",
        "ratio",
        "-1 to 1",
        "hit ratio before the first event of the scenario less the lowest one in a window after it; 0 without events",
    ),
    seconds(
        "recovery_seconds",
        "from the first event until the hit ratio of a window was back at 95 % of what it was; 0 without a dip; the rest \
         of the run where it never came back",
    ),
    count("evictions", "objects", "objects removed to make room, over all levels"),
    count("expirations", "objects", "objects that were found expired, over all levels"),
    count("invalidations", "objects", "objects removed because their value changed, over all levels"),
    count("dead_entries", "objects", "most entries that took room and that no read could reach again"),
    count("client_bytes", "bytes", "bytes of the answers to clients"),
    count("origin_bytes", "bytes", "bytes of the answers of the origin"),
    seconds("duration_seconds", "simulated time"),
    words(
        "diverged",
        "false, true",
        "true: requests waited at the origin in ever longer queues until the run was ended",
    ),
    integer("seed", "", ">= 0", "the user's seed"),
    text("version", "version of evictlab"),
];

/// Every column of a level of caches, in order.
pub const LEVEL_COLUMNS: &[Column] = &[
    CELL,
    SCENARIO,
    CONFIGURATION,
    text("level", "name of the level"),
    count("nodes", "caches", "caches of the level"),
    count("requests", "requests", "reads that the level was asked for"),
    count("hits", "requests", "those that it answered from its own content"),
    count("delayed_hits", "requests", "those that waited for a fetch which another had begun"),
    count("misses", "requests", "those that were passed on"),
    HIT_RATIO,
    count("evictions", "objects", EVICTIONS),
    count("expirations", "objects", EXPIRATIONS),
    count("invalidations", "objects", INVALIDATIONS),
    number(
        "imbalance",
        "ratio",
        ">= 0",
        "share of the requests that the busiest node has, times the number of nodes; 1: all have the same",
    ),
    count("bytes", "bytes", "bytes of its answers"),
];

/// Every column of a window of time, in order.
pub const SERIES_COLUMNS: &[Column] = &[
    CELL,
    SCENARIO,
    CONFIGURATION,
    seconds("start_seconds", "beginning of the window"),
    seconds("end_seconds", "end of the window"),
    count("requests", "requests", "reads answered in the window"),
    count("hits", "requests", "hits among them"),
    count("delayed_hits", "requests", "delayed hits among them"),
    count("misses", "requests", "misses among them"),
    count("failures", "requests", "errors among them"),
    HIT_RATIO,
    count("origin_fetches", "requests", "reads that the origin was asked for"),
    number("origin_rate", "1/s", ">= 0", "reads and writes that the origin was asked for, per second"),
    count("origin_peak_in_flight", "requests", "most requests that were at the origin at once"),
    seconds("latency_mean_seconds", "mean time from a read to its answer"),
    seconds("latency_p99_seconds", "99 % of the reads took at most so long"),
    count("writes", "requests", "writes acknowledged"),
    STALE_READS,
];

/// Every column of a quantile of latency, in order.
pub const LATENCY_COLUMNS: &[Column] = &[
    CELL,
    SCENARIO,
    CONFIGURATION,
    share("quantile", "share of the reads that took at most so long"),
    seconds("latency_seconds", "so long"),
];

/// The columns of the keys that were set or varied.
const PARAMETERS: Column = Column {
    name: "parameter_<name>",
    kind: Kind::Any,
    unit: "",
    range: "",
    meaning: "value of a key of the scenario that was set or varied, a column each; empty where the run has no such key. \
              In Parquet an integer, a number or a text, whichever holds all values",
};

const FORMATS: &[&str] = &["csv", "parquet", "jsonl", "json"];

pub(super) const SCENARIOS: File = File {
    name: "scenarios.csv",
    formats: FORMATS,
    written_by: "scenario run --output FILE, --format",
    about: "Results of timed scenarios: a row for each configuration.",
    columns: || SCENARIO_COLUMNS.iter().copied().chain([PARAMETERS]).collect(),
};

pub(super) const LEVELS: File = File {
    name: "levels.csv",
    formats: FORMATS,
    written_by: "scenario run --levels FILE",
    about: "Levels of caches of timed scenarios: a row for each level of each configuration, from the clients on.",
    columns: || LEVEL_COLUMNS.to_vec(),
};

pub(super) const SERIES: File = File {
    name: "series.csv",
    formats: FORMATS,
    written_by: "scenario run --series FILE",
    about: "Timed scenarios over time: a row for each window of each configuration.",
    columns: || SERIES_COLUMNS.to_vec(),
};

pub(super) const LATENCIES: File = File {
    name: "latencies.csv",
    formats: FORMATS,
    written_by: "scenario run --latencies FILE",
    about: "How long reads took: a row for each quantile of each configuration.",
    columns: || LATENCY_COLUMNS.to_vec(),
};
