//! Belady-Size: the object leaves whose size times the requests until its next use is largest.
//!
//! The product is the room in the cache, in bytes for so many requests, that the next hit would cost: the rank by which
//! PFOO-L takes hits.
//!
//! # State
//! The residents in a kinetic tournament, since their products fall at different speeds, each by its size a request.
//!
//! # Parameters
//! None.
//!
//! # Source
//! D. S. Berger, N. Beckmann, M. Harchol-Balter: Practical bounds on optimal caching with variable object sizes. Proceedings of
//! the ACM on Measurement and Analysis of Computing Systems 2(2), 2018. <https://doi.org/10.1145/3224427>
//!
//! # Departures
//! The largest product of all residents is found, where the paper's programs look at a sample of them. An object that is not
//! used again comes before all others, the largest first. Ties go to the least recently used. An object of 0 bytes counts as
//! one of 1 byte, since it has to have a rank. Every miss is admitted.
//!
//! # Weak on
//! Byte hit ratio: it prefers many small objects to a large one. It is no bound, but near one where sizes differ.

use super::parts::quota::NoParams;
use crate::core::{NEVER, NO_NEXT_USE, ObjId, Pages, Result, Time, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Tournament;
use crate::structs::tournament::Contender;

pub(super) static POLICY: Unit = Unit::new::<BeladySize>(Info {
    name: "belady-size",
    aliases: &["min-size"],
    summary: "the object leaves whose size times the requests until its next use is largest",
    // It knows the future as well; what it prefers are small objects, which its memory depends on.
    family: Family::Size,
    paper: Paper {
        authors: "D. S. Berger, N. Beckmann, M. Harchol-Balter",
        title: "Practical bounds on optimal caching with variable object sizes",
        venue: "Proc. ACM on Measurement and Analysis of Computing Systems 2(2)",
        year: 2018,
        url: "https://doi.org/10.1145/3224427",
    },
    params: &[],
    needs: Needs { sizes: true, ..Needs::NEXT_USE },
    state: State::of(size_of::<u32>() as u32, Tournament::<Wait>::MEMBER_BYTES * 3 / 2),
    source: include_str!("belady_size.rs"),
});

/// What a resident costs until its next use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    /// Request of the next use; [`NEVER`] for none.
    end: Time,
    /// Of the last use, in the order of uses.
    order: u64,
    /// At least 1; 0 is nobody's.
    size: u32,
    id: ObjId,
}

impl Wait {
    /// The product at `now`; negative where the use should have been.
    fn product(&self, now: Time) -> i128 {
        (i128::from(self.end) - i128::from(now)) * i128::from(self.size)
    }
}

impl Contender for Wait {
    const NOBODY: Self = Self { end: 0, order: 0, size: 0, id: 0 };

    fn is_somebody(&self) -> bool {
        self.size != 0
    }

    fn beats(&self, other: &Self, now: Time) -> bool {
        let rank = |wait: &Self| {
            let never = wait.end == NEVER;
            (never, if never { i128::from(wait.size) } else { wait.product(now) })
        };
        let (own, its) = (rank(self), rank(other));
        own > its || own == its && self.order < other.order
    }

    fn overtaken(&self, loser: &Self, now: Time) -> Time {
        if self.end == NEVER || loser.size >= self.size {
            return NEVER;
        }
        let ahead = (self.product(now) - loser.product(now)).unsigned_abs();
        let gain = u128::from(self.size - loser.size);
        let span = if loser.order < self.order { ahead.div_ceil(gain) } else { ahead / gain + 1 };
        Time::try_from(span).map_or(NEVER, |span| now.saturating_add(span))
    }
}

/// See the module text.
#[derive(Debug)]
pub struct BeladySize {
    /// By object, its slot in the tournament plus one; 0 = not resident.
    places: Pages<u32>,
    tournament: Tournament<Wait>,
    now: Time,
    uses: u64,
}

