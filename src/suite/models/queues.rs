//! LRU, FIFO, CLOCK, SIEVE: one queue, the oldest first.

use super::{Model, Request, take};
use evictlab::core::ObjId;

/// Mattson et al. 1970.
pub(super) struct Lru {
    capacity: usize,
    /// The least recently used first.
    list: Vec<ObjId>,
}

impl Lru {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, list: Vec::new() }
    }
}

impl Model for Lru {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let hit = take(&mut self.list, id);
        if !hit && self.list.len() == self.capacity {
            self.list.remove(0);
        }
        self.list.push(id);
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.list.clone()
    }
}

/// Belady 1966.
pub(super) struct Fifo {
    capacity: usize,
    queue: Vec<ObjId>,
}

impl Fifo {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, queue: Vec::new() }
    }
}

impl Model for Fifo {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if self.queue.contains(&id) {
            return true;
        }
        if self.queue.len() == self.capacity {
            self.queue.remove(0);
        }
        self.queue.push(id);
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.queue.clone()
    }
}

/// Corbató 1968, with a ring of frames and a hand that stands at one of them.
pub(super) struct Clock {
    capacity: usize,
    most: u32,
    frames: Vec<(ObjId, u32)>,
    hand: usize,
}

impl Clock {
    pub(super) fn new(capacity: usize, bits: u32) -> Self {
        Self { capacity, most: (1 << bits) - 1, frames: Vec::new(), hand: 0 }
    }
}

impl Model for Clock {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(frame) = self.frames.iter_mut().find(|f| f.0 == id) {
            frame.1 = (frame.1 + 1).min(self.most);
            return true;
        }
        if self.frames.len() < self.capacity {
            self.frames.push((id, 0));
            return false;
        }
        while self.frames[self.hand].1 > 0 {
            self.frames[self.hand].1 -= 1;
            self.hand = (self.hand + 1) % self.capacity;
        }
        self.frames[self.hand] = (id, 0);
        self.hand = (self.hand + 1) % self.capacity;
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.frames.iter().map(|f| f.0).collect()
    }
}

/// Zhang et al. 2024, algorithm 1.
pub(super) struct Sieve {
    capacity: usize,
    /// Object and visited bit, from the tail to the head.
    queue: Vec<(ObjId, bool)>,
    hand: Option<ObjId>,
}

impl Sieve {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, queue: Vec::new(), hand: None }
    }

    fn evict(&mut self) {
        let place = |hand: ObjId| self.queue.iter().position(|o| o.0 == hand);
        let mut o = self.hand.and_then(place).unwrap_or(0);
        while self.queue[o].1 {
            self.queue[o].1 = false;
            o += 1;
            if o == self.queue.len() {
                o = 0;
            }
        }
        self.hand = self.queue.get(o + 1).map(|o| o.0);
        self.queue.remove(o);
    }
}

impl Model for Sieve {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(o) = self.queue.iter_mut().find(|o| o.0 == id) {
            o.1 = true;
            return true;
        }
        if self.queue.len() == self.capacity {
            self.evict();
        }
        self.queue.push((id, false));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.queue.iter().map(|o| o.0).collect()
    }
}
