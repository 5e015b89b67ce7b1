//! What is known of Redis by its documentation and by hand.

use super::super::parts::walk::{check, unit};
use super::order::{Counter, LfuParams, clock, idle};
use super::*;
use crate::core::{SECOND, Time};
use crate::policy::{Checked, Params, parse_pairs};

const SETUP: Setup = Setup { objects: 64, capacity: 64, expected: 64, seed: 7, bytes: false };
const MINUTE: Time = 60 * SECOND;

fn build(name: &str, objects: usize) -> Checked<Box<dyn Policy>> {
    let setup = Setup { objects, ..SETUP };
    Checked::new(unit(name).entry.build(&Params::default(), &setup).unwrap(), objects)
}

fn lfu(params: &str) -> Lfu {
    let params: LfuParams = parse_pairs("lfu", params).unwrap().resolve("lfu").unwrap();
    Lfu::build(&params, &SETUP).unwrap().0
}

/// A walk-through of a request a second: the shared one has a request a nanosecond, which Redis does not tell apart.
#[track_caller]
fn check_in_seconds(spec: &str, capacity: usize, requests: &str, expected: &str) {
    let letters: Vec<char> = requests.split_whitespace().flat_map(str::chars).collect();
    let mut cache = build(spec, 64);
    let (mut held, mut did) = (0, Vec::new());
    for (second, &letter) in (0..).zip(&letters) {
        let (cx, id) = (Cx::unit(second, second * SECOND), letter as ObjId - 'a' as ObjId);
        let mut out = Vec::new();
        if cache.hit(&cx, id) {
            did.push("h".to_owned());
            continue;
        }
        if held == capacity {
            cache.evict(&cx, Cause::Incoming(id), &mut out);
        } else {
            held += 1;
        }
        cache.insert(&cx, id);
        let name = |&id: &ObjId| letters.iter().find(|&&letter| letter as ObjId - 'a' as ObjId == id).unwrap();
        did.push(out.first().map_or_else(|| "m".to_owned(), |id| format!("m-{}", name(id))));
    }
    assert_eq!(did.join(" "), expected, "{spec} at {capacity}: {requests}");
}

#[test]
fn walk_through() {
    // Fewer residents than are drawn, so that every draw sees all. At d the idle times of a, b, c are 1, 3, 2 s: b leaves, and
    // the pool keeps a and c with these. At e the draw adds a (2 s), c (3 s) and d (1 s): c leaves. When c comes back, it adds
    // a (3 s), d (2 s) and e (1 s): a leaves.
    check_in_seconds("redis-allkeys-lru", 3, "a b c a d e c", "m m m h m-b m-c m-a");
    // A read is no write: a is the oldest, then b.
    check_in_seconds("redis-allkeys-lrm", 3, "a b c a d e", "m m m h m-a m-b");
    // a and b have 6 and c the 5 of a new key.
    check("redis-allkeys-lfu", 3, "a b c a b d", "m m m h h m-c");
    check("redis-allkeys-random", 1, "a a b b a", "m h m-a h m-b");
}

#[test]
fn a_score_is_not_refreshed() {
    let mut cache = build("redis-allkeys-lru", 4);
    let at = |second| Cx::unit(second, second * SECOND);
    let mut out = Vec::new();
    for (second, id) in [(0, 0), (10, 1), (50, 2)] {
        cache.insert(&at(second), id);
    }
    cache.evict(&at(100), Cause::Incoming(3), &mut out);
    assert!(cache.hit(&at(100), 1));
    // 1 was used 30 s ago and 2 was 80 s ago, but the pool remembers 90 s of 1.
    cache.evict(&at(130), Cause::Incoming(3), &mut out);
    assert_eq!(out, [0, 1]);
}

