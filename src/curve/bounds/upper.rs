//! PFOO-L: an upper bound of the hits at every capacity from one order of the intervals.

use super::{Hits, Interval, Requests};
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;

/// What a hit takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    /// Size times the number of requests that the object stays for.
    pub(super) footprint: u64,
    /// What the object takes of the capacity.
    pub(super) size: u32,
    /// Bytes of the hit.
    pub(super) bytes: u32,
}

impl Item {
    /// Of an interval; what it takes before the `first` request that counts is not charged.
    pub(super) fn new(interval: Interval, first: usize) -> Self {
        let length = u64::from(interval.to) - (interval.from as usize).max(first) as u64;
        Self { footprint: u64::from(interval.size) * length, size: interval.size, bytes: interval.bytes }
    }

    /// More bytes of hits for the room come first.
    pub(super) fn by_worth(&self, other: &Self) -> Ordering {
        let worth = |a: &Self, b: &Self| u128::from(a.bytes) * u128::from(b.footprint);
        worth(other, self).cmp(&worth(self, other)).then_with(|| self.cmp(other))
    }
}

/// At each capacity, hits and bytes of hits that no cache exceeds.
///
/// All caches share the capacity times the number of counted requests, whenever it is taken: the most hits are those of the
/// smallest footprints, the most bytes those of the most bytes for their footprint, the last of them in part. Beyond the
/// paper, objects larger than the capacity are left out, bytes are rounded down, and of an interval that begins before the
/// counted requests only what lies among them is charged.
///
/// Time is that of two sorts, and of two scans for each capacity up to where it is full; 16 bytes for each interval.
pub fn pfoo_l(requests: &Requests<'_>, capacities: &[u64]) -> Vec<Hits> {
    let first = requests.counted.start;
    let room = |capacity: u64| u128::from(capacity) * requests.counted.len() as u128;
    let mut items: Vec<Item> = requests.intervals().map(|interval| Item::new(interval, first)).collect();
    items.par_sort_unstable();
    let hits: Vec<u64> = capacities.iter().map(|&capacity| most_hits(&items, capacity, room(capacity))).collect();
    items.par_sort_unstable_by(Item::by_worth);
    let bytes = capacities.iter().map(|&capacity| most_bytes(&items, capacity, room(capacity)));
    hits.into_iter().zip(bytes).map(|(hits, bytes)| Hits { hits, bytes }).collect()
}

/// Of items in the order of their footprints.
fn most_hits(items: &[Item], capacity: u64, mut room: u128) -> u64 {
    let mut hits = 0;
    for item in items.iter().filter(|item| u64::from(item.size) <= capacity) {
        let Some(left) = room.checked_sub(u128::from(item.footprint)) else { break };
        room = left;
        hits += 1;
    }
    hits
}

/// Of items in the order of their worth.
fn most_bytes(items: &[Item], capacity: u64, mut room: u128) -> u64 {
    let mut bytes = 0;
    for item in items.iter().filter(|item| u64::from(item.size) <= capacity) {
        let footprint = u128::from(item.footprint);
        let Some(left) = room.checked_sub(footprint) else {
            // Less than `footprint` is left, so that the product fits.
            return bytes + (u128::from(item.bytes) * room / footprint) as u64;
        };
        room = left;
        bytes += u64::from(item.bytes);
    }
    bytes
}
