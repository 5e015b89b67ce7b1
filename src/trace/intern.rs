//! Maps keys to dense ids in order of first appearance: the only hashing of a request in its whole life.

mod text;

use super::Keys;
use crate::core::{ObjId, Pages, hash, prefetch};

pub use text::StrInterner;

/// How many keys ahead of the current one its slot is asked for.
const AHEAD: usize = 24;

/// A slot: the key, and its id plus one (0 = free).
type Slot = [u64; 2];

/// Integer keys to dense ids.
///
/// Open addressing with linear probing in a table of a power of two slots, at most half full. The home of a key is the
/// high bits of its hash, so doubling moves the slots in order. All keys of a batch are known before the first is
/// looked up, which lets their slots be prefetched.
#[derive(Debug)]
pub struct IntInterner {
    slots: Pages<Slot>,
    shift: u32,
    len: usize,
    homes: Vec<u64>,
}

impl Default for IntInterner {
    fn default() -> Self {
        Self::new()
    }
}

impl IntInterner {
    /// An empty map.
    pub fn new() -> Self {
        const START: u32 = 12;
        Self { slots: Pages::zeroed(1 << START), shift: 64 - START, len: 0, homes: Vec::new() }
    }

    /// Number of distinct keys so far.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no key was seen.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the id of each key to `ids`.
    pub fn intern(&mut self, keys: &[u64], ids: &mut Vec<ObjId>) {
        self.reserve(keys.len());
        self.homes.clear();
        self.homes.extend(keys.iter().map(|&key| hash::mix(key) >> self.shift));
        let slots: &mut [Slot] = &mut self.slots;
        let mask = slots.len() - 1;
        for &home in self.homes.iter().take(AHEAD) {
            prefetch(slots, home as usize);
        }
        let mut len = self.len as u64;
        ids.extend(keys.iter().enumerate().map(|(i, &key)| {
            prefetch(slots, self.homes.get(i + AHEAD).map_or(0, |&home| home as usize));
            let mut at = self.homes[i] as usize;
            loop {
                let slot = &mut slots[at & mask];
                if slot[0] == key && slot[1] != 0 {
                    return (slot[1] - 1) as ObjId;
                }
                if slot[1] == 0 {
                    len += 1;
                    *slot = [key, len];
                    return (len - 1) as ObjId;
                }
                at += 1;
            }
        }));
        self.len = len as usize;
    }

    /// The keys by id.
    pub fn keys(&self) -> Vec<u64> {
        let mut keys = vec![0; self.len];
        for slot in self.slots.iter().filter(|slot| slot[1] != 0) {
            keys[slot[1] as usize - 1] = slot[0];
        }
        keys
    }

    /// Doubles the table until `more` new keys leave it at most half full.
    fn reserve(&mut self, more: usize) {
        let mut size = self.slots.len();
        while (self.len + more) * 2 > size {
            size *= 2;
        }
        if size == self.slots.len() {
            return;
        }
        let old = std::mem::replace(&mut self.slots, Pages::zeroed(size));
        self.shift = 64 - size.trailing_zeros();
        let new: &mut [Slot] = &mut self.slots;
        for slot in old.iter().filter(|slot| slot[1] != 0) {
            let mut at = (hash::mix(slot[0]) >> self.shift) as usize;
            while new[at & (size - 1)][1] != 0 {
                at += 1;
            }
            new[at & (size - 1)] = *slot;
        }
    }
}

/// One of the two, as the file's keys are.
#[derive(Debug)]
pub enum Interner {
    /// Integer keys.
    Int(IntInterner),
    /// String keys.
    Str(StrInterner),
}

impl Interner {
    /// Number of distinct keys so far.
    pub fn len(&self) -> usize {
        match self {
            Self::Int(map) => map.len(),
            Self::Str(map) => map.len(),
        }
    }

    /// Whether no key was seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys by id.
    pub fn keys(&self) -> Keys {
        match self {
            Self::Int(map) => Keys::Int(map.keys()),
            Self::Str(map) => Keys::Str(map.keys()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integer_ids_equal_those_of_a_plain_map(keys in prop::collection::vec(prop_oneof![0u64..200, any::<u64>()], 0..3000)) {
            let mut map = IntInterner::new();
            let mut ids = Vec::new();
            for piece in keys.chunks(700) {
                map.intern(piece, &mut ids);
            }
            let plain = super::super::Trace::from_keys("t", keys.iter().copied());
            prop_assert_eq!(&plain.ids, &ids);
            let by_id = map.keys();
            prop_assert!(keys.iter().zip(&ids).all(|(&key, &id)| by_id[id as usize] == key));
        }
    }

    #[test]
    fn a_table_that_grows_into_large_pages_keeps_its_keys() {
        let mut map = IntInterner::new();
        let keys: Vec<u64> = (0..400_000u64).map(|i| i.wrapping_mul(0x1_0000_0001)).collect();
        let mut ids = Vec::new();
        for piece in keys.chunks(4096).chain(keys.chunks(5000)) {
            map.intern(piece, &mut ids);
        }
        assert_eq!(map.len(), keys.len());
        assert!(ids[..keys.len()].iter().enumerate().all(|(i, &id)| i == id as usize));
        assert_eq!(ids[..keys.len()], ids[keys.len()..]);
        assert_eq!(map.keys(), keys);
    }
}
