//! Files of records that all have the same number of bytes: where each column is in a record, and the decoder that reads
//! them, column by column.

use super::batch::Batch;
use super::formats::{Decoder, Fill};
use super::input::Input;
use super::ranges;
use super::spec::Options;
use super::waiting::Waiting;
use super::{Columns, Op};
use crate::core::{Error, NEVER, Result, Time};

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
    /// the blocks into which it is expanded.
    pub blocks: Option<(u64, u64)>,
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
            blocks: None,
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
        if let Some(units) = self.layout.blocks {
            return self.fill_blocks(units, batch);
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
        let is_range = self.options.contains_key("expand");
        if is_range { ranges::meaning(self.layout.blocks.map(|(_, block)| block)) } else { String::new() }
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
                u32::try_from(size).map_err(|_| too_large("size", size, "a size up to 4294967295"))
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

/// The numbers of a record, as letters tell them.
#[derive(Debug)]
pub struct Fields {
    /// One after the other.
    pub numbers: Vec<Number>,
    /// Bytes of a record.
    pub record: usize,
    /// Do numbers begin with their highest byte?
    pub big_endian: bool,
}

/// Reads letters of Python's `struct`. A first `<` says what holds in any case, that numbers begin with their lowest byte; `>`,
/// that they begin with their highest.
pub fn fields(letters: &str) -> Option<Fields> {
    let mut record = 0;
    let numbers: Option<Vec<Number>> = letters
        .strip_prefix(['<', '>'])
        .unwrap_or(letters)
        .bytes()
        .map(|letter| {
            let number = Number::new(record, Kind::of_letter(letter)?);
            record += number.kind.bytes();
            Some(number)
        })
        .collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    Some(Fields { numbers, record, big_endian: letters.starts_with('>') })
}

#[cold]
fn too_large(what: &str, value: u64, expected: &str) -> Error {
    let shown = if value > i64::MAX as u64 { (value as i64).to_string() } else { value.to_string() };
    Error::failure(format!("the {what} is {shown}; expected {expected}"))
        .hint("if the numbers make no sense, the file has another format: --trace-format NAME")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::SECOND;
    use crate::trace::{Columns, Keys, LoadOptions, Trace, load_bytes};

    fn read(format: &str, bytes: &[u8]) -> Result<Trace> {
        let options = LoadOptions { format: Some(format.into()), columns: Columns::ALL, ..LoadOptions::default() };
        load_bytes("f", bytes, &options).map(|loaded| loaded.trace)
    }

    #[test]
    fn letters_are_numbers_one_after_the_other() {
        let known = fields("<cHIqd").unwrap();
        let at: Vec<usize> = known.numbers.iter().map(|number| number.at).collect();
        assert_eq!((at, known.record, known.big_endian), (vec![0, 1, 3, 7, 15], 23, false));
        assert!(fields(">I").unwrap().big_endian);
        assert!(["<", "<Ix", "<>I", ""].iter().all(|letters| fields(letters).is_none()));
    }

    #[test]
    fn a_record_is_what_the_options_say() {
        let bytes: Vec<u8> = [(1.5f64, -7i16, 300u32), (2.0, 5, 4)]
            .iter()
            .flat_map(|(time, id, size)| [&time.to_be_bytes()[..], &id.to_be_bytes(), &size.to_be_bytes()].concat())
            .collect();
        let trace = read("binary:fields=>dhI,time=1,id=2,size=3", &bytes).unwrap();
        assert_eq!((trace.times, trace.sizes), (Some(vec![0, SECOND / 2].into()), Some(vec![300, 4].into())));
        assert_eq!(trace.keys, Keys::Int(vec![(-7i64) as u64, 5]));
        let trace = read("binary:fields=<B,skip=2", &[9, 9, 1, 2, 1]).unwrap();
        assert_eq!(trace.ids, [0, 1, 0]);
        let error = |format: &str| read(format, &bytes).unwrap_err().to_string();
        assert!(error("binary").contains("'fields' is missing"));
        assert!(error("binary:fields=<I?").contains("letters of"));
        assert!(error("binary:fields=<II,id=3").contains("from 1 to 2"));
        assert!(error("binary:fields=<dI,id=1").contains("only a time"));
        assert!(error("binary:fields=<I,skip=99").contains("at most the 28 bytes"));
        let nan = f64::NAN.to_le_bytes();
        let said = read("binary:fields=<d,time=1,id=1", &nan).unwrap_err().to_string();
        assert!(said.contains("only a time"), "{said}");
        let negative = [&(-1.0f64).to_le_bytes()[..], &[1]].concat();
        assert!(
            read("binary:fields=<dB,time=1,id=2", &negative)
                .unwrap_err()
                .to_string()
                .contains("record 1: the time is -1")
        );
    }

    #[test]
    fn records_of_disks_and_of_twitter() {
        let v1 = |command: u16, block: u64, time: u64| {
            let head = [1u32, 4096, 1].map(u32::to_le_bytes).concat();
            [&head[..], &command.to_le_bytes(), &0x0100u16.to_le_bytes(), &block.to_le_bytes(), &time.to_le_bytes()]
                .concat()
        };
        let bytes = [v1(0x2a, 9, 10), v1(0x28, 9, 12)].concat();
        let loaded =
            load_bytes("f", &bytes[..], &LoadOptions { columns: Columns::ALL, ..LoadOptions::default() }).unwrap();
        assert_eq!(loaded.format, "vscsi:expand=false");
        let trace = loaded.trace;
        assert_eq!(
            (trace.ids, trace.sizes, trace.times),
            (vec![0, 0].into(), Some(vec![4096; 2].into()), Some(vec![0, 2000].into()))
        );
        assert_eq!(trace.ops, Some(vec![Op::Set, Op::Get].into()));
        let v2 = [
            &0x28u16.to_le_bytes()[..],
            &0x0200u16.to_le_bytes(),
            &[1u32, 512, 1].map(u32::to_le_bytes).concat(),
            &[77u64, 5, 6].map(u64::to_le_bytes).concat(),
        ]
        .concat();
        let trace = read("vscsi", &v2).unwrap();
        assert_eq!((trace.keys, trace.sizes), (Keys::Int(vec![77]), Some(vec![512].into())));
        assert!(read("vscsi", &[0; 64]).unwrap_err().to_string().contains("neither version"));

        let twr = [
            &3u32.to_le_bytes()[..],
            &8u64.to_le_bytes(),
            &((20u32 << 22) + 1000).to_le_bytes(),
            &((3u32 << 24) + 90).to_le_bytes(),
        ]
        .concat();
        let trace = read("twr", &twr).unwrap();
        assert_eq!(
            (trace.sizes, trace.ops, trace.ttls),
            (Some(vec![1020].into()), Some(vec![Op::Set].into()), Some(vec![90 * SECOND].into()))
        );
        let trace = read("twr-ns", &[&twr[..], &[5, 0]].concat()).unwrap();
        assert_eq!((trace.requests(), trace.sizes), (1, Some(vec![1020].into())));
        let corda = [1u64 << 40, 2].map(u64::to_be_bytes).concat();
        assert_eq!(read("corda", &corda).unwrap().keys, Keys::Int(vec![1 << 40, 2]));
    }
}
