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

/// Statistics of a series at a cache size under some circumstances.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The cache size as written, or `all`.
    pub size: String,
    /// The circumstances that vary, as in `ttl=off`; empty where none does.
    pub circumstance: String,
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
    /// Sizes and circumstances in order of appearance, the best series first.
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
    /// [`Line::circumstance`].
    pub circumstance: &'a str,
    /// [`Column::statistic`].
    pub statistic: &'a str,
    /// The number; nothing where it is not known.
    pub value: Option<f64>,
}

impl Table {
    /// The numbers, line by line.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.lines.iter().flat_map(move |line| {
            line.values.iter().zip(self.columns).map(move |(value, column)| Record {
                table: &self.name,
                series: &line.series,
                size: &line.size,
                circumstance: &line.circumstance,
                statistic: column.statistic,
                value: value.filter(|value| value.is_finite()),
            })
        })
    }

    /// As texts for people: the head, then the lines, and how many of the columns name things. Sizes, circumstances and
    /// series have a column where they tell something.
    pub fn grid(&self) -> (Vec<Vec<String>>, usize) {
        let shown = [
            self.lines.iter().any(|line| line.size != "all"),
            self.lines.iter().any(|line| !line.circumstance.is_empty()),
            self.lines.iter().any(|line| !line.series.is_empty()),
        ];
        let names = |texts: [&str; 3]| -> Vec<String> {
            texts.iter().zip(shown).filter(|(_, shown)| *shown).map(|(text, _)| (*text).to_owned()).collect()
        };
        let mut head = names(["size", "circumstances", "series"]);
        let left = head.len();
        head.extend(self.columns.iter().map(|column| column.heading.to_owned()));
        let line = |line: &Line| {
            let values = line.values.iter().zip(self.columns).map(|(value, column)| column.unit.show(*value));
            names([&line.size, &line.circumstance, &line.series]).into_iter().chain(values).collect()
        };
        (std::iter::once(head).chain(self.lines.iter().map(line)).collect(), left)
    }

    /// As aligned text: the title, the notes, the lines of each size and circumstance.
    pub fn text(&self) -> String {
        let (grid, left) = self.grid();
        let series = self.lines.iter().any(|line| !line.series.is_empty());
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (i, row) in grid.into_iter().enumerate() {
            let block = |i: usize| (&self.lines[i].size, &self.lines[i].circumstance);
            if i > 1 && series && block(i - 1) != block(i - 2) {
                rows.push(Vec::new());
            }
            rows.push(row);
        }
        let mut text = format!("{}\n", self.title);
        for note in &self.notes {
            let _ = writeln!(text, "  {note}");
        }
        text.push_str(&aligned(&rows, left..left + self.columns.len()));
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
            circumstance: String::new(),
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
        let records: Vec<_> = table.records().map(|r| (r.series, r.size, r.statistic, r.value)).collect();
        assert_eq!(records[1], ("lru", "1%", "mean", Some(0.1234)));
        assert_eq!(records[3], ("s3-fifo", "10%", "mean", None), "not known is no number in CSV and JSON");
    }

    #[test]
    fn all_sizes_together_need_no_column() {
        assert_eq!(table(&[("all", "lru", Some(0.0))]).text(), "Title\n  note\nseries   n  mean\nlru     12  0.00\n");
    }

    #[test]
    fn circumstances_have_blocks() {
        let mut table = table(&[("all", "lru", Some(0.5)), ("all", "lru", Some(0.25))]);
        (table.lines[0].circumstance, table.lines[1].circumstance) = ("ttl=off".into(), "ttl=50".into());
        let known =
            "circumstances  series   n   mean\nttl=off        lru     12  50.00\n\nttl=50         lru     12  25.00\n";
        assert_eq!(table.text(), format!("Title\n  note\n{known}"));
        assert_eq!(
            table.records().map(|r| r.circumstance).collect::<Vec<_>>(),
            ["ttl=off", "ttl=off", "ttl=50", "ttl=50"]
        );
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
