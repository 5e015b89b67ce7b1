//! SIEVE with counters, and S3-FIFO with queues that grow and shrink. Queues run from the tail (oldest) to the head.

use super::{Model, Request, agree, quota, take};
use evictlab::core::ObjId;

struct SieveK {
    capacity: usize,
    k: u32,
    queue: Vec<(ObjId, u32)>,
    hand: Option<ObjId>,
}

impl SieveK {
    fn new(capacity: usize, k: u32) -> Self {
        Self { capacity, k, queue: Vec::new(), hand: None }
    }

    fn evict(&mut self) {
        let place = |hand: ObjId| self.queue.iter().position(|o| o.0 == hand);
        let mut o = self.hand.and_then(place).unwrap_or(0);
        while self.queue[o].1 > 0 {
            self.queue[o].1 -= 1;
            o = (o + 1) % self.queue.len();
        }
        self.hand = self.queue.get(o + 1).map(|o| o.0);
        self.queue.remove(o);
    }
}

impl Model for SieveK {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(o) = self.queue.iter_mut().find(|o| o.0 == id) {
            o.1 = (o.1 + 1).min(self.k);
            return true;
        }
        if self.queue.len() == self.capacity {
            self.evict();
        }
        self.queue.push((id, 0));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.queue.iter().map(|o| o.0).collect()
    }
}

/// Yang et al., SOSP 2023: algorithm 1, and its dynamic queue sizes.
struct S3FifoD {
    capacity: usize,
    small_quota: usize,
    ghost_quota: usize,
    short_quota: usize,
    step: usize,
    between: usize,
    small: Vec<(ObjId, u32)>,
    main: Vec<(ObjId, u32)>,
    ghost: Vec<ObjId>,
    /// What left the small queue last.
    small_ghosts: Vec<ObjId>,
    /// What left the main queue last.
    main_ghosts: Vec<ObjId>,
    small_hits: usize,
    main_hits: usize,
}

impl S3FifoD {
    fn new(capacity: usize, small: f64, ghosts: f64, between: usize, step: f64) -> Self {
        Self {
            capacity,
            small_quota: quota(capacity, small).min(capacity),
            ghost_quota: (capacity as f64 * 0.9) as usize,
            short_quota: (capacity as f64 * ghosts) as usize,
            step: quota(capacity, step),
            between,
            small: Vec::new(),
            main: Vec::new(),
            ghost: Vec::new(),
            small_ghosts: Vec::new(),
            main_ghosts: Vec::new(),
            small_hits: 0,
            main_hits: 0,
        }
    }

    fn adapt(&mut self, x: ObjId) {
        self.small_hits += usize::from(take(&mut self.small_ghosts, x));
        self.main_hits += usize::from(take(&mut self.main_ghosts, x));
        if self.small_hits + self.main_hits > self.between {
            if self.small_hits >= 2 * self.main_hits {
                if self.small_quota + self.step <= self.capacity.saturating_sub(self.step) {
                    self.small_quota += self.step;
                }
            } else if self.main_hits >= 2 * self.small_hits && self.small_quota >= 2 * self.step {
                self.small_quota -= self.step;
            }
            (self.small_hits, self.main_hits) = (0, 0);
        }
    }

    fn evict_small(&mut self) {
        while !self.small.is_empty() {
            let (t, freq) = self.small.remove(0);
            if freq <= 1 {
                self.ghost.push(t);
                self.small_ghosts.push(t);
                return;
            }
            self.main.push((t, 0));
            if self.main.len() > self.capacity - self.small_quota {
                self.evict_main();
            }
        }
    }

    fn evict_main(&mut self) {
        while !self.main.is_empty() {
            let (t, freq) = self.main.remove(0);
            if freq == 0 {
                self.main_ghosts.push(t);
                return;
            }
            self.main.push((t, freq - 1));
        }
    }
}

impl Model for S3FifoD {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        if let Some(o) = self.small.iter_mut().chain(&mut self.main).find(|o| o.0 == x) {
            o.1 = (o.1 + 1).min(3);
            return true;
        }
        self.adapt(x);
        while self.small.len() + self.main.len() >= self.capacity {
            if self.small.len() >= self.small_quota && !self.small.is_empty() || self.main.is_empty() {
                self.evict_small();
            } else {
                self.evict_main();
            }
        }
        // The oldest ghosts go. With room for one object alone there is no ghost that could tell where it was.
        for (ghosts, most) in [
            (&mut self.ghost, self.ghost_quota),
            (&mut self.small_ghosts, self.short_quota),
            (&mut self.main_ghosts, self.short_quota),
        ] {
            let over = ghosts.len().saturating_sub(most);
            ghosts.drain(..over);
        }
        if take(&mut self.ghost, x) {
            self.main.push((x, 0));
        } else {
            self.small.push((x, 0));
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.small.iter().chain(&self.main).map(|o| o.0).collect()
    }
}

#[test]
fn sieve_k() {
    for k in 1..=3 {
        agree(&format!("sieve-k:k={k}"), |capacity, _| SieveK::new(capacity, k));
    }
}

#[test]
fn s3_fifo_d() {
    agree("s3-fifo-d", |capacity, _| S3FifoD::new(capacity, 0.1, 0.05, 100, 0.001));
    agree("s3-fifo-d:small=0.3,ghosts=0.5,hits=3,step=0.1", |capacity, _| S3FifoD::new(capacity, 0.3, 0.5, 3, 0.1));
}
