//! The data dictionary against files that the program really writes: every name, every type, every range.

use crate::command::Place;
use evictlab::record::{Column, FILES, Kind, find_file};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// A study with parameters of both kinds, windows, a cell that fails, times to live and a recorded trace.
const STUDY: &str = r#"
question = "What is in the files?"
capacities = ["5%", "50%"]
policies = ["lru", "fifo"]
figures = ["hit-ratio-curve"]
[replay]
window = "1000"
[[policy]]
name = "s3-fifo"
small = [0.1, 0.25]
[[workload]]
kind = "zipf"
objects = 500
alpha = [0.7, 1]
requests = 3_000
[[trace]]
file = "t.csv"
dataset = "mine"
[[scenario]]
name = "stampede"
duration = "5min"
defence = ["none", "mutex"]
"#;

const TRACE: &str = "time,id,size,op,ttl\n0,a,10,get,5\n1,b,20,set,\n2,a,10,get,\n3,c,30,delete,\n4,b,20,get,9\n";

/// Does a value fit its column?
fn fits(column: &Column, value: &str) -> bool {
    let range = column.range;
    let bounded = |number: f64| match (range.strip_prefix(">= "), range.split_once(" to ")) {
        (Some(least), _) => number >= least.parse::<f64>().unwrap(),
        (_, Some((least, most))) => (least.parse().unwrap()..=most.parse().unwrap()).contains(&number),
        _ => range == "any",
    };
    match column.kind {
        Kind::Integer => value.parse::<u64>().is_ok_and(|number| bounded(number as f64)),
        Kind::Number => value.parse::<f64>().is_ok_and(bounded),
        _ => range.is_empty() || range.split(", ").any(|word| word == value),
    }
}

/// What is wrong with a cell of the file `name`, if something is; notes the column as seen.
fn check(name: &str, column: &str, value: Option<&str>, seen: &mut BTreeSet<(String, String)>) -> Option<String> {
    let file = find_file(name).unwrap_or_else(|| panic!("{name} is in no dictionary"));
    let known = file.columns();
    let shown = if column.starts_with("parameter_") { "parameter_<name>" } else { column };
    let Some(known) = known.iter().find(|c| c.name == shown) else {
        return Some(format!("{name}: column '{column}' is not in the dictionary"));
    };
    seen.insert((file.name.to_owned(), shown.to_owned()));
    let bad = value.filter(|value| !value.is_empty() && !fits(known, value))?;
    Some(format!("{name}: column '{column}' has '{bad}', which is no {} of {}", known.kind.name(), known.range))
}

fn csv_cells(text: &str) -> Vec<(String, Option<String>)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut cells: Vec<(String, Option<String>)> = header.iter().map(|name| (name.to_owned(), None)).collect();
    for record in reader.records() {
        let record = record.unwrap();
        cells.extend(header.iter().zip(&record).map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
    }
    cells
}

/// The leaves of a JSON value with their paths; objects that the dictionary describes elsewhere are leaves.
fn json_cells(value: &Value, path: &str, whole: &[&str], cells: &mut Vec<(String, Option<String>)>) {
    match value {
        Value::Object(members) if !whole.contains(&path) => {
            let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            members.iter().for_each(|(name, value)| json_cells(value, &join(name), whole, cells));
        }
        Value::Array(items) => items.iter().for_each(|item| json_cells(item, &format!("{path}[]"), whole, cells)),
        Value::Object(_) | Value::Null => cells.push((path.to_owned(), None)),
        Value::String(text) => cells.push((path.to_owned(), Some(text.clone()))),
        other => cells.push((path.to_owned(), Some(other.to_string()))),
    }
}

/// Every column and value of a file, by what its name ends with.
fn cells(name: &str, text: &str) -> Vec<(String, Option<String>)> {
    let mut cells = Vec::new();
    let whole: &[&str] = if name.starts_with("journal") { &["row", "windows[]", "scenario"] } else { &[] };
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("csv") => return csv_cells(text),
        Some("jsonl") => {
            for line in text.lines() {
                json_cells(&serde_json::from_str(line).unwrap(), "", whole, &mut cells);
            }
        }
        _ => match serde_json::from_str(text).unwrap() {
            Value::Array(items) => items.iter().for_each(|item| json_cells(item, "", whole, &mut cells)),
            value => json_cells(&value, "", whole, &mut cells),
        },
    }
    cells
}

