//! What a curve looks like: where it reaches what, and where it has a cliff.

/// What to know of a hit-ratio curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The greatest hit ratio.
    pub most: f64,
    /// Which sizes all of this is said of.
    pub extent: Extent,
    /// The smallest capacity from which on there is 80 %, and 95 %, of the greatest hit ratio, if there is one.
    pub knees: [Option<u64>; 2],
    /// The smallest capacity from which on 80 %, and 95 %, of the requests hit, if there is one.
    pub reached: [Option<u64>; 2],
    /// The largest gap between the curve and its concave hull, if there is one of more than five percentage points.
    pub cliff: Option<Cliff>,
}

/// The sizes that are known of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All.
    Whole,
    /// All from this one on.
    From(u64),
    /// So many.
    Some(usize),
}

/// A stretch where more room gains little until it gains much, as a loop has that is longer than the cache.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cliff {
    /// The capacity of the largest gap.
    pub at: u64,
    /// How far the curve lies below the hull there, as a ratio of requests.
    pub gap: f64,
    /// Where the curve leaves the hull, 0 for the origin.
    pub from: u64,
    /// Where it is on the hull again.
    pub to: u64,
}

/// The two levels of a curve that are reported.
pub const LEVELS: [f64; 2] = [0.80, 0.95];

/// A gap smaller than this is no cliff.
const LEAST_GAP: f64 = 0.05;

/// The shape of a curve from its points, the smallest capacity first. `None` without points.
pub fn shape(points: impl Iterator<Item = (u64, f64)> + Clone, extent: Extent) -> Option<Shape> {
    points.clone().next()?;
    let most = points.clone().map(|(_, ratio)| ratio).fold(0.0, f64::max);
    let levels = [LEVELS.map(|level| level * most), LEVELS];
    let mut found = [[None; 2]; 2];
    for (capacity, ratio) in points.clone() {
        for (from, level) in found.iter_mut().flatten().zip(levels.as_flattened()) {
            // A ratio that differs in the last bit is the same. Not every curve rises everywhere.
            *from = if ratio >= level - 1e-12 { from.or(Some(capacity)) } else { None };
        }
    }
    let [knees, reached] = found;
    Some(Shape { most, extent, knees, reached, cliff: cliff(points) })
}

/// The largest gap to the upper concave hull of the points and the origin (Andrew's monotone chain).
fn cliff(points: impl Iterator<Item = (u64, f64)> + Clone) -> Option<Cliff> {
    let mut hull: Vec<(u64, f64)> = vec![(0, 0.0)];
    for point in points.clone() {
        while let [.., a, b] = hull[..]
            && above(a, point, b) <= 0.0
        {
            hull.pop();
        }
        hull.push(point);
    }
    let mut best: Option<Cliff> = None;
    for (at, ratio) in points {
        let right = hull.partition_point(|corner| corner.0 < at).min(hull.len() - 1);
        let Some(&(from, low)) = right.checked_sub(1).and_then(|left| hull.get(left)) else { continue };
        let (to, high) = hull[right];
        let gap = low + (high - low) * (at - from) as f64 / (to - from).max(1) as f64 - ratio;
        if gap > best.map_or(LEAST_GAP, |cliff| cliff.gap) {
            best = Some(Cliff { at, gap, from, to });
        }
    }
    best
}

/// How far `middle` lies above the line from `a` to `b`, times a positive number.
fn above(a: (u64, f64), b: (u64, f64), middle: (u64, f64)) -> f64 {
    let run = |point: (u64, f64)| point.0 as f64 - a.0 as f64;
    (middle.1 - a.1) * run(b) - (b.1 - a.1) * run(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(points: &[(u64, f64)]) -> Option<Shape> {
        shape(points.iter().copied(), Extent::Whole)
    }

    #[test]
    fn a_loop_is_a_cliff() {
        // Nothing up to 99, everything from 100 on: the hull is the line from the origin.
        let points: Vec<(u64, f64)> = (1..=200).map(|c| (c, if c < 100 { 0.0 } else { 0.9 })).collect();
        let shape = of(&points).unwrap();
        let cliff = shape.cliff.unwrap();
        assert_eq!((cliff.at, cliff.from, cliff.to), (99, 0, 100));
        assert!((cliff.gap - 0.9 * 0.99).abs() < 1e-9);
        assert_eq!((shape.knees, shape.reached), ([Some(100); 2], [Some(100), None]));
    }

    #[test]
    fn a_concave_curve_has_none() {
        let points: Vec<(u64, f64)> = (1..=100).map(|c| (c, c as f64 / (c + 1) as f64)).collect();
        let shape = of(&points).unwrap();
        assert_eq!((shape.cliff, shape.reached), (None, [Some(4), Some(19)]));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_dip_between_points_of_the_hull() {
        let points = [(10, 0.5), (20, 0.5), (30, 0.8)];
        let cliff = of(&points).unwrap().cliff.unwrap();
        assert_eq!((cliff.at, cliff.from, cliff.to), (20, 10, 30));
        assert!((cliff.gap - 0.15).abs() < 1e-12);
    }

    #[test]
    fn a_level_that_a_larger_cache_loses_again_is_reached_later() {
        let shape = of(&[(10, 0.85), (20, 0.7), (30, 0.9)]).unwrap();
        assert_eq!((shape.knees, shape.reached), ([Some(30); 2], [Some(30), None]));
        assert_eq!(of(&[(10, 0.9), (20, 0.1)]).unwrap().knees, [None; 2]);
    }
}
