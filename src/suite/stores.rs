//! `trace convert`, `trace filter` and the folder of parsed traces, as people use them.

use crate::command::{Place, count, timeless};

const RUN: &str = "--policy lru,s3-fifo,belady --capacity 1%,10% --format csv --quiet";

#[test]
fn a_converted_trace_gives_the_same_results() {
    let place = Place::new();
    let spec =
        "zipf:objects=2000,alpha=0.9,requests=30000,size=lognormal(4KiB,1),ttl=uniform(5s,50s),arrivals=poisson(20)";
    place.run(&format!("trace generate --workload {spec} --output t.csv")).done();
    let results = |file: &str, more: &str| {
        let ran = place.run(&format!("run --trace {file} {RUN} {more}")).done();
        let mut rows = ran.rows();
        for row in &mut rows {
            row.insert("trace".into(), "t".into());
        }
        timeless(rows)
    };
    for (name, codec) in [("plain.evl", ""), ("packed.evl", "--codec zstd")] {
        let said = place.run(&format!("trace convert t.csv --output {name} {codec}")).done().stderr;
        assert!(said.contains("30,000 requests") && said.contains("csv:id=2,size=3,time=1"), "{said}");
        for more in ["", "--size bytes", "--skip 500 --limit 9000", "--sample 0.3", "--size-change first --size bytes"]
        {
            assert_eq!(results("t.csv", more), results(name, more), "{name} {more}");
        }
    }
    let back = place.run("trace convert packed.evl --output back.csv").done();
    assert_eq!(place.read("back.csv"), place.read("t.csv"), "{}", back.stderr);
    let exists = place.run("trace convert t.csv --output plain.evl").ended(2);
    assert!(exists.stderr.contains("plain.evl exists") && exists.stderr.contains("--force"), "{}", exists.stderr);
    let itself = place.run("trace convert t.csv --output t.csv --force").ended(2);
    assert!(itself.stderr.contains("the trace itself"), "{}", itself.stderr);
    let lossy = place.run("trace convert t.csv --output t.txt").done().stderr;
    assert!(lossy.contains("sizes, times, times to live are not in the file"), "{lossy}");
}

#[test]
fn a_filtered_trace_is_what_the_second_level_sees() {
    let place = Place::new();
    place.run("trace generate --workload zipf:objects=3000,alpha=0.8,requests=20000 --output t.evl").done();
    let first = place.run("run --trace t.evl --policy lru --capacity 5% --format csv --quiet").done().rows();
    let said = place.run("trace filter t.evl --policy lru --capacity 5% --output second.evl").done().stderr;
    assert!(said.contains("wrote second.evl"), "{said}");
    let second = place.run("run --trace second.evl --policy lru --capacity 10 --format csv --quiet").done().rows();
    assert_eq!(count(&first[0], "misses"), count(&second[0], "requests"));
    assert_eq!(count(&first[0], "objects"), count(&second[0], "objects"), "every object was missed once");
    let info = place.run("trace info second.evl").done().stderr;
    assert!(info.contains("evl of the misses of lru at 5% in t.evl"), "{info}");
    let taken = place.run("trace filter t.evl --policy lru --capacity 5% --output second.evl").ended(2);
    assert!(taken.stderr.contains("second.evl exists"), "{}", taken.stderr);
    let warm =
        place.run("run --trace t.evl --policy lru --capacity 5% --warmup 20% --format csv --quiet").done().rows();
    place.run("trace filter t.evl --policy lru --capacity 5% --warmup 20% --output warm.evl").done();
    let behind = place.run("run --trace warm.evl --policy lru --capacity 10 --format csv --quiet").done().rows();
    assert_eq!(count(&warm[0], "misses"), count(&behind[0], "requests"));
    let idle = place.run("trace filter t.evl --limit 9 --warmup 20% --output x.evl").ended(2);
    assert!(idle.stderr.contains("--policy"), "{}", idle.stderr);
    let nothing = place.run("trace filter t.evl --output x.evl").ended(2);
    assert!(nothing.stderr.contains("no filter is named") && nothing.stderr.contains("--tenant"), "{}", nothing.stderr);
    place.write("tenants.csv", "id,tenant\n1,blue\n2,green\n1,green\n3,blue\n");
    place.run("trace filter tenants.csv --tenant green --output green.csv").done();
    assert_eq!(place.read("green.csv"), "id,tenant\n2,green\n1,green\n");
    let nobody = place.run("trace filter tenants.csv --tenant red --output red.csv").ended(1);
    assert!(nobody.stderr.contains("none of its 4 requests"), "{}", nobody.stderr);
}

#[test]
fn a_folder_of_parsed_traces_is_kept_only_where_it_is_named() {
    let place = Place::with(&[("t.txt", b"a\nb\na\nc\n")]);
    let run =
        |more: &str| place.run(&format!("run --trace t.txt --policy lru --capacity 2 --format csv {more}")).done();
    let plain = run("");
    assert_eq!(place.names(), ["t.txt"]);
    let (first, second) = (run("--trace-cache parsed"), run("--trace-cache parsed"));
    assert!(first.stderr.contains("parsed and kept"), "{}", first.stderr);
    assert!(second.stderr.contains("parsed before"), "{}", second.stderr);
    let no_folder = place.run("run --trace t.txt --policy lru --capacity 2 --trace-cache t.txt").ended(1);
    assert!(no_folder.stderr.contains("t.txt: cannot make the folder"), "{}", no_folder.stderr);
    assert_eq!(timeless(plain.rows()), timeless(first.rows()));
    assert_eq!(timeless(plain.rows()), timeless(second.rows()));
    assert_eq!(place.names(), ["parsed", "t.txt"]);
}

/// A trace of 80 MB is replayed where a process may have less than half of that for itself, and hardly more than for a small one.
#[cfg(target_os = "linux")]
#[test]
fn a_trace_larger_than_memory_streams_from_its_store() {
    use crate::command::binary;
    let place = Place::new();
    let spec = "uniform:objects=200000,requests=2e7";
    place.run(&format!("trace generate --workload {spec} --output large.evl")).done();
    place.run("trace convert large.evl --limit 200000 --output small.evl").done();
    let limited = |kibibytes: u64, file: &str| {
        let command = format!(
            "ulimit -d {kibibytes}; exec {} run --trace {file} --policy lru --capacity 10% --threads 1 --format csv",
            binary().display()
        );
        std::process::Command::new("sh").args(["-c", &command]).current_dir(place.path("")).output().unwrap()
    };
    let least = |file: &str| (1..256).map(|n| n * 1024).find(|&limit| limited(limit, file).status.success()).unwrap();
    let (large, small) = (least("large.evl"), least("small.evl"));
    // 20 bytes for each of 200,000 objects are 4 MB; the small trace has as many requests as the large one has objects.
    assert!(large <= 32 << 10, "{large} KiB");
    assert!(large - small.min(large) <= 4 << 10, "{large} KiB for the large one, {small} for the small one");
}
