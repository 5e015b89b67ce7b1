//! Sweeps from outside: resumed, split, merged, interrupted, on a full disk.

use super::command::{Place, Ran, binary, bundled, count, records};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// 200 cells: two traces, five policies, twenty capacities.
const STUDY: &str = r#"
question = "Does it come out the same?"
capacities = ["log:1%..60%:20"]
policies = ["lru", "random", "s3-fifo", "belady"]
figures = ["hit-ratio-curve"]
[[policy]]
name = "s3-fifo"
small = 0.2
[[workload]]
kind = "zipf"
objects = 20_000
alpha = [0.7, 1.0]
requests = 150_000
"#;

/// A study of three cells that is over at once.
const SMALL: &str = r#"
capacities = ["10%"]
[[policy]]
name = "s3-fifo"
small = [0.1, 0.2, 0.4]
[[workload]]
kind = "zipf"
objects = 1000
requests = 20_000
"#;

fn place() -> Place {
    Place::with(&[("study.toml", STUDY.as_bytes()), ("small.toml", SMALL.as_bytes())])
}

fn results(place: &Place, folder: &str) -> String {
    place.read(&format!("{folder}/results.csv"))
}

#[test]
fn the_spec_that_init_writes_can_be_run() {
    let place = Place::new();
    place.write("spec.toml", place.run("sweep init").done().stdout);
    let plan = place.run("sweep plan spec.toml").done();
    assert!(plan.stdout.contains("424 cells (8 left out)"), "{}", plan.stdout);
    place.run("sweep run spec.toml --output out --quiet").done();
    let rows = records(&results(&place, "out"));
    assert_eq!(rows.len(), 424);
    assert!(rows.iter().all(|row| row["status"] == "ok"));
    let alphas: BTreeSet<&str> = rows.iter().map(|row| row["parameter_alpha"].as_str()).collect();
    assert_eq!(alphas, BTreeSet::from(["", "0.8", "1"]));
    assert!(place.run("sweep status out").done().stdout.contains("all"));
    let check = place.run("sweep check out --sample 5").done();
    assert!(check.stdout.contains("5 cells checked, 0 not as they were"), "{}", check.stdout);
}

#[test]
fn killed_at_ten_moments_and_resumed_it_gives_the_same_bytes() {
    let place = place();
    let begun = Instant::now();
    place.run("sweep run study.toml --output whole --quiet").done();
    let whole = results(&place, "whole");
    assert_eq!(records(&whole).len(), 200);
    let share = begun.elapsed() / 14;
    let mut kills = 0;
    for i in 0..10u64 {
        let mut child = Command::new(binary())
            .args(["sweep", "run", "study.toml", "--output", "cut"])
            .current_dir(place.path("."))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Somewhere between a third of the share and the whole of it.
        std::thread::sleep(Duration::from_millis(10) + share * (4 + (i * 7) as u32 % 9) / 12);
        if child.try_wait().unwrap().is_none() {
            kills += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills >= 8, "only {kills} kills came in time");
    // What a crash of the machine may leave: half a line.
    let journal = place.path("cut/journal.jsonl");
    let mut text = std::fs::read_to_string(&journal).unwrap();
    text.push_str("{\"cell\":\"0123456789abcdef\",\"row\":{\"sch");
    std::fs::write(&journal, text).unwrap();
    let resumed = place.run("sweep run study.toml --output cut").done();
    assert!(resumed.stderr.contains("cells are finished"), "{}", resumed.stderr);
    assert!(results(&place, "cut") == whole, "the bytes differ");
}

#[test]
fn threads_batches_and_shards_change_nothing() {
    let place = place();
    place.run("sweep run study.toml --output whole --quiet").done();
    let whole = results(&place, "whole");
    place.run("sweep run study.toml --output one --threads 1 --no-batch --memory 1MiB --quiet").done();
    assert!(results(&place, "one") == whole, "with one thread the bytes differ");
    for i in 1..=3 {
        place.run(&format!("sweep run study.toml --output part-{i} --shard {i}/3 --quiet")).done();
        let rows = records(&results(&place, &format!("part-{i}")));
        assert!((40..=95).contains(&rows.len()), "a third of 200 cells is not {}", rows.len());
    }
    place.run("sweep merge part-1 part-3 --output two-thirds --quiet").ended(3);
    let status = place.run("sweep status two-thirds --json").done().json();
    assert!(status["all"]["finished"].as_u64() < status["all"]["planned"].as_u64());
    place.run("sweep merge part-1 part-2 part-3 part-2 --output merged --quiet").done();
    assert!(results(&place, "merged") == whole, "merged, the bytes differ");
    // A shared folder: each shard has a journal of its own, and the last one finds everything.
    for i in 1..=2 {
        place.run(&format!("sweep run study.toml --output shared --shard {i}/2 --quiet")).done();
    }
    assert!(results(&place, "shared") == whole, "in a shared folder the bytes differ");
    // Each folder can be gone on with.
    place.run("sweep run study.toml --output two-thirds --quiet").done();
    assert!(results(&place, "two-thirds") == whole);
}

#[test]
fn every_cell_is_a_command() {
    let place = place();
    let plan = place.run("sweep plan small.toml --format jsonl --output jobs").done();
    let lines: Vec<serde_json::Value> = plan.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        let command = line["command"].as_str().unwrap();
        let args = command.strip_prefix("evictlab ").unwrap();
        let rows = place.run(args).done().rows();
        assert_eq!((rows.len(), rows[0]["cell"].as_str()), (1, line["cell"].as_str().unwrap()));
    }
    assert!(!place.names().contains(&"jobs/results.csv".to_owned()));
    let last = place.run("sweep run small.toml --output jobs").done();
    assert!(last.stderr.contains("3 cells are finished, 0 are left"), "{}", last.stderr);
    place.run("sweep run small.toml --output whole --quiet").done();
    assert_eq!(results(&place, "jobs"), results(&place, "whole"));
    let wrong = place.run("sweep run small.toml --output jobs --cell 0123456789abcdef").ended(2);
    assert!(wrong.stderr.contains("no cell 0123456789abcdef"), "{}", wrong.stderr);
}

