//! Who asks for what, and when: requests are drawn or read as their time comes.

use super::spec::{self, Arrivals, Spec};
use crate::core::rng::{self, Rng, below, unit};
use crate::core::{Error, NEVER, NO_NEXT_USE, Result, SECOND, Time, hash};
use crate::trace::{Op, Trace};
use crate::workload::{self, Requests};
use std::sync::Arc;

/// Requests drawn at once.
const BATCH: usize = 1024;
/// How far ahead the memory is asked for what a request will need.
const AHEAD: usize = 12;
/// Requests that tell which keys are popular, where the workload does not say.
const SAMPLED: usize = 1 << 20;

/// A request of a client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) time: Time,
    pub(super) key: u32,
    /// Group of clients.
    pub(super) group: u16,
    /// Application server, counted over all groups.
    pub(super) server: u32,
    pub(super) write: bool,
    /// It asks for a fresh copy.
    pub(super) reload: bool,
    /// Number of the next request for the key, where the future is known.
    pub(super) next_use: u32,
}

/// The requests of a scenario, in order of time.
pub(super) struct Load {
    source: Source,
    keys: u64,
    clock: Clock,
    end: Time,
    groups: Vec<Group>,
    writes: f64,
    reload: f64,
    rng: Rng,
    /// The batch at hand and the place in it.
    ids: Vec<u32>,
    times: Vec<Time>,
    at: usize,
    /// Requests before the batch.
    before: u64,
    next: Option<Arrival>,
}

enum Source {
    /// One key, for ever.
    One,
    Stream(Requests),
    Trace {
        trace: Arc<Trace>,
        future: bool,
        at: usize,
    },
}

/// The times of requests.
enum Clock {
    /// Those that the source brings.
    Own,
    Poisson {
        mean: f64,
        whole: Time,
        fraction: f64,
        rng: Rng,
    },
    Even {
        gap: f64,
        count: u64,
    },
    Burst {
        size: u64,
        every: Time,
        count: u64,
        most: u64,
    },
}

#[derive(Debug, Clone, Copy)]
struct Group {
    /// Share of the requests that go to this group or one before it.
    until: f64,
    first_server: u32,
    servers: u32,
}

impl Load {
    /// Begins the load of a scenario. `trace` is the recorded trace that it names; with `future`, each request knows the next
    /// one of its key.
    pub(super) fn new(spec: &Spec, trace: Option<Arc<Trace>>, future: bool) -> Result<Self> {
        let source = Source::new(spec, trace, future)?;
        let keys = source.keys();
        let clock = Clock::new(spec, &source);
        let mut load = Self {
            keys,
            clock,
            source,
            end: spec.duration.unwrap_or(NEVER),
            groups: groups(&spec.clients),
            writes: spec.load.writes,
            reload: spec.load.reload,
            rng: rng::rng(spec.seed, "scenario clients"),
            ids: Vec::new(),
            times: Vec::new(),
            at: 0,
            before: 0,
            next: None,
        };
        load.advance();
        Ok(load)
    }

    /// All keys are below it.
    pub(super) fn keys(&self) -> u64 {
        self.keys
    }

    /// When the next request comes; [`NEVER`] if none does.
    #[inline]
    pub(super) fn next(&self) -> Time {
        self.next.as_ref().map_or(NEVER, |arrival| arrival.time)
    }

