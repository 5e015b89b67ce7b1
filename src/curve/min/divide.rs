//! How many slots each interval needs, by divide and conquer over the slots.

use super::event::Event;
use super::stream::Stream;
use super::work::{Decide, DecideAll, Part, PartAll, Scratch};
use crate::core::machine::Vectors;
use crate::curve::Progress;

/// Intervals that are reported at once.
const REPORTED: u64 = 1 << 16;

/// The slots to decide between: points 1, 2, ...
#[derive(Debug, Clone, Copy)]
pub(super) enum Grid<'a> {
    /// Every number.
    All,
    /// These, increasing and positive; one point more stands for what needs more than all of them.
    These(&'a [u32]),
}

impl Grid<'_> {
    /// The slots of a point.
    fn slots(self, point: usize) -> u32 {
        match self {
            Grid::All => point as u32,
            Grid::These(slots) => slots[point - 1],
        }
    }

    /// A point between, `low < point < high`.
    fn between(self, low: usize, high: usize) -> usize {
        match self {
            // Needs are spread over orders of magnitude.
            Grid::All => (((low as f64 + 0.7) * high as f64).sqrt() as usize).clamp(low + 1, high - 1),
            Grid::These(_) => low.midpoint(high),
        }
    }
}

/// What all nodes share.
pub(super) struct Divide<'a> {
    pub(super) grid: Grid<'a>,
    /// Pieces of the trace whose ends are counted apart, in the order of time.
    pub(super) pieces: usize,
    /// Intervals by the point that they need and, within one, by piece.
    pub(super) counts: Vec<u64>,
    /// Ends by piece of the nodes that are still to do; those of the next one last.
    pub(super) ends: Vec<u64>,
    pub(super) progress: Progress<'a>,
    vectors: Vectors,
    scratch: Scratch,
    unreported: u64,
}

impl<'a> Divide<'a> {
    /// Of the points up to `high`, for a trace with these ends by piece.
    pub(super) fn new(grid: Grid<'a>, high: usize, ends: Vec<u64>, progress: Progress<'a>) -> Self {
        Self {
            grid,
            pieces: ends.len(),
            counts: vec![0; (high + 1) * ends.len()],
            ends,
            progress,
            vectors: Vectors::best(),
            scratch: Scratch::default(),
            unreported: 0,
        }
    }

    /// The whole trace, whose intervals need at most the point `high`.
    pub(super) fn root(&mut self, stream: &mut Stream<'_>, high: usize) {
        let intervals = stream.intervals;
        if intervals == 0 || high == 1 {
            return self.settle(high);
        }
        let point = self.grid.between(0, high);
        let slots = self.grid.slots(point);
        self.vectors.run(DecideAll { stream, slots, scratch: &mut self.scratch });
        let hits = self.count_hits();
        let mut events = Vec::new();
        if high > 2 {
            events = self.vectors.run(PartAll { stream, hits, scratch: &mut self.scratch });
        }
        self.children(&mut events, hits, intervals, [0, point, high]);
        (self.progress.requests)(std::mem::take(&mut self.unreported));
    }

    /// Intervals that need more slots than the point `low` has and at most those of `high`; their ends are on top of `ends`.
    fn node(&mut self, events: &mut [Event], intervals: usize, low: usize, high: usize) {
        if intervals == 0 || high - low == 1 || self.progress.stopped() {
            return self.settle(high);
        }
        let point = self.grid.between(low, high);
        let slots = self.grid.slots(point);
        self.vectors.run(Decide { events, slots, scratch: &mut self.scratch });
        let hits = self.count_hits();
        if high - low > 2 && hits < intervals {
            self.vectors.run(Part { events, hits, scratch: &mut self.scratch });
        }
        self.children(events, hits, intervals, [low, point, high]);
    }

    /// The two halves of a node; where there is nothing left to decide they need no events.
    fn children(&mut self, events: &mut [Event], hits: usize, intervals: usize, [low, point, high]: [usize; 3]) {
        let (left, right) = if high - low > 2 { events.split_at_mut(2 * hits) } else { Default::default() };
        self.node(left, hits, low, point);
        self.node(right, intervals - hits, point, high);
    }

    /// Puts the ends by piece of the hits of the node in hand on top of those of its misses; the number of hits.
    fn count_hits(&mut self) -> usize {
        let (mut at, mut sum) = (0, 0);
        for piece in self.ends.len() - self.pieces..self.ends.len() {
            let next = at + self.ends[piece] as usize;
            let hits = ones(self.scratch.decided.ends(), at, next);
            self.ends[piece] -= hits;
            self.ends.push(hits);
            (at, sum) = (next, sum + hits as usize);
        }
        sum
    }

    /// The node in hand needs this point, and is done.
    fn settle(&mut self, point: usize) {
        let top = self.ends.len() - self.pieces;
        for (count, ends) in self.counts[point * self.pieces..].iter_mut().zip(self.ends.drain(top..)) {
            *count += ends;
            self.unreported += ends;
        }
        if self.unreported >= REPORTED {
            (self.progress.requests)(std::mem::take(&mut self.unreported));
        }
    }
}

/// Ones of the bits `from..to`.
fn ones(bits: &[u64], from: usize, to: usize) -> u64 {
    if from == to {
        return 0;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    let (head, tail) = (u64::MAX << (from % 64), u64::MAX >> (63 - (to - 1) % 64));
    if first == last {
        return u64::from((bits[first] & head & tail).count_ones());
    }
    let middle: u64 = bits[first + 1..last].iter().map(|word| u64::from(word.count_ones())).sum();
    u64::from((bits[first] & head).count_ones()) + middle + u64::from((bits[last] & tail).count_ones())
}
