//! The distributions that tests and intervals need, from the statistics crate.
//!
//! The crate uses the machine's own logarithm, so that the last digits may differ between machines; everything here is
//! rounded to nine significant digits.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

/// Rounded to nine significant digits.
fn steady(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

/// Student's t with `freedom` degrees of freedom (above 0): the quantile that leaves `tail` (0 to 0.5, exclusive) above.
pub(super) fn t_above(tail: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |t| steady(t.inverse_cdf(1.0 - tail)))
}

/// The probability of a value above `x` under the chi-square distribution.
pub(super) fn chi_square_tail(x: f64, freedom: f64) -> f64 {
    ChiSquared::new(freedom).map_or(f64::NAN, |chi2| steady(chi2.sf(x)))
}

/// The probability of a value above `x` (which may be infinite) under the F distribution.
pub(super) fn f_tail(x: f64, freedom: f64, freedom_below: f64) -> f64 {
    FisherSnedecor::new(freedom, freedom_below).map_or(f64::NAN, |f| steady(f.sf(x)))
}

/// The quantile of the range of `k` standard normal variables (at least 2) that leaves `alpha` (0 to 1, exclusive) above:
/// the studentized range with infinite degrees of freedom.
///
/// `P(range <= q) = k * integral of phi(z) * (Phi(z + q) - Phi(z))^(k - 1)`, where z is the smallest of the variables. The
/// trapezoidal rule is accurate beyond need here, since the integrand and all its derivatives vanish at both ends.
pub(super) fn normal_range_above(alpha: f64, k: usize) -> f64 {
    const STEP: f64 = 1.0 / 32.0;
    let normal = Normal::standard();
    // Below -9 lies less than 1e-18 of the probability.
    let smallest: Vec<(f64, f64, f64)> =
        (-9 * 32..=9 * 32).map(|i| f64::from(i) * STEP).map(|z| (z, normal.pdf(z), normal.cdf(z))).collect();
    let others = (k - 1) as f64;
    let within = |q: f64| {
        let terms = smallest.iter().map(|(z, density, below)| density * libm::pow(normal.cdf(z + q) - below, others));
        terms.sum::<f64>() * STEP * k as f64
    };
    // The range of a million variables is below 12 in all but 1e-11 of the cases.
    let (mut low, mut high) = (0.0, 32.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if within(middle) < 1.0 - alpha { low = middle } else { high = middle }
    }
    steady(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(found: f64, known: f64, tolerance: f64) {
        assert!((found - known).abs() <= tolerance, "{found}, not {known}");
    }

    #[test]
    fn tables_of_t_chi_square_and_f() {
        for (freedom, known) in
            [(1.0, 12.706), (2.0, 4.303), (4.0, 2.776), (9.0, 2.262), (30.0, 2.042), (1000.0, 1.962)]
        {
            near(t_above(0.025, freedom), known, 5e-4);
        }
        near(t_above(0.005, 5.0), 4.032, 5e-4);
        for (freedom, known) in [(1.0, 3.841), (3.0, 7.815), (10.0, 18.307)] {
            near(chi_square_tail(known, freedom), 0.05, 5e-5);
        }
        // Demsar 2006: the critical value of F(3, 39) for 0.05 is 2.85.
        near(f_tail(2.845, 3.0, 39.0), 0.05, 1e-4);
        near(f_tail(f64::INFINITY, 3.0, 39.0), 0.0, 0.0);
    }

    /// J. Demsar: Statistical Comparisons of Classifiers over Multiple Data Sets. JMLR 7, 2006, table 5(a).
    #[test]
    fn the_table_of_nemenyi() {
        let five = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164];
        let ten = [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920];
        for (alpha, table) in [(0.05, five), (0.10, ten)] {
            for (k, known) in (2..).zip(table) {
                // The table's third digit is not always rounded the same way.
                near(normal_range_above(alpha, k) / std::f64::consts::SQRT_2, known, 1.1e-3);
            }
        }
        // Two variables: their range is sqrt(2) times the absolute value of one.
        near(normal_range_above(0.05, 2), 1.959_963_985 * std::f64::consts::SQRT_2, 1e-7);
        assert!(normal_range_above(0.05, 1000) > normal_range_above(0.05, 999));
    }

    #[test]
    fn the_last_digits_are_rounded_away() {
        assert_eq!(steady(0.123_456_789_123).to_bits(), 0.123_456_789_f64.to_bits());
        assert_eq!(steady(1.234_567_891_23e-40).to_bits(), 1.234_567_89e-40_f64.to_bits());
    }
}
