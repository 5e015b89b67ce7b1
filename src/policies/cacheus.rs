//! CACHEUS: two experts as in `LeCaR`, but an LRU that resists scans and an LFU that resists churn, and a learning rate that
//! is adapted to the hit ratio.
//!
//! # State
//! `SCAN` and `REUSED`: LRU lists of the residents, the first of new objects and of those that the second had no more room
//! for; a heap of the residents' counts; for each expert a history of the objects that it gave up; their weights; the
//! learning rate.
//!
//! # Parameters
//! - `scan` = 0.01: share of the capacity for new objects at first (the authors' experiments); it adapts.
//! - `history` = 0.5: length of each history as a multiple of the capacity (the authors' experiments).
//!
//! # Source
//! L. V. Rodriguez, F. Yusuf, S. Lyons, E. Paz, R. Rangaswami, J. Liu, M. Zhao, G. Narasimhan: Learning cache replacement
//! with CACHEUS. USENIX FAST 2021. <https://www.usenix.org/conference/fast21/presentation/rodriguez>
//!
//! # Departures
//! Weights stay between 0.01 and 0.99, as in the authors' experiments. The learning rate starts at sqrt(2 ln 2 / N), as in
//! their program, which then moves it by a quarter up or down by chance; here it is as in the paper. Objects are new from the
//! beginning, where their program puts what comes before the cache is full among the reused. Where both experts name the
//! same object, it leaves without a history: there is nothing to regret. While the cache is not full, `SCAN` may use the
//! room that `REUSED` does not need. With byte sizes histories and shares are in bytes, a step of the shares is as many
//! bytes as that many objects of the size of the one at hand, and N is the number of objects expected to fit.
//!
//! # Weak on
//! Short traces: the learning rate is judged once in as many requests as objects fit.

