//! `summary` and `compare` from outside, against numbers worked out by hand.

use crate::command::{Place, Record, records};

/// Six traces of three datasets at one size, the misses of 1,000 requests for fifo, lru, sieve and belady.
const MISSES: [(&str, &str, [u32; 4]); 6] = [
    ("web", "w1", [500, 400, 300, 200]),
    ("web", "w2", [400, 500, 300, 300]),
    ("kv", "k1", [800, 800, 800, 800]),
    ("kv", "k2", [600, 500, 500, 400]),
    ("cdn", "c1", [500, 400, 450, 300]),
    ("cdn", "c2", [250, 500, 200, 200]),
];

const POLICIES: [&str; 4] = ["fifo", "lru", "sieve", "belady"];

/// The results as a file; `change` may change a row's misses, or leave the row out.
fn results(change: impl Fn(&str, &str, u32) -> Option<u32>) -> String {
    let mut text = "dataset,trace,policy,capacity,capacity_given,size_mode,requests,hits,misses,hit_ratio,miss_ratio,\
                    seconds,requests_per_second,seed,version\n"
        .to_owned();
    for (dataset, trace, misses) in MISSES {
        for (policy, misses) in POLICIES.into_iter().zip(misses) {
            let Some(misses) = change(trace, policy, misses) else { continue };
            let hits = 1000 - misses;
            let (hit_ratio, miss_ratio) = (f64::from(hits) / 1e3, f64::from(misses) / 1e3);
            text.push_str(&format!(
                "{dataset},{trace},{policy},10,1%,unit,1000,{hits},{misses},{hit_ratio},{miss_ratio},0.5,2000,42,0.1.0\n"
            ));
        }
    }
    text
}

fn plain() -> String {
    results(|_, _, misses| Some(misses))
}

#[track_caller]
fn value(records: &[Record], table: &str, series: &str, statistic: &str) -> f64 {
    let found = records.iter().find(|r| r["table"] == table && r["series"] == series && r["statistic"] == statistic);
    found.unwrap_or_else(|| panic!("no {statistic} of '{series}' in {table}"))["value"].parse().unwrap()
}

#[track_caller]
fn near(found: f64, known: f64) {
    assert!((found - known).abs() < 1e-9, "{found}, not {known}");
}

#[test]
fn a_summary_is_what_one_works_out_by_hand() {
    let place = Place::with(&[("r.csv", plain().as_bytes())]);
    let found = records(&place.run("summary r.csv --format csv").done().stdout);
    // sieve against fifo: 0.4, 0.25, 0, 1/6, 0.1, 0.2.
    let mean = (0.4 + 0.25 + 0.0 + 1.0 / 6.0 + 0.1 + 0.2) / 6.0;
    near(value(&found, "reduction:fifo", "sieve", "mean"), mean);
    near(value(&found, "reduction:fifo", "sieve", "p50"), f64::midpoint(1.0 / 6.0, 0.2));
    near(value(&found, "reduction:fifo", "sieve", "p10"), 0.05);
    // lru against fifo: 0.2, -0.2 (over its own 500), 0, 1/6, 0.2, -0.5.
    near(value(&found, "reduction:fifo", "lru", "mean"), (0.2 - 0.2 + 1.0 / 6.0 + 0.2 - 0.5) / 6.0);
    for (statistic, known) in [("n", 6.0), ("wins", 3.0), ("ties", 1.0), ("losses", 2.0)] {
        near(value(&found, "reduction:fifo", "lru", statistic), known);
    }
    // Of fifo, lru and sieve (belady knows the future) the best: sieve, sieve, all, lru and sieve, lru, sieve.
    near(value(&found, "wins", "sieve", "share"), (3.0 + 1.0 / 3.0 + 0.5) / 6.0);
    near(value(&found, "wins", "lru", "share"), (1.0 + 1.0 / 3.0 + 0.5) / 6.0);
    assert!(!found.iter().any(|r| r["table"] == "wins" && r["series"] == "belady"));
    // Ranks: sieve 1, 1, 2, 1.5, 2, 1; lru 2, 3, 2, 1.5, 1, 3; fifo 3, 2, 2, 3, 3, 2.
    for (series, sum) in [("sieve", 8.5), ("lru", 12.5), ("fifo", 15.0)] {
        near(value(&found, "ranks", series, "rank"), sum / 6.0);
    }
    // 12 * 6 / 12 * sum of (mean - 2)^2, over 1 - (24 + 6) / (6 * 24) for a tie of three and one of two.
    let spread = [8.5, 12.5, 15.0].map(|sum: f64| (sum / 6.0 - 2.0).powi(2)).iter().sum::<f64>();
    near(value(&found, "friedman", "", "chi_square"), 6.0 * spread / (1.0 - 30.0 / 144.0));
    // Nemenyi: 2.343 * sqrt(12 / 36).
    assert!((value(&found, "friedman", "", "critical_difference") - 1.353).abs() < 1e-3);
    // The gap between lru and belady: sieve closes 1/2, 1, -, 0, -1/2, 1; k1 has none.
    near(value(&found, "gap", "sieve", "mean"), 0.4);
    near(value(&found, "gap", "sieve", "p50"), 0.5);
    near(value(&found, "gap", "sieve", "n"), 5.0);
    // Three datasets, whose means are 0.325, 1/12 and 0.15: a draw takes one of them three times in 1 of 27, more than the
    // 2.5 % that are cut off at an end.
    near(value(&found, "reduction:fifo", "sieve", "low"), 1.0 / 12.0);
    near(value(&found, "reduction:fifo", "sieve", "high"), 0.325);
    near(value(&found, "behind-best:fifo", "lru", "mean"), mean - (0.2 - 0.2 + 1.0 / 6.0 + 0.2 - 0.5) / 6.0);
}

