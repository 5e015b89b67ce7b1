//! The studies in `results/`: as their manifests say, and with texts that say what the results say.

use crate::command::{Place, Record, records, timeless};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of `results/` with a spec; none in a package from the registry.
fn studies() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root().join("results")) else {
        crate::shared::skipped("there is no folder results");
        return Vec::new();
    };
    let folders = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = folders.filter(|folder| folder.join("spec.toml").is_file()).collect();
    found.sort();
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn rows(study: &Path) -> Vec<Record> {
    records(&text(&study.join("results.csv")))
}

/// Does a row belong to a workload of a table, such as `drift`, or `zipf, alpha 0.8`?
fn is_of(row: &Record, workload: &str) -> bool {
    let mut parts = workload.split(", ");
    let parameter = |part: &str| {
        let (name, value) = part.split_once(' ').unwrap_or((part, ""));
        row.get(&format!("parameter_{name}")).is_some_and(|found| found == value)
    };
    parts.next() == Some(row["dataset"].as_str()) && parts.all(parameter)
}

/// Does a row belong to a column of a table: a policy, or a value of a parameter as in `small=0.1`?
fn is_in(row: &Record, column: &str) -> bool {
    match column.split_once('=') {
        None => row["policy"] == column,
        Some((name, value)) => row.get(&format!("parameter_{name}")).is_some_and(|found| found == value),
    }
}

/// The cells of a line of a table in Markdown.
fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect()
}

/// The values of the tables whose first columns are `workload` and `size`, each with workload, size and column.
fn values(readme: &str) -> Vec<[String; 4]> {
    let mut header: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in readme.lines() {
        let line = if line.starts_with('|') { cells(line) } else { Vec::new() };
        match line[..] {
            ["workload", "size", ..] => header = line,
            [] => header = Vec::new(),
            [rule, ..] if rule.starts_with("--") => {}
            [workload, size, ..] if line.len() == header.len() => {
                let values = line.iter().zip(&header).skip(2);
                found.extend(values.map(|(value, column)| [workload, size, column, value].map(str::to_owned)));
            }
            _ => {}
        }
    }
    found
}

/// The trace of a study that is not part of the project, where it is put, and where it may be found.
const BORROWED: (&str, &str, &str) = ("published-curves", "traces/OLTP.lis.zst", "traces/arc/OLTP.lis.zst");

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A study with its traces: where it is, or copied beside the one that it borrows; nothing where that is not at hand.
fn with_traces(study: PathBuf, place: &Place) -> Option<PathBuf> {
    let (name, trace, found) = BORROWED;
    if !study.ends_with(name) || root().join(trace).is_file() {
        return Some(study);
    }
    let found = crate::shared::folder()?.join(found);
    if !found.is_file() {
        crate::shared::skipped(&format!("there is no {}", found.display()));
        return None;
    }
    let copied = place.path("results").join(name);
    copy(&study, &copied);
    std::fs::create_dir_all(place.path("traces")).unwrap();
    std::fs::copy(found, place.path(trace)).unwrap();
    Some(copied)
}

#[test]
fn studies_are_as_their_manifests_say_and_come_out_again() {
    let place = Place::new();
    for study in studies().into_iter().filter_map(|study| with_traces(study, &place)) {
        let ran = place.run(&format!("sweep check {} --sample 6", study.display())).done();
        assert!(ran.stdout.contains("6 cells checked, 0 not as they were"), "{}: {}", study.display(), ran.stdout);
    }
}

#[test]
fn tables_of_studies_are_the_means_of_their_results() {
    for study in studies() {
        let (rows, readme) = (rows(&study), text(&study.join("README.md")));
        let values = values(&readme);
        assert!(!values.is_empty(), "{}: no table of workloads and sizes", study.display());
        for [workload, size, column, value] in values {
            let of = |row: &&Record| is_of(row, &workload) && row["capacity_given"] == size && is_in(row, &column);
            let ratios: Vec<f64> = rows.iter().filter(of).map(|row| row["hit_ratio"].parse().unwrap()).collect();
            let mean = 100.0 * ratios.iter().sum::<f64>() / ratios.len() as f64;
            let written: f64 = value.parse().unwrap();
            let place = format!("{}: {column} on {workload} at {size}", study.display());
            // One decimal, however a half is rounded.
            assert!((mean - written).abs() < 0.0501, "{place} is {mean}, and the README says {value}");
        }
    }
}

#[test]
fn what_a_study_quotes_is_what_the_program_says() {
    let place = Place::new();
    for study in studies() {
        let readme = text(&study.join("README.md"));
        for block in readme.split("```console\n$ evictlab ").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let (command, quoted) = block.split_once('\n').unwrap();
            let command = command.replace("results/", &format!("{}/", root().join("results").display()));
            let said = place.run(&command).done().stdout;
            for line in quoted.lines() {
                assert!(said.lines().any(|other| other == line), "{command} does not say:\n{line}\nbut:\n{said}");
            }
        }
    }
}

#[test]
fn pictures_and_files_that_studies_name_are_there() {
    for study in studies() {
        let readme = text(&study.join("README.md"));
        for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(link.contains("://") || study.join(link).is_file(), "{}: no {link}", study.display());
        }
    }
}

#[test]
fn tables_are_read() {
    let readme =
        "| workload | size | `lru` | `small=0.1` |\n|---|--:|--:|--:|\n| zipf, alpha 1 | 1% | 1.5 | 2 |\n\n| a | b |\n";
    let expected = [["zipf, alpha 1", "1%", "lru", "1.5"], ["zipf, alpha 1", "1%", "small=0.1", "2"]];
    assert_eq!(values(readme), expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn the_example_is_what_the_demo_writes() {
    let example = root().join("results/example");
    if !example.is_dir() {
        crate::shared::skipped("there is no folder results/example");
        return;
    }
    let place = Place::new();
    place.run("demo").done();
    assert!(
        text(&example.join("hit-ratio-curves.svg")) == place.read("results/demo/hit-ratio-curves.svg"),
        "the picture differs: run evictlab demo, look at it, and copy its results.csv and hit-ratio-curves.svg"
    );
    let kept = timeless(records(&text(&example.join("results.csv"))));
    assert!(kept == timeless(records(&place.read("results/demo/results.csv"))), "the rows differ");
}
