//! W-TinyLFU: a small LRU window for what is new, a segmented LRU for the rest, and between them a filter that lets an
//! object in only if a sketch says that it was used more often lately than the object it would replace.
//!
//! # State
//! `WINDOW`, `PROBATION`, `PROTECTED`: LRU lists. A count-min sketch of 4-bit counters for all objects, resident or not,
//! halved after a sample of requests.
//!
//! # Parameters
//! - `window` = 0.01: share of the capacity for the window (paper, section 5: 1 %).
//! - `protected` = 0.8: share of the main region for its protected segment (paper: 80 %).
//! - `sample` = 10: size of the sample after which all counts, the sample's too, are halved, as a multiple of the objects
//!   that fit (the W/C of the paper's section 3; ten is what its 4-bit counters and Caffeine use).
//!
//! # Source
//! G. Einziger, R. Friedman, B. Manes: TinyLFU: a highly efficient cache admission policy. ACM Transactions on Storage
//! 13(4), 2017. <https://doi.org/10.1145/3149371>
//!
//! # Departures
//! The doorkeeper, which the paper offers to save memory, is left out. The window keeps its size (the adaptive one is
//! another paper). Shares are rounded down, the window's to at least 1; it always has room for one object, however large.
//! With byte sizes the candidate duels with one victim after the other until there is room.
//!
//! # Weak on
//! Bursts of new objects that are soon used again, when the window is too small for them.

use super::parts::quota::{part, share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Sketch, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<WTinyLfu>(Info {
    name: "w-tiny-lfu",
    aliases: &[],
    summary: "a window for new objects; into the main region only by being used more often than the victim",
    family: Family::Hybrid,
    paper: Paper {
        authors: "G. Einziger, R. Friedman, B. Manes",
        title: "TinyLFU: a highly efficient cache admission policy",
        venue: "ACM Transactions on Storage 13(4)",
        year: 2017,
        url: "https://doi.org/10.1145/3149371",
    },
    params: &[
        Param { name: "window", range: "0..1", origin: Origin::Paper, help: "share of the window" },
        Param {
            name: "protected",
            range: "0..1",
            origin: Origin::Paper,
            help: "share of the protected segment in the main region",
        },
        Param {
            name: "sample",
            range: "1..1000",
            origin: Origin::Paper,
            help: "size of the sample after which counts are halved, multiple of the objects that fit",
        },
    ],
    needs: Needs::NOTHING,
    state: WTinyLfu::STATE,
    source: include_str!("w_tiny_lfu.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    pub(super) window: f64,
    pub(super) protected: f64,
    pub(super) sample: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { window: 0.01, protected: 0.8, sample: 10 }
    }
}

const WINDOW: usize = 0;
const PROBATION: usize = 1;
const PROTECTED: usize = 2;

/// See the module text.
#[derive(Debug)]
pub struct WTinyLfu {
    lists: Lists<3, 0>,
    sketch: Sketch,
    params: Params,
    window_quota: u64,
    main_quota: u64,
    protected_quota: u64,
}

impl WTinyLfu {
    /// Bytes that it allocates: as SLRU, and the sketch; the window is short, or takes from the others what it has.
    pub(super) const STATE: State =
        State::of(lists::WORD_BYTES, lists::SPARSE_QUEUE_BYTES + lists::LRU_BYTES * 3 / 2 + Sketch::OBJECT_BYTES);

    /// Another share of the capacity for the window. Objects move between it and the main region when room is made.
    pub(super) fn set_window(&mut self, share: f64) {
        self.params.window = share;
        self.set_capacity(self.window_quota + self.main_quota);
    }

    /// The main region's next victim.
    #[inline(always)]
    fn main_victim(&mut self) -> Option<ObjId> {
        self.lists.front(PROBATION).or_else(|| self.lists.front(PROTECTED))
    }

    /// Who leaves: the window's overflow and the main region's victim are compared, the one used less often loses.
    #[inline(always)]
    fn loser(&mut self, cx: &Cx<'_>, incoming: u64) -> Option<ObjId> {
        while self.lists.weight(WINDOW) + incoming > self.window_quota
            && let Some(candidate) = self.lists.front(WINDOW)
        {
            let main = self.lists.weight(PROBATION) + self.lists.weight(PROTECTED);
            if main + cx.weight(candidate) <= self.main_quota {
                self.lists.push(PROBATION, candidate, cx);
                continue;
            }
            let Some(victim) = self.main_victim() else { return Some(candidate) };
            let stronger = self.sketch.estimate(candidate) > self.sketch.estimate(victim);
            return Some(if stronger { victim } else { candidate });
        }
        self.main_victim().or_else(|| self.lists.front(WINDOW))
    }
}

impl Build for WTinyLfu {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("w-tiny-lfu", "window", params.window, 0.0, 1.0)?;
        within("w-tiny-lfu", "protected", params.protected, 0.0, 1.0)?;
        within("w-tiny-lfu", "sample", params.sample as f64, 1.0, 1000.0)?;
        let mut this = Self {
            lists: Lists::new(setup.objects),
            sketch: Sketch::new(setup.expected, params.sample * setup.expected.max(1) as u64),
            params: *params,
            window_quota: 0,
            main_quota: 0,
            protected_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for WTinyLfu {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let Some(list) = self.lists.list_of(id) else { return false };
        self.sketch.increment(id);
        if list == WINDOW {
            self.lists.renew(WINDOW, id);
            return true;
        }
        if list == PROTECTED {
            self.lists.renew(PROTECTED, id);
            return true;
        }
        self.lists.push(PROTECTED, id, cx);
        while self.lists.weight(PROTECTED) > self.protected_quota
            && let Some(id) = self.lists.pop(PROTECTED, cx)
        {
            self.lists.push(PROBATION, id, cx);
        }
        true
    }

    #[inline(always)]
    fn miss(&mut self, _: &Cx<'_>, id: ObjId) {
        self.sketch.increment(id);
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match self.victim(cx, cause) {
            Some(id) => {
                self.lists.remove(id, cx);
                out.push(id);
                Verdict::Freed
            }
            None => Verdict::Refuse,
        }
    }

    #[inline(always)]
    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        let incoming = if let Cause::Incoming(id) = cause { cx.weight(id) } else { 0 };
        self.loser(cx, incoming)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.lists.push(WINDOW, id, cx);
        // There is room, or the engine would have asked for some; so what overflows moves on without a duel.
        while self.lists.weight(WINDOW) > self.window_quota
            && self.lists.len(WINDOW) > 1
            && let Some(id) = self.lists.pop(WINDOW, cx)
        {
            self.lists.push(PROBATION, id, cx);
        }
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.lists.remove(id, cx);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.lists.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.window_quota = part(capacity, self.params.window);
        self.main_quota = capacity - self.window_quota;
        self.protected_quota = share(self.main_quota, self.params.protected);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
        self.sketch.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.lists.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Window 1, main 3. d pushes c out of the window into main; from e on the window's loser duels with a or b.
        check("w-tiny-lfu", 4, "a b c d a b e f g", "m m m m h h m-d m-e m-f");
    }

    #[test]
    fn a_candidate_used_more_often_wins() {
        check("w-tiny-lfu", 3, "a b c c c d a", "m m m h h m-a m-d");
    }
}
