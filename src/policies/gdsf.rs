//! GDSF: the object of the least frequency per byte leaves, and the value it had becomes the floor from which new
//! objects start, so that old popularity fades.
//!
//! # State
//! Per object its frequency and priority `L + frequency * cost / size`, where `L` is the priority of the object that left
//! last; a heap of the residents. Priorities only grow, so the heap learns of a hit when the object comes to its top.
//!
//! # Parameters
//! None: cost is 1 (the paper's GDSF with the hit ratio as its goal).
//!
//! # Source
//! L. Cherkasova: Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy. HP Laboratories
//! Technical Report HPL-98-69R1, 1998. <https://www.hpl.hp.com/techreports/98/HPL-98-69R1.html>
//!
//! # Departures
//! Ties go to the least recently used. An object of 0 bytes counts as one of 1 byte, since it has to have a priority.
//!
//! # Weak on
//! Byte hit ratio: it prefers many small objects to a large one.

use super::parts::quota::NoParams;
use super::parts::ranked::{Rank, Ranked};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Paper, Setup};
use bytemuck::{Pod, Zeroable};

pub(super) static POLICY: Unit = Unit::new::<Ranked<Gdsf>>(Info {
    name: "gdsf",
    aliases: &["greedy-dual-size-frequency"],
    summary: "the object of the least frequency per byte leaves; old popularity fades",
    family: Family::Size,
    paper: Paper {
        authors: "L. Cherkasova",
        title: "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy",
        venue: "HP Laboratories Technical Report HPL-98-69R1",
        year: 1998,
        url: "https://www.hpl.hp.com/techreports/98/HPL-98-69R1.html",
    },
    params: &[],
    needs: Needs::SIZES,
    state: Ranked::<Gdsf>::STATE,
    source: include_str!("gdsf.rs"),
});

/// An object's frequency (0 = not resident), priority and last use.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Worth {
    priority: f64,
    last_use: u64,
    frequency: u64,
}

/// See the module text.
#[derive(Debug)]
pub struct Gdsf {
    floor: f64,
}

impl Rank for Gdsf {
    type Params = NoParams;
    type Memory = Worth;
    type Key = (f64, u64);

    fn build(_: &NoParams, _: &Setup) -> Result<Self> {
        Ok(Self { floor: 0.0 })
    }

    #[inline(always)]
    fn used(&mut self, cx: &Cx<'_>, id: ObjId, worth: &mut Worth, uses: u64) {
        worth.frequency += 1;
        worth.last_use = uses;
        self.resized(cx, id, worth);
    }

    #[inline(always)]
    fn key(worth: &Worth) -> Self::Key {
        (worth.priority, worth.last_use)
    }

    #[inline(always)]
    fn is_resident(worth: &Worth) -> bool {
        worth.frequency > 0
    }

    fn left(&mut self, worth: &mut Worth) {
        *worth = Worth::zeroed();
    }

    fn evicted(&mut self, (priority, _): (f64, u64)) {
        self.floor = priority;
    }

    #[inline(always)]
    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, worth: &mut Worth) {
        worth.priority = self.floor + worth.frequency as f64 / f64::from(cx.size(id).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, order_of_eviction};

    #[test]
    fn walk_through() {
        // Unit sizes. b leaves at priority 1, so d starts at 2 and ties with a (also 2), which is older.
        check("gdsf", 3, "a b c a d e f", "m m m h m-b m-c m-a");
    }

    #[test]
    fn the_larger_of_two_equals_leaves() {
        assert_eq!(order_of_eviction("gdsf", &[10, 1, 5]), [0, 2, 1]);
    }
}
