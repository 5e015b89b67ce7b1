//! S3-FIFO for several capacities.

use super::ring::Ring;
use super::{Bits, Lane, counter};
use crate::core::ObjId;
use hashbrown::HashMap;
use std::ops::Range;

/// Words of an object. The first says which caches hold it.
const RESIDENT: usize = 0;
/// Two digits of the use counter, where a cache holds the object.
const USES: Range<usize> = 1..3;
/// Where no cache holds the object, the counter's lowest digit says that it is a ghost.
const GHOST: usize = USES.start;
/// The ghost queue has an entry of the object from before it last came back, which does not count any more.
const STALE: usize = 3;

type Words = [Bits; 4];

/// How large the queues may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct Quotas {
    /// Objects in the cache.
    pub(in crate::policies) capacity: u64,
    /// Objects in the small queue from which on it is the one to evict from.
    pub(in crate::policies) small: u64,
    /// Ghosts.
    pub(in crate::policies) ghosts: u64,
    /// Uses in the small queue that lead to the main queue.
    pub(in crate::policies) threshold: u32,
    /// New objects go to the main queue until something is evicted.
    pub(in crate::policies) fill_main: bool,
}

/// One cache.
#[derive(Debug)]
pub(in crate::policies) struct S3Fifo {
    quotas: Quotas,
    small: Ring,
    main: Ring,
    /// Ghosts in order of arrival, and entries of objects that came back.
    ghosts: Ring,
    live_ghosts: u64,
    /// How many stale entries beside one an object has, where it has several.
    more_stale: HashMap<ObjId, u32>,
    filling_main: bool,
}

impl S3Fifo {
    /// Bytes of the queues of one cache.
    pub(in crate::policies) fn bytes(quotas: &Quotas) -> u64 {
        // An entry of a hash map, with its byte of control, where the map has doubled just now.
        const ENTRY: u64 = 9 * 16 / 7;
        2 * Ring::bytes(quotas.capacity)
            + Ring::bytes(Self::ghost_slots(quotas))
            + Self::most_more_stale(quotas) * ENTRY
    }

    /// Slots of the ghost queue: as many for stale entries as for ghosts, one of which may be too many for a moment.
    fn ghost_slots(quotas: &Quotas) -> u64 {
        2 * (quotas.ghosts + 1)
    }

    /// How many objects may have several stale entries before all stale entries are dropped.
    fn most_more_stale(quotas: &Quotas) -> u64 {
        8 + Self::ghost_slots(quotas) / 16
    }

    /// An empty cache.
    pub(in crate::policies) fn new(quotas: Quotas) -> Self {
        Self {
            quotas,
            small: Ring::new(quotas.capacity),
            main: Ring::new(quotas.capacity),
            ghosts: Ring::new(Self::ghost_slots(&quotas)),
            live_ghosts: 0,
            more_stale: HashMap::new(),
            filling_main: quotas.fill_main,
        }
    }

    #[inline(always)]
    fn make_room(&mut self, objects: &mut [Words], bit: Bits) {
        self.filling_main = false;
        let full = self.residents();
        while self.residents() == full {
            if self.small.len() >= self.quotas.small && self.small.len() > 0 || self.main.len() == 0 {
                self.evict_small(objects, bit);
            } else {
                self.evict_main(objects, bit);
            }
        }
        while self.live_ghosts > self.quotas.ghosts {
            self.drop_oldest_ghost(objects, bit);
        }
    }

    /// Frees one object of the small queue, sending those that were used on to the main queue; if that overflows, of the
    /// main queue too.
    #[inline(always)]
    fn evict_small(&mut self, objects: &mut [Words], bit: Bits) {
        while let Some(id) = self.small.pop(objects) {
            let words = &mut objects[id as usize];
            let uses = counter::value(&words[USES], bit);
            counter::clear(&mut words[USES], bit);
            if uses < self.quotas.threshold {
                words[RESIDENT] &= !bit;
                words[GHOST] |= bit;
                self.remember(objects, bit, id);
                break;
            }
            self.main.push(id);
            if self.main.len() > self.quotas.capacity - self.quotas.small {
                self.evict_main(objects, bit);
            }
        }
    }

