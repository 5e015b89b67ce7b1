//! The dictionary of analyses of traces: one table, and the object that it is made of.

use super::{Column, File, count, number, object, share, text};

/// Every column of an analysis.
pub const ANALYSIS_COLUMNS: &[Column] = &[
    text("trace", "name of the trace file, or spec of the workload"),
    text(
        "section",
        "what the number is about, as the members of the JSON object: summary, one_hit_wonders, popularity, \
         reuse_distance_objects, reuse_time_requests, reuse_time_seconds, size_bytes, operations, ttl_seconds, request_rate, \
         working_set, scans, sequential or loops; sections of what the trace has no column for have no rows",
    ),
    text(
        "name",
        "which number, as in the JSON object below the section: mean, or list.member for the items of a list (bins.requests); \
         mix.get.requests for those of the operation get",
    ),
    text(
        "x_name",
        "what x is: the first member of the list's items (rank, quantile, up_to, ...); empty outside of lists",
    ),
    number("x", "see x_name", "any", "where on the axis of the list; empty outside of lists"),
    number("value", "see name", "any", "the number"),
];

pub(super) const ANALYSES: File = File {
    name: "trace-analysis.csv",
    formats: &["csv", "parquet"],
    written_by: "trace analyze --output FILE, trace analyze --format csv",
    about: "What traces are like: a row for each number. The numbers and names are those of trace-analysis.json.",
    columns: || ANALYSIS_COLUMNS.to_vec(),
};

/// The members of a distribution: the name of its section, its unit, which requests have the number, when there is none, and
/// what is to be said of its cumulative shares besides.
macro_rules! distribution {
    ($section:literal, $unit:literal, $which:literal, $absent:literal, $share:literal) => {
        &[
            object($section, $absent),
            count(concat!($section, ".requests"), "requests", $which),
            number(concat!($section, ".mean"), $unit, ">= 0", "mean over these"),
            number(concat!($section, ".min"), $unit, ">= 0", "the least"),
            number(concat!($section, ".max"), $unit, ">= 0", "the largest"),
            share(concat!($section, ".quantiles[].quantile"), "which quantile"),
            number(
                concat!($section, ".quantiles[].value"),
                $unit,
                ">= 0",
                "what this share of these requests does not surpass; at most 0.4 % too large",
            ),
            number(concat!($section, ".bins[].up_to"), $unit, ">= 0", BIN),
            count(concat!($section, ".bins[].requests"), "requests", "requests in the bin"),
            share(
                concat!($section, ".bins[].cumulative_share"),
                concat!("requests in this bin and those before, as a share of all requests of the trace", $share),
            ),
        ]
    };
}

/// What a bin is.
const BIN: &str = "end of a bin, which begins above the end of the one before; eight to each doubling";

const REUSE_DISTANCE: &[Column] = distribution!(
    "reuse_distance_objects",
    "objects",
    "requests to objects that were asked for before; the distance is the number of distinct objects since then, the object \
     itself counted",
    "null where no object comes again",
    "; the hit ratio of an LRU cache of so many objects"
);

const REUSE_TIME_REQUESTS: &[Column] = distribution!(
    "reuse_time_requests",
    "requests",
    "requests to objects that were asked for before; 1 repeats the request before",
    "null where no object comes again",
    ""
);

const REUSE_TIME_SECONDS: &[Column] = distribution!(
    "reuse_time_seconds",
    "s",
    "requests to objects that were asked for before",
    "null without times, or where no object comes again",
    ""
);

const TTL_SECONDS: &[Column] =
    distribution!("ttl_seconds", "s", "requests that have a time to live", "null where no request has one", "");

const TRACE: &[Column] = &[text("trace", "name of the trace file, or spec of the workload")];

