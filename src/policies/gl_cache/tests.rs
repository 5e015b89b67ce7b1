//! Merges by hand, and what is learned.

use super::super::parts::walk::check;
use super::*;

#[test]
fn walk_through() {
    // Groups of one object, two of which are merged, but for the open one. d: of a and b the one used last, a, stays, and the
    // hand is behind it. e: there is only c between the hand and the open group; alone it keeps none. f: d likewise.
    check("gl-cache", 3, "a b c a d e f a", "m m m h m-b m-c m-d h");
}

#[test]
fn it_learns_which_groups_are_of_no_worth() {
    // Twenty rounds of forty popular objects, then forty that never come again, over and over; room for a hundred.
    let setup = Setup { objects: 1 << 16, capacity: 100, expected: 100, seed: 0, bytes: false };
    let mut cache = GlCache::build(&Params { interval: 5.0, ..Params::default() }, &setup).unwrap();
    let (mut used, mut hits, mut out) = (0, 0, Vec::new());
    for i in 0..20_000u64 {
        let id = if i % 80 < 40 { i % 80 } else { 100 + i } as ObjId;
        let cx = Cx::unit(i, i);
        if cache.hit(&cx, id) {
            hits += u64::from(i >= 10_000);
            continue;
        }
        if used == 100 {
            out.clear();
            cache.evict(&cx, Cause::Incoming(id), &mut out);
            used -= out.len();
        }
        used += 1;
        cache.insert(&cx, id);
        assert_eq!(cache.check(), Ok(()));
    }
    assert!(cache.model.is_some());
    assert!(hits > 4_000, "{hits} of 5000");
}
