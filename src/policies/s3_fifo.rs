//! S3-FIFO: new objects pass through a small queue; those used there go on to the main queue, the others leave and are
//! remembered as ghosts, and a ghost that comes back goes straight to the main queue.
//!
//! # State
//! `SMALL` and `MAIN`, FIFO queues of objects with a use counter of 0 to 3; `GHOST`, a FIFO queue of keys. Several
//! capacities at once share words per object, a bit for each, and have the three queues each.
//!
//! # Parameters
//! - `small` = 0.1: share of the capacity from which on the small queue is the one to evict from (paper, section 4.1).
//! - `ghost` = 0.9: length of the ghost queue as a share of the capacity (paper: as many as the main queue holds).
//! - `threshold` = 2: uses in the small queue from which on an object goes to the main queue (paper, algorithm 1:
//!   `freq > 1`).
//! - `fill` = paper: where objects go before the first eviction; `paper`: to the small queue; `main`: to the main queue,
//!   as libCacheSim does.
//!
//! # Source
//! J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi: FIFO queues are all you need for cache eviction. SOSP 2023.
//! <https://doi.org/10.1145/3600006.3613147>
//!
//! # Departures
//! None from algorithm 1 but in what it leaves open. Shares are rounded down, the small queue's to at least 1. The main
//! queue is full when it exceeds the capacity without the small queue's share; an object that then moves to it makes it
//! evict too, so that two can leave at once. A ghost is looked up after room was made, as in the algorithm. Where the queue
//! to evict from is empty, the other one is. Where sizes count, all shares are in bytes, ghosts included.
//!
//! # Weak on
//! Objects whose second use comes just after they left the small queue and after their ghost went, as in long loops.

use super::parts::duties::weighed_lists;
use super::parts::lanes::{self, Lanes, s3_fifo as lane};
use super::parts::quota::{part, share, within};
use crate::core::{Error, ObjId, Result};
use crate::engine::{Pass, SharedPass, Unit};
use crate::policy::{
    self, Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<S3Fifo>(Info {
    name: "s3-fifo",
    aliases: &[],
    summary: "a small FIFO queue filters what enters the main FIFO queue; ghosts remember what left too early",
    family: Family::Hybrid,
    paper: Paper {
        authors: "J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi",
        title: "FIFO queues are all you need for cache eviction",
        venue: "SOSP",
        year: 2023,
        url: "https://doi.org/10.1145/3600006.3613147",
    },
    params: &[
        Param { name: "small", range: "0..1", origin: Origin::Paper, help: "share of the small queue" },
        Param {
            name: "ghost",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of the ghost queue, share of the capacity",
        },
        Param {
            name: "threshold",
            range: "1..3",
            origin: Origin::Paper,
            help: "uses that lead from the small to the main queue",
        },
        Param {
            name: "fill",
            range: "paper|main",
            origin: Origin::Paper,
            help: "queue that is filled before the first eviction",
        },
    ],
    needs: Needs::NOTHING,
    // Each of the queues may come to hold all residents. Ghosts that come back leave many stale entries.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 5 / 2)
        .ghosts(Ghosts::Parameter("ghost"), lists::LRU_BYTES * 3 / 2),
    source: include_str!("s3_fifo.rs"),
})
// A miss moves three queues on, as in a replay alone, but those of eight caches compete for the memory that is near.
.sharing(SharedPass { most: lanes::MOST, most_misses: 0.5, build: many, memory: many_memory });

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    small: f64,
    ghost: f64,
    threshold: u32,
    fill: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { small: 0.1, ghost: 0.9, threshold: 2, fill: "paper".into() }
    }
}

impl Params {
    fn check(&self) -> Result<()> {
        within("s3-fifo", "small", self.small, 0.0, 1.0)?;
        within("s3-fifo", "ghost", self.ghost, 0.0, 10.0)?;
        within("s3-fifo", "threshold", f64::from(self.threshold), 1.0, 3.0)?;
        if !["paper", "main"].contains(&self.fill.as_str()) {
            return Err(
                Error::usage(format!("s3-fifo: fill={} is unknown", self.fill)).hint("use fill=paper or fill=main")
            );
        }
        Ok(())
    }

    fn quotas(&self, capacity: u64, objects: usize) -> lane::Quotas {
        lane::Quotas {
            capacity,
            small: part(capacity, self.small),
            // There are never more ghosts than objects.
            ghosts: share(capacity, self.ghost).min(objects as u64),
            threshold: self.threshold,
            fill_main: self.fill == "main",
        }
    }
}

const SMALL: usize = 0;
const MAIN: usize = 1;
pub(super) const GHOST: usize = 2;
/// The counter has two bits.
const MAX_USES: u32 = 3;

