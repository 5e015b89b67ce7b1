//! The other verbs: traces, lists, completions, charts, the demo, help.

use crate::command::{Place, bundled, count, records, timeless};
use evictlab::policies::POLICIES;
use evictlab::trace::FORMATS;
use evictlab::workload::WORKLOADS;
use std::collections::BTreeSet;

const VERBS: [&str; 15] = [
    "demo",
    "run",
    "trace info",
    "trace analyze",
    "trace head",
    "trace convert",
    "trace filter",
    "trace record-help",
    "trace generate",
    "plot",
    "dictionary",
    "policies",
    "formats",
    "workloads",
    "verify",
];

#[test]
fn what_was_generated_is_what_was_asked_for() {
    let place = Place::new();
    let replay = "--policy lru,lfu,s3-fifo --capacity 50,10% --format csv --quiet";
    let plain = "zipf:objects=1000,alpha=0.9,requests=8000";
    let rich = format!("{plain},size=lognormal(4KiB,1),ttl=uniform(5s,50s),arrivals=poisson(20)");
    let counted = ["requests", "hits", "misses", "bytes_requested", "bytes_hit", "evictions", "expirations", "objects"];
    let run = |source: &str| -> Vec<Vec<u64>> {
        let rows = place.run(&format!("run {source} {replay}")).done().rows();
        rows.iter().map(|row| counted.iter().map(|column| count(row, column)).collect()).collect()
    };
    // Names for the three formats, as much of the workload as each can carry, and what is compared of it.
    let kinds =
        [("oracleGeneral", plain, ""), ("csv", &*rich, ""), ("csv", &*rich, "--size bytes"), ("txt", plain, "")];
    for (i, (kind, spec, mode)) in kinds.into_iter().enumerate() {
        let direct = run(&format!("--workload {spec} {mode}"));
        assert!(direct.iter().all(|row| row[0] == 8000));
        for packed in ["", ".gz", ".zst", ".xz", ".lz4"] {
            let name = format!("t{i}.{kind}{packed}");
            place.run(&format!("trace generate --workload {spec} --output {name}")).done();
            assert_eq!(run(&format!("--trace {name} {mode}")), direct, "{name}");
        }
    }
    place.run(&format!("trace generate --workload {plain} --output t0.oracleGeneral")).ended(2);
    place.run("trace generate --workload loop:objects=7,requests=20 --output t0.oracleGeneral --force").done();
    let info = place.run("trace info t0.oracleGeneral --json").done().json();
    assert_eq!((info["requests"].as_u64(), info["objects"].as_u64()), (Some(20), Some(7)));
}

#[test]
fn a_trace_with_its_own_lifetimes_keeps_its_own_times() {
    let place = Place::new();
    // 100 requests a second and lifetimes of half a second: 50 requests. At a request a second nothing would ever hit.
    let spec = "loop:objects=20,requests=1000,ttl=fixed(500ms),arrivals=fixed(100)";
    place.run(&format!("trace generate --workload {spec} --output t.csv")).done();
    for source in ["--trace t.csv".to_owned(), format!("--workload {spec}")] {
        let ran = place.run(&format!("run {source} --policy lru --capacity 20 --format csv")).done();
        assert_eq!(count(&ran.rows()[0], "hits"), 1000 - 20 * 17, "{source}");
        assert!(!ran.stderr.contains("no times"), "{}", ran.stderr);
    }
}