#[test]
fn other_studies_are_not_mixed_in() {
    let place = place();
    place.run("sweep run small.toml --output out --quiet").done();
    place.write("other.toml", SMALL.replace("0.4", "0.5"));
    let refused = place.run("sweep run other.toml --output out").ended(2);
    assert!(refused.stderr.contains("another spec") && refused.stderr.contains("--force"), "{}", refused.stderr);
    place.run("sweep run other.toml --output other --quiet").done();
    let refused = place.run("sweep merge out other --output both").ended(2);
    assert!(refused.stderr.contains("cannot be merged"), "{}", refused.stderr);
    place.run("sweep run other.toml --output out --force --quiet").done();
    assert_eq!(results(&place, "out"), results(&place, "other"));
    // Comments and layout make no other study.
    place.write("other.toml", format!("# A remark\n{}", SMALL.replace("0.4", "0.50")));
    place.run("sweep run other.toml --output out --quiet").done();
    // Another version's results are not taken over, and what somebody put beside a sweep's files stays there.
    let journal = place.read("out/journal.jsonl");
    place.write("out/journal.jsonl", journal.replacen(env!("CARGO_PKG_VERSION"), "99.0.0", 1));
    let refused = place.run("sweep run other.toml --output out").ended(2);
    assert!(refused.stderr.contains("evictlab 99.0.0"), "{}", refused.stderr);
    place.write("other/thesis.tex", "mine");
    place.run("sweep run other.toml --output other --force --quiet").done();
    assert_eq!(place.read("other/thesis.tex"), "mine");
}

#[test]
fn results_that_disagree_are_reported() {
    let place = place();
    place.run("sweep run small.toml --output a --quiet").done();
    place.run("sweep run small.toml --output b --quiet").done();
    let journal = place.read("b/journal.jsonl");
    let hits = count(&records(&results(&place, "b"))[1], "hits");
    place.write("b/journal.jsonl", journal.replace(&format!("\"hits\":{hits},"), "\"hits\":7,"));
    let refused = place.run("sweep merge a b --output c").ended(1);
    assert!(
        refused.stderr.contains("cells disagree") && refused.stderr.contains("another result"),
        "{}",
        refused.stderr
    );
    assert!(!place.names().contains(&"c".to_owned()));
    let changed = results(&place, "a").replace(&format!(",{hits},"), ",7,");
    place.write("a/results.csv", changed);
    let check = place.run("sweep check a --sample 3").ended(3);
    assert!(check.stdout.contains("FAILED results.csv") && check.stdout.contains("hits was 7"), "{}", check.stdout);
}

