//! Reads a trace from a file: compression, format, decoder, builder.

use super::batch::Batch;
use super::build::Builder;
use super::detect::{Probe, identify};
use super::formats::{self, Decoder, Fill};
use super::input::{Input, read_error};
use super::rows::Rows;
use super::source::Memory;
use super::spec::{Options, Spec, parse_format};
use super::store::{self, Store};
use super::{Columns, Filter, Keys, SizeChange, Trace, compress};
use crate::core::{Error, ObjId, Result, error::Kind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) use super::source::FileSource;
pub use super::source::Source;

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
    /// A folder in which parsed traces are kept as stores, to be found there the next time; `None` = not kept.
    pub cache: Option<PathBuf>,
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

/// What becomes of requests while they are read.
pub(super) trait Sink {
    /// Whether it leaves all requests in memory.
    fn keeps(&self) -> bool {
        false
    }

    /// Reading begins, or begins again from the start.
    fn begin(&mut self);

    /// These were read; those that are cleared are not in the trace. `last` = none comes after them.
    ///
    /// # Errors
    /// They cannot be taken.
    fn take(&mut self, rows: &mut Rows, last: bool) -> Result<()>;
}

/// Leaves all requests in memory.
struct Keep;

impl Sink for Keep {
    fn keeps(&self) -> bool {
        true
    }

    fn begin(&mut self) {}

