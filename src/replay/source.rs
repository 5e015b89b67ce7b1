//! Where a trace comes from: a file, a spec, or the program itself.

use super::settings::Selection;
use crate::core::{Error, Result};
use crate::trace::{Bundled, Columns, Filter, Loaded, Trace, load, load_bytes};
use crate::workload;
use std::path::PathBuf;

/// A trace to be.
#[derive(Debug, Clone)]
pub enum Source {
    /// A trace file.
    File(PathBuf),
    /// The spec of a workload.
    Workload(String),
    /// One that comes with the program.
    Bundled(&'static Bundled),
}

/// A trace in memory, and how it got there.
#[derive(Debug)]
pub struct Opened {
    /// The trace.
    pub trace: Trace,
    /// Format, how it was found, compression; or `workload`.
    pub how: String,
    /// Bytes read, compressed as they are; 0 of a workload.
    pub bytes: u64,
}

impl Source {
    /// Reads or makes the trace, with those of the columns that it has.
    ///
    /// `progress` is told of bytes read and bytes in all, as by [`load()`].
    ///
    /// # Errors
    /// As [`load()`] and [`workload::generate`]; or a workload is to be filtered.
    pub fn open(
        &self,
        selection: &Selection,
        columns: Columns,
        seed: u64,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Opened> {
        let options = selection.load_options(columns);
        match self {
            Source::File(path) => Ok(opened(load(path, &options, progress)?)),
            Source::Bundled(bundled) => Ok(opened(load_bytes(bundled.name, bundled.data(), &options)?)),
            Source::Workload(spec) => {
                if selection.filter != Filter::default() {
                    return Err(Error::usage("--skip, --limit, --from, --until and --sample are for trace files")
                        .hint(
                            "a workload has its own requests=N; or write it to a file first: evictlab trace generate",
                        ));
                }
                // A time to live counts from the time of a request; a spec without `arrivals` has no times anyway.
                let columns = Columns { times: columns.times || columns.ttls, ..columns };
                Ok(Opened { trace: workload::generate(spec, seed, columns)?, how: "workload".to_owned(), bytes: 0 })
            }
        }
    }
}

fn opened(loaded: Loaded) -> Opened {
    let packed = if loaded.compression == "none" { String::new() } else { format!(", {}", loaded.compression) };
    Opened { trace: loaded.trace, bytes: loaded.bytes, how: format!("{} ({}{packed})", loaded.format, loaded.why) }
}
