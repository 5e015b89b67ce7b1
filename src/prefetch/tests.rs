//! What each prefetcher asks for.

use super::PREFETCHERS;
use crate::policy::{Blocks, Cx, Prefetch, Served, Setup, parse_pairs};
use std::sync::Arc;

/// A prefetcher over ten objects, of which 0 to 3 follow each other, and 4 and 5; after 3 comes one that is never asked for.
fn prefetcher(spec: &str) -> Box<dyn Prefetch> {
    let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
    let entry = PREFETCHERS.iter().find(|entry| entry.info.name == name).unwrap();
    let setup = Setup { objects: 10, capacity: 10, expected: 10, seed: 42, bytes: false };
    let mut prefetch = entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap();
    prefetch.introduce(&Arc::new(Blocks::new(vec![1, 2, 3, 6, 5, 9], 7)));
    prefetch
}

/// What it asks for after each of these requests.
fn wanted(spec: &str, requests: &[(u32, Served)]) -> Vec<Vec<u32>> {
    let mut prefetch = prefetcher(spec);
    let ask = |(at, &(id, served)): (usize, &(u32, Served))| {
        let mut out = Vec::new();
        prefetch.request(&Cx::unit(at as u64, at as u64), id, served, &mut out);
        out
    };
    requests.iter().enumerate().map(ask).collect()
}

fn missed(ids: &[u32]) -> Vec<(u32, Served)> {
    ids.iter().map(|&id| (id, Served::Miss)).collect()
}

#[test]
fn none_wants_nothing() {
    assert_eq!(wanted("none", &missed(&[0, 1, 2])), [[0; 0]; 3]);
}

#[test]
fn the_next_block_is_wanted_with_each() {
    let none: Vec<u32> = Vec::new();
    assert_eq!(
        wanted("one-block-lookahead", &missed(&[0, 4, 3, 5, 7])),
        [vec![1], vec![5], vec![6], none.clone(), none]
    );
}

#[test]
fn misses_and_first_uses_are_told_from_hits() {
    let requests = [(0, Served::Miss), (1, Served::FirstHit), (2, Served::Hit)];
    let none: Vec<u32> = Vec::new();
    assert_eq!(wanted("one-block-lookahead:when=always", &requests), [[1], [2], [3]]);
    assert_eq!(wanted("one-block-lookahead:when=miss", &requests), [vec![1], none.clone(), none.clone()]);
    assert_eq!(wanted("one-block-lookahead:when=tagged", &requests), [vec![1], vec![2], none]);
}

#[test]
fn a_sequence_is_believed_after_a_run() {
    let none: Vec<u32> = Vec::new();
    // The second request for 1 changes nothing; 4 begins anew.
    let wanted = wanted("one-block-lookahead:run=3", &missed(&[0, 1, 1, 2, 4, 5]));
    assert_eq!(wanted, [none.clone(), none.clone(), none.clone(), vec![3], none.clone(), none]);
}

#[test]
fn what_often_came_soon_after_is_wanted() {
    let none: Vec<u32> = Vec::new();
    // After 0 came 1 once; then 2; then 1 again, which is first.
    let wanted = wanted("probability-graph:lookahead=1,chance=0.5", &missed(&[0, 1, 0, 2, 0, 1, 0]));
    assert_eq!(wanted, [none.clone(), none.clone(), vec![1], none, vec![1, 2], vec![0], vec![1]]);
}

#[test]
fn two_requests_ahead_count_with_a_lookahead_of_two() {
    let wanted = wanted("probability-graph:chance=0.5", &missed(&[0, 1, 2, 0]));
    // After 0 came 1 and 2, each half of the cases.
    assert_eq!(wanted[3], [1, 2]);
}

#[test]
fn the_rarest_successor_makes_room() {
    // After 0 came each of 1 to 7 twice and 8 once, which are as many as there is room for; then 9.
    let mut ids: Vec<u32> = (1..8).chain(1..10).flat_map(|id| [0, id]).collect();
    ids.push(0);
    let wanted = wanted("probability-graph:lookahead=1,chance=0", &missed(&ids));
    assert_eq!(wanted.last().unwrap(), &[1, 2, 3, 4, 5, 6, 7, 9]);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let setup = Setup::TRIAL;
    for (name, params) in [
        ("one-block-lookahead", "when=never"),
        ("one-block-lookahead", "run=0"),
        ("one-block-lookahead", "step=0"),
        ("probability-graph", "lookahead=0"),
        ("probability-graph", "chance=1.5"),
    ] {
        let entry = PREFETCHERS.iter().find(|entry| entry.info.name == name).unwrap();
        assert!(entry.build(&parse_pairs(name, params).unwrap(), &setup).is_err(), "{name}:{params}");
    }
}
