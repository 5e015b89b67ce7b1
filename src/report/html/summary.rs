//! The study in numbers: how much was run, and what did best where.

use super::Table;
use super::points::{Point, Points};
use crate::core::quantity::show_count;
use crate::record::{Row, Status};
use std::collections::HashSet;

/// A table of the best has at most so many rows and columns; the charts and the results have the rest.
const MOST_ROWS: usize = 300;
const MOST_SIZES: usize = 24;

/// A number and what it counts.
pub(super) type Fact = (String, &'static str);

/// The facts at the head of the page.
pub(super) fn facts(rows: &[Row], points: &Points) -> Vec<Fact> {
    let failed = rows.iter().filter(|row| row.status == Status::Failed).count();
    let distinct = |of: fn(&Row) -> &str| rows.iter().map(of).collect::<HashSet<_>>().len();
    let one = |count: usize, one, many| (show_count(count as u64), if count == 1 { one } else { many });
    let mut facts = vec![
        one(rows.len(), "cell", "cells"),
        one(distinct(|row| &row.trace), "trace", "traces"),
        one(distinct(|row| &row.policy), "policy", "policies"),
    ];
    if points.series.len() > distinct(|row| &row.policy) {
        facts.push(one(points.series.len(), "setting of policies", "settings of policies"));
    }
    facts.push(one(points.sizes.len(), "cache size", "cache sizes"));
    let repetitions = rows.iter().map(|row| (row.seed, row.repetition)).collect::<HashSet<_>>().len();
    if repetitions > 1 {
        facts.push(one(repetitions, "repetition", "seeds and repetitions"));
    }
    facts.push(one(failed, "failed cell", "failed cells"));
    facts
}

/// The best policies for each trace and size; nothing where there is no choice.
pub(super) fn best(points: &Points) -> Option<Table> {
    let online = points.series.iter().filter(|series| !series.oracle).count();
    if online < 2 || points.list.is_empty() {
        return None;
    }
    let panels = points.panels.len().min(MOST_ROWS);
    let sizes = points.sizes.len().min(MOST_SIZES);
    let mut head = vec!["trace".to_owned()];
    head.extend(points.sizes[..sizes].iter().cloned());
    let mut rows: Vec<Vec<String>> = (0..panels).map(|p| vec![points.panels[p].name.clone()]).collect();
    let mut at: Vec<Vec<&Point>> = vec![Vec::new(); panels * sizes];
    for point in points.list.iter().filter(|p| p.panel < panels && p.size < sizes) {
        at[point.panel * sizes + point.size].push(point);
    }
    for (i, place) in at.iter().enumerate() {
        rows[i / sizes].push(winners(place, points));
    }
    let mut notes = vec!["Lowest miss ratio, and its hit ratio.".to_owned()];
    if online < points.series.len() {
        notes.push("A policy that knows the future does not compete: it is given in brackets, as a bound.".to_owned());
    }
    if panels < points.panels.len() || sizes < points.sizes.len() {
        notes.push(format!(
            "{panels} of {} traces and {sizes} of {} cache sizes are shown.",
            points.panels.len(),
            points.sizes.len()
        ));
    }
    Some(Table { title: "Best policy by trace and cache size".into(), notes, head, rows })
}

/// Lines of a cell: the winners, their hit ratio, and `(belady 52.30 %)`.
fn winners(place: &[&Point], points: &Points) -> String {
    let oracle = |p: &&&Point| points.series[p.series].oracle;
    let percent = |ratio: f64| format!("{:.2} %", ratio * 100.0);
    let label = |p: &Point| points.series[p.series].label.clone();
    let online = || place.iter().filter(|p| !oracle(p));
    let Some(best) = online().min_by(|a, b| a.miss.total_cmp(&b.miss)) else { return String::new() };
    // Means of equal ratios may differ in the last bit.
    let mut lines: Vec<String> = online().filter(|p| p.miss - best.miss < 1e-12).map(|p| label(p)).collect();
    let ties = lines.len();
    lines.truncate(2);
    if ties > 2 {
        lines.push(format!("and {} more", ties - 2));
    }
    lines.push(percent(best.hit));
    if let Some(bound) = place.iter().filter(oracle).min_by(|a, b| a.miss.total_cmp(&b.miss)) {
        lines.push(format!("({} {})", label(bound), percent(bound.hit)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::points::collect;
    use super::*;
    use crate::report::sample::row;

    #[test]
    fn the_best_is_named_with_ties_and_bounds() {
        let rows = [
            row("t", "lru", 10, 0.4),
            row("t", "sieve", 10, 0.5),
            row("t", "belady", 10, 0.75),
            row("t", "lru", 20, 0.6),
            row("t", "sieve", 20, 0.6),
            row("t", "arc", 20, 0.6),
            row("u", "lru", 20, 0.125),
        ];
        let table = best(&collect(&rows).unwrap()).unwrap();
        assert_eq!(table.head, ["trace", "10", "20"]);
        let first = ["t", "sieve\n50.00 %\n(belady 75.00 %)", "lru\nsieve\nand 1 more\n60.00 %"];
        assert_eq!(table.rows, [first, ["u", "", "lru\n12.50 %"]]);
        assert!(table.notes[1].contains("in brackets"));
    }

    #[test]
    fn one_policy_is_no_contest() {
        assert_eq!(best(&collect(&[row("t", "lru", 10, 0.4), row("t", "belady", 10, 0.5)]).unwrap()), None);
    }

    #[test]
    fn facts_count() {
        let mut rows = vec![row("t", "lru", 10, 0.4), row("t", "sieve", 10, 0.5)];
        rows[1].status = Status::Failed;
        let facts = facts(&rows, &collect(&rows).unwrap());
        let text: Vec<String> = facts.iter().map(|(n, what)| format!("{n} {what}")).collect();
        assert_eq!(text, ["2 cells", "1 trace", "2 policies", "1 cache size", "1 failed cell"]);
    }
}