const SUMMARY: &[Column] = &[
    count("summary.requests", "requests", "number of requests"),
    count("summary.objects", "objects", "number of distinct objects"),
    number("summary.mean_frequency", "requests", ">= 0", "mean requests per object"),
    count("summary.max_frequency", "requests", "requests to the most popular object"),
    count("summary.one_hit_wonders", "objects", "objects asked for once"),
    number("summary.duration_seconds", "s", ">= 0", "from the first to the last request; null without times"),
    count("summary.footprint_bytes", "bytes", "sum over the objects, each with the size seen last; null without sizes"),
    count("summary.bytes_requested", "bytes", "sum over the requests; null without sizes"),
];

const ONE_HIT_WONDERS: &[Column] = &[
    share(
        "one_hit_wonders.windows[].objects_share",
        "objects of each window as a share of those of the trace: 0.001, 0.01, 0.1 where that is at least 10 \
         objects, and 1 for the whole trace",
    ),
    count("one_hit_wonders.windows[].objects", "objects", "objects of each window"),
    count(
        "one_hit_wonders.windows[].windows",
        "windows",
        "windows that have so many; they follow one another, each as long as it can be",
    ),
    number("one_hit_wonders.windows[].mean_requests", "requests", ">= 0", "mean requests of these windows"),
    share(
        "one_hit_wonders.windows[].one_hit_share",
        "share of the objects of a window that are asked for once in it, mean of the windows",
    ),
];

const POPULARITY: &[Column] = &[
    number(
        "popularity.zipf_alpha",
        "",
        ">= 0",
        "exponent of Zipf's law by maximum likelihood over all ranks; null with fewer than two objects",
    ),
    number(
        "popularity.zipf_alpha_error",
        "",
        ">= 0",
        "its standard error, from the observed information, if ranks were known and requests independent",
    ),
    share("popularity.zipf_ks_distance", "Kolmogorov-Smirnov distance between the trace and the law"),
    number(
        "popularity.zipf_first_requests",
        "requests",
        ">= 0",
        "requests that the law gives to rank 1; to rank r it gives this times r^-alpha",
    ),
    number(
        "popularity.zipf_alpha_least_squares",
        "",
        ">= 0",
        "exponent by least squares over ranks a tenth apart down to the last of at least 10 requests, as in trace-info; null with \
         fewer than 5 such ranks",
    ),
    share(
        "popularity.top_hundredth_share",
        "share of the requests that go to the most popular hundredth of the objects",
    ),
    share("popularity.top_tenth_share", "likewise to the most popular tenth"),
    count(
        "popularity.ranks[].rank",
        "",
        "1 is the most popular object; the first 16 ranks, then steps of a sixteenth, then the last",
    ),
    count("popularity.ranks[].requests", "requests", "requests to the object of this rank"),
];

const SIZE_BYTES: &[Column] = &[
    object("size_bytes", "null without sizes"),
    number(
        "size_bytes.mean_by_object",
        "bytes",
        ">= 0",
        "mean over the objects, each with the size seen last; null without sizes",
    ),
    number("size_bytes.mean_by_request", "bytes", ">= 0", "mean over the requests"),
    number("size_bytes.min_by_object", "bytes", ">= 0", "the smallest of an object"),
    number("size_bytes.min_by_request", "bytes", ">= 0", "the smallest of a request"),
    number("size_bytes.max_by_object", "bytes", ">= 0", "the largest of an object"),
    number("size_bytes.max_by_request", "bytes", ">= 0", "the largest of a request"),
    share("size_bytes.quantiles[].quantile", "which quantile"),
    number(
        "size_bytes.quantiles[].by_object",
        "bytes",
        ">= 0",
        "size that this share of the objects does not surpass; at most 0.4 % too large",
    ),
    number("size_bytes.quantiles[].by_request", "bytes", ">= 0", "likewise of the requests"),
    number("size_bytes.bins[].up_to", "bytes", ">= 0", BIN),
    count("size_bytes.bins[].objects", "objects", "objects of such a size"),
    count("size_bytes.bins[].requests", "requests", "requests of such a size"),
    share("size_bytes.bins[].cumulative_objects_share", "share of the objects that are at most so large"),
    share("size_bytes.bins[].cumulative_requests_share", "likewise of the requests"),
];

