//! Which rows belong together: series (a policy with what sets it apart), datasets, circumstances.

use super::circumstance::circumstances;
use crate::record::Row;
use std::collections::{BTreeSet, HashMap};

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

/// Rows classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    /// Policies with the parameters, the admission and the prefetcher that set them apart.
    pub series: Series,
    /// For each row, its dataset: the one of other rows of the trace where it names none, else the trace's own name.
    pub datasets: Vec<String>,
    /// For each row, the circumstances that vary among the rows (expiry, warm-up, operations, filter, ...), as in
    /// `ttl=off warmup=20%`. Empty for all where none does. Numbers from different circumstances are not comparable.
    pub circumstances: Vec<String>,
}

/// What makes two rows belong to different series.
#[derive(Debug)]
struct Key<'a> {
    policy: &'a str,
    /// Sorted by name.
    params: Vec<(&'a str, &'a str)>,
    /// What stands beside it: of each kind the name of its column, and which; empty where it is the usual one.
    beside: [(&'static str, &'a str); 2],
}

impl<'a> Key<'a> {
    fn of(row: &'a Row) -> Self {
        let params = row.params.split(';').filter(|p| !p.is_empty());
        let mut params: Vec<_> = params.map(|p| p.split_once('=').unwrap_or((p, ""))).collect();
        params.sort_unstable();
        let beside = [("admission", unless("always", &row.admission)), ("prefetch", unless("none", &row.prefetch))];
        Self { policy: &row.policy, params, beside }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(k, _)| *k == name).map(|(_, v)| *v)
    }

    /// The policy, and the parameters in which it differs from another series of the same policy. What stands beside it is
    /// named where it is not the usual one, and not that of all.
    fn label(&self, all: &[Key<'_>]) -> String {
        let mut label = self.policy.to_owned();
        let mut name = |name: &str, value: &str| {
            label.push(' ');
            label.push_str(name);
            if !value.is_empty() {
                label.push('=');
                label.push_str(value);
            }
        };
        for (key, value) in &self.params {
            if all.iter().any(|other| other.policy == self.policy && other.get(key) != Some(*value)) {
                name(key, value);
            }
        }
        for (kind, (key, value)) in self.beside.into_iter().enumerate() {
            if !value.is_empty() && all.iter().any(|other| other.beside[kind].1 != value) {
                name(key, value);
            }
        }
        label
    }
}

/// The name, but nothing for the usual one.
fn unless<'a>(usual: &str, name: &'a str) -> &'a str {
    if name == usual { "" } else { name }
}

/// Sorts rows by series, dataset and circumstances. Rows of the same policy are of different series where their parameters,
/// their admission or their prefetcher differ; the label names only what differs, as in `s3-fifo small=0.2`. Seeds,
/// repetitions, traces and sizes are not looked at.
pub fn classify(rows: &[&Row]) -> Classes {
    let mut index = HashMap::new();
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut of_row = Vec::with_capacity(rows.len());
    for row in rows {
        let key = Key::of(row);
        let series = *index.entry((key.policy, key.params.clone(), key.beside)).or_insert_with(|| {
            keys.push(key);
            keys.len() - 1
        });
        of_row.push(series);
    }
    let series = Series {
        labels: keys.iter().map(|key| key.label(&keys)).collect(),
        policies: keys.iter().map(|key| key.policy.to_owned()).collect(),
        of_row,
    };
    let datasets = datasets(rows);
    let mut index = HashMap::new();
    let traces = rows.iter().zip(&datasets).map(|(row, dataset)| {
        let next = index.len();
        *index.entry((dataset, &row.trace)).or_insert(next)
    });
    let circumstances = circumstances(rows, &traces.collect::<Vec<_>>());
    Classes { series, datasets, circumstances }
}

/// The dataset of each row. A file without the column, beside one with it, is about the same traces.
fn datasets(rows: &[&Row]) -> Vec<String> {
    let mut named: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for row in rows.iter().filter(|row| !row.dataset.is_empty()) {
        named.entry(&row.trace).or_default().insert(&row.dataset);
    }
    let only = |trace: &str| named.get(trace).filter(|names| names.len() == 1).and_then(|names| names.first().copied());
    let own = |row: &&Row| match row.dataset.as_str() {
        "" => only(&row.trace).unwrap_or(&row.trace).to_owned(),
        dataset => dataset.to_owned(),
    };
    rows.iter().map(own).collect()
}

