//! Files of records that all have the same number of bytes: where each column is in a record, and the decoder that reads
//! them, column by column.

use super::batch::Batch;
use super::field;
use super::formats::{Decoder, Fill};
use super::input::Input;
use super::ranges;
use super::spec::Options;
use super::waiting::Waiting;
use super::{Columns, Op};
use crate::core::{Error, NEVER, Result, Time};

mod letters;
#[cfg(test)]
mod tests;

pub use letters::{Fields, fields};

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 1 byte.
    U8,
    /// 2 bytes.
    U16,
    /// 4 bytes.
    U32,
    /// 8 bytes.
    U64,
    /// 1 byte with a sign, and so on.
    I8,
    /// 2 bytes with a sign.
    I16,
    /// 4 bytes with a sign.
    I32,
    /// 8 bytes with a sign.
    I64,
    /// A float of 4 bytes.
    F32,
    /// A float of 8 bytes.
    F64,
}

impl Kind {
    /// Bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The kind that a letter of Python's `struct` stands for.
    pub const fn of_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'b' | b'c' => Self::I8,
            b'B' => Self::U8,
            b'h' => Self::I16,
            b'H' => Self::U16,
            b'i' | b'l' => Self::I32,
            b'I' | b'L' => Self::U32,
            b'q' => Self::I64,
            b'Q' => Self::U64,
            b'f' => Self::F32,
            b'd' => Self::F64,
            _ => return None,
        })
    }

    /// Is it a float?
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }
}

/// A number in a record, or some bits of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    at: usize,
    kind: Kind,
    shift: u32,
    bits: u32,
}

impl Number {
    /// The number at this byte of the record.
    pub const fn new(at: usize, kind: Kind) -> Self {
        Self { at, kind, shift: 0, bits: 64 }
    }

    /// So many bits of it, the lowest of which is `shift`.
    #[must_use]
    pub const fn bits(self, shift: u32, bits: u32) -> Self {
        Self { shift, bits, ..self }
    }

    /// How it is written.
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// The value: what has a sign keeps it, as the number of 64 bits with the same bits; of a float its bits.
    #[inline(always)]
    fn of<const BIG: bool>(self, record: &[u8]) -> u64 {
        let whole = match self.kind {
            Kind::U8 => u64::from(record[self.at]),
            Kind::I8 => i64::from(record[self.at].cast_signed()) as u64,
            Kind::U16 => u64::from(u16::from_le_bytes(bytes::<2, BIG>(record, self.at))),
            Kind::I16 => i64::from(i16::from_le_bytes(bytes::<2, BIG>(record, self.at))) as u64,
            Kind::U32 | Kind::F32 => u64::from(u32::from_le_bytes(bytes::<4, BIG>(record, self.at))),
            Kind::I32 => i64::from(i32::from_le_bytes(bytes::<4, BIG>(record, self.at))) as u64,
            Kind::U64 | Kind::I64 | Kind::F64 => u64::from_le_bytes(bytes::<8, BIG>(record, self.at)),
        };
        whole >> self.shift & (u64::MAX >> (64 - self.bits))
    }
}

#[inline(always)]
fn bytes<const N: usize, const BIG: bool>(record: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&record[at..at + N]);
    if BIG {
        bytes.reverse();
    }
    bytes
}

/// The operation that a code stands for, if it stands for one.
pub type Codes = fn(u64) -> Option<Op>;

/// What a record holds, and where.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Bytes of a record.
    pub record: usize,
    /// Do numbers begin with their highest byte?
    pub big_endian: bool,
    /// The object.
    pub id: Number,
    /// The time, and the nanoseconds of its unit.
    pub time: Option<(Number, Time)>,
    /// The size in bytes is the sum of these.
    pub size: Vec<Number>,
    /// The operation, and what its codes mean.
    pub op: Option<(Number, Codes)>,
    /// The time to live, and the nanoseconds of its unit; 0 is none.
    pub ttl: Option<(Number, Time)>,
    /// Whose request it is.
    pub tenant: Option<Number>,
    /// Where a record is a range whose start is the id and whose length is the size: the bytes of the start's unit, and those of
    /// the blocks, if it is expanded into them.
    pub range: Option<(u64, Option<u64>)>,
}

