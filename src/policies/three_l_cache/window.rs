//! What 3L-Cache knows of the objects in the cache and in the history, and the model that it trains from it.

use super::super::parts::trees::{Training, Trees};
use super::tuning::History;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, prefetch};
use crate::policy::{Cx, Setup};
use crate::structs::{Bag, Dial, Lists, lists};
use bytemuck::{Pod, Zeroable};

/// The mark of residents, and the hand that walks over them.
pub(super) const RESIDENT: u32 = 1;
pub(super) const WALK: usize = 0;
const LEFT: usize = 0;
/// So many requests pass from when a slot is asked for to when the object in it is, and from then to when it is drawn.
const AHEAD: usize = 4;
/// Distances between requests that are remembered.
const GAPS: usize = 3;
/// Time since the last request, distances, size, requests.
const FEATURES: usize = GAPS + 3;
/// More requests of an object are not counted.
pub(super) const MOST_COUNT: u32 = 65_535;
/// With a model, one of so many labels makes a row.
const ONE_OF: u64 = 4;
/// The authors' numbers of trees and leaves; the rate is LightGBM's.
const TRAINING: Training = Training { trees: 16, leaves: 32, depth: 31, rate: 0.1 };

/// The requests of an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Past {
    /// The number of the last one.
    pub(super) last: u64,
    /// The distances between them, the newest first; 0 where there is none.
    gaps: [u32; GAPS],
    pub(super) count: u32,
}

impl Past {
    fn request(&mut self, now: u64) {
        self.gaps.copy_within(0..GAPS - 1, 1);
        self.gaps[0] = (now - self.last).min(u64::from(u32::MAX)) as u32;
        self.count = (self.count + 1).min(MOST_COUNT);
        self.last = now;
    }

    fn features(&self, size: u32, now: u64) -> [f32; FEATURES] {
        let [first, second, third] = self.gaps.map(|gap| gap as f32);
        [(now - self.last) as f32, first, second, third, size as f32, self.count as f32]
    }
}

/// What is known of the residents and of the history.
#[derive(Debug)]
pub(super) struct Window {
    /// Of the objects in `known`.
    pasts: Pages<Past>,
    /// When an object was drawn whose next request will be the label; 0 for one that does not wait for it.
    drawn: Pages<u64>,
    /// All that is known, the residents and the history, to draw from.
    pub(super) known: Bag<()>,
    /// The residents, in the order of their last requests.
    pub(super) residents: Dial<1>,
    /// The history: objects that left, in the order in which they did.
    left: Lists<1, 0>,
    rows: Vec<[f32; FEATURES]>,
    /// Of each row.
    labels: Vec<f64>,
    /// So many rows make a training.
    pub(super) batch: usize,
    model: Option<Trees<FEATURES>>,
    /// The longest time since the last request of an object that was forgotten, and what this was at the last training.
    longest: u64,
    away: u64,
    rng: Rng,
    /// For draws; the same one some draws on and more on, which tell the memory what will be asked for.
    draws: [Rng; 3],
    pub(super) history: History,
    /// Did anything have to leave yet?
    pub(super) under_pressure: bool,
}

impl Window {
    /// Bytes per object.
    pub(super) const OBJECT_BYTES: u32 = (size_of::<Past>() + size_of::<u64>()) as u32
        + Bag::<()>::PLACE_BYTES
        + Bag::<()>::SLOT_BYTES
        + Dial::<1>::WORD_BYTES
        + lists::WORD_BYTES
        + lists::SPARSE_QUEUE_BYTES;
    /// Bytes per row: itself, and in a training its columns, bins, weight, gradient and places.
    pub(super) const ROW_BYTES: u32 = (size_of::<[f32; FEATURES]>() + size_of::<f64>() + 18 * FEATURES) as u32;
    /// The model, and the histograms of a training.
    pub(super) const FIXED_BYTES: u32 = 1 << 18;

    pub(super) fn new(setup: &Setup, batch: usize) -> Self {
        Self {
            pasts: Pages::zeroed(setup.objects),
            drawn: Pages::zeroed(setup.objects),
            known: Bag::new(setup.objects),
            residents: Dial::new(setup.objects),
            left: Lists::new(setup.objects),
            rows: Vec::with_capacity(batch),
            labels: Vec::with_capacity(batch),
            batch,
            model: None,
            longest: 0,
            away: 0,
            rng: rng::rng(setup.seed, "three-l-cache"),
            draws: [0, AHEAD, 2 * AHEAD].map(|ahead| {
                let mut rng = rng::rng(setup.seed, "three-l-cache draws");
                (0..ahead).for_each(|_| _ = rng::unit(&mut rng));
                rng
            }),
            history: History::new(),
            under_pressure: false,
        }
    }

    pub(super) fn past(&self, id: ObjId) -> &Past {
        &self.pasts[id as usize]
    }

    /// Is there a model?
    pub(super) fn is_trained(&self) -> bool {
        self.model.is_some()
    }

    /// In how many requests the model expects the next one of each object; nothing where there is no model.
    pub(super) fn expected(&self, cx: &Cx<'_>, ids: &[ObjId], now: u64) -> Vec<f64> {
        let rows: Vec<_> = ids.iter().map(|&id| self.past(id).features(cx.size(id), now)).collect();
        let mut expected = Vec::with_capacity(ids.len());
        if let Some(model) = &self.model {
            model.predict_all(&rows, &mut expected);
        }
        for logarithm in &mut expected {
            *logarithm = libm::exp(*logarithm);
        }
        expected
    }

