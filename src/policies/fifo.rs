//! FIFO: the object that came first leaves, used or not.
//!
//! # State
//! One queue in order of arrival. Several capacities at once need no queue: an object is resident until so many others came
//! after it as the cache holds, so one number per object and capacity says it all.
//!
//! # Parameters
//! None.
//!
//! # Source
//! L. A. Belady: A study of replacement algorithms for a virtual-storage computer. IBM Systems Journal 5(2), 1966.
//! <https://doi.org/10.1147/sj.52.0078>
//!
//! # Departures
//! None.
//!
//! # Weak on
//! Objects that stay popular: each leaves once per turn of the queue.

use super::parts::duties::resident_lists;
use super::parts::lanes::useful;
use super::parts::quota::NoParams;
use crate::core::machine::{Work, fastest};
use crate::core::{ObjId, Pages, Result, prefetch};
use crate::engine::{Counts, Pass, SharedPass, Unit, View};
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Paper, Policy, Setup, State, Verdict};
use crate::structs::{Lists, lists};
use std::ops::Range;

pub(super) static POLICY: Unit = Unit::new::<Fifo>(Info {
    name: "fifo",
    aliases: &["first-in-first-out"],
    summary: "the object that came first leaves, used or not",
    family: Family::Recency,
    paper: Paper::BELADY_1966,
    params: &[],
    needs: Needs::NOTHING,
    state: State::of(lists::WORD_BYTES, lists::QUEUE_BYTES * 3 / 2),
    source: include_str!("fifo.rs"),
})
.sharing(SharedPass {
    most: 16,
    most_misses: 1.0,
    build: |_, objects, capacities| Ok(many(objects, capacities)),
    memory: |_, objects, capacities| (objects * capacities.len().next_power_of_two().max(4) * size_of::<u32>()) as u64,
});

const QUEUE: usize = 0;

/// See the module text.
#[derive(Debug)]
pub struct Fifo {
    lists: Lists<1, 0>,
}

impl Build for Fifo {
    type Params = NoParams;

    fn build(_: &NoParams, setup: &Setup) -> Result<Self> {
        Ok(Self { lists: Lists::new(setup.objects) })
    }
}

impl Policy for Fifo {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    #[inline(always)]
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        match self.lists.pop(QUEUE, &()) {
            Some(id) => {
                out.push(id);
                Verdict::Freed
            }
            None => Verdict::Refuse,
        }
    }

    #[inline(always)]
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.lists.push(QUEUE, id, &());
    }

    fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
        self.lists.front(QUEUE)
    }

    resident_lists!();
}

/// The caches of up to 4, 8 or 16 capacities.
fn many(objects: usize, capacities: &[u64]) -> Box<dyn Pass> {
    match capacities.len() {
        0..=4 => Box::new(Fifos::<4>::new(objects, capacities)),
        5..=8 => Box::new(Fifos::<8>::new(objects, capacities)),
        _ => Box::new(Fifos::<16>::new(objects, capacities)),
    }
}

/// FIFO caches of several capacities. Without a branch on hits, and with the lanes of an object side by side, the
/// processor's vector instructions serve all capacities at once.
struct Fifos<const LANES: usize> {
    /// By object and lane: the number of arrivals at which the object leaves; 0 before it first comes.
    leaves: Pages<[u32; LANES]>,
    /// Arrivals so far, which are the misses.
    arrivals: [u32; LANES],
    capacities: [u32; LANES],
    requests: u64,
}

impl<const LANES: usize> Fifos<LANES> {
    fn new(objects: usize, capacities: &[u64]) -> Self {
        // More room than objects is no more room; and so arrivals plus capacity stay within 32 bits.
        let lane = |lane: usize| capacities.get(lane).map_or(1, |&capacity| useful(capacity, objects) as u32);
        Self {
            leaves: Pages::zeroed(objects),
            arrivals: [0; LANES],
            capacities: std::array::from_fn(lane),
            requests: 0,
        }
    }

    #[inline(always)]
    fn serve(&mut self, ids: &[ObjId], range: Range<usize>) {
        const AHEAD: usize = 24;
        let (mut arrivals, capacities) = (self.arrivals, self.capacities);
        for index in range {
            if let Some(&ahead) = ids.get(index + AHEAD) {
                prefetch(&self.leaves, ahead as usize);
            }
            let leaves = &mut self.leaves[ids[index] as usize];
            for lane in 0..LANES {
                let missed = leaves[lane] <= arrivals[lane];
                arrivals[lane] += u32::from(missed);
                leaves[lane] = if missed { arrivals[lane].wrapping_add(capacities[lane]) } else { leaves[lane] };
            }
        }
        self.arrivals = arrivals;
    }
}

/// A slice of requests, as work that is compiled for the processor at hand.
struct Feed<'a, const LANES: usize>(&'a mut Fifos<LANES>, &'a [ObjId], Range<usize>);

impl<const LANES: usize> Work for Feed<'_, LANES> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        self.0.serve(self.1, self.2);
    }
}

impl<const LANES: usize> Pass for Fifos<LANES> {
    fn feed(&mut self, view: &View<'_>, range: Range<usize>) {
        self.requests += range.len() as u64;
        fastest(Feed(self, view.ids, range));
    }

    fn counts(&self, cell: usize) -> Counts {
        let misses = u64::from(self.arrivals[cell]);
        Counts::unit(self.requests, misses, misses.saturating_sub(u64::from(self.capacities[cell])))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::check;
    use super::{Feed, Fifos};
    use crate::core::machine::Vectors;
    use crate::core::{ObjId, rng};

    /// The arrivals of 16 capacities with these instructions.
    fn arrivals(vectors: Vectors, ids: &[ObjId]) -> [u32; 16] {
        let capacities: Vec<u64> = (0..16).map(|lane| 1 + lane * lane).collect();
        let mut fifos = Fifos::<16>::new(300, &capacities);
        vectors.run(Feed(&mut fifos, ids, 0..ids.len()));
        fifos.arrivals
    }

    #[test]
    fn every_set_of_instructions_counts_the_same() {
        let mut random = rng::rng(3, "requests");
        let ids: Vec<ObjId> =
            (0..20_000).map(|_| (rng::below(&mut random, 300) * rng::below(&mut random, 300) / 300) as u32).collect();
        let plain = arrivals(Vectors::Plain, &ids);
        assert!(plain[15] > 300 && plain.windows(2).all(|pair| pair[0] > pair[1]));
        for vectors in Vectors::available() {
            assert_eq!(arrivals(vectors, &ids), plain, "{vectors:?}");
        }
    }

    #[test]
    fn walk_through() {
        check("fifo", 3, "a b c a d a b", "m m m h m-a m-b m-c");
    }

    /// Belady, Nelson and Shedler 1969: this string misses 9 times with 3 frames and 10 times with 4.
    #[test]
    fn more_room_can_mean_more_misses() {
        let string = "1 2 3 4 1 2 5 1 2 3 4 5";
        check("fifo", 3, string, "m m m m-1 m-2 m-3 m-4 h h m-1 m-2 h");
        check("fifo", 4, string, "m m m m h h m-1 m-2 m-3 m-4 m-5 m-1");
    }
}
