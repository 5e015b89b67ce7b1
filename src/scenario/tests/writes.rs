//! Write paths: races, phantoms, lost writes, and how old stale values are, by hand and over seeds.

use super::script::{PLAIN, Read, Write, plain_with, play, with_model};
use super::{near, preset_rows, rows};

const SEEDS: [&str; 3] = ["1", "2", "3"];

#[test]
fn the_age_of_a_stale_value_is_counted_from_the_acknowledgement() {
    // Stored at 0.101 s; written from 1 s to 1.05 s; read at 2 s and at 3 s.
    let row =
        play(PLAIN, &[("write.path", "write-around")], &[Read(0, 0), Write(1000, 0), Read(2000, 0), Read(3000, 0)]);
    assert_eq!((row.hits, row.misses, row.stale_reads), (2, 1, 2));
    near(row.stale_age_mean_seconds, f64::midpoint(0.95, 1.95), 1e-9);
    near(row.stale_age_max_seconds, 1.95, 1e-9);
    near(row.write_latency_mean_seconds, 0.05, 1e-3);
    // What began before the acknowledgement is not stale: here the read at 1.04 s, 10 ms before it.
    let row =
        play(PLAIN, &[("write.path", "write-around")], &[Read(0, 0), Write(1000, 0), Read(1040, 0), Read(1051, 0)]);
    assert_eq!(row.stale_reads, 1);
}

#[test]
fn each_path_leaves_the_cache_as_it_says() {
    // Hits and stale reads after a write, and how long its client waits, in milliseconds.
    for (path, left, waits) in [
        ("write-around", (1, 1), 50.0),
        ("update-then-delete", (0, 0), 51.0),
        ("delete-then-update", (0, 0), 51.0),
        ("delete-then-set", (1, 0), 52.0),
        ("write-through", (1, 0), 51.0),
        ("write-through-in-transaction", (1, 0), 58.0),
        ("write-through-concurrent", (1, 0), 50.0),
        ("write-behind", (1, 0), 1.0),
    ] {
        let sets = [("write.path", path), ("write.commit", "7ms")];
        let row = play(PLAIN, &sets, &[Read(0, 0), Write(1000, 0), Read(2000, 0)]);
        assert_eq!((row.hits, row.stale_reads), left, "{path}");
        near(row.write_latency_mean_seconds, waits / 1000.0, 1e-9);
        assert_eq!((row.origin_writes, row.phantom_reads), (1, 0), "{path}");
    }
}

#[test]
fn an_old_value_set_after_the_delete_stays_until_it_expires() {
    // Read old at 1 ms; update at 60 ms; delete at 61 ms; set old at 101 ms.
    let asks = [Read(0, 0), Write(10, 0), Read(1000, 0), Read(59_000, 0), Read(61_000, 0), Read(62_000, 0)];
    let row = play(PLAIN, &[("level.cache.ttl", "60s")], &asks);
    assert_eq!((row.hits, row.misses, row.stale_reads), (3, 2, 2));
    near(row.stale_age_max_seconds, 59.0 - 0.061, 1e-9);
    // The delete voids the lease: the old value is not stored.
    let row = play(PLAIN, &[("level.cache.ttl", "60s"), ("level.cache.defence", "lease")], &asks);
    assert_eq!((row.stale_reads, row.misses), (0, 3));
}

#[test]
fn a_delete_before_the_update_is_filled_with_the_old_value() {
    // Delete at 1 ms, update done at 51 ms; the read at 5 ms asks the origin at 6 ms and stores old at 106 ms.
    let asks = [Write(0, 0), Read(5, 0), Read(1000, 0)];
    let row = play(PLAIN, &[("write.path", "delete-then-update")], &asks);
    assert_eq!((row.stale_reads, row.hits), (1, 1));
    near(row.stale_age_max_seconds, 1.0 - 0.051, 1e-9);
    let row = play(PLAIN, &[("write.path", "delete-then-update"), ("level.cache.defence", "lease")], &asks);
    assert_eq!(row.stale_reads, 1, "the delete came before the lease");
    assert_eq!(
        play(PLAIN, &[("write.path", "update-then-delete")], &asks).stale_reads,
        1,
        "the same race, here at 51 ms"
    );
    // Later, when the update is done, only the first order leaves something stale behind.
    let asks = [Write(0, 0), Read(20, 0), Read(60, 0), Read(1000, 0)];
    let stale = |path| play(PLAIN, &[("write.path", path), ("origin.latency", "10ms")], &asks).stale_reads;
    assert_eq!((stale("delete-then-update"), stale("update-then-delete")), (2, 0));
}