#[test]
fn datasets_can_count_the_same() {
    let half = results(|trace, _, misses| (trace != "w2").then_some(misses));
    let place = Place::with(&[("r.csv", half.as_bytes())]);
    let found = records(&place.run("summary r.csv --format csv --weight datasets --baseline fifo").done().stdout);
    near(value(&found, "reduction:fifo", "sieve", "mean"), (0.4 + 1.0 / 12.0 + 0.15) / 3.0);
    near(value(&found, "wins", "fifo", "share"), 1.0 / 3.0 / 2.0 / 3.0);
    assert!(!found.iter().any(|r| r["table"] == "reduction:lru"));
}

#[test]
fn the_same_summary_at_every_run() {
    let place = Place::with(&[("r.csv", plain().as_bytes())]);
    for format in ["table", "csv", "json", "jsonl"] {
        let run = |more: &str| place.run(&format!("summary r.csv --format {format} {more}")).done().stdout;
        assert_eq!(run(""), run(""));
        assert_ne!(run("--resamples 200"), run("--resamples 200 --seed 43"), "{format}");
    }
    let list = place.run("summary r.csv --json").done().json();
    assert_eq!(list[0]["table"], "reduction:fifo");
    place.run("summary r.csv --quiet --output s.csv").done();
    assert_eq!(place.read("s.csv"), place.run("summary r.csv --format csv").done().stdout);
}

#[test]
fn the_tables_say_what_their_numbers_are() {
    let place = Place::with(&[("r.csv", plain().as_bytes())]);
    let text = place.run("summary r.csv").done().stdout;
    let parts = [
        "miss ratio: 4 series, 6 traces of 3 datasets, 1 cache size",
        "Reduction of the miss ratio against fifo, in %",
        "3 datasets only: the interval is too narrow",
        "P10",
        "Mean ranks over traces",
        "no difference within (sieve, lru, fifo)",
        "critical difference",
        "Share of the gap between LRU and MIN",
    ];
    assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 125).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn seeds_and_repetitions_are_averaged_and_failures_left_out() {
    let place = Place::new();
    let run = "run --workload zipf:objects=500,requests=4000 --policy fifo,lru,random --repetitions 2 --quiet";
    place.run(&format!("{run} --capacity 1%,10% --seed 1 --output a.csv")).done();
    place.run(&format!("{run} --capacity 1%,10% --seed 2 --output b.csv")).done();
    let found = records(&place.run("summary a.csv b.csv --format csv --size all").done().stdout);
    near(value(&found, "reduction:fifo", "random", "n"), 2.0);
    let found = records(&place.run("summary a.csv b.csv --format csv --size 10%").done().stdout);
    near(value(&found, "reduction:fifo", "lru", "n"), 1.0);
    assert!(found.iter().all(|r| r["size"] == "10%"));
    // One trace: nothing to rank over, no interval.
    assert!(!found.iter().any(|r| r["table"] == "ranks" || r["statistic"] == "low" && !r["value"].is_empty()));

    let failed = place.read("a.csv").replacen(",ok,", ",failed,", 1);
    place.write("f.csv", failed);
    assert!(place.run("summary f.csv").done().stderr.contains("1 failed cells are left out"));
}

