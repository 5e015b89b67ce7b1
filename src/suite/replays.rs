//! The options of `run`: warm-up, windows, sizes, times to live, operations, filters.

use crate::command::{Place, Record, bundled, count, counts, records};

const ZIPF: &str = "--workload zipf:objects=2000,alpha=0.8,requests=30000";
/// Five requests to two objects, ten seconds apart.
const TIMED: &[u8] = b"time,id\n0,a\n10,b\n20,a\n30,a\n40,b\n";

#[test]
fn a_warm_up_drops_counts_and_nothing_else() {
    let place = Place::new();
    let base = format!("run {ZIPF} --policy lru,s3-fifo,random --capacity 100,50% --window 1000 --windows-output");
    let whole = place.rows(&format!("{base} whole.csv"));
    let windows = records(&place.read("whole.csv"));
    for (n, warmup, requests) in [(1, "12000", 12_000), (2, "12000s", 12_000), (3, "40%", 12_000), (4, "0", 0)] {
        let warm = place.rows(&format!("{base} {n}.csv --warmup {warmup}"));
        for (whole, warm) in whole.iter().zip(&warm) {
            assert_eq!(counts(warm, ["warmup_requests", "requests"]), [requests, 30_000 - requests], "{warmup}");
            // The hits of the first windows and the hits after the warm-up are all hits.
            let of_cell = |w: &&Record| ["policy", "capacity"].iter().all(|&c| w[c] == warm[c]);
            let dropped = windows.iter().filter(of_cell).filter(|w| count(w, "end_request") <= requests);
            let dropped: u64 = dropped.map(|w| count(w, "hits")).sum();
            assert_eq!(dropped + count(warm, "hits"), count(whole, "hits"), "{warmup} {warm:?}");
            assert!(count(warm, "compulsory_misses") <= count(whole, "compulsory_misses"));
        }
    }
}

#[test]
fn a_warm_up_until_the_first_eviction_has_none_in_it() {
    let place = Place::with(&[("t.txt", b"1\n2\n1\n3\n1\n2\n")]);
    // Three objects in two places: the fourth request evicts.
    let [row] = &place.rows("run --trace t.txt --policy lru --capacity 2 --warmup eviction")[..] else { panic!() };
    assert_eq!(counts(row, ["warmup_requests", "requests", "hits", "evictions"]), [4, 2, 1, 1]);
    let [row] = &place.rows("run --trace t.txt --policy lru --capacity 3 --warmup eviction")[..] else { panic!() };
    assert_eq!(counts(row, ["warmup_requests", "requests", "hits", "misses"]), [6, 0, 0, 0]);
    assert!(["0", "0.0"].contains(&row["hit_ratio"].as_str()), "{row:?}");
}

#[test]
fn windows_add_up_to_the_row() {
    let place = Place::with(&[("timed.csv", TIMED)]);
    for (name, window) in [("requests.csv", "7000"), ("time.jsonl", "9000s"), ("all.json", "1e6")] {
        let run = format!("run {ZIPF} --policy lru,fifo --capacity 100 --window {window} --windows-output {name}");
        let rows = place.rows(&run);
        let text = place.read(name);
        let windows: Vec<(String, u64, u64)> = match name.split('.').nth(1).unwrap() {
            "csv" => {
                records(&text).iter().map(|w| (w["policy"].clone(), count(w, "requests"), count(w, "hits"))).collect()
            }
            kind => {
                let values: Vec<serde_json::Value> = match kind {
                    "json" => serde_json::from_str(&text).unwrap(),
                    _ => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
                };
                let one = |w: &serde_json::Value| {
                    (w["policy"].as_str().unwrap().into(), w["requests"].as_u64().unwrap(), w["hits"].as_u64().unwrap())
                };
                values.iter().map(one).collect()
            }
        };
        for row in &rows {
            let mine =
                windows.iter().filter(|w| w.0 == row["policy"]).fold((0, 0), |sum, w| (sum.0 + w.1, sum.1 + w.2));
            assert_eq!(mine, (count(row, "requests"), count(row, "hits")), "{name}");
        }
    }
    place.rows("run --trace timed.csv --policy lru --capacity 2 --window 20s --windows-output t.csv");
    let windows = records(&place.read("t.csv"));
    let spans: Vec<[u64; 3]> = windows.iter().map(|w| counts(w, ["window", "start_request", "end_request"])).collect();
    assert_eq!(spans, [[0, 0, 2], [1, 2, 4], [2, 4, 5]]);
    place.run("run --trace timed.csv --policy lru --capacity 2 --window 20s --windows-output t.csv").ended(2);
}