#[test]
fn leases_end_the_race_and_the_wrong_order_is_worse() {
    for seed in SEEDS {
        let rows = preset_rows("stale-set-race", &[("duration", "2min"), ("seed", seed)]);
        let stale = |path: &str, defence: &str| {
            let is = |row: &&crate::record::ScenarioRow| {
                let has = |value: &str| row.parameters.iter().any(|(_, v)| v == value);
                has(path) && has(defence)
            };
            rows.iter().find(is).expect("a configuration").stale_reads
        };
        assert_eq!(stale("update-then-delete", "lease"), 0);
        assert!(stale("update-then-delete", "none") > 100);
        assert!(stale("delete-then-update", "none") > 3 * stale("update-then-delete", "none"));
        assert!(stale("delete-then-update", "lease") > 3 * stale("update-then-delete", "none"));
    }
}

#[test]
fn a_cache_set_before_the_commit_keeps_what_is_rolled_back() {
    // Prepared at 60 ms, set at 61 ms, rolled back at 161 ms.
    let asks = [Read(0, 0), Write(200, 0), Read(500, 0), Read(600, 0)];
    let sets = |path| [("write.path", path), ("write.rollback", "100%"), ("write.commit", "100ms")];
    let row = play(PLAIN, &sets("write-through-in-transaction"), &asks);
    assert_eq!((row.phantom_reads, row.hits, row.stale_reads), (2, 2, 0));
    near(row.availability, 0.75, 1e-9);
    let row = play(PLAIN, &sets("write-through-concurrent"), &asks);
    assert_eq!((row.phantom_reads, row.hits), (2, 2));
    let row = play(PLAIN, &sets("write-through"), &asks);
    assert_eq!((row.phantom_reads, row.hits), (0, 2), "the cache hears of it only after the origin");
    near(row.availability, 0.75, 1e-9);
}

#[test]
fn the_origin_fails_after_the_cache_was_set() {
    let sets = [("write.path", "write-through-concurrent"), ("origin.queue", "0"), ("origin.servers", "1")];
    // The origin is busy with a read of another key until 101 ms, and refuses the write at once; the cache is set at 11 ms.
    let asks = [Read(0, 0), Write(10, 1), Read(200, 1)];
    let row = play(PLAIN, &sets, &asks);
    assert_eq!((row.origin_rejections, row.phantom_reads, row.hits), (1, 1, 1));
}

#[test]
fn two_writers_reorder_unless_they_are_ordered() {
    let text = "duration = \"5min\"\n[load]\nkeys = 1\nrate = 100\nwrites = \"20%\"\n[[level]]\nname = \"cache\"\n\
                [origin]\nlatency = \"10ms\"\n[write]\n";
    for seed in SEEDS {
        let stale = |path, cache| {
            let sets = [("write.path", path), ("level.cache.latency", cache), ("seed", seed)];
            rows(text, &sets)[0].stale_reads
        };
        // A constant delay keeps the order in which the origin took the values.
        assert_eq!(stale("write-through", "5ms"), 0);
        // 20 writes/s, each set at a time of its own: about one in ten overtakes another one.
        assert!(stale("write-through", "exponential(5ms)") > 300);
        assert!(stale("write-through-concurrent", "exponential(5ms)") > 300);
    }
}

#[test]
fn write_around_is_stale_for_the_time_to_live_at_most() {
    for seed in SEEDS {
        let rows = preset_rows(
            "write-around",
            &[("duration", "6min"), ("path", "write-around"), ("ttl", "10s,60s"), ("seed", seed)],
        );
        for (row, ttl) in rows.iter().zip([10.0, 60.0]) {
            // A value may be as much older as its fetch takes, 0.1 s, and cache and client 1 ms each.
            assert!(row.stale_age_max_seconds <= ttl + 0.102, "{}", row.stale_age_max_seconds);
            assert!(row.stale_age_max_seconds > 0.9 * ttl && row.stale_reads > 1000);
        }
        assert!(rows[1].stale_ratio > rows[0].stale_ratio);
    }
}

