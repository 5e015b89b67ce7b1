//! LHD: of some residents drawn by chance the one leaves whose expected hits per byte and time, its hit density, are least,
//! judged by what became of objects of the same class and age.
//!
//! # State
//! Per resident its last two uses; an array of the residents to draw from; for each of 16 classes and 1024 ages the hits and
//! evictions that were seen, decaying, and the hit density computed from them; the objects that came in last.
//!
//! # Parameters
//! - `samples` = 32: residents drawn for an eviction (paper, section 5: an associativity of 32).
//! - `newest` = 8: so many of the objects that came in last are looked at beside them (the authors' program).
//! - `interval` = 20: requests between two computations of the densities, as a multiple of the objects that fit, and at most
//!   2^20 requests (the paper's one million).
//! - `decay` = 0.9: what hits and evictions seen count after every computation (the authors' program).
//!
//! # Source
//! N. Beckmann, H. Chen, A. Cidon: LHD: improving cache hit rate by maximizing hit density. USENIX NSDI 2018.
//! <https://www.usenix.org/conference/nsdi18/presentation/beckmann>
//!
//! # Departures
//! As in the authors' program an object's class is the logarithm of the sum of its ages at its last two uses, and what is
//! beyond the last age leaves first. The paper's classes by application are left out, and so is its exploration, which
//! spares a few objects to learn about higher ages. Ages are counted in requests and coarsened once for all such that 1024
//! of them span a hundred times the objects that fit at first, where the authors adapt the span of 20,000. All newcomers
//! are looked at, theirs only if they are worth less than victims are on average. The paper's interval is made for caches
//! of millions of objects. Until the densities are computed for the first time a younger object and a class of shorter ages
//! are better. An object of 0 bytes counts as one of 1 byte.
//!
//! # Weak on
//! Behaviour that changes faster than the densities are computed.

use super::parts::quota::within;
use super::parts::sampled::{Sampled, Score};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Sampled<Lhd>>(Info {
    name: "lhd",
    aliases: &["least-hit-density"],
    summary: "the least expected hits per byte and time leaves, of some drawn by chance",
    family: Family::Learned,
    paper: Paper {
        authors: "N. Beckmann, H. Chen, A. Cidon",
        title: "LHD: improving cache hit rate by maximizing hit density",
        venue: "USENIX NSDI",
        year: 2018,
        url: "https://www.usenix.org/conference/nsdi18/presentation/beckmann",
    },
    params: &[
        Param { name: "samples", range: "1..1000", origin: Origin::Paper, help: "residents drawn for an eviction" },
        Param {
            name: "newest",
            range: "0..1000",
            origin: Origin::Practice,
            help: "objects that came in last, looked at beside them",
        },
        Param {
            name: "interval",
            range: "0.01..1e6",
            origin: Origin::Practice,
            help: "requests between two computations, multiple of the objects that fit, at most 2^20",
        },
        Param {
            name: "decay",
            range: "0..1",
            origin: Origin::Practice,
            help: "worth of what was seen an interval ago",
        },
    ],
    needs: Needs { sizes: true, ..Needs::CHANCE },
    state: Sampled::<Lhd>::STATE.fixed(TABLE_BYTES),
    source: include_str!("lhd.rs"),
});

const CLASSES: usize = 16;
const AGES: usize = 1024;
/// The ages span so many times the objects that fit.
const SPAN: u64 = 100;
const LONGEST_INTERVAL: f64 = (1 << 20) as f64;
const TABLE_BYTES: u32 = (CLASSES * AGES * size_of::<Seen>()) as u32;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    samples: usize,
    newest: usize,
    interval: f64,
    decay: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { samples: 32, newest: 8, interval: 20.0, decay: 0.9 }
    }
}

/// What was seen of objects of a class and an age, and what is expected of them.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    hits: f32,
    evictions: f32,
    density: f32,
}

/// What is kept of a resident.
#[derive(Debug, Clone, Copy)]
pub struct Last {
    used: u64,
    /// At the last use, in requests; 0 for what was not used again yet.
    age: u32,
    class: u32,
}

/// See the module text.
#[derive(Debug)]
pub struct Lhd {
    /// By class and age.
    seen: Vec<Seen>,
    ages: usize,
    /// Requests that make one age.
    coarsening: u64,
    decay: f32,
    interval: u64,
    next: u64,
    /// A ring of the objects that came in last.
    newest: Vec<ObjId>,
    oldest: usize,
    most: usize,
}

impl Lhd {
    /// The place of a class and an age, in requests.
    #[inline(always)]
    fn place(&self, last: &Last, now: u64) -> usize {
        let age = (now - last.used) / self.coarsening;
        last.class as usize * self.ages + (age as usize).min(self.ages - 1)
    }

    /// The class after uses at ages with this sum, in requests: the shorter, the higher; 0 is for those not used again yet.
    fn class(&self, age: u64) -> u32 {
        let span = self.ages as u64 * self.coarsening;
        (span / age.max(1)).max(1).ilog2().clamp(1, CLASSES as u32 - 1)
    }

    /// Counts what was seen before as less, and computes the densities: for an object of this age the hits at this or a
    /// higher one, by the time that all such objects take until their hit or eviction.
    #[cold]
    fn compute(&mut self) {
        for class in self.seen.chunks_exact_mut(self.ages) {
            let (mut hits, mut events, mut time) = (0.0, 0.0, 0.0);
            for seen in class.iter_mut().rev() {
                hits += f64::from(seen.hits);
                events += f64::from(seen.hits) + f64::from(seen.evictions);
                // Each event from here on is a step of age farther away than at the age before.
                time += events;
                seen.density = if time > 0.0 { (hits / time) as f32 } else { 0.0 };
                seen.hits *= self.decay;
                seen.evictions *= self.decay;
            }
            forsake(class);
        }
    }
}

