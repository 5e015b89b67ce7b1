//! What a replay is told, what it reads and what it counts.

use crate::core::{NEVER, NO_NEXT_USE, ObjId, SECOND, Time};
use crate::trace::{Op, Trace};
use std::ops::Sub;

/// How objects expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expiry {
    /// Does anything expire at all? Off, the TTLs of the trace are ignored.
    pub on: bool,
    /// The TTL of requests that bring none.
    pub default: Option<Time>,
    /// Remove an object at the moment it expires, instead of when it is next asked for.
    pub eager: bool,
    /// A hit starts the time to live anew.
    pub renew: bool,
}

impl Expiry {
    /// The word for the result row.
    pub fn mode(&self) -> &'static str {
        match (self.on, self.eager, self.renew) {
            (false, ..) => "off",
            (true, false, false) => "lazy",
            (true, false, true) => "lazy+renew",
            (true, true, false) => "eager",
            (true, true, true) => "eager+renew",
        }
    }
}

/// What the operations of a trace mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Operations {
    /// Every row is a read that fills on a miss.
    #[default]
    AllReads,
    /// Gets are counted and do not fill, sets fill, deletes invalidate.
    LookAside,
}

/// What one cell is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Config {
    /// Capacity in objects or bytes.
    pub capacity: u64,
    /// Do sizes count? If not, every object counts 1.
    pub bytes: bool,
    /// Times to live.
    pub expiry: Expiry,
    /// Operations.
    pub operations: Operations,
    /// Verify the contract at each call.
    pub strict: bool,
}

/// The columns of a trace that a replay reads.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Object of each request.
    pub ids: &'a [ObjId],
    /// Number of distinct objects.
    pub objects: usize,
    /// Sizes in bytes.
    pub sizes: Option<&'a [u32]>,
    /// Times since the first request.
    pub times: Option<&'a [Time]>,
    /// Operations.
    pub ops: Option<&'a [Op]>,
    /// Times to live.
    pub ttls: Option<&'a [Time]>,
    /// Next uses; empty where nobody needs them.
    pub next_uses: &'a [u32],
    /// Time between requests where the trace has no times.
    pub period: Time,
}

impl<'a> View<'a> {
    /// All of a trace but the next uses; without times, one request is one second.
    pub fn new(trace: &'a Trace) -> Self {
        Self {
            ids: &trace.ids,
            objects: trace.objects,
            sizes: trace.sizes.as_deref(),
            times: trace.times.as_deref(),
            ops: trace.ops.as_deref(),
            ttls: trace.ttls.as_deref(),
            next_uses: &[],
            period: SECOND,
        }
    }

    /// The time of a request.
    #[inline]
    pub fn time(&self, index: usize) -> Time {
        match self.times {
            Some(times) => times[index],
            None => (index as Time).saturating_mul(self.period),
        }
    }

    /// The index of the next request to the same object.
    #[inline]
    pub(super) fn next_use(&self, index: usize) -> u32 {
        self.next_uses.get(index).copied().unwrap_or(NO_NEXT_USE)
    }

    /// The time to live that a request brings; [`NEVER`] for none.
    #[inline]
    pub fn ttl(&self, index: usize, default: Option<Time>) -> Time {
        let own = self.ttls.map_or(NEVER, |ttls| ttls[index]);
        if own == NEVER { default.unwrap_or(NEVER) } else { own }
    }
}

/// What a replay has counted so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Requests (gets, where operations count).
    pub requests: u64,
    /// Those that found their object.
    pub hits: u64,
    /// Bytes asked for; objects in unit mode.
    pub bytes_requested: u64,
    /// Bytes found.
    pub bytes_hit: u64,
    /// Objects removed to make room.
    pub evictions: u64,
    /// Misses that were not cached.
    pub rejections: u64,
    /// Objects removed because they expired.
    pub expirations: u64,
    /// Objects fetched before they were asked for.
    pub prefetches: u64,
    /// First uses of objects that were fetched so.
    pub prefetch_hits: u64,
}

impl Counts {
    /// What a cache of objects of size 1 has counted that takes in all it misses.
    pub fn unit(requests: u64, misses: u64, evictions: u64) -> Self {
        let hits = requests - misses;
        Self { requests, hits, bytes_requested: requests, bytes_hit: hits, evictions, ..Self::default() }
    }
}

impl Sub for Counts {
    type Output = Self;

    /// What was counted since `earlier`.
    fn sub(self, earlier: Self) -> Self {
        Self {
            requests: self.requests - earlier.requests,
            hits: self.hits - earlier.hits,
            bytes_requested: self.bytes_requested - earlier.bytes_requested,
            bytes_hit: self.bytes_hit - earlier.bytes_hit,
            evictions: self.evictions - earlier.evictions,
            rejections: self.rejections - earlier.rejections,
            expirations: self.expirations - earlier.expirations,
            prefetches: self.prefetches - earlier.prefetches,
            prefetch_hits: self.prefetch_hits - earlier.prefetch_hits,
        }
    }
}
