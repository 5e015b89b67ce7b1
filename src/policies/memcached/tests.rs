//! Segments by hand, classes and pages.

use super::super::parts::walk::{check, unit};
use super::*;
use crate::engine::{Config, View};
use crate::trace::Trace;

const SETUP: Setup = Setup { objects: 16, capacity: 1 << 20, expected: 16, seed: 0, bytes: true };

fn build(params: &Params) -> Memcached {
    Memcached::build(params, &SETUP).unwrap()
}

#[test]
fn walk_through() {
    // Five objects: one in HOT and two in WARM at most, and none in HOT while there are fewer than five. e stays in HOT, and a
    // to d are in COLD. Two hits each bring a, b and c to WARM, and c sends a back to COLD, behind d: f evicts d. f is in
    // HOT now and e in COLD, from where two hits bring it to WARM in place of b: g evicts a, then a evicts b. Two hits in
    // HOT make a active, and as it is the tail of HOT it goes to WARM in place of c: b evicts f, not c.
    check("memcached", 5, "a b c d e a a b b c c f e e g a a a b", "m m m m m h h h h h h m-d h h m-a m-b h h m-f");
}

#[test]
fn one_hit_is_not_enough() {
    // Each object is hit once while it is in the cache: the order of arrival decides, as in FIFO.
    check("memcached", 2, "a a b b c c a a", "m h m h m-a h m-b h");
}

#[test]
fn ages_empty_hot_and_warm() {
    let mut cache = build(&Params { hot: 1.0, warm: 1.0, ..Params::default() });
    let at = |second: u64| Cx::unit(second, second * SECOND);
    let segment = |cache: &Memcached, id| cache.lists.chain_of(id).unwrap() % SEGMENTS;
    // With no tail of COLD, everything is too old that is older than the second at hand.
    cache.insert(&at(0), 0);
    assert_eq!(segment(&cache, 0), HOT);
    cache.insert(&at(1), 1);
    assert_eq!((segment(&cache, 0), segment(&cache, 1)), (COLD, HOT));
    // At 100 s the tail of COLD has an age of 100 s; 2 comes in, and 1 is older than 20 s.
    cache.insert(&at(100), 2);
    assert_eq!((segment(&cache, 1), segment(&cache, 2)), (COLD, HOT));
    // 2 becomes active, which counts as a use, and goes to WARM at once.
    assert!(cache.hit(&at(110), 2) && cache.hit(&at(110), 2));
    assert_eq!(segment(&cache, 2), WARM);
    // At 330 s the tail of COLD is 330 s old, and 2 with its 220 s younger than 660 s. With 0 gone it is 1 from 1 s; with that
    // gone as well COLD is empty, and 2 goes there.
    assert!(cache.hit(&at(330), 0));
    assert_eq!(segment(&cache, 2), WARM);
    cache.remove(&at(330), 0);
    assert_eq!(segment(&cache, 2), WARM);
    cache.remove(&at(330), 1);
    assert_eq!(segment(&cache, 2), COLD);
    // It was fetched before, so that one hit brings it back.
    assert!(cache.hit(&at(331), 2));
    assert_eq!(segment(&cache, 2), WARM);
    // A write makes it new.
    assert!(cache.hit(&Cx { write: true, ..at(331) }, 2));
    assert_eq!((segment(&cache, 2), cache.items[2].marks), (HOT, 0));
    cache.check().unwrap();
}

#[test]
fn chunks_are_those_that_memcached_prints() {
    let cache = build(&Params::default());
    let chunks: Vec<u64> = cache.classes[1..].iter().map(|class| class.chunk).collect();
    // The list of `memcached -vv`.
    let printed = [96, 120, 152, 192, 240, 304, 384, 480, 600, 752, 944, 1184, 1480, 1856, 2320, 2904, 3632, 4544];
    assert_eq!(chunks[..printed.len()], printed);
    assert_eq!(chunks.last(), Some(&(1 << 20)));
    for (size, charge) in [(0, 96), (1, 96), (96, 96), (97, 120), (1 << 20, 1 << 20)] {
        assert_eq!(cache.charge(size), charge, "{size}");
    }
    assert!(cache.charge((1 << 20) + 1) > 1 << 60, "more than a page");
    let counted = Memcached::build(&Params::default(), &Setup { bytes: false, ..SETUP }).unwrap();
    assert_eq!(counted.charge(1), 1);
}

/// The ids that are resident at the end, of objects with these sizes that are asked for in order.
fn residents(capacity: u64, requests: &[(ObjId, u32)]) -> Vec<ObjId> {
    let mut trace = Trace::from_keys("sizes", requests.iter().map(|request| request.0));
    trace.sizes = Some(requests.iter().map(|request| request.1).collect());
    let config = Config { capacity, bytes: true, strict: true, ..Config::default() };
    let setup = Setup { objects: trace.objects, capacity, expected: 100, seed: 0, bytes: true };
    let mut cache = unit("memcached").replay(&crate::policy::Params::default(), &setup, &config).unwrap();
    cache.feed(&View::new(&trace), 0..requests.len());
    (0..trace.objects as ObjId).filter(|&id| cache.contains(id)).collect()
}

#[test]
fn classes_keep_their_pages() {
    // 1000 objects of 96 bytes fill 64 KiB. Those of 500 bytes have a page of one chunk, 600 bytes, that their class gets
    // in any case; there is no further one, and they evict each other.
    let small = (0..1000).map(|id| (id, 96));
    let large = (1000..1200).map(|id| (id, 500));
    let held = residents(64 << 10, &small.clone().chain(large.clone()).collect::<Vec<_>>());
    let of_large = held.iter().filter(|&&id| id >= 1000).count();
    assert!((1..=2).contains(&of_large), "{of_large}");
    assert!(held.len() > 670, "{}", held.len());
    // The other way around it is the same.
    let held = residents(64 << 10, &large.chain(small).collect::<Vec<_>>());
    let of_large = held.iter().filter(|&&id| id < 200).count();
    // 64 KiB less one page of ten small chunks.
    assert!((107..=109).contains(&of_large), "{of_large}");
    assert!(held.len() - of_large <= 20, "{}", held.len());
}

#[test]
fn a_scan_leaves_what_is_used_again() {
    // 12 objects are used by turns, with three between that are never used again: too many for LRU.
    let mut requests: Vec<ObjId> = (0..36).map(|i| i % 12).collect();
    for i in 0..3000 {
        requests.extend([i % 12, 100 + 3 * i, 101 + 3 * i, 102 + 3 * i]);
    }
    let ratio = |name: &str| {
        let trace = Trace::from_keys("scan", requests.iter());
        let config = Config { capacity: 45, strict: true, ..Config::default() };
        let setup = Setup { objects: trace.objects, capacity: 45, expected: 45, seed: 0, bytes: false };
        let mut cache = unit(name).replay(&crate::policy::Params::default(), &setup, &config).unwrap();
        cache.feed(&View::new(&trace), 0..requests.len());
        cache.counts().hits as f64 / requests.len() as f64
    };
    assert!(ratio("lru") < 0.01 && ratio("memcached") > 0.24, "{} {}", ratio("lru"), ratio("memcached"));
}

#[test]
fn parameters_out_of_range_are_refused() {
    for params in [
        Params { growth: 1.0, ..Params::default() },
        Params { page: 100, ..Params::default() },
        Params { chunk: 1 << 21, ..Params::default() },
        Params { hot: 1.5, ..Params::default() },
        Params { warm: -0.1, ..Params::default() },
    ] {
        assert!(Memcached::build(&params, &SETUP).unwrap_err().to_string().contains("out of range"));
    }
}
