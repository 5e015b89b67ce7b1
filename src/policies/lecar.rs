//! LeCaR: two experts, LRU and LFU, of which one by chance says who leaves; whenever an object that one of them gave up is
//! wanted again, the other's weight grows, the more the shorter it was away.
//!
//! # State
//! The residents as an LRU list and as a heap of their counts; for each expert a history of the objects that it gave up;
//! two weights.
//!
//! # Parameters
//! - `rate` = 0.45: learning rate (paper, section 4).
//! - `discount` = 0.005: what a regret is worth after as many requests as objects fit; the paper's discount rate is its N-th
//!   root (paper, section 4).
//! - `history` = 1: length of each history as a multiple of the capacity (paper: as long as the cache).
//! - `remember` = true: does an object keep its count while it is in a history? (practice: the authors' programs do; the
//!   paper's pseudo-code says nothing, and libCacheSim forgets it).
//!
//! # Source
//! G. Vietri, L. V. Rodriguez, W. A. Martinez, S. Lyons, J. Liu, R. Rangaswami, M. Zhao, G. Narasimhan: Driving cache
//! replacement with ML-based LeCaR. USENIX Workshop on Hot Topics in Storage and File Systems, 2018.
//! <https://www.usenix.org/conference/hotstorage18/presentation/vietri>
//!
//! # Departures
//! Weights stay between 0.01 and 0.99, as in the authors' experiments; in the pseudo-code one may vanish and never come
//! back. Where both name the same object, it leaves without a history, as in the authors' programs. LFU breaks ties by age.
//! With byte sizes histories are as long as the capacity in bytes, and N is the number of objects expected to fit.
//!
//! # Weak on
//! Scans: LRU and LFU both take a new object for a good one, or both for a bad one.

