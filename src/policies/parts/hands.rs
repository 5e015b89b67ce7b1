//! CLOCK-Pro's clock, as CLOCK-Pro and CLOCK-Pro+ run it: hot and cold objects and the keys of cold ones that left, in one list
//! with three hands. How the room for cold ones adapts is an [`Adaptation`].
//!
//! Moving `HANDhot` on is the same as putting the object it leaves at the list's head, as the paper notes. So the list is kept
//! as a queue with that hand at its front, and each of the other hands stands at the object of its kind that is farthest
//! from the head, which a queue of its own gives at once.

use super::quota::{part, within};
use crate::core::{ObjId, Result};
use crate::policy::{Build, Cause, Cx, Ghosts, Origin, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Weigh, lists};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::marker::PhantomData;

/// What tells how much room cold objects should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A cold object was used in its test period while it was resident.
    UsedInTest,
    /// One that had left was asked for in its test period.
    Returned,
    /// A test period ended without a use.
    TestEnded,
    /// An object that had been hot was used after it had become cold.
    DemotedUsed,
}

/// How the room for cold objects adapts.
pub trait Adaptation: Debug + Send + Sized + 'static {
    /// Does `HANDhot` look for demoted objects that were used, too?
    const HOT_HAND_LOOKS: bool;

    /// Its parameters.
    type Params: Debug + Default + Serialize + DeserializeOwned;

    /// Least and greatest share of the capacity for cold objects.
    ///
    /// # Errors
    /// One is out of its range.
    fn shares(params: &Self::Params) -> Result<(f64, f64)>;

    /// By how many times the size of the object at hand the room grows, given how much is demoted and resident, and how much
    /// that left is in its test period.
    fn change(event: Event, demoted: f64, gone: f64) -> f64;
}

/// The list of each of `clock`, `cold` and `test`.
const ALL: usize = 0;
/// Flags of an object in the clock: its state, and whether it was used since a hand passed.
const STATE: u32 = 3;
const COLD: u32 = 0;
const HOT: u32 = 1;
/// Cold, in its test period; alone this may be the state of an object that left.
const TEST: u32 = 2;
/// Cold, and was hot before.
const DEMOTED: u32 = 3;
const USED: u32 = 4;

/// A policy with CLOCK-Pro's hands.
#[derive(Debug)]
pub struct Hands<A> {
    /// All objects, the list's head at the back.
    clock: Lists<1, 3>,
    /// Of these, the cold resident ones.
    cold: Lists<1, 0>,
    /// Of these, the ones in their test period.
    test: Lists<1, 0>,
    hot: u64,
    demoted: u64,
    gone: u64,
    capacity: u64,
    shares: (f64, f64),
    /// The room that cold objects should have (the paper's `m_c`).
    target: f64,
    /// Nothing was evicted yet.
    filling: bool,
    adaptation: PhantomData<A>,
}

impl<A> Hands<A> {
    /// Bytes that it allocates: three words, the clock and two queues in its order.
    pub const STATE: State =
        State::of(lists::WORD_BYTES * 3, lists::LRU_BYTES * 3).ghosts(Ghosts::Capacity, lists::LRU_BYTES * 2);
}

impl<A: Adaptation> Hands<A> {
    fn bounds(&self) -> (f64, f64) {
        let least = part(self.capacity, self.shares.0).min(self.capacity) as f64;
        (least, (self.capacity as f64 * self.shares.1).max(least))
    }

    fn adapt(&mut self, event: Event, size: u64) {
        if size > 0 {
            let change = A::change(event, self.demoted as f64, self.gone as f64) * size as f64;
            let (least, greatest) = self.bounds();
            self.target = (self.target + change).clamp(least, greatest);
        }
    }

    /// Asks for the words of an object that a hand comes to soon, so that it does not wait for them.
    #[inline(always)]
    fn near(&self, id: ObjId) {
        self.clock.preload(id);
        self.cold.preload(id);
        self.test.preload(id);
    }

    fn has_room_for_hot(&self, more: u64) -> bool {
        (self.hot + more) as f64 <= self.capacity as f64 - self.target
    }

