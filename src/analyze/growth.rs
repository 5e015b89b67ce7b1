//! The working set: how many objects, and how many bytes of them, were asked for so far, and in each hundredth of the trace
//! by itself.
//!
//! The number of distinct objects in the windows of a trace is what P. J. Denning calls the working-set size: The working set
//! model for program behavior. Communications of the ACM 11(5), 1968. <https://doi.org/10.1145/363095.363141>

use crate::trace::Trace;
use serde::Serialize;
use std::ops::Range;

/// Windows of a trace that has as many requests.
const WINDOWS: u64 = 100;

/// The end of a window of requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grown {
    /// Requests up to here.
    pub requests: u64,
    /// When the last of them came, in seconds since the first; where there are times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Distinct objects up to here.
    pub objects: u64,
    /// Their bytes, each with the size seen last; where there are sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Distinct objects in the window that ends here.
    pub window_objects: u64,
}

/// How the working set grows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkingSet {
    /// Mean of the distinct objects in a window.
    pub mean_window_objects: f64,
    /// The ends of a hundred windows of equally many requests (up to one), or of a window for each request of a short trace.
    pub points: Vec<Grown>,
}

/// The windows of a trace of so many requests, none of them empty.
pub(super) fn windows(requests: usize) -> impl Iterator<Item = Range<usize>> {
    let count = WINDOWS.min(requests as u64);
    let end = move |window: u64| (requests as u64 * window / count) as usize;
    (0..count).map(move |window| end(window)..end(window + 1))
}

impl WorkingSet {
    /// `distinct` are the objects of each window, `footprints` the bytes of the objects up to the end of each.
    pub(super) fn of(trace: &Trace, distinct: &[u64], footprints: Option<&[u64]>) -> Self {
        let mut objects = 0;
        let mut points = Vec::with_capacity(distinct.len());
        for (at, (range, &window_objects)) in windows(trace.requests()).zip(distinct).enumerate() {
            let end = range.end;
            objects = trace.objects_after(objects, range);
            points.push(Grown {
                requests: end as u64,
                seconds: trace.times.as_ref().map(|times| super::seconds(times[end - 1])),
                objects: objects as u64,
                bytes: footprints.and_then(|footprints| footprints.get(at).copied()),
                window_objects,
            });
        }
        let mean_window_objects = distinct.iter().sum::<u64>() as f64 / distinct.len().max(1) as f64;
        Self { mean_window_objects, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_trace_once() {
        for requests in [0, 1, 7, 99, 100, 101, 12_345] {
            let all: Vec<usize> = windows(requests).flatten().collect();
            assert_eq!(all, (0..requests).collect::<Vec<_>>());
            assert!(windows(requests).all(|range| !range.is_empty()));
            assert_eq!(windows(requests).count(), requests.min(100));
        }
    }
}
