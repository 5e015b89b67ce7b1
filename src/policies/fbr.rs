//! FBR: an LRU list cut into a new, a middle and an old section; uses count only outside the new section, and the least
//! counted object of the old section leaves.
//!
//! # State
//! `NEW` and `MIDDLE`, LRU lists, each passing its oldest on. The old section, as one LRU list per count up to `c_max` and
//! one for all higher counts. Per object its count, and its order among those that came to the old section.
//!
//! # Parameters
//! - `new` = 0.1: share of the capacity of the new section (practice: `F_new` is for tuning in the paper; these four values
//!   give the ARC paper's hit ratios for OLTP within 0.4 points, see Departures).
//! - `old` = 0.5: share of the old section (practice, as for `new`; the paper's `F_old`).
//! - `c_max` = 30: highest count by which objects are told apart when one has to leave (practice, as for `new`; the paper's
//!   `C_max`).
//! - `a_max` = 100: average count of the residents above which all counts are halved, rounded up (practice, as for `new`;
//!   the paper's `A_max`).
//!
//! # Source
//! J. T. Robinson, M. V. Devarakonda: Data cache management using frequency-based replacement. SIGMETRICS 1990.
//! <https://doi.org/10.1145/98457.98523>
//!
//! # Departures
//! None with unit sizes. The ARC paper does not say which values it used; 5 by 5 shares with five `c_max` and two `a_max` were
//! compared with its figures, and no other combination comes as near. Shares are rounded down, the new and old sections' to
//! at least 1 where the share is not 0; the middle section has what they leave of the capacity. Where the old section is
//! empty, the middle one and then the new one give up their oldest. With byte sizes, sections are in bytes.
//!
//! # Weak on
//! Objects whose popularity ended: their counts fade only when all do.

use super::parts::quota::{part, within};
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::{Chains, Lists, lists};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Fbr>(Info {
    name: "fbr",
    aliases: &["frequency-based-replacement"],
    summary: "counts uses that are not bursts; the least counted of the long unused leaves",
    family: Family::Hybrid,
    paper: Paper {
        authors: "J. T. Robinson, M. V. Devarakonda",
        title: "Data cache management using frequency-based replacement",
        venue: "SIGMETRICS",
        year: 1990,
        url: "https://doi.org/10.1145/98457.98523",
    },
    params: &[
        Param { name: "new", range: "0..1", origin: Origin::Practice, help: "share of the new section (F_new)" },
        Param { name: "old", range: "0..1", origin: Origin::Practice, help: "share of the old section (F_old)" },
        Param {
            name: "c_max",
            range: "1..1000",
            origin: Origin::Practice,
            help: "highest count that is told apart (C_max)",
        },
        Param {
            name: "a_max",
            range: "1..1000000",
            origin: Origin::Practice,
            help: "average count above which all are halved (A_max)",
        },
    ],
    needs: Needs::NOTHING,
    // The new and the middle section share half of the capacity, and promotions leave the latter.
    state: State::of(
        lists::WORD_BYTES + Chains::LINK_BYTES + size_of::<Uses>() as u32,
        lists::LRU_BYTES + lists::SPARSE_QUEUE_BYTES + AGING_BYTES,
    ),
    source: include_str!("fbr.rs"),
});

/// What a round of ageing writes down of each object of the old section.
const AGING_BYTES: u32 = size_of::<ObjId>() as u32 * 2;

const NEW: usize = 0;
const MIDDLE: usize = 1;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    new: f64,
    old: f64,
    c_max: u64,
    a_max: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { new: 0.1, old: 0.5, c_max: 30, a_max: 100 }
    }
}

/// What is kept of a resident.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Uses {
    count: u64,
    /// When it last came to the old section.
    order: u64,
}

/// See the module text.
#[derive(Debug)]
pub struct Fbr {
    /// The new and the middle section.
    young: Lists<2, 0>,
    /// The old section, by count less 1.
    old: Chains,
    uses: Pages<Uses>,
    params: Params,
    new_quota: u64,
    middle_quota: u64,
    residents: u64,
    /// Sum of the residents' counts.
    counted: u64,
    /// How often an object came to the old section.
    arrivals: u64,
}

impl Fbr {
    /// Puts the object at the newest end of the old section's list for its count; all above `c_max` share one.
    fn place_old(&mut self, id: ObjId) {
        let count = self.uses[id as usize].count.min(self.params.c_max + 1);
        self.old.push(count as usize - 1, id);
    }

    /// What is too much for the new section goes to the middle one, and what is too much for that to the old one.
    #[inline(always)]
    fn settle(&mut self, cx: &Cx<'_>) {
        while self.young.weight(NEW) > self.new_quota
            && let Some(id) = self.young.pop(NEW, cx)
        {
            self.young.push(MIDDLE, id, cx);
        }
        while self.young.weight(MIDDLE) > self.middle_quota
            && let Some(id) = self.young.pop(MIDDLE, cx)
        {
            self.arrivals += 1;
            self.uses[id as usize].order = self.arrivals;
            self.place_old(id);
        }
    }

