//! Logs of commands by hand.

use super::keyspace::HELD;
use crate::core::{NEVER, SECOND};
use crate::trace::formats::log_samples::{MONITOR, row, sample};
use crate::trace::formats::tests::{all, error, read};
use crate::trace::{Columns, Filter, LoadOptions, Trace, load_bytes};

/// Commands, a second apart, by words that hold no blanks; `1 get k` is one to database 1.
fn log(commands: &[&str]) -> String {
    let line = |(second, command): (usize, &&str)| {
        let (db, command) = match command.split_once(' ') {
            Some((db, rest)) if db.parse::<u32>().is_ok() => (db, rest),
            _ => ("0", *command),
        };
        let words: Vec<String> = command.split(' ').map(|word| format!("\"{word}\"")).collect();
        format!("{}.5 [{db} 127.0.0.1:6000] {}\n", 1000 + second, words.join(" "))
    };
    commands.iter().enumerate().map(line).collect()
}

fn rows(commands: &[&str]) -> (Vec<String>, Trace) {
    let trace = read("redis", &log(commands));
    ((0..trace.requests()).map(|i| row(&trace, i)).collect(), trace)
}

#[test]
fn the_sample_is_read_as_it_is_written() {
    let trace = sample(MONITOR, None);
    assert_eq!((trace.requests(), trace.objects), (18, 8));
    let rows: Vec<String> = (0..18).map(|i| row(&trace, i)).collect();
    let expected = [
        "user:1 get 0 0 never",
        "user:1 set 16 0.0007 60",
        "user:1 get 16 0.0008 60",
        "db1:user:1 set 3 0.001 1.5",
        "a set 1 0.0011 never",
        "b set 2 0.0011 never",
        "a get 1 0.0012 never",
        "b get 2 0.0012 never",
        "missing get 0 0.0012 never",
        "visits set 1 0.9998 10",
        "visits set 3 4.9999 6",
        "cart:7 set 7 5.4998 never",
        "c set 1 5.9998 never",
        "a delete 1 5.9998 never",
        "c get 1 6.0998 never",
        "c delete 1 6.0998 never",
        "b delete 2 6.2998 never",
        "user:1 delete 16 6.2998 never",
    ];
    assert_eq!(rows, expected);
    assert_eq!(
        trace.notes,
        [
            "commands without a key: 3",
            "commands that are not known, left out: 1 (BF.ADD 1)",
            "times to live given by EXPIRE and the like, which are no requests: 1",
            "writes to parts of values, whose sizes are those of the largest write: 3",
            "requests for objects of 0 bytes, kept: 2",
        ]
    );
}

#[test]
fn keys_of_other_databases_are_other_objects() {
    let (rows, trace) =
        rows(&["get k", "1 get k", "get db1:k", "get db1k", "get dbx:k", "10 get db1:k", "get db0:db1:k"]);
    let keys: Vec<&str> = rows.iter().map(|row| row.split(' ').next().unwrap()).collect();
    assert_eq!(keys, ["k", "db1:k", "db0:db1:k", "db1k", "dbx:k", "db10:db1:k", "db0:db0:db1:k"]);
    assert_eq!(trace.objects, 7);
}

#[test]
fn sizes_are_those_of_the_last_write() {
    let (rows, trace) = rows(&[
        "set k four",
        "append k more",
        "get k",
        "setrange k 20 ab",
        "setrange k 0 a",
        "setbit k 240 1",
        "get k",
        "del k",
        "append k x",
        "lpush l aaa bb",
        "lpush l c",
        "lpop l",
        "incr n",
        "getset k vv",
        "copy k m",
        "get m",
        "setnx k vvvvv",
        "restore r 0 abcdef",
        "get r",
        "sinterstore d l m",
    ]);
    let sizes = [4, 8, 8, 22, 22, 31, 31, 31, 1, 5, 5, 5, 1, 2, 2, 2, 2, 5, 6, 6, 5, 2, 0];
    assert_eq!(trace.sizes.as_ref().unwrap(), &sizes, "{rows:#?}");
    assert_eq!(rows[20..], ["l get 5 19 never", "m get 2 19 never", "d set 0 19 never"]);
}

