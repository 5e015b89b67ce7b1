//! Segcache: segments of objects with about the same time to live, in a chain for each; to make room, a few neighbouring
//! segments of a chain are merged into one of the objects that were used most.
//!
//! # State
//! 1024 chains (buckets) of objects in order of arrival, for times to live in steps of 8 s, then 128 s, 2048 s and 32,768 s,
//! 256 steps each; a hand in each chain where its next merge begins. Per object a counter of uses of 8 bits, 0 again when
//! the object is merged. The bucket that is the next to be asked for room.
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
//! Expired objects are the engine's, each by its own time rather than by its segment's. Buckets take turns, where the
//! authors' program stays in one as long as it has segments to merge, and leaves alone those of the last 20 s; those with
//! less than the segments of a merge are passed over, and where all are, the largest gives room. An object keeps its bucket
//! where its time to live is renewed. Ranking, counter and segments are as in FIFO-Merge.
//!
//! # Weak on
//! Small caches, where few buckets have enough segments to merge; objects that are used in bursts.

use super::parts::merging::{Merging, merging_duties};
use crate::core::{NEVER, ObjId, Result, SECOND};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};

pub(super) static POLICY: Unit = Unit::new::<Segcache>(Info {
    name: "segcache",
    aliases: &[],
    summary: "merges segments of objects that have about the same time to live, keeping the most used",
    family: Family::Expiry,
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
    needs: Needs::TTL,
    // The buckets' 24 kB are spread over the objects of a small cache.
    state: State::of(Merging::OBJECT_BYTES, Merging::RESIDENT_BYTES).fixed(26_000),
    source: include_str!("segcache.rs"),
});

/// Steps of the same width.
const STEPS: u64 = 256;
/// Widths of steps, each 16 times that before.
const WIDTHS: u64 = 4;
const BUCKETS: usize = (STEPS * WIDTHS) as usize;

/// The bucket of a time to live, the last one for those that are longer than all steps.
fn bucket(ttl: u64) -> usize {
    let seconds = ttl / SECOND;
    let steps = |width: u64| seconds / (8 << (4 * width));
    let found = (0..WIDTHS).find(|&width| steps(width) < STEPS);
    found.map_or(BUCKETS - 1, |width| (width * STEPS + steps(width)) as usize)
}

/// See the module text.
#[derive(Debug)]
pub struct Segcache {
    merging: Merging,
    next: usize,
}

impl Segcache {
    /// The bucket whose turn it is, or where none has enough to merge, the largest.
    fn source(&self) -> Option<usize> {
        let turn = (self.next..BUCKETS).chain(0..self.next);
        let full = turn.clone().find(|&bucket| self.merging.is_full(bucket));
        full.or_else(|| {
            turn.filter(|&bucket| !self.merging.chains.is_empty(bucket))
                .reduce(|a, b| if self.merging.weight(b) > self.merging.weight(a) { b } else { a })
        })
    }
}

impl Build for Segcache {
    type Params = super::parts::merging::Params;

    fn build(params: &Self::Params, setup: &Setup) -> Result<Self> {
        Ok(Self { merging: Merging::new("segcache", params, setup, BUCKETS)?, next: 0 })
    }
}

impl Policy for Segcache {
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(bucket) = self.source() else { return Verdict::Refuse };
        self.next = (bucket + 1) % BUCKETS;
        self.merging.evict(cx, bucket, out);
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let expiry = cx.expiry(id);
        let ttl = if expiry == NEVER { NEVER } else { expiry.saturating_sub(cx.now) };
        self.merging.insert(cx, bucket(ttl), id);
    }

    merging_duties!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // Without times to live there is one bucket, and it is FIFO-Merge.
        check("segcache:segment=0.2,merge=2", 5, "a b c d e b f g h i b", "m m m m m h m-a m-c m-e m-g h");
    }

    #[test]
    fn buckets_grow_wider() {
        let seconds = [0, 7, 8, 2047, 2048, 32_767, 32_768, 524_287, 524_288, 8_388_607, 8_388_608];
        let buckets = [0, 0, 1, 255, 256 + 16, 511, 512 + 16, 767, 768 + 16, 1023, 1023];
        assert_eq!(seconds.map(|s| bucket(s * SECOND)), buckets);
        assert_eq!(bucket(NEVER), BUCKETS - 1);
    }

    #[test]
    fn buckets_take_turns() {
        // Objects 0 to 3 live 10 s, 4 to 7 an hour. Segments of one, two become one: each bucket gives one in turn, and the
        // used 0 stays.
        let expiries: Vec<u64> = (0..8).map(|id| if id < 4 { 10 } else { 3600 } * SECOND).collect();
        let cx = Cx { expiries: &expiries, ..Cx::unit(0, 0) };
        let setup = Setup { objects: 8, capacity: 8, expected: 8, seed: 0, bytes: false };
        let params =
            crate::policy::parse_pairs("segcache", "segment=0.125,merge=2").unwrap().resolve("segcache").unwrap();
        let mut cache = Segcache::build(&params, &setup).unwrap();
        (0..8).for_each(|id| cache.insert(&cx, id));
        assert!(cache.hit(&cx, 0));
        let mut out = Vec::new();
        (0..4).for_each(|_| {
            cache.evict(&cx, Cause::Shrink, &mut out);
        });
        assert_eq!(out, [1, 4, 2, 6]);
    }
}
