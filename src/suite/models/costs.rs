//! CAMP, Middleware 2014, and GD-Wheel, `EuroSys` 2015, with cost 1 and sizes.

use super::{Case, Model, Request, Residents, agree, compare};
use crate::harness::{property, strings};
use evictlab::core::ObjId;
use proptest::prelude::*;

/// Sizes, and their ratios to the largest that was used so far.
struct Sizes {
    capacity: u64,
    /// By object; all objects not in it have size 1.
    by_object: Vec<u32>,
    largest: u64,
}

impl Sizes {
    fn new(capacity: usize, sizes: &[u32]) -> Self {
        Self { capacity: capacity as u64, by_object: sizes.to_vec(), largest: 1 }
    }

    fn size(&self, id: ObjId) -> u64 {
        u64::from(self.by_object.get(id as usize).copied().unwrap_or(1))
    }

    fn ratio(&mut self, id: ObjId) -> u64 {
        let size = self.size(id).max(1);
        self.largest = self.largest.max(size);
        (self.largest as f64 / size as f64).round() as u64
    }

    fn fit(&self, residents: &[ObjId], incoming: ObjId) -> bool {
        residents.iter().map(|&id| self.size(id)).sum::<u64>() + self.size(incoming) <= self.capacity
    }
}

struct Camp {
    sizes: Sizes,
    precision: u32,
    floor: u64,
    /// Object, priority and rounded ratio, the least recently used first.
    residents: Vec<(ObjId, u64, u64)>,
}

impl Camp {
    fn new(capacity: usize, sizes: &[u32], precision: u32) -> Self {
        Self { sizes: Sizes::new(capacity, sizes), precision, floor: 0, residents: Vec::new() }
    }

    /// Zeroes all bits but the highest ones.
    fn rounded(&self, ratio: u64) -> u64 {
        let highest = ratio.ilog2();
        (0..=highest).rev().take(self.precision as usize).map(|bit| ratio & 1 << bit).sum()
    }
}

impl Camp {
    /// Takes one out; the least priority of the others is the floor.
    fn remove(&mut self, at: usize) {
        self.residents.remove(at);
        self.floor = self.residents.iter().map(|o| o.1).min().unwrap_or(self.floor);
    }
}

impl Model for Camp {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        let hit = self.residents.iter().position(|o| o.0 == id).map(|at| self.remove(at)).is_some();
        if self.sizes.size(id) > self.sizes.capacity {
            return false;
        }
        while !self.sizes.fit(&self.residents(), id) {
            let least = (0..self.residents.len()).min_by_key(|&i| (self.residents[i].1, self.residents[i].2)).unwrap();
            self.remove(least);
        }
        let ratio = self.sizes.ratio(id);
        let rounded = self.rounded(ratio);
        self.residents.push((id, self.floor + rounded, rounded));
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.residents.iter().map(|o| o.0).collect()
    }
}

struct GdWheel {
    sizes: Sizes,
    queues: u64,
    /// Wheels of slots of objects with their priorities, the oldest first.
    wheels: Vec<Vec<Vec<(ObjId, u64)>>>,
    hand: u64,
}

impl GdWheel {
    fn new(capacity: usize, sizes: &[u32], queues: u64, wheels: usize) -> Self {
        let wheels = vec![vec![Vec::new(); queues as usize]; wheels];
        Self { sizes: Sizes::new(capacity, sizes), queues, wheels, hand: 0 }
    }

    fn put(&mut self, id: ObjId, priority: u64) {
        let mut wheel = 0;
        while priority - self.hand >= self.queues.pow(wheel as u32 + 1) {
            wheel += 1;
        }
        let slot = priority / self.queues.pow(wheel as u32) % self.queues;
        self.wheels[wheel][slot as usize].push((id, priority));
    }

    fn take(&mut self, id: ObjId) -> bool {
        let before = self.residents().len();
        self.wheels.iter_mut().flatten().for_each(|slot| slot.retain(|o| o.0 != id));
        self.residents().len() < before
    }

    /// One priority after the other; at the begin of a round, the next wheel's slot comes down.
    fn evict(&mut self) {
        while self.wheels[0][(self.hand % self.queues) as usize].is_empty() {
            self.hand += 1;
            for wheel in (1..self.wheels.len()).rev() {
                let span = self.queues.pow(wheel as u32);
                if self.hand.is_multiple_of(span) {
                    let slot = std::mem::take(&mut self.wheels[wheel][(self.hand / span % self.queues) as usize]);
                    for (id, priority) in slot {
                        self.put(id, priority);
                    }
                }
            }
        }
        self.wheels[0][(self.hand % self.queues) as usize].remove(0);
    }
}

impl Model for GdWheel {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if self.sizes.size(id) > self.sizes.capacity {
            return false;
        }
        let hit = self.take(id);
        while !self.sizes.fit(&self.residents(), id) {
            self.evict();
        }
        let most = self.queues.pow(self.wheels.len() as u32) - 1;
        let cost = self.sizes.ratio(id).min(most);
        self.put(id, self.hand + cost);
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.wheels.iter().flatten().flatten().map(|o| o.0).collect()
    }
}

/// Agreement over objects of different sizes, some of them 0.
fn agree_on_sizes<M: Model + 'static>(spec: &str, model: impl Fn(usize, &[u32]) -> M) {
    let sizes = prop::collection::vec(0..40u32, 40);
    property(3000, &(1..=120usize, strings(), sizes), |(capacity, keys, sizes)| {
        let case = Case { spec, capacity, keys: &keys, ttls: None, sizes: Some(&sizes), residents: Residents::All };
        compare(case, &mut model(capacity, &sizes))
    });
}

#[test]
fn camp() {
    agree("camp", |capacity, _| Camp::new(capacity, &[], 5));
    for precision in [1, 2, 5, 8] {
        agree_on_sizes(&format!("camp:precision={precision}"), |capacity, sizes| Camp::new(capacity, sizes, precision));
    }
}

#[test]
fn gd_wheel() {
    agree("gd-wheel", |capacity, _| GdWheel::new(capacity, &[], 256, 2));
    for (queues, wheels) in [(16, 2), (2, 4), (4, 2), (3, 3), (5, 1)] {
        agree_on_sizes(&format!("gd-wheel:queues={queues},wheels={wheels}"), |capacity, sizes| {
            GdWheel::new(capacity, sizes, queues, wheels)
        });
    }
}
