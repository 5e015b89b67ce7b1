//! Layer 4: the eviction policies, one file each.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`POLICIES`]. Help, lists, contract tests and
//! golden tests follow from the list.

mod arc;
mod belady;
mod clock;
mod fifo;
mod gdsf;
mod lfu;
mod lirs;
mod lru;
mod quota;
mod random;
mod s3_fifo;
mod sieve;
mod slru;
mod ttl;
mod two_q;
mod w_tiny_lfu;
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
    &w_tiny_lfu::POLICY,
    &gdsf::POLICY,
    &belady::POLICY,
];
