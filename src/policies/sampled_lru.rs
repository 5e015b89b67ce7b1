//! Sampled LRU: of a few residents drawn by chance, the one not used for the longest time leaves; no list is kept.
//!
//! # State
//! Per resident the time of its last use.
//!
//! # Parameters
//! `samples` = 5: how many residents are drawn, with replacement (practice: Redis draws 5; the paper finds that a few suffice,
//! and more with memory for the good ones of the last draw).
//!
//! # Source
//! K. Psounis, B. Prabhakar: Efficient randomized web-cache replacement schemes using samples from past eviction times.
//! IEEE/ACM Transactions on Networking 10(4), 2002. <https://doi.org/10.1109/TNET.2002.801414>
//!
//! # Departures
//! The good ones of a draw are not remembered for the next one, as the paper offers; `redis-allkeys-lru` has such a pool.
//!
//! # Weak on
//! What LRU is weak on.

use super::parts::quota::within;
use super::parts::sampled::{Sampled, Score};
use crate::core::{ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Cx, Family, Info, Needs, Origin, Paper, Param, Setup};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::marker::PhantomData;

pub(super) static POLICY: Unit = Unit::new::<Sampled<SampledLru<Any>>>(Info {
    name: "sampled-lru",
    aliases: &["random-lru"],
    summary: "of a few residents drawn by chance, the least recently used leaves",
    family: Family::Random,
    paper: Paper {
        authors: "K. Psounis, B. Prabhakar",
        title: "Efficient randomized web-cache replacement schemes using samples from past eviction times",
        venue: "IEEE/ACM Transactions on Networking 10(4)",
        year: 2002,
        url: "https://doi.org/10.1109/TNET.2002.801414",
    },
    params: &[Param {
        name: "samples",
        range: "1..1024",
        origin: Origin::Practice,
        help: "how many residents are drawn",
    }],
    needs: Needs::CHANCE,
    state: Sampled::<SampledLru<Any>>::STATE,
    source: include_str!("sampled_lru.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    samples: usize,
}

impl Default for Params {
    fn default() -> Self {
        Self { samples: 5 }
    }
}

/// How many residents a policy draws that gives up the one of them not used for the longest time.
pub trait Draws: Debug + Send + 'static {
    /// The parameters that say so.
    type Params: Debug + Default + Serialize + DeserializeOwned;
    /// Name of the stream of random numbers.
    const STREAM: &'static str;

    /// The number, at least 1.
    ///
    /// # Errors
    /// A parameter out of its range.
    fn draws(params: &Self::Params) -> Result<usize>;
}

/// As many as asked for.
#[derive(Debug)]
pub struct Any {}

impl Draws for Any {
    type Params = Params;
    const STREAM: &'static str = "sampled-lru";

    fn draws(params: &Params) -> Result<usize> {
        within("sampled-lru", "samples", params.samples as f64, 1.0, 1024.0)?;
        Ok(params.samples)
    }
}

/// See the module text.
#[derive(Debug)]
pub struct SampledLru<D>(PhantomData<D>);

impl<D: Draws> Score for SampledLru<D> {
    type Params = D::Params;
    /// The last use.
    type Memory = u64;
    type Worth = u64;

    const STREAM: &'static str = D::STREAM;

    fn build(params: &D::Params, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self(PhantomData), D::draws(params)?))
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
    use super::super::parts::walk::{check, hits_on_zipf};

    #[test]
    fn a_sample_that_sees_everything_is_lru() {
        // 1024 draws of 3 leave none out (each with probability 1e-180).
        let requests = "a b c a d b a e";
        check("sampled-lru:samples=1024", 3, requests, "m m m h m-b m-c h m-d");
    }

    #[test]
    fn more_draws_come_nearer_to_lru() {
        let (random, lru) = (hits_on_zipf("random"), hits_on_zipf("lru"));
        let drawn = [1, 2, 5, 20].map(|sample| hits_on_zipf(&format!("sampled-lru:samples={sample}")));
        assert!(drawn.is_sorted() && drawn[3] < lru * 101 / 100, "{drawn:?}, LRU {lru}");
        assert!(drawn[0].abs_diff(random) * 100 < random, "one draw is a random choice: {} {random}", drawn[0]);
    }
}
