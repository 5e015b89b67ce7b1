//! The trace in memory: one array per column, one element per request.

use super::Column;
use crate::core::{Error, NO_NEXT_USE, ObjId, Result, Time};
use std::ops::Range;
use std::sync::OnceLock;

/// What a request does, in a trace that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, bytemuck::CheckedBitPattern, bytemuck::NoUninit)]
#[repr(u8)]
pub enum Op {
    /// A read.
    #[default]
    Get,
    /// A write of a value.
    Set,
    /// A removal.
    Delete,
}

impl Op {
    /// The name used on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Op::Get => "get",
            Op::Set => "set",
            Op::Delete => "delete",
        }
    }
}

/// Where a request stands in a trace of a language model's key-value cache: the prompt that it belongs to and how many blocks of
/// that prompt come before it. A block is of use only where all before it are there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Place {
    /// The prompt, counted from 0.
    pub prompt: u32,
    /// Blocks of the prompt before this one.
    pub depth: u32,
}

/// Which optional columns somebody needs; what nobody needs is not kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "a set, each asked for by name")]
pub struct Columns {
    /// Object sizes in bytes.
    pub sizes: bool,
    /// Request times.
    pub times: bool,
    /// Operations.
    pub ops: bool,
    /// Times to live, and with them the request times, where the file has both.
    pub ttls: bool,
    /// Whose requests they are.
    pub tenants: bool,
    /// Prompts and depths of a language model's blocks.
    pub places: bool,
    /// The keys as the file wrote them (for `trace head`).
    pub keys: bool,
}

impl Columns {
    /// Everything the file has.
    pub const ALL: Self =
        Self { sizes: true, times: true, ops: true, ttls: true, tenants: true, places: true, keys: true };
    /// Ids only.
    pub const IDS: Self =
        Self { sizes: false, times: false, ops: false, ttls: false, tenants: false, places: false, keys: false };

    /// What somebody needs in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            sizes: self.sizes || other.sizes,
            times: self.times || other.times,
            ops: self.ops || other.ops,
            ttls: self.ttls || other.ttls,
            tenants: self.tenants || other.tenants,
            places: self.places || other.places,
            keys: self.keys || other.keys,
        }
    }
}

/// The original keys, indexed by object id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keys {
    /// Not kept.
    #[default]
    None,
    /// Integer keys.
    Int(Vec<u64>),
    /// String keys.
    Str(Vec<Box<str>>),
}

impl Keys {
    /// The key of object `id` as text; the id itself where keys were not kept.
    pub fn show(&self, id: ObjId) -> String {
        match self {
            Keys::None => id.to_string(),
            Keys::Int(keys) => keys[id as usize].to_string(),
            Keys::Str(keys) => keys[id as usize].to_string(),
        }
    }

    /// The keys at `ids`, in that order.
    #[must_use]
    pub fn select(&self, ids: &[ObjId]) -> Self {
        match self {
            Keys::None => Keys::None,
            Keys::Int(keys) => Keys::Int(ids.iter().map(|&id| keys[id as usize]).collect()),
            Keys::Str(keys) => Keys::Str(ids.iter().map(|&id| keys[id as usize].clone()).collect()),
        }
    }
}

/// An access trace as columns. Every column that is present has one element per request.
///
/// Invariants ([`Trace::validate`]): ids are dense and numbered in order of first appearance, so the `k`-th distinct
/// object has id `k`; times never decrease and start at 0; at most `2^32 - 2` requests.
#[derive(Debug, Default)]
pub struct Trace {
    /// What the result rows call it: the file's name without its folder, or the workload's spec.
    pub name: String,
    /// The object of each request.
    pub ids: Column<ObjId>,
    /// Number of distinct objects; every id is below it.
    pub objects: usize,
    /// Size in bytes that each request sees.
    pub sizes: Option<Column<u32>>,
    /// Nanoseconds since the first request.
    pub times: Option<Column<Time>>,
    /// What each request does.
    pub ops: Option<Column<Op>>,
    /// Time to live in nanoseconds; [`crate::core::NEVER`] where a request has none.
    pub ttls: Option<Column<Time>>,
    /// Whose request it is, as an index of `tenant_names`.
    pub tenants: Option<Column<u32>>,
    /// The tenants, in order of first appearance; what a filter left out may be among them.
    pub tenant_names: Vec<Box<str>>,
    /// Prompt and depth of each request, in a trace of a language model's blocks.
    pub places: Option<Column<Place>>,
    /// The keys as written, by object id.
    pub keys: Keys,
    /// Where requests are ranges of blocks: `start`, or the bytes of the blocks into which they are expanded; empty of others.
    pub blocks: String,
    /// What the reader wants people to know (records dropped, a clock that went back); printed on stderr.
    pub notes: Vec<String>,
    next_use: OnceLock<Vec<u32>>,
    next_read: OnceLock<Vec<u32>>,
}

