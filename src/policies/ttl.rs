//! TTL: the object that expires soonest leaves.
//!
//! # State
//! A heap of the resident objects by expiry time; among equal ones the oldest is first.
//!
//! # Parameters
//! None; times to live come with the requests (trace, workload or `--ttl`). Without any, nothing expires, all objects
//! are equal and the policy is FIFO, as it is whenever all times to live are equal.
//!
//! # Source
//! Redis: Key eviction, policy `volatile-ttl`, 2009. <https://redis.io/docs/latest/develop/reference/eviction/>
//!
//! # Departures
//! Exact, where Redis samples five keys; objects without a time to live leave last instead of never.
//!
//! # Weak on
//! Times to live that say nothing about how soon an object is used again.

use super::parts::quota::NoParams;
use crate::core::{ObjId, Pages, Result, Time, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::Heap;

pub(super) static POLICY: Unit = Unit::new::<Ttl>(Info {
    name: "ttl",
    aliases: &["closest-to-expire", "cte"],
    summary: "the object that expires soonest leaves; FIFO where all times to live are equal",
    family: Family::Expiry,
    paper: Paper {
        authors: "Redis",
        title: "Key eviction: volatile-ttl",
        venue: "Redis documentation",
        year: 2009,
        url: "https://redis.io/docs/latest/develop/reference/eviction/",
    },
    params: &[],
    needs: Needs::TTL,
    state: State::of(1 + Heap::<(Time, u64)>::PLACE_BYTES, Heap::<(Time, u64)>::NODE_BYTES * 3 / 2),
    source: include_str!("ttl.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct Ttl {
    /// Key: expiry time, then order of arrival.
    heap: Heap<(Time, u64)>,
    resident: Pages<u8>,
    arrivals: u64,
}

impl Build for Ttl {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { heap: Heap::new(setup.objects), resident: Pages::zeroed(setup.objects), arrivals: 0 })
    }
}

impl Policy for Ttl {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let resident = self.contains(id);
        if resident
            && !cx.expiries.is_empty()
            && let Some((expiry, arrival)) = self.heap.key(id)
            && expiry != cx.expiry(id)
        {
            // The hit renewed the time to live.
            self.heap.set(id, (cx.expiry(id), arrival));
        }
        resident
    }

    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if let Some((_, id)) = self.heap.pop() {
            self.resident[id as usize] = 0;
            out.push(id);
        }
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.heap.set(id, (cx.expiry(id), self.arrivals));
        self.arrivals += 1;
        self.resident[id as usize] = 1;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.heap.remove(id);
        self.resident[id as usize] = 0;
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline]
    fn preload(&self, id: ObjId) {
        prefetch(&self.resident, id as usize);
    }

    #[inline]
    fn contains(&self, id: ObjId) -> bool {
        self.resident[id as usize] != 0
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.heap.first().map(|(_, id)| id)
    }

    fn check(&self) -> Result<(), String> {
        self.heap.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // No time to live anywhere: FIFO.
        check("ttl", 2, "a b a c a", "m m h m-a m-b");
    }

    #[test]
    fn the_soonest_to_expire_leaves_first_and_renewal_counts() {
        let mut ttl =
            Ttl::build(&NoParams {}, &Setup { objects: 3, capacity: 3, expected: 3, seed: 0, bytes: false }).unwrap();
        let mut expiries = [30, 10, 20];
        for id in 0..3 {
            ttl.insert(&Cx { expiries: &expiries, ..Cx::unit(0, 0) }, id);
        }
        expiries[1] = 40;
        let cx = Cx { expiries: &expiries, ..Cx::unit(1, 1) };
        assert!(ttl.hit(&cx, 1));
        let mut out = Vec::new();
        for _ in 0..3 {
            ttl.evict(&cx, Cause::Shrink, &mut out);
        }
        assert_eq!(out, [2, 0, 1]);
    }
}
