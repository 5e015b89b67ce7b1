//! MIN at every capacity against Mattson's priority stack and against replays of `belady`.

use super::*;
use crate::core::NO_NEXT_USE;
use crate::registry;
use crate::replay::{Options, Replayer, parse_capacities};
use crate::trace::{BUNDLED, Columns, Trace};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn quiet<T>(work: impl FnOnce(Progress<'_>) -> Result<Option<T>>) -> T {
    work(Progress { requests: &|_| {}, stop: &AtomicBool::new(false) }).unwrap().unwrap()
}

/// By request, the least capacity that hits; 0 if none. Mattson 1970: the stack at C is the cache of size C; what is pushed
/// out of its place goes down and changes places with whatever is needed later than itself.
fn needs_by_stack(trace: &Trace) -> Vec<usize> {
    let next = trace.next_use();
    let mut stack: Vec<(ObjId, u32)> = Vec::new();
    let mut needs = Vec::new();
    for (&id, &next) in trace.ids.iter().zip(next) {
        let depth = stack.iter().position(|item| item.0 == id);
        needs.push(depth.map_or(0, |depth| depth + 1));
        let mut carried = (id, next);
        for (at, item) in stack.iter_mut().take(depth.map_or(usize::MAX, |depth| depth + 1)).enumerate() {
            // The top is always the object requested; further down the one needed sooner stays.
            if at == 0 || carried.1 < item.1 || Some(at) == depth {
                std::mem::swap(&mut carried, item);
            }
        }
        if depth.is_none() {
            stack.push(carried);
        }
    }
    needs
}

/// Counts the needs of a part of the requests.
fn counted(needs: &[usize]) -> Vec<u64> {
    let mut counts = vec![0; needs.iter().max().map_or(0, |most| most + 1).max(1)];
    needs.iter().filter(|&&need| need > 0).for_each(|&need| counts[need] += 1);
    counts
}

/// Hits of the policy `belady` at each capacity.
fn replayed(trace: &Trace, capacities: &[u64]) -> Vec<u64> {
    let options = Options::default();
    let mut replayer = Replayer::new(trace, &options).unwrap();
    let list: Vec<String> = capacities.iter().map(u64::to_string).collect();
    let capacities = parse_capacities(&list.join(",")).unwrap();
    let cells = replayer.cells(&registry::parse_list("belady").unwrap(), &capacities).unwrap();
    replayer.run(&cells, &|_| {}).iter().map(|outcome| outcome.row.requests - outcome.row.misses).collect()
}

fn agrees_with_replays(trace: &Trace, capacities: &[u64]) {
    let all = 0..trace.requests();
    let histogram = quiet(|progress| histogram(&trace.ids, trace.objects, all.clone(), progress));
    let some = quiet(|progress| hits_at(&trace.ids, trace.objects, capacities, std::slice::from_ref(&all), progress));
    for ((&capacity, expected), some) in capacities.iter().zip(replayed(trace, capacities)).zip(&some[0]) {
        let sum: u64 = histogram.iter().take(capacity as usize + 1).sum();
        assert_eq!((sum, *some), (expected, expected), "{} at {capacity}", trace.name);
    }
}

/// Requests of many kinds: few objects or many, skewed or not, with loops, scans and bursts.
fn requests() -> impl Strategy<Value = Vec<u32>> {
    let part = prop_oneof![
        prop::collection::vec(0..6u32, 1..40),
        prop::collection::vec(0..40u32, 1..60),
        prop::collection::vec((0..30u32, 0..30u32).prop_map(|(a, b)| a.min(b)), 1..80),
        (1..20u32, 1..60u32).prop_map(|(objects, requests)| (0..requests).map(|i| i % objects).collect()),
        (50..900u32, 1..30u32).prop_map(|(first, requests)| (first..first + requests).collect()),
        (0..40u32, 1..9usize).prop_map(|(object, requests)| vec![object; requests]),
    ];
    prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equals_the_priority_stack(keys in requests(), from in 0.0..1.0f64, to in 0.0..1.0f64) {
        let trace = Trace::from_keys("string", &keys);
        let needs = needs_by_stack(&trace);
        let place = |share: f64| (share * (keys.len() + 1) as f64) as usize;
        for window in [0..keys.len(), place(from.min(to))..place(from.max(to)), keys.len()..keys.len()] {
            let mut expected = counted(&needs[window.clone()]);
            let mut found = quiet(|progress| histogram(&trace.ids, trace.objects, window.clone(), progress));
            let len = expected.len().max(found.len());
            expected.resize(len, 0);
            found.resize(len, 0);
            prop_assert_eq!(found, expected, "{:?} of {:?}", window, &keys);
        }
    }

    #[test]
    fn some_capacities_and_windows_are_parts_of_all(
        keys in requests(),
        capacities in prop::collection::btree_set(0..60u64, 0..12),
        cuts in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), 0..5),
    ) {
        let trace = Trace::from_keys("string", &keys);
        let needs = needs_by_stack(&trace);
        let capacities: Vec<u64> = capacities.into_iter().chain([1 << 40]).collect();
        let place = |share: f64| (share * (keys.len() + 1) as f64) as usize;
        let windows: Vec<Range<usize>> = cuts.iter().map(|&(a, b)| place(a.min(b))..place(a.max(b))).collect();
        let found = quiet(|progress| hits_at(&trace.ids, trace.objects, &capacities, &windows, progress));
        prop_assert_eq!(found.len(), windows.len());
        for (window, found) in windows.into_iter().zip(found) {
            let inside = &needs[window];
            let hits = |c: u64| inside.iter().filter(|&&need| need > 0 && need as u64 <= c).count() as u64;
            prop_assert_eq!(found, capacities.iter().map(|&c| hits(c)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn equals_replays(keys in requests()) {
        let trace = Trace::from_keys("string", &keys);
        if trace.objects > 0 {
            agrees_with_replays(&trace, &(1..=trace.objects as u64).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_textbooks_string() {
    // Silberschatz, Galvin and Gagne: 9 faults with 3 frames. With one frame all 20 are, as nothing is repeated at once.
    let keys = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];
    let trace = Trace::from_keys("textbook", keys);
    let found = quiet(|progress| hits_at(&trace.ids, trace.objects, &[1, 3, 6], &[0..20, 0..10, 10..20], progress));
    assert_eq!(found[0], [0, 11, 14]);
    assert_eq!(found[0][1], found[1][1] + found[2][1]);
    assert_eq!(needs_by_stack(&trace).iter().filter(|&&need| (1..=3).contains(&need)).count(), 11);
}

#[test]
fn a_loop_and_a_scan() {
    // Of a loop of n, MIN with C places misses n - C or one more each time around; with n it misses none.
    let (objects, rounds) = (1000u32, 30);
    let trace = Trace::from_keys("loop", (0..objects * rounds).map(|i| i % objects));
    agrees_with_replays(&trace, &[1, 2, 3, 10, 100, 500, 998, 999, 1000]);
    let trace = Trace::from_keys("scan", 0..5000u32);
    assert_eq!(quiet(|progress| histogram(&trace.ids, trace.objects, 0..5000, progress)), [0]);
    let trace = Trace::from_keys("one", [5u32; 9]);
    assert_eq!(quiet(|progress| histogram(&trace.ids, trace.objects, 0..9, progress)), [0, 8]);
    assert_eq!(quiet(|progress| histogram(&[], 0, 0..0, progress)), [0]);
}

#[test]
fn equals_replays_of_the_bundled_traces() {
    for bundled in BUNDLED {
        let trace = bundled.load(Columns::IDS).unwrap();
        let objects = trace.objects as u64;
        let capacities: Vec<u64> = (1..=24).map(|i| (objects * i * i / 576).max(i)).collect();
        agrees_with_replays(&trace, &capacities);
    }
}

#[test]
fn reports_every_request_once_and_can_be_stopped() {
    let trace = Trace::from_keys("skewed", (0..300_000u64).map(|i| (i * i) % 7919 % (1 + i % 4000)));
    assert!(trace.next_use().iter().any(|&next| next != NO_NEXT_USE));
    let (told, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let progress = |count| {
        told.fetch_add(count, Ordering::Relaxed);
    };
    let all = 0..trace.requests();
    histogram(&trace.ids, trace.objects, all.clone(), Progress { requests: &progress, stop: &stop }).unwrap().unwrap();
    assert_eq!(told.load(Ordering::Relaxed), trace.requests() as u64);
    stop.store(true, Ordering::Relaxed);
    let progress = Progress { requests: &progress, stop: &stop };
    assert!(histogram(&trace.ids, trace.objects, all, progress).unwrap().is_none());
}
