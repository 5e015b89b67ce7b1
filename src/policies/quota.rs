//! Shares of the capacity, checked and rounded the same way for every policy.

use crate::core::quantity;
pub(super) use crate::core::quantity::within;
use serde::{Deserialize, Serialize};

/// The parameters of a policy that has none.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// `share` of `capacity`, rounded down, at least 1.
pub(super) fn part(capacity: u64, share: f64) -> u64 {
    quantity::part(capacity, share)
}
