//! S3-FIFO-D: S3-FIFO whose small queue grows and shrinks: two short ghost queues, of what left the small and the main
//! queue last, tell which of them is too small.
//!
//! # State
//! That of S3-FIFO; two FIFO queues of keys, of what left the small queue and of what left the main queue last; how often
//! each was hit since the sizes were last looked at.
//!
//! # Parameters
//! - `small` = 0.1: share of the small queue at first (paper, section 4.1).
//! - `ghosts` = 0.05: length of each of the two ghost queues as a share of the capacity (paper: 5 %).
//! - `hits` = 100: hits of the two together after which they are compared (paper).
//! - `step` = 0.001: share of the capacity that then goes to the queue whose ghosts have twice the hits (paper:
//!   0.1 %).
//!
//! # Source
//! J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi: FIFO queues are all you need for cache eviction. SOSP 2023.
//! <https://doi.org/10.1145/3600006.3613147>
//!
//! # Departures
//! The paper gives the dynamic queues a few sentences. Here hits are counted until there are more than `hits`, then compared
//! and counted from 0 again, whether a step follows or not; a step is at least 1, and the small queue stays between a step and
//! the capacity less a step. A ghost counts once. Below 20 objects there are no
//! such ghosts, and the queues stay as they are. (libCacheSim's version has ghosts of 10 %, counts that fade, and a ghost queue
//! that changes with the others.) All else is S3-FIFO with its defaults, departures included.
//!
//! # Weak on
//! What S3-FIFO is weak on; and the steps follow slowly where the requests change.

