//! The events of a whole trace, made from its ids each time they are asked for.

use super::event::{Event, START, Sink};
use crate::core::{ObjId, prefetch};

/// Requests ahead whose object is brought near.
const AHEAD: usize = 24;

/// A trace as intervals between two requests of an object with others between them.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    ids: &'a [ObjId],
    /// By the first request of each run of one object's requests: will the object come again after the run?
    returns: Vec<u64>,
    /// By object: the starts up to its last one, so 0 before its first.
    last: Vec<u32>,
    /// Number of intervals.
    pub(super) intervals: usize,
    /// The most intervals that cover a request.
    pub(super) most: u32,
}

impl<'a> Stream<'a> {
    pub(super) fn new(ids: &'a [ObjId], objects: usize) -> Self {
        let mut returns = vec![0u64; ids.len().div_ceil(64)];
        let mut seen = vec![0u64; objects.div_ceil(64)];
        let (mut intervals, mut open, mut most) = (0, 0u32, 0);
        for (at, &id) in ids.iter().enumerate().rev() {
            if at > 0 && ids[at - 1] == id {
                continue;
            }
            let (word, bit) = (&mut seen[id as usize / 64], id % 64);
            let again = *word >> bit & 1;
            *word |= 1 << bit;
            returns[at / 64] |= again << (at % 64);
            intervals += again as usize;
            // Objects requested from here on: no more intervals can cover a request.
            open += 1 - again as u32;
            most = most.max(open);
        }
        Self { ids, returns, last: vec![0; objects], intervals, most }
    }

    /// Goes through all events; nothing is decided yet, so all loads are 0.
    #[inline(always)]
    pub(super) fn each(&mut self, sink: &mut impl Sink) {
        self.last.fill(0);
        let (mut starts, mut pending, mut before) = (0, false, ObjId::MAX);
        for (at, &id) in self.ids.iter().enumerate() {
            if let Some(&ahead) = self.ids.get(at + AHEAD) {
                prefetch(&self.last, ahead as usize);
            }
            if id == before {
                continue;
            }
            before = id;
            // The end is at this request and the start after the one before it: nothing is requested between them.
            let last = &mut self.last[id as usize];
            if *last != 0 {
                sink.event(Event { word: *last - 1, base: 0 }, 0);
            }
            if pending {
                sink.event(Event { word: START, base: 0 }, 0);
            }
            pending = self.returns[at / 64] >> (at % 64) & 1 != 0;
            if pending {
                starts += 1;
                *last = starts;
            }
        }
    }

    /// Number of requests.
    pub(super) fn requests(&self) -> usize {
        self.ids.len()
    }

    /// Ends of intervals, and immediate repeats, in each piece of the trace that the `cuts` leave.
    pub(super) fn by_piece(&self, cuts: &[usize]) -> (Vec<u64>, Vec<u64>) {
        let mut seen = vec![0u64; self.last.len().div_ceil(64)];
        let (mut ends, mut repeats) = (vec![0; cuts.len() + 1], vec![0; cuts.len() + 1]);
        let mut piece = 0;
        for (at, &id) in self.ids.iter().enumerate() {
            while cuts.get(piece).is_some_and(|&cut| cut <= at) {
                piece += 1;
            }
            if at > 0 && self.ids[at - 1] == id {
                repeats[piece] += 1;
                continue;
            }
            let (word, bit) = (&mut seen[id as usize / 64], id % 64);
            ends[piece] += *word >> bit & 1;
            *word |= 1 << bit;
        }
        (ends, repeats)
    }
}
