//! SLRU: an LRU list cut into segments; a hit moves an object one segment up, overflow moves it one down, and the lowest
//! segment gives up what leaves.
//!
//! # State
//! Up to eight LRU lists, the lowest first.
//!
//! # Parameters
//! - `segments` = 2: probationary and protected (paper). Four equal ones are S4LRU (Huang et al., SOSP 2013).
//! - `protected` = auto: share of the capacity above the lowest segment, divided equally among the upper ones; `auto` is
//!   0.8 for two segments, as in Caffeine and in W-TinyLFU's main region, and equal segments for more.
//!
//! # Source
//! R. Karedla, J. S. Love, B. G. Wherry: Caching strategies to improve disk system performance. IEEE Computer 27(3),
//! 1994. <https://doi.org/10.1109/2.268884>
//!
//! # Departures
//! None for two segments. Shares are rounded down, also to 0: a segment that cannot hold an object passes it down. An
//! object leaves only when the whole cache is full, so the lowest segment may use room that the upper ones do not need.
//!
//! # Weak on
//! Changing popularity: what was protected stays until enough others are.

use super::parts::duties::weighed_lists;
use super::parts::quota::{share, within};
use crate::core::{Error, ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Slru>(Info {
    name: "slru",
    aliases: &["segmented-lru", "s2lru"],
    summary: "LRU segments: a hit moves an object one segment up, overflow one down",
    family: Family::Hybrid,
    paper: Paper {
        authors: "R. Karedla, J. S. Love, B. G. Wherry",
        title: "Caching strategies to improve disk system performance",
        venue: "IEEE Computer 27(3)",
        year: 1994,
        url: "https://doi.org/10.1109/2.268884",
    },
    params: &[
        Param { name: "segments", range: "2..8", origin: Origin::Paper, help: "number of segments; 4 is S4LRU" },
        Param {
            name: "protected",
            range: "auto|0..1",
            origin: Origin::Practice,
            help: "share above the lowest segment",
        },
    ],
    needs: Needs::NOTHING,
    // What is renewed is in the upper segments, which share their part of the capacity; promotions leave the lowest.
    state: State::of(lists::WORD_BYTES, lists::SPARSE_QUEUE_BYTES + lists::LRU_BYTES * 3 / 2),
    source: include_str!("slru.rs"),
});

const MOST: usize = 8;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    segments: usize,
    protected: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { segments: 2, protected: "auto".into() }
    }
}

impl Params {
    /// The share of each segment above the lowest.
    fn upper_share(&self) -> Result<f64> {
        within("slru", "segments", self.segments as f64, 2.0, MOST as f64)?;
        let upper = (self.segments - 1) as f64;
        let protected = match self.protected.as_str() {
            "auto" if self.segments == 2 => 0.8,
            "auto" => upper / self.segments as f64,
            text => text.parse().map_err(|_| {
                Error::usage(format!("slru: protected={text} is neither 'auto' nor a number"))
                    .hint("use auto, or a share from 0 to 1")
            })?,
        };
        within("slru", "protected", protected, 0.0, 1.0)?;
        Ok(protected / upper)
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Slru {
    lists: Lists<MOST, 0>,
    segments: usize,
    upper_share: f64,
    upper_quota: u64,
}

impl Build for Slru {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        let upper_share = params.upper_share()?;
        let mut this =
            Self { lists: Lists::new(setup.objects), segments: params.segments, upper_share, upper_quota: 0 };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Slru {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let Some(segment) = self.lists.list_of(id) else { return false };
        if segment == self.segments - 1 {
            self.lists.renew(segment, id);
            return true;
        }
        let mut segment = segment + 1;
        self.lists.push(segment, id, cx);
        // What a segment cannot hold goes down, and may push others further down.
        while segment > 0 {
            while self.lists.weight(segment) > self.upper_quota
                && let Some(id) = self.lists.pop(segment, cx)
            {
                self.lists.push(segment - 1, id, cx);
            }
            segment -= 1;
        }
        true
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match (0..self.segments).find_map(|segment| self.lists.pop(segment, cx)) {
            Some(id) => {
                out.push(id);
                Verdict::Freed
            }
            None => Verdict::Refuse,
        }
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.lists.push(0, id, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.upper_quota = share(capacity, self.upper_share);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        (0..self.segments).find_map(|segment| self.lists.front(segment))
    }

    weighed_lists!();
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Protected holds two. c's promotion sends a down, behind d.
        check("slru:protected=0.5", 4, "a b c d a b c e f a", "m m m m h h h m-d m-a m-e");
    }

    #[test]
    fn four_segments_take_three_hits_to_climb() {
        // a is at the top; c's promotion sends b back down, behind d.
        check("slru:segments=4", 4, "a b c d a a a b c e f g", "m m m m h h h h h m-d m-b m-e");
    }
}
