//! GD-Wheel: Greedy-Dual in constant time: objects wait in the slots of wheels like those of a clock for timers; the hand goes
//! on to the next object, and a new or used object is put as far ahead of it as it is worth.
//!
//! # State
//! Per object its priority `L + cost`, where `L` is where the hand stands. Wheels of `queues` slots, each an LRU queue: a slot
//! of the first is one priority, a slot of the next a whole round of the one before. When the hand begins a round, the objects
//! of that round come down from the wheel above.
//!
//! # Parameters
//! - `queues` = 256: slots of a wheel (paper: NQ).
//! - `wheels` = 2: number of wheels (paper: NW); costs are at most `queues` to the power of `wheels` less 1.
//!
//! # Source
//! C. Li, A. L. Cox: GD-Wheel: a cost-aware replacement policy for key-value stores. `EuroSys` 2015.
//! <https://doi.org/10.1145/2741948.2741956>
//!
//! # Departures
//! Priorities are exact. The paper's wheels round: the level of an object is the highest at which its cost rounds to more
//! than 0, its slot counts from the hand of that level, and what comes down is placed by the rest of its cost, rounded
//! again; so a cost from half a round on is a level higher, and where the lower hand stood is lost. The paper takes the
//! cost of computing an object from its application. Here each miss costs the same, and objects differ in the room they
//! take: cost is the largest size seen so far by the object's own, a whole number, so that the ratio of hits is the goal
//! (the paper has one GD-Wheel for each class of equal sizes). With unit sizes all costs are 1, and it is LRU. Where a
//! round of the first wheel is empty, the hand skips it.
//!
//! # Weak on
//! Sizes that differ by more than the highest cost; frequency, which it does not count.

