//! AdaptSize: an object of size s comes in with probability exp(-s/c), and c is chosen again and again by a model of the hit
//! ratio that the requests of late would have with it.
//!
//! # State
//! Per object its requests in this interval, and its rate, smoothed over the intervals before.
//!
//! # Parameters
//! - `interval` = 250000: requests after which c is chosen again (paper, section 4.2).
//! - `smoothing` = 0.3: weight of the newest interval in an object's rate (practice: the paper smooths exponentially and names
//!   no weight).
//!
//! # Source
//! D. S. Berger, R. K. Sitaraman, M. Harchol-Balter: AdaptSize: orchestrating the hot object memory cache in a content delivery
//! network. NSDI 2017. <https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/berger>
//!
//! # Departures
//! The model (section 4.1) is evaluated over classes of objects of nearly the same size and rate (half a power of two) instead
//! of over each object, so that the search costs little; c is looked for on half powers of two and then between the neighbours
//! of the best by golden section. Until the end of the first interval everything comes in.
//!
//! # Weak on
//! Traces shorter than an interval, and the byte hit ratio: it is the share of requests that it makes large. Where every object
//! counts 1 it can only choose one probability for all.

use crate::core::quantity::within;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) static ADMISSION: Gate = Gate::new::<AdaptSize>(Info {
    name: "adapt-size",
    aliases: &["adaptsize"],
    summary: "a probability that falls with the size, tuned by a model of the hit ratio",
    family: Family::Learned,
    paper: Paper {
        authors: "D. S. Berger, R. K. Sitaraman, M. Harchol-Balter",
        title: "AdaptSize: orchestrating the hot object memory cache in a content delivery network",
        venue: "NSDI",
        year: 2017,
        url: "https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/berger",
    },
    params: &[
        Param {
            name: "interval",
            range: "1000..",
            origin: Origin::Paper,
            help: "requests after which the probability is tuned again",
        },
        Param {
            name: "smoothing",
            range: "0.01..1",
            origin: Origin::Practice,
            help: "weight of the newest interval in an object's rate",
        },
    ],
    needs: Needs { sizes: true, ..Needs::CHANCE },
    // Rates, and the list of the objects that have one, which doubles.
    state: State::of(size_of::<Rate>() as u32 + 12, 0),
    source: include_str!("adapt_size.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    interval: u64,
    smoothing: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { interval: 250_000, smoothing: 0.3 }
    }
}

/// Requests of an object: in this interval, and per interval before.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Rate {
    now: u32,
    before: f32,
}

/// Below this rate an object is forgotten.
const FORGOTTEN: f32 = 0.01;

/// See the module text.
#[derive(Debug)]
pub struct AdaptSize {
    rates: Pages<Rate>,
    /// The objects with a rate.
    active: Vec<ObjId>,
    params: Params,
    capacity: f64,
    requests: u64,
    scale: f64,
    rng: Rng,
}

impl AdaptSize {
    /// The interval is over: rates are brought up to date, and `c` is chosen.
    #[cold]
    fn tune(&mut self, cx: &Cx<'_>) {
        let Self { rates, active, params, .. } = self;
        let first = self.scale.is_infinite();
        let weight = if first { 1.0 } else { params.smoothing as f32 };
        let mut classes = Classes::default();
        active.retain(|&id| {
            let rate = &mut rates[id as usize];
            *rate = Rate { now: 0, before: rate.before * (1.0 - weight) + rate.now as f32 * weight };
            let kept = rate.before >= FORGOTTEN;
            if kept {
                classes.add(f64::from(cx.size(id).max(1)), f64::from(rate.before));
            } else {
                *rate = Rate::zeroed();
            }
            kept
        });
        self.scale = Model { classes: classes.means(), capacity: self.capacity }.best_scale();
    }
}

impl Build for AdaptSize {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("adapt-size", "interval", params.interval as f64, 1000.0, 1e12)?;
        within("adapt-size", "smoothing", params.smoothing, 0.01, 1.0)?;
        Ok(Self {
            rates: Pages::zeroed(setup.objects),
            active: Vec::new(),
            params: *params,
            capacity: setup.capacity as f64,
            requests: 0,
            scale: f64::INFINITY,
            rng: rng::rng(setup.seed, "adapt-size"),
        })
    }
}

impl Admission for AdaptSize {
    fn request(&mut self, cx: &Cx<'_>, id: ObjId) {
        if self.requests == self.params.interval {
            self.requests = 0;
            self.tune(cx);
        }
        self.requests += 1;
        let rate = &mut self.rates[id as usize];
        if rate.now == 0 && rate.before == 0.0 {
            self.active.push(id);
        }
        rate.now += 1;
    }

    fn admits(&mut self, cx: &Cx<'_>, id: ObjId, _: Option<ObjId>) -> bool {
        rng::unit(&mut self.rng) < libm::exp(-f64::from(cx.size(id)) / self.scale)
    }
}

