//! The shared notation of walk-throughs: requests, and what each did, as text.

use crate::engine::Unit;
use crate::policies::POLICIES;
use crate::policy::{Cause, Checked, Cx, Policy, Setup, Verdict, parse_pairs};

/// The unit with this name.
pub(super) fn unit(name: &str) -> &'static Unit {
    POLICIES.iter().find(|u| u.info.name == name).unwrap_or_else(|| panic!("no policy '{name}'"))
}

/// Replays one-letter objects through `policy` (`name` or `name:k=v,...`) and compares what each request did:
/// `h` hit, `m` miss, `m-x` miss that evicted `x` (`m-xy`: `x`, then `y`).
#[track_caller]
pub(super) fn check(policy: &str, capacity: u64, requests: &str, expected: &str) {
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
    let setup = Setup { objects: objects.len(), capacity, expected: capacity as usize, seed: 42 };
    let params = parse_pairs(name, params).unwrap();
    let mut cache = Checked::new(unit.policy(&params, &setup).unwrap(), objects.len());
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
        while used - victims.len() as u64 >= capacity {
            assert_eq!(cache.evict(&cx, Cause::Incoming(id), &mut victims), Verdict::Freed);
        }
        used -= victims.len() as u64;
        cache.insert(&cx, id);
        used += 1;
        let names: String = victims.iter().map(|&v| objects[v as usize]).collect();
        did.push(if names.is_empty() { "m".to_owned() } else { format!("m-{names}") });
    }
    assert_eq!(
        did.join(" "),
        expected.split_whitespace().collect::<Vec<_>>().join(" "),
        "{policy} at {capacity}: {requests}"
    );
}
