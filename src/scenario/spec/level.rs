//! A level of caches.

use super::text::{self, law, some_capacity, some_span, span};
use crate::core::{SECOND, Time};
use crate::scenario::breaker::{Consecutive, Settings, SlidingWindow};
use crate::scenario::law::Law;
use serde::Deserialize;

/// How a request finds its node of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Route {
    /// Each application server has its own.
    #[default]
    Server,
    /// Each group of clients has its own.
    Region,
    /// By key: the level is sharded.
    Key,
    /// Any.
    Random,
}

/// Who fetches what a cache lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Read {
    /// The application: when the cache cannot be reached, it asks what lies behind.
    #[default]
    CacheAside,
    /// The cache: when it cannot be reached, the request fails.
    ReadThrough,
}

/// What stands between an expired value and a crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Defence {
    #[default]
    None,
    /// A lock in the cache, waiters poll and give up, whoever fetched deletes it.
    Mutex,
    /// A lock that its owner renews and that only its owner can release; waiters go on until they have the value or the lock.
    FencedLock,
    /// One fetch per key and application server.
    SingleFlight,
    /// The cache hands out one token per key and time; the others wait; a delete voids the token.
    Lease,
    /// Readers fetch early by chance, the more the nearer the expiry.
    Xfetch,
    /// Readers refresh with probability age / ttl.
    AgeOverTtl,
    /// The old value is served while one reader's refresh is under way.
    StaleWhileRevalidate,
}

/// When a read refreshes a value that still lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Refresh {
    #[default]
    Never,
    /// When its age is at least the threshold times its time to live.
    Age,
    /// When the time it has left is less than the threshold times its time to live.
    Remaining,
}

/// What two neighbouring levels hold of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Inclusion {
    /// Neither includes nor excludes.
    #[default]
    Nine,
    /// What the level behind evicts, this level drops.
    Inclusive,
    /// A hit behind moves the object here; an eviction here moves it back.
    Exclusive,
}

/// What a level does with HTTP's headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Http {
    /// It has a time to live of its own.
    #[default]
    Off,
    /// A private cache.
    Browser,
    /// A shared cache.
    Shared,
}

