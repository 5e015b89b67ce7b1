//! PFOO-U: a schedule that fits, so that the best one has at least its hits.

use super::flow::{Span, keep};
use super::load::Load;
use super::upper::Item;
use super::{Hits, Interval, Requests};
use crate::curve::Progress;
use rayon::prelude::*;
use std::cmp::Ordering;

/// Intervals decided on together where nobody says otherwise.
pub const DEFAULT_STEP: usize = 512;
/// As many capacities are worked on together as have so many requests in all.
const TOGETHER: usize = 1 << 23;
/// Intervals between two looks at whether to stop.
const LOOK: usize = 1 << 12;

/// At each capacity (increasing), the hits of a schedule made for hits, and the bytes of hits of one made for bytes.
///
/// Intervals are taken in the order of PFOO-L. A minimum-cost flow decides on `step` of them at a time, in the room that those
/// decided on before leave; the decisions on the first half of them stay, and the second half is decided on again with the
/// next. With a step below 2 each is kept if it fits.
///
/// Differs from the paper: what a flow keeps only in part is not kept and takes no room; at the end, whatever still fits is
/// kept, in the same order; where taking each interval that fits is better after all, that is the schedule. The paper takes
/// much larger steps.
///
/// Time, for each capacity and each of the two goals, is that of a flow with `step` intervals for every `step / 2` intervals,
/// and of two searches in a tree of the requests for each; memory is up to 48 bytes a request and 48 an interval for each of
/// the capacities worked on together, which have eight million requests in all, or of one. `progress` hears of the requests
/// in as many equal parts as there are capacities and goals; `None` if stopped.
pub fn pfoo_u(requests: &Requests<'_>, capacities: &[u64], step: usize, progress: Progress<'_>) -> Option<Vec<Hits>> {
    let first = requests.counted.start;
    let share = requests.ids.len() as u64 / (2 * capacities.len().max(1)) as u64;
    let threads = (TOGETHER / requests.ids.len().max(1)).clamp(1, rayon::current_num_threads());
    let of_thread = capacities.len().div_ceil(threads).max(1);
    let mut intervals: Vec<Interval> = requests.intervals().collect();
    let item = |interval: &Interval| Item::new(*interval, first);
    let mut best = |order: fn(&Item, &Item) -> Ordering, worth: fn(&Interval) -> u32| {
        // Stable, so that equal ones stay in the order of time.
        intervals.par_sort_by(|a, b| order(&item(a), &item(b)));
        let fill = |capacity, step| Schedule::new(requests.ids.len(), capacity, worth).fill(&intervals, step, progress);
        let of_capacity = |&capacity: &u64| {
            let found = [fill(capacity, 1)?, fill(capacity, step)?];
            (progress.requests)(share);
            Some(found)
        };
        capacities.par_iter().with_min_len(of_thread).map(of_capacity).collect::<Option<Vec<[Hits; 2]>>>()
    };
    let hits = best(Item::cmp, |_| 1)?.into_iter().map(|[a, b]| a.hits.max(b.hits));
    let bytes = best(Item::by_worth, |interval| interval.bytes)?.into_iter().map(|[a, b]| a.bytes.max(b.bytes));
    // What fits fits in more room too, where the heuristic may have found less.
    let running = hits.zip(bytes).scan(Hits::default(), |most, (hits, bytes)| {
        *most = Hits { hits: most.hits.max(hits), bytes: most.bytes.max(bytes) };
        Some(*most)
    });
    Some(running.collect())
}

/// What is kept so far.
struct Schedule {
    load: Load,
    capacity: u64,
    worth: fn(&Interval) -> u32,
    hits: Hits,
}

impl Schedule {
    fn new(requests: usize, capacity: u64, worth: fn(&Interval) -> u32) -> Self {
        Self { load: Load::new(requests.max(1)), capacity, worth, hits: Hits::default() }
    }

    /// Decides on all intervals; the hits, or nothing if stopped.
    fn fill(mut self, intervals: &[Interval], step: usize, progress: Progress<'_>) -> Option<Hits> {
        let fits = |interval: &&Interval| u64::from(interval.size) <= self.capacity;
        let mut left: Vec<Interval> = intervals.iter().filter(fits).copied().collect();
        if step > 1 {
            left = self.fill_by_flow(&left, step / 2, progress)?;
        }
        for some in left.chunks(LOOK) {
            if progress.stopped() {
                return None;
            }
            for interval in some {
                self.keep_if_it_fits(interval);
            }
        }
        Some(self.hits)
    }

    /// Decides on all intervals, twice `half` at a time; those not kept.
    fn fill_by_flow(&mut self, intervals: &[Interval], half: usize, progress: Progress<'_>) -> Option<Vec<Interval>> {
        let mut left = Vec::new();
        for start in (0..intervals.len()).step_by(half) {
            if progress.stopped() {
                return None;
            }
            let together = &intervals[start..(start + 2 * half).min(intervals.len())];
            let kept = self.best_of(together);
            for (interval, kept) in together.iter().zip(kept).take(half) {
                if !(kept && self.keep_if_it_fits(interval)) {
                    left.push(*interval);
                }
            }
        }
        Some(left)
    }

    /// By interval, whether the best flow in the room that is left keeps the whole of it.
    fn best_of(&self, intervals: &[Interval]) -> Vec<bool> {
        let mut times: Vec<u32> = intervals.iter().flat_map(|interval| [interval.from, interval.to]).collect();
        times.sort_unstable();
        times.dedup();
        let place = |time: u32| times.partition_point(|&other| other < time) as u32;
        let spans: Vec<Span> = intervals
            .iter()
            .map(|interval| Span {
                from: place(interval.from),
                to: place(interval.to),
                // What takes no room is kept, whatever the flow says.
                size: interval.size.max(1),
                worth: (self.worth)(interval),
            })
            .collect();
        let room: Vec<u64> =
            times.windows(2).map(|pair| self.capacity - self.load.most(pair[0], pair[1] - 1)).collect();
        let flows = keep(&spans, &room);
        intervals.iter().zip(flows).map(|(interval, flow)| flow >= u64::from(interval.size)).collect()
    }

    /// Keeps the interval if there is room; does it?
    fn keep_if_it_fits(&mut self, interval: &Interval) -> bool {
        let (first, last, size) = (interval.from, interval.to - 1, u64::from(interval.size));
        let fits = self.load.most(first, last) + size <= self.capacity;
        if fits {
            self.load.add(first, last, size);
            self.hits.hits += 1;
            self.hits.bytes += u64::from(interval.bytes);
        }
        fits
    }
}
