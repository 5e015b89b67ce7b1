//! Processor sharing: all jobs are served at once, each at the rate `min(1, processors / jobs)`.
//!
//! Every job is served at the same rate, so one number tells how much service a job has had: the virtual time, which
//! grows at that rate. A job that comes at virtual time `v` and needs `s` is done at `v + s`, and the order in which jobs
//! are done never changes (L. Kleinrock: Queueing Systems II, 1976, section 4.4; the method is that of fair queueing).
//!
//! Time and virtual time are integers of [`FRACTION`] binary places below the nanosecond, and what becomes of one between
//! two jobs is a ratio of integers, so an error does not grow with the number of jobs. A job is done at the first whole
//! nanosecond at which it has had its service; the others go on at the higher rate from the exact time.

use super::{Done, LONGEST};
use crate::core::{NEVER, Time};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Binary places of times below the nanosecond.
const FRACTION: u32 = 40;

/// What rounding of virtual time may come to: 2^-24 ns. A time is not rounded up to the next nanosecond for less.
const SLACK: u128 = 1 << 16;

/// The factor of usual speed.
const USUAL: u64 = 1 << 20;

/// A time or virtual time in units of 2^-FRACTION ns.
type Fine = u128;

/// The station.
#[derive(Debug)]
pub(super) struct Sharing {
    processors: u64,
    /// How much longer service takes than usual, times [`USUAL`].
    factor: u64,
    /// Up to when the station has been followed.
    now: Fine,
    /// Virtual time at `now`.
    virtual_now: Fine,
    /// Jobs in service: the virtual time at which each is done, the number of its arrival, the job.
    jobs: BinaryHeap<Reverse<(Fine, u64, u32)>>,
    /// When the first of `jobs` is done, if nobody comes before.
    first: Option<Fine>,
    /// Jobs that are done but not yet taken out.
    done: VecDeque<Done>,
}

impl Sharing {
    pub(super) fn new(processors: u32) -> Self {
        Self {
            processors: u64::from(processors),
            factor: USUAL,
            now: 0,
            virtual_now: 0,
            jobs: BinaryHeap::new(),
            first: None,
            done: VecDeque::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn processors(&self) -> u64 {
        self.processors
    }

    #[inline]
    pub(super) fn len(&self) -> u64 {
        (self.jobs.len() + self.done.len()) as u64
    }

    #[inline]
    pub(super) fn next(&self) -> Time {
        match (self.done.front(), self.first) {
            (Some(done), _) => done.0,
            (None, Some(first)) => whole(first),
            (None, None) => NEVER,
        }
    }

    pub(super) fn admit(&mut self, now: Time, order: u64, job: u32, service: Time) {
        self.follow(now);
        let end = self.virtual_now + (u128::from(service.min(LONGEST)) << FRACTION);
        self.jobs.push(Reverse((end, order, job)));
        self.plan();
    }

    pub(super) fn finish(&mut self) -> Option<u32> {
        if self.done.is_empty() {
            self.follow(whole(self.first?));
        }
        self.done.pop_front().map(|done| done.2)
    }

    pub(super) fn set_factor(&mut self, now: Time, factor: u64) {
        self.follow(now);
        self.factor = factor.max(1);
        self.plan();
    }

    /// Takes out all jobs but those done by `now`: the number of arrival and the job of each.
    pub(super) fn lose(&mut self, now: Time) -> Vec<(u64, u32)> {
        self.follow(now);
        self.first = None;
        self.jobs.drain().map(|Reverse((_, order, job))| (order, job)).collect()
    }

    /// Brings the station to `now`: whoever is done by then goes to `done`, each at its exact time.
    fn follow(&mut self, now: Time) {
        let until = u128::from(now) << FRACTION;
        while let Some(first) = self.first.filter(|&first| whole(first) <= now)
            && let Some(Reverse((end, order, job))) = self.jobs.pop()
        {
            self.done.push_back((whole(first), order, job));
            self.virtual_now = end;
            self.now = first.min(until);
            self.plan();
        }
        if until > self.now {
            let (rate, per) = self.rate();
            self.virtual_now += scaled(until - self.now, rate, per);
            self.now = until;
        }
    }

    /// Finds when the first job is done.
    fn plan(&mut self) {
        let (rate, per) = self.rate();
        self.first = self.jobs.peek().map(|Reverse((end, ..))| {
            // Rounding may have brought virtual time past an end that is due at this very moment.
            let left = end.saturating_sub(self.virtual_now);
            self.now.saturating_add(scaled(left, per, rate)).min(u128::from(NEVER - 1) << FRACTION)
        });
    }

    /// Virtual time grows by the first number while time grows by the second; it stands still where there are no jobs.
    #[inline]
    fn rate(&self) -> (u128, u128) {
        let jobs = self.jobs.len() as u64;
        let busy = jobs.min(self.processors);
        let (busy, jobs) = if busy == jobs { (busy.min(1), 1) } else { (busy, jobs) };
        if self.factor == USUAL {
            return (u128::from(busy), u128::from(jobs));
        }
        (u128::from(busy) * u128::from(USUAL), u128::from(jobs) * u128::from(self.factor))
    }
}

/// `amount * numerator / denominator`, rounded down, for a numerator and denominator below 2^76 and 2^52 or the other way
/// around; what is too large is the largest number.
#[inline]
fn scaled(amount: Fine, numerator: u128, denominator: u128) -> Fine {
    if numerator == denominator {
        return amount;
    }
    let rest = amount % denominator * numerator / denominator;
    (amount / denominator).saturating_mul(numerator).saturating_add(rest)
}

/// The first whole nanosecond that is not before a time.
#[inline]
fn whole(time: Fine) -> Time {
    ((time + (1 << FRACTION) - 1 - SLACK) >> FRACTION) as Time
}
