//! Parquet files of the same content as the CSV files, typed by the data dictionary. The crate that makes them is an
//! optional feature of this one; without it each function here says how to get it.

#[cfg(feature = "parquet")]
mod table;
#[cfg(all(test, feature = "parquet"))]
mod tests;

use super::{COLUMNS, Column, Format, Part, Row, WINDOW_COLUMNS, Window, read_csv, write_csv, write_windows};
use crate::core::{Error, Result};
use std::io::{Read, Write};
#[cfg(feature = "parquet")]
use std::panic::catch_unwind;

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

/// Writes rows as a Parquet file, compressed with zstd: the columns that [`write_csv`] writes, in the same order. Whole
/// numbers are unsigned 64-bit integers, numbers are doubles, the rest are strings; a column of a parameter is of the
/// narrowest of these types that holds all its values, and null where a row does not vary it. Same rows, same bytes.
///
/// # Errors
/// The program was built without Parquet; the writer's.
pub fn write_parquet(rows: &[Row], part: Part, out: &mut dyn Write) -> Result<()> {
    parquet_available()?;
    let mut csv = Vec::new();
    write_csv(rows, part, &mut csv).map_err(|e| cannot_write(&e))?;
    write(&csv, COLUMNS, out)
}

/// Writes windows as a Parquet file, as [`write_parquet`] does rows.
///
/// # Errors
/// As [`write_parquet`].
pub fn write_parquet_windows(windows: &[Window], out: &mut dyn Write) -> Result<()> {
    parquet_available()?;
    let mut csv = Vec::new();
    write_windows(windows, Format::Csv, &mut csv).map_err(|e| cannot_write(&e))?;
    write(&csv, WINDOW_COLUMNS, out)
}

/// Reads result rows from a Parquet file; `name` is the file's, for messages.
///
/// # Errors
/// The program was built without Parquet; it is no Parquet file, is damaged, or is no file of results, as for
/// [`read_csv`], where a line is a row and the header is line 1.
pub fn read_parquet(mut input: impl Read, name: &str) -> Result<Vec<Row>> {
    parquet_available()?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|e| Error::failure(format!("cannot read {name}: {e}")))?;
    read_csv(read(bytes, name)?.as_slice(), name)
}

fn cannot_write(error: &dyn std::fmt::Display) -> Error {
    Error::failure(format!("cannot write Parquet: {error}"))
}

#[cfg(feature = "parquet")]
fn write(csv: &[u8], columns: &[Column], out: &mut dyn Write) -> Result<()> {
    let bytes = table::encode(csv, columns).map_err(|e| cannot_write(&e))?;
    out.write_all(&bytes).map_err(|e| cannot_write(&e))
}

#[cfg(not(feature = "parquet"))]
fn write(_: &[u8], _: &[Column], _: &mut dyn Write) -> Result<()> {
    parquet_available()
}

#[cfg(feature = "parquet")]
fn read(bytes: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    // The reader of a damaged file may panic, which is no reason to end.
    let read = catch_unwind(|| table::decode(bytes).map_err(|e| e.to_string()));
    read.unwrap_or_else(|_| Err("it is damaged".to_owned())).map_err(|e| {
        Error::failure(format!("{name}: no Parquet file that can be read: {e}"))
            .hint("expected results as `evictlab run --output FILE.parquet` writes them, compressed with zstd or not at all")
    })
}

#[cfg(not(feature = "parquet"))]
fn read(_: Vec<u8>, _: &str) -> Result<Vec<u8>> {
    parquet_available().map(|()| Vec::new())
}

#[cfg(all(test, not(feature = "parquet")))]
mod without {
    use super::*;

    #[test]
    fn without_the_feature_the_error_says_how_to_get_it() {
        let errors =
            [write_parquet(&[], Part::Whole, &mut Vec::new()).unwrap_err(), read_parquet(&b""[..], "x").unwrap_err()];
        assert!(errors.iter().all(|e| e.to_string().contains("--features parquet")), "{errors:?}");
    }
}
