//! MQ: several LRU queues by the logarithm of the number of uses; what is not used for a life time sinks one queue, and a
//! history remembers the uses of what left.
//!
//! # State
//! Up to eight LRU lists; `OUT` (the paper's Qout), a FIFO queue of keys of what left. For each object its uses, resident
//! or in `OUT`, and when it was last asked for and last queued. Time is the number of the request.
//!
//! # Parameters
//! - `queues` = 8: number of queues (paper: m = 8); queue k is for 2^k uses and more.
//! - `out` = 4: length of `OUT`, as a multiple of the capacity (paper: four times the number of blocks in the cache).
//! - `lifetime` = auto: requests without a use after which an object sinks one queue. `auto` is the peak temporal distance
//!   (paper, section 5): that distance between two uses of an object which is longer than the number of objects in the
//!   cache and which most uses have, taken as they come, in classes between powers of two, at the upper end of the class;
//!   as many requests as objects fit, before there is any.
//!
//! # Source
//! Y. Zhou, J. F. Philbin, K. Li: The multi-queue replacement algorithm for second level buffer caches. USENIX Annual
//! Technical Conference 2001. <https://www.usenix.org/legacy/event/usenix01/zhou.html>
//!
//! # Departures
//! None from the pseudo-code with a `lifetime` of its own. How distances are collected is not in it; `auto` sees those of
//! objects that are resident or in `OUT`, and a new life time counts at once, for what is queued already too. With byte
//! sizes, `OUT` is in bytes. On OLTP `auto` hits from 0.5 points less to 1.9 more than the MQ of the ARC paper's table, whose
//! life time is not known here, and `lifetime=10000` 2.3 more at 10000.
//!
//! # Weak on
//! Objects that were popular once: each life time takes away but half of their standing.

use super::parts::quota::{share, within};
use crate::core::{Error, ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, Weigh, lists};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<MultiQueue>(Info {
    name: "multi-queue",
    aliases: &["mq", "multiqueue"],
    summary: "LRU queues by the logarithm of the uses; objects sink a queue after a life time without a use",
    family: Family::Hybrid,
    paper: Paper {
        authors: "Y. Zhou, J. F. Philbin, K. Li",
        title: "The multi-queue replacement algorithm for second level buffer caches",
        venue: "USENIX Annual Technical Conference",
        year: 2001,
        url: "https://www.usenix.org/legacy/event/usenix01/zhou.html",
    },
    params: &[
        Param { name: "queues", range: "1..8", origin: Origin::Paper, help: "number of LRU queues (m)" },
        Param {
            name: "out",
            range: "0..100",
            origin: Origin::Paper,
            help: "length of the history, multiple of the capacity",
        },
        Param {
            name: "lifetime",
            range: "auto|1..2^31",
            origin: Origin::Paper,
            help: "requests without a use after which an object sinks; auto measures the peak temporal distance",
        },
    ],
    needs: Needs::NOTHING,
    // Objects climb and sink through all queues, and several may come to hold most of the residents.
    state: State::of(lists::WORD_BYTES + size_of::<Block>() as u32, lists::LRU_BYTES * 3)
        .ghosts(Ghosts::Parameter("out"), lists::LRU_BYTES),
    source: include_str!("multi_queue.rs"),
});

const MOST: usize = 8;
/// The list of the ghosts.
const OUT: usize = MOST;
const LONGEST: u32 = 1 << 31;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    queues: usize,
    out: f64,
    lifetime: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { queues: MOST, out: 4.0, lifetime: "auto".into() }
    }
}

impl Params {
    /// The life time that is given, if one is.
    fn fixed(&self) -> Result<Option<u32>> {
        if self.lifetime == "auto" {
            return Ok(None);
        }
        let number = self.lifetime.parse().ok().filter(|lifetime| (1..=LONGEST).contains(lifetime));
        number.map(Some).ok_or_else(|| {
            Error::usage(format!("multi-queue: lifetime={} is neither 'auto' nor a number of requests", self.lifetime))
                .hint("use auto, or a number from 1 to 2147483648")
        })
    }
}

/// What is remembered of an object that is resident or in `OUT`. Times are numbers of requests, modulo 2^32.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Block {
    /// When it was last asked for.
    used: u32,
    /// When it came to the queue it is in.
    queued: u32,
    /// How often it was asked for, as far as that matters.
    uses: u32,
}

/// How many uses came after which distance.
#[derive(Debug)]
struct Distances {
    /// By the logarithm of the distance.
    counts: [u64; 32],
    peak: usize,
    /// Shorter ones are hits in any cache of this size.
    least: u32,
}

impl Distances {
    /// Counts a distance; the life time that follows if another class has become the peak.
    fn count(&mut self, distance: u32) -> Option<u32> {
        if distance <= self.least {
            return None;
        }
        let class = distance.ilog2() as usize;
        self.counts[class] += 1;
        if self.counts[class] <= self.counts[self.peak] {
            return None;
        }
        let moved = self.peak != class || self.counts[class] == 1;
        self.peak = class;
        moved.then_some(if class >= 30 { LONGEST } else { 2 << class })
    }
}

