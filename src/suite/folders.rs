//! Result folders from outside: whose files they hold, who may write, what merging and resuming keep.

use super::command::{Place, binary, records};
use std::process::{Command, Stdio};

/// Six cells that are over at once.
const SIX: &str = r#"
capacities = ["5%", "10%", "20%"]
policies = ["lru", "fifo"]
figures = ["hit-ratio-curve"]
[[workload]]
kind = "zipf"
objects = 1000
requests = 20_000
"#;

/// Another study.
const OTHER: &str = r#"
capacities = ["5%"]
policies = ["sieve"]
[[workload]]
kind = "uniform"
objects = 1000
requests = 20_000
"#;

fn place() -> Place {
    Place::with(&[("six.toml", SIX.as_bytes()), ("other.toml", OTHER.as_bytes())])
}

fn rows(place: &Place, folder: &str) -> usize {
    records(&place.read(&format!("{folder}/results.csv"))).len()
}

#[test]
fn merging_keeps_what_the_output_has() {
    let place = place();
    for i in 1..=2 {
        place.run(&format!("sweep run six.toml --output part-{i} --shard {i}/2 --quiet")).done();
    }
    place.run("sweep merge part-1 --output merged --quiet").ended(3);
    let first = rows(&place, "merged");
    assert!(first > 0 && first < 6);
    place.run("sweep merge part-2 --output merged --quiet").done();
    assert_eq!(rows(&place, "merged"), 6);
    // The manifest tells of all three runs that led there.
    let manifest: serde_json::Value = serde_json::from_str(&place.read("merged/manifest.json")).unwrap();
    let commands: Vec<String> =
        manifest["runs"].as_array().unwrap().iter().map(|run| run["command"].to_string()).collect();
    for part in ["1/2", "2/2"] {
        assert!(commands.iter().any(|command| command.contains(part)), "{commands:?}");
    }
    // Once more adds nothing.
    let journal = place.read("merged/journal.jsonl");
    place.run("sweep merge part-2 part-1 --output merged --quiet").done();
    assert_eq!(place.read("merged/journal.jsonl"), journal);
}

#[test]
fn merging_does_not_replace_another_study() {
    let place = place();
    place.run("sweep run six.toml --output six --quiet").done();
    place.run("sweep run other.toml --output other --quiet").done();
    let before = (place.read("six/results.csv"), place.read("six/journal.jsonl"), place.read("six/spec.toml"));
    let refused = place.run("sweep merge other --output six").ended(2);
    assert!(refused.stderr.contains("another spec"), "{}", refused.stderr);
    assert_eq!((place.read("six/results.csv"), place.read("six/journal.jsonl"), place.read("six/spec.toml")), before);
}

#[test]
fn files_that_are_not_of_a_sweep_are_left_alone() {
    let place = place();
    place.write("mine/spec.toml", "my = \"own\"\n");
    let refused = place.run("sweep run six.toml --output mine --force").ended(2);
    assert!(refused.stderr.contains("spec.toml"), "{}", refused.stderr);
    assert_eq!(place.read("mine/spec.toml"), "my = \"own\"\n");
    place.write("notes/journal-notes.jsonl", "{}\n");
    let refused = place.run("sweep run six.toml --output notes").ended(2);
    assert!(refused.stderr.contains("journal-notes.jsonl"), "{}", refused.stderr);
    // Among the figures of a sweep, only those that it drew are its own.
    place.run("sweep run six.toml --output six --quiet").done();
    place.write("six/figures/thesis.svg", "<svg/>");
    place.run("sweep run six.toml --output six --force --quiet").done();
    assert_eq!(place.read("six/figures/thesis.svg"), "<svg/>");
    // A spec written beforehand is what the sweep would write.
    place.write("ready/spec.toml", SIX);
    place.run("sweep run ready/spec.toml --output ready --quiet").done();
}

