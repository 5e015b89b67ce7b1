//! Quantiles, plain and weighted.

/// The quantile of values in rising order, by linear interpolation between the two nearest: type 7 of Hyndman and Fan,
/// "Sample Quantiles in Statistical Packages" (The American Statistician, 1996), which is the default of R and of `NumPy`.
///
/// `p` is taken into 0..=1. The quantile of nothing is NaN.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    // Not `low + share * (high - low)`, which need not give `high` for equal values.
    let share = place - below as f64;
    if share > 0.0 { low * (1.0 - share) + high * share } else { low }
}

/// The quantile of values in rising order with their weights, all above 0: the weighted type 7 of Akinshin, "Weighted
/// quantile estimators" (arXiv:2304.07265, 2023), whose sample size is Kish's. For equal weights it is [`quantile`].
///
/// `p` is taken into 0..=1. The quantile of nothing is NaN.
pub fn weighted_quantile(sorted: &[(f64, f64)], p: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let sum: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let squares: f64 = sorted.iter().map(|(_, weight)| weight * weight).sum();
    let size = sum * sum / squares;
    // The quantile is the mean of the inverse distribution function over a window of one effective observation.
    let start = p.clamp(0.0, 1.0) * (size - 1.0);
    let inside = |share: f64| (share * size - start).clamp(0.0, 1.0);
    let (mut total, mut weights, mut before) = (0.0, 0.0, 0.0);
    for (value, weight) in sorted {
        weights += weight;
        let here = inside(weights / sum);
        total += value * (here - before);
        before = here;
    }
    // The last share is 1 but for rounding.
    total + sorted[sorted.len() - 1].0 * (1.0 - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_7() {
        // By hand: n = 5, so P10 lies 0.4 of the way from the first to the second.
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        let quantiles = [0.0, 0.1, 0.25, 0.5, 0.9, 1.0].map(|p| quantile(&values, p));
        for (found, known) in quantiles.into_iter().zip([1.0, 1.4, 2.0, 4.0, 12.8, 16.0]) {
            assert!((found - known).abs() < 1e-12, "{found} {known}");
        }
        assert_eq!((quantile(&[3.0], 0.1), quantile(&[0.1; 3], 0.3)), (3.0, 0.1));
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn equal_weights_are_no_weights() {
        let values = [-3.0, 0.5, 0.75, 2.0, 2.0, 9.0, 11.0];
        for weight in [1.0, 1.0 / 7.0, 3.0] {
            let weighted = values.map(|value| (value, weight));
            for p in 0..=20 {
                let p = f64::from(p) / 20.0;
                assert!((weighted_quantile(&weighted, p) - quantile(&values, p)).abs() < 1e-12, "{p}");
            }
        }
    }

    #[test]
    fn weights_move_the_quantile() {
        // By hand: weights 1 and 3 have Kish's size 16/10 = 1.6; the median's window is 0.3/1.6..1.3/1.6, of which the first
        // value has 0.25 - 0.1875 = 0.0625 of 0.625, a tenth.
        let median = weighted_quantile(&[(0.0, 1.0), (10.0, 3.0)], 0.5);
        assert!((median - 9.0).abs() < 1e-12, "{median}");
        assert!((weighted_quantile(&[(0.0, 1.0), (10.0, 3.0)], 1.0) - 10.0).abs() < 1e-12);
        assert!(weighted_quantile(&[], 0.5).is_nan());
    }
}
