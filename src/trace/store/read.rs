//! Reads a store: its description, and the columns that are asked for.

use super::{Codec, Description, FIXED, Stored, VERSION, aligned, checksum, is_store};
use crate::core::{Error, Mapped, Result, map_file};
use crate::trace::input::read_error;
use crate::trace::{Column, Columns, Keys, Trace};
use bytemuck::CheckedBitPattern;
use memmap2::Mmap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The bytes of a store.
#[derive(Debug, Clone)]
pub enum Data {
    /// A mapped file, whose plain columns need no memory of their own.
    Mapped(Arc<Mmap>),
    /// In memory.
    Bytes(Arc<[u8]>),
}

impl Data {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// An opened store, whose description was read.
#[derive(Debug)]
pub struct Store {
    data: Data,
    name: String,
    description: Description,
    /// Where the columns begin.
    base: usize,
}

impl Store {
    /// Opens the file at `path` if it is a store, whatever its name.
    ///
    /// # Errors
    /// It is a store that cannot be mapped or whose description is damaged.
    pub fn of_file(path: &Path) -> Result<Option<Self>> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let failed = |error: io::Error| read_error(&name, &error);
        // A pipe must not be opened twice; what cannot be opened is for the reader of all formats to name.
        if !path.metadata().is_ok_and(|meta| meta.is_file()) {
            return Ok(None);
        }
        let Ok(mut file) = File::open(path) else { return Ok(None) };
        let mut first = [0; 8];
        if file.read_exact(&mut first).is_err() || !is_store(&first) {
            return Ok(None);
        }
        Self::new(Data::Mapped(map_file(&file).map_err(failed)?), &name).map(Some)
    }

    /// Opens a store from its bytes; `name` is for messages.
    ///
    /// # Errors
    /// It is none, of a newer version, or its description is damaged.
    pub fn new(data: Data, name: &str) -> Result<Self> {
        let (description, base) = describe(data.bytes()).map_err(|error| error.at(name))?;
        Ok(Self { data, name: name.into(), description, base })
    }

    /// Whether all of its columns are there with their checksums.
    pub fn is_whole(&self) -> bool {
        self.description.columns.iter().all(|column| self.part(column).is_ok())
    }

