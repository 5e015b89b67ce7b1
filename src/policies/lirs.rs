//! LIRS: judges an object by the distance between its last two uses (IRR), not by its last use; almost all of the cache
//! is for objects of low IRR, a small rest for the others, which are the ones to leave.
//!
//! # State
//! Stack `S` in order of last use: LIR objects, and HIR objects (resident or not) used since the LIR object at its
//! bottom was. Queue `Q`: the resident HIR objects, the front is the next victim. The bottom of `S` is always LIR.
//!
//! # Parameters
//! - `hir` = 0.01: share of the capacity for HIR objects (paper: Lhirs, 1 % of the cache).
//! - `history` = 0: bound on the non-resident entries of `S` as a multiple of the capacity; 0 = no bound (paper, which
//!   suggests a bound only where memory is short).
//!
//! # Source
//! S. Jiang, X. Zhang: LIRS: an efficient low inter-reference recency set replacement policy to improve buffer cache
//! performance. SIGMETRICS 2002. <https://doi.org/10.1145/511334.511340>
//!
//! # Departures
//! None with unit sizes and the defaults; the author's program, which agrees otherwise, skips a request for the object of the
//! request before. libCacheSim keeps at most as many ghosts as objects (`history=1` here), which the
//! paper does not; that explains the differences between the two. With byte sizes, quotas are in bytes. Room left by a
//! removed LIR object is filled as at the start: the next new object becomes LIR.
//!
//! # Weak on
//! New objects that are popular at once: they pass through the 1 % first.

