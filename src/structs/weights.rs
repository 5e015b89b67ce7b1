//! Weights on an axis of slots: put, take, and the sum before a slot, in a few vector additions.
//!
//! As [`super::Marks`], with weights of 32 bits in place of marks: the slots are cut into nodes of sixteen, these into nodes of
//! sixteen of them, and so on up to one; beside each child of a node stands the sum of its siblings before it.

use crate::core::{Pages, prefetch};

/// Children of a node, and slots of a leaf.
const FAN: usize = 16;

/// Weights on slots `0..slots`; at first all are 0.
#[derive(Debug)]
pub struct Weights {
    leaves: Pages<[u32; FAN]>,
    /// From the leaves up: by node and child, the sum of the children before it.
    levels: Vec<Pages<[u64; FAN]>>,
    slots: usize,
}

impl Weights {
    /// An axis of at least so many slots.
    pub fn new(slots: usize) -> Self {
        let leaves = slots.max(1).div_ceil(FAN);
        let mut levels = Vec::new();
        let mut nodes = leaves;
        while nodes > 1 {
            nodes = nodes.div_ceil(FAN);
            levels.push(Pages::zeroed(nodes));
        }
        Self { leaves: Pages::zeroed(leaves), levels, slots: leaves * FAN }
    }

    /// Number of slots.
    #[inline]
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Asks for the leaf of a slot, which may be out of range.
    #[inline(always)]
    pub fn preload(&self, slot: u32) {
        prefetch(&self.leaves, slot as usize / FAN);
    }

    /// The sum of the weights on the slots before this one.
    #[inline(always)]
    pub fn before(&self, slot: u32) -> u64 {
        let mut at = slot as usize;
        let mut sum = 0;
        for (i, &weight) in self.leaves[at / FAN].iter().enumerate() {
            sum += if i < at % FAN { u64::from(weight) } else { 0 };
        }
        for level in &self.levels {
            at /= FAN;
            sum += level[at / FAN][at % FAN];
        }
        sum
    }

    /// The weight on a slot.
    pub fn get(&self, slot: u32) -> u32 {
        self.leaves[slot as usize / FAN][slot as usize % FAN]
    }

    /// Puts a weight on a slot that has none.
    #[inline(always)]
    pub fn put(&mut self, slot: u32, weight: u32) {
        self.leaves[slot as usize / FAN][slot as usize % FAN] = weight;
        self.shift(slot, u64::from(weight));
    }

    /// Takes the weight off a slot.
    #[inline(always)]
    pub fn take(&mut self, slot: u32) -> u32 {
        let weight = std::mem::take(&mut self.leaves[slot as usize / FAN][slot as usize % FAN]);
        self.shift(slot, u64::from(weight).wrapping_neg());
        weight
    }

    #[inline(always)]
    fn shift(&mut self, slot: u32, by: u64) {
        let mut at = slot as usize;
        for level in &mut self.levels {
            at /= FAN;
            for (i, sum) in level[at / FAN].iter_mut().enumerate() {
                *sum = sum.wrapping_add(if i > at % FAN { by } else { 0 });
            }
        }
    }

    /// Takes all weights off.
    pub fn clear(&mut self) {
        self.leaves.fill([0; FAN]);
        self.levels.iter_mut().for_each(|level| level.fill([0; FAN]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;

    #[test]
    fn sums_are_those_of_a_list() {
        for slots in [1, 16, 17, 5000] {
            let mut weights = Weights::new(slots);
            let mut plain = vec![0u32; weights.slots()];
            let mut rng = rng::rng(3, "weights");
            for round in 0..2000 {
                let slot = rng::below(&mut rng, plain.len() as u64) as usize;
                if plain[slot] > 0 {
                    assert_eq!(weights.take(slot as u32), std::mem::take(&mut plain[slot]));
                } else {
                    plain[slot] = u32::MAX - round;
                    weights.put(slot as u32, plain[slot]);
                    assert_eq!(weights.get(slot as u32), plain[slot]);
                }
                let at = rng::below(&mut rng, plain.len() as u64) as usize;
                let sum: u64 = plain[..at].iter().map(|&weight| u64::from(weight)).sum();
                assert_eq!(weights.before(at as u32), sum);
            }
            weights.clear();
            assert_eq!(weights.before(weights.slots() as u32 - 1), 0);
        }
    }
}
