//! A priority queue over dense ids whose keys can change and whose members can leave.

use crate::core::{ObjId, Pages, prefetch};

/// Children per node: four keys fit one or two cache lines, and the tree is half as deep as a binary one.
const ARITY: usize = 4;

/// A minimum heap of ids, each at most once. Ties are broken by nothing: give keys that have none.
#[derive(Debug)]
pub struct Heap<K> {
    nodes: Vec<(K, ObjId)>,
    /// Index in `nodes` plus one; 0 = not a member.
    places: Pages<u32>,
}

impl<K: Copy + PartialOrd> Heap<K> {
    /// Bytes per object of the trace: its place.
    pub const PLACE_BYTES: u32 = 4;
    /// Bytes per member, their number rounded up to a power of two: its node.
    pub const NODE_BYTES: u32 = size_of::<(K, ObjId)>() as u32;

    /// An empty heap over ids `0..objects`.
    pub fn new(objects: usize) -> Self {
        Self { nodes: Vec::new(), places: Pages::zeroed(objects) }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Has it no members?
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Is the id a member?
    #[inline]
    pub fn contains(&self, id: ObjId) -> bool {
        self.places[id as usize] != 0
    }

    /// The member with the least key.
    #[inline]
    pub fn first(&self) -> Option<(K, ObjId)> {
        self.nodes.first().copied()
    }

    /// The id's key, if it is a member.
    pub fn key(&self, id: ObjId) -> Option<K> {
        (self.places[id as usize] as usize).checked_sub(1).map(|at| self.nodes[at].0)
    }

    /// Adds the id, or changes its key.
    pub fn set(&mut self, id: ObjId, key: K) {
        let at = match self.places[id as usize] {
            0 => {
                self.nodes.push((key, id));
                self.nodes.len() - 1
            }
            place => {
                self.nodes[place as usize - 1].0 = key;
                place as usize - 1
            }
        };
        let at = self.rise(at);
        self.sink(at);
    }

    /// Takes out the member with the least key.
    pub fn pop(&mut self) -> Option<(K, ObjId)> {
        let first = self.first()?;
        self.remove(first.1);
        Some(first)
    }

    /// Takes out all members.
    pub fn clear(&mut self) {
        for (_, id) in self.nodes.drain(..) {
            self.places[id as usize] = 0;
        }
    }

    /// Takes the id out, if it is a member.
    pub fn remove(&mut self, id: ObjId) {
        let Some(at) = (self.places[id as usize] as usize).checked_sub(1) else { return };
        self.places[id as usize] = 0;
        let Some(last) = self.nodes.pop() else { return };
        if at < self.nodes.len() {
            self.nodes[at] = last;
            let at = self.rise(at);
            self.sink(at);
        }
    }

    /// Brings the place of an id near.
    #[inline]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.places, id as usize);
    }

    /// The least member by keys that may have grown since they were set: `current` says what an id's key is now, and must
    /// never be less than the key set.
    pub fn first_lazy(&mut self, current: impl Fn(ObjId) -> K) -> Option<(K, ObjId)> {
        loop {
            let (key, id) = self.first()?;
            let now = current(id);
            if now <= key {
                return Some((key, id));
            }
            self.nodes[0].0 = now;
            self.sink(0);
        }
    }

    /// Gives up the least member, likewise.
    pub fn pop_lazy(&mut self, current: impl Fn(ObjId) -> K) -> Option<(K, ObjId)> {
        self.first_lazy(current)?;
        self.pop()
    }

    /// Moves a node up to its place and writes down where it is.
    fn rise(&mut self, mut at: usize) -> usize {
        let node = self.nodes[at];
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.nodes[parent].0 <= node.0 {
                break;
            }
            self.put(at, self.nodes[parent]);
            at = parent;
        }
        self.put(at, node);
        at
    }

    /// Moves a node down to its place and writes down where it is.
    fn sink(&mut self, mut at: usize) {
        let node = self.nodes[at];
        loop {
            let start = at * ARITY + 1;
            let end = (start + ARITY).min(self.nodes.len());
            let Some(least) = (start..end).reduce(|a, b| if self.nodes[b].0 < self.nodes[a].0 { b } else { a }) else {
                break;
            };
            if node.0 <= self.nodes[least].0 {
                break;
            }
            self.put(at, self.nodes[least]);
            at = least;
        }
        self.put(at, node);
    }

    #[inline]
    fn put(&mut self, at: usize, node: (K, ObjId)) {
        self.nodes[at] = node;
        self.places[node.1 as usize] = at as u32 + 1;
    }

    /// Checks order and places.
    ///
    /// # Errors
    /// Says which is broken.
    pub fn check(&self) -> Result<(), String> {
        for (at, &(key, id)) in self.nodes.iter().enumerate() {
            if self.places[id as usize] as usize != at + 1 {
                return Err(format!("heap: id {id} is at {at}, but its place says otherwise"));
            }
            if at > 0 && self.nodes[(at - 1) / ARITY].0 > key {
                return Err(format!("heap: node {at} is less than its parent"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;
    use std::collections::BTreeSet;

    #[test]
    fn random_scripts_equal_a_sorted_set() {
        let mut rng = rng::rng(3, "heap");
        let mut heap = Heap::new(64);
        let mut model: BTreeSet<(u64, ObjId)> = BTreeSet::new();
        for step in 0..40_000u64 {
            let id = rng::below(&mut rng, 64) as ObjId;
            let key = rng::below(&mut rng, 50) << 32 | step;
            match rng::below(&mut rng, 5) {
                0 => assert_eq!(heap.pop(), model.pop_first()),
                1 => {
                    heap.remove(id);
                    model.retain(|&(_, i)| i != id);
                }
                _ => {
                    heap.set(id, key);
                    model.retain(|&(_, i)| i != id);
                    model.insert((key, id));
                }
            }
            heap.check().unwrap();
            assert_eq!(heap.first(), model.first().copied());
        }
    }

    #[test]
    fn keys_that_grew_are_found_out_late_but_in_time() {
        let mut heap = Heap::new(3);
        let mut keys = [1u64, 2, 3];
        for id in 0..3 {
            heap.set(id, keys[id as usize]);
        }
        keys[0] = 10;
        assert_eq!(heap.pop_lazy(|id| keys[id as usize]), Some((2, 1)));
        assert_eq!(heap.pop_lazy(|id| keys[id as usize]), Some((3, 2)));
        assert_eq!(heap.pop_lazy(|id| keys[id as usize]), Some((10, 0)));
        assert_eq!(heap.pop_lazy(|id| keys[id as usize]), None);
    }
}