/// What is beyond the last age is not waited for, whatever was seen there.
fn forsake(class: &mut [Seen]) {
    if let Some(seen) = class.last_mut() {
        seen.density = -1.0;
    }
}

impl Score for Lhd {
    type Params = Params;
    type Memory = Last;
    type Worth = f32;

    const STREAM: &'static str = "lhd";

    fn build(params: &Params, setup: &Setup) -> Result<(Self, usize)> {
        within("lhd", "samples", params.samples as f64, 1.0, 1000.0)?;
        within("lhd", "newest", params.newest as f64, 0.0, 1000.0)?;
        within("lhd", "interval", params.interval, 0.01, 1e6)?;
        within("lhd", "decay", params.decay, 0.0, 1.0)?;
        let fit = setup.expected.max(1) as u64;
        let span = fit * SPAN;
        let ages = span.min(AGES as u64) as usize;
        let interval = (fit as f64 * params.interval).clamp(1.0, LONGEST_INTERVAL) as u64;
        let first = |place| Seen { density: (place / ages + 1) as f32 / (place % ages + 1) as f32, ..Seen::default() };
        let mut seen: Vec<Seen> = (0..CLASSES * ages).map(first).collect();
        seen.chunks_exact_mut(ages).for_each(forsake);
        let this = Self {
            seen,
            ages,
            coarsening: span.div_ceil(ages as u64),
            decay: params.decay as f32,
            interval,
            next: interval,
            newest: Vec::new(),
            oldest: 0,
            most: params.newest,
        };
        Ok((this, params.samples))
    }

    fn entered(&mut self, _: &Cx<'_>, id: ObjId, now: u64) -> Last {
        if self.newest.len() < self.most {
            self.newest.push(id);
        } else if self.most > 0 {
            self.newest[self.oldest] = id;
            self.oldest = (self.oldest + 1) % self.most;
        }
        Last { used: now, age: 0, class: 0 }
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, last: &mut Last, now: u64) {
        let place = self.place(last, now);
        self.seen[place].hits += 1.0;
        let age = now - last.used;
        let class = self.class(age + u64::from(last.age));
        *last = Last { used: now, age: age.min(u64::from(u32::MAX)) as u32, class };
    }

    #[inline(always)]
    fn worth(&self, cx: &Cx<'_>, id: ObjId, last: &Last, now: u64) -> f32 {
        self.seen[self.place(last, now)].density / cx.size(id).max(1) as f32
    }

    fn beside(&self) -> &[ObjId] {
        &self.newest
    }

    fn evicted(&mut self, _: &Cx<'_>, _: ObjId, last: &Last, now: u64) {
        let place = self.place(last, now);
        self.seen[place].evictions += 1.0;
        // Densities decide only about who leaves, so that here is soon enough.
        if now >= self.next {
            self.next = now + self.interval;
            self.compute();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{Fed, check, popular_among_others};
    use super::*;
    use crate::policy::Build;

    fn lhd(expected: usize) -> Lhd {
        Lhd::build(&Params::default(), &Setup { objects: 9, capacity: 9, expected, seed: 0, bytes: false }).unwrap().0
    }

    #[test]
    fn walk_through() {
        // Nothing is computed yet, so that age decides within a class: before c and d the oldest of those never used again
        // leaves, b and then c; a is of a better class.
        check("lhd", 2, "b a a c d a", "m m h m-b m-c h");
    }

    #[test]
    fn densities_are_hits_by_time() {
        let cx = Cx::unit(0, 0);
        let mut lhd = lhd(1);
        // At age 1 two objects are hit and one leaves, at age 3 one leaves.
        for age in [1, 1] {
            lhd.used(&cx, 0, &mut Last { used: 0, age: 0, class: 0 }, age);
        }
        lhd.evicted(&cx, 0, &Last { used: 0, age: 0, class: 0 }, 1);
        lhd.evicted(&cx, 0, &Last { used: 0, age: 0, class: 0 }, 3);
        lhd.compute();
        let densities: Vec<f32> = lhd.seen[..5].iter().map(|seen| seen.density).collect();
        // Steps until the event, from age 0: 2 + 2 + 2 + 4 = 10; from age 1: 1 + 1 + 1 + 3 = 6; then 2, and 1, without a hit.
        assert_eq!(densities, [0.2, 2.0 / 6.0, 0.0, 0.0, 0.0]);
        assert!((lhd.seen[1].hits - 1.8).abs() < 1e-6, "what was seen decays");
    }

    #[test]
    fn a_shorter_age_is_a_higher_class() {
        let lhd = lhd(9);
        let classes = [1, 2, 112, 225, 450, 10_000].map(|age| lhd.class(age));
        assert_eq!(classes, [9, 8, 3, 2, 1, 1]);
        let large = self::lhd(1 << 20);
        assert_eq!([1, 1 << 20, 1 << 40].map(|age| large.class(age)), [15, 6, 1]);
    }

    #[test]
    fn it_learns_that_those_used_once_are_not_used_again() {
        // 30 popular objects between others that never come again, in a cache of 40: as many as possible of them stay.
        let setup = Setup { objects: 1 << 20, capacity: 40, expected: 40, seed: 3, bytes: false };
        let mut cache = Fed::new(Sampled::<Lhd>::build(&Params::default(), &setup).unwrap(), 40);
        cache.request(popular_among_others(0..30_000, 30));
        let hits = cache.request(popular_among_others(30_000..60_000, 30));
        // LRU has none: 120 requests lie between two uses.
        assert!(hits > 7_000, "{hits} of 7500");
    }
}
