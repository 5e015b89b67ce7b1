//! GDSF: the object of the least frequency per byte leaves, and the value it had becomes the floor from which new
//! objects start, so that old popularity fades.
//!
//! # State
//! Per object its frequency and priority `L + frequency * cost / size`, where `L` is the priority of the object that left
//! last; a heap of the residents. Priorities only grow, so the heap learns of a hit when the object comes to its top.
//!
//! # Parameters
//! None: cost is 1 (the paper's GDSF with the hit ratio as its goal).
//!
//! # Source
//! L. Cherkasova: Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy. HP Laboratories
//! Technical Report HPL-98-69R1, 1998. <https://www.hpl.hp.com/techreports/98/HPL-98-69R1.html>
//!
//! # Departures
//! Ties go to the least recently used. An object of 0 bytes counts as one of 1 byte, since it has to have a priority.
//!
//! # Weak on
//! Byte hit ratio: it prefers many small objects to a large one.

use super::quota::NoParams;
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::{Build, Unit};
use crate::policy::{Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Heap;
use bytemuck::{Pod, Zeroable};

pub(super) static POLICY: Unit = Unit::new::<Gdsf>(Info {
    name: "gdsf",
    aliases: &["greedy-dual-size-frequency"],
    summary: "the object of the least frequency per byte leaves; old popularity fades",
    family: Family::Size,
    paper: Paper {
        authors: "L. Cherkasova",
        title: "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy",
        venue: "HP Laboratories Technical Report HPL-98-69R1",
        year: 1998,
        url: "https://www.hpl.hp.com/techreports/98/HPL-98-69R1.html",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(
        size_of::<Worth>() as u32 + Heap::<(f64, u64)>::PLACE_BYTES,
        Heap::<(f64, u64)>::NODE_BYTES * 3 / 2,
    ),
    source: include_str!("gdsf.rs"),
});

/// An object's frequency (0 = not resident), priority and last use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Worth {
    priority: f64,
    last_use: u64,
    frequency: u64,
}

/// See the module text.
#[derive(Debug)]
pub struct Gdsf {
    worths: Pages<Worth>,
    heap: Heap<(f64, u64)>,
    floor: f64,
    uses: u64,
}

impl Gdsf {
    /// Counts a use of the object.
    #[inline]
    fn touch(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.uses += 1;
        let worth = &mut self.worths[id as usize];
        worth.frequency += 1;
        worth.last_use = self.uses;
        worth.priority = self.floor + worth.frequency as f64 / f64::from(cx.size(id).max(1));
    }

    fn key(&self, id: ObjId) -> (f64, u64) {
        let worth = &self.worths[id as usize];
        (worth.priority, worth.last_use)
    }
}

impl Build for Gdsf {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { worths: Pages::zeroed(setup.objects), heap: Heap::new(setup.objects), floor: 0.0, uses: 0 })
    }
}

impl Policy for Gdsf {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.touch(cx, id);
        }
        resident
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Self { heap, worths, .. } = self;
        let worth = |id: ObjId| (worths[id as usize].priority, worths[id as usize].last_use);
        if let Some(((priority, _), id)) = heap.pop_lazy(worth) {
            self.floor = priority;
            self.worths[id as usize] = Worth::default();
            out.push(id);
        }
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.touch(cx, id);
        self.heap.set(id, self.key(id));
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.heap.remove(id);
        self.worths[id as usize] = Worth::default();
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if self.contains(id) {
            let worth = &mut self.worths[id as usize];
            worth.priority = self.floor + worth.frequency as f64 / f64::from(cx.size(id).max(1));
            self.heap.set(id, self.key(id));
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline]
    fn preload(&self, id: ObjId) {
        prefetch(&self.worths, id as usize);
    }

    #[inline]
    fn contains(&self, id: ObjId) -> bool {
        self.worths[id as usize].frequency != 0
    }

    fn check(&self) -> Result<(), String> {
        let residents = self.worths.iter().filter(|w| w.frequency != 0).count();
        if residents != self.heap.len() {
            return Err(format!("{residents} residents, {} in the heap", self.heap.len()));
        }
        self.heap.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // Unit sizes. b leaves at priority 1, so d starts at 2 and ties with a (also 2), which is older.
        check("gdsf", 3, "a b c a d e f", "m m m h m-b m-c m-a");
    }

    #[test]
    fn the_larger_of_two_equals_leaves() {
        let sizes = [10, 1, 5];
        let cx = Cx { sizes: &sizes, ..Cx::unit(0, 0) };
        let mut gdsf = Gdsf::build(&NoParams {}, &Setup { objects: 3, capacity: 16, expected: 3, seed: 0 }).unwrap();
        (0..3).for_each(|id| gdsf.insert(&cx, id));
        let mut out = Vec::new();
        (0..3).for_each(|_| {
            gdsf.evict(&cx, Cause::Shrink, &mut out);
        });
        assert_eq!(out, [0, 2, 1]);
    }
}
