//! The exact passes behind one face: they take requests, and give hits by capacity.

use super::lfu::Lfu;
use super::lru::Lru;
use super::lru_bytes::{LruBytes, Sums};
use super::lru_expiring::LruExpiring;
use super::method::Exact;
use super::shape::{Extent, Shape, shape};
use crate::core::quantity::ratio;
use crate::engine::View;
use crate::record::Steps;
use crate::replay::Options;
use std::borrow::Cow;
use std::ops::Range;

/// Hits of the requests counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Hits {
    /// By capacity, from 0 on; larger capacities have as many as the last.
    All(Vec<u64>),
    /// By position among the capacities asked for.
    Listed(Vec<u64>),
    /// The same, with the bytes hit.
    Bytes(Sums),
}

impl Hits {
    /// From requests by distance.
    pub(super) fn of_distances(mut counts: Vec<u64>) -> Self {
        let mut sum = 0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        Self::All(counts)
    }

    /// Hits, and bytes hit where bytes count, at the `at`-th capacity asked for.
    pub(super) fn at(&self, at: usize, capacity: u64) -> (u64, Option<u64>) {
        match self {
            Self::All(hits) => (*hits.get(capacity as usize).or(hits.last()).unwrap_or(&0), None),
            Self::Listed(hits) => (hits[at], None),
            Self::Bytes(sums) => (sums.hits[at], Some(sums.bytes[at])),
        }
    }

    /// The shape of the whole curve of these windows together, where every size is known; `counted`: requests.
    pub(super) fn shape(windows: &[Self], counted: u64) -> Option<Shape> {
        let all = |hits: &'_ Self| if let Self::All(hits) = hits { Some(hits.len()) } else { None };
        let most = windows.iter().map(all).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        let sums = match windows {
            [Self::All(hits)] => Cow::Borrowed(&hits[..]),
            _ => Cow::Owned(sum(windows, most)),
        };
        let points = (1..).zip(sums.iter().skip(1)).map(|(capacity, &hits)| (capacity, ratio(hits, counted)));
        shape(points, Extent::Whole)
    }

    /// Where the hits change, and what they are from there on; `capacities`: those asked for; `asked`: bytes.
    pub(super) fn steps(&self, capacities: &[u64], asked: u64) -> Steps {
        let points = match self {
            Self::All(hits) => changes((1..).zip(hits.iter().skip(1).copied())),
            Self::Listed(hits) => changes(capacities.iter().copied().zip(hits.iter().copied())),
            Self::Bytes(sums) => return sums.steps(capacities, asked),
        };
        Steps { points, byte_hit_ratios: None }
    }
}

impl Sums {
    fn steps(&self, capacities: &[u64], asked: u64) -> Steps {
        let points = changes(capacities.iter().copied().zip(self.hits.iter().copied()));
        let place = |capacity| capacities.binary_search(capacity).unwrap_or(0);
        let of_bytes = points.iter().map(|(capacity, _)| ratio(self.bytes[place(capacity)], asked)).collect();
        Steps { points, byte_hit_ratios: Some(of_bytes) }
    }
}

/// Hits by capacity, of all windows; `most`: capacities of the longest.
fn sum(windows: &[Hits], most: usize) -> Vec<u64> {
    let mut sums = vec![0; most];
    for window in windows {
        let Hits::All(hits) = window else { continue };
        // What is new at a capacity, so that larger ones need not be gone through for each window.
        let mut before = 0;
        for (sum, &hits) in sums.iter_mut().zip(hits) {
            *sum += hits - std::mem::replace(&mut before, hits);
        }
    }
    let mut total = 0;
    for sum in &mut sums {
        total += *sum;
        *sum = total;
    }
    sums
}

/// The first point of those with equal hits.
fn changes(points: impl Iterator<Item = (u64, u64)> + Clone) -> Vec<(u64, u64)> {
    let first = |points| {
        let mut last = None;
        Iterator::filter(points, move |&(_, hits): &(u64, u64)| last.replace(hits) != Some(hits))
    };
    // Counted first: a vector that grows would take twice the room.
    let mut found = Vec::with_capacity(first(points.clone()).count());
    found.extend(first(points));
    found
}

/// A pass that takes requests in order.
pub(super) enum Pass<'a> {
    Lru(Lru),
    Expiring(LruExpiring),
    Bytes(LruBytes<'a>),
    Lfu(Lfu),
}

impl<'a> Pass<'a> {
    /// The pass; `None` for MIN, which looks at the whole trace at once. `capacities`: those asked for, smallest first.
    pub(super) fn new(exact: Exact, view: &View<'_>, options: &Options, capacities: &'a [u64]) -> Option<Self> {
        Some(match exact {
            Exact::Lru => Self::Lru(Lru::new(view.objects)),
            Exact::LruExpiring => Self::Expiring(LruExpiring::new(view.objects, options.expiry.default)),
            Exact::LruBytes => Self::Bytes(LruBytes::new(view.objects, capacities)),
            Exact::Lfu => Self::Lfu(Lfu::new(view.ids, view.objects)),
            Exact::Min => return None,
        })
    }

    /// Takes the requests `range`; ranges follow one another.
    pub(super) fn feed(&mut self, view: &View<'_>, range: Range<usize>) {
        match self {
            Self::Lru(lru) => lru.feed(view.ids, range),
            Self::Expiring(lru) => lru.feed(view, range),
            Self::Bytes(lru) => lru.feed(view.ids, view.sizes.unwrap_or_default(), range),
            Self::Lfu(lfu) => lfu.feed(view.ids, range),
        }
    }

    /// The hits since the last call.
    pub(super) fn take(&mut self) -> Hits {
        match self {
            Self::Lru(lru) => Hits::of_distances(lru.take()),
            Self::Expiring(lru) => Hits::of_distances(lru.take()),
            Self::Bytes(lru) => Hits::Bytes(lru.take()),
            Self::Lfu(lfu) => Hits::All(lfu.take()),
        }
    }
}