#[test]
fn counters_have_the_values_of_the_documentation() {
    // Its table: the counter after so many hits, for several factors.
    for (factor, expected) in [
        (0, [(100, 104), (1000, 255), (100_000, 255)]),
        (1, [(100, 18), (1000, 49), (100_000, 255)]),
        (10, [(100, 10), (1000, 18), (100_000, 142)]),
        (100, [(100, 8), (1000, 11), (100_000, 49)]),
    ] {
        let mut lfu = lfu(&format!("log_factor={factor}"));
        for (hits, expected) in expected {
            let runs = if hits < 100_000 { 200 } else { 20 };
            let one = |_| f64::from((0..hits).fold(FIRST, |count, _| lfu.increased(count)));
            let mean = (0..runs).map(one).sum::<f64>() / f64::from(runs);
            // Its values are those of single runs.
            let off = (mean - f64::from(expected)).abs();
            assert!(off < 1.5 + 0.04 * f64::from(expected), "factor {factor}, {hits} hits: {mean}, not {expected}");
        }
    }
    let mut lfu = lfu("");
    assert_eq!((0..1_000_000).fold(FIRST, |count, _| lfu.increased(count)), 255);
}

const FIRST: u8 = 5;

#[test]
fn counters_lose_one_a_minute() {
    let lfu1 = lfu("");
    let counter = Counter { minute: 10, count: 100 };
    assert_eq!(lfu1.decayed(10 * MINUTE + 59 * SECOND, counter), 100);
    assert_eq!(lfu1.decayed(11 * MINUTE, counter), 99);
    assert_eq!(lfu1.decayed(60 * MINUTE, counter), 50);
    assert_eq!(lfu1.decayed(500 * MINUTE, counter), 0);
    assert_eq!(lfu("decay=10").decayed(60 * MINUTE, counter), 95);
    assert_eq!(lfu("decay=0").decayed(9999 * MINUTE, counter), 100);
    // Minutes start over after 65,536, and one is lost there.
    let late = Counter { minute: 65_530, count: 100 };
    assert_eq!(lfu1.decayed(65_535 * MINUTE, late), 95);
    assert_eq!(lfu1.decayed((65_536 + 4) * MINUTE, late), 91);
}

#[test]
fn the_clock_has_seconds_and_starts_over() {
    assert_eq!((clock(999_999_999), clock(SECOND)), (0, 1));
    let wrap = (1u64 << 24) * SECOND;
    assert_eq!((clock(wrap - 1), clock(wrap)), ((1 << 24) - 1, 0));
    assert_eq!(idle(clock(wrap + 5 * SECOND), clock(wrap - 5 * SECOND)), 9, "10 s, less the one lost");
    assert_eq!(idle(7, 7), 0);
    // A key not used for 194 days and 2 s looks as if it had been used 2 s ago, and the one of 3 s ago leaves.
    let mut cache = build("redis-allkeys-lru", 3);
    let at = |time| Cx::unit(time, time);
    cache.insert(&at(10 * SECOND), 0);
    cache.insert(&at(wrap + 9 * SECOND), 1);
    let mut out = Vec::new();
    cache.evict(&at(wrap + 12 * SECOND), Cause::Incoming(2), &mut out);
    assert_eq!(out, [1]);
}

#[test]
fn volatile_settings_touch_only_volatile_keys() {
    for name in ["lru", "lfu", "random", "ttl", "lrm"] {
        let mut cache = build(&format!("redis-volatile-{name}"), 40);
        let mut expiries: Vec<Time> = (0..40).map(|id| if id % 2 == 0 { 1000 * SECOND } else { NEVER }).collect();
        (0..30).for_each(|id| cache.insert(&Cx { expiries: &expiries, ..Cx::unit(0, 0) }, id));
        // 1 is given a time to live and 2 loses its own, and a use tells; 4 loses it and nobody tells.
        (expiries[1], expiries[2], expiries[4]) = (SECOND, NEVER, NEVER);
        let cx = Cx { expiries: &expiries, ..Cx::unit(1, 1) };
        assert!(cache.hit(&cx, 1) && cache.hit(&cx, 2));
        let mut out = Vec::new();
        while cache.evict(&cx, Cause::Incoming(39), &mut out) == Verdict::Freed {}
        out.sort_unstable();
        let volatile: Vec<ObjId> = (0..30).filter(|&id| expiries[id as usize] != NEVER).collect();
        assert_eq!(out, volatile, "{name}");
    }
    // Without times to live at all, and with noeviction, what does not fit is refused.
    for name in ["redis-volatile-ttl", "redis-volatile-lru", "redis-noeviction"] {
        let mut cache = build(name, 2);
        cache.insert(&Cx::unit(0, 0), 0);
        assert_eq!(cache.evict(&Cx::unit(1, 1), Cause::Incoming(1), &mut Vec::new()), Verdict::Refuse);
        assert!(cache.contains(0));
    }
}

