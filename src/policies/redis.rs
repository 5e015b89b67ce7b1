//! Redis: what leaves under each of its ten `maxmemory-policy` settings, by samples and a pool of candidates.
//!
//! `allkeys-*` may give up any key, `volatile-*` only those with a time to live, and refuse what comes in where there is none.
//! `lru` looks for the longest unused key, `lfu` for the one with the least counter, `lrm` for the longest unwritten one (a
//! fill after a miss is a write), `ttl` for the one that expires next, `random` for none in particular; `noeviction` gives
//! up nothing.
//!
//! # State
//! The residents and those of them that have a time to live, each in no order that matters, so that keys can be drawn. Per
//! resident what Redis keeps in 24 bits: the second of its last use (`lru`) or write (`lrm`), which starts over after 194 days;
//! or a counter of 8 bits and the minute of its last use (`lfu`). A pool of 16 candidates that stays between evictions, ordered
//! by how much each deserved to leave when it was drawn: each eviction draws a few keys into it, and takes out the best that is
//! still there.
//!
//! A counter starts at 5 and grows with probability 1/(max(0, counter - 5) * `log_factor` + 1) at a use, after it has lost one
//! for each `decay` since the one before.
//!
//! # Parameters
//! `noeviction` and the random ones have none; `log_factor` and `decay` are those of the `lfu` ones.
//! - `samples` = 5: keys drawn at an eviction, `maxmemory-samples` (documentation).
//! - `log_factor` = 10: how slowly counters grow, `lfu-log-factor` (documentation).
//! - `decay` = 1: minutes in which an unused counter loses one, `lfu-decay-time`; 0 for never (documentation).
//!
//! # Source
//! Redis: Key eviction. Redis documentation, release 8.6, 2026. <https://redis.io/docs/latest/develop/reference/eviction/>
//!
//! # Departures
//! Keys are drawn independently, none twice for one eviction, where Redis takes what lies side by side in its table. Memory is
//! that of the values alone. The clock begins with the trace.
//!
//! # Weak on
//! Times shorter than its clocks: keys used in the same second are equally old, and their order is chance.

pub mod order;
mod pool;
#[cfg(test)]
mod tests;

use crate::core::rng::{self, Rng};
use crate::core::{NEVER, ObjId, Result};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::Bag;
use order::{Lfu, Lrm, Lru, NoEviction, Order, Random, Search, Ttl};
use pool::Pool;

pub(super) static NOEVICTION: Unit = Unit::new::<Redis<NoEviction, false>>(info(
    "redis-noeviction",
    &["noeviction"],
    "Redis: nothing leaves for lack of room, and what does not fit is refused",
    Kind { needs: Needs::NOTHING, ..Redis::<NoEviction, false>::STATE },
));
pub(super) static ALLKEYS_LRU: Unit = Unit::new::<Redis<Lru, false>>(info(
    "redis-allkeys-lru",
    &["allkeys-lru"],
    "Redis: of a few keys drawn and those drawn before, the longest unused leaves",
    Redis::<Lru, false>::STATE,
));
pub(super) static ALLKEYS_LFU: Unit = Unit::new::<Redis<Lfu, false>>(info(
    "redis-allkeys-lfu",
    &["allkeys-lfu"],
    "Redis: of a few keys drawn and those drawn before, the one with the least logarithmic counter leaves",
    Redis::<Lfu, false>::STATE,
));
pub(super) static ALLKEYS_RANDOM: Unit = Unit::new::<Redis<Random, false>>(info(
    "redis-allkeys-random",
    &["allkeys-random"],
    "Redis: any key leaves",
    Redis::<Random, false>::STATE,
));
pub(super) static ALLKEYS_LRM: Unit = Unit::new::<Redis<Lrm, false>>(info(
    "redis-allkeys-lrm",
    &["allkeys-lrm"],
    "Redis: of a few keys drawn and those drawn before, the longest unwritten leaves",
    Redis::<Lrm, false>::STATE,
));
pub(super) static VOLATILE_LRU: Unit = Unit::new::<Redis<Lru, true>>(info(
    "redis-volatile-lru",
    &["volatile-lru"],
    "Redis: as allkeys-lru, among keys with a time to live alone",
    Redis::<Lru, true>::STATE,
));
pub(super) static VOLATILE_LFU: Unit = Unit::new::<Redis<Lfu, true>>(info(
    "redis-volatile-lfu",
    &["volatile-lfu"],
    "Redis: as allkeys-lfu, among keys with a time to live alone",
    Redis::<Lfu, true>::STATE,
));
pub(super) static VOLATILE_RANDOM: Unit = Unit::new::<Redis<Random, true>>(info(
    "redis-volatile-random",
    &["volatile-random"],
    "Redis: any key with a time to live leaves",
    Redis::<Random, true>::STATE,
));
pub(super) static VOLATILE_TTL: Unit = Unit::new::<Redis<Ttl, true>>(info(
    "redis-volatile-ttl",
    &["volatile-ttl"],
    "Redis: of a few keys drawn and those drawn before, the one that expires next leaves",
    Redis::<Ttl, true>::STATE,
));
pub(super) static VOLATILE_LRM: Unit = Unit::new::<Redis<Lrm, true>>(info(
    "redis-volatile-lrm",
    &["volatile-lrm"],
    "Redis: as allkeys-lrm, among keys with a time to live alone",
    Redis::<Lrm, true>::STATE,
));

