//! Popularity: how many requests the objects get, by rank, and the Zipf law that fits best.
//!
//! # The fit
//! Under Zipf's law a request is for the object of rank r = 1..N with probability p(r) = r^-alpha / H, where H is the sum of
//! r^-alpha over the ranks and N the number of objects. With n requests of which c(r) are for rank r, the likelihood is
//! largest where the mean of ln r under the law is that over the requests; that mean falls with alpha, so there is one
//! such alpha, found by Newton's method inside a bracket. Its standard error is 1 / sqrt(n Var(ln r)), from the observed
//! information, which here is the expected one: the variance under the law at the fitted alpha.
//!
//! The Kolmogorov-Smirnov distance is the largest difference between the two shares of requests that go to the ranks up to
//! some rank, that of the trace and that of the law: 0 is a perfect fit. It measures how far off the law is, and is no test.
//!
//! # Bias
//! The ranks come from the same counts that are fitted. Chance makes some of equally popular objects look more popular than
//! others, and sorting takes that for skew, so alpha is too large where objects have few requests each; objects that nobody
//! asked for are missing from N. The standard error knows nothing of either: it is that of known ranks. C. Pilgrim and T. T.
//! Hills: Bias in Zipf's law estimators. Scientific Reports 11, 17309 (2021). <https://doi.org/10.1038/s41598-021-96214-w>
//! The least-squares fit of [`Stats`] looks at ranks of at least ten requests alone, evenly on a logarithmic scale, which is
//! another bias.

use super::ranks::{Sums, sums};
use crate::trace::Stats;
use serde::Serialize;

/// No trace can have a larger exponent: two objects and 2^32 requests, all but one for the same.
const ALPHA_MOST: f64 = 40.0;
/// Far more steps than halving the bracket takes.
const STEPS_MOST: usize = 200;

/// An object, or several of neighbouring ranks that stand for one point of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// 1 is the most popular.
    pub rank: u64,
    /// Requests to the object of this rank.
    pub requests: u64,
}

/// Zipf's law, fitted by maximum likelihood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Zipf {
    pub(super) alpha: f64,
    pub(super) error: f64,
    /// The law's share of requests to the first rank.
    pub(super) first: f64,
    pub(super) distance: f64,
}

/// How popular the objects are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Popularity {
    /// The exponent of Zipf's law by maximum likelihood, from 0 (all alike) on; `None` with fewer than two objects.
    pub zipf_alpha: Option<f64>,
    /// Its standard error if ranks were known and requests independent.
    pub zipf_alpha_error: Option<f64>,
    /// Kolmogorov-Smirnov distance between trace and law, 0 to 1.
    pub zipf_ks_distance: Option<f64>,
    /// Requests that the law gives to the first rank; to rank r it gives this times r^-alpha.
    pub zipf_first_requests: Option<f64>,
    /// The exponent by least squares, as in [`Stats`]; `None` where too few objects have ten requests.
    pub zipf_alpha_least_squares: Option<f64>,
    /// Share of the requests that go to the most popular hundredth of the objects (rounded up), 0 to 1.
    pub top_hundredth_share: f64,
    /// Likewise to the most popular tenth.
    pub top_tenth_share: f64,
    /// Requests by rank: the first 16 ranks, then steps of a sixteenth, then the last.
    pub ranks: Vec<Rank>,
}

impl Popularity {
    /// `counts` are the requests of each object, in any order.
    pub(super) fn of(counts: &[u32], stats: &Stats) -> Self {
        let mut falling = counts.to_vec();
        falling.sort_unstable_by(|a, b| b.cmp(a));
        let requests: u64 = falling.iter().map(|&count| u64::from(count)).sum();
        let share = |parts: usize| {
            let first = &falling[..falling.len().div_ceil(parts)];
            first.iter().map(|&count| u64::from(count)).sum::<u64>() as f64 / requests.max(1) as f64
        };
        let zipf = fit(&falling, requests);
        let of = |value: fn(&Zipf) -> f64| zipf.as_ref().map(value);
        Self {
            zipf_alpha: of(|zipf| zipf.alpha),
            zipf_alpha_error: of(|zipf| zipf.error),
            zipf_ks_distance: of(|zipf| zipf.distance),
            zipf_first_requests: of(|zipf| zipf.first).map(|share| share * requests as f64),
            zipf_alpha_least_squares: stats.zipf_alpha,
            top_hundredth_share: share(100),
            top_tenth_share: share(10),
            ranks: thinned(&falling),
        }
    }
}

