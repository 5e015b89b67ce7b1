//! The small logs in `traces/samples`, written by hand, and how tests look at a trace.

use crate::core::{NEVER, SECOND, Time};
use crate::trace::{Columns, LoadOptions, Trace, load};
use std::path::PathBuf;

pub(super) const ACCESS: &str = "access.log";
pub(super) const MONITOR: &str = "monitor.redis";
pub(super) const CALLS: &str = "calls.strace";

/// Where the file of this name is.
pub(super) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/traces/samples")).join(name)
}

/// The file of this name in `traces/samples`, of the format told or found.
pub(super) fn sample(name: &str, format: Option<&str>) -> Trace {
    let options = LoadOptions { format: format.map(Into::into), columns: Columns::ALL, ..LoadOptions::default() };
    let trace = load(&path(name), &options, &|_, _| ()).unwrap().trace;
    trace.validate().unwrap();
    trace
}

/// Key, operation, size, seconds and time to live of a request; `-` for what the trace does not have.
pub(super) fn row(trace: &Trace, i: usize) -> String {
    let seconds = |time: Time| if time == NEVER { "never".into() } else { (time as f64 / SECOND as f64).to_string() };
    let dash = || "-".to_string();
    let size = trace.sizes.as_ref().map_or_else(dash, |sizes| sizes[i].to_string());
    let time = trace.times.as_ref().map_or_else(dash, |times| seconds(times[i]));
    let ttl = trace.ttls.as_ref().map_or_else(|| "never".into(), |ttls| seconds(ttls[i]));
    format!("{} {} {size} {time} {ttl}", trace.keys.show(trace.ids[i]), trace.op(i).name())
}
