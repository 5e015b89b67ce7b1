//! Sizes: how they are distributed over the objects, and over the requests.
//!
//! An object has the size that was seen last; a removal names none, so an object that only removals name is left out of the
//! distribution over the objects. Requests count with the size they carry.

use super::bins::Histogram;
use crate::core::{Pages, prefetch};
use crate::trace::{Op, Trace};
use serde::Serialize;

/// Requests ahead whose object's size is asked for.
const AHEAD: usize = 24;

/// A quantile of sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeQuantile {
    /// Which, 0 to 1.
    pub quantile: f64,
    /// The smallest size that this share of the objects does not surpass, in bytes, or one up to 0.4 % larger.
    pub by_object: f64,
    /// Likewise of the requests.
    pub by_request: f64,
}

/// A bin of sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeBin {
    /// Its end, in bytes. It holds the sizes above the end of the bin before it, up to and including this one.
    pub up_to: f64,
    /// Objects of such a size.
    pub objects: u64,
    /// Requests of such a size.
    pub requests: u64,
    /// Share of the objects that are at most so large, 0 to 1.
    pub cumulative_objects_share: f64,
    /// Likewise of the requests.
    pub cumulative_requests_share: f64,
}

/// How sizes are distributed. All are in bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sizes {
    /// Mean over the objects.
    pub mean_by_object: f64,
    /// Mean over the requests.
    pub mean_by_request: f64,
    /// The smallest of an object.
    pub min_by_object: f64,
    /// The smallest of a request.
    pub min_by_request: f64,
    /// The largest of an object.
    pub max_by_object: f64,
    /// The largest of a request.
    pub max_by_request: f64,
    /// Quantiles over the objects and over the requests.
    pub quantiles: Vec<SizeQuantile>,
    /// Eight bins to the octave, so that every eighth ends with a power of two.
    pub bins: Vec<SizeBin>,
}

impl Sizes {
    /// The sizes, and the bytes of the objects up to the end of each window of [`super::growth::windows`]; `None` without
    /// sizes, or without requests.
    pub(super) fn of(trace: &Trace) -> Option<(Self, Vec<u64>)> {
        let sizes = trace.sizes.as_deref().filter(|sizes| !sizes.is_empty())?;
        let mut requests = Histogram::new();
        // By object.
        let mut last = Pages::<u32>::zeroed(trace.objects);
        let mut footprint = 0;
        let mut footprints = Vec::new();
        for window in super::growth::windows(trace.requests()) {
            for index in window {
                prefetch(&last, trace.ids.get(index + AHEAD).map_or(0, |&id| id as usize));
                requests.add(u64::from(sizes[index]));
                if trace.op(index) != Op::Delete {
                    let old = std::mem::replace(&mut last[trace.ids[index] as usize], sizes[index]);
                    footprint = footprint + u64::from(sizes[index]) - u64::from(old);
                }
            }
            footprints.push(footprint);
        }
        let mut objects = Histogram::new();
        let named = named(trace);
        let has_size = |&(id, _): &(usize, &u32)| named.as_ref().is_none_or(|named| named[id]);
        last.iter().enumerate().filter(has_size).for_each(|(_, &size)| objects.add(u64::from(size)));
        let quantiles = objects.quantiles().into_iter().zip(requests.quantiles());
        let quantile = |((quantile, object), (_, request))| SizeQuantile {
            quantile,
            by_object: object as f64,
            by_request: request as f64,
        };
        let found = Self {
            mean_by_object: objects.mean(1.0),
            mean_by_request: requests.mean(1.0),
            min_by_object: objects.ends().0 as f64,
            min_by_request: requests.ends().0 as f64,
            max_by_object: objects.ends().1 as f64,
            max_by_request: requests.ends().1 as f64,
            quantiles: quantiles.map(quantile).collect(),
            bins: bins(&objects, &requests),
        };
        Some((found, footprints))
    }
}

/// By object: does any request but a removal name it? `None` where there are no removals.
fn named(trace: &Trace) -> Option<Vec<bool>> {
    let ops = trace.ops.as_deref().filter(|ops| ops.contains(&Op::Delete))?;
    let mut named = vec![false; trace.objects];
    trace.ids.iter().zip(ops).filter(|(_, op)| **op != Op::Delete).for_each(|(&id, _)| named[id as usize] = true);
    Some(named)
}

