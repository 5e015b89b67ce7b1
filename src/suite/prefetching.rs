//! Prefetchers beside policies: the books under random scripts, a naive model, what each is worth on traces that show it, the
//! program.

use crate::command::Place;
use crate::harness::{property, strings, unit};
use evictlab::core::rng;
use evictlab::engine::Counts;
use evictlab::policies::POLICIES;
use evictlab::policy::{Params, Setup};
use evictlab::prefetch::PREFETCHERS;
use evictlab::registry::{parse_list, parse_prefetchers};
use evictlab::replay::{Options, Replayer, parse_capacities};
use evictlab::trace::{Keys, Trace};
use proptest::prelude::*;
use std::collections::HashMap;

/// A trace whose keys are the numbers asked for.
fn trace(keys: &[u64]) -> Trace {
    let mut trace = Trace::from_keys("blocks", keys);
    let mut of_id = vec![0; trace.objects];
    for (&id, &key) in trace.ids.iter().zip(keys) {
        of_id[id as usize] = key;
    }
    trace.keys = Keys::Int(of_id);
    trace
}

/// What is counted, of the fields that prefetching has to do with.
fn counts(policy: &str, prefetch: &str, capacity: u64, trace: &Trace, bytes: bool) -> Counts {
    let prefetch = parse_prefetchers(prefetch).unwrap().remove(0);
    let options = Options { prefetch, bytes, strict: true, ..Options::default() };
    let mut replayer = Replayer::new(trace, &options).unwrap();
    let cells =
        replayer.cells(&parse_list(policy).unwrap(), &parse_capacities(&capacity.to_string()).unwrap()).unwrap();
    let row = replayer.run(&cells, &|_| ()).remove(0).row;
    assert_eq!(row.error, "", "{policy}");
    let evictlab::record::Row { requests, hits, evictions, rejections, prefetches, prefetch_hits, .. } = row;
    Counts { requests, hits, evictions, rejections, prefetches, prefetch_hits, ..Counts::default() }
}

#[test]
fn every_policy_bears_every_prefetcher() {
    let mut rng = rng::rng(4, "blocks");
    let keys: Vec<u64> = (0..600).map(|i| if i % 3 == 0 { rng::below(&mut rng, 60) } else { i / 2 % 80 }).collect();
    let mut trace = trace(&keys);
    trace.sizes = Some(trace.ids.iter().map(|&id| 1 + id * 5 % 7).collect());
    for unit in POLICIES.iter().filter(|unit| !unit.entry.info.needs.next_use) {
        for prefetcher in PREFETCHERS {
            for bytes in [false, true] {
                let what = format!("{} {} bytes={bytes}", unit.entry.info.name, prefetcher.info.name);
                let counts = counts(unit.entry.info.name, prefetcher.info.name, 20, &trace, bytes);
                assert_eq!(counts.requests, 600, "{what}");
                assert!(counts.prefetch_hits <= counts.prefetches && counts.prefetch_hits <= counts.hits, "{what}");
                match prefetcher.info.name {
                    "none" => assert_eq!(counts.prefetches, 0, "{what}"),
                    // memcached has no class of objects in twenty bytes.
                    "one-block-lookahead" if unit.entry.info.name != "memcached" => {
                        assert!(counts.prefetches > 0, "{what}");
                    }
                    // Where nothing leaves, what it learns comes too late.
                    _ => {}
                }
                // What came in, on request or before it, is in the cache or has left it.
                let came = counts.requests - counts.hits - counts.rejections + counts.prefetches;
                assert!(came >= counts.evictions, "{what}: {counts:?}");
            }
        }
    }
}

