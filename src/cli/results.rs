//! Results files, and folders of sweeps, as rows.

use super::output::reason;
use crate::core::{Error, Result};
use crate::record::{Row, join_timings, read_csv};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a sweep calls its files.
const RESULTS: &str = "results.csv";
const TIMINGS: &str = "timings.csv";

/// Reads a results file, or the one in the folder of a sweep. Where the rows have no times and a file of timings lies
/// beside them, they get those.
///
/// # Errors
/// The file is missing or unreadable, or is no results file.
pub(super) fn read(path: &Path) -> Result<Vec<Row>> {
    let file = if path.is_dir() { path.join(RESULTS) } else { path.to_owned() };
    let shown = file.display().to_string();
    let open = |file: &Path| {
        let hint = "name a results CSV, or the folder of a sweep, where results.csv lies";
        File::open(file)
            .map_err(|e| Error::failure(format!("cannot read {}: {}", file.display(), reason(&e))).hint(hint))
    };
    let mut rows = read_csv(open(&file)?, &shown)?;
    let timings = file.with_file_name(TIMINGS);
    let is_sweep = file.file_name().is_some_and(|name| name == RESULTS) && timings.is_file();
    if is_sweep && rows.iter().all(|row| row.seconds <= 0.0) {
        join_timings(&mut rows, open(&timings)?, &timings.display().to_string())?;
    }
    Ok(rows)
}

/// Reads several, one after another.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<Row>> {
    Ok(paths.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?.concat())
}

/// Refuses to write over what was read, which `--force` would otherwise do.
///
/// # Errors
/// `output` is one of the inputs.
pub(super) fn keep(inputs: &[PathBuf], output: Option<&Path>) -> Result<()> {
    let Some((shown, output)) = output.and_then(|path| Some((path.display(), path.canonicalize().ok()?))) else {
        return Ok(());
    };
    let input = |path: &PathBuf| if path.is_dir() { path.join(RESULTS) } else { path.clone() };
    if inputs.iter().any(|path| input(path).canonicalize().is_ok_and(|input| input == output)) {
        return Err(Error::usage(format!("{shown} is what is read")).hint("write to another file"));
    }
    Ok(())
}
