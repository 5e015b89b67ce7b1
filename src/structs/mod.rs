//! Layer 1: structures over dense ids. They know nothing of policies; a policy is a few calls to them.

mod ahead;
mod bag;
mod bloom;
mod chains;
pub mod dial;
mod heap;
pub mod lists;
mod lru_stack;
mod marks;
mod ring;
mod sketch;
pub mod tournament;
mod weights;

pub use ahead::{Ahead, Feed};
pub use bag::Bag;
pub use bloom::Bloom;
pub use chains::Chains;
pub use dial::Dial;
pub use heap::Heap;
pub use lists::{Lists, Weigh};
pub use lru_stack::LruStack;
pub use marks::Marks;
pub use sketch::Sketch;
pub use tournament::Tournament;
pub use weights::Weights;
