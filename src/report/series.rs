//! Rows grouped into panels (one per trace) and series (one per policy and parameters), repetitions averaged.

use super::axis::Unit;
use super::{XAxis, YMetric};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use std::collections::BTreeMap;

/// What a figure with one panel per trace shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// Labels of the series, by first appearance. All differ.
    pub(super) labels: Vec<String>,
    /// By first appearance.
    pub(super) panels: Vec<Panel>,
}

/// One trace.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Name of the trace.
    pub(super) title: String,
    /// Of the x axis.
    pub(super) unit: Unit,
    /// What the x axis is.
    pub(super) x_title: &'static str,
    /// Index of the series, and its points by rising x. Sorted by index.
    pub(super) curves: Vec<(usize, Vec<(f64, f64)>)>,
}

impl Panel {
    /// The x values that occur, rising.
    pub(super) fn xs(&self) -> Vec<f64> {
        let mut xs: Vec<f64> = self.curves.iter().flat_map(|(_, points)| points.iter().map(|p| p.0)).collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        xs
    }
}

/// What makes two rows belong to different series. Seeds and repetitions do not: they are averaged.
#[derive(Debug, PartialEq)]
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
fn telling(rows: &[(usize, &Row)]) -> Vec<Circumstance> {
    let tells = |(_, value): &Circumstance| {
        let mut first = BTreeMap::new();
        rows.iter().any(|(_, row)| {
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

/// The mean of the repetitions at one x.
struct Mean {
    x: f64,
    sum: f64,
    count: u32,
    /// Seed, repetition and value of each, to notice two results for one cell.
    seen: Vec<(u64, u32, f64)>,
}

impl Mean {
    /// Takes in another repetition.
    ///
    /// # Errors
    /// It is one that is there already, with another value: the rows are of different experiments that look alike.
    fn add(&mut self, row: &Row, value: f64) -> Result<()> {
        let twin = self.seen.iter().find(|(seed, repetition, _)| (*seed, *repetition) == (row.seed, row.repetition));
        if twin.is_some_and(|(.., other)| other.total_cmp(&value).is_ne()) {
            return Err(Error::failure("another row for the same cell has another result")
                .hint("the rows come from different traces of one name, or from different versions; draw them apart"));
        }
        if twin.is_none() {
            self.seen.push((row.seed, row.repetition, value));
            self.sum += value;
            self.count += 1;
        }
        Ok(())
    }
}

/// Series and their points, by first appearance.
type Curves = Vec<(usize, Vec<Mean>)>;

/// Groups the rows that finished.
///
/// # Errors
/// No row finished, or a row has a number that no axis can show.
pub(super) fn collect(rows: &[Row], x: XAxis, y: YMetric) -> Result<Data> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(nothing(rows));
    }
    let circumstances = telling(&done);
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut panels: Vec<((&str, bool), Curves)> = Vec::new();
    for (i, row) in done {
        let (at, value) =
            (x_value(row, x).map_err(|e| e.at(place(i, row)))?, y_value(row, y).map_err(|e| e.at(place(i, row)))?);
        let key = Key::of(row, &circumstances);
        let series = keys.iter().position(|k| *k == key).unwrap_or_else(|| {
            keys.push(key);
            keys.len() - 1
        });
        let id = (row.trace.as_str(), row.size_mode == "bytes");
        let panel = entry(&mut panels, id);
        let means = entry(panel, series);
        match means.iter_mut().find(|m| m.x.total_cmp(&at).is_eq()) {
            Some(mean) => mean.add(row, value).map_err(|e| e.at(place(i, row)))?,
            None => means.push(Mean { x: at, sum: value, count: 1, seen: vec![(row.seed, row.repetition, value)] }),
        }
    }
    let labels = keys.iter().map(|key| key.label(&keys)).collect();
    let both_modes = |trace: &str| panels.iter().filter(|((t, _), _)| *t == trace).count() > 1;
    let titles: Vec<String> = panels
        .iter()
        .map(|((trace, bytes), _)| match (both_modes(trace), bytes) {
            (true, true) => format!("{trace} (bytes)"),
            (true, false) => format!("{trace} (objects)"),
            _ => (*trace).to_owned(),
        })
        .collect();
    let panels = panels.into_iter().zip(titles);
    Ok(Data { labels, panels: panels.map(|(((_, bytes), curves), title)| panel(title, bytes, x, curves)).collect() })
}

/// The value of `key` in a list in order of appearance.
fn entry<K: PartialEq, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let at = list.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
        list.push((key, V::default()));
        list.len() - 1
    });
    &mut list[at].1
}

fn panel(title: String, bytes: bool, x: XAxis, curves: Curves) -> Panel {
    let (unit, x_title) = match (x, bytes) {
        (XAxis::Capacity, false) => (Unit::Count, "Cache size (objects)"),
        (XAxis::Capacity, true) => (Unit::Bytes, "Cache size (bytes)"),
        (XAxis::Share, false) => (Unit::Percent, "Cache size (% of objects)"),
        (XAxis::Share, true) => (Unit::Percent, "Cache size (% of footprint)"),
    };
    let mut curves: Vec<(usize, Vec<(f64, f64)>)> = curves
        .into_iter()
        .map(|(series, means)| {
            let mut points: Vec<_> = means.iter().map(|m| (m.x, m.sum / f64::from(m.count))).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            (series, points)
        })
        .collect();
    curves.sort_by_key(|(series, _)| *series);
    Panel { title, unit, x_title, curves }
}

fn nothing(rows: &[Row]) -> Error {
    match rows.first() {
        None => Error::failure("no rows to draw").hint("run something first: evictlab demo"),
        Some(first) => Error::failure(format!("nothing to draw: all {} rows failed", rows.len()))
            .hint(format!("the column 'error' says why; the first one is '{}'", first.error)),
    }
}

fn place(i: usize, row: &Row) -> String {
    format!("row {} ({}, {})", i + 1, row.policy, row.trace)
}

fn x_value(row: &Row, x: XAxis) -> Result<f64> {
    if row.capacity == 0 {
        return Err(Error::failure("capacity: 0 has no place on a logarithmic axis").hint("remove the row"));
    }
    let (whole, column) = match (x, row.size_mode.as_str()) {
        (XAxis::Capacity, _) => return Ok(row.capacity as f64),
        (XAxis::Share, "bytes") => (row.footprint_bytes, "footprint_bytes"),
        (XAxis::Share, _) => (row.objects, "objects"),
    };
    if whole == 0 {
        return Err(Error::failure(format!("{column}: 0, so the capacity is no share of anything"))
            .hint("draw the capacity itself"));
    }
    Ok(row.capacity as f64 / whole as f64 * 100.0)
}

/// In percent.
fn y_value(row: &Row, y: YMetric) -> Result<f64> {
    if y == YMetric::ByteHitRatio && row.size_mode == "unit" {
        return Err(Error::usage("no bytes were counted: every object counted 1")
            .hint("run with --size bytes, or draw the hit ratio"));
    }
    let (value, column) = match y {
        YMetric::HitRatio => (row.hit_ratio, "hit_ratio"),
        YMetric::MissRatio => (row.miss_ratio, "miss_ratio"),
        YMetric::ByteHitRatio => (row.byte_hit_ratio, "byte_hit_ratio"),
    };
    if (0.0..=1.0).contains(&value) {
        return Ok(value * 100.0);
    }
    Err(Error::failure(format!("{column}: expected a number from 0 to 1, found {value}"))
        .hint("draw a results file as `evictlab run` writes it"))
}
