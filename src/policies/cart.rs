//! CART: CAR with a filter that keeps objects used in quick succession only from passing for frequent ones.
//!
//! # State
//! Clocks `T1` and `T2`, resident, with two bits for each object: used since the hand last passed, and of long-term
//! utility, which `T2` holds alone and `T1` among others; `B1` and `B2`, LRU lists of keys of what left them. `p`: the size
//! that `T1` should have; `q`: the size that `B1` should have; the sizes of what is of short (nS) and of long-term
//! utility (nL).
//!
//! # Parameters
//! None.
//!
//! # Source
//! S. Bansal, D. S. Modha: CAR: clock with adaptive replacement. FAST 2004, section 4.
//! <https://www.usenix.org/conference/fast-04/car-clock-adaptive-replacement>
//!
//! # Departures
//! None with unit sizes (the paper's figure 3, p real-valued). With byte sizes, lists and targets are in bytes, and each
//! step by 1 is one by the object's size. Where the clock to evict from is empty, the other one is.
//!
//! # Weak on
//! Loops longer than the cache, and objects that need their second use soon: the first hits prove nothing.

use super::parts::quota::{NoParams, ghost_step};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Ghosts, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};

pub(super) static POLICY: Unit = Unit::new::<Cart>(Info {
    name: "cart",
    aliases: &["car-with-temporal-filtering"],
    summary: "CAR with a filter against uses in quick succession",
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
    // Two words; T1 and T2 may each come to hold all residents, B1 and B2 all ghosts.
    state: State::of(lists::WORD_BYTES * 2, lists::QUEUE_BYTES * 6)
        .ghosts(Ghosts::Capacity, lists::SPARSE_QUEUE_BYTES * 3),
    source: include_str!("cart.rs"),
});

/// Lists of `pages`.
const T1: usize = 0;
const T2: usize = 1;
/// Lists of `ghosts`.
const B1: usize = 0;
const B2: usize = 1;
/// Flags: used since the hand passed; of long-term utility.
const USED: u32 = 1;
const LONG: u32 = 2;

/// See the module text.
#[derive(Debug)]
pub struct Cart {
    pages: Lists<2, 2>,
    ghosts: Lists<2, 0>,
    capacity: u64,
    p: f64,
    q: u64,
    short: u64,
    long: u64,
}

impl Cart {
    /// Lines 21 to 23 and 26 to 28: more of `B1` is worth remembering if long-term objects fill what `T1` leaves.
    fn raise_q(&mut self, by: u64) {
        let t1 = self.pages.weight(T1);
        if self.pages.weight(T2) + self.ghosts.weight(B2) + t1.saturating_sub(self.short) >= self.capacity {
            self.q = (self.q + by).min(self.capacity.saturating_mul(2).saturating_sub(t1));
        }
    }

    /// Turns both clocks; then who leaves, and the list of ghosts it goes to.
    fn replace(&mut self, cx: &Cx<'_>) -> Option<(ObjId, usize)> {
        self.turn_t2(cx);
        self.turn_t1(cx);
        let enough = self.pages.weight(T1) as f64 >= self.p.max(1.0);
        let from_t1 = enough && !self.pages.is_empty(T1) || self.pages.is_empty(T2);
        let (from, to) = if from_t1 { (T1, B1) } else { (T2, B2) };
        self.pages.front(from).map(|id| (id, to))
    }

    /// The objects of `T2` that were used go back to `T1`.
    fn turn_t2(&mut self, cx: &Cx<'_>) {
        while let Some(id) = self.pages.front(T2)
            && self.pages.flags(id) & USED != 0
        {
            self.pages.push_flagged(T1, id, LONG, cx);
            self.raise_q(cx.weight(id));
        }
    }

    /// Used objects of `T1` go around, and may have proved of long-term utility; unused ones that are go to `T2`.
    fn turn_t1(&mut self, cx: &Cx<'_>) {
        while let Some(id) = self.pages.front(T1) {
            let (flags, size) = (self.pages.flags(id), cx.weight(id));
            if flags & USED != 0 {
                let far = (self.p + size as f64).min(self.ghosts.weight(B1) as f64);
                let proven = flags & LONG == 0 && self.pages.weight(T1) as f64 >= far;
                self.pages.push_flagged(T1, id, if proven { LONG } else { flags & LONG }, cx);
                if proven {
                    self.short -= size;
                    self.long += size;
                }
            } else if flags & LONG != 0 {
                self.pages.push_flagged(T2, id, LONG, cx);
                self.q = self.q.saturating_sub(size).max(self.capacity.saturating_sub(self.pages.weight(T1)));
            } else {
                break;
            }
        }
    }

