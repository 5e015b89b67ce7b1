//! LRB: gradient-boosted trees learn from an object's past requests how far its next one is; of some residents drawn by
//! chance the one whose next request is expected last leaves.
//!
//! # State
//! Of every object requested within the memory window the last 32 requests and ten decaying counts; samples of them that
//! wait for their label, the time to the next request, and those that wait for the next training; the model.
//!
//! # Parameters
//! - `samples` = 64: residents drawn for an eviction (paper, section 4.4: 64).
//! - `window` = 20: memory window in requests, as a multiple of the objects that fit; an object not requested within it
//!   leaves first (the paper's relaxed Belady boundary, which it tunes by trace).
//! - `batch` = 4: samples of a training, as a multiple of the objects that fit, 8192 to 131072 (paper: 128 K).
//!
//! # Source
//! Z. Song, D. S. Berger, K. Li, W. Lloyd: Learning relaxed Belady for content distribution network caching. USENIX NSDI
//! 2020. <https://www.usenix.org/conference/nsdi20/presentation/song>
//!
//! # Departures
//! Time is counted in requests. The trees are of another library than the paper's (LightGBM). Window and
//! batch go by the size of the cache, where the paper tunes the window by trace. What was not requested within the window
//! leaves when it is drawn, not in any case. Requests that are not filled leave no past. An object's type is not known.
//! Until the first training the one used longest ago leaves, of those drawn.
//!
//! # Weak on
//! Speed, so that `all` leaves it out; and objects without a past.

#![cfg(feature = "learned")]

use super::parts::quota::within;
use super::parts::sampled::{Sampled, Score};
use super::parts::trees::{Training, Trees};
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup, State};
use crate::structs::{Bag, Lists, lists};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Sampled<Lrb>>(Info {
    name: "lrb",
    aliases: &["learning-relaxed-belady"],
    summary: "trees learn when an object is requested next; the last of some drawn by chance leaves",
    family: Family::Learned,
    paper: Paper {
        authors: "Z. Song, D. S. Berger, K. Li, W. Lloyd",
        title: "Learning relaxed Belady for content distribution network caching",
        venue: "USENIX NSDI",
        year: 2020,
        url: "https://www.usenix.org/conference/nsdi20/presentation/song",
    },
    params: &[
        Param { name: "samples", range: "1..1000", origin: Origin::Paper, help: "residents drawn for an eviction" },
        Param {
            name: "window",
            range: "0.1..1e6",
            origin: Origin::Practice,
            help: "memory window in requests, multiple of the objects that fit",
        },
        Param {
            name: "batch",
            range: "0.1..1e6",
            origin: Origin::Practice,
            help: "samples of a training, multiple of the objects that fit, 8192 to 131072",
        },
    ],
    needs: Needs::CHANCE,
    state: State::of(
        Sampled::<Lrb>::STATE.per_object
            + lists::WORD_BYTES
            + 2 * Bag::<()>::PLACE_BYTES
            + size_of::<Past>() as u32
            + Bag::<()>::SLOT_BYTES
            + lists::LRU_BYTES * 3 / 2,
        Sampled::<Lrb>::STATE.per_resident + 4 * SAMPLE_BYTES,
    )
    .fixed(LEAST_SAMPLES as u32 * SAMPLE_BYTES + ASKED_BYTES),
    source: include_str!("lrb.rs"),
})
.on_request();

/// Distances between requests that are remembered, beside the age.
const DISTANCES: usize = 31;
const COUNTS: usize = 10;
/// Size, age, distances, counts.
const FEATURES: usize = 2 + DISTANCES + COUNTS;
/// A sample waits for its label, another has it, and is copied for the training, which makes copies of its own.
const SAMPLE_BYTES: u32 = Bag::<Sample>::SLOT_BYTES + 4 * 8 * FEATURES as u32;
/// What the model is asked about for an eviction, and its answers.
const ASKED_BYTES: u32 = MOST_DRAWN as u32 * (4 * FEATURES as u32 + 8);
const MOST_DRAWN: usize = 1000;
/// Samples of a training: fewer teach little, and a training costs much.
const LEAST_SAMPLES: f64 = 8192.0;
const MOST_SAMPLES: f64 = 131_072.0;
/// The authors' numbers of trees and leaves; the rate is LightGBM's.
const TRAINING: Training = Training { trees: 32, leaves: 32, depth: 31, rate: 0.1 };

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    samples: usize,
    window: f64,
    batch: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { samples: 64, window: 20.0, batch: 4.0 }
    }
}

