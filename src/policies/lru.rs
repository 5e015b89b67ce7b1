//! LRU: the object that was not used for the longest time leaves.
//!
//! # State
//! One list in order of last use.
//!
//! # Parameters
//! None.
//!
//! # Source
//! R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger: Evaluation techniques for storage hierarchies. IBM Systems
//! Journal 9(2), 1970. <https://doi.org/10.1147/sj.92.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Scans, which push everything else out, and loops a little longer than the cache, which never hit.

use super::parts::duties::resident_lists;
use super::parts::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};

pub(super) static POLICY: Unit = Unit::new::<Lru>(Info {
    name: "lru",
    aliases: &["least-recently-used"],
    summary: "the object that was not used for the longest time leaves",
    family: Family::Recency,
    paper: Paper {
        authors: "R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger",
        title: "Evaluation techniques for storage hierarchies",
        venue: "IBM Systems Journal 9(2)",
        year: 1970,
        url: "https://doi.org/10.1147/sj.92.0078",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES, lists::LRU_BYTES * 3 / 2),
    source: include_str!("lru.rs"),
});

const QUEUE: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Lru {
    lists: Lists<1, 0>,
}

impl Build for Lru {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects) })
    }
}

impl Policy for Lru {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.lists.renew(QUEUE, id);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match self.lists.pop_sparse(QUEUE, &()) {
            Some(id) => {
                out.push(id);
                Verdict::Freed
            }
            None => Verdict::Refuse,
        }
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(QUEUE, id, &());
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.front(QUEUE)
    }

    resident_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        check("lru", 3, "a b c a d b a e", "m m m h m-b m-c h m-d");
    }

    #[test]
    fn a_loop_longer_than_the_cache_never_hits() {
        check("lru", 3, "a b c d a b c d", "m m m m-a m-b m-c m-d m-a");
    }
}
