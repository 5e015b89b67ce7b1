//! Means and percentiles over traces.

use super::quantile::{quantile, weighted_quantile};
use std::collections::HashMap;

/// What counts the same in a mean or a percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weighting {
    /// Each place (trace and cache size), so that a dataset of many traces counts more.
    #[default]
    Places,
    /// Each dataset, however many traces it has.
    Datasets,
}

impl Weighting {
    /// The weights of values by their datasets; they sum to the number of values.
    pub(super) fn weights(self, datasets: &[&str]) -> Vec<f64> {
        if self == Self::Places {
            return vec![1.0; datasets.len()];
        }
        let mut sizes: HashMap<&str, f64> = HashMap::new();
        for dataset in datasets {
            *sizes.entry(dataset).or_default() += 1.0;
        }
        let share = datasets.len() as f64 / sizes.len() as f64;
        datasets.iter().map(|dataset| share / sizes[dataset]).collect()
    }
}

/// The shares whose percentiles a [`Spread`] has.
pub const PERCENTILES: [f64; 5] = [0.10, 0.25, 0.50, 0.75, 0.90];

/// How values spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// How many values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// See [`PERCENTILES`]; type 7.
    pub percentiles: [f64; 5],
}

/// The spread of values, each with its dataset. `None` where there are none.
pub fn spread(values: &[(&str, f64)], weighting: Weighting) -> Option<Spread> {
    let datasets: Vec<&str> = values.iter().map(|(dataset, _)| *dataset).collect();
    let mut weighted: Vec<(f64, f64)> =
        values.iter().map(|(_, value)| *value).zip(weighting.weights(&datasets)).collect();
    weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = weighted.len();
    let mean = weighted.iter().map(|(value, weight)| value * weight).sum::<f64>() / count as f64;
    let percentile = |p| match weighting {
        Weighting::Places => quantile(&weighted.iter().map(|(value, _)| *value).collect::<Vec<_>>(), p),
        Weighting::Datasets => weighted_quantile(&weighted, p),
    };
    (count > 0).then(|| Spread { count, mean, percentiles: PERCENTILES.map(percentile) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_can_count_the_same() {
        let values = [("big", 0.0), ("big", 0.0), ("big", 0.3), ("small", 0.7)];
        let near = |found: f64, known: f64| assert!((found - known).abs() < 1e-12, "{found}, not {known}");
        let places = spread(&values, Weighting::Places).unwrap();
        near(places.mean, 0.25);
        near(places.percentiles[2], 0.15);
        // 0.1 in the one, 0.7 in the other.
        let datasets = spread(&values, Weighting::Datasets).unwrap();
        near(datasets.mean, 0.4);
        assert!(datasets.percentiles[2] > places.percentiles[2]);
        assert_eq!(spread(&[], Weighting::Places), None);
    }
}
