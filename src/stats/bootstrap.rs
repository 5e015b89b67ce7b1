//! Paired bootstrap intervals, clustered by dataset.
//!
//! Traces of one dataset resemble each other, so that a thousand of them are no thousand independent observations. The
//! bootstrap therefore draws whole datasets, with replacement (C. A. Field and A. H. Welsh: Bootstrapping clustered data.
//! Journal of the Royal Statistical Society B 69, 2007). The interval is the percentile interval of B. Efron and
//! R. J. Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13.

use super::interval::Interval;
use super::quantile::quantile;
use super::spread::Weighting;
use crate::core::rng::{below, rng};
use rayon::prelude::*;
use std::collections::HashMap;

/// With fewer clusters than this an interval means little: there are too few different draws of them, and it is too narrow
/// (A. C. Cameron, J. B. Gelbach and D. L. Miller: Bootstrap-Based Improvements for Inference with Clustered Errors. Review
/// of Economics and Statistics 90, 2008).
pub const FEW_CLUSTERS: usize = 5;

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Draws; at least 1. The ends of a 95 % interval want some thousands.
    pub resamples: u32,
    /// Share of the draws inside the interval, taken into 0.5..=0.999.
    pub level: f64,
    /// What the mean is over.
    pub weighting: Weighting,
    /// Of the draws; the same seed gives the same intervals.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 10_000, level: 0.95, weighting: Weighting::default(), seed: 42 }
    }
}

/// For each series, a sum and a count.
type Sums = Vec<(f64, f64)>;

/// The mean of each series' values with its interval. A value comes with the name of its cluster, the dataset.
///
/// All series share the draws, so that intervals of differences (passed as a series of their own) are paired. `None` for a
/// series of fewer than two clusters; with fewer than [`FEW_CLUSTERS`] the interval is not to be trusted.
pub fn cluster_intervals(series: &[Vec<(&str, f64)>], options: &Bootstrap) -> Vec<Option<Interval>> {
    let clusters = clusters(series, options.weighting);
    let means: Vec<Vec<f64>> = (0..options.resamples.max(1))
        .into_par_iter()
        .map(|draw| {
            let mut rng = rng(options.seed, &format!("bootstrap {draw}"));
            let mut sums: Sums = vec![(0.0, 0.0); series.len()];
            for _ in 0..clusters.len() {
                add(&mut sums, &clusters[below(&mut rng, clusters.len() as u64) as usize]);
            }
            sums.iter().map(|(sum, count)| sum / count).collect()
        })
        .collect();
    let tail = (1.0 - options.level.clamp(0.5, 0.999)) / 2.0;
    let interval = |s: usize| {
        let own: Vec<(f64, f64)> = clusters.iter().map(|sums| sums[s]).filter(|(_, count)| *count > 0.0).collect();
        if own.len() < 2 {
            return None;
        }
        // A draw without any cluster of this series has no mean.
        let mut drawn: Vec<f64> = means.iter().map(|means| means[s]).filter(|mean| !mean.is_nan()).collect();
        drawn.sort_by(f64::total_cmp);
        let (sum, count) = own.iter().fold((0.0, 0.0), |(sum, count), own| (sum + own.0, count + own.1));
        let [low, high] = [tail, 1.0 - tail].map(|p| quantile(&drawn, p));
        Some(Interval { mean: sum / count, low, high, count: own.len() })
    };
    (0..series.len()).map(interval).collect()
}

fn add(sums: &mut Sums, other: &Sums) {
    for (sum, other) in sums.iter_mut().zip(other) {
        sum.0 += other.0;
        sum.1 += other.1;
    }
}

/// What each cluster adds to the sums, by first appearance.
fn clusters(series: &[Vec<(&str, f64)>], weighting: Weighting) -> Vec<Sums> {
    let mut index = HashMap::new();
    let mut clusters: Vec<Sums> = Vec::new();
    for (s, values) in series.iter().enumerate() {
        for (name, value) in values {
            let at = *index.entry(*name).or_insert_with(|| {
                clusters.push(vec![(0.0, 0.0); series.len()]);
                clusters.len() - 1
            });
            clusters[at][s].0 += value;
            clusters[at][s].1 += 1.0;
        }
    }
    if weighting == Weighting::Datasets {
        for (sum, count) in clusters.iter_mut().flatten().filter(|(_, count)| *count > 0.0) {
            (*sum, *count) = (*sum / *count, 1.0);
        }
    }
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng::unit;

    const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    /// Three traces in each of twelve datasets, whose own mean is normal-like around 0.5.
    fn drawn(seed: u64) -> Vec<(&'static str, f64)> {
        let mut rng = rng(seed, "values");
        let mut values = Vec::new();
        for name in NAMES {
            let own = (0..12).map(|_| unit(&mut rng)).sum::<f64>() / 12.0;
            values.extend((0..3).map(|_| (name, own + (unit(&mut rng) - 0.5) * 0.02)));
        }
        values
    }

    #[test]
    fn it_covers_where_traces_are_alike_within_a_dataset() {
        let options = Bootstrap { resamples: 400, level: 0.9, ..Bootstrap::default() };
        let covers = |clustered: bool| {
            let cover = |&seed: &u64| {
                let values: Vec<(String, f64)> = drawn(seed)
                    .into_iter()
                    .enumerate()
                    .map(|(i, (name, value))| (if clustered { name.to_owned() } else { i.to_string() }, value))
                    .collect();
                let values = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                let found = cluster_intervals(&[values], &options)[0].unwrap();
                found.low <= 0.5 && 0.5 <= found.high
            };
            (0..300).filter(cover).count()
        };
        // 90 % of 300 are 270; percentile intervals of twelve clusters cover a little less. Without clusters, a value
        // counts three times, and the interval is too narrow by the square root of three.
        let (with, without) = (covers(true), covers(false));
        assert!((243..=285).contains(&with), "{with}");
        assert!(without < 220, "{without}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_on_any_number_of_threads() {
        let series = [drawn(1), drawn(2)];
        let run = |threads: usize, seed: u64| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let options = Bootstrap { seed, resamples: 500, ..Bootstrap::default() };
            pool.install(|| cluster_intervals(&series, &options))
        };
        assert_eq!(run(1, 42), run(3, 42));
        assert_ne!(run(1, 42), run(1, 43));
    }

    #[test]
    fn differences_are_paired_and_datasets_can_count_the_same() {
        // Series that differ by a constant: the interval of the difference is a point.
        let (low, high) =
            (drawn(3), drawn(3).into_iter().map(|(name, value)| (name, value + 0.25)).collect::<Vec<_>>());
        let difference = low.iter().zip(&high).map(|(low, high)| (low.0, high.1 - low.1)).collect();
        let found = cluster_intervals(&[low, high, difference], &Bootstrap::default());
        let point = found[2].unwrap();
        assert!((point.low - 0.25).abs() < 1e-9 && (point.high - 0.25).abs() < 1e-9, "{point:?}");
        assert!(found[0].unwrap().high - found[0].unwrap().low > 0.05);

        let values = vec![("big", 0.0), ("big", 0.0), ("big", 0.3), ("small", 0.7)];
        let mean = |weighting| {
            cluster_intervals(&[values.clone()], &Bootstrap { weighting, ..Bootstrap::default() })[0].unwrap().mean
        };
        assert!((mean(Weighting::Places) - 0.25).abs() < 1e-12 && (mean(Weighting::Datasets) - 0.4).abs() < 1e-12);
        assert_eq!(cluster_intervals(&[vec![("one", 1.0), ("one", 2.0)], vec![]], &Bootstrap::default()), [None, None]);
    }
}
