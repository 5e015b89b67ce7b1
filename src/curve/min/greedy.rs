//! One pass for one capacity: which intervals are hits.

use super::event::Event;
use super::room::Room;

/// The decisions of one pass.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// By start of an interval: is it a hit?
    pub(super) starts: Vec<u64>,
    /// By end.
    pub(super) ends: Vec<u64>,
}

impl Decided {
    fn reset(&mut self, intervals: usize) {
        let len = intervals.div_ceil(64);
        for bits in [&mut self.starts, &mut self.ends] {
            if bits.len() < len {
                bits.resize(len, 0);
            }
            bits[..len].fill(0);
        }
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
    /// Ends so far.
    ends: u32,
}

impl<'a> Greedy<'a> {
    pub(super) fn new(room: &'a mut Room, decided: &'a mut Decided, intervals: usize, slots: u32) -> Self {
        room.reset(intervals + 2);
        decided.reset(intervals);
        Self { room, decided, slots: slots as i32, total: 0, fresh: 0, place: 1, ends: 0 }
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
        let end = self.ends as usize;
        self.ends += 1;
        let newest = self.room.newest(event.start() + 2);
        if newest != 0 {
            self.room.take(newest, 1);
            self.total -= 1;
            let start = event.start() as usize;
            self.decided.starts[start / 64] |= 1 << (start % 64);
            self.decided.ends[end / 64] |= 1 << (end % 64);
        }
        self.load(base);
    }

    #[inline(always)]
    fn load(&mut self, base: u32) {
        let slack = self.slots - base as i32;
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
            self.fresh += self.room.take(newest, self.fresh.unsigned_abs()) as i32;
        }
    }
}
