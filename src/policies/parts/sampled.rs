//! Policies that draw a few residents by chance and give up the worst of them. What makes one worse than another is a
//! [`Score`].

use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Result};
use crate::policy::{Build, Cause, Cx, Policy, Setup, State, Verdict};
use crate::structs::Bag;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// What a resident is worth.
pub trait Score: Debug + Send + Sized + 'static {
    /// Its parameters.
    type Params: Debug + Default + Serialize + DeserializeOwned;
    /// What is kept of a resident.
    type Memory: Copy + Debug + Send;
    /// Of those drawn, the one with the least leaves; among equals the one that was drawn first.
    type Worth: PartialOrd;

    /// Name of the stream of random numbers.
    const STREAM: &'static str;

    /// The score, and how many residents are drawn, at least 1.
    ///
    /// # Errors
    /// A parameter out of its range.
    fn build(params: &Self::Params, setup: &Setup) -> Result<(Self, usize)>;

    /// The object came in at the request `now`, which numbers requests from 1 on.
    fn entered(&mut self, cx: &Cx<'_>, id: ObjId, now: u64) -> Self::Memory;

    /// The resident was used.
    fn used(&mut self, cx: &Cx<'_>, id: ObjId, memory: &mut Self::Memory, now: u64);

    /// What it is worth.
    fn worth(&self, cx: &Cx<'_>, id: ObjId, memory: &Self::Memory, now: u64) -> Self::Worth;

    /// Of the residents at these places the one with the least worth, the first among equals.
    fn worst(&mut self, cx: &Cx<'_>, residents: &Bag<Self::Memory>, places: &[usize], now: u64) -> Option<usize> {
        let worth = |place: usize| {
            let (id, memory) = residents.at(place);
            (self.worth(cx, id, memory, now), place)
        };
        let least = places.iter().map(|&place| worth(place)).reduce(|a, b| if b.0 < a.0 { b } else { a });
        least.map(|(_, place)| place)
    }

    /// Objects that are looked at beside those drawn, as far as they are resident.
    fn beside(&self) -> &[ObjId] {
        &[]
    }

    /// The object was given up for lack of room.
    fn evicted(&mut self, _cx: &Cx<'_>, _id: ObjId, _memory: &Self::Memory, _now: u64) {}
}

/// A policy made of a score.
#[derive(Debug)]
pub struct Sampled<S: Score> {
    score: S,
    residents: Bag<S::Memory>,
    rng: Rng,
    draws: usize,
    /// The places drawn for this eviction.
    drawn: Vec<usize>,
    /// Who leaves next, where somebody asked since the last request.
    promised: Option<ObjId>,
    now: u64,
}

impl<S: Score> Sampled<S> {
    /// Bytes that it allocates.
    pub const STATE: State = State::of(Bag::<S::Memory>::PLACE_BYTES, Bag::<S::Memory>::SLOT_BYTES);

    /// The place of the worst of a sample. All are asked for before the first is looked at, so that the waits overlap.
    fn draw(&mut self, cx: &Cx<'_>) -> Option<usize> {
        if self.residents.is_empty() {
            return None;
        }
        let Self { residents, rng, drawn, score, .. } = self;
        drawn.clear();
        drawn.extend(score.beside().iter().filter_map(|&id| residents.place(id)));
        drawn.extend((0..self.draws).map(|_| residents.draw(rng)).inspect(|&place| residents.preload_place(place)));
        self.score.worst(cx, &self.residents, &self.drawn, self.now)
    }
}

impl<S: Score> Build for Sampled<S> {
    type Params = S::Params;

    fn build(params: &S::Params, setup: &Setup) -> Result<Self> {
        let (score, draws) = S::build(params, setup)?;
        Ok(Self {
            score,
            residents: Bag::new(setup.objects),
            rng: rng::rng(setup.seed, S::STREAM),
            draws,
            drawn: Vec::with_capacity(draws),
            promised: None,
            now: 0,
        })
    }
}

impl<S: Score> Policy for Sampled<S> {
    #[inline(always)]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        self.now += 1;
        self.promised = None;
        let Some(memory) = self.residents.get_mut(id) else { return false };
        self.score.used(cx, id, memory, self.now);
        true
    }

    #[inline]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.promised = None;
        let Some(memory) = self.residents.remove(id) else { return Verdict::Refuse };
        self.score.evicted(cx, id, &memory, self.now);
        out.push(id);
        Verdict::Freed
    }

    #[inline]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.promised = None;
        let memory = self.score.entered(cx, id, self.now);
        self.residents.insert(id, memory);
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.residents.remove(id);
        self.promised = None;
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

    fn victim(&mut self, cx: &Cx<'_>, _: Cause) -> Option<ObjId> {
        if self.promised.is_none() {
            self.promised = self.draw(cx).map(|place| self.residents.at(place).0);
        }
        self.promised
    }

    fn check(&self) -> Result<(), String> {
        self.residents.check()
    }
}
