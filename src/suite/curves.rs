//! Whole curves against replays on every trace at hand, and the verb `curve` from outside.

use crate::command::{Place, Record, bundled, count, records};
use crate::shared;
use evictlab::curve::{Ask, Curve, Curves, Method, Progress, Sampling, Sizes};
use evictlab::record::CurveRow;
use evictlab::registry::parse_list;
use evictlab::replay::{Options, Replayer, parse_capacities};
use evictlab::trace::{BUNDLED, Columns, Trace};
use std::sync::atomic::AtomicBool;

/// Fifty sizes from one object to the whole trace.
const CAPACITIES: &str = "1,2,3,5,log:0.01%..100%:46";
const STACKS: &str = "lru,lfu:history=perfect,belady";

fn exact(trace: &Trace, policies: &str, capacities: &str) -> Vec<CurveRow> {
    let options = Options::default();
    let sizes = Sizes::parse(capacities).unwrap();
    let ask = Ask { method: Some(Method::Exact), sizes, sampling: Sampling::default() };
    let mut curves = Curves::new(trace, &options, &ask).unwrap();
    let specs = parse_list(policies).unwrap();
    let jobs: Vec<_> = specs.into_iter().map(|spec| (spec.clone(), curves.choose(&spec).unwrap())).collect();
    let stop = AtomicBool::new(false);
    let found = curves.run(&jobs, Progress { requests: &|_| {}, stop: &stop });
    found.iter().flat_map(|curve: &Curve| curve.rows(usize::MAX)).collect()
}

/// Compares curves with replays, to the count; answers with the number of points.
fn compare(trace: &Trace) -> usize {
    let points = exact(trace, STACKS, CAPACITIES);
    let options = Options::default();
    let mut replayer = Replayer::new(trace, &options).unwrap();
    let cells = replayer.cells(&parse_list(STACKS).unwrap(), &parse_capacities(CAPACITIES).unwrap()).unwrap();
    let outcomes = replayer.run(&cells, &|_| {});
    assert_eq!(points.len(), outcomes.len());
    for (point, outcome) in points.iter().zip(&outcomes) {
        let row = &outcome.row;
        assert_eq!((&point.policy, point.capacity), (&row.policy, row.capacity));
        assert_eq!(point.hits, row.hits, "{} at {} on {}", row.policy, row.capacity, trace.name);
        assert_eq!(point.hit_ratio.to_bits(), row.hit_ratio.to_bits());
    }
    points.len()
}

#[test]
fn exact_curves_of_bundled_traces_are_those_of_replays() {
    let points: usize = BUNDLED.iter().map(|bundled| compare(&bundled.load(Columns::IDS).unwrap())).sum();
    assert_eq!(points, BUNDLED.len() * 150);
}

#[test]
fn exact_curves_of_recorded_traces_are_those_of_replays() {
    let Some(folder) = shared::folder() else { return };
    let points: usize = shared::traces(&folder).iter().map(|recorded| compare(&recorded.load())).sum();
    assert!(points >= 10 * 150, "{points} points");
}

const TRACE: &str = "--workload zipf:objects=2000,alpha=0.9,requests=50000";

#[test]
fn a_curve_says_how_it_was_found() {
    let place = Place::new();
    let ran = place.run(&format!("curve {TRACE} --policy lru,fifo,arc --capacity 1%,10%,50% --format csv")).done();
    let rows = ran.rows();
    let methods: Vec<(&str, &str)> = rows.iter().map(|row| (row["policy"].as_str(), row["method"].as_str())).collect();
    assert_eq!((methods[0], methods[6]), (("lru", "exact"), ("arc", "replay")));
    assert!(methods[3..6].iter().all(|(policy, method)| *policy == "fifo" && ["batch", "replay"].contains(method)));
    for (policy, method) in [("lru", "exact"), ("arc", "replay")] {
        assert!(ran.stderr.contains(&format!("{policy}: {method}, ")), "{}", ran.stderr);
    }
    let run = place.rows(&format!("run {TRACE} --policy lru,fifo,arc --capacity 1%,10%,50%"));
    for (point, row) in rows.iter().zip(&run) {
        for column in ["policy", "params", "capacity", "capacity_given", "requests", "hits", "hit_ratio", "miss_ratio"]
        {
            assert_eq!(point[column], row[column], "{column}");
        }
        assert_eq!((&point["ci_low"], &point["ci_high"]), (&row["hit_ratio"], &row["hit_ratio"]));
    }
}

#[test]
fn all_sizes_are_written_compactly() {
    let place = Place::new();
    let ran = place.run(&format!("curve {TRACE} --policy lru --capacity all --output lru.csv")).done();
    assert!(ran.stdout.lines().count() <= 41, "a person sees a few of them");
    let steps: Vec<Record> = records(&place.read("lru.csv"));
    assert!(steps.len() > 500 && steps[0].len() < 16);
    assert!(steps.windows(2).all(|pair| count(&pair[0], "hits") < count(&pair[1], "hits")));
    let last = steps.last().unwrap();
    assert_eq!(count(last, "hits"), count(last, "requests") - count(last, "objects"), "all but first requests");
    let one = place.rows(&format!("run {TRACE} --policy lru --capacity 333"));
    let step = steps.iter().rfind(|step| count(step, "capacity") <= 333).unwrap();
    assert_eq!(step["hits"], one[0]["hits"]);
}

