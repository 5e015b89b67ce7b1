//! Miniature simulation: any policy on a sample of the objects, with capacities scaled by the sample's share.
//!
//! C. A. Waldspurger, T. Saemundsson, I. Ahmad, N. Park: Cache modeling and optimization using miniature simulations. ATC 2017.
//! <https://www.usenix.org/conference/atc17/technical-sessions/presentation/waldspurger>

use super::jackknife::Counted;
use crate::core::{Error, ObjId, Result};
use crate::engine::View;
use crate::record::{Row, Status};
use crate::registry::Spec;
use crate::replay::{Cell, Options, Replayer, Warmup};
use crate::trace::sample::{OUT, SHARDS, Sample};
use crate::trace::{Column, Trace};
use std::sync::atomic::AtomicBool;

/// Misses of caches of several sizes on a part of a sample, in requests and bytes.
///
/// The misses of a share `f` of the objects, divided by `f`, estimate those of all (Horvitz and Thompson 1952). The hit
/// ratio is what is left of all requests, whose number is known, rather than of those of the sample: a popular object that
/// is in it by chance brings many requests and hardly a miss. SHARDS-adj makes the same correction.
#[derive(Debug)]
pub(super) struct Counts {
    share: f64,
    requests: Vec<u64>,
    bytes: Vec<u64>,
}

impl Counts {
    /// Hits at the `at`-th size, of what part of `all` requests would be this share's.
    pub(super) fn requests(&self, at: usize, all: u64) -> Counted {
        let whole = self.share * all as f64;
        Counted { part: whole - self.requests[at] as f64, whole }
    }

    /// The same in bytes.
    pub(super) fn bytes(&self, at: usize, all: u64) -> Counted {
        let whole = self.share * all as f64;
        Counted { part: whole - self.bytes[at] as f64, whole }
    }
}

/// A sample of a trace that replays can be made of, and its shards.
#[derive(Debug)]
pub(super) struct Minis {
    whole: Mini,
    parts: Vec<Mini>,
}

#[derive(Debug)]
struct Mini {
    trace: Trace,
    share: f64,
    /// Requests of the warm-up.
    warm: usize,
}

impl Minis {
    /// Cuts the sample out of a trace whose first `warm` requests are not counted.
    pub(super) fn new(trace: &Trace, view: &View<'_>, sample: &Sample, warm: usize) -> Self {
        let mut found = Vec::new();
        sample.filter(&trace.ids, 0..trace.ids.len(), &mut found);
        let shard_of = |index: u32| sample.shards[sample.numbers[trace.ids[index as usize] as usize] as usize];
        let mini = |indexes: &[u32], objects: usize| Mini {
            trace: cut(trace, view, indexes, sample),
            share: objects as f64 / trace.objects.max(1) as f64,
            warm: indexes.partition_point(|&index| (index as usize) < warm),
        };
        let part = |shard: usize| {
            let own: Vec<u32> = found.iter().copied().filter(|&index| usize::from(shard_of(index)) == shard).collect();
            mini(&own, sample.sizes[shard])
        };
        Self { whole: mini(&found, sample.len()), parts: (0..SHARDS).map(part).collect() }
    }

    /// Requests of the sample.
    pub(super) fn requests(&self) -> usize {
        self.whole.trace.requests()
    }

    /// Replays the sample and its shards at these capacities of the whole; `None` if stopped.
    ///
    /// # Errors
    /// What fails a replay.
    pub(super) fn run(
        &self,
        spec: &Spec,
        capacities: &[u64],
        options: &Options,
        stop: &AtomicBool,
    ) -> Result<Option<(Counts, Vec<Counts>)>> {
        let Some(whole) = self.whole.run(spec, capacities, options, stop)? else { return Ok(None) };
        let parts = self.parts.iter().map(|part| part.run(spec, capacities, options, stop));
        let parts: Option<Vec<Counts>> = parts.collect::<Result<Vec<_>>>()?.into_iter().collect();
        Ok(parts.map(|parts| (whole, parts)))
    }
}

/// These requests alone, as a trace of its own; times stay what they were.
fn cut(trace: &Trace, view: &View<'_>, indexes: &[u32], sample: &Sample) -> Trace {
    fn of<T: Copy>(column: &[T], indexes: &[u32]) -> Column<T> {
        indexes.iter().map(|&index| column[index as usize]).collect()
    }
    let mut numbers = vec![OUT; sample.len()];
    let mut cut = Trace::default();
    cut.name.clone_from(&trace.name);
    let mut ids = Vec::with_capacity(indexes.len());
    for &index in indexes {
        let number = &mut numbers[sample.numbers[trace.ids[index as usize] as usize] as usize];
        if *number == OUT {
            *number = cut.objects as ObjId;
            cut.objects += 1;
        }
        ids.push(*number);
    }
    cut.ids = ids.into();
    cut.sizes = trace.sizes.as_ref().map(|sizes| of(sizes, indexes));
    // A request of a sample comes when it came in the whole.
    cut.times = Some(indexes.iter().map(|&index| view.time(index as usize)).collect());
    cut.ops = trace.ops.as_ref().map(|ops| of(ops, indexes));
    cut.ttls = trace.ttls.as_ref().map(|ttls| of(ttls, indexes));
    cut
}

impl Mini {
    fn run(&self, spec: &Spec, capacities: &[u64], options: &Options, stop: &AtomicBool) -> Result<Option<Counts>> {
        let options = Options {
            warmup: if self.warm == 0 { Warmup::None } else { Warmup::Requests(self.warm as u64) },
            window: None,
            repetitions: 1,
            ..options.clone()
        };
        if self.warm >= self.trace.requests() {
            let none = vec![0; capacities.len()];
            return Ok(Some(Counts { share: self.share, requests: none.clone(), bytes: none }));
        }
        let scaled = |capacity: u64| ((capacity as f64 * self.share).round() as u64).max(1);
        let cell = |&capacity: &u64| Cell {
            spec: spec.clone(),
            capacity: scaled(capacity),
            capacity_given: capacity.to_string(),
            repetition: 0,
        };
        let cells: Vec<Cell> = capacities.iter().map(cell).collect();
        let outcomes = Replayer::new(&self.trace, &options)?.run_until(&cells, &|_| {}, stop);
        if outcomes.len() < cells.len() {
            return Ok(None);
        }
        if let Some(failed) = outcomes.iter().find(|outcome| outcome.row.status == Status::Failed) {
            return Err(Error::failure(failed.row.error.clone()));
        }
        let count = |misses: fn(&Row) -> u64| outcomes.iter().map(|outcome| misses(&outcome.row)).collect();
        Ok(Some(Counts {
            share: self.share,
            requests: count(|row| row.misses),
            bytes: count(|row| row.bytes_requested - row.bytes_hit),
        }))
    }
}
