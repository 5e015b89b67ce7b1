//! LRU over objects of different sizes, at every capacity from one pass.
//!
//! The cache is the longest beginning of the LRU stack whose bytes fit. This holds as long as every object fits and none
//! changes its size: what was evicted last did not fit when it left, and what entered since makes it fit even less. So a
//! request hits in caches of at least the bytes of the stack down to its object, that included. An object larger than the
//! cache would be bypassed, and the beginning would have a hole; such capacities are replayed.

use crate::core::machine::fastest;
use crate::core::{ObjId, Pages, prefetch};
use crate::engine::View;
use crate::structs::{Ahead, Feed, Weights};
use std::ops::Range;

/// Slots per object.
const SLOTS: usize = 2;

/// What is counted: requests and bytes that hit, by the number of the smallest capacity that holds them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) hits: Vec<u64>,
    pub(super) bytes: Vec<u64>,
}

/// All distances that occur, in bytes, smallest first: the capacities at which the curve has its steps.
pub(super) fn distances(view: &View<'_>) -> Vec<u64> {
    let mut lru = LruBytes::new(view.objects, &[]);
    let sizes = view.sizes.unwrap_or_default();
    let mut distances: Vec<u64> = view.ids.iter().zip(sizes).filter_map(|(&id, &size)| lru.touch(id, size)).collect();
    distances.sort_unstable();
    distances.dedup();
    distances
}

/// LRU by bytes, sizes constant, without expiry.
#[derive(Debug)]
pub(super) struct LruBytes<'a> {
    /// By object: its slot plus one; 0 for none.
    last: Pages<u32>,
    weights: Weights,
    end: u32,
    /// Bytes of all objects in the stack.
    total: u64,
    seen: u32,
    /// Smallest first.
    capacities: &'a [u64],
    sums: Sums,
}

impl<'a> LruBytes<'a> {
    /// For these capacities in bytes, the smallest first.
    pub(super) fn new(objects: usize, capacities: &'a [u64]) -> Self {
        let slots = (SLOTS * objects).max(1 << 12).min(u32::MAX as usize - 64);
        let mut this = Self {
            last: Pages::zeroed(objects),
            weights: Weights::new(slots),
            end: 0,
            total: 0,
            seen: 0,
            capacities,
            sums: Sums::default(),
        };
        this.sums = this.no_sums();
        this
    }

    fn no_sums(&self) -> Sums {
        // What is farther away than the largest capacity comes last.
        let none = vec![0; self.capacities.len() + 1];
        Sums { hits: none.clone(), bytes: none }
    }

    /// Takes the requests `range`, each of so many bytes; ranges follow one another.
    pub(super) fn feed(&mut self, ids: &[ObjId], sizes: &[u32], range: Range<usize>) {
        fastest(Feed { pass: Sized { lru: self, sizes }, ids, range });
    }

    /// What was counted since the last call: hits and bytes of each capacity.
    pub(super) fn take(&mut self) -> Sums {
        let none = self.no_sums();
        let mut sums = std::mem::replace(&mut self.sums, none);
        for counts in [&mut sums.hits, &mut sums.bytes] {
            counts.pop();
            let mut sum = 0;
            for count in counts {
                sum += *count;
                *count = sum;
            }
        }
        sums
    }

    /// A request; its distance, if the object was there before.
    #[inline(always)]
    fn touch(&mut self, id: ObjId, size: u32) -> Option<u64> {
        if self.end as usize == self.weights.slots() {
            self.renumber();
        }
        let slot = std::mem::replace(&mut self.last[id as usize], self.end + 1);
        let distance = slot.checked_sub(1).map(|slot| {
            let distance = self.total - self.weights.before(slot);
            self.total -= u64::from(self.weights.take(slot));
            distance
        });
        if distance.is_none() {
            self.seen = self.seen.max(id + 1);
        }
        self.weights.put(self.end, size);
        self.total += u64::from(size);
        self.end += 1;
        distance
    }

    #[inline(always)]
    fn count(&mut self, distance: u64, size: u32) {
        let at = self.capacities.partition_point(|&capacity| capacity < distance);
        self.sums.hits[at] += 1;
        self.sums.bytes[at] += u64::from(size);
    }

    /// Closes the gaps between objects.
    #[inline(never)]
    fn renumber(&mut self) {
        let mut stack: Vec<(u32, ObjId)> = (0..self.seen).map(|id| (self.last[id as usize], id)).collect();
        stack.retain(|&(slot, _)| slot > 0);
        stack.sort_unstable();
        let sizes: Vec<u32> = stack.iter().map(|&(slot, _)| self.weights.get(slot - 1)).collect();
        self.weights.clear();
        self.end = 0;
        for ((_, id), size) in stack.into_iter().zip(sizes) {
            self.weights.put(self.end, size);
            self.end += 1;
            self.last[id as usize] = self.end;
        }
    }
}

/// The pass, and the size of each request.
struct Sized<'a, 'b> {
    lru: &'a mut LruBytes<'b>,
    sizes: &'a [u32],
}

impl Ahead for Sized<'_, '_> {
    #[inline(always)]
    fn preload(&self, far: ObjId, near: ObjId) {
        prefetch(&self.lru.last, far as usize);
        self.lru.weights.preload(self.lru.last[near as usize].wrapping_sub(1));
    }

    #[inline(always)]
    fn request(&mut self, index: usize, id: ObjId) {
        let size = self.sizes[index];
        if let Some(distance) = self.lru.touch(id, size) {
            self.lru.count(distance, size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The stack as a list.
    fn by_hand(ids: &[ObjId], sizes: &[u32], capacities: &[u64]) -> (Vec<u64>, Vec<u64>) {
        let mut list: Vec<ObjId> = Vec::new();
        let (mut hits, mut bytes) = (vec![0; capacities.len()], vec![0; capacities.len()]);
        for &id in ids {
            if let Some(place) = list.iter().position(|&other| other == id) {
                let distance: u64 = list[..=place].iter().map(|&id| u64::from(sizes[id as usize])).sum();
                for at in (0..capacities.len()).filter(|&at| capacities[at] >= distance) {
                    hits[at] += 1;
                    bytes[at] += u64::from(sizes[id as usize]);
                }
                list.remove(place);
            }
            list.insert(0, id);
        }
        (hits, bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn distances_are_those_of_a_list(
            ids in prop::collection::vec(0u32..30, 0..300),
            sizes in prop::collection::vec(0u32..1000, 30),
        ) {
            let capacities = [1, 10, 999, 1000, 3000, 5000, 9999, 15_000, 1 << 40];
            // Often enough to use all slots up.
            let ids: Vec<ObjId> = ids.iter().cycle().take(ids.len() * 20).copied().collect();
            let of_request: Vec<u32> = ids.iter().map(|&id| sizes[id as usize]).collect();
            let mut lru = LruBytes::new(30, &capacities);
            lru.feed(&ids, &of_request, 0..ids.len());
            let Sums { hits, bytes } = lru.take();
            prop_assert_eq!((hits, bytes), by_hand(&ids, &sizes, &capacities));
        }
    }
}
