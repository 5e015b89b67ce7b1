//! Caches with times to live: hit ratios that theory knows, and what jitter spreads.

use super::{near, rows};

const ONE: &str = "duration = \"200h\"\nseed = [1, 2, 3]\n[load]\nkeys = 1\narrivals = \"poisson\"\nrate = 0.1\n\
                   [[level]]\nname = \"cache\"\nttl = \"60s\"\n[origin]\nlatency = \"0s\"\n";

/// Poisson requests at rate r meet a value that lives T: r T / (1 + r T) of them are hits. 1 %.
#[test]
fn a_time_to_live_that_runs_from_the_fetch() {
    for (rate, ttl) in [("0.1", 60.0), ("0.01", 60.0), ("0.1", 5.0)] {
        let expected = rate.parse::<f64>().expect("a number") * ttl;
        let ttl = format!("{ttl}s");
        for row in rows(ONE, &[("load.rate", rate), ("level.cache.ttl", &ttl), ("duration", "1500h")]) {
            near(row.hit_ratio, expected / (1.0 + expected), 0.015);
        }
    }
}

/// If each hit starts it anew, 1 - e^(-r T) are.
#[test]
fn a_time_to_live_that_runs_from_the_last_use() {
    for (rate, ttl) in [("0.1", 60.0), ("0.01", 60.0), ("0.1", 5.0)] {
        let expected = rate.parse::<f64>().expect("a number") * ttl;
        let ttl = format!("{ttl}s");
        let sets =
            [("load.rate", rate), ("level.cache.ttl", &ttl), ("duration", "1500h"), ("level.cache.renew", "true")];
        for row in rows(ONE, &sets) {
            near(row.hit_ratio, 1.0 - (-expected).exp(), 0.015);
        }
    }
}

/// Where only a share of the keys has a time to live, the others are fetched once: of a thousand keys asked for alike, about a
/// quarter has the hits of a time to live of 60 s, and which ones they are depends on the seed.
#[test]
fn a_share_of_the_keys_has_no_time_to_live() {
    let text = "duration = \"5h\"\nseed = [1, 2, 3]\n[load]\nkeys = 1000\nalpha = 0\nrate = 50\n\
                [[level]]\nname = \"cache\"\nttl = \"60s\"\nttl_share = 0.25\nrenew = [false, true]\n\
                [origin]\nlatency = \"0s\"\n";
    for row in rows(text, &[]) {
        let renew = row.parameters.iter().any(|(key, value)| key == "level.cache.renew" && value == "true");
        // Requests of a key in its time to live.
        let seen: f64 = 50.0 / 1000.0 * 60.0;
        let hits = if renew { 1.0 - (-seen).exp() } else { seen / (1.0 + seen) };
        let first = 0.75 * 1000.0 / row.requests as f64;
        near(row.misses as f64 / row.requests as f64, 0.25 * (1.0 - hits) + first, 0.15);
    }
}

/// Many keys under Zipf's law: the sum of what each has. 1 %.
#[test]
fn many_keys_have_the_sum_of_what_each_has() {
    let (keys, alpha, rate, ttl) = (1000, 0.9, 50.0, 60.0);
    let weights: Vec<f64> = (1..=keys).map(|k| f64::from(k).powf(-alpha)).collect();
    let total: f64 = weights.iter().sum();
    let sum =
        |ratio: &dyn Fn(f64) -> f64| weights.iter().map(|w| w / total * ratio(w / total * rate * ttl)).sum::<f64>();
    let text = "duration = \"3h\"\nwarmup = \"10min\"\nseed = [1, 2, 3]\n[load]\nkeys = 1000\nalpha = 0.9\nrate = 50\n\
                [[level]]\nname = \"cache\"\nttl = \"60s\"\nrenew = [false, true]\n[origin]\nlatency = \"0s\"\n";
    for row in rows(text, &[]) {
        let renew = row.parameters.iter().any(|(key, value)| key == "level.cache.renew" && value == "true");
        let expected = if renew { sum(&|x| 1.0 - (-x).exp()) } else { sum(&|x| x / (1.0 + x)) };
        near(row.hit_ratio, expected, 0.01);
    }
}

/// A thousand keys stored at the same time expire at the same time; with times to live that differ by 10 % up and down, over
/// a fifth of the time to live.
#[test]
fn jitter_spreads_the_expiries_of_many_keys() {
    let text = "duration = \"5min\"\nwindow = \"1s\"\nseed = [1, 2, 3]\n[load]\nkeys = 1000\nalpha = 0\nrate = 2000\n\
                [[level]]\nname = \"cache\"\nttl = \"100s\"\nttl_jitter = [0, 0.1]\nwarm = \"all\"\ncoalesce = true\n\
                [origin]\nlatency = \"100ms\"\n";
    for pair in rows(text, &[]).chunks(2) {
        let [fixed, jittered] = pair else { unreachable!("two of each seed") };
        // 1 - e^-2 of the keys are asked for in the first second; 5 % of the keys expire in a second of twenty.
        near(fixed.origin_rate_peak, 865.0, 0.05);
        assert!((40.0..110.0).contains(&jittered.origin_rate_peak), "{}", jittered.origin_rate_peak);
    }
}

/// A key that does not exist is asked for again and again, unless its absence is stored.
#[test]
fn absence_is_stored_if_the_level_says_so() {
    let text = "duration = \"10min\"\n[load]\nkeys = 1\nabsent = 1\nrate = 10\narrivals = \"even\"\n\
                [[level]]\nname = \"cache\"\nttl = \"1h\"\nnegative_ttl = [\"none\", \"60s\"]\n[origin]\nlatency = \"1ms\"\n";
    let fetches: Vec<u64> = rows(text, &[]).iter().map(|row| row.origin_fetches).collect();
    // The last of the 6001 requests comes when the duration ends. Ten expiries, each 60 s and 1 ms after the last fetch.
    assert_eq!(fetches, [6001, 10]);
}