/// Objects of nearly the same size and rate: their number, and the sums of both.
#[derive(Debug, Default)]
struct Classes(BTreeMap<(i32, i32), Class>);

#[derive(Debug, Clone, Copy, Default)]
struct Class {
    objects: f64,
    size: f64,
    rate: f64,
}

impl Classes {
    fn add(&mut self, size: f64, rate: f64) {
        let half_power = |x: f64| libm::floor(2.0 * libm::log2(x)) as i32;
        let class = self.0.entry((half_power(size), half_power(rate))).or_default();
        class.objects += 1.0;
        class.size += size;
        class.rate += rate;
    }

    /// The classes, with means in place of sums.
    fn means(self) -> Vec<Class> {
        let mean = |Class { objects, size, rate }| Class { objects, size: size / objects, rate: rate / objects };
        self.0.into_values().map(mean).collect()
    }
}

/// What the hit ratio of LRU would be with this admission (paper, section 4.1).
#[derive(Debug)]
struct Model {
    classes: Vec<Class>,
    capacity: f64,
}

impl Model {
    /// Shares of time for which an object of each class is in the cache, if objects leave `age` after their last use: it stays
    /// (e^(rate*age)-1)/rate on average, and stays out for 1/(rate*p).
    fn shares(&self, scale: f64, age: f64) -> impl Iterator<Item = (Class, f64)> + '_ {
        self.classes.iter().map(move |&class| {
            let odds = libm::expm1((class.rate * age).min(700.0)) * libm::exp(-class.size / scale);
            (class, odds / (1.0 + odds))
        })
    }

    /// The hit ratio for this `c`: the age at which objects leave is the one that fills the cache.
    fn hit_ratio(&self, scale: f64) -> f64 {
        let held =
            |age: f64| self.shares(scale, age).map(|(class, share)| class.objects * class.size * share).sum::<f64>();
        // In intervals; on a scale of powers of two. Objects that all fit never leave.
        let (mut low, mut high) = (-30.0, 40.0);
        for _ in 0..30 {
            let middle = f64::midpoint(low, high);
            if held(libm::exp2(middle)) < self.capacity { low = middle } else { high = middle }
        }
        let (mut hits, mut requests) = (0.0, 0.0);
        for (class, share) in self.shares(scale, libm::exp2(low)) {
            hits += class.objects * class.rate * share;
            requests += class.objects * class.rate;
        }
        hits / requests
    }

    /// The `c` of the largest hit ratio, between a quarter of the smallest size and so much that all comes in.
    fn best_scale(&self) -> f64 {
        let Some(least) = self.classes.iter().map(|class| class.size).reduce(f64::min) else { return f64::INFINITY };
        let most = self.classes.iter().map(|class| class.size).fold(least, f64::max);
        let (from, to) = (libm::log2(least) - 2.0, libm::log2(most) + 6.0);
        let at = |log: f64| self.hit_ratio(libm::exp2(log));
        let grid = (0..).map(|i| from + f64::from(i) * 0.5).take_while(|&log| log <= to);
        // Of equals the last: what comes in counts for nothing worse.
        let best = grid.map(|log| (log, at(log))).fold((to, at(to)), |a, b| if b.1 > a.1 { b } else { a }).0;
        libm::exp2(golden(best - 0.5, best + 0.5, at))
    }
}

/// Where `f` is largest between `low` and `high`, by golden section.
fn golden(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const SECTION: f64 = 0.618_033_988_749_895;
    for _ in 0..8 {
        let (a, b) = (high - SECTION * (high - low), low + SECTION * (high - low));
        if f(a) < f(b) { low = a } else { high = b }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 small objects asked for often, 50 large ones asked for seldom; the cache holds the small ones.
    fn model(capacity: f64) -> Model {
        let small = Class { objects: 200.0, size: 10.0, rate: 50.0 };
        let large = Class { objects: 50.0, size: 1000.0, rate: 2.0 };
        Model { classes: vec![small, large], capacity }
    }

    #[test]
    fn a_cache_for_the_small_keeps_the_large_out() {
        let model = model(2000.0);
        let scale = model.best_scale();
        assert!(libm::exp(-1000.0 / scale) < 0.01, "{scale}");
        assert!(model.hit_ratio(scale) > 0.98 && model.hit_ratio(1e9) < 0.97);
    }

    #[test]
    fn a_cache_for_all_lets_all_in() {
        let model = model(60_000.0);
        assert!(libm::exp(-1000.0 / model.best_scale()) > 0.9);
        assert!(model.hit_ratio(model.best_scale()) > 0.999);
    }

    #[test]
    fn without_a_filter_the_model_is_ches_approximation() {
        // 100 equal objects, half of which fit: half of the time each is there.
        let classes = vec![Class { objects: 100.0, size: 1.0, rate: 3.0 }];
        let ratio = Model { classes, capacity: 50.0 }.hit_ratio(1e12);
        assert!((ratio - 0.5).abs() < 1e-6, "{ratio}");
    }
}
