//! Objects that come in before they are asked for.

use super::{Request, Sim};
use crate::core::{NO_NEXT_USE, ObjId, Time};
use crate::policy::{Policy, Prefetch, Served};

/// What is known of an object.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// Was it fetched ahead and not asked for since?
    unused: bool,
    /// Was it ever asked for?
    named: bool,
}

/// Bytes that are allocated at most for objects with ids below `ids`: an array that doubles, and is there twice when it does.
pub(in crate::engine) fn memory(ids: u64) -> u64 {
    ids.next_power_of_two() * size_of::<Seen>() as u64 * 3 / 2
}

/// A prefetcher, and what it brought in.
#[derive(Debug)]
pub(super) struct Ahead {
    prefetch: Box<dyn Prefetch>,
    /// By object, as long as the ids need that were seen.
    seen: Vec<Seen>,
    wanted: Vec<ObjId>,
}

impl Ahead {
    pub(super) fn new(prefetch: Box<dyn Prefetch>) -> Self {
        Self { prefetch, seen: Vec::new(), wanted: Vec::new() }
    }

    fn seen(&mut self, id: ObjId) -> &mut Seen {
        let index = id as usize;
        if index >= self.seen.len() {
            self.seen.resize((index + 1).next_power_of_two(), Seen::default());
        }
        &mut self.seen[index]
    }

    /// Takes note of a use. A write replaces what was fetched, which was of no use then.
    fn served(&mut self, request: &Request, hit: bool) -> Served {
        let seen = self.seen(request.id);
        let unused = std::mem::take(&mut seen.unused);
        seen.named = true;
        match (hit, unused && !request.write) {
            (true, true) => Served::FirstHit,
            (true, false) => Served::Hit,
            (false, _) => Served::Miss,
        }
    }
}

impl<P: Policy> Sim<P> {
    /// Tells the prefetcher, if there is one, what became of a use, and fetches what it names.
    #[inline(always)]
    pub(super) fn look_ahead(&mut self, request: &Request, ttl: Time, hit: bool) {
        if let Some(mut ahead) = self.ahead.take() {
            self.fetch_ahead(&mut ahead, request, ttl, hit);
            self.ahead = Some(ahead);
        }
    }

    #[inline(never)]
    fn fetch_ahead(&mut self, ahead: &mut Ahead, request: &Request, ttl: Time, hit: bool) {
        let served = ahead.served(request, hit);
        self.counts.prefetch_hits += u64::from(served == Served::FirstHit);
        let mut wanted = std::mem::take(&mut ahead.wanted);
        ahead.prefetch.request(&request.cx(&self.sizes, &self.expiries), request.id, served, &mut wanted);
        // The most urgent is the last to come in, so that the others do not push it out.
        for id in wanted.drain(..).rev() {
            self.expire_one(request, id);
            let named = ahead.seen(id).named;
            if !self.policy.contains(id) && self.fetch(request, id, ttl, named) {
                ahead.seen(id).unused = true;
                self.counts.prefetches += 1;
            }
        }
        ahead.wanted = wanted;
    }

    /// Brings in an object. One that was asked for before has its size; any other is taken to be as large as the one whose
    /// request fetches it.
    fn fetch(&mut self, request: &Request, id: ObjId, ttl: Time, named: bool) -> bool {
        let size = if named { self.size(id) } else { request.size };
        let fetched = Request { id, size, next_use: NO_NEXT_USE, write: false, ..*request };
        self.resize(&fetched);
        let charge = self.policy.charge(size);
        charge <= self.config.capacity && self.bring_in(&fetched, ttl, charge)
    }
}