use super::parts::quota::{part, share, within};
use super::s3_fifo::{GHOST, S3Fifo};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<S3FifoD>(Info {
    name: "s3-fifo-d",
    aliases: &["s3fifod", "s3-fifo-dynamic"],
    summary: "S3-FIFO with queue sizes that follow the hits on ghosts",
    family: Family::Hybrid,
    paper: Paper {
        authors: "J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi",
        title: "FIFO queues are all you need for cache eviction",
        venue: "SOSP",
        year: 2023,
        url: "https://doi.org/10.1145/3600006.3613147",
    },
    params: &[
        Param { name: "small", range: "0..1", origin: Origin::Paper, help: "share of the small queue at first" },
        Param {
            name: "ghosts",
            range: "0..1",
            origin: Origin::Paper,
            help: "length of each of the two ghost queues, share of the capacity",
        },
        Param { name: "hits", range: "1..1000000", origin: Origin::Paper, help: "ghost hits between comparisons" },
        Param { name: "step", range: "0..1", origin: Origin::Paper, help: "share of the capacity that moves at once" },
    ],
    needs: Needs::NOTHING,
    // S3-FIFO's, and another word and two short rings, which many ghosts leave when they come back.
    state: State::of(lists::WORD_BYTES * 2, lists::QUEUE_BYTES * 5 / 2 + lists::SPARSE_QUEUE_BYTES / 2)
        .ghosts(Ghosts::Capacity, lists::LRU_BYTES * 3 / 2),
    source: include_str!("s3_fifo_d.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    small: f64,
    ghosts: f64,
    hits: u64,
    step: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { small: 0.1, ghosts: 0.05, hits: 100, step: 0.001 }
    }
}

/// The ghosts of the small queue.
const SMALL: usize = 0;
/// The ghosts of the main queue.
const MAIN: usize = 1;

/// See the module text.
#[derive(Debug)]
pub struct S3FifoD {
    cache: S3Fifo,
    ghosts: Lists<2, 0>,
    hits: [u64; 2],
    params: Params,
    capacity: u64,
    ghost_quota: u64,
}

impl S3FifoD {
    fn small_share(&self) -> f64 {
        self.cache.small_quota as f64 / self.capacity as f64
    }

    /// Gives a step of the capacity to the queue whose ghosts were hit twice as often as the other's.
    #[inline]
    fn compare(&mut self) {
        let [small, main] = std::mem::take(&mut self.hits);
        let step = part(self.capacity, self.params.step);
        let quota = &mut self.cache.small_quota;
        if small >= 2 * main && *quota + 2 * step <= self.capacity {
            *quota += step;
        } else if main >= 2 * small && *quota >= 2 * step {
            *quota -= step;
        }
    }
}

impl Build for S3FifoD {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("s3-fifo-d", "small", params.small, 0.0, 1.0)?;
        within("s3-fifo-d", "ghosts", params.ghosts, 0.0, 1.0)?;
        within("s3-fifo-d", "hits", params.hits as f64, 1.0, 1e6)?;
        within("s3-fifo-d", "step", params.step, 0.0, 1.0)?;
        let mut this = Self {
            cache: S3Fifo::build(&super::s3_fifo::Params::default(), setup)?,
            ghosts: Lists::new(setup.objects),
            hits: [0; 2],
            params: *params,
            capacity: 0,
            ghost_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for S3FifoD {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.cache.hit(cx, id)
    }

    #[inline]
    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        if let Some(queue) = self.ghosts.list_of(id) {
            self.ghosts.remove(id, cx);
            self.hits[queue] += 1;
            if self.hits[SMALL] + self.hits[MAIN] > self.params.hits {
                self.compare();
            }
        }
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let before = out.len();
        let verdict = self.cache.evict(cx, cause, out);
        for &id in &out[before..] {
            // What left the small queue is S3-FIFO's ghost, unless it is larger than all of these may be.
            let queue = if self.cache.lists.is_in(id, GHOST) { SMALL } else { MAIN };
            self.ghosts.push(queue, id, cx);
            while self.ghosts.weight(queue) > self.ghost_quota && self.ghosts.pop(queue, cx).is_some() {}
        }
        verdict
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        self.cache.victim(cx, cause)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.ghosts.remove(id, cx);
        self.cache.insert(cx, id);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.cache.remove(cx, id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.cache.resized(cx, id, old);
        self.ghosts.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        // What was learned of the shares stays.
        let small = if self.capacity == 0 { self.params.small } else { self.small_share() };
        self.cache.set_capacity(capacity);
        self.cache.small_quota = part(capacity, small).min(capacity);
        self.capacity = capacity;
        self.ghost_quota = share(capacity, self.params.ghosts);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.cache.preload(id);
        self.ghosts.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.cache.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.ghosts.check()?;
        self.cache.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // With so few ghosts nothing moves: S3-FIFO. e: a was used twice, goes to main; b leaves and comes back to main.
        check("s3-fifo-d:small=0.25", 4, "a b c d a a e b f a", "m m m m h h m-b m-c m-d h");
    }

    #[test]
    fn the_queue_whose_ghosts_are_hit_grows() {
        let params = Params { small: 0.1, ghosts: 0.5, hits: 10, step: 0.01 };
        let setup = Setup { objects: 200, capacity: 100, expected: 100, seed: 0, bytes: false };
        let mut cache = S3FifoD::build(&params, &setup).unwrap();
        let cx = Cx::unit(0, 0);
        for hits in 0..11 {
            assert_eq!(cache.cache.small_quota, 10, "after {hits} hits");
            cache.ghosts.push(SMALL, hits, &cx);
            cache.miss(&cx, hits);
        }
        assert_eq!((cache.cache.small_quota, cache.hits), (11, [0, 0]));
        for hits in 0..22 {
            cache.ghosts.push(MAIN, hits, &cx);
            cache.miss(&cx, hits);
        }
        assert_eq!(cache.cache.small_quota, 9);
        // Neither has twice the hits of the other.
        for hits in 0..12 {
            cache.ghosts.push(hits as usize % 2, hits, &cx);
            cache.miss(&cx, hits);
        }
        assert_eq!(cache.cache.small_quota, 9);
    }
}
