//! Adaptive W-TinyLFU: W-TinyLFU whose window grows or shrinks step by step, on in the same direction as long as the hit
//! ratio does not fall.
//!
//! # State
//! That of W-TinyLFU; the hits of this interval and the hit ratio of the last one.
//!
//! # Parameters
//! - `window` = 0.01: share of the capacity for the window at first (paper: W-TinyLFU's 1 %).
//! - `step` = 0.05: share of the capacity by which the window changes (paper: a step of 5 %).
//! - `interval` = 10: requests between two steps, as a multiple of the objects that fit (paper: ten times the cache).
//!
//! # Source
//! G. Einziger, O. Eytan, R. Friedman, B. Manes: Adaptive software cache management. Middleware 2018.
//! <https://doi.org/10.1145/3274808.3274816>
//!
//! # Departures
//! Of the paper's two climbers it is the plain one, with steps of one length; Caffeine's later one, whose steps become
//! smaller, and the indicator are left out, and so is the adaptive sketch. The window stays between 1 % and 80 % of the
//! capacity. The border moves at once, objects only as room is made: a window that grew takes from the main region without
//! a duel, and one that shrank hands over to it what it has no more room for. The first interval counts the filling of the
//! cache, where Caffeine begins after it; the window trades with the whole main region, where Caffeine's trades with its
//! protected part. The rest as in W-TinyLFU.
//!
//! # Weak on
//! Traces that are short or change soon, against an interval of ten times the objects that fit.

use super::parts::quota::within;
use super::w_tiny_lfu::{self, WTinyLfu};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, Verdict};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<WTinyLfuAdaptive>(Info {
    name: "w-tiny-lfu-adaptive",
    aliases: &[],
    summary: "W-TinyLFU whose window grows and shrinks by hill climbing on the hit ratio",
    family: Family::Hybrid,
    paper: Paper {
        authors: "G. Einziger, O. Eytan, R. Friedman, B. Manes",
        title: "Adaptive software cache management",
        venue: "Middleware",
        year: 2018,
        url: "https://doi.org/10.1145/3274808.3274816",
    },
    params: &[
        Param { name: "window", range: "0..1", origin: Origin::Paper, help: "share of the window at first" },
        Param { name: "step", range: "0..1", origin: Origin::Paper, help: "share by which the window changes" },
        Param {
            name: "interval",
            range: "0.1..1000",
            origin: Origin::Paper,
            help: "requests between two steps, multiple of the objects that fit",
        },
    ],
    needs: Needs::NOTHING,
    state: WTinyLfu::STATE,
    source: include_str!("w_tiny_lfu_adaptive.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    window: f64,
    step: f64,
    interval: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { window: 0.01, step: 0.05, interval: 10.0 }
    }
}

/// The smallest and the largest share of the window.
const SHARES: (f64, f64) = (0.01, 0.8);

/// A climber on the line of shares.
#[derive(Debug)]
struct Climber {
    share: f64,
    /// Up or down, and how far.
    step: f64,
    interval: u64,
    requests: u64,
    hits: u64,
    /// The hit ratio of the last interval.
    last: f64,
}

impl Climber {
    /// Counts a request; the new share where an interval ends.
    #[inline(always)]
    fn count(&mut self, hit: bool) -> Option<f64> {
        self.requests += 1;
        self.hits += u64::from(hit);
        (self.requests >= self.interval).then(|| self.climb())
    }

    #[cold]
    fn climb(&mut self) -> f64 {
        let ratio = self.hits as f64 / self.requests as f64;
        if ratio < self.last {
            self.step = -self.step;
        }
        (self.last, self.hits, self.requests) = (ratio, 0, 0);
        // Where it started beyond an end, it stays there until it turns.
        let (low, high) = (SHARES.0.min(self.share), SHARES.1.max(self.share));
        self.share = (self.share + self.step).clamp(low, high);
        self.share
    }
}

/// See the module text.
#[derive(Debug)]
pub struct WTinyLfuAdaptive {
    cache: WTinyLfu,
    climber: Climber,
}

impl WTinyLfuAdaptive {
    #[inline(always)]
    fn count(&mut self, hit: bool) {
        if let Some(share) = self.climber.count(hit) {
            self.cache.set_window(share);
        }
    }
}

impl Build for WTinyLfuAdaptive {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        let Params { window, step, interval } = *params;
        within("w-tiny-lfu-adaptive", "window", window, 0.0, 1.0)?;
        within("w-tiny-lfu-adaptive", "step", step, 0.0, 1.0)?;
        within("w-tiny-lfu-adaptive", "interval", interval, 0.1, 1000.0)?;
        let interval = ((setup.expected.max(1) as f64 * interval) as u64).max(1);
        Ok(Self {
            cache: WTinyLfu::build(&w_tiny_lfu::Params { window, ..w_tiny_lfu::Params::default() }, setup)?,
            climber: Climber { share: window, step, interval, requests: 0, hits: 0, last: 0.0 },
        })
    }
}

