//! Curves as they come out: rows at the capacities asked for, or all steps of one.

use super::shape::{Extent, Shape, shape};
use crate::core::quantity::ratio;
use crate::core::{Error, Result};
use crate::record::{CurveRow, Status, Steps};
use crate::replay::{Capacity, Replayer, parse_capacities};
use std::collections::{BTreeMap, BTreeSet};

/// The capacities of a curve.
#[derive(Debug, Clone, PartialEq)]
pub enum Sizes {
    /// Every capacity at which something changes.
    All,
    /// These.
    Some(Vec<Capacity>),
}

impl Sizes {
    /// Reads `all`, or what [`parse_capacities`] reads.
    ///
    /// # Errors
    /// As there.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim() == "all" { Ok(Self::All) } else { parse_capacities(text).map(Self::Some) }
    }
}

/// A capacity, resolved and as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) capacity: u64,
    pub(super) given: String,
}

/// The capacities asked for on this trace, in the order asked; `None` for all.
pub(super) fn resolve(
    sizes: &Sizes,
    replayer: &Replayer<'_>,
    bytes: bool,
    objects: usize,
) -> Result<Option<Vec<Size>>> {
    let Sizes::Some(capacities) = sizes else { return Ok(None) };
    let resolve = |capacity: &Capacity| {
        let resolved = capacity.resolve(bytes, objects, replayer.footprint())?;
        Ok(Size { capacity: resolved, given: capacity.given.clone() })
    };
    capacities.iter().map(resolve).collect::<Result<Vec<_>, Error>>().map(Some)
}

/// One curve.
#[derive(Debug, Clone)]
pub enum Curve {
    /// At the capacities asked for; of several windows, window by window. With the shape of the whole curve, all windows
    /// taken together, where the pass knew every size.
    Points(Vec<CurveRow>, Option<Shape>),
    /// All of it: what the steps have in common, and each of them.
    Steps(Box<CurveRow>, Steps),
}

impl Curve {
    /// Its rows; of all steps at most `most` of them, spread evenly over the logarithm of the capacity.
    pub fn rows(&self, most: usize) -> Vec<CurveRow> {
        match self {
            Self::Points(rows, _) => rows.clone(),
            Self::Steps(blank, steps) => {
                thin(&steps.points, most).into_iter().map(|index| at_step(blank, steps, index)).collect()
            }
        }
    }

    /// What the curve looks like, of several windows all of them together; `None` if nothing is known of it.
    pub fn shape(&self) -> Option<Shape> {
        match self {
            Self::Points(_, Some(shape)) => Some(shape.clone()),
            Self::Points(rows, None) => {
                let mut sums: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
                for row in rows.iter().filter(|row| row.status != Status::Failed) {
                    let (hits, requests) = sums.entry(row.capacity).or_default();
                    (*hits, *requests) = (*hits + row.hits, *requests + row.requests);
                }
                let points = sums.iter().map(|(&capacity, &(hits, requests))| (capacity, ratio(hits, requests)));
                shape(points, Extent::Some(sums.len()))
            }
            Self::Steps(blank, steps) => {
                let first = steps.points.first()?.0;
                let point = |(capacity, hits)| (capacity, ratio(hits, blank.requests));
                // A step is as long as the next one is away, so both of its ends are points.
                let ends = steps.points.windows(2).flat_map(|pair| [pair[0], (pair[1].0 - 1, pair[0].1)]);
                let points = ends.chain(steps.points.last().copied()).map(point);
                shape(points, if first > 1 { Extent::From(first) } else { Extent::Whole })
            }
        }
    }

    /// How many windows it has.
    pub fn windows(&self) -> usize {
        match self {
            Self::Points(rows, _) => rows.iter().map(|row| row.window).collect::<BTreeSet<u64>>().len(),
            Self::Steps(..) => 1,
        }
    }
}

/// The row of a step.
fn at_step(blank: &CurveRow, steps: &Steps, index: usize) -> CurveRow {
    let (capacity, hits) = steps.points[index];
    let row = exact(CurveRow { capacity, capacity_given: String::new(), ..blank.clone() }, hits, None);
    CurveRow { byte_hit_ratio: steps.byte_hit_ratio(index).unwrap_or(row.hit_ratio), ..row }
}

