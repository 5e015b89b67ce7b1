//! The parameters of circuit breakers.

use crate::core::{Error, Result, SECOND, Time};

/// Which breaker, and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scenario) enum Settings {
    /// Counts failures in a row, with its faults; see [`super`].
    Consecutive(Consecutive),
    /// Resilience4j's; see [`super`].
    SlidingWindow(SlidingWindow),
}

/// Parameters of the `consecutive` kind.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scenario) struct Consecutive {
    /// Failures without a success between them that open it, at least 1.
    pub(in crate::scenario) threshold: u32,
    /// From its opening to when the counter is set to zero.
    pub(in crate::scenario) timeout: Time,
}

impl Default for Consecutive {
    fn default() -> Self {
        Self { threshold: 5, timeout: 60 * SECOND }
    }
}

/// Parameters of the `sliding-window` kind, with Resilience4j's names and values.
#[allow(clippy::struct_field_names, reason = "the names are Resilience4j's")]
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scenario) struct SlidingWindow {
    /// Calls whose outcomes are remembered, 1 to 1,000,000.
    pub(in crate::scenario) sliding_window_size: u32,
    /// Share of failures in per cent that opens it, above 0 and at most 100.
    pub(in crate::scenario) failure_rate_threshold: f64,
    /// Calls before there is a rate, at least 1; more than the window, or in half-open than the permitted, count as those.
    pub(in crate::scenario) minimum_number_of_calls: u32,
    /// How long it refuses all calls.
    pub(in crate::scenario) wait_duration_in_open_state: Time,
    /// Calls that then decide, 1 to 1,000,000.
    pub(in crate::scenario) permitted_number_of_calls_in_half_open_state: u32,
}

impl Default for SlidingWindow {
    fn default() -> Self {
        Self {
            sliding_window_size: 100,
            failure_rate_threshold: 50.0,
            minimum_number_of_calls: 100,
            wait_duration_in_open_state: 60 * SECOND,
            permitted_number_of_calls_in_half_open_state: 10,
        }
    }
}

/// The largest window, so that a slip in a number does not take the memory.
const MOST_CALLS: u32 = 1_000_000;

impl Settings {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key of the spec, its value and what was expected.
    pub(in crate::scenario) fn validate(&self) -> Result<()> {
        let calls = |key: &str, value: u32| {
            if (1..=MOST_CALLS).contains(&value) {
                return Ok(());
            }
            Err(Error::usage(format!("'{key}' is {value}: expected 1 to {MOST_CALLS} calls"))
                .hint("common are 5 failures in a row, a window of 100 calls, 10 calls to try"))
        };
        let positive = |key: &str, value: Time| {
            if value > 0 {
                return Ok(());
            }
            Err(Error::usage(format!("'{key}' is 0: expected a duration above 0")).hint("60s is common"))
        };
        match self {
            Self::Consecutive(seed) => {
                calls("failures", seed.threshold)?;
                positive("wait", seed.timeout)
            }
            Self::SlidingWindow(window) => {
                calls("window", window.sliding_window_size)?;
                calls("minimum_calls", window.minimum_number_of_calls)?;
                let permitted = window.permitted_number_of_calls_in_half_open_state;
                calls("trial_calls", permitted)?;
                positive("wait", window.wait_duration_in_open_state)?;
                let rate = window.failure_rate_threshold;
                if rate > 0.0 && rate <= 100.0 {
                    return Ok(());
                }
                Err(Error::usage(format!("'failure_rate' is {rate} %: expected above 0 and at most 100 %"))
                    .hint("50% opens the breaker when half of the calls fail"))
            }
        }
    }
}
