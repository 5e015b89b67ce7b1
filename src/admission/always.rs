//! Always: every missed object comes in.
//!
//! # State
//! None.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966: demand
//! paging, where what is asked for must come in. <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Objects that are asked for once: each pushes out one that might have been asked for again.

use crate::core::{ObjId, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, NoParams, Paper, Setup, State};

pub(super) static ADMISSION: Gate = Gate::new::<Always>(Info {
    name: "always",
    aliases: &["none", "all"],
    summary: "every missed object comes in",
    family: Family::Recency,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(0, 0),
    source: include_str!("always.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Always {}

impl Build for Always {
    type Params = NoParams;

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self {})
    }
}

impl Admission for Always {
    fn admits(&mut self, _: &Cx<'_>, _: ObjId, _: Option<ObjId>) -> bool {
        true
    }
}
