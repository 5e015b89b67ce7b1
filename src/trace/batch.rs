//! A few thousand decoded requests at a time: what a decoder fills and the builder empties.

use super::intern::StrInterner;
use super::{Columns, Op, Place};
use crate::core::Time;

/// The most requests a decoder puts into one batch: small enough that all its columns stay in the second-level cache.
pub const BATCH: usize = 4096;

/// String keys of one batch, without an allocation per key.
#[derive(Debug, Default)]
pub struct Texts {
    bytes: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl Texts {
    /// Adds a key.
    pub fn push(&mut self, key: &[u8]) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(key);
        self.spans.push((start, self.bytes.len() as u32));
    }

    /// The key of row `i`.
    pub fn get(&self, i: usize) -> &[u8] {
        let (start, end) = self.spans[i];
        &self.bytes[start as usize..end as usize]
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Bytes of all keys.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
    }
}

/// Columns of decoded requests, one element per request in each column that is not empty.
///
/// A decoder pushes either `keys` or `texts`, and those of the other columns that are wanted and that the file has.
#[derive(Debug, Default)]
pub struct Batch {
    /// What the reader of the batch will use; a decoder need not fill the rest.
    pub want: Columns,
    /// Integer keys.
    pub keys: Vec<u64>,
    /// Hashes by which keys are sampled, where `keys` are numbers of keys and not the keys.
    pub hashes: Vec<u64>,
    /// String keys.
    pub texts: Texts,
    /// Nanoseconds on the file's own clock.
    pub times: Vec<Time>,
    /// Sizes in bytes.
    pub sizes: Vec<u32>,
    /// Operations.
    pub ops: Vec<Op>,
    /// Times to live in nanoseconds; [`crate::core::NEVER`] for none.
    pub ttls: Vec<Time>,
    /// Tenants, as numbers in [`Batch::tenant_names`].
    pub tenants: Vec<u32>,
    /// Prompts and depths.
    pub places: Vec<Place>,
    /// The tenants so far; they outlive [`Batch::clear`].
    pub tenant_names: StrInterner,
}

impl Batch {
    /// An empty batch for these columns.
    pub fn new(want: Columns) -> Self {
        Self { want, keys: Vec::with_capacity(BATCH), ..Self::default() }
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.keys.len().max(self.texts.len())
    }

    /// Whether there is no request.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many more requests a decoder may add now.
    ///
    /// Long string keys fill a batch early, so that its memory stays bounded.
    pub fn room(&self) -> usize {
        const TEXT_BYTES: usize = 1 << 20;
        if self.texts.bytes() > TEXT_BYTES { 0 } else { BATCH.saturating_sub(self.len()) }
    }

    /// Adds the tenant of a request, where tenants are wanted.
    pub fn push_tenant(&mut self, name: &[u8]) {
        if self.want.tenants {
            self.tenants.push(self.tenant_names.id(name));
        }
    }

    /// Forgets the requests and keeps the memory.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.hashes.clear();
        self.texts.clear();
        self.times.clear();
        self.sizes.clear();
        self.ops.clear();
        self.ttls.clear();
        self.tenants.clear();
        self.places.clear();
    }

    /// Keeps the rows for which `keep` says so, in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Self, usize) -> bool) {
        let mut kept = 0;
        for row in 0..self.len() {
            if keep(self, row) {
                self.copy_row(row, kept);
                kept += 1;
            }
        }
        self.truncate(kept);
    }

    /// Drops all rows from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.keys.truncate(len);
        self.hashes.truncate(len);
        self.texts.spans.truncate(len);
        self.times.truncate(len);
        self.sizes.truncate(len);
        self.ops.truncate(len);
        self.ttls.truncate(len);
        self.tenants.truncate(len);
        self.places.truncate(len);
    }

    fn copy_row(&mut self, from: usize, to: usize) {
        fn copy<T: Copy>(column: &mut [T], from: usize, to: usize) {
            if let Some(&value) = column.get(from) {
                column[to] = value;
            }
        }
        copy(&mut self.keys, from, to);
        copy(&mut self.hashes, from, to);
        copy(&mut self.texts.spans, from, to);
        copy(&mut self.times, from, to);
        copy(&mut self.sizes, from, to);
        copy(&mut self.ops, from, to);
        copy(&mut self.ttls, from, to);
        copy(&mut self.tenants, from, to);
        copy(&mut self.places, from, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_together_when_some_are_dropped() {
        let mut batch = Batch::new(Columns::ALL);
        for i in 0..5u64 {
            batch.texts.push(format!("k{i}").as_bytes());
            batch.times.push(i);
        }
        batch.retain(|b, row| b.times[row] % 2 == 1);
        assert_eq!(batch.len(), 2);
        assert_eq!((batch.texts.get(0), batch.texts.get(1)), (b"k1".as_slice(), b"k3".as_slice()));
        assert_eq!(batch.times, [1, 3]);
    }
}
