//! The LRU stack of all objects (Mattson et al. 1970), counted with marks.
//!
//! Every object has one mark, on the slot of its last request; slots are numbered by requests. An object's place in the LRU
//! stack is the number of marks from its own on, and it is a hit in every cache of at least so many objects (stack
//! inclusion). The slots are renumbered without gaps when they are used up, which four slots per object make rare.
//!
//! R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger: Evaluation techniques for storage hierarchies. IBM Systems Journal
//! 9(2), 1970. <https://doi.org/10.1147/sj.92.0078>

use super::Marks;
use crate::core::{ObjId, Pages, prefetch};
use std::collections::BinaryHeap;

/// Slots per object: the more, the rarer is renumbering; the fewer, the less memory is touched.
const SLOTS: usize = 4;
/// Objects ahead whose mark is asked for while slots are renumbered.
const AHEAD: usize = 24;

/// The LRU stack of all objects.
#[derive(Debug)]
pub struct LruStack {
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
    pub fn new(objects: usize) -> Self {
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

    /// Asks for what a request for `far` will touch first, and for what one for `near`, which comes sooner, will touch then.
    #[inline(always)]
    pub fn preload(&self, far: ObjId, near: ObjId) {
        prefetch(&self.last, far as usize);
        self.marks.preload(self.last[near as usize].wrapping_sub(1));
    }

    /// A request for the object: its place in the stack, counted from 1, if it has one; then it has the first.
    #[inline(always)]
    pub fn touch(&mut self, id: ObjId) -> Option<u32> {
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
    pub fn leave(&mut self, id: ObjId) {
        if let Some(slot) = std::mem::take(&mut self.last[id as usize]).checked_sub(1) {
            self.holes.push(slot);
        }
    }

    /// [`LruStack::touch`] where there may be holes. Caches that miss fill the first hole, if they have one: who stands
    /// above it moves down into it, and who stands below stays; where the object was is a hole now, for the caches that
    /// held it have as many free places as before.
    pub fn touch_with_holes(&mut self, id: ObjId) -> Option<u32> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
