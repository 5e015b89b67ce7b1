//! CAMP: Greedy-Dual-Size made of a few LRU queues, one for each value per byte, rounded to its highest bits; the queue
//! whose head has the least priority gives it up.
//!
//! # State
//! Per object the priority `L + ratio` of its last use, where `L` is the least priority of all at that time, and `ratio` is
//! cost by size as a whole number, rounded to `precision` significant bits. An LRU queue for each rounded ratio, in which
//! priorities ascend; a heap of the queues by the priorities of their heads.
//!
//! # Parameters
//! - `precision` = 5: significant bits that a ratio keeps (paper, whose experiments find 5 as good as exact ratios).
//!
//! # Source
//! S. Ghandeharizadeh, S. Irani, J. Lam, J. Yap: CAMP: a cost adaptive multi-queue eviction policy for key-value stores.
//! Middleware 2014. <https://arxiv.org/abs/2411.01246>
//!
//! # Departures
//! Cost is 1, so that the ratio of hits is the goal; with unit sizes there is one queue, and CAMP is LRU. `L` is the least
//! priority of what remains whenever an object leaves its queue, by a use too, as in the authors' programs;
//! Greedy-Dual-Size takes that of what left last. Ratios become whole numbers by the largest size seen so far, rounded to
//! the nearest (the authors' simulator cuts), and those given out are not changed when it grows. Of heads with equal
//! priorities that of the lesser ratio leaves.
//!
//! # Weak on
//! Byte hit ratio: it prefers many small objects to a large one; and frequency, which it does not count.

use super::parts::quota::within;
use super::parts::ratio::Ratio;
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Chains, Heap};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Camp>(Info {
    name: "camp",
    aliases: &["cost-adaptive-multi-queue"],
    summary: "Greedy-Dual-Size with values rounded, so that a few LRU queues are enough",
    family: Family::Size,
    paper: Paper {
        authors: "S. Ghandeharizadeh, S. Irani, J. Lam, J. Yap",
        title: "CAMP: a cost adaptive multi-queue eviction policy for key-value stores",
        venue: "Middleware",
        year: 2014,
        url: "https://arxiv.org/abs/2411.01246",
    },
    params: &[Param {
        name: "precision",
        range: "1..8",
        origin: Origin::Paper,
        help: "significant bits of the ratio of cost to size",
    }],
    needs: Needs::SIZES,
    state: State::of(Chains::LINK_BYTES + size_of::<u64>() as u32, 0).fixed(QUEUE_BYTES),
    source: include_str!("camp.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    precision: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { precision: 5 }
    }
}

/// Ratios are below 2^33, since sizes are below 2^32.
const RATIO_BITS: u32 = 33;
/// Bytes of the queues' ends and of their heap with the default.
const QUEUE_BYTES: u32 = 20_000;

/// The queue of a ratio that is rounded to so many bits: the numbers below 2^bits, then each power of two cut into 2^(bits-1)
/// parts of equal width.
fn queue(ratio: u64, bits: u32) -> usize {
    let shift = (u64::BITS - ratio.leading_zeros()).saturating_sub(bits);
    (u64::from(shift) << (bits - 1)) as usize + (ratio >> shift) as usize
}

/// The ratio without the bits below the highest `bits`.
fn rounded(ratio: u64, bits: u32) -> u64 {
    let shift = (u64::BITS - ratio.leading_zeros()).saturating_sub(bits);
    ratio >> shift << shift
}

/// See the module text.
#[derive(Debug)]
pub struct Camp {
    queues: Chains,
    priorities: Pages<u64>,
    /// By queue: the priority of its head; the queue's number parts equals.
    heads: Heap<(u64, u32)>,
    ratio: Ratio,
    floor: u64,
    precision: u32,
}

impl Camp {
    /// The heap learns of a queue whose head may have changed.
    #[inline]
    fn tell(&mut self, queue: usize) {
        match self.queues.front(queue) {
            Some(head) => {
                let key = (self.priorities[head as usize], queue as u32);
                if self.heads.key(queue as ObjId) != Some(key) {
                    self.heads.set(queue as ObjId, key);
                }
            }
            None => self.heads.remove(queue as ObjId),
        }
    }

    /// Takes the object out of its queue.
    #[inline]
    fn take(&mut self, id: ObjId) {
        if let Some(from) = self.queues.chain_of(id) {
            self.queues.remove(id);
            self.tell(from);
            if let Some(((least, _), _)) = self.heads.first() {
                self.floor = least;
            }
        }
    }

    /// Puts the object at the back of the queue of its ratio.
    #[inline]
    fn place(&mut self, cx: &Cx<'_>, id: ObjId) {
        let ratio = self.ratio.of(cx.size(id));
        self.take(id);
        self.priorities[id as usize] = self.floor + rounded(ratio, self.precision);
        let queue = queue(ratio, self.precision);
        self.queues.push(queue, id);
        if self.queues.len(queue) == 1 {
            self.tell(queue);
        }
    }
}

impl Build for Camp {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("camp", "precision", f64::from(params.precision), 1.0, 8.0)?;
        let queues = queue((1 << RATIO_BITS) - 1, params.precision) + 1;
        Ok(Self {
            queues: Chains::new(setup.objects, queues),
            priorities: Pages::zeroed(setup.objects),
            heads: Heap::new(queues),
            ratio: Ratio::default(),
            floor: 0,
            precision: params.precision,
        })
    }
}

