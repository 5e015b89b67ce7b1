//! CLOCK for several capacities.

use super::ring::Ring;
use super::{Bits, Lane, counter};
use crate::core::ObjId;

/// One cache: the ring that the hand goes around; what is at the hand is the front.
///
/// Words of an object: which caches hold it, then the digits of its use counters, which are zero where it is not held.
#[derive(Debug)]
pub(in crate::policies) struct Clock<const WORDS: usize> {
    ring: Ring,
}

impl<const WORDS: usize> Clock<WORDS> {
    /// Bytes of the queue of one cache.
    pub(in crate::policies) fn bytes(capacity: u64) -> u64 {
        Ring::bytes(capacity)
    }

    /// An empty cache.
    pub(in crate::policies) fn new(capacity: u64) -> Self {
        Self { ring: Ring::new(capacity) }
    }
}

impl<const WORDS: usize> Lane for Clock<WORDS> {
    type Words = [Bits; WORDS];

    #[inline(always)]
    fn touch(words: &mut [Bits; WORDS]) -> Bits {
        let resident = words[0];
        counter::add(&mut words[1..], resident);
        resident
    }

    #[inline(always)]
    fn admit(&mut self, objects: &mut [[Bits; WORDS]], bit: Bits, id: ObjId) {
        if self.ring.is_full() {
            while let Some(next) = self.ring.pop(objects) {
                let words = &mut objects[next as usize];
                if counter::is_zero(&words[1..], bit) {
                    words[0] &= !bit;
                    break;
                }
                counter::take(&mut words[1..], bit);
                self.ring.push(next);
            }
        }
        self.ring.push(id);
        objects[id as usize][0] |= bit;
    }

    fn residents(&self) -> u64 {
        self.ring.len()
    }
}
