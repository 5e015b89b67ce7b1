//! MIN (Belady) at every capacity.

mod divide;
mod event;
mod greedy;
mod room;
mod split;
mod stream;

use crate::core::ObjId;
use divide::{Divide, Grid};
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use stream::Stream;
use crate::core::machine::{Vectors, Work, fastest};

struct Run<'a> {
    ids: &'a [ObjId],
    objects: usize,
    grid: Grid<'a>,
    high: usize,
    cuts: &'a [usize],
    progress: &'a dyn Fn(u64),
    stop: &'a AtomicBool,
}

impl Work for Run<'_> {
    type Done = Vec<u64>;
    #[inline(always)]
    fn run(self) -> Vec<u64> {
        let mut stream = Stream::new(self.ids, self.objects);
        let high = if self.high == 0 { stream.most.max(1) as usize } else { self.high };
        let pieces = self.cuts.len() + 1;
        let mut ends = vec![0; pieces];
        let mut counts = vec![0; (high + 1) * pieces];
        stream_ends(self.ids, self.objects, self.cuts, &mut ends, &mut counts[..pieces]);
        let mut divide = Divide {
            grid: self.grid,
            pieces,
            counts,
            room: Default::default(),
            decided: Default::default(),
            ranks: Vec::new(),
            spare: Vec::new(),
            ends,
            stat: [[0; 5]; 64],
            vectors: Vectors::best(),
            progress: self.progress,
            stop: self.stop,
        };
        divide.root(&mut stream, high);
        if stream.intervals > 1000 { for (i, c) in divide.stat.iter().enumerate() { if c[0] > 0 { println!("{i}: {} nodes, {} Mev, greedy {} ms {:.2} ns, split {} ms {:.2} ns", c[0], c[1] / 1000000, c[2] / 1000000, c[2] as f64 / c[1] as f64, c[4] / 1000000, c[4] as f64 / c[3] as f64); } } }
        divide.counts
    }
}

/// Ends of intervals by piece, and immediate repeats by piece.
fn stream_ends(ids: &[ObjId], objects: usize, cuts: &[usize], ends: &mut [u64], repeats: &mut [u64]) {
    let mut seen = vec![0u64; objects.div_ceil(64)];
    let mut piece = 0;
    for (at, &id) in ids.iter().enumerate() {
        while cuts.get(piece).is_some_and(|&cut| cut <= at) {
            piece += 1;
        }
        if at > 0 && ids[at - 1] == id {
            repeats[piece] += 1;
            continue;
        }
        let (word, bit) = (&mut seen[id as usize / 64], id % 64);
        ends[piece] += *word >> bit & 1;
        *word |= 1 << bit;
    }
}

pub fn histogram(ids: &[ObjId], objects: usize, counted: Range<usize>) -> Vec<u64> {
    let stop = AtomicBool::new(false);
    let cuts = [counted.start, counted.end];
    let counts = fastest(Run { ids, objects, grid: Grid::All, high: 0, cuts: &cuts, progress: &|_| {}, stop: &stop });
    // d slots need d + 1 places.
    let mut histogram = vec![0];
    histogram.extend(counts.chunks(3).map(|pieces| pieces[1]));
    histogram
}

pub fn hits_at(ids: &[ObjId], objects: usize, capacities: &[u64]) -> Vec<u64> {
    let stop = AtomicBool::new(false);
    let slots: Vec<u32> = capacities.iter().map(|&c| (c - 1) as u32).collect();
    let counts = fastest(Run { ids, objects, grid: Grid::Some(&slots), high: slots.len() + 1, cuts: &[], progress: &|_| {}, stop: &stop });
    counts.iter().scan(0, |sum, c| { *sum += c; Some(*sum) }).skip(1).take(slots.len()).collect()
}
