//! SLRU, 2Q, W-TinyLFU: several lists, the oldest or least recently used first.

use super::{Model, Request, quota, take};
use evictlab::core::ObjId;
use evictlab::structs::Sketch;

/// Karedla, Love and Wherry 1994; with more segments, Huang et al. 2013.
pub(super) struct Slru {
    capacity: usize,
    /// Quota of each segment above the lowest.
    upper: usize,
    /// The lowest segment first.
    segments: Vec<Vec<ObjId>>,
}

impl Slru {
    pub(super) fn new(capacity: usize, segments: usize, protected: f64) -> Self {
        let upper = (capacity as f64 * (protected / (segments - 1) as f64)).floor() as usize;
        Self { capacity, upper, segments: vec![Vec::new(); segments] }
    }
}

impl Model for Slru {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let top = self.segments.len() - 1;
        if let Some(from) = self.segments.iter().position(|s| s.contains(&id)) {
            take(&mut self.segments[from], id);
            let to = (from + 1).min(top);
            self.segments[to].push(id);
            if self.segments[to].len() > self.upper {
                let down = self.segments[to].remove(0);
                self.segments[to - 1].push(down);
            }
            return true;
        }
        if self.segments.iter().map(Vec::len).sum::<usize>() == self.capacity
            && let Some(lowest) = self.segments.iter_mut().find(|s| !s.is_empty())
        {
            lowest.remove(0);
        }
        self.segments[0].push(id);
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.segments.concat()
    }
}

/// Johnson and Shasha 1994, the "full version".
pub(super) struct TwoQ {
    capacity: usize,
    kin: usize,
    kout: usize,
    a1in: Vec<ObjId>,
    a1out: Vec<ObjId>,
    am: Vec<ObjId>,
}

impl TwoQ {
    pub(super) fn new(capacity: usize) -> Self {
        let (kin, kout) = (quota(capacity, 0.25), quota(capacity, 0.5));
        Self { capacity, kin, kout, a1in: Vec::new(), a1out: Vec::new(), am: Vec::new() }
    }

    /// The paper's reclaimfor.
    fn reclaim(&mut self) {
        if self.a1in.len() + self.am.len() < self.capacity {
            return;
        }
        if self.a1in.len() > self.kin || self.am.is_empty() {
            self.a1out.push(self.a1in.remove(0));
            if self.a1out.len() > self.kout {
                self.a1out.remove(0);
            }
        } else {
            self.am.remove(0);
        }
    }
}

impl Model for TwoQ {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if take(&mut self.am, id) {
            self.am.push(id);
            return true;
        }
        if self.a1in.contains(&id) {
            return true;
        }
        // Whether the object is in A1out is found out before room is made, which may drop it there.
        let remembered = self.a1out.contains(&id);
        self.reclaim();
        take(&mut self.a1out, id);
        if remembered {
            self.am.push(id);
        } else {
            self.a1in.push(id);
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.a1in.iter().chain(&self.am).copied().collect()
    }
}

/// Einziger, Friedman and Manes 2017, with the library's sketch as the oracle of frequencies.
pub(super) struct WTinyLfu {
    window_quota: usize,
    main_quota: usize,
    protected_quota: usize,
    window: Vec<ObjId>,
    probation: Vec<ObjId>,
    protected: Vec<ObjId>,
    sketch: Sketch,
}

impl WTinyLfu {
    pub(super) fn new(capacity: usize, objects: usize, window: f64) -> Self {
        let window_quota = quota(capacity, window);
        let main_quota = capacity - window_quota;
        let expected = capacity.min(objects);
        Self {
            window_quota,
            main_quota,
            protected_quota: quota(main_quota, 0.8),
            window: Vec::new(),
            probation: Vec::new(),
            protected: Vec::new(),
            sketch: Sketch::new(expected, expected as u64 * 10),
        }
    }

    /// The window's victim asks to be let into the main region.
    fn duel(&mut self, candidate: ObjId) {
        if self.main_quota == 0 {
            return;
        }
        if self.probation.len() + self.protected.len() == self.main_quota {
            let segment = if self.probation.is_empty() { &mut self.protected } else { &mut self.probation };
            if self.sketch.estimate(candidate) <= self.sketch.estimate(segment[0]) {
                return;
            }
            segment.remove(0);
        }
        self.probation.push(candidate);
    }
}

impl Model for WTinyLfu {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        self.sketch.increment(id);
        if take(&mut self.window, id) {
            self.window.push(id);
            return true;
        }
        if take(&mut self.probation, id) || take(&mut self.protected, id) {
            self.protected.push(id);
            if self.protected.len() > self.protected_quota {
                self.probation.push(self.protected.remove(0));
            }
            return true;
        }
        self.window.push(id);
        if self.window.len() > self.window_quota {
            let candidate = self.window.remove(0);
            self.duel(candidate);
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        [&self.window[..], &self.probation[..], &self.protected[..]].concat()
    }
}