/// See the module text.
#[derive(Debug)]
pub struct MultiQueue {
    lists: Lists<{ MOST + 1 }, 0>,
    blocks: Pages<Block>,
    queues: usize,
    out: f64,
    out_quota: u64,
    lifetime: u32,
    /// Absent where the life time is given.
    distances: Option<Distances>,
    /// By queue, a request before which its oldest object cannot expire, so that it need not be looked at.
    due: [u64; MOST],
    capacity: u64,
}

impl MultiQueue {
    /// A reference to the object, which is in the cache from now on; is it known, as a resident or from the history?
    #[inline(always)]
    fn refer(&mut self, cx: &Cx<'_>, id: ObjId, known: bool) {
        let now = cx.index as u32;
        let block = &mut self.blocks[id as usize];
        let distance = now.wrapping_sub(block.used);
        let uses = if known { (block.uses + 1).min(1 << (MOST - 1)) } else { 1 };
        *block = Block { used: now, queued: now, uses };
        let queue = (uses.ilog2() as usize).min(self.queues - 1);
        self.lists.push(queue, id, cx);
        if known
            && let Some(distances) = &mut self.distances
            && let Some(lifetime) = distances.count(distance)
        {
            self.lifetime = lifetime;
            self.due = [0; MOST];
        }
        self.adjust(cx);
    }

    /// The paper's Adjust: the head of each queue sinks one queue if its life time is over.
    #[inline(always)]
    fn adjust(&mut self, cx: &Cx<'_>) {
        for queue in 1..self.queues {
            if self.due[queue] <= cx.index {
                self.expire(cx, queue);
            }
        }
    }

    fn expire(&mut self, cx: &Cx<'_>, queue: usize) {
        let lifetime = u64::from(self.lifetime);
        let Some(head) = self.lists.front(queue) else {
            self.due[queue] = cx.index + lifetime;
            return;
        };
        // The paper's clock has ticked before it looks.
        let tick = (cx.index as u32).wrapping_add(1);
        let block = &mut self.blocks[head as usize];
        let age = u64::from(tick.wrapping_sub(block.queued));
        if age > lifetime {
            block.queued = tick;
            self.lists.push(queue - 1, head, cx);
            self.due[queue] = 0;
        } else {
            self.due[queue] = cx.index + 1 + lifetime - age;
        }
    }
}

impl Build for MultiQueue {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("multi-queue", "queues", params.queues as f64, 1.0, MOST as f64)?;
        within("multi-queue", "out", params.out, 0.0, 100.0)?;
        let fixed = params.fixed()?;
        let fit = setup.expected.clamp(1, LONGEST as usize) as u32;
        let distances = || Distances { counts: [0; 32], peak: 0, least: fit };
        let mut this = Self {
            lists: Lists::new(setup.objects),
            blocks: Pages::zeroed(setup.objects),
            queues: params.queues,
            out: params.out,
            out_quota: 0,
            lifetime: fixed.unwrap_or(fit),
            distances: fixed.is_none().then(distances),
            due: [0; MOST],
            capacity: setup.capacity,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for MultiQueue {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.refer(cx, id, true);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = (0..self.queues).find_map(|queue| self.lists.pop(queue, cx)) else { return Verdict::Refuse };
        // The paper's EvictBlock drops the oldest of a full history before it knows whether that is asked for.
        let size = cx.weight(id);
        if size <= self.out_quota {
            while self.lists.weight(OUT) + size > self.out_quota && self.lists.pop(OUT, cx).is_some() {}
            self.lists.push(OUT, id, cx);
        }
        out.push(id);
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let known = self.lists.is_in(id, OUT);
        self.refer(cx, id, known);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.out_quota = share(capacity, self.out);
        if let Some(distances) = &mut self.distances {
            // As many times more objects fit as there is more room.
            let fit = f64::from(distances.least) * (capacity as f64 / self.capacity.max(1) as f64);
            distances.least = fit.clamp(1.0, f64::from(LONGEST)) as u32;
        }
        self.capacity = capacity;
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id) && !self.lists.is_in(id, OUT)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        (0..self.queues).find_map(|queue| self.lists.front(queue))
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.lists.remove(id, cx);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.lists.resized(id, old, cx);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
        prefetch(&self.blocks, id as usize);
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.lists.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::Distances;

    #[test]
    fn walk_through() {
        // a, used twice, is in queue 1. d takes b, e takes c from queue 0. b comes back from the history with two uses, to
        // queue 1, and takes d; f takes e, and a is still there.
        check("multi-queue:lifetime=100", 3, "a a b c d e b f a", "m h m m m-b m-c m-d m-e h");
    }

    #[test]
    fn what_outlives_its_life_time_sinks() {
        // The same with a life time of two requests: a sinks behind c while d, e come, and so leaves before b.
        check("multi-queue:lifetime=2", 3, "a a b c d e f", "m h m m m-b m-c m-a");
        check("multi-queue:lifetime=20", 3, "a a b c d e f", "m h m m m-b m-c m-d");
    }

    #[test]
    fn the_peak_is_the_commonest_distance_longer_than_the_cache() {
        let mut distances = Distances { counts: [0; 32], peak: 0, least: 10 };
        assert_eq!((distances.count(3), distances.count(10)), (None, None), "hits anyway");
        assert_eq!(distances.count(70), Some(128));
        assert_eq!((distances.count(127), distances.count(300)), (None, None));
        assert_eq!((distances.count(511), distances.count(256)), (None, Some(512)));
    }
}
