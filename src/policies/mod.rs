//! Layer 4: the eviction policies, one file each, or one for a family.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`POLICIES`]. Help, lists, contract tests and
//! golden tests follow from the list.

pub mod arc;
pub mod belady;
pub mod belady_size;
pub mod clock;
mod duties;
pub mod fifo;
pub mod gdsf;
mod lanes;
pub mod lfu;
pub mod lirs;
pub mod lru;
pub mod lru_mad;
pub mod memcached;
mod quota;
pub mod random;
pub mod ranked;
pub mod redis;
pub mod s3_fifo;
pub mod sampled;
pub mod sieve;
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
    &redis::NOEVICTION,
    &redis::ALLKEYS_LRU,
    &redis::ALLKEYS_LFU,
    &redis::ALLKEYS_RANDOM,
    &redis::ALLKEYS_LRM,
    &redis::VOLATILE_LRU,
    &redis::VOLATILE_LFU,
    &redis::VOLATILE_RANDOM,
    &redis::VOLATILE_TTL,
    &redis::VOLATILE_LRM,
    &memcached::POLICY,
    &belady::POLICY,
    &belady_size::POLICY,
];
