//! GreedyDual-Size: an object is worth its cost per byte on top of what the object that left last was worth, and is worth
//! that again at each use; the one worth least leaves.
//!
//! # State
//! Per object its worth `H`; `L`, the worth of the object that left last; a heap of the residents.
//!
//! # Parameters
//! `cost` = uniform: what a miss costs (paper, section 4); `uniform`: 1, for the hit ratio (GD-Size(1)); `packets`: 2 +
//! size/536, for the traffic on the network (GD-Size(packets)).
//!
//! # Source
//! P. Cao, S. Irani: Cost-aware WWW proxy caching algorithms. USENIX Symposium on Internet Technologies and Systems (USITS)
//! 1997. <https://www.usenix.org/legacy/publications/library/proceedings/usits97/cao.html>
//! It extends N. E. Young's GreedyDual (Algorithmica 11, 1994) to objects of different sizes.
//!
//! # Departures
//! Ties go to the least recently used. An object of 0 bytes counts as one of 1 byte, since it has to have a worth.
//!
//! # Weak on
//! Frequency: a hundred uses count no more than one; GDSF counts them. Where all sizes are equal it is LRU.

use super::parts::ranked::{Rank, Ranked};
use crate::core::{Error, ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Ranked<GreedyDual>>(Info {
    name: "greedy-dual",
    aliases: &["gd-size", "gds", "gd", "greedy-dual-size"],
    summary: "the object of the least cost per byte leaves; what was not used for long is worth less",
    family: Family::Size,
    paper: Paper {
        authors: "P. Cao, S. Irani",
        title: "Cost-aware WWW proxy caching algorithms",
        venue: "USENIX Symposium on Internet Technologies and Systems",
        year: 1997,
        url: "https://www.usenix.org/legacy/publications/library/proceedings/usits97/cao.html",
    },
    params: &[Param {
        name: "cost",
        range: "uniform|packets",
        origin: Origin::Paper,
        help: "what a miss costs: 1, or the packets of its transfer",
    }],
    needs: Needs::SIZES,
    state: Ranked::<GreedyDual>::STATE,
    source: include_str!("greedy_dual.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    cost: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { cost: "uniform".into() }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct GreedyDual {
    floor: f64,
    packets: bool,
}

impl GreedyDual {
    fn worth(&self, cx: &Cx<'_>, id: ObjId) -> f64 {
        let size = f64::from(cx.size(id).max(1));
        let cost = if self.packets { 2.0 + size / 536.0 } else { 1.0 };
        self.floor + cost / size
    }
}

/// The worth, and the last use (0 = not resident).
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Memory {
    worth: f64,
    last_use: u64,
}

impl Rank for GreedyDual {
    type Params = Params;
    type Memory = Memory;
    type Key = (f64, u64);

    fn build(params: &Params, _: &Setup) -> Result<Self> {
        let packets = match params.cost.as_str() {
            "uniform" => false,
            "packets" => true,
            other => {
                return Err(Error::usage(format!("greedy-dual: cost={other} is unknown"))
                    .hint("use cost=uniform or cost=packets"));
            }
        };
        Ok(Self { floor: 0.0, packets })
    }

    #[inline(always)]
    fn used(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Memory, uses: u64) {
        *memory = Memory { worth: self.worth(cx, id), last_use: uses };
    }

    #[inline(always)]
    fn key(memory: &Memory) -> Self::Key {
        (memory.worth, memory.last_use)
    }

    #[inline(always)]
    fn is_resident(memory: &Memory) -> bool {
        memory.last_use > 0
    }

    fn left(&mut self, memory: &mut Memory) {
        *memory = Memory::zeroed();
    }

    fn evicted(&mut self, (worth, _): (f64, u64)) {
        self.floor = worth;
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Memory) {
        memory.worth = self.worth(cx, id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, order_of_eviction};

    #[test]
    fn of_equal_sizes_it_is_lru() {
        check("greedy-dual", 3, "a b c a d b a e", "m m m h m-b m-c h m-d");
    }

    #[test]
    fn cost_per_byte_decides() {
        assert_eq!(order_of_eviction("greedy-dual", &[10, 30, 1, 20]), [1, 3, 0, 2]);
        // Two packets at least: per byte 2/size, and what a byte itself costs is the same for all.
        assert_eq!(order_of_eviction("greedy-dual:cost=packets", &[10, 30, 1, 20]), [1, 3, 0, 2]);
    }
}
