//! The small logs in `traces/samples`, written by hand, and how tests look at a trace.

use crate::core::{NEVER, SECOND, Time};
use crate::trace::{Columns, LoadOptions, Trace, load, load_bytes};
use proptest::prelude::*;
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

/// What lines of logs are made of.
const MARKS: &[u8] = b"\"\\[]<>(){}=, \n\r:.+-09ax\xff";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damaged_logs_never_panic(
        log in 0usize..3,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0usize..9, prop::sample::select(MARKS.to_vec())), 1..12),
    ) {
        let (name, format) = [
            (ACCESS, "combined:status=all"),
            (MONITOR, "redis"),
            (CALLS, "strace:calls=all,failed=true"),
        ][log];
        let mut text = std::fs::read(path(name)).unwrap();
        for (at, length, byte) in damage {
            let at = at.index(text.len());
            let end = text.len().min(at + length);
            text.splice(at..end, [byte]);
        }
        for format in [Some(format), None] {
            let options = LoadOptions { format: format.map(Into::into), columns: Columns::ALL, ..LoadOptions::default() };
            if let Ok(loaded) = load_bytes("f", text.clone(), &options) {
                loaded.trace.validate().unwrap();
            }
        }
    }
}
