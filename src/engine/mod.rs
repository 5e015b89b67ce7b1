//! Layer 3: one cache in front of one trace. The engine owns bytes, capacity, times to live, counting and the loop.

mod config;
mod memory;
mod pass;
mod sim;
mod unit;

pub use config::{Config, Counts, Expiry, Operations, View};
pub use memory::memory;
pub use pass::{Pass, SharedPass};
pub use sim::{Replay, Sim};
pub use unit::Unit;
