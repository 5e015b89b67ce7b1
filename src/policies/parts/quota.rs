//! Shares of the capacity, checked and rounded the same way for every policy.

pub(in crate::policies) use crate::core::quantity::{part, share, within};
pub(in crate::policies) use crate::policy::NoParams;

/// By how much ARC and its kin move their target when an object of this size is asked for that a history remembers: by its
/// size, times how much heavier the `other` side is than that history. 0 for an object of no size, which says nothing about
/// how to share bytes.
#[inline(always)]
pub(in crate::policies) fn ghost_step(size: u64, history: u64, other: u64) -> f64 {
    if size == 0 { 0.0 } else { size as f64 * f64::max(1.0, other as f64 / history as f64) }
}
