//! Caches and origins that die, come back, slow down, refuse; what breakers, retries and old values make of it.

use super::script::{PLAIN, Read, Write, plain_with, play, with_model};
use super::{near, preset_rows, rows, run_preset, run_text};
use crate::scenario::breaker::State;
use crate::scenario::model::Model;

#[test]
fn retries_back_off_and_are_counted() {
    // Tries at 1, 111 (1 + 10 + 100), 321 and 731 ms, each failing 10 ms later; the answer is known at 741 ms.
    let sets =
        [("origin.errors", "100%"), ("origin.retries", "3"), ("origin.backoff", "100ms"), ("origin.latency", "10ms")];
    let row = play(PLAIN, &sets, &[Read(0, 0)]);
    assert_eq!((row.origin_fetches, row.origin_retries, row.failures), (4, 3, 1));
    near(row.latency_max_seconds, 0.741, 1e-3);
    near(row.availability, 0.0, 1e-9);
}

#[test]
fn who_gives_up_leaves_the_origin_at_work() {
    // Given up at 101 ms, tried again at 151 ms, given up at 251 ms; the origin works until 1.151 s.
    let sets =
        [("origin.timeout", "100ms"), ("origin.retries", "1"), ("origin.backoff", "50ms"), ("origin.latency", "1s")];
    let (row, end) = with_model(PLAIN, &sets, &[Read(0, 0)], |model| model.now / 1_000_000);
    assert_eq!((row.origin_timeouts, row.origin_retries, row.failures, row.origin_peak_in_flight), (2, 1, 1, 2));
    near(row.latency_max_seconds, 0.251, 1e-3);
    assert_eq!(end, 1151);
}

#[test]
fn timeouts_never_meet_another_call() {
    // Calls come and go at the origin, and their numbers are used again long before the timeouts of the first ones are over.
    let text = "duration = \"1min\"\n[load]\nkeys = 1000\nalpha = 0\nrate = 1000\nwrites = \"30%\"\n[[level]]\nname = \"cache\"\n\
                capacity = 1\n[origin]\nlatency = \"exponential(2ms)\"\ntimeout = \"100ms\"\nerrors = \"30%\"\nretries = 5\nbackoff = \"1ms\"\n";
    for seed in ["1", "2", "3"] {
        let row = &rows(text, &[("seed", seed)])[0];
        // P(over 100 ms) = e^-50.
        assert_eq!(row.origin_timeouts, 0);
        let tries = row.origin_fetches + row.origin_writes;
        near(row.origin_retries as f64, 0.3 * tries as f64, 0.02);
        // 0.3^6 of the requests fail.
        assert!(row.availability > 0.998);
    }
}

#[test]
fn retries_of_writes_are_no_fetches() {
    let sets = [("origin.errors", "100%"), ("origin.retries", "3"), ("origin.backoff", "10ms")];
    let (row, rebuilding) = with_model(PLAIN, &sets, &[Write(0, 0), Write(5000, 0)], |model| model.rebuilding.len());
    assert_eq!((row.origin_writes, row.origin_fetches, row.origin_retries, row.rebuilds_peak), (8, 0, 6, 0));
    assert_eq!((rebuilding, row.availability), (0, 0.0));
}

#[test]
fn a_full_queue_refuses() {
    let sets = [("origin.servers", "1"), ("origin.queue", "1"), ("origin.latency", "1s")];
    let row = play(PLAIN, &sets, &[Read(0, 0), Read(100, 1), Read(200, 2), Read(300, 3)]);
    assert_eq!((row.origin_rejections, row.failures, row.misses), (2, 2, 2));
    near(row.availability, 0.5, 1e-9);
    near(row.latency_max_seconds, 1.901, 1e-3);
}

/// Hardly a hit: 100,000 keys alike, and room for one.
const MISSES: &str = "duration = \"200s\"\nwarmup = \"5s\"\n[load]\nkeys = 100000\nalpha = 0\n[[level]]\nname = \"cache\"\ncapacity = 1\n[origin]\n";

#[test]
fn misses_wait_as_erlang_says() {
    // M/M/2 at load 1.6: B = 1.28 / (1 + 1.6 + 1.28), C = B / (1 - 0.8 (1 - B)), mean time 1 + C / (2 - 1.6) ms. 312,000
    // requests: standard error about 1 %, tolerance 4 %.
    let b = 1.28 / 3.88;
    let expected = 1.0 + b / (1.0 - 0.8 * (1.0 - b)) / 0.4;
    for seed in ["1", "2", "3"] {
        let sets =
            [("load.rate", "1600"), ("origin.servers", "2"), ("origin.latency", "exponential(1ms)"), ("seed", seed)];
        near(rows(MISSES, &sets)[0].latency_mean_seconds * 1000.0, expected, 0.04);
    }
}