    /// A request of an object that is known.
    pub(super) fn request(&mut self, cx: &Cx<'_>, id: ObjId, now: u64) {
        let drawn = std::mem::take(&mut self.drawn[id as usize]);
        if drawn != 0 && self.is_wanted() {
            self.learn(cx, id, drawn, now - drawn);
        }
        self.pasts[id as usize].request(now);
    }

    /// An object becomes resident; one whose request was not seen, as by a cache above, is requested now.
    pub(super) fn enter(&mut self, cx: &Cx<'_>, id: ObjId, now: u64) {
        if !self.known.contains(id) {
            self.known.insert(id, ());
            self.pasts[id as usize] = Past { last: now, count: 1, ..Past::default() };
        } else if self.pasts[id as usize].last != now {
            self.request(cx, id, now);
        }
        self.left.remove(id, &());
        self.residents.push(id, RESIDENT);
    }

    /// A resident leaves the cache, and is not forgotten.
    pub(super) fn leave(&mut self, id: ObjId) {
        self.residents.remove(id);
        self.left.push(LEFT, id, &());
    }

    /// A known object is drawn to wait for its label, unless it does so already.
    pub(super) fn draw(&mut self, now: u64) {
        if self.under_pressure && !self.known.is_empty() {
            let [now_drawn, soon, later] = &mut self.draws;
            self.known.preload_place(self.known.draw(later));
            prefetch(&self.drawn, self.known.at(self.known.draw(soon)).0 as usize);
            let place = self.known.draw(now_drawn);
            let drawn = &mut self.drawn[self.known.at(place).0 as usize];
            if *drawn == 0 {
                *drawn = now;
            }
        }
    }

    /// With each request a full history gives up its oldest object; the row of that one learns that the next request is far
    /// away.
    pub(super) fn trim(&mut self, cx: &Cx<'_>, now: u64) {
        if (self.left.len(LEFT) as usize) < self.history.most(self.residents.len()) {
            return;
        }
        let Some(id) = self.left.front(LEFT) else { return };
        let drawn = self.drawn[id as usize];
        if drawn != 0 && self.is_wanted() {
            let age = now - self.past(id).last;
            self.learn(cx, id, drawn, self.away + age);
            self.longest = self.longest.max(age);
        }
        self.history.full = true;
        self.forget(id);
    }

    /// The object is known no more, resident or not.
    pub(super) fn forget(&mut self, id: ObjId) {
        self.residents.remove(id);
        self.left.remove(id, &());
        self.known.remove(id);
        self.drawn[id as usize] = 0;
    }

    /// Does the next label make a row?
    fn is_wanted(&mut self) -> bool {
        self.model.is_none() || rng::below(&mut self.rng, ONE_OF) == 0
    }

    /// An object as it was when it was drawn makes a row; its label is the logarithm of the distance to the next request.
    fn learn(&mut self, cx: &Cx<'_>, id: ObjId, drawn: u64, distance: u64) {
        if self.rows.len() < self.batch {
            self.rows.push(self.past(id).features(cx.size(id), drawn));
            self.labels.push(libm::log1p(distance as f64));
        }
    }

    /// Trains the model if there are enough rows; says whether it did.
    pub(super) fn train(&mut self) -> bool {
        if self.rows.len() < self.batch {
            return false;
        }
        // A batch that nothing can be learned from leaves the old model as it is.
        self.model = Trees::train(&self.rows, &self.labels, &TRAINING).or(self.model.take());
        self.rows.clear();
        self.labels.clear();
        self.away = self.longest;
        self.history.tune();
        true
    }

    #[inline(always)]
    pub(super) fn preload(&self, id: ObjId) {
        self.residents.preload(id);
        self.known.preload(id);
        prefetch(&self.pasts, id as usize);
        prefetch(&self.drawn, id as usize);
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.known.check()?;
        self.residents.check()?;
        self.left.check()?;
        let listed = self.residents.iter(!0).chain(self.left.iter(LEFT));
        if listed.filter(|&id| self.known.contains(id)).count() != self.known.len() {
            return Err(format!("{} objects are known, and the lists hold others", self.known.len()));
        }
        if self.residents.len() + self.left.len(LEFT) as usize != self.known.len() {
            return Err("a list holds an object that is not known".to_owned());
        }
        let stray = self.drawn.iter().enumerate().find(|&(id, &drawn)| drawn != 0 && !self.known.contains(id as ObjId));
        stray.map_or(Ok(()), |(id, _)| Err(format!("object {id} waits for its label and is not known")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_of_the_past() {
        let mut past = Past { last: 5, count: 1, ..Past::default() };
        assert_eq!(past.features(9, 6)[..], [1.0, 0.0, 0.0, 0.0, 9.0, 1.0]);
        for now in [7, 1031, 1032, 1042] {
            past.request(now);
        }
        assert_eq!(past.features(9, 1042)[..], [0.0, 10.0, 1.0, 1024.0, 9.0, 5.0]);
        past.count = MOST_COUNT;
        past.request(1043);
        assert_eq!(past.count, MOST_COUNT);
    }
}
