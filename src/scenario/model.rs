//! The model: levels, origin and clients, and the loop that lets them meet in order of time.

use super::behind::Behind;
use super::call::{Call, Flags, Value};
use super::http::Control;
use super::level::{Common, Level};
use super::load::{self, Arrival, Load};
use super::measure::{MOST_WINDOWS, Measure, seconds};
use super::node::Moment;
use super::origin::{Origin, OriginSpec};
use super::queue::Queue;
use super::slab::{NONE, Slab};
use super::spec::{self, Discipline, Spec};
use super::truth::Truth;
use super::write::WriteOp;
use crate::core::rng::{self, Rng};
use crate::core::{Error, NEVER, NO_NEXT_USE, ObjId, Result, SECOND, Time};
use crate::registry;
use crate::trace::Trace;
use hashbrown::HashMap;
use std::sync::Arc;

/// Windows of a time series where nobody said how long they are.
const WINDOWS: u64 = 200;

/// What happens in time. Numbers are those of calls or writes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A call reaches its level.
    Ask(u32),
    /// The answer to a call, which is kept in it, reaches who asked.
    Answer(u32),
    /// A call looks again whether somebody has stored what it waits for.
    Poll(u32),
    /// A call learns that its node does not answer.
    Unreachable(u32),
    /// A call has waited long enough for this attempt at the origin.
    GiveUp(u32, u32),
    /// A call tries the origin again.
    Retry(u32),
    /// A write goes on.
    Write(u32),
    /// The queue of writes is looked at.
    Flush,
    /// A message about a key reaches a node.
    Message { level: u8, node: u16, key: u32 },
    /// A level is emptied, as it is at regular times.
    Scheduled { level: u8 },
    /// The event of the scenario with this number.
    Happens(u32),
    /// Entries that nothing can reach are counted.
    Census,
    /// The warm-up is over.
    Count,
}

/// A group of clients.
pub(super) struct Group {
    pub(super) rtt: super::law::Law,
    /// The levels from its clients to the origin.
    pub(super) path: Arc<[usize]>,
}

/// Everything.
pub(super) struct Model<'a> {
    pub(super) spec: &'a Spec,
    pub(super) now: Time,
    pub(super) queue: Queue<Event>,
    pub(super) load: Load,
    pub(super) groups: Vec<Group>,
    pub(super) levels: Vec<Level>,
    pub(super) origin: Origin,
    pub(super) origin_spec: &'a spec::Origin,
    pub(super) origin_rng: Rng,
    pub(super) client_rng: Rng,
    pub(super) write_rng: Rng,
    pub(super) calls: Slab<Call>,
    pub(super) writes: Slab<WriteOp>,
    pub(super) behind: Behind,
    pub(super) truth: Truth,
    pub(super) measure: Measure,
    /// Requests to the origin so far.
    pub(super) serial: u32,
    /// Fetches of a key at the origin.
    pub(super) rebuilding: HashMap<u32, u64>,
    /// Requests of clients so far, and when the last one came.
    pub(super) requests: u64,
    pub(super) asked: Time,
    /// Number of the next request for each key, where the future is known; empty where it is not.
    pub(super) next_uses: Vec<u32>,
    /// Bytes by object.
    pub(super) sizes: Arc<[u32]>,
    /// Content class of each key; empty without HTTP.
    pub(super) classes: Vec<u8>,
    pub(super) ids_per_key: u32,
    pub(super) keys_moved: u64,
    pub(super) diverged: bool,
    pub(super) first_event: Option<Time>,
    /// Events of the scenario that have not happened.
    pub(super) events_left: usize,
    pub(super) invalidation: super::invalidate::State,
}

