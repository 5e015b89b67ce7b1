//! Bloom: an object comes in when it was missed before, as far as two Bloom filters remember; the older one is emptied when the
//! newer one is full.
//!
//! # State
//! Two Bloom filters: the one that is written, and the one before it.
//!
//! # Parameters
//! `memory` = 1.0: how many objects a filter takes before the next one begins, as a multiple of the objects that fit (practice:
//! the source only says that filters are replaced now and then).
//!
//! # Source
//! B. M. Maggs, R. K. Sitaraman: Algorithmic nuggets in content delivery. ACM SIGCOMM Computer Communication Review 45(3),
//! 2015, section 4. <https://doi.org/10.1145/2805789.2805800>
//!
//! # Departures
//! None. One object in about a hundred comes in too early, being mistaken for another.
//!
//! # Weak on
//! Objects asked for exactly twice, which miss twice.

use crate::core::quantity::within;
use crate::core::{ObjId, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use crate::structs;
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<Bloom>(Info {
    name: "bloom",
    aliases: &["bloom-filter", "bloomfilter", "b-lru"],
    summary: "an object comes in when it was missed before, as far as Bloom filters remember",
    family: Family::Frequency,
    paper: Paper {
        authors: "B. M. Maggs, R. K. Sitaraman",
        title: "Algorithmic nuggets in content delivery",
        venue: "ACM SIGCOMM Computer Communication Review 45(3)",
        year: 2015,
        url: "https://doi.org/10.1145/2805789.2805800",
    },
    params: &[Param {
        name: "memory",
        range: "0.01..100",
        origin: Origin::Practice,
        help: "objects a filter takes, multiple of the objects that fit",
    }],
    needs: Needs::NOTHING,
    state: State::of(0, 2 * structs::Bloom::OBJECT_BYTES),
    source: include_str!("bloom.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    memory: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { memory: 1.0 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Bloom {
    newer: structs::Bloom,
    older: structs::Bloom,
    most: u64,
}

impl Build for Bloom {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("bloom", "memory", params.memory, 0.01, 100.0)?;
        let most = ((setup.expected as f64 * params.memory) as usize).max(1);
        let filter = || structs::Bloom::new(most);
        Ok(Self { newer: filter(), older: filter(), most: most as u64 })
    }
}

impl Admission for Bloom {
    fn admits(&mut self, _: &Cx<'_>, id: ObjId, _: Option<ObjId>) -> bool {
        let known = self.newer.insert(id) || self.older.contains(id);
        if self.newer.members() >= self.most {
            std::mem::swap(&mut self.newer, &mut self.older);
            self.newer.clear();
        }
        known
    }
}
