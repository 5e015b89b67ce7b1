//! Sweeps of two parameters: for each group of cells that differ in nothing else, the ratios over the two.

use super::points::short;
use crate::record::{Row, Status};
use crate::stats::Samples;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What cells of one group have in common: names and values.
type Settings = Vec<(&'static str, String)>;

/// A group: its settings, and by column and row of the map the sums of hit ratios and miss ratios, and how many.
struct Group {
    settings: Settings,
    cells: HashMap<(usize, usize), (Samples, Samples)>,
}

/// What the page's script reads; nothing unless the rows vary exactly two parameters.
pub(super) fn json(rows: &[Row]) -> Option<Value> {
    let done: Vec<&Row> = rows.iter().filter(|row| row.status == Status::Ok).collect();
    let mut names: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, value) in done.iter().flat_map(|row| &row.parameters) {
        let at = names.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            names.push((name, Vec::new()));
            names.len() - 1
        });
        if !names[at].1.contains(&value.as_str()) {
            names[at].1.push(value);
        }
    }
    let [first, second] = <[_; 2]>::try_from(names).ok()?;
    // The longer one goes to the right, where there is more room.
    let (mut x, mut y) = if first.1.len() >= second.1.len() { (first, second) } else { (second, first) };
    if y.1.len() < 2 {
        return None;
    }
    sort(&mut x.1);
    sort(&mut y.1);
    let mut groups: Vec<Group> = Vec::new();
    for row in done {
        let place = |(name, values): &(&str, Vec<&str>)| {
            let value = row.parameters.iter().find(|(known, _)| known == name).map(|(_, v)| v.as_str())?;
            values.iter().position(|known| *known == value)
        };
        let (Some(column), Some(line)) = (place(&x), place(&y)) else { continue };
        let settings = settings(row, &[x.0, y.0]);
        let at = groups.iter().position(|group| group.settings == settings).unwrap_or_else(|| {
            groups.push(Group { settings, cells: HashMap::new() });
            groups.len() - 1
        });
        let (hit, miss) = groups[at].cells.entry((column, line)).or_default();
        // A row that disagrees with its twin was refused when the points were made.
        let _ = hit.add(row, row.hit_ratio);
        let _ = miss.add(row, row.miss_ratio);
    }
    let labels: Vec<String> = groups.iter().map(|group| label(group, &groups)).collect();
    let maps = groups.iter().zip(labels).map(|(group, label)| {
        let map = |of: fn(&(Samples, Samples)) -> f64| -> Value {
            let line =
                |y| (0..x.1.len()).map(|x| group.cells.get(&(x, y)).map_or(Value::Null, |c| short(of(c)))).collect();
            (0..y.1.len()).map(line).collect::<Vec<Value>>().into()
        };
        let (hit, miss) = (map(|c| c.0.mean()), map(|c| c.1.mean()));
        json!({"label": label, "hit": hit, "miss": miss, "count": map(|c| c.0.count() as f64)})
    });
    let groups = maps.collect::<Value>();
    Some(json!({"x": {"name": x.0, "values": x.1}, "y": {"name": y.0, "values": y.1}, "groups": groups}))
}

/// By number where all are numbers.
fn sort(values: &mut [&str]) {
    let numbers: Option<Vec<f64>> = values.iter().map(|v| v.parse().ok().filter(|n: &f64| n.is_finite())).collect();
    if let Some(numbers) = numbers {
        let mut both: Vec<(f64, &str)> = numbers.into_iter().zip(values.iter().copied()).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        values.iter_mut().zip(both).for_each(|(value, (_, sorted))| *value = sorted);
    }
}

/// Everything that makes cells different experiments, but for the swept parameters, seeds and repetitions.
fn settings(row: &Row, swept: &[&str]) -> Settings {
    let params = row.params.split(';').filter(|p| !swept.contains(&p.split('=').next().unwrap_or("")));
    let size = if row.capacity_given.is_empty() { row.capacity.to_string() } else { row.capacity_given.clone() };
    vec![
        ("", row.policy.clone()),
        ("", params.collect::<Vec<_>>().join(" ")),
        ("", stem(row, swept)),
        ("dataset", row.dataset.clone()),
        ("cache size", size),
        ("sizes", row.size_mode.clone()),
        ("admission", row.admission.clone()),
        ("prefetch", row.prefetch.clone()),
        ("ttl", format!("{} {}", row.ttl_mode, row.ttl_given)),
        ("warm-up", row.warmup_given.clone()),
        ("operations", row.operations.clone()),
        ("size change", row.size_change.clone()),
        ("blocks", row.blocks.clone()),
        ("filter", row.filter.clone()),
    ]
}

