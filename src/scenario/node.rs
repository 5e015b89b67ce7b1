//! One cache: a policy of the library, what it holds, and until when.

use crate::core::{NEVER, ObjId, Result, Time, prefetch};
use crate::policy::{Cause, Cx, Policy, Setup, Verdict};
use crate::registry;
use std::sync::Arc;

/// The request at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Time,
    /// Number of the client's request.
    pub(super) index: u64,
    /// Number of the next request for the same object, where the future is known.
    pub(super) next_use: u32,
}

/// What a look into a cache finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Fresh,
    /// Its time to live is over, and it is kept because it may still be of use.
    Expired,
    Missing,
}

/// What is known of a stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Entry {
    pub(super) stored: Time,
    /// How long its fetch took.
    pub(super) fetched_in: Time,
    pub(super) version: u32,
    /// The key does not exist at the origin.
    pub(super) absent: bool,
    /// It was stored, and since then neither fetched anew nor removed but by expiry.
    pub(super) renewable: bool,
    /// It is held (for caches without a policy).
    pub(super) held: bool,
}

/// Can a cache be reached, and what has it lost?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Up,
    /// Dead: nothing reaches it.
    Down,
    /// Cut off: nothing reaches it, and it keeps what it holds.
    Cut,
    /// Taken out of its level.
    Gone,
}

/// What a cache has counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NodeCounts {
    pub(super) requests: u64,
    pub(super) hits: u64,
    pub(super) delayed: u64,
    pub(super) misses: u64,
    pub(super) evictions: u64,
    pub(super) expirations: u64,
    pub(super) invalidations: u64,
    pub(super) bytes: u64,
}

/// One cache.
pub(super) struct Node {
    /// None where everything fits.
    policy: Option<Box<dyn Policy>>,
    capacity: u64,
    used: u64,
    /// By object; empty where every object counts 1.
    sizes: Arc<[u32]>,
    /// By object: [`NEVER`] for what does not expire or is not held.
    expires: Vec<Time>,
    entries: Vec<Entry>,
    pub(super) reach: Reach,
    /// Its latency is multiplied by it.
    pub(super) slow: f64,
    pub(super) counts: NodeCounts,
    victims: Vec<ObjId>,
}

impl Node {
    /// An empty cache for `objects` objects; without a capacity, everything fits.
    pub(super) fn new(
        spec: &registry::Spec,
        capacity: Option<u64>,
        sizes: &Arc<[u32]>,
        objects: usize,
        expected: usize,
        seed: u64,
    ) -> Result<Self> {
        let policy = match capacity {
            None => None,
            Some(capacity) => {
                let setup = Setup { objects, capacity, expected, seed, bytes: !sizes.is_empty() };
                Some(spec.unit.entry.build(&spec.params, &setup)?)
            }
        };
        Ok(Self {
            policy,
            capacity: capacity.unwrap_or(u64::MAX),
            used: 0,
            sizes: Arc::clone(sizes),
            expires: vec![NEVER; objects],
            entries: vec![Entry::default(); objects],
            reach: Reach::Up,
            slow: 1.0,
            counts: NodeCounts::default(),
            victims: Vec::new(),
        })
    }

    /// Asks for an object. What expired less than `keep` ago stays, as [`Found::Expired`]; what expired before is removed.
    #[inline]
    pub(super) fn look(&mut self, moment: &Moment, id: ObjId, keep: Time) -> Found {
        let expires = self.expires[id as usize];
        if expires <= moment.now {
            if moment.now < expires.saturating_add(keep) {
                self.hit(moment, id);
                return Found::Expired;
            }
            self.expire(moment, id);
        }
        if self.hit(moment, id) {
            return Found::Fresh;
        }
        if let Some(policy) = &mut self.policy {
            policy.miss(&cx(moment, &self.sizes, &self.expires), id);
        }
        Found::Missing
    }

    /// Asks the memory for what is known of an object that will be asked for soon.
    #[inline]
    pub(super) fn preload(&self, id: ObjId) {
        prefetch(&self.expires, id as usize);
        prefetch(&self.entries, id as usize);
        if let Some(policy) = &self.policy {
            policy.preload(id);
        }
    }

    /// As [`Node::look`], without the policy hearing of it.
    pub(super) fn peek(&self, now: Time, id: ObjId) -> bool {
        self.holds(id) && self.expires[id as usize] > now
    }

    #[inline]
    fn hit(&mut self, moment: &Moment, id: ObjId) -> bool {
        match &mut self.policy {
            None => self.entries[id as usize].held,
            Some(policy) => policy.hit(&cx(moment, &self.sizes, &self.expires), id),
        }
    }

    pub(super) fn holds(&self, id: ObjId) -> bool {
        match &self.policy {
            None => self.entries[id as usize].held,
            Some(policy) => policy.contains(id),
        }
    }

    #[inline]
    pub(super) fn entry(&self, id: ObjId) -> &Entry {
        &self.entries[id as usize]
    }

    pub(super) fn entry_mut(&mut self, id: ObjId) -> &mut Entry {
        &mut self.entries[id as usize]
    }

    /// When the object expires; [`NEVER`] if it does not or is not held.
    pub(super) fn expiry(&self, id: ObjId) -> Time {
        self.expires[id as usize]
    }

