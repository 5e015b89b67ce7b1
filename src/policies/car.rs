//! CAR: ARC with two clocks in place of its two LRU lists, so that a hit only sets a bit.
//!
//! # State
//! Clocks `T1` (seen once lately) and `T2` (seen at least twice), resident, with a bit for each object: used since the hand
//! last passed; `B1` and `B2`, LRU lists of keys of what left them. `target` (the paper's p): the size that `T1` should have.
//!
//! # Parameters
//! None: the paper's point is that there are none.
//!
//! # Source
//! S. Bansal, D. S. Modha: CAR: clock with adaptive replacement. FAST 2004.
//! <https://www.usenix.org/conference/fast-04/car-clock-adaptive-replacement>
//!
//! # Departures
//! None with unit sizes (the paper's figure 2, p real-valued). With byte sizes, lists and target are in bytes, and a
//! ghost hit shifts the target by the object's size times the paper's ratio. Where the clock to evict from is empty, the
//! other one is.
//!
//! # Weak on
//! Objects used twice in quick succession and then no more: the bit makes them frequent (CART is the paper's remedy); loops.

use super::parts::duties::weighed_lists;
use super::parts::quota::{NoParams, ghost_step};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Ghosts, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};

pub(super) static POLICY: Unit = Unit::new::<Car>(Info {
    name: "car",
    aliases: &["clock-with-adaptive-replacement"],
    summary: "ARC's balance of recency and frequency with two clocks, so that a hit only sets a bit",
    family: Family::Hybrid,
    paper: Paper {
        authors: "S. Bansal, D. S. Modha",
        title: "CAR: clock with adaptive replacement",
        venue: "FAST",
        year: 2004,
        url: "https://www.usenix.org/conference/fast-04/car-clock-adaptive-replacement",
    },
    params: &[],
    needs: Needs::NOTHING,
    // T1 and T2 may each come to hold all residents, B1 and B2 all ghosts; those that come back leave them from the middle.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 6).ghosts(Ghosts::Capacity, lists::SPARSE_QUEUE_BYTES * 3),
    source: include_str!("car.rs"),
});

const T1: usize = 0;
const T2: usize = 1;
const B1: usize = 2;
const B2: usize = 3;
const USED: u32 = 1;

/// See the module text.
#[derive(Debug)]
pub struct Car {
    lists: Lists<4, 1>,
    capacity: u64,
    target: f64,
}

impl Car {
    /// The paper's `replace()`: the hands go around until one finds an object that was not used.
    #[inline(always)]
    fn replace(&mut self, cx: &Cx<'_>) -> Option<(ObjId, usize)> {
        loop {
            let enough = self.lists.weight(T1) as f64 >= self.target.max(1.0);
            let from_t1 = enough && !self.lists.is_empty(T1) || self.lists.is_empty(T2);
            let (from, to) = if from_t1 { (T1, B1) } else { (T2, B2) };
            let id = self.lists.front(from)?;
            if self.lists.flags(id) == 0 {
                return Some((id, to));
            }
            self.lists.push(T2, id, cx);
        }
    }

    /// Lines 6 to 10: what the directory must forget before an object of this size that it does not know comes in.
    fn trim(&mut self, cx: &Cx<'_>, incoming: u64) {
        let most = self.capacity.saturating_sub(incoming);
        while self.lists.weight(T1) + self.lists.weight(B1) > most && self.lists.pop(B1, cx).is_some() {}
        let most = self.capacity.saturating_mul(2).saturating_sub(incoming);
        let all = |lists: &Lists<4, 1>| (0..4).map(|list| lists.weight(list)).sum::<u64>();
        while all(&self.lists) > most && self.lists.pop(B2, cx).is_some() {}
    }
}

impl Build for Car {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects), capacity: setup.capacity, target: 0.0 })
    }
}

impl Policy for Car {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.lists.set_flags(id, USED);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some((id, to)) = self.replace(cx) else { return Verdict::Refuse };
        self.lists.push(to, id, cx);
        out.push(id);
        if cause == Cause::Shrink {
            self.trim(cx, 0);
        }
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.replace(cx).map(|(id, _)| id)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let size = cx.weight(id);
        let ghost = self.lists.list_of(id);
        if ghost.is_none() {
            self.trim(cx, size);
            self.lists.push(T1, id, cx);
            return;
        }
        // Unlike ARC, CAR adapts after it has made room.
        let (b1, b2) = (self.lists.weight(B1), self.lists.weight(B2));
        self.target = match ghost {
            Some(B1) => (self.target + ghost_step(size, b1, b2)).min(self.capacity as f64),
            _ => (self.target - ghost_step(size, b2, b1)).max(0.0),
        };
        self.lists.push(T2, id, cx);
        self.trim(cx, 0);
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
    use super::*;

    #[test]
    fn walk_through() {
        // c: the hand of T1 passes a, which was used, on to T2 and takes b. b, a ghost of B1, takes c and raises the target
        // to 1; T1 is empty then, so d takes a, the older one of T2.
        check("car", 2, "a b a c b d a", "m m h m-b m-c m-a m-d");
    }

    #[test]
    fn a_scan_does_not_empty_the_frequent_clock() {
        check("car", 4, "a b a b c d e f g h a b", "m m h h m m m-c m-d m-e m-f h h");
    }

    #[test]
    fn ghosts_of_either_clock_pull_the_target_their_way() {
        let setup = Setup { objects: 10, capacity: 2, expected: 2, seed: 1, bytes: false };
        let mut car = Car::build(&NoParams {}, &setup).unwrap();
        let mut request = |id: ObjId| {
            let cx = Cx::unit(0, 0);
            if !car.hit(&cx, id) {
                if car.lists.weight(T1) + car.lists.weight(T2) == 2 {
                    car.evict(&cx, Cause::Incoming(id), &mut Vec::new());
                }
                car.insert(&cx, id);
            }
            car.target
        };
        // As in the walk-through: 1 comes back from B1, then 0 from B2.
        let targets: Vec<f64> = [0, 1, 0, 2, 1, 3, 0].into_iter().map(&mut request).collect();
        assert_eq!(targets, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    }
}
