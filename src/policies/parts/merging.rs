//! Eviction by merging, which Segcache and its FIFO form share: a few neighbouring segments of a chain become one, of the
//! objects that were used most; the others leave together.

use crate::core::{ObjId, Pages, Result, prefetch};
use crate::policy::{Cx, Setup};
use crate::structs::{Chains, Weigh};
use serde::{Deserialize, Serialize};

use super::quota::{part, within};

/// The parameters of both.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    segment: f64,
    merge: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { segment: 0.01, merge: 4 }
    }
}

/// An object that is looked at, with what decides whether it stays.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    id: ObjId,
    uses: u8,
    /// How many objects before it are looked at.
    place: u32,
    size: u64,
}

/// Chains of objects in order of arrival, each with a hand that stands where the next merge begins.
#[derive(Debug)]
pub(in crate::policies) struct Merging {
    pub(in crate::policies) chains: Chains,
    /// Uses since the object came or was last merged; up to 255.
    uses: Pages<u8>,
    /// By chain, the object at which the hand stands plus one; 0 = the oldest.
    hands: Vec<ObjId>,
    /// By chain, the sum of the objects' weights.
    weights: Vec<u64>,
    segment: f64,
    merge: u64,
    /// What the segments that are merged hold together.
    span: u64,
    /// For reuse by the next merge.
    window: Vec<Candidate>,
}

impl Merging {
    /// Bytes for each object of the trace.
    pub(in crate::policies) const OBJECT_BYTES: u32 = Chains::LINK_BYTES + 1;
    /// Bytes for each object that fits: those that are looked at together, as long as they are not very many.
    pub(in crate::policies) const RESIDENT_BYTES: u32 = size_of::<Candidate>() as u32 * 2;

    /// So many empty chains.
    pub(in crate::policies) fn new(policy: &str, params: &Params, setup: &Setup, chains: usize) -> Result<Self> {
        within(policy, "segment", params.segment, 0.0, 1.0)?;
        within(policy, "merge", params.merge as f64, 2.0, 1000.0)?;
        let mut this = Self {
            chains: Chains::new(setup.objects, chains),
            uses: Pages::zeroed(setup.objects),
            hands: vec![0; chains],
            weights: vec![0; chains],
            segment: params.segment,
            merge: params.merge,
            span: 0,
            window: Vec::new(),
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }

    pub(in crate::policies) fn set_capacity(&mut self, capacity: u64) {
        self.span = part(capacity, self.segment).saturating_mul(self.merge);
    }

    /// Does the chain hold enough for a merge?
    pub(in crate::policies) fn is_full(&self, chain: usize) -> bool {
        !self.chains.is_empty(chain) && self.weights[chain] >= self.span
    }

    /// Sum of the weights of the chain's objects.
    pub(in crate::policies) fn weight(&self, chain: usize) -> u64 {
        self.weights[chain]
    }

    #[inline(always)]
    pub(in crate::policies) fn hit(&mut self, id: ObjId) -> bool {
        let resident = self.chains.contains(id);
        if resident {
            let uses = &mut self.uses[id as usize];
            *uses = uses.saturating_add(1);
        }
        resident
    }

    #[inline(always)]
    pub(in crate::policies) fn insert(&mut self, cx: &Cx<'_>, chain: usize, id: ObjId) {
        self.chains.push(chain, id);
        self.weights[chain] += cx.weight(id);
        self.uses[id as usize] = 0;
    }

    pub(in crate::policies) fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        let Some(chain) = self.chains.chain_of(id) else { return };
        if self.hands[chain] == id + 1 {
            self.hands[chain] = self.chains.after(id).map_or(0, |next| next + 1);
        }
        self.weights[chain] -= cx.weight(id);
        self.chains.remove(id);
    }

    pub(in crate::policies) fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        if let Some(chain) = self.chains.chain_of(id) {
            self.weights[chain] = self.weights[chain] - u64::from(old) + cx.weight(id);
        }
    }

    #[inline(always)]
    pub(in crate::policies) fn preload(&self, id: ObjId) {
        self.chains.preload(id);
        prefetch(&self.uses, id as usize);
    }

    /// Collects the objects from `first` on until they fill the span; do they?
    fn look(&mut self, cx: &Cx<'_>, first: Option<ObjId>) -> bool {
        self.window.clear();
        let (mut next, mut weight) = (first, 0);
        while let Some(id) = next
            && (weight < self.span || self.window.is_empty())
        {
            let size = cx.weight(id);
            self.window.push(Candidate { id, uses: self.uses[id as usize], place: self.window.len() as u32, size });
            weight += size;
            next = self.chains.after(id);
        }
        weight >= self.span
    }

    /// Merges the next segments of a chain that is not empty. The objects with the most uses per byte stay where they are,
    /// the newer first among equals, until they fill their share; at least one object leaves.
    pub(in crate::policies) fn evict(&mut self, cx: &Cx<'_>, chain: usize, out: &mut Vec<ObjId>) {
        let hand = self.hands[chain].checked_sub(1);
        if hand.is_none() || !self.look(cx, hand) {
            // Too little is left before the end of the chain.
            self.look(cx, self.chains.front(chain));
        }
        let last = self.window.last().and_then(|last| self.chains.after(last.id));
        self.hands[chain] = last.map_or(0, |id| id + 1);
        let mut quota = self.window.iter().map(|candidate| candidate.size).sum::<u64>() / self.merge;
        // Uses per byte, without division.
        let worth = |a: &Candidate, other: &Candidate| u64::from(a.uses) * other.size.max(1);
        self.window.sort_unstable_by(|a, b| worth(b, a).cmp(&worth(a, b)).then(b.place.cmp(&a.place)));
        for at in 0..self.window.len() {
            let Candidate { id, size, .. } = self.window[at];
            if at + 1 < self.window.len() && size <= quota {
                quota -= size;
                self.uses[id as usize] = 0;
            } else {
                self.remove(cx, id);
                out.push(id);
            }
        }
    }

    pub(in crate::policies) fn check(&self) -> Result<(), String> {
        for (chain, hand) in self.hands.iter().enumerate() {
            if hand.checked_sub(1).is_some_and(|id| self.chains.chain_of(id) != Some(chain)) {
                return Err(format!("the hand of chain {chain} stands at an object that is elsewhere"));
            }
        }
        self.chains.check()
    }
}

/// The duties of a policy whose whole state is `self.merging`, but for what picks the chain.
macro_rules! merging_duties {
    () => {
        #[inline(always)]
        fn hit(&mut self, _: &crate::policy::Cx<'_>, id: crate::core::ObjId) -> bool {
            self.merging.hit(id)
        }

        fn remove(&mut self, cx: &crate::policy::Cx<'_>, id: crate::core::ObjId) {
            self.merging.remove(cx, id);
        }

        fn resized(&mut self, cx: &crate::policy::Cx<'_>, id: crate::core::ObjId, old: u32) {
            self.merging.resized(cx, id, old);
        }

        fn set_capacity(&mut self, capacity: u64) {
            self.merging.set_capacity(capacity);
        }

        #[inline(always)]
        fn preload(&self, id: crate::core::ObjId) {
            self.merging.preload(id);
        }

        #[inline(always)]
        fn contains(&self, id: crate::core::ObjId) -> bool {
            self.merging.chains.contains(id)
        }

        fn check(&self) -> Result<(), String> {
            self.merging.check()
        }
    };
}

pub(in crate::policies) use merging_duties;
