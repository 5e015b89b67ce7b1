//! From a trace of any format to a store, without the trace ever being in memory: only its keys are.

use super::{Codec, Store, Writer};
use crate::core::Result;
use crate::trace::load::{FileSource, Loaded, Sink, of_store, read_into};
use crate::trace::rows::Rows;
use crate::trace::write::Replace;
use crate::trace::{Columns, LoadOptions};
use std::path::Path;

/// Requests that wait before they are written.
const WAITING: usize = 1 << 18;

/// Takes requests to the files of a store.
struct ToStore<'a> {
    path: &'a Path,
    codec: Codec,
    writer: Writer,
}

impl Sink for ToStore<'_> {
    fn begin(&mut self) {
        self.writer = Writer::new(self.path, self.codec);
    }

    fn take(&mut self, rows: &mut Rows, last: bool) -> Result<()> {
        if last || rows.ids.len() >= WAITING {
            self.writer.push(rows)?;
            rows.clear();
        }
        Ok(())
    }
}

/// Writes the requests of `path` that `options` keep to the store `output`, with every column that there is.
///
/// # Errors
/// As [`crate::trace::load()`]; or `output` exists and `force` is not set, or cannot be written.
pub fn convert(
    path: &Path,
    options: &LoadOptions,
    output: &Path,
    codec: Codec,
    force: bool,
    progress: &dyn Fn(u64, u64),
) -> Result<Loaded> {
    Replace::check(output, force)?;
    let options = LoadOptions { columns: Columns::ALL, ..options.clone() };
    let mut sink = ToStore { path: output, codec, writer: Writer::new(output, codec) };
    let loaded = match Store::of_file(path)? {
        Some(store) if options.format.is_none() => of_store(&store, &options, &mut sink, progress)?,
        _ => read_into(&FileSource::new(path)?, &options, &mut sink, progress)?,
    };
    sink.writer.finish(&loaded.trace, &options.filter.named(&loaded.format), output, force)?;
    Ok(loaded)
}
