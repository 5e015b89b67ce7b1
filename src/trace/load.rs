//! Reads a trace from a file: compression, format, decoder, builder.

use super::batch::Batch;
use super::build::Builder;
use super::detect::{Probe, identify};
use super::formats::{self, Fill};
use super::input::{Input, PIECE, read_error};
use super::spec::{Spec, parse_format};
use super::{Columns, Filter, SizeChange, Trace, compress};
use crate::core::{Error, Result};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How to read a trace.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The format, as in `csv:id=5,size=4`; `None` = found from the name and the first bytes.
    pub format: Option<String>,
    /// The columns to keep, where the file has them.
    pub columns: Columns,
    /// The requests to keep.
    pub filter: Filter,
    /// What another size of the same object means.
    pub size_change: SizeChange,
    /// Drop the requests that are not reads, where the file says which are.
    pub only_reads: bool,
}

/// A trace and how it was read.
#[derive(Debug)]
pub struct Loaded {
    /// The trace.
    pub trace: Trace,
    /// The format's canonical name with the options in force.
    pub format: String,
    /// The file's compression: `none`, `gzip`, `zstd`, `xz` or `lz4`.
    pub compression: &'static str,
    /// How the format was found: `as told`, `extension .lis` or `first bytes`.
    pub why: String,
    /// Bytes of the file that were read, compressed as they are.
    pub bytes: u64,
}

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

/// Reads the trace in the file `path`.
///
/// `progress` is called now and then with the bytes read so far and the size of the file (0 if it is not known).
///
/// # Errors
/// The file is missing, unreadable, a folder, empty, damaged, of no known format, or has a bad record; an option makes no
/// sense; nothing is left after the filters.
pub fn load(path: &Path, options: &LoadOptions, progress: &dyn Fn(u64, u64)) -> Result<Loaded> {
    load_source(&FileSource::new(path)?, options, progress)
}

/// Reads a trace from memory; `name` stands for the file's name.
///
/// # Errors
/// As [`load()`].
pub fn load_bytes(name: &str, data: impl Into<Arc<[u8]>>, options: &LoadOptions) -> Result<Loaded> {
    load_source(&Memory { name: name.into(), data: data.into() }, options, &|_, _| ())
}

/// Reads a trace from any source.
///
/// # Errors
/// As [`load()`].
pub fn load_source(source: &dyn Source, options: &LoadOptions, progress: &dyn Fn(u64, u64)) -> Result<Loaded> {
    options.filter.validate()?;
    let told = options.format.as_deref().map(parse_format).transpose()?;
    let mut content = Content::open(source)?;
    let (mut spec, why) = match told {
        Some(spec) => (spec, "as told".to_string()),
        None => identify(&content.probe())?,
    };
    let mut notes = content.notes();
    loop {
        let again = match attempt(source, content, &spec, options, progress)? {
            Attempt::Done(mut loaded) => {
                notes.append(&mut loaded.trace.notes);
                loaded.trace.notes = notes;
                loaded.why = why;
                return Ok(*loaded);
            }
            Attempt::Again(changed, note) => {
                notes.push(note);
                changed
            }
        };
        if again == spec.options {
            return Err(Error::failure("the decoder asks for the same options again; this is a bug").at(source.name()));
        }
        spec.options = again;
        content = Content::open(source)?;
    }
}

/// The opened content of a source, its first piece read.
struct Content {
    input: Input,
    compression: &'static str,
    /// Compressed bytes read.
    count: Arc<AtomicU64>,
}

impl Content {
    fn open(source: &dyn Source) -> Result<Self> {
        let name = source.name();
        let count = Arc::new(AtomicU64::new(0));
        let raw = source.open()?;
        let (reader, compression) = compress::open(raw, &count).map_err(|error| read_error(&name, &error))?;
        let input = Input::new(&name, reader, source.piece())?;
        if input.head().is_empty() {
            return Err(Error::failure("the file is empty").at(name).hint("a trace has at least one request"));
        }
        Ok(Self { input, compression, count })
    }

    fn probe(&self) -> Probe<'_> {
        Probe { bytes: self.input.head(), whole: self.input.is_whole(), name: self.input.name() }
    }

    fn notes(&self) -> Vec<String> {
        let ending = self.input.name().rsplit('.').next().unwrap_or_default();
        match compress::EXTENSIONS.iter().find(|(extension, _)| ending.eq_ignore_ascii_case(extension)) {
            Some((extension, _)) if self.compression == "none" => {
                vec![format!("named .{extension}, but not compressed")]
            }
            _ => Vec::new(),
        }
    }
}

enum Attempt {
    Done(Box<Loaded>),
    Again(super::spec::Options, String),
}

fn attempt(
    source: &dyn Source,
    content: Content,
    spec: &Spec,
    options: &LoadOptions,
    progress: &dyn Fn(u64, u64),
) -> Result<Attempt> {
    /// Batches between two calls of `progress`: about a quarter of a million requests.
    const STEP: u64 = 64;
    let Content { input, compression, count } = content;
    let name = source.name();
    let length = source.length();
    let plain = length.filter(|_| compression == "none");
    let expected = plain.zip(spec.format.record_bytes).map_or(0, |(bytes, record)| bytes / record);
    let expected = expected.min(options.filter.limit.unwrap_or(u64::MAX)).min(Trace::MAX_REQUESTS as u64);
    let mut decoder = formats::open(spec, input)?;
    let mut builder = Builder::new(options, decoder.strings(), expected as usize);
    let mut batch = Batch::new(Builder::wanted(options));
    for step in 1.. {
        batch.clear();
        // The requests before an error or a restart count first: what lies behind the limit must not matter.
        let fill = decoder.fill(&mut batch);
        builder.add(&mut batch).map_err(|error| error.at(&name))?;
        if builder.finished() {
            break;
        }
        match fill? {
            Fill::More => {}
            Fill::End => break,
            Fill::Restart(options, note) => return Ok(Attempt::Again(options, note)),
        }
        if step % STEP == 0 {
            progress(count.load(Ordering::Relaxed), length.unwrap_or(0));
        }
    }
    let bytes = count.load(Ordering::Relaxed);
    progress(bytes, length.unwrap_or(bytes));
    let trace = builder.finish(&name, decoder.notes()).map_err(|error| error.at(&name))?;
    let format = Spec { format: spec.format, options: decoder.options() }.to_string();
    Ok(Attempt::Done(Box::new(Loaded { trace, format, compression, why: String::new(), bytes })))
}

/// A file; anything that is not a regular file (a pipe, say) can be opened once.
struct FileSource<'a> {
    path: &'a Path,
    name: String,
    length: Option<u64>,
    opened: std::cell::Cell<bool>,
}

impl<'a> FileSource<'a> {
    fn new(path: &'a Path) -> Result<Self> {
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

struct Memory {
    name: String,
    data: Arc<[u8]>,
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
