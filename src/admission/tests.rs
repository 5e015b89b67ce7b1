//! What each admission lets in.

use super::ADMISSIONS;
use crate::core::NO_NEXT_USE;
use crate::policy::{Admission, Cx, Setup, parse_pairs};

fn gate(spec: &str) -> Box<dyn Admission> {
    let (name, params) = spec.split_once(':').unwrap_or((spec, ""));
    let gate = ADMISSIONS.iter().find(|gate| gate.info.name == name).unwrap();
    let setup = Setup { objects: 64, capacity: 10, expected: 10, seed: 42, bytes: false };
    gate.build(&parse_pairs(name, params).unwrap(), &setup).unwrap()
}

/// Asks for the objects one after the other, all missed; which come in?
fn admitted(spec: &str, ids: &[u32], sizes: &[u32]) -> Vec<bool> {
    let mut gate = gate(spec);
    let admit = |(index, &id): (usize, &u32)| {
        let cx = Cx { sizes, ..Cx::unit(index as u64, index as u64) };
        gate.request(&cx, id);
        gate.admits(&cx, id, None)
    };
    ids.iter().enumerate().map(admit).collect()
}

#[test]
fn always_lets_all_in() {
    assert_eq!(admitted("always", &[1, 1, 2], &[]), [true; 3]);
}

#[test]
fn a_probability_is_a_share() {
    let share = |p: &str| admitted(p, &vec![0; 20_000], &[]).iter().filter(|&&came| came).count();
    assert_eq!((share("probability:p=0"), share("probability:p=1")), (0, 20_000));
    // Four standard deviations.
    assert!(share("probability:p=0.25").abs_diff(5000) < 245);
}

#[test]
fn sizes_decide() {
    let sizes = [0, 100, 101, 5000];
    assert_eq!(admitted("size-threshold:most=100", &[0, 1, 2, 3], &sizes), [true, true, false, false]);
    let came = admitted("size-probability:scale=100", &vec![1; 20_000], &sizes).iter().filter(|&&came| came).count();
    assert!(came.abs_diff(7358) < 273, "exp(-1) of them: {came}");
    assert_eq!(admitted("size-probability:scale=1", &[0, 3, 3], &sizes), [true, false, false]);
}

#[test]
fn the_second_request_counts() {
    let ids = [1, 2, 1, 1, 3, 2];
    assert_eq!(admitted("second-hit", &ids, &[]), [false, false, true, true, false, true]);
    assert_eq!(admitted("second-hit:requests=3", &ids, &[]), [false, false, false, true, false, false]);
    assert_eq!(admitted("second-hit:within=3", &ids, &[]), [false, false, true, true, false, false]);
    assert_eq!(admitted("bloom", &ids, &[]), [false, false, true, true, false, true]);
}

#[test]
fn filters_forget_what_is_two_filters_ago() {
    // A filter takes ten objects: after 20 others, 1 is gone.
    let ids: Vec<u32> = [1].into_iter().chain(10..30).chain([1]).collect();
    assert!(!admitted("bloom", &ids, &[]).pop().unwrap());
    let ids: Vec<u32> = [1].into_iter().chain(10..25).chain([1]).collect();
    assert!(admitted("bloom", &ids, &[]).pop().unwrap());
}

#[test]
fn the_more_frequent_wins() {
    let mut gate = gate("tiny-lfu");
    let cx = Cx::unit(0, 0);
    for id in [1, 1, 2] {
        gate.request(&cx, id);
    }
    assert!(gate.admits(&cx, 1, Some(2)) && !gate.admits(&cx, 2, Some(1)) && !gate.admits(&cx, 2, Some(2)));
    assert!(gate.admits(&cx, 3, None), "there is room");
}

#[test]
fn the_one_needed_sooner_wins() {
    let mut gate = gate("clairvoyant");
    let cx = |index, next_use| Cx { next_use, ..Cx::unit(index, 0) };
    gate.request(&cx(0, 10), 1);
    gate.request(&cx(1, 5), 2);
    assert!(gate.admits(&cx(1, 5), 2, Some(1)));
    gate.request(&cx(2, 20), 3);
    assert!(!gate.admits(&cx(2, 20), 3, Some(1)));
    assert!(!gate.admits(&cx(3, NO_NEXT_USE), 4, None), "what never returns has no business there");
}

#[test]
fn parameters_out_of_range_are_refused() {
    let setup = Setup::TRIAL;
    for spec in [
        "probability:p=2",
        "size-threshold:most=x",
        "size-probability:scale=0",
        "second-hit:requests=0",
        "bloom:memory=0",
    ] {
        let (name, params) = spec.split_once(':').unwrap();
        let gate = ADMISSIONS.iter().find(|gate| gate.info.name == name).unwrap();
        assert!(gate.build(&parse_pairs(name, params).unwrap(), &setup).is_err(), "{spec}");
    }
}
