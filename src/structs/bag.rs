//! The residents in no order that matters, so that one can be drawn by chance.

use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Pages, prefetch};

/// A member, and what is kept of it.
#[derive(Debug, Clone, Copy)]
struct Slot<M> {
    id: ObjId,
    memory: M,
}

/// A set of ids with a memory for each, stored side by side: a draw touches one cache line, a look-up by id two.
#[derive(Debug)]
pub struct Bag<M> {
    slots: Vec<Slot<M>>,
    /// Index in `slots` plus one; 0 = not a member.
    places: Pages<u32>,
}

impl<M: Copy> Bag<M> {
    /// Bytes per object of the trace: its place.
    pub const PLACE_BYTES: u32 = 4;
    /// Bytes per member, their number rounded up to a power of two: its slot, and half of it again while the array grows.
    pub const SLOT_BYTES: u32 = size_of::<Slot<M>>() as u32 * 3 / 2;

    /// An empty bag over ids `0..objects`.
    pub fn new(objects: usize) -> Self {
        Self { slots: Vec::new(), places: Pages::zeroed(objects) }
    }

    /// Number of members.
    #[inline]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Has it no members?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Is the id a member?
    #[inline]
    pub fn contains(&self, id: ObjId) -> bool {
        self.places[id as usize] != 0
    }

    /// What is kept of the id, if it is a member.
    #[inline]
    pub fn get_mut(&mut self, id: ObjId) -> Option<&mut M> {
        let place = self.place(id)?;
        Some(&mut self.slots[place].memory)
    }

    /// What is kept of the id, if it is a member.
    #[inline]
    pub fn get(&self, id: ObjId) -> Option<&M> {
        let place = self.place(id)?;
        Some(&self.slots[place].memory)
    }

    /// The member at a place, from 0 to [`Bag::len`], and what is kept of it.
    #[inline]
    pub fn at(&self, place: usize) -> (ObjId, &M) {
        let slot = &self.slots[place];
        (slot.id, &slot.memory)
    }

    /// The place of the id, if it is a member.
    #[inline]
    pub fn place(&self, id: ObjId) -> Option<usize> {
        (self.places[id as usize] as usize).checked_sub(1)
    }

    /// A place, each with the same probability. The bag must not be empty.
    #[inline]
    pub fn draw(&self, rng: &mut Rng) -> usize {
        rng::below(rng, self.slots.len() as u64) as usize
    }

    /// Brings the slot at a place near.
    #[inline]
    pub fn preload_place(&self, place: usize) {
        prefetch(&self.slots, place);
    }

    /// Adds an id that is not a member.
    #[inline]
    pub fn insert(&mut self, id: ObjId, memory: M) {
        debug_assert!(!self.contains(id), "a member is added once");
        self.slots.push(Slot { id, memory });
        self.places[id as usize] = self.slots.len() as u32;
    }

    /// Takes out the member at a place; the last one fills the gap.
    #[inline]
    pub fn take(&mut self, place: usize) -> (ObjId, M) {
        let Slot { id, memory } = self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.places[moved.id as usize] = place as u32 + 1;
        }
        self.places[id as usize] = 0;
        (id, memory)
    }

    /// Takes the id out, if it is a member.
    #[inline]
    pub fn remove(&mut self, id: ObjId) -> Option<M> {
        let place = self.place(id)?;
        Some(self.take(place).1)
    }

    /// Brings the place of an id near.
    #[inline]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.places, id as usize);
    }

    /// The members, in no order that matters.
    pub fn iter(&self) -> impl Iterator<Item = (ObjId, &M)> {
        self.slots.iter().map(|slot| (slot.id, &slot.memory))
    }

    /// Checks that members and places agree.
    ///
    /// # Errors
    /// Says which do not.
    pub fn check(&self) -> Result<(), String> {
        for (at, slot) in self.slots.iter().enumerate() {
            if self.places[slot.id as usize] as usize != at + 1 {
                return Err(format!("bag: id {} is at {at}, but its place says otherwise", slot.id));
            }
        }
        let placed = self.places.iter().filter(|&&place| place != 0).count();
        if placed == self.slots.len() { Ok(()) } else { Err(format!("bag: {placed} places, {} members", self.len())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn random_scripts_equal_a_sorted_map() {
        let mut rng = rng::rng(5, "bag");
        let mut bag = Bag::new(40);
        let mut model: BTreeMap<ObjId, u64> = BTreeMap::new();
        for step in 0..20_000u64 {
            let id = rng::below(&mut rng, 40) as ObjId;
            match rng::below(&mut rng, 3) {
                0 => assert_eq!(bag.remove(id), model.remove(&id)),
                1 if !bag.is_empty() => {
                    let (id, memory) = bag.take(bag.draw(&mut rng));
                    assert_eq!(model.remove(&id), Some(memory));
                }
                _ if !bag.contains(id) => {
                    bag.insert(id, step);
                    model.insert(id, step);
                }
                _ => {
                    *bag.get_mut(id).unwrap() = step;
                    model.insert(id, step);
                }
            }
            bag.check().unwrap();
            let mut members: Vec<(ObjId, u64)> = bag.iter().map(|(id, &memory)| (id, memory)).collect();
            members.sort_unstable();
            assert_eq!(members, model.iter().map(|(&id, &memory)| (id, memory)).collect::<Vec<_>>());
        }
    }
}