impl<'a> Model<'a> {
    /// Builds a scenario that has been checked; `trace` is the recorded trace that it names.
    pub(super) fn new(spec: &'a Spec, trace: Option<&Arc<Trace>>) -> Result<Self> {
        let Some(origin_spec) = &spec.origin else { return Err(Error::usage("there is no origin")) };
        let future = spec.level.iter().any(|level| knows_future(&level.policy));
        let load = Load::new(spec, trace.cloned(), future)?;
        let keys = load.keys();
        let ids_per_key = super::invalidate::ids_per_key(spec);
        let objects = usize::try_from(keys * u64::from(ids_per_key)).ok().filter(|&n| n < u32::MAX as usize);
        let objects = objects.ok_or_else(|| Error::usage(format!("{keys} keys are too many")))?;
        let by_key = load::sizes(spec, trace, keys as usize)?;
        let sizes = by_key.iter().flat_map(|&size| std::iter::repeat_n(size, ids_per_key as usize)).collect();
        let common = Common { sizes, objects, seed: spec.seed };
        let level = |(i, level)| Level::new(level, spec::behind(&spec.level, i), &common, keys);
        let levels: Result<Vec<Level>> = spec.level.iter().enumerate().map(level).collect();
        let group = |group: &spec::Clients| Group { rtt: group.rtt, path: spec::path(&spec.level, group) };
        let span = load.span();
        let window = window(spec, span)?;
        let writes = spec.load.writes > 0.0 || trace.is_some_and(|trace| trace.ops.is_some());
        let mut model = Self {
            now: 0,
            queue: Queue::new(),
            groups: spec.clients.iter().map(group).collect(),
            levels: levels?,
            origin: Origin::new(OriginSpec {
                latency: origin_spec.latency,
                servers: origin_spec.servers,
                sharing: origin_spec.discipline == Discipline::Sharing,
                queue: origin_spec.queue,
            }),
            origin_spec,
            origin_rng: rng::rng(spec.seed, "scenario origin"),
            client_rng: rng::rng(spec.seed, "scenario client network"),
            write_rng: rng::rng(spec.seed, "scenario writes"),
            calls: Slab::new(),
            writes: Slab::new(),
            behind: Behind::new(spec.write.consolidate),
            truth: Truth::new(keys, spec.load.entity, writes),
            measure: Measure::new(spec.warmup, window),
            serial: 0,
            rebuilding: HashMap::new(),
            requests: 0,
            asked: 0,
            next_uses: vec![NO_NEXT_USE; if future { keys as usize } else { 0 }],
            sizes: common.sizes,
            classes: super::web::classes(spec, keys),
            ids_per_key,
            keys_moved: 0,
            diverged: false,
            events_left: 0,
            first_event: spec.event.iter().map(|event| event.at).min(),
            invalidation: super::invalidate::State::default(),
            load,
            spec,
        };
        model.warm(trace)?;
        model.plan_events(span);
        Ok(model)
    }

    /// Runs until all requests are answered and all writes are at the origin.
    pub(super) fn run(&mut self) {
        loop {
            let (arrival, event, done) = (self.load.next(), self.queue.next(), self.origin.next());
            if self.is_over() && (self.is_idle() || event.min(done) == NEVER) {
                break;
            }
            // What ends comes before what begins at the same time: a value that arrives now is there for who asks now.
            if done <= event && done <= arrival {
                self.now = done;
                let job = self.origin.finish();
                self.origin_done(job);
            } else if event <= arrival {
                let Some((time, event)) = self.queue.take() else { break };
                self.now = time;
                self.happen(event);
            } else {
                self.now = arrival;
                let Some(arrival) = self.load.take() else { break };
                self.arrive(&arrival);
            }
            if (self.calls.len() + self.writes.len() + self.behind.waiting()) as u64 > self.spec.most_in_flight {
                self.diverged = true;
                break;
            }
        }
    }

    /// Do no clients ask any more, and is nothing else going to happen?
    pub(super) fn is_over(&self) -> bool {
        self.load.next() == NEVER && self.events_left == 0
    }

    /// Is nothing under way that a client or the origin waits for?
    fn is_idle(&self) -> bool {
        self.calls.len() == 0 && self.writes.len() == 0 && self.behind.is_empty()
    }

    #[inline]
    fn arrive(&mut self, arrival: &Arrival) {
        self.requests += 1;
        self.asked = self.now;
        if let Some(key) = self.load.ahead() {
            // Which node of several will be asked is not known before.
            for level in self.levels.iter().filter(|level| level.nodes.len() == 1) {
                level.nodes[0].preload(key * self.ids_per_key);
            }
        }
        if let Some(next_use) = self.next_uses.get_mut(arrival.key as usize) {
            *next_use = arrival.next_use;
        }
        if arrival.write {
            return self.begin_write(arrival);
        }
        let id = self.object(arrival.key, arrival.server);
        let version = if self.spec.invalidation.versioned { self.pointer(arrival.key) } else { 0 };
        let call = Call {
            value: Value { version, ..Value::default() },
            level: self.groups[arrival.group as usize].path.first().map_or(self.levels.len(), |&level| level) as u8,
            flags: Flags { reload: arrival.reload, ..Flags::default() },
            ..self.call(arrival.key, id, arrival.server, arrival.group)
        };
        self.ask(call);
    }

