//! GL-Cache: objects that came in one after the other make a group; trees learn what the groups are worth, and the least
//! valuable one is merged with its successors, of which only the best objects stay.
//!
//! # State
//! Groups in order of arrival, the last of which is open. Of a group: when it came or was merged, its hits since, how many
//! of its objects were hit, the miss ratio at that time. Per object its group and last request. For learning: the groups as
//! they were at one time, which objects they had, and what these were worth since.
//!
//! # Parameters
//! - `group` = 60: objects of a group, and at most a twentieth of those that fit (paper: 60 of GL-Cache-E).
//! - `merge` = 2: groups that become one (paper: 2 of GL-Cache-E).
//! - `rank` = 0.02: share of the groups that is used up before they are ranked anew (paper: 2 % of GL-Cache-E).
//! - `interval` = 20: requests between two trainings, as a multiple of the objects that fit (practice; the paper trains once a
//!   day).
//!
//! # Source
//! J. Yang, Z. Mao, Y. Yue, K. V. Rashmi: GL-Cache: group-level learning for efficient and high-performance caching. USENIX
//! FAST 2023. <https://www.usenix.org/conference/fast23/presentation/yang-juncheng>
//!
//! # Departures
//! Time is counted in requests; so the paper's request rate of a group is the same for all, and its write rate is the miss
//! ratio. The trees are of another library than the paper's (XGBoost), and no part of the groups is held back to stop the
//! training early. An object is worth 1 by its size and by the requests to its next one, once after each look at the groups,
//! and nothing if it is among the first that would have stayed. A group at the end of the order is merged with as many
//! successors as it has, perhaps none.
//!
//! # Weak on
//! Small caches, where a merge gives up many objects for one that is needed; traces shorter than the first interval.

#![cfg(feature = "learned")]

mod look;

use super::parts::quota::within;
use super::parts::trees::Trees;
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use bytemuck::{Pod, Zeroable};
use look::{FEATURES, Group, Look};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<GlCache>(Info {
    name: "gl-cache",
    aliases: &["glcache"],
    summary: "trees learn what groups of objects are worth; the least valuable are merged",
    family: Family::Learned,
    paper: Paper {
        authors: "J. Yang, Z. Mao, Y. Yue, K. V. Rashmi",
        title: "GL-Cache: group-level learning for efficient and high-performance caching",
        venue: "USENIX FAST",
        year: 2023,
        url: "https://www.usenix.org/conference/fast23/presentation/yang-juncheng",
    },
    params: &[
        Param { name: "group", range: "1..100000", origin: Origin::Paper, help: "objects of a group" },
        Param { name: "merge", range: "2..100", origin: Origin::Paper, help: "groups that become one" },
        Param {
            name: "rank",
            range: "0..1",
            origin: Origin::Paper,
            help: "share of the groups used up before they are ranked anew",
        },
        Param {
            name: "interval",
            range: "0.01..1e6",
            origin: Origin::Practice,
            help: "requests between two trainings, multiple of the objects that fit",
        },
    ],
    needs: Needs::SIZES,
    // A group has room for twice its objects at most while it fills, and is learned from as it was; a merge lists its objects.
    state: State::of(size_of::<Known>() as u32, 2 * size_of::<ObjId>() as u32 + 4 + 16).fixed(TRAINING_BYTES),
    source: include_str!("gl_cache.rs"),
});

/// Groups that are looked at for one training (paper: about 8000).
const MOST_ROWS: usize = 8192;
/// The model, and the histograms of a training.
const TRAINING_BYTES: u32 = 1 << 18;
/// There is room for so many groups at least.
const LEAST_GROUPS: usize = 20;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    group: usize,
    merge: usize,
    rank: f64,
    interval: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { group: 60, merge: 2, rank: 0.02, interval: 20.0 }
    }
}

/// What is known of an object.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Known {
    /// The number of its last request.
    last: u64,
    /// Its group plus one; 0 of an object that is not resident.
    group: u32,
    /// The row of the last look at its group plus one; 0 if its next request is of no interest.
    row: u32,
    /// Was it hit since its group came or was merged? 0 or 1.
    hit: u32,
    unused: u32,
}