#[test]
fn shards_that_begin_together_share_a_folder() {
    let place = place();
    for round in 0..5 {
        let folder = format!("shared-{round}");
        let children: Vec<_> = (1..=4)
            .map(|i| {
                Command::new(binary())
                    .args([
                        "sweep",
                        "run",
                        "six.toml",
                        "--output",
                        &folder,
                        "--shard",
                        &format!("{i}/4"),
                        "--threads",
                        "1",
                    ])
                    .current_dir(place.path("."))
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        }
        // Who ends last has seen all, and the manifest fits what was written.
        assert_eq!(rows(&place, &folder), 6);
        let check = place.run(&format!("sweep check {folder} --sample 0")).done();
        assert!(check.stdout.contains(" 0 not as they were"), "{}", check.stdout);
    }
}

#[test]
fn a_shard_without_cells_can_be_repeated_and_merged() {
    let place = place();
    let shards = 40;
    for i in 1..=shards {
        let ran = place.run(&format!("sweep run six.toml --output part-{i} --shard {i}/{shards} --quiet")).done();
        drop(ran);
    }
    let empty = (1..=shards).find(|i| rows(&place, &format!("part-{i}")) == 0).unwrap();
    assert!(place.read(&format!("part-{empty}/results.csv")).starts_with("schema,cell,"), "there is no header");
    place.run(&format!("sweep run six.toml --output part-{empty} --shard {empty}/{shards} --quiet")).done();
    let parts: Vec<String> = (1..=shards).map(|i| format!("part-{i}")).collect();
    place.run(&format!("sweep merge {} --output all --quiet", parts.join(" "))).done();
    assert_eq!(rows(&place, "all"), 6);
}

#[test]
fn a_folder_is_checked_from_anywhere() {
    let place = place();
    place.write("deep/t.txt", "1\n2\n1\n3\n");
    place.write("deep/t.toml", "capacities = [2]\npolicies = [\"lru\"]\n[[trace]]\nfile = \"t.txt\"\n");
    place.run("sweep run deep/t.toml --output deep/out --quiet").done();
    let inside =
        Command::new(binary()).args(["sweep", "check", "out"]).current_dir(place.path("deep")).output().unwrap();
    assert_eq!(inside.status.code(), Some(0), "{}", String::from_utf8_lossy(&inside.stdout));
    // A trace that is gone is a finding, and the others are still made.
    std::fs::remove_file(place.path("deep/t.txt")).unwrap();
    let gone = place.run("sweep check deep/out").ended(3);
    assert!(
        gone.stdout.contains("FAILED trace t.txt") && gone.stdout.contains("ok     results.csv"),
        "{}",
        gone.stdout
    );
}

#[test]
fn the_same_trace_may_be_read_in_several_ways() {
    let place = place();
    let lines: Vec<String> = (0..3000).map(|i| (i * 7919 % 613).to_string()).collect();
    let lines = lines.join("\n") + "\n";
    place.write("t.txt", &lines);
    let spec = "capacities = [50]\npolicies = [\"lru\"]\n[[trace]]\nfile = \"t.txt\"\nlimit = 1000\n\
                [[trace]]\nfile = \"t.txt\"\nlimit = 2000\n[replay]\noperations = [\"all-reads\", \"read-only\"]\n";
    place.write("two.toml", spec);
    place.run("sweep run two.toml --output two --quiet").done();
    assert_eq!(rows(&place, "two"), 4);
    // The file changes when all is finished: that is noticed too.
    place.write("t.txt", lines.replacen('7', "8", 1));
    let changed = place.run("sweep run two.toml --output two").ended(1);
    assert!(changed.stderr.contains("t.txt") && changed.stderr.contains("not what it was"), "{}", changed.stderr);
}

#[test]
fn a_cell_that_fails_another_way_has_its_new_error() {
    let place = place();
    place.write("t.csv", "id\n1\noops\n1\n");
    place
        .write("t.toml", "capacities = [2]\npolicies = [\"lru\"]\n[[trace]]\nfile = \"t.csv\"\nformat = \"address\"\n");
    place.run("sweep run t.toml --output out --quiet").ended(3);
    let error = |place: &Place| records(&place.read("out/results.csv"))[0]["error"].clone();
    let first = error(&place);
    place.write("t.csv", "0x10 1\n0x20 1\nzzz\n");
    place.run("sweep run t.toml --output out --retry-failed --quiet").ended(3);
    assert_ne!(error(&place), first);
    let merged = place.run("sweep merge out --output merged").ended(3);
    assert!(!merged.stderr.contains("disagree"), "{}", merged.stderr);
}

#[test]
fn force_is_not_for_a_part_of_a_sweep() {
    let place = place();
    let refused = place.run("sweep run six.toml --output out --shard 1/2 --force").ended(2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
}