    /// Starts its time to live anew.
    pub(super) fn set_expiry(&mut self, id: ObjId, expires: Time) {
        self.expires[id as usize] = expires;
    }

    /// Stores a value, or replaces the one that is held. The objects that had to go for it are appended to `evicted`, with
    /// their entries. False if it was refused.
    pub(super) fn store(
        &mut self,
        moment: &Moment,
        id: ObjId,
        entry: Entry,
        expires: Time,
        evicted: &mut Vec<(ObjId, Entry)>,
    ) -> bool {
        if !self.holds(id) && !self.admit(moment, id, expires, evicted) {
            return false;
        }
        self.expires[id as usize] = expires;
        self.entries[id as usize] = Entry { held: true, renewable: true, ..entry };
        true
    }

    /// A client writes the object: a use of it, where it is held.
    pub(super) fn written(&mut self, moment: &Moment, id: ObjId) {
        if let Some(policy) = self.policy.as_mut().filter(|policy| policy.contains(id)) {
            policy.hit(&Cx { write: true, ..cx(moment, &self.sizes, &self.expires) }, id);
        }
    }

    fn admit(&mut self, moment: &Moment, id: ObjId, expires: Time, evicted: &mut Vec<(ObjId, Entry)>) -> bool {
        let Self { policy: Some(policy), sizes, expires: all, entries, victims, .. } = self else { return true };
        let charge = |policy: &dyn Policy, id: ObjId| policy.charge(sizes.get(id as usize).copied().unwrap_or(1));
        let wanted = charge(&**policy, id);
        if wanted > self.capacity {
            return false;
        }
        while self.used + wanted > self.capacity || policy.crowded(&cx(moment, sizes, all), id) {
            victims.clear();
            if policy.evict(&cx(moment, sizes, all), Cause::Incoming(id), victims) == Verdict::Refuse {
                return false;
            }
            assert!(!victims.is_empty(), "policy: freed nothing and did not refuse");
            for &victim in victims.iter() {
                self.used -= charge(&**policy, victim);
                all[victim as usize] = NEVER;
                evicted.push((victim, entries[victim as usize]));
                let entry = &mut entries[victim as usize];
                (entry.held, entry.renewable) = (false, false);
            }
            self.counts.evictions += victims.len() as u64;
        }
        all[id as usize] = expires;
        policy.insert(&cx(moment, sizes, all), id);
        self.used += wanted;
        true
    }

    fn expire(&mut self, moment: &Moment, id: ObjId) {
        let renewable = self.entries[id as usize].renewable;
        self.remove(moment, id);
        self.entries[id as usize].renewable = renewable;
        self.counts.expirations += 1;
    }

    /// Removes an object; false if it was not there.
    pub(super) fn remove(&mut self, moment: &Moment, id: ObjId) -> bool {
        if !self.holds(id) {
            return false;
        }
        if let Some(policy) = &mut self.policy {
            policy.remove(&cx(moment, &self.sizes, &self.expires), id);
            self.used -= policy.charge(self.sizes.get(id as usize).copied().unwrap_or(1));
        }
        self.expires[id as usize] = NEVER;
        let entry = &mut self.entries[id as usize];
        (entry.held, entry.renewable) = (false, false);
        true
    }

    /// Removes an object that holds another version than this one.
    pub(super) fn remove_other(&mut self, moment: &Moment, id: ObjId, version: u32) {
        if self.entries[id as usize].version != version {
            self.remove(moment, id);
        }
    }

    /// Removes everything.
    pub(super) fn clear(&mut self, moment: &Moment) {
        for id in 0..self.entries.len() as ObjId {
            self.remove(moment, id);
        }
    }
}

#[inline]
fn cx<'a>(moment: &Moment, sizes: &'a [u32], expiries: &'a [Time]) -> Cx<'a> {
    Cx { next_use: moment.next_use, sizes, expiries, ..Cx::unit(moment.index, moment.now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who has to leave a cache of two, of which the first was read, the second written, and then a third comes?
    fn victim(policy: &str) -> ObjId {
        let spec = registry::parse_list(policy).unwrap().remove(0);
        let mut node = Node::new(&spec, Some(2), &Arc::from([]), 4, 2, 1).unwrap();
        let mut evicted = Vec::new();
        let moment = |now| Moment { now, index: now, next_use: crate::core::NO_NEXT_USE };
        for id in 0..2 {
            node.store(&moment(u64::from(id)), id, Entry::default(), NEVER, &mut evicted);
        }
        assert_eq!(node.look(&moment(2), 1, 0), Found::Fresh);
        node.written(&moment(3_000_000_000), 0);
        node.written(&moment(4_000_000_000), 3);
        assert_eq!(node.look(&moment(5_000_000_000), 1, 0), Found::Fresh);
        node.store(&moment(6_000_000_000), 2, Entry::default(), NEVER, &mut evicted);
        evicted[0].0
    }

    #[test]
    fn a_write_is_a_use() {
        // For LRU the last use counts, which was a read; for LRM the last write; for FIFO neither.
        assert_eq!(["lru", "redis-allkeys-lrm:samples=64", "fifo"].map(victim), [0, 1, 0]);
    }
}
