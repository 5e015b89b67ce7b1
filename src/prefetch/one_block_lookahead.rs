//! One-block lookahead: with a block comes the one that follows it, whose key is the next number.
//!
//! # State
//! The last block asked for, and how many before it followed each other. What follows what is a table of the trace, which all
//! caches share.
//!
//! # Parameters
//! - `when` = always: after which requests the next block is fetched (source, section 2.1: `always`; on a `miss` only;
//!   `tagged`: on a miss and on the first use of a block that was fetched ahead).
//! - `run` = 1: so many blocks asked for one after the other make it believe that there is a sequence (source: 1; libCacheSim
//!   waits for more).
//! - `step` = 1: difference of the keys of two blocks that follow each other (practice: blocks are numbered; 4096 where
//!   keys are offsets in bytes).
//!
//! # Source
//! A. J. Smith: Cache memories. ACM Computing Surveys 14(3), 1982, section 2.1. <https://doi.org/10.1145/356887.356892>
//!
//! # Departures
//! A block that the trace never asks for is fetched like any other, and takes room; of such blocks only the first after one
//! that is asked for has an id, which is as far as one block of lookahead goes. A repeated request neither begins a
//! sequence nor ends one.
//!
//! # Weak on
//! Requests in any other order than that of the keys: what it fetches pushes out what was asked for.

use crate::core::quantity::within;
use crate::core::{ObjId, Result};
use crate::policy::{
    Blocks, Build, Cx, Family, Info, Needs, Origin, Paper, Param, Prefetch, Prefetcher, Served, Setup, State,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) static PREFETCHER: Prefetcher = Prefetcher::new::<OneBlockLookahead>(Info {
    name: "one-block-lookahead",
    aliases: &["obl", "next-block", "sequential"],
    summary: "with a block comes the one that follows it",
    family: Family::Sequence,
    paper: Paper {
        authors: "A. J. Smith",
        title: "Cache memories",
        venue: "ACM Computing Surveys 14(3)",
        year: 1982,
        url: "https://doi.org/10.1145/356887.356892",
    },
    params: &[
        Param {
            name: "when",
            range: "always|miss|tagged",
            origin: Origin::Paper,
            help: "after which requests the next block is fetched",
        },
        Param {
            name: "run",
            range: "1..1000",
            origin: Origin::Paper,
            help: "blocks asked for one after the other that make a sequence",
        },
        Param {
            name: "step",
            range: "1..1e18",
            origin: Origin::Practice,
            help: "difference of the keys of two blocks that follow each other",
        },
    ],
    needs: Needs::KEYS,
    // The table of what follows what is the trace's.
    state: State::of(0, 0),
    source: include_str!("one_block_lookahead.rs"),
});

/// After which requests the next block is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Each.
    Always,
    /// Those that missed.
    Miss,
    /// Those that missed, and the first for a block that was fetched ahead.
    Tagged,
}

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    when: When,
    run: u32,
    step: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { when: When::Always, run: 1, step: 1 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct OneBlockLookahead {
    params: Params,
    blocks: Arc<Blocks>,
    last: Option<ObjId>,
    /// Blocks asked for one after the other, the last among them.
    run: u32,
}

impl Build for OneBlockLookahead {
    type Params = Params;

    fn build(params: &Params, _: &Setup) -> Result<Self> {
        within("one-block-lookahead", "run", f64::from(params.run), 1.0, 1000.0)?;
        within("one-block-lookahead", "step", params.step as f64, 1.0, 1e18)?;
        Ok(Self { params: *params, blocks: Arc::default(), last: None, run: 0 })
    }
}

impl Prefetch for OneBlockLookahead {
    fn step(&self) -> u64 {
        self.params.step
    }

    fn introduce(&mut self, blocks: &Arc<Blocks>) {
        self.blocks = Arc::clone(blocks);
    }

    fn request(&mut self, _: &Cx<'_>, id: ObjId, served: Served, out: &mut Vec<ObjId>) {
        if self.last != Some(id) {
            let follows = self.last.is_some_and(|last| self.blocks.after(last) == Some(id));
            self.run = if follows { self.run.saturating_add(1) } else { 1 };
            self.last = Some(id);
        }
        let due = match self.params.when {
            When::Always => true,
            When::Miss => served == Served::Miss,
            When::Tagged => served != Served::Hit,
        };
        if due && self.run >= self.params.run {
            out.extend(self.blocks.after(id));
        }
    }
}
