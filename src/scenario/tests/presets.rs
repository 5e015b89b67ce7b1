//! What the presets of reads and shapes say in their questions.

use super::{near, preset_rows, run_preset};

/// Refreshing below 75 % of the time left is refreshing three times as often as at 75 % of the age.
#[test]
fn refreshing_by_the_time_left_is_three_times_as_often() {
    for seed in ["1", "2", "3"] {
        let rows = preset_rows("refresh-ahead", &[("seed", seed), ("duration", "20h")]);
        let [never, age, remaining] = &rows[..] else { unreachable!("three ways") };
        // Ten keys, every 45 or 15 minutes and 2 s, and until the next of one read a second.
        near(age.origin_fetches as f64, 10.0 * 20.0 * 3600.0 / 2703.0, 0.03);
        near(remaining.origin_fetches as f64 / age.origin_fetches as f64, 3.0, 0.03);
        assert_eq!((age.misses, remaining.misses), (0, 0));
        near(never.origin_fetches as f64 / never.renewals as f64, 3.0, 0.1);
    }
}

/// The two differ only while the cache is dead.
#[test]
fn cache_aside_and_read_through_differ_when_the_cache_fails() {
    let rows = preset_rows("read-through", &[]);
    let (aside, through) = (&rows[0], &rows[1]);
    assert_eq!(aside.failures, 0);
    near(aside.availability, 1.0, 0.0);
    near(through.failures as f64, 60_000.0, 0.02);
    near(1.0 - through.availability, 5.0 / 30.0, 0.02);
    assert_eq!(preset_rows("cache-aside", &[])[0].hits, aside.hits);
    // Until the crash, not one number differs.
    let series = |read| run_preset("read-through", &[("read", read)]).remove(0).series;
    let (aside, through) = (series("cache-aside"), series("read-through"));
    for (a, b) in aside.iter().zip(&through).filter(|(a, _)| a.end_seconds <= 900.0) {
        assert_eq!(
            (a.hits, a.misses, a.origin_fetches, a.latency_mean_seconds),
            (b.hits, b.misses, b.origin_fetches, b.latency_mean_seconds)
        );
    }
}

/// A map that nobody invalidates is stale for ever; with a time to live of 10 s it is so for little longer than that.
#[test]
fn a_first_level_without_time_to_live_stays_stale() {
    let rows = preset_rows("two-level", &[]);
    assert!(rows[0].stale_ratio > 0.4 && rows[0].stale_age_max_seconds > 3000.0);
    assert!(rows[1].stale_ratio < 0.06 && rows[1].stale_age_mean_seconds < 10.0);
}

/// With single flight, at most as many fetches of a key at once as servers; one per expiry where each has its own cache, and
/// where the shared cache collapses requests itself.
#[test]
fn single_flight_leaves_one_fetch_per_server() {
    for outcome in run_preset("n-app-servers", &[("defence", "single-flight"), ("duration", "10min")]) {
        assert!(outcome.row.rebuilds_peak <= 8);
        if outcome.levels[0].nodes == 8 {
            assert_eq!(outcome.row.origin_fetches, outcome.row.renewals);
        } else {
            assert!(outcome.row.origin_fetches > 2 * outcome.row.renewals);
        }
    }
    let collapsed = &preset_rows("n-app-servers", &[("caches", "1"), ("defence", "none"), ("coalesce", "true")])[0];
    assert_eq!(collapsed.origin_fetches, collapsed.renewals);
}

/// An edge shares what it may store; what nobody may store it asks for as often as it is asked.
#[test]
fn edges_collapse_what_they_may_share() {
    let rows = preset_rows("cdn-three-regions", &[]);
    let (none, stored) = (&rows[0], &rows[1]);
    assert_eq!((none.origin_fetches, none.delayed_hits, none.hits), (none.requests, 0, 0));
    near(none.latency_mean_seconds, 0.21, 0.001);
    assert!(stored.hit_ratio > 0.95 && stored.rebuilds_peak <= 3);
    near(stored.latency_p50_seconds, 0.01, 0.001);
}

/// The most popular keys are there at the start, and expire together.
#[test]
fn warming_halves_the_first_peak() {
    let rows = preset_rows("warming", &[("jitter", "0"), ("duration", "2min")]);
    let (cold, warm) = (&rows[0], &rows[1]);
    assert!(warm.origin_rate_peak < 0.6 * cold.origin_rate_peak);
    let late = |jitter| {
        let outcome = run_preset("warming", &[("jitter", jitter), ("warm", "1000")]).remove(0);
        outcome.series.iter().find(|row| row.start_seconds >= 3600.0).expect("a window").origin_fetches
    };
    assert!(late("0") > 4 * late("0.1"), "{} {}", late("0"), late("0.1"));
}

