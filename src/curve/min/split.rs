//! The intervals of a node go to its two children, each with the loads of its own segments.

use super::event::{Event, START};
use super::greedy::Decided;

/// A split under way.
#[derive(Debug)]
pub(super) struct Split<'a> {
    decided: &'a Decided,
    /// Of each word of `decided.starts`, the ones before it.
    ranks: &'a [u32],
    starts: u32,
    ends: u32,
    /// Hits that cover the segment.
    cover: u32,
    /// Loads of the segments since the last event of either side.
    hits: u32,
    misses: u32,
}

/// Counts the ones before each word.
#[inline(always)]
pub(super) fn rank(decided: &Decided, intervals: usize, ranks: &mut Vec<u32>) {
    ranks.clear();
    let mut ones = 0;
    ranks.extend(decided.starts[..intervals.div_ceil(64)].iter().map(|word| {
        let before = ones;
        ones += word.count_ones();
        before
    }));
}

impl<'a> Split<'a> {
    pub(super) fn new(decided: &'a Decided, ranks: &'a [u32]) -> Self {
        Self { decided, ranks, starts: 0, ends: 0, cover: 0, hits: 0, misses: 0 }
    }

    /// Is it of a hit, and what stands for it among the hits or the misses?
    #[inline(always)]
    pub(super) fn step(&mut self, event: Event) -> (bool, Event, Event) {
        let opens = event.word >> 31;
        let (at, bits) =
            if opens != 0 { (self.starts, &self.decided.starts) } else { (self.ends, &self.decided.ends) };
        let hit = (bits[at as usize / 64] >> (at % 64)) as u32 & 1;
        self.starts += opens;
        self.ends += 1 - opens;
        self.hits = self.hits.max(event.base);
        self.misses = self.misses.max(event.base + self.cover);
        let start = event.start();
        let word = start as usize / 64;
        let before = self.ranks[word] + (self.decided.starts[word] & !(u64::MAX << (start % 64))).count_ones();
        let flag = event.word & START;
        let events = (Event { word: flag | before, base: self.hits }, Event { word: flag | (start - before), base: self.misses });
        self.cover = self.cover.wrapping_add(if hit == 0 { 0 } else { opens.wrapping_mul(2).wrapping_sub(1) });
        self.hits &= hit.wrapping_sub(1);
        self.misses &= hit.wrapping_neg();
        (hit != 0, events.0, events.1)
    }
}
