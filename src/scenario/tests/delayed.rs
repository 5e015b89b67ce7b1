//! Delayed hits: requests that come while their value is being fetched (Atre, Sherry, Wang, Berger, SIGCOMM 2020).

use super::{near, rows, run_text};

/// A key under Poisson requests at rate r whose fetch takes Z: a miss and those who wait for it wait Z + r Z^2 / 2 together.
/// 3 %.
#[test]
fn a_miss_delays_all_who_come_while_it_lasts() {
    let text = "duration = \"5h\"\nseed = [1, 2, 3]\n[load]\nkeys = 1\narrivals = \"poisson\"\n\
                [[level]]\nname = \"cache\"\nttl = \"20s\"\ncoalesce = true\n[origin]\nlatency = \"1s\"\n";
    for (rate, z) in [(50.0, 2.0), (5.0, 4.0), (1.0, 0.5)] {
        let fetch = format!("{z}s");
        let (mut waited, mut misses, mut delayed) = (0.0, 0, 0);
        for row in rows(text, &[("load.rate", &rate.to_string()), ("origin.latency", &fetch)]) {
            waited += row.latency_mean_seconds * row.requests as f64;
            misses += row.misses;
            delayed += row.delayed_hits;
            assert_eq!(row.misses, row.origin_fetches);
        }
        near(waited / misses as f64, z + rate * z * z / 2.0, 0.03);
        near(delayed as f64 / misses as f64, rate * z, 0.03);
    }
}

/// By hand: requests at 0, 1, 2, 3, 4 s, a fetch of 2.5 s. The first pays 2.5 s, the next two 1.5 s and 0.5 s, the others
/// nothing.
#[test]
fn who_comes_later_waits_less() {
    let text = "duration = \"4s\"\n[load]\nkeys = 1\nrate = 1\narrivals = \"even\"\n\
                [[level]]\nname = \"cache\"\ncoalesce = true\n[origin]\nlatency = \"2.5s\"\n";
    let outcome = run_text(text, &[]).remove(0);
    let row = &outcome.row;
    assert_eq!((row.requests, row.hits, row.delayed_hits, row.misses), (5, 2, 2, 1));
    near(row.latency_mean_seconds, 4.5 / 5.0, 1e-9);
    let level = &outcome.levels[0];
    assert_eq!((level.requests, level.hits, level.delayed_hits, level.misses), (5, 2, 2, 1));
}

/// An answer is stored when it arrives: who asks at that very moment finds it.
#[test]
fn what_ends_comes_before_what_begins() {
    let text = "duration = \"2s\"\n[load]\nkeys = 1\nrate = 1\narrivals = \"even\"\n\
                [[level]]\nname = \"cache\"\n[origin]\nlatency = \"1s\"\n";
    let row = &rows(text, &[])[0];
    assert_eq!((row.hits, row.misses), (2, 1));
}

/// Waiters in the first level for a fetch that waits itself in the second are delayed, all of them.
#[test]
fn waiting_goes_through_the_levels() {
    let text = "[load]\nkeys = 1\narrivals = \"burst\"\nburst = 10\nevery = \"1s\"\n[[clients]]\nservers = 2\n\
                [[level]]\nname = \"l1\"\nnodes = 2\ncoalesce = true\n[[level]]\nname = \"l2\"\ndefence = \"lease\"\n\
                [origin]\nlatency = \"1s\"\n";
    let row = &rows(text, &[])[0];
    assert_eq!((row.misses, row.delayed_hits, row.hits, row.origin_fetches), (1, 9, 0, 1));
}
