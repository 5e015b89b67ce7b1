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
mod number;
#[cfg(test)]
mod tests;

pub use letters::{Fields, fields};
pub use number::{Kind, Number};

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
    /// Ranges of no blocks.
    empty: u64,
    /// How many records there are, if a header said so.
    announced: Option<u64>,
    /// Whether the end was reached.
    ended: bool,
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
        let (options, one) = (Options::new(), Batch::default());
        Self { input, layout, records: 0, options, waiting, one, empty: 0, announced: None, ended: false }
    }

    /// A header said that there are so many records.
    #[must_use]
    pub fn announced(self, records: u64) -> Self {
        Self { announced: Some(records), ..self }
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
            self.ended = true;
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

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.empty > 0 {
            notes.push(format!("ranges of 0 blocks, which are no request: {}", self.empty));
        }
        if let Some(announced) = self.announced
            && self.ended
            && announced != self.records
        {
            notes.push(format!("records: {} where the header says {announced}; is the file complete?", self.records));
        }
        notes
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
        self.empty += u64::from(count == 0);
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
            let kind = number.kind();
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
