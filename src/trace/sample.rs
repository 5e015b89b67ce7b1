//! Which objects are in a sample: those with the smallest hashes, all requests of an object or none (spatial sampling).
//!
//! Of dense ids the number of objects is known, so a sample has exactly the size asked for; its share of the objects is a
//! fraction, no expectation. The sample is cut into [`SHARDS`] disjoint parts by other bits of the hash, each a smaller sample
//! of its own, whose differences say how far the estimate may be off.

use crate::core::machine::{Work, fastest};
use crate::core::{ObjId, hash};
use std::ops::Range;

/// Disjoint parts of a sample.
pub(crate) const SHARDS: usize = 8;

/// The code of an object that is not in the sample.
pub(crate) const OUT: u32 = u32::MAX;

/// A sample of the objects.
#[derive(Debug)]
pub(crate) struct Sample {
    /// What its hashes are mixed with.
    pub(crate) seed: u32,
    /// Objects with larger hashes are not in it.
    most: u32,
    /// By object: its number in the sample, or [`OUT`].
    pub(crate) numbers: Vec<u32>,
    /// By number in the sample: the object.
    pub(crate) objects: Vec<ObjId>,
    /// By number in the sample: its shard.
    pub(crate) shards: Vec<u8>,
    /// Objects of each shard.
    pub(crate) sizes: [usize; SHARDS],
}

/// A bijection on 32 bits whose output bits all depend on all input bits (the finaliser of `MurmurHash3`), so that no two
/// objects have the same hash.
#[inline(always)]
fn hash32(id: ObjId, seed: u32) -> u32 {
    let x = id ^ seed;
    let x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    let x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

impl Sample {
    /// `count` of the objects `0..objects`, at least one; other ones for another seed.
    pub(crate) fn new(objects: usize, count: usize, seed: u64) -> Self {
        let seed = hash::mix(seed) as u32;
        let mut hashes: Vec<u32> = (0..objects as u32).map(|id| hash32(id, seed)).collect();
        let count = count.clamp(1, objects.max(1));
        let most = if count >= objects { u32::MAX } else { *hashes.select_nth_unstable(count - 1).1 };
        let mut sample = Self {
            seed,
            most,
            numbers: vec![OUT; objects],
            objects: Vec::with_capacity(count),
            shards: Vec::with_capacity(count),
            sizes: [0; SHARDS],
        };
        for id in 0..objects as u32 {
            if hash32(id, seed) <= most {
                let shard = (hash::mix(u64::from(seed) << 32 | u64::from(id)) % SHARDS as u64) as usize;
                sample.numbers[id as usize] = sample.objects.len() as u32;
                sample.objects.push(id);
                sample.shards.push(shard as u8);
                sample.sizes[shard] += 1;
            }
        }
        sample
    }

    /// Number of its objects.
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The requests of `range` to its objects: their indexes go to `out`.
    pub(crate) fn filter(&self, ids: &[ObjId], range: Range<usize>, out: &mut Vec<u32>) {
        fastest(Filter { sample: self, ids, range, out });
    }
}

struct Filter<'a> {
    sample: &'a Sample,
    ids: &'a [ObjId],
    range: Range<usize>,
    out: &'a mut Vec<u32>,
}

impl Work for Filter<'_> {
    type Done = ();

    /// Every index is written, and kept or written over: hits of a sample are rare and irregular, and no branch predicts them.
    #[inline(always)]
    fn run(self) {
        let Self { sample: &Sample { seed, most, .. }, ids, range, out } = self;
        let (start, ids) = (range.start, &ids[range]);
        let begun = out.len();
        out.resize(begun + ids.len() + 1, 0);
        let found = &mut out[begun..];
        let mut kept = 0;
        for (index, &id) in ids.iter().enumerate() {
            found[kept] = (start + index) as u32;
            kept += usize::from(hash32(id, seed) <= most);
        }
        out.truncate(begun + kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_the_size_asked_for_and_its_shards_share_it() {
        for (objects, count) in [(1, 1), (100, 10), (10_000, 3000), (500, 500), (500, 9000)] {
            let sample = Sample::new(objects, count, 7);
            assert_eq!(sample.len(), count.min(objects));
            assert_eq!(sample.sizes.iter().sum::<usize>(), sample.len());
            let chosen = sample.numbers.iter().filter(|&&number| number != OUT).count();
            assert_eq!(chosen, sample.len());
        }
        let sample = Sample::new(100_000, 20_000, 1);
        // 2,500 a shard, with a standard deviation of 47.
        assert!(sample.sizes.iter().all(|&size| size.abs_diff(2500) < 235), "{:?}", sample.sizes);
        let other = Sample::new(100_000, 20_000, 2);
        let both = sample.numbers.iter().zip(&other.numbers).filter(|(a, b)| **a != OUT && **b != OUT).count();
        assert!(both.abs_diff(4000) < 300, "{both} objects in two samples of a fifth");
    }

    #[test]
    fn the_filter_finds_all_requests_of_its_objects() {
        let ids: Vec<ObjId> = (0..5000u32).map(|i| i * i % 997).collect();
        let sample = Sample::new(997, 100, 3);
        let mut found = Vec::new();
        sample.filter(&ids, 0..1000, &mut found);
        sample.filter(&ids, 1000..5000, &mut found);
        let all = (0..5000u32).filter(|&i| sample.numbers[ids[i as usize] as usize] != OUT);
        assert_eq!(found, all.collect::<Vec<_>>());
    }
}