const fn info(name: &'static str, aliases: &'static [&'static str], summary: &'static str, kind: Kind) -> Info {
    Info {
        name,
        aliases,
        summary,
        family: Family::System,
        paper: Paper {
            authors: "Redis",
            title: "Key eviction",
            venue: "Redis documentation",
            year: 2026,
            url: "https://redis.io/docs/latest/develop/reference/eviction/",
        },
        params: kind.params,
        needs: kind.needs,
        state: kind.state,
        source: include_str!("redis.rs"),
    }
}

/// What follows from order and keys.
#[derive(Clone, Copy)]
struct Kind {
    params: &'static [Param],
    needs: Needs,
    state: State,
}

const SAMPLES: Param =
    Param { name: "samples", range: "1..64", origin: Origin::Paper, help: "keys drawn at an eviction" };
const LOG_FACTOR: Param =
    Param { name: "log_factor", range: "0..", origin: Origin::Paper, help: "how slowly counters grow" };
const DECAY: Param = Param {
    name: "decay",
    range: "0..",
    origin: Origin::Paper,
    help: "minutes in which an unused counter loses one; 0 for never",
};

/// A cache under one of the settings: what it looks for, and whether among volatile keys alone.
#[derive(Debug)]
pub struct Redis<O: Order, const VOLATILE: bool> {
    order: O,
    residents: Bag<O::Memory>,
    /// Those that had a time to live when that was last looked at; empty unless `VOLATILE`.
    expiring: Bag<()>,
    pool: Pool,
    rng: Rng,
    samples: usize,
    /// The objects drawn for this eviction.
    drawn: Vec<ObjId>,
    /// Who leaves next, where somebody asked since the last request.
    promised: Option<ObjId>,
}

impl<O: Order, const VOLATILE: bool> Redis<O, VOLATILE> {
    const STATE: Kind = {
        let (place, slot) = (Bag::<O::Memory>::PLACE_BYTES, Bag::<O::Memory>::SLOT_BYTES);
        let (more_place, more_slot) = if VOLATILE { (Bag::<()>::PLACE_BYTES, Bag::<()>::SLOT_BYTES) } else { (0, 0) };
        Kind {
            params: O::PARAMS,
            needs: Needs { ttl: VOLATILE, ..Needs::CHANCE },
            state: State::of(place + more_place, slot + more_slot),
        }
    };

    /// How many keys may leave.
    fn candidates(&self) -> usize {
        if VOLATILE { self.expiring.len() } else { self.residents.len() }
    }

    /// A key that may leave, by chance. A volatile one whose time to live was taken from it is none, and is found out here.
    fn draw(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        while self.candidates() > 0 {
            if !VOLATILE {
                return Some(self.residents.at(self.residents.draw(&mut self.rng)).0);
            }
            let place = self.expiring.draw(&mut self.rng);
            let id = self.expiring.at(place).0;
            if cx.expiry(id) != NEVER {
                return Some(id);
            }
            self.expiring.take(place);
        }
        None
    }

    /// Puts a few keys into the pool.
    fn sample(&mut self, cx: &Cx<'_>) {
        self.drawn.clear();
        // Where there are hardly more keys than are drawn, most draws would be repetitions.
        if self.candidates() <= self.samples {
            let ids = self.expiring.iter().map(|(id, ())| id).filter(|_| VOLATILE);
            self.drawn.extend(ids.chain(self.residents.iter().map(|(id, _)| id).filter(|_| !VOLATILE)));
            self.drawn.retain(|&id| !VOLATILE || cx.expiry(id) != NEVER);
        } else {
            for _ in 0..2 * self.samples {
                let Some(id) = self.draw(cx) else { break };
                if !self.drawn.contains(&id) {
                    self.drawn.push(id);
                }
                if self.drawn.len() == self.samples {
                    break;
                }
            }
        }
        for &id in &self.drawn {
            if let Some(memory) = self.residents.get(id) {
                self.pool.offer(self.order.deserves(cx, id, memory), id);
            }
        }
    }

    /// The best candidate of the pool that is still there.
    fn best(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        // What is left in the pool after a sample may all be gone; then the next sample finds it empty.
        for _ in 0..2 {
            self.sample(cx);
            let Self { pool, residents, expiring, .. } = self;
            let leaves =
                |id| if VOLATILE { expiring.contains(id) && cx.expiry(id) != NEVER } else { residents.contains(id) };
            if let Some(id) = pool.take(leaves) {
                return Some(id);
            }
        }
        None
    }

    /// Takes note whether a resident has a time to live.
    #[inline(always)]
    fn note_expiry(&mut self, cx: &Cx<'_>, id: ObjId) {
        if !VOLATILE {
            return;
        }
        match (cx.expiry(id) != NEVER, self.expiring.contains(id)) {
            (true, false) => self.expiring.insert(id, ()),
            (false, true) => drop(self.expiring.remove(id)),
            _ => {}
        }
    }

    fn forget(&mut self, id: ObjId) {
        self.promised = None;
        self.residents.remove(id);
        if VOLATILE {
            self.expiring.remove(id);
        }
    }
}

impl<O: Order, const VOLATILE: bool> Build for Redis<O, VOLATILE> {
    type Params = O::Params;

    fn build(params: &O::Params, setup: &Setup) -> Result<Self> {
        let (order, samples) = O::build(params, setup)?;
        Ok(Self {
            order,
            residents: Bag::new(setup.objects),
            expiring: Bag::new(if VOLATILE { setup.objects } else { 0 }),
            pool: Pool::new(),
            rng: rng::rng(setup.seed, "redis"),
            samples,
            drawn: Vec::with_capacity(samples),
            promised: None,
        })
    }
}

impl<O: Order, const VOLATILE: bool> Policy for Redis<O, VOLATILE> {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.promised = None;
        let Some(memory) = self.residents.get_mut(id) else { return false };
        self.order.used(cx, memory);
        self.note_expiry(cx, id);
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.forget(id);
        out.push(id);
        Verdict::Freed
    }

    #[inline]
    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        if self.promised.is_none() {
            self.promised = match O::SEARCH {
                Search::Nothing => None,
                Search::Chance => self.draw(cx),
                Search::Pool => self.best(cx),
            };
        }
        self.promised
    }

    #[inline]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.promised = None;
        let memory = self.order.entered(cx);
        self.residents.insert(id, memory);
        self.note_expiry(cx, id);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.forget(id);
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline(always)]
    fn preload(&self, id: ObjId) {
        self.residents.preload(id);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        self.residents.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        self.residents.check()?;
        self.expiring.check()?;
        match self.expiring.iter().find(|&(id, ())| !self.residents.contains(id)) {
            Some((id, ())) => Err(format!("{id} expires and is not resident")),
            None => self.pool.check(),
        }
    }
}
