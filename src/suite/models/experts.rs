//! `LeCaR` and CACHEUS, with the library's random numbers as the dice.

use super::{Model, Request, agree, take};
use evictlab::core::rng::{self, Rng};
use evictlab::core::{ObjId, SECOND};
use std::collections::BTreeMap;

/// A resident or a ghost.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    uses: u32,
    last_use: u64,
    /// The request at which it left.
    left: u64,
    new: bool,
    demoted: bool,
}

/// Two weights that add up to 1, and the next throw of the dice.
struct Weights {
    lru: f64,
    lfu: f64,
    rng: Rng,
    dice: f64,
}

impl Weights {
    fn new(stream: &str) -> Self {
        let mut rng = rng::rng(42, stream);
        let dice = rng::unit(&mut rng);
        Self { lru: 0.5, lfu: 0.5, rng, dice }
    }

    /// 0 for LRU, 1 for LFU.
    fn choose(&mut self) -> usize {
        let dice = std::mem::replace(&mut self.dice, rng::unit(&mut self.rng));
        usize::from(dice >= self.lru)
    }

    fn normalise(&mut self) {
        self.lru = (self.lru / (self.lru + self.lfu)).clamp(0.01, 0.99);
        self.lfu = 1.0 - self.lru;
    }
}

/// Vietri et al. 2018, algorithms 1 and 2.
struct Lecar {
    capacity: usize,
    discount: f64,
    remember: bool,
    /// The oldest first.
    cache: Vec<ObjId>,
    histories: [Vec<ObjId>; 2],
    known: BTreeMap<ObjId, Known>,
    weights: Weights,
}

impl Lecar {
    fn new(capacity: usize, objects: usize, remember: bool) -> Self {
        let discount = libm::pow(0.005, 1.0 / capacity.min(objects) as f64);
        let (histories, known) = (<[Vec<ObjId>; 2]>::default(), BTreeMap::new());
        Self { capacity, discount, remember, cache: Vec::new(), histories, known, weights: Weights::new("lecar") }
    }

    fn least_used(&self) -> ObjId {
        *self.cache.iter().min_by_key(|id| (self.known[id].uses, self.known[id].last_use)).unwrap()
    }
}

impl Model for Lecar {
    fn request(&mut self, Request { id, now, .. }: Request) -> bool {
        let index = now / SECOND;
        if take(&mut self.cache, id) {
            self.cache.push(id);
            let known = self.known.get_mut(&id).unwrap();
            known.uses += 1;
            known.last_use = index;
            return true;
        }
        let mut uses = 0;
        let old = self.known.get(&id).copied().unwrap_or_default();
        let gain = libm::exp(0.45 * libm::pow(self.discount, (index - old.left) as f64));
        if take(&mut self.histories[0], id) {
            self.weights.lfu *= gain;
            uses = old.uses;
        } else if take(&mut self.histories[1], id) {
            self.weights.lru *= gain;
            uses = old.uses;
        }
        self.weights.normalise();
        if self.cache.len() == self.capacity {
            let expert = self.weights.choose();
            let both = [self.cache[0], self.least_used()];
            let victim = both[expert];
            take(&mut self.cache, victim);
            if both[0] != both[1] {
                if self.histories[expert].len() == self.capacity {
                    self.histories[expert].remove(0);
                }
                self.histories[expert].push(victim);
            }
            self.known.get_mut(&victim).unwrap().left = index;
        }
        self.cache.push(id);
        let uses = if self.remember { uses } else { 0 } + 1;
        self.known.insert(id, Known { uses, last_use: index, ..Known::default() });
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.cache.clone()
    }
}

/// Rodriguez et al. 2021.
struct Cacheus {
    capacity: usize,
    period: u64,
    /// SR and R, the oldest first, and the size that R may have.
    scan: Vec<ObjId>,
    reused: Vec<ObjId>,
    most_reused: usize,
    histories: [Vec<ObjId>; 2],
    known: BTreeMap<ObjId, Known>,
    weights: Weights,
    requests: u64,
    hits: u64,
    hit_ratios: [f64; 2],
    /// The learning rate, now and in the period before.
    rates: [f64; 2],
    unlearned: u32,
}

impl Cacheus {
    fn new(capacity: usize, objects: usize) -> Self {
        let period = capacity.min(objects) as u64;
        let rate = (2.0 * 2f64.ln() / period as f64).sqrt().clamp(1e-3, 1.0);
        Self {
            capacity,
            period,
            scan: Vec::new(),
            reused: Vec::new(),
            most_reused: capacity - (capacity / 100).max(1),
            histories: <[Vec<ObjId>; 2]>::default(),
            known: BTreeMap::new(),
            weights: Weights::new("cacheus"),
            requests: 0,
            hits: 0,
            hit_ratios: [0.0; 2],
            rates: [rate, 0.0],
            unlearned: 0,
        }
    }

