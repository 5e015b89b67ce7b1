//! A table of statistics: for people as aligned text, for programs as tidy records.

use serde::Serialize;
use std::fmt::Write as _;
use std::ops::Range;

/// How a number is shown to people. Records have it as it is: shares from 0 to 1, not percentages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A whole number.
    Count,
    /// A share, shown in percent with two decimals.
    Percent,
    /// Two decimals.
    Number,
    /// Three decimals, or `<0.001`.
    Probability,
}

impl Unit {
    /// The number as text; a dash for one that is not known.
    pub fn show(self, value: Option<f64>) -> String {
        match (self, value.filter(|value| !value.is_nan())) {
            (_, None) => "-".to_owned(),
            (_, Some(value)) if value.is_infinite() => value.to_string(),
            (Self::Count, Some(value)) => format!("{value:.0}"),
            // Adding 0 makes -0 a 0.
            (Self::Percent, Some(value)) => format!("{:.2}", (value * 1e4).round() / 1e2 + 0.0),
            (Self::Number, Some(value)) => format!("{:.2}", (value * 1e2).round() / 1e2 + 0.0),
            (Self::Probability, Some(value)) if value < 0.001 => "<0.001".to_owned(),
            (Self::Probability, Some(value)) => format!("{value:.3}"),
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in records.
    pub statistic: &'static str,
    /// Its name for people.
    pub heading: &'static str,
    /// How it is shown.
    pub unit: Unit,
}

/// Statistics of a series at a cache size.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The cache size as written, or `all`.
    pub size: String,
    /// Label of the series; empty where the statistics are of all series together.
    pub series: String,
    /// In the order of the columns.
    pub values: Vec<Option<f64>>,
}

/// A table of statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name in records, as in `reduction:fifo`.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What has to be known to read it.
    pub notes: Vec<String>,
    /// Behind the cache size and the series.
    pub columns: &'static [Column],
    /// Sizes in order of appearance, the best series first.
    pub lines: Vec<Line>,
}

/// One number of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record<'a> {
    /// [`Table::name`].
    pub table: &'a str,
    /// [`Line::series`].
    pub series: &'a str,
    /// [`Line::size`].
    pub size: &'a str,
    /// [`Column::statistic`].
    pub statistic: &'a str,
    /// The number.
    pub value: f64,
}

impl Table {
    /// The numbers that are known, line by line.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.lines.iter().flat_map(move |line| {
            line.values.iter().zip(self.columns).filter_map(move |(value, column)| {
                let value = value.filter(|value| !value.is_nan())?;
                let (series, size) = (line.series.as_str(), line.size.as_str());
                Some(Record { table: &self.name, series, size, statistic: column.statistic, value })
            })
        })
    }

    /// As aligned text: the title, the notes, the lines of each size. Without sizes there is no column of them.
    pub fn text(&self) -> String {
        let sizes = self.lines.iter().any(|line| line.size != self.lines[0].size || line.size != "all");
        let series = self.lines.iter().any(|line| !line.series.is_empty());
        let mut grid: Vec<Vec<String>> = Vec::new();
        let names = |size: &str, name: &str| -> Vec<String> {
            let named = [(sizes, size), (series, name)];
            named.into_iter().filter(|(shown, _)| *shown).map(|(_, text)| text.to_owned()).collect()
        };
        let left = names("", "").len();
        let mut head = names("size", "series");
        head.extend(self.columns.iter().map(|column| column.heading.to_owned()));
        grid.push(head);
        for (i, line) in self.lines.iter().enumerate() {
            if i > 0 && series && line.size != self.lines[i - 1].size {
                grid.push(Vec::new());
            }
            let mut row = names(&line.size, &line.series);
            row.extend(line.values.iter().zip(self.columns).map(|(value, column)| column.unit.show(*value)));
            grid.push(row);
        }
        let mut text = format!("{}\n", self.title);
        for note in &self.notes {
            let _ = writeln!(text, "  {note}");
        }
        text.push_str(&aligned(&grid, left..left + self.columns.len()));
        text
    }
}

/// Columns of equal width, those of `numbers` to the right and the others to the left. The first row is the head.
pub fn aligned(grid: &[Vec<String>], numbers: Range<usize>) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in grid {
        widths.resize(widths.len().max(row.len()), 0);
        row.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.chars().count()));
    }
    let mut text = String::new();
    for row in grid {
        let mut line = String::new();
        for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            let _ = if numbers.contains(&i) { write!(line, "{pad}{cell}  ") } else { write!(line, "{cell}{pad}  ") };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { statistic: "n", heading: "n", unit: Unit::Count },
        Column { statistic: "mean", heading: "mean", unit: Unit::Percent },
    ];

    fn table(lines: &[(&str, &str, Option<f64>)]) -> Table {
        let line = |(size, series, mean): &(&str, &str, Option<f64>)| Line {
            size: (*size).into(),
            series: (*series).into(),
            values: vec![Some(12.0), *mean],
        };
        Table {
            name: "t".into(),
            title: "Title".into(),
            notes: vec!["note".into()],
            columns: COLUMNS,
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn text_is_aligned_and_records_are_tidy() {
        let table = table(&[("1%", "lru", Some(0.1234)), ("10%", "s3-fifo", None)]);
        let known = "Title\n  note\nsize  series    n   mean\n1%    lru      12  12.34\n\n10%   s3-fifo  12      -\n";
        assert_eq!(table.text(), known);
        let records: Vec<_> = table.records().map(|r| (r.series, r.size, r.statistic, r.value.to_string())).collect();
        assert_eq!(records[1], ("lru", "1%", "mean", "0.1234".to_owned()));
        assert_eq!(records.len(), 3);
    }

    #[test]
    fn all_sizes_together_need_no_column() {
        assert_eq!(table(&[("all", "lru", Some(0.0))]).text(), "Title\n  note\nseries   n  mean\nlru     12  0.00\n");
    }

    #[test]
    fn numbers_are_shown_by_their_unit() {
        let shown = [
            Unit::Percent.show(Some(-0.000_001)),
            Unit::Probability.show(Some(1e-5)),
            Unit::Probability.show(Some(0.04567)),
            Unit::Number.show(Some(f64::INFINITY)),
            Unit::Count.show(None),
        ];
        assert_eq!(shown, ["0.00", "<0.001", "0.046", "inf", "-"]);
    }
}
