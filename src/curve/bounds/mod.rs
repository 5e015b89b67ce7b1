//! Bounds of what any cache can reach, for objects of different sizes.
//!
//! The best of all schedules is hard to find where sizes differ (it is strongly NP-complete), so it is bracketed: no cache has
//! more hits than [`pfoo_l`] says, and there is a schedule with those of [`pfoo_u`]. Both are from D. S. Berger, N. Beckmann,
//! M. Harchol-Balter: Practical bounds on optimal caching with variable object sizes. Proceedings of the ACM on Measurement and
//! Analysis of Computing Systems 2(2), 2018, <https://doi.org/10.1145/3224427>. Their names are for misses: L bounds those
//! from below.
//!
//! # The model
//! Two requests of an object in a row are an interval; the second is a hit if the object stays in the cache between them. The
//! objects that stay from one request to the next fit in the capacity together. A cache may decline to admit an object, so
//! that the request at hand takes no room; for objects of equal size the bounds are therefore those of the policy `belady`
//! or a little above them.
//!
//! Where the size of an object changes, it takes the room of its last request until the next one, whose size is that of the
//! hit, as in a replay: a resident object that grew is hit. An object larger than the capacity does not stay.

mod flow;
mod load;
mod lower;
#[cfg(test)]
mod tests;
mod upper;

pub use lower::{DEFAULT_STEP, pfoo_u};
pub use upper::pfoo_l;

use crate::core::ObjId;
use std::ops::Range;

/// What the bounds look at.
#[derive(Debug, Clone)]
pub struct Requests<'a> {
    /// Objects, each below `objects`.
    pub ids: &'a [ObjId],
    /// Size in bytes that each request sees; 1 where there are none.
    pub sizes: Option<&'a [u32]>,
    /// Number of distinct objects.
    pub objects: usize,
    /// The requests whose hits count; those before them fill the cache.
    pub counted: Range<usize>,
}

/// What a bound says of the hits. The two need not come from one schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hits {
    /// Number of hits.
    pub hits: u64,
    /// Bytes of hits.
    pub bytes: u64,
}

/// Two requests of an object in a row, the second of which counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    /// The first request.
    from: u32,
    /// The second.
    to: u32,
    /// What the object takes of the capacity between them.
    size: u32,
    /// Size at the second.
    bytes: u32,
}

impl Requests<'_> {
    fn size(&self, request: usize) -> u32 {
        self.sizes.map_or(1, |sizes| sizes[request])
    }

    /// All intervals, in the order of their ends.
    fn intervals(&self) -> impl Iterator<Item = Interval> + '_ {
        let mut last = vec![u32::MAX; self.objects];
        let counted = self.counted.end.min(self.ids.len());
        self.ids[..counted].iter().enumerate().filter_map(move |(to, &id)| {
            let from = std::mem::replace(&mut last[id as usize], to as u32);
            let counts = from != u32::MAX && to >= self.counted.start;
            counts.then(|| Interval { from, to: to as u32, size: self.size(from as usize), bytes: self.size(to) })
        })
    }
}

/// Hits of an infinite cache that takes in no object larger than the capacity, at each capacity (increasing).
///
/// All requests hit but the first one of each object.
pub fn infinite(requests: &Requests<'_>, capacities: &[u64]) -> Vec<Hits> {
    let mut sums = vec![Hits::default(); capacities.len() + 1];
    for interval in requests.intervals() {
        let sum = &mut sums[capacities.partition_point(|&capacity| capacity < u64::from(interval.size))];
        sum.hits += 1;
        sum.bytes += u64::from(interval.bytes);
    }
    for at in 1..sums.len() {
        let below = sums[at - 1];
        sums[at].hits += below.hits;
        sums[at].bytes += below.bytes;
    }
    sums.truncate(capacities.len());
    sums
}
