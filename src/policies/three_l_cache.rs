//! 3L-Cache: trees learn in how many requests an object is requested again; newcomers and residents that were not used for long
//! are asked about, and the one whose next request is expected last leaves.
//!
//! # State
//! Of every resident, and of as many objects that left as fit one to five times: the last request, three distances between
//! requests and the number of requests. Which of them were drawn and wait for their label, the time to the next request; the
//! rows of the next training; the model, and what it said of the residents it was asked about. The newcomers since the last
//! look at them, and the place where the walk over the residents stands.
//!
//! # Parameters
//! - `objective` = objects: `objects` for few misses: a large object leaves before a small one, and nobody is passed over;
//!   `bytes` for few bytes missed: sizes do not count, and what to pass over is tuned (the paper has both).
//! - `batch` = 4: rows of a training, as a multiple of the objects that fit, 1024 to 65536 (paper: 64 K).
//!
//! # Source
//! W. Zhou, Z. Niu, Y. Xiong, J. Fang, Q. Wang: 3L-Cache: low overhead and precise learning-based eviction policy for caches.
//! USENIX FAST 2025. <https://www.usenix.org/conference/fast25/presentation/zhou-wenbin>
//!
//! # Departures
//! The trees are of another library than the paper's (LightGBM), and none leaves out rows or features by chance. The batch goes
//! by the size of the cache. A model is trained when the next residents are to be asked about, and until then a full batch
//! takes no more rows. A newcomer is recorded once, at its last arrival, and no more when it is invalidated. A walk ends where
//! the residents do, if some were removed, and an object that it meets twice is asked about once. Of objects of which the
//! same is expected the one used longest ago leaves. Until the first training that one leaves in any case. A request that
//! is not filled leaves no past if the object is not known.
//!
//! # Weak on
//! Short traces and those with few misses, from which little is learned; objects that come back after they were forgotten.

#![cfg(feature = "learned")]

#[cfg(test)]
mod tests;
mod tuning;
mod window;

use super::parts::quota::within;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Dial, Heap, Lists, lists};
use serde::{Deserialize, Serialize};
use tuning::Lap;
use window::{RESIDENT, WALK, Window};

pub(super) static POLICY: Unit = Unit::new::<ThreeLCache>(Info {
    name: "three-l-cache",
    aliases: &["3l-cache"],
    summary: "trees learn when newcomers and residents unused for long come back; the last to do so leaves",
    family: Family::Learned,
    paper: Paper {
        authors: "W. Zhou, Z. Niu, Y. Xiong, J. Fang, Q. Wang",
        title: "3L-Cache: low overhead and precise learning-based eviction policy for caches",
        venue: "USENIX FAST",
        year: 2025,
        url: "https://www.usenix.org/conference/fast25/presentation/zhou-wenbin",
    },
    params: &[
        Param {
            name: "objective",
            range: "objects|bytes",
            origin: Origin::Practice,
            help: "what there are to be few misses of",
        },
        Param {
            name: "batch",
            range: "0.1..1e6",
            origin: Origin::Practice,
            help: "rows of a training, multiple of the objects that fit, 1024 to 65536",
        },
    ],
    needs: Needs::CHANCE,
    state: State::of(
        Window::OBJECT_BYTES + Heap::<Key>::PLACE_BYTES + lists::WORD_BYTES,
        Dial::<1>::SLOT_BYTES + 4 * Window::ROW_BYTES + Heap::<Key>::NODE_BYTES * 3 / 2 + lists::SPARSE_QUEUE_BYTES,
    )
    .fixed(Window::FIXED_BYTES + LEAST_ROWS as u32 * Window::ROW_BYTES),
    source: include_str!("three_l_cache.rs"),
});

const NEWCOMERS: usize = 0;
/// Rows of a training: fewer teach little, and a training costs much.
const LEAST_ROWS: usize = 1024;
const MOST_ROWS: usize = 65_536;

/// What the model expects, the latest first, and the last request.
type Key = (f64, u64);

