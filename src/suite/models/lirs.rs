//! LIRS: Jiang and Zhang, SIGMETRICS 2002, section 3.3, with an unbounded history.

use super::{Model, Request, quota, take};
use evictlab::core::ObjId;

pub(super) struct Lirs {
    capacity: usize,
    /// Number of LIR blocks (Llirs).
    most_lir: usize,
    /// Stack S from the bottom to the top.
    stack: Vec<ObjId>,
    /// List Q: the resident HIR blocks, the next victim first.
    queue: Vec<ObjId>,
    lir: Vec<ObjId>,
}

impl Lirs {
    pub(super) fn new(capacity: usize, hir: f64) -> Self {
        let most_lir = capacity - quota(capacity, hir);
        Self { capacity, most_lir, stack: Vec::new(), queue: Vec::new(), lir: Vec::new() }
    }

    /// Stack pruning: HIR blocks at the bottom leave until a LIR block is there.
    fn prune(&mut self) {
        while self.stack.first().is_some_and(|bottom| !self.lir.contains(bottom)) {
            self.stack.remove(0);
        }
    }

    /// The HIR block X on top of the stack becomes LIR, and the LIR block at the bottom becomes HIR.
    fn exchange(&mut self, x: ObjId) {
        let bottom = self.stack[0];
        take(&mut self.lir, bottom);
        self.queue.push(bottom);
        self.lir.push(x);
        self.prune();
    }
}

impl Model for Lirs {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        let resident_hir = take(&mut self.queue, x);
        let is_lir = self.lir.contains(&x);
        let hit = is_lir || resident_hir;
        if !hit && self.lir.len() + self.queue.len() == self.capacity {
            self.queue.remove(0);
        }
        let in_stack = take(&mut self.stack, x);
        self.stack.push(x);
        if is_lir {
            self.prune();
        } else if !hit && self.lir.len() < self.most_lir {
            self.lir.push(x);
        } else if in_stack {
            self.exchange(x);
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