/// A sweep over two workloads with these lines under `[replay]`, summarised.
fn swept(replay: &str) -> (Place, Vec<Record>) {
    let spec = format!(
        "question = \"q\"\nseed = [1, 2]\ncapacities = [\"10%\"]\npolicies = [\"fifo\", \"lru\", \"belady\"]\n\
         [[workload]]\nspec = \"zipf:objects=500,requests=4000\"\n\
         [[workload]]\nspec = \"zipf:objects=500,requests=6000,alpha=0.7\"\n[replay]\n{replay}\n"
    );
    let place = Place::with(&[("s.toml", spec.as_bytes())]);
    place.run("sweep run s.toml --output s --quiet").done();
    let found = records(&place.run("summary s --format csv").done().stdout);
    (place, found)
}

#[test]
fn what_a_sweep_varies_is_never_taken_together() {
    for (replay, circumstances) in [
        ("ttl = [\"off\", \"500\"]", ["ttl=off", "ttl=500"]),
        ("warmup = [\"none\", \"20%\"]", ["warmup=none", "warmup=20%"]),
        ("warmup = [\"none\", \"eviction\"]", ["warmup=none", "warmup=eviction"]),
        ("ttl = \"500\"\nrate = [1, 10]", ["rate=1", "rate=10"]),
    ] {
        let (_, found) = swept(replay);
        for circumstance in circumstances {
            let own: Vec<Record> = found.iter().filter(|r| r["circumstance"] == circumstance).cloned().collect();
            assert!(value(&own, "reduction:fifo", "lru", "mean") > 0.0, "{replay}");
            near(value(&own, "reduction:fifo", "lru", "n"), 2.0);
            near(value(&own, "reduction:fifo", "lru", "left_out"), 0.0);
            assert!(own.iter().any(|r| r["table"] == "wins") && own.iter().any(|r| r["table"] == "gap"));
        }
        assert!(found.iter().all(|r| circumstances.contains(&&*r["circumstance"])), "{replay}");
    }
    let (place, _) = swept("ttl = \"500\"\nrate = [1, 10]");
    place.run("compare s s").ended(0);
    assert!(place.run("summary s").done().stdout.contains("2 circumstances"));
}

#[test]
fn a_rate_that_is_not_the_usual_one_is_another_cell() {
    let place = Place::new();
    let run = "run --workload zipf:objects=500,requests=4000 --policy fifo,lru --capacity 10% --ttl 50 --quiet";
    place.run(&format!("{run} --output a.csv")).done();
    place.run(&format!("{run} --rate 10 --output b.csv")).done();
    let differs = place.run("compare a.csv b.csv").ended(3);
    assert!(differs.stdout.contains("0 changed, 2 only in A, 2 only in B") && differs.stdout.contains("lru rate=10"));
    let found = records(&place.run("summary a.csv b.csv --format csv").done().stdout);
    assert!(found.iter().any(|r| r["circumstance"] == "rate=10"));
}

#[test]
fn what_is_left_out_is_said_in_every_format() {
    let text = plain();
    let mut lines: Vec<String> = text.lines().map(|line| format!("{line},ok")).collect();
    lines[0] = lines[0].replace(",ok", ",status");
    // sieve fails everywhere, lru on w1; nothing is counted on k1; all fail on c2.
    for line in lines.iter_mut().skip(1) {
        if line.contains(",sieve,") || line.contains(",w1,lru,") || line.contains(",c2,") {
            *line = line.replace(",ok", ",failed");
        }
    }
    let place = Place::with(&[("r.csv", lines.join("\n").as_bytes())]);
    let found = records(&place.run("summary r.csv --format csv").done().stdout);
    near(value(&found, "reduction:fifo", "lru", "n"), 4.0);
    near(value(&found, "reduction:fifo", "lru", "left_out"), 1.0);
    near(value(&found, "wins", "lru", "left_out"), 1.0);
    near(value(&found, "ranks", "lru", "left_out"), 1.0);
    near(value(&found, "coverage", "lru", "missing"), 1.0);
    near(value(&found, "coverage", "sieve", "failed"), 6.0);
    near(value(&found, "absent", "", "absent_series"), 1.0);
    near(value(&found, "absent", "", "absent_traces"), 1.0);
    let ran = place.run("summary r.csv").done();
    assert!(ran.stdout.contains("series without any result: sieve"), "{}", ran.stdout);
    assert!(ran.stdout.contains("traces without any result: c2"), "{}", ran.stdout);
    assert!(ran.stderr.contains("10 failed cells are left out"), "{}", ran.stderr);
    // What is not known is nothing in CSV and null in JSON.
    let json = place.run("summary r.csv --json").done().json();
    let p = json.as_array().unwrap().iter().find(|r| r["statistic"] == "f_p").unwrap();
    assert!(p["value"].is_null());
    assert!(found.iter().any(|r| r["statistic"] == "f_p" && r["value"].is_empty()));
}