use super::parts::experts::{Counts, Experts, FREQUENCY, RECENCY};
use super::parts::learning_rate::Rate;
use super::parts::quota::{part, share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, Weigh, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Cacheus>(Info {
    name: "cacheus",
    aliases: &[],
    summary: "a scan-resistant LRU or a churn-resistant LFU decides by chance; the learning rate adapts",
    family: Family::Learned,
    paper: Paper {
        authors: "L. V. Rodriguez, F. Yusuf, S. Lyons, E. Paz, R. Rangaswami, J. Liu, M. Zhao, G. Narasimhan",
        title: "Learning cache replacement with CACHEUS",
        venue: "USENIX FAST",
        year: 2021,
        url: "https://www.usenix.org/conference/fast21/presentation/rodriguez",
    },
    params: &[
        Param { name: "scan", range: "0..1", origin: Origin::Practice, help: "share for new objects at first" },
        Param {
            name: "history",
            range: "0..10",
            origin: Origin::Practice,
            help: "length of each history, multiple of the capacity",
        },
    ],
    needs: Needs::CHANCE,
    state: State::of(
        lists::WORD_BYTES + Counts::<true>::OBJECT_BYTES,
        lists::SPARSE_QUEUE_BYTES + lists::LRU_BYTES * 3 / 2 + Counts::<true>::RESIDENT_BYTES,
    )
    .ghosts(Ghosts::Parameter("history"), 2 * lists::SPARSE_QUEUE_BYTES * 3 / 2),
    source: include_str!("cacheus.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    scan: f64,
    history: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { scan: 0.01, history: 0.5 }
    }
}

/// The lists of residents; the history of an expert is the list of its number.
const SCAN: usize = 2;
const REUSED: usize = 3;

/// Marks: an object that no history knew when it came; one that `REUSED` had no more room for.
const NEW: u32 = 1;
const DEMOTED: u32 = 2;

/// See the module text.
#[derive(Debug)]
pub struct Cacheus {
    lists: Lists<4, 0>,
    counts: Counts<true>,
    experts: Experts,
    rate: Rate,
    params: Params,
    /// Objects that fit, per unit of the capacity.
    density: f64,
    capacity: u64,
    reused_quota: u64,
    /// Ghosts of the first expert that were new, and residents that were demoted.
    new_ghosts: u64,
    demoted: u64,
    /// The object of this miss, if it was in a history.
    returning: Option<ObjId>,
}

impl Cacheus {
    /// Objects that fit.
    fn fit(&self) -> u64 {
        ((self.capacity as f64 * self.density) as u64).max(1)
    }

    /// Whom the expert gives up.
    #[inline(always)]
    fn choice(&mut self, expert: usize) -> Option<ObjId> {
        if expert == FREQUENCY {
            return self.counts.least();
        }
        self.lists.front(SCAN).or_else(|| self.lists.front(REUSED))
    }

    /// Moves the border between the shares, by so many objects as one kind outnumbers the other.
    fn shift(&mut self, more_reused: bool, cx: &Cx<'_>, id: ObjId) {
        let (most, least) = if more_reused { (self.new_ghosts, self.demoted) } else { (self.demoted, self.new_ghosts) };
        let objects = (most as f64 / least.max(1) as f64 + 0.5).max(1.0) as u64;
        let (size, all) = (cx.weight(id), self.capacity);
        // Either share has room for one object.
        let step = objects.saturating_mul(size);
        let quota =
            if more_reused { self.reused_quota.saturating_add(step) } else { self.reused_quota.saturating_sub(step) };
        let most = all.saturating_sub(size);
        self.reused_quota = quota.clamp(size.min(most), most);
    }

    /// `REUSED` hands down what it has no room for.
    fn demote(&mut self, cx: &Cx<'_>) {
        while self.lists.weight(REUSED) > self.reused_quota
            && let Some(id) = self.lists.pop(REUSED, cx)
        {
            self.lists.push(SCAN, id, cx);
            self.counts.set_mark(id, DEMOTED);
            self.demoted += 1;
        }
    }

    /// Takes the mark off a resident.
    fn unmark(&mut self, id: ObjId) {
        self.demoted -= u64::from(self.counts.mark(id) == DEMOTED);
        self.counts.set_mark(id, 0);
    }

    fn trim(&mut self, history: usize, cx: &Cx<'_>) {
        let quota = share(self.capacity, self.params.history);
        while self.lists.weight(history) > quota
            && let Some(id) = self.lists.pop(history, cx)
        {
            self.new_ghosts -= u64::from(history == RECENCY && self.counts.mark(id) == NEW);
        }
    }
}

impl Build for Cacheus {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("cacheus", "scan", params.scan, 0.0, 1.0)?;
        within("cacheus", "history", params.history, 0.0, 10.0)?;
        Ok(Self {
            lists: Lists::new(setup.objects),
            counts: Counts::new(setup.objects),
            experts: Experts::new(setup.seed, "cacheus"),
            rate: Rate::new(setup.expected.max(1) as u64),
            params: *params,
            density: setup.density(),
            capacity: setup.capacity,
            reused_quota: setup.capacity - part(setup.capacity, params.scan).min(setup.capacity),
            new_ghosts: 0,
            demoted: 0,
            returning: None,
        })
    }
}

impl Policy for Cacheus {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let list = self.lists.list_of(id).filter(|&list| list >= SCAN);
        let period = self.fit();
        self.rate.count(list.is_some(), period, || self.experts.chance());
        let Some(list) = list else { return false };
        self.counts.used(id);
        if list == REUSED {
            self.lists.renew(REUSED, id);
            return true;
        }
        if self.counts.mark(id) == DEMOTED {
            self.shift(true, cx, id);
        }
        self.unmark(id);
        self.lists.push(REUSED, id, cx);
        self.demote(cx);
        true
    }

    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.returning = None;
        if let Some(expert @ (RECENCY | FREQUENCY)) = self.lists.list_of(id) {
            if expert == RECENCY && self.counts.mark(id) == NEW {
                self.new_ghosts -= 1;
                self.shift(false, cx, id);
            }
            self.experts.regret(expert, self.rate.get());
            self.lists.remove(id, cx);
            self.returning = Some(id);
        }
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let expert = self.experts.chosen();
        let (Some(recency), Some(frequency)) = (self.choice(RECENCY), self.choice(FREQUENCY)) else {
            return Verdict::Refuse;
        };
        let id = if expert == RECENCY { recency } else { frequency };
        self.experts.decided();
        self.counts.leave(id, cx.index);
        if self.counts.mark(id) == DEMOTED {
            self.unmark(id);
        }
        if recency == frequency {
            self.lists.remove(id, cx);
        } else {
            self.lists.push(expert, id, cx);
            self.new_ghosts += u64::from(expert == RECENCY && self.counts.mark(id) == NEW);
            self.trim(expert, cx);
        }
        out.push(id);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let remembered = self.returning.take() == Some(id) || self.lists.contains(id);
        if self.lists.is_in(id, RECENCY) && self.counts.mark(id) == NEW {
            self.new_ghosts -= 1;
        }
        self.counts.enter(id, if remembered { self.counts.count(id) } else { 0 });
        self.counts.set_mark(id, if remembered { 0 } else { NEW });
        self.lists.push(if remembered { REUSED } else { SCAN }, id, cx);
        self.demote(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.unmark(id);
        self.counts.leave(id, 0);
        self.lists.remove(id, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        // The shares stay what they have become.
        let share = self.reused_quota as f64 / self.capacity.max(1) as f64;
        self.reused_quota = ((capacity as f64 * share) as u64).min(capacity);
        self.capacity = capacity;
    }

    fn contains(&self, id: ObjId) -> bool {
        self.lists.list_of(id).is_some_and(|list| list >= SCAN)
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
        self.counts.check(self.lists.len(SCAN) + self.lists.len(REUSED))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{Fed, check};
    use super::*;

    fn cacheus(capacity: u64, params: &Params) -> Fed<Cacheus> {
        let setup = Setup { objects: 1000, capacity, expected: capacity as usize, seed: 5, bytes: false };
        Fed::new(Cacheus::build(params, &setup).unwrap(), capacity as usize)
    }

    #[test]
    fn walk_through() {
        // b and c are new; a was reused, which protects it from both experts. SR-LRU gives up b, the oldest, and CR-LFU
        // would give up c, the newest of those used once: the seed's first coin falls on SR-LRU. With one new object there
        // is nothing to choose.
        check("cacheus", 3, "a a b c d", "m h m m m-b");
        check("cacheus", 2, "a a b c d", "m h m m-b m-c");
    }

    #[test]
    fn a_scan_leaves_what_is_reused() {
        let mut cache = cacheus(20, &Params::default());
        cache.request((0..15).chain(0..15).chain(100..300));
        assert_eq!(cache.request(0..15), 15);
    }

    #[test]
    fn a_use_of_what_was_demoted_gives_the_reused_more_room() {
        let mut cache = cacheus(10, &Params { scan: 0.5, ..Params::default() });
        cache.request((0..8).chain(0..8));
        // Five of the eight fit among the reused; the three oldest were handed down.
        assert_eq!((cache.policy.reused_quota, cache.policy.demoted), (5, 3));
        cache.request([0]);
        assert_eq!((cache.policy.reused_quota, cache.policy.demoted), (6, 2));
    }

    #[test]
    fn a_new_object_that_left_too_early_gives_the_new_more_room() {
        let mut cache = cacheus(10, &Params::default());
        cache.request(0..10);
        let left = |cache: &Fed<Cacheus>| (0..1000).find(|&id| cache.policy.lists.is_in(id, RECENCY));
        let mut next = 10;
        while left(&cache).is_none() {
            cache.request([next]);
            next += 1;
        }
        assert_eq!(cache.policy.reused_quota, 9);
        let id = left(&cache).unwrap();
        cache.request([id]);
        assert_eq!(cache.policy.reused_quota, 8);
    }
}
