//! A level: caches side by side, how a request finds its own, and what they know together.

use super::breaker::Breaker;
use super::load::share_of;
use super::node::{Entry, Node, NodeCounts, Reach};
use super::placement::Placement;
use super::spec::{self, Defence, Http, Route};
use crate::core::rng::{self, Rng};
use crate::core::{ObjId, Result, Time};
use crate::registry;
use hashbrown::HashMap;
use std::sync::Arc;

/// Who holds the right to fetch a key, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lock {
    pub(super) token: u32,
    pub(super) until: Time,
}

/// A level of caches.
pub(super) struct Level {
    pub(super) spec: spec::Level,
    pub(super) nodes: Vec<Node>,
    pub(super) placement: Option<Placement>,
    /// Number of the level behind; as many as there are levels for the origin.
    pub(super) behind: usize,
    pub(super) rng: Rng,
    /// The fetch that others wait for, by scope and object.
    pub(super) flights: HashMap<u64, u32>,
    /// Locks and leases, by node and object.
    pub(super) locks: HashMap<u64, Lock>,
    pub(super) tokens: u32,
    /// The last token that a delete has voided, by node and object.
    pub(super) voided: HashMap<u64, u32>,
    pub(super) breaker: Option<Breaker>,
    /// What stores last made room with, for whom it concerns.
    pub(super) evicted: Vec<(ObjId, Entry)>,
    /// May a fresh hit begin a fetch?
    pub(super) renews: bool,
    /// How long expired objects are kept.
    pub(super) keep: Time,
    maker: Maker,
}

/// What a further node is made of.
struct Maker {
    policy: registry::Spec,
    capacity: Option<u64>,
    sizes: Arc<[u32]>,
    objects: usize,
    expected: usize,
    seed: u64,
}

/// What the caches of all levels have in common.
pub(super) struct Common {
    pub(super) sizes: Arc<[u32]>,
    pub(super) objects: usize,
    pub(super) seed: u64,
}

impl Level {
    pub(super) fn new(spec: &spec::Level, behind: usize, common: &Common, keys: u64) -> Result<Self> {
        let policy = registry::parse_list(&spec.policy)?.remove(0);
        let footprint: u64 = common.sizes.iter().map(|&size| u64::from(size)).sum();
        let capacity = match &spec.capacity {
            None => None,
            Some(capacity) => Some(capacity.resolve(spec.bytes, common.objects, footprint)?),
        };
        // As a replay expects it.
        let whole = if spec.bytes { footprint } else { common.objects as u64 };
        let expected = u128::from(capacity.unwrap_or(0)) * common.objects as u128 / u128::from(whole.max(1));
        let expected = expected.clamp(1, common.objects.max(1) as u128);
        let sizes: Arc<[u32]> = if spec.bytes { Arc::clone(&common.sizes) } else { Arc::new([]) };
        let mut level = Self {
            nodes: Vec::new(),
            placement: None,
            behind,
            rng: rng::rng(common.seed, &format!("scenario level {}", spec.name)),
            flights: HashMap::new(),
            locks: HashMap::new(),
            tokens: 0,
            voided: HashMap::new(),
            breaker: spec.breaker.settings().as_ref().map(Breaker::new).transpose()?,
            evicted: Vec::new(),
            renews: renews(spec),
            keep: keep(spec),
            spec: spec.clone(),
            maker: Maker {
                policy,
                capacity,
                sizes,
                objects: common.objects,
                expected: expected as usize,
                seed: common.seed,
            },
        };
        for _ in 0..spec.nodes {
            level.add_node()?;
        }
        if spec.route == Route::Key {
            let (nodes, vnodes) = (spec.nodes as usize, spec.vnodes as usize);
            level.placement = Some(Placement::new(&spec.scheme, nodes, vnodes, spec.bound, keys as usize)?);
        }
        Ok(level)
    }

    /// An empty node more.
    pub(super) fn add_node(&mut self) -> Result<()> {
        let Maker { policy, capacity, sizes, objects, expected, seed } = &self.maker;
        let (level, number) = (&self.spec.name, self.nodes.len());
        let key = format!("scenario {level} {number} {} {}", policy.unit.entry.info.name, policy.canonical);
        let seed = crate::core::hash::seeded(key.as_bytes(), *seed);
        self.nodes.push(Node::new(policy, *capacity, sizes, *objects, *expected, seed)?);
        Ok(())
    }

    /// The node that a request of this server and group finds.
    #[inline]
    pub(super) fn route(&mut self, key: u32, server: u32, group: u16) -> usize {
        match self.spec.route {
            _ if self.nodes.len() == 1 => 0,
            Route::Server => server as usize % self.nodes.len(),
            Route::Region => group as usize % self.nodes.len(),
            Route::Key => self.placement.as_ref().map_or(0, |placement| placement.node(key)),
            Route::Random => rng::below(&mut self.rng, self.nodes.len() as u64) as usize,
        }
    }

    /// What its caches have done is counted from now on.
    pub(super) fn count_anew(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.counts = NodeCounts::default());
    }

    pub(super) fn is_up(&self, node: usize) -> bool {
        self.nodes[node].reach == Reach::Up
    }

    /// How long it takes to ask a node and get its answer.
    #[inline]
    pub(super) fn latency(&mut self, node: usize) -> Time {
        let latency = self.spec.latency.draw(&mut self.rng);
        let slow = self.nodes[node].slow;
        // Nothing is lost to rounding at the usual pace.
        if (slow - 1.0).abs() < f64::EPSILON { latency } else { (latency as f64 * slow) as Time }
    }

    /// The time to live of a key's values; none if they do not expire.
    pub(super) fn ttl_of(&self, key: u32) -> Option<Time> {
        let share = self.spec.ttl_share;
        self.spec.ttl.filter(|_| share >= 1.0 || share_of(self.maker.seed, "ttl", key) < share)
    }

    /// A time to live, with the level's jitter.
    pub(super) fn jittered(&mut self, ttl: Time) -> Time {
        let jitter = self.spec.ttl_jitter;
        if jitter <= 0.0 {
            return ttl;
        }
        (ttl as f64 * (1.0 + jitter * (2.0 * rng::unit(&mut self.rng) - 1.0))) as Time
    }

    /// A number that no lock or lease of this level had before; not 0.
    pub(super) fn token(&mut self) -> u32 {
        self.tokens = self.tokens.wrapping_add(1).max(1);
        self.tokens
    }
}

fn renews(spec: &spec::Level) -> bool {
    matches!(spec.defence, Defence::Xfetch | Defence::AgeOverTtl) || spec.refresh != spec::Refresh::Never
}

fn keep(spec: &spec::Level) -> Time {
    let revalidating = if spec.defence == Defence::StaleWhileRevalidate { spec.stale_while_revalidate } else { 0 };
    // An expired copy can be validated as long as it is there.
    if spec.http == Http::Off { revalidating.max(spec.stale_if_error) } else { Time::MAX / 4 }
}

/// Node or server, and object, as one number.
#[inline]
pub(super) fn scoped(scope: usize, id: ObjId) -> u64 {
    (scope as u64) << 32 | u64::from(id)
}
