//! TuQ: OpenBSD's buffer cache, modelled on 2Q: new objects are hot and slip to the cold list; a use there makes them warm, and
//! warm ones slip back to the cold list; the oldest cold one leaves.
//!
//! # State
//! Three LRU lists, all resident: `HOT`, `WARM` and `COLD`.
//!
//! # Parameters
//! - `hot` = 0.33: share of the capacity for new objects (paper: one third).
//! - `warm` = 0.33: share of the capacity for objects used while they were cold (paper: one third).
//!
//! # Source
//! T. Unangst: 2Q buffer cache algorithm. flak (the author's log), 2014.
//! <https://flak.tedunangst.com/post/2Q-buffer-cache-algorithm>
//!
//! # Departures
//! The shares are of the objects of one capacity, not of a memory that other things need too; they are rounded down, also to
//! 0: a list that cannot hold an object passes it on. They are 0.33 as in Caffeine's simulator. If no object is cold, the
//! oldest hot one leaves, then the oldest warm one.
//!
//! # Weak on
//! Loops, and objects asked for again after they left: unlike 2Q it keeps no ghosts.

use super::parts::duties::weighed_lists;
use super::parts::quota::{share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<TuQ>(Info {
    name: "tu-q",
    aliases: &["tu-queue"],
    summary: "OpenBSD's 2Q without ghosts: hot for new objects, warm for those used while cold, cold ones leave",
    family: Family::System,
    paper: Paper {
        authors: "T. Unangst",
        title: "2Q buffer cache algorithm",
        venue: "flak (the author's log)",
        year: 2014,
        url: "https://flak.tedunangst.com/post/2Q-buffer-cache-algorithm",
    },
    params: &[
        Param { name: "hot", range: "0..1", origin: Origin::Paper, help: "share for new objects" },
        Param { name: "warm", range: "0..1", origin: Origin::Paper, help: "share for objects used while cold" },
    ],
    needs: Needs::NOTHING,
    // Two lists whose objects are renewed and one that they leave from the middle.
    state: State::of(lists::WORD_BYTES, lists::LRU_BYTES * 2),
    source: include_str!("tu_q.rs"),
});

const HOT: usize = 0;
const WARM: usize = 1;
const COLD: usize = 2;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    hot: f64,
    warm: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { hot: 0.33, warm: 0.33 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct TuQ {
    lists: Lists<3, 0>,
    params: Params,
    /// Of `HOT` and of `WARM`.
    quotas: [u64; 2],
}

impl TuQ {
    /// Puts the object at the front of a list; what that cannot hold becomes cold.
    #[inline(always)]
    fn join(&mut self, cx: &Cx<'_>, list: usize, id: ObjId) {
        self.lists.push(list, id, cx);
        while self.lists.weight(list) > self.quotas[list]
            && let Some(oldest) = self.lists.pop(list, cx)
        {
            self.lists.push(COLD, oldest, cx);
        }
    }
}

impl Build for TuQ {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("tu-q", "hot", params.hot, 0.0, 1.0)?;
        within("tu-q", "warm", params.warm, 0.0, 1.0)?;
        let mut this = Self { lists: Lists::new(setup.objects), params: *params, quotas: [0; 2] };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for TuQ {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        match self.lists.list_of(id) {
            Some(COLD) => self.join(cx, WARM, id),
            Some(list) => self.lists.renew(list, id),
            None => return false,
        }
        true
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match [COLD, HOT, WARM].into_iter().find_map(|list| self.lists.pop(list, cx)) {
            Some(id) => {
                out.push(id);
                Verdict::Freed
            }
            None => Verdict::Refuse,
        }
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.join(cx, HOT, id);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.quotas = [self.params.hot, self.params.warm].map(|part| share(capacity, part));
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        [COLD, HOT, WARM].into_iter().find_map(|list| self.lists.front(list))
    }

    weighed_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Hot and warm hold one each. a is used while cold and becomes warm; c's use while cold sends a back, behind b and
        // before d, which is still hot. e takes b, f takes a, g takes d; c is warm.
        check("tu-q", 4, "a b a c d c e f g c", "m m h m m h m-b m-a m-d h");
    }

    #[test]
    fn a_scan_passes_by_the_warm() {
        check("tu-q", 4, "a b a x y z w v a", "m m h m m m-b m-x m-y h");
    }

    #[test]
    fn what_is_used_while_hot_stays_hot() {
        // Two hot ones: a's use renews it, so b slips first.
        check("tu-q:hot=0.5", 4, "a b a c d e f", "m m h m m m-b m-a");
    }
}