/// The trace; where a parameter in a workload's spec is swept, without its value.
fn stem(row: &Row, swept: &[&str]) -> String {
    let Some((workload, pairs)) = row.trace.split_once(':') else { return row.trace.clone() };
    let fixed = pairs.split(',').map(|pair| match pair.split_once('=') {
        Some((name, _)) if swept.contains(&name) && row.parameters.iter().any(|(known, _)| known == name) => {
            format!("{name}=*")
        }
        _ => pair.to_owned(),
    });
    format!("{workload}:{}", fixed.collect::<Vec<_>>().join(","))
}

/// The settings in which a group differs from another; where it is alone, the policy and the size.
fn label(group: &Group, all: &[Group]) -> String {
    let differs = |i: &usize| all.iter().any(|other| other.settings[*i].1 != group.settings[*i].1);
    let mut telling: Vec<usize> = (0..group.settings.len()).filter(differs).collect();
    if telling.is_empty() {
        telling = vec![0, 2, 4];
    }
    let shown = telling.into_iter().map(|i| {
        let (name, value) = &group.settings[i];
        if name.is_empty() { value.clone() } else { format!("{name} {value}") }
    });
    shown.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(alpha: &str, small: &str, size: &str, seed: u64, hit_ratio: f64) -> Row {
        Row {
            trace: format!("zipf:alpha={alpha},objects=1000"),
            policy: "s3-fifo".into(),
            params: format!("ghost=0.9;small={small}"),
            capacity_given: size.into(),
            seed,
            hit_ratio,
            miss_ratio: 1.0 - hit_ratio,
            parameters: vec![("alpha".into(), alpha.into()), ("small".into(), small.into())],
            ..Row::default()
        }
    }

    #[test]
    fn two_parameters_make_a_map_for_each_setting_of_the_rest() {
        let lru = Row {
            policy: "lru".into(),
            params: String::new(),
            parameters: vec![("alpha".into(), "1.0".into())],
            ..row("1.0", "", "1%", 0, 0.9)
        };
        let rows = [
            row("1.0", "0.1", "1%", 1, 0.5),
            row("0.8", "0.1", "1%", 1, 0.25),
            row("0.8", "0.1", "1%", 2, 0.75),
            row("0.8", "0.05", "1%", 1, 0.125),
            row("1.2", "0.1", "5%", 1, 0.5),
            lru,
        ];
        let made = json(&rows).unwrap();
        assert_eq!(made["x"], json!({"name": "alpha", "values": ["0.8", "1.0", "1.2"]}));
        assert_eq!(made["y"], json!({"name": "small", "values": ["0.05", "0.1"]}));
        assert_eq!(made["groups"][0]["label"], "cache size 1%");
        assert_eq!(made["groups"][0]["hit"], json!([[0.125, null, null], [0.5, 0.5, null]]));
        assert_eq!(made["groups"][0]["count"][1], json!([2, 1, null]));
        assert_eq!(made["groups"][1]["miss"], json!([[null, null, null], [null, null, 0.5]]));
        assert_eq!(made["groups"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn one_or_three_parameters_make_none() {
        let mut rows = vec![row("1", "0.1", "1%", 0, 0.5), row("2", "0.2", "1%", 0, 0.5)];
        for row in &mut rows {
            row.parameters.truncate(1);
        }
        assert_eq!(json(&rows), None);
        rows[0].parameters.extend([("b".into(), "1".into()), ("c".into(), "1".into())]);
        assert_eq!(json(&rows), None);
        assert_eq!(json(&[]), None);
    }

    #[test]
    fn values_that_are_no_numbers_keep_their_order() {
        let mut values = vec!["main", "10", "9"];
        sort(&mut values);
        assert_eq!(values, ["main", "10", "9"]);
        let mut values = vec!["10", "9", "1e-1"];
        sort(&mut values);
        assert_eq!(values, ["1e-1", "9", "10"]);
    }
}
