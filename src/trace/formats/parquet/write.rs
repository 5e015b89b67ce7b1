//! Writes a trace in the columns that pelikan's cache simulator reads.

use crate::core::{Error, NEVER, NO_NEXT_USE, Result, SECOND};
use crate::trace::{Keys, Op, Trace};
use ::parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use ::parquet::data_type::{DataType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::Type;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a group.
const GROUP: usize = 1 << 20;

type Group<'a, 'b> = SerializedRowGroupWriter<'a, &'b mut (dyn Write + Send)>;

/// Writes a trace. Keys that are texts become dense ids; without times request `i` is at second `i`, without sizes each is 1.
///
/// # Errors
/// `out` fails.
pub(in crate::trace) fn encode(trace: &Trace, out: &mut (dyn Write + Send)) -> Result<()> {
    all(trace, out).map_err(|error| Error::failure(format!("cannot write Parquet: {error}")))
}

fn all(trace: &Trace, out: &mut (dyn Write + Send)) -> std::result::Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by(concat!("evictlab ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(out, schema(trace)?, Arc::new(properties))?;
    let next = trace.next_use();
    for start in (0..trace.requests()).step_by(GROUP) {
        let rows = start..trace.requests().min(start + GROUP);
        let mut group = writer.next_row_group()?;
        let time = |i: usize| trace.times.as_ref().map_or(i as u64 * SECOND, |times| times[i]) as i64;
        column::<Int64Type>(&mut group, rows.clone(), |i| Some(time(i)))?;
        column::<Int64Type>(&mut group, rows.clone(), |i| {
            Some(match &trace.keys {
                Keys::Int(keys) => keys[trace.ids[i] as usize] as i64,
                Keys::None | Keys::Str(_) => i64::from(trace.ids[i]),
            })
        })?;
        let size = |i: usize| trace.sizes.as_ref().map_or(1, |sizes| sizes[i]);
        column::<Int32Type>(&mut group, rows.clone(), |i| Some(size(i).cast_signed()))?;
        let use_of = |i: usize| if next[i] == NO_NEXT_USE { -1 } else { i64::from(next[i]) + 1 };
        column::<Int64Type>(&mut group, rows.clone(), |i| Some(use_of(i)))?;
        if trace.ops.is_some() {
            // libCacheSim's numbers.
            let code = |i: usize| match trace.op(i) {
                Op::Get => 1,
                Op::Set => 3,
                Op::Delete => 9,
            };
            column::<Int32Type>(&mut group, rows.clone(), |i| Some(code(i)))?;
        }
        if let Some(ttls) = &trace.ttls {
            // A part of a second counts as one: 0 would be none.
            let seconds = |i: usize| i32::try_from(ttls[i].div_ceil(SECOND)).unwrap_or(i32::MAX);
            column::<Int32Type>(&mut group, rows, |i| (ttls[i] != NEVER).then(|| seconds(i)))?;
        }
        group.close()?;
    }
    writer.close().map(drop)
}

fn schema(trace: &Trace) -> std::result::Result<Arc<Type>, ParquetError> {
    let field = |name: &str, physical, logical, repetition| {
        let builder = Type::primitive_type_builder(name, physical).with_logical_type(logical);
        builder.with_repetition(repetition).build().map(Arc::new)
    };
    let unsigned = |bits| Some(LogicalType::integer(bits, false));
    let time = Some(LogicalType::timestamp(true, TimeUnit::NANOS));
    let mut fields = vec![
        field("timestamp", Physical::INT64, time, Repetition::REQUIRED)?,
        field("obj_id", Physical::INT64, unsigned(64), Repetition::REQUIRED)?,
        field("obj_size", Physical::INT32, unsigned(32), Repetition::REQUIRED)?,
        field("next_access_vtime", Physical::INT64, None, Repetition::REQUIRED)?,
    ];
    if trace.ops.is_some() {
        fields.push(field("op", Physical::INT32, unsigned(8), Repetition::OPTIONAL)?);
    }
    if trace.ttls.is_some() {
        fields.push(field("ttl", Physical::INT32, None, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("requests").with_fields(fields).build().map(Arc::new)
}

/// Writes the next column of a group; `None` is null, where the column may have nulls.
fn column<T: DataType>(
    group: &mut Group<'_, '_>,
    rows: Range<usize>,
    value: impl Fn(usize) -> Option<T::T>,
) -> std::result::Result<(), ParquetError> {
    let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("a column too many".into()))?;
    let levels: Vec<i16> = rows.clone().map(|i| i16::from(value(i).is_some())).collect();
    let values: Vec<T::T> = rows.filter_map(value).collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    column.close()
}
