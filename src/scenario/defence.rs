//! What stands between an expired value and a crowd: locks, leases, early renewal, old values that are served meanwhile.

use super::call::{Call, Flags, Value};
use super::level::{Lock, scoped};
use super::model::{Event, Model};
use super::node::Entry;
use super::slab::NONE;
use super::spec::{Defence, Http, Refresh};
use crate::core::rng::unit;
use crate::core::{NEVER, Time};

impl Model<'_> {
    /// A fresh value was found: is it renewed early? True if the reader waits for that; otherwise it has its answer.
    pub(super) fn renew(&mut self, call: &Call) -> bool {
        let now = self.now;
        let level = &mut self.levels[call.level as usize];
        let node = &level.nodes[call.node as usize];
        let (entry, expires) = (*node.entry(call.id), node.expiry(call.id));
        if expires == NEVER {
            return false;
        }
        let (age, left) = ((now - entry.stored) as f64, (expires - now) as f64);
        let ttl = age + left;
        let spec = &level.spec;
        match spec.defence {
            // Vattani, Chierichetti, Lowenstein, VLDB 2015: the reader fetches inline; ln of a number in (0, 1].
            Defence::Xfetch => {
                let lead = -(entry.fetched_in as f64) * spec.beta * libm::log(1.0 - unit(&mut level.rng));
                if lead >= left {
                    self.fetch(*call);
                    return true;
                }
            }
            Defence::AgeOverTtl if unit(&mut level.rng) < age / ttl => self.refresh(call, false),
            _ => {}
        }
        let spec = &self.levels[call.level as usize].spec;
        let due = match spec.refresh {
            Refresh::Never => false,
            Refresh::Age => age >= spec.refresh_at * ttl,
            Refresh::Remaining => left < spec.refresh_at * ttl,
        };
        if due {
            self.refresh(call, true);
        }
        false
    }

    /// Fetches a value for which nobody waits; with `once`, only if no other such fetch is under way in its node.
    pub(super) fn refresh(&mut self, call: &Call, once: bool) {
        let scope = scoped(call.node as usize, call.id);
        if once && self.levels[call.level as usize].flights.contains_key(&scope) {
            return;
        }
        let flags =
            Flags { background: true, flight_of_node: once, validates: call.flags.validates, ..Flags::default() };
        let refresh = Call { flags, parent: NONE, ..*call };
        self.fetch(refresh);
    }

    /// The value has expired and is still there.
    pub(super) fn expired(&mut self, mut call: Call) {
        let level = &self.levels[call.level as usize];
        let over = self.now - level.nodes[call.node as usize].expiry(call.id);
        let may_serve = match level.spec.http {
            Http::Off => {
                level.spec.defence == Defence::StaleWhileRevalidate && over < level.spec.stale_while_revalidate
            }
            http => self.web_stale(http, call.key, over, false),
        };
        call.flags.validates = self.can_validate(&call);
        if may_serve {
            self.refresh(&call, true);
            return self.hit(call);
        }
        self.missing(call);
    }

    /// The fetch failed: an expired value may do instead.
    pub(super) fn instead_of_error(&mut self, call: &Call, failed: Value) -> Value {
        let level = &self.levels[call.level as usize];
        let node = &level.nodes[call.node as usize];
        if !node.holds(call.id) {
            return failed;
        }
        let over = self.now.saturating_sub(node.expiry(call.id));
        let may_serve = match level.spec.http {
            Http::Off => over < level.spec.stale_if_error,
            http => self.web_stale(http, call.key, over, true),
        };
        if !may_serve {
            return failed;
        }
        let entry = node.entry(call.id);
        Value { version: entry.version, absent: entry.absent, failed: false, from_origin: false, ..failed }
    }

    /// The call takes the key's lock or lease and fetches, or looks again later.
    pub(super) fn lock_or_wait(&mut self, mut call: Call) {
        if self.try_lock(&mut call) {
            return self.fetch(call);
        }
        let level = &mut self.levels[call.level as usize];
        call.polls = level.spec.polls;
        level.nodes[call.node as usize].counts.delayed += 1;
        self.look_later(call);
    }

    fn look_later(&mut self, call: Call) {
        let poll = self.levels[call.level as usize].spec.poll;
        let number = self.calls.insert(call);
        self.queue.plan(self.now + poll, Event::Poll(number));
    }

    /// Takes the lock if it is free or its time is over. The owner of a fenced lock renews it, so that its time is never over.
    /// The token of a lease is given out once per key and time (Nishtala et al., NSDI 2013).
    fn try_lock(&mut self, call: &mut Call) -> bool {
        let now = self.now;
        let level = &mut self.levels[call.level as usize];
        let scope = scoped(call.node as usize, call.id);
        if level.locks.get(&scope).is_some_and(|lock| lock.until > now) {
            return false;
        }
        let until = if level.spec.defence == Defence::FencedLock { NEVER } else { now + level.spec.lock_ttl };
        call.token = level.token();
        level.locks.insert(scope, Lock { token: call.token, until });
        true
    }

    /// The call has its fetch, and lets go of the lock. A plain lock is deleted whoever holds it by now; a lease ends with the
    /// store, or with its time.
    pub(super) fn unlock(&mut self, call: &Call) {
        let level = &mut self.levels[call.level as usize];
        let scope = scoped(call.node as usize, call.id);
        let mine = |lock: &Lock| lock.token == call.token;
        match level.spec.defence {
            Defence::Mutex if call.token > 0 => drop(level.locks.remove(&scope)),
            Defence::FencedLock if level.locks.get(&scope).is_some_and(mine) => drop(level.locks.remove(&scope)),
            _ => {}
        }
    }

    /// May the call store what it fetched? A lease that a delete has voided may not.
    pub(super) fn may_store(&mut self, call: &Call) -> bool {
        let level = &mut self.levels[call.level as usize];
        if level.spec.defence != Defence::Lease || call.token == 0 {
            return true;
        }
        let scope = scoped(call.node as usize, call.id);
        // A later token does not void an earlier one; only a delete does.
        let valid = level.voided.get(&scope).is_none_or(|&voided| call.token > voided);
        if valid {
            level.locks.remove(&scope);
        }
        valid
    }

    /// A call that waits looks again.
    pub(super) fn poll(&mut self, number: u32) {
        let mut call = self.calls.remove(number);
        let level = &self.levels[call.level as usize];
        if !level.is_up(call.node as usize) {
            // The cache died meanwhile, and the lock with it.
            return self.without_cache(call);
        }
        let node = &level.nodes[call.node as usize];
        if node.peek(self.now, call.id) {
            let Entry { version, absent, stored, .. } = *node.entry(call.id);
            let value = Value { version, absent, shared: true, fetched: stored, ..Value::default() };
            return self.respond(call, value, 0);
        }
        // Only the plain lock's waiters never try for it again, but give up.
        if level.spec.defence == Defence::Mutex {
            call.polls -= 1;
            if call.polls == 0 {
                // It fetches itself, and keeps what it gets to itself.
                call.flags.no_store = true;
                return self.fetch(call);
            }
        } else if self.try_lock(&mut call) {
            return self.fetch(call);
        }
        self.look_later(call);
    }

    /// The deletion of a key voids its lease.
    pub(super) fn void_lease(&mut self, index: usize, node: usize, id: u32) {
        let level = &mut self.levels[index];
        if level.spec.defence == Defence::Lease {
            let scope = scoped(node, id);
            level.locks.remove(&scope);
            level.voided.insert(scope, level.tokens);
        }
    }

    /// May a copy that expired `over` ago be served under HTTP, with an error behind it or without?
    fn web_stale(&self, http: Http, key: u32, over: Time, error: bool) -> bool {
        let shared = http == Http::Shared;
        self.control(key, shared).is_some_and(|control| control.may_serve_stale(shared, over, error))
    }
}
