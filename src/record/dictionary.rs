//! The data dictionary: the columns of every file, with type, unit and meaning. What is written, what is read back and
//! what `evictlab dictionary` prints follow from it.

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// A whole number from 0 to 2^64 - 1.
    Integer,
    /// An IEEE double, finite, written with all its digits.
    Number,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Number => "number",
        }
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header; `parameter_<name>` stands for as many columns as parameters are varied.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its unit; empty where there is none.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// A column of texts.
pub(super) const fn text(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Text, unit: "", meaning }
}

/// A column of whole numbers.
pub(super) const fn integer(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Integer, unit, meaning }
}

/// A column of numbers.
pub(super) const fn number(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Number, unit, meaning }
}

/// Every column of the result row, in order, but those of parameters.
pub const COLUMNS: &[Column] = &[
    integer("schema", "", "version of this layout"),
    text("cell", "key of the cell in its sweep, 16 hexadecimal digits; empty outside a sweep"),
    text("status", "ok or failed"),
    text("error", "why the cell failed; empty otherwise"),
    text("trace", "name of the trace file, or spec of the workload"),
    text("dataset", "group of traces that this one belongs to; empty where nobody said"),
    text("policy", "canonical policy name"),
    text("params", "all parameters of the policy, k=v;k=v"),
    text("admission", "admission policy; always = every miss is admitted"),
    integer("capacity", "objects or bytes", "capacity; size_mode says of what"),
    text("capacity_given", "the capacity as written, e.g. 1%"),
    text("size_mode", "unit (an object counts 1) or bytes"),
    integer("requests", "requests", "requests after the warm-up"),
    integer("hits", "requests", "requests that found their object"),
    integer("misses", "requests", "requests that did not"),
    number("hit_ratio", "ratio", "hits / requests"),
    number("miss_ratio", "ratio", "misses / requests"),
    integer("bytes_requested", "bytes", "bytes asked for (objects in unit mode)"),
    integer("bytes_hit", "bytes", "bytes found (objects in unit mode)"),
    number("byte_hit_ratio", "ratio", "bytes_hit / bytes_requested"),
    integer("compulsory_misses", "requests", "first requests of an object after the warm-up, which no cache could hit"),
    integer("evictions", "objects", "objects removed to make room"),
    integer("rejections", "requests", "misses that were not cached"),
    integer("expirations", "objects", "objects removed because their TTL was over"),
    integer("warmup_requests", "requests", "requests before the counting began"),
    text("ttl_mode", "off, lazy or eager; +renew where a hit restarts the TTL"),
    text("ttl_given", "time to live as written: a duration, trace or off"),
    text("warmup_given", "warm-up as written; empty for none"),
    text("operations", "what operations meant: all-reads, read-only or look-aside"),
    text("size_change", "what a changed size meant: new, first or distinct"),
    text("filter", "which requests of the file were kept, k=v;k=v; empty for all"),
    integer("seed", "", "the user's seed"),
    integer("repetition", "", "which repetition, from 0"),
    number("seconds", "s", "time of the replay alone (differs between runs)"),
    number("requests_per_second", "1/s", "requests * pass_cells / seconds, warm-up included (differs between runs)"),
    integer("pass_cells", "cells", "cells that shared the pass"),
    integer("objects", "objects", "distinct objects in the trace"),
    integer("footprint_bytes", "bytes", "sum of the objects' sizes (objects in unit mode)"),
    text("version", "version of evictlab"),
];

/// Every column of a window, in order.
pub const WINDOW_COLUMNS: &[Column] = &[
    text("cell", "key of the cell in its sweep, as in the results; empty outside a sweep"),
    text("trace", "name of the trace file, or spec of the workload"),
    text("policy", "canonical policy name"),
    text("params", "all parameters of the policy, k=v;k=v"),
    integer("capacity", "objects or bytes", "capacity of the cell"),
    integer("repetition", "", "which repetition, from 0"),
    integer("window", "", "number of the window, from 0; windows of time without requests are left out"),
    integer("start_request", "", "index of its first request in the trace, from 0"),
    integer("end_request", "", "index behind its last request"),
    number("start_seconds", "s", "time of its first request, since the first request of the trace"),
    number("end_seconds", "s", "time of its last request, likewise"),
    integer("requests", "requests", "requests in the window, after the warm-up"),
    integer("hits", "requests", "those that found their object"),
    number("hit_ratio", "ratio", "hits / requests"),
    integer("bytes_requested", "bytes", "bytes asked for (objects in unit mode)"),
    integer("bytes_hit", "bytes", "bytes found (objects in unit mode)"),
];