impl Trace {
    /// The most requests a trace can have: indexes are `u32`, and the last value means "never".
    pub const MAX_REQUESTS: usize = NO_NEXT_USE as usize - 1;

    /// A trace of ids alone. `ids` need not be dense: they are renumbered in order of first appearance.
    pub fn from_keys<K: std::hash::Hash + Eq>(name: impl Into<String>, keys: impl IntoIterator<Item = K>) -> Self {
        let mut seen = hashbrown::HashMap::new();
        let mut ids = Vec::new();
        for key in keys {
            let fresh = seen.len() as ObjId;
            ids.push(*seen.entry(key).or_insert(fresh));
        }
        Self { name: name.into(), objects: seen.len(), ids: ids.into(), ..Self::default() }
    }

    /// Bytes of all columns and keys in memory, with those of the next uses once they are known.
    pub fn memory_bytes(&self) -> u64 {
        fn of<T>(column: Option<&Column<T>>) -> usize {
            column.map_or(0, Column::memory_bytes)
        }
        let keys = match &self.keys {
            Keys::None => 0,
            Keys::Int(keys) => 8 * keys.capacity(),
            Keys::Str(keys) => {
                keys.capacity() * size_of::<Box<str>>() + keys.iter().map(|key| key.len()).sum::<usize>()
            }
        };
        let columns = of(Some(&self.ids)) + of(self.sizes.as_ref()) + of(self.times.as_ref());
        let rare = of(self.tenants.as_ref()) + of(self.places.as_ref());
        let more = of(self.ops.as_ref()) + of(self.ttls.as_ref()) + rare + keys;
        let next = |known: &OnceLock<Vec<u32>>| known.get().map_or(0, |next| 4 * next.capacity());
        (columns + more + next(&self.next_use) + next(&self.next_read)) as u64
    }

    /// Bytes that [`Trace::next_use`] will allocate when it is first called (as it is for policies that know the future);
    /// twice as many with [`Trace::next_read`].
    pub fn next_use_bytes(&self) -> u64 {
        if self.next_use.get().is_some() { 0 } else { 4 * (self.ids.len() + self.objects) as u64 }
    }

    /// Number of requests.
    pub fn requests(&self) -> usize {
        self.ids.len()
    }

    /// For each request the index of the next request to the same object, or [`NO_NEXT_USE`].
    ///
    /// Computed at the first call, after all filters, and kept.
    pub fn next_use(&self) -> &[u32] {
        self.next_use.get_or_init(|| {
            let mut next = vec![NO_NEXT_USE; self.ids.len()];
            let mut last = vec![NO_NEXT_USE; self.objects];
            for (i, &id) in self.ids.iter().enumerate().rev() {
                crate::core::prefetch(&last, self.ids.get(i.wrapping_sub(24)).map_or(0, |&id| id as usize));
                next[i] = std::mem::replace(&mut last[id as usize], i as u32);
            }
            next
        })
    }

    /// What request `index` does; a get, where the trace does not say.
    pub fn op(&self, index: usize) -> Op {
        self.ops.as_ref().map_or(Op::Get, |ops| ops[index])
    }

    /// As [`Trace::next_use`], but an object whose next request is a set or a delete has no next use: keeping it until
    /// then gains nothing. What an oracle has to know where operations count.
    pub fn next_read(&self) -> &[u32] {
        self.next_read.get_or_init(|| {
            let read = |next: u32| next == NO_NEXT_USE || self.op(next as usize) == Op::Get;
            self.next_use().iter().map(|&next| if read(next) { next } else { NO_NEXT_USE }).collect()
        })
    }