/// The requests of an object, of which the counts are zero before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Past {
    /// The number of the last request.
    last: u64,
    /// The newest first; 0 where there is none.
    distances: [u32; DISTANCES],
    /// Requests, each counting half after 2^10, 2^11, ... requests.
    counts: [f32; COUNTS],
    unused: u32,
}

impl Past {
    fn request(&mut self, now: u64) {
        if self.counts[0] > 0.0 {
            let distance = (now - self.last).min(u64::from(u32::MAX)) as u32;
            self.distances.copy_within(0..DISTANCES - 1, 1);
            // 0 would be none; an object may come in twice with no request between.
            self.distances[0] = distance.max(1);
            for (i, count) in self.counts.iter_mut().enumerate() {
                *count *= libm::exp2f(-(distance as f32) / (1u32 << (10 + i)) as f32);
            }
        }
        self.counts.iter_mut().for_each(|count| *count += 1.0);
        self.last = now;
    }

    fn features(&self, size: u32, now: u64) -> [f32; FEATURES] {
        let mut features = [f32::NAN; FEATURES];
        features[0] = size as f32;
        features[1] = (now - self.last) as f32;
        for (feature, &distance) in features[2..].iter_mut().zip(&self.distances) {
            *feature = if distance == 0 { f32::NAN } else { distance as f32 };
        }
        features[2 + DISTANCES..].copy_from_slice(&self.counts);
        features
    }
}

/// An object as it was at a request.
#[derive(Debug, Clone, Copy)]
struct Sample {
    at: u64,
    features: [f32; FEATURES],
}

/// See the module text.
#[derive(Debug)]
pub struct Lrb {
    pasts: Pages<Past>,
    /// The objects with a past, to draw from, and in the order of their last requests.
    known: Bag<()>,
    order: Lists<1, 0>,
    waiting: Bag<Sample>,
    rows: Vec<[f32; FEATURES]>,
    /// Of each row.
    labels: Vec<f64>,
    model: Option<Trees<FEATURES>>,
    /// What the model is asked about, and what it answers, for reuse.
    asked: Vec<[f32; FEATURES]>,
    expected: Vec<f64>,
    rng: Rng,
    window: u64,
    batch: usize,
}

impl Lrb {
    /// Requests since the last one of the object.
    fn age(&self, id: ObjId, now: u64) -> u64 {
        now - self.pasts[id as usize].last
    }

    /// A request of the object.
    fn request(&mut self, cx: &Cx<'_>, id: ObjId, now: u64) {
        if let Some(sample) = self.waiting.remove(id) {
            self.learn(&sample, (now - sample.at).max(1));
        }
        self.forget(now);
        if self.known.contains(id) {
            self.order.renew(0, id);
        } else {
            self.known.insert(id, ());
            self.order.push(0, id, &());
        }
        self.pasts[id as usize].request(now);
        self.sample(cx, now);
    }

    /// What lies outside the memory window is known no more; its sample learns that the next request is far away.
    fn forget(&mut self, now: u64) {
        while let Some(id) = self.order.front(0)
            && now - self.pasts[id as usize].last > self.window
        {
            if let Some(sample) = self.waiting.remove(id) {
                self.learn(&sample, 2 * self.window);
            }
            self.order.remove(id, &());
            self.known.remove(id);
            self.pasts[id as usize] = Past::default();
        }
    }

    /// A known object is sampled, unless it waits for a label already.
    fn sample(&mut self, cx: &Cx<'_>, now: u64) {
        let place = self.known.draw(&mut self.rng);
        let (id, ()) = self.known.at(place);
        if self.waiting.len() < self.batch && !self.waiting.contains(id) {
            let features = self.pasts[id as usize].features(cx.size(id), now);
            self.waiting.insert(id, Sample { at: now, features });
        }
    }

    /// A sample has its label: the logarithm of the distance to the next request.
    fn learn(&mut self, sample: &Sample, distance: u64) {
        self.rows.push(sample.features);
        self.labels.push(libm::log(distance as f64));
        if self.rows.len() >= self.batch {
            // A batch that nothing can be learned from leaves the old model as it is.
            self.model = Trees::train(&self.rows, &self.labels, &TRAINING).or(self.model.take());
            self.rows.clear();
            self.labels.clear();
        }
    }
}

