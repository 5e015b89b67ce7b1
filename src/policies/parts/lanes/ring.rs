//! A queue of ids of a fixed size.

use crate::core::{ObjId, Pages, prefetch};

/// How far behind the front the words of objects are brought near.
const AHEAD: usize = 14;
/// Ids of a line of memory.
const LINE: usize = 16;
/// How far behind the front the ids themselves are brought near: passes have more queues than a processor notices to be read
/// in order.
const FAR_AHEAD: usize = 3 * LINE;

/// Brings near what `objects` says of an id that a reader of `ids` soon comes to, who is at `front` and asks at every step.
#[inline(always)]
pub(super) fn look_ahead<T>(ids: &[ObjId], front: usize, objects: &[T]) {
    if let Some(&id) = ids.get(front + AHEAD) {
        prefetch(objects, id as usize);
    }
    if front.is_multiple_of(LINE) {
        prefetch(ids, front + FAR_AHEAD);
    }
}

/// A queue of at most as many ids as it was made for.
#[derive(Debug)]
pub(super) struct Ring {
    ids: Pages<ObjId>,
    front: usize,
    len: usize,
}

impl Ring {
    /// Bytes of a ring for so many ids.
    pub(super) const fn bytes(most: u64) -> u64 {
        most * size_of::<ObjId>() as u64
    }

    /// An empty queue for at most so many ids, at least 1.
    pub(super) fn new(most: u64) -> Self {
        Self { ids: Pages::zeroed(most as usize), front: 0, len: 0 }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> u64 {
        self.len as u64
    }

    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len == self.ids.len()
    }

    /// The slot `steps` behind the front, if the ring is as long as that.
    #[inline(always)]
    fn slot(&self, steps: usize) -> usize {
        let at = self.front + steps;
        if at >= self.ids.len() { at - self.ids.len() } else { at }
    }

    /// Puts an id at the back of a queue that is not full.
    #[inline(always)]
    pub(super) fn push(&mut self, id: ObjId) {
        debug_assert!(!self.is_full());
        let slot = self.slot(self.len);
        self.ids[slot] = id;
        self.len += 1;
    }

    /// Takes the id at the front, and brings near what `objects` says of one that comes soon.
    #[inline(always)]
    pub(super) fn pop<T>(&mut self, objects: &[T]) -> Option<ObjId> {
        self.len = self.len.checked_sub(1)?;
        look_ahead(&self.ids, self.front, objects);
        let id = self.ids[self.front];
        self.front = self.slot(1);
        Some(id)
    }
}
