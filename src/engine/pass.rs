//! Many capacities in one pass over a trace, for policies that can share the work between them.

use super::config::{Counts, View};
use crate::core::Result;
use crate::policy::Params;
use std::ops::Range;

/// Caches of one policy, with unit sizes and without expiry, that are fed the same requests.
pub trait Pass: Send {
    /// Feeds the requests `range` of the trace. Ranges must follow one another.
    fn feed(&mut self, view: &View<'_>, range: Range<usize>);

    /// What the cache with the `cell`-th capacity has counted so far.
    fn counts(&self, cell: usize) -> Counts;
}

/// Builds empty caches over ids `0..objects` with these parameters and capacities.
type BuildPass = fn(params: &Params, objects: usize, capacities: &[u64]) -> Result<Box<dyn Pass>>;

/// How a policy shares a pass.
#[derive(Debug, Clone, Copy)]
pub struct SharedPass {
    /// The most capacities a pass takes.
    pub most: usize,
    /// A cache that misses more than this share of the requests is faster on its own, as measured; 1 where none is.
    pub most_misses: f64,
    /// Makes a pass, for at least one and at most `most` capacities; an error names a parameter out of its range.
    pub build: BuildPass,
    /// Bytes that such a pass allocates; parameters out of their range count as the default ones.
    pub memory: fn(params: &Params, objects: usize, capacities: &[u64]) -> u64,
}
