//! LRU at every size from one pass with times to live that each request starts anew and that end at once.
//!
//! Only then does an object expire at the same time in caches of all sizes: its last request plus its time to live, whether
//! that request hit or missed. Without renewal, or with expiry that waits for a request, when it leaves depends on the size of
//! the cache, and there is no such pass.
//!
//! An object that expires leaves a hole in the stack, which the next miss fills. To clear its mark alone (as in "TTLs Matter",
//! `EuroSys` 2024) is exact only where all live equally long, so that the oldest expires first: otherwise it would bring back
//! objects below it which small caches had evicted while it was there.

use super::distances::Distances;
use crate::core::{NEVER, ObjId, Time};
use crate::engine::View;
use crate::structs::LruStack;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// LRU over unit sizes, with eager expiry and renewal.
#[derive(Debug)]
pub(super) struct LruExpiring {
    stack: LruStack,
    distances: Distances,
    /// By object: when it expires.
    expiries: Vec<Time>,
    /// What expires when; an entry holds while the object still expires then.
    due: BinaryHeap<Reverse<(Time, ObjId)>>,
    /// Of requests that bring none.
    default: Option<Time>,
}

impl LruExpiring {
    pub(super) fn new(objects: usize, default: Option<Time>) -> Self {
        Self {
            stack: LruStack::new(objects),
            distances: Distances::new(objects),
            expiries: vec![NEVER; objects],
            due: BinaryHeap::new(),
            default,
        }
    }

    /// Takes the requests `range`; ranges follow one another.
    pub(super) fn feed(&mut self, view: &View<'_>, range: Range<usize>) {
        for index in range {
            let (id, now) = (view.ids[index], view.time(index));
            self.expire(now);
            if let Some(place) = self.stack.touch_with_holes(id) {
                self.distances.add(place);
            }
            let expiry = now.saturating_add(view.ttl(index, self.default));
            if std::mem::replace(&mut self.expiries[id as usize], expiry) != expiry && expiry != NEVER {
                self.due.push(Reverse((expiry, id)));
                self.forget_old_entries();
            }
        }
    }

    fn expire(&mut self, now: Time) {
        while let Some(&Reverse((time, id))) = self.due.peek()
            && time <= now
        {
            self.due.pop();
            if self.expiries[id as usize] == time {
                self.expiries[id as usize] = NEVER;
                self.stack.leave(id);
            }
        }
    }

    /// Every renewal leaves an entry behind; they must not outgrow the objects.
    fn forget_old_entries(&mut self) {
        if self.due.len() > 2 * self.expiries.len() + 1024 {
            let expiries = &self.expiries;
            self.due.retain(|&Reverse((time, id))| expiries[id as usize] == time);
        }
    }

    /// What was counted since the last call.
    pub(super) fn take(&mut self) -> Vec<u64> {
        self.distances.take()
    }
}
