//! `evictlab trace analyze` from outside: known answers, the same numbers in every format, figures, refusals.

use crate::command::{Place, Record};
use evictlab::analyze::Analysis;
use evictlab::record::AnalysisRow;
use evictlab::report::{FIGURES, Needs};
use evictlab::trace::Columns;
use evictlab::workload;
use serde_json::Value;

/// Two traces with every column that a figure is drawn from: popular objects, and a loop beside them.
pub(crate) fn rows() -> Vec<AnalysisRow> {
    let laws = "arrivals=poisson(20),size=lognormal(8KiB,1.5)";
    let parts = "parts=(0.6*zipf(objects=2000,alpha=0.8)+0.4*loop(objects=600))";
    let traces = [
        ("web", format!("zipf:objects=2000,alpha=0.9,requests=20000,{laws}")),
        ("web and backup", format!("mix:requests=20000,{parts},{laws}")),
    ];
    let analyse = |(name, spec): (&str, String)| {
        let mut trace = workload::generate(&spec, 42, Columns::ALL).unwrap();
        name.clone_into(&mut trace.name);
        Analysis::of(&trace, &|_| {}).rows().unwrap()
    };
    traces.into_iter().flat_map(analyse).collect()
}

fn figures() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().filter(|figure| figure.needs == Needs::Analyses).map(|figure| figure.name)
}

fn near(value: &Value, known: f64) -> bool {
    (value.as_f64().unwrap() - known).abs() < 1e-12
}

#[test]
fn loops_scans_and_independent_requests_are_told_apart() {
    let place = Place::new();
    let json = |spec: &str| place.run(&format!("trace analyze --workload {spec} --json")).done().json();
    let found = json("loop:objects=300,requests=30000");
    assert_eq!(found["loops"]["length_objects"], 300);
    assert!(near(&found["loops"]["length_share"], 0.99) && near(&found["loops"]["requests_share"], 0.99));
    assert!(near(&found["sequential"]["requests_share"], 1.0) && near(&found["sequential"]["stride"], 1.0));
    let found = json("scan:requests=5000");
    assert_eq!((&found["scans"]["scans"], &found["scans"]["longest_requests"]), (&1.into(), &5000.into()));
    assert!(near(&found["scans"]["requests_share"], 1.0) && near(&found["scans"]["one_time_share"], 1.0));
    assert!(found["reuse_distance_objects"].is_null() && near(&found["loops"]["requests_share"], 0.0));
    let found = json("zipf:objects=5000,alpha=1.0,requests=100000");
    for section in ["scans", "sequential", "loops"] {
        assert!(near(&found[section]["requests_share"], 0.0), "{section}: {found}");
    }
    let alpha = found["popularity"]["zipf_alpha"].as_f64().unwrap();
    assert!((0.98..1.04).contains(&alpha), "{alpha}");
    // The reuse distance is LRU's hit ratio by cache size.
    let run = "run --workload zipf:objects=5000,alpha=1.0,requests=100000 --policy lru --capacity 64,1024";
    for row in place.rows(run) {
        let bins = found["reuse_distance_objects"]["bins"].as_array().unwrap();
        let capacity: f64 = row["capacity"].parse().unwrap();
        let bin = bins.iter().find(|bin| near(&bin["up_to"], capacity)).unwrap();
        assert!(near(&bin["cumulative_share"], row["hit_ratio"].parse().unwrap()), "{row:?}");
    }
}

const TRACE: &str =
    "time,id,size,op,ttl\n0,1,10,get,5\n1,2,20,set,\n2,1,10,get,\n3,3,30,delete,\n4,2,20,get,9\n4,2,21,get,9\n";

/// The number that a row of the table has in the object.
fn looked_up<'a>(whole: &'a Value, row: &Record) -> &'a Value {
    let section = &whole[&row["section"]];
    let Some((list, rest)) = row["name"].split_once('.') else { return &section[&row["name"]] };
    let items = section[list].as_array().unwrap();
    if let Some((word, name)) = rest.split_once('.') {
        return &items.iter().find(|item| item["operation"] == word).unwrap()[name];
    }
    let x: f64 = row["x"].parse().unwrap();
    &items.iter().find(|item| near(&item[&row["x_name"]], x)).unwrap()[rest]
}

fn numbers(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(numbers).sum(),
        Value::Array(items) => {
            items.iter().map(|item| numbers(item) - usize::from(!item["operation"].is_string())).sum()
        }
        other => usize::from(other.is_number()),
    }
}