/// The law that fits the counts, largest first, best.
fn fit(falling: &[u32], requests: u64) -> Option<Zipf> {
    let objects = falling.len() as u64;
    if objects < 2 {
        return None;
    }
    let counted: f64 = falling.iter().zip(1u64..).map(|(&count, rank)| f64::from(count) * libm::log(rank as f64)).sum();
    let alpha = solve(counted / requests as f64, objects);
    let Sums { plain, .. } = sums(alpha, objects);
    let error = 1.0 / (requests as f64 * sums(alpha, objects).variance()).sqrt();
    let mut distance: f64 = 0.0;
    let (mut trace, mut law) = (0, 0.0);
    for (&count, rank) in falling.iter().zip(1u64..) {
        trace += u64::from(count);
        law += libm::exp(-alpha * libm::log(rank as f64));
        distance = distance.max((trace as f64 / requests as f64 - law / plain).abs());
    }
    Some(Zipf { alpha, error, first: 1.0 / plain, distance })
}

/// The exponent under which the mean of ln r is `mean`.
fn solve(mean: f64, objects: u64) -> f64 {
    let (mut low, mut high) = (0.0, ALPHA_MOST);
    let mut alpha: f64 = 1.0;
    if sums(low, objects).mean() <= mean {
        return low;
    }
    for _ in 0..STEPS_MOST {
        let here = sums(alpha, objects);
        let over = here.mean() - mean;
        if over > 0.0 {
            low = alpha;
        } else {
            high = alpha;
        }
        let newton = alpha + over / here.variance();
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        let step = (next - alpha).abs();
        alpha = next;
        if step <= 1e-13 * alpha.max(1.0) {
            break;
        }
    }
    alpha
}

