//! Replays cells: grouped by trace, so that each is read once, and in parallel within the memory there may be.

use super::estimate::{guess, held};
use super::journal::{Journal, TraceFacts};
use super::journals::Journals;
use super::load::{Load, loads};
use super::memory::{Budget, Share, Use};
use super::plan::{Key, Plan};
use super::timed::TimedCell;
use crate::core::error::one_line;
use crate::core::{Error, Result};
use crate::record::{Row, ScenarioOutcome, Status};
use crate::replay::{self, Outcome, Replayer, Watch};
use crate::scenario;
use crate::trace::Trace;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Hears of a running sweep, from any of its threads.
pub trait Observer: Sync {
    /// Shall the sweep end early, keeping what is finished?
    fn stopped(&self) -> bool;
    /// A trace was read.
    fn opened(&self, _trace: &TraceFacts) {}
    /// So many requests were replayed.
    fn requests(&self, _count: u64) {}
    /// A cell is finished.
    fn cell(&self, _what: &str, _status: Status, _error: &str) {}
}

/// How a sweep is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that traces and caches may take.
    pub memory: u64,
    /// When cells share a pass.
    pub shared_passes: replay::SharedPasses,
}

/// Traces in memory at once, if there is room: while the last cells of one are replayed, the next one is read.
const TRACES_AT_ONCE: usize = 2;

/// Replays the cells of these indexes on `pool`, and writes each to the journal when it is finished.
///
/// A trace that cannot be read makes failed rows of its cells; the others go on.
///
/// # Errors
/// The journal cannot be written, or a trace is not what it was for earlier cells. What was finished before is kept.
pub fn run(
    plan: &Plan,
    cells: &[usize],
    sink: &Sink,
    pool: &rayon::ThreadPool,
    limits: &Limits,
    observer: &dyn Observer,
) -> Result<()> {
    let (timed, cells): (Vec<usize>, Vec<usize>) = cells.iter().partition(|&&index| plan.timed(index).is_some());
    let loads = loads(plan, &cells);
    let runner = Runner { plan, sink, budget: Budget::new(limits.memory), limits, observer };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..TRACES_AT_ONCE.min(loads.len()) {
            scope.spawn(|| {
                while let Some(load) = loads.get(next.fetch_add(1, Ordering::Relaxed))
                    && !runner.stopped()
                {
                    // A trace that cannot be read says so when its turn has come.
                    let guess = guess(plan, load).map_or(0, |guess| guess.peak);
                    let mut share = runner.budget.share(Use::Trace, guess);
                    pool.install(|| runner.load(load, &mut share));
                }
            });
        }
    });
    pool.install(|| runner.timed(&timed));
    sink.finish()
}

/// The journal that all threads write to, and the first thing that went wrong with it.
#[derive(Debug)]
pub struct Sink {
    state: Mutex<SinkState>,
    broken: AtomicBool,
}

#[derive(Debug)]
struct SinkState {
    journal: Journal,
    /// Traces that were read, here or for earlier cells.
    traces: Journals,
    error: Option<Error>,
}

impl Sink {
    /// Writes to `journal`; `known` is what earlier runs left.
    pub fn new(journal: Journal, known: &[TraceFacts]) -> Self {
        let traces = Journals { traces: known.to_vec(), ..Journals::default() };
        Self { state: Mutex::new(SinkState { journal, traces, error: None }), broken: AtomicBool::new(false) }
    }

    fn lock(&self) -> MutexGuard<'_, SinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it; the first error is kept, and nothing is done after it.
    fn attempt(&self, write: impl FnOnce(&mut SinkState) -> Result<()>) -> bool {
        let mut state = self.lock();
        if state.error.is_none()
            && let Err(error) = write(&mut state)
        {
            state.error = Some(error);
            self.broken.store(true, Ordering::Relaxed);
        }
        state.error.is_none()
    }

    fn trace(&self, facts: &TraceFacts) -> bool {
        self.attempt(|state| {
            let before = state.traces.traces.len();
            state.traces.trace(facts.clone(), &facts.name)?;
            if state.traces.traces.len() > before { state.journal.trace(facts) } else { Ok(()) }
        })
    }

    fn cell(&self, key: Key, outcome: &Outcome) -> bool {
        self.attempt(|state| state.journal.cell(key, outcome))
    }

    fn scenario(&self, key: Key, outcome: &ScenarioOutcome) -> bool {
        self.attempt(|state| state.journal.scenario(key, outcome))
    }

    fn finish(&self) -> Result<()> {
        self.attempt(|state| state.journal.sync());
        self.lock().error.take().map_or(Ok(()), Err)
    }
}

struct Runner<'a> {
    plan: &'a Plan,
    sink: &'a Sink,
    budget: Budget,
    limits: &'a Limits,
    observer: &'a dyn Observer,
}

