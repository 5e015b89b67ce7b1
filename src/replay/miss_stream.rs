//! What a second level of caches sees: the requests that a cell's cache does not answer.

use super::cell::{Cell, Replayer};
use crate::core::Result;
use crate::engine::Operations;
use crate::trace::Op;

impl Replayer<'_> {
    /// The indexes of the requests that go on to the next level: gets that miss and, where operations count, all that write or
    /// remove. Those of the warm-up are among them. `progress` is told of requests done.
    ///
    /// # Errors
    /// As for any replay of the cell.
    pub fn miss_stream(&self, cell: &Cell, progress: &dyn Fn(u64)) -> Result<Vec<u32>> {
        /// Requests between two words of progress.
        const STEP: usize = 1 << 16;
        self.check_sizes(cell)?;
        let mut view = self.view;
        view.next_uses = self.next_uses([cell]);
        let view = &view;
        let mut sim = self.build(cell)?;
        let passes = self.options.operations == Operations::LookAside;
        let mut stream = Vec::new();
        let mut misses = 0;
        for index in 0..view.ids.len() {
            sim.feed(view, index..index + 1);
            let counts = sim.counts();
            let now = counts.requests - counts.hits;
            let goes_on = passes && view.ops.is_some_and(|ops| ops[index] != Op::Get);
            if now > misses || goes_on {
                stream.push(index as u32);
            }
            misses = now;
            if index % STEP == 0 {
                progress(index as u64);
            }
        }
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;
    use crate::replay::{Options, parse_capacities};
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
        trace.ops = Some(ops.to_vec().into());
        let look_aside = Options { operations: Operations::LookAside, ..Options::default() };
        // Gets do not fill: object 0 is never in; 1 and 2 are from their sets on.
        assert_eq!(of(&trace, &look_aside), [0, 1, 2, 3, 4, 7]);
    }
}