/// LRU with one-block lookahead, by the book: hits, fetches, first uses.
fn by_the_book(keys: &[u64], capacity: usize, when: &str) -> (u64, u64, u64) {
    let mut order: Vec<u64> = Vec::new();
    let mut unused: HashMap<u64, bool> = HashMap::new();
    let (mut hits, mut fetched, mut first_uses) = (0, 0, 0);
    for &key in keys {
        let held = order.iter().position(|&other| other == key);
        let first = unused.insert(key, false).unwrap_or(false) && held.is_some();
        if let Some(place) = held {
            order.remove(place);
            hits += 1;
        } else if order.len() == capacity {
            order.remove(0);
        }
        order.push(key);
        first_uses += u64::from(first);
        let due = match when {
            "always" => true,
            "miss" => held.is_none(),
            _ => held.is_none() || first,
        };
        if due && !order.contains(&(key + 1)) {
            if order.len() == capacity {
                order.remove(0);
            }
            order.push(key + 1);
            unused.insert(key + 1, true);
            fetched += 1;
        }
    }
    (hits, fetched, first_uses)
}

#[test]
fn one_block_lookahead_is_what_the_book_says() {
    property(600, &(1..=8u64, strings()), |(capacity, keys)| {
        let keys: Vec<u64> = keys.into_iter().map(u64::from).collect();
        let trace = trace(&keys);
        for when in ["always", "miss", "tagged"] {
            let found = counts("lru", &format!("one-block-lookahead:when={when}"), capacity, &trace, false);
            let found = (found.hits, found.prefetches, found.prefetch_hits);
            prop_assert_eq!(found, by_the_book(&keys, capacity as usize, when), "{} {:?}", when, keys);
        }
        Ok(())
    });
}

#[test]
fn a_sequence_is_hit_but_for_its_first_block() {
    let keys: Vec<u64> = (0..1000).collect();
    let trace = trace(&keys);
    let hits = |prefetch: &str| counts("lru", prefetch, 10, &trace, false).hits;
    assert_eq!(hits("none"), 0);
    assert_eq!(hits("one-block-lookahead"), 999);
    assert_eq!(hits("one-block-lookahead:when=tagged"), 999);
    // A miss brings the next one, whose use brings none.
    assert_eq!(hits("one-block-lookahead:when=miss"), 500);
    assert_eq!(hits("one-block-lookahead:run=4"), 996);
    assert_eq!(hits("one-block-lookahead:step=2"), 998);
}

#[test]
fn a_block_that_nobody_asks_for_takes_room() {
    // Every tenth block: what follows each is fetched for nothing, and half of the room holds it.
    let keys: Vec<u64> = (0..2000).map(|i| i % 8 * 10).collect();
    let trace = trace(&keys);
    assert_eq!(counts("lru", "none", 10, &trace, false).hits, 1992);
    let counts = counts("lru", "one-block-lookahead", 10, &trace, false);
    assert_eq!((counts.hits, counts.prefetches, counts.prefetch_hits), (0, 2000, 0));
}

#[test]
fn a_probability_graph_learns_an_order_that_is_not_that_of_the_keys() {
    let keys: Vec<u64> = (0..3000).map(|i| i * 37 % 100).collect();
    let trace = trace(&keys);
    // A loop longer than the cache: LRU alone has no hit, nor has the next block any worth.
    assert_eq!(counts("lru", "none", 10, &trace, false).hits, 0);
    assert_eq!(counts("lru", "one-block-lookahead", 10, &trace, false).prefetch_hits, 0);
    let learned = counts("lru", "probability-graph:lookahead=1", 10, &trace, false);
    assert_eq!((learned.hits, learned.prefetch_hits), (2899, 2899));
}

