//! What a checked spec becomes: how many keys, how many requests, and a source of keys that can be started.

use super::args::Args;
use super::arrivals::Arrivals;
use super::law::{Law, Unit};
use super::text::Text;
use crate::core::rng::{self, Rng};
use crate::core::{Error, Result};

/// An endless stream of requested keys.
///
/// Batches must not matter: `fill` of 3 and then of 5 keys gives the same 8 keys as `fill` of 8.
pub(super) trait Source {
    /// Writes the next `out.len()` keys.
    fn fill(&mut self, out: &mut [u32]);
}

/// Starts a source; building its tables may take a while, so a plan only promises it.
pub(super) type Start = Box<dyn FnOnce(&Stream) -> Box<dyn Source>>;

/// Where a source takes its random numbers from: a generator for each purpose, all fixed by the seed and the spec.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    seed: u64,
    key: String,
}

impl Stream {
    /// The stream of the workload with canonical text `key`.
    pub(super) fn new(seed: u64, key: impl Into<String>) -> Self {
        Self { seed, key: key.into() }
    }

    /// The generator for one purpose.
    pub(super) fn rng(&self, purpose: &str) -> Rng {
        rng::rng(self.seed, &format!("{} {purpose}", self.key))
    }

    /// The stream of part `index`; equal parts still get different numbers.
    pub(super) fn part(&self, index: usize) -> Self {
        Self::new(self.seed, format!("{} part {index}", self.key))
    }
}

/// Where in a spec a workload stands, which decides what it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole spec.
    Whole,
    /// A part of a sequence: it has requests, but no arrivals.
    Part,
    /// A part of a mix of that many requests: it has neither.
    Share(u64),
}

/// A range of keys whose objects follow the same laws.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Number of keys; segments follow each other from key 0.
    pub(super) keys: u64,
    /// Bytes that the source keeps in tables.
    pub(super) table: u64,
    /// Sizes in bytes.
    pub(super) size: Option<Law>,
    /// Times to live in nanoseconds.
    pub(super) ttl: Option<Law>,
}

/// What the file of a workload makes of its arguments.
pub(super) struct Shape {
    /// Number of requests before the source is used up, or asked for.
    pub(super) requests: u64,
    /// The keys, in ranges of equal laws.
    pub(super) segments: Vec<Segment>,
    /// Makes the source.
    pub(super) start: Start,
}

impl Shape {
    /// A workload over the keys `0..keys` with no laws of its own.
    pub(super) fn new(keys: u64, requests: u64, start: impl FnOnce(&Stream) -> Box<dyn Source> + 'static) -> Self {
        Self { requests, segments: vec![Segment { keys, table: 0, size: None, ttl: None }], start: Box::new(start) }
    }

    /// The workload, whose source keeps a table of so many bytes for each key.
    #[must_use]
    pub(super) fn with_table(mut self, bytes_per_key: u64) -> Self {
        for segment in &mut self.segments {
            segment.table = segment.keys * bytes_per_key;
        }
        self
    }
}

/// A spec that has been read and checked.
pub(super) struct Plan {
    /// Number of requests.
    pub(super) requests: u64,
    /// The keys, in ranges of equal laws.
    pub(super) segments: Vec<Segment>,
    /// When the requests come.
    pub(super) arrivals: Option<Arrivals>,
    /// Makes the source.
    pub(super) start: Start,
    /// The workload's name.
    pub(super) name: &'static str,
    /// The parameters that decide the order of requests, in canonical form.
    pub(super) order: String,
    /// All parameters in canonical form.
    pub(super) full: String,
}

impl Plan {
    /// Reads a whole spec.
    ///
    /// # Errors
    /// Everything that a spec can get wrong, with its place.
    pub(super) fn read(spec: &str) -> Result<Self> {
        let text = Text::new(spec).trim();
        text.check_parentheses()?;
        let plan = Self::of(text, Role::Whole)?;
        // An object without a time to live lives on, but there is no such thing as an object without a size.
        let sized = plan.segments.iter().filter(|s| s.size.is_some()).count();
        if sized != 0 && sized != plan.segments.len() {
            return Err(text
                .error("some parts have a size law and others have none")
                .hint("give 'size=' to every part, or to the whole for the parts without one"));
        }
        Ok(plan)
    }

    /// Reads the workload in `text`, which plays `role` in the spec.
    pub(super) fn of(text: Text<'_>, role: Role) -> Result<Self> {
        let mut args = Args::read(text, role)?;
        let workload = args.workload();
        let shape = (workload.plan)(&mut args)?;
        let size = args.law("size", Unit::Bytes)?;
        let ttl = args.law("ttl", Unit::Duration)?;
        let arrivals = if role == Role::Whole { args.arrivals(shape.requests)? } else { None };
        let segments =
            shape.segments.into_iter().map(|s| Segment { size: s.size.or(size), ttl: s.ttl.or(ttl), ..s }).collect();
        let (order, full) = args.canonical();
        Ok(Self { requests: shape.requests, segments, arrivals, start: shape.start, name: workload.name, order, full })
    }

    /// Number of keys; all keys are below it.
    pub(super) fn keys(&self) -> u64 {
        self.segments.iter().map(|s| s.keys).sum()
    }

    /// The whole in canonical form, as a spec.
    pub(super) fn spec(&self) -> String {
        format!("{}:{}", self.name, self.full)
    }

    /// The stream of the whole under `seed`.
    pub(super) fn stream(&self, seed: u64) -> Stream {
        Stream::new(seed, format!("{}:{}", self.name, self.order))
    }
}

/// The error for a machine that cannot hold the trace.
pub(super) fn too_little_memory(what: &str) -> Error {
    Error::failure(format!("not enough memory for {what}")).hint("ask for fewer requests or objects")
}
