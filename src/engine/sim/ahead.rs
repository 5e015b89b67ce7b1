//! Objects that come in before they are asked for.

use super::{Request, Sim};
use crate::core::{NO_NEXT_USE, ObjId, Time};
use crate::policy::{Policy, Prefetch, Served};

/// A prefetcher, and what it brought in.
#[derive(Debug)]
pub(super) struct Ahead {
    prefetch: Box<dyn Prefetch>,
    /// Was the object fetched ahead and not asked for since? As long as the ids that were fetched need.
    unused: Vec<bool>,
    wanted: Vec<ObjId>,
}

impl Ahead {
    pub(super) fn new(prefetch: Box<dyn Prefetch>) -> Self {
        Self { prefetch, unused: Vec::new(), wanted: Vec::new() }
    }

    /// Takes note of a use.
    fn served(&mut self, id: ObjId, hit: bool) -> Served {
        let first = self.unused.get_mut(id as usize).is_some_and(std::mem::take);
        match (hit, first) {
            (true, true) => Served::FirstHit,
            (true, false) => Served::Hit,
            (false, _) => Served::Miss,
        }
    }

    fn fetched(&mut self, id: ObjId) {
        let index = id as usize;
        if index >= self.unused.len() {
            self.unused.resize(index + 1, false);
        }
        self.unused[index] = true;
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
        let served = ahead.served(request.id, hit);
        self.counts.prefetch_hits += u64::from(served == Served::FirstHit);
        let mut wanted = std::mem::take(&mut ahead.wanted);
        ahead.prefetch.request(&request.cx(&self.sizes, &self.expiries), request.id, served, &mut wanted);
        for id in wanted.drain(..) {
            if !self.policy.contains(id) && self.fetch(request, id, ttl) {
                ahead.fetched(id);
                self.counts.prefetches += 1;
            }
        }
        ahead.wanted = wanted;
    }

    /// Brings in an object; it has the size that was last named for it, or that of the one whose request fetches it.
    fn fetch(&mut self, request: &Request, id: ObjId, ttl: Time) -> bool {
        let known = self.sizes.get(id as usize).copied().filter(|&size| size > 0);
        let size = known.unwrap_or(request.size);
        let fetched = Request { id, size, next_use: NO_NEXT_USE, write: false, ..*request };
        self.resize(&fetched);
        let charge = self.policy.charge(size);
        charge <= self.config.capacity && self.bring_in(&fetched, ttl, charge)
    }
}
