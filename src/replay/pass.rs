//! Which cells share a pass over the trace, and the pass itself.

use super::watch::Watch;
use crate::engine::{Counts, SharedPass, View};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Requests between two reports of progress; the virtual call per chunk is then nothing.
const CHUNK: usize = 1 << 16;

/// Feeds in chunks, measures the time of feeding alone, reports progress, and ends early when told to.
pub(super) struct Timer<'a> {
    /// Time spent in feeding.
    pub(super) busy: Duration,
    /// The replay was stopped: what was counted is of a part of the trace.
    pub(super) stopped: bool,
    watch: &'a dyn Watch,
    cells: usize,
}

impl<'a> Timer<'a> {
    /// For so many cells that are fed at once.
    pub(super) fn new(watch: &'a dyn Watch, cells: usize) -> Self {
        Self { busy: Duration::ZERO, stopped: false, watch, cells }
    }

    /// Calls `feed` for the chunks of `range`.
    pub(super) fn feed(&mut self, range: Range<usize>, mut feed: impl FnMut(Range<usize>)) {
        for start in range.clone().step_by(CHUNK) {
            self.stopped |= self.watch.stopped();
            if self.stopped {
                return;
            }
            let end = (start + CHUNK).min(range.end);
            let begun = Instant::now();
            feed(start..end);
            self.busy += begun.elapsed();
            self.watch.requests(((end - start) * self.cells) as u64);
        }
    }
}

/// What one thread does at a time: a cell, or several in one pass. Cells are named by their indexes.
#[derive(Debug)]
pub(super) enum Task {
    Single(usize),
    Shared(SharedPass, Vec<usize>),
}

impl Task {
    /// The indexes of its cells.
    pub(super) fn cells(&self) -> &[usize] {
        match self {
            Task::Single(index) => std::slice::from_ref(index),
            Task::Shared(_, indexes) => indexes,
        }
    }
}

/// The tasks that cells make: for each its policy's name and how it may share a pass, if it may. They follow from the
/// cells alone, never from the number of threads.
pub(super) fn tasks(cells: &[(&str, Option<SharedPass>)]) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    for (index, &(policy, pass)) in cells.iter().enumerate() {
        let Some(pass) = pass else {
            tasks.push(Task::Single(index));
            continue;
        };
        let joins = |task: &&mut Task| matches!(task, Task::Shared(_, others) if others.len() < pass.most && cells[others[0]].0 == policy);
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

/// Replays caches of several capacities in one pass; what each counted after the first `warm` requests.
pub(super) fn share(
    pass: &SharedPass,
    view: &View<'_>,
    capacities: &[u64],
    warm: usize,
    timer: &mut Timer<'_>,
) -> Vec<Counts> {
    let mut caches = (pass.build)(view.objects, capacities);
    let mut counts_after = |range: Range<usize>| {
        timer.feed(range, |chunk| caches.feed(view, chunk));
        (0..capacities.len()).map(|cell| caches.counts(cell)).collect::<Vec<_>>()
    };
    let before = counts_after(0..warm);
    let after = counts_after(warm..view.ids.len());
    after.into_iter().zip(before).map(|(after, before)| after - before).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_one_policy_share_up_to_the_most() {
        let pass = SharedPass { most: 2, build: |_, _| unreachable!("nothing is replayed here"), per_object: |_| 0 };
        let shared = Some(pass);
        let cells = [("a", shared), ("b", None), ("a", shared), ("a", shared), ("c", shared)];
        let shown: Vec<String> = tasks(&cells)
            .iter()
            .map(|task| match task {
                Task::Single(index) => format!("{index}"),
                Task::Shared(_, indexes) => format!("{indexes:?}"),
            })
            .collect();
        assert_eq!(shown, ["[0, 2]", "1", "3", "4"]);
    }
}