    /// Takes the next request.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Arrival> {
        let arrival = self.next.take();
        self.advance();
        arrival
    }

    /// The key of a request that comes some requests later, while that is known.
    #[inline]
    pub(super) fn ahead(&self) -> Option<u32> {
        self.ids.get(self.at + AHEAD).copied()
    }

    /// How long clients ask, as far as it is known before.
    pub(super) fn span(&self) -> Option<Time> {
        let by_count = match (&self.clock, self.source.requests()) {
            (Clock::Poisson { mean, .. }, Some(n)) => Some((n as f64 * mean) as Time),
            (Clock::Even { gap, .. }, Some(n)) => Some((n as f64 * gap) as Time),
            (Clock::Burst { every, size, .. }, Some(n)) => Some(every.saturating_mul(n / size)),
            (Clock::Own, _) => self.source.last_time(),
            (_, None) => None,
        };
        let by_count = match &self.clock {
            Clock::Burst { every, most, .. } if *most != u64::MAX => Some(by_count.unwrap_or(NEVER).min(every * most)),
            _ => by_count,
        };
        if self.end == NEVER { by_count } else { Some(by_count.unwrap_or(NEVER).min(self.end)) }
    }

    #[inline]
    fn advance(&mut self) {
        if self.at == self.ids.len() && !self.refill() {
            return;
        }
        let (key, time) = (self.ids[self.at], self.times[self.at]);
        if time > self.end || time == NEVER {
            return;
        }
        let index = self.before as usize + self.at;
        self.at += 1;
        let (group, server) = self.client();
        let (write, next_use) = match &self.source {
            Source::Trace { trace, future, .. } => {
                let op = trace.ops.as_ref().map(|ops| ops[index] != Op::Get);
                (op, if *future { trace.next_use()[index] } else { NO_NEXT_USE })
            }
            _ => (None, NO_NEXT_USE),
        };
        let write = write.unwrap_or_else(|| self.writes > 0.0 && unit(&mut self.rng) < self.writes);
        let reload = self.reload > 0.0 && unit(&mut self.rng) < self.reload;
        self.next = Some(Arrival { time, key, group, server, write, reload, next_use });
    }

    /// The group and application server of the next request.
    #[inline]
    fn client(&mut self) -> (u16, u32) {
        let group = if self.groups.len() == 1 {
            0
        } else {
            let drawn = unit(&mut self.rng);
            self.groups.partition_point(|group| group.until <= drawn).min(self.groups.len() - 1)
        };
        let Group { first_server, servers, .. } = self.groups[group];
        let server = if servers == 1 { 0 } else { below(&mut self.rng, u64::from(servers)) as u32 };
        (group as u16, first_server + server)
    }

    fn refill(&mut self) -> bool {
        self.before += self.ids.len() as u64;
        self.ids.resize(BATCH, 0);
        self.times.resize(BATCH, 0);
        self.at = 0;
        let n = self.source.fill(&mut self.ids);
        self.ids.truncate(n);
        self.times.truncate(n);
        match &mut self.clock {
            Clock::Own => self.source.fill_times(&mut self.times),
            clock => self.times.iter_mut().for_each(|time| *time = clock.tick()),
        }
        n > 0
    }
}

impl Source {
    fn new(spec: &Spec, trace: Option<Arc<Trace>>, future: bool) -> Result<Self> {
        let load = &spec.load;
        if let Some(trace) = trace {
            return Ok(Self::trace(trace, future));
        }
        let text = match &load.workload {
            Some(text) => text.clone(),
            None if load.keys == 1 && !future => return Ok(Self::One),
            None => built_in(load),
        };
        if future {
            let columns = crate::trace::Columns { times: true, sizes: true, ..crate::trace::Columns::IDS };
            if load.workload.is_none() {
                return Err(Error::usage("a policy that knows the future needs a load that ends")
                    .hint("name a workload with a number of requests: workload = \"zipf:objects=1e4,requests=1e6\""));
            }
            return Ok(Self::trace(Arc::new(workload::generate(&text, spec.seed, columns)?), true));
        }
        Ok(Self::Stream(workload::requests(&text, spec.seed)?))
    }

    fn trace(trace: Arc<Trace>, future: bool) -> Self {
        Self::Trace { trace, future, at: 0 }
    }

    fn keys(&self) -> u64 {
        match self {
            Self::One => 1,
            Self::Stream(requests) => requests.keys(),
            Self::Trace { trace, .. } => trace.objects as u64,
        }
    }

    /// How many requests there are; none if they do not end.
    fn requests(&self) -> Option<u64> {
        match self {
            Self::One => None,
            Self::Stream(requests) => Some(requests.left()).filter(|&left| left < ENDLESS),
            Self::Trace { trace, .. } => Some(trace.ids.len() as u64),
        }
    }

    fn has_times(&self) -> bool {
        match self {
            Self::One => false,
            Self::Stream(requests) => requests.has_times(),
            Self::Trace { trace, .. } => trace.times.is_some(),
        }
    }

    fn last_time(&self) -> Option<Time> {
        match self {
            Self::Trace { trace, .. } => trace.times.as_ref()?.last().copied(),
            _ => None,
        }
    }

    fn fill(&mut self, ids: &mut [u32]) -> usize {
        match self {
            Self::One => ids.len(),
            Self::Stream(requests) => requests.fill(ids),
            Self::Trace { trace, at, .. } => {
                let n = ids.len().min(trace.ids.len() - *at);
                ids[..n].copy_from_slice(&trace.ids[*at..*at + n]);
                *at += n;
                n
            }
        }
    }

    /// The times of the requests that were filled last.
    fn fill_times(&mut self, times: &mut [Time]) {
        match self {
            Self::One => {}
            Self::Stream(requests) => drop(requests.fill_times(times)),
            Self::Trace { trace, at, .. } => {
                if let Some(all) = &trace.times {
                    times.copy_from_slice(&all[*at - times.len()..*at]);
                }
            }
        }
    }
}

