//! A layout made ready for a file: columns as places in a row, options in force.

use super::{Clock, Header, Key, Layout, MOST_COLUMNS, Range, Separator, Words};
use crate::core::{Error, Result};
use crate::trace::field;
use crate::trace::ranges::{self, expand};
use crate::trace::spec::{Options, bad_value};

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    /// Its place in a row, from 0.
    pub(super) at: usize,
    /// Its name.
    pub(super) name: &'static str,
}

/// Which object a row asks for.
#[derive(Debug, Clone)]
pub(super) enum KeyPlan {
    Integer(Column),
    Signed(Column),
    Hexadecimal(Column),
    Text(Vec<Column>),
    Range { volume: Vec<Column>, start: Column, length: Column, is: Range },
}

/// How the rows of one file are read.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) layout: &'static Layout,
    pub(super) key: KeyPlan,
    pub(super) time: Option<(Column, Clock)>,
    pub(super) size: Vec<Column>,
    pub(super) op: Option<(Column, Words)>,
    pub(super) ttl: Option<Column>,
    pub(super) tenant: Vec<Column>,
    pub(super) count: Option<Column>,
    /// Fields of a row up to the last that is needed.
    pub(super) needed: usize,
    /// A column that may hold the separator, and the number of columns.
    pub(super) inner: Option<(Column, usize)>,
    /// Bytes of a block, where ranges are expanded.
    pub(super) block: Option<u64>,
    pub(super) options: Options,
}

impl Plan {
    /// For a file with this first row.
    pub(super) fn new(layout: &'static Layout, options: &Options, first: &[u8]) -> Result<Self> {
        let names: Vec<&[u8]> = match layout.header {
            Header::Names => names(layout, first),
            Header::Perhaps => layout.columns.iter().map(|name| name.as_bytes()).collect(),
        };
        let find = |name: &&'static str| column(layout, &names, name);
        let all = |names: &'static [&'static str]| names.iter().map(find).collect::<Result<Vec<_>>>();
        // A header may leave out what is not the object: publishers changed their minds.
        let perhaps = |name: &'static str| find(&name).ok();
        if layout.header == Header::Names {
            layout.required.iter().try_for_each(|name| find(name).map(drop))?;
        }
        let key = match &layout.key {
            Key::Integer(name) => KeyPlan::Integer(find(name)?),
            Key::Signed(name) => KeyPlan::Signed(find(name)?),
            Key::Hexadecimal(name) => KeyPlan::Hexadecimal(find(name)?),
            Key::Text(names) => KeyPlan::Text(all(names)?),
            Key::Range(is) => {
                let (volume, start, length) = (all(is.volume)?, find(&is.start)?, find(&is.length)?);
                KeyPlan::Range { volume, start, length, is: *is }
            }
        };
        let block = match layout.key {
            Key::Range(range) => expand(layout.format, options, range.block)?,
            _ => None,
        };
        let mut plan = Self {
            layout,
            key,
            time: layout.time.and_then(|(name, clock)| perhaps(name).map(|column| (column, clock))),
            size: layout.size.iter().filter_map(|name| perhaps(name)).collect(),
            op: layout.op.and_then(|(name, words)| perhaps(name).map(|column| (column, words))),
            ttl: layout.ttl.and_then(perhaps),
            tenant: layout.tenant.iter().filter_map(|name| perhaps(name)).collect(),
            count: layout.count.and_then(perhaps),
            needed: 0,
            inner: layout.inner.and_then(perhaps).map(|column| (column, layout.columns.len())),
            block,
            options: options.clone(),
        };
        plan.needed = plan.columns().map(|column| column.at + 1).max().unwrap_or(0);
        plan.set_unit()?;
        if let Key::Range(range) = layout.key {
            plan.options.insert("expand", ranges::shown(block, range.block));
        }
        Ok(plan)
    }

    /// The columns whose fields every row must have.
    fn columns(&self) -> impl Iterator<Item = Column> {
        let mut all = match &self.key {
            KeyPlan::Integer(column) | KeyPlan::Signed(column) | KeyPlan::Hexadecimal(column) => vec![*column],
            KeyPlan::Text(columns) => columns.clone(),
            KeyPlan::Range { volume, start, length, .. } => {
                let mut all = volume.clone();
                all.extend([*start, *length]);
                all
            }
        };
        all.extend(self.time.map(|(column, _)| column));
        all.extend(self.op.map(|(column, _)| column));
        all.extend(self.ttl.into_iter().chain(self.count));
        all.extend(self.size.iter().chain(&self.tenant));
        all.into_iter()
    }

    fn set_unit(&mut self) -> Result<()> {
        let Some(name) = self.options.get("time_unit").map(|name| name.trim()) else { return Ok(()) };
        let unit = field::time_unit(name)
            .ok_or_else(|| bad_value(self.layout.format, "time_unit", name, "s, ms, us or ns"))?;
        if let Some((_, clock @ Clock::Units(_))) = &mut self.time {
            *clock = Clock::Units(unit);
        }
        Ok(())
    }

    /// Splits a row; gives the number of fields, at most as many as there is room for.
    #[inline]
    pub(super) fn split<'a>(&self, row: &'a [u8], fields: &mut [&'a [u8]; MOST_COLUMNS]) -> usize {
        match (self.layout.separator, self.inner) {
            (Separator::Byte(byte), Some((inner, columns))) => split_around(row, byte, inner.at, columns, fields),
            (separator, _) => split(row, separator, fields),
        }
    }

    /// The fewest and the most fields of a row.
    pub(super) fn widths(&self) -> (usize, usize) {
        let Layout { columns, fewest, most, header, .. } = self.layout;
        let (least, largest) = match header {
            Header::Names => (self.needed, MOST_COLUMNS),
            Header::Perhaps => (columns.len(), columns.len()),
        };
        (if *fewest == 0 { least } else { *fewest }, if *most == 0 { largest } else { *most })
    }
}

