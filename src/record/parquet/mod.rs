//! Parquet files of the same content as the CSV files, typed by the data dictionary. The crate that makes them is an
//! optional feature of this one; without it each function here says how to get it.

#[cfg(feature = "parquet")]
mod table;
#[cfg(all(test, feature = "parquet"))]
mod tests;

use super::{COLUMNS, Column, Part, Row, write_csv};
#[cfg(feature = "parquet")]
use crate::core::guard::guarded;
use crate::core::{Error, Result};
use std::io::Write;

/// How every Parquet file begins.
const MAGIC: &[u8] = b"PAR1";

/// Whether this program can write and read Parquet files.
///
/// # Errors
/// It was built without; the hint says how to build it.
pub fn parquet_available() -> Result<()> {
    if cfg!(feature = "parquet") {
        return Ok(());
    }
    Err(Error::usage("this program was built without Parquet")
        .hint("build it in: cargo install --path . --features parquet; or use .csv or .jsonl"))
}

/// Writes rows as a Parquet file: the columns that [`write_csv`] writes, in the same order.
///
/// # Errors
/// As [`write_parquet_table`].
pub fn write_parquet(rows: &[Row], part: Part, out: &mut dyn Write) -> Result<()> {
    parquet_available()?;
    let mut csv = Vec::new();
    write_csv(rows, part, &mut csv).map_err(|e| cannot_write(&e))?;
    write_parquet_table(&csv, COLUMNS, out)
}

/// Writes a CSV table with a header as a Parquet file, compressed with zstd. Columns have the types of `columns`: whole
/// numbers are unsigned 64-bit integers, numbers are doubles, the rest are strings. Other columns, which are parameters,
/// are of the narrowest of these types that holds all their values. An empty cell is null. The file's metadata has unit,
/// range and meaning of each column under `evictlab.columns`, as JSON. Same table, same bytes.
///
/// # Errors
/// The program was built without Parquet; a value is not of its column's type; the writer's.
pub fn write_parquet_table(csv: &[u8], columns: &[Column], out: &mut dyn Write) -> Result<()> {
    parquet_available()?;
    out.write_all(&encode(csv, columns)?).map_err(|e| cannot_write(&e))
}

/// The content of a file as CSV: decoded where it is a Parquet file, by what it begins with, else as it is. `name` is the
/// file's, for messages. In messages about the CSV of a Parquet file the header is line 1, and the first row line 2, where
/// no text has a line break.
///
/// # Errors
/// It is a Parquet file, or its name says so, and the program was built without Parquet, it is damaged, has nested columns
/// or a compression other than zstd.
pub fn as_csv(content: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    if content.starts_with(MAGIC) || name.to_ascii_lowercase().ends_with(".parquet") {
        return parquet_available().map_err(|e| e.at(name)).and_then(|()| decode(content, name));
    }
    Ok(content)
}

fn cannot_write(error: &dyn std::fmt::Display) -> Error {
    Error::failure(format!("cannot write Parquet: {error}"))
}

#[cfg(feature = "parquet")]
fn encode(csv: &[u8], columns: &[Column]) -> Result<Vec<u8>> {
    table::encode(csv, columns).map_err(|e| cannot_write(&e))
}

#[cfg(not(feature = "parquet"))]
fn encode(_: &[u8], _: &[Column]) -> Result<Vec<u8>> {
    parquet_available().map(|()| Vec::new())
}

#[cfg(feature = "parquet")]
fn decode(content: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    let read = guarded(|| table::decode(content).map_err(|e| e.to_string()));
    read.unwrap_or_else(|| Err("it is damaged".to_owned())).map_err(|e| {
        Error::failure(format!("{name}: no Parquet file that can be read: {e}")).hint(
            "expected a file as `evictlab run --output FILE.parquet` writes it, compressed with zstd or not at all",
        )
    })
}

#[cfg(not(feature = "parquet"))]
fn decode(_: Vec<u8>, _: &str) -> Result<Vec<u8>> {
    parquet_available().map(|()| Vec::new())
}

#[cfg(all(test, not(feature = "parquet")))]
mod without {
    use super::*;

    #[test]
    fn without_the_feature_the_error_says_how_to_get_it() {
        let errors = [
            write_parquet(&[], Part::Whole, &mut Vec::new()).unwrap_err(),
            write_parquet_table(b"schema\n1\n", COLUMNS, &mut Vec::new()).unwrap_err(),
            as_csv(b"PAR1".to_vec(), "x").unwrap_err(),
            as_csv(Vec::new(), "x.parquet").unwrap_err(),
        ];
        assert!(errors.iter().all(|e| e.to_string().contains("--features parquet")), "{errors:?}");
        assert_eq!(as_csv(b"a\n".to_vec(), "x.csv").unwrap(), b"a\n");
    }
}