impl Layout {
    /// Records of an id each.
    pub fn ids(kind: Kind, big_endian: bool) -> Self {
        Self { big_endian, ..Self::new(kind.bytes(), Number::new(0, kind)) }
    }

    /// Records of so many bytes, of which only the object is known.
    pub const fn new(record: usize, id: Number) -> Self {
        Self {
            record,
            big_endian: false,
            id,
            time: None,
            size: Vec::new(),
            op: None,
            ttl: None,
            tenant: None,
            range: None,
        }
    }
}

/// The decoder of such a file.
pub struct Packed {
    input: Input,
    layout: Layout,
    /// Records before the one that comes next.
    records: u64,
    options: Options,
    waiting: Waiting,
    /// One record's columns, where ranges are expanded.
    one: Batch,
}

impl Packed {
    /// Reads the records that `input` comes to next.
    pub fn new(input: Input, layout: Layout) -> Self {
        let has = Columns {
            sizes: !layout.size.is_empty(),
            times: layout.time.is_some(),
            ops: layout.op.is_some(),
            ttls: layout.ttl.is_some(),
            tenants: layout.tenant.is_some(),
            ..Columns::IDS
        };
        let waiting = Waiting::new(has, false);
        Self { input, layout, records: 0, options: Options::new(), waiting, one: Batch::default() }
    }

    /// These options are in force.
    #[must_use]
    pub fn with(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// The place of the record with this number in the batch's records, for messages.
    fn at(&self, index: usize, error: Error) -> Error {
        error.at(format_args!("{}: record {}", self.input.name(), self.records + index as u64 + 1))
    }
}

impl Decoder for Packed {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        if let Some((unit, Some(block))) = self.layout.range {
            return self.fill_blocks((unit, block), batch);
        }
        let size = self.layout.record;
        let block = self.input.records(size, self.records)?;
        let count = (block.len() / size).min(batch.room());
        if block.is_empty() {
            return Ok(Fill::End);
        }
        let (block, layout) = (&block[..count * size], &self.layout);
        if let Err((index, error)) = read(layout, block, batch) {
            return Err(self.at(index, error));
        }
        self.records += count as u64;
        self.input.consume(count * size, 0);
        Ok(Fill::More)
    }

    fn options(&self) -> Options {
        self.options.clone()
    }

    fn blocks(&self) -> String {
        self.layout.range.map_or_else(String::new, |(_, block)| ranges::meaning(block))
    }
}

impl Packed {
    /// As `fill`, a record at a time, each of which is as many requests as its range has blocks.
    fn fill_blocks(&mut self, (unit, bytes): (u64, u64), batch: &mut Batch) -> Result<Fill> {
        let Self { waiting, one, .. } = self;
        one.want = Columns { sizes: true, ..batch.want };
        waiting.give(batch);
        while batch.room() > 0 {
            let record = self.layout.record;
            let block = self.input.records(record, self.records)?;
            if block.is_empty() {
                return Ok(Fill::End);
            }
            self.one.clear();
            let found = read(&self.layout, &block[..record], &mut self.one).map_err(|(_, error)| error);
            if let Err(error) = found.and_then(|()| self.take(unit, bytes)) {
                return Err(self.at(0, error));
            }
            self.records += 1;
            self.input.consume(record, 0);
            self.waiting.give(batch);
        }
        Ok(Fill::More)
    }

    /// Lets the blocks of the record in `one` wait.
    fn take(&mut self, unit: u64, bytes: u64) -> Result<()> {
        let Self { waiting, one, .. } = self;
        let (start, length) = (one.keys[0], one.sizes.first().copied().unwrap_or(0));
        if length == u32::MAX {
            // The column holds no more, so how much more it was is not known.
            return Err(too_large("range to be expanded", length.into(), "less than 4 GiB"));
        }
        let blocks = start.checked_mul(unit).and_then(|start| ranges::blocks(start, length.into(), bytes));
        let (first, count) = blocks.ok_or_else(|| {
            Error::failure(format!("the range of {length} bytes from {start} goes beyond 2^64 bytes"))
                .hint("if the numbers make no sense, the file has another format: --trace-format NAME")
        })?;
        (waiting.first, waiting.blocks, waiting.repeats, waiting.size) = (first, count, 1, bytes as u32);
        waiting.time = one.times.first().copied().unwrap_or_default();
        waiting.op = one.ops.first().copied().unwrap_or_default();
        waiting.ttl = one.ttls.first().copied().unwrap_or_default();
        if let Some(&tenant) = one.tenants.first() {
            waiting.tenant.clear();
            waiting.tenant.extend_from_slice(one.tenant_names.key(tenant as usize));
        }
        Ok(())
    }
}

