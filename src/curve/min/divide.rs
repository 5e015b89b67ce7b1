//! Which capacity each interval needs, by divide and conquer over the capacities.

use super::event::Event;
use super::greedy::{Decided, Greedy};
use super::room::Room;
use super::split::{Split, rank};
use super::stream::Stream;
use crate::core::machine::{Vectors, Work};
use bytemuck::Zeroable;
use std::sync::atomic::{AtomicBool, Ordering};

/// The slots to decide between.
#[derive(Debug, Clone, Copy)]
pub(super) enum Grid<'a> {
    /// Every number; where it is split is near the geometric mean, as needs are spread over orders of magnitude.
    All,
    /// These, increasing and positive.
    Some(&'a [u32]),
}

impl Grid<'_> {
    /// The slots of the point `index`, 1-based.
    fn slots(self, index: usize) -> u32 {
        match self {
            Grid::All => index as u32,
            Grid::Some(slots) => slots[index - 1],
        }
    }

    /// A point between, `low < point < high`.
    fn between(self, low: usize, high: usize) -> usize {
        match self {
            Grid::All => (((low as f64 + 0.7) * high as f64).sqrt() as usize).clamp(low + 1, high - 1),
            Grid::Some(_) => low.midpoint(high),
        }
    }
}

/// What all nodes share.
pub(super) struct Divide<'a> {
    pub(super) grid: Grid<'a>,
    /// Pieces of the trace whose ends are counted apart, in the order of time.
    pub(super) pieces: usize,
    /// Counts by point (1-based) and piece.
    pub(super) counts: Vec<u64>,
    pub(super) room: Room,
    pub(super) decided: Decided,
    pub(super) ranks: Vec<u32>,
    pub(super) spare: Vec<Event>,
    /// Ends by piece of the nodes on the way down.
    pub(super) ends: Vec<u64>,
    pub(super) stat: [[u64; 5]; 64],
    pub(super) vectors: Vectors,
    pub(super) progress: &'a dyn Fn(u64),
    pub(super) stop: &'a AtomicBool,
}

impl Divide<'_> {
    /// Ends by piece among the hits, pushed on top of `ends`; their sum.
    #[inline(always)]
    fn count_hits(&mut self, node: usize) -> usize {
        let (mut at, mut sum) = (0, 0);
        for piece in node..node + self.pieces {
            let next = at + self.ends[piece] as usize;
            let hits = ones(self.decided.ends(), at, next);
            self.ends.push(hits);
            sum += hits as usize;
            at = next;
        }
        sum
    }

    fn settle(&mut self, point: usize, node: usize) {
        let pieces = self.pieces;
        for (count, ends) in self.counts[point * pieces..][..pieces].iter_mut().zip(&self.ends[node..node + pieces]) {
            *count += ends;
        }
        (self.progress)(self.ends[node..node + pieces].iter().sum());
    }

    /// The whole trace, whose ends by piece are on top of `ends`; none if stopped.
    #[inline(always)]
    pub(super) fn root(&mut self, stream: &mut Stream<'_>, high: usize) {
        let intervals = stream.intervals;
        if intervals == 0 {
            return;
        }
        if high == 1 {
            return self.settle(1, 0);
        }
        let point = self.grid.between(0, high);
        let mut greedy = Greedy::new(&mut self.room, &mut self.decided, intervals, self.grid.slots(point));
        stream.each(|event, _| greedy.step(event, 0));
        let hits = self.count_hits(0);
        self.misses_left(0);
        let mut events = Vec::new();
        if high > 2 {
            events = vec![Event::zeroed(); 2 * intervals];
            rank(&self.decided, &mut self.ranks);
            let mut split = Split::new(&self.decided, &self.ranks);
            let (left, right) = events.split_at_mut(2 * hits);
            let (mut lefts, mut rights) = (0, 0);
            stream.each(|event, _| {
                let (hit, first, second) = split.step(event);
                if hit {
                    left[lefts] = first;
                    lefts += 1;
                } else {
                    right[rights] = second;
                    rights += 1;
                }
            });
        }
        self.children(&mut events, hits, intervals, [0, point, high]);
    }

    /// What is left of a node's ends by piece, when those of its hits on top of them are taken off.
    fn misses_left(&mut self, node: usize) {
        let pieces = self.pieces;
        for piece in node..node + pieces {
            self.ends[piece] -= self.ends[piece + pieces];
        }
    }

    /// `ends` has the misses' ends by piece, and on top the hits'; both are taken off it.
    #[inline(always)]
    fn children(&mut self, events: &mut [Event], hits: usize, intervals: usize, [low, point, high]: [usize; 3]) {
        let pieces = self.pieces;
        let (left, right) =
            if high - low > 2 { events.split_at_mut(2 * hits) } else { (&mut [][..], &mut [][..]) };
        self.node(left, hits, low, point);
        self.ends.truncate(self.ends.len() - pieces);
        self.node(right, intervals - hits, point, high);
    }

    /// Intervals that need more slots than the point `low` has and at most those of `high`; their ends are on top of `ends`.
    fn node(&mut self, events: &mut [Event], intervals: usize, low: usize, high: usize) {
        let node = self.ends.len() - self.pieces;
        if intervals == 0 || high - low == 1 {
            return self.settle(high, node);
        }
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        let point = self.grid.between(low, high);
        let slots = self.grid.slots(point);
        let t0 = std::time::Instant::now();
        self.vectors.run(Decide { events, slots, room: &mut self.room, decided: &mut self.decided });
        let t1 = std::time::Instant::now();
        let hits = self.count_hits(node);
        self.misses_left(node);
        let big = high - low > 2 && hits < intervals; if high - low > 2 && hits < intervals {
            let (decided, ranks, spare) = (&self.decided, &mut self.ranks, &mut self.spare);
            self.vectors.run(Part { events, hits, decided, ranks, spare });
        }
        let t2 = std::time::Instant::now(); let c = &mut self.stat[(usize::BITS - intervals.leading_zeros()) as usize]; c[0] += 1; c[1] += 2 * intervals as u64; c[2] += (t1 - t0).as_nanos() as u64; if big { c[3] += 2 * intervals as u64; c[4] += (t2 - t1).as_nanos() as u64; }
        self.children(events, hits, intervals, [low, point, high]);
    }
}