#[test]
fn what_is_said_of_a_curve_is_true_of_all_its_sizes_or_of_those_named() {
    let place = Place::new();
    let said = |args: &str, of: &str| {
        let ran = place.run(&format!("curve {TRACE} {args}")).done();
        let start = format!("{of} on ");
        let line = ran.stderr.lines().find(|line| line.starts_with(&start)).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{args}: {}", ran.stderr)).split_once(": ").unwrap().1.to_owned()
    };
    let whole = said("--policy lru --capacity all", "lru");
    assert!(whole.starts_with("at most ") && whole.contains("; 95 % of requests hit from "), "{whole}");
    for sizes in ["--capacity 5%", "--capacity 5%,20%", ""] {
        assert_eq!(said(&format!("--policy lru {sizes}"), "lru"), whole, "{sizes}: the pass knows all sizes");
    }
    assert_eq!(said("--policy lru --capacity 5% --window 1e4", "lru"), format!("over all 5 windows, {whole}"));

    let row = &place.rows(&format!("run {TRACE} --policy arc --capacity 5%,20%"))[1];
    let percent = format!("{:.2} % hit", 100.0 * row["hit_ratio"].parse::<f64>().unwrap());
    let some = said("--policy arc --capacity 5%,20%", "arc");
    assert!(some.starts_with(&format!("of the sizes asked for, at most {percent}; 80 % of that from ")), "{some}");
    let one = said("--policy arc --capacity 20%", "arc");
    assert!(one.starts_with(&format!("{percent} with {} objects (", row["capacity"])), "{one}");
    let windows = said("--policy arc --capacity 5%,20% --window 1e4", "arc");
    assert_eq!(windows, format!("over all 5 windows, {some}"));
    let sampled = said("--policy lru --capacity 5%,20% --sample-rate 0.5", "lru");
    assert!(sampled.starts_with("by its sample, of the sizes asked for, at most "), "{sampled}");
}

#[test]
fn samples_come_with_intervals_and_the_same_bytes_every_time() {
    let place = Place::new();
    let command = format!("curve {TRACE} --policy lru,sieve --capacity 10%,50% --sample-rate 0.25 --format csv");
    let rows = place.run(&command).done().rows();
    let methods: Vec<&str> = rows.iter().map(|row| row["method"].as_str()).collect();
    assert_eq!(methods, ["shards", "shards", "minisim", "minisim"]);
    let number = |row: &Record, name: &str| row[name].parse::<f64>().unwrap();
    for row in &rows {
        let [low, ratio, high] = ["ci_low", "hit_ratio", "ci_high"].map(|name| number(row, name));
        assert!(low < ratio && ratio < high && (number(row, "sample_rate") - 0.25).abs() < 0.01);
    }
    let timeless = |mut rows: Vec<Record>| {
        for row in &mut rows {
            row.remove("seconds");
        }
        rows
    };
    let again = place.run(&format!("{command} --threads 1")).done().rows();
    assert_eq!(timeless(rows.clone()), timeless(again));
    let other = place.run(&format!("{command} --seed 7 --trace-format oracle-general")).rows();
    assert_ne!(timeless(rows), timeless(other));
}

#[test]
fn curves_are_drawn() {
    let place = Place::new();
    let trace = bundled("compile.csv.zst");
    let sizes = "--capacity log:1%..100%:8";
    place
        .run(&format!("curve --trace {trace} --policy lru,belady {sizes} --plot a.svg --plot a.png --output a.csv"))
        .done();
    place.run(&format!("curve --trace {trace} --policy lru {sizes} --window 20000 --plot w.svg")).done();
    assert!(place.read("a.svg").contains("</svg>") && place.read("w.svg").contains("</svg>"));
    place.run("plot a.csv --output b.svg").done();
    assert_eq!(place.read("a.svg"), place.read("b.svg"), "the picture is that of the file");
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let place = Place::new();
    let refused = |args: &str, words: &str| {
        let ran = place.run(&format!("curve {TRACE} {args}")).ended(2);
        assert!(ran.stderr.contains(words), "{args}: {}", ran.stderr);
    };
    refused("--policy arc --method exact", "no stack algorithm");
    refused("--policy arc --capacity all", "name the capacities");
    refused("--policy lru --method quickly", "auto");
    refused("--policy lru --sample-rate 0", "above 0");
    refused("--policy lru --sample-rate 2", "at most 1");
    refused("--policy lru --sample-objects 0", "nothing to look at");
    refused("--policy lru --method exact --sample-rate 0.1", "takes no sample");
    refused("--policy lru --target-error nan", "target-error");
    refused("--policy lru --window 1e4 --capacity all", "--capacity log");
    refused("--policy sieve --window 1e4 --sample-rate 0.1", "windows");
    refused("--policy lru --ttl 5s --method exact", "--ttl-renew");
    refused("--policy lru --size bytes", "no sizes");
    refused("--policy lru --plot curve.txt", "ending");
}