#[test]
fn info_and_head_show_what_is_there() {
    let place = Place::with(&[("t.csv", b"time,id,size,op\n5,a,10,get\n6,b,20,set\n8,a,10,get\n")]);
    let info = place.run("trace info t.csv --format json").done().json();
    assert_eq!((info["requests"].as_u64(), info["objects"].as_u64()), (Some(3), Some(2)));
    assert_eq!(info["duration_seconds"].as_f64(), Some(3.0));
    assert_eq!(info["top_objects"][0]["key"], "a");
    let flat = records(&place.run("trace info t.csv --format csv").done().stdout);
    assert_eq!((flat.len(), flat[0]["requests"].as_str()), (1, "3"));
    let text = place.run("trace info t.csv").done().stdout;
    assert!(text.contains("30 B") && text.contains("2 reads, 1 sets, 0 deletes"), "{text}");
    let both = place.run(&format!("trace info t.csv {} --json", bundled("sort-lines.txt.zst"))).done().json();
    assert_eq!(both.as_array().map(Vec::len), Some(2));

    let head = place.run("trace head t.csv -n 2 --json").done().json();
    assert_eq!(head.as_array().map(Vec::len), Some(2));
    assert_eq!((head[1]["key"].as_str(), head[1]["size"].as_u64()), (Some("b"), Some(20)));
    assert_eq!((head[1]["seconds"].as_f64(), head[1]["operation"].as_str()), (Some(1.0), Some("set")));
    assert_eq!(place.run("trace head t.csv").done().stdout.lines().count(), 4);
    assert_eq!(records(&place.run("trace head t.csv --format csv").done().stdout).len(), 3);
    assert_eq!(place.run("trace head t.csv --format jsonl -n 1").done().stdout.lines().count(), 1);
    let drawn = place.run("trace head --workload loop:objects=3,requests=50 -n 4 --json").done().json();
    assert_eq!(drawn.as_array().map(Vec::len), Some(4));
    let none = place.run("trace head --workload loop:objects=3,requests=50 -n 0").ended(2);
    assert!(none.stderr.contains("-n 0") && !none.stderr.contains("--limit"), "{}", none.stderr);
}

#[test]
fn lists_name_everything() {
    let place = Place::new();
    let named = |verb: &str| -> Vec<String> {
        let text = place.run(verb).done().stdout;
        let list = place.run(&format!("{verb} --json")).done().json();
        let names: Vec<String> =
            list.as_array().unwrap().iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect();
        assert!(names.iter().all(|name| text.contains(name.as_str())), "{verb} lacks one of {names:?}");
        assert_eq!(list, place.run(&format!("{verb} --format json")).done().json());
        names
    };
    assert_eq!(named("policies"), POLICIES.iter().map(|unit| unit.entry.info.name).collect::<Vec<_>>());
    assert_eq!(named("formats"), FORMATS.iter().map(|format| format.name).collect::<Vec<_>>());
    assert_eq!(named("workloads"), WORKLOADS.iter().map(|workload| workload.name).collect::<Vec<_>>());
    for unit in POLICIES {
        let page = place.run(&format!("policies {}", unit.entry.info.name)).done().stdout;
        let parts =
            ["# State", "# Parameters", "# Source", "# Departures", "# Weak on", "# Memory", unit.entry.info.paper.url];
        assert!(parts.iter().all(|part| page.contains(part)), "{page}");
        let json = place.run(&format!("policies {} --json", unit.entry.info.name)).done().json();
        assert_eq!(json[0]["params"].as_array().map(Vec::len), Some(unit.entry.info.params.len()));
        let bytes = json[0]["state"]["bytes_per_object"].as_u64().unwrap();
        assert!(bytes > 0 && page.contains(&format!("{bytes} bytes for each object of the trace")), "{page}");
    }
    place.run("policies S3FIFO").done();
}

#[test]
fn a_format_has_a_page_of_its_own() {
    let place = Place::new();
    for format in FORMATS {
        let page = place.run(&format!("formats {}", format.name)).done().stdout;
        assert!(page.starts_with(format.name) && page.contains(format.layout), "{page}");
        assert_eq!(page.matches(" layout: ").count(), 1, "{page}");
        for alias in format.aliases {
            assert_eq!(place.run(&format!("formats {alias}")).done().stdout, page);
        }
    }
    let json = place.run("formats csv --json").done().json();
    assert_eq!((json.as_array().map(Vec::len), json[0]["name"].as_str()), (Some(1), Some("csv")));
    assert!(place.run("formats twiter").ended(2).stderr.contains("did you mean twitter?"));
}

#[test]
fn the_examples_of_the_workloads_work() {
    let place = Place::new();
    for item in place.run("workloads --json").done().json().as_array().unwrap() {
        let example = item["example"].as_str().unwrap();
        let spec = if item["name"].is_null() { format!("zipf:objects=100,{example}") } else { example.to_owned() };
        // As written, but for the number of requests, which is the last that is given or not given at all.
        let spec = match (item["name"].as_str(), spec.rsplit_once("requests=")) {
            (Some("sequence"), _) => spec,
            (_, Some((head, _))) => format!("{head}requests=500"),
            (_, None) => format!("{spec},requests=500"),
        };
        let rows = place.rows(&format!("run --workload {spec} --policy lru --capacity 10"));
        assert_eq!(rows[0]["status"], "ok", "{spec}");
        assert!(rows[0]["requests"] == "500" || spec.starts_with("sequence"), "{spec}");
    }
}

