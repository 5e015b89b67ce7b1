//! Reads a Parquet file a row group at a time.

use crate::core::guard::guarded;
use crate::core::{Error, NEVER, Result, SECOND, Time};
use crate::trace::batch::Batch;
use crate::trace::field::{self, op_code};
use crate::trace::formats::{Decoder, Fill};
use crate::trace::input::Input;
use crate::trace::{Columns, Op};
use ::parquet::basic::{LogicalType, TimeUnit, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use bytes::Bytes;

/// What an operation is called that is none.
const NO_OPERATION: i64 = 15;

struct Parquet {
    name: String,
    reader: SerializedFileReader<Bytes>,
    /// Where in a row `obj_id`, `timestamp`, `obj_size`, `op` and `ttl` are.
    at: [Option<usize>; 5],
    /// Nanoseconds of the timestamp's unit.
    unit: Time,
    /// The row group after the one in `rows`, and the row of that one to be given out next.
    group: usize,
    next: usize,
    rows: Rows,
    /// Rows before `rows`.
    before: u64,
}

/// The columns of a row group, those that the file has.
#[derive(Default)]
struct Rows {
    keys: Vec<u64>,
    times: Vec<Time>,
    sizes: Vec<u32>,
    ops: Vec<Op>,
    ttls: Vec<Time>,
    /// The first row that is wrong, and how; those before it are in the columns.
    wrong: Option<Error>,
}

/// A decoder of the file.
pub(super) fn open(mut input: Input) -> Result<Box<dyn Decoder>> {
    let name = input.name().to_owned();
    let bytes = input.whole()?;
    let opened = of_crate(|| SerializedFileReader::new(Bytes::from(bytes)));
    let reader = opened.map_err(|error| damaged(&error).at(&name))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let mut at = [None; 5];
    let mut unit = 1;
    for (index, column) in schema.columns().iter().enumerate() {
        let names = ["obj_id", "timestamp", "obj_size", "op", "ttl"];
        let Some(role) = names.iter().position(|name| *name == column.name()) else { continue };
        if !matches!(column.physical_type(), Physical::INT32 | Physical::INT64) || column.max_rep_level() > 0 {
            return Err(Error::failure(format!("the column '{}' holds no whole numbers", column.name())).at(&name));
        }
        at[role] = Some(index);
        if let (1, Some(LogicalType::Timestamp(time))) = (role, column.logical_type_ref()) {
            unit = match time.unit {
                TimeUnit::MILLIS => 1_000_000,
                TimeUnit::MICROS => 1_000,
                TimeUnit::NANOS => 1,
            };
        }
    }
    if at[0].is_none() {
        let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
        return Err(Error::failure(format!("no column 'obj_id', but: {}", names.join(", ")))
            .at(&name)
            .hint("expected whole numbers in obj_id, and in timestamp, obj_size, op and ttl if there are any"));
    }
    Ok(Box::new(Parquet { name, reader, at, unit, group: 0, next: 0, rows: Rows::default(), before: 0 }))
}

impl Parquet {
    /// Reads the next row group into `rows`; `false` at the end.
    fn read(&mut self, want: Columns) -> Result<bool> {
        if self.group == self.reader.num_row_groups() {
            return Ok(false);
        }
        self.before += self.rows.keys.len() as u64;
        let group = &self.reader;
        let index = self.group;
        let column = |role: usize, wanted: bool| match self.at[role].filter(|_| wanted) {
            None => Ok(None),
            Some(at) => of_crate(|| values(group.get_row_group(index)?.get_column_reader(at)?)).map(Some),
        };
        let wanted = [true, want.times, want.sizes, want.ops, want.ttls];
        let mut columns = Vec::new();
        for (role, wanted) in wanted.into_iter().enumerate() {
            let column = column(role, wanted).map_err(|error| damaged(&error).at(&self.name))?;
            columns.push(column);
        }
        let lengths: Vec<usize> = columns.iter().flatten().map(Vec::len).collect();
        if lengths.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(damaged("its columns have different numbers of rows").at(&self.name));
        }
        self.rows = Rows::of(&columns, self.unit);
        (self.group, self.next) = (self.group + 1, 0);
        Ok(true)
    }
}

impl Decoder for Parquet {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        fn copy<T: Copy>(to: &mut Vec<T>, from: &[T], next: usize, end: usize) {
            to.extend_from_slice(from.get(next..end).unwrap_or_default());
        }
        if self.next == self.rows.keys.len() {
            if let Some(error) = self.rows.wrong.take() {
                let row = self.before + self.next as u64 + 1;
                return Err(error.at(format_args!("{}: row {row}", self.name)));
            }
            if !self.read(batch.want)? {
                return Ok(Fill::End);
            }
        }
        let Rows { keys, times, sizes, ops, ttls, .. } = &self.rows;
        let (next, end) = (self.next, keys.len().min(self.next + batch.room()));
        copy(&mut batch.keys, keys, next, end);
        copy(&mut batch.times, times, next, end);
        copy(&mut batch.sizes, sizes, next, end);
        copy(&mut batch.ops, ops, next, end);
        copy(&mut batch.ttls, ttls, next, end);
        self.next = end;
        Ok(Fill::More)
    }
}

