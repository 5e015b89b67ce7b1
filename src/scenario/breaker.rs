//! Circuit breakers: what stops asking a cache that fails, and when it is asked again. Pure state machines; the time is
//! given, and must not go back from one call to the next.
//!
//! # Use
//! Before a get, ask [`Breaker::tries_cache_when_open`] or else [`Breaker::allows`]; before a set, [`Breaker::allows`].
//! Then report each operation that was made, once: [`Breaker::success`], [`Breaker::miss`] or [`Breaker::failure`].
//!
//! # Kinds
//! - `consecutive`: the breaker often found in tutorials of cache-aside, with its faults. It counts failures in a row and
//!   opens at a threshold. Open, it still tries the cache for every get and skips only the set. The timer that should close
//!   it half way sets the counter to zero and nothing else, so that it stays open until something succeeds: a cache that
//!   came back empty is never filled by the one who waits for it. The timer is never stopped either, and may forget the
//!   failures of a later time. A get that finds nothing is neither success nor failure.
//! - `sliding-window`: that of Resilience4j with a count-based window. It opens when the last calls, if enough, failed at
//!   the threshold or above; refuses all until the wait is over; then permits a few calls, which decide, and refuses others
//!   until they have. A get that finds nothing is a success, since the cache answered.
//!
//! # Source
//! M. Nygard: Release It! 2007 (the pattern). Resilience4j, "CircuitBreaker":
//! <https://resilience4j.readme.io/docs/circuitbreaker>. As there, the outcome of a call that was permitted in an earlier
//! state counts in the present one.

mod settings;
#[cfg(test)]
mod tests;

pub(super) use settings::{Consecutive, Settings, SlidingWindow};

use crate::core::{Result, Time};
use std::collections::VecDeque;

/// What a breaker is doing.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// All calls are allowed.
    Closed,
    /// Calls are refused (by the `consecutive` kind: sets).
    Open,
    /// Some calls are tried. The `consecutive` kind only says in its log that it is.
    HalfOpen,
}

/// A circuit breaker of either kind.
#[derive(Debug, Clone)]
pub(super) struct Breaker(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Consecutive(Counter),
    SlidingWindow(Window),
}

impl Breaker {
    /// A closed breaker.
    ///
    /// # Errors
    /// As [`Settings::validate`].
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        settings.validate()?;
        Ok(Self(match settings {
            Settings::Consecutive(seed) => Kind::Consecutive(Counter::new(seed)),
            Settings::SlidingWindow(window) => Kind::SlidingWindow(Window::new(window)),
        }))
    }

    /// Whether a get is tried in every state, as by the `consecutive` kind, which looks at its flag only afterwards.
    pub(super) fn tries_cache_when_open(&self) -> bool {
        matches!(self.0, Kind::Consecutive(_))
    }

    /// Whether a call may be made. By the `sliding-window` kind, a yes in half-open takes one of its permissions.
    pub(super) fn allows(&mut self, now: Time) -> bool {
        match &mut self.0 {
            Kind::Consecutive(counter) => !counter.open,
            Kind::SlidingWindow(window) => window.allows(now),
        }
    }

    /// A call was answered: a get with a value, or a set.
    pub(super) fn success(&mut self, now: Time) {
        match &mut self.0 {
            Kind::Consecutive(counter) => counter.success(),
            Kind::SlidingWindow(window) => window.outcome(now, false),
        }
    }

    /// A get was answered without a value.
    pub(super) fn miss(&mut self, now: Time) {
        match &mut self.0 {
            Kind::Consecutive(_) => {}
            Kind::SlidingWindow(window) => window.outcome(now, false),
        }
    }

    /// A call failed or timed out.
    pub(super) fn failure(&mut self, now: Time) {
        match &mut self.0 {
            Kind::Consecutive(counter) => counter.failure(now),
            Kind::SlidingWindow(window) => window.outcome(now, true),
        }
    }

    /// What the breaker is doing. It leaves the open state by a call that is allowed, not by time alone.
    #[cfg(test)]
    pub(super) fn state(&self) -> State {
        match &self.0 {
            Kind::Consecutive(counter) if counter.open => State::Open,
            Kind::Consecutive(_) => State::Closed,
            Kind::SlidingWindow(window) => match window.phase {
                Phase::Closed => State::Closed,
                Phase::Open { .. } => State::Open,
                Phase::HalfOpen { .. } => State::HalfOpen,
            },
        }
    }
}