#[test]
fn completions_know_every_verb() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Place::new().run(&format!("completions {shell}")).done().stdout;
        for verb in VERBS.iter().flat_map(|verb| verb.split(' ')) {
            assert!(script.contains(verb), "{shell} lacks {verb}");
        }
    }
}

#[test]
fn charts_from_a_results_file() {
    let place = Place::new();
    let run = "run --workload zipf:objects=1000,requests=5000 --policy lru,arc --capacity log:1%..50%:5 --quiet";
    place.run(&format!("{run} --output r.csv")).done();
    place.run("plot r.csv").done();
    place.run("plot r.csv --output a.svg --output a.png --y miss-ratio --x share --paper-size column").done();
    for name in ["r.svg", "a.svg"] {
        let svg = place.read(name);
        assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{name}");
        assert!(svg.trim_end().ends_with("</svg>") && svg.contains("lru") && svg.contains("arc"), "{name}");
    }
    assert_ne!(place.read("r.svg"), place.read("a.svg"));
    let png = std::fs::read(place.path("a.png")).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    assert!(reader.info().width >= 300 && pixels.iter().any(|&byte| byte != pixels[0]), "an empty picture");
    let first = place.read("r.svg");
    assert!(place.run("plot r.csv").ended(2).stderr.contains("--force"));
    place.run("plot r.csv --force").done();
    assert_eq!(first, place.read("r.svg"), "the same rows, another picture");
    assert!(place.run("plot --list").done().stdout.contains("hit-ratio-curve"));
}

#[test]
fn the_demo_replaces_its_folder() {
    let place = Place::new();
    let files = [
        "hit-ratio-curves.png",
        "hit-ratio-curves.svg",
        "results.csv",
        "scenarios.csv",
        "stampede.png",
        "stampede.svg",
        "two-level.png",
        "two-level.svg",
    ];
    let demo = || {
        let ran = place.run("demo --output out/demo").done();
        assert!(ran.stderr.contains("out/demo/hit-ratio-curves.svg"), "{}", ran.stderr);
        let mut names: Vec<String> = std::fs::read_dir(place.path("out/demo"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, files);
        timeless(records(&place.read("out/demo/results.csv")))
    };
    let first = demo();
    assert!(first.iter().all(|row| row["status"] == "ok"));
    let shown: BTreeSet<&str> = first.iter().map(|row| row["policy"].as_str()).collect();
    assert!(["lru", "lfu", "fifo", "random", "ttl"].iter().all(|policy| shown.contains(policy)), "{shown:?}");
    assert_eq!(demo(), first);
    // Something that somebody put there is not lost.
    place.write("out/demo/notes.txt", "mine");
    place.run("demo --output out/demo").ended(2);
    assert_eq!(place.read("out/demo/notes.txt"), "mine");
    // Only a folder that is its own is replaced.
    std::fs::create_dir(place.path("mine")).unwrap();
    place.write("mine/thesis.txt", "do not lose");
    place.run("demo --output mine").ended(2);
    assert_eq!(place.read("mine/thesis.txt"), "do not lose");
    assert_eq!(place.names(), ["mine", "out"]);
}

#[test]
fn every_help_has_an_example_and_fits_the_screen() {
    let place = Place::new();
    for verb in ["", "completions"].iter().chain(&VERBS) {
        for flag in ["--help", "-h"] {
            let ran = place.run(&format!("{verb} {flag}")).done();
            assert!(ran.stdout.contains("Example"), "{verb} {flag}: no example");
            assert!(ran.stderr.is_empty(), "{verb}: {}", ran.stderr);
            let long: Vec<&str> = ran.stdout.lines().filter(|line| line.chars().count() > 120).collect();
            assert!(long.is_empty(), "{verb} {flag}: {long:?}");
        }
    }
    assert!(place.run("--version").done().stdout.contains(env!("CARGO_PKG_VERSION")));
    place.run("trace --help").done();
}

#[test]
fn verify_passes() {
    let ran = Place::new().run("verify").done();
    let last = ran.stdout.lines().last().unwrap();
    assert!(last.ends_with(" passed, 0 failed"), "{}", ran.stdout);
    assert!(ran.stdout.lines().filter(|line| line.starts_with("ok ")).count() >= 10, "{}", ran.stdout);
}