/// See the module text.
#[derive(Debug)]
pub struct GlCache {
    known: Pages<Known>,
    groups: Vec<Group>,
    /// Slots of `groups` that hold none.
    free: Vec<u32>,
    /// The groups from the oldest to the newest; a merged one is where its oldest part was.
    order: Vec<u32>,
    /// Is the newest group open to new objects?
    open: bool,
    /// Place in the order where the next merge begins while there is no model.
    hand: usize,
    /// Worths, groups and their editions, the most valuable first: the next to go is the last.
    ranking: Vec<(f64, u32, u32)>,
    /// The ranking is made anew when no more than so many are left.
    enough: usize,
    look: Look,
    model: Option<Trees<FEATURES>>,
    now: u64,
    /// Requests and hits since the open group was opened.
    since_open: (u64, u64),
    params: Params,
    size: usize,
    interval: u64,
    /// The objects of a merge with their scores, for reuse.
    candidates: Vec<(f64, ObjId)>,
}

impl GlCache {
    /// Groups that are not open.
    fn closed(&self) -> &[u32] {
        &self.order[..self.order.len() - usize::from(self.open)]
    }

    /// Trains the model with what became of the groups since the last look, and looks at them anew.
    #[cold]
    fn learn(&mut self) {
        if !self.look.is_empty() {
            self.model = self.look.train().or(self.model.take());
            self.ranking.clear();
        }
        for &id in &self.look.objects {
            self.known[id as usize].row = 0;
        }
        self.look = Look::new(self.now);
        let closed = self.closed().len();
        let step = (closed as f64 / MOST_ROWS as f64).max(1.0);
        let places = (0..MOST_ROWS).map(|row| (row as f64 * step) as usize);
        for place in places.take_while(|&place| place < closed) {
            let group = &self.groups[self.order[place] as usize];
            let row = self.look.add(group, group.objects.len() / self.params.merge);
            for &id in &group.objects {
                self.known[id as usize].row = row;
            }
        }
    }

    /// Orders the groups by what the model says they are worth; among equals the oldest is the least.
    fn rank(&mut self, model: &Trees<FEATURES>) {
        let Self { groups, order, ranking, now, open, .. } = self;
        ranking.clear();
        let closed = order[..order.len() - usize::from(*open)].iter().rev();
        let rows: Vec<_> = closed.clone().map(|&slot| groups[slot as usize].features(*now)).collect();
        let mut worths = Vec::with_capacity(rows.len());
        model.predict_all(&rows, &mut worths);
        ranking.extend(closed.zip(worths).map(|(&slot, worth)| (worth, slot, groups[slot as usize].edition)));
        ranking.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.enough = (self.ranking.len() as f64 * (1.0 - self.params.rank)) as usize;
    }

    /// The place in the order of the group to merge with its successors.
    fn seed(&mut self) -> usize {
        let Some(model) = self.model.take() else {
            return if self.hand < self.closed().len() { self.hand } else { 0 };
        };
        let place = loop {
            if self.ranking.len() <= self.enough {
                self.rank(&model);
            }
            let current = |&(_, slot, edition): &(f64, u32, u32)| self.groups[slot as usize].edition == edition;
            if let Some((_, slot, _)) = self.ranking.pop().filter(current)
                && let Some(place) = self.closed().iter().position(|&other| other == slot)
            {
                break place;
            }
        };
        self.model = Some(model);
        place
    }

    /// Merges the groups at these places; the best objects, as many as there are in one of them, stay.
    fn merge(&mut self, cx: &Cx<'_>, first: usize, behind: usize, out: &mut Vec<ObjId>) {
        let mut candidates = std::mem::take(&mut self.candidates);
        let mut miss_ratio = 0.0;
        for &slot in &self.order[first..behind] {
            let group = &mut self.groups[slot as usize];
            miss_ratio += group.miss_ratio / (behind - first) as f32;
            group.edition += 1;
            candidates.extend(group.objects.drain(..).map(|id| {
                let away = self.now - self.known[id as usize].last;
                (1.0 / (f64::from(cx.size(id).max(1)) * away.max(1) as f64), id)
            }));
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
        let stay = candidates.len() / self.params.merge;
        let seed = self.order[first];
        self.free.extend(self.order.drain(first + 1..behind));
        let group = &mut self.groups[seed as usize];
        *group = Group { since: self.now, miss_ratio, edition: group.edition, ..Group::default() };
        for (at, (_, id)) in candidates.drain(..).enumerate() {
            let known = &mut self.known[id as usize];
            known.hit = 0;
            if at < stay {
                known.group = seed + 1;
                group.objects.push(id);
                group.bytes += u64::from(cx.size(id));
            } else {
                known.group = 0;
                out.push(id);
            }
        }
        self.candidates = candidates;
        self.hand = first + 1;
        self.drop_if_empty(first);
    }

    /// Gives up a group without objects.
    fn drop_if_empty(&mut self, place: usize) {
        let slot = self.order[place];
        if self.groups[slot as usize].objects.is_empty() {
            self.groups[slot as usize].edition += 1;
            self.open &= place + 1 < self.order.len();
            self.order.remove(place);
            self.free.push(slot);
            self.hand -= usize::from(place < self.hand);
        }
    }

    /// A new group for the objects to come.
    fn open_group(&mut self) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.groups.push(Group::default());
            self.groups.len() as u32 - 1
        });
        let (requests, hits) = std::mem::take(&mut self.since_open);
        let miss_ratio = 1.0 - hits as f32 / requests.max(1) as f32;
        let group = &mut self.groups[slot as usize];
        *group = Group { since: self.now, miss_ratio, edition: group.edition + 1, ..Group::default() };
        self.order.push(slot);
        self.open = true;
        slot
    }
}

