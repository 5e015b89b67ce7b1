//! What the charts show: series, panels, and one point for each series on a trace at a cache size.

use crate::core::Result;
use crate::record::{Row, Status};
use crate::registry;
use crate::report::series::{Where, panel_title};
use crate::report::theme::{Shape, Style, looks};
use crate::stats::{Classes, Metric, Samples, classify, quantile, reduction};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::Hash;

/// A policy with what sets it apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// As in the legend.
    pub(super) label: String,
    /// Canonical name of the policy.
    pub(super) policy: String,
    /// All its parameters.
    pub(super) params: String,
    /// Does it know the future?
    pub(super) oracle: bool,
}

/// A trace, with sizes either counted or in bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Name of the trace, with what else is needed to tell it from the others.
    pub(super) name: String,
    /// Is the capacity in bytes?
    pub(super) bytes: bool,
}

/// A series on a trace at a cache size, seeds and repetitions averaged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// Index of the panel.
    pub(super) panel: usize,
    /// Index of the series.
    pub(super) series: usize,
    /// Index of the cache size as written.
    pub(super) size: usize,
    /// In objects or bytes; the mean.
    pub(super) capacity: f64,
    /// Of the distinct objects, or of the footprint; the mean, nothing where it is unknown.
    pub(super) share: Option<f64>,
    /// Mean hit ratio.
    pub(super) hit: f64,
    /// Mean miss ratio.
    pub(super) miss: f64,
    /// Mean byte hit ratio, where bytes were counted.
    pub(super) byte: Option<f64>,
    /// Requests of the first of the averaged cells.
    pub(super) requests: u64,
    /// How many cells were averaged.
    pub(super) count: usize,
    /// Median of the requests per second, where times are known.
    pub(super) rate: Option<f64>,
}

/// All of it. Indices are by first appearance in the rows, those of sizes by size.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Points {
    /// The series.
    pub(super) series: Vec<Series>,
    /// The traces.
    pub(super) panels: Vec<Panel>,
    /// The cache sizes as written, or as numbers where nothing is written.
    pub(super) sizes: Vec<String>,
    /// The points.
    pub(super) list: Vec<Point>,
    /// For each row, its point; nothing where it failed.
    pub(super) of_row: Vec<Option<usize>>,
}

/// Numbers things by first appearance.
struct Index<K>(HashMap<K, usize>);

impl<K: Hash + Eq> Index<K> {
    /// The number of `key`, and whether it is new.
    fn number(&mut self, key: K) -> (usize, bool) {
        let next = self.0.len();
        let number = *self.0.entry(key).or_insert(next);
        (number, number == next)
    }
}

/// The rows that become one point.
#[derive(Default)]
struct Sums {
    hit: Samples,
    miss: Samples,
    byte: Samples,
    capacity: f64,
    whole: f64,
    rates: Vec<f64>,
    rows: usize,
}

impl Sums {
    fn add(&mut self, row: &Row) -> Result<()> {
        let before = self.hit.count();
        self.hit.add(row, Metric::HitRatio.of(row)?)?;
        self.miss.add(row, Metric::MissRatio.of(row)?)?;
        if row.size_mode == "bytes" {
            self.byte.add(row, Metric::ByteHitRatio.of(row)?)?;
        }
        if self.hit.count() > before {
            self.capacity += row.capacity as f64;
            self.whole += if row.size_mode == "bytes" { row.footprint_bytes } else { row.objects } as f64;
            self.rows += 1;
        }
        if row.requests_per_second > 0.0 && row.requests_per_second.is_finite() {
            self.rates.push(row.requests_per_second);
        }
        Ok(())
    }

    fn finish(&self, point: &mut Point) {
        let rows = self.rows.max(1) as f64;
        point.capacity = self.capacity / rows;
        point.share = (self.whole > 0.0).then(|| self.capacity / self.whole);
        (point.hit, point.miss) = (self.hit.mean(), self.miss.mean());
        point.byte = (self.byte.count() > 0).then(|| self.byte.mean());
        point.count = self.hit.count();
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        point.rate = (!rates.is_empty()).then(|| quantile(&rates, 0.5));
    }
}