impl Policy for Camp {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.queues.contains(id);
        if resident {
            self.place(cx, id);
        }
        resident
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.take(id);
        out.push(id);
        Verdict::Freed
    }

    #[inline]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.place(cx, id);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.take(id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if self.queues.contains(id) {
            self.place(cx, id);
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.queues.preload(id);
        prefetch(&self.priorities, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.queues.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        let (_, queue) = self.heads.first()?;
        self.queues.front(queue as usize)
    }

    fn check(&self) -> Result<(), String> {
        self.queues.check()?;
        self.heads.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // Objects of one size have one ratio, so there is one LRU queue.
        check("camp", 3, "a b c a d e a", "m m m h m-b m-c h");
    }

    #[test]
    fn ratios_keep_their_highest_bits() {
        assert_eq!([1, 7, 8, 9, 15, 16, 19, 20].map(|ratio| rounded(ratio, 3)), [1, 7, 8, 8, 14, 16, 16, 20]);
        for bits in 1..=8 {
            for ratio in 1..5000 {
                let (a, b) = (queue(ratio, bits), queue(ratio + 1, bits));
                let same = rounded(ratio, bits) == rounded(ratio + 1, bits);
                assert_eq!(b - a, usize::from(!same), "{ratio} and the next with {bits} bits");
            }
        }
    }

    #[test]
    fn sizes_make_queues_and_the_floor_ages_the_small() {
        // The largest size is 16, so 0 and 4 have ratio 1 and 1 to 3 have 8. 0 and 4 go first; then the least priority is 8, so
        // that 5 has 9 and leaves after the small ones.
        let sizes = [16, 2, 2, 2, 16, 16];
        let cx = Cx { sizes: &sizes, ..Cx::unit(0, 0) };
        let setup = Setup { objects: 6, capacity: 64, expected: 6, seed: 0, bytes: false };
        let mut camp = Camp::build(&Params::default(), &setup).unwrap();
        let mut out = Vec::new();
        (0..5).for_each(|id| camp.insert(&cx, id));
        camp.evict(&cx, Cause::Shrink, &mut out);
        camp.evict(&cx, Cause::Shrink, &mut out);
        camp.insert(&cx, 5);
        assert_eq!(camp.priorities[5], 9);
        while camp.evict(&cx, Cause::Shrink, &mut out) == Verdict::Freed {}
        assert_eq!(out, [0, 4, 1, 2, 3, 5]);
    }
}
