//! Layer 4: the prefetchers, one file each: which objects come in before they are asked for.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`PREFETCHERS`].

pub mod none;
pub mod one_block_lookahead;
pub mod probability_graph;

use crate::policy::Prefetcher;

/// Every prefetcher, in the order of lists and help.
pub static PREFETCHERS: &[&Prefetcher] =
    &[&none::PREFETCHER, &one_block_lookahead::PREFETCHER, &probability_graph::PREFETCHER];

#[cfg(test)]
mod tests;
