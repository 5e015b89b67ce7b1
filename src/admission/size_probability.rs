//! Size probability: an object of size s comes in with probability exp(-s/c), so that large objects have to be asked for more
//! often.
//!
//! # State
//! None.
//!
//! # Parameters
//! `scale` = 1MiB: c, the size that comes in with probability 0.37 (practice: no source fixes it; AdaptSize looks for the
//! best).
//!
//! # Source
//! D. S. Berger, R. K. Sitaraman, M. Harchol-Balter: AdaptSize: orchestrating the hot object memory cache in a content delivery
//! network. NSDI 2017 (there: the admission that it tunes).
//! <https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/berger>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! The choice of c, which has to be made beforehand.

use crate::core::rng::{self, Rng};
use crate::core::{Error, ObjId, Result, quantity};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<SizeProbability>(Info {
    name: "size-probability",
    aliases: &["size-prob", "sizeprobabilistic", "exp-lru"],
    summary: "an object comes in with a probability that falls with its size",
    family: Family::Size,
    paper: Paper {
        authors: "D. S. Berger, R. K. Sitaraman, M. Harchol-Balter",
        title: "AdaptSize: orchestrating the hot object memory cache in a content delivery network",
        venue: "NSDI",
        year: 2017,
        url: "https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/berger",
    },
    params: &[Param {
        name: "scale",
        range: "a size",
        origin: Origin::Practice,
        help: "the size that comes in with probability 0.37, as in 64KiB",
    }],
    needs: Needs { sizes: true, ..Needs::CHANCE },
    state: State::of(0, 0),
    source: include_str!("size_probability.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    scale: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { scale: "1MiB".into() }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct SizeProbability {
    scale: f64,
    rng: Rng,
}

impl Build for SizeProbability {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        let (scale, _) = quantity::bytes(&params.scale)?;
        if scale == 0 {
            return Err(Error::usage("size-probability: scale=0 lets nothing in").hint("use a size, as in scale=64KiB"));
        }
        Ok(Self { scale: scale as f64, rng: rng::rng(setup.seed, "size-probability") })
    }
}

impl Admission for SizeProbability {
    fn admits(&mut self, cx: &Cx<'_>, id: ObjId, _: Option<ObjId>) -> bool {
        rng::unit(&mut self.rng) < libm::exp(-f64::from(cx.size(id)) / self.scale)
    }
}