/// Indexes of at most `most` of the steps: the first, the last, and for each of as many capacities, evenly spaced on a
/// logarithmic scale, the last step up to it.
fn thin(steps: &[(u64, u64)], most: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..steps.len()).collect();
    if let (Some(first), Some(last), true) = (steps.first(), steps.last(), steps.len() > most.max(2)) {
        let (low, high) = (first.0.max(1) as f64, last.0.max(1) as f64);
        let parts = most.max(2) - 1;
        let capacity = |part: usize| low * libm::pow(high / low, part as f64 / parts as f64);
        let up_to = |part| steps.partition_point(|step| step.0 as f64 <= capacity(part)).max(1) - 1;
        kept = (0..parts).map(up_to).chain([steps.len() - 1]).collect();
        kept.dedup();
    }
    kept
}

/// The row with exact hits; `bytes`: bytes found and asked for, where they count.
pub(super) fn exact(row: CurveRow, hits: u64, bytes: Option<(u64, u64)>) -> CurveRow {
    let hit_ratio = ratio(hits, row.requests);
    CurveRow {
        hits,
        hit_ratio,
        miss_ratio: ratio(row.requests - hits, row.requests),
        byte_hit_ratio: bytes.map_or(hit_ratio, |(found, asked)| ratio(found, asked)),
        ci_low: hit_ratio,
        ci_high: hit_ratio,
        ..row
    }
}

/// The row with an estimate: hit ratio, half the width of its interval, and the byte hit ratio where bytes count.
pub(super) fn estimate(row: CurveRow, ratio: f64, half: f64, bytes: Option<f64>) -> CurveRow {
    let cut = |ratio: f64| ratio.clamp(0.0, 1.0);
    let ratio = cut(ratio);
    CurveRow {
        hits: (ratio * row.requests as f64).round() as u64,
        hit_ratio: ratio,
        miss_ratio: 1.0 - ratio,
        byte_hit_ratio: bytes.map_or(ratio, cut),
        ci_low: cut(ratio - half),
        ci_high: cut(ratio + half),
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_thinned_evenly_and_keep_their_ends() {
        let points = (1..=10_000).map(|capacity| (capacity, capacity / 2)).collect();
        let steps = Steps { points, byte_hit_ratios: None };
        let blank = CurveRow { requests: 10_000, ..CurveRow::default() };
        let curve = Curve::Steps(Box::new(blank), steps);
        let capacities: Vec<u64> = curve.rows(5).iter().map(|row| row.capacity).collect();
        assert_eq!(capacities, [1, 10, 100, 1000, 10_000]);
        let shape = curve.shape().unwrap();
        assert_eq!((curve.rows(usize::MAX).len(), shape.most, shape.extent), (10_000, 0.5, Extent::Whole));
        let short = Curve::Steps(Box::default(), Steps { points: vec![(3, 0)], byte_hit_ratios: None });
        assert_eq!(short.rows(2).len(), 1);
    }

    #[test]
    fn a_step_is_as_long_as_the_next_one_is_away() {
        let steps = Steps { points: vec![(1, 0), (100, 90)], byte_hit_ratios: None };
        let blank = CurveRow { requests: 100, ..CurveRow::default() };
        let shape = Curve::Steps(Box::new(blank), steps).shape().unwrap();
        assert_eq!(shape.cliff.map(|cliff| (cliff.at, cliff.to)), Some((99, 100)));
    }

    #[test]
    fn windows_are_taken_together_and_what_failed_is_left_out() {
        let row = |window, capacity, hits| CurveRow { window, capacity, hits, requests: 10, ..CurveRow::default() };
        let failed = CurveRow { status: Status::Failed, ..row(0, 1, 10) };
        let curve = Curve::Points(vec![row(0, 5, 2), row(0, 9, 4), row(1, 5, 6), row(1, 9, 10), failed], None);
        let shape = curve.shape().unwrap();
        assert_eq!((curve.windows(), shape.extent), (2, Extent::Some(2)));
        assert!((shape.most - 0.7).abs() < 1e-12);
    }

    #[test]
    fn an_estimate_stays_between_0_and_1() {
        let row = CurveRow { requests: 100, ..CurveRow::default() };
        let row = estimate(row, -0.2, 1.0, Some(1.5));
        assert_eq!((row.hits, row.ci_low, row.ci_high), (0, 0.0, 1.0));
        assert!((row.byte_hit_ratio - 1.0).abs() < 1e-12);
    }
}
