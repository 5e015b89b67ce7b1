//! Second hit: an object comes in when it is asked for the second time; what is asked for once never does.
//!
//! # State
//! Per object how often it was asked for, up to the number that lets it in, and when last.
//!
//! # Parameters
//! - `requests` = 2: the request that lets an object in (source: cache-on-second-hit).
//! - `within` = 0: requests to the cache after which an object that was not asked for again is forgotten; 0 = never (source:
//!   filters that are replaced now and then; `bloom` does that).
//!
//! # Source
//! B. M. Maggs, R. K. Sitaraman: Algorithmic nuggets in content delivery. ACM SIGCOMM Computer Communication Review 45(3),
//! 2015, section 4. <https://doi.org/10.1145/2805789.2805800>
//!
//! # Departures
//! The source uses Bloom filters, because a server cannot remember every object; this remembers exactly, which shows what the
//! rule itself is worth.
//!
//! # Weak on
//! Objects asked for exactly twice, which miss twice.

use crate::core::quantity::within;
use crate::core::{ObjId, Pages, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, Origin, Paper, Param, Setup, State};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static ADMISSION: Gate = Gate::new::<SecondHit>(Info {
    name: "second-hit",
    aliases: &["2-hit", "n-hit", "cache-on-second-hit"],
    summary: "an object comes in when it is asked for the second time",
    family: Family::Frequency,
    paper: Paper {
        authors: "B. M. Maggs, R. K. Sitaraman",
        title: "Algorithmic nuggets in content delivery",
        venue: "ACM SIGCOMM Computer Communication Review 45(3)",
        year: 2015,
        url: "https://doi.org/10.1145/2805789.2805800",
    },
    params: &[
        Param { name: "requests", range: "1..1000", origin: Origin::Paper, help: "the request that lets an object in" },
        Param {
            name: "within",
            range: "0..",
            origin: Origin::Practice,
            help: "requests after which what was not asked for again is forgotten; 0 = never",
        },
    ],
    needs: Needs::NOTHING,
    state: State::of(size_of::<Seen>() as u32, 0),
    source: include_str!("second_hit.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    requests: u32,
    within: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { requests: 2, within: 0 }
    }
}

/// Requests for an object, and the last one.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Seen {
    times: u32,
    last: u32,
}

/// See the module text.
#[derive(Debug)]
pub struct SecondHit {
    seen: Pages<Seen>,
    params: Params,
    now: u32,
}

impl Build for SecondHit {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("second-hit", "requests", f64::from(params.requests), 1.0, 1000.0)?;
        Ok(Self { seen: Pages::zeroed(setup.objects), params: *params, now: 0 })
    }
}

impl Admission for SecondHit {
    fn request(&mut self, _: &Cx<'_>, id: ObjId) {
        self.now = self.now.wrapping_add(1);
        let seen = &mut self.seen[id as usize];
        if self.params.within > 0 && u64::from(self.now.wrapping_sub(seen.last)) > self.params.within {
            seen.times = 0;
        }
        *seen = Seen { times: seen.times.saturating_add(1), last: self.now };
    }

    fn admits(&mut self, _: &Cx<'_>, id: ObjId, _: Option<ObjId>) -> bool {
        self.seen[id as usize].times >= self.params.requests
    }
}