fn read(layout: &Layout, block: &[u8], batch: &mut Batch) -> Result<(), (usize, Error)> {
    if layout.big_endian { columns::<true>(layout, block, batch) } else { columns::<false>(layout, block, batch) }
}

/// Appends the columns of these records to the batch; nothing of the record that an error is about, nor of those after it.
fn columns<const BIG: bool>(layout: &Layout, block: &[u8], batch: &mut Batch) -> Result<(), (usize, Error)> {
    let before = batch.len();
    let records = || block.chunks_exact(layout.record);
    batch.keys.extend(records().map(|record| layout.id.of::<BIG>(record)));
    let mut columns = || {
        if let Some((number, unit)) = layout.time.filter(|_| batch.want.times) {
            let kind = number.kind;
            each(records(), &mut batch.times, |record| time(number.of::<BIG>(record), kind, unit))?;
        }
        if batch.want.sizes && !layout.size.is_empty() {
            each(records(), &mut batch.sizes, |record| {
                let size = layout.size.iter().fold(0u64, |sum, part| sum.saturating_add(part.of::<BIG>(record)));
                field::held(size).ok_or_else(|| too_large("size", size, field::HELD))
            })?;
        }
        if let Some((number, codes)) = layout.op.filter(|_| batch.want.ops) {
            each(records(), &mut batch.ops, |record| operation(number.of::<BIG>(record), codes))?;
        }
        if let Some((number, unit)) = layout.ttl.filter(|_| batch.want.ttls) {
            each(records(), &mut batch.ttls, |record| match number.of::<BIG>(record) {
                0 => Ok(NEVER),
                ttl => scaled(ttl, unit, "time to live"),
            })?;
        }
        if let Some(number) = layout.tenant.filter(|_| batch.want.tenants) {
            // Most requests are of the tenant of the one before.
            let mut last = None;
            for record in records() {
                let tenant = number.of::<BIG>(record);
                let name = match last {
                    Some((before, name)) if before == tenant => name,
                    _ => batch.tenant_names.id(tenant.to_string().as_bytes()),
                };
                last = Some((tenant, name));
                batch.tenants.push(name);
            }
        }
        Ok(())
    };
    columns().inspect_err(|&(index, _)| batch.truncate(before + index))
}

/// Appends what `of` makes of each record, up to the first that it cannot read.
fn each<'a, T>(
    records: impl Iterator<Item = &'a [u8]>,
    column: &mut Vec<T>,
    of: impl Fn(&[u8]) -> Result<T>,
) -> Result<(), (usize, Error)> {
    for (index, record) in records.enumerate() {
        column.push(of(record).map_err(|error| (index, error))?);
    }
    Ok(())
}

fn scaled(value: u64, unit: Time, what: &str) -> Result<Time> {
    value.checked_mul(unit).ok_or_else(|| too_large(what, value, "at most 584 years"))
}

/// A time, of which a float may have decimals.
#[inline(always)]
fn time(value: u64, kind: Kind, unit: Time) -> Result<Time> {
    let float = match kind {
        Kind::F32 => f64::from(f32::from_bits(value as u32)),
        Kind::F64 => f64::from_bits(value),
        _ => return scaled(value, unit, "time"),
    };
    let nanoseconds = float * unit as f64;
    if !(0.0..u64::MAX as f64).contains(&nanoseconds) {
        return Err(Error::failure(format!("the time is {float}; expected a number that is not negative")));
    }
    Ok(nanoseconds as Time)
}

fn operation(code: u64, codes: Codes) -> Result<Op> {
    codes(code).ok_or_else(|| {
        Error::failure(format!("the operation is {code}, which stands for none"))
            .hint("if the numbers make no sense, the file has another format: --trace-format NAME")
    })
}

#[cold]
fn too_large(what: &str, value: u64, expected: &str) -> Error {
    let shown = if value > i64::MAX as u64 { (value as i64).to_string() } else { value.to_string() };
    Error::failure(format!("the {what} is {shown}; expected {expected}"))
        .hint("if the numbers make no sense, the file has another format: --trace-format NAME")
}
