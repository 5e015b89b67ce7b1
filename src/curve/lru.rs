//! LRU at every size from one pass: the stack distance of each request (Mattson et al. 1970), counted with marks.
//!
//! Every object has one mark, on the slot of its last request; slots are numbered by requests. An object's place in the LRU
//! stack is the number of marks from its own on, and it is a hit in every cache of at least so many objects (stack
//! inclusion). The slots are renumbered without gaps when they are used up, which four slots per object make rare. A request
//! that repeats the one before it has distance 1 and touches nothing.
//!
//! R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger: Evaluation techniques for storage hierarchies. IBM Systems Journal
//! 9(2), 1970. <https://doi.org/10.1147/sj.92.0078>

use super::ahead::{Ahead, Feed};
use super::distances::Distances;
use crate::core::machine::Vectors;
use crate::core::{ObjId, Pages, prefetch};
use crate::structs::Marks;
use std::collections::BinaryHeap;
use std::ops::Range;

/// Slots per object: the more, the rarer is renumbering; the fewer, the less memory is touched.
const SLOTS: usize = 4;
/// Objects ahead whose mark is asked for while slots are renumbered.
const AHEAD: usize = 24;

/// The LRU stack of all objects.
#[derive(Debug)]
pub(super) struct LruStack {
    /// By object: the slot of its mark plus one; 0 for none.
    last: Pages<u32>,
    marks: Marks,
    /// The next slot.
    end: u32,
    /// Marks that are set.
    live: u32,
    /// Objects that were ever there have smaller ids.
    seen: u32,
    /// Marks of nobody: places that became free without anybody moving up.
    holes: BinaryHeap<u32>,
}

impl LruStack {
    /// An empty stack for ids `0..objects`.
    pub(super) fn new(objects: usize) -> Self {
        // A slot and one must be a `u32`.
        let slots = (SLOTS * objects).min(u32::MAX as usize - (1 << 15));
        Self {
            last: Pages::zeroed(objects),
            marks: Marks::new(slots),
            end: 0,
            live: 0,
            seen: 0,
            holes: BinaryHeap::new(),
        }
    }

    #[inline(always)]
    pub(super) fn preload(&self, far: ObjId, near: ObjId) {
        prefetch(&self.last, far as usize);
        self.marks.preload(self.last[near as usize].wrapping_sub(1));
    }

    /// A request for the object: its place in the stack, counted from 1, if it has one; then it has the first.
    #[inline(always)]
    pub(super) fn touch(&mut self, id: ObjId) -> Option<u32> {
        if self.end as usize == self.marks.slots() {
            self.renumber();
        }
        let slot = std::mem::replace(&mut self.last[id as usize], self.end + 1);
        let place = slot.checked_sub(1).map(|slot| {
            let place = self.live - self.marks.before(slot);
            self.marks.clear(slot);
            self.live -= 1;
            place
        });
        if place.is_none() {
            self.seen = self.seen.max(id + 1);
        }
        self.marks.append(self.end, self.live);
        self.live += 1;
        self.end += 1;
        place
    }

    /// The object leaves, if it is there. What was evicted to make room for it does not come back by itself, so its place stays
    /// as a hole until somebody fills it.
    pub(super) fn leave(&mut self, id: ObjId) {
        if let Some(slot) = std::mem::take(&mut self.last[id as usize]).checked_sub(1) {
            self.holes.push(slot);
        }
    }

    /// [`LruStack::touch`] where there may be holes. Caches that miss fill the first hole, if they have one: who stands
    /// above it moves down into it, and who stands below stays; where the object was is a hole now, for the caches that
    /// held it have as many free places as before.
    pub(super) fn touch_with_holes(&mut self, id: ObjId) -> Option<u32> {
        if self.end as usize == self.marks.slots() {
            self.renumber();
        }
        let own = self.last[id as usize].checked_sub(1);
        let Some(&hole) = self.holes.peek().filter(|&&hole| own.is_none_or(|own| hole > own)) else {
            return self.touch(id);
        };
        let place = own.map(|slot| self.live - self.marks.before(slot));
        self.holes.pop();
        self.marks.clear(hole);
        self.live -= 1;
        self.holes.extend(own);
        // Its old mark is the hole's now.
        self.last[id as usize] = 0;
        self.touch(id);
        place
    }

