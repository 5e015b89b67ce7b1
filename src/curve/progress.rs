//! Where long work tells how far it is, and asks whether to go on.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Requests between two looks at whether to stop.
const CHUNK: usize = 1 << 16;

/// Who looks on.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Told of requests done, from any thread.
    pub requests: &'a (dyn Fn(u64) + Sync),
    /// Ends the work early when set.
    pub stop: &'a AtomicBool,
}

impl Progress<'_> {
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Takes a range in chunks, the first one first; `None` if stopped.
    pub(super) fn feed(&self, range: Range<usize>, mut take: impl FnMut(Range<usize>)) -> Option<()> {
        range.clone().step_by(CHUNK).try_for_each(|start| self.chunk(start..(start + CHUNK).min(range.end), &mut take))
    }

    /// The same, the last chunk first.
    pub(super) fn feed_back(&self, range: Range<usize>, mut take: impl FnMut(Range<usize>)) -> Option<()> {
        let mut starts = range.clone().step_by(CHUNK).rev();
        starts.try_for_each(|start| self.chunk(start..(start + CHUNK).min(range.end), &mut take))
    }

    fn chunk(&self, chunk: Range<usize>, take: &mut impl FnMut(Range<usize>)) -> Option<()> {
        if self.stopped() {
            return None;
        }
        let requests = chunk.len() as u64;
        take(chunk);
        (self.requests)(requests);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn chunks_cover_the_range_in_order_until_stopped() {
        let (told, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let tell = |done| {
            told.fetch_add(done, Ordering::Relaxed);
        };
        let progress = Progress { requests: &tell, stop: &stop };
        let (from, to) = (7, 3 * CHUNK);
        let mut forwards = Vec::new();
        progress.feed(from..to, |chunk| forwards.push(chunk)).unwrap();
        assert_eq!((forwards[0].start, forwards.last().unwrap().end, forwards.len()), (from, to, 3));
        assert!(forwards.windows(2).all(|pair| pair[0].end == pair[1].start));
        let mut backwards = Vec::new();
        progress.feed_back(from..to, |chunk| backwards.push(chunk)).unwrap();
        backwards.reverse();
        assert_eq!(forwards, backwards);
        assert_eq!(told.load(Ordering::Relaxed), 2 * (to - from) as u64);
        let mut taken = 0;
        let stopped = progress.feed(from..to, |_| {
            taken += 1;
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!((stopped, taken), (None, 1));
    }
}