/// The names in a header row.
fn names<'a>(layout: &Layout, row: &'a [u8]) -> Vec<&'a [u8]> {
    let row = row.strip_prefix(b"#").unwrap_or(row).trim_ascii();
    let mut fields = [&[][..]; MOST_COLUMNS];
    let width = split(row, layout.separator, &mut fields);
    fields[..width].iter().map(|name| name.trim_ascii()).collect()
}

fn column(layout: &Layout, names: &[&[u8]], name: &'static str) -> Result<Column> {
    if let Some(at) = names.iter().position(|n| n.eq_ignore_ascii_case(name.as_bytes())) {
        return Ok(Column { at, name });
    }
    let listed = names.iter().map(|name| field::show(name)).collect::<Vec<_>>().join(", ");
    Err(Error::failure(format!("the first row names no column '{name}', but: {listed}")).hint(format!(
        "{} has a header with the columns {}",
        layout.format,
        layout.columns.join(", ")
    )))
}

/// Splits a row in one of whose columns the separator may stand, so that those behind it are counted from the end.
fn split_around<'a>(row: &'a [u8], byte: u8, inner: usize, columns: usize, fields: &mut [&'a [u8]]) -> usize {
    let mut rest = row;
    for field in &mut fields[..inner] {
        let Some(end) = memchr::memchr(byte, rest) else { return split(row, Separator::Byte(byte), fields) };
        (*field, rest) = (rest[..end].trim_ascii(), &rest[end + 1..]);
    }
    for at in (inner + 1..columns).rev() {
        let Some(start) = memchr::memrchr(byte, rest) else { return split(row, Separator::Byte(byte), fields) };
        (fields[at], rest) = (rest[start + 1..].trim_ascii(), &rest[..start]);
    }
    fields[inner] = rest;
    columns
}

/// Splits a row; gives the number of fields, at most as many as there is room for.
#[inline]
pub(super) fn split<'a>(row: &'a [u8], separator: Separator, fields: &mut [&'a [u8]]) -> usize {
    let mut width = 0;
    match separator {
        Separator::Byte(byte) => {
            let mut start = 0;
            for end in memchr::memchr_iter(byte, row).chain([row.len()]) {
                let Some(field) = fields.get_mut(width) else { break };
                *field = row[start..end].trim_ascii();
                (width, start) = (width + 1, end + 1);
            }
        }
        Separator::Blanks => {
            let words = row.split(|&c| c == b' ' || c == b'\t').filter(|word| !word.is_empty());
            for (field, word) in fields.iter_mut().zip(words) {
                *field = word;
                width += 1;
            }
        }
    }
    width
}
