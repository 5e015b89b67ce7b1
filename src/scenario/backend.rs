//! Calls to the origin: they may be refused, fail, take too long, and be tried again.

use super::call::{Call, Value};
use super::model::{Event, Model};
use super::slab::NONE;
use crate::core::rng::unit;

/// Bytes of an answer that says that nothing has changed.
const NOT_MODIFIED: u64 = 256;

impl Model<'_> {
    /// A read reaches the origin. It will see what the origin holds now.
    pub(super) fn ask_origin(&mut self, mut call: Call) {
        let absent = super::load::is_absent(self.spec, call.key);
        let version = self.truth.committed(call.key);
        call.value = Value { version, absent, from_origin: true, fetched: self.now, ..Value::default() };
        let rebuilds = self.rebuilding.entry(call.key).or_insert(0);
        *rebuilds += 1;
        if self.measure.counts(self.now) {
            self.measure.rebuilds_peak = self.measure.rebuilds_peak.max(*rebuilds);
        }
        self.submit(call);
    }

    /// A call that failed at the origin is tried again.
    pub(super) fn ask_again(&mut self, call: Call) {
        if call.flags.write { self.submit(call) } else { self.ask_origin(call) }
    }

    /// A read or write arrives at the origin, which takes it in or refuses it.
    pub(super) fn submit(&mut self, mut call: Call) {
        let write = call.flags.write;
        self.measure.origin_begins(self.now, write);
        self.serial = self.serial.wrapping_add(1).max(1);
        call.serial = self.serial;
        let number = self.calls.insert(call);
        let (now, rng) = (self.now, &mut self.origin_rng);
        let arrived = match &self.origin_spec.write_latency {
            Some(law) if write => self.origin.arrive_as(now, number, law, rng),
            _ => self.origin.arrive(now, number, rng),
        };
        if arrived.is_err() {
            self.measure.rejections += u64::from(self.measure.counts(self.now));
            let call = self.leave_origin(number, 0);
            return self.try_again(call);
        }
        if let Some(timeout) = self.origin_spec.timeout {
            self.queue.plan(self.now + timeout, Event::GiveUp(number, call.serial));
        }
    }

    /// The origin is done with a job.
    pub(super) fn origin_done(&mut self, number: u32) {
        let call = self.calls[number];
        let errors = self.origin_spec.errors;
        let failed = errors > 0.0 && unit(&mut self.origin_rng) < errors;
        let unchanged = call.flags.validates && self.still_valid(&call);
        let bytes = match call.flags.write || call.value.absent || failed {
            true => 0,
            false if unchanged => NOT_MODIFIED,
            false => u64::from(self.sizes[call.id as usize]),
        };
        let call = self.leave_origin(number, bytes);
        if call.flags.abandoned {
            return;
        }
        if failed {
            return self.try_again(call);
        }
        if call.flags.write { self.written(call.parent, true) } else { self.respond(call, call.value, 0) }
    }

    /// A job leaves the origin, with an answer or without.
    fn leave_origin(&mut self, number: u32, bytes: u64) -> Call {
        self.measure.origin_ends(self.now, bytes);
        // A timeout that is still planned must not find this call.
        self.calls[number].serial = 0;
        let call = self.calls.remove(number);
        if !call.flags.write
            && let Some(rebuilds) = self.rebuilding.get_mut(&call.key)
        {
            *rebuilds -= 1;
            if *rebuilds == 0 {
                self.rebuilding.remove(&call.key);
            }
        }
        call
    }

    /// A call has waited long enough: the origin goes on working for nobody. A write that nobody waits for is rolled back.
    pub(super) fn give_up(&mut self, number: u32, serial: u32) {
        if self.calls[number].serial != serial {
            return;
        }
        self.measure.timeouts += u64::from(self.measure.counts(self.now));
        let call = self.calls[number];
        let left = &mut self.calls[number];
        left.serial = 0;
        left.parent = NONE;
        left.flags.abandoned = true;
        self.try_again(call);
    }

    /// A call that failed at the origin is planned again, or answered with its failure.
    fn try_again(&mut self, mut call: Call) {
        call.attempt += 1;
        if call.attempt <= self.origin_spec.retries {
            self.measure.retries += u64::from(self.measure.counts(self.now));
            let backoff = self.origin_spec.backoff.saturating_mul(1 << (call.attempt - 1).min(20));
            let number = self.calls.insert(call);
            self.queue.plan(self.now.saturating_add(backoff), Event::Retry(number));
        } else if call.flags.write {
            self.written(call.parent, false);
        } else {
            let failed = Value { failed: true, ..Value::default() };
            self.respond(call, failed, 0);
        }
    }

    /// The origin dies, and with it what it was working on.
    pub(super) fn origin_down(&mut self) {
        for number in self.origin.set_down(self.now, true) {
            let call = self.leave_origin(number, 0);
            if !call.flags.abandoned {
                self.try_again(call);
            }
        }
    }
}
