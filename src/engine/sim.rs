//! The cache: a policy, its bytes, its clock, and the loop that feeds it.

pub(super) mod ahead;
mod expiry;

use super::config::{Config, Counts, Operations, View};
use crate::core::{NEVER, ObjId, Time};
use crate::policy::{Admission, Cause, Cx, Policy, Prefetch, Verdict};
use crate::trace::Op;
use ahead::Ahead;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// How many requests ahead a policy's state is asked for. Beyond the latency of memory, within what a cache can hold.
const AHEAD: usize = 24;

/// A cache that can be fed requests, whatever its policy. Calls are per slice of the trace, so their cost is nothing.
pub trait Replay: Send {
    /// Puts an admission in front of the policy. Before the first request.
    fn set_admission(&mut self, admission: Box<dyn Admission>);

    /// Puts a prefetcher beside the policy. Before the first request.
    fn set_prefetch(&mut self, prefetch: Box<dyn Prefetch>);

    /// Feeds the requests `range` of the trace. Ranges must follow one another.
    fn feed(&mut self, view: &View<'_>, range: Range<usize>);

    /// What was counted so far.
    fn counts(&self) -> Counts;

    /// Is the object resident (expired objects included, until they are noticed)?
    fn contains(&self, id: ObjId) -> bool;

    /// What the resident objects take of the capacity.
    fn used(&self) -> u64;
}

/// A cache with policy `P`.
#[derive(Debug)]
pub struct Sim<P> {
    policy: P,
    config: Config,
    counts: Counts,
    used: u64,
    /// By object, where sizes count; 0 before an object is first named. Otherwise empty.
    sizes: Vec<u32>,
    /// By object, where objects expire; [`NEVER`] for those that are not resident. Otherwise empty.
    expiries: Vec<Time>,
    /// The expiry times of the resident objects, where expiry is eager. Entries that no longer hold are skipped.
    due: BinaryHeap<Reverse<(Time, ObjId)>>,
    victims: Vec<ObjId>,
    /// What decides who comes in; `None` = everything does.
    admission: Option<Box<dyn Admission>>,
    /// What fetches before it is asked to; `None` = nothing does.
    ahead: Option<Box<Ahead>>,
}

impl<P: Policy> Sim<P> {
    /// An empty cache over ids `0..objects`.
    pub fn new(policy: P, objects: usize, config: Config) -> Self {
        Self {
            policy,
            config,
            counts: Counts::default(),
            used: 0,
            sizes: vec![0; if config.bytes { objects } else { 0 }],
            expiries: vec![NEVER; if config.expiry.on { objects } else { 0 }],
            due: BinaryHeap::new(),
            victims: Vec::new(),
            admission: None,
            ahead: None,
        }
    }

    /// Unit sizes, no expiry, every request a read: the loop most studies are made of.
    fn feed_plain(&mut self, view: &View<'_>, range: Range<usize>) {
        let ids = view.ids;
        let mut hits = 0u64;
        let requests = range.len() as u64;
        let charge = self.policy.charge(1);
        for index in range {
            if let Some(&ahead) = ids.get(index + AHEAD) {
                self.policy.preload(ahead);
            }
            let id = ids[index];
            let mut cx = Cx::unit(index as u64, view.time(index));
            cx.next_use = view.next_use(index);
            if self.policy.hit(&cx, id) {
                hits += 1;
                continue;
            }
            self.policy.miss(&cx, id);
            let room = self.used + charge <= self.config.capacity && !self.policy.crowded(&cx, id);
            if room || self.free_one(&cx, id) {
                self.policy.insert(&cx, id);
                self.used += charge;
            } else {
                self.counts.rejections += 1;
            }
        }
        self.counts.requests += requests;
        self.counts.hits += hits;
        self.counts.bytes_requested += requests;
        self.counts.bytes_hit += hits;
    }

    /// Room for one object of size 1; false if the policy refuses.
    #[inline]
    fn free_one(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.victims.clear();
        let verdict = self.policy.evict(cx, Cause::Incoming(id), &mut self.victims);
        self.used -= self.victims.len() as u64 * self.policy.charge(1);
        self.counts.evictions += self.victims.len() as u64;
        verdict == Verdict::Freed
    }