impl Score for Lrb {
    type Params = Params;
    type Memory = ();
    type Worth = f64;

    const STREAM: &'static str = "lrb";

    fn build(params: &Params, setup: &Setup) -> Result<(Self, usize)> {
        within("lrb", "samples", params.samples as f64, 1.0, MOST_DRAWN as f64)?;
        within("lrb", "window", params.window, 0.1, 1e6)?;
        within("lrb", "batch", params.batch, 0.1, 1e6)?;
        let fit = setup.expected.max(1) as f64;
        let this = Self {
            pasts: Pages::zeroed(setup.objects),
            known: Bag::new(setup.objects),
            order: Lists::new(setup.objects),
            waiting: Bag::new(setup.objects),
            rows: Vec::new(),
            labels: Vec::new(),
            model: None,
            asked: Vec::new(),
            expected: Vec::new(),
            rng: rng::rng(setup.seed, "lrb-training"),
            window: (fit * params.window).max(1.0) as u64,
            batch: (fit * params.batch).clamp(LEAST_SAMPLES, MOST_SAMPLES) as usize,
        };
        Ok((this, params.samples))
    }

    fn entered(&mut self, cx: &Cx<'_>, id: ObjId, now: u64) {
        self.request(cx, id, now);
    }

    fn used(&mut self, cx: &Cx<'_>, id: ObjId, (): &mut (), now: u64) {
        self.request(cx, id, now);
    }

    /// Without a model, how recently it was used.
    fn worth(&self, _: &Cx<'_>, id: ObjId, (): &(), now: u64) -> f64 {
        -(self.age(id, now) as f64)
    }

    /// The model is asked about all together, which is several times as fast.
    fn worst(&mut self, cx: &Cx<'_>, residents: &Bag<()>, places: &[usize], now: u64) -> Option<usize> {
        let id = |place: usize| residents.at(place).0;
        // Nothing is worth less than what was not requested within the window.
        let outside = |&place: &usize| !self.known.contains(id(place)) || self.age(id(place), now) > self.window;
        if let Some(place) = places.iter().copied().find(outside) {
            return Some(place);
        }
        let Some(model) = &self.model else {
            let worth = |place: usize| self.worth(cx, id(place), &(), now);
            return places.iter().copied().reduce(|a, b| if worth(b) < worth(a) { b } else { a });
        };
        self.asked.clear();
        self.asked.extend(places.iter().map(|&p| self.pasts[id(p) as usize].features(cx.size(id(p)), now)));
        self.expected.clear();
        model.predict_all(&self.asked, &mut self.expected);
        let pairs = places.iter().copied().zip(self.expected.iter().copied());
        pairs.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{Fed, check, popular_among_others};
    use super::*;
    use crate::policy::Build;

    #[test]
    fn walk_through() {
        // Not trained yet: the one used longest ago leaves, and 64 draws from two all but surely find it.
        check("lrb", 2, "a b a c d c", "m m h m-b m-a h");
    }

    #[test]
    fn features_are_of_the_past() {
        let mut past = Past::default();
        for now in [5, 7, 1031] {
            past.request(now);
        }
        let features = past.features(9, 1041);
        assert_eq!(features[..4], [9.0, 10.0, 1024.0, 2.0]);
        assert!(features[4].is_nan());
        // Two requests 1024 before the last count half.
        let expected = 1.0 + 0.5 * (1.0 + libm::exp2f(-2.0 / 1024.0));
        assert!((features[2 + DISTANCES] - expected).abs() < 1e-6);
    }

    #[test]
    fn it_learns_who_comes_back() {
        // 30 objects of a loop between others that never come again, in a cache of 40, for which LRU has no hit.
        let setup = Setup { objects: 1 << 16, capacity: 40, expected: 40, seed: 3, bytes: false };
        let mut cache = Fed::new(Sampled::<Lrb>::build(&Params::default(), &setup).unwrap(), 40);
        cache.request(popular_among_others(0..20_000, 30));
        let hits = cache.request(popular_among_others(20_000..40_000, 30));
        assert!(hits > 4000, "{hits} of 5000");
    }
}
