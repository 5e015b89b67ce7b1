//! Drawing from a fixed distribution in constant time: Walker's alias method, and the permutation that scrambles ranks.

use super::plan::Stream;
use crate::core::prefetch;
use crate::core::rng::{self, Rng};
use rand_xoshiro::rand_core::Rng as _;

/// Draws per batch: enough to hide the time of a cache miss behind the others.
const BATCH: usize = 64;
/// How far ahead a label is asked for.
const AHEAD: usize = 16;

/// One of `n` equally likely slots: with probability `keep / 2^32` its own label, otherwise `other`.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    keep: u32,
    other: u32,
}

/// An alias table of 8 bytes per outcome (Walker 1977; built as in Vose 1991).
///
/// The probability of an outcome is off by at most 2^-33 of an even share for each slot it appears in, far below what
/// the 2^32 requests of the longest trace could show.
#[derive(Debug)]
pub(super) struct Alias {
    slots: Vec<Slot>,
}

impl Alias {
    /// Bytes of memory for each outcome.
    pub(super) const KEY_BYTES: u64 = 8;

    /// The table for `weights` that do not increase; outcome `i` is given out as `label(i)`, a bijection on `0..n`.
    ///
    /// Since the weights are sorted, the slots that have too much are a prefix and those that have too little a suffix,
    /// and two cursors take the place of Vose's two work lists.
    pub(super) fn from_sorted(mut weights: Vec<f64>, label: impl Fn(u32) -> u32) -> Self {
        let n = weights.len();
        // From the smallest up, which loses least to rounding.
        let total: f64 = weights.iter().rev().sum();
        let scale = n as f64 / total;
        for weight in &mut weights {
            *weight *= scale;
        }
        let mut slots = vec![Slot::default(); n];
        let mut put = |own: usize, share: f64, other: usize| {
            // A share of 1 is cut to the largest fraction, and the slot is its own alias in that case.
            let keep = (share * (1u64 << 32) as f64) as u32;
            slots[label(own as u32) as usize] = Slot { keep, other: label(other as u32) };
        };
        let rich = weights.partition_point(|&w| w >= 1.0);
        let (mut giver, mut left) = (0, weights.first().copied().unwrap_or(0.0));
        for poor in rich..n {
            put(poor, weights[poor], giver.min(n - 1));
            left -= 1.0 - weights[poor];
            while left < 1.0 && giver + 1 < rich {
                // The giver has become poor itself: the next one fills its slot.
                put(giver, left, giver + 1);
                left += weights[giver + 1] - 1.0;
                giver += 1;
            }
        }
        for own in giver..rich {
            put(own, 1.0, own);
        }
        Self { slots }
    }

    /// Draws `out.len()` labels, one random number each.
    pub(super) fn fill(&self, rng: &mut Rng, out: &mut [u32]) {
        let n = self.slots.len() as u64;
        let mut draws = [0u128; BATCH];
        for batch in out.chunks_mut(BATCH) {
            for draw in &mut draws[..batch.len()] {
                // The high word of the product is the slot, the low word a fraction inside it.
                *draw = u128::from(rng.next_u64()) * u128::from(n);
                prefetch(&self.slots, (*draw >> 64) as usize);
            }
            for (out, draw) in batch.iter_mut().zip(draws) {
                let own = (draw >> 64) as u32;
                let fraction = (draw as u64 >> 32) as u32;
                let slot = self.slots[own as usize];
                *out = if fraction < slot.keep { own } else { slot.other };
            }
        }
    }
}

/// The weights of Zipf's law: rank `r = 1..=objects` has weight `r^-alpha`.
pub(super) fn zipf_weights(objects: u64, alpha: f64) -> Vec<f64> {
    (1..=objects).map(|rank| 1.0 / libm::pow(rank as f64, alpha)).collect()
}

/// What turns ranks into keys: a seeded permutation, or nothing.
#[derive(Debug)]
pub(super) struct Labels(Option<Vec<u32>>);

impl Labels {
    /// Bytes of memory for each key, where they are scrambled.
    pub(super) const KEY_BYTES: u64 = 4;

    /// The permutation of `0..n` that belongs to a stream, or the identity where `scramble` is off.
    pub(super) fn new(scramble: bool, n: u64, stream: &Stream) -> Self {
        Self(scramble.then(|| permutation(n, &mut stream.rng("scramble"))))
    }

    /// The key of one rank.
    pub(super) fn of(&self, rank: u32) -> u32 {
        self.0.as_ref().map_or(rank, |labels| labels[rank as usize])
    }

    /// Replaces ranks by keys.
    pub(super) fn apply(&self, ranks: &mut [u32]) {
        let Some(labels) = &self.0 else { return };
        for i in 0..ranks.len() {
            if let Some(&later) = ranks.get(i + AHEAD) {
                prefetch(labels, later as usize);
            }
            ranks[i] = labels[ranks[i] as usize];
        }
    }
}

/// A uniformly random permutation of `0..n` (Fisher and Yates, Durstenfeld's form).
fn permutation(n: u64, rng: &mut Rng) -> Vec<u32> {
    let mut labels: Vec<u32> = (0..n as u32).collect();
    for i in (1..labels.len()).rev() {
        labels.swap(i, rng::below(rng, i as u64 + 1) as usize);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng::rng;

    /// The probabilities that a table gives to its labels.
    fn shares(table: &Alias) -> Vec<f64> {
        let n = table.slots.len() as f64;
        let mut shares = vec![0.0; table.slots.len()];
        for (own, slot) in table.slots.iter().enumerate() {
            let keep = f64::from(slot.keep) / (1u64 << 32) as f64;
            shares[own] += keep / n;
            shares[slot.other as usize] += (1.0 - keep) / n;
        }
        shares
    }

    #[test]
    fn the_table_holds_the_exact_distribution() {
        for n in [1, 2, 3, 10, 1000, 4097] {
            for alpha in [0.0, 0.3, 0.99, 1.0, 1.7, 3.0, 400.0] {
                let weights = zipf_weights(n, alpha);
                let total: f64 = weights.iter().rev().sum();
                let table = Alias::from_sorted(weights.clone(), |i| i);
                for (i, (share, weight)) in shares(&table).iter().zip(&weights).enumerate() {
                    let off = (share - weight / total).abs();
                    assert!(off < 3e-10, "n {n}, alpha {alpha}, outcome {i}: off by {off}");
                }
            }
        }
    }

    #[test]
    fn labels_move_the_outcomes_and_nothing_else() {
        let labels = permutation(100, &mut rng(1, "labels"));
        let plain = shares(&Alias::from_sorted(zipf_weights(100, 1.2), |i| i));
        let moved = shares(&Alias::from_sorted(zipf_weights(100, 1.2), |i| labels[i as usize]));
        for (rank, &label) in labels.iter().enumerate() {
            assert!((plain[rank] - moved[label as usize]).abs() < 1e-15);
        }
    }

    #[test]
    fn a_permutation_has_every_label_once() {
        let mut labels = permutation(1000, &mut rng(1, "permutation"));
        let fixed = labels.iter().enumerate().filter(|&(i, &l)| i == l as usize).count();
        assert!(fixed < 10, "{fixed} fixed points where one is expected");
        labels.sort_unstable();
        assert!(labels.iter().enumerate().all(|(i, &l)| i == l as usize));
    }
}