/// Decides which intervals of a node are hits.
struct Decide<'a> {
    events: &'a [Event],
    slots: u32,
    room: &'a mut Room,
    decided: &'a mut Decided,
}

impl Work for Decide<'_> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Self { events, slots, room, decided } = self;
        let mut greedy = Greedy::new(room, decided, events.len() / 2, slots);
        for pair in events.windows(2) {
            greedy.step(pair[0], pair[1].base);
        }
        if let Some(&last) = events.last() {
            greedy.step(last, 0);
        }
    }
}

/// Moves the hits of a node to its front and the misses behind them.
struct Part<'a> {
    events: &'a mut [Event],
    hits: usize,
    decided: &'a Decided,
    ranks: &'a mut Vec<u32>,
    spare: &'a mut Vec<Event>,
}

impl Work for Part<'_> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Self { events, hits, decided, ranks, spare } = self;
        rank(decided, ranks);
        let mut split = Split::new(decided, ranks);
        let misses = events.len() - 2 * hits;
        if spare.len() <= misses {
            spare.resize(misses + 1, Event::zeroed());
        }
        let spare = &mut spare[..misses + 1];
        let (mut lefts, mut rights) = (0, 0);
        for at in 0..events.len() {
            let (hit, first, second) = split.step(events[at]);
            events[lefts.min(at)] = first;
            spare[rights.min(misses)] = second;
            lefts += usize::from(hit);
            rights += usize::from(!hit);
        }
        events[2 * hits..].copy_from_slice(&spare[..misses]);
    }
}

/// Ones of the bits `from..to`.
#[inline(always)]
fn ones(bits: &[u64], from: usize, to: usize) -> u64 {
    if from == to {
        return 0;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    let (head, tail) = (u64::MAX << (from % 64), u64::MAX >> (63 - (to - 1) % 64));
    if first == last {
        return u64::from((bits[first] & head & tail).count_ones());
    }
    let middle: u32 = bits[first + 1..last].iter().map(|word| word.count_ones()).sum();
    u64::from((bits[first] & head).count_ones()) + u64::from(middle) + u64::from((bits[last] & tail).count_ones())
}
