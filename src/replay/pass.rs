//! Which cells share a pass over the trace, and the pass itself.

use super::cell::{CHUNK, Cell, Outcome, Replayer};
use crate::engine::{Operations, SharedPass};
use std::time::{Duration, Instant};

/// What one thread does at a time: a cell, or several in one pass. Cells are named by their indexes.
#[derive(Debug)]
pub(super) enum Task {
    Single(usize),
    Shared(SharedPass, Vec<usize>),
}

impl Replayer<'_> {
    /// The tasks that the cells make. They follow from the cells and options alone, never from the number of threads.
    pub(super) fn tasks(&self, cells: &[Cell]) -> Vec<Task> {
        let mut tasks: Vec<Task> = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            let Some(pass) = self.shared_pass(cell) else {
                tasks.push(Task::Single(index));
                continue;
            };
            let joins = |task: &&mut Task| match task {
                Task::Shared(_, others) => {
                    others.len() < pass.most && cells[others[0]].spec.unit.info.name == cell.spec.unit.info.name
                }
                Task::Single(_) => false,
            };
            match tasks.iter_mut().find(joins) {
                Some(Task::Shared(_, others)) => others.push(index),
                _ => tasks.push(Task::Shared(pass, vec![index])),
            }
        }
        // A pass for one cell would only be another way to do the same.
        for task in &mut tasks {
            if let Task::Shared(_, indexes) = task
                && indexes.len() == 1
            {
                *task = Task::Single(indexes[0]);
            }
        }
        tasks
    }

    /// How the cell may share a pass: plain replays of policies that can.
    fn shared_pass(&self, cell: &Cell) -> Option<SharedPass> {
        let options = self.options;
        let plain = !options.bytes
            && !options.expiry.on
            && !options.strict
            && options.window.is_none()
            && options.operations == Operations::AllReads
            && options.warmup.requests(&self.view).is_some();
        // A pass counts arrivals in 32 bits, and adds capacities to them.
        let countable = self.trace.requests() + self.trace.objects < u32::MAX as usize;
        cell.spec.unit.shared_pass.filter(|_| options.shared_passes && plain && countable)
    }

    /// Replays several cells in one pass.
    pub(super) fn share(
        &self,
        pass: &SharedPass,
        indexes: &[usize],
        cells: &[Cell],
        progress: &(dyn Fn(u64) + Sync),
    ) -> Vec<(usize, Outcome)> {
        let capacities: Vec<u64> = indexes.iter().map(|&index| cells[index].capacity).collect();
        let mut caches = (pass.build)(self.trace.objects, &capacities);
        let warm = self.options.warmup.requests(&self.view).unwrap_or(0);
        let mut busy = Duration::ZERO;
        let mut feed = |from: usize, to: usize| {
            for start in (from..to).step_by(CHUNK) {
                let end = (start + CHUNK).min(to);
                let begun = Instant::now();
                caches.feed(&self.view, start..end);
                busy += begun.elapsed();
                progress((end - start) as u64 * indexes.len() as u64);
            }
            (0..indexes.len()).map(|cell| caches.counts(cell)).collect::<Vec<_>>()
        };
        let before = feed(0, warm);
        let after = feed(warm, self.trace.requests());
        let counted = indexes.iter().zip(before.into_iter().zip(after));
        counted
            .map(|(&index, (before, after))| {
                let row = self.row(&cells[index], after - before, warm, busy, indexes.len());
                (index, Outcome { row, windows: Vec::new() })
            })
            .collect()
    }
}
