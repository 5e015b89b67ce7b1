//! None: nothing comes in but what is asked for.
//!
//! # State
//! None.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966: demand
//! paging. <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Objects that are asked for in the same order again and again, or in that of their keys: each is missed all the same.

use crate::core::{ObjId, Result};
use crate::policy::{Build, Cx, Family, Info, Needs, NoParams, Paper, Prefetch, Prefetcher, Served, Setup, State};

pub(super) static PREFETCHER: Prefetcher = Prefetcher::new::<None>(Info {
    name: "none",
    aliases: &["demand", "off"],
    summary: "nothing comes in but what is asked for",
    family: Family::Sequence,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(0, 0),
    source: include_str!("none.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct None {}

impl Build for None {
    type Params = NoParams;

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self {})
    }
}

impl Prefetch for None {
    fn request(&mut self, _: &Cx<'_>, _: ObjId, _: Served, _: &mut Vec<ObjId>) {}
}
