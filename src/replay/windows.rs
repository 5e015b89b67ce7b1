//! Where a replay is cut: the end of the warm-up, and the ends of windows.

use crate::core::{Error, Result, Time, quantity};
use crate::engine::View;
use std::ops::Range;

/// What is replayed before the counting begins. State is kept, counts are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Warmup {
    /// Nothing.
    #[default]
    None,
    /// So many requests.
    Requests(u64),
    /// The requests of so much time.
    Time(Time),
    /// A share of the requests.
    Share(f64),
    /// Everything until the first eviction, and the request that caused it.
    Eviction,
}

impl Warmup {
    /// Reads `1000`, `1e6`, `10s`, `5m`, `20%` or `eviction`.
    ///
    /// # Errors
    /// None of these.
    pub fn parse(text: &str) -> Result<Self> {
        let hint = "write requests (1e6), a duration (60s), a percentage (20%), or 'eviction'";
        if text == "eviction" {
            return Ok(Self::Eviction);
        }
        if let Some(percent) = text.strip_suffix('%') {
            let share = quantity::number(percent)? / 100.0;
            if !(0.0..1.0).contains(&share) {
                return Err(Error::usage(format!("a warm-up of {text} leaves nothing to count")).hint(hint));
            }
            return Ok(Self::Share(share));
        }
        match amount(text) {
            Some(Amount::Requests(requests)) => Ok(Self::Requests(requests)),
            Some(Amount::Time(time)) => Ok(Self::Time(time)),
            None => Err(Error::usage(format!("'{text}' is not a warm-up")).hint(hint)),
        }
    }

    /// Number of requests; `None` where it depends on the cell.
    pub(super) fn requests(self, view: &View<'_>) -> Option<usize> {
        let all = view.ids.len();
        Some(match self {
            Self::None => 0,
            Self::Requests(n) => (n as usize).min(all),
            Self::Time(time) => first_at(view, time),
            Self::Share(share) => (all as f64 * share) as usize,
            Self::Eviction => return None,
        })
    }
}

/// The size of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowSize {
    /// So many requests.
    Requests(u64),
    /// The requests of so much time; windows without requests are left out.
    Time(Time),
}

impl WindowSize {
    /// Reads `1e5` (requests) or `60s`.
    ///
    /// # Errors
    /// Neither, or 0.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: String| Error::usage(what).hint("write requests (1e5) or a duration (60s)");
        match amount(text) {
            Some(Amount::Requests(0) | Amount::Time(0)) => Err(wrong("a window of nothing".to_owned())),
            Some(Amount::Requests(requests)) => Ok(Self::Requests(requests)),
            Some(Amount::Time(time)) => Ok(Self::Time(time)),
            None => Err(wrong(format!("'{text}' is not a window"))),
        }
    }

    /// The windows of a trace: number and requests.
    pub(super) fn cut(self, view: &View<'_>) -> Vec<(u64, Range<usize>)> {
        let all = view.ids.len();
        match self {
            Self::Requests(n) => {
                let n = (n as usize).min(all.max(1));
                (0..all).step_by(n).enumerate().map(|(k, start)| (k as u64, start..(start + n).min(all))).collect()
            }
            Self::Time(size) => {
                let mut windows = Vec::new();
                let mut start = 0;
                while start < all {
                    let number = view.time(start) / size;
                    let end = first_at(view, (number + 1).saturating_mul(size)).max(start + 1);
                    windows.push((number, start..end));
                    start = end;
                }
                windows
            }
        }
    }
}

/// Requests or a time.
enum Amount {
    Requests(u64),
    Time(Time),
}

/// A number alone, or with `k`, `M` or `G`, is requests; with a unit of time, as in `5m`, it is a time.
fn amount(text: &str) -> Option<Amount> {
    let timed = text.ends_with(['s', 'm', 'h', 'd', 'n']);
    if timed {
        quantity::duration(text).ok().map(Amount::Time)
    } else {
        quantity::count(text).ok().map(Amount::Requests)
    }
}

/// Index of the first request at or after `time`; the number of requests if there is none.
fn first_at(view: &View<'_>, time: Time) -> usize {
    match view.times {
        Some(times) => times.partition_point(|&t| t < time),
        None => (time.div_ceil(view.period.max(1)) as usize).min(view.ids.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::SECOND;
    use crate::trace::Trace;

    #[test]
    fn warm_ups_as_written() {
        let trace = Trace::from_keys("t", 0..10);
        let view = View::new(&trace);
        for (text, requests) in [("0", 0), ("3", 3), ("1e9", 10), ("4s", 4), ("25%", 2), ("5m", 10), ("4000ms", 4)] {
            assert_eq!(Warmup::parse(text).unwrap().requests(&view), Some(requests), "{text}");
        }
        assert_eq!(Warmup::parse("eviction").unwrap().requests(&view), None);
        for bad in ["-1", "100%", "soon"] {
            assert!(Warmup::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_cover_the_trace_once() {
        let mut trace = Trace::from_keys("t", 0..5);
        let spans = |trace: &Trace, text| WindowSize::parse(text).unwrap().cut(&View::new(trace));
        assert_eq!(spans(&trace, "2"), [(0, 0..2), (1, 2..4), (2, 4..5)]);
        assert_eq!(spans(&trace, "3s"), [(0, 0..3), (1, 3..5)]);
        assert_eq!(spans(&trace, "5m"), [(0, 0..5)]);
        assert_eq!(WindowSize::parse("5m").unwrap(), WindowSize::Time(300 * SECOND));
        assert_eq!(WindowSize::parse("5M").unwrap(), WindowSize::Requests(5_000_000));
        trace.times = Some(vec![0, 1, SECOND, 5 * SECOND, 5 * SECOND + 1].into());
        assert_eq!(spans(&trace, "1s"), [(0, 0..2), (1, 2..3), (5, 3..5)]);
        assert!(WindowSize::parse("0").is_err());
    }
}
