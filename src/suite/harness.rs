//! What the tests share: request strings, caches built from a spec, property tests that draw the same cases every time.

use evictlab::core::{ObjId, rng};
use evictlab::engine::{Config, Replay, Unit, View};
use evictlab::policies::POLICIES;
use evictlab::policy::{Policy, Setup, parse_pairs};
use evictlab::trace::Trace;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestCaseResult, TestError, TestRng, TestRunner};
use std::fmt::Debug;

/// The policy with this name.
pub(crate) fn unit(name: &str) -> &'static Unit {
    POLICIES.iter().find(|u| u.entry.info.name == name).unwrap_or_else(|| panic!("no policy '{name}'"))
}

/// A cache with the policy of a spec (`name` or `name:k=v,...`) over `objects` objects, `expected` of which fit.
pub(crate) fn cache(spec: &str, objects: usize, expected: usize, config: &Config) -> Box<dyn Replay> {
    let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
    let setup =
        Setup { objects, capacity: config.capacity, expected: expected.min(objects), seed: 42, bytes: config.bytes };
    unit(name).replay(&parse_pairs(name, params).unwrap(), &setup, config).unwrap()
}

/// The policy of a spec alone.
pub(crate) fn policy(spec: &str, objects: usize, config: &Config) -> Box<dyn Policy> {
    let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
    let setup = Setup { objects, capacity: config.capacity, expected: objects, seed: 42, bytes: config.bytes };
    unit(name).entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap()
}

/// The trace as the policy of a spec wants to see it: with next uses where it needs them.
pub(crate) fn view<'a>(spec: &str, trace: &'a Trace) -> View<'a> {
    let mut view = View::new(trace);
    if unit(spec.split(':').next().unwrap_or(spec)).entry.info.needs.next_use {
        view.next_uses = trace.next_use();
    }
    view
}

/// Which requests of a trace hit, with unit sizes.
pub(crate) fn hits(spec: &str, capacity: u64, trace: &Trace) -> Vec<bool> {
    let config = Config { capacity, ..Config::default() };
    let mut cache = cache(spec, trace.objects, capacity as usize, &config);
    let view = view(spec, trace);
    let mut before = 0;
    (0..trace.requests())
        .map(|i| {
            cache.feed(&view, i..i + 1);
            let now = cache.counts().hits;
            std::mem::replace(&mut before, now) != now
        })
        .collect()
}

/// Share of requests that hit, with unit sizes.
pub(crate) fn hit_ratio(spec: &str, capacity: u64, trace: &Trace) -> f64 {
    let config = Config { capacity, ..Config::default() };
    let mut cache = cache(spec, trace.objects, capacity as usize, &config);
    cache.feed(&view(spec, trace), 0..trace.requests());
    cache.counts().hits as f64 / trace.requests() as f64
}

/// Tries `test` on `cases` draws of `strategy`, the same at every run; a failure is shrunk before it is reported.
#[track_caller]
pub(crate) fn property<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    if let Err(failure) = try_property(cases, strategy, test) {
        panic!("{failure}");
    }
}

/// As [`property`]; the failure is returned.
pub(crate) fn try_property<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> TestCaseResult,
) -> Result<(), String>
where
    S::Value: Debug,
{
    let config = Cases { cases, failure_persistence: None, max_shrink_iters: 4000, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(strategy, test).map_err(|error| match error {
        TestError::Fail(reason, input) => {
            let input = format!("{input:?}");
            format!("{reason}\ninput: {}", input.get(..1000).unwrap_or(&input))
        }
        TestError::Abort(reason) => reason.to_string(),
    })
}

/// Request strings over few objects: without a pattern, skewed, loops with noise, scans through a hot set.
pub(crate) fn strings() -> impl Strategy<Value = Vec<ObjId>> {
    let uniform = (2..=20u32).prop_flat_map(|n| prop::collection::vec(0..n, 1..120));
    let skewed = (2..=24u32)
        .prop_flat_map(|n| prop::collection::vec((0..n, 0..n, 0..n), 1..160))
        .prop_map(|v| v.into_iter().map(|(a, b, c)| a.min(b).min(c)).collect());
    let looped = (2..=16u32, prop::collection::vec((0..8u32, 0..16u32), 1..160)).prop_map(|(length, noise)| {
        noise.into_iter().enumerate().map(|(i, (die, id))| if die == 0 { id } else { i as u32 % length }).collect()
    });
    let scans = prop::collection::vec((0..3u32, 0..5u32), 1..160).prop_map(|v| {
        let mut next = 4;
        let mut scan = || {
            next = 5 + (next - 4) % 30;
            next
        };
        v.into_iter().map(|(die, hot)| if die == 0 { scan() } else { hot }).collect()
    });
    prop_oneof![uniform, skewed, looped, scans]
}

/// `requests` independent draws from `objects` objects of Zipf popularity; ids are ranks, the most popular is 0.
pub(crate) fn zipf(objects: usize, alpha: f64, requests: usize, seed: u64) -> Vec<ObjId> {
    let weights = popularity(objects, alpha);
    let mut sums = Vec::with_capacity(objects);
    let mut sum = 0.0;
    for w in weights {
        sum += w;
        sums.push(sum);
    }
    let mut rng = rng::rng(seed, "suite zipf");
    let mut draw = || {
        let x = rng::unit(&mut rng) * sum;
        sums.partition_point(|&s| s <= x).min(objects - 1) as ObjId
    };
    (0..requests).map(|_| draw()).collect()
}

/// Zipf probabilities of `objects` objects, the most popular first; their sum is 1.
pub(crate) fn popularity(objects: usize, alpha: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=objects).map(|rank| libm::pow(rank as f64, -alpha)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}
