//! Curves of one trace: each policy by its method, several at a time.

use super::method::{self, Choice, Exact, Method};
use super::passes::{Hits, Pass};
use super::points::{Curve, Size, Sizes, exact, resolve};
use super::progress::Progress;
use super::{lru_bytes, min};
use crate::core::{Error, Result};
use crate::engine::Operations;
use crate::record::{CurveRow, Row, Status};
use crate::registry::Spec;
use crate::replay::{Cell, Options, Outcome, Replayer, SharedPasses};
use crate::trace::Trace;
use rayon::prelude::*;
use std::ops::Range;
use std::time::Instant;

/// How large a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sampling {
    /// Share of the objects, above 0 and at most 1.
    pub rate: Option<f64>,
    /// Number of objects.
    pub objects: Option<u64>,
    /// Grow the sample until half the width of every interval is at most this.
    pub target_error: Option<f64>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The method; `None` for the best that is open to each policy.
    pub method: Option<Method>,
    /// The capacities.
    pub sizes: Sizes,
    /// The sample, where a method takes one.
    pub sampling: Sampling,
}

impl Ask {
    /// The options with the passes that the method asked for has: one for each size, or shared ones wherever they can be.
    pub fn options(&self, options: Options) -> Options {
        let shared_passes = match self.method {
            Some(Method::Replay) => SharedPasses::Never,
            Some(Method::Batch) if options.shared_passes != SharedPasses::Never => SharedPasses::Always,
            _ => options.shared_passes,
        };
        Options { shared_passes, ..options }
    }

    fn samples(&self) -> bool {
        self.sampling != Sampling::default()
    }
}

/// Finds the curves of one trace.
#[derive(Debug)]
pub struct Curves<'a> {
    pub(super) trace: &'a Trace,
    pub(super) options: &'a Options,
    pub(super) ask: &'a Ask,
    pub(super) replayer: Replayer<'a>,
    /// Those asked for, in that order; `None` for all.
    pub(super) sizes: Option<Vec<Size>>,
}

impl<'a> Curves<'a> {
    /// Prepares what all curves share.
    ///
    /// # Errors
    /// As [`Replayer::new`]; a capacity in bytes where every object counts 1; all sizes of windows.
    pub fn new(trace: &'a Trace, options: &'a Options, ask: &'a Ask) -> Result<Self> {
        let replayer = Replayer::new(trace, options)?;
        let sizes = resolve(&ask.sizes, &replayer, options.bytes, trace.objects)?;
        if sizes.is_none() && options.window.is_some() {
            return Err(Error::usage("curves of windows are for the capacities that are named")
                .hint("for example --capacity log:0.1%..100%:32 instead of all"));
        }
        Ok(Self { trace, options, ask, replayer, sizes })
    }

    /// The method for a policy, and why.
    ///
    /// # Errors
    /// The one asked for is not open to it, or not for what is asked.
    pub fn choose(&self, spec: &Spec) -> Result<Choice> {
        let name = spec.unit.entry.info.name;
        let shares = self.sizes.as_ref().is_some_and(|sizes| self.replayer.shares(&cells(spec, sizes)));
        let ways = (self.ask.samples(), shares);
        let choice = method::choose(spec, self.trace, self.options, self.ask.method, ways)?;
        if self.sizes.is_none() && choice.method != Method::Exact {
            return Err(Error::usage(format!("{name}: not every size comes from one pass: {}", choice.why))
                .hint("name the capacities, as in --capacity log:0.1%..100%:32"));
        }
        if choice.method == Method::MiniSim && (self.options.window.is_some() || self.replayer.counted().is_none()) {
            return Err(Error::usage(format!(
                "{name}: miniature simulation knows no windows and no warm-up to the first eviction"
            ))
            .hint("use --method auto without a sample"));
        }
        Ok(choice)
    }

    /// The curves, in the order of the jobs, on the current thread pool; one that was stopped is left out.
    pub fn run(&mut self, jobs: &[(Spec, Choice)], progress: Progress<'_>) -> Vec<Curve> {
        let replayed: Vec<&Spec> = jobs.iter().filter(|job| replays(job.1.method)).map(|job| &job.0).collect();
        let mut from_replays = self.replay(&replayed, progress).into_iter();
        let this = &*self;
        let passes: Vec<Option<Curve>> = jobs
            .par_iter()
            .with_max_len(1)
            .map(|(spec, choice)| match choice.method {
                Method::Batch | Method::Replay => None,
                Method::Exact => this.pass(spec, choice, progress),
                Method::Shards | Method::MiniSim => this.sampled(spec, choice, progress),
            })
            .collect();
        let of_job =
            |(job, curve): (&(Spec, Choice), _)| if replays(job.1.method) { from_replays.next()? } else { curve };
        jobs.iter().zip(passes).filter_map(of_job).collect()
    }

