//! SIEVE-k: SIEVE with a counter of up to k uses in place of the bit; the hand passes an object once for each use.
//!
//! # State
//! SIEVE's, with a counter of 0 to k per object; the code is in `sieve.rs`.
//!
//! # Parameters
//! - `k` = 3: highest count (practice: two bits, as in S3-FIFO by the same authors). 1 is SIEVE.
//!
//! # Source
//! Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: SIEVE is simpler than LRU: an efficient turn-key eviction
//! algorithm for web caches. NSDI 2024. <https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo>
//!
//! # Departures
//! The paper's algorithm has one bit; the counter is taken up and down by one, as CLOCK's and S3-FIFO's are.
//!
//! # Weak on
//! Scans, as SIEVE; and changes of popularity, since what was popular is passed up to k times more.

use super::parts::quota::within;
use super::sieve::{self, Most, Sieve};
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Info, Needs, Origin, Paper, Param};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Sieve<SieveK>>(Info {
    name: "sieve-k",
    aliases: &[],
    summary: "SIEVE that counts up to k uses and passes an object once for each",
    family: Family::Recency,
    paper: Paper {
        authors: "Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi",
        title: "SIEVE is simpler than LRU: an efficient turn-key eviction algorithm for web caches",
        venue: "NSDI",
        year: 2024,
        url: "https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo",
    },
    params: &[Param { name: "k", range: "1..3", origin: Origin::Practice, help: "highest count; 1 is SIEVE" }],
    needs: Needs::NOTHING,
    state: sieve::STATE,
    source: include_str!("sieve_k.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    k: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { k: 3 }
    }
}

/// A counter of up to k.
#[derive(Debug)]
pub struct SieveK {
    k: u32,
}

impl Most for SieveK {
    type Params = Params;

    fn of(params: &Params) -> Result<Self> {
        within("sieve-k", "k", f64::from(params.k), 1.0, 3.0)?;
        Ok(Self { k: params.k })
    }

    #[inline(always)]
    fn uses(&self) -> u32 {
        self.k
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // d: the hand passes a (2 becomes 1), takes b and stands at c. e: takes c. f: d. g: e. h: f. a stays where it is.
        check("sieve-k:k=2", 3, "a b c a a d e f g h a", "m m m h h m-b m-c m-d m-e m-f h");
    }

    #[test]
    fn an_object_used_twice_is_passed_twice() {
        // a was used twice, b and c once. d: the hand passes all three, starts over at a, which it passes again, and takes b.
        check("sieve-k:k=2", 3, "a b c a a b c d a", "m m m h h h h m-b h");
        // With one bit, a would leave.
        check("sieve-k:k=1", 3, "a b c a a b c d a", "m m m h h h h m-a m-b");
    }
}
