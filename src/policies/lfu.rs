//! LFU: the object that was used least often leaves; among equals, the one not used for the longest time.
//!
//! # State
//! Per object a count and the time of its last use, in one word. `once`: the residents used once, oldest first, for most
//! victims come from there; a heap of the others. Counts only grow, so queue and heap learn of a use when the object
//! comes to their front.
//!
//! # Parameters
//! `history` = cache: what is counted; `cache`: uses since the object came into the cache; `perfect`: all its uses, also
//! while it was out.
//!
//! # Source
//! L. Breslau, P. Cao, L. Fan, G. Phillips, S. Shenker: Web caching and Zipf-like distributions: evidence and implications.
//! INFOCOM 1999, which tells in-cache and perfect counts apart. <https://doi.org/10.1109/INFCOM.1999.749260>
//! The policy is older: E. G. Coffman, P. J. Denning: Operating Systems Theory, Prentice-Hall 1973.
//!
//! # Departures
//! None. Counts saturate at 2^27 - 1.
//!
//! # Weak on
//! Change: what was popular once stays.

use crate::core::{Error, ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Heap, Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Lfu>(Info {
    name: "lfu",
    aliases: &["least-frequently-used"],
    summary: "the object that was used least often leaves; among equals the least recently used",
    family: Family::Frequency,
    paper: Paper {
        authors: "L. Breslau, P. Cao, L. Fan, G. Phillips, S. Shenker",
        title: "Web caching and Zipf-like distributions: evidence and implications",
        venue: "INFOCOM",
        year: 1999,
        url: "https://doi.org/10.1109/INFCOM.1999.749260",
    },
    params: &[Param {
        name: "history",
        range: "cache|perfect",
        origin: Origin::Paper,
        help: "count uses in the cache only, or all",
    }],
    needs: Needs::NOTHING,
    // A word of its own, one in the queue, a place in the heap. All residents may be in the one, later in the other.
    state: State::of(
        8 + lists::WORD_BYTES + Heap::<u64>::PLACE_BYTES,
        lists::QUEUE_BYTES + Heap::<u64>::NODE_BYTES * 3 / 2,
    ),
    source: include_str!("lfu.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    history: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { history: "cache".into() }
    }
}

const ONCE: usize = 0;
/// An object's word, from the top: resident (1 bit), count (27), time of last use (36).
const TIME_BITS: u32 = 36;
const RESIDENT: u64 = 1 << 63;
const MOST: u64 = (1 << 27) - 1;

/// See the module text.
#[derive(Debug)]
pub struct Lfu {
    words: Pages<u64>,
    once: Lists<1, 0>,
    often: Heap<u64>,
    perfect: bool,
    uses: u64,
}

impl Lfu {
    #[inline(always)]
    fn count(&self, id: ObjId) -> u64 {
        (self.words[id as usize] & !RESIDENT) >> TIME_BITS
    }

    /// Counts a use.
    #[inline(always)]
    fn touch(&mut self, id: ObjId) {
        self.uses += 1;
        let word = &mut self.words[id as usize];
        let count = ((*word & !RESIDENT) >> TIME_BITS) + 1;
        *word = *word & RESIDENT | count.min(MOST) << TIME_BITS | self.uses;
    }

    /// Forgets that the object is resident, and with `history=cache` its count.
    fn forget(&mut self, id: ObjId) {
        let word = &mut self.words[id as usize];
        *word = if self.perfect { *word & !RESIDENT } else { 0 };
    }

    /// Sends those that the queue's front holds though they were used again to the heap; then its front was used once.
    #[inline(always)]
    fn settle(&mut self) {
        while let Some(id) = self.once.front(ONCE)
            && self.count(id) != 1
        {
            self.once.pop(ONCE, &());
            self.often.set(id, self.words[id as usize]);
        }
    }

    /// The victim's id, taken out of queue or heap.
    #[inline(always)]
    fn take_least(&mut self) -> Option<ObjId> {
        self.settle();
        self.once.pop(ONCE, &()).or_else(|| {
            let words = &self.words;
            self.often.pop_lazy(|id| words[id as usize]).map(|(_, id)| id)
        })
    }
}

impl Build for Lfu {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        let perfect = match params.history.as_str() {
            "cache" => false,
            "perfect" => true,
            other => {
                return Err(Error::usage(format!("lfu: history={other} is unknown"))
                    .hint("use history=cache or history=perfect"));
            }
        };
        let objects = setup.objects;
        Ok(Self {
            words: Pages::zeroed(objects),
            once: Lists::new(objects),
            often: Heap::new(objects),
            perfect,
            uses: 0,
        })
    }
}

impl Policy for Lfu {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.touch(id);
        }
        resident
    }

    #[inline(always)]
    fn miss(&mut self, _: &Cx<'_>, id: ObjId) {
        if self.perfect {
            self.touch(id);
        }
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if let Some(id) = self.take_least() {
            self.forget(id);
            out.push(id);
        }
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.settle();
        self.once.front(ONCE).or_else(|| {
            let words = &self.words;
            self.often.first_lazy(|id| words[id as usize]).map(|(_, id)| id)
        })
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        if self.count(id) == 0 {
            self.touch(id);
        }
        self.words[id as usize] |= RESIDENT;
        if self.count(id) == 1 {
            self.once.push(ONCE, id, &());
        } else {
            self.often.set(id, self.words[id as usize]);
        }
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.once.remove(id, &());
        self.often.remove(id);
        self.forget(id);
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        prefetch(&self.words, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.words[id as usize] & RESIDENT != 0
    }

    fn check(&self) -> Result<(), String> {
        let residents = self.words.iter().filter(|&&w| w & RESIDENT != 0).count() as u64;
        let held = self.once.len(ONCE) + self.often.len() as u64;
        if residents != held {
            return Err(format!("{residents} residents, {held} in queue and heap"));
        }
        self.once.check()?;
        self.often.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // d leaves at once: it is the only object used once. Among a, b, c (twice each), a is the least recent.
        check("lfu", 3, "a b c a b c d e f", "m m m h h h m-a m-d m-e");
    }

    #[test]
    fn perfect_counts_outlive_eviction() {
        check("lfu", 2, "a a b c b c b", "m h m m-b m-c m-b m-c");
        check("lfu:history=perfect", 2, "a a b c b c b", "m h m m-b m-c m-a h");
    }
}