    /// A pass for each size, or one for several; `None` for what was stopped before it had a point.
    fn replay(&mut self, specs: &[&Spec], progress: Progress<'_>) -> Vec<Option<Curve>> {
        let sizes = self.sizes.clone().unwrap_or_default();
        let all: Vec<Cell> = specs.iter().flat_map(|spec| cells(spec, &sizes)).collect();
        let rows = self.replay_cells(&all, progress);
        let mut rows = rows.into_iter();
        let curve = |_| {
            let points: Vec<CurveRow> = rows.by_ref().take(sizes.len()).flatten().collect();
            (!points.is_empty()).then_some(Curve::Points(points, None))
        };
        specs.iter().map(curve).collect()
    }

    /// The points of each cell: one, or one for each window; none of those that were stopped.
    pub(super) fn replay_cells(&mut self, cells: &[Cell], progress: Progress<'_>) -> Vec<Vec<CurveRow>> {
        let outcomes = self.replayer.run_each(cells, progress.requests, progress.stop);
        let counted = self.replayer.counted();
        let points = |outcome: Option<Outcome>| outcome.map_or_else(Vec::new, |o| self.points(&o, counted.as_deref()));
        outcomes.into_iter().map(points).collect()
    }

    fn points(&self, outcome: &Outcome, counted: Option<&[(u64, Range<usize>)]>) -> Vec<CurveRow> {
        let row = &outcome.row;
        let blank = CurveRow {
            method: if row.pass_cells > 1 { Method::Batch } else { Method::Replay }.name().to_owned(),
            requests: row.requests,
            requests_used: self.trace.requests() as u64,
            seconds: row.seconds,
            pass_points: u64::from(row.pass_cells),
            ..blank(row)
        };
        if row.status == Status::Failed {
            return vec![blank];
        }
        let bytes = self.options.bytes.then_some((row.bytes_hit, row.bytes_requested));
        if outcome.windows.is_empty() {
            let start = row.warmup_requests as usize;
            let range = counted.map_or(start..self.trace.requests(), |counted| counted[0].1.clone());
            return vec![exact(self.in_range(blank, 0, &range), row.hits, bytes)];
        }
        let of_window = |window: &crate::record::Window| {
            let row = CurveRow { requests: window.requests, ..blank.clone() };
            let range = window.start_request as usize..window.end_request as usize;
            let bytes = self.options.bytes.then_some((window.bytes_hit, window.bytes_requested));
            exact(self.in_range(row, window.window, &range), window.hits, bytes)
        };
        outcome.windows.iter().map(of_window).collect()
    }

    /// A pass that gives all sizes; capacities that it cannot give are replayed.
    pub(super) fn pass(&self, spec: &Spec, choice: &Choice, progress: Progress<'_>) -> Option<Curve> {
        let kind = choice.exact?;
        let begun = Instant::now();
        let view = self.replayer.view();
        let windows = self.replayer.counted()?;
        let mut capacities = self.capacities();
        if kind == Exact::LruBytes {
            if self.sizes.is_none() {
                capacities = lru_bytes::distances(view);
            }
            capacities.retain(|&capacity| capacity >= self.replayer.largest());
        }
        let hits = match Pass::new(kind, view, self.options, &capacities) {
            Some(pass) => self.hits(pass, &windows, progress)?,
            None => self.min(&capacities, &windows, progress)?,
        };
        let seconds = begun.elapsed().as_secs_f64();
        let points = self.sizes.as_ref().map_or(1, Vec::len) * windows.len();
        let head = |size: &Size| CurveRow {
            method: Method::Exact.name().to_owned(),
            requests_used: self.trace.requests() as u64,
            seconds,
            pass_points: points as u64,
            ..blank(&self.replayer.blank(&cell(spec, size)))
        };
        let Some(sizes) = &self.sizes else {
            let row = self.in_range(head(&Size { capacity: 0, given: String::new() }), 0, &windows[0].1);
            let steps = hits[0].steps(&capacities, self.bytes_in(&windows[0].1));
            return Some(Curve::Steps(
                Box::new(CurveRow { pass_points: steps.points.len().max(1) as u64, ..row }),
                steps,
            ));
        };
        let mut rows = Vec::new();
        for ((number, range), hits) in windows.iter().zip(&hits) {
            let asked = self.bytes_in(range);
            for size in sizes {
                let Ok(at) = capacities.binary_search(&size.capacity) else { continue };
                let (hits, bytes) = hits.at(at, size.capacity);
                let row = self.in_range(head(size), *number, range);
                rows.push(exact(row, hits, bytes.map(|found| (found, asked))));
            }
        }
        let small = self.too_small(spec, &capacities, progress);
        if !small.is_empty() {
            rows.extend(small);
            let place = |row: &CurveRow| sizes.iter().position(|size| size.given == row.capacity_given);
            rows.sort_by_key(|row| (row.window, place(row)));
        }
        let counted = windows.iter().map(|(_, range)| self.requests_in(range)).sum();
        Some(Curve::Points(rows, Hits::shape(&hits, counted)))
    }

