//! Walk-throughs of both circuit breakers.

use super::*;
use crate::core::SECOND;

fn seed() -> Breaker {
    Breaker::new(&Settings::Consecutive(Consecutive::default())).unwrap()
}

fn window() -> Breaker {
    Breaker::new(&Settings::SlidingWindow(SlidingWindow::default())).unwrap()
}

/// A request as the seed makes it: get, and on a miss the origin and a set, with a cache that is up (and empty) or down.
/// Answers how many operations reached the cache.
fn request(breaker: &mut Breaker, now: Time, up: bool) -> u32 {
    assert!(breaker.tries_cache_when_open());
    if up {
        breaker.miss(now);
    } else {
        breaker.failure(now);
    }
    if !breaker.allows(now) {
        return 1;
    }
    if up {
        breaker.success(now);
    } else {
        breaker.failure(now);
    }
    2
}

#[test]
fn the_seeds_opens_at_the_third_request_for_get_and_set_both_count() {
    let mut breaker = seed();
    assert_eq!(request(&mut breaker, 0, false), 2);
    assert_eq!(request(&mut breaker, 1, false), 2);
    assert_eq!(breaker.state(), State::Closed, "4 failures");
    assert_eq!(request(&mut breaker, 2, false), 1, "its get is the 5th failure, so there is no set");
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn the_seeds_stays_open_after_the_timeout_while_the_cache_is_empty() {
    let mut breaker = seed();
    (0..3).for_each(|at| _ = request(&mut breaker, at, false));
    for second in 1..1000 {
        assert_eq!(request(&mut breaker, second * SECOND, true), 1, "the cache is asked and never filled");
        assert_eq!(breaker.state(), State::Open);
    }
    // Another writer stores the key: the next get is a hit and closes it.
    breaker.success(1001 * SECOND);
    assert_eq!(breaker.state(), State::Closed);
    assert_eq!(request(&mut breaker, 1002 * SECOND, true), 2);
}

#[test]
fn the_seeds_timer_forgets_the_failures_of_a_later_time() {
    let mut breaker = seed();
    (0..5).for_each(|_| breaker.failure(0));
    breaker.success(SECOND);
    assert_eq!(breaker.state(), State::Closed);
    (0..4).for_each(|_| breaker.failure(59 * SECOND));
    // The timer of the opening at 0 goes off here: the next failure is the first again.
    breaker.failure(60 * SECOND);
    assert_eq!(breaker.state(), State::Closed);
    (0..4).for_each(|_| breaker.failure(61 * SECOND));
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn the_seeds_counts_failures_in_a_row() {
    let mut breaker = seed();
    for at in 0..100 {
        (0..4).for_each(|_| breaker.failure(at));
        breaker.success(at);
    }
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn the_window_opens_at_half_of_a_hundred_calls() {
    let mut breaker = window();
    for call in 0..99 {
        assert!(breaker.allows(call));
        breaker.failure(call);
    }
    assert_eq!(breaker.state(), State::Closed, "99 failures are too few calls");
    breaker.success(99);
    assert_eq!(breaker.state(), State::Open, "99 %");

    // 49 of any 100 calls in a row are too few, 50 enough.
    let mut breaker = window();
    for call in 0..1000 {
        if call % 100 < 49 { breaker.failure(call) } else { breaker.success(call) }
    }
    assert_eq!(breaker.state(), State::Closed);
    (0..49).for_each(|_| breaker.failure(1000));
    assert_eq!(breaker.state(), State::Closed);
    breaker.failure(1000);
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn ten_calls_decide_after_the_wait() {
    let mut breaker = window();
    (0..100).for_each(|_| breaker.failure(5));
    assert!(!breaker.tries_cache_when_open());
    assert!(!breaker.allows(5 + 60 * SECOND - 1));
    let after = 5 + 60 * SECOND;
    assert_eq!(breaker.state(), State::Open);
    let allowed = (0..20).filter(|_| breaker.allows(after)).count();
    assert_eq!((allowed, breaker.state()), (10, State::HalfOpen));
    // Five of ten fail: open again, for as long.
    (0..5).for_each(|_| breaker.failure(after));
    (0..4).for_each(|_| breaker.miss(after));
    assert_eq!(breaker.state(), State::HalfOpen);
    breaker.success(after + 7);
    assert_eq!(breaker.state(), State::Open);
    // An outcome that comes late changes nothing.
    breaker.success(after + 8);
    assert!(!breaker.allows(after + 6 + 60 * SECOND));
    // Four of ten fail: closed, with an empty window.
    let again = after + 7 + 60 * SECOND;
    assert_eq!((0..20).filter(|_| breaker.allows(again)).count(), 10);
    (0..4).for_each(|_| breaker.failure(again));
    (0..6).for_each(|_| breaker.success(again));
    assert_eq!(breaker.state(), State::Closed);
    (0..99).for_each(|_| breaker.failure(again));
    assert_eq!(breaker.state(), State::Closed);
    breaker.failure(again);
    assert_eq!(breaker.state(), State::Open);
}

#[test]
fn fewer_calls_than_permitted_decide_if_the_minimum_is_smaller() {
    let settings = SlidingWindow { minimum_number_of_calls: 2, ..SlidingWindow::default() };
    let mut breaker = Breaker::new(&Settings::SlidingWindow(settings)).unwrap();
    breaker.failure(0);
    assert_eq!(breaker.state(), State::Closed);
    breaker.failure(0);
    assert!(breaker.allows(60 * SECOND));
    breaker.success(60 * SECOND);
    assert_eq!(breaker.state(), State::HalfOpen);
    breaker.success(60 * SECOND);
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let window = SlidingWindow::default;
    for (settings, said) in [
        (Settings::Consecutive(Consecutive { threshold: 0, ..Consecutive::default() }), "'failures' is 0"),
        (Settings::Consecutive(Consecutive { timeout: 0, ..Consecutive::default() }), "'wait' is 0"),
        (Settings::SlidingWindow(SlidingWindow { sliding_window_size: 0, ..window() }), "'window' is 0"),
        (
            Settings::SlidingWindow(SlidingWindow { sliding_window_size: u32::MAX, ..window() }),
            "'window' is 4294967295",
        ),
        (Settings::SlidingWindow(SlidingWindow { minimum_number_of_calls: 0, ..window() }), "'minimum_calls' is 0"),
        (Settings::SlidingWindow(SlidingWindow { wait_duration_in_open_state: 0, ..window() }), "'wait' is 0"),
        (
            Settings::SlidingWindow(SlidingWindow { permitted_number_of_calls_in_half_open_state: 0, ..window() }),
            "'trial_calls' is 0",
        ),
        (Settings::SlidingWindow(SlidingWindow { failure_rate_threshold: 0.0, ..window() }), "'failure_rate' is 0 %"),
        (
            Settings::SlidingWindow(SlidingWindow { failure_rate_threshold: 101.0, ..window() }),
            "'failure_rate' is 101 %",
        ),
        (
            Settings::SlidingWindow(SlidingWindow { failure_rate_threshold: f64::NAN, ..window() }),
            "'failure_rate' is NaN %",
        ),
    ] {
        let error = Breaker::new(&settings).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("hint"), "{error}");
    }
}
