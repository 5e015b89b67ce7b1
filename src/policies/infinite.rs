//! Infinite: nothing ever leaves. Its misses are the compulsory ones, below which no policy comes.
//!
//! # State
//! A mark per object.
//!
//! # Parameters
//! None.
//!
//! # Source
//! M. D. Hill, A. J. Smith: Evaluating associativity in CPU caches. IEEE Transactions on Computers 38(12), 1989 (there:
//! compulsory misses, those of an infinite cache). <https://doi.org/10.1109/12.40842>
//!
//! # Departures
//! None. The capacity is not looked at: nothing takes any of it, and an object larger than it is held too.
//!
//! # Weak on
//! Nothing but memory.

use super::parts::quota::NoParams;
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};

pub(super) static POLICY: Unit = Unit::new::<Infinite>(Info {
    name: "infinite",
    aliases: &["unbounded", "inf"],
    summary: "nothing ever leaves: the misses that no policy can avoid",
    family: Family::Oracle,
    paper: Paper {
        authors: "M. D. Hill, A. J. Smith",
        title: "Evaluating associativity in CPU caches",
        venue: "IEEE Transactions on Computers 38(12)",
        year: 1989,
        url: "https://doi.org/10.1109/12.40842",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(1, 0),
    source: include_str!("infinite.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Infinite {
    held: Pages<u8>,
}

impl Build for Infinite {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { held: Pages::zeroed(setup.objects) })
    }
}

impl Policy for Infinite {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.contains(id)
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, _: &mut Vec<ObjId>) -> Verdict {
        Verdict::Refuse
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.held[id as usize] = 1;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.held[id as usize] = 0;
    }

    fn set_capacity(&mut self, _: u64) {}

    /// Nothing takes any of the capacity, so it is never full.
    #[inline(always)]
    fn charge(&self, _: u32) -> u64 {
        0
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        prefetch(&self.held, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.held[id as usize] != 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        check("infinite", 1, "a b c a b c", "m m m h h h");
    }
}