/// See the module text.
#[derive(Debug)]
pub struct S3Fifo {
    pub(super) lists: Lists<3, 2>,
    small_share: f64,
    ghost_share: f64,
    threshold: u32,
    capacity: u64,
    /// What the small queue may hold.
    pub(super) small_quota: u64,
    ghost_quota: u64,
    /// New objects go to the main queue, since nothing was evicted yet and `fill=main`.
    filling_main: bool,
    /// Somebody asked who leaves next, and the small queue was searched for it.
    searching: bool,
}

impl S3Fifo {
    fn main_overflows(&self) -> bool {
        self.lists.weight(MAIN) > self.capacity - self.small_quota
    }

    /// Is the small queue the one to evict from? Where the main queue overflows, the small one is short of its share, unless the
    /// capacity was cut.
    #[inline(always)]
    fn takes_from_small(&self) -> bool {
        let small = self.lists.weight(SMALL) >= self.small_quota && !self.lists.is_empty(SMALL);
        small && !self.main_overflows() || self.lists.is_empty(MAIN)
    }

    /// Frees one object of the small queue, sending those that were used on to the main queue; if that overflows, of the
    /// main queue too.
    #[inline(always)]
    fn evict_small(&mut self, cx: &Cx<'_>, out: &mut Vec<ObjId>) {
        while let Some((id, uses)) = self.lists.pop_flagged(SMALL, cx) {
            if uses < self.threshold {
                self.lists.push(GHOST, id, cx);
                out.push(id);
                break;
            }
            self.lists.push(MAIN, id, cx);
            if self.main_overflows() {
                self.evict_main(cx, out);
            }
        }
    }

    /// Frees one object of the main queue; those that were used go around again for each use.
    #[inline(always)]
    fn evict_main(&mut self, cx: &Cx<'_>, out: &mut Vec<ObjId>) {
        if self.lists.turn(MAIN, MAIN, cx).is_some() {
            out.extend(self.lists.pop(MAIN, cx));
        }
    }
}

impl Build for S3Fifo {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        params.check()?;
        let mut this = Self {
            lists: Lists::new(setup.objects),
            small_share: params.small,
            ghost_share: params.ghost,
            threshold: params.threshold,
            capacity: 0,
            small_quota: 0,
            ghost_quota: 0,
            filling_main: params.fill == "main",
            searching: false,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for S3Fifo {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.lists.set_flags(id, (self.lists.flags(id) + 1).min(MAX_USES));
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        self.filling_main = false;
        let before = out.len();
        while out.len() == before {
            if std::mem::take(&mut self.searching) || self.takes_from_small() {
                self.evict_small(cx, out);
            } else {
                self.evict_main(cx, out);
            }
        }
        while self.lists.weight(GHOST) > self.ghost_quota {
            self.lists.pop(GHOST, cx);
        }
        Verdict::Freed
    }

    /// Sends those that were used on, as an eviction would; but one is given up at a time.
    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.searching |= self.takes_from_small();
        while self.searching {
            let Some(id) = self.lists.front(SMALL) else { break };
            if self.lists.flags(id) < self.threshold {
                return Some(id);
            }
            self.lists.push(MAIN, id, cx);
            self.searching = !self.main_overflows();
        }
        self.searching = false;
        self.lists.turn(MAIN, MAIN, cx)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let to_main = self.filling_main || self.lists.is_in(id, GHOST);
        self.lists.push(if to_main { MAIN } else { SMALL }, id, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.small_quota = part(capacity, self.small_share);
        self.ghost_quota = share(capacity, self.ghost_share);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id) && !self.lists.is_in(id, GHOST)
    }

    weighed_lists!();
}

/// The caches of several capacities.
fn many(params: &policy::Params, objects: usize, capacities: &[u64]) -> Result<Box<dyn Pass>> {
    let params: Params = params.resolve("s3-fifo")?;
    params.check()?;
    Ok(Box::new(Lanes::new(objects, capacities, |capacity| lane::S3Fifo::new(params.quotas(capacity, objects)))))
}

/// The bytes of these caches.
fn many_memory(params: &policy::Params, objects: usize, capacities: &[u64]) -> u64 {
    let params: Params =
        params.resolve("s3-fifo").ok().filter(|params: &Params| params.check().is_ok()).unwrap_or_default();
    lanes::memory::<lane::S3Fifo>(objects, capacities, |capacity| {
        lane::S3Fifo::bytes(&params.quotas(capacity, objects))
    })
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Capacity 4, small queue 1. e: a was used twice, goes to main; b leaves. b comes back as a ghost, to main.
        check("s3-fifo:small=0.25", 4, "a b c d a a e b f a", "m m m m h h m-b m-c m-d h");
    }

    #[test]
    fn one_hit_wonders_leave_first() {
        check("s3-fifo:small=0.25", 4, "a a a b b b x y z w a b", "m h h m h h m m m-x m-y h h");
    }

    #[test]
    fn filling_the_main_queue_first_treats_early_objects_as_tried() {
        check("s3-fifo:small=0.25,fill=main", 4, "a b c d e f", "m m m m m-a m-e");
    }
}
