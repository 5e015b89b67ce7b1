//! The same objects in the same order, again and again: `0, 1, ..., objects - 1, 0, 1, ...`.

use super::Workload;
use super::args::{ARRIVALS, Args, MAX_KEYS, OBJECTS, REQUESTS, SIZE, TTL};
use super::plan::{Shape, Source};
use crate::core::Result;

pub(super) static WORKLOAD: Workload = Workload {
    name: "loop",
    aliases: &["cyclic"],
    summary: "the objects in order, again and again",
    params: &[OBJECTS, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "loop:objects=1000,requests=1e5",
    plan,
};

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let objects = args.count("objects", MAX_KEYS)?;
    let requests = args.requests()?;
    Ok(Shape::new(objects, requests, move |_| Box::new(Cycle::new(objects))))
}

/// Counts through the keys `0..keys` without end; a scan is the same with as many keys as requests.
pub(super) struct Cycle {
    keys: u32,
    next: u32,
}

impl Cycle {
    /// A cycle of `keys`, 1 or more and below 2^32.
    pub(super) fn new(keys: u64) -> Self {
        Self { keys: keys as u32, next: 0 }
    }
}

impl Source for Cycle {
    fn fill(&mut self, out: &mut [u32]) {
        for key in out {
            *key = self.next;
            self.next += 1;
            if self.next == self.keys {
                self.next = 0;
            }
        }
    }
}
