//! From what shards count to an interval: the delete-one jackknife (Tukey 1958; Efron and Tibshirani 1993, chapter 11). The
//! estimate is made anew without each shard, and Student's t says how far the true ratio may be from it.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A ratio, `part / whole`, as a sample or one of its shards found it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Counted {
    pub(super) part: f64,
    pub(super) whole: f64,
}

impl Counted {
    /// The ratio; of nothing it is 0.
    pub(super) fn ratio(self) -> f64 {
        if self.whole > 0.0 { self.part / self.whole } else { 0.0 }
    }
}

/// Half the width of the 95 % interval of the ratio that disjoint shards make together.
pub(super) fn half_width(shards: &[Counted]) -> f64 {
    let shards: Vec<&Counted> = shards.iter().filter(|shard| shard.whole > 0.0).collect();
    if shards.len() < 2 {
        return 1.0;
    }
    let sum = |of: fn(&Counted) -> f64| shards.iter().map(|shard| of(shard)).sum::<f64>();
    let (part, whole) = (sum(|shard| shard.part), sum(|shard| shard.whole));
    let without = |shard: &&Counted| Counted { part: part - shard.part, whole: whole - shard.whole }.ratio();
    let estimates: Vec<f64> = shards.iter().map(without).collect();
    let n = shards.len() as f64;
    let mean = estimates.iter().sum::<f64>() / n;
    let variance = (n - 1.0) / n * estimates.iter().map(|estimate| (estimate - mean).powi(2)).sum::<f64>();
    quantile(n - 1.0) * variance.sqrt()
}

/// The 97.5 % point of Student's t.
fn quantile(degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of equal shards the jackknife of a mean is the usual standard error of it.
    #[test]
    fn of_a_mean_it_is_the_standard_error() {
        let shards = [40.0, 38.0, 41.0, 37.0].map(|part| Counted { part, whole: 50.0 });
        // 0.80, 0.76, 0.82, 0.74: their standard error is 0.0182574.
        let half = half_width(&shards);
        assert!((half - 3.182_446_305 * 0.018_257_418_6).abs() < 1e-6, "{half}");
    }

    #[test]
    fn one_shard_says_nothing() {
        let one = Counted { part: 3.0, whole: 10.0 };
        assert!((half_width(&[one, Counted::default()]) - 1.0).abs() < 1e-12);
        assert!(Counted::default().ratio().abs() < 1e-12 && (one.ratio() - 0.3).abs() < 1e-12);
    }
}
