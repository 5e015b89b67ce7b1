//! Random of two: two residents are drawn by chance, and the one not used for the longer time leaves.
//!
//! # State
//! Per resident the time of its last use.
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

use super::quota::NoParams;
use super::sampled::{Sampled, Score};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Paper, Setup};

pub(super) static POLICY: Unit = Unit::new::<Sampled<RandomTwo>>(Info {
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
    state: Sampled::<RandomTwo>::STATE,
    source: include_str!("random_two.rs"),
});

/// See the module text.
#[derive(Debug)]
pub struct RandomTwo {}

impl Score for RandomTwo {
    type Params = NoParams;
    /// The last use.
    type Memory = u64;
    type Worth = u64;

    const STREAM: &'static str = "random-two";

    fn build(_: &NoParams, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self {}, 2))
    }

    #[inline(always)]
    fn entered(&mut self, _: &Cx<'_>, _: ObjId, now: u64) -> u64 {
        now
    }

    #[inline(always)]
    fn used(&mut self, _: &Cx<'_>, _: ObjId, last_use: &mut u64, now: u64) {
        *last_use = now;
    }

    #[inline(always)]
    fn worth(&self, _: &Cx<'_>, _: ObjId, last_use: &u64, _: u64) -> u64 {
        *last_use
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::{check, hits_on_zipf};

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
