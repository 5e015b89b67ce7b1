//! What happens to intervals in the order of time.

use bytemuck::{Pod, Zeroable};

/// A start or an end of an interval, and the load of the segment before it: that between the event before and this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Event {
    /// [`START`], or for an end how many starts came before its own.
    pub(super) word: u32,
    /// The most intervals of other nodes, all hits with fewer slots, that cover a request of the segment.
    pub(super) base: u32,
}

/// The word of a start.
pub(super) const START: u32 = 1 << 31;

impl Event {
    #[inline(always)]
    pub(super) fn is_start(self) -> bool {
        self.word & START != 0
    }

    /// Of an end, the place of its start among the starts; 0 of a start.
    #[inline(always)]
    pub(super) fn start(self) -> u32 {
        self.word & !START
    }
}

/// Hears of the events of a node in the order of time.
pub(super) trait Sink {
    /// The next event, and the load of the segment after it (of the last one 0).
    fn event(&mut self, event: Event, after: u32);
}
