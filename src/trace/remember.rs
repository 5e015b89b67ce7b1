//! What a log said last of each key, for logs that say it only now and then: a size, a time to live.

use crate::core::{hash, prefetch};

/// One value for each key that was asked for.
///
/// Keys are known by 64 bits of their hash alone, so that an entry takes as much room for a long key as for a short one, and
/// all of them as much as there are distinct keys. Two keys with the same hash would share a value: one would be given the
/// size of the other, but they would remain two objects, since ids are made of the keys themselves. Among a hundred million
/// keys the chance that there is any such pair is one in 3,700.
///
/// Open addressing with linear probing in a table of a power of two slots, at most half full; a hash is free where it is 0.
#[derive(Debug)]
pub(crate) struct Remembered<V> {
    slots: Vec<(u64, V)>,
    shift: u32,
    len: usize,
}

impl<V: Copy + Default> Default for Remembered<V> {
    fn default() -> Self {
        const START: u32 = 6;
        Self { slots: vec![(0, V::default()); 1 << START], shift: 64 - START, len: 0 }
    }
}

impl<V: Copy + Default> Remembered<V> {
    /// What a key is known by.
    #[inline]
    pub(crate) fn name(key: &[u8]) -> u64 {
        // Two hashes become one, so that 0 is left for what is free.
        hash::bytes(key).max(1)
    }

    /// Asks the memory for the value of a key that will be needed soon.
    #[inline]
    pub(crate) fn expect(&self, name: u64) {
        prefetch(&self.slots, (name >> self.shift) as usize);
    }

    /// The value of a key, to be read or replaced; the default for one that was not there.
    #[inline]
    pub(crate) fn of(&mut self, name: u64) -> &mut V {
        if 2 * self.len >= self.slots.len() {
            self.double();
        }
        let at = self.place(name);
        if self.slots[at].0 == 0 {
            self.slots[at].0 = name;
            self.len += 1;
        }
        &mut self.slots[at].1
    }

    /// The slot of a key, or the free one where it belongs.
    #[inline]
    fn place(&self, name: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (name >> self.shift) as usize;
        while self.slots[at & mask].0 != name && self.slots[at & mask].0 != 0 {
            at += 1;
        }
        at & mask
    }

    #[cold]
    fn double(&mut self) {
        let empty = vec![(0, V::default()); 2 * self.slots.len()];
        let old = std::mem::replace(&mut self.slots, empty);
        self.shift -= 1;
        for entry in old.into_iter().filter(|entry| entry.0 != 0) {
            let at = self.place(entry.0);
            self.slots[at] = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_value_of_its_own() {
        let mut sizes = Remembered::<u32>::default();
        for round in 1..=3 {
            for i in 0..10_000u32 {
                let name = Remembered::<u32>::name(format!("key {i}").as_bytes());
                sizes.expect(name);
                let size = sizes.of(name);
                assert_eq!(*size, if round == 1 { 0 } else { i * (round - 1) });
                *size = i * round;
            }
        }
        assert_eq!((sizes.len, sizes.slots.len()), (10_000, 32_768));
    }
}
