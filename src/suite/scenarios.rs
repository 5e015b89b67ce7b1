//! Timed scenarios from outside: lists, keys, files, messages, and scenarios as cells of a sweep.

use crate::command::{Place, records};
use evictlab::scenario::{PRESETS, preset};

/// The columns that other programs rely on.
const PROMISED: [&str; 16] = [
    "scenario",
    "requests",
    "hits",
    "delayed_hits",
    "misses",
    "renewals",
    "origin_fetches",
    "origin_peak_in_flight",
    "latency_mean_seconds",
    "latency_p50_seconds",
    "latency_p99_seconds",
    "stale_reads",
    "lost_writes",
    "keys",
    "keys_moved",
    "seed",
];

const RUN: &str = "scenario run stampede --set duration=5min --quiet";

#[test]
fn a_row_for_each_combination_of_values() {
    let place = Place::new();
    let said = place.run(&format!("{RUN} --set defence=none,mutex --set rate=5,10 --format csv")).done().stdout;
    let rows = records(&said);
    assert_eq!(rows.len(), 4);
    for column in PROMISED {
        assert!(rows.iter().all(|row| row.contains_key(column)), "{column}");
    }
    let values: Vec<(&str, &str)> =
        rows.iter().map(|row| (&*row["parameter_defence"], &*row["parameter_rate"])).collect();
    assert_eq!(values, [("none", "5"), ("none", "10"), ("mutex", "5"), ("mutex", "10")]);
    for row in &rows {
        let count = |column: &str| row[column].parse::<u64>().unwrap();
        let answered = count("hits") + count("delayed_hits") + count("misses") + count("failures");
        assert_eq!(answered, count("requests"));
    }
}

#[test]
fn the_same_bytes_on_one_thread_and_on_four_and_another_seed_gives_others() {
    let place = Place::new();
    let run = |more: &str| place.run(&format!("{RUN} --format csv {more}")).done().stdout;
    let one = run("--threads 1");
    assert_eq!(one, run("--threads 4"));
    assert_ne!(one, run("--seed 7"));
    assert_eq!(run("--seed 7"), run("--set seed=7"));
}

#[test]
fn tables_and_figures_are_written_and_drawn_again() {
    let place = Place::new();
    let files = "--output s.csv --series t.csv --levels l.csv --latencies q.csv --plot p.svg --report r.html";
    place.run(&format!("{RUN} --set defence=none,lease {files}")).done();
    assert_eq!(place.names(), ["l.csv", "p.svg", "q.csv", "r.html", "s.csv", "t.csv"]);
    for (file, figure) in [("s.csv", "defences"), ("t.csv", "origin-load-over-time"), ("q.csv", "latency-distribution")]
    {
        place.run(&format!("plot {file} --output {figure}.svg")).done();
        place.run(&format!("plot {file} --figure {figure} --output again.svg --force")).done();
        assert_eq!(place.read(&format!("{figure}.svg")), place.read("again.svg"));
    }
    assert_eq!(place.read("p.svg"), place.read("defences.svg"));
    let page = place.read("r.html");
    assert!(page.contains("<svg") && !page.contains("http://localhost") && !page.contains("<script"));
    // Nothing is replaced unasked.
    place.run(&format!("{RUN} --output s.csv")).ended(2);
    assert!(place.run(&format!("{RUN} --figure defences")).ended(2).stderr.contains("--plot"));
}

#[test]
fn mistakes_name_the_setting_or_the_line() {
    let place = Place::with(&[(
        "mine.toml",
        b"duration = \"1min\"\n[[level]]\nname = \"c\"\nlock_ttl = 0\n[origin]\nlatency = \"1s\"\n",
    )]);
    let refused = |args: &str, message: &str| {
        let said = place.run(args).ended(2).stderr;
        assert!(said.contains(message), "{args}\n{said}");
        assert!(said.contains("hint:"), "{args}\n{said}");
    };
    refused("scenario run stampde", "did you mean 'stampede'?");
    refused("scenario run stampede --set rat=3", "--set rat=3: scenario 'stampede' has no key 'rat'");
    refused("scenario run stampede --set ttl=soon", "--set ttl=soon: 'ttl'");
    refused("scenario run stampede --set defence=none,mutx", "did you mean 'mutex'?");
    refused("scenario run stampede --set ttl", "--set ttl: no value");
    refused("scenario run mine.toml", "mine.toml:4:12: 'lock_ttl' takes no time");
    refused("scenario run mine.toml --set level.c.lock_ttl=1s --set level.d.ttl=1s", "no key 'level.d.ttl'");
    assert!(place.run("scenario run none.toml").ended(1).stderr.contains("cannot read none.toml"));
}

