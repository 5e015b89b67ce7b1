//! Where the bytes of a trace come from: a file, a pipe, memory.

use super::input::PIECE;
use crate::core::{Error, Result};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// Something that can be read from its start, more than once.
pub trait Source {
    /// The name for messages and for the result rows, without a folder.
    fn name(&self) -> String;

    /// A reader at the start.
    ///
    /// # Errors
    /// It cannot be opened, or not a second time.
    fn open(&self) -> Result<Box<dyn Read>>;

    /// Bytes in it, if known.
    fn length(&self) -> Option<u64>;

    /// Bytes to read at once; the first piece decides on the format.
    fn piece(&self) -> usize {
        PIECE
    }
}

/// A file; anything that is not a regular file (a pipe, say) can be opened once.
pub(super) struct FileSource<'a> {
    path: &'a Path,
    name: String,
    length: Option<u64>,
    opened: std::cell::Cell<bool>,
}

impl<'a> FileSource<'a> {
    /// The file at `path`.
    ///
    /// # Errors
    /// There is none, or it is a folder.
    pub(super) fn new(path: &'a Path) -> Result<Self> {
        let meta = std::fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
        if meta.is_dir() {
            return Err(Error::failure("is a folder, not a trace").at(path.display()).hint("name one file in it"));
        }
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        Ok(Self { path, name, length: meta.is_file().then_some(meta.len()), opened: false.into() })
    }
}

impl Source for FileSource<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&self) -> Result<Box<dyn Read>> {
        if self.opened.replace(true) && self.length.is_none() {
            return Err(Error::failure("has string ids, and a pipe cannot be read a second time")
                .at(self.path.display())
                .hint("add ids=string to the format, as in --trace-format txt:ids=string"));
        }
        Ok(Box::new(File::open(self.path).map_err(|error| cannot_open(self.path, &error))?))
    }

    fn length(&self) -> Option<u64> {
        self.length
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> Error {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_string(),
        io::ErrorKind::PermissionDenied => "no permission to read it".to_string(),
        _ => error.to_string(),
    };
    Error::failure(text).at(path.display()).hint("check the name, the folder and your rights")
}

/// Bytes in memory.
pub(super) struct Memory {
    pub(super) name: String,
    pub(super) data: Arc<[u8]>,
}

impl Source for Memory {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&self) -> Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(Arc::clone(&self.data))))
    }

    fn length(&self) -> Option<u64> {
        Some(self.data.len() as u64)
    }
}