    fn take(&mut self, _rows: &mut Rows, _last: bool) -> Result<()> {
        Ok(())
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
    let source = FileSource::new(path)?;
    options.filter.validate()?;
    let told = options.format.as_deref().map(parse_format).transpose()?;
    if told.is_none_or(|spec| spec.format.name == formats::STORE)
        && let Some(store) = Store::of_file(path)?
    {
        return of_store(&store, options, &mut Keep, progress);
    }
    if let Some(folder) = &options.cache
        && let Some(place) = store::place(path, folder, options.format.as_deref())
    {
        store::folder(folder)?;
        if let Some(mut loaded) = parsed_before(path, &place, options, progress).transpose()? {
            loaded.trace.name = source.name();
            return Ok(loaded);
        }
    }
    load_source(&source, options, progress)
}

/// The trace from the store at `place`, which is made of it if there is none or a damaged one; `None` where it cannot be made: what
/// cannot be read whole may be read in part, and if not, the error is that of reading it.
fn parsed_before(
    path: &Path,
    place: &Path,
    options: &LoadOptions,
    progress: &dyn Fn(u64, u64),
) -> Option<Result<Loaded>> {
    let read = |store: &Store, why: &str| {
        let loaded = of_store(store, options, &mut Keep, progress);
        loaded.map(|loaded| Loaded { why: why.into(), ..loaded })
    };
    if let Ok(Some(store)) = Store::of_file(place) {
        let loaded = read(&store, "parsed before");
        if loaded.is_ok() || store.is_whole() {
            return Some(loaded);
        }
    }
    store::keep(path, place, options.format.clone(), progress).ok()?;
    Store::of_file(place).ok()?.map(|store| read(&store, "parsed and kept"))
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
    read_into(source, options, &mut Keep, progress)
}

/// A store: mapped as it is where all of it is kept in memory, else read as any other format.
pub(super) fn of_store(
    store: &Store,
    options: &LoadOptions,
    sink: &mut dyn Sink,
    progress: &dyn Fn(u64, u64),
) -> Result<Loaded> {
    options.filter.validate()?;
    let (name, bytes) = (store.name(), store.bytes());
    let format = format!("{} of {}", formats::STORE, store.description().format);
    let as_it_is = options.filter.keeps_all() && !options.only_reads && options.size_change == SizeChange::New;
    let trace = if as_it_is && sink.keeps() {
        store.trace(options.columns, progress)?
    } else {
        // Samples are drawn by the keys.
        let keys = options.columns.keys || options.filter.sample.is_some();
        let columns = Columns { keys, ..Builder::wanted(options) };
        let mut decoder = formats::of_store(store, columns, progress)?;
        let builder = Builder::new(options, decoder.strings(), 0);
        match drive(&mut *decoder, (builder, name), options, sink, &|| ())? {
            Driven::Done(builder) => finish(*builder, &*decoder, name)?,
            Driven::Again(..) => return Err(Error::failure("a store cannot be read otherwise; this is a bug").at(name)),
        }
    };
    Ok(Loaded { trace, format, compression: "none", why: "first bytes".into(), bytes })
}

/// Reads a trace, and gives its requests to `sink` as they come.
///
/// # Errors
/// As [`load()`], and those of `sink`.
pub(super) fn read_into(
    source: &dyn Source,
    options: &LoadOptions,
    sink: &mut dyn Sink,
    progress: &dyn Fn(u64, u64),
) -> Result<Loaded> {
    options.filter.validate()?;
    let told = options.format.as_deref().map(parse_format).transpose()?;
    let mut content = Content::open(source)?;
    let (mut spec, why) = match told {
        Some(spec) => (spec, "as told".to_string()),
        None => identify(&content.probe())?,
    };
    let mut notes = content.notes();
    let found = why != "as told";
    // Records of so many bytes are no text, and neither is a store.
    let odd = content.probe().is_binary() && spec.format.record_bytes.is_none() && spec.format.name != formats::STORE;
    if odd {
        notes.push(format!("it has bytes that no text has, and is read as {}; is that its format?", spec.format.name));
    }
    loop {
        sink.begin();
        let attempt = attempt(source, content, &spec, options, sink, progress);
        let again = match attempt.map_err(|error| read_as(error, &spec, found.then_some(&why)))? {
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

/// The error, with the format that the file was read as where nobody said it.
fn read_as(error: Error, spec: &Spec, why: Option<&String>) -> Error {
    let name = spec.format.name;
    match why {
        Some(why) if error.kind() == Kind::Failure => error.hint_too(format!("it was read as {name}, by its {why}")),
        _ => error,
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
    Again(Options, String),
}

fn attempt(
    source: &dyn Source,
    content: Content,
    spec: &Spec,
    options: &LoadOptions,
    sink: &mut dyn Sink,
    progress: &dyn Fn(u64, u64),
) -> Result<Attempt> {
    let Content { input, compression, count } = content;
    let name = source.name();
    let length = source.length();
    let plain = length.filter(|_| compression == "none");
    let expected = plain.zip(spec.format.record_bytes).map_or(0, |(bytes, record)| bytes / record);
    let expected = expected.min(options.filter.limit.unwrap_or(u64::MAX)).min(Trace::MAX_REQUESTS as u64);
    let mut decoder = formats::open(spec, input)?;
    let builder = Builder::new(options, decoder.strings(), expected as usize);
    let tell = || progress(count.load(Ordering::Relaxed), length.unwrap_or(0));
    let builder = match drive(&mut *decoder, (builder, &name), options, sink, &tell)? {
        Driven::Done(builder) => builder,
        Driven::Again(options, note) => return Ok(Attempt::Again(options, note)),
    };
    let bytes = count.load(Ordering::Relaxed);
    progress(bytes, length.unwrap_or(bytes));
    let trace = finish(*builder, &*decoder, &name)?;
    let format = Spec { format: spec.format, options: decoder.options() }.to_string();
    Ok(Attempt::Done(Box::new(Loaded { trace, format, compression, why: String::new(), bytes })))
}

/// The trace, with what the decoder knows of it.
fn finish(builder: Builder, decoder: &dyn Decoder, name: &str) -> Result<Trace> {
    let mut trace = builder.finish(name, decoder.notes()).map_err(|error| error.at(name))?;
    trace.blocks = decoder.blocks();
    if let (Some(names), Keys::Int(numbers)) = (decoder.keys(), &trace.keys) {
        let numbers: Vec<ObjId> = numbers.iter().map(|&number| number as ObjId).collect();
        trace.keys = names.select(&numbers);
    }
    Ok(trace)
}

enum Driven {
    Done(Box<Builder>),
    Again(Options, String),
}

/// Takes all requests from the decoder through the builder to the sink.
fn drive(
    decoder: &mut dyn Decoder,
    (mut builder, name): (Builder, &str),
    options: &LoadOptions,
    sink: &mut dyn Sink,
    tell: &dyn Fn(),
) -> Result<Driven> {
    /// Batches between two words of progress: about a quarter of a million requests.
    const STEP: u64 = 64;
    let mut batch = Batch::new(Builder::wanted(options));
    for step in 1.. {
        batch.clear();
        // The requests before an error or a restart count first: what lies behind the limit must not matter.
        let fill = decoder.fill(&mut batch);
        builder.add(&mut batch).map_err(|error| error.at(name))?;
        if builder.finished() {
            break;
        }
        match fill? {
            Fill::More => {}
            Fill::End => break,
            Fill::Restart(options, note) => return Ok(Driven::Again(options, note)),
        }
        sink.take(builder.rows(), false)?;
        if step % STEP == 0 {
            tell();
        }
    }
    sink.take(builder.rows(), true)?;
    Ok(Driven::Done(Box::new(builder)))
}