/// A level of caches.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Level {
    pub(in crate::scenario) name: String,
    pub(in crate::scenario) nodes: u32,
    pub(in crate::scenario) route: Route,
    pub(in crate::scenario) scheme: String,
    pub(in crate::scenario) vnodes: u32,
    pub(in crate::scenario) bound: f64,
    /// The level behind it, or `origin`; without it, the next one of the file.
    pub(in crate::scenario) behind: Option<String>,
    /// Time to ask it and get its answer.
    #[serde(deserialize_with = "law")]
    pub(in crate::scenario) latency: Law,
    pub(in crate::scenario) policy: String,
    /// Capacity of each node; without it, everything fits.
    #[serde(deserialize_with = "some_capacity")]
    pub(in crate::scenario) capacity: Option<crate::replay::Capacity>,
    /// Do capacities count bytes?
    pub(in crate::scenario) bytes: bool,
    #[serde(deserialize_with = "some_span")]
    pub(in crate::scenario) ttl: Option<Time>,
    /// The time to live varies by up to this share of it, up and down.
    pub(in crate::scenario) ttl_jitter: f64,
    /// Share of the keys that have it; the others do not expire.
    pub(in crate::scenario) ttl_share: f64,
    /// A hit starts the time to live anew.
    pub(in crate::scenario) renew: bool,
    #[serde(deserialize_with = "some_span")]
    pub(in crate::scenario) negative_ttl: Option<Time>,
    pub(in crate::scenario) read: Read,
    pub(in crate::scenario) defence: Defence,
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) lock_ttl: Time,
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) poll: Time,
    pub(in crate::scenario) polls: u32,
    pub(in crate::scenario) beta: f64,
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) stale_while_revalidate: Time,
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) stale_if_error: Time,
    /// All requests of a node for one key share a fetch.
    pub(in crate::scenario) coalesce: bool,
    pub(in crate::scenario) refresh: Refresh,
    pub(in crate::scenario) refresh_at: f64,
    /// Probability that an answer from behind is kept here.
    pub(in crate::scenario) promote: f64,
    pub(in crate::scenario) inclusion: Inclusion,
    pub(in crate::scenario) http: Http,
    /// How long a caller waits for a node that does not answer.
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) timeout: Time,
    pub(in crate::scenario) breaker: Breaker,
    /// The first flush of everything.
    #[serde(deserialize_with = "some_span")]
    pub(in crate::scenario) flush_at: Option<Time>,
    /// Time between flushes.
    #[serde(deserialize_with = "some_span")]
    pub(in crate::scenario) flush_every: Option<Time>,
    /// The most popular keys that are stored before the start; `all` for every one.
    pub(in crate::scenario) warm: text::Keys,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            name: String::new(),
            nodes: 1,
            route: Route::Server,
            scheme: "consistent".to_owned(),
            vnodes: 150,
            bound: 1.25,
            behind: None,
            latency: Law::ZERO,
            policy: "lru".to_owned(),
            capacity: None,
            bytes: false,
            ttl: None,
            ttl_jitter: 0.0,
            ttl_share: 1.0,
            renew: false,
            negative_ttl: None,
            read: Read::CacheAside,
            defence: Defence::None,
            lock_ttl: 10 * SECOND,
            poll: SECOND / 10,
            polls: 50,
            beta: 1.0,
            stale_while_revalidate: 0,
            stale_if_error: 0,
            coalesce: false,
            refresh: Refresh::Never,
            refresh_at: 0.75,
            promote: 1.0,
            inclusion: Inclusion::Nine,
            http: Http::Off,
            timeout: 5 * SECOND,
            breaker: Breaker::default(),
            flush_at: None,
            flush_every: None,
            warm: text::Keys::default(),
        }
    }
}

/// Which circuit breaker the callers of a level have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum BreakerKind {
    #[default]
    None,
    /// That of the tutorials, with its faults.
    Consecutive,
    /// That of Resilience4j.
    SlidingWindow,
}

/// A circuit breaker before a level.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Breaker {
    pub(in crate::scenario) kind: BreakerKind,
    /// Failures in a row that open the one of the tutorials.
    pub(in crate::scenario) failures: u32,
    /// How long it is open.
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) wait: Time,
    /// Calls that the other one remembers.
    pub(in crate::scenario) window: u32,
    /// Share of failures that opens it.
    pub(in crate::scenario) failure_rate: f64,
    /// Calls before it may open.
    pub(in crate::scenario) minimum_calls: u32,
    /// Calls that decide whether it closes again.
    pub(in crate::scenario) trial_calls: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        let (seed, window) = (Consecutive::default(), SlidingWindow::default());
        Self {
            kind: BreakerKind::None,
            failures: seed.threshold,
            wait: seed.timeout,
            window: window.sliding_window_size,
            failure_rate: window.failure_rate_threshold / 100.0,
            minimum_calls: window.minimum_number_of_calls,
            trial_calls: window.permitted_number_of_calls_in_half_open_state,
        }
    }
}

impl Breaker {
    /// The breaker's own parameters, if there is one.
    pub(in crate::scenario) fn settings(&self) -> Option<Settings> {
        match self.kind {
            BreakerKind::None => None,
            BreakerKind::Consecutive => {
                Some(Settings::Consecutive(Consecutive { threshold: self.failures, timeout: self.wait }))
            }
            BreakerKind::SlidingWindow => Some(Settings::SlidingWindow(SlidingWindow {
                sliding_window_size: self.window,
                failure_rate_threshold: self.failure_rate * 100.0,
                minimum_number_of_calls: self.minimum_calls,
                wait_duration_in_open_state: self.wait,
                permitted_number_of_calls_in_half_open_state: self.trial_calls,
            })),
        }
    }
}