    /// Everything else: sizes, expiry, operations, admission, prefetching. Compiled for sizes and operations alone and for all,
    /// since sizes are common.
    fn feed_general<const ALL: bool>(&mut self, view: &View<'_>, range: Range<usize>) {
        let sizes = view.sizes.filter(|_| self.config.bytes);
        let ops = view.ops.filter(|_| self.config.operations == Operations::LookAside);
        for index in range {
            if let Some(&ahead) = view.ids.get(index + AHEAD) {
                self.policy.preload(ahead);
                crate::core::prefetch(&self.sizes, ahead as usize);
                if ALL {
                    crate::core::prefetch(&self.expiries, ahead as usize);
                }
            }
            let now = view.time(index);
            let request = Request {
                id: view.ids[index],
                index: index as u64,
                now,
                next_use: view.next_use(index),
                write: ops.is_some_and(|ops| ops[index] == Op::Set),
                size: sizes.map_or(1, |sizes| sizes[index]),
            };
            let mut ttl = NEVER;
            if ALL && self.config.expiry.on {
                self.expire(&request);
                ttl = view.ttl(index, self.config.expiry.default);
                if self.config.expiry.renew && ops.is_none_or(|ops| ops[index] == Op::Get) {
                    self.renew(&request, ttl);
                }
            }
            let is_use = ops.is_none_or(|ops| ops[index] != Op::Delete);
            if ALL
                && is_use
                && let Some(admission) = &mut self.admission
            {
                admission.request(&request.cx(&self.sizes, &self.expiries), request.id);
            }
            let hit = match ops.map(|ops| ops[index]) {
                None => self.read(&request, ttl, true),
                Some(Op::Get) => self.read(&request, ttl, false),
                Some(Op::Set) => self.write(&request, ttl),
                Some(Op::Delete) => {
                    if self.policy.contains(request.id) {
                        self.drop_resident(&request, request.id);
                    }
                    false
                }
            };
            if ALL && is_use {
                self.look_ahead(&request, ttl, hit);
            }
        }
    }

    /// A read: counted, and on a miss fills the cache if `fill` says so. Was it a hit?
    #[inline(always)]
    fn read(&mut self, request: &Request, ttl: Time, fill: bool) -> bool {
        let id = request.id;
        self.counts.requests += 1;
        self.counts.bytes_requested += u64::from(request.size);
        let hit = self.policy.hit(&request.cx(&self.sizes, &self.expiries), id);
        if hit {
            self.counts.hits += 1;
            self.counts.bytes_hit += u64::from(request.size);
            self.resize(request);
        } else {
            self.resize(request);
            if fill {
                self.policy.miss(&request.cx(&self.sizes, &self.expiries), id);
                self.admit(request, ttl);
            }
        }
        hit
    }

    /// A write of a value: fills the cache, or replaces what is there. Was something there?
    fn write(&mut self, request: &Request, ttl: Time) -> bool {
        let held = self.policy.contains(request.id);
        if held {
            self.set_expiry(request.id, request.now.saturating_add(ttl));
            self.policy.hit(&request.cx(&self.sizes, &self.expiries), request.id);
            self.resize(request);
        } else {
            self.resize(request);
            self.policy.miss(&request.cx(&self.sizes, &self.expiries), request.id);
            self.admit(request, ttl);
        }
        held
    }

    /// Makes room for the object and inserts it, or counts a rejection.
    #[inline(always)]
    fn admit(&mut self, request: &Request, ttl: Time) {
        let id = request.id;
        let charge = self.policy.charge(self.size(id));
        let comes = charge <= self.config.capacity && self.is_admitted(request, charge);
        if !comes || !self.bring_in(request, ttl, charge) {
            self.counts.rejections += 1;
        }
    }

    /// Makes room for the object and inserts it; false if the policy refuses.
    #[inline(always)]
    fn bring_in(&mut self, request: &Request, ttl: Time, charge: u64) -> bool {
        if !self.make_room(request, Cause::Incoming(request.id), charge) {
            return false;
        }
        self.set_expiry(request.id, request.now.saturating_add(ttl));
        self.policy.insert(&request.cx(&self.sizes, &self.expiries), request.id);
        self.used += charge;
        true
    }

    /// What the admission says, if there is one.
    #[inline(always)]
    fn is_admitted(&mut self, request: &Request, charge: u64) -> bool {
        let Some(admission) = &mut self.admission else { return true };
        let cx = request.cx(&self.sizes, &self.expiries);
        let full = self.used > 0 && self.used + charge > self.config.capacity;
        let victim = if full { self.policy.victim(&cx, Cause::Incoming(request.id)) } else { None };
        admission.admits(&cx, request.id, victim)
    }

