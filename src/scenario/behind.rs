//! The queue of a write-behind cache: writes that clients know of and the origin does not.

use crate::core::Time;
use hashbrown::HashMap;
use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// A write that waits, with those before it of the same key that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) key: u32,
    pub(super) version: u32,
    /// The oldest version that it stands for.
    pub(super) first: u32,
    /// How many writes it stands for.
    pub(super) count: u64,
    /// Level and node of the cache that holds it.
    pub(super) holder: (usize, usize),
    /// Its holder has died: if the origin fails it, nobody knows of it any more.
    pub(super) orphan: bool,
}

impl Waiting {
    /// The versions that it stands for.
    pub(super) fn versions(&self) -> RangeInclusive<u32> {
        self.first..=self.version
    }

    /// Stands for a later write of the same key as well.
    fn replace_by(&mut self, later: &Self) {
        self.first = self.first.min(later.first);
        self.version = self.version.max(later.version);
        self.count += later.count;
    }
}

/// Holder and key: what is waiting once, where writes of a key replace each other.
type Slot = (usize, usize, u32);

fn slot(waiting: &Waiting) -> Slot {
    (waiting.holder.0, waiting.holder.1, waiting.key)
}

/// The writes that wait for the origin, and those on their way to it.
#[derive(Debug, Default)]
pub(super) struct Behind {
    queue: VecDeque<Waiting>,
    /// Do later writes of a key replace those that wait?
    consolidate: bool,
    /// Numbers of those that wait, where they can be replaced. The first of the queue has number `front`.
    places: HashMap<Slot, i64>,
    front: i64,
    /// Batches on their way, by the number of their write.
    pub(super) batches: HashMap<u32, Vec<Waiting>>,
    /// The queue will be looked at.
    pub(super) planned: bool,
    /// Batches are being sent.
    pub(super) sending: bool,
    /// After a failure nothing is sent before.
    pub(super) paused_until: Time,
    /// Batches that failed one after another.
    pub(super) failures: u32,
}

impl Behind {
    pub(super) fn new(consolidate: bool) -> Self {
        Self { consolidate, ..Self::default() }
    }

    /// Is nothing waiting, nor on its way?
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.batches.is_empty()
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Appends a write.
    pub(super) fn push(&mut self, waiting: Waiting) {
        if self.consolidate {
            let next = self.front + self.queue.len() as i64;
            let place = *self.places.entry(slot(&waiting)).or_insert(next);
            if place != next {
                return self.queue[(place - self.front) as usize].replace_by(&waiting);
            }
        }
        self.queue.push_back(waiting);
    }

    /// Puts back what could not be written, before all others.
    pub(super) fn put_back(&mut self, waiting: Waiting) {
        if self.consolidate {
            let next = self.front - 1;
            let place = *self.places.entry(slot(&waiting)).or_insert(next);
            if place != next {
                // A later write waits already.
                return self.queue[(place - self.front) as usize].replace_by(&waiting);
            }
        }
        self.front -= 1;
        self.queue.push_front(waiting);
    }

    /// Takes out the first ones, at most `most`.
    pub(super) fn take(&mut self, most: usize) -> Vec<Waiting> {
        let batch: Vec<Waiting> = self.queue.drain(..self.queue.len().min(most)).collect();
        self.front += batch.len() as i64;
        if self.consolidate {
            for waiting in &batch {
                self.places.remove(&slot(waiting));
            }
        }
        batch
    }

    /// A cache has died: takes out what waited in it. What is on its way from it has nobody behind it any more.
    pub(super) fn take_of(&mut self, holder: (usize, usize)) -> Vec<Waiting> {
        for waiting in self.batches.values_mut().flatten().filter(|waiting| waiting.holder == holder) {
            waiting.orphan = true;
        }
        let (lost, kept): (Vec<Waiting>, Vec<Waiting>) = self.queue.drain(..).partition(|w| w.holder == holder);
        self.places.clear();
        self.front = 0;
        for waiting in kept {
            self.push(waiting);
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: u32, version: u32) -> Waiting {
        Waiting { key, version, first: version, count: 1, holder: (0, key as usize % 2), orphan: false }
    }

    fn of(waiting: &[Waiting]) -> Vec<(u32, RangeInclusive<u32>, u64)> {
        waiting.iter().map(|w| (w.key, w.versions(), w.count)).collect()
    }

    #[test]
    fn writes_leave_in_order() {
        let mut behind = Behind::new(false);
        (1..=3).for_each(|version| behind.push(write(7, version)));
        let first = behind.take(2);
        assert_eq!(of(&first), [(7, 1..=1, 1), (7, 2..=2, 1)]);
        first.into_iter().rev().for_each(|waiting| behind.put_back(waiting));
        assert_eq!(of(&behind.take(9)), [(7, 1..=1, 1), (7, 2..=2, 1), (7, 3..=3, 1)]);
        assert!(behind.is_empty());
    }

    #[test]
    fn later_writes_replace_those_that_wait() {
        let mut behind = Behind::new(true);
        for (key, version) in [(1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (1, 3)] {
            behind.push(write(key, version));
        }
        assert_eq!(behind.waiting(), 3);
        let first = behind.take(2);
        assert_eq!(of(&first), [(1, 1..=3, 3), (2, 1..=2, 2)]);
        // Key 1 is written again before the origin refuses the batch.
        behind.push(write(1, 4));
        first.into_iter().rev().for_each(|waiting| behind.put_back(waiting));
        assert_eq!(of(&behind.take(9)), [(2, 1..=2, 2), (3, 1..=1, 1), (1, 1..=4, 4)]);
        assert!(behind.is_empty());
    }

    #[test]
    fn a_cache_takes_its_queue_with_it() {
        let mut behind = Behind::new(true);
        (1..=4).for_each(|key| behind.push(write(key, 1)));
        let sent = behind.take(1);
        behind.batches.insert(5, sent);
        assert_eq!(of(&behind.take_of((0, 1))), [(3, 1..=1, 1)]);
        assert!(behind.batches[&5][0].orphan);
        behind.push(write(4, 2));
        assert_eq!(of(&behind.take(9)), [(2, 1..=1, 1), (4, 1..=2, 2)]);
    }
}
