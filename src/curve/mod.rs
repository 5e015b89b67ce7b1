//! Layer 7: whole curves, and bounds of what any cache can reach.

pub mod bounds;
pub mod min;
