//! Who is best, and who beats whom.

use super::close::{less, order};
use super::grid::Grid;
use super::observation::{Observation, Place};
use super::spread::Weighting;
use std::collections::HashMap;

/// How often each series is the best of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Wins {
    /// Label and share of the places won (0 to 1; all sum to 1), the most first. A tie of n gives each 1/n.
    pub series: Vec<(String, f64)>,
    /// Places (trace and size) at which all series were observed.
    pub places: usize,
    /// Places left out, because a series was not observed there.
    pub left_out: usize,
}

/// Counts wins over the places at which all series were observed. `None` where there is no such place.
pub fn wins<'a>(observations: impl IntoIterator<Item = &'a Observation>, weighting: Weighting) -> Option<Wins> {
    let grid = Grid::of(observations);
    let datasets: Vec<&str> = grid.places.iter().map(|(place, _)| place.dataset).collect();
    let mut shares = vec![0.0; grid.series.len()];
    for ((_, costs), weight) in grid.places.iter().zip(weighting.weights(&datasets)) {
        let best = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let winners: Vec<usize> = (0..costs.len()).filter(|&s| !less(best, costs[s])).collect();
        for &s in &winners {
            shares[s] += weight / winners.len() as f64;
        }
    }
    let places = grid.places.len();
    let share = |(name, sum): (&&str, f64)| ((*name).to_owned(), sum / places as f64);
    let mut series: Vec<(String, f64)> = grid.series.iter().zip(shares).map(share).collect();
    series.sort_by(|a, b| b.1.total_cmp(&a.1));
    (places > 0).then_some(Wins { series, places, left_out: grid.left_out })
}

/// One series against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Duel {
    /// Places at which it is better.
    pub wins: usize,
    /// At which both are the same.
    pub ties: usize,
    /// At which it is worse.
    pub losses: usize,
}

/// Each series against `rival`, wherever both were observed: labels by first appearance, `rival` left out.
pub fn duels<'a>(observations: impl IntoIterator<Item = &'a Observation>, rival: &str) -> Vec<(String, Duel)> {
    let observations: Vec<&Observation> = observations.into_iter().collect();
    let cost = |o: &Observation| if o.metric.is_miss() { o.mean } else { -o.mean };
    let theirs: HashMap<Place<'_>, f64> =
        observations.iter().filter(|o| o.series == rival).map(|o| (o.place(), cost(o))).collect();
    let mut index = HashMap::new();
    let mut found: Vec<(String, Duel)> = Vec::new();
    for observation in observations.iter().filter(|o| o.series != rival) {
        let Some(their) = theirs.get(&observation.place()) else { continue };
        let at = *index.entry(&observation.series).or_insert_with(|| {
            found.push((observation.series.clone(), Duel::default()));
            found.len() - 1
        });
        let duel = &mut found[at].1;
        match order(cost(observation), *their) {
            std::cmp::Ordering::Less => duel.wins += 1,
            std::cmp::Ordering::Equal => duel.ties += 1,
            std::cmp::Ordering::Greater => duel.losses += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Row;
    use crate::stats::{Metric, observe};

    fn observations(metric: Metric) -> Vec<Observation> {
        let row = |dataset: &str, trace: &str, policy: &str, miss_ratio: f64| Row {
            dataset: dataset.into(),
            trace: trace.into(),
            policy: policy.into(),
            capacity: 5,
            miss_ratio,
            hit_ratio: 1.0 - miss_ratio,
            ..Row::default()
        };
        let rows = [
            row("web", "1", "lru", 0.5 + 1e-15),
            row("web", "1", "fifo", 0.5),
            row("web", "1", "arc", 0.625),
            row("web", "2", "lru", 0.25),
            row("web", "2", "fifo", 0.5),
            row("web", "2", "arc", 0.25),
            row("kv", "3", "lru", 0.5 + 1e-15),
            row("kv", "3", "fifo", 0.25),
            row("kv", "3", "arc", 0.5),
            row("kv", "4", "lru", 0.5),
        ];
        observe(&rows, metric).unwrap()
    }

    #[test]
    fn ties_are_shared_and_incomplete_places_left_out() {
        for metric in [Metric::MissRatio, Metric::HitRatio] {
            let all = observations(metric);
            // By hand: lru 1/2 + 1/2, fifo 1/2 + 1, arc 1/2, of 3.
            let found = wins(&all, Weighting::Places).unwrap();
            let shares: Vec<(&str, f64)> = found.series.iter().map(|(name, share)| (name.as_str(), *share)).collect();
            assert_eq!(shares, [("fifo", 0.5), ("lru", 1.0 / 3.0), ("arc", 0.5 / 3.0)]);
            assert_eq!((found.places, found.left_out), (3, 1));
            // web counts half, so its two traces a quarter each: fifo 1/8 + 1/2.
            let found = wins(&all, Weighting::Datasets).unwrap();
            assert!((found.series[0].1 - 0.625).abs() < 1e-12, "{found:?}");

            let duel = |wins, ties, losses| Duel { wins, ties, losses };
            assert_eq!(duels(&all, "fifo"), [("lru".to_owned(), duel(1, 1, 1)), ("arc".to_owned(), duel(1, 0, 2))]);
        }
    }

    #[test]
    fn without_a_common_place_nobody_wins() {
        let all = observations(Metric::MissRatio);
        assert_eq!(wins([&all[0], &all[7]], Weighting::Places), None);
        assert_eq!(duels([&all[0], &all[7]], "lru"), []);
    }
}