#[test]
fn policies_without_a_common_trace_are_not_one_series() {
    let rows = "trace,policy,capacity,hit_ratio,miss_ratio\na,arc,1,0.5,0.5\nb,sieve,1,0.5,0.5\n";
    let place = Place::with(&[("r.csv", rows.as_bytes())]);
    let said = place.run("summary r.csv").done().stderr;
    assert!(said.contains("all 2 series have a result") && !said.contains("one series"), "{said}");
}

#[test]
fn with_sizes_in_bytes_belady_is_no_bound() {
    let place = Place::with(&[("r.csv", plain().replace(",unit,", ",bytes,").as_bytes())]);
    let text = place.run("summary r.csv").done().stdout;
    assert!(text.contains("more than 100 is possible") && !text.contains("MIN"), "{text}");
}

#[test]
fn cells_of_one_side_are_told_apart_from_those_of_the_other() {
    let place = Place::new();
    let run = "run --workload zipf:objects=500,requests=4000 --capacity 10% --quiet";
    place.run(&format!("{run} --policy s3-fifo:small=0.1 --seed 1 --output a.csv")).done();
    place.run(&format!("{run} --policy s3-fifo:small=0.2 --seed 2 --output b.csv")).done();
    let text = place.run("compare a.csv b.csv").ended(3).stdout;
    assert!(text.contains("s3-fifo small=0.1") && text.contains("s3-fifo small=0.2"), "{text}");
    assert!(text.contains("seed"), "{text}");
    let failed = place.read("a.csv").replace(",ok,", ",failed,");
    place.write("f.csv", failed.replace(",failed,,", ",failed,no room,"));
    place.write("g.csv", failed.replace(",failed,,", ",failed,no time,"));
    let text = place.run("compare f.csv g.csv").ended(3).stdout;
    assert!(text.contains("failed       failed       -     -"), "{text}");
}

#[test]
fn what_cannot_be_summarised_is_said() {
    let place = Place::with(&[
        ("r.csv", plain().as_bytes()),
        ("one.csv", b"policy,capacity,hit_ratio,miss_ratio\narc,1,0.5,0.5\n"),
    ]);
    let refused = |args: &str, code: i32, part: &str| {
        let ran = place.run(&format!("summary {args}")).ended(code);
        assert!(ran.stderr.contains(part) && ran.stderr.contains("hint:"), "{args}: {}", ran.stderr);
        assert!(ran.stdout.is_empty());
    };
    refused("r.csv --baseline siev", 2, "did you mean 'sieve'");
    refused("r.csv --size 2%", 2, "there are: 1%");
    refused("r.csv --level 95", 2, "0.5 and 0.999");
    refused("r.csv --metric byte-miss-ratio", 2, "--size bytes");
    refused("none.csv", 1, "none.csv");
    refused("r.csv --output r.csv --force", 2, "is what is read");
    refused("r.csv --output r.txt", 2, "ending");
    place.run("summary").ended(2);
    place.run("summary r.csv --resamples 0").ended(2);
    assert!(place.run("summary one.csv").done().stderr.contains("one series is nothing to compare"));
}

