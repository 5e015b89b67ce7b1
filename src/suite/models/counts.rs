//! LFU, GDSF, Belady, Belady-Size, TTL: scan the residents for the one to give up.

use super::{Model, Request};
use evictlab::core::{ObjId, Time};
use std::collections::BTreeMap;

/// Removes the resident with the least key, where there are `capacity` of them.
fn evict_least<T, K: PartialOrd>(residents: &mut Vec<T>, capacity: usize, key: impl Fn(&T) -> K) -> Option<T> {
    if residents.len() < capacity {
        return None;
    }
    let mut least = 0;
    for i in 1..residents.len() {
        if key(&residents[i]) < key(&residents[least]) {
            least = i;
        }
    }
    Some(residents.remove(least))
}

/// Coffman and Denning 1973; ties go to the least recently used, so the residents are kept in that order.
pub(super) struct Lfu {
    capacity: usize,
    perfect: bool,
    residents: Vec<ObjId>,
    counts: BTreeMap<ObjId, u64>,
}

impl Lfu {
    pub(super) fn new(capacity: usize, perfect: bool) -> Self {
        Self { capacity, perfect, residents: Vec::new(), counts: BTreeMap::new() }
    }
}

impl Model for Lfu {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let hit = super::take(&mut self.residents, id);
        let victim = if hit { None } else { evict_least(&mut self.residents, self.capacity, |o| self.counts[o]) };
        if let Some(victim) = victim.filter(|_| !self.perfect) {
            self.counts.remove(&victim);
        }
        *self.counts.entry(id).or_default() += 1;
        self.residents.push(id);
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.clone()
    }
}

/// Cherkasova 1998, cost 1; ties go to the least recently used, so the residents are kept in that order.
pub(super) struct Gdsf {
    capacity: u64,
    /// By object; all objects not in it have size 1.
    sizes: Vec<u32>,
    clock: f64,
    /// Object, frequency, priority.
    residents: Vec<(ObjId, u32, f64)>,
}

impl Gdsf {
    pub(super) fn new(capacity: usize, sizes: &[u32]) -> Self {
        Self { capacity: capacity as u64, sizes: sizes.to_vec(), clock: 0.0, residents: Vec::new() }
    }

    fn size(&self, id: ObjId) -> u32 {
        self.sizes.get(id as usize).copied().unwrap_or(1)
    }

    fn used(&self) -> u64 {
        self.residents.iter().map(|o| u64::from(self.size(o.0))).sum()
    }
}

impl Model for Gdsf {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let size = self.size(id);
        let hit = self.residents.iter().position(|o| o.0 == id).map(|i| self.residents.remove(i));
        if u64::from(size) > self.capacity {
            return false;
        }
        while self.used() + u64::from(size) > self.capacity {
            self.clock = evict_least(&mut self.residents, 1, |o| o.2).map_or(self.clock, |o| o.2);
        }
        let frequency = hit.map_or(1, |o| o.1 + 1);
        let priority = self.clock + f64::from(frequency) / f64::from(size.max(1));
        self.residents.push((id, frequency, priority));
        hit.is_some()
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.iter().map(|o| o.0).collect()
    }
}

/// Belady 1966: object and next use.
pub(super) struct Belady {
    capacity: usize,
    residents: Vec<(ObjId, u32)>,
}

impl Belady {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, residents: Vec::new() }
    }
}

impl Model for Belady {
    fn request(&mut self, Request { id, next_use, .. }: Request) -> bool {
        if let Some(o) = self.residents.iter_mut().find(|o| o.0 == id) {
            o.1 = next_use;
            return true;
        }
        evict_least(&mut self.residents, self.capacity, |o| std::cmp::Reverse(o.1));
        self.residents.push((id, next_use));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.iter().map(|o| o.0).collect()
    }
}

/// Berger, Beckmann, Harchol-Balter 2018; ties go to the least recently used, so the residents are kept in that order.
pub(super) struct BeladySize {
    capacity: u64,
    /// By object; all objects not in it have size 1.
    sizes: Vec<u32>,
    requests: u64,
    /// Object and next use.
    residents: Vec<(ObjId, u32)>,
}

impl BeladySize {
    pub(super) fn new(capacity: usize, sizes: &[u32]) -> Self {
        Self { capacity: capacity as u64, sizes: sizes.to_vec(), requests: 0, residents: Vec::new() }
    }

    fn size(&self, id: ObjId) -> u64 {
        u64::from(self.sizes.get(id as usize).copied().unwrap_or(1))
    }

    fn used(&self) -> u64 {
        self.residents.iter().map(|o| self.size(o.0)).sum()
    }

    /// Not used again, and by what the object is worse than others.
    fn rank(&self, (id, next_use): (ObjId, u32)) -> (bool, u64) {
        let never = next_use == u32::MAX;
        let size = self.size(id).max(1);
        (never, if never { size } else { size * (u64::from(next_use) - self.requests) })
    }
}

impl Model for BeladySize {
    fn request(&mut self, Request { id, next_use, .. }: Request) -> bool {
        let hit = self.residents.iter().position(|o| o.0 == id).map(|i| self.residents.remove(i));
        if self.size(id) <= self.capacity {
            while self.used() + self.size(id) > self.capacity {
                let ranks: Vec<_> = self.residents.iter().map(|&o| self.rank(o)).collect();
                let worst = ranks.iter().max().and_then(|worst| ranks.iter().position(|rank| rank == worst));
                self.residents.remove(worst.expect("something is resident"));
            }
            self.residents.push((id, next_use));
        }
        self.requests += 1;
        hit.is_some()
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.iter().map(|o| o.0).collect()
    }
}

/// Redis' volatile-ttl without sampling, over a cache that notices at a request that the object expired. The oldest
/// object is first.
pub(super) struct Ttl {
    capacity: usize,
    residents: Vec<(ObjId, Time)>,
}

impl Ttl {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, residents: Vec::new() }
    }
}

impl Model for Ttl {
    fn request(&mut self, Request { id, now, expiry, .. }: Request) -> bool {
        self.residents.retain(|o| o.0 != id || o.1 > now);
        if self.residents.iter().any(|o| o.0 == id) {
            return true;
        }
        evict_least(&mut self.residents, self.capacity, |o| o.1);
        self.residents.push((id, expiry));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.iter().map(|o| o.0).collect()
    }
}
