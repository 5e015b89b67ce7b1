//! S3-FIFO: Yang et al., SOSP 2023, algorithm 1. Queues run from the tail (oldest) to the head.

use super::{Model, Request, quota, take};
use evictlab::core::ObjId;

pub(super) struct S3Fifo {
    capacity: usize,
    small_quota: usize,
    ghost_quota: usize,
    /// Objects go to the main queue until the first eviction.
    fill_main: bool,
    evicted: bool,
    small: Vec<(ObjId, u32)>,
    main: Vec<(ObjId, u32)>,
    ghost: Vec<ObjId>,
}

impl S3Fifo {
    pub(super) fn new(capacity: usize, fill_main: bool) -> Self {
        Self {
            capacity,
            small_quota: quota(capacity, 0.1),
            ghost_quota: (capacity as f64 * 0.9) as usize,
            fill_main,
            evicted: false,
            small: Vec::new(),
            main: Vec::new(),
            ghost: Vec::new(),
        }
    }

    fn insert(&mut self, x: ObjId) {
        while self.small.len() + self.main.len() == self.capacity {
            self.evict();
        }
        if take(&mut self.ghost, x) || self.fill_main && !self.evicted {
            self.main.push((x, 0));
        } else {
            self.small.push((x, 0));
        }
    }

    fn evict(&mut self) {
        self.evicted = true;
        if self.small.len() >= self.small_quota {
            self.evict_small();
        } else {
            self.evict_main();
        }
    }

    fn evict_small(&mut self) {
        while !self.small.is_empty() {
            let (t, freq) = self.small.remove(0);
            if freq > 1 {
                // Section 4.1: the bits are cleared during the move.
                self.main.push((t, 0));
                // Lines 25 and 26: M is full; the main queue has what the small one leaves of the capacity.
                if self.main.len() > self.capacity - self.small_quota {
                    self.evict_main();
                }
            } else {
                self.ghost.push(t);
                if self.ghost.len() > self.ghost_quota {
                    self.ghost.remove(0);
                }
                return;
            }
        }
    }

    fn evict_main(&mut self) {
        while !self.main.is_empty() {
            let (t, freq) = self.main.remove(0);
            if freq == 0 {
                return;
            }
            self.main.push((t, freq - 1));
        }
    }
}

impl Model for S3Fifo {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(o) = self.small.iter_mut().chain(&mut self.main).find(|o| o.0 == id) {
            o.1 = (o.1 + 1).min(3);
            return true;
        }
        self.insert(id);
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.small.iter().chain(&self.main).map(|o| o.0).collect()
    }
}