/// What there are to be few misses of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Objective {
    Objects,
    Bytes,
}

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    objective: Objective,
    batch: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { objective: Objective::Objects, batch: 4.0 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct ThreeLCache {
    objective: Objective,
    /// The residents and the history.
    window: Window,
    /// Newcomers that the model was not asked about yet, since there is one.
    newcomers: Lists<1, 0>,
    /// Residents that the model was asked about.
    predicted: Heap<Key>,
    /// So many evictions more, and it is asked anew.
    budget: usize,
    lap: Lap,
    /// Who leaves next, where somebody asked since the last request.
    promised: Option<ObjId>,
    /// What the residents take of the capacity.
    used: u64,
    now: u64,
    /// The time of the last training.
    trained: u64,
    /// Whom to ask about, for reuse.
    candidates: Vec<ObjId>,
}

impl ThreeLCache {
    /// Who leaves next.
    fn choose(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        let oldest = self.window.residents.front()?;
        if self.budget == 0 || self.predicted.is_empty() {
            if self.budget == 0 && self.window.train() {
                self.discard();
                self.trained = self.now;
            }
            if self.window.is_trained() {
                self.ask(cx);
            }
        }
        Some(self.predicted.first().map_or(oldest, |(_, id)| id))
    }

    /// Asks the model about some residents.
    fn ask(&mut self, cx: &Cx<'_>) {
        if self.lap.residents == 0 {
            self.begin_lap();
        }
        let mut candidates = std::mem::take(&mut self.candidates);
        self.take_newcomers(cx, &mut candidates);
        if self.newcomers.weight(NEWCOMERS) * 10 < self.used * self.lap.percent {
            self.walk(&mut candidates);
        }
        candidates.sort_unstable();
        candidates.dedup();
        self.budget = candidates.len() / 2;
        let expected = self.window.expected(cx, &candidates, self.now);
        for (id, expected) in candidates.drain(..).zip(expected) {
            let worst = match self.objective {
                Objective::Objects => f64::from(cx.size(id)) * expected,
                // What was expected earlier counts from then on.
                Objective::Bytes => expected + (self.now - self.trained) as f64,
            };
            self.predicted.set(id, (-worst, self.window.past(id).last));
        }
        self.candidates = candidates;
    }

    /// The newcomers that came first, while all together are more than their share of the cache.
    fn take_newcomers(&mut self, cx: &Cx<'_>, candidates: &mut Vec<ObjId>) {
        while self.newcomers.weight(NEWCOMERS) * 100 > self.used * self.lap.percent
            && 2 * candidates.len() < 3 * self.lap.quota
            && let Some(id) = self.newcomers.pop(NEWCOMERS, cx)
        {
            if self.contains(id) {
                candidates.push(id);
            }
        }
    }

    /// Goes on with the walk from the resident used longest ago to the one used last.
    fn walk(&mut self, candidates: &mut Vec<ObjId>) {
        let (mut picks, mut last) = (0, None);
        while picks < self.lap.quota && candidates.len() < self.lap.residents as usize {
            let Some(id) = self.window.residents.hand(WALK, !0).filter(|_| !self.lap.is_over()) else {
                self.lap.tune(self.newcomers.len(NEWCOMERS));
                self.begin_lap();
                self.discard();
                picks = 0;
                continue;
            };
            self.window.residents.pass(WALK);
            let past = self.window.past(id);
            if self.lap.step(past.count) {
                candidates.push(id);
                picks += 1;
                last = Some(past.last);
            }
        }
        if let Some(last) = last {
            self.lap.walked(last);
        }
    }

    fn begin_lap(&mut self) {
        self.lap.begin(self.window.residents.len() as u64);
        self.window.residents.rewind(WALK);
    }

    /// What the model said holds no more.
    fn discard(&mut self) {
        self.predicted.clear();
    }
}

impl Build for ThreeLCache {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("three-l-cache", "batch", params.batch, 0.1, 1e6)?;
        let batch = (setup.expected.max(1) as f64 * params.batch) as usize;
        Ok(Self {
            objective: params.objective,
            window: Window::new(setup, batch.clamp(LEAST_ROWS, MOST_ROWS)),
            newcomers: Lists::new(setup.objects),
            predicted: Heap::new(setup.objects),
            budget: 0,
            lap: Lap::new(params.objective == Objective::Bytes),
            promised: None,
            used: 0,
            now: 0,
            trained: 0,
            candidates: Vec::new(),
        })
    }
}

impl Policy for ThreeLCache {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.now += 1;
        self.promised = None;
        let (resident, known) = (self.contains(id), self.window.known.contains(id));
        self.window.history.count(resident, known);
        if known {
            self.window.request(cx, id, self.now);
        }
        if resident {
            self.predicted.remove(id);
            self.window.residents.push(id, RESIDENT);
        }
        self.window.draw(self.now);
        self.window.trim(cx, self.now);
        resident
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.promised = None;
        self.predicted.remove(id);
        self.window.leave(id);
        self.used -= u64::from(cx.size(id));
        self.budget = self.budget.saturating_sub(1);
        let past = self.window.past(id);
        self.lap.evicted(past.count, past.last);
        self.window.under_pressure = true;
        out.push(id);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.promised = None;
        self.window.enter(cx, id, self.now);
        self.used += u64::from(cx.size(id));
        if self.window.is_trained() {
            self.newcomers.push(NEWCOMERS, id, cx);
        }
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.promised = None;
        self.predicted.remove(id);
        self.used -= u64::from(cx.size(id));
        self.newcomers.remove(id, cx);
        self.window.forget(id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.newcomers.resized(id, old, cx);
        if self.contains(id) {
            self.used = self.used - u64::from(old) + u64::from(cx.size(id));
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.window.preload(id);
        self.predicted.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.window.residents.mark(id) != 0
    }

    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        if self.promised.is_none() {
            self.promised = self.choose(cx);
        }
        self.promised
    }

    fn check(&self) -> Result<(), String> {
        self.window.check()?;
        self.newcomers.check()?;
        self.predicted.check()?;
        if self.window.residents.iter(!0).filter(|&id| self.predicted.contains(id)).count() != self.predicted.len() {
            return Err("an object may leave that is not resident".to_owned());
        }
        Ok(())
    }
}
