//! Reads: a call asks a level, finds its value or fetches it from behind, and answers who asked.

use super::call::{Call, Flags, Value};
use super::level::scoped;
use super::measure::{Answer, Answered};
use super::model::{Event, Model};
use super::node::{Entry, Found};
use super::slab::NONE;
use super::spec::{Defence, Http, Inclusion, Read};
use crate::core::rng::unit;
use crate::core::{NEVER, Time};

impl Model<'_> {
    /// A call reaches its level, or the origin.
    pub(super) fn ask(&mut self, mut call: Call) {
        let index = call.level as usize;
        if index == self.levels.len() {
            return self.ask_origin(call);
        }
        let level = &mut self.levels[index];
        let node = level.route(call.key, call.server, call.group);
        call.node = node as u16;
        if !level.is_up(node) || level.breaker.is_some() {
            return self.ask_carefully(call);
        }
        self.look(call);
    }

    /// A call looks into its cache, which answers.
    pub(super) fn look(&mut self, call: Call) {
        let now = self.now;
        let moment = self.moment_of(call.id);
        let level = &mut self.levels[call.level as usize];
        let keep = level.keep;
        let node = &mut level.nodes[call.node as usize];
        node.counts.requests += 1;
        if self.spec.invalidation.versioned {
            // An older version may stand in the place of the one that is asked for.
            node.remove_other(&moment, call.id, call.value.version);
        }
        let found = node.look(&moment, call.id, keep);
        if let Some(breaker) = &mut level.breaker {
            if found == Found::Missing { breaker.miss(now) } else { breaker.success(now) }
        }
        match found {
            Found::Fresh if call.flags.reload => self.validate(call),
            Found::Fresh => {
                if level.renews && self.renew(&call) {
                    return;
                }
                self.hit(call);
            }
            Found::Expired => self.expired(call),
            Found::Missing => self.missing(call),
        }
    }

    /// The cache answers with what it holds.
    pub(super) fn hit(&mut self, call: Call) {
        let moment = self.moment();
        let size = u64::from(self.sizes[call.id as usize]);
        let exclusive = self.exclusive_before(&call);
        let level = &mut self.levels[call.level as usize];
        let latency = level.latency(call.node as usize);
        let renewed = if level.spec.renew { level.ttl_of(call.key) } else { None };
        let node = &mut level.nodes[call.node as usize];
        node.counts.hits += 1;
        node.counts.bytes += size;
        let Entry { version, absent, stored, .. } = *node.entry(call.id);
        if let Some(ttl) = renewed {
            node.set_expiry(call.id, self.now.saturating_add(ttl));
        }
        if exclusive {
            // The object moves up.
            node.remove(&moment, call.id);
        }
        let value = Value { version, absent, fetched: stored, ..Value::default() };
        self.respond(call, value, latency);
    }

    /// Is the level that asks exclusive to the one that is asked?
    fn exclusive_before(&self, call: &Call) -> bool {
        call.parent != NONE && {
            let parent = &self.calls[call.parent];
            self.levels[parent.level as usize].spec.inclusion == Inclusion::Exclusive
        }
    }

    /// The answer to a call arrives after `latency`.
    pub(super) fn respond(&mut self, mut call: Call, value: Value, latency: Time) {
        if call.parent == NONE {
            self.finish(&call, value, latency);
        } else if latency == 0 {
            self.deliver(call.parent, value);
        } else {
            call.value = value;
            let number = self.calls.insert(call);
            self.queue.plan(self.now + latency, Event::Answer(number));
        }
    }

    /// The client has its answer, `latency` from now.
    #[inline]
    pub(super) fn finish(&mut self, call: &Call, value: Value, latency: Time) {
        let answer = match value {
            Value { failed: true, .. } => Answer::Failure,
            Value { shared: true, .. } => Answer::Delayed,
            Value { from_origin: true, .. } => Answer::Miss,
            _ => Answer::Hit,
        };
        let good = !value.failed && !value.absent;
        let rtt = self.groups[call.group as usize].rtt.draw(&mut self.client_rng);
        let read = Answered {
            answer,
            started: call.started,
            latency: (self.now - call.started).saturating_add(latency).saturating_add(rtt),
            bytes: if good { u64::from(self.sizes[call.id as usize]) } else { 0 },
            stale: if value.failed { None } else { self.truth.stale(call.started, self.now, call.key, value.version) },
            phantom: good && self.truth.is_void(call.key, value.version),
        };
        self.measure.read(self.now, &read);
    }

    /// The cache does not have the value: by the level's defence, the call fetches it or waits for somebody who does.
    pub(super) fn missing(&mut self, mut call: Call) {
        let shares = self.may_collapse(&call);
        let spec = &self.levels[call.level as usize].spec;
        if spec.coalesce && shares {
            call.flags.flight_of_node = true;
        } else if spec.defence == Defence::SingleFlight {
            call.flags.flight_of_server = true;
        }
        match spec.defence {
            Defence::Mutex | Defence::FencedLock | Defence::Lease => self.lock_or_wait(call),
            _ => self.fetch_or_join(call),
        }
    }

    /// The call waits for the fetch of the same object that is under way, or begins one.
    pub(super) fn fetch_or_join(&mut self, mut call: Call) {
        let Some(scope) = flight(&call) else { return self.fetch(call) };
        let level = &mut self.levels[call.level as usize];
        let Some(&leader) = level.flights.get(&scope) else { return self.fetch(call) };
        level.nodes[call.node as usize].counts.delayed += 1;
        call.next_waiter = self.calls[leader].waiters;
        // Who joins a flight leads none.
        call.flags.flight_of_node = false;
        call.flags.flight_of_server = false;
        self.calls[leader].waiters = self.calls.insert(call);
    }

    /// The call asks the level behind.
    pub(super) fn fetch(&mut self, call: Call) {
        let counted = self.measure.counts(self.now);
        let last = self.levels.len();
        let level = &mut self.levels[call.level as usize];
        let node = &mut level.nodes[call.node as usize];
        if !call.flags.background {
            node.counts.misses += 1;
        }
        let entry = node.entry_mut(call.id);
        // A value is renewed once, however many fetch it.
        if std::mem::take(&mut entry.renewable) && counted && level.behind == last {
            self.measure.renewals += 1;
        }
        let latency = if call.flags.background { 0 } else { level.latency(call.node as usize) };
        self.ask_behind(call, latency);
    }

    /// The level behind is asked after `latency`; the call waits for its answer, and others may wait with it.
    fn ask_behind(&mut self, mut call: Call, latency: Time) {
        call.fetching = self.now;
        let number = self.calls.insert(call);
        let level = &mut self.levels[call.level as usize];
        if let Some(scope) = flight(&call) {
            level.flights.insert(scope, number);
        }
        let child = Call {
            level: level.behind as u8,
            parent: number,
            started: self.now,
            waiters: NONE,
            next_waiter: NONE,
            token: 0,
            flags: Flags { validates: call.flags.validates, reload: call.flags.reload, ..Flags::default() },
            ..call
        };
        if latency == 0 {
            self.ask(child);
        } else {
            let child = self.calls.insert(child);
            self.queue.plan(self.now + latency, Event::Ask(child));
        }
    }

    /// The fetch of call `number` has its answer: it is stored, and goes to all who waited.
    pub(super) fn deliver(&mut self, number: u32, mut value: Value) {
        let call = self.calls.remove(number);
        if let Some(scope) = flight(&call) {
            let flights = &mut self.levels[call.level as usize].flights;
            if flights.get(&scope) == Some(&number) {
                flights.remove(&scope);
            }
        }
        if value.failed {
            value = self.instead_of_error(&call, value);
        } else {
            self.keep(&call, value);
        }
        self.unlock(&call);
        let mut waiter = call.waiters;
        // They stand last come first; they are answered in order of arrival.
        let mut order = Vec::new();
        while waiter != NONE {
            order.push(waiter);
            waiter = self.calls[waiter].next_waiter;
        }
        for waiter in order.into_iter().rev() {
            let waiting = self.calls.remove(waiter);
            let shared = Value { shared: value.from_origin || value.shared || value.failed, ..value };
            self.respond(waiting, shared, 0);
        }
        if !call.flags.background {
            self.respond(call, value, 0);
        }
    }

    /// The level of a call keeps what it fetched, if it may.
    fn keep(&mut self, call: &Call, value: Value) {
        let index = call.level as usize;
        if call.flags.no_store || !self.reaches(call) || !self.may_store(call) {
            return;
        }
        let level = &mut self.levels[index];
        if level.spec.promote < 1.0 && unit(&mut level.rng) >= level.spec.promote {
            return;
        }
        // What an exclusive level before this one takes, this one does not keep; nor an inclusive one what is gone behind it.
        if self.exclusive_before(call) || self.gone_behind(call) {
            return;
        }
        let Some(expires) = self.expiry(call, &value) else { return };
        let entry = Entry {
            stored: self.born(call, &value),
            fetched_in: self.now - call.fetching,
            version: value.version,
            absent: value.absent,
            ..Entry::default()
        };
        let id = self.object_of(call.key, call.server, value.version);
        self.store(index, call.node as usize, id, entry, expires);
        self.point(index, call.node as usize, call.key, value.version);
    }

    /// Has the level behind an inclusive one already lost the object, or never kept it?
    fn gone_behind(&self, call: &Call) -> bool {
        let level = &self.levels[call.level as usize];
        let behind = self.levels.get(level.behind).filter(|_| level.spec.inclusion == Inclusion::Inclusive);
        behind.is_some_and(|behind| behind.nodes.iter().all(|node| !node.holds(call.id)))
    }

    /// Does the store of a call reach its node?
    fn reaches(&mut self, call: &Call) -> bool {
        let level = &mut self.levels[call.level as usize];
        let up = level.is_up(call.node as usize);
        let Some(breaker) = &mut level.breaker else { return up };
        if !breaker.allows(self.now) {
            return false;
        }
        if up {
            breaker.success(self.now);
        } else {
            breaker.failure(self.now);
        }
        up
    }

    /// When a value that is stored now expires; none if it must not be stored.
    pub(super) fn expiry(&mut self, call: &Call, value: &Value) -> Option<Time> {
        let index = call.level as usize;
        if self.levels[index].spec.http != Http::Off && !value.absent {
            return self.web_expiry(index, call.key, value);
        }
        let born = self.born(call, value);
        let level = &mut self.levels[index];
        let ttl = if value.absent { Some(level.spec.negative_ttl?) } else { level.ttl_of(call.key) };
        Some(ttl.map_or(NEVER, |ttl| born.saturating_add(level.jittered(ttl))))
    }

    /// From when on the age of a value that is stored now counts: HTTP counts from the origin on, and what an exclusive level
    /// got from the one behind has moved; any other value is new where it is stored.
    fn born(&self, call: &Call, value: &Value) -> Time {
        let spec = &self.levels[call.level as usize].spec;
        let moved = spec.inclusion == Inclusion::Exclusive && !value.from_origin;
        if spec.http != Http::Off || moved { value.fetched } else { self.now }
    }

    /// Stores a value in a node, and does what its inclusion asks for with what had to go.
    pub(super) fn store(&mut self, index: usize, node: usize, id: u32, entry: Entry, expires: Time) {
        let moment = self.moment_of(id);
        let level = &mut self.levels[index];
        let mut evicted = std::mem::take(&mut level.evicted);
        let stored = level.nodes[node].store(&moment, id, entry, expires, &mut evicted);
        let demotes = level.spec.inclusion == Inclusion::Exclusive && level.behind < self.levels.len();
        if stored {
            self.note_stored(index, node, id);
        } else if demotes {
            evicted.push((id, entry));
        }
        for &(victim, entry) in &evicted {
            if demotes {
                self.demote(index, node, victim, entry);
            }
            self.drop_before(index, victim);
        }
        evicted.clear();
        self.levels[index].evicted = evicted;
    }

    /// An object that had to leave an exclusive level goes to the one behind.
    fn demote(&mut self, index: usize, node: usize, id: u32, entry: Entry) {
        let behind = self.levels[index].behind;
        let key = id / self.ids_per_key;
        let target = self.levels[behind].route(key, node as u32, 0);
        if self.levels[behind].is_up(target) {
            let ttl = self.levels[behind].ttl_of(key);
            let expires = ttl.map_or(NEVER, |ttl| entry.stored.saturating_add(ttl));
            if expires > self.now {
                self.store(behind, target, id, entry, expires);
            }
        }
    }

    /// What a level evicts, the inclusive levels before it drop.
    fn drop_before(&mut self, index: usize, id: u32) {
        let moment = self.moment();
        for before in 0..self.levels.len() {
            let level = &mut self.levels[before];
            if level.behind == index && level.spec.inclusion == Inclusion::Inclusive {
                for node in &mut level.nodes {
                    node.counts.invalidations += u64::from(node.remove(&moment, id));
                }
            }
        }
    }

    /// The node does not answer, or a breaker watches it.
    fn ask_carefully(&mut self, call: Call) {
        let now = self.now;
        let level = &mut self.levels[call.level as usize];
        let up = level.is_up(call.node as usize);
        if let Some(breaker) = &mut level.breaker {
            let allowed = breaker.allows(now);
            if !allowed && !breaker.tries_cache_when_open() {
                return self.without_cache(call);
            }
        }
        if up {
            return self.look(call);
        }
        let timeout = level.spec.timeout;
        let number = self.calls.insert(call);
        self.queue.plan(now + timeout, Event::Unreachable(number));
    }

    /// The cache cannot be reached: the application asks what lies behind it, a cache that reads through fails.
    pub(super) fn without_cache(&mut self, call: Call) {
        if self.levels[call.level as usize].spec.read == Read::ReadThrough {
            let failed = Value { failed: true, ..Value::default() };
            return self.respond(call, failed, 0);
        }
        self.ask_behind(call, 0);
    }
}

/// Under what a call's fetch can be waited for.
#[inline]
pub(super) fn flight(call: &Call) -> Option<u64> {
    // Servers are counted from above, so that they are no nodes.
    match call.flags {
        Flags { flight_of_node: true, .. } => Some(scoped(call.node as usize, call.id)),
        Flags { flight_of_server: true, .. } => Some(scoped((u32::MAX - call.server) as usize, call.id)),
        _ => None,
    }
}
