//! Which rows belong together: series (a policy with what sets it apart), and the repetitions of a cell.

use crate::core::{Error, Result};
use crate::record::Row;
use std::collections::{BTreeMap, HashMap};

/// The series of a set of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Name of each series, by first appearance. All differ.
    pub labels: Vec<String>,
    /// Canonical name of the policy of each series.
    pub policies: Vec<String>,
    /// For each row, the index of its series.
    pub of_row: Vec<usize>,
}

/// What makes two rows belong to different series. Seeds and repetitions do not: they are averaged.
#[derive(Debug)]
struct Key<'a> {
    policy: &'a str,
    /// The parameters, then everything else that changes the meaning of a run.
    settings: Vec<(&'a str, String)>,
}

/// A setting that is no parameter but changes the meaning of a run: its name and how to read it.
type Circumstance = (&'static str, fn(&Row) -> String);

const CIRCUMSTANCES: [Circumstance; 7] = [
    ("admission", |row| row.admission.clone()),
    ("ttl", |row| row.ttl_mode.clone()),
    ("ttl", |row| row.ttl_given.clone()),
    ("warmup", |row| row.warmup_requests.to_string()),
    ("operations", |row| row.operations.clone()),
    ("size-change", |row| row.size_change.clone()),
    ("filter", |row| row.filter.clone()),
];

/// The circumstances in which cells that are otherwise the same differ. Those that follow from the trace (one has times
/// to live, another has none) or from the capacity (a warm-up until the first eviction) set no two series apart.
fn telling(rows: &[&Row]) -> Vec<Circumstance> {
    let tells = |(_, value): &Circumstance| {
        let mut first = BTreeMap::new();
        rows.iter().any(|row| {
            let cell = (&row.trace, &row.size_mode, &row.policy, &row.params, row.capacity, row.seed, row.repetition);
            let value = value(row);
            *first.entry(cell).or_insert_with(|| value.clone()) != value
        })
    };
    CIRCUMSTANCES.into_iter().filter(tells).collect()
}

impl<'a> Key<'a> {
    fn of(row: &'a Row, circumstances: &[Circumstance]) -> Self {
        let params = row.params.split(';').filter(|p| !p.is_empty());
        let mut settings: Vec<_> =
            params.map(|p| p.split_once('=').map_or((p, String::new()), |(k, v)| (k, v.to_owned()))).collect();
        settings.extend(circumstances.iter().map(|(name, value)| (*name, value(row))));
        Self { policy: &row.policy, settings }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(k, _)| *k == name).map(|(_, v)| v.as_str())
    }

    /// The policy, and the settings in which it differs from another series of the same policy.
    fn label(&self, all: &[Key<'_>]) -> String {
        let mut label = self.policy.to_owned();
        for (name, value) in &self.settings {
            if all.iter().any(|other| other.policy == self.policy && other.get(name) != Some(value)) {
                label.push(' ');
                label.push_str(name);
                if !value.is_empty() {
                    label.push('=');
                    label.push_str(value);
                }
            }
        }
        label
    }
}

/// Finds the series of rows. Rows of the same policy are of different series where their parameters differ, or where
/// cells that are otherwise the same differ in their circumstances (admission, expiry, warm-up, operations, ...); the
/// label names only what differs, as in `s3-fifo small=0.2`.
pub fn identify(rows: &[&Row]) -> Series {
    let circumstances = telling(rows);
    let mut index = HashMap::new();
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut of_row = Vec::with_capacity(rows.len());
    for row in rows {
        let around: Vec<String> = circumstances.iter().map(|(_, value)| value(row)).collect();
        let series = *index.entry((&row.policy, &row.params, around)).or_insert_with(|| {
            keys.push(Key::of(row, &circumstances));
            keys.len() - 1
        });
        of_row.push(series);
    }
    Series {
        labels: keys.iter().map(|key| key.label(&keys)).collect(),
        policies: keys.iter().map(|key| key.policy.to_owned()).collect(),
        of_row,
    }
}

/// The results of one cell under different seeds and repetitions.
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

    /// Their mean; 0 where there are none.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.seen.iter().map(|(.., value)| value).sum();
        sum / self.seen.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(policy: &str, params: &str) -> Row {
        Row { policy: policy.into(), params: params.into(), trace: "t".into(), capacity: 10, ..Row::default() }
    }

    #[test]
    fn labels_name_what_differs_and_nothing_else() {
        let rows = [row("lru", ""), row("s3-fifo", "ghost=0.9;small=0.1"), row("s3-fifo", "ghost=0.9;small=0.2")];
        let again = Row { seed: 7, repetition: 3, ..rows[1].clone() };
        let all: Vec<&Row> = rows.iter().chain([&again]).collect();
        let series = identify(&all);
        assert_eq!(series.labels, ["lru", "s3-fifo small=0.1", "s3-fifo small=0.2"]);
        assert_eq!(series.policies, ["lru", "s3-fifo", "s3-fifo"]);
        assert_eq!(series.of_row, [0, 1, 2, 1]);
    }

    #[test]
    fn a_circumstance_tells_only_where_otherwise_equal_cells_differ_in_it() {
        let off = Row { ttl_mode: "off".into(), ..row("lru", "") };
        let lazy = Row { ttl_mode: "lazy".into(), ..row("lru", "") };
        let elsewhere = Row { trace: "u".into(), ..lazy.clone() };
        assert_eq!(identify(&[&off, &elsewhere]).labels, ["lru"]);
        assert_eq!(identify(&[&off, &lazy]).labels, ["lru ttl=off", "lru ttl=lazy"]);
    }

    #[test]
    fn two_results_for_one_cell_are_refused() {
        let mut samples = Samples::default();
        samples.add(&row("lru", ""), 0.25).unwrap();
        samples.add(&row("lru", ""), 0.25).unwrap();
        samples.add(&Row { seed: 1, ..row("lru", "") }, 0.5).unwrap();
        assert_eq!((samples.values(), samples.mean()), (vec![0.25, 0.5], 0.375));
        assert!(samples.add(&row("lru", ""), 0.3).unwrap_err().to_string().contains("hint:"));
    }
}
