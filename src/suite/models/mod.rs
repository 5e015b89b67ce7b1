//! The policies against naive models: written from the papers' pseudo-code, O(n) per request, unit sizes.
//!
//! Model and policy must agree on every request, and on the set of residents after it.

mod arc;
mod clock_pro;
mod clocks;
mod costs;
mod counts;
mod delays;
mod experts;
mod fbr;
mod filters;
mod lirs;
mod merging;
mod queues;
mod ranks;
mod s3_fifo;
mod segments;
mod sieve_k;
mod stacks;
mod systems;
mod trials;

use crate::harness::{cache, property, strings, view};
use evictlab::core::{NO_NEXT_USE, ObjId, SECOND, Time};
use evictlab::engine::{Config, Expiry};
use evictlab::trace::Trace;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A request as a model sees it.
#[derive(Debug, Clone, Copy)]
struct Request {
    id: ObjId,
    next_use: u32,
    now: Time,
    /// When the object expires if it is fetched now.
    expiry: Time,
}

/// A cache of objects of size 1.
trait Model {
    /// Serves a request; was it a hit?
    fn request(&mut self, request: Request) -> bool;

    /// What the cache holds, in any order.
    fn residents(&self) -> Vec<ObjId>;
}

/// Takes `id` out of a list; was it there?
fn take(list: &mut Vec<ObjId>, id: ObjId) -> bool {
    let place = list.iter().position(|&x| x == id);
    place.inspect(|&i| _ = list.remove(i)).is_some()
}

/// `share` of `capacity`, rounded down, at least 1.
fn quota(capacity: usize, share: f64) -> usize {
    ((capacity as f64 * share).floor() as usize).max(1)
}

/// What is compared: all residents, or only those that are asked for again.
#[derive(Clone, Copy, PartialEq)]
enum Residents {
    All,
    Wanted,
}

/// A comparison: a policy at a capacity on a request string.
#[derive(Clone, Copy)]
struct Case<'a> {
    spec: &'a str,
    /// In objects, or in bytes where there are sizes.
    capacity: usize,
    keys: &'a [ObjId],
    /// In seconds, by request.
    ttls: Option<&'a [u64]>,
    /// By object, in the order in which the keys appear.
    sizes: Option<&'a [u32]>,
    residents: Residents,
}

/// Replays a case through the policy and through the model.
fn compare(case: Case<'_>, model: &mut dyn Model) -> Result<(), TestCaseError> {
    let Case { spec, capacity, keys, ttls, sizes, residents: which } = case;
    let mut trace = Trace::from_keys("string", keys.iter());
    trace.ttls = ttls.map(|t| t.iter().map(|&s| s * SECOND).collect());
    trace.sizes = sizes.map(|sizes| trace.ids.iter().map(|&id| sizes[id as usize]).collect());
    let expiry = Expiry { on: ttls.is_some(), ..Expiry::default() };
    let bytes = sizes.is_some();
    let config = Config { capacity: capacity as u64, bytes, strict: true, expiry, ..Config::default() };
    let mut cache = cache(spec, trace.objects, capacity, &config);
    let view = view(spec, &trace);
    let next_uses = trace.next_use();
    for (i, &id) in trace.ids.iter().enumerate() {
        let now = i as Time * SECOND;
        let ttl = trace.ttls.as_ref().map_or(Time::MAX, |t| t[i]);
        let request = Request { id, next_use: next_uses[i], now, expiry: now.saturating_add(ttl) };
        let before = cache.counts().hits;
        cache.feed(&view, i..i + 1);
        let (policy_hit, model_hit) = (cache.counts().hits > before, model.request(request));
        let told = || format!("{spec} at {capacity}, {:?}, request {i}", &trace.ids[..=i]);
        prop_assert!(policy_hit == model_hit, "{}: policy hit {policy_hit}, model hit {model_hit}", told());
        let wanted = |&id: &ObjId| which == Residents::All || trace.ids[i + 1..].contains(&id);
        let held: BTreeSet<ObjId> =
            (0..trace.objects as ObjId).filter(|&id| cache.contains(id)).filter(wanted).collect();
        let expected: BTreeSet<ObjId> = model.residents().into_iter().filter(wanted).collect();
        prop_assert!(held == expected, "{}: the policy holds {held:?}, the model {expected:?}", told());
    }
    Ok(())
}

/// Compares over request strings and capacities of 1 to 12.
#[track_caller]
fn agree<M: Model + 'static>(spec: &str, model: impl Fn(usize, usize) -> M) {
    agree_on(spec, Residents::All, model);
}

