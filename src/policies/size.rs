//! Size: the largest object leaves.
//!
//! # State
//! A queue for each size that a resident has, in the order of their last uses; and a sorted map of the sizes.
//!
//! # Parameters
//! None.
//!
//! # Source
//! S. Williams, M. Abrams, C. R. Standridge, G. Abdulla, E. A. Fox: Removal policies in network caches for World-Wide Web
//! documents. SIGCOMM 1996. <https://doi.org/10.1145/248156.248182>
//!
//! # Departures
//! None. The paper leaves open which of two equally large objects leaves; here it is the one not used for the longest time. An
//! object that takes another size counts as just used.
//!
//! # Weak on
//! Popularity: small objects that nobody asks for any more stay for ever. Where all sizes are equal it is LRU.

use super::parts::quota::NoParams;
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Chains;
use std::collections::BTreeMap;

pub(super) static POLICY: Unit = Unit::new::<Size>(Info {
    name: "size",
    aliases: &["largest-first"],
    summary: "the largest object leaves; among equals the least recently used",
    family: Family::Size,
    paper: Paper {
        authors: "S. Williams, M. Abrams, C. R. Standridge, G. Abdulla, E. A. Fox",
        title: "Removal policies in network caches for World-Wide Web documents",
        venue: "SIGCOMM",
        year: 1996,
        url: "https://doi.org/10.1145/248156.248182",
    },
    params: &[],
    needs: Needs::SIZES,
    // A queue for each resident, where all sizes differ: two nodes of the map, the queue's ends, its size, its place among
    // the free.
    state: State::of(Chains::LINK_BYTES, 64),
    source: include_str!("size.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Size {
    /// The one used longest ago is at the front.
    queues: Chains,
    /// The queue of each size that there is.
    order: BTreeMap<u32, u32>,
    /// The size of each queue.
    sizes: Vec<u32>,
    /// Queues of no size.
    free: Vec<u32>,
}

impl Size {
    /// Puts the object at the back of the queue of its size.
    fn place(&mut self, size: u32, id: ObjId) {
        let Self { queues, order, sizes, free } = self;
        let queue = *order.entry(size).or_insert_with(|| {
            let queue = free.pop().unwrap_or_else(|| {
                sizes.push(0);
                queues.add() as u32
            });
            sizes[queue as usize] = size;
            queue
        });
        queues.push(queue as usize, id);
    }

    /// Takes the resident out of its queue.
    fn take(&mut self, id: ObjId) {
        let Some(queue) = self.queues.chain_of(id) else { return };
        self.queues.remove(id);
        if self.queues.is_empty(queue) {
            self.order.remove(&self.sizes[queue]);
            self.free.push(queue as u32);
        }
    }
}

impl Build for Size {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        let queues = Chains::new(setup.objects, 0);
        Ok(Self { queues, order: BTreeMap::new(), sizes: Vec::new(), free: Vec::new() })
    }
}

impl Policy for Size {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        let queue = self.queues.chain_of(id);
        if let Some(queue) = queue {
            self.queues.push(queue, id);
        }
        queue.is_some()
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.take(id);
        out.push(id);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.place(cx.size(id), id);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.take(id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        if self.queues.contains(id) {
            self.take(id);
            self.place(cx.size(id), id);
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.queues.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.queues.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        let (_, &queue) = self.order.last_key_value()?;
        self.queues.front(queue as usize)
    }

    fn check(&self) -> std::result::Result<(), String> {
        self.queues.check()?;
        let empty = self.order.values().find(|&&queue| self.queues.is_empty(queue as usize));
        empty.map_or(Ok(()), |queue| Err(format!("queue {queue} is empty, and has a size")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, order_of_eviction};
    use super::*;

    #[test]
    fn of_equal_sizes_it_is_lru() {
        check("size", 3, "a b c a d b a e", "m m m h m-b m-c h m-d");
    }

    #[test]
    fn the_largest_leaves_first() {
        assert_eq!(order_of_eviction("size", &[10, 30, 0, 20]), [1, 3, 0, 2]);
    }

    #[test]
    fn queues_of_sizes_that_are_gone_are_used_again() {
        let mut size =
            Size::build(&NoParams {}, &Setup { objects: 4, capacity: 9, expected: 4, seed: 0, bytes: true }).unwrap();
        let mut out = Vec::new();
        for at in 0..12u32 {
            let sizes = [at, at + 1, at / 2, 7];
            let cx = Cx { sizes: &sizes, ..Cx::unit(0, 0) };
            let id = at % 4;
            if size.contains(id) {
                size.resized(&cx, id, 1);
            } else {
                size.insert(&cx, id);
            }
            assert_eq!(size.check(), Ok(()));
        }
        assert!(size.sizes.len() <= 5, "{}", size.sizes.len());
        let cx = Cx::unit(0, 0);
        while size.evict(&cx, Cause::Shrink, &mut out) == Verdict::Freed {}
        // The sizes at the last turns were 8, 10, 5, 7.
        assert_eq!((out, size.free.len()), (vec![1, 0, 3, 2], size.sizes.len()));
    }
}
