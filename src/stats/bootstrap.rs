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

/// The mean of each series' values with its interval. A value comes with the name of its cluster, the dataset.
///
/// All series share the draws, so that intervals of differences (passed as a series of their own) are paired. `None` for a
/// series of fewer than two clusters; with fewer than [`FEW_CLUSTERS`] the interval is not to be trusted.
pub fn cluster_intervals(series: &[Vec<(&str, f64)>], options: &Bootstrap) -> Vec<Option<Interval>> {
    let width = 2 * series.len();
    let clusters = clusters(series, options.weighting);
    let count = (clusters.len() / width.max(1)) as u64;
    let means: Vec<Vec<f64>> = (0..options.resamples.max(1))
        .into_par_iter()
        .map(|draw| {
            let mut rng = rng(options.seed, &format!("bootstrap {draw}"));
            let mut totals = vec![0.0; width];
            for _ in 0..count {
                let start = below(&mut rng, count) as usize * width;
                totals.iter_mut().zip(&clusters[start..start + width]).for_each(|(total, own)| *total += own);
            }
            totals.chunks_exact(2).map(|total| total[0] / total[1]).collect()
        })
        .collect();
    let tail = (1.0 - options.level.clamp(0.5, 0.999)) / 2.0;
    let interval = |s: usize| {
        let own = clusters.chunks_exact(width).map(|sums| (sums[2 * s], sums[2 * s + 1]));
        let (mut sum, mut size, mut count) = (0.0, 0.0, 0);
        for (own_sum, own_size) in own.filter(|(_, size)| *size > 0.0) {
            (sum, size, count) = (sum + own_sum, size + own_size, count + 1);
        }
        if count < 2 {
            return None;
        }
        // A draw without any cluster of this series has no mean.
        let mut drawn: Vec<f64> = means.iter().map(|means| means[s]).filter(|mean| !mean.is_nan()).collect();
        drawn.sort_by(f64::total_cmp);
        let [low, high] = [tail, 1.0 - tail].map(|p| quantile(&drawn, p));
        Some(Interval { mean: sum / size, low, high, count })
    };
    (0..series.len()).map(interval).collect()
}

/// For each cluster, by first appearance, the sum and the number of the values of each series, one behind the other.
fn clusters(series: &[Vec<(&str, f64)>], weighting: Weighting) -> Vec<f64> {
    let width = 2 * series.len();
    let mut index = HashMap::new();
    let mut clusters: Vec<f64> = Vec::new();
    for (s, values) in series.iter().enumerate() {
        for (name, value) in values {
            let start = *index.entry(*name).or_insert_with(|| {
                clusters.resize(clusters.len() + width, 0.0);
                clusters.len() - width
            });
            clusters[start + 2 * s] += value;
            clusters[start + 2 * s + 1] += 1.0;
        }
    }
    if weighting == Weighting::Datasets {
        for own in clusters.chunks_exact_mut(2).filter(|own| own[1] > 0.0) {
            own[0] /= own[1];
            own[1] = 1.0;
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
            cluster_intervals(std::slice::from_ref(&values), &Bootstrap { weighting, ..Bootstrap::default() })[0]
                .unwrap()
                .mean
        };
        assert!((mean(Weighting::Places) - 0.25).abs() < 1e-12 && (mean(Weighting::Datasets) - 0.4).abs() < 1e-12);
        assert_eq!(cluster_intervals(&[vec![("one", 1.0), ("one", 2.0)], vec![]], &Bootstrap::default()), [None, None]);
    }
}