const OPERATIONS: &[Column] = &[
    object("operations", "null without operations"),
    text("operations.mix[].operation", "what requests do, the most frequent first"),
    count("operations.mix[].requests", "requests", "requests that do it"),
    share("operations.mix[].share", "their share of all requests"),
];

const REQUEST_RATE: &[Column] = &[
    object("request_rate", "null without times, or where all are the same"),
    number(
        "request_rate.span_seconds",
        "s",
        ">= 0",
        "length of a span, a whole number of the units of time of the trace",
    ),
    number("request_rate.mean_requests_per_second", "requests/s", ">= 0", "of the whole trace"),
    number("request_rate.peak_requests_per_second", "requests/s", ">= 0", "of the span that has most of them"),
    number("request_rate.peak_to_mean", "ratio", ">= 0", "the latter over the former"),
    number(
        "request_rate.spans[].from_seconds",
        "s",
        ">= 0",
        "beginning of a span, since the first request; about a hundred of equal length, of which the last may be \
         shorter",
    ),
    count("request_rate.spans[].requests", "requests", "requests in the span"),
    number("request_rate.spans[].requests_per_second", "requests/s", ">= 0", "its rate"),
    number("request_rate.spans[].bytes_per_second", "bytes/s", ">= 0", "bytes requested per second; only with sizes"),
];

const WORKING_SET: &[Column] = &[
    number("working_set.mean_window_objects", "objects", ">= 0", "mean of the distinct objects in a window"),
    count(
        "working_set.points[].requests",
        "requests",
        "requests up to the end of a window; a hundred windows of equally many requests",
    ),
    number("working_set.points[].seconds", "s", ">= 0", "time of the last of them; only with times"),
    count("working_set.points[].objects", "objects", "distinct objects up to there"),
    count("working_set.points[].bytes", "bytes", "their bytes, each with the size seen last; only with sizes"),
    count("working_set.points[].window_objects", "objects", "distinct objects in the window that ends there"),
];

const SCANS: &[Column] = &[
    share("scans.requests_share", "requests in scans, runs of at least 100 requests to objects not asked for before"),
    count("scans.scans", "scans", "number of scans"),
    count("scans.longest_requests", "requests", "requests of the longest"),
    share("scans.one_time_share", "share of the objects of scans that are asked for once in the whole trace"),
];

const SEQUENTIAL: &[Column] = &[
    object("sequential", "null where keys are no integers"),
    share("sequential.requests_share", "requests in runs of at least 16 whose keys rise or fall by the same number"),
    count("sequential.runs", "runs", "number of runs"),
    count("sequential.longest_requests", "requests", "requests of the longest"),
    number("sequential.stride", "as the key", "any", "what most requests in runs rise by; null without runs"),
];

const LOOPS: &[Column] = &[
    share(
        "loops.requests_share",
        "requests in runs of at least 16 with the same reuse distance (repeats aside): the same sequence of \
         objects again",
    ),
    count("loops.longest_requests", "requests", "requests of the longest run"),
    count(
        "loops.length_objects",
        "objects",
        "reuse distance with the most requests in runs: objects of the loop; null where it has less than a \
         hundredth of all requests",
    ),
    share("loops.length_share", "requests in runs at that distance"),
];

pub(super) const ANALYSIS_OBJECTS: File = File {
    name: "trace-analysis.json",
    formats: &["json", "jsonl"],
    written_by: "trace analyze --json, trace analyze --output FILE.json",
    about: "What a trace is like, as one object; several traces are a list, or a line each. Sections of what the trace has no \
            column for are null.",
    columns: || {
        [
            TRACE,
            SUMMARY,
            ONE_HIT_WONDERS,
            POPULARITY,
            REUSE_DISTANCE,
            REUSE_TIME_REQUESTS,
            REUSE_TIME_SECONDS,
            TTL_SECONDS,
            SIZE_BYTES,
            OPERATIONS,
            REQUEST_RATE,
            WORKING_SET,
            SCANS,
            SEQUENTIAL,
            LOOPS,
        ]
        .concat()
    },
};