    /// The history is as long as the cache at most.
    fn trim(&mut self, cx: &Cx<'_>) {
        while self.ghosts.weight(B1) + self.ghosts.weight(B2) > self.capacity {
            let from = if self.ghosts.weight(B1) > self.q || self.ghosts.is_empty(B2) { B1 } else { B2 };
            if self.ghosts.pop(from, cx).or_else(|| self.ghosts.pop(1 - from, cx)).is_none() {
                break;
            }
        }
    }

    /// The sum that the object's size belongs to.
    fn sum(&mut self, id: ObjId) -> &mut u64 {
        if self.pages.flags(id) & LONG == 0 { &mut self.short } else { &mut self.long }
    }
}

impl Build for Cart {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self {
            pages: Lists::new(setup.objects),
            ghosts: Lists::new(setup.objects),
            capacity: setup.capacity,
            p: 0.0,
            q: 0,
            short: 0,
            long: 0,
        })
    }
}

impl Policy for Cart {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.pages.contains(id);
        if resident {
            self.pages.set_flags(id, self.pages.flags(id) | USED);
        }
        resident
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some((id, to)) = self.replace(cx) else { return Verdict::Refuse };
        *self.sum(id) -= cx.weight(id);
        self.pages.remove(id, cx);
        self.ghosts.push(to, id, cx);
        if cause == Cause::Shrink {
            self.trim(cx);
        }
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.replace(cx).map(|(id, _)| id)
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let size = cx.weight(id);
        let ghost = self.ghosts.list_of(id);
        let (b1, b2) = (self.ghosts.weight(B1), self.ghosts.weight(B2));
        match ghost {
            Some(B1) => self.p = (self.p + ghost_step(size, b1, self.short)).min(self.capacity as f64),
            Some(_) => self.p = (self.p - ghost_step(size, b2, self.long)).max(0.0),
            None => {}
        }
        self.ghosts.remove(id, cx);
        self.pages.push_flagged(T1, id, if ghost.is_some() { LONG } else { 0 }, cx);
        *self.sum(id) += size;
        if ghost == Some(B2) {
            self.raise_q(size);
        }
        self.trim(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        *self.sum(id) -= cx.weight(id);
        self.pages.remove(id, cx);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if self.pages.contains(id) {
            let sum = self.sum(id);
            *sum = *sum - u64::from(old) + cx.weight(id);
        }
        self.pages.resized(id, old, cx);
        self.ghosts.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.p = self.p.min(capacity as f64);
        self.q = self.q.min(capacity.saturating_mul(2));
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.pages.preload(id);
        self.ghosts.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.pages.contains(id)
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.pages.check()?;
        self.ghosts.check()?;
        let all = self.pages.weight(T1) + self.pages.weight(T2);
        let both = self.short + self.long;
        if both != all {
            return Err(format!("short and long-term objects add up to {both}, the clocks hold {all}"));
        }
        let short = self.pages.iter(T2).find(|&id| self.pages.flags(id) & LONG == 0);
        short.map_or(Ok(()), |id| Err(format!("object {id} of T2 is not of long-term utility")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // c: a was used; the hand puts it behind b, and since B1 is empty it proves of long-term utility. b leaves to B1.
        // b comes back, raises p to 1 and is of long-term utility. For it, the hand sends a to T2 and takes c.
        // d: b, unused, goes to T2; T1 is empty, so a leaves, the older one of T2.
        check("cart", 2, "a b a c b d b", "m m h m-b m-c m-a h");
    }

    /// Is an object used while the target is `p`, with two in T1 and four in B1, of long-term utility when the hand passes?
    fn proves(p: f64) -> bool {
        let cx = Cx::unit(0, 0);
        let mut cart =
            Cart::build(&NoParams {}, &Setup { objects: 6, capacity: 4, expected: 4, seed: 1, bytes: false }).unwrap();
        (0..4).for_each(|id| cart.ghosts.push(B1, id, &cx));
        cart.insert(&cx, 4);
        cart.insert(&cx, 5);
        cart.p = p;
        cart.hit(&cx, 4);
        cart.turn_t1(&cx);
        cart.check().unwrap();
        cart.pages.flags(4) & LONG != 0
    }

    #[test]
    fn uses_in_quick_succession_are_no_proof() {
        // A use proves something only where T1 is as long as p + 1, so that objects go through it slowly.
        assert_eq!([0.0, 1.0, 1.5, 4.0].map(proves), [true, true, false, false]);
    }
}
