//! Every registered policy under supervision, fed with random scripts: sizes, times to live, operations, any capacity.

use crate::harness::{cache, policy, strings, try_property, view};
use evictlab::core::{NEVER, ObjId, SECOND};
use evictlab::engine::{Config, Counts, Expiry, Operations, View};
use evictlab::policies::POLICIES;
use evictlab::policy::Policy;
use evictlab::trace::{Op, Trace};
use proptest::prelude::*;

/// A request before its trace is put together.
type Step = (ObjId, u32, u32, u64, u64);

/// Requests over few objects. Sizes go by object, and one in eight requests brings another one; some are 0, some larger
/// than most caches; times to live are up to 30 s, a quarter has none; several requests may share an instant.
fn scripts() -> impl Strategy<Value = Trace> {
    let step = |objects: u32| (0..objects, 0..64u32, 0..8u32, 0..40u64, 0..3u64);
    (2..=14u32).prop_flat_map(move |n| prop::collection::vec(step(n), 1..150)).prop_map(|steps| trace(&steps))
}

fn trace(steps: &[Step]) -> Trace {
    let mut trace = Trace::from_keys("script", steps.iter().map(|s| s.0));
    let size = |&(id, other, die, ..): &Step| match (die, other) {
        (0, 0..8) => 0,
        (0, 60..) => 1000,
        (0, _) => other,
        _ => id * 7 % 23,
    };
    let op = |s: &Step| [Op::Get, Op::Get, Op::Get, Op::Set, Op::Set, Op::Delete][(s.1 + s.2) as usize % 6];
    let gaps = std::iter::once(0).chain(steps.iter().skip(1).map(|s| s.4));
    let clock = gaps.scan(0, |now, gap| {
        *now += gap * SECOND;
        Some(*now)
    });
    trace.times = Some(clock.collect());
    trace.sizes = Some(steps.iter().map(size).collect());
    trace.ops = Some(steps.iter().map(op).collect());
    trace.ttls = Some(steps.iter().map(|s| if s.3 < 30 { (s.3 + 1) * SECOND } else { NEVER }).collect());
    trace.validate().unwrap();
    trace
}

/// Ways to run a script: with and without bytes, expiry and operations, in caches from one object to all of them.
fn configs() -> impl Strategy<Value = Config> {
    let default = prop_oneof![Just(None), (1..20u64).prop_map(|s| Some(s * SECOND))];
    let expiry = (any::<bool>(), default, any::<bool>(), any::<bool>())
        .prop_map(|(on, default, eager, renew)| Expiry { on, default, eager, renew });
    let operations = prop_oneof![Just(Operations::AllReads), Just(Operations::LookAside)];
    let size = prop_oneof![
        prop_oneof![1..=3u64, 4..=10u64, Just(20u64)].prop_map(|capacity| (false, capacity)),
        prop_oneof![1..=3u64, 4..=40u64, 41..=200u64, Just(20_000u64)].prop_map(|capacity| (true, capacity)),
    ];
    (size, expiry, operations).prop_map(|((bytes, capacity), expiry, operations)| Config {
        capacity,
        bytes,
        expiry,
        operations,
        strict: true,
    })
}

fn expected(config: &Config, objects: usize) -> usize {
    if config.bytes { (config.capacity / 11 + 1) as usize } else { config.capacity as usize }.min(objects)
}

/// Replays the script in slices of the given lengths, over and over.
fn run(name: &str, trace: &Trace, view: &View<'_>, config: &Config, slices: &[usize]) -> Counts {
    let mut cache = cache(name, trace.objects, expected(config, trace.objects), config);
    let (mut from, mut slices) = (0, slices.iter().cycle());
    while from < trace.requests() {
        let to = (from + slices.next().unwrap()).min(trace.requests());
        cache.feed(view, from..to);
        from = to;
    }
    cache.counts()
}

