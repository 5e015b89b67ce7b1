//! CLOCK-Pro's clock, as CLOCK-Pro and CLOCK-Pro+ run it: hot and cold objects and the keys of cold ones that left, in one list
//! with three hands. How the room for cold ones adapts is an [`Adaptation`].
//!
//! Moving `HANDhot` on is the same as putting the object it leaves at the list's head, as the paper notes. So the list is kept
//! as a queue with that hand at its front, and each of the other hands stands at the object of its kind that is farthest
//! from the head.

use super::quota::{part, within};
use crate::core::{ObjId, Result};
use crate::policy::{Build, Cause, Cx, Origin, Param, Policy, Setup, State, Verdict};
use crate::structs::Weigh;
use crate::structs::dial::{Dial, Marked};
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

/// The hands beside `HANDhot`, which is at the clock's front.
const HAND_COLD: usize = 0;
const HAND_TEST: usize = 1;

/// Marks: a state, and whether the object was used since a hand passed.
const STATE: u32 = 7;
const HOT: u32 = 1;
const COLD: u32 = 2;
/// Cold, and in its test period.
const TEST: u32 = 3;
/// Cold, and was hot before.
const DEMOTED: u32 = 4;
/// In its test period, and left the cache.
const GONE: u32 = 5;
const USED: u32 = 8;

/// The marks of these states, used or not.
const fn states(of: &[u32]) -> Marked {
    let (mut marked, mut i) = (0, 0);
    while i < of.len() {
        marked |= 1 << of[i] | 1 << (of[i] | USED);
        i += 1;
    }
    marked
}

const COLD_RESIDENT: Marked = states(&[COLD, TEST, DEMOTED]);
const RESIDENT: Marked = COLD_RESIDENT | states(&[HOT]);
const IN_TEST: Marked = states(&[TEST, GONE]);

/// A policy with CLOCK-Pro's hands.
#[derive(Debug)]
pub struct Hands<A> {
    /// All objects, the list's head at the back.
    clock: Dial<2>,
    /// How much there is of each state.
    sums: [u64; 8],
    capacity: u64,
    shares: (f64, f64),
    /// The room that cold objects should have (the paper's `m_c`).
    target: f64,
    /// Nothing was evicted yet.
    filling: bool,
    adaptation: PhantomData<A>,
}

impl<A> Hands<A> {
    /// Bytes that it allocates: the clock, with as many keys that are remembered as objects fit.
    pub const STATE: State = State::of(Dial::<2>::WORD_BYTES, 2 * Dial::<2>::SLOT_BYTES);
}

impl<A: Adaptation> Hands<A> {
    fn bounds(&self) -> (f64, f64) {
        let least = part(self.capacity, self.shares.0).min(self.capacity) as f64;
        (least, (self.capacity as f64 * self.shares.1).max(least))
    }

    fn adapt(&mut self, event: Event, size: u64) {
        if size > 0 {
            let change =
                A::change(event, self.sums[DEMOTED as usize] as f64, self.sums[GONE as usize] as f64) * size as f64;
            let (least, greatest) = self.bounds();
            self.target = (self.target + change).clamp(least, greatest);
        }
    }

    fn hot(&self) -> u64 {
        self.sums[HOT as usize]
    }

    fn has_room_for_hot(&self, more: u64) -> bool {
        (self.hot() + more) as f64 <= self.capacity as f64 - self.target
    }

    /// Counts an object of this size under another mark.
    #[inline(always)]
    fn recount(&mut self, from: u32, to: u32, size: u64) {
        self.sums[(from & STATE) as usize] -= size;
        self.sums[(to & STATE) as usize] += size;
    }

    /// Puts an object that is in the clock at the list's head.
    #[inline(always)]
    fn place(&mut self, cx: &Cx<'_>, id: ObjId, mark: u32) {
        self.recount(self.clock.mark(id), mark, cx.weight(id));
        self.clock.push(id, mark);
    }

    /// Gives an object another mark where it is.
    #[inline(always)]
    fn mark(&mut self, cx: &Cx<'_>, id: ObjId, mark: u32) {
        self.recount(self.clock.mark(id), mark, cx.weight(id));
        self.clock.set(id, mark);
    }

    /// Forgets the object.
    fn forget(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.sums[(self.clock.mark(id) & STATE) as usize] -= cx.weight(id);
        self.clock.remove(id);
    }