    /// Halves all counts, rounding up, and sorts the old section accordingly.
    #[cold]
    fn age(&mut self) {
        let chains = 0..=self.params.c_max as usize;
        let mut old: Vec<ObjId> = chains.flat_map(|chain| self.old.iter(chain)).collect();
        for id in old.iter().copied().chain(self.young.iter(NEW)).chain(self.young.iter(MIDDLE)) {
            let uses = &mut self.uses[id as usize];
            self.counted -= uses.count / 2;
            uses.count = uses.count.div_ceil(2);
        }
        old.sort_unstable_by_key(|&id| self.uses[id as usize].order);
        for id in old {
            self.place_old(id);
        }
    }
}

impl Build for Fbr {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("fbr", "new", params.new, 0.0, 1.0)?;
        within("fbr", "old", params.old, 0.0, 1.0)?;
        within("fbr", "c_max", params.c_max as f64, 1.0, 1000.0)?;
        within("fbr", "a_max", params.a_max as f64, 1.0, 1e6)?;
        let mut this = Self {
            young: Lists::new(setup.objects),
            old: Chains::new(setup.objects, params.c_max as usize + 1),
            uses: Pages::zeroed(setup.objects),
            params: *params,
            new_quota: 0,
            middle_quota: 0,
            residents: 0,
            counted: 0,
            arrivals: 0,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Fbr {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        match self.young.list_of(id) {
            // A use in the new section is part of a burst and does not count.
            Some(NEW) => {
                self.young.renew(NEW, id);
                return true;
            }
            None if !self.old.contains(id) => return false,
            _ => {}
        }
        self.old.remove(id);
        self.uses[id as usize].count += 1;
        self.counted += 1;
        self.young.push(NEW, id, cx);
        self.settle(cx);
        if self.counted > self.params.a_max * self.residents {
            self.age();
        }
        true
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.remove(cx, id);
        out.push(id);
        Verdict::Freed
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.uses[id as usize].count = 1;
        self.counted += 1;
        self.residents += 1;
        self.young.push(NEW, id, cx);
        self.settle(cx);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.young.remove(id, cx);
        self.old.remove(id);
        self.residents -= 1;
        self.counted -= std::mem::take(&mut self.uses[id as usize]).count;
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        self.young.resized(id, old, cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        let share = |share| if share == 0.0 { 0 } else { part(capacity, share).min(capacity) };
        self.new_quota = share(self.params.new);
        self.middle_quota = (capacity - self.new_quota).saturating_sub(share(self.params.old));
    }

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.young.preload(id);
        prefetch(&self.uses, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.young.contains(id) || self.old.contains(id)
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        let old = (0..=self.params.c_max as usize).find_map(|chain| self.old.front(chain));
        old.or_else(|| self.young.front(MIDDLE)).or_else(|| self.young.front(NEW))
    }

    fn check(&self) -> Result<(), String> {
        let counted: u64 = self.uses.iter().map(|uses| uses.count).sum();
        let residents = self.uses.iter().filter(|uses| uses.count > 0).count() as u64;
        if (counted, residents) != (self.counted, self.residents) {
            return Err(format!(
                "{residents} residents with {counted} uses, not {} and {}",
                self.residents, self.counted
            ));
        }
        self.young.check()?;
        self.old.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;

    #[test]
    fn walk_through() {
        // Sections of 2 old, 1 middle, 1 new. After a b c d: ab c d; a's use counts and makes it bc d a, b's cd a b, each with
        // count 2 now. e: c leaves, of count 1 and the oldest; da b e. f: d, of count 1; ab e f. g: a, the older of count 2.
        check("fbr:new=0.25,old=0.5", 4, "a b c d a b e f g", "m m m m h h m-c m-d m-a");
    }

    #[test]
    fn a_burst_counts_once() {
        // Three uses of a in a row leave its count at 1, so a is first; b counts 2 when it comes back from the old section.
        check("fbr:new=0.25,old=0.5", 4, "a a a b c d b e f", "m h h m m m h m-a m-c");
    }

    #[test]
    fn counts_are_halved_when_their_average_is_too_high() {
        // The average may be 1: each hit outside the new section brings it above and halves 2 to 1, so all are equal
        // and the order is that of LRU. Without the bound, a would stay for its count of 2.
        check("fbr:new=0.25,old=0.5,a_max=1", 4, "a b c d a e f g h", "m m m m h m-b m-c m-d m-a");
        check("fbr:new=0.25,old=0.5", 4, "a b c d a e f g h", "m m m m h m-b m-c m-d m-e");
    }
}
