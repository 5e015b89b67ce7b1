//! What replays take in memory, before they are made.

use super::Options;
use super::cell::{Cell, Outcome, Replayer};
use super::pass::Task;
use crate::engine::{self, Config};
use crate::policy::Ghosts;
use crate::record::Window;
use crate::registry::Spec;

/// Bytes that a worker thread allocates for itself when it begins: its queue, its share of what frees memory late. Of 90 replays
/// on new threads the largest took 6440 more than one on a thread that had begun.
const THREAD: u64 = 8192;

/// Bytes that the replay of one cell allocates at most, beside the trace: the state of its policy and the engine's.
///
/// `objects` is the number of distinct objects in the trace, `residents` the number of them that fit into the cache: the
/// capacity, or where sizes count the capacity's share of the footprint. An estimate: see [`crate::policy::State`].
pub fn memory(spec: &Spec, objects: usize, residents: u64, options: &Options) -> u64 {
    let Options { bytes, expiry, operations, strict, .. } = *options;
    let config = Config { capacity: residents, bytes, expiry, operations, strict };
    let state = &spec.unit.entry.info.state;
    let share = match state.ghosts {
        Ghosts::None => 0.0,
        Ghosts::Capacity => 1.0,
        Ghosts::Parameter(name) => parameter(spec, name),
    };
    let ghosts = (residents as f64 * share).ceil() as u64;
    let beside = [&options.admission.entry.info, &options.prefetch.entry.info];
    let beside: u64 = beside.map(|info| info.state.bytes(objects as u64, residents, 0)).iter().sum();
    let ahead = !options.prefetch.is_none();
    state.bytes(objects as u64, residents, ghosts) + beside + engine::memory(objects, &config, ahead)
}

/// The value of a parameter that is a number.
fn parameter(spec: &Spec, name: &str) -> f64 {
    let mut pairs = spec.canonical.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|pair| pair.0 == name).and_then(|pair| pair.1.parse().ok()).unwrap_or(1.0)
}

impl Replayer<'_> {
    /// Bytes that [`Replayer::run`] of these cells on so many threads allocates at most, beside the trace and its next
    /// uses ([`crate::trace::Trace::next_use_bytes`]): what the largest tasks take that may come together, and the
    /// outcomes of all. The fewer threads, the less.
    pub fn memory(&self, cells: &[Cell], threads: usize) -> u64 {
        let by_cell = self.memory_by_cell(cells);
        let of_task = |task: &Task| task.cells().iter().map(|&index| by_cell[index]).sum::<u64>();
        let mut tasks: Vec<u64> = self.tasks(cells).iter().map(of_task).collect();
        tasks.sort_unstable_by(|a, b| b.cmp(a));
        let threads = threads.max(1);
        let tasks: u64 = tasks.iter().take(threads).sum();
        tasks + cells.len() as u64 * self.outcome_bytes() + threads as u64 * THREAD
    }

    /// Bytes that each of these cells takes while it is replayed; cells that would share a pass share its bytes evenly.
    pub fn memory_by_cell(&self, cells: &[Cell]) -> Vec<u64> {
        let sizes = self.smallest_first();
        let mut bytes = vec![0; cells.len()];
        for task in self.tasks(cells) {
            for &index in task.cells() {
                let cell = &cells[index];
                bytes[index] = match &task {
                    Task::Single(_) => memory(&cell.spec, self.ids(), self.residents(cell, &sizes), self.options),
                    Task::Shared(pass, indexes) => {
                        let capacities: Vec<u64> = indexes.iter().map(|&index| cells[index].capacity).collect();
                        let whole = (pass.memory)(&cell.spec.params, self.trace.objects, &capacities);
                        whole.div_ceil(indexes.len() as u64) + engine::memory(0, &Config::default(), false)
                    }
                };
            }
        }
        bytes
    }

    /// The sizes of the objects, each as last seen, the smallest first, with their running sums; empty where they do not
    /// count.
    fn smallest_first(&self) -> Vec<(u32, u64)> {
        let Some(sizes) = self.trace.sizes.as_ref().filter(|_| self.options.bytes) else { return Vec::new() };
        let mut last = vec![0; self.trace.objects];
        for (&id, &size) in self.trace.ids.iter().zip(sizes) {
            last[id as usize] = size;
        }
        last.sort_unstable();
        let mut sum = 0;
        let with_sum = |size| {
            sum += u64::from(size);
            (size, sum)
        };
        last.into_iter().map(with_sum).collect()
    }

    /// How many objects a cell may hold at once. Where sizes differ, for a policy that prefers small objects all that
    /// could fit at all; for the others half as many again as the mean size of those that may enter lets expect.
    fn residents(&self, cell: &Cell, smallest_first: &[(u32, u64)]) -> u64 {
        if smallest_first.is_empty() {
            return self.expected(cell.capacity) as u64;
        }
        let fit = smallest_first.partition_point(|&(_, sum)| sum <= cell.capacity) as u64;
        let enter = smallest_first.partition_point(|&(size, _)| u64::from(size) <= cell.capacity);
        let bytes = enter.checked_sub(1).map_or(1, |last| smallest_first[last].1.max(1));
        let usual = u128::from(cell.capacity) * enter as u128 * 3 / 2 / u128::from(bytes);
        if cell.spec.unit.entry.info.needs.sizes { fit } else { u128::from(fit).min(usual) as u64 }
    }

    /// Bytes of a cell's outcome: its row and its windows, with their texts.
    fn outcome_bytes(&self) -> u64 {
        const TEXTS: usize = 512;
        let text = self.trace.name.len() + 64;
        (size_of::<Outcome>() + TEXTS + text + self.windows.len() * (size_of::<Window>() + text)) as u64
    }
}
