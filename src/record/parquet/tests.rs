//! Tests of Parquet files, against the CSV files of the same rows.

use super::super::{
    COLUMNS, COMPARE_COLUMNS, Format, Kind, Status, WINDOW_COLUMNS, Window, is_windows, join_timings, read_csv,
    read_windows, write_rows, write_windows,
};
use super::*;
use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::statistics::Statistics;

fn row(seed: u64, parameters: &[(&str, &str)]) -> Row {
    let mut row = Row {
        schema: 1,
        cell: format!("{seed:016x}"),
        trace: "a,\"b\"\nzipf:alpha=1 \u{e9}\u{1f980}".into(),
        policy: "s3-fifo".into(),
        params: "small=0.1".into(),
        capacity: 10,
        requests: 3,
        hits: 1,
        misses: 2,
        seed,
        seconds: 1e-7,
        requests_per_second: 3e17,
        pass_cells: 1,
        parameters: parameters.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect(),
        ..Row::default()
    };
    row.derive_ratios();
    row
}

/// Rows that vary parameters of every type, one of them in one row only, and one row that failed.
fn rows() -> Vec<Row> {
    vec![
        row(0, &[("small", "0.1"), ("alpha", "1"), ("threshold", "1"), ("protected", "auto"), ("hir", "1.0")]),
        row(42, &[("small", "1e1"), ("alpha", "0.75"), ("threshold", "2"), ("protected", "0.5"), ("hir", "0.01")]),
        Row { status: Status::Failed, error: "no\u{e9}".into(), ..row(u64::MAX, &[("alpha", "1.25")]) },
    ]
}

fn parquet(rows: &[Row], part: Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_parquet(rows, part, &mut bytes).unwrap();
    bytes
}

fn csv(rows: &[Row], part: Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_csv(rows, part, &mut bytes).unwrap();
    bytes
}

fn read_parquet(bytes: &[u8], name: &str) -> Result<Vec<Row>> {
    read_csv(as_csv(bytes.to_vec(), name)?.as_slice(), name)
}