    /// What it says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.data.bytes().len() as u64
    }

    /// The trace, with those of `columns` that there are. `progress` hears how many bytes of the file were read.
    ///
    /// # Errors
    /// A column that is asked for is damaged, or its numbers are none of a trace.
    pub fn trace(&self, columns: Columns, progress: &dyn Fn(u64, u64)) -> Result<Trace> {
        let Columns { sizes, times, ops, ttls, tenants, places, keys } = columns;
        let none = "no column 'ids', without which there is no trace";
        let mut trace = Trace::default();
        trace.name.clone_from(&self.name);
        trace.ids = self.column("ids", true, progress)?.ok_or_else(|| damaged(none).at(&self.name))?;
        trace.objects = usize::try_from(self.description.objects).unwrap_or(usize::MAX);
        trace.sizes = self.column("sizes", sizes, progress)?;
        trace.ttls = self.column("ttls", ttls, progress)?;
        trace.times = self.column("times", times || trace.ttls.is_some(), progress)?;
        trace.ops = self.column("ops", ops, progress)?;
        trace.tenants = self.column("tenants", tenants, progress)?;
        trace.places = self.column("places", places, progress)?;
        trace.tenant_names = self.description.tenants.iter().map(|name| name.as_str().into()).collect();
        if keys {
            trace.keys = self.keys(progress)?;
        }
        trace.notes.clone_from(&self.description.notes);
        trace.blocks.clone_from(&self.description.blocks);
        self.check(&trace).map_err(|error| error.at(&self.name))?;
        Ok(trace)
    }

    /// What a checksum cannot show: that the numbers are those of a trace.
    fn check(&self, trace: &Trace) -> Result<()> {
        trace.validate().map_err(|error| damaged(error.message()))?;
        if trace.requests() == 0 {
            return Err(damaged("no request"));
        }
        if trace.requests() as u64 != self.description.requests {
            return Err(damaged(&format!("{} ids, but {} requests", trace.requests(), self.description.requests)));
        }
        let known = trace.tenant_names.len();
        if trace.tenants.iter().flatten().any(|&tenant| tenant as usize >= known) {
            return Err(damaged("a tenant without a name"));
        }
        let keys = match &trace.keys {
            Keys::None => trace.objects,
            Keys::Int(keys) => keys.len(),
            Keys::Str(keys) => keys.len(),
        };
        if keys == trace.objects { Ok(()) } else { Err(damaged(&format!("{keys} keys of {} objects", trace.objects))) }
    }

    fn keys(&self, progress: &dyn Fn(u64, u64)) -> Result<Keys> {
        if let Some(keys) = self.column::<u64>("keys", true, progress)? {
            return Ok(Keys::Int(keys.to_vec()));
        }
        let ends = self.column::<u64>("key_ends", true, progress)?;
        let texts = self.column::<u8>("key_texts", true, progress)?;
        let Some(ends) = ends else { return Ok(Keys::None) };
        let texts = texts.unwrap_or_default();
        let mut start = 0;
        let key = |&end: &u64| {
            let text = texts.get(start..usize::try_from(end).ok()?)?;
            start = end as usize;
            Some(String::from_utf8_lossy(text).into())
        };
        let keys: Option<Vec<Box<str>>> = ends.iter().map(key).collect();
        keys.map(Keys::Str).ok_or_else(|| damaged("keys whose ends are not in order").at(&self.name))
    }

    /// A column, if it is wanted and there.
    fn column<T: CheckedBitPattern>(
        &self,
        name: &str,
        wanted: bool,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Option<Column<T>>> {
        let Some(stored) = self.description.columns.iter().find(|column| wanted && column.name == name) else {
            return Ok(None);
        };
        let column =
            self.read(stored).map_err(|what| damaged(&format!("the column '{name}' {what}")).at(&self.name))?;
        progress(self.base as u64 + stored.offset + stored.stored_bytes, self.bytes());
        Ok(Some(column))
    }

    /// Where the column is in the file, and its bytes.
    fn part(&self, stored: &Stored) -> std::result::Result<(Range<usize>, &[u8]), String> {
        let place = |offset: u64| usize::try_from(offset).ok();
        let start = place(stored.offset).and_then(|offset| offset.checked_add(self.base));
        let range = start.and_then(|start| Some(start..start.checked_add(place(stored.stored_bytes)?)?));
        let part = range.clone().and_then(|range| self.data.bytes().get(range));
        let (Some(range), Some(part)) = (range, part) else { return Err("goes beyond the end of the file".into()) };
        if format!("{:016x}", checksum(part)) != stored.checksum {
            return Err("does not have its checksum".into());
        }
        Ok((range, part))
    }

    fn read<T: CheckedBitPattern>(&self, stored: &Stored) -> std::result::Result<Column<T>, String> {
        let (range, part) = self.part(stored)?;
        let odd = || "does not hold what it should".to_string();
        let column = match (stored.codec, &self.data) {
            (Codec::Plain, Data::Mapped(map)) => Column::Mapped(Mapped::new(map, range).ok_or_else(odd)?),
            (Codec::Plain, Data::Bytes(_)) => array(part).ok_or_else(odd)?.into(),
            (Codec::Zstd, _) => array(&decompressed(part, stored.bytes)?).ok_or_else(odd)?.into(),
        };
        if size_of_val::<[T]>(&column) as u64 == stored.bytes { Ok(column) } else { Err(odd()) }
    }
}

/// The elements that these bytes are, aligned or not.
fn array<T: CheckedBitPattern>(bytes: &[u8]) -> Option<Vec<T>> {
    let elements = bytes.chunks_exact(size_of::<T>());
    if !elements.remainder().is_empty() {
        return None;
    }
    elements.map(|element| bytemuck::checked::try_pod_read_unaligned(element).ok()).collect()
}

/// At most so many bytes; memory grows as they come, whatever the description says.
fn decompressed(part: &[u8], bytes: u64) -> std::result::Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(part).map_err(|error| error.to_string())?;
    decoder.take(bytes.saturating_add(1)).read_to_end(&mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn describe(bytes: &[u8]) -> Result<(Description, usize)> {
    if !is_store(bytes) {
        return Err(
            Error::failure("is no store of evictlab").hint("make one: evictlab trace convert FILE --output x.evl")
        );
    }
    if cfg!(target_endian = "big") {
        return Err(Error::failure("stores are read on machines whose numbers begin with their lowest byte"));
    }
    let number = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let version = number(8).ok_or_else(|| damaged("it ends in its first bytes"))?;
    if version != VERSION {
        return Err(Error::failure(format!("is a store of version {version}; this program reads version {VERSION}"))
            .hint("convert the original again with this program"));
    }
    let sum = bytes.get(16..24).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    let text = number(12).and_then(|length| bytes.get(FIXED..FIXED.checked_add(length as usize)?));
    let (Some(sum), Some(text)) = (sum, text) else { return Err(damaged("it ends in its description")) };
    if checksum(text) != sum {
        return Err(damaged("its description does not have its checksum"));
    }
    let description = serde_json::from_slice(text).map_err(|error| damaged(&format!("its description: {error}")))?;
    Ok((description, aligned((FIXED + text.len()) as u64) as usize))
}

fn damaged(what: &str) -> Error {
    Error::failure(format!("the store is damaged: {what}")).hint("convert the original again: evictlab trace convert")
}
