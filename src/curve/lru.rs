//! LRU at every size from one pass: the stack distance of each request (Mattson et al. 1970), counted with marks.
//!
//! An object's place in the LRU stack ([`LruStack`]) is the number of objects from which on a cache hits. A request that repeats
//! the one before it has distance 1 and touches nothing.
//!
//! R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger: Evaluation techniques for storage hierarchies. IBM Systems Journal
//! 9(2), 1970. <https://doi.org/10.1147/sj.92.0078>

use super::distances::Distances;
use crate::core::ObjId;
use crate::core::machine::Vectors;
use crate::structs::{Ahead, Feed, LruStack};
use std::ops::Range;

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
}
