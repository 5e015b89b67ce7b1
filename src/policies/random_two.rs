//! Random of two: two residents are drawn by chance, and the one not used for the longer time leaves.
//!
//! # State
//! Per resident the time of its last use; the code is in `sampled_lru.rs`.
//!
//! # Parameters
//! None; `sampled-lru` draws any number.
//!
//! # Source
//! M. Mitzenmacher: The power of two choices in randomized load balancing. IEEE Transactions on Parallel and Distributed
//! Systems 12(10), 2001: the idea; two choices are far better than one, and more add little.
//! <https://doi.org/10.1109/71.963420>
//!
//! # Departures
//! The paper is on load balancing; here the load is the time since the last use.
//!
//! # Weak on
//! What LRU is weak on.

use super::parts::quota::NoParams;
use super::parts::sampled::Sampled;
use super::sampled_lru::{Draws, SampledLru};
use crate::core::Result;
use crate::engine::Unit;
use crate::policy::{Family, Info, Needs, Paper};

pub(super) static POLICY: Unit = Unit::new::<Sampled<SampledLru<RandomTwo>>>(Info {
    name: "random-two",
    aliases: &["randomtwo", "2-random"],
    summary: "of two residents drawn by chance, the less recently used leaves",
    family: Family::Random,
    paper: Paper {
        authors: "M. Mitzenmacher",
        title: "The power of two choices in randomized load balancing",
        venue: "IEEE Transactions on Parallel and Distributed Systems 12(10)",
        year: 2001,
        url: "https://doi.org/10.1109/71.963420",
    },
    params: &[],
    needs: Needs::CHANCE,
    state: Sampled::<SampledLru<RandomTwo>>::STATE,
    source: include_str!("random_two.rs"),
});

/// The two.
#[derive(Debug)]
pub struct RandomTwo {}

impl Draws for RandomTwo {
    type Params = NoParams;
    const STREAM: &'static str = "random-two";

    fn draws(_: &NoParams) -> Result<usize> {
        Ok(2)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, hits_on_zipf};

    #[test]
    fn walk_through() {
        check("random-two", 1, "a a b b a", "m h m-a h m-b");
    }

    #[test]
    fn two_draws_are_better_than_one_and_as_good_as_two_of_sampled_lru() {
        let two = hits_on_zipf("random-two");
        assert!(two > hits_on_zipf("random"));
        assert!(two.abs_diff(hits_on_zipf("sampled-lru:samples=2")) * 200 < two);
    }
}
