//! MQ, TuQ, DClock, and the two that try new objects in a small queue: QD-LP and Clock2Q+. Queues run from the oldest on.

use super::{Model, Request, agree, quota, take};
use evictlab::core::ObjId;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
struct Block {
    reference: u32,
    expire: u64,
}

/// Zhou, Philbin and Li 2001: their pseudo-code, with a life time that is given.
struct Mq {
    capacity: usize,
    life_time: u64,
    out: usize,
    now: u64,
    queues: Vec<Vec<ObjId>>,
    qout: Vec<ObjId>,
    blocks: BTreeMap<ObjId, Block>,
}

impl Mq {
    fn new(capacity: usize, queues: usize, out: usize, life_time: u64) -> Self {
        let queues = vec![Vec::new(); queues];
        Self { capacity, life_time, out: out * capacity, now: 0, queues, qout: Vec::new(), blocks: BTreeMap::new() }
    }

    fn evict_block(&mut self) {
        let queue = self.queues.iter_mut().find(|queue| !queue.is_empty()).unwrap();
        let victim = queue.remove(0);
        if self.out == 0 {
            return;
        }
        if self.qout.len() == self.out {
            self.qout.remove(0);
        }
        self.qout.push(victim);
    }

    fn adjust(&mut self) {
        self.now += 1;
        for k in 1..self.queues.len() {
            if let Some(&head) = self.queues[k].first()
                && self.blocks[&head].expire < self.now
            {
                self.queues[k].remove(0);
                self.queues[k - 1].push(head);
                self.blocks.get_mut(&head).unwrap().expire = self.now + self.life_time;
            }
        }
    }
}

impl Model for Mq {
    fn request(&mut self, Request { id: b, .. }: Request) -> bool {
        let hit = self.queues.iter_mut().any(|queue| take(queue, b));
        if !hit {
            if self.residents().len() == self.capacity {
                self.evict_block();
            }
            if !take(&mut self.qout, b) {
                self.blocks.insert(b, Block { reference: 0, expire: 0 });
            }
        }
        let block = self.blocks.get_mut(&b).unwrap();
        block.reference += 1;
        block.expire = self.now + self.life_time;
        let k = (f64::from(block.reference).log2() as usize).min(self.queues.len() - 1);
        self.queues[k].push(b);
        self.adjust();
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        self.queues.concat()
    }
}

/// Unangst 2014.
struct TuQ {
    capacity: usize,
    quota: usize,
    hot: Vec<ObjId>,
    warm: Vec<ObjId>,
    cold: Vec<ObjId>,
}

impl TuQ {
    fn new(capacity: usize) -> Self {
        let quota = (capacity as f64 * 0.33) as usize;
        Self { capacity, quota, hot: Vec::new(), warm: Vec::new(), cold: Vec::new() }
    }
}

impl Model for TuQ {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if take(&mut self.hot, id) {
            self.hot.push(id);
            return true;
        }
        if take(&mut self.warm, id) {
            self.warm.push(id);
            return true;
        }
        let hit = take(&mut self.cold, id);
        if !hit && self.residents().len() == self.capacity {
            let from = [&mut self.cold, &mut self.hot, &mut self.warm].into_iter().find(|list| !list.is_empty());
            from.unwrap().remove(0);
        }
        let to = if hit { &mut self.warm } else { &mut self.hot };
        to.push(id);
        if to.len() > self.quota {
            self.cold.push(to.remove(0));
        }
        hit
    }

    fn residents(&self) -> Vec<ObjId> {
        [&self.hot[..], &self.warm[..], &self.cold[..]].concat()
    }
}

/// Weiner 2013.
struct Dclock {
    capacity: usize,
    /// Evictions and activations so far.
    age: usize,
    inactive: Vec<(ObjId, bool)>,
    active: Vec<(ObjId, bool)>,
    /// With the age when they left.
    shadows: Vec<(ObjId, usize)>,
}

impl Dclock {
    fn new(capacity: usize) -> Self {
        Self { capacity, age: 0, inactive: Vec::new(), active: Vec::new(), shadows: Vec::new() }
    }

    fn reclaim(&mut self) {
        while self.active.len() > self.capacity / 2 {
            let page = self.active.remove(0);
            self.inactive.push(page);
        }
        let page = if self.inactive.is_empty() { self.active.remove(0) } else { self.inactive.remove(0) };
        self.age += 1;
        self.shadows.push((page.0, self.age));
        if self.shadows.len() > self.capacity {
            self.shadows.remove(0);
        }
    }
}