/// The files that the program writes and prints, by the names that the dictionary has for them.
fn written() -> Vec<(String, String)> {
    let place = Place::with(&[("t.csv", TRACE.as_bytes()), ("study.toml", STUDY.as_bytes())]);
    let printed = |args: &str| place.run(args).done().stdout;
    place.run("sweep run study.toml --output out --quiet").done();
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in std::fs::read_dir(place.path("out")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with('.') && !["spec.toml", "figures"].contains(&name.as_str()) {
            files.push((name.clone(), place.read(&format!("out/{name}"))));
        }
    }
    let sized = "run --trace t.csv --size bytes --oversize error --policy lru,fifo --ttl-renew --warmup 1";
    place.run(&format!("{sized} --capacity 25,60 --window 2 --windows-output windows.json --output r.csv")).ended(3);
    place.run(&format!("{sized} --capacity 50 --output results.json --windows-output windows.jsonl --window 2")).done();
    for name in ["windows.json", "windows.jsonl", "results.json"] {
        files.push((name.to_owned(), place.read(name)));
    }
    files.push(("results.csv".to_owned(), place.read("r.csv")));
    let curve = "curve --trace t.csv --size bytes --ttl off --policy lru,gdsf --capacity 50,100 --bounds=infinite";
    place.run(&format!("{curve} --output curves.csv")).done();
    place.run("curve --trace t.csv --policy lru,arc --capacity 1,2 --sample-objects 2 --output curves.jsonl").done();
    for name in ["curves.csv", "curves.jsonl"] {
        files.push((name.to_owned(), place.read(name)));
    }
    place.run("trace generate --workload zipf:objects=9,requests=50,arrivals=poisson(3),size=uniform(1,9),ttl=uniform(1s,9s) --output trace.csv").done();
    files.push(("trace.csv".to_owned(), place.read("trace.csv")));
    files.push(("trace.csv".to_owned(), TRACE.to_owned()));
    place.write("tenants.csv", "id,tenant\n1,blue\n1,green\n");
    files.push(("trace.csv".to_owned(), place.read("tenants.csv")));
    let changed = place.read("out/results.csv").replace(",lru,", ",mru,").replacen("000,", "001,", 3);
    place.write("changed.csv", changed);
    for (name, args, code) in [
        ("plan.csv", "sweep plan study.toml --format csv", 0),
        ("plan.jsonl", "sweep plan study.toml --format jsonl", 0),
        ("status.json", "sweep status out --json", 0),
        ("summary.csv", "summary out --size all --format csv", 0),
        ("summary.json", "summary out --size each --json", 0),
        ("compare.csv", "compare out changed.csv --format csv", 3),
        ("compare.jsonl", "compare r.csv out --format jsonl", 3),
        ("trace-info.json", "trace info t.csv --json", 0),
        ("trace-info.json", "trace info tenants.csv --json", 0),
        ("trace-info.csv", "trace info t.csv out/../t.csv --format csv", 0),
        ("trace-analysis.csv", "trace analyze t.csv --format csv", 0),
        ("trace-analysis.json", "trace analyze t.csv trace.csv --json", 0),
        ("trace-analysis.jsonl", "trace analyze --workload zipf:objects=200,requests=999 --format jsonl", 0),
        ("trace-head.csv", "trace head t.csv --format csv", 0),
        ("trace-head.json", "trace head t.csv --json", 0),
    ] {
        files.push((name.to_owned(), place.run(args).ended(code).stdout));
    }
    assert_eq!(printed("dictionary --format json"), printed("dictionary --format json"));
    files
}

/// What only a bundled trace, or a plan or trace with something to remark on, has.
const RARE: [(&str, &str); 4] = [
    ("manifest.json", "expanded.inputs[].source.bundled"),
    ("manifest.json", "warnings[]"),
    ("journal.jsonl", "trace.notes[]"),
    ("manifest.json", "traces[].notes[]"),
];

#[test]
fn every_column_of_every_file_is_in_the_dictionary_and_the_other_way_around() {
    let mut seen = BTreeSet::new();
    let mut wrong: Vec<String> = Vec::new();
    for (name, text) in written() {
        for (column, value) in cells(&name, &text) {
            wrong.extend(check(&name, &column, value.as_deref(), &mut seen));
        }
    }
    for file in FILES {
        for column in file.columns() {
            let key = (file.name.to_owned(), column.name.to_owned());
            if !seen.contains(&key) && !RARE.contains(&(file.name, column.name)) && column.kind != Kind::Object {
                wrong.push(format!("{}: nothing that was written has a column '{}'", file.name, column.name));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// To make it again: `evictlab dictionary --format markdown > results/DICTIONARY.md`.
#[test]
fn the_page_in_the_repository_is_what_the_program_prints() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/DICTIONARY.md");
    let printed = Place::new().run("dictionary --format markdown").done().stdout;
    assert!(
        std::fs::read_to_string(page).unwrap() == printed,
        "results/DICTIONARY.md differs: evictlab dictionary --format markdown > results/DICTIONARY.md"
    );
}

#[test]
fn one_file_and_names_that_are_none() {
    let place = Place::new();
    let list = place.run("dictionary --format json").done().json();
    assert_eq!(list.as_array().map(Vec::len), Some(FILES.len()));
    for name in ["windows.csv", "windows", "a/b/windows.parquet"] {
        let one = place.run(&format!("dictionary {name} --format json")).done().json();
        assert_eq!((one.as_array().map(Vec::len), one[0]["file"].as_str()), (Some(1), Some("windows.csv")));
        let columns = one[0]["columns"].as_array().unwrap();
        assert!(columns.iter().any(|column| column["name"] == "hit_ratio"), "{one}");
    }
    let text = place.run("dictionary results.csv").done().stdout;
    assert!(text.contains("hits / requests") && text.contains("parameter_<name>") && !text.contains("## "), "{text}");
    let refused = place.run("dictionary result.csv").ended(2);
    assert!(refused.stderr.contains("did you mean 'results.csv'?"), "{}", refused.stderr);
}
