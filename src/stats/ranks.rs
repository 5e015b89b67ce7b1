//! Mean ranks over traces, Friedman's test and Nemenyi's critical difference.
//!
//! After J. Demsar: Statistical Comparisons of Classifiers over Multiple Data Sets. Journal of Machine Learning Research 7,
//! 2006. <https://jmlr.org/papers/v7/demsar06a.html>

use super::close::{TOLERANCE, order};
use super::distribution::{chi_square_tail, f_tail, normal_range_above};
use super::grid::Grid;
use super::observation::Observation;

/// Friedman's test of the hypothesis that all series are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Friedman {
    /// Friedman's statistic (The Use of Ranks to Avoid the Assumption of Normality, JASA 1937), corrected for ties.
    pub chi_square: f64,
    /// The probability of a larger one by chance: chi-square with series - 1 degrees of freedom. `None` over fewer traces
    /// than [`few_traces`].
    pub chi_square_p: Option<f64>,
    /// The less conservative statistic of Iman and Davenport (1980). `None` where all traces rank the series alike: its
    /// denominator is 0.
    pub f: Option<f64>,
    /// The probability of a larger one by chance: F with series - 1 and (series - 1)(traces - 1) degrees of freedom. `None`
    /// without `f`, and over fewer traces than [`few_traces`].
    pub f_p: Option<f64>,
}

/// With fewer traces than this, chi-square and F are no approximation of Friedman's test: his article of 1937 gives exact
/// tables for three series on up to nine sets and for four on up to four.
pub fn few_traces(series: usize) -> usize {
    if series <= 3 { 10 } else { 5 }
}

/// How the series rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    /// Label and mean rank of each series, the best first; 1 is the lowest miss ratio, ties share the mean of their ranks.
    pub series: Vec<(String, f64)>,
    /// Traces ranked over, each in each of its circumstances. The test takes them as independent, whatever their dataset.
    pub traces: usize,
    /// Places (trace and size) left out, because a series was not observed there.
    pub left_out: usize,
    /// Are the series alike?
    pub friedman: Friedman,
    /// Nemenyi's critical difference: mean ranks farther apart than this differ at the level asked for.
    pub critical_difference: f64,
    /// Runs of `series` (first and last index) within the critical difference, the longest only; those of a single series
    /// are left out. They are the bars of a critical-difference diagram.
    pub groups: Vec<(usize, usize)>,
}

/// Ranks the series of the observations on each trace; where there are several cache sizes, by the mean over those at
/// which all series were observed. `alpha`, as in 0.05, is the chance of a false difference, taken into 0.001..=0.5.
///
/// `None` for fewer than two series or two traces.
pub fn ranks<'a>(observations: impl IntoIterator<Item = &'a Observation>, alpha: f64) -> Option<Ranks> {
    let grid = Grid::of(observations);
    let traces = grid.by_trace();
    let (k, n) = (grid.series.len(), traces.len());
    if k < 2 || n < 2 {
        return None;
    }
    let mut sums = vec![0.0; k];
    let mut tied = 0.0;
    for costs in &traces {
        tied += add_ranks(costs, &mut sums);
    }
    let mut series: Vec<(String, f64)> =
        grid.series.iter().zip(sums).map(|(name, sum)| ((*name).to_owned(), sum / n as f64)).collect();
    series.sort_by(|a, b| a.1.total_cmp(&b.1));
    let means: Vec<f64> = series.iter().map(|(_, mean)| *mean).collect();
    let (k_, n_) = (k as f64, n as f64);
    let range = normal_range_above(alpha.clamp(0.001, 0.5), k);
    // Nemenyi's q is the studentized range over the square root of 2.
    let critical_difference = range * (k_ * (k_ + 1.0) / (12.0 * n_)).sqrt();
    Some(Ranks {
        traces: n,
        left_out: grid.left_out,
        friedman: friedman(&means, n, tied),
        critical_difference,
        groups: groups(&means, critical_difference),
        series,
    })
}

/// Adds the ranks of the costs and gives the sum of `t^3 - t` over runs of `t` ties.
fn add_ranks(costs: &[f64], ranks: &mut [f64]) -> f64 {
    let mut rising: Vec<usize> = (0..costs.len()).collect();
    rising.sort_by(|&a, &b| costs[a].total_cmp(&costs[b]));
    let (mut tied, mut start) = (0.0, 0);
    while start < rising.len() {
        let same = |&&i: &&usize| order(costs[i], costs[rising[start]]).is_eq();
        let run = rising[start..].iter().take_while(same).count();
        let rank = f64::midpoint((start + 1) as f64, (start + run) as f64);
        rising[start..start + run].iter().for_each(|&i| ranks[i] += rank);
        tied += (run * run * run - run) as f64;
        start += run;
    }
    tied
}

/// From mean ranks over `n` traces; `tied` is the sum of `t^3 - t` over all runs of ties.
fn friedman(means: &[f64], n: usize, tied: f64) -> Friedman {
    let (k, n) = (means.len() as f64, n as f64);
    let middle = f64::midpoint(1.0, k);
    let spread: f64 = means.iter().map(|mean| (mean - middle) * (mean - middle)).sum();
    let correction = 1.0 - tied / (n * k * (k * k - 1.0));
    // Where everything ties, nothing differs.
    let chi_square = if correction > 0.0 { 12.0 * n / (k * (k + 1.0)) * spread / correction } else { 0.0 };
    let rest = n * (k - 1.0) - chi_square;
    let f = (rest > TOLERANCE).then(|| (n - 1.0) * chi_square / rest);
    let enough = n >= few_traces(means.len()) as f64;
    Friedman {
        chi_square,
        chi_square_p: enough.then(|| chi_square_tail(chi_square, k - 1.0)),
        f,
        f_p: f.filter(|_| enough).map(|f| f_tail(f, k - 1.0, (k - 1.0) * (n - 1.0))),
    }
}