impl Model for Dclock {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(page) = self.active.iter_mut().find(|page| page.0 == id) {
            page.1 = true;
            return true;
        }
        if let Some(at) = self.inactive.iter().position(|page| page.0 == id) {
            if self.inactive[at].1 {
                self.inactive.remove(at);
                self.active.push((id, false));
                self.age += 1;
            } else {
                self.inactive[at].1 = true;
            }
            return true;
        }
        if self.residents().len() == self.capacity {
            self.reclaim();
        }
        let shadow = self.shadows.iter().position(|shadow| shadow.0 == id).map(|at| self.shadows.remove(at));
        if shadow.is_some_and(|(_, left)| self.age - left <= self.active.len()) {
            self.active.push((id, true));
            self.age += 1;
        } else {
            self.inactive.push((id, true));
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.inactive.iter().chain(&self.active).map(|page| page.0).collect()
    }
}

#[derive(PartialEq)]
enum Fill {
    Small,
    Main,
    Both,
}

/// Yang et al. 2023 (HotOS); with a window and one bit, Zhai et al. 2025.
struct Trial {
    capacity: usize,
    small_quota: usize,
    /// Uses of so many of the newest of the small queue do not count.
    window: usize,
    ghosts: usize,
    most: u32,
    fill: Fill,
    filling: bool,
    small: Vec<(ObjId, u32)>,
    main: Vec<(ObjId, u32)>,
    ghost: Vec<ObjId>,
}

impl Trial {
    fn new(capacity: usize, window: f64, ghosts: f64, most: u32, fill: Fill) -> Self {
        let small_quota = quota(capacity, 0.1);
        Self {
            capacity,
            small_quota,
            window: (small_quota as f64 * window).ceil() as usize,
            ghosts: (capacity as f64 * ghosts) as usize,
            most,
            fill,
            filling: true,
            small: Vec::new(),
            main: Vec::new(),
            ghost: Vec::new(),
        }
    }

    /// Frees one of the clock's.
    fn turn(&mut self) {
        loop {
            let (id, uses) = self.main.remove(0);
            if uses == 0 {
                return;
            }
            self.main.push((id, uses - 1));
        }
    }

    /// Frees one of the small queue's, or one of the clock's for those that go on to it; if none must leave there, none.
    fn demote(&mut self) {
        let (id, uses) = self.small.remove(0);
        if uses == 0 {
            self.ghost.push(id);
            return;
        }
        self.main.push((id, 0));
        if self.main.len() > self.capacity - self.small_quota {
            self.turn();
        }
    }
}

impl Model for Trial {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(o) = self.main.iter_mut().find(|o| o.0 == id) {
            o.1 = (o.1 + 1).min(self.most);
            return true;
        }
        if let Some(at) = self.small.iter().position(|o| o.0 == id) {
            if at + self.window < self.small.len() {
                self.small[at].1 = (self.small[at].1 + 1).min(self.most);
            }
            return true;
        }
        let returns = take(&mut self.ghost, id);
        while self.small.len() + self.main.len() == self.capacity {
            self.filling = false;
            let main_full = self.main.len() >= self.capacity - self.small_quota;
            let small_full = self.small.len() >= self.small_quota;
            if (returns && main_full || !returns && !small_full || self.small.is_empty()) && !self.main.is_empty() {
                self.turn();
            } else {
                self.demote();
            }
        }
        while self.ghost.len() > self.ghosts {
            self.ghost.remove(0);
        }
        let small_full = self.small.len() >= self.small_quota;
        let fills_main = self.fill == Fill::Main || self.fill == Fill::Both && small_full;
        if returns || self.filling && fills_main { &mut self.main } else { &mut self.small }.push((id, 0));
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.small.iter().chain(&self.main).map(|o| o.0).collect()
    }
}

#[test]
fn multi_queue() {
    for (queues, out, life_time) in [(8, 4, 100), (8, 4, 7), (3, 1, 20), (8, 0, 1), (1, 2, 5)] {
        agree(&format!("multi-queue:queues={queues},out={out},lifetime={life_time}"), |capacity, _| {
            Mq::new(capacity, queues, out, life_time)
        });
    }
}

#[test]
fn tu_q() {
    agree("tu-q", |capacity, _| TuQ::new(capacity));
}

#[test]
fn dclock() {
    agree("dclock", |capacity, _| Dclock::new(capacity));
}

#[test]
fn qd_lp() {
    agree("qd-lp", |capacity, _| Trial::new(capacity, 0.0, 0.9, 3, Fill::Small));
}

#[test]
fn clock2q_plus() {
    agree("clock2q-plus", |capacity, _| Trial::new(capacity, 0.5, 0.5, 1, Fill::Both));
    agree("clock2q-plus:fill=small,window=0.3", |capacity, _| Trial::new(capacity, 0.3, 0.5, 1, Fill::Small));
    agree("clock2q-plus:fill=main,ghost=0.9", |capacity, _| Trial::new(capacity, 0.5, 0.9, 1, Fill::Main));
}