use super::parts::experts::{Counts, Experts, FREQUENCY, RECENCY};
use super::parts::quota::{share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Lecar>(Info {
    name: "lecar",
    aliases: &[],
    summary: "LRU or LFU decides by chance; who gave up what is wanted again loses weight",
    family: Family::Learned,
    paper: Paper {
        authors: "G. Vietri, L. V. Rodriguez, W. A. Martinez, S. Lyons, J. Liu, R. Rangaswami, M. Zhao, G. Narasimhan",
        title: "Driving cache replacement with ML-based LeCaR",
        venue: "USENIX Workshop on Hot Topics in Storage and File Systems",
        year: 2018,
        url: "https://www.usenix.org/conference/hotstorage18/presentation/vietri",
    },
    params: &[
        Param { name: "rate", range: "0..10", origin: Origin::Paper, help: "learning rate" },
        Param {
            name: "discount",
            range: "0..1",
            origin: Origin::Paper,
            help: "worth of a regret after as many requests as objects fit",
        },
        Param {
            name: "history",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of each history, multiple of the capacity",
        },
        Param {
            name: "remember",
            range: "true|false",
            origin: Origin::Practice,
            help: "does an object keep its count while it is in a history?",
        },
    ],
    needs: Needs::CHANCE,
    state: State::of(
        lists::WORD_BYTES + Counts::<false>::OBJECT_BYTES,
        lists::LRU_BYTES * 3 / 2 + Counts::<false>::RESIDENT_BYTES,
    )
    .ghosts(Ghosts::Parameter("history"), 2 * lists::SPARSE_QUEUE_BYTES * 3 / 2),
    source: include_str!("lecar.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    rate: f64,
    discount: f64,
    history: f64,
    remember: bool,
}

impl Default for Params {
    fn default() -> Self {
        Self { rate: 0.45, discount: 0.005, history: 1.0, remember: true }
    }
}

/// The list of residents; the history of an expert is the list of its number.
const RESIDENTS: usize = 2;

/// See the module text.
#[derive(Debug)]
pub struct Lecar {
    lists: Lists<3, 0>,
    counts: Counts<false>,
    experts: Experts,
    params: Params,
    /// Objects that fit, per unit of the capacity.
    density: f64,
    capacity: u64,
    /// The object of this miss, if it was in a history.
    returning: Option<ObjId>,
}

impl Lecar {
    /// Whom the expert gives up.
    #[inline(always)]
    fn choice(&mut self, expert: usize) -> Option<ObjId> {
        if expert == RECENCY { self.lists.front(RESIDENTS) } else { self.counts.least() }
    }

    /// The paper's `lambda * d^t`, for an object that left so many requests ago.
    fn gain(&self, away: u64) -> f64 {
        let fit = (self.capacity as f64 * self.density).max(1.0);
        self.params.rate * libm::pow(self.params.discount, away as f64 / fit)
    }

    fn trim(&mut self, history: usize, cx: &Cx<'_>) {
        let quota = share(self.capacity, self.params.history);
        while self.lists.weight(history) > quota && self.lists.pop(history, cx).is_some() {}
    }
}

impl Build for Lecar {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("lecar", "rate", params.rate, 0.0, 10.0)?;
        within("lecar", "discount", params.discount, 0.0, 1.0)?;
        within("lecar", "history", params.history, 0.0, 10.0)?;
        Ok(Self {
            lists: Lists::new(setup.objects),
            counts: Counts::new(setup.objects),
            experts: Experts::new(setup.seed, "lecar"),
            params: *params,
            density: setup.density(),
            capacity: setup.capacity,
            returning: None,
        })
    }
}

impl Policy for Lecar {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident {
            self.lists.renew(RESIDENTS, id);
            self.counts.used(id);
        }
        resident
    }

    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.returning = None;
        if let Some(expert @ (RECENCY | FREQUENCY)) = self.lists.list_of(id) {
            self.experts.regret(expert, self.gain(cx.index.saturating_sub(self.counts.left(id))));
            self.lists.remove(id, cx);
            self.returning = Some(id);
        }
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let expert = self.experts.chosen();
        let Some(id) = self.choice(expert) else { return Verdict::Refuse };
        let blameless = self.choice(1 - expert) == Some(id);
        self.experts.decided();
        self.counts.leave(id, cx.index);
        if blameless {
            self.lists.remove(id, cx);
        } else {
            self.lists.push(expert, id, cx);
            self.trim(expert, cx);
        }
        out.push(id);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let remembered = (self.returning.take() == Some(id) || self.lists.contains(id)) && self.params.remember;
        self.counts.enter(id, if remembered { self.counts.count(id) } else { 0 });
        self.lists.push(RESIDENTS, id, cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.counts.leave(id, 0);
        self.lists.remove(id, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.is_in(id, RESIDENTS)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.choice(self.experts.chosen())
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.lists.resized(id, old, cx);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
        self.counts.preload(id);
    }

    fn check(&self) -> Result<(), String> {
        self.lists.check()?;
        self.counts.check(self.lists.len(RESIDENTS))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{Fed, check};
    use super::*;

    #[test]
    fn walk_through() {
        // Whatever chance says, both experts agree: a is the most used and the last used of two.
        check("lecar", 2, "b a a c a d", "m m h m-b h m-c");
    }

    fn lecar_of(objects: usize, capacity: u64) -> Lecar {
        let setup = Setup { objects, capacity, expected: capacity as usize, seed: 7, bytes: false };
        Lecar::build(&Params::default(), &setup).unwrap()
    }

    #[test]
    fn a_regret_fades_with_time() {
        let mut cache = lecar_of(100, 10);
        // 0.45 at once, and 0.45 times 0.005 after ten requests.
        assert!((cache.gain(0) - 0.45).abs() < 1e-15 && (cache.gain(10) - 0.45 * 0.005).abs() < 1e-15);
        cache.set_capacity(20);
        assert!((cache.gain(20) - 0.45 * 0.005).abs() < 1e-15);
    }

    #[test]
    fn recency_wins_where_it_never_errs() {
        // Each object is used again after at most six others, and then never more: LRU with room for ten gives up none of them.
        let mut cache = Fed::new(lecar_of(700, 10), 10);
        let ids = (0..600u32).flat_map(|s| [s, s.wrapping_sub(2), s.wrapping_sub(4)]).filter(|&id| id < 600);
        let mut before = 0.0;
        for id in ids {
            cache.request([id]);
            let weight = cache.policy.experts.weight(RECENCY);
            assert!(weight >= before - 1e-12, "{weight} after {before}");
            before = weight;
        }
        assert!(before > 0.9, "{before}");
    }

    #[test]
    fn frequency_wins_where_what_is_popular_waits_longest() {
        // Thirty popular objects, and three that never come again between any two of them: LRU gives up the next to be
        // asked for.
        let mut cache = Fed::new(lecar_of(2000, 40), 40);
        let popular = (0..300).map(|i| i % 30);
        let mixed = (0..400).flat_map(|i| [i % 30, 100 + 3 * i, 101 + 3 * i, 102 + 3 * i]);
        cache.request(popular.chain(mixed));
        let weight = cache.policy.experts.weight(FREQUENCY);
        assert!(weight > 0.6, "{weight}");
    }
}
