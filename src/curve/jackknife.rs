//! From misses in a sample to a hit ratio, and from its shards to an interval.
//!
//! The misses of a sample of a share `f` of the objects, divided by `f`, estimate those of the whole (Horvitz and Thompson
//! 1952). Divided by the number of all requests, which is known, rather than by those of the sample, it is the correction that
//! SHARDS-adj makes: a popular object that is in the sample by chance brings many requests and hardly a miss.
//!
//! The interval is the delete-one jackknife over the shards (Tukey 1958; Efron and Tibshirani 1993, chapter 11): the estimate
//! is made anew without each of them, and Student's t says how far the true ratio may be from it.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// What a sample, or a shard of one, counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counted {
    /// Its share of the objects.
    pub(super) share: f64,
    /// Its misses; between two sizes of its small cache a fraction.
    pub(super) misses: f64,
}

/// The hit ratio that such misses stand for, of `requests` to all objects. Not cut to 0..1.
pub(super) fn hit_ratio(counted: Counted, requests: f64) -> f64 {
    if counted.share <= 0.0 || requests <= 0.0 {
        return 0.0;
    }
    1.0 - counted.misses / (counted.share * requests)
}

/// Half the width of the 95 % interval of [`hit_ratio`], from disjoint shards of the sample.
pub(super) fn half_width(shards: &[Counted], requests: f64) -> f64 {
    let used = shards.iter().filter(|shard| shard.share > 0.0).count();
    if used < 2 || requests <= 0.0 {
        return 1.0;
    }
    let whole = shards.iter().fold(Counted { share: 0.0, misses: 0.0 }, |sum, shard| Counted {
        share: sum.share + shard.share,
        misses: sum.misses + shard.misses,
    });
    let without = |shard: &Counted| {
        let rest = Counted { share: whole.share - shard.share, misses: whole.misses - shard.misses };
        hit_ratio(rest, requests)
    };
    let estimates: Vec<f64> = shards.iter().filter(|shard| shard.share > 0.0).map(without).collect();
    let (n, mean) = (used as f64, estimates.iter().sum::<f64>() / used as f64);
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
        let misses = [10.0, 12.0, 9.0, 13.0];
        let shards: Vec<Counted> = misses.iter().map(|&misses| Counted { share: 0.01, misses }).collect();
        // Hit ratios 1 - misses / (0.01 * 5000): 0.80, 0.76, 0.82, 0.74; their standard error is 0.0182574.
        let half = half_width(&shards, 5000.0);
        assert!((half - 3.182_446_305 * 0.018_257_418_6).abs() < 1e-6, "{half}");
        let whole = Counted { share: 0.04, misses: 44.0 };
        assert!((hit_ratio(whole, 5000.0) - 0.78).abs() < 1e-12);
    }

    #[test]
    fn one_shard_says_nothing() {
        assert!((half_width(&[Counted { share: 0.1, misses: 3.0 }], 10.0) - 1.0).abs() < 1e-12);
        assert!(hit_ratio(Counted { share: 0.0, misses: 0.0 }, 10.0).abs() < 1e-12);
    }
}
