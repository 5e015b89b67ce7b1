//! Merge-based eviction: Yang, Yue, Vinayak, NSDI 2021, on one chain.

use super::{Model, Request, agree, quota};
use evictlab::core::ObjId;

struct Merging {
    capacity: usize,
    /// Objects that are looked at together, and the part of them that stays.
    span: usize,
    merge: usize,
    /// Object and uses, the oldest first.
    chain: Vec<(ObjId, u32)>,
    /// Where the next merge begins.
    hand: usize,
}

impl Merging {
    fn new(capacity: usize, segment: f64, merge: usize) -> Self {
        Self { capacity, span: quota(capacity, segment) * merge, merge, chain: Vec::new(), hand: 0 }
    }

    fn evict(&mut self) {
        if self.chain.len() - self.hand < self.span {
            self.hand = 0;
        }
        let end = (self.hand + self.span).min(self.chain.len());
        let mut window: Vec<(usize, u32)> = (self.hand..end).map(|i| (i, self.chain[i].1)).collect();
        // The most used first, the newer first among equals.
        window.sort_by_key(|&(i, uses)| (std::cmp::Reverse(uses), std::cmp::Reverse(i)));
        let keep = (window.len() / self.merge).min(window.len() - 1);
        let kept: Vec<usize> = window[..keep].iter().map(|o| o.0).collect();
        let rest = self.chain.split_off(end);
        let merged: Vec<(ObjId, u32)> = kept_in_order(kept).map(|i| (self.chain[i].0, 0)).collect();
        self.chain.truncate(self.hand);
        self.chain.extend(merged);
        // Behind the end of the chain there is nothing: the next merge starts over.
        self.hand = if rest.is_empty() { 0 } else { self.chain.len() };
        self.chain.extend(rest);
    }
}

fn kept_in_order(mut places: Vec<usize>) -> impl Iterator<Item = usize> {
    places.sort_unstable();
    places.into_iter()
}

impl Model for Merging {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(o) = self.chain.iter_mut().find(|o| o.0 == id) {
            o.1 = (o.1 + 1).min(255);
            return true;
        }
        if self.chain.len() == self.capacity {
            self.evict();
        }
        self.chain.push((id, 0));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.chain.iter().map(|o| o.0).collect()
    }
}

#[test]
fn merges() {
    agree("fifo-merge", |capacity, _| Merging::new(capacity, 0.01, 4));
    agree("fifo-merge:segment=0.2,merge=3", |capacity, _| Merging::new(capacity, 0.2, 3));
    // Without times to live there is one bucket.
    agree("segcache", |capacity, _| Merging::new(capacity, 0.01, 4));
}