/// The longest runs of rising means that span no more than `most`.
fn groups(means: &[f64], most: f64) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for first in 0..means.len() {
        let last =
            first + means[first..].iter().take_while(|mean| *mean - means[first] <= most + TOLERANCE).count() - 1;
        if last > first && found.last().is_none_or(|(_, end)| *end < last) {
            found.push((first, last));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Metric;

    fn observations(series: &[&str], costs: &[&[f64]]) -> Vec<Observation> {
        let mut found = Vec::new();
        for (t, row) in costs.iter().enumerate() {
            for (name, cost) in series.iter().zip(*row) {
                found.push(Observation {
                    trace: format!("t{t}"),
                    dataset: "d".into(),
                    policy: (*name).into(),
                    series: (*name).into(),
                    size: "1%".into(),
                    bytes: false,
                    circumstance: String::new(),
                    capacity: 1,
                    metric: Metric::HitRatio,
                    values: vec![*cost],
                    mean: *cost,
                });
            }
        }
        found
    }

    /// The worked example of Demsar 2006, table 6: the AUC of four variants of C4.5 on 14 datasets. Higher is better. In the
    /// last row but one the paper prints 0.975 twice and ranks the first of the two higher.
    const DEMSAR: [[f64; 4]; 14] = [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ];

    #[track_caller]
    fn near(found: f64, known: f64, tolerance: f64) {
        assert!((found - known).abs() <= tolerance, "{found}, not {known}");
    }

    #[test]
    fn the_worked_example_of_demsar() {
        let rows: Vec<&[f64]> = DEMSAR.iter().map(<[f64; 4]>::as_slice).collect();
        let all = observations(&["C4.5", "+m", "+cf", "+m+cf"], &rows);
        let found = ranks(&all, 0.05).unwrap();
        let names: Vec<&str> = found.series.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, found.traces, found.left_out), (vec!["+m+cf", "+m", "+cf", "C4.5"], 14, 0));
        for ((_, mean), known) in found.series.iter().zip([1.964, 2.000, 2.893, 3.143]) {
            near(*mean, known, 5e-4);
        }
        near(found.critical_difference, 1.25, 5e-3);
        // Best and worst are 1.18 apart: Nemenyi's test sees no difference, as the paper says.
        assert_eq!(found.groups, [(0, 3)]);
        // The paper does not correct for ties: three pairs and a row of four, so 78 of 840.
        near(found.friedman.chi_square, 9.28 / (1.0 - 78.0 / 840.0), 6e-3);
        let plain = friedman(&found.series.iter().map(|(_, mean)| *mean).collect::<Vec<_>>(), 14, 0.0);
        near(plain.chi_square, 9.28, 5e-3);
        near(plain.f.unwrap(), 3.69, 5e-3);
        // The tails of F(3, 39) and of chi-square with 3 degrees of freedom, by another program.
        near(plain.f_p.unwrap(), 0.019_823, 1e-6);
        near(plain.chi_square_p.unwrap(), 0.025_807, 1e-6);
        // At 0.10 it is 2.291 * sqrt(20 / 84) = 1.118, and the best and the second differ from C4.5.
        let found = ranks(&all, 0.10).unwrap();
        near(found.critical_difference, 1.118, 1e-3);
        assert_eq!(found.groups, [(0, 2), (2, 3)]);
    }

    #[test]
    fn all_alike_and_all_agreed() {
        let tied = observations(&["a", "b"], &[&[0.5, 0.5], &[0.1, 0.1]]);
        let found = ranks(&tied, 0.05).unwrap().friedman;
        near(found.chi_square, 0.0, 0.0);
        assert_eq!((found.chi_square_p, found.f_p), (None, None), "two traces are few");
        let tied: Vec<&[f64]> = vec![&[0.5, 0.5 + 1e-15]; 10];
        near(ranks(&observations(&["a", "b"], &tied), 0.05).unwrap().friedman.chi_square_p.unwrap(), 1.0, 1e-9);
        let tied = observations(&["a", "b"], &tied[..2]);
        let agreed = observations(&["a", "b", "c"], &[&[0.5, 0.6, 0.7], &[0.1, 0.2, 0.3], &[0.2, 0.3, 0.8]]);
        let found = ranks(&agreed, 0.05).unwrap();
        // By hand: 12 * 3 / 12 * 2 = 6, the largest possible.
        near(found.friedman.chi_square, 6.0, 1e-12);
        assert_eq!((found.friedman.f, found.friedman.f_p), (None, None));
        assert_eq!(found.series[0].0, "c");
        assert_eq!(ranks(&tied[..2], 0.05), None);
        assert_eq!(ranks([&tied[0], &tied[2]], 0.05), None);
    }

    #[test]
    fn groups_are_the_longest_runs() {
        assert_eq!(groups(&[1.0, 1.5, 2.2, 2.4, 4.0], 1.0), [(0, 1), (1, 3)]);
        assert_eq!(groups(&[1.0, 3.0], 1.0), []);
    }

    #[test]
    fn a_trace_that_lacks_a_series_is_left_out() {
        let mut all = observations(&["a", "b"], &[&[0.5, 0.6], &[0.1, 0.2], &[0.3, 0.2]]);
        all.remove(2);
        let found = ranks(&all, 0.05).unwrap();
        assert_eq!((found.traces, found.left_out), (2, 1));
        near(found.series[0].1, 1.5, 1e-12);
    }
}
