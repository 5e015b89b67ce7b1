//! Many capacities in one pass over a trace, for policies that can share the work between them.

use super::config::{Counts, View};
use std::ops::Range;

/// Caches of one policy, with unit sizes and without expiry, that are fed the same requests.
pub trait Pass: Send {
    /// Feeds the requests `range` of the trace. Ranges must follow one another.
    fn feed(&mut self, view: &View<'_>, range: Range<usize>);

    /// What the cache with the `cell`-th capacity has counted so far.
    fn counts(&self, cell: usize) -> Counts;
}

/// How a policy shares a pass.
#[derive(Debug, Clone, Copy)]
pub struct SharedPass {
    /// The most capacities a pass takes.
    pub most: usize,
    /// Builds empty caches over ids `0..objects` with these capacities, at most `most`.
    pub build: fn(objects: usize, capacities: &[u64]) -> Box<dyn Pass>,
    /// Bytes per object of the trace that a pass for so many capacities keeps.
    pub per_object: fn(cells: usize) -> u32,
}