#[test]
fn shared_processors_slow_everybody_alike() {
    // M/G/1-PS: mean time S / (1 - rho), whatever the law; rho = 0.7. 137,000 requests, tolerance 4 %.
    for (seed, law) in [("1", "1ms"), ("2", "exponential(1ms)"), ("3", "uniform(0s,2ms)")] {
        let sets = [
            ("load.rate", "700"),
            ("origin.servers", "1"),
            ("origin.discipline", "sharing"),
            ("origin.latency", law),
            ("seed", seed),
        ];
        near(rows(MISSES, &sets)[0].latency_mean_seconds * 1000.0, 1.0 / 0.3, 0.04);
    }
}

#[test]
fn an_overloaded_origin_is_bounded_or_diverges() {
    // 1000 requests/s, and a server that does 500.
    let sets = [("load.rate", "1000"), ("origin.servers", "1"), ("origin.latency", "2ms"), ("most_in_flight", "5000")];
    let free = &rows(MISSES, &sets)[0];
    assert!(free.diverged && free.origin_peak_in_flight <= 5001 && free.duration_seconds >= 200.0);
    assert!(free.requests < 12_000, "it stops");
    let bounded = &rows(MISSES, &[sets.as_slice(), &[("origin.queue", "100")]].concat())[0];
    assert!(!bounded.diverged && bounded.origin_peak_in_flight <= 102);
    near(bounded.failures as f64, 0.5 * bounded.requests as f64, 0.03);
    // A queue of writes that outgrows its origin, at 100 writes/s and 10 done.
    let behind = "duration = \"1h\"\nmost_in_flight = 2000\n[load]\nkeys = 10\nrate = 100\nwrites = 1\n[[level]]\nname = \"cache\"\n\
                  [origin]\nlatency = \"100ms\"\n[write]\npath = \"write-behind\"\n";
    let row = &rows(behind, &[])[0];
    assert!(row.diverged && row.writes < 2500);
    assert!(!rows(behind, &[("write.consolidate", "true"), ("duration", "1min")])[0].diverged);
}

#[test]
fn a_partition_keeps_the_content_and_misses_the_delete() {
    let asks = [Read(0, 0), Write(2000, 0), Read(4000, 0), Read(5000, 0)];
    let row = play(&plain_with(&[("partition", "1s"), ("heal", "3s")]), &[], &asks);
    assert_eq!((row.hits, row.stale_reads, row.invalidations), (2, 2, 0));
    near(row.stale_age_max_seconds, 5.0 - 2.051, 1e-9);
    let row = play(PLAIN, &[], &asks);
    assert_eq!((row.hits, row.stale_reads, row.invalidations), (1, 0, 1));
}

#[test]
fn a_cache_comes_back_cold_or_warm() {
    let asks = [Read(0, 0), Read(3000, 0), Read(4000, 0)];
    let hits = |how| play(&plain_with(&[("crash", "1s"), (how, "2s")]), &[], &asks).hits;
    assert_eq!((hits("restart"), hits("restart-warm")), (1, 2));
    // Down: the reader waits for the timeout, then asks the origin, and cannot store.
    let row = play(
        &plain_with(&[("crash", "1s"), ("restart", "20s")]),
        &[("level.cache.timeout", "2s")],
        &[Read(0, 0), Read(3000, 0), Read(30_000, 0)],
    );
    assert_eq!((row.misses, row.failures), (3, 0));
    near(row.latency_max_seconds, 2.1, 1e-3);
    let row = play(&plain_with(&[("crash", "1s")]), &[("level.cache.read", "read-through")], &asks);
    assert_eq!((row.misses, row.failures), (1, 2), "a cache that fetches itself fails with its node");
}

#[test]
fn slow_nodes_and_origins_take_their_factor() {
    let mut text = plain_with(&[("slow", "1s")]);
    let row = play(&text, &[], &[Read(0, 0), Read(2000, 0)]);
    near(row.latency_p50_seconds, 0.01, 1e-3);
    text += "level = \"origin\"\nfactor = 3\n";
    let row = play(&text, &[], &[Read(0, 0), Read(2000, 1)]);
    near(row.latency_max_seconds, 0.301, 1e-3);
}

