//! Miss-ratio reductions by cache size, for the figures that show them.

use super::options::PlotOptions;
use crate::core::quantity::number;
use crate::core::{Error, Result};
use crate::record::Row;
use crate::stats::{Metric, Observation, Reduction, observe, reductions};
use std::collections::HashSet;

/// What others are compared with unless the options say otherwise.
const BASELINE: &str = "fifo";

/// The reductions against a baseline.
pub(super) struct Reductions {
    /// Label of the baseline.
    pub(super) baseline: String,
    /// What is reduced.
    pub(super) metric: Metric,
    /// Labels of the other series, by first appearance.
    pub(super) labels: Vec<String>,
    /// The policy of each.
    pub(super) policies: Vec<String>,
    /// The cache sizes that are drawn, rising.
    pub(super) sizes: Vec<Size>,
    /// What is not drawn.
    pub(super) notes: Vec<String>,
}

/// A cache size as written.
pub(super) struct Size {
    /// What a panel of it is called.
    pub(super) title: String,
    /// In order of the observations.
    pub(super) reductions: Vec<Reduction>,
}

impl Reductions {
    /// Compares everything with the baseline of the options; at most `most` sizes are kept, from the smallest to the largest.
    ///
    /// # Errors
    /// There is no such baseline, or nothing else; a row's number cannot be used.
    pub(super) fn of(rows: &[Row], options: &PlotOptions, most: usize) -> Result<Self> {
        let metric = match options.y {
            None | Some(Metric::MissRatio | Metric::HitRatio) => Metric::MissRatio,
            Some(Metric::ByteMissRatio | Metric::ByteHitRatio) => Metric::ByteMissRatio,
        };
        let observations = observe(rows, metric)?;
        let baseline = options.baseline.as_deref().unwrap_or(BASELINE);
        let mut found = reductions(&observations, baseline).map_err(|e| e.at("--baseline"))?;
        let (mut labels, mut policies): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let compared: HashSet<&str> = found.iter().map(|r| r.series.as_str()).collect();
        for o in observations.iter().filter(|o| compared.contains(o.series.as_str())) {
            if !labels.contains(&o.series) {
                labels.push(o.series.clone());
                policies.push(o.policy.clone());
            }
        }
        if labels.is_empty() {
            return Err(Error::failure(format!("nothing to compare with {baseline} at the same trace and cache size"))
                .hint("name another policy: --baseline lru"));
        }
        let (chosen, note) = choose(&sizes(&observations), most);
        let mut sizes: Vec<Size> = Vec::new();
        for (size, bytes) in chosen {
            let (here, rest): (Vec<Reduction>, Vec<Reduction>) =
                found.into_iter().partition(|r| r.size == size && r.bytes == bytes);
            found = rest;
            if !here.is_empty() {
                sizes.push(Size { title: title(&size, bytes), reductions: here });
            }
        }
        Ok(Self { baseline: baseline.to_owned(), metric, labels, policies, sizes, notes: note.into_iter().collect() })
    }

    /// The title of an axis that shows the reductions.
    pub(super) fn axis(&self) -> String {
        let what = if self.metric == Metric::ByteMissRatio { "Byte-miss-ratio" } else { "Miss-ratio" };
        format!("{what} reduction from {} (%)", self.baseline)
    }
}

/// The cache sizes of observations, and whether they are bytes: rising, by number where all are percentages, else by the mean
/// capacity.
pub(super) fn sizes(observations: &[Observation]) -> Vec<(String, bool)> {
    let mut sizes: Vec<((String, bool), f64, f64)> = Vec::new();
    for o in observations {
        match sizes.iter_mut().find(|((size, bytes), ..)| *size == o.size && *bytes == o.bytes) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + o.capacity as f64, *count + 1.0),
            None => sizes.push(((o.size.clone(), o.bytes), o.capacity as f64, 1.0)),
        }
    }
    let share = |size: &str| size.strip_suffix('%').and_then(|percent| number(percent).ok());
    let shares: Option<Vec<f64>> = sizes.iter().map(|((size, _), ..)| share(size)).collect();
    let keys = shares.unwrap_or_else(|| sizes.iter().map(|(_, sum, count)| sum / count).collect());
    let mut keyed: Vec<((String, bool), f64)> = sizes.into_iter().map(|(size, ..)| size).zip(keys).collect();
    keyed.sort_by(|a, b| a.0.1.cmp(&b.0.1).then(a.1.total_cmp(&b.1)));
    keyed.into_iter().map(|(size, _)| size).collect()
}

/// At most `most` of the sizes, at equal steps from the first to the last, and a note where that leaves some out.
pub(super) fn choose(sizes: &[(String, bool)], most: usize) -> (Vec<(String, bool)>, Option<String>) {
    if sizes.len() <= most {
        return (sizes.to_vec(), None);
    }
    let last = sizes.len() - 1;
    let at = |i: usize| if most < 2 { last / 2 } else { (i * last + (most - 1) / 2) / (most - 1) };
    let chosen: Vec<(String, bool)> = (0..most).map(|i| sizes[at(i)].clone()).collect();
    let names: Vec<&str> = chosen.iter().map(|(size, _)| size.as_str()).collect();
    let note =
        format!("{most} of {} cache sizes are drawn ({}); choose with --capacity", sizes.len(), names.join(", "));
    (chosen, Some(note))
}

/// A cache size in words.
pub(super) fn title(size: &str, bytes: bool) -> String {
    let plain = size.bytes().all(|byte| byte.is_ascii_digit());
    match (size.ends_with('%'), bytes) {
        (true, false) => format!("cache: {size} of objects"),
        (true, true) => format!("cache: {size} of footprint"),
        (false, false) => format!("cache: {size} objects"),
        (false, true) if plain => format!("cache: {size} bytes"),
        (false, true) => format!("cache: {size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::row;
    use super::*;

    fn observations(given: &[&str]) -> Vec<Observation> {
        let row = |(i, given): (usize, &&str)| Row {
            capacity_given: (*given).to_owned(),
            ..row("t", "lru", 5 + i as u64, 0.5)
        };
        observe(&given.iter().enumerate().map(row).collect::<Vec<_>>(), Metric::MissRatio).unwrap()
    }

    #[test]
    fn sizes_rise() {
        let names = |given: &[&str]| sizes(&observations(given)).into_iter().map(|s| s.0).collect::<Vec<_>>().join(" ");
        assert_eq!(names(&["10%", "0.5%", "2%"]), "0.5% 2% 10%");
        assert_eq!(names(&["6", "10%", "1k"]), "6 10% 1k", "by capacity");
    }

    #[test]
    fn both_ends_are_kept() {
        let sizes: Vec<(String, bool)> = (1..=8).map(|i| (format!("{i}%"), false)).collect();
        let (chosen, note) = choose(&sizes, 4);
        assert_eq!(chosen.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["1%", "3%", "6%", "8%"]);
        assert!(note.unwrap().contains("4 of 8 cache sizes"));
        assert_eq!(choose(&sizes, 1).0[0].0, "4%");
        assert!(choose(&sizes, 8).1.is_none());
    }
}
