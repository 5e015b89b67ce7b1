//! QD-LP-FIFO: quick demotion by a small probationary FIFO queue with ghosts, lazy promotion by a clock with two-bit counters.
//!
//! # State
//! The small FIFO queue, the main clock and the FIFO queue of ghosts, in `parts/probation.rs`; a counter of 0 to 3 for each
//! object.
//!
//! # Parameters
//! - `small` = 0.1: share of the capacity for the probationary queue (paper: 10 %).
//! - `ghost` = 0.9: length of the ghost queue as a share of the capacity (paper: as many as the main queue holds).
//!
//! # Source
//! J. Yang, Z. Qiu, Y. Zhang, Y. Yue, K. V. Rashmi: FIFO can be better than LRU: the power of lazy promotion and quick
//! demotion. HotOS 2023. <https://doi.org/10.1145/3593856.3595887>
//!
//! # Departures
//! An object leaves only when the whole cache is full, so that either queue may use room that the other one does not need;
//! the paper has two caches of fixed size. One use suffices to go on to the main queue, where S3-FIFO, which followed, asks
//! for two. With byte sizes, all shares are in bytes, ghosts included.
//!
//! # Weak on
//! Objects whose second use comes after they left the small queue and after their ghost went.

use super::parts::probation::{Fill, Probation, Shares, Trial};
use super::parts::quota::within;
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Ghosts, Info, Needs, Origin, Paper, Param, State};
use crate::structs::lists;
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Probation<QdLp, 3, 2>>(Info {
    name: "qd-lp",
    aliases: &["qdlp", "qd-lp-fifo"],
    summary: "a small FIFO queue filters what enters a clock; one use suffices, ghosts enter at once",
    family: Family::Hybrid,
    paper: Paper {
        authors: "J. Yang, Z. Qiu, Y. Zhang, Y. Yue, K. V. Rashmi",
        title: "FIFO can be better than LRU: the power of lazy promotion and quick demotion",
        venue: "HotOS",
        year: 2023,
        url: "https://doi.org/10.1145/3593856.3595887",
    },
    params: &[
        Param { name: "small", range: "0..1", origin: Origin::Paper, help: "share of the probationary queue" },
        Param {
            name: "ghost",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of the ghost queue, share of the capacity",
        },
    ],
    needs: Needs::NOTHING,
    // Each of the queues may come to hold all residents. Ghosts that come back leave many stale entries.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 5 / 2)
        .ghosts(Ghosts::Parameter("ghost"), lists::LRU_BYTES * 3 / 2),
    source: include_str!("qd_lp.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    small: f64,
    ghost: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { small: 0.1, ghost: 0.9 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct QdLp {}

impl Trial for QdLp {
    type Params = Params;

    fn shares(params: &Params) -> Result<Shares> {
        within("qd-lp", "small", params.small, 0.0, 1.0)?;
        within("qd-lp", "ghost", params.ghost, 0.0, 10.0)?;
        Ok(Shares { small: params.small, window: 0.0, ghost: params.ghost, fill: Fill::Small })
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Small queue 1, main 3. e: a was used and goes on to main; b leaves. b comes back from the ghosts, to main, which
        // has room; c leaves. f takes d, and g takes e; a and b are in main.
        check("qd-lp:small=0.25", 4, "a b c d a e b f g a b", "m m m m h m-b m-c m-d m-e h h");
    }

    #[test]
    fn one_use_suffices_where_s3_fifo_asks_for_two() {
        let requests = "a b c a d e a";
        check("qd-lp:small=0.34", 3, requests, "m m m h m-b m-c h");
        check("s3-fifo:small=0.34", 3, requests, "m m m h m-a m-b m-c");
    }
}
