//! Which cells share a pass over the trace, and the pass itself.

use crate::engine::{Counts, SharedPass, View};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Requests between two reports of progress; the virtual call per chunk is then nothing.
const CHUNK: usize = 1 << 16;

/// Feeds in chunks, measures the time of feeding alone and reports progress.
pub(super) struct Timer<'a> {
    /// Time spent in feeding.
    pub(super) busy: Duration,
    /// Is told of requests done, times cells.
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
    /// Cells that are fed at once.
    pub(super) cells: usize,
}

impl Timer<'_> {
    /// Calls `feed` for the chunks of `range`.
    pub(super) fn feed(&mut self, range: Range<usize>, mut feed: impl FnMut(Range<usize>)) {
        for start in range.clone().step_by(CHUNK) {
            let end = (start + CHUNK).min(range.end);
            let begun = Instant::now();
            feed(start..end);
            self.busy += begun.elapsed();
            (self.progress)(((end - start) * self.cells) as u64);
        }
    }
}

/// What one thread does at a time: a cell, or several in one pass. Cells are named by their indexes.
#[derive(Debug)]
pub(super) enum Task {
    Single(usize),
    Shared(SharedPass, Vec<usize>),
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
