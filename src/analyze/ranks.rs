//! Sums over ranks, in a time that does not grow with their number.

/// Ranks that are summed one by one.
const DIRECT: u64 = 1024;
/// Width of a piece of the integral over the others, in ln r.
const PIECE: f64 = 0.5;

/// Nodes above 0 and weights of the Gauss-Legendre rule of eight points on [-1, 1].
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_2, 0.101_228_536_290_376_26),
];

/// Sums of r^-alpha (ln r)^k over the ranks, for k = 0, 1 and 2.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) plain: f64,
    first: f64,
    second: f64,
}

impl Sums {
    /// Mean of ln r under the law r^-alpha.
    pub(super) fn mean(&self) -> f64 {
        self.first / self.plain
    }

    /// Variance of ln r under it.
    pub(super) fn variance(&self) -> f64 {
        let mean = self.mean();
        (self.second / self.plain - mean * mean).max(f64::MIN_POSITIVE)
    }

    fn add(&mut self, weight: f64, log: f64) {
        self.plain += weight;
        self.first += weight * log;
        self.second += weight * log * log;
    }
}

/// The sums over ranks `1..=last`.
///
/// The first 1024 are added up. The others are the integral from half a rank before them to half a rank behind the last, less
/// a 24th of the difference of the slopes at its ends: Euler's and Maclaurin's formula about midpoints, whose next term is
/// below 1e-12 of a summand here. The integral is over ln r, in which everything is smooth.
pub(super) fn sums(alpha: f64, last: u64) -> Sums {
    let mut sums = Sums::default();
    for rank in 1..=last.min(DIRECT) {
        let log = libm::log(rank as f64);
        sums.add(libm::exp(-alpha * log), log);
    }
    if last <= DIRECT {
        return sums;
    }
    let ends = [DIRECT as f64 + 0.5, last as f64 + 0.5];
    let [from, to] = ends.map(libm::log);
    let pieces = ((to - from) / PIECE).ceil().max(1.0);
    let half = (to - from) / pieces / 2.0;
    for piece in 0..pieces as u32 {
        let middle = from + half * (2.0 * f64::from(piece) + 1.0);
        for (node, weight) in NODES {
            for log in [middle - half * node, middle + half * node] {
                sums.add(half * weight * libm::exp((1.0 - alpha) * log), log);
            }
        }
    }
    for (log, sign) in [(from, 1.0 / 24.0), (to, -1.0 / 24.0)] {
        let weight = sign * libm::exp(-(alpha + 1.0) * log);
        sums.plain -= weight * alpha;
        sums.first += weight * (1.0 - alpha * log);
        sums.second += weight * (2.0 * log - alpha * log * log);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_all_ranks() {
        for alpha in [0.0, 0.5, 0.99, 1.0, 1.01, 1.7, 3.0, 12.0] {
            for last in [1, 2, 1023, 1024, 1025, 1100, 60_000] {
                let mut known = Sums::default();
                for rank in (1..=last).rev() {
                    let log = libm::log(rank as f64);
                    known.add(libm::exp(-alpha * log), log);
                }
                let found = sums(alpha, last);
                for (a, b) in [(found.plain, known.plain), (found.first, known.first), (found.second, known.second)] {
                    assert!((a - b).abs() <= 1e-11 * b.abs(), "{alpha} {last}: {a} {b}");
                }
            }
        }
    }

    /// The harmonic number of 10^9 is ln(10^9) + 0.57721566... + 1 / (2 * 10^9); the zeta function at 2 is pi^2 / 6.
    #[test]
    fn known_sums() {
        let known = libm::log(1e9) + 0.577_215_664_901_532_9 + 0.5e-9;
        assert!((sums(1.0, 1_000_000_000).plain - known).abs() < 1e-11);
        let known = std::f64::consts::PI * std::f64::consts::PI / 6.0 - 1e-9 + 0.5e-18;
        assert!((sums(2.0, 1_000_000_000).plain - known).abs() < 1e-11);
        assert!((sums(0.0, 1_000_000_000).plain - 1e9).abs() < 1e-3);
    }
}
