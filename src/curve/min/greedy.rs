//! One pass for one number of slots: which intervals of a node are hits.
//!
//! In the order of ends, an interval is a hit if every segment that it covers has slack left: slots less the load of other
//! nodes' intervals less that of the hits so far. What has to be known is the least slack from any place up to now, which
//! does not fall with the place; [`Room`] keeps its steps. A new segment with more slack than there is up to now is a step
//! at its place, one with less levels the newest steps. A hit lowers the newest step that is not after its start.
//!
//! Places are numbers of starts, since only starts are asked about: the first segment after the `n`-th start has place
//! `n + 1`, and so have those before it that follow an end.

use super::event::{Event, Sink};
use super::room::Room;

/// The decisions of one pass: is it a hit?
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// A bit for each start, and then, from a whole word on, one for each end.
    pub(super) bits: Vec<u64>,
    /// Words of the starts, and of the ends.
    pub(super) words: usize,
}

impl Decided {
    fn reset(&mut self, intervals: usize) {
        self.words = intervals.div_ceil(64);
        if self.bits.len() < 2 * self.words {
            self.bits.resize(2 * self.words, 0);
        }
        self.bits[..2 * self.words].fill(0);
    }

    #[inline(always)]
    fn set(&mut self, start: u32, end: u32) {
        self.bits[start as usize / 64] |= 1 << (start % 64);
        self.bits[self.words + end as usize / 64] |= 1 << (end % 64);
    }

    /// Bits by start.
    pub(super) fn starts(&self) -> &[u64] {
        &self.bits[..self.words]
    }

    /// Bits by end.
    pub(super) fn ends(&self) -> &[u64] {
        &self.bits[self.words..2 * self.words]
    }
}

/// The pass under way.
#[derive(Debug)]
pub(super) struct Greedy<'a> {
    room: &'a mut Room,
    decided: &'a mut Decided,
    slots: i32,
    /// Slack of the newest segment: the marks in `room`, and the fresh ones.
    total: i32,
    /// Marks of the place that the next start will have.
    fresh: i32,
    /// The newest place in `room`: starts so far, and one.
    place: u32,
    /// No older place has marks.
    floor: u32,
    /// Ends so far.
    ends: u32,
}

impl<'a> Greedy<'a> {
    pub(super) fn new(room: &'a mut Room, decided: &'a mut Decided, intervals: usize, slots: u32) -> Self {
        room.reset(intervals + 2);
        decided.reset(intervals);
        Self { room, decided, slots: slots as i32, total: 0, fresh: 0, place: 1, floor: 0, ends: 0 }
    }

    /// A new segment, with this load.
    #[inline(always)]
    fn load(&mut self, base: u32) {
        // More slack than there are open intervals forbids nothing, but its ups and downs would cost time.
        let open = self.place as i32 - 1 - self.ends as i32;
        let slack = (self.slots - base as i32).min(open);
        self.fresh += slack - self.total;
        self.total = slack;
        if self.fresh < 0 {
            self.shrink();
        }
    }

    /// Takes the newest marks off until none is owed.
    #[inline(always)]
    fn shrink(&mut self) {
        while self.fresh < 0 {
            let newest = self.room.newest(self.place);
            let marks = self.room.count(newest).min(self.fresh.unsigned_abs());
            self.room.take(newest, marks);
            self.fresh += marks as i32;
        }
    }
}

impl Sink for Greedy<'_> {
    #[inline(always)]
    fn event(&mut self, event: Event, after: u32) {
        if event.is_start() {
            self.place += 1;
            self.load(after);
            if self.fresh > 0 {
                self.room.put(self.place, self.fresh as u32);
                self.fresh = 0;
            }
            return;
        }
        let (start, end) = (event.start(), self.ends);
        self.ends += 1;
        let place = start + 2;
        if place >= self.floor {
            let newest = self.room.newest(place);
            if newest == 0 {
                self.floor = place + 1;
            } else {
                self.room.take(newest, 1);
                self.total -= 1;
                self.decided.set(start, end);
            }
        }
        self.load(after);
    }
}
