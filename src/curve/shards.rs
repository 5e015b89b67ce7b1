//! SHARDS: the LRU curve from a sample of the objects.
//!
//! Distances within a sample of a share `f` of the objects are `f` times those of the whole, so a cache of `C` objects is one of
//! `f C` of the sample; between two whole numbers the curve is taken as straight. The sample's size can be given as a rate, or
//! as a number of objects (fixed size). The original lowers its rate as it meets more objects, because it does not know how many
//! there will be; here they are known, so the last rate holds from the start, and no distance is counted at another one.
//!
//! C. A. Waldspurger, N. Park, A. Garthwaite, I. Ahmad: Efficient MRC construction with SHARDS. FAST 2015.
//! <https://www.usenix.org/conference/fast15/technical-sessions/presentation/waldspurger>

use super::jackknife::Counted;
use super::lru::Lru;
use super::sample::{SHARDS, Sample};
use crate::core::ObjId;
use std::ops::Range;

/// A sampled LRU stack, and one for each shard of the sample.
#[derive(Debug)]
pub(super) struct Shards<'a> {
    sample: &'a Sample,
    objects: usize,
    whole: Lru,
    parts: Vec<Lru>,
    /// Reused: indexes of sampled requests, their objects' numbers in the sample and in each shard.
    found: Vec<u32>,
    numbers: Vec<ObjId>,
    local: Vec<Vec<ObjId>>,
    /// Requests of the sample, all and since the last call of `take`, of the whole sample and of each shard.
    pub(super) used: u64,
    requests: [u64; SHARDS],
}

/// Distances in a sample: requests, and the sum of those of at most each distance.
#[derive(Debug)]
pub(super) struct Part {
    share: f64,
    requests: u64,
    sums: Vec<u64>,
}

impl Part {
    fn new(share: f64, requests: u64, mut counts: Vec<u64>) -> Self {
        let mut sum = 0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        Self { share, requests, sums: counts }
    }

    /// What a cache of so many objects of the whole counts here.
    pub(super) fn at(&self, capacity: u64) -> Counted {
        let scaled = capacity as f64 * self.share;
        let below = scaled.floor();
        let sum = |distance: f64| self.sums.get(distance as usize).or(self.sums.last()).copied().unwrap_or(0) as f64;
        let hits = sum(below) + (scaled - below) * (sum(below + 1.0) - sum(below));
        Counted { share: self.share, misses: self.requests as f64 - hits }
    }
}

impl<'a> Shards<'a> {
    /// For a trace of so many objects.
    pub(super) fn new(sample: &'a Sample, objects: usize) -> Self {
        Self {
            sample,
            objects,
            whole: Lru::new(sample.len()),
            parts: sample.sizes.iter().map(|&size| Lru::new(size)).collect(),
            found: Vec::new(),
            numbers: Vec::new(),
            local: vec![Vec::new(); SHARDS],
            used: 0,
            requests: [0; SHARDS],
        }
    }

    /// Takes the requests `range`; ranges follow one another.
    pub(super) fn feed(&mut self, ids: &[ObjId], range: Range<usize>) {
        self.found.clear();
        self.numbers.clear();
        self.local.iter_mut().for_each(Vec::clear);
        self.sample.filter(ids, range, &mut self.found);
        for &index in &self.found {
            let number = self.sample.numbers[ids[index as usize] as usize];
            let (shard, own) = self.sample.places[number as usize];
            self.numbers.push(number);
            self.local[shard as usize].push(own);
        }
        self.used += self.found.len() as u64;
        self.whole.feed(&self.numbers, 0..self.numbers.len());
        for ((part, ids), requests) in self.parts.iter_mut().zip(&self.local).zip(&mut self.requests) {
            part.feed(ids, 0..ids.len());
            *requests += ids.len() as u64;
        }
    }

    /// What was counted since the last call: the whole sample, and its shards.
    pub(super) fn take(&mut self) -> (Part, Vec<Part>) {
        let share = |objects: usize| objects as f64 / self.objects.max(1) as f64;
        let requests = std::mem::take(&mut self.requests);
        let whole = Part::new(share(self.sample.len()), requests.iter().sum(), self.whole.take());
        let parts = self.parts.iter_mut().zip(self.sample.sizes).zip(requests);
        let parts = parts.map(|((part, size), requests)| Part::new(share(size), requests, part.take())).collect();
        (whole, parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_everything_is_exact() {
        let ids: Vec<ObjId> = (0..4000u32).map(|i| (i * i + 7 * i) % 501).collect();
        let sample = Sample::new(501, 501, 1);
        let mut shards = Shards::new(&sample, 501);
        shards.feed(&ids, 0..1500);
        shards.feed(&ids, 1500..4000);
        let mut exact = Lru::new(501);
        exact.feed(&ids, 0..4000);
        let counts = exact.take();
        let (whole, parts) = shards.take();
        for capacity in [1, 2, 10, 100, 400, 501, 9999] {
            let hits: u64 = counts.iter().take(capacity as usize + 1).sum();
            assert!((whole.at(capacity).misses - (4000 - hits) as f64).abs() < 1e-9);
        }
        assert_eq!((shards.used, parts.len()), (4000, SHARDS));
        let all: f64 = parts.iter().map(|part| part.at(501).share).sum();
        assert!((all - 1.0).abs() < 1e-12);
    }

    /// Half way between two sizes of the small cache lies half way between their hits.
    #[test]
    fn between_two_sizes_the_curve_is_straight() {
        let part = Part::new(0.01, 100, vec![0, 10, 30, 60]);
        assert!((part.at(150).misses - (100.0 - 25.0)).abs() < 1e-9);
        assert!((part.at(50).misses - 95.0).abs() < 1e-9);
        assert!((part.at(1_000_000).misses).abs() < 1e-9);
    }
}
