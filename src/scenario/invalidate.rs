//! Invalidation: what a write removes from which cache, and how the others hear of it.

use super::model::{Event, Model};
use super::node::Reach;
use super::spec::{Pointer, Publish, Route, Spec};
use super::write::WriteOp;
use crate::core::ObjId;
use crate::core::rng::unit;
use hashbrown::HashMap;
use std::collections::{BTreeSet, VecDeque};

/// Versions of a key that can be held side by side.
const VERSIONS: u32 = 8;

/// What caches remember for invalidation.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The nodes of the levels before that have read a key, by level and key.
    readers: HashMap<(u8, u32), Vec<u16>>,
    /// The keys that are remembered, oldest first.
    tracked: VecDeque<(u8, u32)>,
    /// The members of each tag's set, by level, node and tag.
    tags: HashMap<(u8, u16, u32), BTreeSet<u32>>,
    /// The version that is current by a key's pointer in the last level, by node and key.
    pointers: HashMap<(u16, u32), u32>,
}

/// Objects that a key can be in caches: its variants, or its versions.
pub(super) fn ids_per_key(spec: &Spec) -> u32 {
    if spec.invalidation.versioned {
        return VERSIONS;
    }
    spec.content.iter().map(|content| content.vary).max().unwrap_or(1).max(1)
}

