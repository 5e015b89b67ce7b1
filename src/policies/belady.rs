//! Belady's MIN: the object whose next use is farthest away leaves. No policy misses less with objects of equal size.
//!
//! # State
//! A heap of the residents, the farthest next use first.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966.
//! <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None. Every miss is admitted, as in the paper: a cache that may decline an object can do better still. With byte
//! sizes it is no bound, because size is ignored.
//!
//! # Weak on
//! Nothing, but it has to know the future, and so can only be simulated.

use super::parts::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Heap;
use std::cmp::Reverse;

pub(super) static POLICY: Unit = Unit::new::<Belady>(Info {
    name: "belady",
    aliases: &["min", "opt", "clairvoyant"],
    summary: "the object whose next use is farthest away leaves: the bound for unit sizes",
    family: Family::Oracle,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs::NEXT_USE,
    state: State::of(Heap::<Reverse<u32>>::PLACE_BYTES, Heap::<Reverse<u32>>::NODE_BYTES * 3 / 2),
    source: include_str!("belady.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Belady {
    heap: Heap<Reverse<u32>>,
}

impl Build for Belady {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { heap: Heap::new(setup.objects) })
    }
}

impl Policy for Belady {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.heap.contains(id);
        if resident {
            self.heap.set(id, Reverse(cx.next_use));
        }
        resident
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        out.extend(self.heap.pop().map(|(_, id)| id));
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.heap.set(id, Reverse(cx.next_use));
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.heap.remove(id);
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline]
    fn preload(&self, id: ObjId) {
        self.heap.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.heap.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.heap.first().map(|(_, id)| id)
    }

    fn check(&self) -> Result<(), String> {
        self.heap.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    /// A textbook's string (Silberschatz, Galvin and Gagne, Operating System Concepts): 9 faults with 3 frames.
    #[test]
    fn walk_through() {
        check(
            "belady",
            3,
            "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1",
            "m m m m-7 h m-1 h m-0 h h m-4 h h m-3 h h h m-2 h h",
        );
    }
}
