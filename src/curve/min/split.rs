//! The intervals of a node go to its two children, each with the loads of its own segments.
//!
//! A child has fewer events, so that segments merge: the most loaded request of each is what counts. The hits are load to
//! the misses, which need more slots; to the hits, the misses are nothing.

use super::event::{Event, START, Sink};
use super::greedy::Decided;

/// A split under way.
#[derive(Debug)]
pub(super) struct Split<'a> {
    decided: &'a Decided,
    /// Of each word of the starts, the ones before it.
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
pub(super) fn rank(decided: &Decided, ranks: &mut Vec<u32>) {
    ranks.clear();
    let mut ones = 0;
    ranks.extend(decided.starts().iter().map(|word| {
        let before = ones;
        ones += word.count_ones();
        before
    }));
}

impl<'a> Split<'a> {
    pub(super) fn new(decided: &'a Decided, ranks: &'a [u32]) -> Self {
        Self { decided, ranks, starts: 0, ends: 64 * decided.words as u32, cover: 0, hits: 0, misses: 0 }
    }

    /// Is it of a hit, and what stands for it among the hits or the misses?
    #[inline(always)]
    pub(super) fn step(&mut self, event: Event) -> (bool, Event, Event) {
        let bits = &self.decided.bits;
        let opens = event.word >> 31;
        let at = self.ends ^ ((self.ends ^ self.starts) & opens.wrapping_neg());
        let hit = (bits[at as usize / 64] >> (at % 64)) as u32 & 1;
        self.starts += opens;
        self.ends += 1 - opens;
        self.hits = self.hits.max(event.base);
        self.misses = self.misses.max(event.base + self.cover);
        let start = event.start();
        let word = start as usize / 64;
        let before = self.ranks[word] + (bits[word] & !(u64::MAX << (start % 64))).count_ones();
        let flag = event.word & START;
        let events = (
            Event { word: flag | before, base: self.hits },
            Event { word: flag | (start - before), base: self.misses },
        );
        self.cover = self.cover.wrapping_add((opens * 2).wrapping_sub(1) & hit.wrapping_neg());
        self.hits &= hit.wrapping_sub(1);
        self.misses &= hit.wrapping_neg();
        (hit != 0, events.0, events.1)
    }
}

/// Hits and misses of the whole trace, each to their own place.
pub(super) struct Apart<'a> {
    pub(super) split: Split<'a>,
    pub(super) hits: std::slice::IterMut<'a, Event>,
    pub(super) misses: std::slice::IterMut<'a, Event>,
}

impl Sink for Apart<'_> {
    #[inline(always)]
    fn event(&mut self, event: Event, _: u32) {
        let (hit, first, second) = self.split.step(event);
        let to = if hit { &mut self.hits } else { &mut self.misses };
        if let Some(to) = to.next() {
            *to = if hit { first } else { second };
        }
    }
}
