//! CLOCK-Pro+: CLOCK-Pro whose room for cold objects adapts as in ARC and CAR: to the returns of what left too early, and to
//! the uses of what was hot and became cold too early.
//!
//! # State
//! As CLOCK-Pro, in `parts/hands.rs`; besides, cold objects that were hot are marked as demoted until they are used or leave.
//!
//! # Parameters
//! - `cold_min` = 0.01: least share of the capacity for cold objects, at first too (practice: Caffeine; LIRS's 1 %).
//! - `cold_max` = 0.5: greatest share of it (practice: the author's own program, as Caffeine reports).
//!
//! # Source
//! C. Li: CLOCK-Pro+: improving CLOCK-Pro cache replacement with utility-driven adaptation. SYSTOR 2019.
//! <https://doi.org/10.1145/3319647.3325838>
//!
//! # Departures
//! Those of CLOCK-Pro. The room grows by max(1, demoted / gone) when an object that left within its test period comes back,
//! and shrinks by max(1, gone / demoted) when a hand finds a demoted object used, where `demoted` and `gone` are what is
//! demoted and resident, and what left and is in its test period; nothing else changes it. With byte sizes these are in
//! bytes, and a step is times the object's size. The author's own program differs in what the paper leaves open: `HANDhot` runs
//! at every miss and leaves the test periods of resident pages alone, as `HANDtest` does, the room grows before the eviction
//! that a returning object causes and by ratios of whole numbers, and its least is one page.
//!
//! # Weak on
//! As CLOCK-Pro: new objects that are popular at once and for a short time only.

use super::parts::hands::{Adaptation, BOUNDS, Event, Hands, checked};
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Info, Needs, Paper};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Hands<ClockProPlus>>(Info {
    name: "clock-pro-plus",
    aliases: &["clockproplus", "clock-pro+"],
    summary: "CLOCK-Pro whose room for cold objects follows what left and what was demoted too early",
    family: Family::Hybrid,
    paper: Paper {
        authors: "C. Li",
        title: "CLOCK-Pro+: improving CLOCK-Pro cache replacement with utility-driven adaptation",
        venue: "SYSTOR",
        year: 2019,
        url: "https://doi.org/10.1145/3319647.3325838",
    },
    params: BOUNDS,
    needs: Needs::NOTHING,
    state: Hands::<ClockProPlus>::STATE,
    source: include_str!("clock_pro_plus.rs"),
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
        Self { cold_min: 0.01, cold_max: 0.5 }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct ClockProPlus {}

impl Adaptation for ClockProPlus {
    type Params = Params;
    const HOT_HAND_LOOKS: bool = true;

    fn shares(params: &Params) -> Result<(f64, f64)> {
        checked("clock-pro-plus", params.cold_min, params.cold_max)
    }

    fn change(event: Event, demoted: f64, gone: f64) -> f64 {
        match event {
            // The object at hand is among those it is weighed by, so neither is divided by 0.
            Event::Returned => f64::max(1.0, demoted / gone),
            Event::DemotedUsed => -f64::max(1.0, gone / demoted),
            Event::UsedInTest | Event::TestEnded => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::*;

    #[test]
    fn walk_through() {
        // As CLOCK-Pro, but cold ones may have half of the room at most, here 1.5: c comes back, d leaves, a becomes cold and
        // then b, so that 1 hot object is left. e takes a; a second use of b is found by the hand, for f, so cold ones should
        // have 1 less. So b stays, and e leaves.
        check("clock-pro-plus:cold_min=0.34", 3, "a b c d c e b f b", "m m m m-c m-d m-a h m-e h");
    }

    #[test]
    fn the_room_follows_the_two_regrets() {
        let change = ClockProPlus::change;
        assert_eq!((change(Event::Returned, 6.0, 2.0), change(Event::Returned, 0.0, 2.0)), (3.0, 1.0));
        assert_eq!((change(Event::DemotedUsed, 2.0, 8.0), change(Event::DemotedUsed, 2.0, 1.0)), (-4.0, -1.0));
        assert_eq!((change(Event::UsedInTest, 2.0, 8.0), change(Event::TestEnded, 2.0, 8.0)), (0.0, 0.0));
    }
}
