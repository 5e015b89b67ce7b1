//! The settings of a scenario, as its TOML file names them: who asks, through which caches, of which origin, and what happens.

mod check;
mod text;

use super::breaker::{Seed, Settings, SlidingWindow};
use super::http::Control;
use super::law::Law;
use crate::core::{SECOND, Time};
use serde::Deserialize;
use text::{control, law, some_capacity, some_law, some_span, span};

pub(super) use check::{behind, check, complete};
pub(super) use text::Size;

/// A scenario, all lists expanded.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Spec {
    /// Clients ask for so long; without it, until the workload or trace ends.
    #[serde(deserialize_with = "some_span")]
    pub(super) duration: Option<Time>,
    /// Counting begins so late.
    #[serde(deserialize_with = "span")]
    pub(super) warmup: Time,
    /// Length of a window of the time series; without it, chosen so that there are 128 to 256.
    #[serde(deserialize_with = "some_span")]
    pub(super) window: Option<Time>,
    /// Requests that may be under way at once; more means that the scenario diverges.
    pub(super) most_in_flight: u64,
    pub(super) seed: u64,
    pub(super) load: Load,
    pub(super) clients: Vec<Clients>,
    pub(super) level: Vec<Level>,
    pub(super) origin: Option<Origin>,
    pub(super) write: Write,
    pub(super) invalidation: Invalidation,
    pub(super) content: Vec<Content>,
    pub(super) event: Vec<Event>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            duration: None,
            warmup: 0,
            window: None,
            most_in_flight: 1_000_000,
            seed: 42,
            load: Load::default(),
            clients: Vec::new(),
            level: Vec::new(),
            origin: None,
            write: Write::default(),
            invalidation: Invalidation::default(),
            content: Vec::new(),
            event: Vec::new(),
        }
    }
}

/// When requests come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Arrivals {
    /// As the workload or trace says; a Poisson process where it does not.
    #[default]
    Auto,
    /// A Poisson process.
    Poisson,
    /// Equal gaps.
    Even,
    /// Many at once, again and again.
    Burst,
}

/// What clients ask for, and when.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Load {
    /// Keys of the built-in workload.
    pub(super) keys: u64,
    /// Its skew: 0 asks for all keys alike.
    pub(super) alpha: f64,
    /// Requests per second.
    pub(super) rate: f64,
    pub(super) arrivals: Arrivals,
    /// Requests of a burst.
    pub(super) burst: u64,
    /// Time before the first burst, and between bursts.
    #[serde(deserialize_with = "span")]
    pub(super) every: Time,
    /// A workload instead of keys and alpha.
    pub(super) workload: Option<String>,
    /// A recorded trace instead.
    pub(super) trace: Option<String>,
    pub(super) trace_format: Option<String>,
    /// Share of the requests that write; of a trace with operations, those that it says.
    pub(super) writes: f64,
    /// Share of the keys that do not exist at the origin.
    pub(super) absent: f64,
    /// Bytes of a value, where workload or trace name none.
    pub(super) size: Size,
    /// Keys that are derived from one thing, and change together.
    pub(super) entity: u32,
    /// Share of the reads that ask for a fresh copy, as a browser's reload does.
    pub(super) reload: f64,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            keys: 10_000,
            alpha: 0.9,
            rate: 1000.0,
            arrivals: Arrivals::Auto,
            burst: 100,
            every: 60 * SECOND,
            workload: None,
            trace: None,
            trace_format: None,
            writes: 0.0,
            absent: 0.0,
            size: Size(1024),
            entity: 1,
            reload: 0.0,
        }
    }
}

/// A group of clients.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Clients {
    pub(super) name: String,
    /// Its part of the requests, relative to the other groups.
    pub(super) share: f64,
    /// Application servers (or browsers) that its requests go to in turn by chance.
    pub(super) servers: u32,
    /// Round trip between client and first level.
    #[serde(deserialize_with = "law")]
    pub(super) rtt: Law,
    /// The level it asks first; without it, the first one.
    pub(super) level: Option<String>,
}

impl Default for Clients {
    fn default() -> Self {
        Self { name: "clients".to_owned(), share: 1.0, servers: 1, rtt: Law::ZERO, level: None }
    }
}

/// How a request finds its node of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Route {
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
pub(super) enum Read {
    /// The application: when the cache cannot be reached, it asks what lies behind.
    #[default]
    CacheAside,
    /// The cache: when it cannot be reached, the request fails.
    ReadThrough,
}

