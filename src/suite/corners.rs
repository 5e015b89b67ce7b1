//! Corners of the engine: sizes at the ends of their range, growth at expiry, operations that no cache can gain from.

use crate::command::{Place, counts};

fn run(file: &str, content: &str, options: &str, columns: [&str; 3]) -> [u64; 3] {
    let place = Place::with(&[(file, content.as_bytes())]);
    let [row] = &place.rows(&format!("run --trace {file} {options}"))[..] else { panic!("one cell, one row") };
    counts(row, columns)
}

#[test]
fn the_largest_size_is_a_size_like_any_other() {
    let trace = "time,id,size\n0,a,4294967295\n1,a,1\n2,b,10\n3,c,10\n3,b,10\n";
    for policy in
        ["lru", "fifo", "clock", "sieve", "s3-fifo", "arc", "lirs", "gdsf", "w-tiny-lfu", "two-q", "slru", "lfu"]
    {
        let options = format!("--size bytes --capacity 4294967296 --policy {policy} --strict");
        assert_eq!(run("a.csv", trace, &options, ["hits", "evictions", "rejections"]), [2, 0, 0], "{policy}");
    }
}

#[test]
fn what_expired_does_not_grow_first() {
    let trace = "time,id,size,ttl\n0,a,5,5\n1,b,5,1000\n10,a,6,5\n";
    let options = "--size bytes --capacity 10 --policy lru --strict";
    assert_eq!(run("a.csv", trace, options, ["hits", "evictions", "expirations"]), [0, 1, 1]);
}

#[test]
fn an_oracle_does_not_keep_what_will_be_deleted_or_set() {
    let trace = "id,op\nb,set\na,set\nc,set\nb,delete\na,get\nc,get\n";
    for policy in ["lru", "belady"] {
        let options = format!("--operations look-aside --capacity 2 --policy {policy} --strict");
        assert_eq!(run("a.csv", trace, &options, ["requests", "hits", "compulsory_misses"]), [2, 2, 0], "{policy}");
    }
}

#[test]
fn a_delete_names_no_size() {
    let trace = "id,op,size\nb,set,100\nb,get,100\nb,delete,0\n";
    let options = "--operations look-aside --size bytes --capacity 100% --policy lru --strict";
    assert_eq!(run("a.csv", trace, options, ["capacity", "hits", "footprint_bytes"]), [100, 1, 100]);
}

#[test]
fn a_warm_up_until_the_first_eviction_ends_with_it() {
    let trace = "1\n2\n1\n3\n1\n4\n1\n";
    // 4 is the first that does not fit three.
    assert_eq!(
        run("a.txt", trace, "--capacity 3 --policy lru --warmup eviction", ["warmup_requests", "requests", "hits"]),
        [6, 1, 1]
    );
}

#[test]
fn a_chart_does_not_average_experiments() {
    let lines: Vec<String> = (0..200).map(|i| format!("{i},{}", i * i % 17)).collect();
    let place = Place::with(&[("h.csv", format!("time,id\n{}\n", lines.join("\n")).as_bytes())]);
    for ttl in ["10s", "100s"] {
        place.run(&format!("run --trace h.csv --policy lru --capacity 2,5 --ttl {ttl} --output {ttl}.csv")).done();
    }
    place.run("plot 10s.csv 100s.csv --output ttl.svg").done();
    let drawn = place.read("ttl.svg");
    assert!(drawn.contains("ttl=10s") && drawn.contains("ttl=100s"));
    // Another trace of the same name: its rows cannot be told apart, so they are not mixed.
    place.write("h.csv", "time,id\n1,1\n2,1\n3,1\n");
    place.run("run --trace h.csv --policy lru --capacity 2,5 --ttl 10s --output other.csv").done();
    assert!(place.run("plot 10s.csv other.csv --output x.svg").ended(1).stderr.contains("same cell"));
    assert!(place.run("plot 10s.csv --y byte-hit-ratio --output x.svg").ended(2).stderr.contains("--size bytes"));
}

#[test]
fn a_trace_is_not_replaced_by_its_results() {
    let place = Place::with(&[("h.csv", b"time,id\n1,1\n2,1\n")]);
    for option in ["--output h.csv", "--output ./h.csv", "--window 1 --windows-output h.csv"] {
        place.run(&format!("run --trace h.csv --policy lru --capacity 2 --force {option}")).ended(2);
    }
    assert_eq!(place.read("h.csv"), "time,id\n1,1\n2,1\n");
}
