//! Distributions of whole numbers of any size, in logarithmic bins: counting is a few instructions, whatever the number.
//!
//! A bin holds the numbers above the end of the one before it, up to and including its own end. The octave (2^k, 2^(k+1)] is
//! cut into equal parts: 256 where numbers are counted, so that 1 to 512 have bins of their own, and a quantile, which is the
//! largest number that came into its bin, is at most 0.4 % too large; 8 where bins are shown, whose ends are then round binary
//! numbers, powers of two among them. 0 has a bin of its own. The idea is that of Gil Tene's `HdrHistogram`.

use serde::Serialize;

/// Binary logarithm of the parts of an octave where numbers are counted.
const FINE: u32 = 8;
/// Likewise of the bins that are shown.
const SHOWN: u32 = 3;
/// Bins of all numbers of 64 bits.
const BINS: usize = index(u64::MAX, FINE) + 1;

/// The quantiles that are told, in thousandths.
const QUANTILES: [u64; 11] = [1, 10, 50, 100, 250, 500, 750, 900, 950, 990, 999];

/// The bin of a number where octaves have `2^parts` of them.
#[inline(always)]
const fn index(number: u64, parts: u32) -> usize {
    if number == 0 {
        return 0;
    }
    let below = number - 1;
    if below < 1 << parts {
        return below as usize + 1;
    }
    let octave = below.ilog2();
    let part = (below >> (octave - parts)) as usize & ((1 << parts) - 1);
    1 + (((octave - parts + 1) as usize) << parts) + part
}

/// The largest number of a bin.
fn end(index: usize, parts: u32) -> u64 {
    let Some(at) = index.checked_sub(1) else { return 0 };
    let (row, part) = (at >> parts, at & ((1 << parts) - 1));
    if row == 0 {
        return at as u64 + 1;
    }
    let end = ((1 << parts) + part as u128 + 1) << (row - 1);
    u64::try_from(end).unwrap_or(u64::MAX)
}

/// Numbers, counted.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    /// How many are in each bin, and the largest of them.
    bins: Vec<[u64; 2]>,
    least: u64,
    most: u64,
    sum: u128,
}

impl Histogram {
    /// Nothing counted yet.
    pub(super) fn new() -> Self {
        Self { bins: vec![[0; 2]; BINS], least: u64::MAX, most: 0, sum: 0 }
    }

    /// Counts a number.
    #[inline(always)]
    pub(super) fn add(&mut self, number: u64) {
        let [count, largest] = &mut self.bins[index(number, FINE)];
        *count += 1;
        *largest = number.max(*largest);
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        self.sum += u128::from(number);
    }

    /// The least and the largest number; zeros of nothing.
    pub(super) fn ends(&self) -> (u64, u64) {
        (self.least.min(self.most), self.most)
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> u64 {
        self.bins.iter().map(|bin| bin[0]).sum()
    }

    /// The mean, in parts of `unit`; of nothing 0.
    pub(super) fn mean(&self, unit: f64) -> f64 {
        self.sum as f64 / self.count().max(1) as f64 / unit
    }

    /// The quantiles of [`QUANTILES`]: the smallest number that so many thousandths of all do not surpass, or the largest one
    /// in its bin.
    pub(super) fn quantiles(&self) -> Vec<(f64, u64)> {
        let all = self.count();
        let mut found = Vec::with_capacity(QUANTILES.len());
        let (mut below, mut bins) = (0, self.bins.iter());
        let mut number = self.ends().0;
        for thousandths in QUANTILES {
            let wanted = (u128::from(all) * u128::from(thousandths)).div_ceil(1000) as u64;
            while below < wanted {
                let Some(&[count, largest]) = bins.next() else { break };
                below += count;
                number = largest;
            }
            found.push((thousandths as f64 / 1000.0, number));
        }
        found
    }

    /// The bins that are shown, from the first to the last that holds a number: the end of each, and how many it holds.
    pub(super) fn bins(&self) -> Vec<(u64, u64)> {
        let (Some(first), Some(last)) =
            (self.bins.iter().position(|bin| bin[0] > 0), self.bins.iter().rposition(|bin| bin[0] > 0))
        else {
            return Vec::new();
        };
        let shown = |bin: usize| index(end(bin, FINE), SHOWN);
        let from = shown(first);
        let mut bins: Vec<(u64, u64)> = (from..=shown(last)).map(|bin| (end(bin, SHOWN), 0)).collect();
        for bin in first..=last {
            bins[shown(bin) - from].1 += self.bins[bin][0];
        }
        bins
    }
}

/// A quantile of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantile {
    /// Which, 0 to 1.
    pub quantile: f64,
    /// The smallest number that this share of all does not surpass, or one that occurs and is up to 0.4 % larger.
    pub value: f64,
}

