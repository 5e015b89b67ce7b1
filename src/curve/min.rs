//! Hits of MIN (Belady) at every capacity, exactly, for objects of size 1: those of the policy `belady`.
//!
//! # Intervals
//! Two requests of an object in a row are an interval; the second is a hit if the object stays. A capacity of C places
//! leaves k = C - 1 slots beside the object of the request at hand, so that a set of intervals can be hits together if no
//! request lies strictly inside more than k of them. MIN finds a largest such set. Taking intervals by their ends, each that
//! still fits, finds one too (M. Yannakakis, F. Gavril: The maximum k-colorable subgraph problem for chordal graphs,
//! Information Processing Letters 24(2), 1987), and what it takes with k slots it takes with more: MIN is a stack algorithm
//! (R. L. Mattson and others: Evaluation techniques for storage hierarchies, IBM Systems Journal 9(2), 1970). So each
//! interval needs a number of slots, and the curve is the histogram of those needs.
//!
//! # Divide and conquer
//! A node of the recursion has the intervals that need more than `low` and at most `high` slots. One greedy pass with a
//! number between decides which half each belongs to. Intervals that need fewer are load: a node has a time axis of its own
//! events, with the greatest load of the requests between two of them. Its intervals fit with k slots exactly if they do in
//! the whole trace, since all the load fits with k slots too, whatever the order. A pass costs little more than constant time
//! an event, and there are as many levels as the needs have bits of information: n log n in all, fewer levels where only some
//! capacities are asked for, and one pass for a single one.
//!
//! An immediate repeat needs no slot and is counted apart.

mod divide;
mod event;
mod greedy;
mod room;
mod split;
mod stream;
#[cfg(test)]
mod tests;
mod work;

use super::progress::Progress;
use crate::core::{Error, ObjId, Result};
use divide::{Divide, Grid};
use std::ops::Range;
use stream::Stream;

/// The most requests that the 31 bits of an event can tell apart.
pub const MOST_REQUESTS: usize = (1 << 31) - (1 << 10);

/// The whole curve: by capacity in objects, how many of the `counted` requests hit there and at no smaller one.
///
/// Requests before `counted` fill the cache. `ids` are below `objects`. The result has an element for each capacity up to the
/// greatest that gains anything, the first of them, 0, empty; `None` if stopped.
///
/// # Errors
/// More than [`MOST_REQUESTS`].
pub fn histogram(
    ids: &[ObjId],
    objects: usize,
    counted: Range<usize>,
    progress: Progress<'_>,
) -> Result<Option<Vec<u64>>> {
    check(ids)?;
    let cuts = [counted.start.min(counted.end), counted.end];
    let mut stream = Stream::new(ids, objects);
    let most = stream.most as usize;
    let Some((repeats, needs)) = needs(&mut stream, Grid::All, most, &cuts, progress) else { return Ok(None) };
    let mut histogram = vec![0, repeats[1]];
    histogram.extend(needs.chunks(cuts.len() + 1).skip(1).map(|pieces| pieces[1]));
    let len = histogram.iter().rposition(|&hits| hits > 0).map_or(1, |last| last + 1);
    histogram.truncate(len);
    Ok(Some(histogram))
}

/// Hits at some capacities in objects (increasing), by window of requests and then by capacity; `None` if stopped.
///
/// Windows may overlap or leave requests out. All requests count for the state of the cache.
///
/// # Errors
/// More than [`MOST_REQUESTS`].
pub fn hits_at(
    ids: &[ObjId],
    objects: usize,
    capacities: &[u64],
    windows: &[Range<usize>],
    progress: Progress<'_>,
) -> Result<Option<Vec<Vec<u64>>>> {
    check(ids)?;
    let mut cuts: Vec<usize> = windows.iter().flat_map(|window| [window.start, window.end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    // No capacity above the number of objects gains anything.
    let slots_of = |capacity: u64| capacity.min(objects as u64).saturating_sub(1) as u32;
    let mut slots: Vec<u32> = capacities.iter().map(|&capacity| slots_of(capacity)).filter(|&k| k > 0).collect();
    slots.sort_unstable();
    slots.dedup();
    let mut stream = Stream::new(ids, objects);
    let Some((repeats, needs)) = needs(&mut stream, Grid::These(&slots), slots.len() + 1, &cuts, progress) else {
        return Ok(None);
    };
    let pieces = cuts.len() + 1;
    let hits = |window: &Range<usize>, capacity: u64| {
        let place = |request| cuts.partition_point(|&cut| cut <= request);
        let inside = if window.is_empty() { 0..0 } else { place(window.start)..place(window.end - 1) + 1 };
        let points = slots.partition_point(|&k| k <= slots_of(capacity));
        let needed = (1..=points).map(|point| needs[point * pieces..][inside.clone()].iter().sum::<u64>());
        if capacity == 0 { 0 } else { repeats[inside.clone()].iter().sum::<u64>() + needed.sum::<u64>() }
    };
    Ok(Some(windows.iter().map(|window| capacities.iter().map(|&c| hits(window, c)).collect()).collect()))
}

fn check(ids: &[ObjId]) -> Result<()> {
    if ids.len() > MOST_REQUESTS {
        let found =
            format!("MIN at many capacities takes at most {MOST_REQUESTS} requests, and there are {}", ids.len());
        return Err(Error::usage(found).hint("take fewer requests, or replay the policy belady"));
    }
    Ok(())
}

/// Repeats by piece, and intervals by need (a point of the grid) and piece.
fn needs(
    stream: &mut Stream<'_>,
    grid: Grid<'_>,
    high: usize,
    cuts: &[usize],
    progress: Progress<'_>,
) -> Option<(Vec<u64>, Vec<u64>)> {
    let (ends, repeats) = stream.by_piece(cuts);
    (progress.requests)((stream.requests() - stream.intervals) as u64);
    let mut divide = Divide::new(grid, high.max(1), ends, progress);
    divide.root(stream, high.max(1));
    (!progress.stopped()).then_some((repeats, divide.counts))
}
