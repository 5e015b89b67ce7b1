//! Layer 6: cells (policy x capacity x repetition) over one shared trace, in parallel.

mod capacity;
mod cell;
mod windows;

pub use capacity::{Capacity, parse_capacities};
pub use cell::{Cell, Outcome, Replayer};
pub use windows::{Warmup, WindowSize};

use crate::core::Time;
use crate::engine::{Expiry, Operations};

/// What all cells of a run have in common.
#[derive(Debug, Clone)]
pub struct Options {
    /// Do sizes count? If not, every object counts 1.
    pub bytes: bool,
    /// Is an object larger than the cache an error? If not, it is bypassed.
    pub oversize_is_error: bool,
    /// Times to live.
    pub expiry: Expiry,
    /// What operations mean.
    pub operations: Operations,
    /// What is replayed before the counting begins.
    pub warmup: Warmup,
    /// Hit ratio over time, in windows of this size.
    pub window: Option<WindowSize>,
    /// Time between requests of a trace without times.
    pub period: Time,
    /// The user's seed.
    pub seed: u64,
    /// How often each cell is replayed, with other random choices.
    pub repetitions: u32,
    /// Verify the contract at each call.
    pub strict: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bytes: false,
            oversize_is_error: false,
            expiry: Expiry::default(),
            operations: Operations::default(),
            warmup: Warmup::None,
            window: None,
            period: crate::core::SECOND,
            seed: 42,
            repetitions: 1,
            strict: false,
        }
    }
}
