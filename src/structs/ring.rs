//! Ids in order of arrival, each at a position that grows. Which of them still count is for the words of the objects to say:
//! each has the position of its own entry, so that an entry they do not point back at is stale.

use crate::core::{ObjId, Pages, prefetch};

pub(super) const POSITION_BITS: u32 = 28;
pub(super) const POSITION: u32 = (1 << POSITION_BITS) - 1;
/// The most live entries: half a ring as large as positions can tell apart, so that the other half is room for stale ones.
const MOST: usize = 1 << (POSITION_BITS - 1);
/// How far ahead of a front the words are prefetched.
pub(super) const AHEAD: u32 = 12;
/// Rings start small: a sweep may hold thousands of small caches.
const FIRST: usize = 64;

/// See the module text. Positions wrap; words keep their low [`POSITION_BITS`] bits.
#[derive(Debug)]
pub(super) struct Ring {
    slots: Vec<ObjId>,
    /// Position of the oldest entry, stale or not.
    pub(super) front: u32,
    /// Position behind the newest.
    pub(super) back: u32,
}

impl Ring {
    pub(super) fn new() -> Self {
        Self { slots: vec![0; FIRST], front: 0, back: 0 }
    }

    #[inline(always)]
    fn slot(&self, position: u32) -> usize {
        position as usize & (self.slots.len() - 1)
    }

    /// The id of an entry; any id where there is none.
    #[inline(always)]
    pub(super) fn at(&self, position: u32) -> ObjId {
        self.slots[self.slot(position)]
    }

    /// The id of the entry that a front at this position comes to before long.
    #[inline(always)]
    pub(super) fn upcoming(&self, position: u32) -> ObjId {
        self.at(position.wrapping_add(AHEAD))
    }

    /// Is there no room for another entry?
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.back.wrapping_sub(self.front) as usize == self.slots.len()
    }

    /// Appends an entry to a ring that is not full, and says what a word keeps of its position.
    #[inline(always)]
    pub(super) fn append(&mut self, id: ObjId) -> u32 {
        let (position, slot) = (self.back & POSITION, self.slot(self.back));
        self.slots[slot] = id;
        self.back = self.back.wrapping_add(1);
        position
    }

    /// The positions from the oldest entry to the newest.
    pub(super) fn positions(&self) -> impl Iterator<Item = u32> + use<> {
        let front = self.front;
        (0..self.back.wrapping_sub(front)).map(move |i| front.wrapping_add(i))
    }

    /// A full ring with so many live entries doubles if they are much of it, and otherwise drops the stale ones: `is_live` is
    /// asked of each entry in order, with the word of its object and the positions where it is and would be. At least half of a
    /// ring is free after either, so the work is a constant per entry.
    ///
    /// # Panics
    /// More than 2^27 entries are live.
    pub(super) fn make_room(
        &mut self,
        words: &mut Pages<u32>,
        live: usize,
        mut is_live: impl FnMut(u32, u32, u32) -> bool,
    ) {
        assert!(live <= MOST, "a list holds at most 2^27 objects");
        if live * 4 >= self.slots.len() && self.slots.len() < 2 * MOST {
            let mut slots = vec![0; self.slots.len() * 2];
            let mask = slots.len() - 1;
            self.positions().for_each(|position| slots[position as usize & mask] = self.at(position));
            self.slots = slots;
            return;
        }
        let mut write = self.front;
        for read in self.positions() {
            prefetch(words, self.upcoming(read) as usize);
            let id = self.at(read);
            let word = &mut words[id as usize];
            if is_live(*word, read, write) {
                *word = *word & !POSITION | write & POSITION;
                let slot = self.slot(write);
                self.slots[slot] = id;
                write = write.wrapping_add(1);
            }
        }
        self.back = write;
    }
}
