//! A budget of memory that traces and cells share: who asks for more than is left waits, unless nobody would ever return any.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A trace and what is computed of it.
    Trace,
    /// The caches of a pass.
    Pass,
}

/// The budget, in bytes.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    used: u64,
    traces: usize,
    passes: usize,
}

impl State {
    fn holders(&mut self, what: Use) -> &mut usize {
        match what {
            Use::Trace => &mut self.traces,
            Use::Pass => &mut self.passes,
        }
    }
}

impl Budget {
    /// A budget of `limit` bytes.
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, state: Mutex::default(), returned: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so much is left, and takes it. The only trace, and the only pass, get what they ask for in any case: they
    /// would wait for ever otherwise.
    pub(super) fn take(&self, what: Use, bytes: u64) {
        let mut state = self.lock();
        while *state.holders(what) > 0 && state.used.saturating_add(bytes) > self.limit {
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        *state.holders(what) += 1;
        state.used = state.used.saturating_add(bytes);
    }

    /// Gives it back.
    pub(super) fn give(&self, what: Use, bytes: u64) {
        let mut state = self.lock();
        *state.holders(what) = state.holders(what).saturating_sub(1);
        state.used = state.used.saturating_sub(bytes);
        drop(state);
        self.returned.notify_all();
    }

    /// Takes as [`Budget::take`]; what this returns gives it back when it is dropped, also by a panic.
    pub(super) fn share(&self, what: Use, bytes: u64) -> Share<'_> {
        self.take(what, bytes);
        Share { budget: self, what, bytes }
    }
}

/// Memory that was taken.
#[derive(Debug)]
pub(super) struct Share<'a> {
    budget: &'a Budget,
    what: Use,
    bytes: u64,
}

impl Share<'_> {
    /// What is needed turned out to be something else than what was taken.
    pub(super) fn correct(&mut self, needed: u64) {
        let mut state = self.budget.lock();
        state.used = state.used.saturating_sub(self.bytes).saturating_add(needed);
        drop(state);
        self.bytes = needed;
        self.budget.returned.notify_all();
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.give(self.what, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn no_more_is_out_than_the_budget() {
        let (budget, out, most) = (Budget::new(100), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8u64 {
                let (budget, out, most) = (&budget, &out, &most);
                scope.spawn(move || {
                    for i in 0..50 {
                        let bytes = 20 + (thread * 7 + i) % 30;
                        budget.take(Use::Pass, bytes);
                        most.fetch_max(out.fetch_add(bytes, Ordering::SeqCst) + bytes, Ordering::SeqCst);
                        std::thread::yield_now();
                        out.fetch_sub(bytes, Ordering::SeqCst);
                        budget.give(Use::Pass, bytes);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 100);
    }

    #[test]
    fn who_is_alone_gets_more_than_there_is() {
        let budget = Budget::new(10);
        budget.take(Use::Trace, 1000);
        budget.take(Use::Pass, 1000);
        budget.give(Use::Pass, 1000);
        budget.give(Use::Trace, 1000);
        assert_eq!(budget.lock().used, 0);
    }
}
