//! A folder of stores made from traces that were read before, so that they need not be parsed again.

use super::{Codec, Store, VERSION, checksum, convert};
use crate::core::{Error, Result};
use crate::trace::LoadOptions;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The store in `folder` of the trace at `path`, which is made if there is none; `None` where `path` is no plain file.
///
/// A store is found by the path of the trace, its length, its time of change and the format that was told: a file that changes
/// gets a new one. What filters leave out is in it; they apply when it is read.
///
/// # Errors
/// The trace cannot be read, or the folder cannot be written to.
pub fn cached(path: &Path, folder: &Path, options: &LoadOptions, progress: &dyn Fn(u64, u64)) -> Result<Option<Store>> {
    let Some(place) = place(path, folder, options.format.as_deref()) else { return Ok(None) };
    // A damaged one is made anew.
    if let Ok(Some(store)) = Store::of_file(&place)
        && store.is_whole()
    {
        return Ok(Some(store));
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::failure(format!("cannot make the folder for parsed traces: {}", error.kind())).at(folder.display())
    })?;
    let whole = LoadOptions { format: options.format.clone(), ..LoadOptions::default() };
    convert(path, &whole, &place, Codec::Plain, true, progress)?;
    Store::of_file(&place)
}

fn place(path: &Path, folder: &Path, format: Option<&str>) -> Option<PathBuf> {
    let meta = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let path = path.canonicalize().ok()?;
    // Another version of the program may read the same file otherwise.
    let program = env!("CARGO_PKG_VERSION");
    let what =
        format!("{VERSION} {program} {} {changed} {} {}", meta.len(), format.unwrap_or_default(), path.display());
    Some(folder.join(format!("{:016x}.evl", checksum(what.as_bytes()))))
}
