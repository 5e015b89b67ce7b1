//! The places where every series was observed: what wins and ranks are counted over.

use super::observation::{Observation, Place};
use std::collections::HashMap;

/// Series by places, without a gap.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid<'a> {
    /// Labels, by first appearance.
    pub(super) series: Vec<&'a str>,
    /// By first appearance; the costs (less is better) are in the order of the series.
    pub(super) places: Vec<(Place<'a>, Vec<f64>)>,
    /// Places that lack a series.
    pub(super) left_out: usize,
}

impl<'a> Grid<'a> {
    pub(super) fn of(observations: impl IntoIterator<Item = &'a Observation>) -> Self {
        let (mut series, mut index) = (Vec::new(), HashMap::new());
        let (mut places, mut rows) = (HashMap::new(), Vec::new());
        for observation in observations {
            let s = *index.entry(observation.series.as_str()).or_insert_with(|| {
                series.push(observation.series.as_str());
                series.len() - 1
            });
            let row = *places.entry(observation.place()).or_insert_with(|| {
                rows.push((observation.place(), Vec::new()));
                rows.len() - 1
            });
            let cost = if observation.metric.is_miss() { observation.mean } else { -observation.mean };
            rows[row].1.push((s, cost));
        }
        let all = rows.len();
        let complete = |(place, mut costs): (Place<'a>, Vec<(usize, f64)>)| {
            costs.sort_by_key(|(s, _)| *s);
            let full = costs.iter().map(|(s, _)| *s).eq(0..series.len());
            full.then(|| (place, costs.into_iter().map(|(_, cost)| cost).collect()))
        };
        let places: Vec<(Place<'a>, Vec<f64>)> = rows.into_iter().filter_map(complete).collect();
        Self { left_out: all - places.len(), series, places }
    }

    /// One row for each trace: the mean over its sizes.
    pub(super) fn by_trace(&self) -> Vec<Vec<f64>> {
        let mut index = HashMap::new();
        let mut traces: Vec<(Vec<f64>, f64)> = Vec::new();
        for (place, costs) in &self.places {
            let at = *index.entry((place.dataset, place.trace, place.bytes, place.circumstance)).or_insert_with(|| {
                traces.push((vec![0.0; costs.len()], 0.0));
                traces.len() - 1
            });
            let (sums, count) = &mut traces[at];
            sums.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += cost);
            *count += 1.0;
        }
        traces.into_iter().map(|(sums, count)| sums.into_iter().map(|sum| sum / count).collect()).collect()
    }
}
