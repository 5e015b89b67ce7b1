//! FIFO: the object that came first leaves, used or not.
//!
//! # State
//! One queue in order of arrival.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966.
//! <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Objects that stay popular: each leaves once per turn of the queue.

use super::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::{Build, Unit};
use crate::policy::{Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, Verdict};
use crate::structs::Lists;

pub(super) static POLICY: Unit = Unit::new::<Fifo>(Info {
    name: "fifo",
    aliases: &["first-in-first-out"],
    summary: "the object that came first leaves, used or not",
    family: Family::Recency,
    paper: Paper {
        authors: "L. A. Belady",
        title: "A study of replacement algorithms for a virtual-storage computer",
        venue: "IBM Systems Journal 5(2)",
        year: 1966,
        url: "https://doi.org/10.1147/sj.52.0078",
    },
    params: &[],
    needs: Needs { next_use: false },
    source: include_str!("fifo.rs"),
});

const QUEUE: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Fifo {
    lists: Lists<1, 0>,
}

impl Build for Fifo {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects) })
    }
}

impl Policy for Fifo {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match self.lists.pop(QUEUE, &()) {
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

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.remove(id, &());
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>) -> Option<ObjId> {
        self.lists.front(QUEUE)
    }

    fn check(&self) -> Result<(), String> {
        self.lists.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::check;

    #[test]
    fn walk_through() {
        check("fifo", 3, "a b c a d a b", "m m m h m-a m-b m-c");
    }

    /// Belady, Nelson and Shedler 1969: this string misses 9 times with 3 frames and 10 times with 4.
    #[test]
    fn more_room_can_mean_more_misses() {
        let string = "1 2 3 4 1 2 5 1 2 3 4 5";
        check("fifo", 3, string, "m m m m-1 m-2 m-3 m-4 h h m-1 m-2 h");
        check("fifo", 4, string, "m m m m h h m-1 m-2 m-3 m-4 m-5 m-1");
    }
}
