//! ARC: two LRU lists, objects seen once and objects seen again, with ghosts of both; each ghost hit shifts the balance.
//!
//! # State
//! `T1` (seen once lately) and `T2` (seen at least twice), resident; `B1` and `B2`, ghosts of what left them; all in LRU
//! order. `target` (the paper's p): the size that `T1` should have.
//!
//! # Parameters
//! None: the paper's point is that there are none.
//!
//! # Source
//! N. Megiddo, D. S. Modha: ARC: a self-tuning, low overhead replacement cache. FAST 2003.
//! <https://www.usenix.org/conference/fast-03/arc-self-tuning-low-overhead-replacement-cache>
//!
//! # Departures
//! None with unit sizes (the paper's Figure 4, p real-valued). With byte sizes, lists and target are in bytes, and a
//! ghost hit shifts the target by the object's size times the paper's ratio.
//!
//! # Weak on
//! Loops longer than the cache, which never hit, as in LRU.

use super::parts::duties::weighed_lists;
use super::parts::quota::{NoParams, ghost_step};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Ghosts, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};

pub(super) static POLICY: Unit = Unit::new::<Arc>(Info {
    name: "arc",
    aliases: &["adaptive-replacement-cache"],
    summary: "balances recency and frequency by the hits on the ghosts of each",
    family: Family::Hybrid,
    paper: Paper {
        authors: "N. Megiddo, D. S. Modha",
        title: "ARC: a self-tuning, low overhead replacement cache",
        venue: "FAST",
        year: 2003,
        url: "https://www.usenix.org/conference/fast-03/arc-self-tuning-low-overhead-replacement-cache",
    },
    params: &[],
    needs: Needs::NOTHING,
    // T1 and T2 may each come to hold all residents, B1 and B2 all ghosts; those that come back leave them from the middle.
    state: State::of(lists::WORD_BYTES, lists::SPARSE_QUEUE_BYTES + lists::LRU_BYTES * 3 / 2)
        .ghosts(Ghosts::Capacity, lists::SPARSE_QUEUE_BYTES * 3),
    source: include_str!("arc.rs"),
});

const T1: usize = 0;
const T2: usize = 1;
const B1: usize = 2;
const B2: usize = 3;

/// See the module text.
#[derive(Debug)]
pub struct Arc {
    lists: Lists<4, 0>,
    capacity: u64,
    target: f64,
}

impl Arc {
    /// The list whose oldest object leaves next, and where its ghost is kept.
    #[inline(always)]
    fn leaves_from(&self, cause: Cause) -> (usize, Option<usize>) {
        let ghost = if let Cause::Incoming(id) = cause { self.lists.list_of(id) } else { None };
        if ghost.is_none() && self.lists.is_empty(B1) && self.lists.weight(T1) >= self.capacity {
            // The paper's case IV A with |T1| = c: the oldest of T1 leaves without a ghost.
            return (T1, None);
        }
        // The paper's REPLACE.
        let recent = self.lists.weight(T1) as f64;
        let from_t1 = !self.lists.is_empty(T1) && (recent > self.target || ghost == Some(B2) && recent >= self.target);
        if from_t1 || self.lists.is_empty(T2) { (T1, Some(B1)) } else { (T2, Some(B2)) }
    }

    fn trim(&mut self, cx: &Cx<'_>) {
        while self.lists.weight(T1) + self.lists.weight(B1) > self.capacity && self.lists.pop(B1, cx).is_some() {}
        let all = |lists: &Lists<4, 0>| (0..4).map(|list| lists.weight(list)).sum::<u64>();
        while all(&self.lists) > self.capacity.saturating_mul(2) && self.lists.pop(B2, cx).is_some() {}
    }
}

impl Build for Arc {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects), capacity: setup.capacity, target: 0.0 })
    }
}

impl Policy for Arc {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        match self.lists.list_of(id) {
            Some(T1) => self.lists.push(T2, id, cx),
            Some(T2) => self.lists.renew(T2, id),
            _ => return false,
        }
        true
    }

    #[inline(always)]
    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        let (b1, b2) = (self.lists.weight(B1), self.lists.weight(B2));
        match self.lists.list_of(id) {
            Some(B1) => self.target = (self.target + ghost_step(cx.weight(id), b1, b2)).min(self.capacity as f64),
            Some(B2) => self.target = (self.target - ghost_step(cx.weight(id), b2, b1)).max(0.0),
            _ => {}
        }
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let (from, to) = self.leaves_from(cause);
        let Some(id) = self.lists.pop(from, cx) else { return Verdict::Refuse };
        if let Some(to) = to {
            self.lists.push(to, id, cx);
        }
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        self.lists.front(self.leaves_from(cause).0)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let again = self.lists.contains(id);
        self.lists.push(if again { T2 } else { T1 }, id, cx);
        self.trim(cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.target = self.target.min(capacity as f64);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        matches!(self.lists.list_of(id), Some(T1 | T2))
    }

    weighed_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a is in T2; b's ghost in B1 raises the target to 1, so T2 pays for b (with a) and for d (with b). a's ghost in B2
        // lowers it to 0 again, so T1 pays with c.
        check("arc", 2, "a a b c b d a", "m h m m-b m-a m-b m-c");
    }

    #[test]
    fn a_scan_does_not_empty_the_frequent_list() {
        check("arc", 4, "a b a b c d e f g h a b", "m m h h m m m-c m-d m-e m-f h h");
    }
}
