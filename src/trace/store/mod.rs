//! The store: a trace as a file of columns, parsed once and then loaded at the speed of memory.
//!
//! # Layout, version 1
//! Numbers begin with their lowest byte.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `\x89EVL\r\n\x1a\n`, which no text is and which a transfer as text damages |
//! | 4 | version |
//! | 4 | bytes of the description |
//! | 8 | checksum of the description |
//! | ... | the description: a JSON object, see [`Description`] |
//! | ... | the columns, each from a multiple of 64 bytes on |
//!
//! A column is an array of numbers: `ids` (u32), `sizes` (u32), `times` (u64), `ops` (u8), `ttls` (u64), `tenants` (u32), `places`
//! (2 x u32), one element per request; `keys` (u64, by id), or `key_ends` (u64, by id) and `key_texts` (bytes) where keys are
//! texts. Checksums are XXH3 (64 bits) of the bytes as they lie in the file. A column is plain, and then mapped into memory
//! instead of read, or compressed with zstd.

mod cache;
mod convert;
mod read;
#[cfg(test)]
mod tests;
mod write;

use crate::core::{Error, Result};
use serde::{Deserialize, Serialize};

pub use cache::{folder, keep, place};
pub use convert::convert;
pub use read::{Data, Store};
pub use write::Writer;

/// The first bytes of a store.
pub const MAGIC: [u8; 8] = *b"\x89EVL\r\n\x1a\n";
/// The version that is written, and the newest that is read.
pub const VERSION: u32 = 1;
/// Bytes before the description.
const FIXED: usize = 24;
/// Columns begin at multiples of this.
const ALIGN: u64 = 64;

/// What a store says of itself before its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The name of the trace that it was made from.
    pub trace: String,
    /// The format of that, with the options in force.
    pub format: String,
    /// Number of requests.
    pub requests: u64,
    /// Number of distinct objects.
    pub objects: u64,
    /// Where requests are ranges of blocks, what was made of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blocks: String,
    /// The tenants, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
    /// What its reader wanted people to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The columns, in the order of the file.
    pub columns: Vec<Stored>,
}

/// A column in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// `ids`, `sizes`, ...
    pub name: String,
    /// How it is written.
    pub codec: Codec,
    /// Where it begins, in bytes behind the description's end rounded up to a multiple of 64.
    pub offset: u64,
    /// Bytes in the file.
    pub stored_bytes: u64,
    /// Bytes of the array.
    pub bytes: u64,
    /// Checksum of the bytes in the file, in hexadecimal digits.
    pub checksum: String,
}

/// How a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// As it is in memory, so that it can be mapped.
    #[default]
    Plain,
    /// Compressed with zstd.
    Zstd,
}

impl Codec {
    /// The codec called `name`.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "plain" => Ok(Self::Plain),
            "zstd" => Ok(Self::Zstd),
            _ => Err(Error::usage(format!("unknown codec '{name}'")).hint("expected plain or zstd")),
        }
    }
}

/// Whether a file that begins with these bytes is a store.
pub fn is_store(first: &[u8]) -> bool {
    first.starts_with(&MAGIC)
}

fn aligned(offset: u64) -> u64 {
    offset.next_multiple_of(ALIGN)
}

fn checksum(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}
