//! The program's outputs: what goes to stdout, to files and to stderr, and the exit codes.

use crate::command::{Place, Record, TIMINGS, binary, count, records, timeless};
use evictlab::record::COLUMNS;
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};

const RUN: &str = "run --workload zipf:objects=1000,alpha=0.8,requests=20000 --policy lru,arc,random --capacity 10,5%";

/// A JSON value as the CSV writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn as_records(rows: &[Value]) -> Vec<Record> {
    let record = |row: &Value| row.as_object().unwrap().iter().map(|(name, v)| (name.clone(), plain(v))).collect();
    rows.iter().map(record).collect()
}

#[test]
fn all_formats_say_the_same() {
    let place = Place::new();
    let csv = place.run(&format!("{RUN} --format csv")).done();
    let header: Vec<&str> = csv.stdout.lines().next().unwrap().split(',').collect();
    assert_eq!(header, COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>());
    let rows = csv.rows();
    assert_eq!(rows.len(), 6);

    let json = place.run(&format!("{RUN} --json")).done().json();
    let order: Vec<&String> = json[0].as_object().unwrap().keys().collect();
    assert_eq!(order, header);
    assert_eq!(timeless(as_records(json.as_array().unwrap())), timeless(rows.clone()));
    let lines = place.run(&format!("{RUN} --format jsonl")).done().stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(timeless(as_records(&lines)), timeless(rows.clone()));

    let table = place.run(RUN).done().stdout;
    assert_eq!(table.lines().count(), rows.len() + 1);
    for (line, row) in table.lines().skip(1).zip(&rows) {
        let ratio = format!("{:.4}", row["hit_ratio"].parse::<f64>().unwrap());
        let words: Vec<&str> = line.split_whitespace().collect();
        for cell in [&row["policy"], &row["capacity"], &row["requests"], &row["hits"], &row["evictions"], &ratio] {
            assert!(words.contains(&cell.as_str()), "'{line}' lacks {cell}");
        }
    }
}

#[test]
fn a_row_adds_up() {
    for row in Place::new().rows(RUN) {
        assert_eq!((row["status"].as_str(), row["error"].as_str()), ("ok", ""));
        assert_eq!(count(&row, "hits") + count(&row, "misses"), count(&row, "requests"));
        // What came in and did not go is what fits.
        assert_eq!(count(&row, "misses") - count(&row, "evictions"), count(&row, "capacity"));
        assert_eq!(count(&row, "compulsory_misses"), count(&row, "objects"));
        let ratio = |name: &str| row[name].parse::<f64>().unwrap();
        assert!((ratio("hit_ratio") + ratio("miss_ratio") - 1.0).abs() < 1e-12);
        assert!((ratio("hit_ratio") - count(&row, "hits") as f64 / 20_000.0).abs() < 1e-12);
        assert!(ratio("seconds") > 0.0 && ratio("requests_per_second") > 0.0);
        assert_eq!(row["version"], env!("CARGO_PKG_VERSION"));
        let given = if row["capacity"] == "10" { "10" } else { "5%" };
        assert_eq!(row["capacity_given"], given);
    }
}

#[test]
fn files_hold_what_stdout_shows() {
    let place = Place::new();
    for name in ["out.csv", "out.jsonl", "out.json"] {
        let format = name.split('.').nth(1).unwrap();
        let ran = place.run(&format!("{RUN} --format {format} --output {name}")).done();
        assert_eq!(ran.stdout, place.read(name), "{name}");
        // Once more: refused before anything is done, the file is as it was.
        let again = place.run(&format!("{RUN} --output {name}")).ended(2);
        assert!(again.stderr.contains(name) && again.stderr.contains("--force"), "{}", again.stderr);
        assert_eq!((again.stdout.as_str(), ran.stdout), ("", place.read(name)));
        place.run(&format!("{RUN} --policy lru --output {name} --force")).done();
    }
    assert_eq!(records(&place.read("out.csv")).len(), 8);
    assert_eq!(place.names(), ["out.csv", "out.json", "out.jsonl"]);
    // A file and nothing else.
    let quiet = place.run(&format!("{RUN} --output quiet.csv --quiet")).done();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    assert_eq!(records(&place.read("quiet.csv")).len(), 6);
}