    /// The points of capacities that the pass left out.
    fn too_small(&self, spec: &Spec, done: &[u64], progress: Progress<'_>) -> Vec<CurveRow> {
        let sizes: Vec<Size> =
            self.sizes.iter().flatten().filter(|size| !done.contains(&size.capacity)).cloned().collect();
        if sizes.is_empty() {
            return Vec::new();
        }
        // The options were good enough for the replayer that is there.
        let Ok(replayer) = Replayer::new(self.trace, self.options) else { return Vec::new() };
        let mut small = Self { replayer, sizes: None, ..*self };
        small.replay_cells(&cells(spec, &sizes), progress).concat()
    }

    fn hits(&self, mut pass: Pass<'_>, windows: &[(u64, Range<usize>)], progress: Progress<'_>) -> Option<Vec<Hits>> {
        let view = self.replayer.view();
        let mut at = 0;
        let mut all = Vec::with_capacity(windows.len());
        for (_, range) in windows {
            if at < range.start {
                progress.feed(at..range.start, |chunk| pass.feed(view, chunk))?;
                pass.take();
            }
            progress.feed(range.clone(), |chunk| pass.feed(view, chunk))?;
            all.push(pass.take());
            at = range.end;
        }
        Some(all)
    }

    fn min(&self, capacities: &[u64], windows: &[(u64, Range<usize>)], progress: Progress<'_>) -> Option<Vec<Hits>> {
        let (ids, objects) = (&self.trace.ids, self.trace.objects);
        // The choice of this method has made sure that there are not too many requests.
        if self.sizes.is_none() {
            let counts = min::histogram(ids, objects, windows[0].1.clone(), progress).ok()??;
            return Some(vec![Hits::of_distances(counts)]);
        }
        let ranges: Vec<Range<usize>> = windows.iter().map(|(_, range)| range.clone()).collect();
        let hits = min::hits_at(ids, objects, capacities, &ranges, progress).ok()??;
        Some(hits.into_iter().map(Hits::Listed).collect())
    }

    /// The capacities asked for, smallest first, each once.
    pub(super) fn capacities(&self) -> Vec<u64> {
        let mut capacities: Vec<u64> = self.sizes.iter().flatten().map(|size| size.capacity).collect();
        capacities.sort_unstable();
        capacities.dedup();
        capacities
    }

    /// Requests of the range that are counted.
    pub(super) fn requests_in(&self, range: &Range<usize>) -> u64 {
        match (self.options.operations, &self.trace.ops) {
            (Operations::LookAside, Some(ops)) => {
                ops[range.clone()].iter().filter(|&&op| op == crate::trace::Op::Get).count() as u64
            }
            _ => range.len() as u64,
        }
    }

    /// Bytes asked for in a range.
    pub(super) fn bytes_in(&self, range: &Range<usize>) -> u64 {
        let sizes = self.trace.sizes.as_ref().filter(|_| self.options.bytes);
        let get = |index: &usize| {
            self.options.operations == Operations::AllReads || self.trace.op(*index) == crate::trace::Op::Get
        };
        sizes.map_or(0, |sizes| range.clone().filter(get).map(|index| u64::from(sizes[index])).sum())
    }

    /// The row with what is counted, and when.
    pub(super) fn in_range(&self, row: CurveRow, window: u64, range: &Range<usize>) -> CurveRow {
        let seconds = |index: usize| self.replayer.view().time(index) as f64 / 1e9;
        let last = range.end.saturating_sub(1).max(range.start);
        let (start_seconds, end_seconds) =
            if range.is_empty() { (0.0, 0.0) } else { (seconds(range.start), seconds(last)) };
        CurveRow {
            window,
            start_request: range.start as u64,
            end_request: range.end as u64,
            start_seconds,
            end_seconds,
            requests: if row.requests > 0 { row.requests } else { self.requests_in(range) },
            ..row
        }
    }
}

fn replays(method: Method) -> bool {
    matches!(method, Method::Batch | Method::Replay)
}

/// The cell of a policy at a capacity.
pub(super) fn cell(spec: &Spec, size: &Size) -> Cell {
    Cell { spec: spec.clone(), capacity: size.capacity, capacity_given: size.given.clone(), repetition: 0 }
}

fn cells(spec: &Spec, sizes: &[Size]) -> Vec<Cell> {
    sizes.iter().map(|size| cell(spec, size)).collect()
}

/// What a result row and a point have in common.
pub(super) fn blank(row: &Row) -> CurveRow {
    CurveRow {
        schema: row.schema,
        status: row.status,
        error: row.error.clone(),
        trace: row.trace.clone(),
        policy: row.policy.clone(),
        params: row.params.clone(),
        size_mode: row.size_mode.clone(),
        capacity: row.capacity,
        capacity_given: row.capacity_given.clone(),
        ttl_mode: row.ttl_mode.clone(),
        ttl_given: row.ttl_given.clone(),
        warmup_given: row.warmup_given.clone(),
        operations: row.operations.clone(),
        size_change: row.size_change.clone(),
        blocks: row.blocks.clone(),
        filter: row.filter.clone(),
        seed: row.seed,
        objects: row.objects,
        footprint_bytes: row.footprint_bytes,
        version: row.version.clone(),
        ..CurveRow::default()
    }
}
