//! String keys to dense ids.

use crate::core::{ObjId, Pages, hash, prefetch};
use crate::trace::batch::Texts;

/// How many keys ahead of the current one its slot is asked for, where its text ends, and the text.
const AHEAD: [usize; 3] = [24, 16, 8];

/// A slot: the high half of the key's hash, then its id plus one (0 = free).
type Slot = u64;

/// String keys to dense ids; the distinct keys lie one behind the other in one arena.
///
/// Open addressing with linear probing in a table of a power of two slots, at most half full, as for integers. A slot has half of
/// the hash, which tells nearly all other keys apart without a look at their texts and is enough to place the slot anew.
#[derive(Debug)]
pub struct StrInterner {
    slots: Pages<Slot>,
    shift: u32,
    ends: Vec<usize>,
    arena: Vec<u8>,
    /// Of the keys of a batch.
    hashes: Vec<u64>,
}

impl Default for StrInterner {
    fn default() -> Self {
        const START: u32 = 6;
        let slots = Pages::zeroed(1 << START);
        Self { slots, shift: 64 - START, ends: Vec::new(), arena: Vec::new(), hashes: Vec::new() }
    }
}

impl StrInterner {
    /// Number of distinct keys so far.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no key was seen.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Appends the id of each key to `ids`.
    pub fn intern(&mut self, keys: &Texts, ids: &mut Vec<ObjId>) {
        self.reserve(keys.len());
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend((0..keys.len()).map(|i| hash::bytes(keys.get(i))));
        for (i, &hash) in hashes.iter().enumerate() {
            self.announce(&hashes[i..]);
            ids.push(self.put(hash, keys.get(i)));
        }
        self.hashes = hashes;
    }

    /// Asks for the memory that keys with these hashes will need.
    #[inline]
    fn announce(&self, hashes: &[u64]) {
        if let Some(&hash) = hashes.get(AHEAD[0]) {
            prefetch(&self.slots, self.home(hash));
        }
        let seen = |ahead: usize| self.candidates(*hashes.get(ahead)?).next();
        if let Some(id) = seen(AHEAD[1]) {
            prefetch(&self.ends, id as usize);
        }
        if let Some(id) = seen(AHEAD[2]) {
            prefetch(&self.arena, self.start(id as usize));
        }
    }

    /// The keys by id; bytes that are not UTF-8 are shown as U+FFFD.
    pub fn keys(&self) -> Vec<Box<str>> {
        (0..self.len()).map(|id| self.show(id)).collect()
    }

    /// The key of the id as text; bytes that are not UTF-8 are shown as U+FFFD.
    pub fn show(&self, id: usize) -> Box<str> {
        String::from_utf8_lossy(self.key(id)).into()
    }

    /// The id of the key, if it was seen.
    pub fn find(&self, key: &[u8]) -> Option<ObjId> {
        self.lookup(hash::bytes(key), key)
    }

    /// The key of the id.
    pub fn key(&self, id: usize) -> &[u8] {
        &self.arena[self.start(id)..self.ends[id]]
    }

    /// The id of the key; a new one, if it was not seen.
    pub fn id(&mut self, key: &[u8]) -> ObjId {
        self.reserve(1);
        self.put(hash::bytes(key), key)
    }

    fn start(&self, id: usize) -> usize {
        if id == 0 { 0 } else { self.ends[id - 1] }
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        home(hash, self.shift)
    }

    /// The ids of the keys whose hash has this high half.
    #[inline]
    fn candidates(&self, hash: u64) -> impl Iterator<Item = ObjId> {
        let (slots, home) = (&*self.slots, self.home(hash));
        let run = (home..).map(|at| slots[at & (slots.len() - 1)]).take_while(|&slot| slot != 0);
        run.filter(move |slot| slot >> 32 == hash >> 32).map(|slot| slot as ObjId - 1)
    }

    #[inline]
    fn lookup(&self, hash: u64, key: &[u8]) -> Option<ObjId> {
        self.candidates(hash).find(|&id| self.key(id as usize) == key)
    }

    /// The id of the key; there is room for a new one.
    #[inline]
    fn put(&mut self, hash: u64, key: &[u8]) -> ObjId {
        if let Some(id) = self.lookup(hash, key) {
            return id;
        }
        let id = self.len() as ObjId;
        self.arena.extend_from_slice(key);
        self.ends.push(self.arena.len());
        place(&mut self.slots, self.shift, (hash >> 32 << 32) | (u64::from(id) + 1));
        id
    }

    /// Doubles the table until `more` new keys leave it at most half full.
    fn reserve(&mut self, more: usize) {
        let mut size = self.slots.len();
        while (self.len() + more) * 2 > size {
            size *= 2;
        }
        if size == self.slots.len() {
            return;
        }
        let old = std::mem::replace(&mut self.slots, Pages::zeroed(size));
        self.shift = 64 - size.trailing_zeros();
        for &slot in old.iter().filter(|&&slot| slot != 0) {
            place(&mut self.slots, self.shift, slot);
        }
    }
}

/// Where the search for a key begins, by the high half of its hash or of its slot alone.
#[inline]
fn home(hash: u64, shift: u32) -> usize {
    (hash >> 32 << 32 >> shift) as usize
}

/// Puts the slot into the first free place.
#[inline]
fn place(slots: &mut [Slot], shift: u32, slot: Slot) {
    let mask = slots.len() - 1;
    let mut at = home(slot, shift) & mask;
    while slots[at] != 0 {
        at = (at + 1) & mask;
    }
    slots[at] = slot;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn ids_equal_those_of_a_plain_map(keys in prop::collection::vec("[a-c]{0,6}", 0..2000), batch in 1..300usize) {
            let mut map = StrInterner::default();
            let (mut ids, mut plain, mut expected) = (Vec::new(), HashMap::new(), Vec::new());
            for piece in keys.chunks(batch) {
                let mut texts = Texts::default();
                for key in piece {
                    texts.push(key.as_bytes());
                }
                map.intern(&texts, &mut ids);
            }
            for key in &keys {
                let next = plain.len() as ObjId;
                expected.push(*plain.entry(key.as_str()).or_insert(next));
            }
            prop_assert_eq!(&ids, &expected);
            prop_assert!(plain.iter().all(|(key, &id)| map.find(key.as_bytes()) == Some(id) && &*map.show(id as usize) == *key));
            prop_assert_eq!((map.len(), map.find(b"d")), (plain.len(), None));
        }
    }

    #[test]
    fn keys_with_one_hash_are_told_apart() {
        let mut map = StrInterner::default();
        let hash = u64::MAX;
        let ids: Vec<ObjId> = [b"a", b"b", b"a", b"c", b"b"].iter().map(|key| map.put(hash, *key)).collect();
        assert_eq!(ids, [0, 1, 0, 2, 1]);
        // The table is moved; from its end the search goes on at its start.
        map.reserve(1000);
        assert_eq!([b"a", b"b", b"c", b"d"].map(|key| map.lookup(hash, key)), [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn strings_are_told_apart_by_their_bytes() {
        let mut texts = Texts::default();
        for key in ["a", "", "ab", "a", "b", ""] {
            texts.push(key.as_bytes());
        }
        let mut map = StrInterner::default();
        let mut ids = Vec::new();
        map.intern(&texts, &mut ids);
        assert_eq!(ids, [0, 1, 2, 0, 3, 1]);
        assert_eq!(map.keys().iter().map(|k| &**k).collect::<Vec<_>>(), ["a", "", "ab", "b"]);
    }
}
