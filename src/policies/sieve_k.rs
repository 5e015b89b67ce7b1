//! SIEVE-k: SIEVE with a counter of up to k uses in place of the bit; the hand passes an object once for each use.
//!
//! # State
//! As SIEVE's: the objects that the hand has still to meet (`ahead`, oldest first; new objects join at the end) and those
//! that it has passed (`kept`); when nothing is ahead, the two lists change places. Per object a counter of 0 to k.
//!
//! # Parameters
//! - `k` = 3: highest count (practice: two bits, as in S3-FIFO by the same authors). 1 is SIEVE.
//!
//! # Source
//! Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: SIEVE is simpler than LRU: an efficient turn-key eviction
//! algorithm for web caches. NSDI 2024. <https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo>
//!
//! # Departures
//! The paper's algorithm has one bit; the counter is taken up and down by one, as CLOCK's and S3-FIFO's are.
//!
//! # Weak on
//! Scans, as SIEVE; and changes of popularity, since what was popular is passed up to k times more.

use super::quota::within;
use crate::core::{ObjId, Result};
use crate::engine::{Build, Unit};
use crate::policy::{Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<SieveK>(Info {
    name: "sieve-k",
    aliases: &[],
    summary: "SIEVE that counts up to k uses and passes an object once for each",
    family: Family::Recency,
    paper: Paper {
        authors: "Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi",
        title: "SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches",
        venue: "NSDI",
        year: 2024,
        url: "https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo",
    },
    params: &[Param { name: "k", range: "1..3", origin: Origin::Practice, help: "highest count; 1 is SIEVE" }],
    needs: Needs::NOTHING,
    // Each of the two lists may come to hold all residents; one of them doubles at a time.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 5 / 2),
    source: include_str!("sieve_k.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    k: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { k: 3 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct SieveK {
    lists: Lists<2, 2>,
    /// Which of the two lists is ahead of the hand; the other one holds what was passed.
    ahead: usize,
    k: u32,
}

impl SieveK {
    /// With nothing ahead, the hand starts over at the oldest object.
    #[inline(always)]
    fn start_over_if_through(&mut self) {
        if self.lists.is_empty(self.ahead) {
            self.ahead = 1 - self.ahead;
        }
    }
}

impl Build for SieveK {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("sieve-k", "k", f64::from(params.k), 1.0, 3.0)?;
        Ok(Self { lists: Lists::new(setup.objects), ahead: 0, k: params.k })
    }
}

impl Policy for SieveK {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.lists.set_flags(id, (self.lists.flags(id) + 1).min(self.k));
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        while let Some((id, uses)) = self.lists.pop_flagged(self.ahead, &()) {
            if uses == 0 {
                out.push(id);
                self.start_over_if_through();
                break;
            }
            self.lists.push_flagged(1 - self.ahead, id, uses - 1, &());
            self.start_over_if_through();
        }
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(self.ahead, id, &());
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

    #[inline(always)]
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
    use super::super::walk::check;

    #[test]
    fn walk_through() {
        // d: the hand passes a (2 becomes 1), takes b and stands at c. e: takes c. f: d. g: e. h: f. a stays where it is.
        check("sieve-k:k=2", 3, "a b c a a d e f g h a", "m m m h h m-b m-c m-d m-e m-f h");
    }

    #[test]
    fn an_object_used_twice_is_passed_twice() {
        // a was used twice, b and c once. d: the hand passes all three, starts over at a, which it passes again, and takes b.
        check("sieve-k:k=2", 3, "a b c a a b c d a", "m m m h h h h m-b h");
        // With one bit, a would leave.
        check("sieve-k:k=1", 3, "a b c a a b c d a", "m m m h h h h m-a m-b");
    }
}
