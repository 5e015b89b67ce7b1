//! A study summarised: all tables, by cache size.

use super::bootstrap::Bootstrap;
use super::observation::Observation;
use super::table::Table;
use super::tables;
use crate::core::{Error, Result};
use std::collections::BTreeSet;

/// What to summarise, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryOptions {
    /// Series to compare with; `None` for `fifo` and `lru`, those that are there.
    pub baselines: Option<Vec<String>>,
    /// Policies that know the future: they take no part in wins, ranks and the search for the best.
    pub oracles: Vec<String>,
    /// Which cache sizes.
    pub sizes: Sizes,
    /// Level, draws, seed and weighting. The weighting holds for all means, percentiles and shares.
    pub bootstrap: Bootstrap,
}

/// Which cache sizes are summarised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sizes {
    /// All, taken together: a place is a trace at a size.
    Together,
    /// Each by itself.
    Each,
    /// These by themselves, as written in the rows.
    Named(Vec<String>),
}

/// A study summarised.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What was summarised, in a line.
    pub title: String,
    /// None is without lines.
    pub tables: Vec<Table>,
}

/// What one block of lines of a table is about: the observations at one size, or at all.
pub(super) struct Group<'a> {
    /// The size as written, or `all`; with the mode where both occur.
    pub(super) size: String,
    pub(super) all: Vec<&'a Observation>,
    /// Without the oracles.
    pub(super) fair: Vec<&'a Observation>,
}

/// Makes the tables from observations of a miss ratio.
///
/// # Errors
/// A baseline or a size that is asked for is not there; the observations are not of a miss ratio.
pub fn summarise(observations: &[Observation], options: &SummaryOptions) -> Result<Summary> {
    if let Some(other) = observations.iter().find(|o| !o.metric.is_miss()) {
        return Err(
            Error::usage(format!("a {} cannot be summarised", other.metric.name())).hint("observe a miss ratio")
        );
    }
    let groups = groups(observations, options)?;
    let known: BTreeSet<&str> = observations.iter().map(|o| o.series.as_str()).collect();
    let baselines: Vec<&str> = match &options.baselines {
        Some(named) => named.iter().map(String::as_str).collect(),
        None => ["fifo", "lru"].into_iter().filter(|name| known.contains(name)).collect(),
    };
    // One that is nowhere is an error; one that lacks a size is not.
    for baseline in &baselines {
        super::reductions(observations, baseline)?;
    }
    let mut tables: Vec<Table> =
        baselines.iter().map(|baseline| tables::reduction(&groups, baseline, &options.bootstrap)).collect();
    // Differences in the reduction against one baseline say what those against another say.
    tables.extend(baselines.first().map(|baseline| tables::behind_best(&groups, baseline, &options.bootstrap)));
    tables.push(tables::wins(&groups, options.bootstrap.weighting));
    tables.extend(tables::ranks(&groups, 1.0 - options.bootstrap.level));
    tables.push(tables::gap(&groups, &options.bootstrap));
    tables.retain(|table| !table.lines.is_empty());
    Ok(Summary { title: title(observations), tables })
}

fn title(observations: &[Observation]) -> String {
    let metric = observations.first().map_or("", |o| o.metric.name());
    let count = |n: usize, name: &str| format!("{n} {name}{}", if n == 1 { "" } else { "s" });
    let traces: BTreeSet<_> = observations.iter().map(|o| (&o.dataset, &o.trace)).collect();
    let datasets: BTreeSet<_> = observations.iter().map(|o| &o.dataset).collect();
    let sizes: BTreeSet<_> = observations.iter().map(|o| (&o.size, o.bytes)).collect();
    let series: BTreeSet<_> = observations.iter().map(|o| &o.series).collect();
    let (traces, datasets) = (count(traces.len(), "trace"), count(datasets.len(), "dataset"));
    format!("{metric}: {} series, {traces} of {datasets}, {}", series.len(), count(sizes.len(), "cache size"))
}

/// The observations by size, in order of appearance. Sizes in objects and in bytes are never taken together.
fn groups<'a>(observations: &'a [Observation], options: &SummaryOptions) -> Result<Vec<Group<'a>>> {
    let mut sizes: Vec<(&str, bool)> = Vec::new();
    for o in observations {
        if !sizes.contains(&(&o.size, o.bytes)) {
            sizes.push((&o.size, o.bytes));
        }
    }
    let modes: Vec<bool> = [false, true].into_iter().filter(|mode| sizes.iter().any(|(_, b)| b == mode)).collect();
    let keys: Vec<(Option<&str>, bool)> = match &options.sizes {
        Sizes::Together => modes.iter().map(|bytes| (None, *bytes)).collect(),
        Sizes::Each => sizes.iter().map(|(size, bytes)| (Some(*size), *bytes)).collect(),
        Sizes::Named(named) => {
            if let Some(absent) = named.iter().find(|name| !sizes.iter().any(|(size, _)| size == name)) {
                let known: Vec<&str> = sizes.iter().map(|(size, _)| *size).collect();
                return Err(Error::usage(format!("no row has the cache size '{absent}'"))
                    .hint(format!("as written in the column capacity_given, there are: {}", known.join(", "))));
            }
            let wanted = sizes.iter().filter(|(size, _)| named.iter().any(|name| name == size));
            wanted.map(|(size, bytes)| (Some(*size), *bytes)).collect()
        }
    };
    let group = |(size, bytes): (Option<&str>, bool)| {
        let here = |o: &&Observation| o.bytes == bytes && size.is_none_or(|size| o.size == size);
        let all: Vec<&Observation> = observations.iter().filter(here).collect();
        let fair = all.iter().copied().filter(|o| !options.oracles.contains(&o.policy)).collect();
        let mode = match (modes.len() > 1, bytes) {
            (false, _) => "",
            (true, false) => " (objects)",
            (true, true) => " (bytes)",
        };
        Group { size: format!("{}{mode}", size.unwrap_or("all")), all, fair }
    };
    Ok(keys.into_iter().map(group).collect())
}
