//! LRU-MAD: remember every use, and weigh all residents at each eviction.

use super::{Model, Request};
use evictlab::core::{ObjId, Time};
use std::collections::BTreeMap;

/// Atre, Sherry, Wang and Berger 2020, algorithm 1; ties go to the least recently used, so the residents are kept in that
/// order.
pub(super) struct LruMad {
    capacity: usize,
    z: Time,
    residents: Vec<ObjId>,
    /// The times of all uses of each object.
    uses: BTreeMap<ObjId, Vec<Time>>,
}

impl LruMad {
    pub(super) fn new(capacity: usize, z: Time) -> Self {
        Self { capacity, z, residents: Vec::new(), uses: BTreeMap::new() }
    }

    /// The mean over windows of the delay that a fetch at the window's start would have caused, in whole nanoseconds.
    fn aggregate_delay(&self, id: ObjId) -> u128 {
        let mut windows: Vec<Vec<Time>> = Vec::new();
        for &time in &self.uses[&id] {
            match windows.last_mut() {
                Some(window) if time - window[0] <= self.z => window.push(time),
                _ => windows.push(vec![time]),
            }
        }
        let waits = windows.iter().flat_map(|window| window.iter().map(|time| window[0] + self.z - time));
        waits.map(u128::from).sum::<u128>() / windows.len() as u128
    }

    /// Does the first have a lower rank, delay over time since the last use, than the second?
    fn ranks_below(&self, a: ObjId, b: ObjId, now: Time) -> bool {
        let age = |id| u128::from(now - self.uses[&id].last().unwrap());
        self.aggregate_delay(a) * age(b) < self.aggregate_delay(b) * age(a)
    }
}

impl Model for LruMad {
    fn request(&mut self, Request { id, now, .. }: Request) -> bool {
        let hit = super::take(&mut self.residents, id);
        if !hit && self.residents.len() == self.capacity {
            let mut least = 0;
            for i in 1..self.residents.len() {
                if self.ranks_below(self.residents[i], self.residents[least], now) {
                    least = i;
                }
            }
            self.residents.remove(least);
        }
        self.uses.entry(id).or_default().push(now);
        self.residents.push(id);
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.clone()
    }
}
