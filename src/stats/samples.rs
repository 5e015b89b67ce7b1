//! The results of one cell under different seeds and repetitions.

use super::interval::{Interval, mean_interval};
use crate::core::{Error, Result};
use crate::record::Row;

/// The results of one cell under different seeds and repetitions.
///
/// A seed draws the workload and the policy's choices anew, a repetition the policy's choices only: repetitions are nested
/// in seeds, and several of one seed are no further independent observations of the workload.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Seed, repetition and value of each, to notice two results for one cell.
    seen: Vec<(u64, u32, f64)>,
}

impl Samples {
    /// Takes in the value of a row. One that is there already, with the same seed, repetition and value, counts once.
    ///
    /// # Errors
    /// It is there with another value: the rows are of different experiments that look alike.
    pub fn add(&mut self, row: &Row, value: f64) -> Result<()> {
        let twin = self.seen.iter().find(|(seed, repetition, _)| (*seed, *repetition) == (row.seed, row.repetition));
        match twin {
            None => self.seen.push((row.seed, row.repetition, value)),
            Some((.., other)) if other.total_cmp(&value).is_ne() => {
                return Err(Error::failure("another row for the same cell has another result").hint(
                    "the rows come from different traces of one name, or from different versions; use them apart",
                ));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// The values, in the order in which they were added.
    pub fn values(&self) -> Vec<f64> {
        self.seen.iter().map(|(.., value)| *value).collect()
    }

    /// Each seed, by first appearance, and the mean of its repetitions.
    pub fn by_seed(&self) -> Vec<(u64, f64)> {
        let mut sums: Vec<(u64, f64, f64)> = Vec::new();
        for (seed, _, value) in &self.seen {
            match sums.iter_mut().find(|(other, ..)| other == seed) {
                Some((_, sum, count)) => (*sum, *count) = (*sum + value, *count + 1.0),
                None => sums.push((*seed, *value, 1.0)),
            }
        }
        sums.into_iter().map(|(seed, sum, count)| (seed, sum / count)).collect()
    }

    /// Keeps the results of these seeds only.
    pub(super) fn keep(&mut self, seeds: &[u64]) {
        self.seen.retain(|(seed, ..)| seeds.contains(seed));
    }

    /// The mean over the seeds of the means over their repetitions; 0 where there are none.
    pub fn mean(&self) -> f64 {
        let seeds = self.by_seed();
        seeds.iter().map(|(_, mean)| mean).sum::<f64>() / seeds.len().max(1) as f64
    }

    /// The confidence interval of the mean by Student's t: over the means of the seeds where there are several, else over
    /// the repetitions of the one. `level` as for [`mean_interval`]; `None` for a single result.
    pub fn interval(&self, level: f64) -> Option<Interval> {
        let seeds: Vec<f64> = self.by_seed().into_iter().map(|(_, mean)| mean).collect();
        mean_interval(&if seeds.len() > 1 { seeds } else { self.values() }, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(results: &[(u64, u32, f64)]) -> Samples {
        let mut samples = Samples::default();
        for &(seed, repetition, value) in results {
            samples.add(&Row { seed, repetition, ..Row::default() }, value).unwrap();
        }
        samples
    }

    #[test]
    fn two_results_for_one_cell_are_refused() {
        let mut found = samples(&[(0, 0, 0.25), (0, 0, 0.25), (1, 0, 0.5)]);
        assert_eq!((found.values(), found.mean()), (vec![0.25, 0.5], 0.375));
        assert!(found.add(&Row::default(), 0.3).unwrap_err().to_string().contains("hint:"));
    }

    #[test]
    fn repetitions_are_nested_in_seeds() {
        let found = samples(&[(1, 0, 0.0), (1, 1, 0.5), (2, 0, 0.75)]);
        assert_eq!((found.by_seed(), found.mean()), (vec![(1, 0.25), (2, 0.75)], 0.5));
        // Three equal repetitions of each of two seeds are two observations: t(1) = 12.706, standard error 0.25.
        let again: Vec<(u64, u32, f64)> = (0..3).flat_map(|r| [(1, r, 0.25), (2, r, 0.75)]).collect();
        let interval = samples(&again).interval(0.95).unwrap();
        assert_eq!(interval.count, 2);
        assert!((interval.high - 0.5 - 12.706_205 * 0.25).abs() < 1e-5, "{interval:?}");
        let one = samples(&[(7, 0, 0.25), (7, 1, 0.75)]).interval(0.95).unwrap();
        assert_eq!(one.count, 2);
        assert_eq!(samples(&[(7, 0, 0.25)]).interval(0.95), None);
    }
}
