//! Hyperbolic caching: an object is worth its uses per time in the cache and byte; of some residents drawn by chance the one
//! worth the least leaves.
//!
//! # State
//! Per resident the request that brought it in and its uses since; an array of the residents to draw from. Worths fall with
//! time at different rates, so that no order of them lasts, which is why they are compared only when something has to leave.
//!
//! # Parameters
//! - `samples` = 64: residents drawn for an eviction, with replacement (paper, section 4: 64 come close to all).
//! - `blend` = 0.1: a new object starts with so much of the one use that brought it in, and for the rest with the uses per time
//!   of what left last, so that it need not be the next to leave nor outlive all others (the authors' simulator: 0.1; 1
//!   counts the use alone, as libCacheSim does).
//!
//! # Source
//! A. Blankstein, S. Sen, M. J. Freedman: Hyperbolic caching: flexible caching for web applications. USENIX ATC 2017.
//! <https://www.usenix.org/conference/atc17/technical-sessions/presentation/blankstein>
//!
//! # Departures
//! Time is counted in requests. All objects cost the same to fetch; the paper's classes of cost and its discount for expiry
//! are left out. Until something has left, new objects start with one use. An object of 0 bytes counts as one of 1 byte, since
//! its worth has to be a number.
//!
//! # Weak on
//! Objects that come into fashion after a long time in the cache: their uses are spread over all of it.

use super::parts::quota::within;
use super::parts::sampled::{Sampled, Score};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Sampled<Hyperbolic>>(Info {
    name: "hyperbolic",
    aliases: &[],
    summary: "the least used per time in the cache and byte leaves, of some drawn by chance",
    family: Family::Hybrid,
    paper: Paper {
        authors: "A. Blankstein, S. Sen, M. J. Freedman",
        title: "Hyperbolic caching: flexible caching for web applications",
        venue: "USENIX ATC",
        year: 2017,
        url: "https://www.usenix.org/conference/atc17/technical-sessions/presentation/blankstein",
    },
    params: &[
        Param { name: "samples", range: "1..1000", origin: Origin::Paper, help: "residents drawn for an eviction" },
        Param {
            name: "blend",
            range: "0..1",
            origin: Origin::Practice,
            help: "share of the first use in what an object starts with; the rest is of what left last",
        },
    ],
    needs: Needs { sizes: true, ..Needs::CHANCE },
    state: Sampled::<Hyperbolic>::STATE,
    source: include_str!("hyperbolic.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    samples: usize,
    blend: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { samples: 64, blend: 0.1 }
    }
}

/// What is kept of a resident.
#[derive(Debug, Clone, Copy)]
pub struct Stay {
    since: u64,
    uses: f64,
}

impl Stay {
    /// Uses per time.
    fn rate(&self, now: u64) -> f64 {
        // What came in at this very request has been there for no time.
        self.uses / (now - self.since).max(1) as f64
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Hyperbolic {
    blend: f64,
    /// Uses per time of what left last.
    last: f64,
}

impl Score for Hyperbolic {
    type Params = Params;
    type Memory = Stay;
    type Worth = f64;

    const STREAM: &'static str = "hyperbolic";

    fn build(params: &Params, _: &Setup) -> Result<(Self, usize)> {
        within("hyperbolic", "samples", params.samples as f64, 1.0, 1000.0)?;
        within("hyperbolic", "blend", params.blend, 0.0, 1.0)?;
        Ok((Self { blend: params.blend, last: 1.0 }, params.samples))
    }

    #[inline(always)]
    fn entered(&mut self, _: &Cx<'_>, _: ObjId, now: u64) -> Stay {
        Stay { since: now, uses: self.blend + (1.0 - self.blend) * self.last }
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, stay: &mut Stay, _: u64) {
        stay.uses += 1.0;
    }

    #[inline(always)]
    fn worth(&self, cx: &Cx<'_>, id: ObjId, stay: &Stay, now: u64) -> f64 {
        stay.rate(now) / f64::from(cx.size(id).max(1))
    }

    fn evicted(&mut self, _: &Cx<'_>, _: ObjId, stay: &Stay, now: u64) {
        self.last = stay.rate(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;
    use crate::policy::Build;
    use crate::policy::{Cause, Policy};

    #[test]
    fn walk_through() {
        // 64 draws from two all but surely find both. Before d: a 2/3, b 1/2; d starts with 0.1 + 0.9/2 uses. Before e: a 2/5,
        // d 1.55/2; e starts with 0.1 + 0.9 * 2/5. Before a: d 1.55/3, e 0.46/1.
        check("hyperbolic", 2, "a b a d d e a", "m m h m-b h m-a m-e");
        // With one use each: before e: a 2/5, d 2/2; before a: d 2/3, e 1/1.
        check("hyperbolic:blend=1", 2, "a b a d d e a", "m m h m-b h m-a m-d");
        // The young are favoured: b was used once in one request, a three times in four.
        check("hyperbolic", 2, "a a a b c d e", "m h h m m-a m-b m-c");
    }

    #[test]
    fn worth_is_uses_per_time_and_byte() {
        let sizes = [10, 1, 0];
        let cx = Cx { sizes: &sizes, ..Cx::unit(0, 0) };
        let (score, _) = Hyperbolic::build(&Params::default(), &setup()).unwrap();
        let worth = |id, since, uses| score.worth(&cx, id, &Stay { since, uses }, 100);
        for (worth, expected) in [(worth(0, 90, 5.0), 0.05), (worth(1, 90, 5.0), 0.5), (worth(2, 100, 1.0), 1.0)] {
            assert!((worth - expected).abs() < 1e-12, "{worth} {expected}");
        }
    }

    #[test]
    fn the_larger_of_two_leaves() {
        let sizes = [10, 1];
        let cx = Cx { sizes: &sizes, ..Cx::unit(0, 0) };
        let mut cache = Sampled::<Hyperbolic>::build(&Params::default(), &setup()).unwrap();
        (0..2).for_each(|id| cache.insert(&cx, id));
        assert_eq!(cache.victim(&cx, Cause::Shrink), Some(0));
        let mut out = Vec::new();
        cache.evict(&cx, Cause::Shrink, &mut out);
        assert_eq!(out, [0]);
    }

    fn setup() -> Setup {
        Setup { objects: 3, capacity: 11, expected: 3, seed: 0, bytes: false }
    }
}
