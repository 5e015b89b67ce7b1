//! Which rows belong to which configuration, what each is called and how it looks.

use crate::core::{Error, Result};
use crate::record::{LatencyRow, ScenarioRow, SeriesRow, Status};
use crate::report::SERIES_MOST;
use crate::report::scene::Scene;
use crate::report::theme::{Style, looks, style};
use std::collections::HashMap;

/// The key of the seed: runs that differ in nothing else are repetitions, whose mean is drawn.
const SEED: &str = "seed";
/// What a configuration without a key that others have is called.
const NOT_SET: &str = "not set";
/// Keys that all configurations have in common are named up to so many.
const COMMON_MOST: usize = 5;

/// Rows grouped by configuration.
pub(super) struct Grouped<'a, T> {
    /// The configurations, by first appearance.
    pub(super) list: Configurations,
    /// The rows of each.
    pub(super) rows: Vec<Vec<&'a T>>,
}

/// Names and looks of configurations.
pub(super) struct Configurations {
    /// What tells each from the others; all differ. The name of the scenario where there is only one.
    pub(super) labels: Vec<String>,
    /// The same in short, without the names of keys, where several differ; and those names.
    pub(super) values: Option<(Vec<String>, String)>,
    /// By number, so that every figure of the same rows has the same; by policy, where only the policy differs.
    pub(super) styles: Vec<Style>,
    /// What they have in common, for people; may be empty.
    pub(super) common: String,
}

/// A scenario and its keys, without the seed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Configuration {
    scenario: String,
    keys: Vec<(String, String)>,
}

impl Configuration {
    fn value(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }
}

/// The keys of `k=v;k=v`. A part without `=` belongs to the value before it.
fn keys(text: &str) -> Vec<(String, String)> {
    let mut keys: Vec<(String, String)> = Vec::new();
    for part in text.split(';') {
        match (part.split_once('='), keys.last_mut()) {
            (Some((key, value)), _) => keys.push((key.to_owned(), value.to_owned())),
            (None, Some(last)) => last.1.extend([";", part]),
            (None, None) => {}
        }
    }
    keys
}

impl<'a, T> Grouped<'a, T> {
    /// Groups rows by what `of` says: the scenario and the text of the configuration.
    fn by<'k>(rows: impl Iterator<Item = (&'k str, std::borrow::Cow<'k, str>, &'a T)>) -> Self {
        let mut known: HashMap<(&'k str, std::borrow::Cow<'k, str>), usize> = HashMap::new();
        let mut found: Vec<Configuration> = Vec::new();
        let mut grouped: Vec<Vec<&'a T>> = Vec::new();
        for (scenario, text, row) in rows {
            let at = *known.entry((scenario, text)).or_insert_with_key(|(_, text)| {
                let mut keys = keys(text);
                keys.retain(|(key, _)| key != SEED);
                let own = Configuration { scenario: scenario.to_owned(), keys };
                found.iter().position(|other| *other == own).unwrap_or_else(|| {
                    found.push(own);
                    grouped.push(Vec::new());
                    found.len() - 1
                })
            });
            grouped[at].push(row);
        }
        Self { list: Configurations::of(&found), rows: grouped }
    }

    /// The most rows of a configuration.
    pub(super) fn most(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// The results that finished.
///
/// # Errors
/// None did.
pub(super) fn results(rows: &[ScenarioRow]) -> Result<Grouped<'_, ScenarioRow>> {
    let done = rows.iter().filter(|row| row.status == Status::Ok);
    let grouped = Grouped::by(done.map(|row| (row.scenario.as_str(), row.configuration().into(), row)));
    if grouped.rows.is_empty() {
        let first = rows.first().map_or("", |row| row.error.as_str());
        return Err(Error::failure(format!("nothing to draw: all {} runs failed", rows.len()))
            .hint(format!("the column 'error' says why; the first one is '{first}'")));
    }
    Ok(grouped)
}

/// The windows of each configuration.
///
/// # Errors
/// Names the first that has no place on an axis of time.
pub(super) fn series(rows: &[SeriesRow]) -> Result<Grouped<'_, SeriesRow>> {
    for (i, row) in rows.iter().enumerate() {
        let (start, end) = (row.start_seconds, row.end_seconds);
        if !(start.is_finite() && end.is_finite() && start < end) {
            return Err(Error::failure(format!("window {} ({}): from {start} to {end} s", i + 1, row.scenario))
                .hint("a window ends after it begins"));
        }
        finite(row.origin_rate).map_err(|e| e.at(format!("window {} ({}): origin_rate", i + 1, row.scenario)))?;
    }
    Ok(Grouped::by(rows.iter().map(|row| (row.scenario.as_str(), row.configuration.as_str().into(), row))))
}

