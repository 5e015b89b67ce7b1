//! What real systems do, after their own description.

use super::{Model, Request, agree};
use evictlab::core::{ObjId, SECOND};

/// An item of memcached.
#[derive(Clone, Copy)]
struct Item {
    id: ObjId,
    time: u64,
    fetched: bool,
    active: bool,
}

/// memcached's segmented LRU with one slab class; the maintainer runs after each request. Tails come first.
struct Memcached {
    capacity: usize,
    /// HOT, WARM, COLD.
    segments: [Vec<Item>; 3],
}

impl Memcached {
    fn new(capacity: usize) -> Self {
        Self { capacity, segments: [const { Vec::new() }; 3] }
    }

    fn total(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// `lru_pull_tail`; did anything move?
    fn pull(&mut self, segment: usize, percent: usize, now: u64, age: u64) -> bool {
        let total = self.total();
        let from = &mut self.segments[segment];
        let Some(&tail) = from.first() else { return false };
        if tail.active {
            from.remove(0);
            self.segments[1].push(Item { active: false, ..tail });
            return true;
        }
        if from.len() * 100 > total * percent || now - tail.time > age {
            from.remove(0);
            self.segments[2].push(tail);
            return true;
        }
        false
    }

    /// `lru_maintainer_juggle`.
    fn juggle(&mut self, now: u64) {
        let cold = self.segments[2].first().map_or(0, |tail| now - tail.time);
        while self.pull(0, 20, now, cold / 5) || self.pull(1, 40, now, cold * 2) {}
    }
}

impl Model for Memcached {
    fn request(&mut self, request: Request) -> bool {
        let now = request.now / SECOND;
        let place = (0..3).find_map(|s| Some((s, self.segments[s].iter().position(|item| item.id == request.id)?)));
        if let Some((segment, at)) = place {
            let item = &mut self.segments[segment][at];
            if !item.fetched {
                item.fetched = true;
            } else if !item.active {
                item.time = now;
                item.active = segment != 2;
                if segment == 2 {
                    let item = self.segments[2].remove(at);
                    self.segments[1].push(item);
                }
            }
        } else {
            if self.total() == self.capacity {
                self.segments[2].remove(0);
            }
            self.segments[0].push(Item { id: request.id, time: now, fetched: false, active: false });
        }
        self.juggle(now);
        place.is_some()
    }

    fn residents(&self) -> Vec<ObjId> {
        self.segments.iter().flatten().map(|item| item.id).collect()
    }
}

#[test]
fn memcached() {
    agree("memcached", |capacity, _| Memcached::new(capacity));
}

/// Redis where it draws all: the keys in order of idle seconds, with the pool's memory of old ones.
struct RedisLru {
    capacity: usize,
    /// With the second of the last use.
    keys: Vec<(ObjId, u64)>,
    /// Idle time and key, the best last.
    pool: Vec<(u64, ObjId)>,
}

impl RedisLru {
    fn evict(&mut self, now: u64) {
        for &(id, used) in &self.keys {
            let idle = now - used;
            let at = self.pool.iter().position(|candidate| candidate.0 >= idle).unwrap_or(self.pool.len());
            if self.pool.len() < 16 {
                self.pool.insert(at, (idle, id));
            } else if at > 0 {
                self.pool.insert(at, (idle, id));
                self.pool.remove(0);
            }
        }
        while let Some((_, id)) = self.pool.pop() {
            if let Some(at) = self.keys.iter().position(|key| key.0 == id) {
                self.keys.remove(at);
                return;
            }
        }
    }
}

impl Model for RedisLru {
    fn request(&mut self, request: Request) -> bool {
        let now = request.now / SECOND;
        if let Some(key) = self.keys.iter_mut().find(|key| key.0 == request.id) {
            key.1 = now;
            return true;
        }
        if self.keys.len() == self.capacity {
            self.evict(now);
        }
        self.keys.push((request.id, now));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.keys.iter().map(|key| key.0).collect()
    }
}

/// With no two uses in the same second, idle times are distinct among the keys, and the order of drawing does not matter.
#[test]
fn redis_lru_that_draws_all_keys() {
    use super::{Case, Residents, compare};
    use crate::harness::{property, strings};
    property(3000, &(1..=12usize, strings()), |(capacity, keys)| {
        let residents = Residents::All;
        let spec = "redis-allkeys-lru:samples=64";
        let case = Case { spec, capacity, keys: &keys, ttls: None, sizes: None, residents };
        compare(case, &mut RedisLru { capacity, keys: Vec::new(), pool: Vec::new() })
    });
}
