//! The bounds against all schedules of tiny traces, and against each other.

use super::*;
use crate::curve::{Progress, min};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn pfoo_u(requests: &Requests<'_>, capacities: &[u64], step: usize) -> Vec<Hits> {
    let progress = Progress { requests: &|_| {}, stop: &AtomicBool::new(false) };
    super::pfoo_u(requests, capacities, step, progress).unwrap()
}

fn requests<'a>(ids: &'a [ObjId], sizes: Option<&'a [u32]>) -> Requests<'a> {
    let objects = ids.iter().max().map_or(0, |&most| most as usize + 1);
    Requests { ids, sizes, objects, counted: 0..ids.len() }
}

/// Intervals by looking back from each request: from, to, size, bytes.
fn by_looking_back(requests: &Requests<'_>) -> Vec<(usize, usize, u64, u64)> {
    let size = |at: usize| requests.sizes.map_or(1, |sizes| u64::from(sizes[at]));
    let last = |to: usize| requests.ids[..to].iter().rposition(|&id| id == requests.ids[to]);
    requests.counted.clone().filter_map(|to| last(to).map(|from| (from, to, size(from), size(to)))).collect()
}

/// The best of all subsets of intervals that fit.
fn optimum(requests: &Requests<'_>, capacity: u64) -> Hits {
    let all = by_looking_back(requests);
    let mut best = Hits::default();
    for set in 0..1u32 << all.len() {
        let chosen = || all.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, interval)| interval);
        let fits = (0..requests.ids.len()).all(|at| {
            let stays = chosen().filter(|(from, to, ..)| (*from..*to).contains(&at));
            stays.map(|interval| interval.2).sum::<u64>() <= capacity
        });
        if fits {
            best.hits = best.hits.max(chosen().count() as u64);
            best.bytes = best.bytes.max(chosen().map(|interval| interval.3).sum());
        }
    }
    best
}

/// PFOO-L with a search for the next interval instead of a sort.
fn pfoo_l_by_search(requests: &Requests<'_>, capacity: u64) -> Hits {
    let start = requests.counted.start;
    let fitting = by_looking_back(requests).into_iter().filter(|interval| interval.2 <= capacity);
    // Footprint and bytes.
    let mut by_room: Vec<(u64, u64)> =
        fitting.map(|(from, to, size, bytes)| (size * (to - from.max(start)) as u64, bytes)).collect();
    let mut by_worth = by_room.clone();
    let total = capacity * requests.counted.len() as u64;
    let (mut found, mut room) = (Hits::default(), total);
    while let Some(at) = (0..by_room.len()).min_by_key(|&i| by_room[i].0) {
        let (footprint, _) = by_room.swap_remove(at);
        if footprint > room {
            break;
        }
        room -= footprint;
        found.hits += 1;
    }
    room = total;
    while let Some(at) = (0..by_worth.len()).reduce(|a, b| {
        let ((room_a, bytes_a), (room_b, bytes_b)) = (by_worth[a], by_worth[b]);
        if bytes_b * room_a > bytes_a * room_b { b } else { a }
    }) {
        let (footprint, bytes) = by_worth.swap_remove(at);
        if footprint > room {
            found.bytes += bytes * room / footprint;
            break;
        }
        room -= footprint;
        found.bytes += bytes;
    }
    found
}

/// Ids, a size by object, whether sizes change, a capacity, the first counted request.
fn tiny() -> impl Strategy<Value = (Vec<ObjId>, Vec<u32>, u64, usize)> {
    (
        prop::collection::vec((0..5u32, 0..3u32), 1..14),
        prop::collection::vec(0..7u32, 5),
        any::<bool>(),
        0..16u64,
        0..4usize,
    )
        .prop_map(|(drawn, by_object, changing, capacity, start)| {
            let ids: Vec<ObjId> = drawn.iter().map(|d| d.0).collect();
            let size = |&(id, more): &(u32, u32)| by_object[id as usize] + if changing { more } else { 0 };
            let sizes = drawn.iter().map(size).collect();
            (ids, sizes, capacity, start)
        })
}

#[test]
fn an_example_by_hand() {
    // a b a b, sizes 2 and 3: a stays for 2 requests (4), b for 2 (6). Between the second and third request both stay.
    let (ids, sizes) = ([0, 1, 0, 1], [2, 3, 2, 3]);
    let requests = requests(&ids, Some(&sizes));
    let capacities = [1, 2, 3, 4, 5];
    let hits = |hits, bytes| Hits { hits, bytes };
    assert_eq!(infinite(&requests, &capacities), [(0, 0), (1, 2), (2, 5), (2, 5), (2, 5)].map(|(h, b)| hits(h, b)));
    // Room 4, 8, 12, 16, 20. At 2 b is too large; at 3 both fit in 12.
    assert_eq!(pfoo_l(&requests, &capacities), [(0, 0), (1, 2), (2, 5), (2, 5), (2, 5)].map(|(h, b)| hits(h, b)));
    for step in [1, 2, 100] {
        let found = pfoo_u(&requests, &capacities, step);
        assert_eq!(found[..2], [hits(0, 0), hits(1, 2)], "{step}");
        assert_eq!((found[2].hits, found[3].hits, found[4]), (1, 1, hits(2, 5)), "{step}");
    }
    assert_eq!(
        capacities.map(|c| optimum(&requests, c)),
        [(0, 0), (1, 2), (1, 3), (1, 3), (2, 5)].map(|(h, b)| hits(h, b))
    );
}

