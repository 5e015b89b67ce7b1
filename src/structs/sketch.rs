//! Approximate counts of recent use: a count-min sketch of 4-bit counters that forgets by halving.
//!
//! Cormode and Muthukrishnan 2005 (count-min); Einziger, Friedman and Manes 2017 (4-bit counters, minimal increment,
//! halving after a sample). The four counters of an object lie in one 64-byte block, so a request touches one cache line.

use crate::core::{Pages, hash, prefetch};

/// Counter words in a block: 8 x 64 bits is a cache line.
const BLOCK: usize = 8;
const ROWS: usize = 4;
/// A counter's maximum.
const MAX: u64 = 15;
/// Clears the bit that a shift moves from one counter into its neighbour.
const HALVED: u64 = 0x7777_7777_7777_7777;

/// The sketch. Counts saturate at 15.
#[derive(Debug)]
pub struct Sketch {
    words: Pages<u64>,
    block_mask: u64,
    additions: u64,
    /// Halve all counters after so many increments.
    period: u64,
}

impl Sketch {
    /// Bytes per object expected, their number rounded up to a power of two.
    pub const OBJECT_BYTES: u32 = 8;

    /// A sketch of 16 counters for each of `expected` objects (rounded up to a power of two) that halves its counters
    /// after `period` increments.
    pub fn new(expected: usize, period: u64) -> Self {
        let blocks = (expected.max(1).next_power_of_two() / BLOCK).max(1);
        Self {
            words: Pages::zeroed(blocks * BLOCK),
            block_mask: blocks as u64 - 1,
            additions: 0,
            period: period.max(1),
        }
    }

    /// Index of the word and shift of the counter of `row`.
    #[inline]
    fn place(&self, key: u64, row: usize) -> (usize, u32) {
        let block = (key >> 32 & self.block_mask) as usize * BLOCK;
        // Two words to a row; five bits of the key choose a word and a counter in it.
        let bits = key >> (row * 5) & 31;
        (block + row * 2 + (bits & 1) as usize, (bits >> 1) as u32 * 4)
    }

    /// The estimate for an object with this key (0..=15): never below the true count since the last halving, up to 15.
    #[inline]
    pub fn estimate(&self, id: u32) -> u32 {
        let key = hash::mix(u64::from(id));
        let count = |row| {
            let (word, shift) = self.place(key, row);
            self.words[word] >> shift & MAX
        };
        (0..ROWS).map(count).fold(MAX, u64::min) as u32
    }

    /// Counts one use: only the counters that hold the minimum grow, and none beyond 15; the sample grows in any case.
    #[inline]
    pub fn increment(&mut self, id: u32) {
        let key = hash::mix(u64::from(id));
        let places: [(usize, u32); ROWS] = std::array::from_fn(|row| self.place(key, row));
        let counts = places.map(|(word, shift)| self.words[word] >> shift & MAX);
        let least = counts.into_iter().fold(MAX, u64::min);
        if least < MAX {
            for ((word, shift), count) in places.into_iter().zip(counts) {
                self.words[word] += u64::from(count == least) << shift;
            }
        }
        self.additions += 1;
        if self.additions >= self.period {
            self.halve();
        }
    }

    #[cold]
    fn halve(&mut self) {
        for word in self.words.iter_mut() {
            *word = *word >> 1 & HALVED;
        }
        self.additions /= 2;
    }

    /// Brings the counters of an object near.
    #[inline]
    pub fn preload(&self, id: u32) {
        prefetch(&self.words, (hash::mix(u64::from(id)) >> 32 & self.block_mask) as usize * BLOCK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_never_too_low_and_rarely_too_high() {
        let mut sketch = Sketch::new(1000, u64::MAX);
        for id in 0..1000u32 {
            for _ in 0..=id % 5 {
                sketch.increment(id);
            }
        }
        let exact = (0..1000u32).filter(|&id| sketch.estimate(id) == id % 5 + 1).count();
        assert!((0..1000u32).all(|id| sketch.estimate(id) > id % 5));
        assert!(exact > 950, "{exact} of 1000 exact");
    }

    #[test]
    fn counters_saturate_and_halve() {
        let mut sketch = Sketch::new(64, u64::MAX);
        for _ in 0..100 {
            sketch.increment(7);
        }
        assert_eq!(sketch.estimate(7), 15);
        let mut sketch = Sketch::new(64, 10);
        for _ in 0..9 {
            sketch.increment(7);
        }
        assert_eq!(sketch.estimate(7), 9);
        sketch.increment(7);
        assert_eq!(sketch.estimate(7), 5);
    }
}