/// The bins of both, from the first to the last that either has.
fn bins(objects: &Histogram, requests: &Histogram) -> Vec<SizeBin> {
    let (all_objects, all_requests) = (objects.count().max(1) as f64, requests.count().max(1) as f64);
    let mut both = std::collections::BTreeMap::<u64, (u64, u64)>::new();
    for (end, count) in objects.bins() {
        both.entry(end).or_default().0 = count;
    }
    for (end, count) in requests.bins() {
        both.entry(end).or_default().1 = count;
    }
    let mut below = (0, 0);
    let bin = |(end, (objects, requests))| {
        below = (below.0 + objects, below.1 + requests);
        SizeBin {
            up_to: end as f64,
            objects,
            requests,
            cumulative_objects_share: below.0 as f64 / all_objects,
            cumulative_requests_share: below.1 as f64 / all_requests,
        }
    };
    both.into_iter().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_trace_by_hand() {
        let mut trace = Trace::from_keys("t", [1, 2, 1, 3, 1]);
        trace.sizes = Some(vec![10, 20, 10, 4096, 12].into());
        let (found, footprints) = Sizes::of(&trace).unwrap();
        assert_eq!(footprints, [10, 30, 30, 4126, 4128]);
        assert_eq!(footprints.last(), Some(&trace.footprint_bytes()));
        assert!(
            (found.mean_by_object - 4128.0 / 3.0).abs() < 1e-9 && (found.mean_by_request - 4148.0 / 5.0).abs() < 1e-9
        );
        let ends = [found.min_by_object, found.min_by_request, found.max_by_object, found.max_by_request];
        assert_eq!(ends.map(|end| end as u64), [12, 10, 4096, 4096]);
        let median = &found.quantiles[5];
        assert_eq!((median.quantile, median.by_object, median.by_request), (0.5, 20.0, 12.0));
        let bins = found.bins.iter().filter(|bin| bin.objects + bin.requests > 0);
        let bins: Vec<(f64, u64, u64)> = bins.map(|bin| (bin.up_to, bin.objects, bin.requests)).collect();
        assert_eq!(bins, [(10.0, 0, 2), (12.0, 1, 1), (20.0, 1, 1), (4096.0, 1, 1)]);
        let last = found.bins.last().unwrap();
        assert!((last.cumulative_objects_share - 1.0).abs() < 1e-12);
        assert!((found.bins[0].cumulative_requests_share - 0.4).abs() < 1e-12);
        assert!(found.bins.windows(2).all(|pair| pair[0].up_to < pair[1].up_to));
        assert!(Sizes::of(&Trace::from_keys("t", [1])).is_none());
    }

    #[test]
    fn objects_that_only_removals_name_have_no_size() {
        let mut trace = Trace::from_keys("t", [1, 2, 3, 3, 4]);
        trace.sizes = Some(vec![10, 0, 30, 0, 0].into());
        trace.ops = Some(vec![Op::Set, Op::Delete, Op::Get, Op::Delete, Op::Get].into());
        let (found, _) = Sizes::of(&trace).unwrap();
        let objects: Vec<(f64, u64)> =
            found.bins.iter().filter(|bin| bin.objects > 0).map(|bin| (bin.up_to, bin.objects)).collect();
        assert_eq!(objects, [(0.0, 1), (10.0, 1), (30.0, 1)], "the last one is a get of nothing");
        assert!((found.mean_by_object - 40.0 / 3.0).abs() < 1e-9);
        let by_object: Vec<u64> = found.quantiles.iter().map(|own| own.by_object as u64).collect();
        assert_eq!(by_object, [0, 0, 0, 0, 0, 10, 30, 30, 30, 30, 30]);
        trace.ops = Some(vec![Op::Set, Op::Delete, Op::Get, Op::Delete, Op::Delete].into());
        assert_eq!(Sizes::of(&trace).unwrap().0.min_by_object as u64, 10);
        trace.ops = Some(vec![Op::Delete; 5].into());
        let nothing = Sizes::of(&trace).unwrap().0;
        assert_eq!((nothing.min_by_object as u64, nothing.max_by_object as u64), (0, 0));
        assert!(nothing.bins.iter().all(|bin| bin.objects == 0));
    }
}
