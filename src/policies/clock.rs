//! CLOCK: FIFO with a second chance; an object that was used since the hand last passed is passed over once more.
//!
//! # State
//! One queue in the order in which the hand will meet the objects, and a counter per object. With one bit this is the
//! second-chance algorithm; passing an object over puts it at the end of the queue, which is where the hand comes last.
//! Several capacities at once share words per object, a bit for each, and have a ring each.
//!
//! # Parameters
//! `bits` = 1: width of the counter. A hit adds one, up to `2^bits - 1`; the hand takes one away. One bit is the
//! original; more give an object more chances (generalised CLOCK, Nicola, Dan and Dias 1992).
//!
//! # Source
//! F. J. Corbató: A paging experiment with the Multics system. MIT Project MAC Report MAC-M-384, 1968.
//! <https://apps.dtic.mil/sti/citations/AD0687552>
//!
//! # Departures
//! A new object starts unmarked, so that one that is never used again leaves at the hand's first visit; Multics marked
//! it on the fault.
//!
//! # Weak on
//! Loops longer than the cache, as LRU, which it approximates.

use super::parts::duties::resident_lists;
use super::parts::lanes::{self, Lanes, clock as lane};
use super::parts::quota::within;
use crate::core::{ObjId, Result};
use crate::engine::{Pass, SharedPass, Unit};
use crate::policy::{self, Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Clock>(Info {
    name: "clock",
    aliases: &["second-chance", "fifo-reinsertion"],
    summary: "FIFO with a second chance for what was used since the hand last passed",
    family: Family::Recency,
    paper: Paper {
        authors: "F. J. Corbató",
        title: "A paging experiment with the Multics system",
        venue: "MIT Project MAC Report MAC-M-384",
        year: 1968,
        url: "https://apps.dtic.mil/sti/citations/AD0687552",
    },
    params: &[Param { name: "bits", range: "1..3", origin: Origin::Paper, help: "width of the use counter" }],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 3 / 2),
    source: include_str!("clock.rs"),
})
.sharing(SharedPass {
    most: lanes::MOST,
    most_misses: 1.0,
    build: many,
    // As with the most bits of counters.
    memory: |_, objects, capacities| lanes::memory::<lane::Clock<4>>(objects, capacities, lane::Clock::<4>::bytes),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    bits: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { bits: 1 }
    }
}

impl Params {
    fn check(self) -> Result<()> {
        within("clock", "bits", f64::from(self.bits), 1.0, 3.0)
    }
}

const QUEUE: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Clock {
    lists: Lists<1, 3>,
    max: u32,
}

impl Build for Clock {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        params.check()?;
        Ok(Self { lists: Lists::new(setup.objects), max: (1 << params.bits) - 1 })
    }
}

impl Policy for Clock {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.lists.set_flags(id, (self.lists.flags(id) + 1).min(self.max));
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if self.lists.turn(QUEUE, QUEUE, &()).is_some() {
            out.extend(self.lists.pop(QUEUE, &()));
        }
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(QUEUE, id, &());
    }

    /// Moves the hand to where the next eviction would.
    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.turn(QUEUE, QUEUE, &())
    }

    resident_lists!();
}

/// The caches of several capacities.
fn many(params: &policy::Params, objects: usize, capacities: &[u64]) -> Result<Box<dyn Pass>> {
    let params: Params = params.resolve("clock")?;
    params.check()?;
    Ok(match params.bits {
        1 => Box::new(Lanes::new(objects, capacities, lane::Clock::<2>::new)),
        2 => Box::new(Lanes::new(objects, capacities, lane::Clock::<3>::new)),
        _ => Box::new(Lanes::new(objects, capacities, lane::Clock::<4>::new)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // d: the hand passes a (used), takes b. e: takes c; a comes after d now.
        check("clock", 3, "a b c a d e a", "m m m h m-b m-c h");
    }

    #[test]
    fn two_bits_give_more_chances() {
        let requests = "a b a a a c d e f";
        check("clock:bits=1", 2, requests, "m m h h h m-b m-a m-c m-d");
        check("clock:bits=2", 2, requests, "m m h h h m-b m-c m-d m-a");
    }
}
