//! Policies called directly, with what the engine does not do yet: insertions without a miss, changes of capacity,
//! announced victims. The policy's own invariants are checked after every call.

use crate::harness::{try_property, unit};
use evictlab::core::ObjId;
use evictlab::policies::POLICIES;
use evictlab::policy::{Cause, Checked, Cx, Policy, Setup, Verdict, parse_pairs};
use proptest::prelude::*;

const OBJECTS: usize = 12;

#[derive(Debug, Clone, Copy)]
enum Call {
    /// Hit, or miss and insertion.
    Request(ObjId),
    /// Insertion without a miss, as of an object that a cache above gave up.
    Insert(ObjId),
    Remove(ObjId),
    Capacity(u64),
    /// The victim is announced, and then given up for the object.
    Duel(ObjId),
    /// The victim is announced, and nothing comes of it.
    Ask,
    /// Something leaves although there is room.
    Shrink,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let id = || 0..OBJECTS as ObjId;
    let call = prop_oneof![
        12 => id().prop_map(Call::Request),
        2 => id().prop_map(Call::Insert),
        2 => id().prop_map(Call::Remove),
        1 => (1..=OBJECTS as u64).prop_map(Call::Capacity),
        2 => id().prop_map(Call::Duel),
        1 => Just(Call::Ask),
        1 => Just(Call::Shrink),
    ];
    prop::collection::vec(call, 1..150)
}

/// A supervised policy and what it should hold.
struct Cache {
    policy: Checked<Box<dyn Policy>>,
    capacity: u64,
    held: Vec<ObjId>,
}

impl Cache {
    fn new(spec: &str, capacity: u64) -> Self {
        let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
        let setup = Setup { objects: OBJECTS, capacity, expected: capacity as usize, seed: 42, bytes: false };
        let policy = unit(name).entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap();
        Self { policy: Checked::new(policy, OBJECTS), capacity, held: Vec::new() }
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause) -> Verdict {
        let mut victims = Vec::new();
        let verdict = self.policy.evict(cx, cause, &mut victims);
        self.held.retain(|id| !victims.contains(id));
        verdict
    }

    /// Room for `more` objects; false if the policy refuses.
    fn make_room(&mut self, cx: &Cx<'_>, cause: Cause, more: u64) -> bool {
        let crowded = |policy: &Checked<_>| matches!(cause, Cause::Incoming(id) if policy.crowded(cx, id));
        while self.held.len() as u64 + more > self.capacity || crowded(&self.policy) {
            if cause == Cause::Shrink {
                self.policy.victim(cx, cause);
            }
            if self.evict(cx, cause) == Verdict::Refuse {
                return false;
            }
        }
        true
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        if self.make_room(cx, Cause::Incoming(id), 1) {
            self.policy.insert(cx, id);
            self.held.push(id);
        }
    }

    fn request(&mut self, cx: &Cx<'_>, id: ObjId) {
        if !self.policy.hit(cx, id) {
            self.policy.miss(cx, id);
            self.insert(cx, id);
        }
    }

    fn call(&mut self, cx: &Cx<'_>, call: Call) {
        match call {
            Call::Request(id) => self.request(cx, id),
            Call::Insert(id) if !self.held.contains(&id) => self.insert(cx, id),
            Call::Remove(id) if self.held.contains(&id) => {
                self.policy.remove(cx, id);
                self.held.retain(|&held| held != id);
            }
            Call::Capacity(capacity) => {
                self.capacity = capacity;
                self.policy.set_capacity(capacity);
                // One that never gives anything up is told what has to go.
                while !self.make_room(cx, Cause::Shrink, 0) {
                    let id = self.held.pop().expect("something is too much");
                    self.policy.remove(cx, id);
                }
            }
            Call::Duel(id) if !self.held.contains(&id) && !self.held.is_empty() => {
                self.policy.miss(cx, id);
                // `Checked` compares the victim with what is given up.
                self.policy.victim(cx, Cause::Incoming(id));
                self.evict(cx, Cause::Incoming(id));
                self.insert(cx, id);
            }
            Call::Ask => _ = self.policy.victim(cx, Cause::Shrink),
            Call::Shrink if !self.held.is_empty() => _ = self.evict(cx, Cause::Shrink),
            _ => {}
        }
    }
}

#[test]
fn every_call_of_the_contract_in_any_order() {
    let more = [
        "lfu:history=perfect",
        "clock:bits=3",
        "s3-fifo:fill=main",
        "slru:segments=4",
        "lirs:hir=0.4,history=0.5",
        "lru-mad:z=9ns",
    ];
    let mut failed = Vec::new();
    for spec in POLICIES.iter().map(|u| u.entry.info.name).chain(more) {
        let tried = try_property(1500, &(1..=OBJECTS as u64, calls()), |(capacity, calls)| {
            let mut cache = Cache::new(spec, capacity);
            for (i, &call) in calls.iter().enumerate() {
                let mut cx = Cx::unit(i as u64, i as u64);
                // Any next use will do that lies ahead.
                cx.next_use = i as u32 + 1 + i as u32 * 7 % 31;
                cache.call(&cx, call);
                let held = |id: &ObjId| cache.policy.contains(*id);
                let says: Vec<ObjId> = (0..OBJECTS as ObjId).filter(held).collect();
                cache.held.sort_unstable();
                prop_assert_eq!(&says, &cache.held, "after call {} of {:?}", i, &calls);
                let checked = cache.policy.check();
                prop_assert!(checked.is_ok(), "{checked:?} after call {i} of {capacity} {calls:?}");
            }
            Ok(())
        });
        failed.extend(tried.err().map(|failure| format!("{spec}: {failure}")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
