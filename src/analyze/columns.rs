//! What optional columns hold: operations and times to live.

use super::bins::{Distribution, Histogram};
use crate::core::{NEVER, SECOND};
use crate::trace::Trace;
use serde::Serialize;

/// How often something is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// What is done, by its name.
    pub operation: &'static str,
    /// Requests that do it.
    pub requests: u64,
    /// Their share of all requests, 0 to 1.
    pub share: f64,
}

/// What requests do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operations {
    /// The operations that occur, most frequent first; equally frequent ones by name.
    pub mix: Vec<Operation>,
}

impl Operations {
    /// `None` where the trace has no operations.
    pub(super) fn of(trace: &Trace) -> Option<Self> {
        trace.ops.as_ref()?;
        let mut mix: Vec<Operation> = Vec::new();
        let mut last = 0;
        for index in 0..trace.requests() {
            let operation = trace.op(index).name();
            // Most requests do what the one before did.
            if mix.get(last).is_none_or(|known| known.operation != operation) {
                last = mix.iter().position(|known| known.operation == operation).unwrap_or(mix.len());
                if last == mix.len() {
                    mix.push(Operation { operation, requests: 0, share: 0.0 });
                }
            }
            mix[last].requests += 1;
        }
        for operation in &mut mix {
            operation.share = operation.requests as f64 / trace.requests() as f64;
        }
        mix.sort_by(|a, b| b.requests.cmp(&a.requests).then(a.operation.cmp(b.operation)));
        Some(Self { mix })
    }
}

/// Times to live, in seconds, over the requests that have one; `None` where none has.
pub(super) fn ttl_seconds(trace: &Trace) -> Option<Distribution> {
    let mut counted = Histogram::new();
    trace.ttls.as_ref()?.iter().filter(|&&ttl| ttl != NEVER).for_each(|&ttl| counted.add(ttl));
    Distribution::of(&counted, SECOND as f64, trace.requests())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Columns, LoadOptions, load_bytes};

    #[test]
    fn operations_and_times_to_live_by_hand() {
        let text = "time,id,op,ttl\n0,a,get,\n1,b,set,5\n2,a,get,\n3,b,set,20\n4,a,get,\n5,c,delete,\n6,a,set,5\n";
        let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
        let trace = load_bytes("t.csv", text.as_bytes(), &options).unwrap().trace;
        let found = Operations::of(&trace).unwrap();
        let mix: Vec<(&str, u64)> = found.mix.iter().map(|own| (own.operation, own.requests)).collect();
        assert_eq!(mix, [("get", 3), ("set", 3), ("delete", 1)]);
        assert!((found.mix[2].share - 1.0 / 7.0).abs() < 1e-12);
        let found = ttl_seconds(&trace).unwrap();
        assert_eq!((found.requests, found.min, found.max), (3, 5.0, 20.0));
        assert!((found.mean - 10.0).abs() < 1e-9 && (found.quantiles[5].value - 5.0).abs() < 1e-12);
        assert!((found.bins.last().unwrap().cumulative_share - 3.0 / 7.0).abs() < 1e-12);
        let plain = Trace::from_keys("t", [1]);
        assert!(Operations::of(&plain).is_none() && ttl_seconds(&plain).is_none());
    }
}
