//! Miss-ratio reductions by cache size, for the figures that show them.

use super::cache_sizes::{choose, sizes, title};
use super::options::PlotOptions;
use super::series::entry;
use crate::core::{Error, Result};
use crate::record::Row;
use crate::stats::{Compared, Metric, observe, reductions};
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
    pub(super) reductions: Vec<Compared>,
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
        let measured: HashSet<(&str, bool)> = found.iter().map(|r| (r.size.as_str(), r.bytes)).collect();
        let written = observations.iter().filter(|o| measured.contains(&(o.size.as_str(), o.bytes)));
        let written = written.map(|o| (o.size.as_str(), o.bytes, o.capacity));
        let (chosen, note) = choose(&sizes(written), most);
        let mut sizes: Vec<Size> = Vec::new();
        for (size, bytes) in chosen {
            let (here, rest): (Vec<Compared>, Vec<Compared>) =
                found.into_iter().partition(|r| r.size == size && r.bytes == bytes);
            found = rest;
            // Each circumstance (time to live, warm-up, ...) has a panel of its own: they are no sample of one thing.
            let mut groups: Vec<(String, Vec<Compared>)> = Vec::new();
            for reduction in here {
                entry(&mut groups, reduction.circumstance.clone()).push(reduction);
            }
            for (circumstance, reductions) in groups {
                let title = title(&size, bytes);
                let title = if circumstance.is_empty() { title } else { format!("{title}, {circumstance}") };
                sizes.push(Size { title, reductions });
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
