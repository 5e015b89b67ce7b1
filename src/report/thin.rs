//! Lines of more points than a picture can show.

use super::scene::Point;

/// Lines of fewer points stay as they are.
const MANY: usize = 1000;
/// Width of a column of pixels of which four points are kept.
const COLUMN: f64 = 0.25;

/// A line of which no painter's picture differs: of the points in each narrow column the first, the lowest, the highest and
/// the last (M4: Jugel, Jerzak, Hackenbroich and Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", 2014).
/// `points` must go from left to right.
pub(super) fn thin(points: Vec<Point>) -> Vec<Point> {
    if points.len() < MANY {
        return points;
    }
    let column = |point: &Point| (point.0 / COLUMN).floor();
    let mut kept = Vec::new();
    for own in points.chunk_by(|a, b| column(a).total_cmp(&column(b)).is_eq()) {
        let by = |i: &usize, j: &usize| own[*i].1.total_cmp(&own[*j].1);
        let ends = [Some(0), (0..own.len()).min_by(by), (0..own.len()).max_by(by), Some(own.len() - 1)];
        let mut places: Vec<usize> = ends.into_iter().flatten().collect();
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|i| own[i]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_keeps_its_ends_and_its_extremes() {
        let few: Vec<Point> = (0..999).map(|i| (0.0, f64::from(i))).collect();
        assert_eq!(thin(few.clone()).len(), 999);
        // Ten columns of a thousand points; in each, the line jumps up to 5 and down to -5 on its way from 0 to 1.
        let y = |i: u32| match i % 1000 {
            300 => 5.0,
            600 => -5.0,
            i => f64::from(i) / 999.0,
        };
        let many: Vec<Point> = (0..10_000).map(|i| (f64::from(i) * 0.00025, y(i))).collect();
        let thinned = thin(many.clone());
        assert_eq!(thinned[..4], [many[0], many[300], many[600], many[999]]);
        assert!((40..=44).contains(&thinned.len()) && thinned.last() == many.last(), "{}", thinned.len());
    }
}