#[test]
fn a_time_to_live_is_given_and_taken() {
    let (rows, _) = rows(&[
        "set k v",
        "expire k 60",
        "get k",
        "incr k",
        "set k v KEEPTTL",
        "set k v",
        "get k",
        "pexpire k 1500 NX",
        "pexpire k 9000 NX",
        "expire k 9 XX",
        "get k",
        "persist k",
        "get k",
        "getex k EX 7",
        "getex k PERSIST",
        "set k v exat 1020",
        "set k v PXAT 1",
        "get k",
        "expireat k 1100",
        "pexpireat k 2000000 LT",
        "expire k 1 GT",
        "get k",
        "expire k 0",
        "expire k 5",
        "get k",
        "incr k",
    ]);
    assert_eq!(
        rows,
        [
            "k set 1 0 60",
            "k get 1 2 60",
            "k set 1 3 58",
            "k set 1 4 57",
            "k set 1 5 never",
            "k get 1 6 1.5",
            "k get 1 10 never",
            "k get 1 12 never",
            "k get 1 13 7",
            "k get 1 14 never",
            "k set 1 15 4.5",
            "k set 1 16 0.000000001",
            "k get 1 17 81.5",
            "k get 1 21 81.5",
            "k delete 1 22 never",
            "k get 1 24 81.5",
            "k set 1 25 never",
        ]
    );
}

#[test]
fn a_time_to_live_finds_its_request_among_the_last_ones_only() {
    for (between, ttl, late) in [(HELD - 1, "60", false), (HELD, "never", true)] {
        let mut commands = vec!["set k v"];
        commands.resize(between + 1, "get other");
        commands.extend(["expire k 60", "get k"]);
        let (rows, trace) = rows(&commands);
        assert_eq!(rows[0], format!("k set 1 0 {ttl}"));
        assert_eq!(rows.last().unwrap().split(' ').next_back(), Some("60"));
        let told = trace
            .notes
            .iter()
            .any(|note| note == "those of them that came more than 128 requests after the last one to their key: 1");
        assert_eq!(told, late, "{:?}", trace.notes);
    }
}

#[test]
fn what_is_no_request_is_counted() {
    let (rows, trace) = rows(&[
        "get k",
        "PING",
        "config get x",
        "zork a",
        "Zork b",
        "flushdb",
        "get",
        "set k",
        "setex k x v",
        "expire k soon",
        "mset a",
        "set k v ex",
        "zunion 9 a",
        "setrange k -1 a",
        "rename a",
        "bitop and",
        "watch k",
    ]);
    assert_eq!(rows, ["k get 0 0 never"]);
    assert_eq!(
        trace.notes[..4],
        [
            "commands without a key: 3",
            "commands that are not known, left out: 2 (ZORK 2)",
            "commands with arguments that Redis would refuse, left out: 10",
            "FLUSHALL or FLUSHDB, whose deletes are not in the log: 1",
        ]
    );
    assert!(error("redis", log(&["ping"]).as_bytes()).contains("no requests in it"));
}

#[test]
fn commands_with_many_keys_fill_many_batches() {
    let keys: Vec<String> = (0..10_000).map(|i| format!("k{i}")).collect();
    let many = format!("mget {}", keys.join(" "));
    let trace = read("redis", &log(&[&many, "get k7"]));
    assert_eq!((trace.requests(), trace.ids[10_000]), (10_001, 7));
}

#[test]
fn requests_before_a_bad_line_come_first() {
    let text = format!("{}x\n", log(&["get a", "get b"]));
    let told = error("redis", text.as_bytes());
    assert!(told.starts_with("f:3: the time (column 1) is 'x'"), "{told}");
    let limited = LoadOptions { filter: Filter { limit: Some(2), ..Filter::default() }, ..all("redis") };
    assert_eq!(load_bytes("f", text.as_bytes(), &limited).unwrap().trace.requests(), 2);
    let quote = error("redis", b"1.5 [0 lua] \"get\" \"a\n");
    assert!(quote.starts_with("f:1: column 19: expected an argument in quotes"), "{quote}");
}

#[test]
fn nothing_is_remembered_that_nobody_wants() {
    let text = log(&["set k value", "expire k 9", "expire k 0", "get k"]);
    let ids = LoadOptions { columns: Columns::IDS, ..all("redis") };
    let trace = load_bytes("f", text.as_bytes(), &ids).unwrap().trace;
    assert_eq!((trace.requests(), trace.sizes, trace.ttls), (3, None, None));
    let ttls = LoadOptions { columns: Columns { ttls: true, ..Columns::IDS }, ..all("redis") };
    let trace = load_bytes("f", text.as_bytes(), &ttls).unwrap().trace;
    assert_eq!(trace.ttls.unwrap(), [9 * SECOND, NEVER, 9 * SECOND]);
}

#[test]
fn a_log_is_found_by_its_lines() {
    let found = |text: &str| load_bytes("log", text.as_bytes(), &LoadOptions::default()).map(|loaded| loaded.format);
    assert_eq!(found(&format!("OK\r\n\r\n+{}", log(&["get k"]))).unwrap(), "redis-monitor");
    assert!(found(&format!("{}what\n", log(&["get k"]))).is_err());
    assert!(!found("OK\n").is_ok_and(|format| format == "redis-monitor"));
}
