//! DClock: the Linux page cache's two clocks, inactive for new pages and active for those used again, with ghosts: a page that
//! comes back after no more pages left than are active goes to the active clock at once.
//!
//! # State
//! `INACTIVE` and `ACTIVE`, resident, and `GHOST`, keys of what left; all in order of arrival. A bit for each resident: used.
//! `age`, a counter of evictions and activations; for each ghost, what it said when the page left.
//!
//! # Parameters
//! - `active` = 0.5: share of the capacity above which active pages are made inactive before a page is taken (paper: as many
//!   active as inactive ones, for memories up to 1 GiB).
//! - `ghost` = 1: most ghosts, as a multiple of the capacity (paper: about as many as pages).
//!
//! # Source
//! J. Weiner: Workingset detection. Linux kernel, `mm/workingset.c` and `mm/vmscan.c`, 2013.
//! <https://github.com/torvalds/linux/blob/master/mm/workingset.c>
//!
//! # Departures
//! Only what the kernel does with pages of files that are read, not mapped. A page is taken when there is no room for the
//! next, not in batches of 32 ahead of need, and the clocks are brought into balance just then. The fault counts as the first
//! use; a use of an inactive page that is marked as used activates it, and the mark stays when a page becomes inactive, as in
//! `mark_page_accessed`. The eviction of the page itself does not count in its distance.
//!
//! # Weak on
//! Shares that fit no workload: unlike ARC it learns from its ghosts where a page belongs, but not how to divide the memory.

use super::parts::duties::weighed_lists;
use super::parts::quota::{share, within};
use crate::core::{ObjId, Pages, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Dclock>(Info {
    name: "dclock",
    aliases: &["double-clock", "linux-page-cache"],
    summary: "the Linux page cache: an inactive and an active clock, and ghosts whose refault distance decides",
    family: Family::System,
    paper: Paper {
        authors: "J. Weiner",
        title: "Workingset detection",
        venue: "Linux kernel, mm/workingset.c",
        year: 2013,
        url: "https://github.com/torvalds/linux/blob/master/mm/workingset.c",
    },
    params: &[
        Param { name: "active", range: "0..1", origin: Origin::Paper, help: "greatest share of active pages" },
        Param {
            name: "ghost",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of the ghost list, multiple of the capacity",
        },
    ],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES + 8, lists::LRU_BYTES * 2).ghosts(Ghosts::Parameter("ghost"), lists::LRU_BYTES),
    source: include_str!("dclock.rs"),
});

const INACTIVE: usize = 0;
const ACTIVE: usize = 1;
const GHOST: usize = 2;
const USED: u32 = 1;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    active: f64,
    ghost: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { active: 0.5, ghost: 1.0 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Dclock {
    lists: Lists<3, 1>,
    /// For ghosts, the age when they left.
    left: Pages<u64>,
    age: u64,
    params: Params,
    active_quota: u64,
    ghost_quota: u64,
}

impl Dclock {
    #[inline(always)]
    fn activate(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.lists.push(ACTIVE, id, cx);
        self.age += cx.weight(id);
    }
}

impl Build for Dclock {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("dclock", "active", params.active, 0.0, 1.0)?;
        within("dclock", "ghost", params.ghost, 0.0, 10.0)?;
        let mut this = Self {
            lists: Lists::new(setup.objects),
            left: Pages::zeroed(setup.objects),
            age: 0,
            params: *params,
            active_quota: 0,
            ghost_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Dclock {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        match self.lists.list_of(id) {
            Some(INACTIVE) if self.lists.flags(id) == USED => self.activate(cx, id),
            Some(INACTIVE | ACTIVE) => self.lists.set_flags(id, USED),
            _ => return false,
        }
        true
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.age += cx.weight(id);
        self.left[id as usize] = self.age;
        self.lists.push(GHOST, id, cx);
        while self.lists.weight(GHOST) > self.ghost_quota && self.lists.pop(GHOST, cx).is_some() {}
        out.push(id);
        Verdict::Freed
    }

    #[inline(always)]
    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        while self.lists.weight(ACTIVE) > self.active_quota
            && let Some((id, used)) = self.lists.pop_flagged(ACTIVE, cx)
        {
            self.lists.push_flagged(INACTIVE, id, used, cx);
        }
        self.lists.front(INACTIVE).or_else(|| self.lists.front(ACTIVE))
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let distance = self.age - self.left[id as usize];
        if self.lists.is_in(id, GHOST) && distance <= self.lists.weight(ACTIVE) {
            self.activate(cx, id);
            // The fault counts as a use here as well.
            self.lists.set_flags(id, USED);
        } else {
            self.lists.push_flagged(INACTIVE, id, USED, cx);
        }
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.active_quota = share(capacity, self.params.active);
        self.ghost_quota = share(capacity, self.params.ghost);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        matches!(self.lists.list_of(id), Some(INACTIVE | ACTIVE))
    }

    weighed_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a and b are active. e takes c; c comes back after one page (d) left, with two active: active at once, which is one
        // too many. So a becomes inactive when f comes, behind e, and leaves when g does.
        check("dclock", 4, "a a b b c d e c f g b c", "m h m h m m m-c m-d m-e m-a h h");
    }

    #[test]
    fn a_scan_passes_by_the_active() {
        check("dclock", 4, "a a b b c d e f g a b", "m h m h m m m-c m-d m-e h h");
    }

    #[test]
    fn pages_that_come_back_late_stay_inactive() {
        // b comes back after three pages left (c, d, e) with one active: it is inactive, and leaves in its turn.
        check("dclock", 4, "a a b c d e f g b h i j b", "m h m m m m-b m-c m-d m-e m-f m-g m-b m-h");
    }
}
