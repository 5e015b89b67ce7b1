//! Counts of stack distances: how many requests hit from which capacity on.

use crate::core::{Pages, prefetch};

/// Distances that wait for their counter to arrive.
const WAITING: usize = 16;

/// A counter for each capacity. Counters lie far apart for neighbours in time, so each is asked for when its distance is
/// known and touched a little later.
#[derive(Debug)]
pub(super) struct Distances {
    /// By distance; 0 takes what waits at first.
    counts: Pages<u32>,
    waiting: [u32; WAITING],
    at: usize,
    /// Of distance 1, which is common and stays near.
    ones: u64,
}

impl Distances {
    /// For distances up to `most`.
    pub(super) fn new(most: usize) -> Self {
        Self { counts: Pages::zeroed(most + 1), waiting: [0; WAITING], at: 0, ones: 0 }
    }

    /// Counts a request that hits in caches of at least `distance` objects.
    #[inline(always)]
    pub(super) fn add(&mut self, distance: u32) {
        prefetch(&self.counts, distance as usize);
        let due = std::mem::replace(&mut self.waiting[self.at], distance);
        self.at = (self.at + 1) % WAITING;
        self.counts[due as usize] += 1;
    }

    /// Counts a request that hits in every cache.
    #[inline(always)]
    pub(super) fn add_one(&mut self) {
        self.ones += 1;
    }

    /// Requests by distance since the last call, from distance 0, which no request has.
    pub(super) fn take(&mut self) -> Vec<u64> {
        for due in std::mem::take(&mut self.waiting) {
            self.counts[due as usize] += 1;
        }
        let mut counts: Vec<u64> = self.counts.iter().map(|&count| u64::from(count)).collect();
        self.counts.fill(0);
        counts[0] = 0;
        if let Some(ones) = counts.get_mut(1) {
            *ones += std::mem::take(&mut self.ones);
        }
        counts
    }
}