/// Groups the rows that finished.
///
/// # Errors
/// A ratio that is none from 0 to 1, or two rows of one cell that disagree; the message names the row.
pub(super) fn collect(rows: &[Row]) -> Result<Points> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    let Classes { series: found, datasets, circumstances } =
        classify(&done.iter().map(|(_, row)| *row).collect::<Vec<_>>());
    let mut points = Points { of_row: vec![None; rows.len()], ..Points::default() };
    let labels = found.labels.into_iter().zip(found.policies);
    points.series = labels.map(|(label, policy)| Series::new(label, policy)).collect();
    let (mut panels, mut sizes, mut places) = (Index(HashMap::new()), Index(HashMap::new()), Index(HashMap::new()));
    let mut traces: Vec<Place<'_>> = Vec::new();
    let mut sums: Vec<Sums> = Vec::new();
    let places_of = datasets.iter().zip(&circumstances);
    for (((i, row), &series), (dataset, around)) in done.into_iter().zip(&found.of_row).zip(places_of) {
        let trace = ((dataset.as_str(), row.trace.as_str(), row.size_mode == "bytes"), around.as_str());
        let (panel, new) = panels.number(trace);
        if new {
            traces.push(trace);
        }
        let written = if row.capacity_given.is_empty() { row.capacity.to_string() } else { row.capacity_given.clone() };
        let (size, new) = sizes.number(written.clone());
        if new {
            points.sizes.push(written);
        }
        let (at, new) = places.number((panel, series, size));
        if new {
            points.list.push(Point::at(panel, series, size, row.requests));
            points.series[series].params.clone_from(&row.params);
            sums.push(Sums::default());
        }
        sums[at].add(row).map_err(|e| e.at(format!("row {} ({}, {})", i + 1, row.policy, row.trace)))?;
        points.of_row[i] = Some(at);
    }
    points.list.iter_mut().zip(&sums).for_each(|(point, sums)| sums.finish(point));
    points.order_sizes();
    points.panels = traces.iter().map(|trace| Panel { name: panel_name(*trace, &traces), bytes: trace.0.2 }).collect();
    Ok(points)
}

/// A trace, and the time to live, warm-up and the like where they vary: numbers of several are never compared.
type Place<'a> = (Where<'a>, &'a str);

/// The trace, with what sets it apart from others of its name.
fn panel_name((trace, around): Place<'_>, all: &[Place<'_>]) -> String {
    let title = panel_title(trace, &all.iter().map(|(trace, _)| *trace).collect::<Vec<_>>());
    if around.is_empty() { title } else { format!("{title}, {around}") }
}

impl Series {
    fn new(label: String, policy: String) -> Self {
        let oracle = registry::find(&policy).is_ok_and(|unit| unit.entry.info.needs.next_use);
        Self { label, policy, params: String::new(), oracle }
    }
}

impl Point {
    fn at(panel: usize, series: usize, size: usize, requests: u64) -> Self {
        Self {
            panel,
            series,
            size,
            capacity: 0.0,
            share: None,
            hit: 0.0,
            miss: 0.0,
            byte: None,
            requests,
            count: 0,
            rate: None,
        }
    }
}

impl Points {
    /// Numbers the sizes anew, rising: by their mean share of the trace, or their mean capacity where a share is unknown.
    fn order_sizes(&mut self) {
        let shares = self.list.iter().all(|p| p.share.is_some());
        let mut sums = vec![(0.0, 0u32); self.sizes.len()];
        for point in &self.list {
            sums[point.size].0 += point.share.filter(|_| shares).unwrap_or(point.capacity);
            sums[point.size].1 += 1;
        }
        let mean = |size: usize| sums[size].0 / f64::from(sums[size].1.max(1));
        let mut order: Vec<usize> = (0..self.sizes.len()).collect();
        order.sort_by(|a, b| mean(*a).total_cmp(&mean(*b)));
        let mut number = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, old)| number[*old] = new);
        self.list.iter_mut().for_each(|point| point.size = number[point.size]);
        self.sizes = order.iter().map(|old| std::mem::take(&mut self.sizes[*old])).collect();
    }

    /// The series against which reductions are drawn: FIFO and LRU, with all their parameters.
    fn baselines(&self) -> Vec<usize> {
        let of = |name| move |i: &usize| self.series[*i].policy == name;
        let all = || 0..self.series.len();
        all().filter(of("fifo")).chain(all().filter(of("lru"))).take(6).collect()
    }

    /// The reduction of each point's miss ratio against a series; nothing where that was not measured at the same place.
    fn reductions(&self, baseline: usize) -> Vec<Option<f64>> {
        let of_baseline = self.list.iter().filter(|p| p.series == baseline);
        let base: HashMap<(usize, usize), f64> = of_baseline.map(|p| ((p.panel, p.size), p.miss)).collect();
        self.list.iter().map(|p| Some(reduction(*base.get(&(p.panel, p.size))?, p.miss))).collect()
    }

    /// What the page's script reads; points are in columns.
    pub(super) fn json(&self) -> Value {
        let list = &self.list;
        let numbers = |of: fn(&Point) -> f64| list.iter().map(|p| short(of(p))).collect::<Value>();
        let maybe = |of: fn(&Point) -> Option<f64>| {
            let known = list.iter().any(|p| of(p).is_some());
            known.then(|| list.iter().map(|p| of(p).map_or(Value::Null, short)).collect::<Value>())
        };
        let reductions = self.baselines().into_iter().map(|baseline| {
            let values: Vec<Value> =
                self.reductions(baseline).into_iter().map(|r| r.map_or(Value::Null, short)).collect();
            json!({"series": baseline, "values": values})
        });
        let policies: Vec<&str> = self.series.iter().map(|s| s.policy.as_str()).collect();
        let series = self.series.iter().zip(looks(&policies)).map(|(series, look)| series.json(look));
        json!({
            "series": series.collect::<Value>(),
            "panels": self.panels.iter().map(|p| json!({"name": p.name, "bytes": p.bytes})).collect::<Value>(),
            "sizes": self.sizes,
            "points": {
                "panel": list.iter().map(|p| p.panel).collect::<Value>(),
                "series": list.iter().map(|p| p.series).collect::<Value>(),
                "size": list.iter().map(|p| p.size).collect::<Value>(),
                "capacity": numbers(|p| p.capacity),
                "share": maybe(|p| p.share),
                "hit": numbers(|p| p.hit),
                "miss": numbers(|p| p.miss),
                "byte": maybe(|p| p.byte),
                "requests": list.iter().map(|p| p.requests).collect::<Value>(),
                "count": list.iter().map(|p| p.count).collect::<Value>(),
                "rate": maybe(|p| p.rate.map(libm::round)),
            },
            "reductions": reductions.collect::<Value>(),
        })
    }
}

