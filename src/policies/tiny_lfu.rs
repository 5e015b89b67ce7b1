//! TinyLFU: an LRU list behind a filter that lets a new object in only if a sketch says that it was used more often lately
//! than the object it would replace.
//!
//! # State
//! An LRU list; a count-min sketch of 4-bit counters for all objects, resident or not, halved after a sample of requests.
//!
//! # Parameters
//! - `sample` = 10: size of the sample after which all counts, the sample's too, are halved, as a multiple of the objects
//!   that fit (the W/C of the paper's section 3; ten is what its 4-bit counters need).
//!
//! # Source
//! G. Einziger, R. Friedman: TinyLFU: a highly efficient cache admission policy. Euromicro PDP 2014.
//! <https://doi.org/10.1109/PDP.2014.34>
//!
//! # Departures
//! The doorkeeper, which the paper offers to save memory, is left out. An object that does not get in is refused, and passes
//! by the cache. With byte sizes it duels with one victim after the other, so that it may be refused when some have left.
//!
//! # Weak on
//! New objects that are used in bursts: the filter lets none in before it was used more often than what is there.

use super::parts::duties::resident_lists;
use super::parts::quota::within;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, Sketch, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<TinyLfu>(Info {
    name: "tiny-lfu",
    aliases: &[],
    summary: "LRU; a new object gets in only by being used more often than the victim",
    family: Family::Frequency,
    paper: Paper {
        authors: "G. Einziger, R. Friedman",
        title: "TinyLFU: a highly efficient cache admission policy",
        venue: "Euromicro PDP",
        year: 2014,
        url: "https://doi.org/10.1109/PDP.2014.34",
    },
    params: &[Param {
        name: "sample",
        range: "1..1000",
        origin: Origin::Paper,
        help: "size of the sample after which counts are halved, multiple of the objects that fit",
    }],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES, lists::LRU_BYTES * 3 / 2 + Sketch::OBJECT_BYTES),
    source: include_str!("tiny_lfu.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    sample: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { sample: 10 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct TinyLfu {
    lists: Lists<1, 0>,
    sketch: Sketch,
}

impl Build for TinyLfu {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("tiny-lfu", "sample", params.sample as f64, 1.0, 1000.0)?;
        let sample = params.sample * setup.expected.max(1) as u64;
        Ok(Self { lists: Lists::new(setup.objects), sketch: Sketch::new(setup.expected, sample) })
    }
}

impl Policy for TinyLfu {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.sketch.increment(id);
            self.lists.renew(0, id);
        }
        resident
    }

    #[inline(always)]
    fn miss(&mut self, _: &Cx<'_>, id: ObjId) {
        self.sketch.increment(id);
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(victim) = self.lists.front(0) else { return Verdict::Refuse };
        if let Cause::Incoming(id) = cause
            && self.sketch.estimate(id) <= self.sketch.estimate(victim)
        {
            return Verdict::Refuse;
        }
        self.lists.remove(victim, &());
        out.push(victim);
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(0, id, &());
    }

    resident_lists!();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each of the requests did to a cache of two: hit, let in, refused.
    fn walk(ids: &[ObjId]) -> String {
        let mut cache =
            TinyLfu::build(&Params::default(), &Setup { objects: 9, capacity: 2, expected: 2, seed: 0, bytes: false })
                .unwrap();
        let (mut used, mut out) = (0, Vec::new());
        let step = |&id: &ObjId| {
            let cx = Cx::unit(0, 0);
            if cache.hit(&cx, id) {
                return 'h';
            }
            cache.miss(&cx, id);
            if used == 2 && cache.evict(&cx, Cause::Incoming(id), &mut out) == Verdict::Refuse {
                return 'r';
            }
            used = (used + 1).min(2);
            cache.insert(&cx, id);
            'm'
        };
        ids.iter().map(step).collect()
    }

    #[test]
    fn walk_through() {
        // 2 is refused while it was used no more often than 0, the least recently used, and gets in at its third use, in
        // place of 0. After the hit of 1 it is the oldest itself, and used as often as 0, which stays out.
        assert_eq!(walk(&[0, 1, 0, 1, 2, 2, 2, 1, 0]), "mmhhrrmhr");
    }

    #[test]
    fn a_scan_passes_by() {
        assert_eq!(walk(&[0, 1, 0, 1, 3, 4, 5, 6, 7, 8, 0, 1]), "mmhhrrrrrrhh");
    }
}
