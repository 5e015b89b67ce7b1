//! CLOCK-Pro: LIRS on a clock: hot objects, and cold ones that become hot if they are used again within a test period, which
//! goes on after they left; the room for the cold ones adapts.
//!
//! # State
//! One list with three hands, in `parts/hands.rs`: hot objects, cold ones, and the keys of cold ones that left within their
//! test period, as many as fit in the cache. A bit for each: used since a hand passed. `target` (the paper's `m_c`): the
//! room that cold objects should have.
//!
//! # Parameters
//! - `cold_min` = 0.01: least share of the capacity for cold objects, at first too (practice: Caffeine; LIRS's 1 %).
//! - `cold_max` = 0.99: greatest share of it (practice: Caffeine).
//!
//! # Source
//! S. Jiang, F. Chen, X. Zhang: CLOCK-Pro: an effective improvement of the CLOCK replacement. USENIX Annual Technical
//! Conference 2005. <https://static.usenix.org/event/usenix05/tech/general/full_papers/jiang/jiang_html/html.html>
//!
//! # Departures
//! What the paper says in words only is decided as follows. Until the first eviction new objects are hot while there is room
//! for hot ones, as LIRS does. Each hand stands at the object of its kind that is farthest from the list's head, also when
//! another hand has passed it. A cold object that is used after its test period starts a new one at the head. The newcomer is
//! looked up after room was made for it, and `HANDtest` runs after that. A test period that ends with the bit set did not end
//! without a use. If no resident is cold, `HANDhot` makes one so. With byte sizes, each step by 1 is one by the object's size.
//!
//! libCacheSim's (0.3.5) is no CLOCK-Pro: of the 914,145 requests of OLTP it misses 815,001 with 1000 pages and 662,155 with
//! 15,000, where LRU misses 614,023 and 323,294 and this 592,124 and 326,460; the paper has CLOCK-Pro beside LIRS, which it
//! approximates.
//!
//! # Weak on
//! New objects that are popular at once and for a short time only: they are cold first.

use super::parts::hands::{Adaptation, BOUNDS, Event, Hands, checked};
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Info, Needs, Paper};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Hands<ClockPro>>(Info {
    name: "clock-pro",
    aliases: &["clockpro"],
    summary: "a clock of hot and cold objects, where a use in the test period makes a cold one hot",
    family: Family::Hybrid,
    paper: Paper {
        authors: "S. Jiang, F. Chen, X. Zhang",
        title: "CLOCK-Pro: an effective improvement of the CLOCK replacement",
        venue: "USENIX Annual Technical Conference",
        year: 2005,
        url: "https://static.usenix.org/event/usenix05/tech/general/full_papers/jiang/jiang_html/html.html",
    },
    params: BOUNDS,
    needs: Needs::NOTHING,
    state: Hands::<ClockPro>::STATE,
    source: include_str!("clock_pro.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    cold_min: f64,
    cold_max: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { cold_min: 0.01, cold_max: 0.99 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct ClockPro {}

impl Adaptation for ClockPro {
    type Params = Params;
    const HOT_HAND_LOOKS: bool = false;

    fn shares(params: &Params) -> Result<(f64, f64)> {
        checked("clock-pro", params.cold_min, params.cold_max)
    }

    fn change(event: Event, _: f64, _: f64) -> f64 {
        match event {
            Event::UsedInTest | Event::Returned => 1.0,
            Event::TestEnded => -1.0,
            Event::DemotedUsed => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // a and b are hot, c is cold and in its test period. d takes c, which stays in the list. c comes back: d leaves, c is
        // hot, cold ones should have 2 now, and the hand makes a and then b cold until one hot one is left: c.
        // e takes a, then f takes b.
        check("clock-pro:cold_min=0.34", 3, "a b c d c e f c", "m m m m-c m-d m-a m-b h");
    }

    #[test]
    fn a_cold_object_used_in_its_test_period_becomes_hot() {
        // d: the hand finds c used and in its test period; c is hot, a becomes cold, is at the head, and the next to leave.
        check("clock-pro:cold_min=0.34,cold_max=0.34", 3, "a b c c d b c", "m m m h m-a h h");
    }

    #[test]
    fn a_scan_passes_by_the_hot() {
        check("clock-pro:cold_min=0.34", 3, "a b a b c d e f g a b", "m m h h m m-c m-d m-e m-f h h");
    }

    #[test]
    fn a_loop_longer_than_the_cache_hits_on_its_hot_part() {
        check(
            "clock-pro:cold_max=0.34,cold_min=0.34",
            3,
            "a b c d e a b c d e a b",
            "m m m m-c m-d h h m-e m-c m-d h h",
        );
    }
}
