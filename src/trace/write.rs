//! Writes a trace as oracle-general, csv, txt or a store; compressed by the file's ending, and whole or not at all.

use super::store::{Codec, Writer};
use super::{Keys, Trace, compress, parse_format};
use crate::core::{Error, NEVER, NO_NEXT_USE, ObjId, Result, SECOND, Time};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How to write a trace.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {
    /// `oracle-general`, `csv`, `txt` or `evl`; `None` = by the ending of the file's name.
    pub format: Option<String>,
    /// Replace the file if there is one.
    pub force: bool,
}

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Records of 24 bytes with the index of the next request. Times are cut to seconds; without times request `i` is at
    /// second `i`; without sizes every size is 1. String keys and keys that were not kept become dense ids.
    OracleGeneral,
    /// A header, then `id` and those of `time`, `size`, `op`, `ttl`, `tenant` that the trace has. Times in seconds with decimals.
    Csv,
    /// The keys alone.
    Txt,
    /// As pelikan's cache simulator reads it; keys that are texts become dense ids. Needs the feature `parquet`.
    Parquet,
    /// evictlab's store, with all columns.
    Evl(Codec),
}

impl Target {
    /// The target called `format`, or the one that the ending of `path` stands for.
    ///
    /// # Errors
    /// A format that does not exist or that cannot be written, or an ending that stands for none.
    pub fn of(path: &Path, format: Option<&str>) -> Result<Self> {
        let name = match format {
            Some(text) => {
                let spec = parse_format(text)?;
                if !spec.options.is_empty() {
                    return Err(Error::usage(format!("'{text}': written traces have no format options")));
                }
                spec.format.name.to_string()
            }
            None => ending(path),
        };
        let packed = compression(path).is_some();
        match name.to_ascii_lowercase().as_str() {
            "evl" | "parquet" if packed => Err(Error::usage(format!("'{name}' is not compressed as a whole"))
                .at(path.display())
                .hint("leave out the last ending; --codec zstd makes an .evl smaller")),
            "oracle-general" | "oraclegeneral" => Ok(Self::OracleGeneral),
            "csv" => Ok(Self::Csv),
            "txt" => Ok(Self::Txt),
            "parquet" if cfg!(feature = "parquet") => Ok(Self::Parquet),
            "evl" => Ok(Self::Evl(Codec::Plain)),
            _ => Err(Error::usage(format!("cannot write a trace as '{name}'")).at(path.display()).hint(
                "end the name with .evl, or .oracleGeneral, .csv or .txt (then .gz, .zst, .xz or .lz4 if you like)",
            )),
        }
    }
}

impl Target {
    /// The columns of `trace` that the format has no room for, as words, if there are any.
    pub fn loses(self, trace: &Trace) -> Option<String> {
        let (simple, csv) = (matches!(self, Self::Txt | Self::OracleGeneral), self == Self::Csv);
        let numbers = matches!(self, Self::OracleGeneral | Self::Parquet);
        let whole = |ttl: Time| ttl == NEVER || ttl.is_multiple_of(SECOND) && ttl / SECOND <= i32::MAX as Time;
        let odd_ttl = self == Self::Parquet && trace.ttls.iter().flatten().any(|&ttl| !whole(ttl));
        let fraction = trace.times.iter().flatten().any(|&time| time % SECOND != 0);
        let lost = [
            (trace.sizes.is_some() && self == Self::Txt, "sizes"),
            (trace.times.is_some() && self == Self::Txt, "times"),
            (fraction && self == Self::OracleGeneral, "fractions of seconds"),
            (matches!(trace.keys, Keys::Str(_)) && numbers, "keys that are texts"),
            (trace.ops.is_some() && simple, "operations"),
            (trace.ttls.is_some() && simple, "times to live"),
            (odd_ttl, "parts of seconds, or more than 2^31 of them, in times to live"),
            (trace.tenants.is_some() && (simple || numbers), "tenants"),
            (trace.places.is_some() && (simple || csv || numbers), "prompts and depths"),
        ];
        let lost: Vec<&str> = lost.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
        (!lost.is_empty()).then(|| lost.join(", "))
    }
}

/// The ending of the name, without that of a compression.
fn ending(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = match name.rsplit_once('.') {
        Some((stem, _)) if compression(path).is_some() => stem,
        _ => &name,
    };
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_string()
}

