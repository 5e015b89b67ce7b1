//! FIFO-Merge: a FIFO queue of segments; to make room, a few neighbouring segments are merged into one of the objects that
//! were used most, and the rest of them leaves at once.
//!
//! # State
//! One chain of objects in order of arrival, of which what was merged keeps its place, and a hand where the next merge
//! begins. Per object a counter of uses of 8 bits, 0 again when the object is merged.
//!
//! # Parameters
//! - `segment` = 0.01: size of a segment as a share of the capacity (practice: the paper has segments of 1 MiB).
//! - `merge` = 4: segments that become one (practice: the paper takes as many as fill one segment again; four keep a quarter).
//!
//! # Source
//! J. Yang, Y. Yue, K. V. Rashmi: Segcache: a memory-efficient and scalable in-memory key-value cache for small objects.
//! NSDI 2021. <https://www.usenix.org/conference/nsdi21/presentation/yang-juncheng>
//!
//! # Departures
//! The paper's merge-based eviction alone, without times to live. Objects are ranked by uses per byte, the newer first among
//! equals, where the paper estimates a cut-off from the segment merged before. The counter is exact up to 255, where the
//! paper's counts by chance from 16 on and once a second at most; a merge sets it to 0, as in the authors' program
//! (libCacheSim halves it). Segments are as large as their objects fill them, without gaps. Segments are rounded down, to
//! at least 1.
//!
//! # Weak on
//! Small caches, where a merge gives up several objects for one that is needed; objects that are used in bursts.

use super::parts::merging::{Merging, merging_duties};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};

pub(super) static POLICY: Unit = Unit::new::<FifoMerge>(Info {
    name: "fifo-merge",
    aliases: &["fifomerge"],
    summary: "merges a few segments of a FIFO queue into one of the most used objects",
    family: Family::Hybrid,
    paper: Paper {
        authors: "J. Yang, Y. Yue, K. V. Rashmi",
        title: "Segcache: a memory-efficient and scalable in-memory key-value cache for small objects",
        venue: "NSDI",
        year: 2021,
        url: "https://www.usenix.org/conference/nsdi21/presentation/yang-juncheng",
    },
    params: &[
        Param {
            name: "segment",
            range: "0..1",
            origin: Origin::Practice,
            help: "size of a segment, share of the capacity",
        },
        Param { name: "merge", range: "2..1000", origin: Origin::Practice, help: "segments that become one" },
    ],
    needs: Needs::NOTHING,
    state: State::of(Merging::OBJECT_BYTES, Merging::RESIDENT_BYTES / 4),
    source: include_str!("fifo_merge.rs"),
});

/// The one chain.
const ALL: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct FifoMerge {
    merging: Merging,
}

impl Build for FifoMerge {
    type Params = super::parts::merging::Params;

    fn build(params: &Self::Params, setup: &Setup) -> Result<Self> {
        Ok(Self { merging: Merging::new("fifo-merge", params, setup, 1)? })
    }
}

impl Policy for FifoMerge {
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if self.merging.chains.is_empty(ALL) {
            return Verdict::Refuse;
        }
        self.merging.evict(cx, ALL, out);
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.merging.insert(cx, ALL, id);
    }

    merging_duties!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Segments of one object, two become one. f: of a and b, b was used and stays. g: c and d go on, neither was used, so
        // the newer stays. h: e and f. i: only g and h are left: of them h stays.
        check("fifo-merge:segment=0.2,merge=2", 5, "a b c d e b f g h i b", "m m m m m h m-a m-c m-e m-g h");
    }

    #[test]
    fn a_merge_gives_up_several_at_once() {
        // Segments of two, four become one: of a to h, the two most used stay, and six leave.
        let requests = "a b c d e f g h c c f i j";
        check("fifo-merge:segment=0.25,merge=4", 8, requests, "m m m m m m m m h h h m-hgedba m");
    }
}
