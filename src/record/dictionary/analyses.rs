//! The dictionary of analyses of traces: one table, and the object that it is made of.

use super::{Column, File, count, number, share, text};

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

pub(super) const ANALYSIS_OBJECTS: File = File {
    name: "trace-analysis.json",
    formats: &["json", "jsonl"],
    written_by: "trace analyze --json, trace analyze --output FILE.json",
    about: "What a trace is like, as one object; several traces are a list, or a line each. Sections of what the trace has no \
            column for are null.",
    columns: || {
        vec![
            text("trace", "name of the trace file, or spec of the workload"),
            count("summary.requests", "requests", "number of requests"),
            count("summary.objects", "objects", "number of distinct objects"),
            number("summary.mean_frequency", "requests", ">= 0", "mean requests per object"),
            count("summary.max_frequency", "requests", "requests to the most popular object"),
            count("summary.one_hit_wonders", "objects", "objects asked for once"),
            number("summary.duration_seconds", "s", ">= 0", "from the first to the last request; null without times"),
            count(
                "summary.footprint_bytes",
                "bytes",
                "sum over the objects, each with the size seen last; null without sizes",
            ),
            count("summary.bytes_requested", "bytes", "sum over the requests; null without sizes"),
            share(
                "one_hit_wonders.windows[].objects_share",
                "objects of each window as a share of those of the trace: 0.001, 0.01, 0.1 where that is at least 10 objects, and 1 for the whole trace",
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
                "exponent by least squares over ranks of at least 10 requests, as in trace-info; null where there are too few",
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
            count(
                "reuse_distance_objects.requests",
                "requests",
                "requests to objects that were asked for before; null where no object comes again",
            ),
            number(
                "reuse_distance_objects.mean",
                "objects",
                ">= 0",
                "mean over these: distinct objects from one use to the next, the object itself counted",
            ),
            number("reuse_distance_objects.min", "objects", ">= 0", "the least"),
            number("reuse_distance_objects.max", "objects", ">= 0", "the largest"),
            share("reuse_distance_objects.quantiles[].quantile", "which quantile"),
            number(
                "reuse_distance_objects.quantiles[].value",
                "objects",
                ">= 0",
                "what this share of these requests does not surpass; at most 0.4 % too large",
            ),
            number(
                "reuse_distance_objects.bins[].up_to",
                "objects",
                ">= 0",
                "end of a bin, which begins above the end of the one before; eight to each doubling",
            ),
            count("reuse_distance_objects.bins[].requests", "requests", "requests in the bin"),
            share(
                "reuse_distance_objects.bins[].cumulative_share",
                "requests in this bin and those before, as a share of all requests of the trace; the hit ratio of an LRU cache of so many objects",
            ),
            count(
                "reuse_time_requests.requests",
                "requests",
                "requests to objects that were asked for before; null where no object comes again",
            ),
            number(
                "reuse_time_requests.mean",
                "requests",
                ">= 0",
                "mean over these: requests from one use to the next",
            ),
            number("reuse_time_requests.min", "requests", ">= 0", "the least"),
            number("reuse_time_requests.max", "requests", ">= 0", "the largest"),
            share("reuse_time_requests.quantiles[].quantile", "which quantile"),
            number(
                "reuse_time_requests.quantiles[].value",
                "requests",
                ">= 0",
                "what this share of these requests does not surpass; at most 0.4 % too large",
            ),
            number(
                "reuse_time_requests.bins[].up_to",
                "requests",
                ">= 0",
                "end of a bin, which begins above the end of the one before; eight to each doubling",
            ),
            count("reuse_time_requests.bins[].requests", "requests", "requests in the bin"),
            share(
                "reuse_time_requests.bins[].cumulative_share",
                "requests in this bin and those before, as a share of all requests of the trace",
            ),
            count(
                "reuse_time_seconds.requests",
                "requests",
                "requests to objects that were asked for before; null without times",
            ),
            number("reuse_time_seconds.mean", "s", ">= 0", "mean over these: seconds from one use to the next"),
            number("reuse_time_seconds.min", "s", ">= 0", "the least"),
            number("reuse_time_seconds.max", "s", ">= 0", "the largest"),
            share("reuse_time_seconds.quantiles[].quantile", "which quantile"),
            number(
                "reuse_time_seconds.quantiles[].value",
                "s",
                ">= 0",
                "what this share of these requests does not surpass; at most 0.4 % too large",
            ),
            number(
                "reuse_time_seconds.bins[].up_to",
                "s",
                ">= 0",
                "end of a bin, which begins above the end of the one before; eight to each doubling",
            ),
            count("reuse_time_seconds.bins[].requests", "requests", "requests in the bin"),
            share(
                "reuse_time_seconds.bins[].cumulative_share",
                "requests in this bin and those before, as a share of all requests of the trace",
            ),
            count(
                "ttl_seconds.requests",
                "requests",
                "requests that have a time to live; null where no request has one",
            ),
            number("ttl_seconds.mean", "s", ">= 0", "mean over these: time to live"),
            number("ttl_seconds.min", "s", ">= 0", "the least"),
            number("ttl_seconds.max", "s", ">= 0", "the largest"),
            share("ttl_seconds.quantiles[].quantile", "which quantile"),
            number(
                "ttl_seconds.quantiles[].value",
                "s",
                ">= 0",
                "what this share of these requests does not surpass; at most 0.4 % too large",
            ),
            number(
                "ttl_seconds.bins[].up_to",
                "s",
                ">= 0",
                "end of a bin, which begins above the end of the one before; eight to each doubling",
            ),
            count("ttl_seconds.bins[].requests", "requests", "requests in the bin"),
            share(
                "ttl_seconds.bins[].cumulative_share",
                "requests in this bin and those before, as a share of all requests of the trace",
            ),
            number(
                "size_bytes.mean_by_object",
                "bytes",
                ">= 0",
                "mean over the objects, each with the size seen last; null without sizes",
            ),
            number("size_bytes.mean_by_request", "bytes", ">= 0", "mean over the requests"),
            share("size_bytes.quantiles[].quantile", "which quantile"),
            number(
                "size_bytes.quantiles[].by_object",
                "bytes",
                ">= 0",
                "size that this share of the objects does not surpass; at most 0.4 % too large",
            ),
            number("size_bytes.quantiles[].by_request", "bytes", ">= 0", "likewise of the requests"),
            number(
                "size_bytes.bins[].up_to",
                "bytes",
                ">= 0",
                "end of a bin, which begins above the end of the one before; eight to each doubling",
            ),
            count("size_bytes.bins[].objects", "objects", "objects of such a size"),
            count("size_bytes.bins[].requests", "requests", "requests of such a size"),
            share("size_bytes.bins[].cumulative_objects_share", "share of the objects that are at most so large"),
            share("size_bytes.bins[].cumulative_requests_share", "likewise of the requests"),
            text("operations.mix[].operation", "what requests do, the most frequent first; null without operations"),
            count("operations.mix[].requests", "requests", "requests that do it"),
            share("operations.mix[].share", "their share of all requests"),
            number(
                "request_rate.span_seconds",
                "s",
                ">= 0",
                "length of a span, a whole number of the units of time of the trace; null without times",
            ),
            number("request_rate.mean_requests_per_second", "requests/s", ">= 0", "of the whole trace"),
            number("request_rate.peak_requests_per_second", "requests/s", ">= 0", "of the span that has most of them"),
            number("request_rate.peak_to_mean", "ratio", ">= 0", "the latter over the former"),
            number(
                "request_rate.spans[].from_seconds",
                "s",
                ">= 0",
                "beginning of a span, since the first request; about a hundred of equal length, of which the last may be shorter",
            ),
            count("request_rate.spans[].requests", "requests", "requests in the span"),
            number("request_rate.spans[].requests_per_second", "requests/s", ">= 0", "its rate"),
            number(
                "request_rate.spans[].bytes_per_second",
                "bytes/s",
                ">= 0",
                "bytes requested per second; only with sizes",
            ),
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
            share(
                "scans.requests_share",
                "requests in scans, runs of at least 100 requests to objects not asked for before",
            ),
            count("scans.scans", "scans", "number of scans"),
            count("scans.longest_requests", "requests", "requests of the longest"),
            share("scans.one_time_share", "share of the objects of scans that are asked for once in the whole trace"),
            share(
                "sequential.requests_share",
                "requests in runs of at least 16 whose keys rise or fall by the same number; null where keys are no integers",
            ),
            count("sequential.runs", "runs", "number of runs"),
            count("sequential.longest_requests", "requests", "requests of the longest"),
            number("sequential.stride", "as the key", "any", "what most requests in runs rise by; null without runs"),
            share(
                "loops.requests_share",
                "requests in runs of at least 16 with the same reuse distance (repeats aside): the same sequence of objects again",
            ),
            count("loops.longest_requests", "requests", "requests of the longest run"),
            count(
                "loops.length_objects",
                "objects",
                "reuse distance with the most requests in runs: objects of the loop; null where it has less than a hundredth of all requests",
            ),
            share("loops.length_share", "requests in runs at that distance"),
        ]
    },
};