#[test]
fn times_to_live() {
    let place =
        Place::with(&[("timed.csv", TIMED), ("own.csv", b"time,id,ttl\n0,a,25\n10,b,\n20,a,25\n30,a,25\n40,b,5\n")]);
    let run = |args: &str| {
        let [row] = &place.rows(&format!("run --policy lru --capacity 2 {args}"))[..] else { panic!("{args}") };
        (counts(row, ["hits", "misses", "expirations"]), row["ttl_mode"].clone())
    };
    let timed = |args: &str| run(&format!("--trace timed.csv {args}"));
    // a: 0 in, 20 hit, 30 hit; b: 10 in, 40 hit.
    assert_eq!(timed(""), ([3, 2, 0], "off".into()));
    assert_eq!(timed("--ttl off"), ([3, 2, 0], "off".into()));
    // a expires at 25, found at 30; b at 35, found at 40.
    assert_eq!(timed("--ttl 25"), ([1, 4, 2], "lazy".into()));
    assert_eq!(timed("--ttl 25s --ttl-mode eager"), ([1, 4, 2], "eager".into()));
    // The hit at 20 gives a until 45.
    assert_eq!(timed("--ttl 25s --ttl-renew"), ([2, 3, 1], "lazy+renew".into()));
    // A lifetime of 20 does not reach the request 20 later, and does the one 10 later.
    assert_eq!(timed("--ttl 20").0, [1, 4, 2]);
    assert_eq!(timed("--ttl 10").0, [0, 5, 3]);
    assert_eq!(timed("--ttl 1m").0, [3, 2, 0]);
    // As the trace says: a expires at 25; b never does.
    assert_eq!(run("--trace own.csv"), ([2, 3, 1], "lazy".into()));
    assert_eq!(run("--trace own.csv --ttl off").0, [3, 2, 0]);
    // The command line wins over the trace.
    assert_eq!(run("--trace own.csv --ttl 25").0, [1, 4, 2]);
    // Without times a request is a second, or --rate of them are.
    place.write("ids.txt", "a\nb\na\n");
    assert_eq!(run("--trace ids.txt --ttl 2").0, [0, 3, 1]);
    assert_eq!(run("--trace ids.txt --ttl 2 --rate 10").0, [1, 2, 0]);
}

#[test]
fn sizes_in_bytes() {
    let place = Place::new();
    let trace = format!("--trace {} --size bytes", bundled("compile.csv.zst"));
    let rows = place.rows(&format!("run {trace} --policy lru,gdsf,belady --capacity 1%,64MiB,512KiB,1000000"));
    let capacities: Vec<u64> = rows[..4].iter().map(|row| count(row, "capacity")).collect();
    let footprint = count(&rows[0], "footprint_bytes");
    assert_eq!(capacities, [footprint / 100, 64 << 20, 512 << 10, 1_000_000]);
    for row in &rows {
        assert_eq!(row["size_mode"], "bytes");
        assert_eq!(count(row, "bytes_requested"), count(&rows[0], "bytes_requested"));
        assert!(count(row, "bytes_hit") < count(row, "bytes_requested"));
        // Objects of up to 200 MB do not fit; they were asked for and refused.
        assert!(count(row, "rejections") > 0, "{row:?}");
        assert_eq!(count(row, "hits") + count(row, "misses"), 104_302);
    }
    // By bytes, larger is better.
    assert!(count(&rows[1], "hits") > count(&rows[0], "hits") && count(&rows[0], "hits") > count(&rows[2], "hits"));
    let failed = place.run(&format!("run {trace} --policy lru --capacity 1MiB,1GiB --oversize error --json")).ended(3);
    assert_eq!(failed.json()[0]["status"], "failed");
    assert_eq!(failed.json()[1]["status"], "ok");
    place.run(&format!("run --trace {} --policy lru --capacity 1MiB", bundled("compile.csv.zst"))).ended(2);
}

