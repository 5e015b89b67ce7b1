//! What theory says of hit ratios under the independent reference model: each request names object `i` with probability
//! `p_i`, whatever came before.

/// Zipf's law: the probabilities of `objects` objects, the most popular first.
pub(super) fn zipf(objects: usize, alpha: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=objects).map(|rank| libm::pow(rank as f64, -alpha)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// LRU by Che's approximation: an object is in the cache if it was asked for within the characteristic time.
pub(super) fn lru(p: &[f64], capacity: f64) -> f64 {
    by_characteristic_time(p, capacity, |p, time| 1.0 - libm::exp(-p * time))
}

/// FIFO and random by the same approximation: an object stays for the characteristic time after it came in.
pub(super) fn fifo(p: &[f64], capacity: f64) -> f64 {
    by_characteristic_time(p, capacity, |p, time| p * time / (1.0 + p * time))
}

/// Finds the time at which the expected number of objects in the cache is its capacity, and the hit ratio then.
fn by_characteristic_time(p: &[f64], capacity: f64, occupancy: impl Fn(f64, f64) -> f64) -> f64 {
    let held = |time: f64| p.iter().map(|&p| occupancy(p, time)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while held(high) < capacity {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if held(middle) < capacity {
            low = middle;
        } else {
            high = middle;
        }
    }
    p.iter().map(|&p| p * occupancy(p, low)).sum()
}

/// Random replacement on a loop over `objects` objects: an object survives until its next use if none of the misses in
/// between takes it, so `h = (1 - 1/C)^(n (1 - h))`; the solution below 1 is the answer.
pub(super) fn random_on_a_loop(objects: f64, capacity: f64) -> f64 {
    let mut hit = 0.0;
    for _ in 0..10_000 {
        hit = libm::pow(1.0 - 1.0 / capacity, objects * (1.0 - hit));
    }
    hit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_popularity_hits_by_the_share_that_fits() {
        let p = vec![0.01; 100];
        assert!((lru(&p, 25.0) - 0.25).abs() < 1e-9);
        assert!((fifo(&p, 25.0) - 0.25).abs() < 1e-9);
        assert!((zipf(100, 0.0)[7] - 0.01).abs() < 1e-12);
    }

    #[test]
    fn skew_helps_lru_more_than_fifo() {
        let p = zipf(1000, 1.0);
        assert!(lru(&p, 100.0) > fifo(&p, 100.0));
    }

    #[test]
    fn a_fixed_point_is_one() {
        let hit = random_on_a_loop(1000.0, 300.0);
        assert!(hit > 0.0 && hit < 0.1);
        assert!((hit - libm::pow(1.0 - 1.0 / 300.0, 1000.0 * (1.0 - hit))).abs() < 1e-9);
    }
}