#[test]
fn what_changed_is_found_and_the_exit_code_says_so() {
    let newer = results(|trace, policy, misses| match (trace, policy) {
        ("w1", "lru") => Some(misses - 50),
        ("c1", "sieve") => Some(misses + 1),
        ("k2", "belady") => None,
        _ => Some(misses),
    });
    let newer = newer.replace(",2000,", ",3000,").replace("0.1.0", "0.2.0");
    let place = Place::with(&[("a.csv", plain().as_bytes()), ("b.csv", newer.as_bytes())]);
    let same = place.run("compare a.csv a.csv").ended(0);
    assert!(same.stdout.ends_with("24 cells equal, 0 changed, 0 only in A, 0 only in B\n"), "{}", same.stdout);
    assert!(same.stderr.is_empty());

    let ran = place.run("compare a.csv b.csv").ended(3);
    let last =
        "21 cells equal, 2 changed, 1 only in A, 0 only in B; largest change +5.00 points of hit ratio (w1, lru, 1%)";
    assert_eq!(ran.stdout.lines().last(), Some(last));
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.contains(" 1% ") || line.ends_with(" 1%")).collect();
    assert!(lines[0].starts_with("w1") && lines[1].starts_with("c1") && lines[2].starts_with("k2"), "{}", ran.stdout);
    assert!(lines[1].contains("-0.10") && lines[1].contains("-1"), "{}", lines[1]);
    assert!(ran.stdout.contains("lru         6  1.50    1.50  1.50"), "{}", ran.stdout);
    assert!(ran.stderr.contains("version 0.1.0") && ran.stderr.contains("0.2.0"), "{}", ran.stderr);
    assert!(place.run("compare a.csv b.csv --limit 1").ended(3).stdout.contains("... and 1 more"));

    let found = records(&place.run("compare a.csv b.csv --format csv").ended(3).stdout);
    assert_eq!(found.len(), 9);
    assert_eq!(
        (&*found[0]["column"], &*found[0]["a"], &*found[0]["b"], &*found[0]["difference"]),
        ("hits", "600", "650", "50.0")
    );
    assert_eq!((&*found[8]["change"], &*found[8]["trace"], &*found[8]["policy"]), ("only_a", "k2", "belady"));
    let json = place.run("compare a.csv b.csv --json --tolerance 0.001").ended(3).json();
    assert_eq!(
        (json["equal"].as_u64(), json["within_tolerance"].as_u64(), json["changed"].as_u64()),
        (Some(21), Some(1), Some(1))
    );
    assert_eq!(place.run("compare a.csv b.csv --format jsonl").ended(3).stdout.lines().count(), 9);
    // The other way round.
    let back = place.run("compare b.csv a.csv --tolerance 0.1").ended(3);
    assert!(
        back.stdout.ends_with("21 cells equal, 0 changed, 2 within 0.1, 0 only in A, 1 only in B\n"),
        "{}",
        back.stdout
    );
}

#[test]
fn a_folder_stands_for_its_results_and_their_times() {
    let place = Place::new();
    for name in ["monday", "tuesday"] {
        std::fs::create_dir(place.path(name)).unwrap();
        let rate = if name == "monday" { 100 } else { 50 };
        let results = "cell,trace,policy,capacity,hit_ratio\nx,t,lru,1,0.5\ny,t,arc,1,0.5\n";
        place.write(&format!("{name}/results.csv"), results);
        let timings = format!("cell,seconds,requests_per_second,pass_cells\nx,1,{rate},1\ny,1,100,1\n");
        place.write(&format!("{name}/timings.csv"), timings);
    }
    let ran = place.run("compare monday tuesday").done();
    assert!(ran.stdout.contains("lru         1  0.50    0.50  0.50"), "{}", ran.stdout);
    place.write("monday/timings.csv", "cell,seconds,requests_per_second,pass_cells\nx,soon,1,1\n");
    assert!(place.run("compare monday tuesday").ended(1).stderr.contains("timings.csv:2: column 'seconds'"));
    assert!(place.run("compare monday nowhere").ended(1).stderr.contains("hint:"));
    std::fs::create_dir(place.path("empty")).unwrap();
    assert!(place.run("compare empty monday").ended(1).stderr.contains("results.csv"));
}

#[test]
fn a_run_repeated_is_equal_and_another_seed_is_another_cell() {
    let place = Place::new();
    let run = "run --workload zipf:objects=500,requests=4000 --policy lru,random --capacity 1%,10% --quiet";
    for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        place.run(&format!("{run} --seed {seed} --output {name}.csv")).done();
    }
    place.run("compare a.csv b.csv").ended(0);
    let other = place.run("compare a.csv c.csv").ended(3);
    assert!(other.stdout.contains("0 cells equal, 0 changed, 4 only in A, 4 only in B"), "{}", other.stdout);
    assert!(place.run("compare a.csv b.csv --tolerance 2").ended(2).stderr.contains("between 0 and 1"));
}

#[test]
fn their_help_has_examples_and_fits_the_screen() {
    for verb in ["summary", "compare"] {
        let help = Place::new().run(&format!("{verb} --help")).done().stdout;
        assert!(help.contains("Example") && help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
}
