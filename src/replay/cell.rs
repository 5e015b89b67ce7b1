//! One cell, and many in parallel: chunks, warm-up, windows, progress, failures as rows.

use super::build::blocks;
use super::capacity::Capacity;
use super::misses::Sampled;
use super::pass::{Sharing, Task, Timer, share, tasks};
use super::watch::{Collect, Watch};
use super::{Options, SharedPasses, Warmup};
use crate::core::error::one_line;
use crate::core::quantity::ratio;
use crate::core::{Error, Result};
use crate::engine::{Counts, Operations, Replay, View};
use crate::policy::Blocks;
use crate::record::{Row, Status, Window};
use crate::registry::Spec;
use crate::trace::Trace;
use rayon::prelude::*;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// One policy at one capacity.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Policy and parameters.
    pub spec: Spec,
    /// Capacity in objects or bytes.
    pub capacity: u64,
    /// The capacity as written.
    pub capacity_given: String,
    /// Which repetition, from 0.
    pub repetition: u32,
}

/// What came of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its result row.
    pub row: Row,
    /// Hit ratio over time, if asked for.
    pub windows: Vec<Window>,
}

/// Replays cells over one trace.
#[derive(Debug)]
pub struct Replayer<'a> {
    pub(super) trace: &'a Trace,
    pub(super) view: View<'a>,
    pub(super) options: &'a Options,
    pub(super) footprint: u64,
    pub(super) largest: u32,
    pub(super) windows: Vec<(u64, Range<usize>)>,
    /// Made when it is first needed.
    pub(super) sampled: OnceLock<Sampled>,
    /// What follows what, where a prefetcher goes by it.
    pub(super) blocks: Option<Arc<Blocks>>,
}

impl<'a> Replayer<'a> {
    /// Prepares what all cells share.
    ///
    /// # Errors
    /// Byte sizes asked for of a trace that has none, a warm-up that leaves nothing to count, or a prefetcher that goes by keys
    /// where they are no numbers.
    pub fn new(trace: &'a Trace, options: &'a Options) -> Result<Self> {
        if options.bytes && trace.sizes.is_none() {
            return Err(Error::usage(format!("trace '{}' has no sizes", trace.name))
                .hint("leave out --size bytes, or name all columns to use, the sizes too, as in --trace-format csv:id=2,size=4,time=1"));
        }
        let mut view = View::new(trace);
        view.period = options.period;
        view.ttls = view.ttls.filter(|_| !options.ignore_ttls);
        if options.warmup.requests(&view).is_some_and(|warm| warm > 0 && warm >= view.ids.len()) {
            return Err(Error::usage(format!("the warm-up takes all {} requests of '{}'", view.ids.len(), trace.name))
                .hint("leave some to count: a shorter --warmup, or a share such as 20%"));
        }
        let sizes = trace.sizes.as_deref().filter(|_| options.bytes);
        Ok(Self {
            trace,
            view,
            options,
            footprint: if options.bytes { trace.footprint_bytes() } else { trace.objects as u64 },
            largest: sizes.and_then(|sizes| sizes.iter().copied().max()).unwrap_or(1),
            windows: options.window.map(|window| window.cut(&view)).unwrap_or_default(),
            sampled: OnceLock::new(),
            blocks: blocks(trace, options)?,
        })
    }

