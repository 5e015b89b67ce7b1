//! TinyLFU: an object comes in only if a sketch says that it was asked for more often lately than the object that would have to
//! leave for it.
//!
//! # State
//! A count-min sketch of 4-bit counters for all objects, resident or not, halved after a sample of requests.
//!
//! # Parameters
//! `sample` = 10: size of the sample after which all counts are halved, as a multiple of the objects that fit (the W/C of the
//! source's section 3; ten is what its 4-bit counters and Caffeine use).
//!
//! # Source
//! G. Einziger, R. Friedman, B. Manes: TinyLFU: a highly efficient cache admission policy. ACM Transactions on Storage
//! 13(4), 2017. <https://doi.org/10.1145/3149371>
//!
//! # Departures
//! The doorkeeper, which the paper offers to save memory, is left out. With byte sizes the object duels with the first victim
//! only.
//!
//! # Weak on
//! Objects that are new and soon used again: they lose against what was used before. The policy has to know its victim
//! beforehand; one that does not is refused.

use crate::core::quantity::within;
use crate::core::{ObjId, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use crate::structs::Sketch;
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<TinyLfu>(Info {
    name: "tiny-lfu",
    aliases: &["tinylfu"],
    summary: "an object comes in if it was asked for more often lately than who would have to leave",
    family: Family::Frequency,
    paper: Paper {
        authors: "G. Einziger, R. Friedman, B. Manes",
        title: "TinyLFU: a highly efficient cache admission policy",
        venue: "ACM Transactions on Storage 13(4)",
        year: 2017,
        url: "https://doi.org/10.1145/3149371",
    },
    params: &[Param {
        name: "sample",
        range: "1..1000",
        origin: Origin::Paper,
        help: "size of the sample after which counts are halved, multiple of the objects that fit",
    }],
    needs: Needs::VICTIM,
    state: State::of(0, Sketch::OBJECT_BYTES),
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
    sketch: Sketch,
}

impl Build for TinyLfu {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("tiny-lfu", "sample", params.sample as f64, 1.0, 1000.0)?;
        Ok(Self { sketch: Sketch::new(setup.expected, params.sample * setup.expected.max(1) as u64) })
    }
}

impl Admission for TinyLfu {
    fn request(&mut self, _: &Cx<'_>, id: ObjId) {
        self.sketch.increment(id);
    }

    fn admits(&mut self, _: &Cx<'_>, id: ObjId, victim: Option<ObjId>) -> bool {
        victim.is_none_or(|victim| self.sketch.estimate(id) > self.sketch.estimate(victim))
    }
}