/// The `consecutive` kind.
#[derive(Debug, Clone)]
struct Counter {
    threshold: u32,
    timeout: Time,
    failures: u32,
    open: bool,
    /// When the timers go off that set the counter to zero, one for each opening of late.
    timers: VecDeque<Time>,
}

impl Counter {
    fn new(seed: &Consecutive) -> Self {
        Self { threshold: seed.threshold, timeout: seed.timeout, failures: 0, open: false, timers: VecDeque::new() }
    }

    fn success(&mut self) {
        self.failures = 0;
        self.open = false;
    }

    fn failure(&mut self, now: Time) {
        // Only here the counter is looked at, so a timer need not have been noticed before.
        while self.timers.front().is_some_and(|&at| at <= now) {
            self.timers.pop_front();
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.threshold && !self.open {
            self.open = true;
            self.timers.push_back(now.saturating_add(self.timeout));
        }
    }
}

/// The `sliding-window` kind.
#[derive(Debug, Clone)]
struct Window {
    settings: SlidingWindow,
    phase: Phase,
    calls: Calls,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed,
    Open { until: Time },
    HalfOpen { permits: u32 },
}

impl Window {
    fn new(settings: &SlidingWindow) -> Self {
        let calls = Calls::new(settings.sliding_window_size);
        Self { settings: settings.clone(), phase: Phase::Closed, calls }
    }

    fn allows(&mut self, now: Time) -> bool {
        if let Phase::Open { until } = self.phase
            && now >= until
        {
            let permits = self.settings.permitted_number_of_calls_in_half_open_state;
            self.phase = Phase::HalfOpen { permits };
            self.calls = Calls::new(permits);
        }
        match &mut self.phase {
            Phase::Closed => true,
            Phase::Open { .. } => false,
            Phase::HalfOpen { permits } => {
                let permitted = *permits > 0;
                *permits = permits.saturating_sub(1);
                permitted
            }
        }
    }

    fn outcome(&mut self, now: Time, failed: bool) {
        self.calls.record(failed);
        let rate = self.calls.failure_rate(self.settings.minimum_number_of_calls);
        let Some(rate) = rate else { return };
        let bad = rate >= self.settings.failure_rate_threshold;
        match self.phase {
            Phase::Closed | Phase::HalfOpen { .. } if bad => {
                self.phase = Phase::Open { until: now.saturating_add(self.settings.wait_duration_in_open_state) };
            }
            Phase::HalfOpen { .. } => {
                self.phase = Phase::Closed;
                self.calls = Calls::new(self.settings.sliding_window_size);
            }
            Phase::Closed | Phase::Open { .. } => {}
        }
    }
}

/// The outcomes of the last calls.
#[derive(Debug, Clone)]
struct Calls {
    failed: VecDeque<bool>,
    size: usize,
    failures: usize,
}

impl Calls {
    fn new(size: u32) -> Self {
        Self { failed: VecDeque::new(), size: size as usize, failures: 0 }
    }

    fn record(&mut self, failed: bool) {
        if self.failed.len() == self.size {
            self.failures -= usize::from(self.failed.pop_front().unwrap_or_default());
        }
        self.failed.push_back(failed);
        self.failures += usize::from(failed);
    }

    /// Failures in per cent, if there are `minimum` calls or as many as there can be.
    fn failure_rate(&self, minimum: u32) -> Option<f64> {
        let calls = self.failed.len();
        (calls >= self.size.min(minimum as usize)).then(|| 100.0 * self.failures as f64 / calls as f64)
    }
}
