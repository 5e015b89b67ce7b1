//! FRD, MSST 2017, and LIRS2, SYSTOR 2021: stacks in order of use, from the bottom to the top.

use super::{Model, Request, agree, quota, take};
use evictlab::core::ObjId;

struct Frd {
    capacity: usize,
    main_quota: usize,
    stack: Vec<ObjId>,
    main: Vec<ObjId>,
    /// The least recently used first.
    filter: Vec<ObjId>,
}

impl Frd {
    fn new(capacity: usize, filter: f64) -> Self {
        let main_quota = capacity - quota(capacity, filter);
        Self { capacity, main_quota, stack: Vec::new(), main: Vec::new(), filter: Vec::new() }
    }
}

impl Model for Frd {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let history = take(&mut self.stack, id);
        self.stack.push(id);
        let in_main = self.main.contains(&id);
        let in_filter = take(&mut self.filter, id);
        if in_filter {
            self.filter.push(id);
        } else if !in_main {
            let full = self.main.len() + self.filter.len() == self.capacity;
            let main_full = self.main.len() == self.main_quota;
            if history && self.main_quota > 0 {
                if full {
                    // The block of the main part that is lowest in the stack.
                    let bottom = *self.stack.iter().find(|x| self.main.contains(x)).unwrap();
                    take(&mut self.main, bottom);
                    take(&mut self.stack, bottom);
                }
                self.main.push(id);
            } else if main_full {
                if full {
                    self.filter.remove(0);
                }
                self.filter.push(id);
            } else {
                self.main.push(id);
            }
        }
        while self.stack.first().is_some_and(|bottom| !self.main.contains(bottom)) {
            self.stack.remove(0);
        }
        in_main || in_filter
    }

    fn residents(&self) -> Vec<ObjId> {
        self.main.iter().chain(&self.filter).copied().collect()
    }
}

struct Lirs2 {
    capacity: usize,
    most_lir: usize,
    /// Uses, at most two of a block.
    stack: Vec<ObjId>,
    /// The resident HIR blocks, the next victim first.
    queue: Vec<ObjId>,
    lir: Vec<ObjId>,
}

impl Lirs2 {
    fn new(capacity: usize, hir: f64) -> Self {
        let most_lir = capacity - quota(capacity, hir);
        Self { capacity, most_lir, stack: Vec::new(), queue: Vec::new(), lir: Vec::new() }
    }

    fn prune(&mut self) {
        while self.stack.first().is_some_and(|bottom| !self.lir.contains(bottom)) {
            self.stack.remove(0);
        }
    }
}

impl Model for Lirs2 {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        let resident_hir = take(&mut self.queue, x);
        let is_lir = self.lir.contains(&x);
        let hit = is_lir || resident_hir;
        if !hit && self.lir.len() + self.queue.len() == self.capacity {
            self.queue.remove(0);
        }
        let two_uses = self.stack.iter().filter(|&&use_of| use_of == x).count() == 2;
        if two_uses {
            take(&mut self.stack, x);
        }
        self.stack.push(x);
        if is_lir {
            self.prune();
        } else if !hit && self.lir.len() < self.most_lir {
            self.lir.push(x);
        } else if two_uses {
            self.lir.push(x);
            self.prune();
            let bottom = self.stack.remove(0);
            take(&mut self.lir, bottom);
            self.queue.push(bottom);
            self.prune();
        } else {
            self.queue.push(x);
            self.prune();
        }
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.lir.iter().chain(&self.queue).copied().collect()
    }
}

#[test]
fn frd() {
    agree("frd", |capacity, _| Frd::new(capacity, 0.1));
    agree("frd:filter=0.4", |capacity, _| Frd::new(capacity, 0.4));
}

#[test]
fn lirs2() {
    agree("lirs2", |capacity, _| Lirs2::new(capacity, 0.01));
    agree("lirs2:hir=0.3", |capacity, _| Lirs2::new(capacity, 0.3));
}
