//! FBR: Robinson and Devarakonda, SIGMETRICS 1990. One LRU list; the sections are positions in it.

use super::{Model, Request, agree, quota};
use evictlab::core::ObjId;

struct Fbr {
    capacity: usize,
    new: usize,
    middle: usize,
    c_max: u64,
    a_max: u64,
    /// Object and count, the least recently used first.
    list: Vec<(ObjId, u64)>,
}

impl Fbr {
    fn new(capacity: usize, new: f64, old: f64, c_max: u64, a_max: u64) -> Self {
        let new = quota(capacity, new).min(capacity);
        let middle = (capacity - new).saturating_sub(quota(capacity, old));
        Self { capacity, new, middle, c_max, a_max, list: Vec::new() }
    }

    fn evict(&mut self) {
        // The old section; where there is none, the oldest of all.
        let old = self.list.len().saturating_sub(self.new + self.middle).max(1);
        let class = |i: &usize| self.list[*i].1.min(self.c_max + 1);
        // The first of equals is the least recently used.
        let victim = (0..old).min_by_key(class).unwrap_or(0);
        self.list.remove(victim);
    }
}

impl Model for Fbr {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let Some(place) = self.list.iter().position(|o| o.0 == id) else {
            if self.list.len() == self.capacity {
                self.evict();
            }
            self.list.push((id, 1));
            return false;
        };
        let in_new = self.list.len() - place <= self.new;
        let (_, count) = self.list.remove(place);
        self.list.push((id, count + u64::from(!in_new)));
        let sum: u64 = self.list.iter().map(|o| o.1).sum();
        if !in_new && sum > self.a_max * self.list.len() as u64 {
            self.list.iter_mut().for_each(|o| o.1 = o.1.div_ceil(2));
        }
        true
    }

    fn residents(&self) -> Vec<ObjId> {
        self.list.iter().map(|o| o.0).collect()
    }
}

#[test]
fn fbr() {
    agree("fbr", |capacity, _| Fbr::new(capacity, 0.1, 0.5, 30, 100));
    agree("fbr:new=0.25,old=0.5,c_max=2,a_max=2", |capacity, _| Fbr::new(capacity, 0.25, 0.5, 2, 2));
    agree("fbr:new=0.3,old=0.3,c_max=1,a_max=1", |capacity, _| Fbr::new(capacity, 0.3, 0.3, 1, 1));
}
