//! The table of how far the others are behind the best.

use super::bootstrap::Bootstrap;
use super::close::less;
use super::observation::{Observation, Place};
use super::reduction;
use super::spread::spread;
use super::summary::Group;
use super::table::{Column, Table, Unit};
use super::tables::{LEFT_OUT, Values, by_series, column, datasets, ends, interval_notes, intervals, sorted};
use std::collections::HashMap;

/// A series' reduction at a place.
type Point<'a> = (&'a Observation, f64);

/// How far the others are behind the best, with paired intervals. The baseline takes part, with a reduction of 0. The best
/// is chosen among those observed wherever the baseline is, so that means over the same places are compared.
pub(super) fn behind_best(groups: &[Group<'_>], baseline: &str, bootstrap: &Bootstrap) -> Table {
    const COLUMNS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("datasets", "datasets", Unit::Count),
        column("mean", "mean", Unit::Percent),
        column("low", "low", Unit::Percent),
        column("high", "high", Unit::Percent),
        LEFT_OUT,
    ];
    let mean = |points: &[(&str, f64)]| spread(points, bootstrap.weighting).map_or(f64::NAN, |spread| spread.mean);
    let (mut lines, mut fewest, mut bests) = (Vec::new(), None, Vec::new());
    for group in groups {
        let found = against(&group.fair, baseline);
        let values = by_series(found.iter().map(|(o, r)| (o.series.as_str(), o.dataset.as_str(), *r)));
        let most = values.iter().find(|(series, _)| *series == baseline).map_or(0, |(_, points)| points.len());
        let everywhere = values.iter().filter(|(_, points)| points.len() == most);
        let means = everywhere.map(|(series, points)| (*series, mean(points)));
        let Some((best, _)) = means.reduce(|a, b| if less(a.1, b.1) { b } else { a }) else { continue };
        let differences = behind(&found, best);
        let places = group.places();
        let mut own = Vec::new();
        for ((series, points), interval) in differences.iter().zip(intervals(&differences, bootstrap)) {
            let clusters = datasets(points);
            let mut cells = vec![Some(points.len() as f64), Some(clusters as f64), Some(mean(points))];
            cells.extend(ends(interval));
            cells.push(Some((places - points.len()) as f64));
            own.push(group.line(series, cells));
            fewest = Some(clusters.min(fewest.unwrap_or(usize::MAX)));
        }
        if own.is_empty() {
            continue;
        }
        lines.extend(sorted(own, 2, true));
        bests.push(if group.name() == "all" { best.to_owned() } else { format!("{} {best}", group.name()) });
    }
    let mut notes =
        vec![format!("the best mean reduction of those observed wherever {baseline} is: {}", bests.join(", "))];
    notes.push(
        "its reduction less that of the series, at the same places; where the interval holds 0, they may be alike"
            .into(),
    );
    notes.extend(interval_notes(bootstrap, fewest));
    let title = format!("Behind the best series, in percentage points of the reduction against {baseline}");
    Table { name: format!("behind-best:{baseline}"), title, notes, columns: COLUMNS, lines }
}

/// The reductions of all series, the baseline among them, wherever the baseline was observed.
fn against<'a>(observations: &[&'a Observation], baseline: &str) -> Vec<Point<'a>> {
    let base: HashMap<Place<'_>, f64> =
        observations.iter().filter(|o| o.series == baseline).map(|o| (o.place(), o.mean)).collect();
    observations.iter().filter_map(|o| Some((*o, reduction(*base.get(&o.place())?, o.mean)))).collect()
}

/// The reduction of `best` less that of the other series, where both were observed.
fn behind<'a>(found: &[Point<'a>], best: &str) -> Values<'a> {
    let bests: HashMap<Place<'a>, f64> =
        found.iter().filter(|(o, _)| o.series == best).map(|(o, r)| (o.place(), *r)).collect();
    let others = found.iter().filter(|(o, _)| o.series != best);
    by_series(others.filter_map(|(o, r)| Some((o.series.as_str(), o.dataset.as_str(), bests.get(&o.place())? - r))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Row;
    use crate::stats::{Metric, Sizes, SummaryOptions, observe, summarise};

    /// Series and means of the table, and its first note.
    fn table(rows: &[(&str, &str, f64)]) -> (Vec<(String, f64)>, String) {
        let row = |(trace, policy, miss_ratio): &(&str, &str, f64)| Row {
            trace: (*trace).into(),
            policy: (*policy).into(),
            capacity: 5,
            miss_ratio: *miss_ratio,
            hit_ratio: 1.0 - miss_ratio,
            ..Row::default()
        };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        let options = SummaryOptions {
            baselines: None,
            oracles: Vec::new(),
            sizes: Sizes::Together,
            bootstrap: Bootstrap::default(),
        };
        let tables = summarise(&observe(&rows, Metric::MissRatio).unwrap(), &options).unwrap().tables;
        let table = tables.into_iter().find(|table| table.name == "behind-best:fifo").unwrap();
        let means = table.lines.iter().map(|line| (line.series.clone(), line.values[2].unwrap())).collect();
        (means, table.notes[0].clone())
    }

    #[test]
    fn the_baseline_can_be_the_best() {
        let (lines, note) = table(&[("a", "fifo", 0.25), ("a", "lru", 0.5), ("b", "fifo", 0.5), ("b", "lru", 0.5)]);
        assert_eq!(lines, [("lru".to_owned(), 0.25)]);
        assert!(note.ends_with(": fifo"), "{note}");
    }

    #[test]
    fn the_best_is_chosen_where_all_candidates_are() {
        // sieve halves the misses on the one trace on which it was run; lru does as well there, and less elsewhere.
        let (lines, note) = table(&[
            ("a", "fifo", 0.5),
            ("a", "lru", 0.25),
            ("a", "sieve", 0.25),
            ("b", "fifo", 0.5),
            ("b", "lru", 0.4),
            ("c", "lru", 0.9),
        ]);
        assert!(note.ends_with(": lru"), "{note}");
        assert_eq!(lines[0], ("sieve".to_owned(), 0.0));
        assert!((lines[1].1 - 0.35).abs() < 1e-12 && lines[1].0 == "fifo", "{lines:?}");
    }
}
