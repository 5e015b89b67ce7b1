//! A table of texts to a Parquet file and back: types go with the columns, not with the rows.

use super::super::dictionary::{Column, Kind};
use super::super::shape::PREFIX;
use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::record::Field;
use ::parquet::schema::types::Type;
use bytes::Bytes;
use csv::{Reader, StringRecord};
use std::sync::Arc;

/// Rows in a row group: few enough that their texts fit into memory next to anything else.
const GROUP: usize = 1 << 16;
/// Key of the names, separated by line feeds, of columns whose numbers were written with a decimal point throughout.
const POINT: &str = "evictlab.decimal_point";
/// Key of what the dictionary says of the columns.
const MEANING: &str = "evictlab.columns";

/// A column of the file.
struct Typed<'a> {
    name: &'a str,
    kind: Kind,
    /// Whether whole numbers are written `1.0` as text.
    point: bool,
}

/// The number that `text` is, if it is written in digits.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}

/// The column of a parameter: as narrow as all its values allow.
fn parameter<'a>(name: &'a str, values: &(impl Iterator<Item = &'a str> + Clone)) -> Typed<'a> {
    let mut given = values.clone().filter(|value| !value.is_empty()).peekable();
    let some = given.peek().is_some();
    let whole = |value: &str| value.parse::<u64>().is_ok_and(|number| number.to_string() == value);
    let kind = if some && given.clone().all(whole) {
        Kind::Integer
    } else if some && given.clone().all(|value| number(value).is_some()) {
        Kind::Number
    } else {
        Kind::Text
    };
    let point = kind == Kind::Number && given.all(|value| number(value).is_some_and(|n| format!("{n:?}") == value));
    Typed { name, kind, point }
}

impl Typed<'_> {
    fn schema(&self) -> Result<Arc<Type>> {
        let (physical, logical) = match self.kind {
            Kind::Text | Kind::Any | Kind::Object => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Integer => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Kind::Number => (Physical::DOUBLE, None),
        };
        let builder = Type::primitive_type_builder(self.name, physical);
        builder.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build().map(Arc::new)
    }

    /// Writes the column's next chunk.
    fn write(&self, group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>, values: &[&str]) -> Result<()> {
        let levels: Vec<i16> = values.iter().map(|value| i16::from(!value.is_empty())).collect();
        let levels = Some(levels.as_slice());
        let given = values.iter().copied().filter(|value| !value.is_empty());
        let wrong = |value: &str| {
            let expected = self.kind.name();
            ParquetError::General(format!("column '{}': expected {expected}, found '{value}'", self.name))
        };
        let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("a column too many".to_owned()))?;
        match self.kind {
            Kind::Text | Kind::Any | Kind::Object => {
                let values: Vec<ByteArray> = given.map(ByteArray::from).collect();
                column.typed::<ByteArrayType>().write_batch(&values, levels, None)?;
            }
            Kind::Integer => {
                let read = |value: &str| value.parse::<u64>().map(|n| n as i64).map_err(|_| wrong(value));
                let values: Vec<i64> = given.map(read).collect::<Result<_>>()?;
                column.typed::<Int64Type>().write_batch(&values, levels, None)?;
            }
            Kind::Number => {
                let read = |value: &str| value.parse::<f64>().map_err(|_| wrong(value));
                let values: Vec<f64> = given.map(read).collect::<Result<_>>()?;
                column.typed::<DoubleType>().write_batch(&values, levels, None)?;
            }
        }
        column.close()
    }
}

/// The Parquet file of a CSV file with a header, whose columns are in the dictionary or are parameters.
pub(super) fn encode(csv: &[u8], dictionary: &[Column]) -> Result<Vec<u8>> {
    let general = |e: csv::Error| ParquetError::General(e.to_string());
    let mut reader = Reader::from_reader(csv);
    let header = reader.headers().map_err(general)?.clone();
    let records: Vec<StringRecord> = reader.records().collect::<std::result::Result<_, _>>().map_err(general)?;
    let columns: Vec<Typed<'_>> = header
        .iter()
        .enumerate()
        .map(|(at, name)| match dictionary.iter().find(|column| column.name == name) {
            Some(column) => Typed { name, kind: column.kind, point: false },
            None => parameter(name, &records.iter().map(move |record| &record[at])),
        })
        .collect();
    let fields = columns.iter().map(Typed::schema).collect::<Result<_>>()?;
    let schema = Arc::new(Type::group_type_builder("results").with_fields(fields).build()?);
    let pointed: Vec<&str> = columns.iter().filter(|column| column.point).map(|column| column.name).collect();
    let mut metadata = vec![KeyValue::new(MEANING.to_owned(), meaning(&columns, dictionary))];
    if !pointed.is_empty() {
        metadata.push(KeyValue::new(POINT.to_owned(), pointed.join("\n")));
    }
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by(concat!("evictlab ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(metadata))
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    for records in records.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for (at, column) in columns.iter().enumerate() {
            column.write(&mut group, &records.iter().map(|record| &record[at]).collect::<Vec<_>>())?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}

/// Unit, range and meaning of the columns that the dictionary has, as a JSON object.
fn meaning(columns: &[Typed<'_>], dictionary: &[Column]) -> String {
    let known = columns.iter().filter_map(|typed| dictionary.iter().find(|column| column.name == typed.name));
    let members = known.map(|column| {
        let Column { unit, range, meaning, .. } = column;
        (column.name.to_owned(), serde_json::json!({ "unit": unit, "range": range, "meaning": meaning }))
    });
    serde_json::Value::Object(members.collect()).to_string()
}

/// The CSV file of a Parquet file without nested columns; missing values are empty.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Vec<u8>> {
    let reader = SerializedFileReader::new(Bytes::from(bytes))?;
    let metadata = reader.metadata().file_metadata();
    let fields = metadata.schema().get_fields();
    if let Some(nested) = fields.iter().find(|field| !field.is_primitive()) {
        return Err(ParquetError::General(format!("column '{}' is nested", nested.name())));
    }
    let points = metadata.key_value_metadata().into_iter().flatten().find(|pair| pair.key == POINT);
    let points = points.and_then(|pair| pair.value.clone()).unwrap_or_default();
    let points: Vec<&str> = points.split('\n').collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).map_err(|e| ParquetError::General(e.to_string()))?;
    for row in reader.get_row_iter(None)? {
        let row = row?;
        for (name, field) in row.get_column_iter() {
            let point = !name.starts_with(PREFIX) || points.contains(&name.as_str());
            writer.write_field(text(field, point)).map_err(|e| ParquetError::General(e.to_string()))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|e| ParquetError::General(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| ParquetError::General(e.to_string()))
}

/// A value as the CSV file has it.
fn text(field: &Field, point: bool) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Double(number) if point => format!("{number:?}"),
        Field::Double(number) => number.to_string(),
        other => other.to_string(),
    }
}
