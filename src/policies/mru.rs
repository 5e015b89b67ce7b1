//! MRU: the object that was used last leaves.
//!
//! # State
//! One list in order of last use; victims come from its newest end.
//!
//! # Parameters
//! None.
//!
//! # Source
//! H.-T. Chou, D. J. DeWitt: An evaluation of buffer management strategies for relational database systems. VLDB 1985
//! (there: for loops over a relation larger than the buffer). <https://www.vldb.org/conf/1985/P127.PDF>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Everything but loops longer than the cache, where it is the best there is.

use super::parts::duties::resident_lists;
use super::parts::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};

pub(super) static POLICY: Unit = Unit::new::<Mru>(Info {
    name: "mru",
    aliases: &["most-recently-used"],
    summary: "the object that was used last leaves",
    family: Family::Recency,
    paper: Paper {
        authors: "H.-T. Chou, D. J. DeWitt",
        title: "An evaluation of buffer management strategies for relational database systems",
        venue: "VLDB",
        year: 1985,
        url: "https://www.vldb.org/conf/1985/P127.PDF",
    },
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES, lists::LRU_BYTES * 3 / 2),
    source: include_str!("mru.rs"),
});

const ALL: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Mru {
    lists: Lists<1, 0>,
}

impl Build for Mru {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects) })
    }
}

impl Policy for Mru {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.lists.contains(id);
        if resident {
            self.lists.renew(ALL, id);
        }
        resident
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        out.extend(self.lists.pop_back(ALL, &()));
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(ALL, id, &());
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.back(ALL)
    }

    resident_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        check("mru", 3, "a b c d a e a", "m m m m-c h m-a m-e");
    }

    #[test]
    fn a_loop_longer_than_the_cache_hits_as_often_as_with_knowledge_of_the_future() {
        // Two hits before each miss; the two give up the same objects.
        let (requests, expected) = ("a b c d a b c d a b c d a b c", "m m m m-c h h m-b h h m-a h h m-d h h");
        check("mru", 3, requests, expected);
        check("belady", 3, requests, expected);
    }
}