    /// Evicts until `charge` more fits; false if the policy refuses.
    fn make_room(&mut self, request: &Request, cause: Cause, charge: u64) -> bool {
        while self.used + charge > self.config.capacity || self.is_crowded(request, cause) {
            self.victims.clear();
            let cx = request.cx(&self.sizes, &self.expiries);
            if self.policy.evict(&cx, cause, &mut self.victims) == Verdict::Refuse {
                return false;
            }
            // Without this a policy that breaks its word would keep the loop going for ever.
            assert!(!self.victims.is_empty(), "policy: freed nothing and did not refuse");
            for &victim in &self.victims {
                let size = self.sizes.get(victim as usize).copied().unwrap_or(1);
                self.used -= self.policy.charge(size);
                if let Some(expiry) = self.expiries.get_mut(victim as usize) {
                    *expiry = NEVER;
                }
            }
            self.counts.evictions += self.victims.len() as u64;
        }
        true
    }

    #[inline(always)]
    fn is_crowded(&self, request: &Request, cause: Cause) -> bool {
        let Cause::Incoming(id) = cause else { return false };
        self.policy.crowded(&request.cx(&self.sizes, &self.expiries), id)
    }

    /// Takes note of the size that a request names; evicts if a resident object grew. The use comes before the growth, so
    /// that the object is not the oldest when room is made for it.
    #[inline(always)]
    fn resize(&mut self, request: &Request) {
        if self.sizes.get(request.id as usize).is_some_and(|&old| old != request.size) {
            self.resize_to_another(request);
        }
    }

    #[inline(never)]
    fn resize_to_another(&mut self, request: &Request) {
        let Request { id, size, .. } = *request;
        let old = std::mem::replace(&mut self.sizes[id as usize], size);
        self.policy.resized(&request.cx(&self.sizes, &self.expiries), id, old);
        if !self.policy.contains(id) {
            return;
        }
        self.used = self.used - self.policy.charge(old) + self.policy.charge(size);
        let fits = self.policy.charge(size) <= self.config.capacity;
        if !fits || !self.make_room(request, Cause::Shrink, 0) {
            // What no longer fits, or finds no room, is bypassed, as if it had come with this size.
            self.drop_resident(request, id);
            self.counts.evictions += 1;
        }
    }

    fn drop_resident(&mut self, request: &Request, id: ObjId) {
        self.policy.remove(&request.cx(&self.sizes, &self.expiries), id);
        self.used -= self.policy.charge(self.size(id));
        if let Some(expiry) = self.expiries.get_mut(id as usize) {
            *expiry = NEVER;
        }
    }

    fn size(&self, id: ObjId) -> u32 {
        self.sizes.get(id as usize).copied().unwrap_or(1)
    }
}

/// A request without the columns that the engine changes while it is served.
#[derive(Debug, Clone, Copy)]
struct Request {
    id: ObjId,
    index: u64,
    now: Time,
    next_use: u32,
    write: bool,
    /// In bytes; 1 where every object counts 1.
    size: u32,
}

impl Request {
    #[inline]
    fn cx<'a>(&self, sizes: &'a [u32], expiries: &'a [Time]) -> Cx<'a> {
        let Self { index, now, next_use, write, .. } = *self;
        Cx { index, now, next_use, write, sizes, expiries }
    }
}

impl<P: Policy> Replay for Sim<P> {
    fn set_admission(&mut self, admission: Box<dyn Admission>) {
        self.admission = Some(admission);
    }

    fn set_prefetch(&mut self, prefetch: Box<dyn Prefetch>) {
        self.ahead = Some(Box::new(Ahead::new(prefetch)));
    }

    fn feed(&mut self, view: &View<'_>, range: Range<usize>) {
        let look_aside = self.config.operations == Operations::LookAside && view.ops.is_some();
        if self.config.expiry.on || self.admission.is_some() || self.ahead.is_some() {
            self.feed_general::<true>(view, range);
        } else if self.config.bytes || look_aside {
            self.feed_general::<false>(view, range);
        } else {
            self.feed_plain(view, range);
        }
    }

    fn counts(&self) -> Counts {
        self.counts
    }

    fn contains(&self, id: ObjId) -> bool {
        self.policy.contains(id)
    }

    fn used(&self) -> u64 {
        self.used
    }
}
