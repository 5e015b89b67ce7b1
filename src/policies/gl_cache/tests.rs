//! Merges by hand, and what is learned.

use super::super::parts::walk::{Fed, check};
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
    let cache = GlCache::build(&Params { interval: 5.0, ..Params::default() }, &setup).unwrap();
    let mut cache = Fed::new(cache, 100);
    let mut round = |i: u32| cache.request((80 * i..80 * i + 80).map(|i| if i % 80 < 40 { i % 80 } else { 100 + i }));
    let _: u64 = (0..125).map(&mut round).sum();
    let hits: u64 = (125..250).map(round).sum();
    assert!(cache.policy.model.is_some());
    assert!(hits > 4_000, "{hits} of 5000");
}
