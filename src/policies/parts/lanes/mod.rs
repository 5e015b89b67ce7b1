//! Caches of several capacities fed together: each is a lane, a bit in the words that an object has.
//!
//! One bit of a word says whether the lane's cache holds the object, those of other words what else the policy remembers
//! of it. So a request that several caches answer is a few instructions for all of them; only the caches that miss are
//! visited one by one, each with queues of its own. What a pass costs follows the sum of its miss ratios.

pub(in crate::policies) mod clock;
mod counter;
mod ring;
pub(in crate::policies) mod s3_fifo;
pub(in crate::policies) mod sieve;
#[cfg(test)]
mod tests;

use crate::core::machine::{Work, fastest};
use crate::core::{ObjId, Pages, prefetch};
use crate::engine::{Counts, Pass, View};
use bytemuck::Pod;
use std::ops::Range;

/// A bit for each lane. Eight lanes a pass are a choice: the words of an object are then as large as what a single replay
/// keeps of it, and so as near. More lanes in wider words save a walk over the requests and lose as much to a farther
/// memory; and several passes keep several threads busy.
pub(in crate::policies) type Bits = u8;

/// The most capacities of a pass.
pub(in crate::policies) const MOST: usize = Bits::BITS as usize;

/// How far ahead the words of requested objects are prefetched.
const AHEAD: usize = 24;

/// One cache: its queues, and what the words of objects mean.
pub(in crate::policies) trait Lane: Send {
    /// The words of an object; all zero before it is first asked for.
    type Words: Pod + Send;

    /// Notes the request in the lanes whose caches hold the object, and says which do.
    fn touch(words: &mut Self::Words) -> Bits;

    /// Takes in an object that the cache does not hold; makes room first where there is none. `bit` is that of the lane.
    fn admit(&mut self, objects: &mut [Self::Words], bit: Bits, id: ObjId);

    /// How many objects the cache holds.
    fn residents(&self) -> u64;
}

/// The caches of a pass.
pub(in crate::policies) struct Lanes<L: Lane> {
    objects: Pages<L::Words>,
    /// The caches, and how often each missed.
    caches: Vec<(L, u64)>,
    requests: u64,
}

impl<L: Lane> Lanes<L> {
    /// Empty caches over ids `0..objects`, at most [`MOST`] of them; `lane` makes the one of a capacity.
    pub(in crate::policies) fn new(objects: usize, capacities: &[u64], lane: impl Fn(u64) -> L) -> Self {
        debug_assert!((1..=MOST).contains(&capacities.len()));
        Self {
            objects: Pages::zeroed(objects),
            caches: capacities.iter().map(|&capacity| (lane(useful(capacity, objects)), 0)).collect(),
            requests: 0,
        }
    }

    #[inline(always)]
    fn serve(&mut self, ids: &[ObjId], range: Range<usize>) {
        let all = Bits::MAX >> (MOST - self.caches.len());
        for index in range {
            if let Some(&ahead) = ids.get(index + AHEAD) {
                prefetch(&self.objects, ahead as usize);
            }
            let id = ids[index];
            let mut missing = all & !L::touch(&mut self.objects[id as usize]);
            while missing != 0 {
                let number = missing.trailing_zeros();
                let (cache, misses) = &mut self.caches[number as usize];
                *misses += 1;
                cache.admit(&mut self.objects, 1 << number, id);
                missing &= missing - 1;
            }
        }
    }
}

/// The part of a capacity that objects can fill.
pub(in crate::policies) fn useful(capacity: u64, objects: usize) -> u64 {
    capacity.min(objects as u64).max(1)
}

/// Bytes of a pass: the words of all objects, and the queues, whose bytes `queues` gives for a capacity.
pub(in crate::policies) fn memory<L: Lane>(objects: usize, capacities: &[u64], queues: impl Fn(u64) -> u64) -> u64 {
    let queues: u64 = capacities.iter().map(|&capacity| queues(useful(capacity, objects))).sum();
    (objects * size_of::<L::Words>() + capacities.len() * size_of::<L>()) as u64 + queues
}

/// A slice of requests for a pass, as work that is compiled for the processor at hand.
struct Feed<'a, L: Lane>(&'a mut Lanes<L>, &'a [ObjId], Range<usize>);

impl<L: Lane> Work for Feed<'_, L> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        self.0.serve(self.1, self.2);
    }
}

impl<L: Lane> Pass for Lanes<L> {
    fn feed(&mut self, view: &View<'_>, range: Range<usize>) {
        self.requests += range.len() as u64;
        fastest(Feed(self, view.ids, range));
    }

    fn counts(&self, cell: usize) -> Counts {
        let (cache, misses) = &self.caches[cell];
        // What came and is not there any more was evicted.
        Counts::unit(self.requests, *misses, misses - cache.residents())
    }
}
