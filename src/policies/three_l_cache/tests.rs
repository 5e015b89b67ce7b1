//! 3L-Cache by hand, on what it is made for, and under every kind of call once there is a model.

use super::super::parts::walk::{Fed, check, popular_among_others};
use super::*;
use crate::core::rng::{below, rng};

const OBJECTIVES: [Objective; 2] = [Objective::Objects, Objective::Bytes];

fn cache(objective: Objective, setup: &Setup) -> ThreeLCache {
    ThreeLCache::build(&Params { objective, ..Params::default() }, setup).unwrap()
}

#[test]
fn walk_through() {
    // Not trained yet: LRU.
    check("three-l-cache", 3, "a b c a d e f a", "m m m h m-b m-c m-a m-d");
    check("three-l-cache:objective=bytes", 2, "a b a c d c", "m m h m-b m-a h");
}

#[test]
fn it_learns_who_comes_back() {
    // 15 objects of a loop between others that never come again, in a cache of 40: LRU has no hit, the history all of them.
    let setup = Setup { objects: 1 << 15, capacity: 40, expected: 40, seed: 3, bytes: false };
    for objective in OBJECTIVES {
        let mut cache = Fed::new(cache(objective, &setup), 40);
        cache.request(popular_among_others(0..4000, 15));
        let hits = cache.request(popular_among_others(4000..8000, 15));
        assert!(hits > 900, "{objective:?}: {hits} of 1000");
    }
}

/// The request at hand.
fn cx(at: u64, sizes: &[u32]) -> Cx<'_> {
    Cx { sizes, ..Cx::unit(at, at) }
}

#[test]
fn every_call_keeps_the_books_with_a_model_too() {
    const OBJECTS: usize = 60;
    const CAPACITY: u64 = 100;
    let setup = Setup { objects: OBJECTS, capacity: CAPACITY, expected: 20, seed: 5, bytes: true };
    for objective in OBJECTIVES {
        let mut cache = cache(objective, &setup);
        // As small as this it is trained many times.
        cache.window.batch = 30;
        let mut rng = rng(7, "calls");
        let (mut sizes, mut held) = ([0u32; OBJECTS], [false; OBJECTS]);
        for at in 0..6000 {
            let span = 1 + below(&mut rng, OBJECTS as u64);
            let object = below(&mut rng, span) as usize;
            let id = object as ObjId;
            assert_eq!(cache.hit(&cx(at, &sizes), id), held[object]);
            let old = sizes[object];
            if old == 0 || below(&mut rng, 4) == 0 {
                sizes[object] = 1 + below(&mut rng, 9) as u32;
            }
            if sizes[object] != old {
                cache.resized(&cx(at, &sizes), id, old);
            }
            let comes = if held[object] { 0 } else { u64::from(sizes[object]) };
            while cache.used + comes > CAPACITY {
                let victim = cache.victim(&cx(at, &sizes), Cause::Shrink);
                let mut out = Vec::new();
                assert_eq!(cache.evict(&cx(at, &sizes), Cause::Shrink, &mut out), Verdict::Freed);
                assert_eq!(out, Vec::from_iter(victim));
                assert!(std::mem::take(&mut held[out[0] as usize]));
            }
            if comes > 0 {
                cache.insert(&cx(at, &sizes), id);
                held[object] = true;
            }
            let other = below(&mut rng, OBJECTS as u64) as usize;
            if at % 20 == 0 && std::mem::take(&mut held[other]) {
                cache.remove(&cx(at, &sizes), other as ObjId);
            }
            let used: u64 = (0..OBJECTS).filter(|&object| held[object]).map(|object| u64::from(sizes[object])).sum();
            assert_eq!(cache.used, used);
            assert_eq!(cache.check(), Ok(()));
            assert!((0..OBJECTS).all(|object| cache.contains(object as ObjId) == held[object]));
        }
        assert!(cache.window.is_trained());
    }
}
