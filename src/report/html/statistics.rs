//! The statistics over all traces, as tables of the page.

use super::Table;
use super::points::Points;
use crate::core::Result;
use crate::record::Row;
use crate::stats::{self, Bootstrap, Metric, Sizes, SummaryOptions, summarise_survey, survey};

/// Up to so many cache sizes are summarised one by one, more together: `evictlab summary` does the same.
const FEW_SIZES: usize = 4;

/// Tables of more series are no summary, and the bootstrap of thousands takes too long for a page.
const MOST_SERIES: usize = 60;

/// What there is to say about all traces together.
pub(super) enum Statistics {
    /// What was summarised, and how it came out; no tables where there is nothing to compare.
    Tables(String, Vec<Table>),
    /// Left out, for so many series.
    TooMany(usize),
}

/// The tables of miss ratios over traces. One trace has no statistics; its numbers are in the table of the best.
///
/// # Errors
/// A ratio that is none from 0 to 1, or two rows of one cell that disagree.
pub(super) fn tables(rows: &[Row], points: &Points) -> Result<Statistics> {
    let none = Statistics::Tables(String::new(), Vec::new());
    if points.panels.len() < 2 || points.series.len() < 2 {
        return Ok(none);
    }
    if points.series.len() > MOST_SERIES {
        return Ok(Statistics::TooMany(points.series.len()));
    }
    let together = points.sizes.len() > FEW_SIZES;
    let options = SummaryOptions {
        baselines: None,
        oracles: points.series.iter().filter(|series| series.oracle).map(|series| series.policy.clone()).collect(),
        sizes: if together { Sizes::Together } else { Sizes::Each },
        bootstrap: Bootstrap::default(),
    };
    let summary = summarise_survey(&survey(rows, Metric::MissRatio)?, &options)?;
    let mut title = summary.title;
    if together {
        title.push_str("; all cache sizes are taken together");
    }
    Ok(Statistics::Tables(title, summary.tables.iter().map(table).collect()))
}

/// As the program prints it.
fn table(made: &stats::Table) -> Table {
    let (mut grid, _) = made.grid();
    let head = if grid.is_empty() { Vec::new() } else { grid.remove(0) };
    Table { title: made.title.clone(), notes: made.notes.clone(), head, rows: grid }
}

#[cfg(test)]
mod tests {
    use super::super::points::collect;
    use super::*;
    use crate::report::sample::row;

    fn made(rows: &[Row]) -> Vec<Table> {
        match tables(rows, &collect(rows).unwrap()).unwrap() {
            Statistics::Tables(_, tables) => tables,
            Statistics::TooMany(n) => panic!("{n}"),
        }
    }

    #[test]
    fn tables_are_those_of_the_summary() {
        let of = |trace, lru, sieve| [row(trace, "lru", 10, lru), row(trace, "sieve", 10, sieve)];
        let rows = [of("t", 0.5, 0.75), of("u", 0.5, 0.6)].concat();
        let tables = made(&rows);
        // By hand: (0.5 - 0.25) / 0.5 on one trace and (0.5 - 0.4) / 0.5 on the other; 35 % in the mean.
        let reduction = tables.iter().find(|table| table.title.contains("against lru")).unwrap();
        assert_eq!(reduction.head[..4], ["size", "series", "n", "mean"]);
        assert_eq!(reduction.rows[0][..4], ["10", "sieve", "2", "35.00"]);
        assert!(made(&rows[..2]).is_empty());
    }

    #[test]
    fn very_many_series_are_no_summary() {
        let name = |i| format!("policy-{i}");
        let rows: Vec<Row> =
            (0..=MOST_SERIES).flat_map(|i| ["t", "u"].map(|trace| row(trace, &name(i), 10, 0.5))).collect();
        let points = collect(&rows).unwrap();
        assert!(matches!(tables(&rows, &points).unwrap(), Statistics::TooMany(61)));
    }
}
