//! The queue of events: by time, and in the order in which they were planned where times are equal.

use crate::core::{NEVER, Time};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Events of type `E`, soonest first.
#[derive(Debug)]
pub(super) struct Queue<E> {
    heap: BinaryHeap<Planned<E>>,
    /// How many were planned so far.
    planned: u64,
}

#[derive(Debug)]
struct Planned<E> {
    time: Time,
    number: u64,
    event: E,
}

impl<E> Queue<E> {
    pub(super) fn new() -> Self {
        Self { heap: BinaryHeap::new(), planned: 0 }
    }

    /// Plans an event.
    #[inline]
    pub(super) fn plan(&mut self, time: Time, event: E) {
        self.heap.push(Planned { time, number: self.planned, event });
        self.planned += 1;
    }

    /// When the next event is; [`NEVER`] if there is none.
    #[inline]
    pub(super) fn next(&self) -> Time {
        self.heap.peek().map_or(NEVER, |planned| planned.time)
    }

    /// Takes the next event.
    #[inline]
    pub(super) fn take(&mut self) -> Option<(Time, E)> {
        self.heap.pop().map(|planned| (planned.time, planned.event))
    }
}

// A heap gives its greatest first, so the soonest event is the greatest.
impl<E> Ord for Planned<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.number).cmp(&(self.time, self.number))
    }
}

impl<E> PartialOrd for Planned<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Planned<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.time, self.number) == (other.time, other.number)
    }
}

impl<E> Eq for Planned<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_and_then_by_number() {
        let mut queue = Queue::new();
        for (time, event) in [(5, 'a'), (3, 'b'), (5, 'c'), (3, 'd'), (9, 'e')] {
            queue.plan(time, event);
        }
        assert_eq!(queue.next(), 3);
        let order: String = std::iter::from_fn(|| queue.take()).map(|(_, event)| event).collect();
        assert_eq!(order, "bdace");
        assert_eq!(queue.next(), NEVER);
    }
}
