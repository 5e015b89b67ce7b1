//! How often cells will miss, estimated from a sample, where that decides whether they share a pass.
//!
//! Some policies do so much for a miss that a cache that misses often is faster alone. The estimate is the shared pass
//! itself, on the requests of some of the objects and with capacities scaled to their share (Waldspurger et al., ATC 2017).
//! It follows from the trace and the cell alone.

use super::SharedPasses;
use super::cell::{Cell, Replayer};
use super::pass::Sharing;
use crate::core::ObjId;
use crate::engine::View;
use crate::trace::{Sample, Trace};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// One object of so many is in the sample, but at least [`LEAST_OBJECTS`].
const OBJECTS: usize = 256;
const LEAST_OBJECTS: usize = 1024;
/// At most one request of so many is replayed, or [`LEAST_REQUESTS`].
const REQUESTS: usize = 256;
const LEAST_REQUESTS: usize = 1 << 14;
/// A shorter trace is replayed so soon that there is nothing to gain.
const WORTH_ASKING: usize = 1 << 20;
/// The sample is the same whatever the seed of the run.
const SEED: u64 = 0;

/// Requests of a sample of the objects, as a trace.
#[derive(Debug)]
pub(super) struct Sampled {
    trace: Trace,
    /// Of the objects.
    share: f64,
    /// Requests that its share of the objects would get on average. Those that it gets depend on a few popular objects, and
    /// these hardly miss.
    requests: f64,
    /// What was found out: by policy, parameters and capacity.
    known: Mutex<HashMap<String, f64>>,
}

impl Sampled {
    fn new(trace: &Trace) -> Self {
        let objects = (trace.objects / OBJECTS).max(LEAST_OBJECTS).min(trace.objects);
        let sample = Sample::new(trace.objects, objects, SEED);
        let most = (trace.requests() / REQUESTS).max(LEAST_REQUESTS);
        let mut found = Vec::new();
        let mut start = 0;
        while start < trace.requests() && found.len() < most {
            let end = (start + (1 << 16)).min(trace.requests());
            sample.filter(&trace.ids, start..end, &mut found);
            start = end;
        }
        let cut = found.len() > most;
        found.truncate(most);
        let end = if cut { found.last().map_or(start, |&last| last as usize + 1) } else { start };
        let ids: Vec<ObjId> =
            found.into_iter().map(|index| sample.numbers[trace.ids[index as usize] as usize]).collect();
        let share = objects as f64 / trace.objects.max(1) as f64;
        let mut sampled = Trace::default();
        (sampled.ids, sampled.objects) = (ids.into(), objects);
        Self { trace: sampled, share, requests: share * end as f64, known: Mutex::default() }
    }

    /// The share of the requests that miss in the caches of these cells, all of one kind; none where that cannot be found out.
    fn misses_of(&self, cells: &[&Cell], sharing: &Sharing<'_>) -> Vec<Option<f64>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |cell: &Cell| format!("{};{};{}", sharing.kind.0, sharing.kind.1, cell.capacity);
        let new: Vec<&Cell> = cells.iter().copied().filter(|cell| !known.contains_key(&name(cell))).collect();
        for some in new.chunks(sharing.pass.most) {
            let capacities: Vec<u64> = some.iter().map(|cell| cell.capacity).collect();
            // A policy that panics does so again in its own replay, which answers for it.
            let misses = catch_unwind(AssertUnwindSafe(|| self.misses(some[0], sharing, &capacities))).ok().flatten();
            known.extend(some.iter().map(|cell| name(cell)).zip(misses.unwrap_or_default()));
        }
        cells.iter().map(|cell| known.get(&name(cell)).copied()).collect()
    }

