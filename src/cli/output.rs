//! Stdout, stderr and files: data to the first, words to the second, whole files or none to the third.

use crate::core::{Error, Result};
use crate::record::{Format, parquet_available};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Prints data on stdout. A reader that has seen enough is no error.
pub(super) fn print(data: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::failure(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something on stderr, in a line of its own.
pub(super) fn say(text: &str) {
    // Nobody can be told that stderr is closed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A file that will be written whole or not at all: next to its place at first, then moved there.
///
/// Made before long work begins, so that a folder that is missing or protected is known at once; nothing lies there until
/// the work is done.
#[derive(Debug)]
pub(super) struct Target {
    path: PathBuf,
    force: bool,
}

impl Target {
    /// A place for `path`.
    ///
    /// # Errors
    /// It exists and `force` is not given; its folder is missing or cannot be written to.
    pub(super) fn new(path: &Path, force: bool) -> Result<Self> {
        let shown = path.display();
        if path.is_dir() {
            return Err(Error::usage(format!("{shown} is a folder")).hint("name a file in it"));
        }
        if path.exists() && !force {
            return Err(Error::usage(format!("{shown} exists")).hint("add --force to replace it, or name another file"));
        }
        let target = Self { path: path.to_owned(), force };
        drop(target.temporary()?);
        Ok(target)
    }

    fn temporary(&self) -> Result<NamedTempFile> {
        let folder = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        readable(&mut builder, 0o666);
        builder.tempfile_in(folder).map_err(|e| {
            let hint = "name a file in a folder that exists and that you may write to";
            Error::failure(format!("cannot write {}: {}", self.path.display(), reason(&e))).hint(hint)
        })
    }

    /// Writes the content and moves the file to its place.
    ///
    /// # Errors
    /// The disk's; or somebody made the file meanwhile.
    pub(super) fn finish(self, content: &[u8]) -> Result<()> {
        let failed = |e: std::io::Error| {
            Error::failure(format!("cannot write {}: {}", self.path.display(), reason(&e)))
                .hint("name a file in a folder that exists, that you may write to and that has room")
        };
        let mut temporary = self.temporary()?;
        temporary.write_all(content).and_then(|()| temporary.flush()).map_err(failed)?;
        let moved = if self.force { temporary.persist(&self.path) } else { temporary.persist_noclobber(&self.path) };
        moved.map(drop).map_err(|e| failed(e.error))
    }
}

/// Why a file could not be opened, in words without numbers of the system.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        kind => kind.to_string(),
    }
}

/// A temporary file is for its owner alone unless told otherwise; a result is for whom the user's umask says.
pub(super) fn readable(builder: &mut tempfile::Builder<'_, '_>, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = (builder, mode);
}

/// The format that a file's ending stands for.
///
/// # Errors
/// It stands for none.
pub(super) fn format_of(path: &Path) -> Result<Format> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "csv" => Ok(Format::Csv),
        "jsonl" | "ndjson" => Ok(Format::Jsonl),
        "json" => Ok(Format::Json),
        "parquet" => parquet_available().map(|()| Format::Parquet).map_err(|e| e.at(path.display())),
        _ => Err(Error::usage(format!("cannot write rows to {}: unknown ending", path.display()))
            .hint("end the name with .csv, .jsonl, .json or .parquet")),
    }
}