fn compression(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    compress::EXTENSIONS.iter().map(|&(extension, _)| extension).find(|&extension| extension == ending)
}

/// Writes `trace` to `path`: first to a temporary file beside it, which takes its name at the end.
///
/// # Errors
/// The file exists and `force` is not set, the folder cannot be written, or a value does not fit the format.
pub fn write(trace: &Trace, path: &Path, options: &WriteOptions) -> Result<()> {
    write_as(trace, path, Target::of(path, options.format.as_deref())?, options.force)
}

/// Writes `trace` to `path` as `target`, whatever the name; `force` replaces a file.
///
/// # Errors
/// As [`write()`].
pub fn write_as(trace: &Trace, path: &Path, target: Target, force: bool) -> Result<()> {
    if let Target::Evl(codec) = target {
        return Writer::write(trace, &trace.name, path, codec, force);
    }
    let mut replace = Replace::new(path, force)?;
    let file: Box<dyn Write + '_> = Box::new(replace.file());
    let encoder =
        compress::encoder(compression(path).unwrap_or(""), file).map_err(|e| failed(e.kind()).at(path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 18, encoder);
    encode(trace, target, &mut out).map_err(|error| error.at(path.display()))?;
    let encoder = out.into_inner().map_err(|error| failed(error.into_error().kind()).at(path.display()))?;
    encoder.finish().map_err(|error| failed(error.kind()).at(path.display()))?;
    replace.done()
}

/// A file that takes its name when it is whole, and replaces one of that name only if asked to.
pub(super) struct Replace<'a> {
    path: &'a Path,
    temporary: tempfile::NamedTempFile,
    force: bool,
}

impl<'a> Replace<'a> {
    /// A file beside `path`.
    ///
    /// # Errors
    /// `path` exists and `force` is not set, is no regular file, or its folder cannot be written to.
    pub(super) fn new(path: &'a Path, force: bool) -> Result<Self> {
        Self::check(path, force)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = temporary(folder).map_err(|error| failed(error.kind()).at(path.display()))?;
        Ok(Self { path, temporary, force })
    }

    /// Whether a file may be written there.
    ///
    /// # Errors
    /// `path` exists and `force` is not set, or it is no regular file.
    pub(super) fn check(path: &Path, force: bool) -> Result<()> {
        if let Ok(meta) = std::fs::symlink_metadata(path) {
            if !meta.is_file() {
                return Err(Error::failure("is not a regular file").at(path.display()).hint("write to another name"));
            }
            if !force {
                return Err(exists(path));
            }
        }
        Ok(())
    }

    /// The file that is written.
    pub(super) fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// A file of that name came meanwhile, or the name cannot be given.
    pub(super) fn done(self) -> Result<()> {
        let Self { path, temporary, force } = self;
        let renamed = if force { temporary.persist(path) } else { temporary.persist_noclobber(path) };
        match renamed {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
            Err(error) => Err(failed(error.error.kind()).at(path.display())),
        }
    }
}

fn exists(path: &Path) -> Error {
    Error::failure("exists already").at(path.display()).hint("use --force to replace it")
}

/// A temporary file with the rights that a new file has, not only for its owner.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".evictlab-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Writes the content, uncompressed.
///
/// # Errors
/// `out` fails, or a value does not fit the format: a time above 2^32 s in oracle-general, a key with a line break in txt.
pub fn encode(trace: &Trace, target: Target, out: &mut dyn Write) -> Result<()> {
    match target {
        Target::OracleGeneral => oracle_general(trace, out),
        Target::Csv => csv(trace, out),
        Target::Txt => txt(trace, out),
        #[cfg(feature = "parquet")]
        Target::Parquet => {
            let mut bytes = Vec::new();
            super::formats::encode_parquet(trace, &mut bytes)?;
            out.write_all(&bytes).map_err(failed)
        }
        _ => Err(Error::failure("a store is written to a file; this is a bug")),
    }
}

/// The error for what cannot be written.
pub(super) fn failed(error: impl std::fmt::Display) -> Error {
    Error::failure(format!("cannot write it: {error}"))
        .hint("name a file in a folder that exists, that you may write to and that has room")
}

