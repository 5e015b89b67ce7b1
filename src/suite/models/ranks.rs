//! Policies that order their residents by a number: the object with the least is found by looking at all.

use super::{Model, Request, agree, compare, queues};
use crate::harness::{property, strings};
use crate::models::{Case, Residents};
use evictlab::core::ObjId;
use proptest::prelude::*;

/// A resident, with what a rule keeps of it.
#[derive(Debug, Clone)]
struct Held<S> {
    id: ObjId,
    state: S,
    last_use: u64,
}

/// What makes one resident leave before another.
trait Rule {
    type State: Clone;
    /// What is kept of an object that comes in.
    fn enter(&mut self, id: ObjId, now: u64) -> Self::State;
    /// It was used.
    fn touch(&mut self, state: &mut Self::State, now: u64);
    /// Does `a` leave before `b`? Where neither does, the one that was not used for longer goes.
    fn sooner(&self, a: &Self::State, b: &Self::State, now: u64) -> bool;
    /// It left.
    fn left(&mut self, _id: ObjId, _state: &Self::State) {}
    /// What it takes of the capacity.
    fn size(&self, _id: ObjId) -> u64 {
        1
    }
}

struct Scan<R: Rule> {
    rule: R,
    capacity: u64,
    held: Vec<Held<R::State>>,
    now: u64,
}

impl<R: Rule> Scan<R> {
    fn new(capacity: usize, rule: R) -> Self {
        Self { rule, capacity: capacity as u64, held: Vec::new(), now: 0 }
    }

    fn used(&self) -> u64 {
        self.held.iter().map(|held| self.rule.size(held.id)).sum()
    }

    fn evict(&mut self) {
        let (mut worst, now) = (0, self.now);
        for i in 1..self.held.len() {
            let (a, b) = (&self.held[i], &self.held[worst]);
            let (sooner, later) =
                (self.rule.sooner(&a.state, &b.state, now), self.rule.sooner(&b.state, &a.state, now));
            if sooner || !later && a.last_use < b.last_use {
                worst = i;
            }
        }
        let gone = self.held.remove(worst);
        self.rule.left(gone.id, &gone.state);
    }
}

impl<R: Rule> Model for Scan<R> {
    fn request(&mut self, request: Request) -> bool {
        let size = self.rule.size(request.id);
        let hit = self.held.iter().position(|held| held.id == request.id);
        if let Some(i) = hit {
            self.now += 1;
            self.rule.touch(&mut self.held[i].state, self.now);
            self.held[i].last_use = self.now;
        } else if size <= self.capacity {
            while self.used() + size > self.capacity {
                self.evict();
            }
            self.now += 1;
            let state = self.rule.enter(request.id, self.now);
            self.held.push(Held { id: request.id, state, last_use: self.now });
        }
        hit.is_some()
    }

    fn residents(&self) -> Vec<ObjId> {
        self.held.iter().map(|held| held.id).collect()
    }
}

struct Largest(Vec<u32>);
impl Rule for Largest {
    type State = u64;
    fn enter(&mut self, id: ObjId, _: u64) -> u64 {
        self.size(id)
    }
    fn touch(&mut self, _: &mut u64, _: u64) {}
    fn sooner(&self, a: &u64, b: &u64, _: u64) -> bool {
        a > b
    }
    fn size(&self, id: ObjId) -> u64 {
        self.0.get(id as usize).copied().map_or(1, u64::from)
    }
}

/// GreedyDual as Young and the paper state it: the worth of whoever leaves is taken from all the others. Worths are whole
/// numbers here: 840 / size for sizes that divide it.
struct Deflating {
    sizes: Vec<u32>,
    paid: u64,
}
impl Rule for Deflating {
    /// The worth before what was paid since.
    type State = (u64, u64);
    fn enter(&mut self, id: ObjId, _: u64) -> (u64, u64) {
        (self.paid + 840 / self.size(id), self.size(id))
    }
    fn touch(&mut self, state: &mut (u64, u64), _: u64) {
        state.0 = self.paid + 840 / state.1;
    }
    fn sooner(&self, a: &(u64, u64), b: &(u64, u64), _: u64) -> bool {
        a.0 - self.paid < b.0 - self.paid
    }
    fn left(&mut self, _: ObjId, state: &(u64, u64)) {
        self.paid = state.0;
    }
    fn size(&self, id: ObjId) -> u64 {
        self.sizes.get(id as usize).copied().map_or(1, u64::from)
    }
}

struct MostFrequent;
impl Rule for MostFrequent {
    type State = u64;
    fn enter(&mut self, _: ObjId, _: u64) -> u64 {
        1
    }
    fn touch(&mut self, count: &mut u64, _: u64) {
        *count += 1;
    }
    fn sooner(&self, a: &u64, b: &u64, _: u64) -> bool {
        a > b
    }
}

/// Frequency, and key.
struct Aging(u64);
impl Rule for Aging {
    type State = (u64, u64);
    fn enter(&mut self, _: ObjId, _: u64) -> (u64, u64) {
        (1, self.0 + 1)
    }
    fn touch(&mut self, state: &mut (u64, u64), _: u64) {
        *state = (state.0 + 1, self.0 + state.0 + 1);
    }
    fn sooner(&self, a: &(u64, u64), b: &(u64, u64), _: u64) -> bool {
        a.1 < b.1
    }
    fn left(&mut self, _: ObjId, state: &(u64, u64)) {
        self.0 = state.1;
    }
}