/// A bin of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Its end. It holds the numbers above the end of the bin before it, up to and including this one.
    pub up_to: f64,
    /// Requests whose number is in it.
    pub requests: u64,
    /// Requests whose number is in it or in a bin before it, as a share of all requests of the trace, 0 to 1.
    pub cumulative_share: f64,
}

/// How a number that some requests have is distributed over them. The unit is in the name of what holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distribution {
    /// Requests that have the number.
    pub requests: u64,
    /// Mean over these.
    pub mean: f64,
    /// The least of these.
    pub min: f64,
    /// The largest of these.
    pub max: f64,
    /// Quantiles over these.
    pub quantiles: Vec<Quantile>,
    /// Eight bins to the octave, from the first to the last that has a request.
    pub bins: Vec<Bin>,
}

impl Distribution {
    /// What was counted in `unit`ths, of a trace of `requests`; `None` of nothing.
    pub(super) fn of(counted: &Histogram, unit: f64, requests: usize) -> Option<Self> {
        let own = counted.count();
        let mut below = 0;
        let mut bin = |(end, count): (u64, u64)| {
            below += count;
            let cumulative_share = below as f64 / requests.max(1) as f64;
            Bin { up_to: end as f64 / unit, requests: count, cumulative_share }
        };
        let quantile = |(quantile, number): (f64, u64)| Quantile { quantile, value: number as f64 / unit };
        (own > 0).then(|| Self {
            requests: own,
            mean: counted.mean(unit),
            min: counted.least as f64 / unit,
            max: counted.most as f64 / unit,
            quantiles: counted.quantiles().into_iter().map(quantile).collect(),
            bins: counted.bins().into_iter().map(&mut bin).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(numbers: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::new();
        numbers.into_iter().for_each(|number| histogram.add(number));
        histogram
    }

    #[test]
    fn every_number_is_in_a_bin_that_ends_at_or_above_it() {
        let powers = (0..64).flat_map(|k| [(1u64 << k) - 1, 1 << k, (1 << k) + 1]);
        for number in (0..5000).chain(powers).chain([u64::MAX]) {
            for parts in [SHOWN, FINE] {
                let bin = index(number, parts);
                assert!(end(bin, parts) >= number, "{number}");
                assert!(bin == 0 || end(bin - 1, parts) < number, "{number}");
                assert!(end(bin, parts) <= number.saturating_add(number >> parts).max(number), "{number}");
            }
        }
        assert_eq!(index(u64::MAX, FINE), BINS - 1);
        // The ends of shown bins, by hand.
        let ends: Vec<u64> = (0..26).map(|bin| end(bin, SHOWN)).collect();
        assert_eq!(ends[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(ends[16..26], [16, 18, 20, 22, 24, 26, 28, 30, 32, 36]);
    }

    #[test]
    fn quantiles_of_small_numbers_are_exact() {
        let quantiles = counted(1..=500).quantiles();
        let known = [1, 5, 25, 50, 125, 250, 375, 450, 475, 495, 500];
        assert_eq!(quantiles.iter().map(|q| q.1).collect::<Vec<_>>(), known);
        assert!((quantiles[5].0 - 0.5).abs() < 1e-12);
        // A single number has only itself, however wide its bin is.
        assert!(counted([1_000_000; 3]).quantiles().iter().all(|q| q.1 == 1_000_000));
    }

    #[test]
    fn round_numbers_stay_round() {
        let quantiles = counted([5, 20, 20, 60].map(|seconds| seconds * 1_000_000_000)).quantiles();
        assert_eq!([0, 5, 10].map(|i| quantiles[i].1), [5_000_000_000, 20_000_000_000, 60_000_000_000]);
    }

    #[test]
    fn large_quantiles_are_close() {
        for (quantile, number) in counted((1..=100_000).map(|i| i * 1000)).quantiles() {
            let exact = (quantile * 1e5).ceil() * 1000.0;
            assert!(number as f64 >= exact && number as f64 <= exact * 1.004, "{quantile}: {number}");
        }
    }

    #[test]
    fn bins_by_hand() {
        let found = Distribution::of(&counted([0, 0, 3, 5, 17, 18]), 1.0, 12).unwrap();
        let bins: Vec<(f64, u64)> =
            found.bins.iter().filter(|b| b.requests > 0).map(|b| (b.up_to, b.requests)).collect();
        assert_eq!(bins, [(0.0, 2), (3.0, 1), (5.0, 1), (18.0, 2)]);
        assert_eq!((found.bins.len(), found.bins[1].up_to), (18, 1.0), "those between are there");
        assert!((found.bins[17].cumulative_share - 0.5).abs() < 1e-12 && (found.mean - 43.0 / 6.0).abs() < 1e-12);
        assert_eq!((found.requests, found.min, found.max), (6, 0.0, 18.0));
        assert_eq!(Distribution::of(&Histogram::new(), 1.0, 5), None);
    }
}
