//! TinyLFU and adaptive W-TinyLFU, with the library's sketch as the oracle of frequencies.

use super::{Model, Request, agree, take};
use evictlab::core::{ObjId, quantity};
use evictlab::structs::Sketch;

fn sketch(capacity: usize, objects: usize) -> Sketch {
    let expected = capacity.min(objects);
    Sketch::new(expected, expected as u64 * 10)
}

/// Einziger and Friedman 2014: LRU with a filter for admission.
struct TinyLfu {
    capacity: usize,
    /// The oldest first.
    list: Vec<ObjId>,
    sketch: Sketch,
}

impl Model for TinyLfu {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        self.sketch.increment(id);
        if take(&mut self.list, id) {
            self.list.push(id);
            return true;
        }
        if self.list.len() == self.capacity {
            if self.sketch.estimate(id) <= self.sketch.estimate(self.list[0]) {
                return false;
            }
            self.list.remove(0);
        }
        self.list.push(id);
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.list.clone()
    }
}

/// Einziger, Eytan, Friedman and Manes 2018: W-TinyLFU whose window climbs the hill of the hit ratio.
struct Adaptive {
    capacity: usize,
    interval: usize,
    share: f64,
    step: f64,
    /// Since the last step: requests and hits; and the hits of the interval before.
    requests: usize,
    hits: usize,
    last_hits: usize,
    window: Vec<ObjId>,
    probation: Vec<ObjId>,
    protected: Vec<ObjId>,
    sketch: Sketch,
}

impl Adaptive {
    fn new(capacity: usize, objects: usize, step: f64, interval: usize) -> Self {
        Self {
            capacity,
            interval: interval * capacity.min(objects),
            share: 0.01,
            step,
            requests: 0,
            hits: 0,
            last_hits: 0,
            window: Vec::new(),
            probation: Vec::new(),
            protected: Vec::new(),
            sketch: sketch(capacity, objects),
        }
    }

    fn window_quota(&self) -> usize {
        quantity::part(self.capacity as u64, self.share) as usize
    }

    fn climb(&mut self) {
        if self.hits < self.last_hits {
            self.step = -self.step;
        }
        self.share = (self.share + self.step).clamp(0.01, 0.8);
        (self.last_hits, self.hits, self.requests) = (self.hits, 0, 0);
    }

    /// Somebody leaves a full cache before another comes in.
    fn make_room(&mut self) {
        while self.window.len() >= self.window_quota() {
            let candidate = self.window.remove(0);
            let main = self.probation.len() + self.protected.len();
            if main < self.capacity - self.window_quota() {
                self.probation.push(candidate);
                continue;
            }
            let segment = if self.probation.is_empty() { &mut self.protected } else { &mut self.probation };
            if !segment.is_empty() && self.sketch.estimate(candidate) > self.sketch.estimate(segment[0]) {
                segment.remove(0);
                // The engine asks once: the candidate stays where it was, and is handed over when the other is there.
                self.window.insert(0, candidate);
            }
            return;
        }
        let segment = if self.probation.is_empty() { &mut self.protected } else { &mut self.probation };
        let segment = if segment.is_empty() { &mut self.window } else { segment };
        segment.remove(0);
    }
}

impl Model for Adaptive {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let hit = self.residents().contains(&id);
        self.sketch.increment(id);
        if take(&mut self.window, id) {
            self.window.push(id);
        } else if take(&mut self.protected, id) {
            self.protected.push(id);
        } else if take(&mut self.probation, id) {
            let main_quota = self.capacity - self.window_quota();
            self.protected.push(id);
            while self.protected.len() > (main_quota as f64 * 0.8) as usize {
                self.probation.push(self.protected.remove(0));
            }
        }
        self.requests += 1;
        self.hits += usize::from(hit);
        if self.requests == self.interval {
            self.climb();
        }
        if !hit {
            if self.residents().len() == self.capacity {
                self.make_room();
            }
            self.window.push(id);
            while self.window.len() > self.window_quota() {
                self.probation.push(self.window.remove(0));
            }
        }
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        [&self.window[..], &self.probation[..], &self.protected[..]].concat()
    }
}

#[test]
fn tiny_lfu() {
    agree("tiny-lfu", |capacity, objects| TinyLfu { capacity, list: Vec::new(), sketch: sketch(capacity, objects) });
}

#[test]
fn w_tiny_lfu_adaptive() {
    agree("w-tiny-lfu-adaptive", |capacity, objects| Adaptive::new(capacity, objects, 0.05, 10));
    agree("w-tiny-lfu-adaptive:step=0.2,interval=1", |capacity, objects| Adaptive::new(capacity, objects, 0.2, 1));
}