#[test]
fn volatile_ttl_comes_near_to_what_expires_next() {
    // 2000 keys that expire one after the other, of which half leave: with five samples most of those that leave are among
    // the first half, and with chance alone half of them would be.
    let early = |name: &str| {
        let mut cache = build(name, 2001);
        let expiries: Vec<Time> = (0..2001).map(|id| (1 + id * 7 % 2001) * SECOND).collect();
        let cx = Cx { expiries: &expiries, ..Cx::unit(0, 0) };
        (0..2000).for_each(|id| cache.insert(&cx, id));
        let mut out = Vec::new();
        (0..1000).for_each(|_| assert_eq!(cache.evict(&cx, Cause::Shrink, &mut out), Verdict::Freed));
        out.iter().filter(|&&id| expiries[id as usize] <= 1000 * SECOND).count()
    };
    assert!(early("redis-volatile-ttl") > 850, "{}", early("redis-volatile-ttl"));
    assert!((450..550).contains(&early("redis-volatile-random")));
}

/// Share of the requests that hit, a request a second.
fn hit_ratio(spec: &str, requests: &[ObjId], objects: usize, capacity: usize) -> f64 {
    let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
    let setup = Setup { objects, capacity: capacity as u64, expected: capacity, seed: 1, bytes: false };
    let mut cache = unit(name).entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap();
    let (mut held, mut hits, mut out) = (0, 0, Vec::new());
    for (i, &id) in requests.iter().enumerate() {
        let cx = Cx::unit(i as u64, i as Time * SECOND);
        if cache.hit(&cx, id) {
            hits += 1;
            continue;
        }
        cache.miss(&cx, id);
        if held < capacity {
            held += 1;
        } else {
            cache.evict(&cx, Cause::Incoming(id), &mut out);
        }
        cache.insert(&cx, id);
    }
    f64::from(hits) / requests.len() as f64
}

#[test]
fn more_samples_come_nearer_to_lru() {
    // Requests from a set of 400 that moves on through 4000: LRU sees it, and chance keeps much that is over.
    let mut rng = rng::rng(3, "drift");
    let requests: Vec<ObjId> = (0..40_000).map(|i| (i / 11 + rng::below(&mut rng, 400)) as ObjId).collect();
    let of = |spec: &str| hit_ratio(spec, &requests, 4100, 300);
    let (random, exact) = (of("redis-allkeys-random"), of("lru"));
    let by_samples = [1, 3, 5, 10].map(|samples| of(&format!("redis-allkeys-lru:samples={samples}")));
    assert!(random < exact - 0.02, "{random} {exact}");
    let off = by_samples.map(|ratio| (exact - ratio).abs());
    assert!(off[1] < off[0] && off[2] < off[1] && off[3] < off[2], "{random} {by_samples:?} {exact}");
    assert!(off[3] < 0.1 * (exact - random), "{random} {by_samples:?} {exact}");
}

#[test]
fn samples_are_at_least_one() {
    let error =
        |spec: &str| unit("redis-allkeys-lru").entry.build(&parse_pairs("x", spec).unwrap(), &SETUP).err().unwrap();
    assert!(error("samples=0").to_string().contains("out of range"));
    assert!(error("samples=65").to_string().contains("out of range"));
}
