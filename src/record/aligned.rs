//! A table for people: columns of text beside each other.

use std::io::{self, Write};

/// A column of a table.
pub(super) struct Shown {
    head: String,
    /// Names go to the left, numbers to the right.
    left: bool,
    cells: Vec<String>,
}

impl Shown {
    /// A column of names.
    pub(super) fn left<T>(head: impl Into<String>, rows: &[T], cell: impl Fn(&T) -> String) -> Self {
        Self { head: head.into(), left: true, cells: rows.iter().map(cell).collect() }
    }

    /// A column of numbers.
    pub(super) fn right<T>(head: impl Into<String>, rows: &[T], cell: impl Fn(&T) -> String) -> Self {
        Self { left: false, ..Self::left(head, rows, cell) }
    }
}

/// Writes columns two spaces apart below their heads. A row with a note has it in place of the cells from column `from` on.
///
/// # Errors
/// The writer's.
pub(super) fn write_aligned(
    columns: &[Shown],
    from: usize,
    notes: &[Option<String>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = |text: &str| text.chars().count();
    let width = |(c, column): (usize, &Shown)| {
        let cells = column.cells.iter().zip(notes).filter(|(_, note)| c < from || note.is_none());
        cells.map(|(cell, _)| count(cell)).chain([count(&column.head)]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>, note: Option<&String>| {
        let mut line = String::new();
        let kept = if note.is_some() { from } else { columns.len() };
        for ((cell, column), width) in cells.zip(columns).zip(&widths).take(kept) {
            let pad = " ".repeat(width.saturating_sub(count(cell)));
            let parts = if column.left { [cell, &pad] } else { [pad.as_str(), cell] };
            line.extend(parts.into_iter().chain(["  "]));
        }
        line.push_str(note.map_or("", String::as_str));
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    };
    out.write_all(line(&mut columns.iter().map(|column| column.head.as_str()), None).as_bytes())?;
    for (row, note) in notes.iter().enumerate() {
        let mut cells = columns.iter().map(|column| column.cells[row].as_str());
        out.write_all(line(&mut cells, note.as_ref()).as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_left_numbers_right_and_a_note_instead_of_numbers() {
        let rows = [("a", 10), ("bcd", 5), ("e", 123_456)];
        let columns =
            [Shown::left("name", &rows, |row| row.0.to_owned()), Shown::right("n", &rows, |row| row.1.to_string())];
        let mut bytes = Vec::new();
        write_aligned(&columns, 1, &[None, None, Some("failed: no room".into())], &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "name   n\na     10\nbcd    5\ne     failed: no room\n");
    }
}