    /// Frees one object of the main queue; those that were used go around again for each use.
    #[inline(always)]
    fn evict_main(&mut self, objects: &mut [Words], bit: Bits) {
        while let Some(id) = self.main.pop(objects) {
            let words = &mut objects[id as usize];
            if counter::is_zero(&words[USES], bit) {
                words[RESIDENT] &= !bit;
                break;
            }
            counter::take(&mut words[USES], bit);
            self.main.push(id);
        }
    }

    #[inline(always)]
    fn remember(&mut self, objects: &mut [Words], bit: Bits, id: ObjId) {
        if self.ghosts.is_full() {
            self.drop_stale(objects, bit);
        }
        self.ghosts.push(id);
        self.live_ghosts += 1;
    }

    /// A ghost came back; the entry it leaves behind is stale.
    #[inline(always)]
    fn revive(&mut self, objects: &mut [Words], bit: Bits, id: ObjId) {
        if objects[id as usize][STALE] & bit != 0 {
            self.revive_again(objects, bit, id);
        }
        let words = &mut objects[id as usize];
        words[GHOST] &= !bit;
        words[STALE] |= bit;
        self.live_ghosts -= 1;
    }

    /// A ghost came back that has a stale entry already.
    #[cold]
    fn revive_again(&mut self, objects: &mut [Words], bit: Bits, id: ObjId) {
        if self.more_stale.len() as u64 >= Self::most_more_stale(&self.quotas) {
            self.drop_stale(objects, bit);
        } else {
            *self.more_stale.entry(id).or_insert(0) += 1;
        }
    }

    /// Is the oldest entry of an object stale? Then it is one less. All its stale entries are older than the one that counts.
    #[inline(always)]
    fn take_stale(&mut self, words: &mut Words, bit: Bits, id: ObjId) -> bool {
        if words[STALE] & bit == 0 {
            return false;
        }
        match self.more_stale.get_mut(&id) {
            None => words[STALE] &= !bit,
            Some(1) => drop(self.more_stale.remove(&id)),
            Some(more) => *more -= 1,
        }
        true
    }

    #[inline(always)]
    fn drop_oldest_ghost(&mut self, objects: &mut [Words], bit: Bits) {
        while let Some(id) = self.ghosts.pop(objects) {
            let words = &mut objects[id as usize];
            if !self.take_stale(words, bit, id) {
                words[GHOST] &= !bit;
                self.live_ghosts -= 1;
                break;
            }
        }
    }

    /// Drops the stale entries of the ghost queue, which are at least half of it.
    #[cold]
    fn drop_stale(&mut self, objects: &mut [Words], bit: Bits) {
        for _ in 0..self.ghosts.len() {
            if let Some(id) = self.ghosts.pop(objects)
                && !self.take_stale(&mut objects[id as usize], bit, id)
            {
                self.ghosts.push(id);
            }
        }
    }
}

impl Lane for S3Fifo {
    type Words = Words;

    #[inline(always)]
    fn touch(words: &mut Words) -> Bits {
        let resident = words[RESIDENT];
        counter::add(&mut words[USES], resident);
        resident
    }

    #[inline(always)]
    fn admit(&mut self, objects: &mut [Words], bit: Bits, id: ObjId) {
        if self.residents() == self.quotas.capacity {
            self.make_room(objects, bit);
        }
        // Room is made first: what is remembered may be forgotten over it.
        let ghost = objects[id as usize][GHOST] & bit != 0;
        if ghost {
            self.revive(objects, bit, id);
        }
        objects[id as usize][RESIDENT] |= bit;
        if ghost || self.filling_main {
            self.main.push(id);
        } else {
            self.small.push(id);
        }
    }

    #[inline(always)]
    fn residents(&self) -> u64 {
        self.small.len() + self.main.len()
    }
}
