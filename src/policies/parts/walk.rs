//! The shared notation of walk-throughs: requests, and what each did, as text.

use crate::core::rng;
use crate::engine::{Config, Unit, View};
use crate::policies::POLICIES;
use crate::policy::{Cause, Checked, Cx, Policy, Setup, Verdict, parse_pairs};
use crate::trace::Trace;

/// The unit with this name.
pub(in crate::policies) fn unit(name: &str) -> &'static Unit {
    POLICIES.iter().find(|u| u.entry.info.name == name).unwrap_or_else(|| panic!("no policy '{name}'"))
}

/// Replays one-letter objects through `policy` (`name` or `name:k=v,...`) and compares what each request did:
/// `h` hit, `m` miss, `m-x` miss that evicted `x` (`m-xy`: `x`, then `y`).
#[track_caller]
pub(in crate::policies) fn check(policy: &str, capacity: u64, requests: &str, expected: &str) {
    let (name, params) = policy.split_once(':').unwrap_or((policy, ""));
    let unit = unit(name);
    let letters: Vec<char> = requests.split_whitespace().map(|t| t.chars().next().unwrap()).collect();
    let mut objects: Vec<char> = Vec::new();
    for &c in &letters {
        if !objects.contains(&c) {
            objects.push(c);
        }
    }
    let ids: Vec<u32> = letters.iter().map(|c| objects.iter().position(|o| o == c).unwrap() as u32).collect();
    let setup = Setup { objects: objects.len(), capacity, expected: capacity as usize, seed: 42, bytes: false };
    let params = parse_pairs(name, params).unwrap();
    let mut cache = Checked::new(unit.entry.build(&params, &setup).unwrap(), objects.len());
    let mut used = 0;
    let mut did = Vec::new();
    for (i, &id) in ids.iter().enumerate() {
        let mut cx = Cx::unit(i as u64, i as u64);
        if let Some(next) = ids[i + 1..].iter().position(|&x| x == id) {
            cx.next_use = (i + 1 + next) as u32;
        }
        if cache.hit(&cx, id) {
            did.push("h".to_owned());
            continue;
        }
        cache.miss(&cx, id);
        let mut victims = Vec::new();
        let charge = cache.charge(1);
        while used + charge > capacity + victims.len() as u64 * charge {
            assert_eq!(cache.evict(&cx, Cause::Incoming(id), &mut victims), Verdict::Freed);
        }
        used -= victims.len() as u64 * charge;
        cache.insert(&cx, id);
        used += charge;
        let names: String = victims.iter().map(|&v| objects[v as usize]).collect();
        did.push(if names.is_empty() { "m".to_owned() } else { format!("m-{names}") });
    }
    assert_eq!(
        did.join(" "),
        expected.split_whitespace().collect::<Vec<_>>().join(" "),
        "{policy} at {capacity}: {requests}"
    );
}

/// Objects of these sizes come in, one after the other; in which order do they leave?
pub(in crate::policies) fn order_of_eviction(policy: &str, sizes: &[u32]) -> Vec<u32> {
    let (name, params) = policy.split_once(':').unwrap_or((policy, ""));
    let objects = sizes.len();
    let capacity = sizes.iter().map(|&size| u64::from(size)).sum::<u64>().max(1);
    let setup = Setup { objects, capacity, expected: objects, seed: 42, bytes: true };
    let mut cache = Checked::new(unit(name).entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap(), objects);
    let cx = |at: usize| Cx { sizes, ..Cx::unit(at as u64, at as u64) };
    for id in 0..objects {
        cache.miss(&cx(id), id as u32);
        cache.insert(&cx(id), id as u32);
    }
    let mut out = Vec::new();
    while out.len() < objects {
        assert_eq!(cache.evict(&cx(objects + out.len()), Cause::Shrink, &mut out), Verdict::Freed);
    }
    out
}

/// Hits of 100 objects' room in 60,000 skewed requests over 2,000 objects.
pub(in crate::policies) fn hits_on_zipf(policy: &str) -> u64 {
    hits(policy, 100, &skewed(60_000, 2_000))
}

/// Requests over `objects` objects, the share of the object of rank r going about as 1/r.
pub(in crate::policies) fn skewed(requests: usize, objects: u32) -> Vec<u32> {
    let mut rng = rng::rng(9, "skewed");
    (0..requests).map(|_| libm::pow(f64::from(objects), rng::unit(&mut rng)) as u32 - 1).collect()
}

/// Hits of a policy on requests for objects of size 1.
pub(in crate::policies) fn hits(policy: &str, capacity: u64, keys: &[u32]) -> u64 {
    let (name, params) = policy.split_once(':').unwrap_or((policy, ""));
    let trace = Trace::from_keys("keys", keys);
    let setup = Setup { objects: trace.objects, capacity, expected: capacity as usize, seed: 42, bytes: false };
    let config = Config { capacity, ..Config::default() };
    let mut cache = unit(name).replay(&parse_pairs(name, params).unwrap(), &setup, &config).unwrap();
    cache.feed(&View::new(&trace), 0..keys.len());
    cache.counts().hits
}

/// A cache of a known policy, fed with requests for objects of size 1, between which the policy can be looked at.
pub(in crate::policies) struct Fed<P> {
    pub(in crate::policies) policy: P,
    capacity: usize,
    used: usize,
    requests: u64,
}

impl<P: Policy> Fed<P> {
    pub(in crate::policies) fn new(policy: P, capacity: usize) -> Self {
        Self { policy, capacity, used: 0, requests: 0 }
    }

    /// The hits among these requests.
    pub(in crate::policies) fn request(&mut self, ids: impl IntoIterator<Item = u32>) -> u64 {
        let (mut hits, mut out) = (0, Vec::new());
        for id in ids {
            // Now and then, since a check looks at all objects.
            if self.requests.is_multiple_of(64) {
                assert_eq!(self.policy.check(), Ok(()));
            }
            let cx = Cx::unit(self.requests, self.requests);
            self.requests += 1;
            if self.policy.hit(&cx, id) {
                hits += 1;
                continue;
            }
            self.policy.miss(&cx, id);
            if self.used == self.capacity {
                out.clear();
                assert_eq!(self.policy.evict(&cx, Cause::Incoming(id), &mut out), Verdict::Freed);
                self.used -= out.len();
            }
            self.policy.insert(&cx, id);
            self.used += 1;
        }
        assert_eq!(self.policy.check(), Ok(()));
        hits
    }
}

/// Requests of which every fourth is for one of some popular objects, in turn; the others never come again.
pub(in crate::policies) fn popular_among_others(
    requests: std::ops::Range<u32>,
    popular: u32,
) -> impl Iterator<Item = u32> {
    requests.map(move |i| if i % 4 == 0 { i / 4 * 7 % popular } else { 100 + i })
}
