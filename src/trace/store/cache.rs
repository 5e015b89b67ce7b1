//! A folder of stores made from traces that were read before, so that they need not be parsed again.

use super::{Codec, VERSION, checksum, convert};
use crate::core::{Error, Result};
use crate::trace::LoadOptions;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Makes the folder, unless it is there.
///
/// # Errors
/// It cannot be made, or something else has its name.
pub fn folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::failure(format!("cannot make the folder for parsed traces: {}", error.kind()))
            .at(folder.display())
            .hint("name a folder that may be written to, or leave --trace-cache out")
    })
}

/// Makes the store `place` of the whole trace at `path`.
///
/// # Errors
/// The trace cannot be read, or the folder cannot be written to.
pub fn keep(path: &Path, place: &Path, format: Option<String>, progress: &dyn Fn(u64, u64)) -> Result<()> {
    let whole = LoadOptions { format, ..LoadOptions::default() };
    convert(path, &whole, place, Codec::Plain, true, progress).map(drop)
}

/// Where in `folder` the store of the trace at `path` is, if it was made; `None` where `path` is no plain file.
///
/// A store is found by the path of the trace, its length, its times of change and the format that was told: a file that changes
/// gets a new one. What filters leave out is in it; they apply when it is read.
pub fn place(path: &Path, folder: &Path, format: Option<&str>) -> Option<PathBuf> {
    let meta = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let path = path.canonicalize().ok()?;
    // Another version of the program may read the same file otherwise.
    let program = env!("CARGO_PKG_VERSION");
    let (length, format, place) = (meta.len(), format.unwrap_or_default(), place_of(&meta));
    let what = format!("{VERSION} {program} {length} {changed} {place} {format} {}", path.display());
    Some(folder.join(format!("{:016x}.evl", checksum(what.as_bytes()))))
}

/// What tells a file from another one that took its name and has its length and time, as a copy may.
#[cfg(unix)]
fn place_of(meta: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{} {} {}", meta.ino(), meta.ctime(), meta.ctime_nsec())
}

#[cfg(not(unix))]
fn place_of(_: &std::fs::Metadata) -> String {
    String::new()
}
