//! The dictionary of hit-ratio curves.

use super::{Column, File, count, integer, number, share, text, words};

/// Every column of a curve, in order.
pub const CURVE_COLUMNS: &[Column] = &[
    integer("schema", "", ">= 1", "version of this layout"),
    words("status", "ok, failed", "whether the point is valid"),
    text("error", "why the point failed; empty otherwise"),
    text("trace", "name of the trace file, or spec of the workload"),
    text("policy", "canonical policy name; of a bound infinite, belady-size, pfoo-l or pfoo-u"),
    text("params", "all parameters of the policy, k=v;k=v"),
    words(
        "method",
        "exact, batch, replay, shards, minisim, bound",
        "exact: all sizes from one pass; batch: many sizes in one pass; replay: a pass for each size; shards, minisim: \
         estimated from a sample of the objects; bound: no policy reaches more (pfoo-l, infinite), or one that knows the \
         future reaches so much (pfoo-u, belady-size)",
    ),
    words("size_mode", "unit, bytes", "unit: an object counts 1"),
    integer("capacity", "objects or bytes", ">= 1", "capacity; size_mode says of what"),
    text("capacity_given", "the capacity as written; empty in a whole curve, whose points are where it changes"),
    integer("window", "", ">= 0", "number of the window, from 0; 0 where the whole trace is one"),
    integer("start_request", "", ">= 0", "index of the first request counted, from 0"),
    integer("end_request", "", ">= 0", "index behind the last request counted"),
    number("start_seconds", "s", ">= 0", "time of the first request counted, since the first request of the trace"),
    number("end_seconds", "s", ">= 0", "time of the last request counted, likewise"),
    count("requests", "requests", "requests counted, after the warm-up and in the window"),
    count("requests_used", "requests", "requests that the method looked at after sampling, warm-up included"),
    count("hits", "requests", "requests that found their object; of a sample the estimate, rounded"),
    share("hit_ratio", "hits / requests; 0 of no requests"),
    share("miss_ratio", "1 - hit_ratio; 0 of no requests"),
    share("byte_hit_ratio", "bytes found of the bytes asked for; in unit mode the hit ratio"),
    share("ci_low", "lower end of the 95 % interval of the hit ratio; the hit ratio where it is exact"),
    share("ci_high", "upper end of it"),
    share("sample_rate", "share of the objects that was sampled; 1 where all were used"),
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
    count("objects", "objects", "distinct objects in the trace"),
    count("footprint_bytes", "bytes", "sum of the objects' sizes (objects in unit mode)"),
    number("seconds", "s", ">= 0", "time of the pass that the point comes from (differs between runs)"),
    integer("pass_points", "points", ">= 1", "points that the pass gave"),
    text("version", "version of evictlab"),
];

pub(super) const CURVES: File = File {
    name: "curves.csv",
    formats: &["csv", "parquet", "jsonl", "json"],
    written_by: "curve --output FILE, curve --format",
    about: "Hit-ratio curves: a row for each capacity (and window) of each policy, with the method that found it and its \
            interval.",
    columns: || CURVE_COLUMNS.to_vec(),
};
