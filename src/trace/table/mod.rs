//! Text files of lines with fields: a [`Layout`] says which column is what, and is all that a format of that kind has to write.
//!
//! Unlike `csv`, whose columns the user names, these are formats that a publisher fixed. Fields are not quoted.

mod decoder;
mod plan;
#[cfg(test)]
mod tests;

use super::Op;
use super::batch::Batch;
use super::detect::{Probe, Vote};
use super::formats::Decoder;
use super::input::Input;
use super::spec::Options;
use crate::core::{Result, SECOND, Time};
use crate::trace::Columns;
use plan::Plan;

pub use decoder::Table;

/// The most columns that a layout can have.
pub(in crate::trace) const MOST_COLUMNS: usize = 32;

/// What a table holds, and where. Columns are called by their names in [`Layout::columns`].
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The format's name.
    pub format: &'static str,
    /// The columns in the order of the file; in any order where [`Header::Names`] says which.
    pub columns: &'static [&'static str],
    /// Columns without which a header is that of another format.
    pub required: &'static [&'static str],
    /// The fewest fields of a row; 0 = as many as there are columns.
    pub fewest: usize,
    /// The most fields of a row; 0 = as many as there are columns.
    pub most: usize,
    /// A column whose texts may hold the separator, where no other's may.
    pub inner: Option<&'static str>,
    /// The line behind which the rows begin; nothing up to it is read.
    pub begin: Option<&'static [u8]>,
    /// What stands between two fields.
    pub separator: Separator,
    /// Whether the first row holds names.
    pub header: Header,
    /// The object.
    pub key: Key,
    /// The time.
    pub time: Option<(&'static str, Clock)>,
    /// The size in bytes is the sum of these; for [`Key::Range`] it is the length of the range.
    pub size: &'static [&'static str],
    /// The operation, and how its text is read.
    pub op: Option<(&'static str, Words)>,
    /// The time to live in seconds; 0 and nothing are none.
    pub ttl: Option<&'static str>,
    /// Whose request it is.
    pub tenant: &'static [&'static str],
    /// The row stands for so many equal requests.
    pub count: Option<&'static str>,
    /// What the text of a key looks like, in code and in words, where it is no text whatever.
    pub looks: Option<Looks>,
    /// How sure it is that a file of rows that all read well has this format, 0 to 100; a header with the names of the columns makes
    /// it surer.
    pub sure: u8,
}

impl Layout {
    /// Values separated by commas without a header, of which only the object is known.
    pub const fn new(format: &'static str, columns: &'static [&'static str], key: Key) -> Self {
        Self {
            format,
            columns,
            required: &[],
            fewest: 0,
            most: 0,
            inner: None,
            begin: None,
            separator: Separator::Byte(b','),
            header: Header::Perhaps,
            key,
            time: None,
            size: &[],
            op: None,
            ttl: None,
            tenant: &[],
            count: None,
            looks: None,
            sure: 90,
        }
    }
}

/// Whether a text looks as it should, and how that is.
pub type Looks = (fn(&[u8]) -> bool, &'static str);

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// One byte; two of them enclose an empty field.
    Byte(u8),
    /// Any number of blanks and tabs.
    Blanks,
}

/// Whether the first row holds names. Lines that begin with `#` are comments in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// A first row of the very names in [`Layout::columns`] is no request.
    Perhaps,
    /// The first row holds names, by which the columns are found; a `#` may stand before it.
    Names,
}

/// Which object a row asks for.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// A whole number.
    Integer(&'static str),
    /// A whole number that may have a sign, as hashes of databases have, for its 64 bits.
    Signed(&'static str),
    /// A number of at most 64 bits in hexadecimal digits.
    Hexadecimal(&'static str),
    /// The text of these columns, joined by a blank.
    Text(&'static [&'static str]),
    /// A range of bytes.
    Range(Range),
}

/// A range of bytes of a disk or file. The object's number is that of its volume, counted from 0 in order of appearance, above that
/// of its start in the unit of the file; with blocks, that of the block.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The columns that name the volume; none where all ranges are of one.
    pub volume: &'static [&'static str],
    /// Where it starts; hexadecimal if `0x` stands before it.
    pub start: &'static str,
    /// Bytes that a start of 1 stands for.
    pub start_unit: u64,
    /// Its length.
    pub length: &'static str,
    /// Bytes that a length of 1 stands for.
    pub length_unit: u64,
    /// Bits of the object's number that are left to the start. Those above are the volume.
    pub start_bits: u32,
    /// Bytes of a block where `expand=true`.
    pub block: u64,
}

