//! What a second level of caches sees: the requests that a cell's cache does not answer.

use super::cell::{Cell, Replayer};
use super::pass::Timer;
use super::watch::Collect;
use crate::core::Result;
use crate::engine::{Counts, Operations};
use crate::trace::Op;
use std::sync::atomic::AtomicBool;

impl Replayer<'_> {
    /// The indexes of the requests that go on to the next level: gets that miss and, where operations count, all that write or
    /// remove. Those of the warm-up, which fill the cache, are not among them. `progress` is told of more requests done.
    ///
    /// # Errors
    /// As for any replay of the cell.
    pub fn miss_stream(&self, cell: &Cell, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<u32>> {
        self.check_sizes(cell)?;
        let mut view = self.view;
        view.next_uses = self.next_uses([cell]);
        let view = &view;
        let mut sim = self.build(cell)?;
        let never = AtomicBool::new(false);
        let watch = Collect::new(0, progress, &never);
        let mut timer = Timer::new(&watch, 1);
        let warm = self.warm_up(view, sim.as_mut(), cell.capacity, &mut timer);
        let passes = self.options.operations == Operations::LookAside;
        let misses = |counts: Counts| counts.requests - counts.hits;
        let mut stream = Vec::new();
        let mut before = misses(sim.counts());
        timer.feed(warm..view.ids.len(), |chunk| {
            for index in chunk {
                sim.feed(view, index..index + 1);
                let now = misses(sim.counts());
                if now > before || passes && view.ops.is_some_and(|ops| ops[index] != Op::Get) {
                    stream.push(index as u32);
                }
                before = now;
            }
        });
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;
    use crate::replay::{Options, Warmup, parse_capacities};
    use crate::trace::Trace;

    #[test]
    fn the_second_level_sees_the_misses() {
        let mut trace = Trace::from_keys("t", [0, 1, 0, 2, 0, 1, 2, 2]);
        let of = |trace: &Trace, options: &Options| {
            let replayer = Replayer::new(trace, options).unwrap();
            let cells = replayer.cells(&registry::parse_list("lru").unwrap(), &parse_capacities("2").unwrap()).unwrap();
            replayer.miss_stream(&cells[0], &|_| ()).unwrap()
        };
        assert_eq!(of(&trace, &Options::default()), [0, 1, 3, 5, 6]);
        let ops = [Op::Get, Op::Set, Op::Get, Op::Set, Op::Get, Op::Get, Op::Get, Op::Delete];
        // One that knows the future has to be told it.
        let options = Options::default();
        let mut replayer = Replayer::new(&trace, &options).unwrap();
        let cells = replayer.cells(&registry::parse_list("belady").unwrap(), &parse_capacities("2").unwrap()).unwrap();
        let misses = replayer.run(&cells, &|_| ())[0].row.misses;
        let fresh = Replayer::new(&trace, &options).unwrap();
        assert_eq!(fresh.miss_stream(&cells[0], &|_| ()).unwrap().len() as u64, misses);
        let warm = |warmup| of(&trace, &Options { warmup, ..Options::default() });
        assert_eq!(warm(Warmup::Requests(3)), [3, 5, 6]);
        assert_eq!(warm(Warmup::Eviction), [5, 6]);
        trace.ops = Some(ops.to_vec().into());
        let look_aside = Options { operations: Operations::LookAside, ..Options::default() };
        // Gets do not fill: object 0 is never in; 1 and 2 are from their sets on.
        assert_eq!(of(&trace, &look_aside), [0, 1, 2, 3, 4, 7]);
    }
}