    /// `HANDhot` leaves the object that it is at.
    fn step_hot(&mut self, cx: &Cx<'_>, id: ObjId) {
        let mark = self.clock.mark(id);
        let (used, state) = (mark & USED, mark & STATE);
        match state {
            HOT => self.place(cx, id, if used != 0 { HOT } else { DEMOTED }),
            TEST | GONE => {
                // It does HANDtest's work on its way.
                if used == 0 {
                    self.adapt(Event::TestEnded, cx.weight(id));
                }
                if state == TEST {
                    self.place(cx, id, COLD | used);
                } else {
                    self.forget(cx, id);
                }
            }
            DEMOTED if used != 0 && A::HOT_HAND_LOOKS => {
                self.adapt(Event::DemotedUsed, cx.weight(id));
                self.place(cx, id, COLD);
            }
            _ => self.place(cx, id, mark),
        }
    }

    /// `HANDhot`: makes hot objects cold until the others have the room that they should have, and stops at a hot one.
    fn run_hot(&mut self, cx: &Cx<'_>) {
        while self.hot() > 0
            && !self.has_room_for_hot(0)
            && let Some(id) = self.clock.front()
        {
            self.step_hot(cx, id);
        }
        while self.hot() > 0
            && let Some(id) = self.clock.front()
            && self.clock.mark(id) & STATE != HOT
        {
            self.step_hot(cx, id);
        }
    }

    /// `HANDtest`: ends test periods until no more is remembered than fits.
    fn run_test(&mut self, cx: &Cx<'_>) {
        while self.sums[GONE as usize] > self.capacity
            && let Some(id) = self.clock.hand(HAND_TEST, IN_TEST)
        {
            let mark = self.clock.mark(id);
            if mark & USED == 0 {
                self.adapt(Event::TestEnded, cx.weight(id));
            }
            if mark & STATE == TEST {
                self.mark(cx, id, COLD | mark & USED);
            } else {
                self.forget(cx, id);
            }
        }
    }

    /// `HANDcold` goes on until it is at an object that was not used, the one that leaves next.
    fn run_cold(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        loop {
            let Some(id) = self.clock.hand(HAND_COLD, COLD_RESIDENT) else {
                // All are hot: HANDhot makes one cold.
                let id = self.clock.front()?;
                self.step_hot(cx, id);
                continue;
            };
            let mark = self.clock.mark(id);
            if mark & USED == 0 {
                return Some(id);
            }
            if mark & STATE == TEST {
                self.adapt(Event::UsedInTest, cx.weight(id));
                self.place(cx, id, HOT);
                self.run_hot(cx);
            } else {
                if mark & STATE == DEMOTED {
                    self.adapt(Event::DemotedUsed, cx.weight(id));
                }
                self.place(cx, id, TEST);
            }
        }
    }
}

impl<A: Adaptation> Build for Hands<A> {
    type Params = A::Params;

    fn build(params: &A::Params, setup: &Setup) -> Result<Self> {
        let mut this = Self {
            clock: Dial::new(setup.objects),
            sums: [0; 8],
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
            self.clock.add(id, USED);
        }
        resident
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        self.filling = false;
        let Some(id) = self.run_cold(cx) else { return Verdict::Refuse };
        // One in its test period is remembered until that ends.
        if self.clock.mark(id) == TEST {
            self.mark(cx, id, GONE);
        } else {
            self.forget(cx, id);
        }
        out.push(id);
        if cause == Cause::Shrink {
            self.run_test(cx);
        }
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.run_cold(cx)
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let size = cx.weight(id);
        if self.clock.mark(id) == GONE {
            self.adapt(Event::Returned, size);
            self.place(cx, id, HOT);
            self.run_hot(cx);
        } else {
            let mark = if self.filling && self.has_room_for_hot(size) { HOT } else { TEST };
            self.sums[mark as usize] += size;
            self.clock.push(id, mark);
        }
        self.run_test(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.forget(cx, id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        let state = self.clock.mark(id) & STATE;
        if state != 0 {
            let sum = &mut self.sums[state as usize];
            *sum = *sum - u64::from(old) + cx.weight(id);
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
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.clock.is(id, RESIDENT)
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.clock.check()?;
        let used_ghost = self.clock.iter(1 << (GONE | USED)).next();
        used_ghost.map_or(Ok(()), |id| Err(format!("object {id} was used after it left")))
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
