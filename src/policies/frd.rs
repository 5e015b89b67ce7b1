//! FRD: most of the cache is for objects that came back after they had left a small filter, and within the reach of a
//! stack in order of last use; all others pass through the filter alone.
//!
//! # State
//! The filter: an LRU list of new objects. The stack in order of last use: the objects of the main part, and the history of
//! those that are in the filter or left it. The bottom of the stack is always an object of the main part.
//!
//! # Parameters
//! - `filter` = 0.1: share of the capacity of the filter (paper: 10 % of the cache).
//!
//! # Source
//! S. Park, C. Park: FRD: a filtering based buffer cache algorithm that considers both frequency and reuse distance. MSST
//! 2017. <https://storageconference.us/2017/Papers/FilteringBasedBufferCacheAlgorithm.pdf>
//!
//! # Departures
//! Written from descriptions of the paper's four cases (hit in the main part or the filter, miss with or without history): the
//! main part is filled first; an object that left the main part is forgotten, since it was the bottom of the stack; a hit in
//! the filter renews the object's history too. Caffeine's version keeps no history while the filter fills. Shares are
//! rounded down, to at least 1; with byte sizes they are in bytes. As in LIRS nothing but its bottom bounds the stack.
//!
//! # Weak on
//! New objects that are popular at once: they pass through the filter first.

use super::parts::quota::{part, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Frd>(Info {
    name: "frd",
    aliases: &[],
    summary: "a filter for new objects; those that come back soon after it are kept in the main part",
    family: Family::Hybrid,
    paper: Paper {
        authors: "S. Park, C. Park",
        title: "FRD: a filtering based buffer cache algorithm that considers both frequency and reuse distance",
        venue: "MSST",
        year: 2017,
        url: "https://storageconference.us/2017/Papers/FilteringBasedBufferCacheAlgorithm.pdf",
    },
    params: &[Param { name: "filter", range: "0..1", origin: Origin::Paper, help: "share of the filter" }],
    needs: Needs::NOTHING,
    // The stack, whose history nothing bounds: all objects, rounded up to a power of two.
    state: State::of(lists::WORD_BYTES * 2 + lists::LRU_BYTES * 3, lists::LRU_BYTES * 3 / 2),
    source: include_str!("frd.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    filter: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { filter: 0.1 }
    }
}

/// The one list of `stack` and `filter`.
const ALL: usize = 0;
/// Flag of an object of the main part; without it, what is in the stack is history.
const MAIN: u32 = 1;

/// See the module text.
#[derive(Debug)]
pub struct Frd {
    stack: Lists<1, 1>,
    filter: Lists<1, 0>,
    filter_share: f64,
    main_weight: u64,
    main_quota: u64,
}

impl Frd {
    #[inline]
    fn is_main(&self, id: ObjId) -> bool {
        self.stack.flags(id) == MAIN
    }

    /// Drops history from the bottom of the stack until an object of the main part is there.
    fn prune(&mut self, cx: &Cx<'_>) {
        while let Some(id) = self.stack.front(ALL)
            && !self.is_main(id)
        {
            self.stack.pop(ALL, cx);
        }
    }

    /// Is the main part the one to give room to this object?
    fn takes_from_main(&self, cx: &Cx<'_>, cause: Cause) -> bool {
        let comes_back = |id| self.stack.contains(id) && self.main_weight + cx.weight(id) > self.main_quota;
        match cause {
            _ if self.main_weight == 0 && !self.filter.is_empty(ALL) => false,
            Cause::Incoming(id) => comes_back(id) || self.main_weight > self.main_quota || self.filter.is_empty(ALL),
            Cause::Shrink => self.main_weight > self.main_quota || self.filter.is_empty(ALL),
        }
    }
}

impl Build for Frd {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("frd", "filter", params.filter, 0.0, 1.0)?;
        let mut this = Self {
            stack: Lists::new(setup.objects),
            filter: Lists::new(setup.objects),
            filter_share: params.filter,
            main_weight: 0,
            main_quota: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Frd {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        if self.is_main(id) {
            self.stack.push_flagged(ALL, id, MAIN, cx);
        } else if self.filter.contains(id) {
            self.filter.renew(ALL, id);
            self.stack.push(ALL, id, cx);
        } else {
            return false;
        }
        self.prune(cx);
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let from_main = self.takes_from_main(cx, cause);
        // The incoming object's history is for `insert` to see, so the pruning must not reach it.
        if let Cause::Incoming(id) = cause
            && self.stack.contains(id)
        {
            self.stack.push(ALL, id, cx);
        }
        let leaves = if from_main { self.stack.pop(ALL, cx) } else { self.filter.pop(ALL, cx) };
        let Some(id) = leaves else { return Verdict::Refuse };
        if from_main {
            self.main_weight -= cx.weight(id);
            self.prune(cx);
        }
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        if self.takes_from_main(cx, cause) { self.stack.front(ALL) } else { self.filter.front(ALL) }
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let fits = self.main_weight + cx.weight(id) <= self.main_quota;
        if fits || self.stack.contains(id) && self.main_quota > 0 {
            self.stack.push_flagged(ALL, id, MAIN, cx);
            self.main_weight += cx.weight(id);
        } else {
            self.stack.push(ALL, id, cx);
            self.filter.push(ALL, id, cx);
        }
        self.prune(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        if self.is_main(id) {
            self.main_weight -= cx.weight(id);
        }
        self.stack.remove(id, cx);
        self.filter.remove(id, cx);
        self.prune(cx);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if self.is_main(id) {
            self.main_weight = self.main_weight - u64::from(old) + cx.weight(id);
        }
        self.stack.resized(id, old, cx);
        self.filter.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.main_quota = capacity - part(capacity, self.filter_share).min(capacity);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.stack.preload(id);
        self.filter.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.is_main(id) || self.filter.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.stack.check()?;
        self.filter.check()?;
        let bottom = self.stack.iter(ALL).next();
        if bottom.is_some_and(|id| !self.is_main(id)) {
            return Err("the bottom of the stack is history".into());
        }
        let both = self.filter.iter(ALL).find(|&id| self.is_main(id));
        both.map_or(Ok(()), |id| Err(format!("object {id} is in the main part and in the filter")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // The main part holds a and b, the filter one. d replaces c there. c's history is above a, the bottom, so c comes
        // back to the main part for a. e passes through the filter, and a, without history, too.
        check("frd:filter=0.34", 3, "a b c d c e a b c", "m m m m-c m-a m-d m-e h h");
    }

    #[test]
    fn a_scan_passes_through_the_filter() {
        check("frd:filter=0.25", 4, "a b c x y z w a b c", "m m m m m-x m-y m-z h h h");
    }
}
