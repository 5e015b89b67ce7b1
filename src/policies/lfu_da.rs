//! LFU with dynamic aging: LFU, but the count of the object that left last is added to the count of whatever is used, so that
//! what was popular once does not stay for ever.
//!
//! # State
//! Per object its frequency since it came in, and its key `L + frequency` as of its last use, where `L` is the key of the
//! object that left last; a heap of the residents.
//!
//! # Parameters
//! None.
//!
//! # Source
//! M. Arlitt, L. Cherkasova, J. Dilley, R. Friedrich, T. Jin: Evaluating content management techniques for web proxy caches.
//! ACM SIGMETRICS Performance Evaluation Review 27(4), 2000. <https://doi.org/10.1145/346000.346003>
//!
//! # Departures
//! None. Ties go to the least recently used. Where every object counts 1 this is GDSF, and both miss 19.56 % of 20 million
//! requests of Zipf 1.0 over a million objects at a tenth of them; so does libCacheSim's GDSF (0.3.5), and its LFU-DA misses
//! 18.22 %, so that one is another algorithm.
//!
//! # Weak on
//! Scans: each object that leaves raises the floor, and new objects soon stand beside those used often.

use super::parts::quota::NoParams;
use super::parts::ranked::{Rank, Ranked};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Paper, Setup};
use bytemuck::{Pod, Zeroable};

pub(super) static POLICY: Unit = Unit::new::<Ranked<LfuDa>>(Info {
    name: "lfu-da",
    aliases: &["lfuda"],
    summary: "LFU with a floor under all counts that rises with what leaves",
    family: Family::Frequency,
    paper: Paper {
        authors: "M. Arlitt, L. Cherkasova, J. Dilley, R. Friedrich, T. Jin",
        title: "Evaluating content management techniques for web proxy caches",
        venue: "ACM SIGMETRICS Performance Evaluation Review 27(4)",
        year: 2000,
        url: "https://doi.org/10.1145/346000.346003",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: Ranked::<LfuDa>::STATE,
    source: include_str!("lfu_da.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct LfuDa {
    floor: u64,
}

/// An object's frequency (0 = not resident), key and last use.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Memory {
    key: u64,
    last_use: u64,
    frequency: u64,
}

impl Rank for LfuDa {
    type Params = NoParams;
    type Memory = Memory;
    type Key = (u64, u64);

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self { floor: 0 })
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, memory: &mut Memory, uses: u64) {
        let frequency = memory.frequency + 1;
        *memory = Memory { key: self.floor + frequency, last_use: uses, frequency };
    }

    #[inline(always)]
    fn key(memory: &Memory) -> Self::Key {
        (memory.key, memory.last_use)
    }

    #[inline(always)]
    fn is_resident(memory: &Memory) -> bool {
        memory.frequency > 0
    }

    fn left(&mut self, memory: &mut Memory) {
        *memory = Memory::zeroed();
    }

    fn evicted(&mut self, (key, _): (u64, u64)) {
        self.floor = key;
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a is used three times, key 3. b leaves at 1, so c comes in at 2; c leaves at 2, d at 3: now e stands at 4, and a,
        // which LFU would keep for ever, goes when f comes.
        check("lfu-da", 2, "a a a b c d e f", "m h h m m-b m-c m-a m-d");
        check("lfu", 2, "a a a b c d e f", "m h h m m-b m-c m-d m-e");
    }
}
