//! Prefetching: which objects come in before they are asked for.

use super::{Build, Cx, Entry, Info};
use crate::core::ObjId;
use std::fmt::Debug;
use std::sync::Arc;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// It found its object.
    Hit,
    /// It found its object, which was fetched ahead and is used for the first time.
    FirstHit,
    /// It did not.
    Miss,
}

/// The object that follows each object, by id: its neighbour on a disk or in memory.
///
/// An object that the trace never asks for has an id too where it follows one that is asked for: it takes room when it is
/// fetched. Ids that have no place here have no follower.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    next: Vec<ObjId>,
    objects: usize,
}

impl Blocks {
    /// The followers of the first objects, and the number of all ids.
    pub fn new(next: Vec<ObjId>, objects: usize) -> Self {
        Self { next, objects }
    }

    /// The object that follows this one, if it has one.
    pub fn after(&self, id: ObjId) -> Option<ObjId> {
        self.next.get(id as usize).copied().filter(|&next| (next as usize) < self.objects)
    }

    /// Number of ids, with those that the trace never asks for.
    pub fn objects(&self) -> usize {
        self.objects
    }
}

/// A guess at what will be asked for, beside any eviction policy.
///
/// The engine tells it of every use (a read, hit or not, or a write), when all is done that the request itself asks for, and
/// fetches what it names as far as it is not in the cache already. What is fetched does not pass the admission, lives as
/// long as what the request brings in, and is nothing the policy hears of but by `insert`; what finds no room is not
/// fetched, and not counted.
pub trait Prefetch: Debug + Send {
    /// The distance of the keys of blocks that follow each other; asked of those that need keys ([`super::Needs::keys`]).
    fn step(&self) -> u64 {
        1
    }

    /// What follows what; before the first request, told to those that need keys.
    fn introduce(&mut self, _blocks: &Arc<Blocks>) {}

    /// A use of the object and what became of it; appends to `out` what to fetch, the first the most urgent.
    fn request(&mut self, cx: &Cx<'_>, id: ObjId, served: Served, out: &mut Vec<ObjId>);
}

/// A registered prefetcher.
pub type Prefetcher = Entry<dyn Prefetch>;

impl Prefetcher {
    /// The entry of prefetcher `F`.
    pub const fn new<F: Prefetch + Build>(info: Info) -> Self {
        Self::of::<F>(info, |name, params, setup| Ok(Box::new(F::build(&params.resolve(name)?, setup)?)))
    }
}
