//! Sampled LFU: of a few residents drawn by chance, the one that was used least often leaves.
//!
//! # State
//! Per resident a count of its uses since it came in, and its last use.
//!
//! # Parameters
//! `samples` = 8: how many residents are drawn, with replacement (practice: Caffeine's simulator).
//!
//! # Source
//! K. Psounis, B. Prabhakar: Efficient randomized web-cache replacement schemes using samples from past eviction times.
//! IEEE/ACM Transactions on Networking 10(4), 2002. <https://doi.org/10.1109/TNET.2002.801414>
//!
//! # Departures
//! The good ones of a draw are not remembered for the next one, as the paper offers. Among equals the least recently used
//! leaves.
//!
//! # Weak on
//! Change, as LFU; a little less, for an old favourite is drawn some day among others of its kind.

use super::parts::quota::within;
use super::parts::sampled::{Sampled, Score};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Sampled<SampledLfu>>(Info {
    name: "sampled-lfu",
    aliases: &["random-lfu"],
    summary: "of a few residents drawn by chance, the least frequently used leaves",
    family: Family::Random,
    paper: Paper {
        authors: "K. Psounis, B. Prabhakar",
        title: "Efficient randomized web-cache replacement schemes using samples from past eviction times",
        venue: "IEEE/ACM Transactions on Networking 10(4)",
        year: 2002,
        url: "https://doi.org/10.1109/TNET.2002.801414",
    },
    params: &[Param {
        name: "samples",
        range: "1..1024",
        origin: Origin::Practice,
        help: "how many residents are drawn",
    }],
    needs: Needs::CHANCE,
    state: Sampled::<SampledLfu>::STATE,
    source: include_str!("sampled_lfu.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    samples: usize,
}

impl Default for Params {
    fn default() -> Self {
        Self { samples: 8 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct SampledLfu {}

/// Uses since the object came in, and the last one.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    count: u32,
    last_use: u64,
}

impl Score for SampledLfu {
    type Params = Params;
    type Memory = Memory;
    type Worth = (u32, u64);

    const STREAM: &'static str = "sampled-lfu";

    fn build(params: &Params, _: &Setup) -> Result<(Self, usize)> {
        within("sampled-lfu", "samples", params.samples as f64, 1.0, 1024.0)?;
        Ok((Self {}, params.samples))
    }

    #[inline(always)]
    fn entered(&mut self, _: &Cx<'_>, _: ObjId, now: u64) -> Memory {
        Memory { count: 1, last_use: now }
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, memory: &mut Memory, now: u64) {
        *memory = Memory { count: memory.count.saturating_add(1), last_use: now };
    }

    #[inline(always)]
    fn worth(&self, _: &Cx<'_>, _: ObjId, memory: &Memory, _: u64) -> (u32, u64) {
        (memory.count, memory.last_use)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, hits_on_zipf};

    #[test]
    fn a_sample_that_sees_everything_is_lfu() {
        let requests = "a b c a b c d e f";
        check("sampled-lfu:samples=1024", 3, requests, "m m m h h h m-a m-d m-e");
        check("lfu", 3, requests, "m m m h h h m-a m-d m-e");
    }

    #[test]
    fn more_draws_come_nearer_to_lfu() {
        let drawn = [1, 2, 8, 40].map(|sample| hits_on_zipf(&format!("sampled-lfu:samples={sample}")));
        assert!(drawn.is_sorted(), "{drawn:?}");
        assert!(drawn[3].abs_diff(hits_on_zipf("lfu")) * 25 < drawn[3], "{drawn:?}");
    }
}