    /// Takes the object out of the sums that its state belongs to.
    fn uncount(&mut self, id: ObjId, size: u64) {
        match self.clock.flags(id) & STATE {
            HOT => self.hot -= size,
            DEMOTED => self.demoted -= size,
            TEST if !self.cold.contains(id) && self.clock.contains(id) => self.gone -= size,
            _ => {}
        }
    }

    /// Puts a resident object at the list's head. Lists that it was not in and does not enter are not touched: each is a
    /// wait for memory.
    fn place(&mut self, cx: &Cx<'_>, id: ObjId, flags: u32) {
        let size = cx.weight(id);
        let was = self.clock.contains(id).then(|| self.clock.flags(id) & STATE);
        self.uncount(id, size);
        self.clock.push_flagged(ALL, id, flags, &());
        let state = flags & STATE;
        match state {
            HOT => self.hot += size,
            DEMOTED => self.demoted += size,
            _ => {}
        }
        if state == TEST {
            self.test.push(ALL, id, &());
        } else if was == Some(TEST) {
            self.test.remove(id, &());
        }
        if state != HOT {
            self.cold.push(ALL, id, &());
        } else if was.is_some_and(|was| was != HOT) {
            self.cold.remove(id, &());
        }
    }

    /// Forgets the object.
    fn forget(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.uncount(id, cx.weight(id));
        self.clock.remove(id, &());
        self.cold.remove(id, &());
        self.test.remove(id, &());
    }

    /// `HANDhot` leaves the object that it is at.
    fn step_hot(&mut self, cx: &Cx<'_>) -> bool {
        let Some(id) = self.clock.front(ALL) else { return false };
        self.near(self.clock.upcoming(ALL));
        let flags = self.clock.flags(id);
        match flags & STATE {
            HOT if flags & USED != 0 => self.place(cx, id, HOT),
            HOT => self.place(cx, id, DEMOTED),
            TEST => {
                // It does HANDtest's work on its way.
                if flags & USED == 0 {
                    self.adapt(Event::TestEnded, cx.weight(id));
                }
                if self.cold.contains(id) {
                    self.place(cx, id, COLD | flags & USED);
                } else {
                    self.forget(cx, id);
                }
            }
            DEMOTED if flags & USED != 0 && A::HOT_HAND_LOOKS => {
                self.adapt(Event::DemotedUsed, cx.weight(id));
                self.place(cx, id, COLD);
            }
            _ => self.place(cx, id, flags),
        }
        true
    }

    /// `HANDhot`: makes hot objects cold until the others have the room that they should have, and stops at a hot one.
    fn run_hot(&mut self, cx: &Cx<'_>) {
        while !self.has_room_for_hot(0) && self.hot > 0 {
            self.step_hot(cx);
        }
        while self.hot > 0
            && let Some(id) = self.clock.front(ALL)
            && self.clock.flags(id) & STATE != HOT
        {
            self.step_hot(cx);
        }
    }

    /// `HANDtest`: ends test periods until no more is remembered than fits.
    fn run_test(&mut self, cx: &Cx<'_>) {
        while self.gone > self.capacity
            && let Some(id) = self.test.front(ALL)
        {
            self.near(self.test.upcoming(ALL));
            let used = self.clock.flags(id) & USED;
            if used == 0 {
                self.adapt(Event::TestEnded, cx.weight(id));
            }
            if self.cold.contains(id) {
                self.test.remove(id, &());
                self.clock.set_flags(id, COLD | used);
            } else {
                self.forget(cx, id);
            }
        }
    }

