//! Policies whose residents leave in the order of a rank: a heap of the residents. What is ranked, and how a use moves it, is a
//! [`Rank`].

use crate::core::{ObjId, Pages, Result, prefetch};
use crate::policy::{Build, Cause, Cx, Policy, Setup, State, Verdict};
use crate::structs::Heap;
use bytemuck::Pod;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// An order of eviction.
pub trait Rank: Debug + Send + Sized + 'static {
    /// Its parameters.
    type Params: Debug + Default + Serialize + DeserializeOwned;
    /// What is kept of an object; all zero before it is first asked for.
    type Memory: Pod + Debug + Send + Sync;
    /// The least leaves first. No two residents may have equal ones.
    type Key: Copy + PartialOrd + Debug + Send;

    /// Can a use lower the key? If not, the heap learns of it when the object comes to its top, so that a hit costs nothing.
    const FALLS: bool = false;

    /// # Errors
    /// A parameter out of its range.
    fn build(params: &Self::Params, setup: &Setup) -> Result<Self>;

    /// A use of a resident, or the one that brings the object in; `uses` numbers them from 1 on.
    fn used(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Self::Memory, uses: u64);

    /// The rank.
    fn key(memory: &Self::Memory) -> Self::Key;

    /// Does the cache hold the object?
    fn is_resident(memory: &Self::Memory) -> bool;

    /// It does so no more; what is to be remembered of it stays.
    fn left(&mut self, memory: &mut Self::Memory);

    /// An object of this rank is about to leave for lack of room.
    fn evicted(&mut self, _key: Self::Key) {}

    /// The size of a resident changed; the key may fall.
    fn resized(&mut self, _cx: &Cx<'_>, _id: ObjId, _memory: &mut Self::Memory) {}
}

/// A policy made of a rank.
#[derive(Debug)]
pub struct Ranked<R: Rank> {
    rank: R,
    memory: Pages<R::Memory>,
    heap: Heap<R::Key>,
    uses: u64,
}

impl<R: Rank> Ranked<R> {
    /// Bytes that it allocates.
    pub const STATE: State =
        State::of(size_of::<R::Memory>() as u32 + Heap::<R::Key>::PLACE_BYTES, Heap::<R::Key>::NODE_BYTES * 3 / 2);

    #[inline(always)]
    fn touch(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.uses += 1;
        self.rank.used(cx, id, &mut self.memory[id as usize], self.uses);
    }

    fn rank(&mut self, id: ObjId) {
        self.heap.set(id, R::key(&self.memory[id as usize]));
    }

    /// The one to leave.
    fn least(&mut self) -> Option<(R::Key, ObjId)> {
        let Self { heap, memory, .. } = self;
        if R::FALLS { heap.first() } else { heap.first_lazy(|id| R::key(&memory[id as usize])) }
    }
}

impl<R: Rank> Build for Ranked<R> {
    type Params = R::Params;

    fn build(params: &R::Params, setup: &Setup) -> Result<Self> {
        Ok(Self {
            rank: R::build(params, setup)?,
            memory: Pages::zeroed(setup.objects),
            heap: Heap::new(setup.objects),
            uses: 0,
        })
    }
}

impl<R: Rank> Policy for Ranked<R> {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.touch(cx, id);
            if R::FALLS {
                self.rank(id);
            }
        }
        resident
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some((key, id)) = self.least() else { return Verdict::Refuse };
        self.heap.pop();
        self.rank.evicted(key);
        self.rank.left(&mut self.memory[id as usize]);
        out.push(id);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.touch(cx, id);
        self.rank(id);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.heap.remove(id);
        self.rank.left(&mut self.memory[id as usize]);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if self.contains(id) {
            self.rank.resized(cx, id, &mut self.memory[id as usize]);
            self.rank(id);
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        prefetch(&self.memory, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        R::is_resident(&self.memory[id as usize])
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.least().map(|(_, id)| id)
    }

    fn check(&self) -> Result<(), String> {
        let residents = self.memory.iter().filter(|memory| R::is_resident(memory)).count();
        if residents != self.heap.len() {
            return Err(format!("{residents} residents, {} in the heap", self.heap.len()));
        }
        self.heap.check()
    }
}
