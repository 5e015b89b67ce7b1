//! Layer 2: a trace as columns of dense ids, and everything that makes one from bytes.

pub mod columns;

pub use columns::{Columns, Keys, Op, Trace};
