//! What several policies are made of: the frames that a rule completes to a policy, and smaller pieces.

pub(super) mod duties;
pub(super) mod experts;
pub mod hands;
pub(super) mod lanes;
pub(super) mod learning_rate;
pub(super) mod merging;
pub mod probation;
pub(super) mod quota;
pub mod ranked;
pub(super) mod ratio;
pub mod sampled;
#[cfg(feature = "learned")]
pub(super) mod trees;
#[cfg(test)]
pub(super) mod walk;