/// More requests than any run makes: the load ends with the duration.
const ENDLESS: u64 = (1 << 32) - 2;

/// The workload of `keys` and `alpha`: key 0 is the most popular.
fn built_in(load: &spec::Load) -> String {
    format!("zipf:objects={},alpha={},scramble=false,requests={ENDLESS}", load.keys, load.alpha)
}

/// The most popular keys, most popular first.
pub(super) fn popular(spec: &Spec, trace: Option<&Arc<Trace>>, most: u64) -> Result<Vec<u32>> {
    let mut source = Source::new(spec, trace.map(Arc::clone), false)?;
    let keys = source.keys();
    if spec.load.workload.is_none() && trace.is_none() || most >= keys {
        return Ok((0..keys.min(most) as u32).collect());
    }
    let mut counts = vec![0u32; keys as usize];
    let mut ids = vec![0; BATCH];
    for _ in 0..SAMPLED / BATCH {
        let n = source.fill(&mut ids);
        ids[..n].iter().for_each(|&id| counts[id as usize] += 1);
        if n < BATCH {
            break;
        }
    }
    let mut order: Vec<u32> = (0..keys as u32).collect();
    order.sort_by_key(|&key| (std::cmp::Reverse(counts[key as usize]), key));
    order.truncate(most as usize);
    Ok(order)
}

/// Bytes of each key's value, where workload or trace say.
pub(super) fn sizes(spec: &Spec, trace: Option<&Arc<Trace>>, keys: usize) -> Result<Vec<u32>> {
    let mut sizes = vec![spec.load.size.0; keys];
    if let Some(trace) = trace {
        if let Some(all) = &trace.sizes {
            trace.ids.iter().zip(all).for_each(|(&id, &size)| sizes[id as usize] = size);
        }
    } else if let Some(text) = &spec.load.workload {
        let requests = workload::requests(text, spec.seed)?;
        for (key, place) in sizes.iter_mut().enumerate() {
            *place = requests.size(key as u32).unwrap_or(*place);
        }
    }
    Ok(sizes)
}

/// Is the key one of the share that does not exist at the origin?
pub(super) fn is_absent(spec: &Spec, key: u32) -> bool {
    spec.load.absent > 0.0 && share_of(spec.seed, "absent", key) < spec.load.absent
}

/// A number in `0..1` that belongs to a key.
pub(super) fn share_of(seed: u64, what: &str, key: u32) -> f64 {
    let mixed = hash::mix(hash::seeded(what.as_bytes(), seed).wrapping_add(hash::mix(u64::from(key) + 1)));
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

fn groups(clients: &[spec::Clients]) -> Vec<Group> {
    let total: f64 = clients.iter().map(|group| group.share).sum();
    let (mut until, mut first_server) = (0.0, 0);
    let group = |group: &spec::Clients| {
        until += group.share / total;
        let made = Group { until, first_server, servers: group.servers };
        first_server += group.servers;
        made
    };
    clients.iter().map(group).collect()
}

impl Clock {
    fn new(spec: &Spec, source: &Source) -> Self {
        let load = &spec.load;
        let gap = SECOND as f64 / load.rate;
        let poisson =
            || Self::Poisson { mean: gap, whole: 0, fraction: 0.0, rng: rng::rng(spec.seed, "scenario arrivals") };
        match load.arrivals {
            Arrivals::Auto if source.has_times() => Self::Own,
            Arrivals::Auto | Arrivals::Poisson => poisson(),
            Arrivals::Even => Self::Even { gap, count: 0 },
            Arrivals::Burst => {
                let most = if spec.duration.is_some() { u64::MAX } else { 1 };
                Self::Burst { size: load.burst, every: load.every, count: 0, most }
            }
        }
    }

    #[inline]
    fn tick(&mut self) -> Time {
        match self {
            Self::Own => 0,
            // Whole nanoseconds and the fraction that is left over, so that rounding never adds up.
            Self::Poisson { mean, whole, fraction, rng } => {
                let gap = *fraction - *mean * libm::log(1.0 - unit(rng));
                *whole = whole.saturating_add(gap as u64);
                *fraction = gap - gap.floor();
                *whole
            }
            Self::Even { gap, count } => {
                *count += 1;
                ((*count - 1) as f64 * *gap).round() as Time
            }
            Self::Burst { size, every, count, most } => {
                let burst = *count / *size + 1;
                *count += 1;
                if burst > *most { NEVER } else { every.saturating_mul(burst) }
            }
        }
    }
}