    /// The first requests of an object from request `start` on that are gets: no cache can hit them.
    pub fn compulsory_misses(&self, start: usize) -> u64 {
        let mut seen = self.objects_within(start);
        let Some(ops) = &self.ops else { return (self.objects - seen) as u64 };
        let mut count = 0;
        for (&id, &op) in self.ids.iter().zip(ops).skip(start) {
            if id as usize == seen {
                seen += 1;
                count += u64::from(op == Op::Get);
            }
        }
        count
    }

    /// Sum over the distinct objects of the size seen last, in bytes; the number of objects where there are no sizes.
    pub fn footprint_bytes(&self) -> u64 {
        let Some(sizes) = &self.sizes else { return self.objects as u64 };
        let mut last = vec![0u32; self.objects];
        for (i, (&id, &size)) in self.ids.iter().zip(sizes).enumerate() {
            // A removal names no size of its own.
            if self.op(i) != Op::Delete {
                last[id as usize] = size;
            }
        }
        last.iter().map(|&s| u64::from(s)).sum()
    }

    /// Number of distinct objects among the first `requests` requests.
    pub fn objects_within(&self, requests: usize) -> usize {
        self.objects_after(0, 0..requests.min(self.ids.len()))
    }

    /// Number of distinct objects up to the end of a range of requests before which there were `seen`.
    pub fn objects_after(&self, seen: usize, range: Range<usize>) -> usize {
        if range.end == self.ids.len() {
            return self.objects;
        }
        // Ids are numbered in the order of the first requests.
        self.ids[range].iter().max().map_or(seen, |&id| seen.max(id as usize + 1))
    }

    /// Checks the invariants of the type.
    ///
    /// # Errors
    /// Names the first column and request that break one.
    pub fn validate(&self) -> Result<()> {
        let broken = |what: String| Err(Error::failure(format!("trace '{}': {what}", self.name)));
        let n = self.ids.len();
        if n > Self::MAX_REQUESTS {
            return broken(format!("{n} requests are more than {}", Self::MAX_REQUESTS));
        }
        let lengths = [
            ("sizes", self.sizes.as_ref().map(|c| c.len())),
            ("times", self.times.as_ref().map(|c| c.len())),
            ("operations", self.ops.as_ref().map(|ops| ops.len())),
            ("TTLs", self.ttls.as_ref().map(|c| c.len())),
            ("tenants", self.tenants.as_ref().map(|c| c.len())),
            ("places", self.places.as_ref().map(|c| c.len())),
        ];
        for (column, length) in lengths {
            if length.is_some_and(|l| l != n) {
                return broken(format!("{n} ids but {} {column}", length.unwrap_or(0)));
            }
        }
        let mut seen: usize = 0;
        for (i, &id) in self.ids.iter().enumerate() {
            if id as usize > seen || id as usize >= self.objects {
                return broken(format!("request {i}: id {id} appears before its predecessors or is out of range"));
            }
            seen = seen.max(id as usize + 1);
        }
        if seen != self.objects {
            return broken(format!("{} objects announced, {seen} seen", self.objects));
        }
        if let Some(times) = &self.times
            && (times.first().is_some_and(|&t| t != 0) || !times.is_sorted())
        {
            return broken("times do not start at 0 or go back".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_use_points_forward() {
        let trace = Trace::from_keys("t", [1, 2, 1, 3, 2, 1]);
        assert_eq!(trace.ids, [0, 1, 0, 2, 1, 0]);
        assert_eq!(trace.next_use(), [2, 4, 5, NO_NEXT_USE, NO_NEXT_USE, NO_NEXT_USE]);
        assert_eq!(trace.objects_within(3), 2);
        trace.validate().unwrap();
    }

    #[test]
    fn the_footprint_counts_each_object_once() {
        let mut trace = Trace::from_keys("t", [7, 8, 7]);
        assert_eq!(trace.footprint_bytes(), 2);
        trace.sizes = Some(vec![10, 5, 20].into());
        assert_eq!(trace.footprint_bytes(), 25);
    }

    #[test]
    fn a_broken_trace_is_noticed() {
        let trace = Trace { ids: vec![1, 0].into(), objects: 2, ..Trace::default() };
        assert!(trace.validate().is_err());
        let trace = Trace { ids: vec![0, 1].into(), objects: 2, times: Some(vec![0].into()), ..Trace::default() };
        assert!(trace.validate().is_err());
    }
}
