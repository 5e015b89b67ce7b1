//! Shares of the capacity, checked and rounded the same way for every policy.

use crate::core::{Error, Result, quantity};
use serde::{Deserialize, Serialize};

/// The parameters of a policy that has none.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// `share` of `capacity`, rounded down, at least 1.
pub(super) fn part(capacity: u64, share: f64) -> u64 {
    quantity::part(capacity, share)
}

/// Checks that a parameter lies in a range.
///
/// # Errors
/// It does not.
pub(super) fn within(policy: &str, name: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::usage(format!("{policy}: {name}={value} is out of range"))
        .hint(format!("use a value from {low} to {high}")))
}
