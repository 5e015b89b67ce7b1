//! SIEVE: a queue in order of arrival and a hand that walks from old to new, keeping what was used and taking the first
//! that was not; what is kept stays where it is.
//!
//! # State
//! The hand cuts the queue in two: the objects it has still to meet on its way (`ahead`, oldest first; new objects join
//! at the end) and those it has passed and kept (`kept`). When nothing is ahead, the hand starts over at the oldest
//! object, that is, the two lists change places. One bit per object: used since the hand last passed. Several capacities at
//! once share words per object, a bit for each, and have both lists each, in one row.
//!
//! # Parameters
//! None.
//!
//! # Source
//! Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: SIEVE is simpler than LRU: an efficient turn-key eviction
//! algorithm for web caches. NSDI 2024. <https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo>
//!
//! # Departures
//! None. A hand that stands behind the newest object starts over before that object gets a successor, as in the paper,
//! where it is then null.
//!
//! # Weak on
//! Scans: it is not scan-resistant (the paper says so); and loops.

use super::parts::lanes::{self, Lanes, sieve as lane};
use super::parts::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::{SharedPass, Unit};
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// What each variant allocates: a word, and two lists, each of which may come to hold all residents; one of them doubles at a
/// time.
pub(super) const STATE: State = State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 5 / 2);

pub(super) static POLICY: Unit = Unit::new::<Sieve<OneBit>>(Info {
    name: "sieve",
    aliases: &[],
    summary: "a hand walks a FIFO queue, keeps in place what was used and takes the first that was not",
    family: Family::Recency,
    paper: Paper {
        authors: "Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi",
        title: "SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches",
        venue: "NSDI",
        year: 2024,
        url: "https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: STATE,
    source: include_str!("sieve.rs"),
})
.sharing(SharedPass {
    most: lanes::MOST,
    most_misses: 1.0,
    build: |_, objects, capacities| Ok(Box::new(Lanes::new(objects, capacities, lane::Sieve::new))),
    memory: |_, objects, capacities| lanes::memory::<lane::Sieve>(objects, capacities, lane::Sieve::bytes),
});

/// Up to how many uses of an object are counted; the hand passes it once for each.
pub trait Most: Debug + Send + Sized + 'static {
    /// The parameters that say so.
    type Params: Debug + Default + Serialize + DeserializeOwned;

    /// # Errors
    /// A parameter out of its range.
    fn of(params: &Self::Params) -> Result<Self>;

    /// The number, 1 to 3.
    fn uses(&self) -> u32;
}

/// The paper's bit.
#[derive(Debug)]
pub struct OneBit;

impl Most for OneBit {
    type Params = NoParams;

    fn of(_: &NoParams) -> Result<Self> {
        Ok(Self)
    }

    #[inline(always)]
    fn uses(&self) -> u32 {
        1
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Sieve<M> {
    lists: Lists<2, 2>,
    /// Which of the two lists is ahead of the hand; the other one holds what was kept.
    ahead: usize,
    most: M,
}

impl<M: Most> Sieve<M> {
    /// With nothing ahead, the hand starts over at the oldest object.
    #[inline(always)]
    fn start_over_if_through(&mut self) {
        if self.lists.is_empty(self.ahead) {
            self.ahead = 1 - self.ahead;
        }
    }

    /// Moves the hand to the first object that was not used.
    #[inline(always)]
    fn turn(&mut self) -> Option<ObjId> {
        loop {
            let found = self.lists.turn(self.ahead, 1 - self.ahead, &());
            if found.is_some() || self.lists.is_empty(1 - self.ahead) {
                return found;
            }
            self.start_over_if_through();
        }
    }
}

impl<M: Most> Build for Sieve<M> {
    type Params = M::Params;

    fn build(params: &M::Params, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects), ahead: 0, most: M::of(params)? })
    }
}

impl<M: Most> Policy for Sieve<M> {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.lists.set_flags(id, (self.lists.flags(id) + 1).min(self.most.uses()));
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if self.turn().is_some() {
            out.extend(self.lists.pop(self.ahead, &()));
            self.start_over_if_through();
        }
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(self.ahead, id, &());
    }

    /// Moves the hand to where the next eviction would.
    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.turn()
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.remove(id, &());
        self.start_over_if_through();
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        if self.lists.is_empty(self.ahead) && !self.lists.is_empty(1 - self.ahead) {
            return Err("the hand stands behind the newest object".into());
        }
        self.lists.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // d: the hand keeps a, takes b and stands at c. e: takes c. f: keeps nothing of d e, takes d, though a is older.
        check("sieve", 3, "a b c a d e f a", "m m m h m-b m-c m-d h");
    }

    /// The hand passes a and b, which were used, takes what is new and unused, and never moves the two.
    #[test]
    fn kept_objects_stay_in_place() {
        check("sieve", 4, "a b c d a b e f g a b", "m m m m h h m-c m-d m-e h h");
    }

    #[test]
    fn the_hand_starts_over_at_the_oldest() {
        // All used: the hand clears a b c, starts over and takes a.
        check("sieve", 3, "a b c a b c d b", "m m m h h h m-a h");
    }
}
