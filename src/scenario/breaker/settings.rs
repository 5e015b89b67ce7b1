//! The parameters of circuit breakers, as a spec gives them.

use crate::core::{Error, Result, SECOND, Time, quantity};
use serde::{Deserialize, Deserializer};

/// Which circuit breaker, described in [`super`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum BreakerKind {
    /// Counts failures in a row, with its faults.
    #[default]
    Seed,
    /// Resilience4j's, with a count-based window.
    SlidingWindow,
}

/// A circuit breaker and its parameters; those of the other kind do not matter.
///
/// The default values are the seed's and Resilience4j's, the names of `sliding-window` are Resilience4j's.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct BreakerSpec {
    /// Which one.
    pub(in crate::scenario) kind: BreakerKind,
    /// `seed`: failures without a success between them that open it, 1 to 1,000,000.
    pub(in crate::scenario) threshold: u32,
    /// `seed`: from its opening to when the counter is set to zero.
    #[serde(deserialize_with = "duration")]
    pub(in crate::scenario) timeout: Time,
    /// `sliding-window`: calls whose outcomes are remembered, 1 to 1,000,000.
    pub(in crate::scenario) sliding_window_size: u32,
    /// `sliding-window`: share of failures that opens it, above 0 and at most 1.
    pub(in crate::scenario) failure_rate_threshold: f64,
    /// `sliding-window`: calls before there is a share, 1 to 1,000,000; more than the window, or in half-open more than
    /// the permitted, count as those.
    pub(in crate::scenario) minimum_number_of_calls: u32,
    /// `sliding-window`: how long it refuses all calls.
    #[serde(deserialize_with = "duration")]
    pub(in crate::scenario) wait_duration_in_open_state: Time,
    /// `sliding-window`: calls that then decide, 1 to 1,000,000.
    pub(in crate::scenario) permitted_number_of_calls_in_half_open_state: u32,
}

impl Default for BreakerSpec {
    fn default() -> Self {
        Self {
            kind: BreakerKind::default(),
            threshold: 5,
            timeout: 60 * SECOND,
            sliding_window_size: 100,
            failure_rate_threshold: 0.5,
            minimum_number_of_calls: 100,
            wait_duration_in_open_state: 60 * SECOND,
            permitted_number_of_calls_in_half_open_state: 10,
        }
    }
}

/// The largest window, so that a slip in a number does not take the memory.
const MOST_CALLS: u32 = 1_000_000;

impl BreakerSpec {
    /// Is there such a breaker?
    ///
    /// # Errors
    /// A parameter, of either kind, that is out of its range; the message names it and its value.
    pub(in crate::scenario) fn check(&self) -> Result<()> {
        for (key, calls) in [
            ("threshold", self.threshold),
            ("sliding_window_size", self.sliding_window_size),
            ("minimum_number_of_calls", self.minimum_number_of_calls),
            ("permitted_number_of_calls_in_half_open_state", self.permitted_number_of_calls_in_half_open_state),
        ] {
            if !(1..=MOST_CALLS).contains(&calls) {
                return Err(Error::usage(format!("'{key}' is {calls}: expected 1 to {MOST_CALLS} calls"))
                    .hint("common are 5 failures in a row, a window of 100 calls, 10 calls to decide"));
            }
        }
        for (key, time) in
            [("timeout", self.timeout), ("wait_duration_in_open_state", self.wait_duration_in_open_state)]
        {
            if time == 0 {
                return Err(Error::usage(format!("'{key}' is 0: expected a duration above 0")).hint("60s is common"));
            }
        }
        let share = self.failure_rate_threshold;
        if !(share > 0.0 && share <= 1.0) {
            return Err(Error::usage(format!(
                "'failure_rate_threshold' is {share}: expected a share above 0 and at most 1"
            ))
            .hint("0.5 opens the breaker when half of the calls fail"));
        }
        Ok(())
    }
}

/// A duration as [`quantity::duration`] reads it, as `60s` or `250ms`.
fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
    quantity::duration(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}