/// The sum of the definition, over the times of all uses but those that were followed too soon.
struct Crf(f64, u64);
impl Rule for Crf {
    type State = Vec<u64>;
    fn enter(&mut self, _: ObjId, now: u64) -> Vec<u64> {
        vec![now]
    }
    fn touch(&mut self, uses: &mut Vec<u64>, now: u64) {
        uses.push(now);
    }
    fn sooner(&self, a: &Vec<u64>, b: &Vec<u64>, now: u64) -> bool {
        let counts = |uses: &[u64], i: usize| uses.get(i + 1).is_none_or(|next| next - uses[i] > self.1);
        let worth = |at: u64| libm::exp2(-self.0 * (now - at) as f64);
        let crf = |uses: &[u64]| (0..uses.len()).filter(|&i| counts(uses, i)).map(|i| worth(uses[i])).sum::<f64>();
        crf(a) < crf(b)
    }
}

/// The pseudo-code of the paper: HIST and LAST, for ever. LAST may lag behind the last use of a group only in name.
struct History {
    k: usize,
    correlated: u64,
    /// By object: HIST(1..=k), 0 = never; LAST.
    all: Vec<(Vec<u64>, u64)>,
}
impl Rule for History {
    type State = ObjId;
    fn enter(&mut self, id: ObjId, now: u64) -> ObjId {
        while self.all.len() <= id as usize {
            self.all.push((vec![0; self.k], 0));
        }
        let (hist, last) = &mut self.all[id as usize];
        hist.insert(0, now);
        hist.pop();
        *last = now;
        id
    }
    fn touch(&mut self, id: &mut ObjId, now: u64) {
        let (hist, last) = &mut self.all[*id as usize];
        if now - *last > self.correlated {
            let period = *last - hist[0];
            hist.insert(0, now);
            hist.pop();
            hist.iter_mut().skip(1).filter(|time| **time > 0).for_each(|time| *time += period);
        }
        *last = now;
    }
    fn sooner(&self, &a: &ObjId, &b: &ObjId, now: u64) -> bool {
        let key = |id: ObjId| {
            let (hist, last) = &self.all[id as usize];
            let recent = now + 1 - last <= self.correlated;
            (recent, if recent { 0 } else { hist[self.k - 1] }, *last)
        };
        key(a) < key(b)
    }
}

fn with_sizes<M: Model>(spec: &str, sizes: &[u32], model: impl Fn(usize, Vec<u32>) -> M) {
    let drawn = prop::collection::vec(prop::sample::select(sizes.to_vec()), 40);
    property(2000, &(1..=80usize, strings(), drawn), |(capacity, keys, sizes)| {
        let case = Case { spec, capacity, keys: &keys, ttls: None, sizes: Some(&sizes), residents: Residents::All };
        compare(case, &mut model(capacity, sizes.clone()))
    });
}

#[test]
fn size() {
    agree("size", |capacity, _| queues::Lru::new(capacity));
    with_sizes("size", &[0, 1, 2, 3, 5, 8, 30], |capacity, sizes| Scan::new(capacity, Largest(sizes)));
}

#[test]
fn greedy_dual() {
    agree("greedy-dual", |capacity, _| queues::Lru::new(capacity));
    // 1/size is exact for powers of two, so that ties are ties on both sides.
    with_sizes("greedy-dual", &[1, 2, 4, 8], |capacity, sizes| Scan::new(capacity, Deflating { sizes, paid: 0 }));
}

#[test]
fn mfu() {
    agree("mfu", |capacity, _| Scan::new(capacity, MostFrequent));
}

#[test]
fn lfu_da() {
    agree("lfu-da", |capacity, _| Scan::new(capacity, Aging(0)));
}

#[test]
fn lrfu() {
    agree("lrfu:lambda=0.25", |capacity, _| Scan::new(capacity, Crf(0.25, 0)));
    agree("lrfu:lambda=0.25,correlated=2", |capacity, _| Scan::new(capacity, Crf(0.25, 2)));
    agree("lrfu:lambda=1", |capacity, _| queues::Lru::new(capacity));
    agree("lrfu:lambda=0", |capacity, _| super::counts::Lfu::new(capacity, false));
}

#[test]
fn lru_k() {
    for (spec, k, correlated) in [
        ("lru-k", 2, 0),
        ("lru-k:k=1", 1, 0),
        ("lru-k:k=3", 3, 0),
        ("lru-k:correlated=2", 2, 2),
        ("lru-k:k=3,correlated=5", 3, 5),
    ] {
        agree(spec, |capacity, _| Scan::new(capacity, History { k, correlated, all: Vec::new() }));
    }
    agree("lru-k:k=1", |capacity, _| queues::Lru::new(capacity));
}

#[test]
fn mru() {
    struct Newest;
    impl Rule for Newest {
        type State = u64;
        fn enter(&mut self, _: ObjId, now: u64) -> u64 {
            now
        }
        fn touch(&mut self, last: &mut u64, now: u64) {
            *last = now;
        }
        fn sooner(&self, a: &u64, b: &u64, _: u64) -> bool {
            a > b
        }
    }
    agree("mru", |capacity, _| Scan::new(capacity, Newest));
}

#[test]
fn infinite() {
    agree("infinite", |_, objects| Scan::new(objects, MostFrequent));
}
