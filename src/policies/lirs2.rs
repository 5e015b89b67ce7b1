//! LIRS2: LIRS that judges an object by the sum of its last two reuse distances, which is steadier than the last one alone.
//!
//! # State
//! Stack `S` in order of use, with the last two uses of an object where LIRS has the last one: both of a LIR object, and those
//! of a HIR object (resident or not) that are above the bottom. Queue `Q`: the resident HIR objects, the front is the next
//! victim. The bottom of `S` is always a use of a LIR object.
//!
//! # Parameters
//! - `hir` = 0.01: share of the capacity for HIR objects (paper: as in LIRS, 1 % of the cache).
//!
//! # Source
//! C. Zhong, X. Zhao, S. Jiang: LIRS2: an improved LIRS replacement algorithm. SYSTOR 2021.
//! <https://doi.org/10.1145/3456727.3463772>
//!
//! # Departures
//! Without the paper's variant that changes over to LRU. An object becomes LIR when the use before its last one is still in the
//! stack, as in the authors' program, which also skips a request for the object of the request before, has a stack of at most
//! eight times the cache and at least four HIR objects. All else is as in LIRS: the cache fills with LIR objects first, nothing
//! but its bottom bounds the stack, and with byte sizes quotas are in bytes.
//!
//! # Weak on
//! New objects that are popular at once: they need three uses to become LIR.

use super::parts::quota::{part, within};
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Lirs2>(Info {
    name: "lirs2",
    aliases: &[],
    summary: "keeps the objects with the shortest sum of their last two reuse distances",
    family: Family::Hybrid,
    paper: Paper {
        authors: "C. Zhong, X. Zhao, S. Jiang",
        title: "LIRS2: an improved LIRS replacement algorithm",
        venue: "SYSTOR",
        year: 2021,
        url: "https://doi.org/10.1145/3456727.3463772",
    },
    params: &[Param {
        name: "hir",
        range: "0..1",
        origin: Origin::Paper,
        help: "share of the capacity for objects that are not LIR",
    }],
    needs: Needs::NOTHING,
    // Three words; and the stack of two uses each, whose ghosts nothing bounds: all objects, rounded up to a power of two.
    state: State::of(lists::WORD_BYTES * 3 + 1 + lists::LRU_BYTES * 6, lists::LRU_BYTES),
    source: include_str!("lirs2.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    hir: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { hir: 0.01 }
    }
}

/// The one list of `stack` and `queue`.
const ALL: usize = 0;
/// Mark of a LIR object.
const LIR: u8 = 1;
/// Mark of an object whose last use is the second of its two entries of the stack.
const SECOND: u8 = 2;

/// See the module text.
#[derive(Debug)]
pub struct Lirs2 {
    /// Uses: object `id` has the entries `2 * id` and `2 * id + 1`.
    stack: Lists<1, 0>,
    queue: Lists<1, 0>,
    marks: Pages<u8>,
    hir_share: f64,
    lir_weight: u64,
    lir_quota: u64,
}

impl Lirs2 {
    #[inline]
    fn is_lir(&self, id: ObjId) -> bool {
        self.marks[id as usize] & LIR != 0
    }

    /// The entry of the use before the last one.
    fn earlier(&self, id: ObjId) -> ObjId {
        2 * id + ObjId::from(self.marks[id as usize] & SECOND == 0)
    }

    /// Is the use before the last one above the bottom, so that the sum of the two distances is below that of a LIR object?
    fn is_within(&self, id: ObjId) -> bool {
        self.stack.contains(self.earlier(id))
    }

    /// A use: what was the last one is now the one before.
    fn record(&mut self, id: ObjId) {
        let entry = self.earlier(id);
        self.stack.push(ALL, entry, &());
        self.marks[id as usize] ^= SECOND;
    }

    /// Drops uses of HIR objects from the bottom of the stack until one of a LIR object is there.
    fn prune(&mut self) {
        while let Some(entry) = self.stack.front(ALL)
            && !self.is_lir(entry / 2)
        {
            self.stack.pop(ALL, &());
        }
    }

    /// The LIR object at the bottom of the stack is LIR no more.
    fn demote(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        let bottom = self.stack.pop(ALL, &())? / 2;
        self.marks[bottom as usize] &= !LIR;
        self.lir_weight -= cx.weight(bottom);
        self.prune();
        Some(bottom)
    }

    /// Records a use that makes the object LIR, and demotes from the bottom what no longer fits.
    fn make_lir(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.queue.remove(id, &());
        self.record(id);
        self.marks[id as usize] |= LIR;
        self.lir_weight += cx.weight(id);
        self.prune();
        while self.lir_weight > self.lir_quota
            && let Some(demoted) = self.demote(cx)
        {
            self.queue.push(ALL, demoted, &());
        }
    }

    /// Records a use of an object that is or becomes HIR, and puts it at the end of the queue.
    fn make_hir(&mut self, id: ObjId) {
        self.record(id);
        self.queue.push(ALL, id, &());
        self.prune();
    }
}

impl Build for Lirs2 {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("lirs2", "hir", params.hir, 0.0, 1.0)?;
        let mut this = Self {
            stack: Lists::new(2 * setup.objects),
            queue: Lists::new(setup.objects),
            marks: Pages::zeroed(setup.objects),
            hir_share: params.hir,
            lir_weight: 0,
            lir_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Lirs2 {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        if self.is_lir(id) {
            self.record(id);
            self.prune();
        } else if !self.queue.contains(id) {
            return false;
        } else if self.is_within(id) {
            self.make_lir(cx, id);
        } else {
            self.make_hir(id);
        }
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.queue.pop(ALL, &()).or_else(|| self.demote(cx)) else { return Verdict::Refuse };
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.queue.front(ALL).or_else(|| self.stack.front(ALL).map(|entry| entry / 2))
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let fits = self.lir_weight + cx.weight(id) <= self.lir_quota;
        if fits || self.is_within(id) {
            self.make_lir(cx, id);
        } else {
            self.make_hir(id);
        }
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        if self.is_lir(id) {
            self.lir_weight -= cx.weight(id);
        }
        self.marks[id as usize] = 0;
        self.stack.remove(2 * id, &());
        self.stack.remove(2 * id + 1, &());
        self.queue.remove(id, &());
        self.prune();
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if self.is_lir(id) {
            self.lir_weight = self.lir_weight - u64::from(old) + cx.weight(id);
        }
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.lir_quota = capacity - part(capacity, self.hir_share).min(capacity);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.stack.preload(2 * id);
        self.queue.preload(id);
        prefetch(&self.marks, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.is_lir(id) || self.queue.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.stack.check()?;
        self.queue.check()?;
        if self.stack.iter(ALL).next().is_some_and(|entry| !self.is_lir(entry / 2)) {
            return Err("the bottom of the stack is not LIR".into());
        }
        let both = self.queue.iter(ALL).find(|&id| self.is_lir(id));
        both.map_or(Ok(()), |id| Err(format!("object {id} is LIR and in the queue of the HIR")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a, b are LIR, c HIR. d replaces c; c comes back as HIR, as the stack has one earlier use of it, and becomes LIR with
        // its third use, for a. e replaces a.
        check("lirs2:hir=0.34", 3, "a b c d c c e b c", "m m m m-c m-d h m-a h h");
    }

    #[test]
    fn one_short_distance_is_not_enough() {
        // LIRS takes c for a after its second use; here a and b stay.
        check("lirs2:hir=0.34", 3, "a b c d c e a b", "m m m m-c m-d m-c h h");
        check("lirs:hir=0.34", 3, "a b c d c e b c", "m m m m-c m-d m-a h h");
    }
}
