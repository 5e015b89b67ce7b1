//! Who looks on while cells are replayed.

use super::cell::Outcome;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Hears of a running replay, from any of its threads, and may stop it.
pub trait Watch: Sync {
    /// So many requests were replayed.
    fn requests(&self, _count: u64) {}

    /// Shall the replay end early? Cells that are not finished then have no outcome.
    fn stopped(&self) -> bool {
        false
    }

    /// A pass over the trace for the cells of these indexes is about to begin; it waits until this returns.
    fn begin(&self, _cells: &[usize]) {}

    /// It ended, finished or not.
    fn end(&self, _cells: &[usize]) {}

    /// The cell of this index is finished.
    fn done(&self, cell: usize, outcome: Outcome);
}

/// Keeps the outcome of each cell in its place.
pub(super) struct Collect<'a> {
    progress: &'a (dyn Fn(u64) + Sync),
    stop: &'a AtomicBool,
    outcomes: Mutex<Vec<Option<Outcome>>>,
}

impl<'a> Collect<'a> {
    pub(super) fn new(cells: usize, progress: &'a (dyn Fn(u64) + Sync), stop: &'a AtomicBool) -> Self {
        Self { progress, stop, outcomes: Mutex::new((0..cells).map(|_| None).collect()) }
    }

    pub(super) fn outcomes(self) -> Vec<Option<Outcome>> {
        self.outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Collect<'_> {
    fn requests(&self, count: u64) {
        (self.progress)(count);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn done(&self, cell: usize, outcome: Outcome) {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)[cell] = Some(outcome);
    }
}
