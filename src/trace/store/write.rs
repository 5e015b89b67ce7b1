//! Writes a store as the requests come: each column goes to a file of its own, and all are joined at the end.

use super::{Codec, Description, FIXED, MAGIC, Stored, VERSION, aligned, checksum};
use crate::core::{Result, Time};
use crate::trace::rows::Rows;
use crate::trace::write::{Replace, failed};
use crate::trace::{Keys, Op, Place, Trace};
use bytemuck::{NoUninit, cast_slice};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Bytes that wait before they are written.
const BUFFER: usize = 1 << 18;
/// Effort of the compression: the library's own default.
const LEVEL: i32 = 3;

/// A store that is being written.
pub struct Writer {
    folder: PathBuf,
    codec: Codec,
    /// In the order of [`NAMES`]; those that the trace has.
    columns: Vec<Growing>,
    requests: u64,
}

/// A column's own file.
struct Growing {
    name: &'static str,
    out: Encoder,
    bytes: u64,
}

enum Encoder {
    Plain(BufWriter<Counted>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<Counted>>),
}

/// A file that knows what was written to it.
struct Counted {
    file: File,
    bytes: u64,
    hash: Xxh3,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Growing {
    fn new(name: &'static str, codec: Codec, folder: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        let out = BufWriter::with_capacity(BUFFER, Counted { file, bytes: 0, hash: Xxh3::new() });
        let out = match codec {
            Codec::Plain => Encoder::Plain(out),
            Codec::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(out, LEVEL)?;
                encoder.include_checksum(false)?;
                Encoder::Zstd(encoder)
            }
        };
        Ok(Self { name, out, bytes: 0 })
    }

    fn push<T: NoUninit>(&mut self, items: &[T]) -> io::Result<()> {
        let bytes: &[u8] = cast_slice(items);
        self.bytes += bytes.len() as u64;
        match &mut self.out {
            Encoder::Plain(out) => out.write_all(bytes),
            Encoder::Zstd(out) => out.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<(u64, Counted)> {
        let out = match self.out {
            Encoder::Plain(out) => out,
            Encoder::Zstd(encoder) => encoder.finish()?,
        };
        Ok((self.bytes, out.into_inner().map_err(io::IntoInnerError::into_error)?))
    }
}

impl Writer {
    /// A store that will be written to `path`; the columns wait in files without names in its folder.
    pub fn new(path: &Path, codec: Codec) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { folder: folder.to_path_buf(), codec, columns: Vec::new(), requests: 0 }
    }

    /// Adds requests, all of which have the same columns.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn push(&mut self, rows: &Rows) -> Result<()> {
        let Rows { ids, sizes, times, ops, ttls, tenants, places } = rows;
        self.requests += ids.len() as u64;
        self.columns(ids, sizes.as_deref(), times.as_deref(), ops.as_deref(), ttls.as_deref())
            .and_then(|()| self.rare(tenants.as_deref(), places.as_deref()))
            .map_err(|error| failed(error.kind()).at(self.folder.display()))
    }

    fn columns(
        &mut self,
        ids: &[u32],
        sizes: Option<&[u32]>,
        times: Option<&[Time]>,
        ops: Option<&[Op]>,
        ttls: Option<&[Time]>,
    ) -> io::Result<()> {
        self.column("ids", Some(ids))?;
        self.column("sizes", sizes)?;
        self.column("times", times)?;
        self.column("ops", ops)?;
        self.column("ttls", ttls)
    }

    fn rare(&mut self, tenants: Option<&[u32]>, places: Option<&[Place]>) -> io::Result<()> {
        self.column("tenants", tenants)?;
        self.column("places", places)
    }

    fn column<T: NoUninit>(&mut self, name: &'static str, items: Option<&[T]>) -> io::Result<()> {
        let Some(items) = items else { return Ok(()) };
        if let Some(column) = self.columns.iter_mut().find(|column| column.name == name) {
            return column.push(items);
        }
        let mut column = Growing::new(name, self.codec, &self.folder)?;
        column.push(items)?;
        self.columns.push(column);
        Ok(())
    }

    fn keys(&mut self, keys: &Keys) -> io::Result<()> {
        match keys {
            Keys::None => Ok(()),
            Keys::Int(keys) => self.column("keys", Some(keys)),
            Keys::Str(keys) => {
                let mut end = 0u64;
                for some in keys.chunks(1 << 12) {
                    let mut ends = Vec::with_capacity(some.len());
                    for key in some {
                        end += key.len() as u64;
                        ends.push(end);
                    }
                    self.column("key_ends", Some(&ends))?;
                    self.column("key_texts", Some(some.concat().as_bytes()))?;
                }
                Ok(())
            }
        }
    }

    /// Writes the store to `path`, with name, objects, keys, tenants and notes of `trace`, which was read as `format`.
    ///
    /// # Errors
    /// The file exists and `force` is not set, or cannot be written.
    pub fn finish(mut self, trace: &Trace, format: &str, path: &Path, force: bool) -> Result<()> {
        let failed = |error: io::Error| failed(error.kind()).at(path.display());
        self.keys(&trace.keys).map_err(failed)?;
        let mut files = Vec::new();
        let mut columns = Vec::new();
        let mut offset = 0;
        for column in std::mem::take(&mut self.columns) {
            let name = column.name.to_string();
            let (bytes, file) = column.finish().map_err(failed)?;
            let checksum = format!("{:016x}", file.hash.digest());
            columns.push(Stored { name, codec: self.codec, offset, stored_bytes: file.bytes, bytes, checksum });
            offset = aligned(offset + file.bytes);
            files.push(file.file);
        }
        let description = Description {
            trace: trace.name.clone(),
            format: format.into(),
            requests: self.requests,
            blocks: trace.blocks.clone(),
            objects: trace.objects as u64,
            tenants: trace.tenant_names.iter().map(ToString::to_string).collect(),
            notes: trace.notes.clone(),
            columns,
        };
        let mut replace = Replace::new(path, force)?;
        join(&description, files, replace.file()).map_err(failed)?;
        replace.done()
    }

    /// Writes a whole trace, which was read as `format` or made by a workload.
    ///
    /// # Errors
    /// As [`Writer::finish`].
    pub fn write(trace: &Trace, format: &str, path: &Path, codec: Codec, force: bool) -> Result<()> {
        let mut writer = Self::new(path, codec);
        writer.requests = trace.requests() as u64;
        let Trace { ids, sizes, times, ops, ttls, tenants, places, .. } = trace;
        let pushed = writer
            .columns(ids, sizes.as_deref(), times.as_deref(), ops.as_deref(), ttls.as_deref())
            .and_then(|()| writer.rare(tenants.as_deref(), places.as_deref()));
        pushed.map_err(|error| failed(error.kind()).at(path.display()))?;
        writer.finish(trace, format, path, force)
    }
}

/// Everything in the order of the file.
fn join(description: &Description, files: Vec<File>, out: &mut File) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let text = serde_json::to_vec(description)?;
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&u32::try_from(text.len()).map_err(io::Error::other)?.to_le_bytes())?;
    out.write_all(&checksum(&text).to_le_bytes())?;
    out.write_all(&text)?;
    let mut at = (FIXED + text.len()) as u64;
    for mut file in files {
        let start = aligned(at);
        io::copy(&mut io::repeat(0).take(start - at), &mut out)?;
        file.rewind()?;
        at = start + io::copy(&mut file, &mut out)?;
    }
    out.flush()
}
