//! What a cache takes in memory beside its policy.

use super::config::Config;
use crate::core::Time;

/// Bytes for what there is one of: the cache itself, the victims of a call, rings before they grow.
const FIXED: u64 = 4096;

/// Bytes that [`super::Sim`] allocates at most for `objects` distinct objects, without the state of its policy; `ahead` says
/// whether there is a prefetcher, whose state does not count either.
pub fn memory(objects: usize, config: &Config, ahead: bool) -> u64 {
    let objects = objects as u64;
    let array = |kept: bool, bytes: usize| if kept { objects * bytes as u64 } else { 0 };
    FIXED
        + array(config.bytes, size_of::<u32>())
        + array(config.expiry.on, size_of::<Time>())
        + if config.expiry.on && config.expiry.eager { due(objects) } else { 0 }
        + if ahead { super::sim::ahead::memory(objects) } else { 0 }
        // The supervisor's set of residents.
        + array(config.strict, 1)
}

/// The queue of expiry times: every renewal leaves an entry behind, up to twice as many as there are objects; and a heap
/// that doubles is there twice.
fn due(objects: u64) -> u64 {
    const ENTRY: u64 = 16;
    (2 * objects + 1025).next_power_of_two() * ENTRY * 3 / 2
}