#[test]
fn a_flow_is_better_than_one_at_a_time() {
    // A footprint of 4 x 3 requests stands in the way of two of 7 x 2 beside each other.
    let ids = [1, 9, 0, 1, 2, 0, 8, 2];
    let sizes = [7, 9, 4, 7, 7, 4, 9, 7];
    let requests = requests(&ids, Some(&sizes));
    let best = optimum(&requests, 10);
    assert_eq!(pfoo_u(&requests, &[10], 1)[0].hits, 1);
    assert_eq!((pfoo_u(&requests, &[10], 100)[0].hits, best.hits), (2, 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_optimum_is_between((ids, sizes, capacity, start) in tiny()) {
        let mut requests = requests(&ids, Some(&sizes));
        requests.counted = start.min(ids.len())..ids.len();
        let best = optimum(&requests, capacity);
        let upper = pfoo_l(&requests, &[capacity])[0];
        let all = infinite(&requests, &[capacity])[0];
        prop_assert!(best.hits <= upper.hits && best.bytes <= upper.bytes, "{best:?} {upper:?}");
        prop_assert!(upper.hits <= all.hits && upper.bytes <= all.bytes, "{upper:?} {all:?}");
        for step in [1, 2, 4, 100] {
            let lower = pfoo_u(&requests, &[capacity], step)[0];
            prop_assert!(lower.hits <= best.hits && lower.bytes <= best.bytes, "{lower:?} {best:?} {step}");
            prop_assert!(lower.hits > 0 || best.hits == 0);
        }
    }

    #[test]
    fn pfoo_l_is_what_a_search_finds((ids, sizes, capacity, start) in tiny()) {
        let mut requests = requests(&ids, Some(&sizes));
        requests.counted = start.min(ids.len())..ids.len();
        prop_assert_eq!(pfoo_l(&requests, &[capacity])[0], pfoo_l_by_search(&requests, capacity));
    }

    /// Of objects of one size, a flow over all intervals is the optimum of caches that may decline; MIN may not.
    #[test]
    fn of_equal_sizes_min_is_below(ids in prop::collection::vec((0..12u32, 0..12u32).prop_map(|(a, b)| a.min(b)), 1..120)) {
        let requests = requests(&ids, None);
        let capacities: Vec<u64> = (1..=requests.objects as u64).collect();
        let (upper, lower) = (pfoo_l(&requests, &capacities), pfoo_u(&requests, &capacities, 2 * ids.len()));
        let stop = AtomicBool::new(false);
        let watch = Progress { requests: &|_| {}, stop: &stop };
        let window = 0..ids.len();
        let least = min::hits_at(&ids, requests.objects, &capacities, std::slice::from_ref(&window), watch).unwrap().unwrap();
        for (at, &min) in least[0].iter().enumerate() {
            prop_assert!(min <= lower[at].hits && lower[at].hits <= upper[at].hits, "{min} {:?} {:?}", lower[at], upper[at]);
        }
    }

    #[test]
    fn more_room_is_not_worse((ids, sizes, _, start) in tiny()) {
        let mut requests = requests(&ids, Some(&sizes));
        requests.counted = start.min(ids.len())..ids.len();
        let capacities: Vec<u64> = (0..30).collect();
        let bounds =
            [infinite(&requests, &capacities), pfoo_l(&requests, &capacities), pfoo_u(&requests, &capacities, 4)];
        for bound in bounds {
            prop_assert!(bound.is_sorted_by(|a, b| a.hits <= b.hits && a.bytes <= b.bytes), "{bound:?}");
        }
        let all = infinite(&requests, &[u64::MAX])[0];
        prop_assert_eq!(pfoo_u(&requests, &[1 << 20], 4)[0], all);
    }
}

/// Stopped when the first capacity is done: the others are not begun.
#[test]
fn a_schedule_can_be_stopped() {
    let ids: Vec<ObjId> = (0..100u32).map(|index| index * index % 17).collect();
    let (told, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let tell = |done| {
        told.fetch_add(done, Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
    };
    let progress = Progress { requests: &tell, stop: &stop };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let found = pool.install(|| super::pfoo_u(&requests(&ids, None), &[3, 4, 5, 6, 7], 4, progress));
    assert_eq!((found, told.load(Ordering::Relaxed)), (None, 10));
}