fn thinned(falling: &[u32]) -> Vec<Rank> {
    let last = falling.len() as u64;
    let ranks = std::iter::successors(Some(1u64), |&rank| {
        let next = rank + (rank / 16).max(1);
        (rank < last).then_some(next.min(last))
    });
    let point = |rank: u64| Some(Rank { rank, requests: u64::from(*falling.get(rank as usize - 1)?) });
    ranks.filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;
    use crate::trace::Trace;

    /// Counts that are a power law but for rounding.
    fn power_law(alpha: f64, objects: u64, first: f64) -> Vec<u32> {
        (1..=objects).map(|rank| (first * libm::pow(rank as f64, -alpha)).round() as u32).collect()
    }

    #[test]
    fn the_exponent_of_an_exact_power_law_is_found() {
        for (alpha, objects) in [(0.0, 50), (0.3, 5000), (0.8, 20_000), (1.0, 20_000), (1.5, 3000), (2.5, 100)] {
            let counts = power_law(alpha, objects, 4e9);
            let requests = counts.iter().map(|&count| u64::from(count)).sum();
            let found = fit(&counts, requests).unwrap();
            assert!((found.alpha - alpha).abs() < 1e-6, "{alpha}: {found:?}");
            assert!(found.distance < 1e-6, "{alpha}: {found:?}");
        }
    }

    /// By hand: counts 3 and 1, so (1/2)^alpha = 1/3, and ln r has variance ln(2)^2 * 3/4 * 1/4.
    #[test]
    fn two_objects_by_hand() {
        let found = fit(&[3, 1], 4).unwrap();
        assert!((found.alpha - libm::log2(3.0)).abs() < 1e-12, "{found:?}");
        let deviation = std::f64::consts::LN_2 * (3.0f64 / 16.0).sqrt();
        assert!((found.error - 1.0 / (2.0 * deviation)).abs() < 1e-9, "{found:?}");
        assert!((found.first - 0.75).abs() < 1e-12 && found.distance < 1e-12, "{found:?}");
        assert_eq!(fit(&[7], 7), None);
        assert_eq!(fit(&[], 0), None);
    }

    /// By hand: three of one count are flat. One twice as popular as two others: the best law has them at 0.6 and 0.4 or so,
    /// and the distance is what the first rank is off.
    #[test]
    fn a_flat_trace_has_no_exponent_and_no_distance() {
        let found = fit(&[5, 5, 5], 15).unwrap();
        assert!(
            found.alpha.abs() < 1e-9 && found.distance < 1e-9 && (found.first - 1.0 / 3.0).abs() < 1e-9,
            "{found:?}"
        );
        let found = fit(&[2, 1, 1], 4).unwrap();
        assert!((found.distance - (found.first - 0.5).abs()).abs() < 0.05 && found.distance > 0.01, "{found:?}");
    }

    /// Draws with known ranks scatter around the exponent as the error says; ranks from the data only add to it.
    #[test]
    fn the_error_is_that_of_independent_draws() {
        let (objects, requests, alpha) = (200u64, 20_000u64, 0.9);
        let weights: Vec<f64> = (1..=objects).map(|rank| libm::pow(rank as f64, -alpha)).collect();
        let sum: f64 = weights.iter().sum();
        let mut rng = rng::rng(3, "popularity");
        let mut deviations = Vec::new();
        let mut error = 0.0;
        for _ in 0..40 {
            let mut counts = vec![0u32; objects as usize];
            for _ in 0..requests {
                let mut left = rng::below(&mut rng, 1 << 53) as f64 / (1u64 << 53) as f64 * sum;
                let drawn = weights.iter().position(|weight| {
                    left -= weight;
                    left < 0.0
                });
                counts[drawn.unwrap_or(0)] += 1;
            }
            // In the order of the law, not of the counts.
            let mean = counts.iter().zip(1u64..).map(|(&c, rank)| f64::from(c) * libm::log(rank as f64)).sum::<f64>()
                / requests as f64;
            deviations.push(solve(mean, objects) - alpha);
            error = fit(&counts, requests).unwrap().error;
            counts.sort_unstable_by(|a, b| b.cmp(a));
            assert!(fit(&counts, requests).unwrap().alpha >= solve(mean, objects), "sorting takes chance for skew");
        }
        let spread = (deviations.iter().map(|d| d * d).sum::<f64>() / deviations.len() as f64).sqrt();
        assert!(spread > 0.7 * error && spread < 1.3 * error, "{spread} {error}");
    }

    #[test]
    fn ranks_are_thinned_and_end_with_the_last() {
        let counts: Vec<u32> = (0..1000).rev().collect();
        let ranks = thinned(&counts);
        assert!(ranks.len() < 100 && ranks[..16].iter().zip(1..).all(|(point, rank)| point.rank == rank));
        assert_eq!(ranks.last(), Some(&Rank { rank: 1000, requests: 0 }));
        assert!(ranks.iter().all(|point| point.requests == 1000 - point.rank));
        assert_eq!((thinned(&[]), thinned(&[4])), (Vec::new(), vec![Rank { rank: 1, requests: 4 }]));
    }

    #[test]
    fn the_most_popular_part_is_rounded_up() {
        let trace = Trace::from_keys("t", [0, 0, 0, 1, 2, 2]);
        let found = Popularity::of(&[3, 1, 2], &Stats::of(&trace));
        assert!((found.top_hundredth_share - 0.5).abs() < 1e-12 && (found.top_tenth_share - 0.5).abs() < 1e-12);
        assert_eq!(found.ranks.iter().map(|rank| rank.requests).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(found.zipf_alpha_least_squares, None);
    }
}