/// What a row has in a column.
#[derive(Clone, Copy)]
enum Cell {
    /// There is no such column.
    Absent,
    Null,
    Is(i64),
}

impl Rows {
    /// The columns `obj_id`, `timestamp`, `obj_size`, `op` and `ttl`, which are equally long where they are there.
    fn of(columns: &[Option<Vec<Option<i64>>>], unit: Time) -> Self {
        let cell = |role: usize, row: usize| match &columns[role] {
            None => Cell::Absent,
            Some(values) => values[row].map_or(Cell::Null, Cell::Is),
        };
        let mut rows = Self::default();
        for row in 0..columns[0].as_ref().map_or(0, Vec::len) {
            if let Err(error) = rows.push([0, 1, 2, 3, 4].map(|role| cell(role, row)), unit) {
                rows.cut(row);
                rows.wrong = Some(error);
                break;
            }
        }
        rows
    }

    fn push(&mut self, [id, time, size, op, ttl]: [Cell; 5], unit: Time) -> Result<()> {
        let Cell::Is(id) = id else { return Err(null("obj_id")) };
        self.keys.push(id as u64);
        match time {
            Cell::Absent => {}
            Cell::Null => return Err(null("timestamp")),
            Cell::Is(time) => {
                let scaled = u64::try_from(time).ok().and_then(|time| time.checked_mul(unit));
                let expected = || Error::failure(format!("timestamp is {time}; expected 1970 to 2554"));
                self.times.push(scaled.ok_or_else(expected)?);
            }
        }
        match size {
            Cell::Absent => {}
            Cell::Null => return Err(null("obj_size")),
            Cell::Is(size) => {
                // Unsigned numbers of 32 bits come with a sign.
                let unsigned = if i32::try_from(size).is_ok() { i64::from(size as i32 as u32) } else { size };
                let held = u64::try_from(unsigned).ok().and_then(field::held);
                let expected = || Error::failure(format!("obj_size is {size}; expected {}", field::HELD));
                self.sizes.push(held.ok_or_else(expected)?);
            }
        }
        match op {
            Cell::Absent => {}
            Cell::Null | Cell::Is(NO_OPERATION) => self.ops.push(Op::Get),
            Cell::Is(code) => {
                let op = u64::try_from(code).ok().and_then(op_code);
                self.ops.push(op.ok_or_else(|| Error::failure(format!("op is {code}, which stands for none")))?);
            }
        }
        match ttl {
            Cell::Absent => {}
            Cell::Is(seconds @ 1..) => self.ttls.push((seconds as u64).saturating_mul(SECOND)),
            Cell::Null | Cell::Is(_) => self.ttls.push(NEVER),
        }
        Ok(())
    }

    fn cut(&mut self, rows: usize) {
        self.keys.truncate(rows);
        self.times.truncate(rows);
        self.sizes.truncate(rows);
        self.ops.truncate(rows);
        self.ttls.truncate(rows);
    }
}

/// The values of a column of whole numbers; `None` for nulls.
fn values(reader: ColumnReader) -> std::result::Result<Vec<Option<i64>>, ParquetError> {
    match reader {
        ColumnReader::Int32ColumnReader(reader) => all(reader, |&value: &i32| i64::from(value)),
        ColumnReader::Int64ColumnReader(reader) => all(reader, |&value: &i64| value),
        _ => Err(ParquetError::General("a column of another type than the file says".into())),
    }
}

fn all<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    number: impl Fn(&T::T) -> i64,
) -> std::result::Result<Vec<Option<i64>>, ParquetError> {
    /// Rows read at once, whatever the file says of their number.
    const ROWS: usize = 1 << 16;
    let mut column = Vec::new();
    loop {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let (rows, ..) = reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
        if rows == 0 {
            return Ok(column);
        }
        if levels.is_empty() {
            column.extend(values.iter().map(|value| Some(number(value))));
        } else {
            let most = levels.iter().copied().max().unwrap_or(0).max(1);
            let mut values = values.iter();
            column.extend(levels.iter().map(|&level| if level == most { values.next().map(&number) } else { None }));
        }
    }
}

/// What the crate makes of the file.
fn of_crate<T>(read: impl FnOnce() -> std::result::Result<T, ParquetError>) -> std::result::Result<T, String> {
    guarded(|| read().map_err(|error| error.to_string())).unwrap_or_else(|| Err("it is damaged".into()))
}

fn null(column: &str) -> Error {
    Error::failure(format!("{column} is null; expected a whole number"))
}

fn damaged(what: &str) -> Error {
    Error::failure(format!("no Parquet file that can be read: {what}")).hint("fetch or write the file again")
}