impl Runner<'_> {
    fn stopped(&self) -> bool {
        self.observer.stopped() || self.sink.broken.load(Ordering::Relaxed)
    }

    /// Reads a trace and replays its cells.
    fn load(&self, load: &Load, share: &mut Share<'_>) {
        if self.stopped() {
            return;
        }
        let (trace, facts) = match load.open(self.plan, &|_, _| ()) {
            Ok(opened) => opened,
            Err(error) => {
                let error = error.at(load.name(self.plan));
                load.groups.iter().for_each(|(_, cells)| self.fail(cells, &error));
                return;
            }
        };
        share.correct(held(&trace, self.plan));
        if self.sink.trace(&facts) {
            self.observer.opened(&facts);
            load.groups.par_iter().with_max_len(1).for_each(|(group, cells)| self.group(&trace, *group, cells));
        }
    }

    fn group(&self, trace: &Trace, group: usize, cells: &[usize]) {
        let group = &self.plan.groups[group];
        let options = match self.plan.settings(group).options(trace, group.seed) {
            Ok(options) => replay::Options { shared_passes: self.limits.shared_passes, ..options },
            Err(error) => return self.fail(cells, &error),
        };
        let mut replayer = match Replayer::new(trace, &options) {
            Ok(replayer) => replayer,
            Err(error) => return self.fail(cells, &error),
        };
        let (mut made, mut indexes) = (Vec::with_capacity(cells.len()), Vec::with_capacity(cells.len()));
        for &index in cells {
            let cell = &self.plan.cells[index];
            let spec = &self.plan.spec.policies[cell.policy as usize].spec;
            match replayer.cell(spec, self.plan.capacity(cell), cell.repetition) {
                Ok(cell) => {
                    made.push(cell);
                    indexes.push(index);
                }
                Err(error) => self.fail(&[index], &error),
            }
        }
        let bytes = replayer.memory_by_cell(&made);
        let watch = GroupWatch { runner: self, indexes: &indexes, bytes: &bytes, held: Mutex::default() };
        replayer.run_watched(&made, &watch);
    }

    /// Runs configurations of scenarios. A trace that several name is read once.
    fn timed(&self, cells: &[usize]) {
        let cells: Vec<&TimedCell> = cells.iter().filter_map(|&index| self.plan.timed(index)).collect();
        let mut traces: HashMap<String, Result<Option<Arc<Trace>>>> = HashMap::new();
        for cell in &cells {
            if !self.stopped() {
                let opened = || scenario::open_trace(&cell.configuration, &cell.folder);
                traces.entry(cell.trace()).or_insert_with(opened);
            }
        }
        cells.par_iter().with_max_len(1).for_each(|cell| {
            let Some(trace) = traces.get(&cell.trace()).filter(|_| !self.stopped()) else { return };
            let ran = trace.as_ref().map_err(Clone::clone);
            let ran = ran.and_then(|trace| scenario::run(&cell.configuration, trace.as_ref()));
            let mut outcome = ran.unwrap_or_else(|error| scenario::failed(&cell.configuration, &error));
            cell.label(&mut outcome);
            self.observer.requests(outcome.row.requests + outcome.row.writes);
            if self.sink.scenario(cell.key, &outcome) {
                self.observer.cell(&cell.name(), outcome.row.status, &outcome.row.error);
            }
        });
    }

    /// Notes that these cells failed, all for one reason.
    fn fail(&self, cells: &[usize], error: &Error) {
        for &index in cells {
            let row = Row {
                status: Status::Failed,
                error: one_line(&error.to_string()),
                ..self.plan.row(&self.plan.cells[index])
            };
            self.finished(index, Outcome { row, windows: Vec::new() });
        }
    }

    fn finished(&self, index: usize, mut outcome: Outcome) {
        let cell = &self.plan.cells[index];
        self.plan.label(cell, &mut outcome.row);
        for window in &mut outcome.windows {
            window.cell.clone_from(&outcome.row.cell);
        }
        if self.sink.cell(cell.key, &outcome) {
            let row = &outcome.row;
            let what = format!("{} at {} on {}", row.policy, row.capacity_given, row.trace);
            self.observer.cell(&what, row.status, &row.error);
        }
    }
}

/// Watches the cells of a group, which are numbered anew.
struct GroupWatch<'a> {
    runner: &'a Runner<'a>,
    /// Index in the plan of each cell.
    indexes: &'a [usize],
    /// What each takes.
    bytes: &'a [u64],
    /// What the running passes took, by their first cell.
    held: Mutex<HashMap<usize, u64>>,
}

impl GroupWatch<'_> {
    fn held(&self) -> MutexGuard<'_, HashMap<usize, u64>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for GroupWatch<'_> {
    fn requests(&self, count: u64) {
        self.runner.observer.requests(count);
    }

    fn stopped(&self) -> bool {
        self.runner.stopped()
    }

    fn begin(&self, cells: &[usize]) {
        let bytes = cells.iter().map(|&cell| self.bytes[cell]).sum();
        self.runner.budget.take(Use::Pass, bytes);
        self.held().insert(cells[0], bytes);
    }

    fn end(&self, cells: &[usize]) {
        let bytes = self.held().remove(&cells[0]).unwrap_or(0);
        self.runner.budget.give(Use::Pass, bytes);
    }

    fn done(&self, cell: usize, outcome: Outcome) {
        self.runner.finished(self.indexes[cell], outcome);
    }
}