    /// A call of a client that begins now.
    pub(super) fn call(&self, key: u32, id: ObjId, server: u32, group: u16) -> Call {
        Call {
            key,
            id,
            server,
            group,
            level: 0,
            node: 0,
            parent: NONE,
            next_waiter: NONE,
            waiters: NONE,
            started: self.now,
            fetching: self.now,
            value: Value::default(),
            token: 0,
            polls: 0,
            attempt: 0,
            serial: 0,
            flags: Flags::default(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Ask(number) => {
                let call = self.calls.remove(number);
                self.ask(call);
            }
            Event::Answer(number) => {
                let call = self.calls.remove(number);
                self.deliver(call.parent, call.value);
            }
            Event::Poll(number) => self.poll(number),
            Event::Unreachable(number) => {
                let call = self.calls.remove(number);
                if let Some(breaker) = &mut self.levels[call.level as usize].breaker {
                    breaker.failure(self.now);
                }
                self.without_cache(call);
            }
            Event::GiveUp(number, serial) => self.give_up(number, serial),
            Event::Retry(number) => {
                let call = self.calls.remove(number);
                self.ask_again(call);
            }
            Event::Write(number) => self.go_on_writing(number),
            Event::Flush => self.look_at_queue(),
            Event::Message { level, node, key } => self.invalidate(level as usize, node as usize, key),
            Event::Scheduled { level } => self.scheduled_flush(level as usize),
            Event::Happens(number) => self.disturb(number as usize),
            Event::Census => self.census(),
            Event::Count => self.levels.iter_mut().for_each(Level::count_anew),
        }
    }

    /// The request at hand, for policies. Requests are counted from 0, as in a replay.
    #[inline]
    pub(super) fn moment(&self) -> Moment {
        Moment { now: self.now, index: self.requests.saturating_sub(1), next_use: NO_NEXT_USE }
    }

    /// The same, for what happens to an object, whose next use need not be that of the request at hand.
    #[inline]
    pub(super) fn moment_of(&self, id: ObjId) -> Moment {
        let known = !self.next_uses.is_empty();
        let next_use = if known { self.next_uses[(id / self.ids_per_key) as usize] } else { NO_NEXT_USE };
        Moment { next_use, ..self.moment() }
    }

    /// The headers of a key's content, where there are contents.
    pub(super) fn content(&self, key: u32) -> Option<&'a spec::Content> {
        let class = *self.classes.get(key as usize)?;
        self.spec.content.get(class as usize)
    }

    /// What the headers say to a cache of this kind.
    pub(super) fn control(&self, key: u32, shared: bool) -> Option<&'a Control> {
        let content = self.content(key)?;
        match &content.cdn_cache_control {
            Some(control) if shared => Some(control),
            _ => Some(&content.cache_control),
        }
    }
}

/// The length of the windows of the time series, for clients that ask for so long.
fn window(spec: &Spec, span: Option<Time>) -> Result<Time> {
    if let Some(late) = spec.event.iter().find(|event| span.is_some_and(|span| event.at > span)) {
        let (at, until) = (seconds(late.at), seconds(span.unwrap_or(0)));
        let message = format!("an event at {at} s, and clients ask until {until} s");
        return Err(Error::usage(message).hint("choose an earlier time"));
    }
    let window = spec.window.unwrap_or_else(|| (span.unwrap_or(0) / WINDOWS).max(SECOND / 1000));
    if span.is_some_and(|span| span / window > MOST_WINDOWS) {
        return Err(Error::usage(format!("more than {MOST_WINDOWS} windows")).hint("choose a longer 'window'"));
    }
    Ok(window)
}

/// Must the policy know the future?
pub(super) fn knows_future(policy: &str) -> bool {
    registry::parse_list(policy).is_ok_and(|specs| specs.iter().any(|spec| spec.unit.entry.info.needs.next_use))
}