/// What stands between an expired value and a crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Defence {
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
pub(super) enum Refresh {
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
pub(super) enum Inclusion {
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
pub(super) enum Http {
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
pub(super) struct Level {
    pub(super) name: String,
    pub(super) nodes: u32,
    pub(super) route: Route,
    pub(super) scheme: String,
    pub(super) vnodes: u32,
    pub(super) bound: f64,
    /// The level behind it, or `origin`; without it, the next one of the file.
    pub(super) behind: Option<String>,
    /// Time to ask it and get its answer.
    #[serde(deserialize_with = "law")]
    pub(super) latency: Law,
    pub(super) policy: String,
    /// Capacity of each node; without it, everything fits.
    #[serde(deserialize_with = "some_capacity")]
    pub(super) capacity: Option<crate::replay::Capacity>,
    /// Do capacities count bytes?
    pub(super) bytes: bool,
    #[serde(deserialize_with = "some_span")]
    pub(super) ttl: Option<Time>,
    /// The time to live varies by up to this share of it, up and down.
    pub(super) ttl_jitter: f64,
    /// A hit starts the time to live anew.
    pub(super) renew: bool,
    #[serde(deserialize_with = "some_span")]
    pub(super) negative_ttl: Option<Time>,
    pub(super) read: Read,
    pub(super) defence: Defence,
    #[serde(deserialize_with = "span")]
    pub(super) lock_ttl: Time,
    #[serde(deserialize_with = "span")]
    pub(super) poll: Time,
    pub(super) polls: u32,
    pub(super) beta: f64,
    #[serde(deserialize_with = "span")]
    pub(super) stale_while_revalidate: Time,
    #[serde(deserialize_with = "span")]
    pub(super) stale_if_error: Time,
    /// All requests of a node for one key share a fetch.
    pub(super) coalesce: bool,
    pub(super) refresh: Refresh,
    pub(super) refresh_at: f64,
    /// Probability that an answer from behind is kept here.
    pub(super) promote: f64,
    pub(super) inclusion: Inclusion,
    pub(super) http: Http,
    /// How long a caller waits for a node that does not answer.
    #[serde(deserialize_with = "span")]
    pub(super) timeout: Time,
    pub(super) breaker: Breaker,
    /// The first flush of everything.
    #[serde(deserialize_with = "some_span")]
    pub(super) flush_at: Option<Time>,
    /// Time between flushes.
    #[serde(deserialize_with = "some_span")]
    pub(super) flush_every: Option<Time>,
    /// The most popular keys that are stored before the start; `all` for every one.
    pub(super) warm: text::Keys,
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
pub(super) enum BreakerKind {
    #[default]
    None,
    /// That of the tutorials, with its faults.
    Seed,
    /// That of Resilience4j.
    SlidingWindow,
}

/// A circuit breaker before a level.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Breaker {
    pub(super) kind: BreakerKind,
    /// Failures in a row that open the one of the tutorials.
    pub(super) failures: u32,
    /// How long it is open.
    #[serde(deserialize_with = "span")]
    pub(super) wait: Time,
    /// Calls that the other one remembers.
    pub(super) window: u32,
    /// Share of failures that opens it.
    pub(super) failure_rate: f64,
    /// Calls before it may open.
    pub(super) minimum_calls: u32,
    /// Calls that decide whether it closes again.
    pub(super) trial_calls: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        let (seed, window) = (Seed::default(), SlidingWindow::default());
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
    pub(super) fn settings(&self) -> Option<Settings> {
        match self.kind {
            BreakerKind::None => None,
            BreakerKind::Seed => Some(Settings::Seed(Seed { threshold: self.failures, timeout: self.wait })),
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

/// How the origin serves what arrives while all its servers are busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Discipline {
    /// First come, first served.
    #[default]
    Fcfs,
    /// All share the servers.
    Sharing,
}

/// The database, or whatever is asked in the end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Origin {
    #[serde(deserialize_with = "law")]
    pub(super) latency: Law,
    /// Of a write; without it, as of a read.
    #[serde(deserialize_with = "some_law")]
    pub(super) write_latency: Option<Law>,
    /// Requests that it works on at once; without it, any number.
    pub(super) servers: Option<u32>,
    pub(super) discipline: Discipline,
    /// Places to wait; without it, any number.
    pub(super) queue: Option<u64>,
    /// How long a caller waits.
    #[serde(deserialize_with = "some_span")]
    pub(super) timeout: Option<Time>,
    /// How often a caller tries again.
    pub(super) retries: u32,
    /// Time before the first retry; doubled for each further one.
    #[serde(deserialize_with = "span")]
    pub(super) backoff: Time,
    /// Probability that a request fails.
    pub(super) errors: f64,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            latency: Law::fixed(SECOND / 10),
            write_latency: None,
            servers: None,
            discipline: Discipline::Fcfs,
            queue: None,
            timeout: None,
            retries: 0,
            backoff: SECOND / 10,
            errors: 0.0,
        }
    }
}

/// What a write does, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WritePath {
    /// The origin alone.
    WriteAround,
    /// The origin, then the key is deleted from the caches.
    #[default]
    UpdateThenDelete,
    /// The key is deleted, then the origin.
    DeleteThenUpdate,
    /// The origin, then the key is deleted, then set.
    DeleteThenSet,
    /// The origin, then the caches.
    WriteThrough,
    /// The origin within a transaction, the caches, then the commit.
    WriteThroughInTransaction,
    /// Origin and caches at the same time.
    WriteThroughConcurrent,
    /// The caches; the origin later.
    WriteBehind,
}

/// Writes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Write {
    pub(super) path: WritePath,
    /// Time between commit request and commit, within a transaction.
    #[serde(deserialize_with = "law")]
    pub(super) commit: Law,
    /// Probability that the origin rolls a client's write back.
    pub(super) rollback: f64,
    /// Time between two looks at the queue of writes.
    #[serde(deserialize_with = "span")]
    pub(super) interval: Time,
    /// Writes that are brought to the origin at once.
    pub(super) batch: u32,
    /// A queue of so many writes is brought to the origin without waiting for the interval.
    pub(super) full: Option<u64>,
    /// Workers that bring writes to the origin.
    pub(super) workers: u32,
    /// Later writes of a key replace those that still wait.
    pub(super) consolidate: bool,
    /// Writes that the origin fails are tried again; otherwise they are lost.
    pub(super) retry: bool,
}

