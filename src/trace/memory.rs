//! What a trace takes in memory, before it is read.

use super::{Columns, SizeChange};

/// A trace as far as its memory goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Number of requests.
    pub requests: u64,
    /// Number of distinct objects.
    pub objects: u64,
    /// The columns that are kept.
    pub columns: Columns,
    /// Mean length of the keys in bytes where they are strings; 0 where they are integers.
    pub key_bytes: u64,
}

/// Buffers of the reader: a piece of the file, a batch of requests, one of a decompressor.
const BUFFERS: u64 = 1 << 20;
/// The most requests in a batch; the interner makes room for all of them to be new.
const BATCH: u64 = super::batch::BATCH as u64;

/// The capacity of a vector that grew by doubling.
fn doubled(count: u64) -> u64 {
    count.max(1).next_power_of_two()
}

impl Shape {
    /// Bytes per request of each column that is kept.
    fn columns(&self) -> impl Iterator<Item = u64> {
        let Columns { sizes, times, ops, ttls, tenants, places, .. } = self.columns;
        let all = [(true, 4), (sizes, 4), (times || ttls, 8), (ops, 1), (ttls, 8), (tenants, 4), (places, 8)];
        all.into_iter().filter(|column| column.0).map(|column| column.1)
    }

    /// Bytes of the trace once it is in memory; at most, since columns may have been read into vectors that doubled.
    pub fn kept(&self) -> u64 {
        let keys = if self.columns.keys { self.objects * self.key() } else { 0 };
        // The ids are cut to their length when all are read.
        let others: u64 = self.columns().skip(1).map(|bytes| bytes * doubled(self.requests)).sum();
        4 * self.requests + others + keys
    }

    /// Bytes of a key by id: an integer, or a pointer, a length and the text.
    fn key(&self) -> u64 {
        if self.key_bytes == 0 { 8 } else { 16 + self.key_bytes }
    }

    /// Bytes at the peak of computing the next uses that policies like Belady's MIN have to know.
    pub fn next_use(&self) -> u64 {
        4 * (self.requests + self.objects)
    }

    /// Bytes at the peak of reading the trace from a file: columns that double, and the map from keys to ids.
    pub fn reading(&self, size_change: SizeChange) -> u64 {
        let columns: u64 = self.columns().map(|bytes| bytes * doubled(self.requests)).sum();
        // While the longest column doubles, there is an old one and a new one.
        let doubling = self.columns().max().unwrap_or(0) * doubled(self.requests) / 2;
        let keys = if self.columns.keys { self.objects * self.key() } else { 0 };
        let pairs = if size_change == SizeChange::Distinct { self.int_map() + 6 * doubled(self.objects) } else { 0 };
        let map = if self.key_bytes == 0 { self.int_map() } else { self.text_map() };
        BUFFERS + columns + doubling + keys + map + pairs
    }

    /// The interner of integers: slots of 16 bytes, at most half of them taken; two tables while it doubles.
    fn int_map(&self) -> u64 {
        16 * doubled(2 * (self.objects + BATCH)) * 3 / 2
    }

    /// The interner of strings: a table of ids, hashes, ends, and the texts one behind the other.
    fn text_map(&self) -> u64 {
        let table = 5 * doubled(self.objects * 8 / 7 + 1);
        let texts = doubled(self.objects * self.key_bytes);
        table + 16 * doubled(self.objects) + texts + table.max(texts).max(8 * doubled(self.objects)) / 2
    }
}
