//! One pass for one capacity: which intervals are hits.

use super::event::Event;
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
    /// Marks in all: the slack at the newest segment.
    total: i32,
    /// Marks of the newest place, not in `room` yet.
    fresh: i32,
    /// The newest place: starts so far, and one.
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

    /// The event, and the load of the segment after it.
    #[inline(always)]
    pub(super) fn step(&mut self, event: Event, base: u32) {
        if event.is_start() {
            self.place += 1;
            self.load(base);
            if self.fresh > 0 {
                self.room.put(self.place, self.fresh as u32);
                self.fresh = 0;
            }
            return;
        }
        let end = self.ends;
        self.ends += 1;
        let start = event.start();
        if start + 2 >= self.floor {
            let newest = self.room.newest(start + 2);
            if newest != 0 {
                self.room.take(newest, 1);
                self.total -= 1;
                self.decided.set(start, end);
            } else {
                self.floor = start + 3;
            }
        }
        self.load(base);
    }

    #[inline(always)]
    fn load(&mut self, base: u32) {
        let slack = (self.slots - base as i32).min(self.place as i32 - 1 - self.ends as i32);
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