    /// `HANDcold` leaves the object that it is at; returns it if it is the one to leave the cache.
    fn step_cold(&mut self, cx: &Cx<'_>, id: ObjId) -> Option<ObjId> {
        self.near(self.cold.upcoming(ALL));
        let flags = self.clock.flags(id);
        let (state, size) = (flags & STATE, cx.weight(id));
        match (flags & USED != 0, state) {
            (true, TEST) => {
                self.adapt(Event::UsedInTest, size);
                self.place(cx, id, HOT);
                self.run_hot(cx);
                None
            }
            (true, _) => {
                if state == DEMOTED {
                    self.adapt(Event::DemotedUsed, size);
                }
                self.place(cx, id, TEST);
                None
            }
            (false, TEST) => {
                self.cold.remove(id, &());
                self.gone += size;
                Some(id)
            }
            (false, _) => {
                self.forget(cx, id);
                Some(id)
            }
        }
    }
}

impl<A: Adaptation> Build for Hands<A> {
    type Params = A::Params;

    fn build(params: &A::Params, setup: &Setup) -> Result<Self> {
        let mut this = Self {
            clock: Lists::new(setup.objects),
            cold: Lists::new(setup.objects),
            test: Lists::new(setup.objects),
            hot: 0,
            demoted: 0,
            gone: 0,
            capacity: setup.capacity,
            shares: A::shares(params)?,
            target: 0.0,
            filling: true,
            adaptation: PhantomData,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl<A: Adaptation> Policy for Hands<A> {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.clock.set_flags(id, self.clock.flags(id) | USED);
        }
        resident
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        self.filling = false;
        loop {
            let Some(id) = self.cold.front(ALL) else {
                // All are hot: HANDhot makes one cold.
                if self.step_hot(cx) {
                    continue;
                }
                return Verdict::Refuse;
            };
            if let Some(id) = self.step_cold(cx, id) {
                out.push(id);
                break;
            }
        }
        if cause == Cause::Shrink {
            self.run_test(cx);
        }
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let size = cx.weight(id);
        if self.clock.contains(id) {
            self.adapt(Event::Returned, size);
            self.place(cx, id, HOT);
            self.run_hot(cx);
        } else {
            let hot = self.filling && self.has_room_for_hot(size);
            self.place(cx, id, if hot { HOT } else { TEST });
        }
        self.run_test(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.forget(cx, id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if !self.clock.contains(id) {
            return;
        }
        self.uncount(id, u64::from(old));
        let size = cx.weight(id);
        match self.clock.flags(id) & STATE {
            HOT => self.hot += size,
            DEMOTED => self.demoted += size,
            TEST if !self.cold.contains(id) => self.gone += size,
            _ => {}
        }
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        let (least, greatest) = self.bounds();
        self.target = self.target.clamp(least, greatest);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.clock.preload(id);
        self.cold.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.clock.flags(id) & STATE == HOT || self.cold.contains(id)
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.clock.check()?;
        self.cold.check()?;
        self.test.check()?;
        let order = |keep: &dyn Fn(ObjId) -> bool| self.clock.iter(ALL).filter(|&id| keep(id)).collect::<Vec<_>>();
        if order(&|id| self.cold.contains(id)) != self.cold.iter(ALL).collect::<Vec<_>>() {
            return Err("the cold objects are in another order than in the clock".into());
        }
        if order(&|id| self.clock.flags(id) & STATE == TEST) != self.test.iter(ALL).collect::<Vec<_>>() {
            return Err("the objects in their test period are in another order than in the clock".into());
        }
        let both = self.cold.iter(ALL).find(|&id| self.clock.flags(id) & STATE == HOT);
        both.map_or(Ok(()), |id| Err(format!("object {id} is hot and cold")))
    }
}

/// Help for the bounds on the room for cold objects.
pub(in crate::policies) const BOUNDS: &[Param] = &[
    Param { name: "cold_min", range: "0..1", origin: Origin::Practice, help: "least share for cold objects" },
    Param { name: "cold_max", range: "cold_min..1", origin: Origin::Practice, help: "greatest share for cold objects" },
];

/// The bounds on the room for cold objects, checked.
pub(in crate::policies) fn checked(policy: &str, cold_min: f64, cold_max: f64) -> Result<(f64, f64)> {
    within(policy, "cold_min", cold_min, 0.0, 1.0)?;
    within(policy, "cold_max", cold_max, cold_min, 1.0)?;
    Ok((cold_min, cold_max))
}
