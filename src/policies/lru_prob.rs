//! LRU with probabilistic promotion: a hit moves an object to the newest end of the list only now and then, which saves work
//! and changes the order little.
//!
//! # State
//! One list, oldest first.
//!
//! # Parameters
//! `p` = 0.5: probability of a promotion at a hit (practice: libCacheSim's; 1 is LRU, 0 is FIFO).
//!
//! # Source
//! J. Yang, Z. Qiu, Y. Zhang, Y. Yue, K. V. Rashmi: FIFO can be better than LRU: the power of lazy promotion and quick
//! demotion. HotOS 2023 (there among the techniques of lazy promotion). <https://doi.org/10.1145/3593856.3595887>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! What LRU is weak on: scans and loops.

use super::parts::duties::resident_lists;
use super::parts::quota::within;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<LruProb>(Info {
    name: "lru-prob",
    aliases: &["lruprob", "probabilistic-lru"],
    summary: "LRU that moves an object on a hit only with some probability",
    family: Family::Recency,
    paper: Paper {
        authors: "J. Yang, Z. Qiu, Y. Zhang, Y. Yue, K. V. Rashmi",
        title: "FIFO can be better than LRU: the power of lazy promotion and quick demotion",
        venue: "HotOS",
        year: 2023,
        url: "https://doi.org/10.1145/3593856.3595887",
    },
    params: &[Param {
        name: "p",
        range: "0..1",
        origin: Origin::Practice,
        help: "probability of a promotion at a hit",
    }],
    needs: Needs::CHANCE,
    state: State::of(lists::WORD_BYTES, lists::LRU_BYTES * 3 / 2),
    source: include_str!("lru_prob.rs"),
});

const ALL: usize = 0;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    p: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { p: 0.5 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct LruProb {
    lists: Lists<1, 0>,
    p: f64,
    rng: Rng,
}

impl Build for LruProb {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("lru-prob", "p", params.p, 0.0, 1.0)?;
        Ok(Self { lists: Lists::new(setup.objects), p: params.p, rng: rng::rng(setup.seed, "lru-prob") })
    }
}

impl Policy for LruProb {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident && rng::unit(&mut self.rng) < self.p {
            self.lists.renew(ALL, id);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        out.extend(self.lists.pop_sparse(ALL, &()));
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(ALL, id, &());
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.front(ALL)
    }

    resident_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn it_leads_from_fifo_to_lru() {
        let requests = "a b c a d b a e";
        check("lru-prob:p=0", 3, requests, "m m m h m-a h m-b m-c");
        check("fifo", 3, requests, "m m m h m-a h m-b m-c");
        check("lru-prob:p=1", 3, requests, "m m m h m-b m-c h m-d");
        check("lru", 3, requests, "m m m h m-b m-c h m-d");
    }
}
