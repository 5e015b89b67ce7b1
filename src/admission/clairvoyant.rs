//! Clairvoyant: an object comes in only if it will be asked for again sooner than the object that would have to leave for it.
//!
//! # State
//! Per object the index of its next request.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966: the rule of
//! MIN, applied to who comes in. <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! The paper has no admission: what is asked for comes in. In front of MIN this is MIN with bypass.
//!
//! # Weak on
//! Nothing that can be known; it is a bound for admissions, and cannot be had without the future. The policy has to know its
//! victim beforehand; one that does not is refused.

use crate::core::{NO_NEXT_USE, ObjId, Pages, Result};
use crate::policy::{Admission, Build, Cx, Family, Gate, Info, Needs, NoParams, Paper, Setup, State};

pub(super) static ADMISSION: Gate = Gate::new::<Clairvoyant>(Info {
    name: "clairvoyant",
    aliases: &["oracle"],
    summary: "an object comes in if it is asked for again sooner than who would have to leave",
    family: Family::Oracle,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs { next_use: true, ..Needs::VICTIM },
    state: State::of(4, 0),
    source: include_str!("clairvoyant.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Clairvoyant {
    next_use: Pages<u32>,
}

impl Build for Clairvoyant {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { next_use: Pages::zeroed(setup.objects) })
    }
}

impl Admission for Clairvoyant {
    fn request(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.next_use[id as usize] = cx.next_use;
    }

    fn admits(&mut self, cx: &Cx<'_>, _: ObjId, victim: Option<ObjId>) -> bool {
        cx.next_use != NO_NEXT_USE && victim.is_none_or(|victim| cx.next_use < self.next_use[victim as usize])
    }
}
