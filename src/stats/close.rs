//! Which numbers count as the same.
//!
//! The same ratios summed in another order give another last digit, and whoever wins by it has not won.

use std::cmp::Ordering;

/// Means of ratios that are no farther apart are the same: rounding makes about 1e-16, a miss in a billion requests 1e-9.
pub(super) const TOLERANCE: f64 = 1e-9;

/// The order of two ratios or means of ratios.
pub(super) fn order(a: f64, b: f64) -> Ordering {
    if (a - b).abs() <= TOLERANCE { Ordering::Equal } else { a.total_cmp(&b) }
}

/// Is `a` less by more than rounding?
pub(super) fn less(a: f64, b: f64) -> bool {
    order(a, b).is_lt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_difference() {
        assert_eq!(order((0.1 + 0.2 + 0.3) / 3.0, (0.3 + 0.2 + 0.1) / 3.0), Ordering::Equal);
        assert!(less(0.2, 0.200_001) && !less(0.2, 0.2 + 1e-12) && !less(0.3, 0.2));
    }
}