impl Policy for WTinyLfuAdaptive {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let hit = self.cache.hit(cx, id);
        self.count(hit);
        hit
    }

    #[inline(always)]
    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.cache.miss(cx, id);
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        self.cache.evict(cx, cause, out)
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        self.cache.victim(cx, cause)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.cache.insert(cx, id);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.cache.remove(cx, id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.cache.resized(cx, id, old);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.cache.set_capacity(capacity);
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.cache.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.cache.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.cache.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;
    use crate::core::rng;

    #[test]
    fn walk_through() {
        // As W-TinyLFU until 40 requests are over: window 1, main 3.
        check("w-tiny-lfu-adaptive", 4, "a b c d a b e f g", "m m m m h h m-d m-e m-f");
        // A step of a half after eight requests: from then on the window has two places, so that e takes one from the main
        // region, whose next victim is a, without a duel. Then d has to leave the window, and loses against b.
        check("w-tiny-lfu-adaptive:step=0.5,interval=2", 4, "a b c d a b c d e a", "m m m m h h h h m-a m-d");
    }

    #[test]
    fn the_climber_turns_where_the_ratio_falls() {
        let mut climber = Climber { share: 0.01, step: 0.05, interval: 4, requests: 0, hits: 0, last: 0.0 };
        let mut shares = Vec::new();
        for hits in [1, 2, 2, 1, 1, 0, 3] {
            shares.extend((0..4).filter_map(|i| climber.count(i < hits)));
        }
        let expected = [0.06, 0.11, 0.16, 0.11, 0.06, 0.11, 0.16];
        assert!(shares.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{shares:?}");
    }

    #[test]
    fn the_window_grows_for_bursts_and_stays_small_for_popularity() {
        let share = |next: &mut dyn FnMut(u64) -> u64| {
            let setup = Setup { objects: 1 << 20, capacity: 100, expected: 100, seed: 1, bytes: false };
            let mut cache = WTinyLfuAdaptive::build(&Params::default(), &setup).unwrap();
            let (mut used, mut out, mut sum) = (0, Vec::new(), 0.0);
            for i in 0..200_000 {
                let (cx, id) = (Cx::unit(i, i), next(i) as ObjId);
                sum += cache.climber.share;
                if cache.hit(&cx, id) {
                    continue;
                }
                cache.miss(&cx, id);
                if used == 100 {
                    cache.evict(&cx, Cause::Incoming(id), &mut out);
                } else {
                    used += 1;
                }
                cache.insert(&cx, id);
            }
            sum / 200_000.0
        };
        // Objects that are used a few times within sixty requests, and never again.
        let mut rng = rng::rng(1, "bursts");
        let bursts = share(&mut |i| i / 2 + rng::below(&mut rng, 30));
        let mut rng = rng::rng(1, "popular");
        let popular = share(&mut |_| (0..6).map(|_| rng::below(&mut rng, 2000)).min().unwrap());
        assert!(bursts > 0.3 && popular < 0.25, "{bursts} {popular}");
    }
}
