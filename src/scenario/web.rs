//! HTTP: what the headers of a key's content let a cache do.

use super::call::{Call, Value};
use super::load;
use super::model::Model;
use super::slab::NONE;
use super::spec::{Http, Spec};
use crate::core::Time;

/// The content of each key; empty where the scenario has none.
pub(super) fn classes(spec: &Spec, keys: u64) -> Vec<u8> {
    if spec.content.is_empty() {
        return Vec::new();
    }
    let total: f64 = spec.content.iter().map(|content| content.share).sum();
    let class = |key: u32| {
        let mut left = load::share_of(spec.seed, "content", key) * total;
        let mine = spec.content.iter().position(|content| {
            left -= content.share;
            left < 0.0
        });
        mine.unwrap_or(spec.content.len() - 1) as u8
    };
    (0..keys as u32).map(class).collect()
}

impl Model<'_> {
    /// When a response that is stored now is no longer fresh; none if it must not be stored. Its age counts from the time at
    /// which it left the origin.
    pub(super) fn web_expiry(&self, index: usize, key: u32, value: &Value) -> Option<Time> {
        let shared = self.levels[index].spec.http == Http::Shared;
        let Some(control) = self.control(key, shared) else { return Some(self.now) };
        if !control.storable(shared) {
            return None;
        }
        let lifetime = control.lifetime(shared).or(self.levels[index].spec.ttl).unwrap_or(0);
        Some(value.fetched.saturating_add(lifetime))
    }

    /// May the answer to a call go to others who wait for it? Not what must not be stored (RFC 9111, 4).
    pub(super) fn may_collapse(&self, call: &Call) -> bool {
        let http = self.levels[call.level as usize].spec.http;
        let shared = http == Http::Shared;
        http == Http::Off || self.control(call.key, shared).is_none_or(|control| control.storable(shared))
    }

    /// Could the level behind say that the copy is still good?
    pub(super) fn can_validate(&self, call: &Call) -> bool {
        let http = self.levels[call.level as usize].spec.http;
        let shared = http == Http::Shared;
        let etag = self.content(call.key).is_some_and(|content| content.etag);
        http != Http::Off && self.control(call.key, shared).is_some_and(|control| control.revalidates(shared, etag))
    }

    /// A reader asks for a fresh copy of what is fresh: it is validated, unless it cannot change.
    pub(super) fn validate(&mut self, mut call: Call) {
        let http = self.levels[call.level as usize].spec.http;
        let control = self.control(call.key, http == Http::Shared);
        if http == Http::Off || control.is_some_and(|control| !control.reload_revalidates()) {
            return self.hit(call);
        }
        call.flags.validates = self.can_validate(&call);
        self.fetch_or_join(call);
    }

    /// Is the copy of who asks what the origin holds?
    pub(super) fn still_valid(&self, call: &Call) -> bool {
        if call.parent == NONE {
            return false;
        }
        let asks = &self.calls[call.parent];
        let node = &self.levels[asks.level as usize].nodes[asks.node as usize];
        node.holds(asks.id) && node.entry(asks.id).version == call.value.version
    }
}