impl Range {
    /// A range of bytes of a disk, with sectors of 512 bytes; 65,536 disks of 256 TiB fit.
    pub const fn disk(volume: &'static [&'static str], start: &'static str, length: &'static str) -> Self {
        let start_bits = if volume.is_empty() { 64 } else { 48 };
        Self { volume, start, start_unit: 1, length, length_unit: 1, start_bits, block: 512 }
    }

    /// The same with start and length in units of so many bytes.
    #[must_use]
    pub const fn units(self, start_unit: u64, length_unit: u64) -> Self {
        Self { start_unit, length_unit, ..self }
    }
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// A number of units of so many nanoseconds, with or without decimals. The user may name another unit.
    Units(Time),
    /// `YYYYMMDDHHMMSS`.
    Digits,
}

impl Clock {
    /// A number of seconds.
    pub const SECONDS: Self = Self::Units(SECOND);
    /// A number of milliseconds.
    pub const MILLISECONDS: Self = Self::Units(1_000_000);
    /// A number of microseconds.
    pub const MICROSECONDS: Self = Self::Units(1_000);
    /// A number of 100 ns, as Windows counts them.
    pub const FILETIME: Self = Self::Units(100);
}

/// What a row with this word for its operation is; `None` where it is no such word.
pub type Words = fn(&[u8]) -> Option<Meaning>;

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// It is this operation.
    Is(Op),
    /// It asks for no object; it is left out and counted.
    Nothing,
}

/// Operations by the usual names and letters. Numbers are none: each publisher has its own.
pub fn usual(word: &[u8]) -> Option<Meaning> {
    super::field::op(word).filter(|_| word.first().is_some_and(u8::is_ascii_alphabetic)).map(Meaning::Is)
}

/// `R` or `Read`, `W` or `Write`, whatever the case: what traces of disks have.
pub fn direction(word: &[u8]) -> Option<Meaning> {
    let is = |letter: &str, name: &str| {
        word.eq_ignore_ascii_case(letter.as_bytes()) || word.eq_ignore_ascii_case(name.as_bytes())
    };
    if is("r", "read") {
        Some(Meaning::Is(Op::Get))
    } else if is("w", "write") {
        Some(Meaning::Is(Op::Set))
    } else {
        None
    }
}

/// `0` for a read, `1` for a write.
pub fn bit(word: &[u8]) -> Option<Meaning> {
    match word {
        b"0" => Some(Meaning::Is(Op::Get)),
        b"1" => Some(Meaning::Is(Op::Set)),
        _ => None,
    }
}

/// A decoder of the file.
///
/// # Errors
/// An option makes no sense, or a header lacks a column.
pub fn open(layout: &'static Layout, options: &Options, input: Input) -> Result<Box<dyn Decoder>> {
    let probe = Probe { bytes: input.head(), whole: input.is_whole(), name: input.name() };
    let plan = Plan::new(layout, options, first_row(&probe)).map_err(|error| error.at(input.name()))?;
    Ok(Box::new(Table::new(plan, input)))
}

/// How sure it is that the file has this layout: whether the first row and nearly all behind it read well and have as many fields
/// as they should, and at least one is a request.
pub fn detect(layout: &'static Layout, probe: &Probe<'_>) -> u8 {
    let sure = if has_names(layout, first_row(probe)) { layout.sure.max(NAMED) } else { layout.sure };
    if fits(layout, sure, probe) { sure } else { 0 }
}

/// Whether the first rows have this layout, if that being so would make it so sure.
pub fn fits(layout: &'static Layout, sure: u8, probe: &Probe<'_>) -> bool {
    let Ok(plan) = Plan::new(layout, &Options::new(), first_row(probe)) else { return false };
    let mut table = decoder::Rows::new(plan);
    let mut batch = Batch::new(Columns::ALL);
    let mut vote = Vote::default();
    for line in probe.lines().filter(|line| !line.trim_ascii().is_empty()) {
        let before = batch.len();
        let fits = table.line(line, &mut batch).is_ok() && (batch.len() == before || table.has_its_width(line));
        vote.count(fits);
        // A first row that does not fit may hold names of other columns.
        if vote.fit == 0 {
            return false;
        }
        if batch.room() == 0 {
            break;
        }
    }
    vote.is_so(sure) && !batch.is_empty() && mostly_sorted(&batch.times)
}

/// How sure a header makes that has the very names of the columns.
const NAMED: u8 = 96;

/// Whether a row has the names of the columns, from the first on.
fn has_names(layout: &Layout, first: &[u8]) -> bool {
    let mut fields = [&[][..]; MOST_COLUMNS];
    let width = plan::split(first, layout.separator, &mut fields);
    width > 1
        && fields[..width].iter().zip(layout.columns).all(|(field, name)| field.eq_ignore_ascii_case(name.as_bytes()))
}

/// The first line that is not empty, without its line end.
fn first_row<'a>(probe: &Probe<'a>) -> &'a [u8] {
    probe.lines().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// Files are written by many at once, so some times go back; where most do, the column is none of times.
fn mostly_sorted(times: &[Time]) -> bool {
    let back = times.windows(2).filter(|pair| pair[1] < pair[0]).count();
    back * 4 <= times.len()
}