/// Writes of a key each: at 0, and at 50 ms past each tenth of a second until `last`, in milliseconds.
fn writes(last: u64) -> Vec<super::script::Ask> {
    let times = std::iter::once(0).chain((150..=last).step_by(100));
    times.enumerate().map(|(key, at)| Write(at, key as u32)).collect()
}

#[test]
fn a_crash_loses_the_queue() {
    // Queued 1 ms after each write. The first look, at 1.001 s, takes ten; the next one would be at 2.051 s. At 1.5 s those of
    // 1.051, 1.151, ... 1.451 s wait: five.
    let sets = [("write.path", "write-behind"), ("write.batch", "100"), ("write.interval", "1s")];
    let text = plain_with(&[("crash", "1500ms")]);
    let row = play(&text, &sets, &[writes(1450), vec![Write(1600, 15)]].concat());
    assert_eq!((row.lost_writes, row.origin_writes, row.writes), (5, 1, 16));
    near(row.availability, 15.0 / 16.0, 1e-9);
    near(row.write_latency_p99_seconds, 0.001, 1e-2);
    // A partition loses none: the queue is brought to the origin all the same.
    let row = play(&plain_with(&[("partition", "1500ms")]), &sets, &[writes(1450), vec![Write(1600, 15)]].concat());
    assert_eq!((row.lost_writes, row.origin_writes), (0, 2));
    // Writes of one key, of which only the last waits, are lost all.
    let of_one: Vec<_> = writes(1450)
        .into_iter()
        .map(|ask| match ask {
            Write(at, _) => Write(at, 0),
            read @ Read(..) => read,
        })
        .collect();
    let row = play(
        &text,
        &[sets.as_slice(), &[("write.consolidate", "true")]].concat(),
        &[of_one, vec![Write(1600, 0)]].concat(),
    );
    assert_eq!(row.lost_writes, 5);
}

#[test]
fn a_full_queue_does_not_wait_for_the_interval() {
    let sets = [("write.path", "write-behind"), ("write.batch", "5"), ("write.interval", "1h"), ("write.full", "5")];
    // 14 writes: the 5th and the 10th fill the queue, the last four wait for the hour.
    let (row, at_origin) = with_model(PLAIN, &sets, &writes(1350), |model| model.now / 1_000_000_000);
    assert_eq!((row.origin_writes, row.lost_writes, at_origin), (3, 0, 3600));
}

#[test]
fn what_is_on_its_way_at_the_crash_arrives() {
    let sets = [
        ("write.path", "write-behind"),
        ("write.interval", "100ms"),
        ("origin.write_latency", "1s"),
        ("write.retry", "true"),
    ];
    let asks = [Write(0, 0), Read(3000, 1)];
    assert_eq!(play(&plain_with(&[("crash", "500ms"), ("restart", "2s")]), &sets, &asks).lost_writes, 0);
    // The origin dies with it, and nobody is left who could try again.
    let events = [("crash", "500ms"), ("origin-down", "600ms"), ("origin-up", "700ms"), ("restart", "2s")];
    let row = play(&plain_with(&events), &sets, &asks);
    assert_eq!((row.lost_writes, row.origin_writes), (1, 1));
    // The cache lives on, and tries again.
    let row = play(&plain_with(&events[1..3]), &sets, &asks);
    assert_eq!((row.lost_writes, row.origin_writes), (0, 2));
}

