//! Layer 1: structures over dense ids. They know nothing of policies; a policy is a few calls to them.

mod heap;
pub mod lists;
mod sketch;
pub mod tournament;

pub use heap::Heap;
pub use lists::{Lists, Weigh};
pub use sketch::Sketch;
pub use tournament::Tournament;
