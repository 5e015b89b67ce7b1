//! Layer 4: the eviction policies, one file each, or one for a family.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`POLICIES`]. Help, lists, contract tests and
//! golden tests follow from the list.

pub mod arc;
pub mod belady;
pub mod belady_size;
pub mod cacheus;
pub mod camp;
pub mod car;
pub mod cart;
pub mod clock;
pub mod clock2q_plus;
pub mod clock_pro;
pub mod clock_pro_plus;
pub mod dclock;
pub mod fbr;
pub mod fifo;
pub mod fifo_merge;
pub mod frd;
pub mod gclock;
pub mod gd_wheel;
pub mod gdsf;
pub mod gl_cache;
pub mod greedy_dual;
pub mod hyperbolic;
pub mod infinite;
pub mod lecar;
pub mod lfu;
pub mod lfu_da;
pub mod lhd;
pub mod lirs;
pub mod lirs2;
pub mod lrb;
pub mod lrfu;
pub mod lru;
pub mod lru_k;
pub mod lru_mad;
pub mod lru_prob;
pub mod memcached;
pub mod mfu;
pub mod mru;
pub mod multi_queue;
pub mod parts;
pub mod qd_lp;
pub mod random;
pub mod random_two;
pub mod redis;
pub mod s3_fifo;
pub mod s3_fifo_d;
pub mod sampled_lfu;
pub mod sampled_lru;
pub mod segcache;
pub mod sieve;
pub mod sieve_k;
pub mod size;
pub mod slru;
pub mod three_l_cache;
pub mod tiny_lfu;
pub mod ttl;
pub mod tu_q;
pub mod two_q;
pub mod w_tiny_lfu;
pub mod w_tiny_lfu_adaptive;

use crate::engine::Unit;

/// The policies that only a build with the feature `learned` has, without hyphens.
pub const LEARNED: [&str; 4] = ["lrb", "glcache", "threelcache", "3lcache"];

/// Every policy, in the order of lists and help.
pub static POLICIES: &[&Unit] = &[
    &lru::POLICY,
    &mru::POLICY,
    &lru_prob::POLICY,
    &lru_k::POLICY,
    &lfu::POLICY,
    &lfu_da::POLICY,
    &lrfu::POLICY,
    &mfu::POLICY,
    &fifo::POLICY,
    &random::POLICY,
    &random_two::POLICY,
    &sampled_lru::POLICY,
    &sampled_lfu::POLICY,
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
    &multi_queue::POLICY,
    &car::POLICY,
    &cart::POLICY,
    &clock_pro::POLICY,
    &clock_pro_plus::POLICY,
    &clock2q_plus::POLICY,
    &gclock::POLICY,
    &tu_q::POLICY,
    &qd_lp::POLICY,
    &dclock::POLICY,
    &gdsf::POLICY,
    &greedy_dual::POLICY,
    &size::POLICY,
    &w_tiny_lfu_adaptive::POLICY,
    &hyperbolic::POLICY,
    &lhd::POLICY,
    &lecar::POLICY,
    &cacheus::POLICY,
    #[cfg(feature = "learned")]
    &lrb::POLICY,
    #[cfg(feature = "learned")]
    &gl_cache::POLICY,
    #[cfg(feature = "learned")]
    &three_l_cache::POLICY,
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
    &infinite::POLICY,
];