fn oracle_general(trace: &Trace, out: &mut dyn Write) -> Result<()> {
    for (i, (&id, &next)) in trace.ids.iter().zip(trace.next_use()).enumerate() {
        let seconds = trace.times.as_ref().map_or(i as u64, |times| times[i] / SECOND);
        let Ok(seconds) = u32::try_from(seconds) else {
            return Err(Error::failure(format!("request {}: {seconds} s do not fit 32 bits", i + 1))
                .hint("write csv, or cut the trace with --until"));
        };
        let key = match &trace.keys {
            Keys::Int(keys) => keys[id as usize],
            Keys::None | Keys::Str(_) => u64::from(id),
        };
        let next = if next == NO_NEXT_USE { -1 } else { i64::from(next) + 1 };
        let mut record = [0u8; 24];
        record[..4].copy_from_slice(&seconds.to_le_bytes());
        record[4..12].copy_from_slice(&key.to_le_bytes());
        record[12..16].copy_from_slice(&trace.sizes.as_ref().map_or(1, |sizes| sizes[i]).to_le_bytes());
        record[16..].copy_from_slice(&next.to_le_bytes());
        out.write_all(&record).map_err(failed)?;
    }
    Ok(())
}

fn csv(trace: &Trace, out: &mut dyn Write) -> Result<()> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
    let mut row = csv::StringRecord::new();
    let Trace { times, sizes, ops, ttls, tenants, .. } = trace;
    let has = [times.is_some(), true, sizes.is_some(), ops.is_some(), ttls.is_some(), tenants.is_some()];
    let names = ["time", "id", "size", "op", "ttl", "tenant"];
    row.extend(names.iter().zip(has).filter(|&(_, has)| has).map(|(name, _)| name));
    writer.write_record(&row).map_err(failed)?;
    for (i, &id) in trace.ids.iter().enumerate() {
        row.clear();
        if let Some(times) = &trace.times {
            row.push_field(&seconds(times[i]));
        }
        let key = trace.keys.show(id);
        readable(&key, "").map_err(|error| error.at(format_args!("request {}", i + 1)))?;
        row.push_field(&key);
        if let Some(sizes) = &trace.sizes {
            row.push_field(&sizes[i].to_string());
        }
        if let Some(ops) = &trace.ops {
            row.push_field(ops[i].name());
        }
        if let Some(ttls) = &trace.ttls {
            row.push_field(&if ttls[i] == NEVER { String::new() } else { seconds(ttls[i]) });
        }
        if let Some(tenants) = tenants {
            row.push_field(&trace.tenant_names[tenants[i] as usize]);
        }
        writer.write_record(&row).map_err(failed)?;
    }
    writer.flush().map_err(failed)
}

/// Seconds with as many decimals as it takes: `12`, `0.5`.
fn seconds(time: Time) -> String {
    let (whole, part) = (time / SECOND, time % SECOND);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:09}").trim_end_matches('0').to_string() }
}

fn txt(trace: &Trace, out: &mut dyn Write) -> Result<()> {
    for (i, &id) in trace.ids.iter().enumerate() {
        line(&trace.keys, id, out).map_err(|error| error.at(format_args!("request {}", i + 1)))?;
    }
    Ok(())
}

/// Whether a key is read again as it was written, where it may have none of these characters.
fn readable(key: &str, without: &str) -> Result<()> {
    let no_line = key.is_empty() || key.contains(['\n', '\r', '\0']) || key.trim_ascii() != key;
    if no_line || key.contains(|c| without.contains(c)) {
        let instead = if no_line { "write .evl, which takes any key" } else { "write .csv or .evl" };
        let shown: String = key.escape_debug().take(80).collect();
        return Err(Error::failure(format!("the key '{shown}' would not be read again as it is")).hint(instead));
    }
    Ok(())
}

fn line(keys: &Keys, id: ObjId, out: &mut dyn Write) -> Result<()> {
    if let Keys::Str(keys) = keys {
        let key = &keys[id as usize];
        readable(key, ",;|{}[]\"* \t")?;
        return writeln!(out, "{key}").map_err(failed);
    }
    match keys {
        Keys::Int(keys) => writeln!(out, "{}", keys[id as usize]),
        _ => writeln!(out, "{id}"),
    }
    .map_err(failed)
}

#[cfg(test)]
mod tests;
