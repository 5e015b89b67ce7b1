//! MFU: the object that was used most often leaves; what was used seldom was probably just brought in, and its use is still to
//! come.
//!
//! # State
//! Per object a count of its uses since it came in, and its last use; a heap of the residents.
//!
//! # Parameters
//! None.
//!
//! # Source
//! A. Silberschatz, P. B. Galvin, G. Gagne: Operating System Concepts, 10th edition, Wiley 2018, section 10.4.6
//! (counting-based page replacement). <https://www.os-book.com/OS10/>
//!
//! # Departures
//! None. Among equals the least recently used leaves.
//!
//! # Weak on
//! Almost everything but loops: popularity is what it throws out. It is here for teaching and for comparison.

use super::parts::quota::NoParams;
use super::parts::ranked::{Rank, Ranked};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Paper, Setup};
use bytemuck::{Pod, Zeroable};
use std::cmp::Reverse;

pub(super) static POLICY: Unit = Unit::new::<Ranked<Mfu>>(Info {
    name: "mfu",
    aliases: &["most-frequently-used"],
    summary: "the object that was used most often leaves; among equals the least recently used",
    family: Family::Frequency,
    paper: Paper {
        authors: "A. Silberschatz, P. B. Galvin, G. Gagne",
        title: "Operating System Concepts, 10th edition",
        venue: "Wiley",
        year: 2018,
        url: "https://www.os-book.com/OS10/",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: Ranked::<Mfu>::STATE,
    source: include_str!("mfu.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Mfu {}

/// Uses since the object came in (0 = not resident), and the last one.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Memory {
    count: u64,
    last_use: u64,
}

impl Rank for Mfu {
    type Params = NoParams;
    type Memory = Memory;
    type Key = (Reverse<u64>, u64);

    // One more use brings an object nearer to the exit.
    const FALLS: bool = true;

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self {})
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, memory: &mut Memory, uses: u64) {
        *memory = Memory { count: memory.count + 1, last_use: uses };
    }

    #[inline(always)]
    fn key(memory: &Memory) -> Self::Key {
        (Reverse(memory.count), memory.last_use)
    }

    #[inline(always)]
    fn is_resident(memory: &Memory) -> bool {
        memory.count > 0
    }

    fn left(&mut self, memory: &mut Memory) {
        *memory = Memory::zeroed();
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a (twice) goes first, then of those used once the oldest.
        check("mfu", 3, "a b c a d e c f", "m m m h m-a m-b h m-c");
    }
}