impl BeladySize {
    /// A use of the object at this request.
    #[inline]
    fn wait(&mut self, cx: &Cx<'_>, id: ObjId) -> Wait {
        self.now = self.now.max(cx.index);
        self.uses += 1;
        let end = if cx.next_use == NO_NEXT_USE { NEVER } else { Time::from(cx.next_use) };
        Wait { end, order: self.uses, size: cx.size(id).max(1), id }
    }
}

impl Build for BeladySize {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { places: Pages::zeroed(setup.objects), tournament: Tournament::new(), now: 0, uses: 0 })
    }
}

impl Policy for BeladySize {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let place = self.places[id as usize];
        if place == 0 {
            return false;
        }
        let wait = self.wait(cx, id);
        self.tournament.set(place - 1, wait);
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        // Who leaves depends on when, so that no victim can be announced.
        self.now = self.now.max(cx.index);
        self.tournament.advance(self.now);
        if let Some((slot, id)) = self.tournament.winner().map(|(slot, wait)| (slot, wait.id)) {
            self.tournament.remove(slot);
            self.places[id as usize] = 0;
            out.push(id);
        }
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let wait = self.wait(cx, id);
        self.places[id as usize] = self.tournament.insert(wait) + 1;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        if let Some(slot) = self.places[id as usize].checked_sub(1) {
            self.tournament.remove(slot);
            self.places[id as usize] = 0;
        }
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if let Some(slot) = self.places[id as usize].checked_sub(1) {
            let wait = Wait { size: cx.size(id).max(1), ..*self.tournament.line(slot) };
            self.tournament.set(slot, wait);
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline]
    fn preload(&self, id: ObjId) {
        prefetch(&self.places, id as usize);
    }

    #[inline]
    fn contains(&self, id: ObjId) -> bool {
        self.places[id as usize] != 0
    }

    fn check(&self) -> Result<(), String> {
        let residents = self.places.iter().filter(|&&place| place != 0).count();
        if residents != self.tournament.len() {
            return Err(format!("{residents} residents, {} in the tournament", self.tournament.len()));
        }
        self.tournament.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // Objects of one size: the string of `belady`, and its victims but among those that are not used again.
        check(
            "belady-size",
            3,
            "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1",
            "m m m m-7 h m-1 h m-0 h h m-4 h h m-3 h h h m-2 h h",
        );
    }

    #[test]
    fn products_change_places_with_time() {
        // At request 0: 10 bytes until request 8, 4 bytes until 14: 80 and 56. At 4: 40 and 40, and the older one leaves;
        // at 5: 30 and 36. One that is not used again comes before both.
        let sizes = [10, 4, 1];
        let leaves = |at: u64, last: bool| {
            let setup = Setup { objects: 3, capacity: 16, expected: 3, seed: 0, bytes: false };
            let mut policy = BeladySize::build(&NoParams {}, &setup).unwrap();
            for (id, next_use) in [(0, 8), (1, 14), (2, NO_NEXT_USE)].into_iter().take(2 + usize::from(last)) {
                policy.insert(&Cx { sizes: &sizes, next_use, ..Cx::unit(0, 0) }, id);
            }
            let mut out = Vec::new();
            policy.evict(&Cx { sizes: &sizes, ..Cx::unit(at, 0) }, Cause::Shrink, &mut out);
            policy.check().unwrap();
            out[0]
        };
        assert_eq!([0, 3, 4, 5].map(|at| leaves(at, false)), [0, 0, 0, 1]);
        assert_eq!(leaves(5, true), 2);
    }

    #[test]
    fn a_new_size_counts() {
        let (small, large) = ([1, 2], [9, 2]);
        let setup = Setup { objects: 2, capacity: 16, expected: 2, seed: 0, bytes: false };
        let mut policy = BeladySize::build(&NoParams {}, &setup).unwrap();
        (0..2).for_each(|id| policy.insert(&Cx { sizes: &small, next_use: 20 + id, ..Cx::unit(0, 0) }, id));
        policy.resized(&Cx { sizes: &large, ..Cx::unit(1, 0) }, 0, 1);
        let mut out = Vec::new();
        policy.evict(&Cx { sizes: &large, ..Cx::unit(1, 0) }, Cause::Shrink, &mut out);
        assert_eq!(out, [0]);
    }
}