impl Model<'_> {
    /// The object that a server's clients ask for under a key. Of versions, that which they were told last.
    #[inline]
    pub(super) fn object(&self, key: u32, server: u32) -> ObjId {
        if self.ids_per_key == 1 { key } else { self.variant(key, server) }
    }

    fn variant(&self, key: u32, server: u32) -> ObjId {
        if self.spec.invalidation.versioned {
            return self.object_of(key, server, self.pointer(key));
        }
        let variants = self.content(key).map_or(1, |content| content.vary.max(1));
        key * self.ids_per_key + server % variants
    }

    /// The version of a key that the pointer in the last level names, which is the one that all read.
    pub(super) fn pointer(&self, key: u32) -> u32 {
        let placement = self.levels.last().and_then(|level| level.placement.as_ref());
        let node = placement.map_or(0, |placement| placement.node(key));
        self.invalidation.pointers.get(&(node as u16, key)).copied().unwrap_or(0)
    }

    /// The object of a version of a key.
    pub(super) fn object_of(&self, key: u32, server: u32, version: u32) -> ObjId {
        if self.spec.invalidation.versioned {
            key * self.ids_per_key + version % self.ids_per_key
        } else {
            self.object(key, server)
        }
    }

    /// The pointer says that this version is the current one.
    pub(super) fn point(&mut self, index: usize, node: usize, key: u32, version: u32) {
        let spec = &self.spec.invalidation;
        if spec.versioned && index + 1 == self.levels.len() {
            let pointer = self.invalidation.pointers.entry((node as u16, key)).or_insert(0);
            *pointer = if spec.pointer == Pointer::Newest { version.max(*pointer) } else { version };
        }
    }

    /// A write deletes from the caches on its way.
    pub(super) fn delete(&mut self, op: &WriteOp) {
        let path = self.path(op);
        for &index in self.changed(&path) {
            let node = self.node_of(index, op);
            self.invalidate(index, node, op.key);
        }
    }

    /// Removes a key from a node, with all that belongs to it.
    pub(super) fn invalidate(&mut self, index: usize, node: usize, key: u32) {
        if self.levels[index].nodes[node].reach != Reach::Up {
            return;
        }
        let spec = &self.spec.invalidation;
        if spec.tags > 0 {
            let tag = (index as u8, node as u16, key % spec.tags);
            let members = self.invalidation.tags.remove(&tag).unwrap_or_default();
            for member in members {
                self.remove_key(index, node, member);
            }
        }
        let keys = if spec.related { self.truth.related(key) } else { key..key + 1 };
        keys.for_each(|key| self.remove_key(index, node, key));
    }

    fn remove_key(&mut self, index: usize, node: usize, key: u32) {
        let moment = self.moment();
        if u64::from(key) >= self.load.keys() {
            return;
        }
        for id in key * self.ids_per_key..(key + 1) * self.ids_per_key {
            let cache = &mut self.levels[index].nodes[node];
            cache.counts.invalidations += u64::from(cache.remove(&moment, id));
            self.void_lease(index, node, id);
        }
    }

    /// Notes what a node stored, for whom it concerns.
    pub(super) fn note_stored(&mut self, index: usize, node: usize, id: ObjId) {
        let spec = &self.spec.invalidation;
        let key = id / self.ids_per_key;
        if spec.tags > 0 {
            self.invalidation.tags.entry((index as u8, node as u16, key % spec.tags)).or_default().insert(key);
        }
        if spec.publish == Publish::Tracking && self.is_private(index) {
            self.track(index, node, key);
        }
    }

    /// Has each server or region a copy of its own at this level?
    fn is_private(&self, index: usize) -> bool {
        matches!(self.levels[index].spec.route, Route::Server | Route::Region) && self.levels[index].nodes.len() > 1
    }

    /// The level behind remembers who reads a key. Beyond its table, the oldest key is forgotten, and its readers told so.
    fn track(&mut self, index: usize, node: usize, key: u32) {
        let slot = (index as u8, key);
        let state = &mut self.invalidation;
        let readers = state.readers.entry(slot).or_default();
        if readers.is_empty() {
            state.tracked.push_back(slot);
        }
        if !readers.contains(&(node as u16)) {
            readers.push(node as u16);
        }
        // Keys that were written meanwhile are still in line.
        if state.tracked.len() > 2 * state.readers.len() + 1024 {
            let State { tracked, readers, .. } = state;
            tracked.retain(|slot| readers.contains_key(slot));
        }
        while self.invalidation.readers.len() as u64 > self.spec.invalidation.tracked_keys {
            let Some(oldest) = self.invalidation.tracked.pop_front() else { break };
            for node in self.invalidation.readers.remove(&oldest).unwrap_or_default() {
                self.send(oldest.0, node, oldest.1);
            }
        }
    }

    /// Tells the other nodes that a key was written.
    pub(super) fn publish(&mut self, op: &WriteOp) {
        let key = op.key;
        let publish = self.spec.invalidation.publish;
        if publish == Publish::None {
            return;
        }
        for index in 0..self.levels.len() {
            if !self.is_private(index) {
                continue;
            }
            let told: Vec<u16> = if publish == Publish::PubSub {
                (0..self.levels[index].nodes.len() as u16).collect()
            } else {
                // Who is told is forgotten until it reads the key again.
                self.invalidation.readers.remove(&(index as u8, key)).unwrap_or_default()
            };
            let own = self.path(op).contains(&index).then(|| self.node_of(index, op) as u16);
            for node in told {
                if self.spec.invalidation.to_self || own != Some(node) {
                    self.send(index as u8, node, key);
                }
            }
        }
    }

    /// A message to a node; it may be lost.
    fn send(&mut self, level: u8, node: u16, key: u32) {
        let spec = &self.spec.invalidation;
        if spec.loss > 0.0 && unit(&mut self.write_rng) < spec.loss {
            return;
        }
        let delay = spec.delay.draw(&mut self.write_rng);
        self.queue.plan(self.now + delay, Event::Message { level, node, key });
    }

    /// A node has lost all it held, and what it remembered.
    pub(super) fn forget(&mut self, index: usize, node: usize) {
        let (level, number) = (index as u8, node as u16);
        self.invalidation.tags.retain(|slot, _| (slot.0, slot.1) != (level, number));
        if index + 1 == self.levels.len() {
            self.invalidation.pointers.retain(|slot, _| slot.0 != number);
        }
        // Locks and leases stand in the cache as well.
        self.levels[index].locks.retain(|scope, _| scope >> 32 != node as u64);
    }

    /// Counts what takes room and cannot be reached: members of tag sets that are gone, versions that no pointer names.
    pub(super) fn census(&mut self) {
        let spec = &self.spec.invalidation;
        let mut dead = 0;
        for ((level, node, _), members) in &self.invalidation.tags {
            let node = &self.levels[*level as usize].nodes[*node as usize];
            dead += members.iter().filter(|&&key| !node.peek(self.now, key * self.ids_per_key)).count() as u64;
        }
        if let Some(level) = self.levels.last().filter(|_| spec.versioned) {
            for ((node, key), pointer) in &self.invalidation.pointers {
                let current = key * self.ids_per_key + pointer % self.ids_per_key;
                let ids = key * self.ids_per_key..(key + 1) * self.ids_per_key;
                let node = &level.nodes[*node as usize];
                dead += ids.filter(|&id| id != current && node.peek(self.now, id)).count() as u64;
            }
        }
        self.measure.dead_peak = self.measure.dead_peak.max(dead);
    }
}