#[test]
fn old_values_do_while_the_origin_is_away() {
    let text = plain_with(&[("origin-down", "2s"), ("origin-up", "4s")]);
    let asks = [Read(0, 0), Read(3000, 0), Read(3500, 1), Read(5000, 0)];
    let row = play(&text, &[("level.cache.ttl", "1s")], &asks);
    assert_eq!((row.failures, row.misses, row.origin_rejections), (2, 2, 2));
    let row = play(&text, &[("level.cache.ttl", "1s"), ("level.cache.stale_if_error", "1h")], &asks);
    assert_eq!((row.failures, row.misses, row.hits), (1, 2, 1), "only the key that was never stored");
    let row = play(&text, &[("level.cache.ttl", "1s"), ("level.cache.stale_if_error", "1s")], &asks);
    assert_eq!(row.failures, 2, "expired at 1.101 s, and too old at 3 s");
    // What the origin was working on fails with it.
    let row = play(&plain_with(&[("origin-down", "50ms"), ("origin-up", "1s")]), &[], &[Read(0, 0), Read(2000, 0)]);
    assert_eq!((row.failures, row.misses), (1, 1));
    let row = play(
        &plain_with(&[("origin-down", "50ms"), ("origin-up", "60ms")]),
        &[("origin.retries", "1")],
        &[Read(0, 0), Read(2000, 0)],
    );
    assert_eq!((row.failures, row.hits), (0, 1));
}

fn state(model: &mut Model<'_>) -> Option<State> {
    model.levels[0].breaker.as_ref().map(super::super::breaker::Breaker::state)
}

#[test]
fn the_seeds_breaker_opens_at_the_third_request_and_stays_open() {
    let text = plain_with(&[("crash", "0s"), ("restart", "40s")])
        .replace("latency = \"1ms\"", "latency = \"1ms\"\nbreaker.kind = \"consecutive\"");
    let reads: Vec<_> = [0, 10_000, 20_000, 30_000, 50_000, 120_000, 130_000, 140_000].map(|at| Read(at, 0)).to_vec();
    let text_down = plain_with(&[("crash", "0s")])
        .replace("latency = \"1ms\"", "latency = \"1ms\"\nbreaker.kind = \"consecutive\"");
    assert_eq!(with_model(&text_down, &[], &reads[..2], state).1, Some(State::Closed), "two gets and two sets failed");
    assert_eq!(
        with_model(&text_down, &[], &reads[..3], state).1,
        Some(State::Open),
        "the third get is the fifth failure"
    );
    // Open, it still waits 5 s for each get.
    let row = play(&text_down, &[], &reads[..4]);
    near(row.latency_p50_seconds, 5.1, 1e-2);
    // The cache is back, empty; what is fetched is not stored, although 60 s are over.
    let (row, state_then) = with_model(&text, &[], &reads, state);
    assert_eq!((row.misses, row.hits, state_then), (8, 0, Some(State::Open)));
    // Another writer stores the key.
    let mut asks = reads.clone();
    asks.insert(6, Write(125_000, 0));
    let (row, state_then) = with_model(&text, &[("write.path", "write-through")], &asks, state);
    assert_eq!((row.hits, state_then), (2, Some(State::Closed)));
}

#[test]
fn the_window_opens_tries_and_closes() {
    let breaker = "latency = \"1ms\"\nbreaker = { kind = \"sliding-window\", window = 4, minimum_calls = 4, wait = \"20s\", trial_calls = 2 }";
    let text = plain_with(&[("crash", "0s"), ("restart", "40s")]).replace("latency = \"1ms\"", breaker);
    // Each read of a dead cache is two failures: open from 15.1 s to 35.1 s. The third read does not wait.
    let (row, seen) = with_model(&text, &[], &[Read(0, 0), Read(10_000, 0), Read(20_000, 0), Read(50_000, 1)], state);
    near(row.latency_p50_seconds, 0.101, 1e-1);
    assert_eq!((row.misses, seen), (4, Some(State::Closed)), "get and set of the fourth are the two trials");
    // A trial at 36 s, when the cache is still dead: its get fails at 41 s and its set succeeds at 41.1 s, so that the
    // breaker is open again until 61.1 s. The read at 50 s does not look; those at 70 s and 71 s are the next trials, and
    // hits.
    let asks = [Read(0, 0), Read(10_000, 0), Read(36_000, 0), Read(50_000, 0), Read(70_000, 0), Read(71_000, 0)];
    let (row, seen) = with_model(&text, &[], &asks, state);
    assert_eq!((row.hits, row.misses, seen), (2, 4, Some(State::Closed)));
}