impl Default for Write {
    fn default() -> Self {
        Self {
            path: WritePath::UpdateThenDelete,
            commit: Law::ZERO,
            rollback: 0.0,
            interval: SECOND,
            batch: 1,
            full: None,
            workers: 1,
            consolidate: false,
            retry: false,
        }
    }
}

/// How other nodes hear of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Publish {
    /// Not at all.
    #[default]
    None,
    /// A message to every node, at most once.
    PubSub,
    /// A message to the nodes that read the key from the level behind, which remembers them.
    Tracking,
}

/// Which version the pointer of a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Pointer {
    /// That which was stored last; it may be an older one.
    #[default]
    Last,
    /// The newest that was stored.
    Newest,
}

/// What a write removes from caches.
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own in the file")]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Invalidation {
    /// Does a write reach the writer's own caches before the last level, or that level only?
    pub(super) local: bool,
    /// All keys of the entity, or only the one that was written?
    pub(super) related: bool,
    /// Tags; a write removes every key with its key's tag. 0 for none.
    pub(super) tags: u32,
    /// Each version has a key of its own, and a pointer in the last level names the current one. Of a key, eight are held side
    /// by side; a later one takes the place of the oldest.
    pub(super) versioned: bool,
    pub(super) pointer: Pointer,
    pub(super) publish: Publish,
    #[serde(deserialize_with = "law")]
    pub(super) delay: Law,
    /// Probability that a message is lost.
    pub(super) loss: f64,
    /// Does the publisher drop its own copy when its message arrives?
    pub(super) to_self: bool,
    /// Keys whose readers are remembered.
    pub(super) tracked_keys: u64,
}

impl Default for Invalidation {
    fn default() -> Self {
        Self {
            local: true,
            related: false,
            tags: 0,
            versioned: false,
            pointer: Pointer::Last,
            publish: Publish::None,
            delay: Law::fixed(SECOND / 1000),
            loss: 0.0,
            to_self: true,
            tracked_keys: 1_000_000,
        }
    }
}

/// A kind of content and its HTTP headers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Content {
    pub(super) name: String,
    /// Share of the keys.
    pub(super) share: f64,
    /// Cache-Control.
    #[serde(deserialize_with = "control")]
    pub(super) cache_control: Control,
    /// CDN-Cache-Control, for shared caches.
    #[serde(deserialize_with = "text::some_control")]
    pub(super) cdn_cache_control: Option<Control>,
    /// Does it have an `ETag`?
    pub(super) etag: bool,
    /// Variants that Vary tells apart.
    pub(super) vary: u32,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            name: String::new(),
            share: 1.0,
            cache_control: Control::default(),
            cdn_cache_control: None,
            etag: false,
            vary: 1,
        }
    }
}

/// What happens at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    /// A cache node dies; what it held is gone, queued writes too.
    #[default]
    Crash,
    /// It comes back, empty.
    Restart,
    /// It comes back with what it held when it died.
    RestartWarm,
    /// It cannot be reached, and keeps what it holds.
    Partition,
    /// It can be reached again.
    Heal,
    /// It, or the origin, takes `factor` times as long.
    Slow,
    /// A node joins a sharded level.
    AddNode,
    /// A node leaves a sharded level.
    RemoveNode,
    /// Everything is removed.
    Flush,
    /// The origin answers nothing.
    OriginDown,
    /// The origin answers again.
    OriginUp,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Event {
    #[serde(deserialize_with = "span")]
    pub(super) at: Time,
    pub(super) action: Action,
    /// The level that it happens to; the first one without it. `origin` for a slow origin.
    pub(super) level: Option<String>,
    pub(super) node: u32,
    pub(super) factor: f64,
}

impl Default for Event {
    fn default() -> Self {
        Self { at: 0, action: Action::Crash, level: None, node: 0, factor: 10.0 }
    }
}
