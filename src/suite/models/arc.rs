//! ARC: Megiddo and Modha, FAST 2003, figure 4, step by step in its order. Lists run from LRU to MRU.

use super::{Model, Request, take};
use evictlab::core::ObjId;

pub(super) struct Arc {
    c: usize,
    p: f64,
    t1: Vec<ObjId>,
    t2: Vec<ObjId>,
    b1: Vec<ObjId>,
    b2: Vec<ObjId>,
}

impl Arc {
    pub(super) fn new(c: usize) -> Self {
        Self { c, p: 0.0, t1: Vec::new(), t2: Vec::new(), b1: Vec::new(), b2: Vec::new() }
    }

    /// Subroutine REPLACE; `in_b2` says whether the object asked for is in B2.
    fn replace(&mut self, in_b2: bool) {
        let length = self.t1.len() as f64;
        if !self.t1.is_empty() && (length > self.p || in_b2 && length >= self.p) {
            self.b1.push(self.t1.remove(0));
        } else {
            self.b2.push(self.t2.remove(0));
        }
    }

    /// Case IV: the object is in none of the lists.
    fn fetch(&mut self, x: ObjId) {
        let total = self.t1.len() + self.t2.len() + self.b1.len() + self.b2.len();
        if self.t1.len() + self.b1.len() == self.c {
            if self.t1.len() < self.c {
                self.b1.remove(0);
                self.replace(false);
            } else {
                self.t1.remove(0);
            }
        } else if total >= self.c {
            if total == 2 * self.c {
                self.b2.remove(0);
            }
            self.replace(false);
        }
        self.t1.push(x);
    }
}

impl Model for Arc {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        let (b1, b2) = (self.b1.len() as f64, self.b2.len() as f64);
        if take(&mut self.t1, x) || take(&mut self.t2, x) {
            self.t2.push(x);
            return true;
        }
        if self.b1.contains(&x) {
            let delta = if b1 >= b2 { 1.0 } else { b2 / b1 };
            self.p = (self.p + delta).min(self.c as f64);
            self.replace(false);
            take(&mut self.b1, x);
            self.t2.push(x);
        } else if self.b2.contains(&x) {
            let delta = if b2 >= b1 { 1.0 } else { b1 / b2 };
            self.p = (self.p - delta).max(0.0);
            self.replace(true);
            take(&mut self.b2, x);
            self.t2.push(x);
        } else {
            self.fetch(x);
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.t1.iter().chain(&self.t2).copied().collect()
    }
}