    /// Closes the gaps between marks.
    #[inline(never)]
    fn renumber(&mut self) {
        for id in 0..self.seen as usize {
            let ahead = self.last[(id + AHEAD).min(self.seen as usize - 1)];
            self.marks.preload(ahead.wrapping_sub(1));
            if let Some(slot) = self.last[id].checked_sub(1) {
                self.last[id] = self.marks.before(slot) + 1;
            }
        }
        let holes = std::mem::take(&mut self.holes);
        self.holes = holes.into_iter().map(|slot| self.marks.before(slot)).collect();
        self.marks.fill(self.live);
        self.end = self.live;
    }
}

/// LRU over unit sizes, without expiry.
#[derive(Debug)]
pub(super) struct Lru {
    stack: LruStack,
    distances: Distances,
    previous: Option<ObjId>,
    vectors: Vectors,
}

impl Lru {
    pub(super) fn new(objects: usize) -> Self {
        Self::with(objects, Vectors::best())
    }

    fn with(objects: usize, vectors: Vectors) -> Self {
        Self { stack: LruStack::new(objects), distances: Distances::new(objects), previous: None, vectors }
    }

    /// Takes the requests `range`; ranges follow one another.
    pub(super) fn feed(&mut self, ids: &[ObjId], range: Range<usize>) {
        self.vectors.run(Feed { pass: self, ids, range });
    }

    /// What was counted since the last call.
    pub(super) fn take(&mut self) -> Vec<u64> {
        self.distances.take()
    }
}

impl Ahead for &mut Lru {
    #[inline(always)]
    fn preload(&self, far: ObjId, near: ObjId) {
        self.stack.preload(far, near);
    }

    #[inline(always)]
    fn request(&mut self, _: usize, id: ObjId) {
        if self.previous == Some(id) {
            self.distances.add_one();
            return;
        }
        self.previous = Some(id);
        if let Some(place) = self.stack.touch(id) {
            self.distances.add(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The list itself, searched from its front.
    fn by_hand(ids: &[ObjId], objects: usize) -> Vec<u64> {
        let mut list: Vec<ObjId> = Vec::new();
        let mut counts = vec![0; objects + 1];
        for &id in ids {
            if let Some(place) = list.iter().position(|&other| other == id) {
                list.remove(place);
                counts[place + 1] += 1;
            }
            list.insert(0, id);
        }
        counts
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn distances_are_those_of_a_list(ids in prop::collection::vec(0u32..60, 0..400)) {
            for vectors in Vectors::available() {
                let mut lru = Lru::with(60, vectors);
                let middle = ids.len() / 2;
                lru.feed(&ids, 0..middle);
                lru.feed(&ids, middle..ids.len());
                prop_assert_eq!(lru.take(), by_hand(&ids, 60), "{:?}", vectors);
            }
        }
    }

    /// Long enough that the slots are used up several times.
    #[test]
    fn renumbering_changes_nothing() {
        let mut rng = crate::core::rng::rng(5, "lru");
        let ids: Vec<ObjId> = (0..120_000)
            .map(|_| {
                let range = 1 + crate::core::rng::below(&mut rng, 300);
                crate::core::rng::below(&mut rng, range) as ObjId
            })
            .collect();
        for vectors in Vectors::available() {
            let mut lru = Lru::with(300, vectors);
            lru.feed(&ids, 0..ids.len());
            assert_eq!(lru.take(), by_hand(&ids, 300), "{vectors:?}");
        }
    }

    /// d leaves from between a and c, which stay where they are; the next who comes fills its place.
    #[test]
    fn a_hole_is_filled_by_who_misses() {
        let [a, b, c, d] = [0, 1, 2, 3];
        let mut stack = LruStack::new(4);
        for id in [b, a, d, c] {
            assert_eq!(stack.touch_with_holes(id), None);
        }
        stack.leave(d);
        stack.leave(d);
        // c - a b: a cache of two has a free place, so b comes in and leaves its own, the fourth, free.
        assert_eq!(stack.touch_with_holes(b), Some(4));
        assert_eq!(stack.touch_with_holes(a), Some(3));
        assert_eq!(stack.touch_with_holes(d), None);
        assert_eq!([b, c].map(|id| stack.touch_with_holes(id)), [Some(3), Some(4)]);
    }
}