#[test]
fn failed_operations_are_dropped_or_tried_again() {
    let text = "duration = \"1min\"\n[load]\nkeys = 50\nrate = 100\nwrites = \"50%\"\n[[level]]\nname = \"cache\"\n\
                [origin]\nlatency = \"5ms\"\nerrors = \"20%\"\n[write]\npath = \"write-behind\"\ninterval = \"500ms\"\nbatch = 3\n";
    for seed in SEEDS {
        let dropped = &rows(text, &[("seed", seed)])[0];
        near(dropped.lost_writes as f64, 0.2 * dropped.writes as f64, 0.15);
        let kept = &rows(text, &[("seed", seed), ("write.retry", "true")])[0];
        let merged = &rows(text, &[("seed", seed), ("write.retry", "true"), ("write.consolidate", "true")])[0];
        assert_eq!((kept.lost_writes, merged.lost_writes), (0, 0));
        assert!(merged.origin_writes < kept.origin_writes);
    }
}

#[test]
fn the_origin_ends_with_the_newest_version_of_every_key() {
    let asks: Vec<_> = (0..2000u32).map(|i| Write(u64::from(i) * 10, if i < 20 { i } else { i * 7919 % 20 })).collect();
    for (workers, consolidate) in [("1", "true"), ("4", "true"), ("1", "false"), ("4", "false")] {
        let sets = [
            ("write.path", "write-behind"),
            ("write.consolidate", consolidate),
            ("write.retry", "true"),
            ("write.batch", "7"),
            ("write.workers", workers),
            ("origin.errors", "10%"),
            ("origin.write_latency", "exponential(100ms)"),
        ];
        let newest = |model: &mut super::super::model::Model<'_>| {
            (0..20).all(|key| model.truth.committed(key) + 1 == model.truth.begin(key))
        };
        let (row, all) = with_model(PLAIN, &sets, &asks, newest);
        assert!(all && row.lost_writes == 0, "{workers} {consolidate}");
    }
}

#[test]
fn a_queue_that_never_drains_ends() {
    let sets = [("write.path", "write-behind"), ("write.retry", "true")];
    let row = play(
        &plain_with(&[("origin-down", "1s")]),
        &sets,
        &[Write(0, 0), Write(1500, 0), Write(2000, 1), Read(3000, 1)],
    );
    assert_eq!((row.lost_writes, row.diverged), (3, false));
    // One that fails for ever.
    let row = play(PLAIN, &[sets.as_slice(), &[("origin.errors", "100%")]].concat(), &[Write(0, 0), Write(100, 1)]);
    assert_eq!(row.lost_writes, 2);
    // An interval of nothing, and drops: each is refused at once, however many wait.
    let sets = [("write.path", "write-behind"), ("write.interval", "1h")];
    let asks: Vec<_> = (0..20_000).map(|i| Write(u64::from(i), i)).collect();
    let row = play(&plain_with(&[("origin-down", "1s")]), &sets, &asks);
    assert_eq!(row.lost_writes, 20_000);
}

#[test]
fn a_miss_on_an_evicted_dirty_key_caches_the_old_value_again() {
    // Capacity 1. Key 0 is written at 0 and evicted by key 1 before the queue is brought to the origin at 10 s.
    let sets = [("write.path", "write-behind"), ("write.interval", "10s"), ("level.cache.capacity", "1")];
    let asks = [Write(0, 0), Read(1000, 1), Read(2000, 0), Read(20_000, 0)];
    let row = play(PLAIN, &sets, &asks);
    assert_eq!(
        (row.stale_reads, row.misses, row.hits),
        (2, 2, 1),
        "stale at 2.1 s, and still long after the origin has it"
    );
    near(row.stale_age_max_seconds, 20.0 - 0.001, 1e-9);
    assert_eq!(play(PLAIN, &[("write.path", "write-through"), ("level.cache.capacity", "1")], &asks).stale_reads, 0);
}

#[test]
fn a_write_keeps_to_one_node() {
    let text = PLAIN.replace("latency = \"1ms\"", "latency = \"1ms\"\nnodes = 5\nroute = \"random\"");
    let paths = |model: &mut super::super::model::Model<'_>| {
        let of = |_| {
            let op = model.write_of(0);
            let nodes: Vec<usize> = (0..3).map(|_| model.node_of(0, &op)).collect();
            assert!(nodes.iter().all(|node| *node == nodes[0]));
            nodes[0]
        };
        (0..100).map(of).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(with_model(&text, &[], &[Read(0, 0)], paths).1.len(), 5);
}