#[test]
fn every_preset_says_what_to_see_and_its_keys_lead_somewhere() {
    for listed in PRESETS {
        let scenario = preset(listed.name).unwrap();
        assert_eq!(scenario.name, listed.name);
        assert!(scenario.question.contains("See:"), "{}: the question does not say what to see", listed.name);
        let figure = scenario.figure.clone().unwrap_or_else(|| panic!("{}: no figure", listed.name));
        assert!(evictlab::report::figure(&figure).unwrap().needs.of_scenarios());
        assert!(!scenario.configurations().unwrap().is_empty());
        let mut keys = scenario.keys().peekable();
        assert!(keys.peek().is_some(), "{}: no short names", listed.name);
        for (short, _) in keys {
            // A key that leads nowhere is an error; a value that makes no sense is one, too, but another.
            let mut changed = scenario.clone();
            assert!(changed.set(short, "1").is_ok(), "{}: {short}", listed.name);
            let said = changed.configurations().map_or_else(|error| error.to_string(), |_| String::new());
            assert!(!said.contains("unknown key"), "{}: {short}: {said}", listed.name);
        }
    }
}

#[test]
fn a_trace_takes_the_place_of_the_workload() {
    let place = Place::with(&[("t.txt", b"1\n2\n1\n3\n1\n2\n")]);
    let said =
        place.run("scenario run exclusive-two-level --set trace=t.txt --set l1=1 --set l2=1 --format csv").done();
    let rows = records(&said.stdout);
    // LRU of two objects hits 1 at the third request, and 1 at the fifth.
    assert_eq!((rows[0]["requests"].as_str(), rows[0]["hits"].as_str()), ("6", "2"));
    let both = "scenario run exclusive-two-level --set trace=t.txt --set workload=zipf";
    assert!(place.run(both).ended(2).stderr.contains("both a trace and a workload"));
}

const STUDY: &str = r#"
seed = [1, 2]
figures = ["defences"]
[[scenario]]
name = "stampede"
defence = ["none", "mutex", "xfetch"]
rate = [5, 10]
duration = "4min"
level.cache.latency = "2ms"
"#;

#[test]
fn scenarios_are_cells_of_a_sweep() {
    let place = Place::with(&[("study.toml", STUDY.as_bytes())]);
    place.run("sweep run study.toml --output whole --quiet").done();
    let rows = records(&place.read("whole/scenarios.csv"));
    assert_eq!(rows.len(), 12);
    assert!(rows.iter().all(|row| row["cell"].len() == 16 && row["parameter_level.cache.latency"] == "2ms"));
    for shard in 1..=3 {
        place.run(&format!("sweep run study.toml --output part-{shard} --shard {shard}/3 --quiet")).done();
    }
    place.run("sweep merge part-1 part-2 part-3 --output merged --quiet").done();
    for file in ["scenarios.csv", "levels.csv", "series.csv", "latencies.csv"] {
        assert_eq!(place.read(&format!("whole/{file}")), place.read(&format!("merged/{file}")), "{file}");
    }
    let said = place.run("sweep check whole --sample 4").done().stdout;
    assert!(said.contains("4 cells checked, 0 not as they were"), "{said}");
    assert!(place.run("sweep status merged").done().stdout.contains("stampede"));
    place.run("plot whole --output again.svg").done();
    assert_eq!(place.read("again.svg"), place.read("whole/figures/defences.svg"));
    place.run("report whole --output page.html").done();
    let page = place.read("page.html");
    assert!(page.contains("<h2>stampede</h2>") && page.contains("[[scenario]]") && page.contains("<svg"));
    // One cell alone, by its key.
    let cell = &rows[3]["cell"];
    let alone = place.run(&format!("sweep run study.toml --output alone --cell {cell} --quiet")).done().stdout;
    assert_eq!(records(&alone), [rows[3].clone()]);
}

#[test]
fn a_torn_journal_of_scenarios_goes_on() {
    let place = Place::with(&[("study.toml", STUDY.as_bytes())]);
    place.run("sweep run study.toml --output out --quiet").done();
    let (all, journal) = (place.read("out/scenarios.csv"), place.read("out/journal.jsonl"));
    // What a killed process leaves: some whole lines and a part of one.
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    let torn = lines[..6].concat() + &lines[6][..lines[6].len() / 2];
    place.write("out/journal.jsonl", torn);
    let said = place.run("sweep run study.toml --output out").done().stderr;
    assert!(said.contains("5 cells are finished, 7 are left"), "{said}");
    assert_eq!(place.read("out/scenarios.csv"), all);
}

#[test]
fn mistakes_in_a_study_name_their_place() {
    let refused = |text: &str, message: &str| {
        let place = Place::with(&[("study.toml", text.as_bytes())]);
        let said = place.run("sweep plan study.toml").ended(2).stderr;
        assert!(said.contains(message), "{text}\n{said}");
    };
    refused("[[scenario]]\nname = \"stampde\"\n", "study.toml:1:1: no scenario is called 'stampde'");
    refused("[[scenario]]\nname = \"stampede\"\nrat = 1\n", "study.toml:3:7: scenario 'stampede' has no key 'rat'");
    refused("[[scenario]]\nname = \"stampede\"\nrate = [1, \"x\"]\n", "study.toml:3:8: 'rate': expected a number");
    refused("[[scenario]]\ndefence = \"none\"\n", "[[scenario]] needs either a name or a file");
    refused("[[scenario]]\nfile = \"none.toml\"\n", "cannot read");
}