/// Feeds one request after the other and holds the books against each other.
fn supervise(name: &str, trace: &Trace, config: &Config) -> Result<(), TestCaseError> {
    let view = view(name, trace);
    let mut cache = cache(name, trace.objects, expected(config, trace.objects), config);
    let mut sizes = vec![1u64; trace.objects];
    // A slab class rounds up; nothing takes room where all fits.
    let charges = policy(name, trace.objects, config);
    let mut before = Counts::default();
    for i in 0..trace.requests() {
        let id = trace.ids[i];
        let op = if config.operations == Operations::LookAside { trace.ops.as_ref().unwrap()[i] } else { Op::Get };
        // A delete names no size.
        if config.bytes && op != Op::Delete {
            sizes[id as usize] = u64::from(trace.sizes.as_ref().unwrap()[i]);
        }
        let size = sizes[id as usize];
        let resident = cache.contains(id);
        cache.feed(&view, i..i + 1);
        let held: Vec<ObjId> = (0..trace.objects as ObjId).filter(|&id| cache.contains(id)).collect();
        let used: u64 = held.iter().map(|&id| charges.charge(sizes[id as usize] as u32)).sum();
        prop_assert!(cache.used() == used, "request {i}: says {} are used, holds {used}", cache.used());
        prop_assert!(used <= config.capacity, "request {i}: {used} of {} are used", config.capacity);

        let counts = cache.counts();
        let step = counts - before;
        before = counts;
        prop_assert_eq!(step.requests, u64::from(op == Op::Get), "request {}", i);
        prop_assert_eq!(step.bytes_requested, step.requests * size, "request {}", i);
        prop_assert_eq!(step.bytes_hit, step.hits * size, "request {}", i);
        prop_assert!(step.hits <= step.requests.min(u64::from(resident)), "request {i}: a hit out of nothing");
        if op == Op::Get && resident && !config.expiry.on {
            prop_assert!(step.hits == 1, "request {i}: {id} is resident, and was missed");
        }
        if config.operations == Operations::AllReads {
            let filled = counts.requests - counts.hits - counts.rejections;
            let left = counts.evictions + counts.expirations;
            prop_assert!(filled - left == held.len() as u64, "request {i}: {filled} came, {left} left, {held:?} stay");
            // What was hit with a larger size may have had to make room for itself.
            let grew_out = step.hits == 1 && step.evictions > 0;
            prop_assert!(
                step.rejections == 1 || grew_out || held.contains(&id),
                "request {i}: {id} came and is not there"
            );
        }
        if op == Op::Delete {
            prop_assert!(!held.contains(&id), "request {i}: {id} was deleted and is there");
        }
        if !config.expiry.on {
            prop_assert_eq!(counts.expirations, 0);
        }
    }
    Ok(())
}

#[track_caller]
fn for_every_policy<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(&str, S::Value) -> Result<(), TestCaseError>)
where
    S::Value: std::fmt::Debug,
{
    for_every_spec(POLICIES.iter().map(|u| u.entry.info.name), cases, strategy, test);
}