impl Series {
    fn json(&self, style: Style) -> Value {
        let (r, g, b) = style.color;
        let symbol = match style.marker.shape {
            Shape::Circle => "circle",
            Shape::Square => "square",
            Shape::Diamond => "diamond",
            Shape::Up => "triangle-up",
            Shape::Down => "triangle-down",
            Shape::Plus => "cross-thin",
            Shape::Cross => "x-thin",
        };
        // The theme's lengths are in text sizes; the page's text is 13 pixels high.
        let dash: Vec<String> = style.dash.iter().map(|length| format!("{}px", libm::round(length * 13.0))).collect();
        json!({
            "label": self.label,
            "policy": self.policy,
            "params": self.params,
            "color": format!("#{r:02x}{g:02x}{b:02x}"),
            "symbol": symbol,
            "filled": style.marker.filled,
            "dash": if dash.is_empty() { "solid".to_owned() } else { dash.join(",") },
        })
    }
}

/// A number for a chart: eight decimals are more than a screen can show.
pub(super) fn short(value: f64) -> Value {
    let rounded = libm::round(value * 1e8) / 1e8;
    if rounded.fract().abs() < f64::EPSILON && rounded.abs() < 9e15 { json!(rounded as i64) } else { json!(rounded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::row;

    #[test]
    fn repetitions_are_one_point_with_their_mean() {
        let mut rows = vec![row("t", "lru", 10, 0.25), row("t", "lru", 10, 0.75), row("t", "fifo", 10, 0.25)];
        rows[1].repetition = 1;
        rows[1].requests_per_second = 4e6;
        let points = collect(&rows).unwrap();
        assert_eq!(points.of_row, [Some(0), Some(0), Some(1)]);
        let point = &points.list[0];
        assert_eq!((point.hit, point.miss, point.count, point.rate), (0.5, 0.5, 2, Some(4e6)));
        assert_eq!(point.byte, None);
        assert_eq!(points.list[1].rate, None);
    }

    #[test]
    fn reductions_are_against_the_baseline_of_the_same_place() {
        let rows =
            [row("t", "lru", 10, 0.6), row("t", "fifo", 10, 0.5), row("u", "lru", 10, 0.6), row("t", "arc", 10, 0.25)];
        let points = collect(&rows).unwrap();
        let json = points.json();
        assert_eq!(json["reductions"][0]["series"], 1);
        // By hand: a miss ratio of 0.4 instead of 0.5, and of 0.75 instead of 0.5.
        assert_eq!(json["reductions"][0]["values"], json!([0.2, 0, null, -0.333_333_33]));
    }

    #[test]
    fn sizes_rise_and_traces_of_one_name_are_told_apart() {
        let mut rows = vec![row("t", "lru", 500, 0.5), row("t", "lru", 20, 0.25), row("t", "lru", 20, 0.125)];
        rows[2].size_mode = "bytes".into();
        let points = collect(&rows).unwrap();
        assert_eq!(points.sizes, ["20", "500"]);
        assert_eq!(points.list.iter().map(|p| p.size).collect::<Vec<_>>(), [1, 0, 0]);
        assert_eq!(points.panels.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["t (objects)", "t (bytes)"]);
        assert_eq!(points.list[2].byte, Some(0.125));
    }

    #[test]
    fn what_cannot_be_drawn_names_its_row() {
        let mut rows = [row("t", "lru", 10, 0.5), row("t", "sieve", 10, 0.5)];
        rows[1].hit_ratio = f64::NAN;
        assert!(collect(&rows).unwrap_err().message().starts_with("row 2 (sieve, t): hit_ratio"));
    }
}
