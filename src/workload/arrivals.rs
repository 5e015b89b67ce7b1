//! Laws of the times at which requests come.

use super::law::{LawInfo, choose, number_in, required};
use super::text::Text;
use crate::core::rng::{self, Rng};
use crate::core::{NEVER, Result, SECOND, Time};

const RATE: &[super::args::Param] = &[required("rate", "requests per second, 0.000001 to 1000000000")];

/// The laws of arrivals.
pub(super) static ARRIVAL_LAWS: &[LawInfo] = &[
    LawInfo {
        name: "fixed",
        of: &["arrivals"],
        summary: "equal gaps: request k comes k/rate seconds after the first",
        args: RATE,
        example: "arrivals=fixed(1000)",
    },
    LawInfo {
        name: "poisson",
        of: &["arrivals"],
        summary: "a Poisson process: independent exponential gaps with mean 1/rate",
        args: RATE,
        example: "arrivals=poisson(1000)",
    },
];

/// A law of arrivals; the rate is in requests per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arrivals {
    Fixed(f64),
    Poisson(f64),
}

impl Arrivals {
    /// Reads `name(rate)` for a trace of `requests`.
    pub(super) fn read(text: Text<'_>, requests: u64) -> Result<Self> {
        let (law, args) = choose(text, ARRIVAL_LAWS)?;
        let rate = number_in(args[0], "rate", 1e-6, 1e9)?;
        // Half of what a clock of nanoseconds can hold, since a Poisson process may take longer than its mean.
        let longest = (NEVER / 2) as f64 / SECOND as f64;
        if requests as f64 / rate > longest {
            return Err(text
                .error(format!("{requests} requests at this rate would take more than 292 years"))
                .hint("raise the rate or ask for fewer requests"));
        }
        Ok(if law.name == "fixed" { Self::Fixed(rate) } else { Self::Poisson(rate) })
    }

    /// The canonical text.
    pub(super) fn show(self) -> String {
        match self {
            Self::Fixed(rate) => format!("fixed({rate})"),
            Self::Poisson(rate) => format!("poisson({rate})"),
        }
    }

    /// The time of request `k` for `k = 0, 1, ...`; the first is 0, and they never decrease.
    pub(super) fn times(self, mut rng: Rng) -> Box<dyn Iterator<Item = Time>> {
        match self {
            Self::Fixed(rate) => Box::new((0u64..).map(move |k| (k as f64 * SECOND as f64 / rate).round() as Time)),
            Self::Poisson(rate) => {
                let mean = SECOND as f64 / rate;
                // Whole nanoseconds and the fraction that is left over, so that rounding never adds up.
                let (mut whole, mut fraction) = (0u64, 0.0f64);
                Box::new(std::iter::once(0).chain(std::iter::repeat_with(move || {
                    let gap = fraction - mean * libm::log(1.0 - rng::unit(&mut rng));
                    whole = whole.saturating_add(gap as u64);
                    fraction = gap - gap.floor();
                    whole
                })))
            }
        }
    }
}