/// The latencies of each configuration.
///
/// # Errors
/// Names the first that has no place on an axis.
pub(super) fn latencies(rows: &[LatencyRow]) -> Result<Grouped<'_, LatencyRow>> {
    for (i, row) in rows.iter().enumerate() {
        finite(row.latency_seconds).map_err(|e| e.at(format!("latency {} ({})", i + 1, row.scenario)))?;
    }
    Ok(Grouped::by(rows.iter().map(|row| (row.scenario.as_str(), row.configuration.as_str().into(), row))))
}

/// # Errors
/// The number is none, or below 0.
pub(super) fn finite(number: f64) -> Result<f64> {
    if number.is_finite() && number >= 0.0 {
        return Ok(number);
    }
    Err(Error::failure(format!("expected a number of at least 0, found {number}")))
}

impl Configurations {
    fn of(all: &[Configuration]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for (key, _) in all.iter().flat_map(|one| &one.keys) {
            if !names.contains(&key.as_str()) {
                names.push(key);
            }
        }
        let same = |name: &&str| all.windows(2).all(|pair| pair[0].value(name) == pair[1].value(name));
        let (common, differing): (Vec<&str>, Vec<&str>) = names.into_iter().partition(same);
        let scenarios = all.windows(2).any(|pair| pair[0].scenario != pair[1].scenario);
        let labels = all.iter().map(|one| label(one, &differing, scenarios, all)).collect();
        let policies = || all.iter().map(|one| one.value("policy").unwrap_or(NOT_SET));
        let styles = if differing == ["policy"] && !scenarios {
            looks(&policies().collect::<Vec<_>>())
        } else {
            (0..all.len()).map(style).collect()
        };
        let scenario = all.first().filter(|_| !scenarios && all.len() > 1).map(|one| one.scenario.clone());
        let pairs =
            common.iter().take(COMMON_MOST).filter_map(|name| Some(format!("{name} = {}", all[0].value(name)?)));
        let common = scenario.into_iter().chain(pairs).collect::<Vec<_>>().join(", ");
        let values = (differing.len() > 1).then(|| {
            let values = |one: &Configuration| {
                let scenario = scenarios.then_some(one.scenario.as_str());
                let own = differing.iter().map(|name| one.value(name).unwrap_or("\u{2013}"));
                scenario.into_iter().chain(own).collect::<Vec<_>>().join(", ")
            };
            let names = scenarios.then_some("scenario").into_iter().chain(differing.iter().copied());
            (all.iter().map(values).collect(), names.collect::<Vec<_>>().join(", "))
        });
        Self { labels, values, styles, common }
    }

    /// Labels of a legend, which one configuration does not need.
    pub(super) fn legend(&self) -> &[String] {
        if self.labels.len() > 1 { &self.labels } else { &[] }
    }

