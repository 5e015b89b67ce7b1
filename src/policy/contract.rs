//! What the engine promises a policy, and what a policy promises the engine.
//!
//! The **engine** owns bytes, capacity, admission, times to live, counting and the loop. The **policy** owns the order
//! in which objects leave *and* the per-object state, residency included, in one place, so that a hit touches one
//! cache line. Eviction comes before insertion.
//!
//! # The engine's duties
//! - Ids are below [`Setup::objects`].
//! - One request is `hit`; where that says no, one `miss`; then, if the object is admitted, `evict` until there is room,
//!   and one `insert`. `insert` may come without a `miss` (demotion, warming), `miss` without a `hit` before it (a write),
//!   and `hit` without a `miss` after it (a read that does not fill).
//! - `insert` only for an object that is not resident; `remove` only for one that is.
//! - `evict` only while something is resident, or where [`Policy::crowded`] says that there is no room nevertheless.
//! - [`Cx::size`] of an object is 0 until a request names its size, then its newest size; one that a prefetcher brings in
//!   before has the size of the object whose request brought it. Whenever the size changes, `resized` is called at once,
//!   resident or not, so that ghosts' sizes stay true as well.
//!
//! # The policy's duties
//! - `hit` answers whether the object is resident, and records the access if it is.
//! - `evict` appends at least one resident id to `out` and forgets that each was resident, or appends none and refuses.
//! - After `insert` the object is resident; after `remove` it is not, and no ghost of it is left by that removal.
//! - Nothing else changes residency, and nothing depends on anything but the calls, their arguments and the setup.
//!
//! [`super::Checked`] verifies both sides at every call.

use crate::core::{NEVER, NO_NEXT_USE, ObjId, Time};

/// What a policy is told when it is built.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// Number of distinct objects; every id is below it.
    pub objects: usize,
    /// Capacity in objects or bytes.
    pub capacity: u64,
    /// How many objects are expected to fit: the capacity, or in bytes its share of the footprint; at most `objects`.
    pub expected: usize,
    /// Seed of this cell's random choices, already keyed by policy, parameters, capacity and repetition.
    pub seed: u64,
    /// Are capacity and sizes in bytes? If not, each object counts 1.
    pub bytes: bool,
}

impl Setup {
    /// The least there is: what is built with it shows that its parameters are in range, and what it asks for.
    pub const TRIAL: Self = Self { objects: 1, capacity: 1, expected: 1, seed: 0, bytes: false };

    /// Objects that fit in a unit of the capacity.
    pub fn density(&self) -> f64 {
        self.expected as f64 / self.capacity.max(1) as f64
    }
}

/// The request at hand, as the engine sees it.
#[derive(Debug, Clone, Copy)]
pub struct Cx<'a> {
    /// Index of the request in the trace.
    pub index: u64,
    /// Time of the request.
    pub now: Time,
    /// Index of the next request to the same object; [`NO_NEXT_USE`] where there is none or nobody asked for it.
    pub next_use: u32,
    /// Does the request write a value rather than read it?
    pub write: bool,
    /// Sizes by object; empty where every object counts 1.
    pub sizes: &'a [u32],
    /// Expiry times by object; empty where nothing expires.
    pub expiries: &'a [Time],
}

impl Cx<'_> {
    /// A context for unit sizes without expiry.
    pub const fn unit(index: u64, now: Time) -> Cx<'static> {
        Cx { index, now, next_use: NO_NEXT_USE, write: false, sizes: &[], expiries: &[] }
    }

    /// What the object takes of the capacity: its size in bytes, or 1.
    #[inline]
    pub fn size(&self, id: ObjId) -> u32 {
        self.sizes.get(id as usize).copied().unwrap_or(1)
    }

    /// When the resident object expires; [`NEVER`] if it does not.
    #[inline]
    pub fn expiry(&self, id: ObjId) -> Time {
        self.expiries.get(id as usize).copied().unwrap_or(NEVER)
    }
}

/// Why room is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// This object is about to be inserted.
    Incoming(ObjId),
    /// The capacity shrank, or a resident object grew.
    Shrink,
}

/// What came of a call to [`Policy::evict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At least one object was given up.
    Freed,
    /// None was; the incoming object is not to be inserted.
    Refuse,
}

/// An eviction policy. The module text states the duties of both sides.
///
/// All sizes and quotas are in units of the capacity: objects, or bytes ([`Cx::size`]).
pub trait Policy: Send {
    /// Is the object resident? If so, records the access.
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool;

    /// A request for an object that is not resident; adaptation lives here. Called once per miss, before `evict`.
    fn miss(&mut self, _cx: &Cx<'_>, _id: ObjId) {}

    /// Gives up at least one resident object, appending it to `out`, or refuses.
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict;

    /// Makes the object resident; consumes its ghost and trims histories.
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId);

    /// The resident object is gone (invalidated or expired), and leaves no ghost.
    fn remove(&mut self, cx: &Cx<'_>, id: ObjId);

    /// The size of an object known to the engine changed from `old` to [`Cx::size`].
    fn resized(&mut self, _cx: &Cx<'_>, _id: ObjId, _old: u32) {}

    /// The capacity changed; the engine asks for room itself if the content no longer fits.
    fn set_capacity(&mut self, capacity: u64);

    /// What an object of `size` takes of the capacity (a slab class may round up).
    #[inline]
    fn charge(&self, size: u32) -> u64 {
        u64::from(size)
    }

    /// Must something leave before this object can come in, although its bytes would fit? So it is where memory is given out
    /// in parts that cannot be exchanged, such as slab classes.
    #[inline]
    fn crowded(&self, _cx: &Cx<'_>, _incoming: ObjId) -> bool {
        false
    }

    /// Brings the object's state into the processor's cache; the engine calls it some requests ahead.
    fn preload(&self, id: ObjId);

    /// Is the object resident? Records nothing.
    fn contains(&self, id: ObjId) -> bool;

    /// The object that `evict` would give up first if it were called now, if the policy can say so beforehand. To find it the
    /// policy may do what an eviction does before the object leaves: send on who was used, move a hand. Nobody leaves by it.
    fn victim(&mut self, _cx: &Cx<'_>, _cause: Cause) -> Option<ObjId> {
        None
    }

    /// Checks the policy's own invariants, for tests.
    ///
    /// # Errors
    /// Says which one is broken.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl crate::structs::Weigh for Cx<'_> {
    #[inline]
    fn weight(&self, id: ObjId) -> u64 {
        u64::from(self.size(id))
    }
}

/// A boxed policy is a policy, for callers that choose at run time and can afford a call per request.
impl<P: Policy + ?Sized> Policy for Box<P> {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        (**self).hit(cx, id)
    }
    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        (**self).miss(cx, id);
    }
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        (**self).evict(cx, cause, out)
    }
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        (**self).insert(cx, id);
    }
    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        (**self).remove(cx, id);
    }
    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        (**self).resized(cx, id, old);
    }
    fn set_capacity(&mut self, capacity: u64) {
        (**self).set_capacity(capacity);
    }
    fn charge(&self, size: u32) -> u64 {
        (**self).charge(size)
    }
    fn crowded(&self, cx: &Cx<'_>, incoming: ObjId) -> bool {
        (**self).crowded(cx, incoming)
    }
    fn preload(&self, id: ObjId) {
        (**self).preload(id);
    }
    fn contains(&self, id: ObjId) -> bool {
        (**self).contains(id)
    }
    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        (**self).victim(cx, cause)
    }
    fn check(&self) -> Result<(), String> {
        (**self).check()
    }
}