/// The series of rows for a picture that keeps no circumstances apart: those that vary are part of the label, as in
/// `lru ttl=off`, so that nothing is averaged over them.
pub fn identify(rows: &[&Row]) -> Series {
    let Classes { series, circumstances, .. } = classify(rows);
    let mut index = HashMap::new();
    let mut all = Series { labels: Vec::new(), policies: Vec::new(), of_row: Vec::new() };
    for (&s, around) in series.of_row.iter().zip(&circumstances) {
        let at = *index.entry((s, around)).or_insert_with(|| {
            let space = if around.is_empty() { "" } else { " " };
            all.labels.push(format!("{}{space}{around}", series.labels[s]));
            all.policies.push(series.policies[s].clone());
            all.labels.len() - 1
        });
        all.of_row.push(at);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(policy: &str, params: &str) -> Row {
        Row { policy: policy.into(), params: params.into(), trace: "t".into(), capacity: 10, ..Row::default() }
    }

    #[test]
    fn labels_name_what_differs_and_nothing_else() {
        let rows = [row("lru", ""), row("s3-fifo", "ghost=0.9;small=0.1"), row("s3-fifo", "small=0.2;ghost=0.9")];
        let again = Row { seed: 7, repetition: 3, ..rows[1].clone() };
        let all: Vec<&Row> = rows.iter().chain([&again]).collect();
        let series = identify(&all);
        assert_eq!(series.labels, ["lru", "s3-fifo small=0.1", "s3-fifo small=0.2"]);
        assert_eq!(series.policies, ["lru", "s3-fifo", "s3-fifo"]);
        assert_eq!(series.of_row, [0, 1, 2, 1]);
        let filtered = Row { admission: "tiny-lfu".into(), ..row("lru", "") };
        assert_eq!(identify(&[&filtered]).labels, ["lru"]);
        assert_eq!(identify(&[&rows[0], &filtered]).labels, ["lru", "lru admission=tiny-lfu"]);
        let ahead = Row { prefetch: "pg".into(), ..row("lru", "") };
        let demand = Row { prefetch: "none".into(), ..row("lru", "") };
        assert_eq!(identify(&[&rows[0], &demand, &ahead]).labels, ["lru", "lru prefetch=pg"]);
    }

    #[test]
    fn circumstances_are_no_part_of_a_series() {
        let off = Row { ttl_given: "off".into(), ttl_mode: "off".into(), ..row("lru", "") };
        let on = Row { ttl_given: "50".into(), ttl_mode: "lazy".into(), ..row("fifo", "") };
        // Neither another seed nor another capacity hides that the circumstances differ.
        let other = Row { ttl_given: "50".into(), seed: 7, capacity: 9, ..off.clone() };
        let found = classify(&[&off, &on, &other]);
        assert_eq!(
            (found.series.labels, found.series.of_row),
            (vec!["lru".to_owned(), "fifo".to_owned()], vec![0, 1, 0])
        );
        assert_eq!(found.circumstances, ["ttl=off", "ttl=50", "ttl=50"]);
        let flat = identify(&[&off, &on, &other]);
        assert_eq!(flat.labels, ["lru ttl=off", "fifo ttl=50", "lru ttl=50"]);
        assert_eq!((flat.policies, flat.of_row), (["lru", "fifo", "lru"].map(str::to_owned).to_vec(), vec![0, 1, 2]));
    }

    #[test]
    fn a_dataset_is_inherited_where_there_is_one() {
        let of = |trace: &str, dataset: &str| Row { trace: trace.into(), dataset: dataset.into(), ..row("lru", "") };
        let rows = [of("a", "web"), of("a", ""), of("b", "web"), of("b", "kv"), of("b", ""), of("c", "")];
        assert_eq!(classify(&rows.iter().collect::<Vec<_>>()).datasets, ["web", "web", "web", "kv", "b", "c"]);
    }
}