/// A flush under load is a stampede; times to live that differ are not.
#[test]
fn a_flush_is_a_cold_start() {
    let rows = preset_rows("daily-flush", &[]);
    let (flush, never) = (&rows[0], &rows[1]);
    assert!(flush.origin_peak_in_flight > 20 * never.origin_peak_in_flight);
    assert!(flush.latency_max_seconds > 2.0 && never.latency_max_seconds < 0.2);
    assert!(flush.hit_ratio_dip > 0.3 && flush.recovery_seconds > 60.0 && never.hit_ratio_dip < 0.01);
}

/// The order of policies by latency is not that by hits once fetches are long.
#[test]
fn delayed_hits_turn_the_order_around() {
    let latency =
        |policy, fetch| preset_rows("delayed-hits", &[("policy", policy), ("fetch", fetch)])[0].latency_mean_seconds;
    assert!(latency("s3-fifo", "1ms") < 0.9 * latency("lru", "1ms"));
    assert!(latency("s3-fifo", "1s") > 1.05 * latency("lru", "1s"));
    // Who knows how long a fetch takes does better than LRU.
    assert!(latency("lru-mad:z=1s", "1s") < 0.97 * latency("lru", "1s"));
}

/// Early renewal by age / ttl spares all readers the wait and costs many fetches; a lock is the other way around.
#[test]
fn locks_wait_and_early_renewals_fetch() {
    let rows = preset_rows("xfetch-vs-lock", &[]);
    let [none, mutex, fenced, age, xfetch] = &rows[..] else { unreachable!("five defences") };
    let each = |row: &crate::record::ScenarioRow| row.origin_fetches as f64 / row.renewals as f64;
    near(each(none), 201.0, 0.03);
    assert_eq!((mutex.origin_fetches, fenced.origin_fetches), (mutex.renewals, fenced.renewals));
    assert!(age.origin_fetches > 50 * mutex.origin_fetches && age.latency_max_seconds < 0.0011);
    assert!(xfetch.latency_mean_seconds < 0.1 * mutex.latency_mean_seconds && each(xfetch) < 3.0);
}

/// The hit ratios of these policies in a preset, other keys set.
fn hit_ratios<const N: usize>(name: &str, policies: [&str; N], sets: &[(&str, &str)]) -> [f64; N] {
    policies.map(|policy| preset_rows(name, &[sets, &[("policy", policy)]].concat())[0].hit_ratio)
}

/// Volatile policies are left with the keys that do not expire where these fill the cache, and are five ones where they do not.
#[test]
fn volatile_policies_hold_what_does_not_expire() {
    let policies = ["redis-volatile-lru", "redis-volatile-lfu", "redis-volatile-random", "redis-volatile-ttl"];
    let others = ["redis-noeviction", "redis-allkeys-lru", "redis-allkeys-lfu", "redis-allkeys-random"];
    let half = hit_ratios("redis-eviction", policies, &[("ttl_share", "0.5")]);
    let [refusing, lru, lfu, random] = hit_ratios("redis-eviction", others, &[("ttl_share", "0.5")]);
    assert!(half.iter().all(|&ratio| (ratio - half[0]).abs() < 1e-9 && ratio < refusing - 0.2), "{half:?} {refusing}");
    assert!(refusing < random && random + 0.03 < lru && lru + 0.02 < lfu, "{refusing} {random} {lru} {lfu}");
    let [lru, lfu, random, ttl] = hit_ratios("redis-eviction", policies, &[("ttl_share", "0.9")]);
    assert!(random + 0.03 < lru && lru + 0.03 < lfu && (random - ttl).abs() < 0.01, "{random} {ttl} {lru} {lfu}");
}

/// Slab classes keep their pages: no matter while sizes stay as they are, and much where they change.
#[test]
fn slab_classes_do_not_follow_sizes() {
    let rows = preset_rows("redis-vs-memcached", &[]);
    let (steady, changing) = rows.split_at(5);
    let of = |rows: &[crate::record::ScenarioRow]| rows.iter().map(|row| row.hit_ratio).collect::<Vec<_>>();
    let (steady, changing) = (of(steady), of(changing));
    // LRU, Redis's LRU, LFU and chance, memcached.
    assert!((steady[0] - steady[1]).abs() < 0.005 && steady[4] > steady[1] + 0.01, "{steady:?}");
    assert!(steady[3] < steady[1] - 0.03 && changing[4] < changing[3] - 0.1, "{steady:?} {changing:?}");
}
