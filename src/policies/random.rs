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

use super::parts::quota::NoParams;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Bag;

pub(super) static POLICY: Unit = Unit::new::<Random>(Info {
    name: "random",
    aliases: &["rand", "rr"],
    summary: "any resident object leaves, each with the same probability",
    family: Family::Random,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs::CHANCE,
    state: State::of(Bag::<()>::PLACE_BYTES, Bag::<()>::SLOT_BYTES),
    source: include_str!("random.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Random {
    residents: Bag<()>,
    rng: Rng,
    /// Who leaves next, where somebody asked. Each time anew, or one who is worth keeping would bar the way for all.
    promised: Option<ObjId>,
}

impl Build for Random {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { residents: Bag::new(setup.objects), rng: rng::rng(setup.seed, "random"), promised: None })
    }
}

impl Policy for Random {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.residents.contains(id)
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if let Some(id) = self.promised {
            self.remove(cx, id);
            out.push(id);
        } else {
            let place = self.residents.draw(&mut self.rng);
            out.push(self.residents.take(place).0);
        }
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.promised = (!self.residents.is_empty()).then(|| {
            let place = self.residents.draw(&mut self.rng);
            self.residents.at(place).0
        });
        self.promised
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.residents.insert(id, ());
        self.promised = None;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.residents.remove(id);
        self.promised = None;
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.residents.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.residents.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.residents.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        check("random", 1, "a a b b a", "m h m-a h m-b");
    }

    #[test]
    fn every_resident_is_as_likely() {
        let cx = Cx::unit(0, 0);
        let mut random =
            Random::build(&NoParams {}, &Setup { objects: 5, capacity: 5, expected: 5, seed: 1, bytes: false })
                .unwrap();
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