#[test]
fn a_prefetcher_of_nothing_changes_nothing() {
    property(200, &(1..=12u64, strings()), |(capacity, keys)| {
        let trace = Trace::from_keys("string", keys);
        let fed = |prefetch: bool| {
            let entry = PREFETCHERS[0];
            let setup = Setup { objects: trace.objects, capacity, expected: 1, seed: 42, bytes: false };
            let config = evictlab::engine::Config { capacity, ..Default::default() };
            let mut cache = unit("s3-fifo").replay(&Params::default(), &setup, &config).unwrap();
            if prefetch {
                cache.set_prefetch(entry.build(&Params::default(), &setup).unwrap());
            }
            cache.feed(&evictlab::engine::View::new(&trace), 0..trace.requests());
            cache.counts()
        };
        prop_assert_eq!(fed(false), fed(true));
        Ok(())
    });
}

#[test]
fn what_has_expired_is_fetched_again() {
    // Key 10 every ten seconds, 11 a second later, and neither lives longer than five: only what was fetched just before is
    // there.
    let place = Place::new();
    let lines: Vec<String> = (0..20).map(|i| format!("{},10\n{},11\n", 10 * i, 10 * i + 1)).collect();
    place.write("pairs.csv", lines.concat());
    for mode in ["lazy", "eager"] {
        let rows = place.rows(&format!(
            "run --trace pairs.csv --trace-format csv:time=1,id=2,header=false --policy lru --capacity 9 --prefetch obl --ttl 5s \
             --ttl-mode {mode}"
        ));
        let numbers = ["hits", "prefetches", "prefetch_hits"].map(|column| rows[0][column].as_str());
        assert_eq!(numbers, ["20", "40", "20"], "{mode}");
    }
}

#[test]
fn a_write_of_what_was_fetched_is_no_use_of_it() {
    let place = Place::new();
    let lines: Vec<String> = (0..50).map(|i| format!("set,{i}\n")).collect();
    place.write("writes.csv", format!("{}get,49\nget,50\n", lines.concat()));
    let rows = place.rows(
        "run --trace writes.csv --trace-format csv:op=1,id=2,header=false --operations look-aside --policy lru --capacity 10 \
         --prefetch obl",
    );
    let numbers = ["requests", "hits", "prefetch_hits"].map(|column| rows[0][column].as_str());
    assert_eq!(numbers, ["2", "2", "1"]);
}

#[test]
fn an_object_that_was_asked_for_keeps_its_size() {
    // 11 is of no size, which is not to be taken for the size of 10, whose request fetches it.
    let place = Place::new();
    place.write("sizes.csv", "10,100\n11,0\n".repeat(20));
    let rows = place.rows(
        "run --trace sizes.csv --trace-format csv:id=1,size=2,header=false --size bytes --policy lru --capacity 150 \
         --prefetch none,obl",
    );
    // At first 11 is taken to be as large as 10, and 10 has to go for it, once.
    let hits: Vec<&str> = rows.iter().map(|row| row["hits"].as_str()).collect();
    assert_eq!(hits, ["38", "38"]);
}

#[test]
fn windows_tell_runs_with_and_without_apart() {
    let place = Place::new();
    place
        .run(
            "run --workload scan:objects=100,requests=1000 --policy lru --capacity 10 --prefetch none,obl --window 100 \
             --output a.csv --windows-output w.csv",
        )
        .done();
    let windows = place.read("w.csv");
    assert_eq!(windows.matches(",lru,,always,none,10,").count(), 10, "{windows}");
    place.run("plot a.csv w.csv --figure hit-ratio-over-time --output f.svg").done();
    assert!(place.read("f.svg").contains("prefetch"), "two curves need two labels");
}

