//! When requests come: as their source says, at random, evenly, or many at once.

use super::spec::{Arrivals, Spec};
use crate::core::rng::{self, Rng, unit};
use crate::core::{NEVER, SECOND, Time};

/// The times of requests.
pub(super) enum Clock {
    /// Those that the source brings.
    Own,
    Poisson {
        mean: f64,
        whole: Time,
        fraction: f64,
        rng: Rng,
    },
    Even {
        gap: f64,
        count: u64,
    },
    Burst {
        size: u64,
        every: Time,
        count: u64,
        most: u64,
    },
}

impl Clock {
    /// The times that a load asks for; `own`: does its source bring times?
    pub(super) fn new(spec: &Spec, own: bool) -> Self {
        let load = &spec.load;
        let gap = SECOND as f64 / load.rate;
        let poisson =
            || Self::Poisson { mean: gap, whole: 0, fraction: 0.0, rng: rng::rng(spec.seed, "scenario arrivals") };
        match load.arrivals {
            Arrivals::Auto if own => Self::Own,
            Arrivals::Auto | Arrivals::Poisson => poisson(),
            Arrivals::Even => Self::Even { gap, count: 0 },
            Arrivals::Burst => {
                let most = if spec.duration.is_some() { u64::MAX } else { 1 };
                Self::Burst { size: load.burst, every: load.every, count: 0, most }
            }
        }
    }

    /// The time of the next request; [`NEVER`] after the last one.
    #[inline]
    pub(super) fn tick(&mut self) -> Time {
        match self {
            Self::Own => 0,
            // Whole nanoseconds and the fraction that is left over, so that rounding never adds up.
            Self::Poisson { mean, whole, fraction, rng } => {
                let gap = *fraction - *mean * libm::log(1.0 - unit(rng));
                *whole = whole.saturating_add(gap as u64);
                *fraction = gap - gap.floor();
                *whole
            }
            Self::Even { gap, count } => {
                *count += 1;
                ((*count - 1) as f64 * *gap).round() as Time
            }
            Self::Burst { size, every, count, most } => {
                let burst = *count / *size + 1;
                *count += 1;
                if burst > *most { NEVER } else { every.saturating_mul(burst) }
            }
        }
    }

    /// How long so many requests take, as far as it is known before; without a number, as many as there are bursts of.
    pub(super) fn span(&self, requests: Option<u64>) -> Option<Time> {
        match (self, requests) {
            (Self::Poisson { mean, .. }, Some(n)) => Some((n as f64 * mean) as Time),
            (Self::Even { gap, .. }, Some(n)) => Some((n as f64 * gap) as Time),
            (Self::Burst { every, size, most, .. }, n) if n.is_some() || *most != u64::MAX => {
                let bursts = n.map_or(u64::MAX, |n| n / size).min(*most);
                Some(every.saturating_mul(bursts))
            }
            _ => None,
        }
    }
}