#[test]
fn every_format_has_the_same_numbers() {
    let place = Place::with(&[("t.csv", TRACE.as_bytes())]);
    let rich = "zipf:objects=400,requests=3000,arrivals=poisson(3),size=lognormal(900,1),ttl=uniform(5s,50s)";
    for source in ["t.csv".to_owned(), format!("--workload {rich}")] {
        let whole = place.run(&format!("trace analyze {source} --json")).done().json();
        let rows = place.rows(&format!("trace analyze {source}"));
        assert_eq!(rows.len(), numbers(&whole), "a row for each number");
        for row in &rows {
            let known = looked_up(&whole, row).as_f64().unwrap();
            assert_eq!(known.to_bits(), row["value"].parse::<f64>().unwrap().to_bits(), "{row:?}");
        }
    }
    let both = "trace analyze t.csv --workload loop:objects=3,requests=9";
    let ran = place.run(&format!("{both} --output a.csv --format csv")).done();
    assert_eq!(place.read("a.csv"), ran.stdout);
    assert!(ran.stderr.contains("analysed 9 requests in ") && ran.stderr.contains("wrote a.csv"), "{}", ran.stderr);
    let list = place.run(&format!("{both} --json")).done().json();
    let lines = place.run(&format!("{both} --format jsonl")).done().stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(list.as_array().unwrap(), &lines);
    place.run(&format!("{both} --output a.jsonl --quiet")).done();
    assert_eq!(place.read("a.jsonl").lines().count(), 2);
    let text = place.run("trace analyze t.csv").done().stdout;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in
        ["get 66.7 %, delete 16.7 %, set 16.7 %", "31 B of objects, 111 B requested", "time to live 5 s 9 s 9 s"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    if cfg!(feature = "parquet") {
        place.run(&format!("{both} --output a.parquet --quiet")).done();
        place.run("plot a.parquet --output p.svg").done();
        place.run("plot a.csv --output c.svg").done();
        assert_eq!(place.read("p.svg"), place.read("c.svg"));
    }
}

#[test]
fn figures_are_drawn_into_a_folder() {
    let place = Place::with(&[("t.csv", TRACE.as_bytes())]);
    let ran = place.run("trace analyze t.csv --plots f/g --output a.csv").done();
    for name in figures() {
        assert!(ran.stderr.contains(&format!("{name}.svg")), "{name}: {}", ran.stderr);
        place.run(&format!("plot a.csv --figure {name} --output {name}.svg")).done();
        assert_eq!(place.read(&format!("f/g/{name}.svg")), place.read(&format!("{name}.svg")), "{name}");
    }
    // Nothing is replaced unasked, and that is known before the work.
    let ran = place.run("trace analyze t.csv --plots f/g").ended(2);
    assert!(ran.stderr.contains("exists") && ran.stderr.contains("--force") && ran.stdout.is_empty(), "{}", ran.stderr);
    place.run("trace analyze t.csv --plots f/g --force --plot-format pdf,png,pdf --paper-size column --quiet").done();
    assert!(std::fs::read(place.path("f/g/popularity.pdf")).unwrap().starts_with(b"%PDF-"));
    assert!(std::fs::read(place.path("f/g/working-set.png")).unwrap().starts_with(b"\x89PNG"));
    // What the trace has no numbers for is said.
    let ran = place.run("trace analyze --workload loop:objects=3,requests=9 --plots h").done();
    for name in ["object-sizes", "request-rate"] {
        assert!(ran.stderr.contains(&format!("note: {name} is not drawn: ")), "{}", ran.stderr);
        assert!(!place.path(&format!("h/{name}.svg")).exists());
    }
    assert!(place.path("h/reuse-time.svg").exists());
}

#[test]
fn what_cannot_be_done_is_refused_before_the_work() {
    let place = Place::with(&[("t.csv", TRACE.as_bytes()), ("file", b"x")]);
    place.run("trace analyze t.csv --output a.csv --quiet").done();
    for (args, code, wanted) in [
        ("trace analyze", 2, "no trace is named"),
        ("trace analyze t.csv --output t.csv --force", 2, "is a trace of this analysis"),
        ("trace analyze t.csv --output x.txt", 2, "unknown ending"),
        ("trace analyze t.csv --plots f --paper-size huge", 2, "no figure size"),
        ("trace analyze t.csv --plots f --plot-format gif", 2, "svg, png, pdf"),
        ("trace analyze t.csv --plot-format png", 2, "--plots"),
        ("trace analyze t.csv --plots file", 1, "cannot make the folder file"),
        ("plot a.csv --figure hit-ratio-curve --output x.svg", 2, "not from analyses"),
        ("plot a.csv --policy lru --output x.svg", 2, "no policies"),
        ("summary a.csv", 1, "a.csv:1: these are analyses of traces"),
    ] {
        let ran = place.run(args).ended(code);
        assert!(ran.stderr.contains(wanted), "{args}: {}", ran.stderr);
    }
    assert!(!place.path("x.svg").exists() && !place.path("x.txt").exists());
    assert_eq!(place.read("t.csv"), TRACE);
}