    fn update_learning_rate(&mut self) {
        self.hit_ratios = [self.hits as f64 / self.period as f64, self.hit_ratios[0]];
        self.hits = 0;
        let better = self.hit_ratios[0] - self.hit_ratios[1];
        let change = self.rates[0] - self.rates[1];
        let mut rate = self.rates[0];
        if change == 0.0 {
            if self.hit_ratios[0] == 0.0 || better <= 0.0 {
                self.unlearned += 1;
                if self.unlearned == 10 {
                    self.unlearned = 0;
                    rate = 1e-3 + rng::unit(&mut self.weights.rng) * (1.0 - 1e-3);
                }
            }
        } else {
            self.unlearned = 0;
            let same_way = better > 0.0 && change > 0.0 || better < 0.0 && change < 0.0;
            let by = (rate * change).abs();
            rate = if same_way { rate + by } else { rate - by }.clamp(1e-3, 1.0);
        }
        self.rates = [rate, self.rates[0]];
    }

    fn count(&self, list: &[ObjId], which: impl Fn(&Known) -> bool) -> f64 {
        list.iter().filter(|id| which(&self.known[id])).count() as f64
    }

    fn new_ghosts(&self) -> f64 {
        self.count(&self.histories[0], |k| k.new)
    }

    fn demoted(&self) -> f64 {
        self.count(&self.scan, |k| k.demoted)
    }

    /// Puts an object into R, which demotes what it has no more room for.
    fn promote(&mut self, id: ObjId) {
        self.reused.push(id);
        while self.reused.len() > self.most_reused {
            let demoted = self.reused.remove(0);
            self.scan.push(demoted);
            self.known.get_mut(&demoted).unwrap().demoted = true;
        }
    }

    fn hit(&mut self, id: ObjId, index: u64) -> bool {
        if take(&mut self.reused, id) {
            self.reused.push(id);
        } else if self.scan.contains(&id) {
            if self.known[&id].demoted {
                let step = (self.new_ghosts() / self.demoted()).round().max(1.0) as usize;
                self.most_reused = (self.most_reused + step).min(self.capacity - 1);
            }
            take(&mut self.scan, id);
            let known = self.known.get_mut(&id).unwrap();
            (known.new, known.demoted) = (false, false);
            self.promote(id);
        } else {
            return false;
        }
        let known = self.known.get_mut(&id).unwrap();
        known.uses += 1;
        known.last_use = index;
        true
    }

    fn evict(&mut self) {
        let recency = *self.scan.first().unwrap_or_else(|| &self.reused[0]);
        let residents = self.residents();
        let frequency =
            *residents.iter().min_by_key(|id| (self.known[id].uses, u64::MAX - self.known[id].last_use)).unwrap();
        let expert = self.weights.choose();
        let victim = [recency, frequency][expert];
        let _ = take(&mut self.scan, victim) || take(&mut self.reused, victim);
        self.known.get_mut(&victim).unwrap().demoted = false;
        if recency != frequency {
            self.histories[expert].push(victim);
            if self.histories[expert].len() > self.capacity / 2 {
                self.histories[expert].remove(0);
            }
        }
    }
}

impl Model for Cacheus {
    fn request(&mut self, Request { id, now, .. }: Request) -> bool {
        let index = now / SECOND;
        self.requests += 1;
        let resident = self.scan.contains(&id) || self.reused.contains(&id);
        self.hits += u64::from(resident);
        if self.requests.is_multiple_of(self.period) {
            self.update_learning_rate();
        }
        if self.hit(id, index) {
            return true;
        }
        let factor = libm::exp(-self.rates[0]);
        let mut uses = 0;
        if take(&mut self.histories[0], id) {
            uses = self.known[&id].uses;
            if self.known[&id].new {
                let step = (self.demoted() / self.new_ghosts().max(1.0)).round().max(1.0) as usize;
                self.most_reused = self.most_reused.saturating_sub(step).max(1.min(self.capacity - 1));
            }
            self.weights.lru *= factor;
        } else if take(&mut self.histories[1], id) {
            uses = self.known[&id].uses;
            self.weights.lfu *= factor;
        }
        self.weights.normalise();
        if self.scan.len() + self.reused.len() == self.capacity {
            self.evict();
        }
        self.known.insert(id, Known { uses: uses + 1, last_use: index, new: uses == 0, ..Known::default() });
        if uses == 0 {
            self.scan.push(id);
        } else {
            self.promote(id);
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        [&self.scan[..], &self.reused[..]].concat()
    }
}

#[test]
fn lecar() {
    agree("lecar", |capacity, objects| Lecar::new(capacity, objects, true));
    agree("lecar:remember=false", |capacity, objects| Lecar::new(capacity, objects, false));
}

#[test]
fn cacheus() {
    agree("cacheus", Cacheus::new);
}
