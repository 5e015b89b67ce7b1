//! Which requests SHARDS looks at: those of the sampled objects, some drawn to be measured, and the one before each of these to
//! the same object.
//!
//! They are found in one pass from the trace's end to its beginning, which has to remember nothing of most objects: a byte each
//! says whether the object is in the sample, and whether a drawn request of it waits for the one before. The bytes stay near,
//! and a request that is not chosen costs a look at one.

use super::progress::Progress;
use crate::core::{ObjId, hash};
use crate::trace::sample::Sample;
use std::ops::Range;

/// About so many requests are measured of a long trace, and all of a short one.
const MEASURED: usize = 1 << 18;
/// Of so many requests at most, one is measured.
const SPARSEST: usize = 64;

/// Why a request is chosen: its object is in the sample; it is the one before a drawn one; it is drawn itself.
pub(super) const SAMPLED: u8 = 1;
pub(super) const BEFORE: u8 = 2;
pub(super) const DRAWN: u8 = 4;

/// One of so many requests is drawn from a trace of so many.
pub(super) fn every(requests: usize) -> usize {
    (requests / MEASURED).clamp(1, SPARSEST)
}

/// A request that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Its index in the trace.
    pub(super) index: u32,
    pub(super) id: ObjId,
    /// One or more of [`SAMPLED`], [`BEFORE`] and [`DRAWN`].
    pub(super) why: u8,
}

/// The requests to look at, in the order of the trace, one of every `every` drawn; `None` if stopped.
pub(super) fn choose(sample: &Sample, ids: &[ObjId], every: usize, progress: Progress<'_>) -> Option<Vec<Chosen>> {
    let mut search = Search::new(sample, ids, every);
    progress.feed_back(0..ids.len(), |chunk| search.chunk(chunk))?;
    Some(search.finish())
}

/// The request drawn from a block of so many: at a place that no pattern of the trace follows.
fn draw(block: usize, every: usize, seed: u32) -> usize {
    let luck = hash::mix(u64::from(seed) << 32 ^ block as u64);
    block * every + (luck % every as u64) as usize
}

struct Search<'a> {
    ids: &'a [ObjId],
    every: usize,
    seed: u32,
    /// By object: why the next request of it, which is one before those seen, is chosen.
    why: Vec<u8>,
    /// The last one first.
    found: Vec<Chosen>,
}

impl<'a> Search<'a> {
    fn new(sample: &Sample, ids: &'a [ObjId], every: usize) -> Self {
        let mut why = vec![0; sample.numbers.len()];
        sample.objects.iter().for_each(|&id| why[id as usize] = SAMPLED);
        Self { ids, every, seed: sample.seed, why, found: Vec::with_capacity(ids.len() / 16) }
    }

    /// Takes the requests of a range, the last one first.
    fn chunk(&mut self, range: Range<usize>) {
        let mut end = range.end;
        for block in (range.start / self.every..range.end.div_ceil(self.every)).rev() {
            let drawn = draw(block, self.every, self.seed);
            if range.contains(&drawn) {
                self.pass(drawn + 1..end);
                let id = self.ids[drawn];
                self.choose(drawn, id, self.why[id as usize] | DRAWN);
                self.why[id as usize] |= BEFORE;
                end = drawn;
            }
        }
        self.pass(range.start..end);
    }

    /// Requests of which none is drawn.
    #[inline]
    fn pass(&mut self, range: Range<usize>) {
        let start = range.start;
        for (at, &id) in self.ids[range].iter().enumerate().rev() {
            let why = self.why[id as usize];
            if why != 0 {
                self.choose(start + at, id, why);
            }
        }
    }

    fn choose(&mut self, index: usize, id: ObjId, why: u8) {
        self.why[id as usize] = why & SAMPLED;
        self.found.push(Chosen { index: index as u32, id, why });
    }

    fn finish(mut self) -> Vec<Chosen> {
        self.found.reverse();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::AtomicBool;

    /// The same from the definitions, request by request.
    fn naive(sample: &Sample, ids: &[ObjId], every: usize) -> Vec<Chosen> {
        let drawn = |index: usize| draw(index / every, every, sample.seed) == index;
        let why = |index: usize| {
            let next = (index + 1..ids.len()).find(|&next| ids[next] == ids[index]);
            (if sample.objects.contains(&ids[index]) { SAMPLED } else { 0 })
                | (if next.is_some_and(drawn) { BEFORE } else { 0 })
                | (if drawn(index) { DRAWN } else { 0 })
        };
        let all = (0..ids.len()).map(|index| Chosen { index: index as u32, id: ids[index], why: why(index) });
        all.filter(|chosen| chosen.why != 0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_backwards_is_what_is_there(
            ids in prop::collection::vec(0u32..40, 0..400),
            count in 1usize..40,
            every in 1usize..9,
        ) {
            let sample = Sample::new(40, count, 5);
            let mut search = Search::new(&sample, &ids, every);
            for start in (0..ids.len()).step_by(97).rev() {
                search.chunk(start..(start + 97).min(ids.len()));
            }
            prop_assert_eq!(search.finish(), naive(&sample, &ids, every));
        }
    }

    #[test]
    fn one_request_of_each_block_is_drawn() {
        let ids = vec![0; MEASURED * 5];
        let sample = Sample::new(1, 1, 1);
        let stop = AtomicBool::new(false);
        let chosen = choose(&sample, &ids, every(ids.len()), Progress { requests: &|_| {}, stop: &stop }).unwrap();
        let blocks: Vec<usize> =
            chosen.iter().filter(|c| c.why & DRAWN != 0).map(|c| c.index as usize / every(ids.len())).collect();
        assert_eq!((every(ids.len()), blocks), (5, (0..MEASURED).collect()));
    }
}
