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
        "visits set 1 0.9998 10.0001",
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
fn keys_go_to_other_databases() {
    let (rows, trace) = rows(&[
        "set k four",
        "copy k m DB 1 REPLACE",
        "1 get m",
        "get m",
        "move k 2",
        "2 get k",
        "copy k k",
        "copy k m db x",
        "move k",
        "rename k k",
        "2 flushdb",
        "2 get k",
        "swapdb 0 1",
    ]);
    let expected = [
        "k set 4",
        "k get 4",
        "db1:m set 4",
        "db1:m get 4",
        "m get 0",
        "db2:k set 4",
        "k delete 4",
        "db2:k get 4",
        "db2:k get 0",
    ];
    let start = |row: &String| row.split(' ').take(3).collect::<Vec<_>>().join(" ");
    assert_eq!(rows.iter().map(start).collect::<Vec<_>>(), expected);
    assert!(trace.notes.iter().any(|note| note.starts_with("SWAPDB") && note.ends_with(": 1")), "{:?}", trace.notes);
    let refused = "commands with arguments that Redis would refuse, left out: 3";
    assert!(trace.notes.iter().any(|note| note == refused), "{:?}", trace.notes);
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
            "k set 1 0 61",
            "k get 1 2 60",
            "k set 1 3 58",
            "k set 1 4 57",
            "k set 1 5 never",
            "k get 1 6 2.5",
            "k get 1 10 never",
            "k get 1 12 never",
            "k get 1 13 7",
            "k get 1 14 never",
            "k set 1 15 4.5",
            "k set 1 16 0.000000001",
            "k get 1 17 82.5",
            "k get 1 21 81.5",
            "k delete 1 22 never",
            "k get 1 24 81.5",
            "k set 1 25 never",
        ]
    );
}

#[test]
fn a_time_to_live_finds_its_request_among_the_last_ones_only() {
    for (between, ttl, late) in [(HELD - 1, "188", false), (HELD, "never", true)] {
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
fn requests_are_the_same_whatever_columns_are_wanted() {
    let requests_of = |commands: &[&str], columns| {
        let options = LoadOptions { columns, ..all("redis") };
        let trace = load_bytes("f", log(commands).as_bytes(), &options).unwrap().trace;
        let rows = (0..trace.requests()).map(|i| format!("{} {}", trace.ids[i], trace.op(i).name()));
        rows.collect::<Vec<_>>()
    };
    let only = Columns::IDS;
    let all_but_ttls = Columns { ttls: false, ..Columns::ALL };
    for (condition, requests) in [("nx", 3), ("xx", 4), ("gt", 3), ("lt", 4)] {
        let expire = format!("expire s -1 {condition}");
        let commands = ["set s v ex 600", "get s", &expire, "get s"];
        let expected = requests_of(&commands, Columns::ALL);
        assert_eq!(expected.len(), requests, "{condition}");
        assert_eq!(requests_of(&commands, all_but_ttls), expected, "{condition}");
        assert_eq!(requests_of(&commands, Columns { sizes: false, ..Columns::ALL }), expected, "{condition}");
        assert_eq!(requests_of(&commands, Columns { ops: true, ..only }), expected, "{condition}");
        assert_eq!(requests_of(&commands, only).len(), requests, "{condition}");
    }
    let text = log(&["set k value", "expire k 9", "expire k 0", "get k"]);
    let ttls = LoadOptions { columns: Columns { ttls: true, ..only }, ..all("redis") };
    let trace = load_bytes("f", text.as_bytes(), &ttls).unwrap().trace;
    assert_eq!((trace.sizes, trace.ttls.unwrap()[..].to_vec()), (None, vec![10 * SECOND, NEVER, 9 * SECOND]));
}

#[test]
fn a_time_to_live_counts_from_its_expire() {
    let lines = [("0.0", "set"), ("0.5", "expire"), ("50.0", "expire"), ("100.0", "expire"), ("150.0", "get")];
    let lines = lines
        .iter()
        .map(|(time, name)| {
            let last = match *name {
                "set" => " \"v\"",
                "expire" => " \"60\"",
                _ => "",
            };
            format!("{time} [0 lua] \"{name}\" \"s\"{last}\n")
        })
        .collect::<Vec<String>>();
    let text = lines.concat();
    let trace = read("redis", &text);
    assert_eq!([row(&trace, 0), row(&trace, 1)], ["s set 1 0 160", "s get 1 150 60"]);
    let (rows, _) = rows(&["set s v", "get other", "expire s 60", "incr s", "pexpireat s 1100500", "persist s"]);
    assert_eq!(rows, ["s set 1 0 62", "other get 0 1 never", "s set 1 3 never"]);
}

#[test]
fn commands_that_change_nothing_change_nothing() {
    let (rows, trace) =
        rows(&["set s value ex 60", "rename s s", "renamenx s s", "get s", "mset a 1 b", "msetnx a", "get a"]);
    assert_eq!(rows, ["s set 5 0 60", "s get 5 3 60", "a get 0 6 never"]);
    assert_eq!(trace.notes[0], "commands with arguments that Redis would refuse, left out: 2");
}

#[test]
fn what_is_restored_lives_from_now_or_to_an_end() {
    let (rows, _) = rows(&[
        "restore a 5000 abc",
        "restore b 1010500 abc REPLACE ABSTTL",
        "restore c 7 abc absttl",
        "restore d 0 abc ABSTTL",
        "setex e 0 v",
    ]);
    assert_eq!(rows, ["a set 3 0 5", "b set 3 1 9", "c set 3 2 0.000000001", "d set 3 3 never"]);
}

#[test]
fn a_flush_forgets_what_it_removes() {
    let both = ["set k four ex 60", "1 set k value ex 90"];
    let after = ["expire k 7", "get k", "1 get k", "append k x"];
    let told = |flush| rows(&[&both[..], &[flush], &after[..]].concat()).0.split_off(2);
    assert_eq!(told("flushall"), ["k get 0 4 never", "db1:k get 0 5 never", "k set 1 6 never"]);
    assert_eq!(told("1 FLUSHALL ASYNC"), ["k get 0 4 never", "db1:k get 0 5 never", "k set 1 6 never"]);
    assert_eq!(told("flushdb"), ["k get 0 4 never", "db1:k get 5 5 90", "k set 1 6 never"]);
    assert_eq!(told("1 flushdb"), ["k get 4 4 7", "db1:k get 0 5 never", "k set 5 6 4"]);
    let (rows, _) = rows(&["set k four ex 60", "flushall", "expire k 7"]);
    assert_eq!(rows, ["k set 4 0 60"]);
}

#[test]
fn a_log_is_found_by_its_lines() {
    let found = |text: &str| load_bytes("log", text.as_bytes(), &LoadOptions::default()).map(|loaded| loaded.format);
    assert_eq!(found(&format!("OK\r\n\r\n+{}", log(&["get k"]))).unwrap(), "redis-monitor");
    assert!(found(&format!("{}what\n", log(&["get k"]))).is_err());
    assert!(!found("OK\n").is_ok_and(|format| format == "redis-monitor"));
}
