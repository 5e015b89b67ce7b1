//! LRFU: every past use of an object counts, the less the longer it is ago; a parameter leads from LFU to LRU.
//!
//! # State
//! Per object its CRF (combined recency and frequency): the sum of 2^(-lambda * age) over its uses. All CRFs fade alike, so
//! the order of two objects changes only by a use: kept is `log2(CRF) + lambda * now`, which does not depend on now. A heap
//! of the residents.
//!
//! # Parameters
//! - `lambda` = 0.001: how fast a use fades: it counts half after 1/lambda requests; 0 is LFU, 1 is LRU (practice: the paper
//!   finds the best value for each trace and cache).
//! - `correlated` = 0: a use does not count if the next one comes within so many requests (paper: the correlated reference
//!   period c, which it chooses for each trace).
//!
//! # Source
//! D. Lee, J. Choi, J.-H. Kim, S. H. Noh, S. L. Min, Y. Cho, C. S. Kim: LRFU: a spectrum of policies that subsumes the least
//! recently used and least frequently used policies. IEEE Transactions on Computers 50(12), 2001.
//! <https://doi.org/10.1109/TC.2001.970573>
//!
//! # Departures
//! None. Uses before an object came in are forgotten; ties go to the least recently used.
//!
//! # Weak on
//! The choice of lambda and of the period, which has to be made beforehand.

use super::parts::quota::within;
use super::parts::ranked::{Rank, Ranked};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Ranked<Lrfu>>(Info {
    name: "lrfu",
    aliases: &[],
    summary: "every past use counts, the less the longer it is ago",
    family: Family::Hybrid,
    paper: Paper {
        authors: "D. Lee, J. Choi, J.-H. Kim, S. H. Noh, S. L. Min, Y. Cho, C. S. Kim",
        title: "LRFU: a spectrum of policies that subsumes the least recently used and least frequently used policies",
        venue: "IEEE Transactions on Computers 50(12)",
        year: 2001,
        url: "https://doi.org/10.1109/TC.2001.970573",
    },
    params: &[
        Param {
            name: "lambda",
            range: "0..1",
            origin: Origin::Practice,
            help: "a use counts half after 1/lambda requests; 0 is LFU, 1 is LRU",
        },
        Param {
            name: "correlated",
            range: "0..",
            origin: Origin::Paper,
            help: "a use does not count if the next one comes within so many requests",
        },
    ],
    needs: Needs::NOTHING,
    state: Ranked::<Lrfu>::STATE,
    source: include_str!("lrfu.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    lambda: f64,
    correlated: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { lambda: 0.001, correlated: 0 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Lrfu {
    lambda: f64,
    correlated: u64,
}

/// The CRF as the module text says, with and without the last use, and when that was (0 = not resident).
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Memory {
    level: f64,
    before: f64,
    last_use: u64,
}

/// `log2(2^a + 2^b)`.
fn log_sum(a: f64, b: f64) -> f64 {
    a.max(b) + libm::log1p(libm::exp2(-(a - b).abs())) * std::f64::consts::LOG2_E
}

impl Rank for Lrfu {
    type Params = Params;
    type Memory = Memory;
    type Key = (f64, u64);

    fn build(params: &Params, _: &Setup) -> Result<Self> {
        within("lrfu", "lambda", params.lambda, 0.0, 1.0)?;
        Ok(Self { lambda: params.lambda, correlated: params.correlated })
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, memory: &mut Memory, uses: u64) {
        let now = self.lambda * uses as f64;
        // Nothing counts 2^-infinity.
        let before = match memory.last_use {
            0 => f64::NEG_INFINITY,
            last if uses - last <= self.correlated => memory.before,
            _ => memory.level,
        };
        let level = if before == f64::NEG_INFINITY { now } else { log_sum(before, now) };
        *memory = Memory { level, before, last_use: uses };
    }

    #[inline(always)]
    fn key(memory: &Memory) -> Self::Key {
        (memory.level, memory.last_use)
    }

    #[inline(always)]
    fn is_resident(memory: &Memory) -> bool {
        memory.last_use > 0
    }

    fn left(&mut self, memory: &mut Memory) {
        *memory = Memory::zeroed();
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn it_leads_from_lfu_to_lru() {
        let requests = "a a b c a d b d e f a";
        check("lrfu:lambda=0", 3, requests, "m h m m h m-b m-c h m-b m-e h");
        check("lfu", 3, requests, "m h m m h m-b m-c h m-b m-e h");
        check("lrfu:lambda=1", 3, requests, "m h m m h m-b m-c h m-a m-b m-d");
        check("lru", 3, requests, "m h m m h m-b m-c h m-a m-b m-d");
    }

    #[test]
    fn a_burst_counts_as_one_use() {
        // Three uses of a against two of b, all but a's last within two requests of the next.
        check("lrfu:lambda=0", 2, "a a a b c b d", "m h h m m-b m-c m-b");
        check("lrfu:lambda=0,correlated=2", 2, "a a a b c b d", "m h h m m-a h m-c");
    }

    #[test]
    fn levels_are_the_sum_of_the_definition() {
        let mut rank = Lrfu::build(&Params { lambda: 0.05, correlated: 0 }, &Setup::TRIAL).unwrap();
        let mut memory = Memory::zeroed();
        let uses = [3u64, 7, 20, 21, 90];
        for &now in &uses {
            rank.used(&Cx::unit(0, 0), 0, &mut memory, now);
        }
        let crf: f64 = uses.iter().map(|&at| libm::exp2(-0.05 * (100 - at) as f64)).sum();
        let held = libm::exp2(memory.level - 0.05 * 100.0);
        assert!((crf - held).abs() < 1e-12, "{crf} {held}");
    }
}
