//! GCLOCK: a clock with a counter for each object in place of the bit: a fault sets it, a use raises it, and the hand lowers it
//! and takes the first object at 0.
//!
//! # State
//! One queue in the order in which the hand will meet the objects, and a counter for each.
//!
//! # Parameters
//! - `initial` = 1: the counter of a new object (Nicola, Dan and Dias 1992 choose it by the kind of page; 1 is PostgreSQL's).
//! - `increment` = 1: what a use adds (paper).
//! - `limit` = 5: the most a counter says (practice: PostgreSQL's clock sweep; the paper knows no limit).
//!
//! # Source
//! A. J. Smith: Sequentiality and prefetching in database systems. ACM Transactions on Database Systems 3(3), 1978.
//! <https://doi.org/10.1145/320263.320276> Analysed by V. F. Nicola, A. Dan, D. M. Dias: Analysis of the generalized clock
//! buffer replacement scheme for database transaction processing. SIGMETRICS 1992.
//!
//! # Departures
//! The limit, without which a hand could go around for ever longer; 255 comes near to none. An `initial` above the limit is
//! the limit. `clock:bits=n` is `initial=0,increment=1,limit=2^n-1`.
//!
//! # Weak on
//! Changing popularity: a counter once high takes many rounds to fall; scans, where `initial` is not 0.

use super::parts::quota::within;
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Gclock>(Info {
    name: "gclock",
    aliases: &["generalized-clock", "clock-sweep"],
    summary: "a clock with counters: a fault sets, a use raises, the hand lowers them",
    family: Family::Hybrid,
    paper: Paper {
        authors: "A. J. Smith",
        title: "Sequentiality and prefetching in database systems",
        venue: "ACM Transactions on Database Systems 3(3)",
        year: 1978,
        url: "https://doi.org/10.1145/320263.320276",
    },
    params: &[
        Param { name: "initial", range: "0..255", origin: Origin::Practice, help: "counter of a new object" },
        Param { name: "increment", range: "1..255", origin: Origin::Paper, help: "what a use adds" },
        Param { name: "limit", range: "1..255", origin: Origin::Practice, help: "the most a counter says" },
    ],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES + 1, lists::QUEUE_BYTES * 3 / 2),
    source: include_str!("gclock.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    initial: u8,
    increment: u8,
    limit: u8,
}

impl Default for Params {
    fn default() -> Self {
        Self { initial: 1, increment: 1, limit: 5 }
    }
}

const QUEUE: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Gclock {
    lists: Lists<1, 0>,
    counts: Pages<u8>,
    params: Params,
}

impl Gclock {
    /// Moves the hand to the next object whose counter is at 0.
    #[inline(always)]
    fn turn(&mut self) -> Option<ObjId> {
        loop {
            let id = self.lists.front(QUEUE)?;
            let count = &mut self.counts[id as usize];
            if *count == 0 {
                return Some(id);
            }
            *count -= 1;
            self.lists.renew(QUEUE, id);
        }
    }
}

impl Build for Gclock {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("gclock", "increment", f64::from(params.increment), 1.0, 255.0)?;
        within("gclock", "limit", f64::from(params.limit), 1.0, 255.0)?;
        Ok(Self { lists: Lists::new(setup.objects), counts: Pages::zeroed(setup.objects), params: *params })
    }
}

impl Policy for Gclock {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            let count = &mut self.counts[id as usize];
            *count = count.saturating_add(self.params.increment).min(self.params.limit);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if self.turn().is_some() {
            out.extend(self.lists.pop(QUEUE, &()));
        }
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.counts[id as usize] = self.params.initial.min(self.params.limit);
        self.lists.push(QUEUE, id, &());
    }

    /// Moves the hand to where the next eviction would.
    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.turn()
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.remove(id, &());
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
        prefetch(&self.counts, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.lists.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // d: the hand lowers a from 2 to 1, b and c to 0, a to 0, and takes b. e: c at 0 leaves at once. f: a, unused since,
        // leaves as well.
        check("gclock", 3, "a b c a d e f", "m m m h m-b m-c m-a");
    }

    #[test]
    fn counters_count_up_to_the_limit() {
        // Four uses of a. With a limit of 1 they last a round, with 5 they outlast b and its successors.
        let requests = "a b a a a a c d e f";
        check("gclock:initial=0,limit=1", 2, requests, "m m h h h h m-b m-a m-c m-d");
        check("gclock:initial=0,limit=5", 2, requests, "m m h h h h m-b m-c m-d m-e");
        check("gclock:initial=0,limit=5,increment=2", 2, "a b a c d e f", "m m h m-b m-c m-a m-d");
    }

    #[test]
    fn without_a_head_start_it_is_the_clock_with_counters() {
        let (requests, expected) = ("a b a a a c d e f", "m m h h h m-b m-c m-d m-a");
        check("clock:bits=2", 2, requests, expected);
        check("gclock:initial=0,limit=3", 2, requests, expected);
    }
}
