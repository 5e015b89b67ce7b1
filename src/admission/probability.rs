//! Probability: a missed object comes in with a fixed probability, so that on average it has to be asked for several times.
//!
//! # State
//! None.
//!
//! # Parameters
//! `p` = 0.5: the probability (practice: no source fixes it; the smaller, the more the cache keeps to what is popular, and the
//! slower it learns).
//!
//! # Source
//! V. Martina, M. Garetto, E. Leonardi: A unified approach to the performance analysis of caching systems. INFOCOM 2014
//! (q-LRU: LRU with this admission; towards 0 it becomes LFU). <https://doi.org/10.1109/INFOCOM.2014.6848145>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Change: what becomes popular has to wait for its luck.

use crate::core::quantity::within;
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<Probability>(Info {
    name: "probability",
    aliases: &["prob", "probabilistic", "q"],
    summary: "a missed object comes in with a fixed probability",
    family: Family::Random,
    paper: Paper {
        authors: "V. Martina, M. Garetto, E. Leonardi",
        title: "A unified approach to the performance analysis of caching systems",
        venue: "INFOCOM",
        year: 2014,
        url: "https://doi.org/10.1109/INFOCOM.2014.6848145",
    },
    params: &[Param { name: "p", range: "0..1", origin: Origin::Practice, help: "the probability" }],
    needs: Needs::CHANCE,
    state: State::of(0, 0),
    source: include_str!("probability.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    p: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { p: 0.5 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Probability {
    p: f64,
    rng: Rng,
}

impl Build for Probability {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("probability", "p", params.p, 0.0, 1.0)?;
        Ok(Self { p: params.p, rng: rng::rng(setup.seed, "probability") })
    }
}

impl Admission for Probability {
    fn admits(&mut self, _: &Cx<'_>, _: ObjId, _: Option<ObjId>) -> bool {
        rng::unit(&mut self.rng) < self.p
    }
}
