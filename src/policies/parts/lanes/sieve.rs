//! SIEVE for several capacities.

use super::ring::look_ahead;
use super::{Bits, Lane};
use crate::core::{ObjId, Pages};

/// Words of an object: which caches hold it, and in which of these it was used since the hand last passed.
const RESIDENT: usize = 0;
const VISITED: usize = 1;

/// One cache: a row of ids with a gap. Before the gap are those that the hand has passed and kept, from the gap on those
/// that it has still to meet; both in order of arrival.
#[derive(Debug)]
pub(in crate::policies) struct Sieve {
    ids: Pages<ObjId>,
    capacity: usize,
    /// End of what was kept, where the gap begins.
    kept: usize,
    /// Where the hand is: the end of the gap.
    hand: usize,
    /// Behind the newest.
    end: usize,
}

impl Sieve {
    /// Bytes of the row of one cache.
    pub(in crate::policies) const fn bytes(capacity: u64) -> u64 {
        Self::slots(capacity) * size_of::<ObjId>() as u64
    }

    /// Slots for so many objects: half as many again, so that the gap is closed seldom.
    const fn slots(capacity: u64) -> u64 {
        capacity + capacity.div_ceil(2)
    }

    /// An empty cache.
    pub(in crate::policies) fn new(capacity: u64) -> Self {
        let ids = Pages::zeroed(Self::slots(capacity) as usize);
        Self { ids, capacity: capacity as usize, kept: 0, hand: 0, end: 0 }
    }

    /// Moves the hand to the first object that was not used, and takes it out.
    #[inline(always)]
    fn evict(&mut self, objects: &mut [[Bits; 2]], bit: Bits) {
        loop {
            look_ahead(&self.ids, self.hand, objects);
            let id = self.ids[self.hand];
            self.hand += 1;
            let words = &mut objects[id as usize];
            let visited = words[VISITED] & bit != 0;
            if visited {
                words[VISITED] &= !bit;
                self.ids[self.kept] = id;
                self.kept += 1;
            } else {
                words[RESIDENT] &= !bit;
            }
            if self.hand == self.end {
                (self.kept, self.hand, self.end) = (0, 0, self.kept);
            }
            if !visited {
                return;
            }
        }
    }

    /// Closes the gap.
    #[cold]
    fn close_gap(&mut self) {
        self.ids.copy_within(self.hand..self.end, self.kept);
        (self.hand, self.end) = (self.kept, self.kept + self.end - self.hand);
    }
}

impl Lane for Sieve {
    type Words = [Bits; 2];

    #[inline(always)]
    fn touch(words: &mut [Bits; 2]) -> Bits {
        words[VISITED] |= words[RESIDENT];
        words[RESIDENT]
    }

    #[inline(always)]
    fn admit(&mut self, objects: &mut [[Bits; 2]], bit: Bits, id: ObjId) {
        if self.kept + self.end - self.hand == self.capacity {
            self.evict(objects, bit);
        }
        if self.end == self.ids.len() {
            self.close_gap();
        }
        self.ids[self.end] = id;
        self.end += 1;
        objects[id as usize][RESIDENT] |= bit;
    }

    fn residents(&self) -> u64 {
        (self.kept + self.end - self.hand) as u64
    }
}
