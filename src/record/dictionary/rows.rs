//! The dictionary of result rows, their times, and windows.

use super::super::Part;
use super::{Column, File, Kind, count, integer, number, share, text, words};

/// Every column of the result row, in order, but those of parameters.
pub const COLUMNS: &[Column] = &[
    integer("schema", "", ">= 1", "version of this layout"),
    text("cell", "key of the cell in its sweep, 16 hexadecimal digits; empty outside a sweep"),
    words("status", "ok, failed", "whether the cell finished; the counts of a failed one are 0"),
    text("error", "why the cell failed; empty otherwise"),
    text("trace", "name of the trace file, or spec of the workload"),
    text("dataset", "group of traces that this one belongs to; empty where nobody said"),
    text("policy", "canonical policy name"),
    text("params", "all parameters of the policy, k=v;k=v"),
    text("admission", "admission policy; always = every miss is admitted"),
    text("prefetch", "prefetcher; none = nothing comes in but what is asked for"),
    integer("capacity", "objects or bytes", ">= 1", "capacity; size_mode says of what"),
    text("capacity_given", "the capacity as written, e.g. 1%"),
    words("size_mode", "unit, bytes", "unit: an object counts 1"),
    count("requests", "requests", "requests after the warm-up"),
    count("hits", "requests", "requests that found their object"),
    count("misses", "requests", "requests that did not"),
    share("hit_ratio", "hits / requests; 0 of no requests"),
    share("miss_ratio", "misses / requests; 0 of no requests"),
    count("bytes_requested", "bytes", "bytes asked for (objects in unit mode)"),
    count("bytes_hit", "bytes", "bytes found (objects in unit mode)"),
    share("byte_hit_ratio", "bytes_hit / bytes_requested; 0 of no bytes"),
    count(
        "compulsory_misses",
        "requests",
        "first requests of an object after the warm-up, which no cache without a prefetcher could hit",
    ),
    count("evictions", "objects", "objects removed to make room"),
    count("rejections", "requests", "misses that were not cached"),
    count("expirations", "objects", "objects removed because their TTL was over"),
    count("prefetches", "objects", "objects fetched before they were asked for"),
    count(
        "prefetch_hits",
        "requests",
        "first uses of objects that were fetched so, before the counting began or since",
    ),
    count("warmup_requests", "requests", "requests before the counting began"),
    words(
        "ttl_mode",
        "off, lazy, eager, lazy+renew, eager+renew",
        "when expired objects go; +renew: a hit restarts the TTL",
    ),
    text("ttl_given", "time to live as written: a duration, trace or off"),
    text("warmup_given", "warm-up as written; empty for none"),
    words("operations", "all-reads, read-only, look-aside", "what the operations of the trace meant"),
    words("size_change", "new, first, distinct", "what a changed size meant"),
    text(
        "blocks",
        "where requests are ranges of blocks: start, or bytes of the blocks they are expanded to; empty of others",
    ),
    text("filter", "which requests of the file were kept, k=v;k=v; empty for all"),
    integer("seed", "", ">= 0", "the user's seed"),
    integer("repetition", "", ">= 0", "which repetition, from 0"),
    number("seconds", "s", ">= 0", "time of the replay alone (differs between runs)"),
    number(
        "requests_per_second",
        "1/s",
        ">= 0",
        "requests * pass_cells / seconds, warm-up included (differs between runs)",
    ),
    integer("pass_cells", "cells", ">= 0", "cells that shared the pass"),
    count("objects", "objects", "distinct objects in the trace"),
    count("footprint_bytes", "bytes", "sum of the objects' sizes (objects in unit mode)"),
    text("version", "version of evictlab"),
];

/// Every column of a window, in order.
pub const WINDOW_COLUMNS: &[Column] = &[
    text("cell", "key of the cell in its sweep, as in the results; empty outside a sweep"),
    text("trace", "name of the trace file, or spec of the workload"),
    text("policy", "canonical policy name"),
    text("params", "all parameters of the policy, k=v;k=v"),
    text("admission", "admission policy"),
    text("prefetch", "prefetcher"),
    integer("capacity", "objects or bytes", ">= 1", "capacity of the cell"),
    integer("repetition", "", ">= 0", "which repetition, from 0"),
    integer("window", "", ">= 0", "number of the window, from 0; windows of time without requests are left out"),
    integer("start_request", "", ">= 0", "index of its first request in the trace, from 0"),
    integer("end_request", "", ">= 1", "index behind its last request"),
    number("start_seconds", "s", ">= 0", "time of its first request, since the first request of the trace"),
    number("end_seconds", "s", ">= 0", "time of its last request, likewise"),
    integer("requests", "requests", ">= 1", "requests in the window, after the warm-up"),
    count("hits", "requests", "those that found their object"),
    share("hit_ratio", "hits / requests; 0 of no requests"),
    count("bytes_requested", "bytes", "bytes asked for (objects in unit mode)"),
    count("bytes_hit", "bytes", "bytes found (objects in unit mode)"),
];

/// The columns of parameters that a sweep varies.
const PARAMETERS: Column = Column {
    name: "parameter_<name>",
    kind: Kind::Any,
    unit: "",
    range: "",
    meaning: "value of a parameter that the sweep varies, of the policy or the workload, a column each; empty where the \
              cell has no such parameter. In Parquet an integer, a number or a text, whichever holds all values",
};

pub(super) const RESULTS: File = File {
    name: "results.csv",
    formats: &["csv", "parquet", "jsonl", "json"],
    written_by: "run --output FILE, run --format; sweep run and sweep merge (without seconds, requests_per_second and \
                 pass_cells, which are in timings.csv); demo",
    about: "A row for each cell: trace, policy with its parameters, capacity, settings, seed, repetition.",
    columns: || COLUMNS.iter().copied().chain([PARAMETERS]).collect(),
};

pub(super) const TIMINGS: File = File {
    name: "timings.csv",
    formats: &["csv"],
    written_by: "sweep run, sweep merge",
    about: "The times of the cells of a sweep, which differ from run to run, a row for each cell. Joined with results.csv \
            by cell.",
    columns: || COLUMNS.iter().copied().filter(|column| Part::Timings.has(column.name)).collect(),
};

pub(super) const WINDOWS: File = File {
    name: "windows.csv",
    formats: &["csv", "parquet", "jsonl", "json"],
    written_by: "run --windows-output FILE; sweep run and sweep merge, where the spec has windows",
    about: "Hit ratio over time: a row for each window of each cell.",
    columns: || WINDOW_COLUMNS.to_vec(),
};
