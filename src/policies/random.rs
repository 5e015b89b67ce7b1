//! Random: any resident object leaves, each with the same probability.
//!
//! # State
//! An array of the resident objects in no order that matters, and each one's place in it.
//!
//! # Parameters
//! None; the choices follow from the seed of the run.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966
//! (there: RAND). <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Anything with an order to learn from; under independent requests it equals FIFO (Gelenbe 1973).

use super::quota::NoParams;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::{Build, Unit};
use crate::policy::{Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};

pub(super) static POLICY: Unit = Unit::new::<Random>(Info {
    name: "random",
    aliases: &["rand", "rr"],
    summary: "any resident object leaves, each with the same probability",
    family: Family::Random,
    paper: Paper {
        authors: "L. A. Belady",
        title: "A study of replacement algorithms for a virtual-storage computer",
        venue: "IBM Systems Journal 5(2)",
        year: 1966,
        url: "https://doi.org/10.1147/sj.52.0078",
    },
    params: &[],
    needs: Needs::NOTHING,
    // A place per object; an array of the residents that grows by doubling.
    state: State::of(4, 6),
    source: include_str!("random.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Random {
    residents: Vec<ObjId>,
    /// Place among the residents plus one; 0 = not resident.
    places: Pages<u32>,
    rng: Rng,
}

impl Random {
    /// Takes out the resident at a place; the last one fills the gap.
    fn take(&mut self, place: usize) -> ObjId {
        let id = self.residents.swap_remove(place);
        if let Some(&moved) = self.residents.get(place) {
            self.places[moved as usize] = place as u32 + 1;
        }
        self.places[id as usize] = 0;
        id
    }
}

impl Build for Random {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        let rng = rng::rng(setup.seed, "random");
        Ok(Self { residents: Vec::new(), places: Pages::zeroed(setup.objects), rng })
    }
}

impl Policy for Random {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.contains(id)
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let place = rng::below(&mut self.rng, self.residents.len() as u64);
        out.push(self.take(place as usize));
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.residents.push(id);
        self.places[id as usize] = self.residents.len() as u32;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.take(self.places[id as usize] as usize - 1);
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        prefetch(&self.places, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.places[id as usize] != 0
    }

    fn check(&self) -> Result<(), String> {
        let placed = self.residents.iter().enumerate().all(|(i, &id)| self.places[id as usize] as usize == i + 1);
        if placed { Ok(()) } else { Err("a resident is not where its place says".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        check("random", 1, "a a b b a", "m h m-a h m-b");
    }

    #[test]
    fn every_resident_is_as_likely() {
        let cx = Cx::unit(0, 0);
        let mut random = Random::build(&NoParams {}, &Setup { objects: 5, capacity: 5, expected: 5, seed: 1 }).unwrap();
        (0..5).for_each(|id| random.insert(&cx, id));
        let mut counts = [0u32; 5];
        let mut out = Vec::new();
        for _ in 0..500_000 {
            out.clear();
            random.evict(&cx, Cause::Shrink, &mut out);
            counts[out[0] as usize] += 1;
            random.insert(&cx, out[0]);
        }
        // Four degrees of freedom: 18.5 is the 99.9 % quantile.
        let chi2: f64 = counts.iter().map(|&c| (f64::from(c) - 1e5).powi(2) / 1e5).sum();
        assert!(chi2 < 18.5, "{counts:?}");
    }
}
