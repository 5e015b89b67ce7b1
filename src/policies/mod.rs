//! Layer 4: the eviction policies, one file each.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`POLICIES`]. Help, lists, contract tests and
//! golden tests follow from the list.

pub mod arc;
pub mod belady;
pub mod belady_size;
pub mod cacheus;
pub mod clock;
mod duties;
mod experts;
pub mod fifo;
pub mod gdsf;
pub mod hyperbolic;
mod lanes;
mod learning_rate;
pub mod lecar;
pub mod lfu;
pub mod lhd;
pub mod lirs;
pub mod lru;
pub mod lru_mad;
mod quota;
pub mod random;
pub mod ranked;
pub mod s3_fifo;
pub mod sampled;
pub mod sieve;
pub mod slru;
pub mod tiny_lfu;
pub mod ttl;
pub mod two_q;
pub mod w_tiny_lfu;
pub mod w_tiny_lfu_adaptive;
#[cfg(test)]
mod walk;

use crate::engine::Unit;

/// Every policy, in the order of lists and help.
pub static POLICIES: &[&Unit] = &[
    &lru::POLICY,
    &lfu::POLICY,
    &fifo::POLICY,
    &random::POLICY,
    &ttl::POLICY,
    &clock::POLICY,
    &sieve::POLICY,
    &s3_fifo::POLICY,
    &two_q::POLICY,
    &slru::POLICY,
    &arc::POLICY,
    &lirs::POLICY,
    &tiny_lfu::POLICY,
    &w_tiny_lfu::POLICY,
    &w_tiny_lfu_adaptive::POLICY,
    &gdsf::POLICY,
    &hyperbolic::POLICY,
    &lhd::POLICY,
    &lecar::POLICY,
    &cacheus::POLICY,
    &lru_mad::POLICY,
    &belady::POLICY,
    &belady_size::POLICY,
];
