//! What the settings look for, and what they remember of a key for it.

use super::super::parts::quota::{NoParams, within};
use super::{DECAY, LOG_FACTOR, SAMPLES};
use crate::core::rng::{self, Rng, unit};
use crate::core::{ObjId, Result, SECOND, Time};
use crate::policy::{Cx, Param, Setup};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// How a victim is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// There is none.
    Nothing,
    /// Any key.
    Chance,
    /// The best of the pool.
    Pool,
}

/// What makes a key deserve to leave.
pub trait Order: Debug + Send + Sized + 'static {
    /// Its parameters.
    type Params: Debug + Default + Serialize + DeserializeOwned;
    /// What is kept of a resident.
    type Memory: Copy + Debug + Send;

    /// Help for the parameters.
    const PARAMS: &'static [Param];
    /// How a victim is found.
    const SEARCH: Search = Search::Pool;

    /// The order, and how many keys are drawn.
    ///
    /// # Errors
    /// A parameter out of its range.
    fn build(params: &Self::Params, setup: &Setup) -> Result<(Self, usize)>;

    /// The key was written that was not there.
    fn entered(&self, cx: &Cx<'_>) -> Self::Memory;

    /// The key was read or written.
    fn used(&mut self, _cx: &Cx<'_>, _memory: &mut Self::Memory) {}

    /// How much it deserves to leave.
    fn deserves(&self, _cx: &Cx<'_>, _id: ObjId, _memory: &Self::Memory) -> u64 {
        0
    }
}

/// The parameter of all that draw samples.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    samples: usize,
}

impl Default for Samples {
    fn default() -> Self {
        Self { samples: 5 }
    }
}

/// As many as the configuration of Redis allows.
const MOST_SAMPLES: f64 = 64.0;

fn checked(samples: usize) -> Result<usize> {
    within("redis", "samples", samples as f64, 1.0, MOST_SAMPLES)?;
    Ok(samples)
}

/// Nothing leaves.
#[derive(Debug)]
pub struct NoEviction;

impl Order for NoEviction {
    type Params = NoParams;
    type Memory = ();
    const PARAMS: &'static [Param] = &[];
    const SEARCH: Search = Search::Nothing;

    fn build(_: &NoParams, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self, 0))
    }

    fn entered(&self, _: &Cx<'_>) {}
}

/// Any key leaves.
#[derive(Debug)]
pub struct Random;

impl Order for Random {
    type Params = NoParams;
    type Memory = ();
    const PARAMS: &'static [Param] = &[];
    const SEARCH: Search = Search::Chance;

    fn build(_: &NoParams, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self, 0))
    }

    fn entered(&self, _: &Cx<'_>) {}
}

/// The largest value of the clock.
const CLOCK_MAX: u32 = (1 << 24) - 1;

/// The clock in seconds, which starts over.
pub(super) fn clock(now: Time) -> u32 {
    (now / SECOND) as u32 & CLOCK_MAX
}

/// Seconds since a time of the clock; after the clock started over one too few, as in Redis.
pub(super) fn idle(now: u32, then: u32) -> u64 {
    u64::from(if now >= then { now - then } else { now + (CLOCK_MAX - then) })
}

/// The key leaves whose last use, or with `WRITES` whose last write, is longest ago.
#[derive(Debug)]
pub struct Oldest<const WRITES: bool>;

/// The longest unused key leaves.
pub type Lru = Oldest<false>;
/// The longest unwritten key leaves.
pub type Lrm = Oldest<true>;

impl<const WRITES: bool> Order for Oldest<WRITES> {
    type Params = Samples;
    type Memory = u32;
    const PARAMS: &'static [Param] = &[SAMPLES];

    fn build(params: &Samples, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self, checked(params.samples)?))
    }

    #[inline]
    fn entered(&self, cx: &Cx<'_>) -> u32 {
        clock(cx.now)
    }

    #[inline]
    fn used(&mut self, cx: &Cx<'_>, memory: &mut u32) {
        if cx.write || !WRITES {
            *memory = clock(cx.now);
        }
    }

    #[inline]
    fn deserves(&self, cx: &Cx<'_>, _: ObjId, memory: &u32) -> u64 {
        idle(clock(cx.now), *memory)
    }
}

/// The key that expires next leaves.
#[derive(Debug)]
pub struct Ttl;

impl Order for Ttl {
    type Params = Samples;
    type Memory = ();
    const PARAMS: &'static [Param] = &[SAMPLES];

    fn build(params: &Samples, _: &Setup) -> Result<(Self, usize)> {
        Ok((Self, checked(params.samples)?))
    }

    fn entered(&self, _: &Cx<'_>) {}

    #[inline]
    fn deserves(&self, cx: &Cx<'_>, id: ObjId, (): &()) -> u64 {
        // In whole milliseconds, as Redis keeps it.
        u64::MAX - cx.expiry(id) / (SECOND / 1000)
    }
}

/// The parameters of the counters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LfuParams {
    samples: usize,
    log_factor: u32,
    decay: u32,
}

impl Default for LfuParams {
    fn default() -> Self {
        Self { samples: 5, log_factor: 10, decay: 1 }
    }
}

/// What the counter of a new key starts with, so that it is not the first to leave.
const FIRST_COUNT: u8 = 5;

/// The key with the least counter leaves.
#[derive(Debug)]
pub struct Lfu {
    log_factor: u32,
    decay: u32,
    rng: Rng,
}

/// A counter, and the minute of the last use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    pub(super) minute: u16,
    pub(super) count: u8,
}

/// The minute, which starts over after 45 days.
fn minute(now: Time) -> u16 {
    ((now / (60 * SECOND)) & u64::from(u16::MAX)) as u16
}

impl Lfu {
    /// The counter less what it has lost since the last use.
    pub(super) fn decayed(&self, now: Time, memory: Counter) -> u8 {
        let (now, then) = (minute(now), memory.minute);
        let elapsed = if now >= then { now - then } else { u16::MAX - then + now };
        let lost = u32::from(elapsed).checked_div(self.decay).unwrap_or(0);
        u32::from(memory.count).saturating_sub(lost) as u8
    }

    /// The counter after a use.
    pub(super) fn increased(&mut self, count: u8) -> u8 {
        let above = count.saturating_sub(FIRST_COUNT);
        let chance = 1.0 / (f64::from(above) * f64::from(self.log_factor) + 1.0);
        count.saturating_add(u8::from(unit(&mut self.rng) < chance))
    }
}

impl Order for Lfu {
    type Params = LfuParams;
    type Memory = Counter;
    const PARAMS: &'static [Param] = &[SAMPLES, LOG_FACTOR, DECAY];

    fn build(params: &LfuParams, setup: &Setup) -> Result<(Self, usize)> {
        let &LfuParams { samples, log_factor, decay } = params;
        Ok((Self { log_factor, decay, rng: rng::rng(setup.seed, "redis lfu") }, checked(samples)?))
    }

    #[inline]
    fn entered(&self, cx: &Cx<'_>) -> Counter {
        Counter { minute: minute(cx.now), count: FIRST_COUNT }
    }

    #[inline]
    fn used(&mut self, cx: &Cx<'_>, memory: &mut Counter) {
        let count = self.decayed(cx.now, *memory);
        *memory = Counter { minute: minute(cx.now), count: self.increased(count) };
    }

    #[inline]
    fn deserves(&self, cx: &Cx<'_>, _: ObjId, memory: &Counter) -> u64 {
        u64::from(u8::MAX - self.decayed(cx.now, *memory))
    }
}