    /// The share of the requests that miss at these capacities of the whole; `None` where the policy cannot be built.
    fn misses(&self, cell: &Cell, sharing: &Sharing<'_>, capacities: &[u64]) -> Option<Vec<f64>> {
        let scaled = |&capacity: &u64| ((capacity as f64 * self.share).round() as u64).max(1);
        let capacities: Vec<u64> = capacities.iter().map(scaled).collect();
        let mut caches = (sharing.pass.build)(&cell.spec.params, self.trace.objects, &capacities).ok()?;
        caches.feed(&View::new(&self.trace), 0..self.trace.requests());
        let misses = |at| {
            let counts = caches.counts(at);
            (counts.requests - counts.hits) as f64 / self.requests.max(1.0)
        };
        Some((0..capacities.len()).map(misses).collect())
    }
}

impl Replayer<'_> {
    /// For which of these cells, all of one kind, does it pay to share a pass?
    pub(super) fn pays(&self, kind: &Sharing<'_>, cells: &[&Cell]) -> Vec<bool> {
        let always = self.options.shared_passes == SharedPasses::Always || kind.pass.most_misses >= 1.0;
        if always || self.trace.requests() < WORTH_ASKING {
            return vec![true; cells.len()];
        }
        let sampled = self.sampled.get_or_init(|| Sampled::new(self.trace));
        let misses = sampled.misses_of(cells, kind);
        misses.into_iter().map(|misses| misses.is_none_or(|misses| misses <= kind.pass.most_misses)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::parse_list;
    use crate::replay::Options;
    use crate::trace::Columns;
    use crate::workload::generate;

    /// Cells of a policy that would be replayed alone, by capacity.
    fn alone(workload: &str, policy: &str, capacities: &[u64]) -> Vec<u64> {
        let trace = generate(workload, 1, Columns::IDS).unwrap();
        let options = Options::default();
        let replayer = Replayer::new(&trace, &options).unwrap();
        let spec = parse_list(policy).unwrap().remove(0);
        let cell = |&capacity: &u64| Cell {
            spec: spec.clone(),
            capacity,
            capacity_given: capacity.to_string(),
            repetition: 0,
        };
        let cells: Vec<Cell> = capacities.iter().map(cell).collect();
        let tasks = replayer.tasks(&cells);
        let single = tasks.iter().filter(|task| task.cells().len() == 1);
        single.map(|task| cells[task.cells()[0]].capacity).collect()
    }

    #[test]
    fn caches_that_miss_often_are_replayed_alone() {
        let capacities = [100, 1000, 60_000, 70_000, 75_000, 80_000, 90_000];
        // Of evenly spread requests a cache misses what it does not hold.
        let uniform = "uniform:objects=100_000,requests=1_200_000";
        assert_eq!(alone(uniform, "s3-fifo", &capacities), [100, 1000]);
        assert!(alone(uniform, "sieve", &capacities).is_empty());
        assert!(alone("zipf:objects=100_000,requests=1_200_000,alpha=1.2", "s3-fifo", &capacities).is_empty());
        assert_eq!(alone(uniform, "s3-fifo", &[100, 200, 300, 400]), [100, 200, 300, 400]);
        // Short traces are not asked.
        assert!(alone("uniform:objects=1000,requests=100_000", "s3-fifo", &[50, 100, 150, 200]).is_empty());
    }

    #[test]
    fn the_sample_is_small() {
        let trace = generate("uniform:objects=1e6,requests=2e6", 1, Columns::IDS).unwrap();
        let sampled = Sampled::new(&trace);
        assert_eq!(sampled.trace.objects, trace.objects / 256);
        assert!(sampled.trace.requests() < 2 * 2_000_000 / 256 && sampled.trace.requests() > 2_000_000 / 512);
    }

    /// All objects are in the sample, and what is cut off of the requests does not count.
    #[test]
    fn a_sample_that_is_cut_knows_how_far_it_went() {
        let trace = generate("uniform:objects=1000,requests=60_000", 1, Columns::IDS).unwrap();
        let sampled = Sampled::new(&trace);
        assert_eq!((sampled.trace.requests(), sampled.requests as usize), (LEAST_REQUESTS, LEAST_REQUESTS));
    }
}