#[test]
fn changed_sizes() {
    let place = Place::with(&[("s.csv", b"id,size\n1,10\n2,20\n1,30\n1,30\n2,5\n2,20\n")]);
    let run = |rule: &str| {
        let [row] = &place.rows(&format!("run --trace s.csv --size bytes --policy lru --capacity 40 {rule}"))[..]
        else {
            panic!()
        };
        counts(row, ["objects", "hits", "misses", "bytes_requested"])
    };
    // The use comes before the growth: 1 is hit with its new 30 bytes and pushes 2 out; 2 comes back with 5, is hit, and
    // grows to 20, which pushes 1 out.
    assert_eq!(run(""), [2, 3, 3, 115]);
    assert_eq!(run("--size-change new"), run(""));
    assert_eq!(run("--size-change first"), [2, 4, 2, 90]);
    // (1,10) (2,20) (1,30) hit (2,5) (2,20): the last was evicted by (1,30).
    assert_eq!(run("--size-change distinct"), [4, 1, 5, 115]);
}

#[test]
fn operations() {
    let ops = b"time,id,op\n0,a,get\n1,a,set\n2,a,get\n3,a,delete\n4,a,get\n5,b,get\n6,b,get\n";
    let place = Place::with(&[("ops.csv", ops)]);
    let run = |rule: &str| {
        let [row] = &place.rows(&format!("run --trace ops.csv --policy lru --capacity 2 {rule}"))[..] else { panic!() };
        counts(row, ["requests", "hits", "misses"])
    };
    assert_eq!(run(""), [7, 5, 2]);
    assert_eq!(run("--operations all-reads"), [7, 5, 2]);
    // Five gets: a, a, a, b, b.
    assert_eq!(run("--operations read-only"), [5, 3, 2]);
    // A get does not fill; what was set is found, what was deleted is not.
    assert_eq!(run("--operations look-aside"), [5, 1, 4]);
}

#[test]
fn filters() {
    let lines: Vec<String> = (0..1000).map(|i| format!("{},{}\n", i * 2, i % 250)).collect();
    let place = Place::with(&[("t.csv", format!("time,id\n{}", lines.concat()).as_bytes())]);
    let run = |filter: &str| {
        let [row] = &place.rows(&format!("run --trace t.csv --policy lru --capacity 250 {filter}"))[..] else {
            panic!()
        };
        counts(row, ["requests", "hits", "objects"])
    };
    assert_eq!(run(""), [1000, 750, 250]);
    assert_eq!(run("--skip 900"), [100, 0, 100]);
    assert_eq!(run("--limit 300"), [300, 50, 250]);
    assert_eq!(run("--skip 200 --limit 300"), [300, 50, 250]);
    // Times are 0, 2, ..., 1998 s; the end is not in the range.
    assert_eq!(run("--from 1000s --until 1200s"), [100, 0, 100]);
    assert_eq!(run("--until 20m"), [600, 350, 250]);
    assert_eq!(run("--sample 1"), [1000, 750, 250]);
    let [requests, hits, objects] = run("--sample 0.2");
    // Objects are taken or left whole: each has four requests.
    assert_eq!([requests, hits], [4 * objects, 3 * objects]);
    assert!((25..=75).contains(&objects), "{objects} of 250 objects is no fifth");
    assert_eq!(run("--sample 0.2"), [requests, hits, objects]);
}

#[test]
fn a_cache_for_everything_misses_each_object_once() {
    let place = Place::with(&[("t.txt", b"1\n2\n1\n3\n3\n2\n")]);
    for capacity in ["3", "4", "1000000", "1e18", "18446744073709551615"] {
        for extra in ["", "--strict"] {
            let args = format!("run --trace t.txt --policy all --capacity {capacity} --format csv {extra}");
            let ran = place.run(&args).done();
            assert!(ran.stderr.contains("note:") && ran.stderr.contains("holds the whole trace"), "{}", ran.stderr);
            for row in ran.rows() {
                assert_eq!(counts(&row, ["hits", "misses", "compulsory_misses", "evictions"]), [3, 3, 3, 0], "{row:?}");
            }
        }
    }
}

#[test]
fn strict_checks_change_nothing() {
    let place = Place::new();
    let run = "--workload zipf:objects=200,requests=3000,size=uniform(1,50) --policy all --capacity 20%";
    for mode in ["", "--size bytes", "--ttl 100"] {
        let plain = crate::command::timeless(place.rows(&format!("run {run} {mode}")));
        assert_eq!(plain, crate::command::timeless(place.rows(&format!("run {run} {mode} --strict"))), "{mode}");
    }
}
