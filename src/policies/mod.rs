//! Layer 4: the eviction policies, one file each.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`POLICIES`]. Help, lists, contract tests and
//! golden tests follow from the list.

pub mod arc;
pub mod belady;
pub mod belady_size;
pub mod camp;
pub mod clock;
mod duties;
pub mod fbr;
pub mod fifo;
pub mod fifo_merge;
pub mod frd;
pub mod gd_wheel;
pub mod gdsf;
mod lanes;
pub mod lfu;
pub mod lirs;
pub mod lirs2;
pub mod lru;
pub mod lru_mad;
mod merging;
mod quota;
pub mod random;
pub mod ranked;
mod ratio;
pub mod s3_fifo;
pub mod s3_fifo_d;
pub mod sampled;
pub mod segcache;
pub mod sieve;
pub mod sieve_k;
pub mod slru;
pub mod ttl;
pub mod two_q;
pub mod w_tiny_lfu;
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
    &lru_mad::POLICY,
    &fbr::POLICY,
    &sieve_k::POLICY,
    &s3_fifo_d::POLICY,
    &fifo_merge::POLICY,
    &segcache::POLICY,
    &frd::POLICY,
    &lirs2::POLICY,
    &camp::POLICY,
    &gd_wheel::POLICY,
    &belady::POLICY,
    &belady_size::POLICY,
];
