//! A set that remembers approximately: a Bloom filter whose bits of one object lie in one cache line.
//!
//! Bloom 1970; Putze, Sanders and Singler 2007 (blocks). No false negatives; at [`Bloom::BITS`] bits an object about one in a
//! hundred others passes for a member.

use crate::core::{Pages, hash, prefetch};

/// Words in a block: 8 x 64 bits is a cache line.
const BLOCK: usize = 8;
/// Bits set for an object.
const HASHES: u32 = 6;

/// The filter.
#[derive(Debug)]
pub struct Bloom {
    words: Pages<u64>,
    members: u64,
}

impl Bloom {
    /// Bits for each object expected, their number rounded up to a power of two.
    pub const BITS: u32 = 12;
    /// The same in bytes, rounded up.
    pub const OBJECT_BYTES: u32 = Self::BITS.div_ceil(8);

    /// A filter that may hold `expected` objects.
    pub fn new(expected: usize) -> Self {
        let bits = expected.max(1).next_power_of_two() * Self::BITS as usize;
        Self { words: Pages::zeroed(bits.div_ceil(64 * BLOCK) * BLOCK), members: 0 }
    }

    /// Index of the first word of the object's block, and the bits that choose places in it.
    #[inline]
    fn place(&self, id: u32) -> (usize, u64) {
        let key = hash::mix(u64::from(id));
        let blocks = (self.words.len() / BLOCK) as u64;
        // The high half chooses the block, the rest the places in it.
        ((((key >> 32) * blocks) >> 32) as usize * BLOCK, hash::mix(key))
    }

    /// Adds an object; was it, or something that looks like it, there already?
    #[inline]
    pub fn insert(&mut self, id: u32) -> bool {
        let (block, bits) = self.place(id);
        let mut there = true;
        for hash in 0..HASHES {
            let bit = (bits >> (9 * hash)) as usize & (64 * BLOCK - 1);
            let word = &mut self.words[block + bit / 64];
            there &= *word >> (bit % 64) & 1 == 1;
            *word |= 1 << (bit % 64);
        }
        self.members += u64::from(!there);
        there
    }

    /// Is the object, or something that looks like it, there?
    #[inline]
    pub fn contains(&self, id: u32) -> bool {
        let (block, bits) = self.place(id);
        (0..HASHES).all(|hash| {
            let bit = (bits >> (9 * hash)) as usize & (64 * BLOCK - 1);
            self.words[block + bit / 64] >> (bit % 64) & 1 == 1
        })
    }

    /// How many objects were added that were not there.
    pub fn members(&self) -> u64 {
        self.members
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.words.fill(0);
        self.members = 0;
    }

    /// Brings the object's block near.
    #[inline]
    pub fn preload(&self, id: u32) {
        prefetch(&self.words, self.place(id).0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_there_and_few_others_seem_to_be() {
        let mut bloom = Bloom::new(1 << 16);
        for id in 0..1 << 16 {
            bloom.insert(id);
        }
        assert!((0..1 << 16).all(|id| bloom.contains(id)));
        let strangers = (1 << 16..1 << 18).filter(|&id| bloom.contains(id)).count() as f64;
        let share = strangers / f64::from((1 << 18) - (1 << 16));
        assert!((0.002..0.015).contains(&share), "{share}");
        assert!(bloom.members() > 65_000 && bloom.members() <= 1 << 16);
        bloom.clear();
        assert!(!(0..1000).any(|id| bloom.contains(id)));
    }
}