use super::parts::quota::within;
use super::parts::ratio::Ratio;
use crate::core::{Error, ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::Chains;
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<GdWheel>(Info {
    name: "gd-wheel",
    aliases: &["greedy-dual-wheel"],
    summary: "Greedy-Dual by wheels of queues, in constant time; the least worth per byte leaves",
    family: Family::Size,
    paper: Paper {
        authors: "C. Li, A. L. Cox",
        title: "GD-Wheel: a cost-aware replacement policy for key-value stores",
        venue: "EuroSys",
        year: 2015,
        url: "https://doi.org/10.1145/2741948.2741956",
    },
    params: &[
        Param { name: "queues", range: "2..4096", origin: Origin::Paper, help: "slots of a wheel (NQ)" },
        Param { name: "wheels", range: "1..4", origin: Origin::Paper, help: "number of wheels (NW)" },
    ],
    needs: Needs::SIZES,
    // The slots, 6 kB with the defaults, are spread over the objects of a small cache.
    state: State::of(Chains::LINK_BYTES + size_of::<u64>() as u32, 0).fixed(8_000),
    source: include_str!("gd_wheel.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    queues: u64,
    wheels: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { queues: 256, wheels: 2 }
    }
}

const MOST_WHEELS: usize = 4;

/// See the module text.
#[derive(Debug)]
pub struct GdWheel {
    /// Wheel by wheel, slot by slot.
    slots: Chains,
    /// How many objects each wheel holds.
    held: [u64; MOST_WHEELS],
    priorities: Pages<u64>,
    ratio: Ratio,
    /// The priority at which the hand stands.
    hand: u64,
    queues: u64,
    wheels: usize,
}

impl GdWheel {
    /// How many priorities a slot of this wheel spans.
    fn span(&self, wheel: usize) -> u64 {
        self.queues.pow(wheel as u32)
    }

    /// Puts the object behind the others of its slot; the lowest wheel whose round reaches so far has it.
    fn place(&mut self, id: ObjId) {
        let ahead = self.priorities[id as usize] - self.hand;
        let wheel = (0..self.wheels - 1).find(|&wheel| ahead < self.span(wheel + 1)).unwrap_or(self.wheels - 1);
        let slot = self.priorities[id as usize] / self.span(wheel) % self.queues;
        self.held[wheel] += 1;
        self.slots.push(wheel * self.queues as usize + slot as usize, id);
    }

    /// Takes the object out of its slot.
    fn take(&mut self, id: ObjId) {
        if let Some(slot) = self.slots.chain_of(id) {
            self.held[slot / self.queues as usize] -= 1;
            self.slots.remove(id);
        }
    }

    /// A use: the object goes as far ahead of the hand as it is worth.
    #[inline]
    fn touch(&mut self, cx: &Cx<'_>, id: ObjId) {
        let most = self.span(self.wheels) - 1;
        let cost = self.ratio.of(cx.size(id)).min(most);
        self.take(id);
        self.priorities[id as usize] = self.hand + cost;
        self.place(id);
    }

    /// The chain of the hand's slot on a wheel.
    fn slot(&self, wheel: usize) -> usize {
        wheel * self.queues as usize + (self.hand / self.span(wheel) % self.queues) as usize
    }

    /// The hand begins a round of the wheels below `top`: what is in its slot of the others comes down, from the highest on.
    fn migrate(&mut self) {
        for wheel in (1..self.wheels).rev() {
            if self.hand.is_multiple_of(self.span(wheel)) {
                let slot = self.slot(wheel);
                for _ in 0..self.slots.len(slot) {
                    let Some(id) = self.slots.pop(slot) else { break };
                    self.held[wheel] -= 1;
                    self.place(id);
                }
            }
        }
    }

    /// Moves the hand on to the next object, if there is any.
    fn advance(&mut self) -> Option<ObjId> {
        if self.held.iter().sum::<u64>() == 0 {
            return None;
        }
        loop {
            if let Some(id) = self.slots.front(self.slot(0)) {
                return Some(id);
            }
            // Below the first wheel that holds something there is nothing to meet.
            let wheel = self.held.iter().position(|&held| held > 0)?;
            let span = self.span(wheel);
            self.hand = (self.hand / span + 1) * span;
            self.migrate();
        }
    }
}

impl Build for GdWheel {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("gd-wheel", "queues", params.queues as f64, 2.0, 4096.0)?;
        within("gd-wheel", "wheels", f64::from(params.wheels), 1.0, MOST_WHEELS as f64)?;
        let wheels = params.wheels as usize;
        let chains = usize::try_from(params.queues).map_err(|_| Error::usage("gd-wheel: too many queues"))? * wheels;
        Ok(Self {
            slots: Chains::new(setup.objects, chains),
            held: [0; MOST_WHEELS],
            priorities: Pages::zeroed(setup.objects),
            ratio: Ratio::default(),
            hand: 0,
            queues: params.queues,
            wheels,
        })
    }
}

impl Policy for GdWheel {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.slots.contains(id);
        if resident {
            self.touch(cx, id);
        }
        resident
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.advance() else { return Verdict::Refuse };
        self.take(id);
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.advance()
    }

    #[inline]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.touch(cx, id);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.take(id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if self.slots.contains(id) {
            self.touch(cx, id);
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.slots.preload(id);
        prefetch(&self.priorities, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.slots.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.slots.check()?;
        for chain in 0..self.wheels * self.queues as usize {
            if let Some(late) = self.slots.iter(chain).find(|&id| self.priorities[id as usize] < self.hand) {
                return Err(format!("the hand has passed object {late}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // All costs are 1: each object goes into the next slot of the hand, so the order is that of use.
        check("gd-wheel", 3, "a b c a d e a", "m m m h m-b m-c h");
    }

    /// Inserts objects of these sizes and gives them up again.
    fn order(sizes: &[u32], params: &Params) -> Vec<ObjId> {
        let cx = Cx { sizes, ..Cx::unit(0, 0) };
        let setup = Setup { objects: sizes.len(), capacity: 1 << 20, expected: sizes.len(), seed: 0, bytes: false };
        let mut wheel = GdWheel::build(params, &setup).unwrap();
        (0..sizes.len() as ObjId).for_each(|id| wheel.insert(&cx, id));
        let mut out = Vec::new();
        while wheel.evict(&cx, Cause::Shrink, &mut out) == Verdict::Freed {
            wheel.check().unwrap();
        }
        out
    }

    #[test]
    fn objects_leave_in_the_order_of_what_they_are_worth() {
        // Costs 1, 4, 9, 60, 64, 3, 1 with wheels of 4, 16 and 64 priorities: 64 counts as 63, the most that there is.
        let sizes = [640, 160, 71, 11, 10, 213, 640];
        assert_eq!(order(&sizes, &Params { queues: 4, wheels: 3 }), [0, 6, 5, 1, 2, 3, 4]);
        // One wheel of 4: all above 3 are equal.
        assert_eq!(order(&sizes, &Params { queues: 4, wheels: 1 }), [0, 6, 1, 2, 3, 4, 5]);
        assert_eq!(order(&sizes, &Params::default()), [0, 6, 5, 1, 2, 3, 4]);
    }
}