impl Build for GlCache {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("gl-cache", "group", params.group as f64, 1.0, 100_000.0)?;
        within("gl-cache", "merge", params.merge as f64, 2.0, 100.0)?;
        within("gl-cache", "rank", params.rank, 0.0, 1.0)?;
        within("gl-cache", "interval", params.interval, 0.01, 1e6)?;
        Ok(Self {
            known: Pages::zeroed(setup.objects),
            groups: Vec::new(),
            free: Vec::new(),
            order: Vec::new(),
            open: false,
            hand: 0,
            ranking: Vec::new(),
            enough: 0,
            look: Look::default(),
            model: None,
            now: 0,
            since_open: (0, 0),
            params: *params,
            size: params.group.min(setup.expected / LEAST_GROUPS).max(1),
            interval: (setup.expected.max(1) as f64 * params.interval).max(1.0) as u64,
            candidates: Vec::new(),
        })
    }
}

impl Policy for GlCache {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.now += 1;
        self.since_open.0 += 1;
        let known = &mut self.known[id as usize];
        if let Some(row) = std::mem::take(&mut known.row).checked_sub(1) {
            self.look.judge(row, cx.size(id), self.now);
        }
        let Some(slot) = known.group.checked_sub(1) else { return false };
        let group = &mut self.groups[slot as usize];
        self.since_open.1 += 1;
        group.hits = group.hits.saturating_add(1);
        group.active += 1 - known.hit;
        (known.hit, known.last) = (1, self.now);
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        if self.order.is_empty() {
            return Verdict::Refuse;
        }
        if self.closed().is_empty() {
            self.open = false;
        }
        if self.look.is_empty() || self.now - self.look.at >= self.interval {
            self.learn();
        }
        let first = self.seed();
        let behind = (first + self.params.merge).min(self.closed().len());
        self.merge(cx, first, behind, out);
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let last = self.order.last().filter(|_| self.open).copied();
        let slot = last.filter(|&slot| self.groups[slot as usize].objects.len() < self.size);
        let slot = slot.unwrap_or_else(|| self.open_group());
        let group = &mut self.groups[slot as usize];
        group.objects.push(id);
        group.bytes += u64::from(cx.size(id));
        let known = &mut self.known[id as usize];
        (known.last, known.group, known.hit) = (self.now, slot + 1, 0);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        let known = &mut self.known[id as usize];
        let Some(slot) = std::mem::take(&mut known.group).checked_sub(1) else { return };
        let group = &mut self.groups[slot as usize];
        group.objects.retain(|&other| other != id);
        group.bytes -= u64::from(cx.size(id));
        group.active -= std::mem::take(&mut known.hit);
        if let Some(place) = self.order.iter().position(|&other| other == slot) {
            self.drop_if_empty(place);
        }
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if let Some(slot) = self.known[id as usize].group.checked_sub(1) {
            let bytes = &mut self.groups[slot as usize].bytes;
            *bytes = *bytes - u64::from(old) + u64::from(cx.size(id));
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        prefetch(&self.known, id as usize);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.known[id as usize].group != 0
    }

    fn check(&self) -> Result<(), String> {
        for &slot in &self.order {
            let group = &self.groups[slot as usize];
            let stray = group.objects.iter().find(|&&id| self.known[id as usize].group != slot + 1);
            if let Some(id) = stray {
                return Err(format!("object {id} is not in the group that holds it"));
            }
            let active = group.objects.iter().map(|&id| self.known[id as usize].hit).sum::<u32>();
            if group.objects.is_empty() || group.active != active {
                return Err(format!("a group of {} objects says {} were hit", group.objects.len(), group.active));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
