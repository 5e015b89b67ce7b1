//! Size threshold: an object larger than the threshold does not come in.
//!
//! # State
//! None.
//!
//! # Parameters
//! `most` = 1MiB: the largest size that comes in (practice: no source fixes it; the best threshold depends on trace and
//! capacity, which is what AdaptSize is about).
//!
//! # Source
//! M. Abrams, C. R. Standridge, G. Abdulla, S. Williams, E. A. Fox: Caching proxies: limitations and potentials. 4th
//! International World Wide Web Conference, 1995 (LRU-THOLD). <https://vtechworks.lib.vt.edu/handle/10919/19962>
//!
//! # Departures
//! None. Where every object counts 1, a threshold of 1 or more lets everything in.
//!
//! # Weak on
//! Large objects that are popular.

use crate::core::{ObjId, Result, quantity};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<SizeThreshold>(Info {
    name: "size-threshold",
    aliases: &["size", "thlru", "threshold"],
    summary: "an object larger than the threshold does not come in",
    family: Family::Size,
    paper: Paper {
        authors: "M. Abrams, C. R. Standridge, G. Abdulla, S. Williams, E. A. Fox",
        title: "Caching proxies: limitations and potentials",
        venue: "4th International World Wide Web Conference",
        year: 1995,
        url: "https://vtechworks.lib.vt.edu/handle/10919/19962",
    },
    params: &[Param {
        name: "most",
        range: "a size",
        origin: Origin::Practice,
        help: "the largest size that comes in, as in 64KiB",
    }],
    needs: Needs::SIZES,
    state: State::of(0, 0),
    source: include_str!("size_threshold.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    most: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { most: "1MiB".into() }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct SizeThreshold {
    most: u64,
}

impl Build for SizeThreshold {
    type Params = Params;

    fn build(params: &Params, _: &Setup) -> Result<Self> {
        Ok(Self { most: quantity::bytes(&params.most)?.0 })
    }
}

impl Admission for SizeThreshold {
    fn admits(&mut self, cx: &Cx<'_>, id: ObjId, _: Option<ObjId>) -> bool {
        u64::from(cx.size(id)) <= self.most
    }
}
