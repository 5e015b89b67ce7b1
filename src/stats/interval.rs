//! Confidence intervals of a mean over repetitions.

use super::distribution::t_above;

/// A mean and where it may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Independent things it rests on: values here, datasets in [`cluster_intervals`](super::cluster_intervals).
    pub count: usize,
}

/// The mean of independent values, as of repetitions or seeds, with its confidence interval by Student's t
/// (Student, "The Probable Error of a Mean", Biometrika 1908). `level`, as in 0.95, is taken into 0.5..=0.999.
///
/// `None` for fewer than two values, which say nothing about their spread.
pub fn mean_interval(values: &[f64], level: f64) -> Option<Interval> {
    let count = values.len();
    if count < 2 {
        return None;
    }
    let n = count as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
    let half = t_above((1.0 - level.clamp(0.5, 0.999)) / 2.0, n - 1.0) * (variance / n).sqrt();
    Some(Interval { mean, low: mean - half, high: mean + half, count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng::{rng, unit};

    #[test]
    fn five_values_by_hand() {
        // Mean 3, variance 2.5, standard error sqrt(0.5), t(4) = 2.7764.
        let found = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap();
        assert!((found.low - 1.036_757).abs() < 1e-6 && (found.high - 4.963_243).abs() < 1e-6, "{found:?}");
        assert_eq!((found.mean.to_bits(), found.count), (3f64.to_bits(), 5));
        assert_eq!(mean_interval(&[1.0], 0.95), None);
        let same = mean_interval(&[0.25; 3], 0.95).unwrap();
        assert_eq!((same.low.to_bits(), same.high.to_bits()), (0.25f64.to_bits(), 0.25f64.to_bits()));
    }

    #[test]
    fn nine_in_ten_intervals_of_ninety_per_cent_cover() {
        // Sums of twelve uniform numbers are close to normal, with mean 6.
        let mut rng = rng(1, "coverage");
        let covers = (0..2000).filter(|_| {
            let values: [f64; 4] = std::array::from_fn(|_| (0..12).map(|_| unit(&mut rng)).sum());
            mean_interval(&values, 0.9).is_some_and(|found| found.low <= 6.0 && 6.0 <= found.high)
        });
        // Three standard errors are 40.
        let covers = covers.count();
        assert!((1760..=1840).contains(&covers), "{covers}");
    }
}