/// The model is built from the capacity and the number of objects.
#[track_caller]
fn agree_on<M: Model + 'static>(spec: &str, residents: Residents, model: impl Fn(usize, usize) -> M) {
    property(3000, &(1..=12usize, strings()), |(capacity, keys)| {
        let objects = keys.iter().collect::<BTreeSet<_>>().len();
        compare(Case { spec, capacity, keys: &keys, ttls: None, sizes: None, residents }, &mut model(capacity, objects))
    });
    // Shares of the capacity of 1 % differ from 1 only in larger caches.
    let large = (100..=260usize, 100..=400u32).prop_flat_map(|(capacity, objects)| {
        let skewed = (0..objects, 0..objects).prop_map(|(a, b)| a.min(b));
        (Just(capacity), prop::collection::vec(skewed, 1000..2000))
    });
    property(12, &large, |(capacity, keys)| {
        let objects = keys.iter().collect::<BTreeSet<_>>().len();
        compare(Case { spec, capacity, keys: &keys, ttls: None, sizes: None, residents }, &mut model(capacity, objects))
    });
}

#[test]
fn lru() {
    agree("lru", |capacity, _| queues::Lru::new(capacity));
}

#[test]
fn fifo() {
    agree("fifo", |capacity, _| queues::Fifo::new(capacity));
}

#[test]
fn clock() {
    agree("clock", |capacity, _| queues::Clock::new(capacity, 1));
    agree("clock:bits=2", |capacity, _| queues::Clock::new(capacity, 2));
}

#[test]
fn sieve() {
    agree("sieve", |capacity, _| queues::Sieve::new(capacity));
}

#[test]
fn lfu() {
    agree("lfu", |capacity, _| counts::Lfu::new(capacity, false));
    agree("lfu:history=perfect", |capacity, _| counts::Lfu::new(capacity, true));
}

#[test]
fn gdsf() {
    agree("gdsf", |capacity, _| counts::Gdsf::new(capacity, &[]));
    let sizes = prop::collection::vec(0..20u32, 40);
    property(3000, &(1..=80usize, strings(), sizes), |(capacity, keys, sizes)| {
        let case =
            Case { spec: "gdsf", capacity, keys: &keys, ttls: None, sizes: Some(&sizes), residents: Residents::All };
        compare(case, &mut counts::Gdsf::new(capacity, &sizes))
    });
}

#[test]
fn lru_mad() {
    // A request a second: a few requests meet a fetch, most do, none does.
    for seconds in [3, 20] {
        agree(&format!("lru-mad:z={seconds}s"), |capacity, _| delays::LruMad::new(capacity, seconds * SECOND));
    }
    agree("lru-mad", |capacity, _| queues::Lru::new(capacity));
}

#[test]
fn belady() {
    // Which of the objects that never return is given up is nobody's business.
    agree_on("belady", Residents::Wanted, |capacity, _| counts::Belady::new(capacity));
    assert_eq!(NO_NEXT_USE, u32::MAX, "the model takes it as the farthest");
}

#[test]
fn belady_size() {
    agree("belady-size", |capacity, _| counts::BeladySize::new(capacity, &[]));
    let sizes = prop::collection::vec(0..20u32, 40);
    property(3000, &(1..=80usize, strings(), sizes), |(capacity, keys, sizes)| {
        let case = Case {
            spec: "belady-size",
            capacity,
            keys: &keys,
            ttls: None,
            sizes: Some(&sizes),
            residents: Residents::All,
        };
        compare(case, &mut counts::BeladySize::new(capacity, &sizes))
    });
}

#[test]
fn ttl() {
    agree("ttl", |capacity, _| counts::Ttl::new(capacity));
    let cases = (1..=12usize, strings(), prop::collection::vec(1..40u64, 160));
    property(3000, &cases, |(capacity, keys, ttls)| {
        let ttls = Some(&ttls[..keys.len()]);
        let case = Case { spec: "ttl", capacity, keys: &keys, ttls, sizes: None, residents: Residents::All };
        compare(case, &mut counts::Ttl::new(capacity))
    });
}

#[test]
fn s3_fifo() {
    agree("s3-fifo", |capacity, _| s3_fifo::S3Fifo::new(capacity, false));
    agree("s3-fifo:fill=main", |capacity, _| s3_fifo::S3Fifo::new(capacity, true));
}

#[test]
fn two_q() {
    agree("two-q", |capacity, _| segments::TwoQ::new(capacity));
}

#[test]
fn slru() {
    agree("slru", |capacity, _| segments::Slru::new(capacity, 2, 0.8));
    agree("slru:segments=4", |capacity, _| segments::Slru::new(capacity, 4, 0.75));
}

#[test]
fn arc() {
    agree("arc", |capacity, _| arc::Arc::new(capacity));
}

#[test]
fn lirs() {
    agree("lirs", |capacity, _| lirs::Lirs::new(capacity, 0.01));
    agree("lirs:hir=0.3", |capacity, _| lirs::Lirs::new(capacity, 0.3));
}

#[test]
fn w_tiny_lfu() {
    agree("w-tiny-lfu", |capacity, objects| segments::WTinyLfu::new(capacity, objects, 0.01));
    agree("w-tiny-lfu:window=0.3", |capacity, objects| segments::WTinyLfu::new(capacity, objects, 0.3));
}
