//! Size: the largest object leaves.
//!
//! # State
//! A heap of the residents by size.
//!
//! # Parameters
//! None.
//!
//! # Source
//! S. Williams, M. Abrams, C. R. Standridge, G. Abdulla, E. A. Fox: Removal policies in network caches for World-Wide Web
//! documents. SIGCOMM 1996. <https://doi.org/10.1145/248156.248182>
//!
//! # Departures
//! None. The paper leaves open which of two equally large objects leaves; here it is the one not used for the longest time.
//!
//! # Weak on
//! Popularity: small objects that nobody asks for any more stay for ever. Where all sizes are equal it is LRU.

use super::parts::quota::NoParams;
use super::parts::ranked::{Rank, Ranked};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Paper, Setup};
use bytemuck::{Pod, Zeroable};
use std::cmp::Reverse;

pub(super) static POLICY: Unit = Unit::new::<Ranked<Size>>(Info {
    name: "size",
    aliases: &["largest-first"],
    summary: "the largest object leaves; among equals the least recently used",
    family: Family::Size,
    paper: Paper {
        authors: "S. Williams, M. Abrams, C. R. Standridge, G. Abdulla, E. A. Fox",
        title: "Removal policies in network caches for World-Wide Web documents",
        venue: "SIGCOMM",
        year: 1996,
        url: "https://doi.org/10.1145/248156.248182",
    },
    params: &[],
    needs: Needs::SIZES,
    state: Ranked::<Size>::STATE,
    source: include_str!("size.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Size {}

/// The last use (0 = not resident), and the size.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Memory {
    last_use: u64,
    size: u64,
}

impl Rank for Size {
    type Params = NoParams;
    type Memory = Memory;
    type Key = (Reverse<u64>, u64);

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self {})
    }

    #[inline(always)]
    fn used(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Memory, uses: u64) {
        *memory = Memory { last_use: uses, size: u64::from(cx.size(id)) };
    }

    #[inline(always)]
    fn key(memory: &Memory) -> Self::Key {
        (Reverse(memory.size), memory.last_use)
    }

    #[inline(always)]
    fn is_resident(memory: &Memory) -> bool {
        memory.last_use > 0
    }

    fn left(&mut self, memory: &mut Memory) {
        *memory = Memory::zeroed();
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Memory) {
        memory.size = u64::from(cx.size(id));
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, order_of_eviction};

    #[test]
    fn of_equal_sizes_it_is_lru() {
        check("size", 3, "a b c a d b a e", "m m m h m-b m-c h m-d");
    }

    #[test]
    fn the_largest_leaves_first() {
        assert_eq!(order_of_eviction("size", &[10, 30, 0, 20]), [1, 3, 0, 2]);
    }
}