#[test]
fn places_that_cannot_be_written_are_known_before_the_work() {
    let place = Place::with(&[("ok.txt", b"1\n2\n1\n")]);
    for output in ["--output missing/x.csv", "--output /proc/x.csv", "--window 1 --windows-output missing/w.csv"] {
        // A trace that is not there would be an error of its own, were it looked for.
        let ran = place.run(&format!("run --trace nowhere.txt --policy lru --capacity 1 {output}")).ended(1);
        assert!(ran.stderr.contains(output.rsplit(' ').next().unwrap()), "{}", ran.stderr);
        assert!(!ran.stderr.contains("nowhere"), "{}", ran.stderr);
    }
    for output in ["x.txt", "x", "."] {
        place.run(&format!("run --trace ok.txt --policy lru --capacity 1 --output {output}")).ended(2);
    }
    assert_eq!(place.names(), ["ok.txt"]);
}

#[test]
fn exit_codes_tell_whose_fault_it_is() {
    let place = Place::with(&[("ok.txt", b"1\n2\n1\n"), ("sized.csv", b"id,size\n1,5\n2,50\n1,5\n")]);
    place.run("run --trace ok.txt --policy lru --capacity 1").ended(0);
    place.run("run --trace missing.txt --policy lru --capacity 1").ended(1);
    place.run("run --trace ok.txt --policy lur --capacity 1").ended(2);
    place.run("run --trace ok.txt --policy lru").ended(2);
    place.run("").ended(2);
    let bytes = "run --trace sized.csv --size bytes --oversize error --policy lru --format csv --output kept.csv";
    let ran = place.run(&format!("{bytes} --capacity 10,60")).ended(3);
    // The cell that could be replayed was, and both rows are in the file.
    let rows = ran.rows();
    assert_eq!(rows.iter().map(|row| row["status"].as_str()).collect::<Vec<_>>(), ["failed", "ok"]);
    assert!(rows[0]["error"].contains("50 bytes") && rows[1]["error"].is_empty());
    assert_eq!((count(&rows[0], "hits"), count(&rows[1], "hits")), (0, 1));
    assert_eq!(ran.stdout, place.read("kept.csv"));
    assert!(ran.stderr.contains("error: lru at 10 on sized.csv:"), "{}", ran.stderr);
}