fn metadata(bytes: Vec<u8>) -> ParquetMetaData {
    SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap().metadata().clone()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_file_says_what_the_csv_says() {
    for part in [Part::Whole, Part::Results, Part::Timings] {
        let (bytes, csv) = (parquet(&rows(), part), csv(&rows(), part));
        assert_eq!(bytes, parquet(&rows(), part), "the same rows are the same bytes");
        let back = as_csv(bytes, "x").unwrap();
        // "1e1" is the only text that is not the number's own.
        assert_eq!(text(&back), text(&csv).replace(",1e1,", ",10,"), "{part:?}");
    }
    let mut expected = rows();
    expected[1].parameters[0].1 = "10".into();
    assert_eq!(read_parquet(&parquet(&rows(), Part::Whole), "x").unwrap(), expected);
    let mut written = Vec::new();
    write_rows(&rows(), Format::Parquet, &mut written).unwrap();
    assert_eq!(written, parquet(&rows(), Part::Whole));

    let mut joined = read_parquet(&parquet(&rows(), Part::Results), "x").unwrap();
    join_timings(&mut joined, csv(&rows(), Part::Timings).as_slice(), "t").unwrap();
    assert_eq!(joined, expected);
}

#[test]
fn windows_go_there_and_back() {
    let window = |window| Window {
        trace: "t".into(),
        window,
        end_request: 10,
        end_seconds: 0.1 + 0.2,
        requests: 3,
        hits: 1,
        hit_ratio: 1.0 / 3.0,
        ..Window::default()
    };
    let windows = [window(0), window(7)];
    let (mut bytes, mut csv) = (Vec::new(), Vec::new());
    write_windows(&windows, Format::Parquet, &mut bytes).unwrap();
    write_windows(&windows, Format::Csv, &mut csv).unwrap();
    let back = as_csv(bytes.clone(), "w").unwrap();
    assert_eq!(text(&back), text(&csv));
    assert!(is_windows(&back));
    assert_eq!(read_windows(back.as_slice(), "w").unwrap(), windows);
    let fields = metadata(bytes);
    let names: Vec<&str> = fields.file_metadata().schema().get_fields().iter().map(|f| f.name()).collect();
    assert_eq!(names, WINDOW_COLUMNS.iter().map(|c| c.name).collect::<Vec<_>>());
}

#[test]
fn columns_have_the_types_of_the_dictionary() {
    let metadata = metadata(parquet(&rows(), Part::Whole));
    let file = metadata.file_metadata();
    assert_eq!(file.created_by(), Some(concat!("evictlab ", env!("CARGO_PKG_VERSION"))));
    let group = metadata.row_group(0);
    assert!(group.columns().iter().all(|column| matches!(column.compression(), Compression::ZSTD(_))));
    let fields = file.schema().get_fields();
    let parameters = [
        ("small", Kind::Number),
        ("alpha", Kind::Number),
        ("threshold", Kind::Integer),
        ("protected", Kind::Text),
        ("hir", Kind::Number),
    ];
    let expected: Vec<(String, Kind)> = COLUMNS
        .iter()
        .map(|column| (column.name.to_owned(), column.kind))
        .chain(parameters.map(|(name, kind)| (format!("parameter_{name}"), kind)))
        .collect();
    assert_eq!(fields.len(), expected.len());
    for (field, (name, kind)) in fields.iter().zip(expected) {
        let info = field.get_basic_info();
        let types = (field.get_physical_type(), info.logical_type_ref().cloned());
        let wanted = match kind {
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Integer => (Physical::INT64, Some(LogicalType::integer(64, false))),
            _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        assert_eq!((field.name(), types, info.repetition()), (name.as_str(), wanted, Repetition::OPTIONAL));
    }
    let said = file.key_value_metadata().unwrap().iter().find(|pair| pair.key == "evictlab.columns").unwrap();
    let said: serde_json::Value = serde_json::from_str(said.value.as_deref().unwrap()).unwrap();
    assert_eq!(said.as_object().map(serde_json::Map::len), Some(COLUMNS.len()));
    assert_eq!((said["seconds"]["unit"].as_str(), said["hit_ratio"]["range"].as_str()), (Some("s"), Some("0 to 1")));
}

/// What is empty in the CSV is null, and only that; the extremes of each type come back.
#[test]
fn empty_cells_are_null_and_extremes_survive() {
    let csv = "policy,hits,hit_ratio,a,parameter_x,parameter_y\n\
               lru,18446744073709551615,0.1,NaN,1,18446744073709551615\n,0,1e-300,,,\n\"a,\"\"b\"\"\",9007199254740993,,0.5,0.30000000000000004,7\n";
    let columns: Vec<Column> =
        COLUMNS.iter().chain(COMPARE_COLUMNS.iter().filter(|c| c.name == "a")).copied().collect();
    let mut bytes = Vec::new();
    write_parquet_table(csv.as_bytes(), &columns, &mut bytes).unwrap();
    let metadata = metadata(bytes.clone());
    let nulls = |at: usize| metadata.row_group(0).column(at).statistics().and_then(Statistics::null_count_opt);
    assert_eq!((0..6).map(nulls).collect::<Vec<_>>(), [Some(1), Some(0), Some(1), Some(1), Some(1), Some(1)]);
    assert_eq!(text(&as_csv(bytes, "x").unwrap()), csv);
    for wrong in ["hits\n-1\n", "hits\n1.5\n", "hit_ratio\nhalf\n"] {
        let error = write_parquet_table(wrong.as_bytes(), COLUMNS, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("column 'hit"), "{error}");
    }
}

#[test]
fn large_files_have_several_groups_and_no_rows_is_a_file_too() {
    let many: Vec<Row> = (0..70_000).map(|seed| row(seed, &[])).collect();
    let bytes = parquet(&many, Part::Results);
    assert_eq!(metadata(bytes.clone()).num_row_groups(), 2);
    let back = read_parquet(&bytes, "x").unwrap();
    assert!(back.len() == many.len() && back.iter().zip(0..).all(|(row, seed)| row.seed == seed));
    let error = read_parquet(&parquet(&[], Part::Whole), "x").unwrap_err();
    assert!(error.to_string().starts_with("x:"), "{error}");
}

#[test]
fn what_is_no_file_of_results_is_refused_with_its_name() {
    let whole = parquet(&rows(), Part::Whole);
    for bytes in [&b""[..], b"PAR1", b"policy,capacity,hit_ratio\nlru,1,0.5\n", &whole[..whole.len() - 1]] {
        let error = as_csv(bytes.to_vec(), "x.parquet").unwrap_err().to_string();
        assert!(error.starts_with("x.parquet") && error.contains("hint"), "{error}");
    }
}

/// Every third byte of a file changed in turn, and many lengths.
#[test]
fn damaged_files_do_not_panic() {
    let whole = parquet(&rows(), Part::Timings);
    for length in (0..whole.len()).step_by(7) {
        assert!(as_csv(whole[..length].to_vec(), "x.parquet").is_err());
    }
    for at in (0..whole.len()).step_by(3) {
        for flip in [1, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let _ = as_csv(bytes, "x.parquet");
        }
    }
}
