//! 2Q: new objects wait in a short FIFO queue; only those asked for again after they left it enter the LRU main queue.
//!
//! # State
//! `A1IN`, FIFO queue of new objects; `A1OUT`, FIFO queue of keys of those that left it; `AM`, LRU list of the proven.
//!
//! # Parameters
//! - `in` = 0.25: share of the capacity that `A1IN` may hold (paper: Kin, 25 % of the page slots).
//! - `out` = 0.5: length of `A1OUT` as a share of the capacity (paper: Kout, identifiers for 50 % of the page slots).
//!
//! # Source
//! T. Johnson, D. Shasha: 2Q: a low overhead high performance buffer management replacement algorithm. VLDB 1994.
//! <https://www.vldb.org/conf/1994/P439.PDF>
//!
//! # Departures
//! None from the "full version". Shares are rounded down, `A1IN`'s to at least 1; they are of bytes where sizes count.
//!
//! # Weak on
//! Objects whose second use comes while they are still in `A1IN`: it does not count as proof.

use super::parts::duties::weighed_lists;
use super::parts::quota::{part, share, within};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{
    Build, Cause, Cx, Family, Ghosts, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict,
};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<TwoQ>(Info {
    name: "two-q",
    aliases: &["2q"],
    summary: "a FIFO queue for new objects, an LRU list for those that came back after leaving it",
    family: Family::Hybrid,
    paper: Paper {
        authors: "T. Johnson, D. Shasha",
        title: "2Q: a low overhead high performance buffer management replacement algorithm",
        venue: "VLDB",
        year: 1994,
        url: "https://www.vldb.org/conf/1994/P439.PDF",
    },
    params: &[
        Param { name: "in", range: "0..1", origin: Origin::Paper, help: "share of the queue for new objects (Kin)" },
        Param {
            name: "out",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of the ghost queue, share of the capacity (Kout)",
        },
    ],
    needs: Needs::NOTHING,
    // Both resident lists may come to hold all residents. Ghosts that come back leave many stale entries.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES + lists::LRU_BYTES * 3 / 2)
        .ghosts(Ghosts::Parameter("out"), lists::LRU_BYTES),
    source: include_str!("two_q.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    r#in: f64,
    out: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { r#in: 0.25, out: 0.5 }
    }
}

const A1IN: usize = 0;
const A1OUT: usize = 1;
const AM: usize = 2;

/// See the module text.
#[derive(Debug)]
pub struct TwoQ {
    lists: Lists<3, 0>,
    params: Params,
    in_quota: u64,
    out_quota: u64,
}

impl TwoQ {
    /// The list whose oldest object leaves next, and whether it becomes a ghost.
    #[inline(always)]
    fn leaves_from(&self) -> (usize, bool) {
        if self.lists.weight(A1IN) <= self.in_quota && !self.lists.is_empty(AM) {
            return (AM, false);
        }
        (A1IN, true)
    }
}

impl Build for TwoQ {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("two-q", "in", params.r#in, 0.0, 1.0)?;
        within("two-q", "out", params.out, 0.0, 10.0)?;
        let mut this = Self { lists: Lists::new(setup.objects), params: *params, in_quota: 0, out_quota: 0 };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for TwoQ {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        match self.lists.list_of(id) {
            Some(AM) => {
                self.lists.renew(AM, id);
                true
            }
            list => list == Some(A1IN),
        }
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let (from, ghost) = self.leaves_from();
        let Some(id) = self.lists.pop(from, cx) else { return Verdict::Refuse };
        out.push(id);
        if !ghost {
            return Verdict::Freed;
        }
        self.lists.push(A1OUT, id, cx);
        // The paper has already seen that the incoming object is in A1out when it trims; so it is left for `insert` to see.
        while self.lists.weight(A1OUT) > self.out_quota
            && let Some(oldest) = self.lists.front(A1OUT)
            && cause != Cause::Incoming(oldest)
        {
            self.lists.pop(A1OUT, cx);
        }
        Verdict::Freed
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.front(self.leaves_from().0)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let proven = self.lists.is_in(id, A1OUT);
        self.lists.push(if proven { AM } else { A1IN }, id, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.in_quota = part(capacity, self.params.r#in);
        self.out_quota = share(capacity, self.params.out);
    }

    fn contains(&self, id: ObjId) -> bool {
        matches!(self.lists.list_of(id), Some(A1IN | AM))
    }

    weighed_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Kin 1, Kout 2. Uses inside A1in change nothing; b, then a, come back from A1out and enter Am.
        check("two-q", 4, "a b c d a e b f b a g", "m m m m h m-a h m-b m-c m-d m-e");
    }

    #[test]
    fn a_scan_passes_by_the_proven() {
        check("two-q", 4, "a b c d e a x y z a", "m m m m m-a m-b m-c m-d m-e h");
    }
}