#[track_caller]
fn for_every_spec<S: Strategy>(
    specs: impl Iterator<Item = &'static str>,
    cases: u32,
    strategy: &S,
    test: impl Fn(&str, S::Value) -> Result<(), TestCaseError>,
) where
    S::Value: std::fmt::Debug,
{
    let failed: Vec<String> = specs
        .filter_map(|spec| {
            try_property(cases, strategy, |value| test(spec, value)).err().map(|failure| format!("{spec}: {failure}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn both_sides_keep_the_contract_and_the_books() {
    for_every_policy(1500, &(configs(), scripts()), |name, (config, trace)| supervise(name, &trace, &config));
}

/// Parameters at the ends of their ranges.
const EXTREMES: &[&str] = &[
    "lfu:history=perfect",
    "clock:bits=3",
    "s3-fifo:fill=main",
    "s3-fifo:small=0,ghost=0",
    "s3-fifo:small=1,ghost=3,threshold=1",
    "two-q:in=0,out=0",
    "two-q:in=1,out=1",
    "slru:segments=8",
    "slru:protected=0",
    "slru:protected=1",
    "lirs:hir=0",
    "lirs:hir=1",
    "lirs:history=1",
    "lirs:hir=0.3,history=0.2",
    "w-tiny-lfu:window=0,protected=1",
    "w-tiny-lfu:window=0.5,protected=0,sample=1",
    "w-tiny-lfu:window=1",
    "fbr:new=0,old=0,a_max=1",
    "fbr:new=1,old=1,c_max=1",
    "fbr:new=0,old=1,a_max=1",
    "sieve-k:k=1",
    "camp:precision=1",
    "camp:precision=8",
    "gd-wheel:queues=2,wheels=4",
    "gd-wheel:queues=2,wheels=1",
    "s3-fifo-d:small=0,ghosts=1,hits=1,step=1",
    "s3-fifo-d:small=1,ghosts=0.5,hits=1,step=0.2",
    "fifo-merge:segment=0,merge=2",
    "fifo-merge:segment=1,merge=1000",
    "segcache:segment=0,merge=2",
    "frd:filter=0",
    "frd:filter=1",
    "lirs2:hir=1",
    "tiny-lfu:sample=1",
    "w-tiny-lfu-adaptive:window=0,step=1,interval=0.1",
    "w-tiny-lfu-adaptive:window=1,step=0.5,interval=0.3",
    "w-tiny-lfu-adaptive:step=0",
    "hyperbolic:samples=1",
    "hyperbolic:samples=1000",
    "lhd:samples=1,newest=0",
    "lhd:samples=1,newest=1000,interval=0.01,decay=0",
    "lhd:interval=0.01,decay=1",
    "lecar:rate=0,discount=0",
    "lecar:rate=10,discount=1,history=10",
    "lecar:remember=true",
    "lecar:history=0,remember=true",
    "cacheus:scan=0,history=0",
    "cacheus:scan=1,history=10",
    "cacheus:scan=0.5",
    "cacheus:history=1",
    "lru-mad:z=1ns",
    "lru-mad:z=100000d",
    "multi-queue:queues=1,out=0,lifetime=1",
    "multi-queue:queues=8,out=100,lifetime=2147483648",
    "multi-queue:lifetime=3",
    "clock-pro:cold_min=0,cold_max=0",
    "clock-pro:cold_min=1,cold_max=1",
    "clock-pro:cold_min=0,cold_max=1",
    "clock-pro-plus:cold_min=0,cold_max=0",
    "clock-pro-plus:cold_max=1",
    "clock2q-plus:small=0,window=1,ghost=0",
    "clock2q-plus:small=1,window=1,ghost=10",
    "clock2q-plus:fill=small,window=0",
    "gclock:initial=0,limit=1",
    "gclock:initial=255,increment=255,limit=255",
    "tu-q:hot=0,warm=0",
    "tu-q:hot=1,warm=1",
    "qd-lp:small=0,ghost=0",
    "qd-lp:small=1,ghost=10",
    "dclock:active=0,ghost=0",
    "dclock:active=1,ghost=10",
    "dclock:active=0.9",
    "redis-volatile-lru:samples=1",
    "redis-volatile-ttl:samples=64",
    "redis-volatile-lfu:samples=64,log_factor=0,decay=0",
    "memcached:hot=0,warm=0",
    "memcached:hot=1,warm=1,growth=10",
    "memcached:chunk=8,page=1024,growth=1.05",
];

#[test]
fn both_sides_keep_the_contract_with_extreme_parameters() {
    for_every_spec(EXTREMES.iter().copied(), 400, &(configs(), scripts()), |spec, (config, trace)| {
        supervise(spec, &trace, &config)
    });
}

#[test]
fn a_cache_for_everything_misses_each_object_once() {
    for_every_policy(300, &(scripts(), any::<bool>()), |name, (trace, bytes)| {
        let capacity = if bytes { 20_000 } else { trace.objects as u64 };
        let config = Config { capacity, bytes, strict: true, ..Config::default() };
        let counts = run(name, &trace, &view(name, &trace), &config, &[trace.requests()]);
        prop_assert_eq!(counts.requests - counts.hits, trace.objects as u64);
        prop_assert_eq!(counts.evictions + counts.rejections + counts.expirations, 0);
        Ok(())
    });
}

#[test]
fn slices_do_not_matter() {
    let cases = (configs(), scripts(), prop::collection::vec(1..20usize, 1..8));
    for_every_policy(400, &cases, |name, (config, trace, slices)| {
        let config = Config { strict: false, ..config };
        let view = view(name, &trace);
        let whole = run(name, &trace, &view, &config, &[trace.requests()]);
        prop_assert_eq!(run(name, &trace, &view, &config, &slices), whole);
        Ok(())
    });
}

#[test]
fn the_plain_loop_counts_like_the_general_one() {
    for_every_policy(600, &(1..=15u64, strings()), |name, (capacity, keys)| {
        let trace = Trace::from_keys("string", keys);
        let view = view(name, &trace);
        let plain = Config { capacity, ..Config::default() };
        let general = Config { expiry: Expiry { on: true, eager: true, ..Expiry::default() }, ..plain };
        let all = [trace.requests()];
        prop_assert_eq!(run(name, &trace, &view, &plain, &all), run(name, &trace, &view, &general, &all));
        Ok(())
    });
}

/// Policies with shares of the capacity, and a multiple of the capacities whose shares are whole numbers of objects.
/// Elsewhere a share is rounded (and is at least) one object with unit sizes, but one byte with byte sizes.
const WHOLE_SHARES: &[(&str, u64)] = &[
    ("s3-fifo", 10),
    ("two-q", 4),
    ("lirs", 100),
    ("w-tiny-lfu", 100),
    ("clock-pro", 100),
    ("clock-pro-plus", 100),
    ("clock2q-plus", 20),
    ("tu-q", 100),
    ("qd-lp", 10),
    ("dclock", 2),
    ("fbr", 10),
    // Steps of 0.1 % are not whole, but so few requests lead to none.
    ("s3-fifo-d", 20),
    ("fifo-merge", 100),
    ("segcache", 100),
    ("frd", 10),
    ("lirs2", 100),
    ("w-tiny-lfu-adaptive", 100),
    ("cacheus", 100),
];

#[test]
fn objects_of_one_size_are_units() {
    // Powers of two: the priorities of GDSF and the target of ARC are exact with them, and ties stay ties.
    let sizes = prop::sample::select(vec![1u32, 2, 8, 64, 4096]);
    let large = prop::collection::vec((0..250u32, 0..250u32).prop_map(|(a, b)| a.min(b)), 200..600);
    let keys = prop_oneof![4 => strings().boxed(), 1 => large.boxed()];
    for_every_policy(400, &(1..=12u64, keys, sizes), |name, (factor, keys, size)| {
        let whole = WHOLE_SHARES.iter().find(|w| w.0 == name).map_or(1, |w| w.1);
        let capacity = if whole == 100 { 100 * (1 + factor % 2) } else { factor * whole };
        let mut trace = Trace::from_keys("string", keys);
        trace.sizes = Some(vec![size; trace.requests()].into());
        let fit = (capacity as usize).min(trace.objects);
        let unit = Config { capacity, ..Config::default() };
        let bytes = Config { bytes: true, ..unit };
        let bytes = Config { capacity: capacity * policy(name, trace.objects, &bytes).charge(size), ..bytes };
        let mut units = cache(name, trace.objects, fit, &unit);
        let mut weighed = cache(name, trace.objects, fit, &bytes);
        let view = view(name, &trace);
        for i in 0..trace.requests() {
            units.feed(&view, i..i + 1);
            weighed.feed(&view, i..i + 1);
            let (u, b) = (units.counts().hits, weighed.counts().hits);
            prop_assert!(u == b, "{capacity} objects of {size} B, {:?}: {u} and {b} hits", &trace.ids[..=i]);
        }
        Ok(())
    });
}