#[test]
fn the_program_tries_prefetchers_one_after_the_other() {
    let place = Place::new();
    let rows = place.rows(
        "run --workload scan:objects=500,requests=5000 --policy lru --capacity 10 --admission always,second-hit \
         --prefetch none,obl",
    );
    let named: Vec<String> =
        rows.iter().map(|row| format!("{} {} {}", row["admission"], row["prefetch"], row["prefetches"])).collect();
    assert_eq!(named.len(), 4, "{named:?}");
    assert_eq!(named[0], "always none 0");
    assert!(named[1].starts_with("always one-block-lookahead:run=1,step=1,when=always "), "{}", named[1]);
    let hits = |row: usize| rows[row]["hits"].parse::<u64>().unwrap();
    assert!(hits(0) == 0 && hits(1) >= 4990, "{} {}", hits(0), hits(1));

    let said =
        place.run("run --workload loop:objects=5,requests=9 --policy belady --capacity 2 --prefetch pg").ended(2);
    assert!(said.stderr.contains("next request of what is asked for"), "{}", said.stderr);
    let said = place
        .run("run --workload loop:objects=5,requests=9 --policy lru --capacity 2 --prefetch pg --admission clairvoyant")
        .ended(2);
    assert!(said.stderr.contains("clairvoyant knows"), "{}", said.stderr);
    // A block of two sizes is two objects then, with one number.
    place.write("sizes.csv", "time,id,size\n0,7,1\n1,7,2\n2,8,1\n");
    let with = |change: &str| {
        place.run(&format!(
            "run --trace sizes.csv --size bytes --policy lru --capacity 4 --prefetch obl --size-change {change}"
        ))
    };
    with("new").done();
    let said = with("distinct").ended(2);
    assert!(said.stderr.contains("distinct"), "{}", said.stderr);
    place.write("words.txt", "a\nb\na\n");
    let said = place.run("run --trace words.txt --policy lru --capacity 2 --prefetch obl").ended(2);
    assert!(said.stderr.contains("no numbers"), "{}", said.stderr);
    assert!(place.run("prefetchers obl").done().stdout.contains("One-block lookahead"));
    assert_eq!(place.run("prefetchers --json").done().json().as_array().unwrap().len(), PREFETCHERS.len());
}

#[test]
fn of_all_policies_those_run_that_go_with_a_prefetcher() {
    let place = Place::new();
    let done = place
        .run("run --workload zipf:objects=50,requests=500 --policy all --capacity 10 --prefetch none,pg --format csv")
        .done();
    let count = |what: &str| done.stdout.lines().filter(|line| line.contains(what)).count();
    let foreseeing = POLICIES.iter().filter(|unit| unit.entry.info.needs.next_use).count();
    assert_eq!(count(",none,10,") - count(",\"probability-graph:"), foreseeing);
    assert!(done.stderr.contains("do not go with") && done.stderr.contains("belady"), "{}", done.stderr);
    let sweep = |excluded: &str| {
        let spec = "capacities = [\"10\"]\npolicies = [\"lru\", \"belady\"]\n[[workload]]\nkind = \"scan\"\nobjects = 50\n\
                    requests = 500\n[replay]\nprefetch = [\"none\", \"obl\"]\n";
        place.write("spec.toml", format!("{spec}{excluded}"));
        place.run("sweep plan spec.toml")
    };
    let refused = sweep("").ended(2);
    assert!(refused.stderr.contains("belady knows") && refused.stderr.contains("[[exclude]]"), "{}", refused.stderr);
    let planned = sweep("[[exclude]]\npolicy = \"belady\"\nprefetch = \"one-block*\"\n").done();
    assert!(planned.stdout.contains("3 cells (1 left out)"), "{}", planned.stdout);
}

#[test]
fn a_sweep_varies_prefetchers() {
    let place = Place::new();
    place.write(
        "spec.toml",
        "capacities = [\"10\"]\npolicies = [\"lru\"]\n[[workload]]\nkind = \"scan\"\nobjects = 50\nrequests = 500\n\
         [replay]\nprefetch = [\"none\", \"obl:when=tagged\"]\n",
    );
    place.run("sweep run spec.toml --output out").done();
    let table = place.read("out/results.csv");
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[0].contains(",always,none,10,10,unit,500,0,500,"), "{table}");
    let with = ",always,\"one-block-lookahead:run=1,step=1,when=tagged\",10,10,unit,500,490,10,";
    assert!(lines[1].contains(with), "{table}");
}