#[test]
fn words_go_to_stderr_and_data_to_stdout() {
    let place = Place::with(&[("ok.txt", b"1\n2\n1\n")]);
    let ran = place.run("run --trace ok.txt --policy lru --capacity 1 --format csv").done();
    assert_eq!(ran.stdout.lines().count(), 2);
    assert!(ran.stderr.contains("ok.txt: txt (extension .txt)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("read 3 requests to 2 objects"), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}') && !ran.stdout.contains('\u{1b}'), "colours where nobody looks");
    let quiet = place.run("run --trace ok.txt --policy lru --capacity 1 --format csv --quiet").done();
    assert_eq!(quiet.stderr, "");
    assert_eq!(timeless(quiet.rows()), timeless(ran.rows()));
    assert!(TIMINGS.iter().all(|name| quiet.rows()[0].contains_key(*name)));
}

#[test]
fn several_traces_in_one_run() {
    let place = Place::with(&[("a.txt", b"1\n2\n1\n"), ("b.csv", b"id,n\nx,1\nx,2\n")]);
    let both = "--trace a.txt --trace b.csv --workload loop:objects=3,requests=9 --workload scan:requests=4";
    let rows = place.rows(&format!("run {both} --policy lru --policy fifo --capacity 2 --capacity 100%"));
    assert_eq!(rows.len(), 4 * 2 * 2);
    let traces: Vec<&str> = rows.iter().step_by(4).map(|row| row["trace"].as_str()).collect();
    assert_eq!(traces[..2], ["a.txt", "b.csv"]);
    assert!(traces[2].starts_with("loop:") && traces[3].starts_with("scan:"), "{traces:?}");
    let hits: Vec<u64> = rows.iter().step_by(4).map(|row| count(row, "hits")).collect();
    assert_eq!(hits, [1, 1, 0, 0]);
    // A share is of each trace's own objects.
    let whole: Vec<u64> = rows.iter().skip(1).step_by(4).map(|row| count(row, "capacity")).collect();
    assert_eq!(whole, [2, 1, 3, 4]);
    for row in rows.iter().filter(|row| row["capacity_given"] == "100%") {
        assert_eq!(row["misses"], row["compulsory_misses"], "{row:?}");
    }
}

/// Reads the first bytes of what the program prints, closes the pipe, and gives the exit code and stderr.
fn cut_off(place: &Place, args: &str) -> (Option<i32>, String) {
    let mut child = Command::new(binary())
        .args(args.split(' '))
        .current_dir(place.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    let lines: Vec<String> = (0..100_000).map(|i| format!("{i}\n")).collect();
    place.write("ids.txt", lines.concat());
    for format in ["table", "csv", "json", "jsonl"] {
        let (code, stderr) = cut_off(&place, &format!("trace head ids.txt -n 100000 --format {format}"));
        assert_eq!(code, Some(0), "{format}: {stderr}");
        assert!(!stderr.contains("error") && !stderr.contains("panicked"), "{format}: {stderr}");
    }
}

/// With the feature the files are written, and read as the CSV; without it, the error says how to get it.
#[test]
fn parquet_files_are_written_and_read_or_refused_before_the_work() {
    let place = Place::new();
    let run = format!("{RUN} --window 5000 --windows-output windows.parquet --output rows.parquet");
    if !cfg!(feature = "parquet") {
        place.write("x.parquet", "PAR1");
        let asked = [run.as_str(), "plot x.parquet", "summary x.parquet", "sweep merge a --output b --parquet"];
        for args in asked {
            let refused = place.run(args).ended(2);
            assert!(refused.stderr.contains("cargo install --path . --features parquet"), "{}", refused.stderr);
            assert!(refused.stdout.is_empty());
        }
        assert_eq!(place.names(), ["x.parquet"]);
        return;
    }
    let rows = place.run(&format!("{run} --format csv")).done().stdout;
    assert_eq!(place.names(), ["rows.parquet", "windows.parquet"]);
    place.write("rows.csv", rows);
    place.run(&format!("{RUN} --window 5000 --windows-output windows.csv --quiet")).done();
    place.run("plot rows.csv --output a.svg").done();
    place.run("plot rows.parquet --output b.svg").done();
    assert!(place.read("a.svg") == place.read("b.svg"), "the chart of rows.parquet is another");
    // What becomes of windows is the figures' business; it must be the same.
    let windows = |name: &str| {
        let ran = place.run(&format!("plot {name} --output w.svg --force"));
        (ran.code, ran.stderr, std::fs::read(place.path("w.svg")).ok())
    };
    assert_eq!(windows("windows.csv"), windows("windows.parquet"));
    let summary = |name: &str| place.run(&format!("summary {name} --baseline lru --format csv --quiet")).done().stdout;
    assert_eq!(summary("rows.csv"), summary("rows.parquet"));
    let same = place.run("compare rows.csv rows.parquet").done();
    assert!(same.stdout.contains("6 cells equal, 0 changed"), "{}", same.stdout);
    place.run("summary rows.csv --output summary.parquet --quiet").done();
    place.run("compare rows.csv rows.parquet --output compare.parquet --quiet").done();
    let refused = place.run("compare windows.parquet rows.csv").ended(1);
    assert!(refused.stderr.contains("windows.parquet") && refused.stderr.contains("--output"), "{}", refused.stderr);
}

/// The Parquet files of a sweep say what its CSV files say, are in the manifest, and do not outlive them.
#[cfg(feature = "parquet")]
#[test]
fn a_sweep_writes_parquet_if_asked_to() {
    let place = Place::new();
    let spec = "capacities = [\"5%\"]\n[replay]\nwindow = \"1000\"\n[[policy]]\nname = \"s3-fifo\"\nsmall = [0.1, 0.2]\n\
                [[workload]]\nkind = \"zipf\"\nobjects = 500\nrequests = 3000\n";
    place.write("spec.toml", spec);
    place.run("sweep run spec.toml --output plain --quiet").done();
    place.run("sweep run spec.toml --output out --parquet --quiet").done();
    place.run("sweep merge plain --output merged --parquet --quiet").done();
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    for name in ["results", "windows"] {
        assert!(bytes(&format!("out/{name}.csv")) == bytes(&format!("plain/{name}.csv")), "{name}");
        assert!(bytes(&format!("out/{name}.parquet")) == bytes(&format!("merged/{name}.parquet")), "{name}");
    }
    let checked = place.run("sweep check out --sample 1").done().stdout;
    assert!(checked.contains("results.parquet: SHA-256") && checked.contains("windows.parquet"), "{checked}");
    let same = place.run("compare out/results.csv out/results.parquet").done().stdout;
    assert!(same.contains("2 cells equal, 0 changed"), "{same}");
    std::fs::remove_file(place.path("merged/results.csv")).unwrap();
    std::fs::remove_file(place.path("merged/windows.csv")).unwrap();
    place.run("compare plain merged").done();
    place.run("sweep run spec.toml --output out --quiet").done();
    assert!(!place.path("out/results.parquet").exists() && !place.path("out/windows.parquet").exists());
}