    /// What is said below a figure: what all have in common, and how many runs were averaged.
    pub(super) fn note(&self, runs: usize) -> String {
        let name = if self.labels.len() == 1 { self.labels[0].clone() } else { String::new() };
        let mean = if runs > 1 { format!("mean of {runs} runs") } else { String::new() };
        let parts = [name, self.common.clone(), mean];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// Notes that a figure has more curves than a reader can follow.
    pub(super) fn crowded(&self, scene: &mut Scene) {
        let count = self.labels.len();
        if count > SERIES_MOST {
            scene.notes.push(format!("{count} configurations are hard to tell apart; set or vary fewer values"));
        }
    }
}

/// What tells a configuration from the others. A single key that has words for values goes without saying.
fn label(one: &Configuration, differing: &[&str], scenarios: bool, all: &[Configuration]) -> String {
    let word = |value: &str| value.starts_with(char::is_alphabetic) && value != "true" && value != "false";
    let mut parts: Vec<String> = Vec::new();
    if scenarios || differing.is_empty() {
        parts.push(one.scenario.clone());
    }
    match differing {
        [name] if all.iter().filter_map(|other| other.value(name)).all(word) => match one.value(name) {
            Some(value) => parts.push(value.to_owned()),
            // A scenario that has no such key is not one where it was left out.
            None if scenarios => {}
            None => parts.push(format!("{name} {NOT_SET}")),
        },
        _ => {
            let own = differing.iter().filter_map(|name| Some(format!("{name}={}", one.value(name)?)));
            parts.extend(own);
            if parts.is_empty() {
                parts.push(format!("{} {NOT_SET}", differing.join(", ")));
            }
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(all: &[(&str, &str)]) -> Vec<String> {
        let rows: Vec<SeriesRow> = all
            .iter()
            .map(|(scenario, configuration)| SeriesRow {
                scenario: (*scenario).to_owned(),
                configuration: (*configuration).to_owned(),
                end_seconds: 1.0,
                ..SeriesRow::default()
            })
            .collect();
        series(&rows).unwrap().list.labels
    }

    #[test]
    fn a_label_says_what_differs() {
        assert_eq!(labels(&[("s", "defence=none;rate=10"), ("s", "defence=mutex;rate=10")]), ["none", "mutex"]);
        assert_eq!(labels(&[("s", "rate=10"), ("s", "rate=100")]), ["rate=10", "rate=100"]);
        assert_eq!(labels(&[("s", "on=true"), ("s", "on=false")]), ["on=true", "on=false"]);
        assert_eq!(labels(&[("s", "a=x;b=1"), ("s", "a=y;b=2")]), ["a=x, b=1", "a=y, b=2"]);
        assert_eq!(labels(&[("s", "a=x;b=1"), ("s", "b=2")]), ["a=x, b=1", "b=2"]);
        assert_eq!(labels(&[("s", "rate=10")]), ["s"]);
        assert_eq!(labels(&[("s", ""), ("t", "")]), ["s", "t"]);
        assert_eq!(labels(&[("s", "a=x"), ("s", "a=y"), ("t", "")]), ["s, x", "s, y", "t"]);
        assert_eq!(labels(&[("s", "a=x"), ("s", "")]), ["x", "a not set"]);
        assert_eq!(labels(&[("s", "a=1;b=2"), ("s", "")]), ["a=1, b=2", "a, b not set"]);
        assert_eq!(labels(&[("s", "w=p;q;a=1"), ("s", "w=r;a=1")]), ["p;q", "r"]);
    }

    #[test]
    fn seeds_are_runs_of_one_configuration() {
        assert_eq!(labels(&[("s", "a=x;seed=1"), ("s", "a=x;seed=2"), ("s", "a=y;seed=1")]), ["x", "y"]);
    }

    #[test]
    fn looks_go_by_number_or_by_policy() {
        let row = |configuration: &str| SeriesRow {
            scenario: "s".into(),
            configuration: configuration.into(),
            end_seconds: 1.0,
            ..SeriesRow::default()
        };
        let rows = [row("policy=sieve;l1=10"), row("policy=lru;l1=10")];
        let list = series(&rows).unwrap().list;
        assert_eq!(list.styles, looks(&["sieve", "lru"]));
        assert_eq!(list.common, "s, l1 = 10");
        let (values, names) = series(&[row("a=1;b=x"), row("a=2;c=y")]).unwrap().list.values.unwrap();
        assert_eq!((values.join(" | ").as_str(), names.as_str()), ("1, x, \u{2013} | 2, \u{2013}, y", "a, b, c"));
        assert_eq!(series(&[row("a=1"), row("a=2")]).unwrap().list.styles, [style(0), style(1)]);
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        let bad = SeriesRow { scenario: "s".into(), end_seconds: f64::NAN, ..SeriesRow::default() };
        assert!(series(&[bad]).err().unwrap().to_string().starts_with("window 1 (s): from 0 to NaN s"));
        let bad = SeriesRow { end_seconds: 1.0, origin_rate: -1.0, ..SeriesRow::default() };
        assert!(series(&[bad]).err().unwrap().to_string().contains("origin_rate"));
        let bad = LatencyRow { latency_seconds: f64::INFINITY, ..LatencyRow::default() };
        assert!(latencies(&[bad]).err().unwrap().to_string().starts_with("latency 1"));
        let failed = ScenarioRow { status: Status::Failed, error: "no origin".into(), ..ScenarioRow::default() };
        assert!(results(&[failed]).err().unwrap().to_string().contains("no origin"));
    }
}