use super::parts::quota::{part, share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Lirs>(Info {
    name: "lirs",
    aliases: &[],
    summary: "keeps the objects with the shortest distance between their last two uses",
    family: Family::Hybrid,
    paper: Paper {
        authors: "S. Jiang, X. Zhang",
        title: "LIRS: an efficient low inter-reference recency set replacement policy to improve buffer cache performance",
        venue: "SIGMETRICS",
        year: 2002,
        url: "https://doi.org/10.1145/511334.511340",
    },
    params: &[
        Param {
            name: "hir",
            range: "0..1",
            origin: Origin::Paper,
            help: "share of the capacity for objects of high IRR (Lhirs)",
        },
        Param {
            name: "history",
            range: "0..100",
            origin: Origin::Paper,
            help: "bound on ghosts, multiple of the capacity; 0 = none",
        },
    ],
    needs: Needs::NOTHING,
    // Three words; and the stack, whose ghosts nothing bounds: all objects, rounded up to a power of two.
    // With a bound, the ghosts are in a list of their own besides.
    state: State::of(lists::WORD_BYTES * 3 + lists::LRU_BYTES * 3, lists::QUEUE_BYTES * 3 / 2)
        .ghosts(Ghosts::Parameter("history"), lists::LRU_BYTES),
    source: include_str!("lirs.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    hir: f64,
    history: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { hir: 0.01, history: 0.0 }
    }
}

/// The one list of `stack`, `queue` and `ghosts`.
const ALL: usize = 0;
/// Flag of an object in the stack; without it the object is HIR.
const LIR: u32 = 1;

/// See the module text.
#[derive(Debug)]
pub struct Lirs {
    stack: Lists<1, 1>,
    queue: Lists<1, 0>,
    /// The non-resident objects of the stack, in the order in which they left; kept only if their number is bounded.
    ghosts: Lists<1, 0>,
    params: Params,
    lir_weight: u64,
    lir_quota: u64,
    ghost_quota: u64,
}

impl Lirs {
    fn is_lir(&self, id: ObjId) -> bool {
        self.stack.flags(id) == LIR
    }

    /// Drops HIR objects from the bottom of the stack until a LIR object is there.
    fn prune(&mut self, cx: &Cx<'_>) {
        while let Some(id) = self.stack.front(ALL)
            && !self.is_lir(id)
        {
            self.stack.pop(ALL, cx);
            self.ghosts.remove(id, cx);
        }
    }

    /// Puts the object on top of the stack as LIR, and demotes from the bottom what no longer fits.
    fn make_lir(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.queue.remove(id, cx);
        self.ghosts.remove(id, cx);
        self.stack.push_flagged(ALL, id, LIR, cx);
        self.lir_weight += cx.weight(id);
        while self.lir_weight > self.lir_quota {
            self.prune(cx);
            let Some(bottom) = self.stack.pop(ALL, cx) else { break };
            self.lir_weight -= cx.weight(bottom);
            self.queue.push(ALL, bottom, cx);
        }
        self.prune(cx);
    }

    /// A resident object leaves; its place in the stack, if it has one, stays as a ghost.
    fn become_ghost(&mut self, cx: &Cx<'_>, id: ObjId) {
        if !self.stack.contains(id) || self.params.history == 0.0 {
            return;
        }
        self.ghosts.push(ALL, id, cx);
        while self.ghosts.weight(ALL) > self.ghost_quota
            && let Some(oldest) = self.ghosts.pop(ALL, cx)
        {
            self.stack.remove(oldest, cx);
        }
    }
}

impl Build for Lirs {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("lirs", "hir", params.hir, 0.0, 1.0)?;
        within("lirs", "history", params.history, 0.0, 100.0)?;
        let mut this = Self {
            stack: Lists::new(setup.objects),
            queue: Lists::new(setup.objects),
            ghosts: Lists::new(setup.objects),
            params: *params,
            lir_weight: 0,
            lir_quota: 0,
            ghost_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Lirs {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        if self.is_lir(id) {
            let bottom = self.stack.front(ALL) == Some(id);
            self.stack.push_flagged(ALL, id, LIR, cx);
            if bottom {
                self.prune(cx);
            }
            return true;
        }
        if !self.queue.contains(id) {
            return false;
        }
        if self.stack.contains(id) {
            // Used twice within the reach of the stack: its new IRR is below that of the LIR object at the bottom.
            self.make_lir(cx, id);
        } else {
            self.stack.push(ALL, id, cx);
            self.queue.push(ALL, id, cx);
            // Only a cache without LIR objects has something to prune here.
            self.prune(cx);
        }
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if let Some(id) = self.queue.pop(ALL, cx) {
            self.become_ghost(cx, id);
            out.push(id);
        } else if let Some(id) = self.stack.pop(ALL, cx) {
            self.lir_weight -= cx.weight(id);
            self.prune(cx);
            out.push(id);
        }
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.queue.front(ALL).or_else(|| self.stack.front(ALL))
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let fits = self.lir_weight + cx.weight(id) <= self.lir_quota;
        if self.stack.contains(id) || fits {
            self.make_lir(cx, id);
        } else {
            self.stack.push(ALL, id, cx);
            self.queue.push(ALL, id, cx);
            self.prune(cx);
        }
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        if self.is_lir(id) {
            self.lir_weight -= cx.weight(id);
        }
        self.stack.remove(id, cx);
        self.queue.remove(id, cx);
        self.prune(cx);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if self.is_lir(id) {
            self.lir_weight = self.lir_weight - u64::from(old) + cx.weight(id);
        }
        self.stack.resized(id, old, cx);
        self.queue.resized(id, old, cx);
        self.ghosts.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.lir_quota = capacity - part(capacity, self.params.hir).min(capacity);
        self.ghost_quota = share(capacity, self.params.history);
    }

    #[inline]
    fn preload(&self, id: ObjId) {
        self.stack.preload(id);
        self.queue.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.is_lir(id) || self.queue.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.stack.check()?;
        self.queue.check()?;
        let bottom = self.stack.iter(ALL).next();
        if bottom.is_some_and(|id| !self.is_lir(id)) {
            return Err("the bottom of the stack is not LIR".into());
        }
        let both = self.queue.iter(ALL).find(|&id| self.is_lir(id));
        both.map_or(Ok(()), |id| Err(format!("object {id} is LIR and in the queue of the HIR")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    /// The cache of the paper's example: Llirs 2, Lhirs 1.
    #[test]
    fn walk_through() {
        // a, b are LIR, c HIR. d replaces c; c, still in the stack, comes back as LIR and demotes a.
        check("lirs:hir=0.34", 3, "a b c d c a", "m m m m-c m-d h");
    }

    #[test]
    fn a_loop_longer_than_the_cache_hits_on_its_lir_part() {
        check("lirs:hir=0.34", 3, "a b c d a b c d a b", "m m m m-c h h m-d m-c h h");
    }
}
