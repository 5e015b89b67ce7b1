//! Tags, versions, messages: what they remove, what they leave behind, what is lost.

use super::script::{PLAIN, Read, Write, play, with_model};
use super::{near, rows};
use crate::scenario::model::Event;

#[test]
fn a_tag_removes_its_members_and_no_others() {
    let before = (0..6).map(|key| Read(u64::from(key) * 200, key));
    let after = (0..6).map(|key| Read(5000 + u64::from(key) * 200, key));
    let asks: Vec<_> = before.chain([Write(4000, 0)]).chain(after).collect();
    for (tags, removed) in [("0", 1), ("2", 3), ("3", 2), ("1", 6), ("100", 1)] {
        let row = play(PLAIN, &[("invalidation.tags", tags)], &asks);
        assert_eq!((row.invalidations, row.hits, row.misses), (removed, 6 - removed, 6 + removed), "{tags} tags");
        assert_eq!(row.stale_reads, 0);
    }
}

#[test]
fn tag_sets_keep_what_has_expired() {
    let first = (0..10).map(|key| Read(u64::from(key) * 10, key));
    let asks: Vec<_> = first.chain([Read(100_000, 0)]).collect();
    let dead = |ttl| play(PLAIN, &[("invalidation.tags", "4"), ("level.cache.ttl", ttl)], &asks).dead_entries;
    assert_eq!((dead("5s"), dead("1h")), (10, 0));
}

#[test]
fn related_keys_go_together() {
    let asks: Vec<_> = (0..6)
        .map(|key| Read(u64::from(key) * 200, key))
        .chain([Write(4000, 4)])
        .chain((0..6).map(|key| Read(5000 + u64::from(key) * 200, key)))
        .collect();
    let row = play(PLAIN, &[("load.entity", "3"), ("invalidation.related", "true")], &asks);
    assert_eq!((row.invalidations, row.stale_reads), (3, 0));
    let row = play(PLAIN, &[("load.entity", "3")], &asks);
    assert_eq!((row.invalidations, row.stale_reads), (1, 2), "keys 3 and 5 are of the same entity");
}

const VERSIONED: [(&str, &str); 2] = [("write.path", "write-through"), ("invalidation.versioned", "true")];

#[test]
fn old_versions_linger() {
    let asks = [Read(0, 0), Write(1000, 0), Write(2000, 0), Write(3000, 0), Read(10_000, 0)];
    let row = play(PLAIN, &VERSIONED, &asks);
    assert_eq!((row.dead_entries, row.stale_reads, row.hits), (3, 0, 1));
    // With a time to live they go.
    let row = play(PLAIN, &[VERSIONED.as_slice(), &[("level.cache.ttl", "1500ms")]].concat(), &asks);
    assert_eq!((row.dead_entries, row.misses), (1, 2));
}

#[test]
fn the_pointer_may_go_back() {
    // Expired at 20 s; read old at 20.001 s; written by 20.060 s, set at 20.061 s; old stored at 20.101 s.
    let asks = [Read(0, 0), Read(20_000, 0), Write(20_010, 0), Read(21_000, 0)];
    let sets = [VERSIONED.as_slice(), &[("level.cache.ttl", "10s")]].concat();
    let row = play(PLAIN, &sets, &asks);
    assert_eq!((row.stale_reads, row.hits), (1, 1));
    near(row.stale_age_max_seconds, 21.0 - 20.061, 1e-9);
    let row = play(PLAIN, &[sets.as_slice(), &[("invalidation.pointer", "newest")]].concat(), &asks);
    assert_eq!((row.stale_reads, row.hits), (0, 1));
}

#[test]
fn pointers_of_a_sharded_cache_stand_beside_their_values() {
    let text = PLAIN.replace("latency = \"1ms\"", "latency = \"1ms\"\nnodes = 5\nroute = \"key\"");
    let first = (0..20).map(|key| Write(u64::from(key) * 10, key));
    let asks: Vec<_> = first.chain((0..20).map(|key| Read(5000 + u64::from(key), key))).collect();
    let row = play(&text, &VERSIONED, &asks);
    assert_eq!((row.hits, row.stale_reads), (20, 0));
}

