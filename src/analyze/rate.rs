//! The request rate over time.

use crate::core::{SECOND, Time};
use crate::trace::Trace;
use serde::Serialize;

/// Spans of a trace that is long enough.
const SPANS: u64 = 100;

/// A span of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// When it begins, in seconds since the first request.
    pub from_seconds: f64,
    /// Requests in it.
    pub requests: u64,
    /// Requests per second in it.
    pub requests_per_second: f64,
    /// Bytes per second in it; where there are sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<f64>,
}

/// How many requests come when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// Length of a span, in seconds.
    pub span_seconds: f64,
    /// Requests per second of the whole trace.
    pub mean_requests_per_second: f64,
    /// Requests per second of the span that has most of them.
    pub peak_requests_per_second: f64,
    /// The latter over the former.
    pub peak_to_mean: f64,
    /// About a hundred spans of equal length, of which the last may be shorter.
    pub spans: Vec<Span>,
}

impl Rate {
    /// `None` without times, or where all requests come at one.
    ///
    /// Times are multiples of some unit, often a second, and a request then comes within that unit behind its time. A span is a
    /// whole number of units, so that none has more of them than another, and a trace of few units has fewer spans.
    pub(super) fn of(trace: &Trace) -> Option<Self> {
        let times = trace.times.as_deref()?;
        let unit = unit(times)?;
        let end = times.last()?.saturating_add(unit);
        let width = end.div_ceil(SPANS).div_ceil(unit) * unit;
        let mut counts = vec![(0u64, 0u64); end.div_ceil(width) as usize];
        // Times do not go back, so a span is a range of requests.
        let mut from = 0;
        for (count, border) in counts.iter_mut().zip(1u64..) {
            let to = from + times[from..].partition_point(|&time| time / width < border);
            let sizes = trace.sizes.as_ref().map(|sizes| sizes[from..to].iter().map(|&size| u64::from(size)).sum());
            *count = ((to - from) as u64, sizes.unwrap_or(0));
            from = to;
        }
        let span = |((requests, bytes), at): (&(u64, u64), u64)| {
            let begin = at * width;
            let length = super::seconds(width.min(end - begin));
            Span {
                from_seconds: super::seconds(begin),
                requests: *requests,
                requests_per_second: *requests as f64 / length,
                bytes_per_second: trace.sizes.is_some().then_some(*bytes as f64 / length),
            }
        };
        let spans: Vec<Span> = counts.iter().zip(0u64..).map(span).collect();
        let mean = times.len() as f64 / (end as f64 / SECOND as f64);
        let peak = spans.iter().map(|span| span.requests_per_second).fold(0.0, f64::max);
        Some(Self {
            span_seconds: super::seconds(width),
            mean_requests_per_second: mean,
            peak_requests_per_second: peak,
            peak_to_mean: peak / mean,
            spans,
        })
    }
}

/// The greatest number of which all times are multiples; `None` where all are 0.
fn unit(times: &[Time]) -> Option<Time> {
    let mut unit: Time = 0;
    let mut previous = 0;
    for &time in times {
        if time != previous && (unit == 0 || !time.is_multiple_of(unit)) {
            let (mut large, mut small) = (time, unit);
            while small != 0 {
                (large, small) = (small, large % small);
            }
            unit = large;
            if unit == 1 {
                break;
            }
        }
        previous = time;
    }
    (unit > 0).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(times: impl IntoIterator<Item = Time>) -> Option<Rate> {
        let times: Vec<Time> = times.into_iter().collect();
        let mut trace = Trace::from_keys("t", 0..times.len());
        trace.sizes = Some(vec![10; times.len()].into());
        trace.times = Some(times.into());
        Rate::of(&trace)
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9 * b.abs().max(1.0)
    }

    #[test]
    fn a_steady_trace_has_one_rate() {
        for (seconds, spans, width) in [(100, 100, 1.0), (7, 7, 1.0), (150, 75, 2.0), (1001, 91, 11.0)] {
            let found = rate((0..seconds * 3).map(|i| i / 3 * SECOND)).unwrap();
            assert_eq!(found.spans.len(), spans, "{seconds}");
            assert!(near(found.span_seconds, width) && near(found.mean_requests_per_second, 3.0), "{found:?}");
            assert!(near(found.peak_to_mean, 1.0), "no second is shared by two spans: {found:?}");
            assert!(found.spans.iter().all(|span| near(span.requests_per_second, 3.0)), "{found:?}");
            assert!(found.spans.iter().all(|span| near(span.bytes_per_second.unwrap(), 30.0)));
        }
    }

    #[test]
    fn a_burst_is_a_peak() {
        // One request a second for a thousand seconds, and in one of them ninety more.
        let found = rate((0..1000).flat_map(|s| vec![s * SECOND; if s == 555 { 91 } else { 1 }])).unwrap();
        assert_eq!((found.spans.len(), found.spans[55].requests), (100, 100));
        assert!(near(found.peak_requests_per_second, 10.0) && near(found.mean_requests_per_second, 1.09));
        assert!(near(found.spans[55].from_seconds, 550.0) && near(found.peak_to_mean, 10.0 / 1.09));
    }

    #[test]
    fn one_moment_has_no_rate() {
        assert_eq!(rate([0, 0, 0]), None);
        assert_eq!(Rate::of(&Trace::from_keys("t", [1, 2])), None);
        assert_eq!(rate([0, 3, 4]).unwrap().spans.len(), 5, "nanoseconds");
        assert_eq!((unit(&[0, 6, 15, 15]), unit(&[0, 8, 8]), unit(&[])), (Some(3), Some(8), None));
        // Nothing overflows at the end of time.
        assert_eq!(rate([0, Time::MAX - 1]).unwrap().spans.len(), 2);
    }
}
