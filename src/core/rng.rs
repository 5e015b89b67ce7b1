//! Random numbers that do not depend on the machine, the thread or the order: one portable generator per key.

use super::hash;
use rand_xoshiro::rand_core::SeedableRng;

/// The generator of every random choice: xoshiro256++ (Blackman and Vigna 2021), whose output is fixed by its definition.
pub type Rng = rand_xoshiro::Xoshiro256PlusPlus;

/// The generator for `key` under the user's `seed`.
///
/// The key says what the stream is for (a workload's spec; a policy, its parameters, capacity and repetition), never
/// where or when it runs.
pub fn rng(seed: u64, key: &str) -> Rng {
    Rng::seed_from_u64(hash::seeded(key.as_bytes(), seed))
}

/// A number uniform in `0..n` (Lemire 2019, with rejection, so without bias). `n` must not be 0.
#[inline]
pub fn below(rng: &mut Rng, n: u64) -> u64 {
    use rand_xoshiro::rand_core::Rng as _;
    debug_assert!(n > 0);
    loop {
        let wide = u128::from(rng.next_u64()) * u128::from(n);
        let low = wide as u64;
        // 2^64 mod n, computed only in the rare case where it can matter.
        if low >= n || low >= n.wrapping_neg() % n {
            return (wide >> 64) as u64;
        }
    }
}

/// A number uniform in `[0, 1)` with 53 bits.
#[inline]
pub fn unit(rng: &mut Rng) -> f64 {
    use rand_xoshiro::rand_core::Rng as _;
    (rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_by_seed_and_key() {
        let draw = |seed, key| {
            let mut rng = rng(seed, key);
            [below(&mut rng, 1000), below(&mut rng, 1000), below(&mut rng, 1000)]
        };
        assert_eq!(draw(42, "a"), draw(42, "a"));
        assert_ne!(draw(42, "a"), draw(42, "b"));
        assert_ne!(draw(42, "a"), draw(43, "a"));
    }

    #[test]
    fn below_is_uniform() {
        let mut rng = rng(1, "uniform");
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[below(&mut rng, 7) as usize] += 1;
        }
        // Six degrees of freedom: 22.5 is the 99.9 % quantile.
        let chi2: f64 = counts.iter().map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi2 < 22.5, "chi-square {chi2}");
    }
}