#[test]
fn only_the_seeds_breaker_never_comes_back() {
    let rows = preset_rows("circuit-breaker", &[("duration", "10min"), ("crash", "3min"), ("restart", "4min")]);
    let [none, seed, window] = &rows[..] else { panic!("three breakers") };
    assert!(seed.hit_ratio < 0.35 && none.hit_ratio > 0.75 && window.hit_ratio > 0.7);
    assert!(none.latency_p99_seconds > 5.0 && seed.latency_p99_seconds > 5.0 && window.latency_p99_seconds < 0.2);
}

#[test]
fn an_outage_lasts_longer_than_its_cause() {
    // Clients ask for 1000/s, of which the caches answer 86 %; the origin does 400/s. With 2000 places a caller waits up to
    // 5 s, but gives up after 1 s: the origin works for nobody, and the cache stays empty.
    for seed in ["1", "2"] {
        let sets = [("duration", "2min"), ("seed", seed), ("retries", "0"), ("how", "restart,restart-warm")];
        let late: Vec<f64> = run_preset("cache-outage", &sets)
            .iter()
            .map(|outcome| {
                let rows: Vec<_> = outcome
                    .series
                    .iter()
                    .filter(|row| row.start_seconds >= 105.0 && row.end_seconds <= 120.0)
                    .collect();
                let sum = |of: fn(&crate::record::SeriesRow) -> u64| rows.iter().map(|row| of(row)).sum::<u64>() as f64;
                sum(|row| row.hits) / sum(|row| row.requests)
            })
            .collect();
        let [long_cold, short_cold, long_warm, short_warm] = late[..] else { panic!("four configurations") };
        assert!(long_cold < 0.01, "{late:?}");
        assert!(long_warm > 0.8 && short_cold > 0.7 && short_warm > 0.8, "{late:?}");
    }
}

#[test]
fn a_node_that_leaves_takes_its_share() {
    let sets = [("keys", "20000"), ("duration", "2min"), ("warmup", "30s"), ("event.0.at", "1min"), ("rate", "500")];
    for row in preset_rows("ring-remove-node", &sets) {
        let scheme = &row.parameters.last().expect("the scheme").1;
        let moved = row.keys_moved as f64 / row.keys as f64;
        // A quarter is the node's share; with 150 virtual nodes it varies by 8 % of itself, 3 of them are the tolerance.
        if scheme == "modulo" { near(moved, 0.75, 0.02) } else { near(moved, 0.25, 0.24) }
    }
}

#[test]
fn events_happen_after_the_last_request_too() {
    let ring = "duration = \"1h\"\n[load]\nkeys = 1000\nrate = 0.001\narrivals = \"even\"\n[[level]]\nname = \"cache\"\nnodes = 2\n\
                route = \"key\"\n[origin]\n[[event]]\nat = \"1h\"\naction = \"add-node\"\n";
    assert!(rows(ring, &[])[0].keys_moved > 200);
}

/// A reader that waits for a lock looks at 1.1, 1.2, 1.3 s, ...; the value is there at 1.25 s.
#[test]
fn nobody_gets_a_value_from_a_dead_cache() {
    let text = "duration = \"1900ms\"\n[load]\nkeys = 1\narrivals = \"burst\"\nburst = 2\nevery = \"1s\"\n[[level]]\n\
                name = \"cache\"\ndefence = \"mutex\"\n[origin]\nlatency = \"250ms\"\n[[event]]\nat = \"EVENT\"\n\
                action = \"crash\"\n";
    let run = |at: &str| rows(&text.replace("EVENT", at), &[]).remove(0);
    let (dead, alive) = (run("1270ms"), run("1350ms"));
    assert_eq!((alive.origin_fetches, alive.delayed_hits), (1, 1));
    assert_eq!((dead.origin_fetches, dead.delayed_hits), (2, 0), "the cache died before the waiter looked");
}

/// What caches did before the counting began is not counted, evictions and expirations included.
#[test]
fn caches_count_from_the_end_of_the_warm_up() {
    let text = "duration = \"100s\"\nwarmup = \"WARM\"\n[load]\nkeys = 1000\nalpha = 0\nrate = 100\narrivals = \"even\"\n\
                [[level]]\nname = \"cache\"\ncapacity = 10\n[origin]\nlatency = \"0s\"\n";
    let run = |warm: &str| run_text(&text.replace("WARM", warm), &[]).remove(0);
    let (whole, half) = (run("0s"), run("50s"));
    let evictions = |outcome: &crate::record::ScenarioOutcome| outcome.row.evictions as f64;
    near(evictions(&half) / evictions(&whole), 0.5, 0.02);
    assert_eq!(half.levels[0].requests, half.row.requests);
    assert_eq!(half.levels[0].evictions, half.levels[0].misses, "a full cache makes room for every miss");
}
