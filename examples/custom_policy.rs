//! An eviction policy of your own, and how it does beside LRU and FIFO: `cargo run --release --example custom_policy`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use evictlab::core::ObjId;
use evictlab::engine::{Config, Replay, Sim, View};
use evictlab::policy::{Cause, Checked, Cx, Policy, Setup, Verdict};
use evictlab::trace::Columns;
use evictlab::{registry, workload};
use std::collections::VecDeque;

/// A queue in which an object that was used since it was last looked at gets another round. Objects are numbers from 0.
struct AnotherRound {
    queue: VecDeque<ObjId>,
    resident: Vec<bool>,
    used: Vec<bool>,
}

impl Policy for AnotherRound {
    // A request: is the object here? If so, remember the use.
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        self.used[id as usize] = self.resident[id as usize];
        self.resident[id as usize]
    }
    // Room is needed: give up one object, by appending it to `out`.
    fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        while let Some(id) = self.queue.pop_front() {
            if std::mem::take(&mut self.used[id as usize]) {
                self.queue.push_back(id);
            } else {
                self.resident[id as usize] = false;
                out.push(id);
                return Verdict::Freed;
            }
        }
        Verdict::Refuse
    }
    // A missed object comes in.
    fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
        self.queue.push_back(id);
        (self.resident[id as usize], self.used[id as usize]) = (true, false);
    }
    // An object was deleted, or expired.
    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        self.queue.retain(|&other| other != id);
        self.resident[id as usize] = false;
    }
    fn contains(&self, id: ObjId) -> bool {
        self.resident[id as usize]
    }
    fn set_capacity(&mut self, _: u64) {}
    fn preload(&self, _: ObjId) {}
}

fn main() -> evictlab::core::Result<()> {
    let trace = workload::generate("zipf:objects=10000,alpha=0.8,requests=1e6", 42, Columns::IDS)?;
    let (objects, capacity) = (trace.objects, 1000);
    let config = Config { capacity, ..Config::default() };
    let own = AnotherRound { queue: VecDeque::new(), resident: vec![false; objects], used: vec![false; objects] };
    // `Checked` panics with a reason where the policy breaks its word; leave it out when it does not, for speed.
    let mut caches: Vec<(&str, Box<dyn Replay>)> =
        vec![("another round", Box::new(Sim::new(Checked::new(own, objects), objects, config)))];
    for spec in registry::parse_list("lru,fifo")? {
        let setup = Setup { objects, capacity, expected: capacity as usize, seed: 42, bytes: false };
        caches.push((spec.unit.entry.info.name, spec.unit.replay(&spec.params, &setup, &config)?));
    }
    for (name, cache) in &mut caches {
        cache.feed(&View::new(&trace), 0..trace.requests());
        let counts = cache.counts();
        println!("{name:<14} {:.2} % hits", counts.hits as f64 / counts.requests as f64 * 100.0);
    }
    Ok(())
}
