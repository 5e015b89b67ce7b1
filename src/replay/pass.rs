//! Which cells share a pass over the trace, and the pass itself.

use super::watch::Watch;
use crate::core::Result;
use crate::engine::{Counts, SharedPass, View};
use crate::policy::Params;
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

/// From this many cells on it pays to share a pass.
const WORTH_SHARING: usize = 4;

/// What decides with whom a cell shares a pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharing<'a> {
    /// Policy and all parameters: only equal ones share.
    pub(super) kind: (&'a str, &'a str),
    /// The pass.
    pub(super) pass: SharedPass,
    /// The capacity.
    pub(super) capacity: u64,
}

/// The tasks that cells make: for each how it may share a pass, if it may. `pays` says of the cells of one kind for which of
/// them it does. They follow from the cells and the trace alone, never from the number of threads.
pub(super) fn tasks(cells: &[Option<Sharing<'_>>], pays: impl Fn(&Sharing<'_>, &[usize]) -> Vec<bool>) -> Vec<Task> {
    let mut kinds: Vec<(Sharing<'_>, Vec<usize>)> = Vec::new();
    let mut tasks = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        match cell {
            None => tasks.push(Task::Single(index)),
            Some(cell) => match kinds.iter_mut().find(|(first, _)| first.kind == cell.kind) {
                Some((_, same)) => same.push(index),
                None => kinds.push((*cell, vec![index])),
            },
        }
    }
    for (kind, mut same) in kinds {
        if same.len() >= WORTH_SHARING {
            let mut pays = pays(&kind, &same).into_iter();
            let alone = same.extract_if(.., |_| !pays.next().unwrap_or(true));
            tasks.extend(alone.map(Task::Single));
        }
        if same.len() < WORTH_SHARING {
            tasks.extend(same.into_iter().map(Task::Single));
            continue;
        }
        same.sort_by_key(|&index| cells[index].map(|cell| cell.capacity));
        tasks.extend(dealt(&same, kind.pass.most).into_iter().map(|indexes| Task::Shared(kind.pass, indexes)));
    }
    tasks.sort_by_key(|task| task.cells().iter().min().copied());
    tasks
}

/// Deals items in order to hands of at most `most`, and of one size and worth: back and forth, since the first items, the
/// smallest capacities, miss the most and so take the longest. At least two hands, so that no second thread stands idle.
fn dealt(items: &[usize], most: usize) -> Vec<Vec<usize>> {
    let count = items.len().div_ceil(most).max(2);
    let mut hands = vec![Vec::new(); count];
    for (place, &item) in items.iter().enumerate() {
        let (round, step) = (place / count, place % count);
        hands[if round % 2 == 0 { step } else { count - 1 - step }].push(item);
    }
    hands
}

/// Replays caches of several capacities in one pass; what each counted after the first `warm` requests.
///
/// # Errors
/// A parameter out of its range.
pub(super) fn share(
    pass: &SharedPass,
    params: &Params,
    view: &View<'_>,
    capacities: &[u64],
    warm: usize,
    timer: &mut Timer<'_>,
) -> Result<Vec<Counts>> {
    let mut caches = (pass.build)(params, view.objects, capacities)?;
    let mut counts_after = |range: Range<usize>| {
        timer.feed(range, |chunk| caches.feed(view, chunk));
        (0..capacities.len()).map(|cell| caches.counts(cell)).collect::<Vec<_>>()
    };
    let before = counts_after(0..warm);
    let after = counts_after(warm..view.ids.len());
    Ok(after.into_iter().zip(before).map(|(after, before)| after - before).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_one_kind_share_evenly_up_to_the_most() {
        let pass = SharedPass {
            most: 3,
            most_misses: 1.0,
            build: |_, _, _| unreachable!("nothing is replayed here"),
            memory: |_, _, _| 0,
        };
        let cell = |policy, params, capacity| Some(Sharing { kind: (policy, params), pass, capacity });
        let mut cells = vec![cell("c", "", 5), None, cell("c", "", 6), cell("b", "bits=2", 9)];
        cells.extend([8, 7, 6, 5, 4, 3, 2, 1].map(|capacity| cell("a", "", capacity)));
        cells.extend([1, 2, 3, 4].map(|capacity| cell("b", "bits=1", capacity)));
        // Of the cells of policy a, the smallest would be faster alone.
        let worth = |kind: &Sharing<'_>, same: &[usize]| {
            same.iter().map(|&index| kind.kind.0 != "a" || cells[index].unwrap().capacity > 1).collect()
        };
        let shown: Vec<String> = tasks(&cells, worth)
            .iter()
            .map(|task| match task {
                Task::Single(index) => format!("{index}"),
                Task::Shared(_, indexes) => {
                    let capacities: Vec<_> = indexes.iter().map(|&index| cells[index].unwrap().capacity).collect();
                    format!("{} {capacities:?}", cells[indexes[0]].unwrap().kind.0)
                }
            })
            .collect();
        assert_eq!(shown, ["0", "1", "2", "3", "a [2, 7, 8]", "a [3, 6]", "a [4, 5]", "11", "b [1, 4]", "b [2, 3]"]);
    }
}
