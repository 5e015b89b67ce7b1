//! How much of the gap between a baseline and the optimum is closed.

use super::close::less;
use super::observation::{Compared, Observation, Place};
use std::collections::HashMap;

/// The gap closed by all other series, `(from - mr) / (from - optimum)`: 1 is the optimum, 0 the baseline, below 0 worse than
/// that. In the order of the observations: of the gap between the miss ratios of the series
/// labelled `from` (LRU) and `optimum` (MIN), wherever both were observed and the optimum is the lower one. With sizes in
/// bytes MIN is no bound, and above 1 is possible. Empty where there is no such place, or no miss ratio.
pub fn gaps<'a>(observations: impl IntoIterator<Item = &'a Observation>, from: &str, optimum: &str) -> Vec<Compared> {
    let misses: Vec<&Observation> = observations.into_iter().filter(|o| o.metric.is_miss()).collect();
    let of = |label: &str| -> HashMap<Place<'_>, f64> {
        misses.iter().filter(|o| o.series == label).map(|o| (o.place(), o.mean)).collect()
    };
    let (starts, ends) = (of(from), of(optimum));
    let others = misses.iter().filter(|o| o.series != from && o.series != optimum);
    let found = others.filter_map(|o| {
        let (start, end) = (starts.get(&o.place())?, ends.get(&o.place())?);
        less(*end, *start).then(|| Compared::new(o, (start - o.mean) / (start - end)))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Row;
    use crate::stats::{Metric, observe};

    #[test]
    fn the_share_of_the_gap_by_hand() {
        let row = |trace: &str, policy: &str, miss_ratio: f64| Row {
            trace: trace.into(),
            policy: policy.into(),
            capacity: 5,
            miss_ratio,
            ..Row::default()
        };
        let rows = [
            row("a", "lru", 0.75),
            row("a", "belady", 0.25),
            row("a", "sieve", 0.5),
            row("a", "fifo", 0.875),
            // No gap, no optimum, no baseline.
            row("b", "lru", 0.5),
            row("b", "belady", 0.5 - 1e-16),
            row("b", "sieve", 0.5),
            row("c", "lru", 0.5),
            row("c", "sieve", 0.5),
            row("d", "belady", 0.5),
            row("d", "sieve", 0.5),
        ];
        let found = gaps(&observe(&rows, Metric::MissRatio).unwrap(), "lru", "belady");
        let found: Vec<(&str, &str, f64)> =
            found.iter().map(|gap| (gap.trace.as_str(), gap.series.as_str(), gap.value)).collect();
        assert_eq!(found, [("a", "sieve", 0.5), ("a", "fifo", -0.25)]);
    }
}