#[test]
fn cells_that_fail_are_rows_and_the_others_go_on() {
    let place = place();
    place.write("bad.csv", "id,size\n1,10\n2,oops\n");
    std::fs::copy(bundled("compile.csv.zst"), place.path("compile.csv.zst")).unwrap();
    let spec = "capacities = [\"10%\"]\npolicies = [\"lru\", \"fifo\"]\n[replay]\nsize = \"bytes\"\n[[trace]]\nfile = [\"bad.csv\", \"compile.csv.zst\"]\n";
    place.write("spec.toml", spec);
    let ran = place.run("sweep run spec.toml --output out").ended(3);
    assert!(ran.stderr.contains("2 cells failed"), "{}", ran.stderr);
    let rows = records(&results(&place, "out"));
    let states: Vec<&str> = rows.iter().map(|row| row["status"].as_str()).collect();
    assert_eq!(states, ["failed", "failed", "ok", "ok"]);
    assert!(rows[0]["error"].contains("bad.csv:3"), "{}", rows[0]["error"]);
    // Put right, they are replayed when that is asked for; the trace is another one then, but no cell was made of it.
    place.write("bad.csv", "id,size\n1,10\n2,20\n");
    place.run("sweep run spec.toml --output out --quiet").ended(3);
    place.run("sweep run spec.toml --output out --retry-failed --quiet").done();
    assert!(records(&results(&place, "out")).iter().all(|row| row["status"] == "ok"));
}

#[test]
fn a_trace_that_changed_is_noticed() {
    let place = place();
    place.write("t.txt", "1\n2\n3\n1\n2\n3\n");
    let spec = "capacities = [\"2\"]\npolicies = [\"lru\"]\n[[trace]]\nfile = \"t.txt\"\n";
    place.write("spec.toml", spec);
    let keys = place.run("sweep plan spec.toml --format csv").done().rows();
    place.run(&format!("sweep run spec.toml --output out --cell {} --quiet", keys[0]["cell"])).done();
    place.write("t.txt", "1\n2\n1\n1\n");
    let journal = place.read(&format!("out/journal-cell-{}.jsonl", keys[0]["cell"]));
    let cellless = journal.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    place.write(&format!("out/journal-cell-{}.jsonl", keys[0]["cell"]), cellless);
    let ran = place.run("sweep run spec.toml --output out").ended(1);
    assert!(ran.stderr.contains("is not what it was"), "{}", ran.stderr);
}

#[test]
fn interrupted_it_keeps_what_is_finished() {
    let place = place();
    place.write("long.toml", STUDY.replace("150_000", "3_000_000"));
    let child = Command::new(binary())
        .args(["sweep", "run", "long.toml", "--output", "out", "--threads", "1"])
        .current_dir(place.path("."))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let lines = || std::fs::read_to_string(place.path("out/journal.jsonl")).map_or(0, |text| text.lines().count());
    while lines() < 4 && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let asked = Instant::now();
    let output = child.wait_with_output().unwrap();
    let ran = Ran {
        args: "sweep run".to_owned(),
        code: output.status.code(),
        stdout: String::new(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    let ran = ran.ended(130);
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to end", asked.elapsed());
    assert!(ran.stderr.contains("goes on where this one was stopped"), "{}", ran.stderr);
    let rows = records(&results(&place, "out"));
    assert!((2..200).contains(&rows.len()), "{} rows", rows.len());
    assert!(place.read("out/manifest.json").contains("\"finished\": "));
}

/// A small file system of its own where that is allowed, and else a limit on the size of files.
#[test]
fn a_full_disk_is_an_error_and_the_journal_can_be_gone_on_with() {
    let place = place();
    place.run("sweep run study.toml --output whole --quiet").done();
    std::fs::create_dir(place.path("disk")).unwrap();
    let disk = place.path("disk");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=96k", "tmpfs"]).arg(&disk).stderr(Stdio::null());
    let mounted = mount.status().is_ok_and(|status| status.success());
    let script = if mounted {
        format!("{} sweep run study.toml --output disk/out", binary().display())
    } else {
        super::shared::skipped("no tmpfs may be mounted here: the size of files is limited instead");
        format!("trap '' XFSZ; ulimit -f 96; {} sweep run study.toml --output disk/out", binary().display())
    };
    let output = Command::new("bash").args(["-c", &script]).current_dir(place.path(".")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let journal = std::fs::read(place.path("disk/out/journal.jsonl")).unwrap_or_default();
    std::fs::create_dir(place.path("copy")).unwrap();
    std::fs::write(place.path("copy/journal.jsonl"), &journal).unwrap();
    if mounted {
        assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    }
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write") && stderr.contains("hint:"), "{stderr}");
    assert!(journal.len() > 10_000, "nothing was written before the disk was full");
    let resumed = place.run("sweep run study.toml --output copy").done();
    assert!(resumed.stderr.contains("cells are finished"), "{}", resumed.stderr);
    assert!(results(&place, "copy") == results(&place, "whole"), "the bytes differ");
}
