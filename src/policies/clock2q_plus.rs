//! Clock2Q+: a small FIFO queue that tries new objects, a clock and ghosts, as in S3-FIFO; in the newest part of the small
//! queue, the correlation window, uses do not count.
//!
//! # State
//! The small FIFO queue with its window, the main clock and the FIFO queue of ghosts, in `parts/probation.rs`; a bit for each
//! object: used.
//!
//! # Parameters
//! - `small` = 0.1: share of the capacity for the small queue (paper, section 3.4).
//! - `window` = 0.5: share of the small queue that is the correlation window, rounded up (paper, section 3.4).
//! - `ghost` = 0.5: length of the ghost queue as a share of the capacity (paper, section 3.4; the authors' program in
//!   libCacheSim has 0.9).
//! - `fill` = both: where objects go before the first eviction; `small`: to the small queue; `main`: to the clock; `both`:
//!   to the small queue until it is full, then to the clock (practice: the authors' program).
//!
//! # Source
//! Y. Zhai, B. D. Marthen, S. Balivada, V. S. Bojji, E. Knauft, J. Rohilla, J. Zuo, Q. Liu, M. Austruy, W. Wang, J. Yang:
//! Clock2Q+: a simple and efficient replacement algorithm for metadata cache in VMware vSAN. VLDB 2026 (arXiv, 2025).
//! <https://arxiv.org/abs/2511.21958>
//!
//! # Departures
//! An object leaves only when the whole cache is full, so that either queue may use room that the other one does not need. The
//! paper does not say which queue then gives: here it is the one that the newcomer goes to if that is full, else the other one.
//! The paper's measures against contention of processors, and for dirty blocks, have nothing to do here. With byte sizes,
//! all shares are in bytes.
//!
//! # Weak on
//! Objects whose uses all come soon after the first, and those whose ghost went before the second use.

use super::parts::probation::{Fill, Probation, Shares, Trial};
use super::parts::quota::within;
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Ghosts, Info, Needs, Origin, Paper, Param, State};
use crate::structs::lists;
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Probation<Clock2qPlus, 4, 1>>(Info {
    name: "clock2q-plus",
    aliases: &["clock2qplus", "clock2q+"],
    summary: "a small FIFO queue filters what enters a clock; uses just after the first do not count",
    family: Family::Hybrid,
    paper: Paper {
        authors: "Y. Zhai, B. D. Marthen, S. Balivada, V. S. Bojji, E. Knauft, J. Rohilla, J. Zuo, Q. Liu, M. Austruy, \
                  W. Wang, J. Yang",
        title: "Clock2Q+: a simple and efficient replacement algorithm for metadata cache in VMware vSAN",
        venue: "VLDB 2026 (arXiv)",
        year: 2025,
        url: "https://arxiv.org/abs/2511.21958",
    },
    params: &[
        Param { name: "small", range: "0..1", origin: Origin::Paper, help: "share of the small queue" },
        Param {
            name: "window",
            range: "0..1",
            origin: Origin::Paper,
            help: "share of the small queue where uses do not count",
        },
        Param {
            name: "ghost",
            range: "0..10",
            origin: Origin::Paper,
            help: "length of the ghost queue, share of the capacity",
        },
        Param {
            name: "fill",
            range: "small|main|both",
            origin: Origin::Practice,
            help: "queue that is filled before the first eviction; both: small, then main",
        },
    ],
    needs: Needs::NOTHING,
    // Each of the queues may come to hold all residents. Ghosts that come back leave many stale entries.
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 5 / 2)
        .ghosts(Ghosts::Parameter("ghost"), lists::LRU_BYTES * 3 / 2),
    source: include_str!("clock2q_plus.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    small: f64,
    window: f64,
    ghost: f64,
    fill: Fill,
}

impl Default for Params {
    fn default() -> Self {
        Self { small: 0.1, window: 0.5, ghost: 0.5, fill: Fill::Both }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Clock2qPlus {}

impl Trial for Clock2qPlus {
    type Params = Params;

    fn shares(params: &Params) -> Result<Shares> {
        let Params { small, window, ghost, fill } = *params;
        within("clock2q-plus", "small", small, 0.0, 1.0)?;
        within("clock2q-plus", "window", window, 0.0, 1.0)?;
        within("clock2q-plus", "ghost", ghost, 0.0, 10.0)?;
        Ok(Shares { small, window, ghost, fill })
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Small queue 2, window 1. b's use counts, since c has pushed it out of the window; d's does not, since it is the
        // newest. e: a leaves. f: b goes on to the clock; c leaves. g: d leaves in spite of its use; b stays.
        check("clock2q-plus:small=0.5,fill=small", 4, "a b c b d d e f g b", "m m m h m h m-a m-c m-d h");
    }

    #[test]
    fn without_a_window_the_same_use_counts() {
        check("clock2q-plus:small=0.5,window=0,fill=small", 4, "a b c d d e f g d", "m m m m h m-a m-b m-c h");
        check(
            "clock2q-plus:small=0.5,window=0.5,fill=small",
            4,
            "a b c d d e f g h d",
            "m m m m h m-a m-b m-c m-d m-e",
        );
    }

    #[test]
    fn what_comes_back_goes_to_the_clock() {
        // e, after the clock was filled, is tried and leaves for f; it comes back, to the clock, and outlives the scan.
        check("clock2q-plus", 4, "a b c d e f e x y z e", "m m m m m-a m-e m-b m-f m-x m-y h");
    }
}
