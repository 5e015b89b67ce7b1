//! What happens to intervals in the order of time.

use bytemuck::{Pod, Zeroable};

/// A start or an end of an interval, and the load of the segment before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Event {
    /// [`START`], or for an end how many starts came before its own.
    pub(super) word: u32,
    /// The most intervals that are hits at fewer slots and cover a request of the segment before this event.
    pub(super) base: u32,
}

pub(super) const START: u32 = 1 << 31;

impl Event {
    #[inline(always)]
    pub(super) fn is_start(self) -> bool {
        self.word & START != 0
    }

    #[inline(always)]
    pub(super) fn start(self) -> u32 {
        self.word & !START
    }
}