    /// The cells of these policies at these capacities, policy by policy.
    ///
    /// # Errors
    /// A capacity in bytes where every object counts 1.
    pub fn cells(&self, specs: &[Spec], capacities: &[Capacity]) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for spec in specs {
            for capacity in capacities {
                let resolved = capacity.resolve(self.options.bytes, self.trace.objects, self.footprint)?;
                cells.extend((0..self.options.repetitions.max(1)).map(|repetition| Cell {
                    spec: spec.clone(),
                    capacity: resolved,
                    capacity_given: capacity.given.clone(),
                    repetition,
                }));
            }
        }
        Ok(cells)
    }

    /// One cell of them.
    ///
    /// # Errors
    /// A capacity in bytes where every object counts 1.
    pub fn cell(&self, spec: &Spec, capacity: &Capacity, repetition: u32) -> Result<Cell> {
        Ok(Cell {
            spec: spec.clone(),
            capacity: capacity.resolve(self.options.bytes, self.trace.objects, self.footprint)?,
            capacity_given: capacity.given.clone(),
            repetition,
        })
    }

    /// Replays all cells on the current thread pool; outcomes come in the order of the cells. `progress` is told of
    /// requests done, from any thread.
    pub fn run(&mut self, cells: &[Cell], progress: &(dyn Fn(u64) + Sync)) -> Vec<Outcome> {
        self.run_until(cells, progress, &AtomicBool::new(false))
    }

    /// As [`Replayer::run`], until `stop` is set: then the outcomes are those of the cells that were finished.
    pub fn run_until(&mut self, cells: &[Cell], progress: &(dyn Fn(u64) + Sync), stop: &AtomicBool) -> Vec<Outcome> {
        self.run_each(cells, progress, stop).into_iter().flatten().collect()
    }

    /// As [`Replayer::run_until`], with a place for each cell, empty where it was not finished.
    pub fn run_each(
        &mut self,
        cells: &[Cell],
        progress: &(dyn Fn(u64) + Sync),
        stop: &AtomicBool,
    ) -> Vec<Option<Outcome>> {
        let collect = Collect::new(cells.len(), progress, stop);
        self.run_watched(cells, &collect);
        collect.outcomes()
    }

    /// Replays all cells on the current thread pool; `watch` hears of each when it is finished.
    pub fn run_watched(&mut self, cells: &[Cell], watch: &dyn Watch) {
        self.view.next_uses = self.next_uses(cells);
        let this = &*self;
        this.tasks(cells).par_iter().with_max_len(1).for_each(|task| {
            if watch.stopped() {
                return;
            }
            let indexes = task.cells();
            watch.begin(indexes);
            this.perform(task, cells, watch);
            watch.end(indexes);
        });
    }

    /// What threads do at a time.
    pub(super) fn tasks(&self, cells: &[Cell]) -> Vec<Task> {
        let sharing: Vec<_> = cells.iter().map(|cell| self.sharing(cell)).collect();
        tasks(&sharing, |kind, same| self.pays(kind, &same.iter().map(|&index| &cells[index]).collect::<Vec<_>>()))
    }

    /// The next uses, where one of these cells looks at them.
    pub(super) fn next_uses<'c>(&self, cells: impl IntoIterator<Item = &'c Cell>) -> &'a [u32] {
        let future = |cell: &Cell| cell.spec.unit.entry.info.needs.next_use;
        if !self.options.admission.entry.info.needs.next_use && !cells.into_iter().any(future) {
            return &[];
        }
        match self.options.operations {
            Operations::AllReads => self.trace.next_use(),
            Operations::LookAside => self.trace.next_read(),
        }
    }

    fn perform(&self, task: &Task, cells: &[Cell], watch: &dyn Watch) {
        let single = |&index: &usize| {
            if let Some(outcome) = self.outcome(&cells[index], watch) {
                watch.done(index, outcome);
            }
        };
        let Task::Shared(pass, indexes) = task else { return task.cells().iter().for_each(single) };
        let mut timer = Timer::new(watch, indexes.len());
        let capacities: Vec<u64> = indexes.iter().map(|&index| cells[index].capacity).collect();
        let warm = self.options.warmup.requests(&self.view).unwrap_or(0);
        let params = &cells[indexes[0]].spec.params;
        let shared = catch_unwind(AssertUnwindSafe(|| share(pass, params, &self.view, &capacities, warm, &mut timer)));
        if timer.stopped {
            return;
        }
        // A pass that fails is no reason to lose its cells: each is replayed alone, and answers for itself.
        let Ok(Ok(counts)) = shared else { return indexes.iter().for_each(single) };
        for (&index, counts) in indexes.iter().zip(counts) {
            let row = self.row(&cells[index], counts, warm, timer.busy, indexes.len());
            watch.done(index, Outcome { row, windows: Vec::new() });
        }
    }

    /// How the cell may share a pass: plain replays of policies that can.
    fn sharing<'b>(&self, cell: &'b Cell) -> Option<Sharing<'b>> {
        let options = self.options;
        let plain = !options.bytes
            && !options.expiry.on
            && !options.strict
            && options.admission.is_always()
            && options.prefetch.is_none()
            && options.window.is_none()
            && options.operations == Operations::AllReads
            && options.warmup.requests(&self.view).is_some();
        // A pass counts arrivals in 32 bits, and adds capacities to them.
        let countable = self.trace.requests() + self.trace.objects < u32::MAX as usize;
        let pass = cell
            .spec
            .unit
            .shared_pass
            .filter(|_| options.shared_passes != SharedPasses::Never && plain && countable)?;
        let kind = (cell.spec.unit.entry.info.name, cell.spec.canonical.as_str());
        Some(Sharing { kind, pass, capacity: cell.capacity })
    }

    /// One cell; a failure, even a panic, becomes a row that says so. `None` where the replay was stopped.
    fn outcome(&self, cell: &Cell, watch: &dyn Watch) -> Option<Outcome> {
        let done = catch_unwind(AssertUnwindSafe(|| self.replay(cell, watch)));
        let error = match done {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(error)) => error.to_string(),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
                format!("panicked: {}", text.unwrap_or("no message"))
            }
        };
        let row = Row { status: Status::Failed, error: one_line(&error), ..self.blank_row(cell) };
        Some(Outcome { row, windows: Vec::new() })
    }

    fn replay(&self, cell: &Cell, watch: &dyn Watch) -> Result<Option<Outcome>> {
        self.check_sizes(cell)?;
        let mut sim = self.build(cell)?;
        let mut timer = Timer::new(watch, 1);
        let warm = self.warm_up(&self.view, sim.as_mut(), cell.capacity, &mut timer);
        let before = sim.counts();
        let windows = self.feed_windows(cell, sim.as_mut(), warm, &mut timer);
        if timer.stopped {
            return Ok(None);
        }
        let counted = sim.counts() - before;
        let row = self.row(cell, counted, warm, timer.busy, 1);
        Ok(Some(Outcome { row, windows }))
    }

    /// Whether an object larger than the cache is an error, and there is one.
    pub(super) fn check_sizes(&self, cell: &Cell) -> Result<()> {
        if self.options.oversize_is_error && u64::from(self.largest) > cell.capacity {
            return Err(Error::failure(format!("an object of {} bytes is larger than the cache", self.largest))
                .hint("leave out --oversize error to bypass such objects"));
        }
        Ok(())
    }

    /// How many objects are expected to fit: the capacity, or its share of the footprint.
    pub(super) fn expected(&self, capacity: u64) -> usize {
        let objects = self.trace.objects as u128;
        // In 128 bits: an estimate that jumps with rounding would make a sketch twice as large.
        let expected = u128::from(capacity) * objects / u128::from(self.footprint.max(1));
        expected.clamp(1, objects.max(1)) as usize
    }

    /// Feeds the warm-up and says how many requests it took.
    pub(super) fn warm_up(&self, view: &View<'_>, sim: &mut dyn Replay, capacity: u64, timer: &mut Timer<'_>) -> usize {
        if let Some(requests) = self.options.warmup.requests(view) {
            timer.feed(0..requests, |chunk| sim.feed(view, chunk));
            return requests;
        }
        debug_assert_eq!(self.options.warmup, Warmup::Eviction);
        let mut at = 0;
        while at < view.ids.len() && sim.counts().evictions == 0 && !timer.stopped {
            // With unit sizes no eviction can come before the room is used up, unless more comes in than is asked for.
            let one = self.options.bytes || !self.options.prefetch.is_none();
            let room = if one { 1 } else { (capacity - sim.used()).clamp(1, 1 << 16) as usize };
            let end = (at + room).min(view.ids.len());
            timer.feed(at..end, |chunk| sim.feed(view, chunk));
            at = end;
        }
        at
    }

    /// Feeds the rest of the trace, window by window if windows are asked for.
    fn feed_windows(&self, cell: &Cell, sim: &mut dyn Replay, warm: usize, timer: &mut Timer<'_>) -> Vec<Window> {
        if self.windows.is_empty() {
            timer.feed(warm..self.view.ids.len(), |chunk| sim.feed(&self.view, chunk));
            return Vec::new();
        }
        let mut windows = Vec::with_capacity(self.windows.len());
        for (number, range) in &self.windows {
            // Windows lie in the counted part; the one in which the warm-up ends is cut short.
            let range = range.start.max(warm)..range.end.max(warm);
            if range.is_empty() || timer.stopped {
                continue;
            }
            let before = sim.counts();
            timer.feed(range.clone(), |chunk| sim.feed(&self.view, chunk));
            windows.push(self.window(cell, *number, &range, sim.counts() - before));
        }
        windows
    }

    fn window(&self, cell: &Cell, number: u64, range: &Range<usize>, counts: Counts) -> Window {
        let seconds = |index| self.view.time(index) as f64 / 1e9;
        Window {
            cell: String::new(),
            trace: self.trace.name.clone(),
            policy: cell.spec.unit.entry.info.name.to_owned(),
            params: cell.spec.canonical.clone(),
            admission: self.options.given.admission.clone(),
            prefetch: self.options.given.prefetch.clone(),
            capacity: cell.capacity,
            repetition: cell.repetition,
            window: number,
            start_request: range.start as u64,
            end_request: range.end as u64,
            start_seconds: seconds(range.start),
            end_seconds: seconds(range.end - 1),
            requests: counts.requests,
            hits: counts.hits,
            hit_ratio: ratio(counts.hits, counts.requests),
            bytes_requested: counts.bytes_requested,
            bytes_hit: counts.bytes_hit,
        }
    }

    /// What is known of a cell before it runs.
    pub(super) fn blank_row(&self, cell: &Cell) -> Row {
        Row {
            trace: self.trace.name.clone(),
            blocks: self.trace.blocks.clone(),
            capacity: cell.capacity,
            ttl_mode: self.options.expiry.mode().to_owned(),
            seed: self.options.seed,
            repetition: cell.repetition,
            objects: self.trace.objects as u64,
            footprint_bytes: self.footprint,
            ..self.options.given.row(&cell.spec, &cell.capacity_given, self.options.bytes)
        }
    }

    fn row(&self, cell: &Cell, counts: Counts, warm: usize, busy: Duration, pass_cells: usize) -> Row {
        let seconds = busy.as_secs_f64();
        let fed = self.view.ids.len() as f64;
        let mut row = Row {
            requests: counts.requests,
            hits: counts.hits,
            misses: counts.requests - counts.hits,
            bytes_requested: counts.bytes_requested,
            bytes_hit: counts.bytes_hit,
            compulsory_misses: self.trace.compulsory_misses(warm),
            evictions: counts.evictions,
            rejections: counts.rejections,
            expirations: counts.expirations,
            prefetches: counts.prefetches,
            prefetch_hits: counts.prefetch_hits,
            warmup_requests: warm as u64,
            seconds,
            requests_per_second: if seconds > 0.0 { fed * pass_cells as f64 / seconds } else { 0.0 },
            pass_cells: pass_cells as u32,
            ..self.blank_row(cell)
        };
        row.derive_ratios();
        row
    }
}
