//! What GL-Cache learns from: the groups as they were at one time, and what became of their objects.

use super::super::parts::trees::{Training, Trees};
use crate::core::ObjId;

/// Age, mean size, hits, objects hit, miss ratio.
pub(super) const FEATURES: usize = 5;
/// XGBoost's defaults, which the authors use, for 20 trees.
const TRAINING: Training = Training { trees: 20, leaves: 64, depth: 6, rate: 0.3 };

/// Objects that came in one after the other, or what a merge left of such.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) objects: Vec<ObjId>,
    /// When it came or was merged.
    pub(super) since: u64,
    pub(super) hits: u32,
    /// Objects that were hit.
    pub(super) active: u32,
    pub(super) miss_ratio: f32,
    pub(super) bytes: u64,
    /// How often this slot was filled anew: what was ranked before is not this group.
    pub(super) edition: u32,
}

impl Group {
    pub(super) fn features(&self, now: u64) -> [f32; FEATURES] {
        let mean = self.bytes as f32 / self.objects.len().max(1) as f32;
        [(now - self.since) as f32, mean, self.hits as f32, self.active as f32, self.miss_ratio]
    }
}

/// A look at the groups.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) at: u64,
    rows: Vec<[f32; FEATURES]>,
    worths: Vec<f64>,
    /// Of each row, how many more objects would have stayed in the cache.
    spared: Vec<u32>,
    /// All objects of the rows, and their bytes.
    pub(super) objects: Vec<ObjId>,
    bytes: u64,
}

impl Look {
    /// A look at this time, with nothing seen yet.
    pub(super) fn new(at: u64) -> Self {
        Self { at, ..Self::default() }
    }

    /// Nothing was looked at yet.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Looks at a group of which so many objects would stay in the cache; returns how many rows there are now.
    pub(super) fn add(&mut self, group: &Group, stay: usize) -> u32 {
        self.rows.push(group.features(self.at));
        self.worths.push(0.0);
        self.spared.push(stay as u32);
        self.objects.extend(&group.objects);
        self.bytes += group.bytes;
        self.rows.len() as u32
    }

    /// An object of this size, of this row, is asked for.
    pub(super) fn judge(&mut self, row: u32, size: u32, now: u64) {
        let spared = &mut self.spared[row as usize];
        if *spared > 0 {
            *spared -= 1;
            return;
        }
        // Relative to the mean, so that the unit of sizes does not matter.
        let mean = (self.bytes as f64 / self.objects.len() as f64).max(1.0);
        let cost = (now - self.at) as f64 * (f64::from(size.max(1)) / mean);
        self.worths[row as usize] += 1.0 / cost;
    }

    /// The model of what the groups were worth.
    pub(super) fn train(&self) -> Option<Trees<FEATURES>> {
        Trees::train(&self.rows, &self.worths, &TRAINING)
    }
}
