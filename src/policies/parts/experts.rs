//! What policies that learn from regret share: two experts with weights, and the residents in the order of their counts.

use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, prefetch};
use crate::structs::Heap;
use bytemuck::{Pod, Zeroable};

/// No weight falls below this, so that an expert can come back (the bound of the authors' own experiments).
const LEAST: f64 = 0.01;

/// The experts by number.
pub(in crate::policies) const RECENCY: usize = 0;
pub(in crate::policies) const FREQUENCY: usize = 1;

/// Two experts, one of whom decides by chance, each with the probability of its weight.
#[derive(Debug)]
pub(in crate::policies) struct Experts {
    /// The weight of [`RECENCY`]; the other's is what is missing from 1.
    weight: f64,
    rng: Rng,
    /// The next decision's chance, drawn ahead, so that whoever asks beforehand is told right.
    coin: f64,
}

impl Experts {
    /// Equal weights.
    pub(in crate::policies) fn new(seed: u64, stream: &str) -> Self {
        let mut rng = rng::rng(seed, stream);
        let coin = rng::unit(&mut rng);
        Self { weight: 0.5, rng, coin }
    }

    /// Who decides next.
    #[inline]
    pub(in crate::policies) fn chosen(&self) -> usize {
        if self.coin < self.weight { RECENCY } else { FREQUENCY }
    }

    /// The decision was carried out.
    #[inline]
    pub(in crate::policies) fn decided(&mut self) {
        self.coin = rng::unit(&mut self.rng);
    }

    /// What the expert gave up was wanted again: the ratio of the other's weight to its own grows by `e^gain`.
    pub(in crate::policies) fn regret(&mut self, expert: usize, gain: f64) {
        let factor = libm::exp(if expert == RECENCY { -gain } else { gain });
        let recency = self.weight * factor;
        self.weight = (recency / (recency + 1.0 - self.weight)).clamp(LEAST, 1.0 - LEAST);
    }

    /// The weight of an expert.
    #[cfg(test)]
    pub(in crate::policies) fn weight(&self, expert: usize) -> f64 {
        if expert == RECENCY { self.weight } else { 1.0 - self.weight }
    }

    /// A number from 0 to 1 by chance.
    pub(in crate::policies) fn chance(&mut self) -> f64 {
        rng::unit(&mut self.rng)
    }
}

/// What is kept of an object that is resident or remembered.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Uses {
    /// Of a resident the number of its last use, of a ghost the request at which it left.
    time: u64,
    count: u32,
    /// The policy's.
    mark: u32,
}

/// Counts of use that outlive the stay in the cache, and the residents ordered by them. Among equals the one used longest ago
/// comes first, or where `NEWEST` the one used last.
#[derive(Debug)]
pub(in crate::policies) struct Counts<const NEWEST: bool> {
    uses: Pages<Uses>,
    heap: Heap<(u32, u64)>,
    clock: u64,
}

impl<const NEWEST: bool> Counts<NEWEST> {
    /// Bytes per object of the trace.
    pub(in crate::policies) const OBJECT_BYTES: u32 = size_of::<Uses>() as u32 + Heap::<(u32, u64)>::PLACE_BYTES;
    /// Bytes per resident, their number rounded up to a power of two.
    pub(in crate::policies) const RESIDENT_BYTES: u32 = Heap::<(u32, u64)>::NODE_BYTES * 3 / 2;

    pub(in crate::policies) fn new(objects: usize) -> Self {
        Self { uses: Pages::zeroed(objects), heap: Heap::new(objects), clock: 0 }
    }

    fn key(uses: Uses) -> (u32, u64) {
        (uses.count, if NEWEST { !uses.time } else { uses.time })
    }

    /// A use of a resident. Its key grows, so that the heap need not know before the object comes to its top.
    #[inline(always)]
    pub(in crate::policies) fn used(&mut self, id: ObjId) {
        self.clock += 1;
        let uses = &mut self.uses[id as usize];
        uses.time = self.clock;
        uses.count = uses.count.saturating_add(1);
    }

    /// The object becomes resident, with so many uses before this one.
    #[inline]
    pub(in crate::policies) fn enter(&mut self, id: ObjId, before: u32) {
        self.uses[id as usize].count = before;
        self.used(id);
        self.heap.set(id, Self::key(self.uses[id as usize]));
    }

    /// The resident with the least count.
    pub(in crate::policies) fn least(&mut self) -> Option<ObjId> {
        let Self { heap, uses, .. } = self;
        heap.first_lazy(|id| Self::key(uses[id as usize])).map(|(_, id)| id)
    }

    /// The object is no longer resident; its count stays, with the time.
    #[inline]
    pub(in crate::policies) fn leave(&mut self, id: ObjId, time: u64) {
        self.heap.remove(id);
        self.uses[id as usize].time = time;
    }

    /// The uses that were counted.
    #[inline]
    pub(in crate::policies) fn count(&self, id: ObjId) -> u32 {
        self.uses[id as usize].count
    }

    /// When the ghost left.
    #[inline]
    pub(in crate::policies) fn left(&self, id: ObjId) -> u64 {
        self.uses[id as usize].time
    }

    #[inline]
    pub(in crate::policies) fn mark(&self, id: ObjId) -> u32 {
        self.uses[id as usize].mark
    }

    #[inline]
    pub(in crate::policies) fn set_mark(&mut self, id: ObjId, mark: u32) {
        self.uses[id as usize].mark = mark;
    }

    #[inline(always)]
    pub(in crate::policies) fn preload(&self, id: ObjId) {
        prefetch(&self.uses, id as usize);
    }

    /// Checks the heap, which must hold so many.
    pub(in crate::policies) fn check(&self, residents: u64) -> Result<(), String> {
        if self.heap.len() as u64 != residents {
            return Err(format!("{residents} residents, {} of them counted", self.heap.len()));
        }
        self.heap.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regret_shifts_weight_to_the_other() {
        let mut experts = Experts::new(1, "test");
        experts.regret(FREQUENCY, 0.45);
        // 0.5 e^0.45 / (0.5 e^0.45 + 0.5)
        let expected = libm::exp(0.45) / (libm::exp(0.45) + 1.0);
        assert!((experts.weight(RECENCY) - expected).abs() < 1e-15);
        experts.regret(RECENCY, 0.45);
        assert!((experts.weight(RECENCY) - 0.5).abs() < 1e-15);
        (0..1000).for_each(|_| experts.regret(RECENCY, 1.0));
        assert!((experts.weight(RECENCY) - LEAST).abs() < 1e-15);
    }

    #[test]
    fn ties_go_to_the_oldest_or_to_the_newest() {
        let (mut old, mut new) = (Counts::<false>::new(3), Counts::<true>::new(3));
        for id in 0..3 {
            old.enter(id, 0);
            new.enter(id, 0);
        }
        assert_eq!((old.least(), new.least()), (Some(0), Some(2)));
        for id in [0, 2] {
            old.used(id);
            new.used(id);
        }
        assert_eq!((old.least(), new.least()), (Some(1), Some(1)));
        old.leave(1, 9);
        assert_eq!((old.least(), old.count(1), old.left(1)), (Some(0), 1, 9));
    }
}
