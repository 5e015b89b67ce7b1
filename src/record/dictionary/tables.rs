//! The dictionary of what is made of results, and of what is said of traces.

use super::{Column, File, any, count, integer, number, text, words};

/// Every column of a summary.
pub const SUMMARY_COLUMNS: &[Column] = &[
    text(
        "table",
        "reduction:<baseline>, behind-best:<baseline>, wins, ranks, friedman or gap; titles and notes are in the table \
         for people",
    ),
    text("series", "policy, with parameters where they tell series apart; empty in friedman"),
    text("size", "cache size as written; all = all sizes together"),
    text(
        "circumstance",
        "what was varied besides policies, traces and sizes: time to live, warm-up, operations, filter, ...; empty where \
         nothing was",
    ),
    words(
        "statistic",
        "n, datasets, mean, low, high, p10, p25, p50, p75, p90, wins, ties, losses, share, left_out, rank, chi_square, chi_square_p, f, f_p, \
         critical_difference",
        "n: places, or traces in ranks and friedman; datasets: that they are of; low, high: ends of the interval of the mean; p10: a tenth of the \
         places is below; wins, ties, losses: places; share: of places won; left_out: places without it or without what it is compared with; rank: mean, 1 is the lowest miss ratio",
    ),
    number("value", "ratio or count", "any", "the number; reductions, shares and gaps are parts of 1, not percent"),
];

/// Every column of a comparison.
pub const COMPARE_COLUMNS: &[Column] = &[
    words("change", "changed, only_a, only_b", "whether the cell changed, or is on one side only"),
    text("trace", "of the cell, as the columns up to repetition: those of its row"),
    text("dataset", "group of traces"),
    text("policy", "canonical policy name"),
    text("params", "all parameters of the policy, k=v;k=v"),
    text("admission", "admission policy"),
    text("prefetch", "prefetcher"),
    text("capacity_given", "the capacity as written"),
    words("size_mode", "unit, bytes", "unit: an object counts 1"),
    text("ttl_mode", "when expired objects go"),
    text("ttl_given", "time to live as written"),
    text("warmup_given", "warm-up as written"),
    text("operations", "what the operations of the trace meant"),
    text("size_change", "what a changed size meant"),
    text("blocks", "what ranges of blocks meant"),
    text("filter", "which requests of the file were kept"),
    text("parameters", "what the sweep varied and no column has, name=value;name=value"),
    integer("seed", "", ">= 0", "the user's seed"),
    integer("repetition", "", ">= 0", "which repetition, from 0"),
    text("column", "column of results.csv that differs; empty for a cell on one side only"),
    any("a", "its value in A, of the type of the column; empty for a cell on one side only"),
    any("b", "its value in B, likewise"),
    number("difference", "as the column", "any", "b - a; empty where they are no numbers"),
];

pub(super) const SUMMARY: File = File {
    name: "summary.csv",
    formats: &["csv", "parquet", "jsonl", "json"],
    written_by: "summary --output FILE, --format",
    about: "What many results say together: a row for each number of each table.",
    columns: || SUMMARY_COLUMNS.to_vec(),
};

pub(super) const COMPARE: File = File {
    name: "compare.csv",
    formats: &["csv", "parquet", "jsonl", "json"],
    written_by: "compare --output FILE, --format",
    about: "What differs between two sets of results, A and B: a row for each column of a cell that changed, and for each \
            cell that is on one side only. In JSON they are the list differences of an object, whose other members are \
            the numbers of cells equal, within_tolerance, changed, only_a and only_b, and the list speed: by policy, the \
            quartiles of the requests per second of B over those of A.",
    columns: || COMPARE_COLUMNS.to_vec(),
};

pub(super) const TRACE_INFO: File = File {
    name: "trace-info.csv",
    formats: &["csv", "jsonl", "json"],
    written_by: "trace info --format (on stdout)",
    about: "A trace in numbers: a row for each trace. Columns of what no trace has are left out (sizes, operations, times to \
            live).",
    columns: || {
        vec![
            text("trace", "name of the trace"),
            count("requests", "requests", "number of requests"),
            count("objects", "objects", "number of distinct objects"),
            count("one_hit_wonders", "objects", "objects asked for once"),
            count("max_frequency", "requests", "requests to the most popular object"),
            number("mean_frequency", "requests", ">= 0", "mean requests per object"),
            number("zipf_alpha", "", ">= 0", "exponent of Zipf's law that fits best; empty where none does"),
            number("duration_seconds", "s", ">= 0", "from the first to the last request; empty without times"),
            count("footprint_bytes", "bytes", "sum over the objects, each with the size seen last"),
            count("bytes_requested", "bytes", "sum over the requests"),
            number("mean_bytes", "bytes", ">= 0", "mean size of a request"),
            count("min_bytes", "bytes", "size of the smallest request"),
            count("max_bytes", "bytes", "size of the largest request"),
            count("reads", "requests", "requests that read"),
            count("sets", "requests", "requests that write"),
            count("deletes", "requests", "requests that remove"),
            count("requests_with_ttl", "requests", "requests that have a time to live"),
            number("min_ttl_seconds", "s", ">= 0", "the shortest time to live; empty where there is none"),
            number("max_ttl_seconds", "s", ">= 0", "the longest, likewise"),
            count("tenants", "", "those who have requests; where the trace says whose they are"),
            text("top_tenants[].name", "one of the ten with the most requests; in JSON only"),
            count("top_tenants[].requests", "requests", "its requests; in JSON only"),
            text("top_objects[].key", "key of one of the ten most popular objects; in JSON only"),
            count("top_objects[].requests", "requests", "requests to it; in JSON only"),
        ]
    },
};

pub(super) const TRACE_HEAD: File = File {
    name: "trace-head.csv",
    formats: &["csv", "jsonl", "json"],
    written_by: "trace head --format (on stdout)",
    about: "The first requests of a trace as they were understood: a row for each. Empty where the trace has no such column.",
    columns: || {
        vec![
            integer("index", "", ">= 0", "which request, from 0"),
            text("key", "key of the object, as the file has it"),
            integer("object", "", ">= 0", "number of the object, in order of first appearance"),
            number("seconds", "s", ">= 0", "time since the first request"),
            count("size", "bytes", "size of the object"),
            words("operation", "get, set, delete", "what is done"),
            number("ttl_seconds", "s", ">= 0", "time to live; empty for none"),
            text("tenant", "whose request it is"),
            integer("prompt", "", ">= 0", "which prompt of a language model the block belongs to, from 0"),
            integer("depth", "", ">= 0", "blocks of the prompt before this one"),
        ]
    },
};

pub(super) const TRACE: File = File {
    name: "trace.csv",
    formats: &["csv"],
    written_by: "trace generate, trace convert and trace filter --output FILE.csv, also compressed",
    about: "A trace: a row for each request, with those of the columns that the trace has. Other formats: evictlab formats.",
    columns: || {
        vec![
            number("time", "s", ">= 0", "time since the first request"),
            text("id", "key of the object"),
            count("size", "bytes", "size of the object"),
            words("op", "get, set, delete", "what is done"),
            number("ttl", "s", ">= 0", "time to live; empty for none"),
            text("tenant", "whose request it is"),
        ]
    },
};
