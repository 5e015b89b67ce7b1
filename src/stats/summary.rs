//! A study summarised: all tables, by cache size.

use super::bootstrap::Bootstrap;
use super::observation::{Observation, Place};
use super::observe::Survey;
use super::size::canonical;
use super::table::{Line, Table};
use super::{best, coverage, tables};
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

/// What one block of lines of a table is about: the observations at one size, or at all, under the same circumstances.
pub(super) struct Group<'a> {
    /// The size as written, or `all`; with the mode where both occur.
    pub(super) size: String,
    /// See [`Observation::circumstance`].
    pub(super) circumstance: &'a str,
    /// Are the capacities in bytes?
    pub(super) bytes: bool,
    pub(super) all: Vec<&'a Observation>,
    /// Without the oracles.
    pub(super) fair: Vec<&'a Observation>,
}

impl Group<'_> {
    /// Size and circumstances.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.size, self.circumstance).trim_end().to_owned()
    }

    pub(super) fn line(&self, series: &str, values: Vec<Option<f64>>) -> Line {
        let (size, circumstance) = (self.size.clone(), self.circumstance.to_owned());
        Line { size, circumstance, series: series.to_owned(), values }
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.all.iter().map(|o| o.place()).collect::<BTreeSet<Place<'_>>>().len()
    }
}

/// The tables of [`summarise`], and then what is missing.
///
/// # Errors
/// As for [`summarise`].
pub fn summarise_survey(survey: &Survey, options: &SummaryOptions) -> Result<Summary> {
    let mut summary = summarise(&survey.observations, options)?;
    let (least, most) = survey.seeds;
    if most > 1 {
        let seeds = if least == most { most.to_string() } else { format!("{least} to {most}") };
        summary.title.push_str(&format!(", means of {seeds} seeds"));
    }
    let missing = coverage::tables(survey).into_iter().filter(|table| !table.lines.is_empty());
    summary.tables.extend(missing);
    Ok(summary)
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
    tables.extend(baselines.first().map(|baseline| best::behind_best(&groups, baseline, &options.bootstrap)));
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
    let circumstances: BTreeSet<_> = observations.iter().map(|o| &o.circumstance).collect();
    let (traces, datasets) = (count(traces.len(), "trace"), count(datasets.len(), "dataset"));
    let mut title =
        format!("{metric}: {} series, {traces} of {datasets}, {}", series.len(), count(sizes.len(), "cache size"));
    if circumstances.len() > 1 {
        title.push_str(&format!(", {} circumstances, which are never taken together", circumstances.len()));
    }
    title
}

/// A size (or all), whether it is in bytes, and the circumstances.
type Block<'a> = (Option<&'a str>, bool, &'a str);

/// The observations by size and circumstances, in order of appearance. Sizes in objects and in bytes are never taken
/// together, nor are different circumstances.
fn groups<'a>(observations: &'a [Observation], options: &SummaryOptions) -> Result<Vec<Group<'a>>> {
    let named = match &options.sizes {
        Sizes::Named(named) => Some(named.iter().map(|name| canonical(name)).collect::<Vec<_>>()),
        _ => None,
    };
    let is_wanted = |size: &str| named.as_ref().is_none_or(|named| named.contains(&canonical(size)));
    if let Sizes::Named(named) = &options.sizes {
        let absent = |name: &&String| !observations.iter().any(|o| canonical(&o.size) == canonical(name));
        if let Some(absent) = named.iter().find(absent) {
            let mut known: Vec<&str> = Vec::new();
            for o in observations {
                if !known.contains(&o.size.as_str()) {
                    known.push(&o.size);
                }
            }
            return Err(Error::usage(format!("no row has the cache size '{absent}'"))
                .hint(format!("as written in the column capacity_given, there are: {}", known.join(", "))));
        }
    }
    let mut found: Vec<(Block<'a>, Vec<&'a Observation>)> = Vec::new();
    for o in observations.iter().filter(|o| is_wanted(&o.size)) {
        let size = Some(o.size.as_str()).filter(|_| options.sizes != Sizes::Together);
        let block = (size, o.bytes, o.circumstance.as_str());
        match found.iter_mut().find(|(other, _)| *other == block) {
            Some((_, all)) => all.push(o),
            None => found.push((block, vec![o])),
        }
    }
    let both_modes = found.iter().any(|((_, bytes, _), _)| *bytes) && found.iter().any(|((_, bytes, _), _)| !bytes);
    let group = |((size, bytes, circumstance), all): (Block<'a>, Vec<&'a Observation>)| {
        let fair = all.iter().copied().filter(|o| !options.oracles.contains(&o.policy)).collect();
        let mode = match (both_modes, bytes) {
            (false, _) => "",
            (true, false) => " (objects)",
            (true, true) => " (bytes)",
        };
        Group { size: format!("{}{mode}", size.unwrap_or("all")), circumstance, bytes, all, fair }
    };
    Ok(found.into_iter().map(group).collect())
}