/// 50 servers with a cache of their own each, before a shared one; one key, written once a second.
const SERVERS: &str = "duration = \"20min\"\n[load]\nkeys = 1\nrate = 500\nwrites = \"0.2%\"\n[[clients]]\nservers = 50\n\
    [[level]]\nname = \"local\"\nnodes = 50\nroute = \"server\"\n[[level]]\nname = \"shared\"\n\
    [origin]\nlatency = \"1ms\"\n[invalidation]\npublish = \"pub-sub\"\ndelay = \"0s\"\n";

#[test]
fn lost_messages_leave_as_many_windows_stale() {
    // A node is stale between two writes where it missed the message of the first, and held a copy: it does if it missed
    // the one before too, or has read since, ten times as often as there are writes. The writer's own node needs no
    // message.
    for (seed, loss) in [("1", 0.2), ("2", 0.2), ("3", 0.05)] {
        let row = &rows(SERVERS, &[("seed", seed), ("invalidation.loss", &loss.to_string())])[0];
        // 1200 writes x 50 nodes: at loss 5 % a standard error of 2.6 %.
        near(row.stale_ratio, 0.98 * loss * (1.0 - (1.0 - loss) / 11.0), 0.08);
        let none = &rows(SERVERS, &[("seed", seed), ("invalidation.loss", "0")])[0];
        // What remains is the race of a fetch with the next write, which comes within its 1 ms once in a thousand times.
        assert!(none.stale_ratio < 0.005, "{}", none.stale_ratio);
    }
    let untold = &rows(SERVERS, &[("invalidation.publish", "none")])[0];
    assert!(untold.stale_ratio > 0.9, "no message, no end");
}

#[test]
fn the_publisher_drops_its_own_fresh_copy() {
    // Write-through: own cache and the shared one have the value. Then the message comes.
    let text = PLAIN.replace("[[level]]", "[[level]]\nname = \"local\"\nnodes = 2\nroute = \"server\"\n[[level]]");
    let sets = [("write.path", "write-through"), ("invalidation.publish", "pub-sub")];
    let asks = [Read(0, 0), Write(1000, 0), Read(2000, 0)];
    let hits = |to_self| {
        let sets = [sets.as_slice(), &[("invalidation.to_self", to_self)]].concat();
        with_model(&text, &sets, &asks, |model| model.levels[0].nodes[0].counts.hits).1
    };
    assert_eq!((hits("true"), hits("false")), (0, 1));
}

#[test]
fn tracking_tells_those_who_have_read() {
    let text = PLAIN.replace("latency = \"1ms\"", "latency = \"1ms\"\nnodes = 4\nroute = \"server\"");
    let told = |publish: &str| {
        let told = |model: &mut crate::scenario::model::Model<'_>| {
            // All servers are number 0; node 2 stores the key too.
            model.note_stored(0, 2, 0);
            let op = model.write_of(0);
            let told = |model: &mut crate::scenario::model::Model<'_>| {
                model.publish(&op);
                std::iter::from_fn(|| model.queue.take())
                    .filter_map(|(_, event)| match event {
                        Event::Message { node, .. } => Some(node),
                        _ => None,
                    })
                    .collect::<Vec<u16>>()
            };
            (told(model), told(model))
        };
        with_model(&text, &[("invalidation.publish", publish)], &[Read(0, 0), Read(10, 1)], told).1
    };
    assert_eq!(told("tracking"), (vec![0, 2], vec![]), "who was told is forgotten");
    assert_eq!(told("pub-sub"), (vec![0, 1, 2, 3], vec![0, 1, 2, 3]));
}

#[test]
fn a_full_table_forgets_the_oldest_and_tells_them() {
    let text = PLAIN.replace("latency = \"1ms\"", "latency = \"1ms\"\nnodes = 4\nroute = \"server\"");
    let sets = [("invalidation.publish", "tracking"), ("invalidation.tracked_keys", "3")];
    let asks: Vec<_> = (0..10).chain(7..10).enumerate().map(|(i, key)| Read(i as u64 * 1000, key)).collect();
    let row = play(&text, &sets, &asks);
    assert_eq!((row.invalidations, row.hits), (7, 3));
}
