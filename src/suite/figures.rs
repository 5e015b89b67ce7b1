//! Figures, byte for byte: what each looks like for a small input is kept in `golden/`, and how they are asked for.
//!
//! To renew the pictures after a change that is meant, and then look at each of them:
//! `EVICTLAB_RENEW=1 cargo test --test suite figures`.

use crate::analyses;
use crate::command::{Place, bundled};
use crate::scenario_rows::stampede;
use evictlab::record::{CurveRow, Format, Row, Window, write_curves};
use evictlab::report::theme::COLUMN;
use evictlab::report::{FIGURES, Input, Needs, PlotOptions, draw};
use std::path::{Path, PathBuf};

/// Policy, and by how many requests of a hundred it hits more than the first; and its speed in million requests a second.
const POLICIES: [(&str, u64, f64); 4] = [("fifo", 0, 220.0), ("lru", 4, 110.0), ("s3-fifo", 9, 75.0), ("arc", 7, 40.0)];
const TRACES: [(&str, &str); 3] = [("web-1", "web"), ("web-2", "web"), ("disk", "block")];
const CAPACITIES: [u64; 4] = [10, 40, 160, 640];

/// Three traces, four policies (one with a parameter), four capacities, three seeds. All numbers are sums, so that no machine
/// rounds them otherwise.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (t, (trace, dataset)) in (0..).zip(TRACES) {
        for (policy, more, speed) in POLICIES {
            for (c, capacity) in (0..).zip(CAPACITIES) {
                for seed in 1..=3 {
                    let requests = 1000;
                    let hits = 100 + 180 * c + 35 * t + 10 * more * (4 - c) / (t + 1) + 8 * ((seed * (c + 2) + t) % 3);
                    let mut row = Row {
                        trace: trace.into(),
                        dataset: dataset.into(),
                        policy: policy.into(),
                        params: if policy == "s3-fifo" { "ghost=0.9;small=0.1".into() } else { String::new() },
                        capacity,
                        capacity_given: format!("{}%", capacity / 10),
                        size_mode: "unit".into(),
                        requests,
                        hits,
                        misses: requests - hits,
                        seed,
                        seconds: 1.0,
                        requests_per_second: (speed - 10.0 * c as f64 - seed as f64) * 1e6,
                        pass_cells: 1,
                        objects: 1000,
                        ..Row::default()
                    };
                    row.derive_ratios();
                    rows.push(row);
                }
            }
        }
    }
    rows
}

/// A sweep of two parameters: the small queue of S3-FIFO over the skew of a workload.
fn swept() -> Vec<Row> {
    let mut rows = Vec::new();
    for (s, small) in (0..).zip(["0.05", "0.1", "0.2", "0.4"]) {
        for (a, alpha) in (0..).zip(["0.6", "0.8", "1", "1.2", "1.4"]) {
            let hits: u64 = 150 + 160 * a + 30 * s - 9 * s * a;
            let mut row = Row {
                trace: format!("zipf:objects=1000,alpha={alpha}"),
                policy: "s3-fifo".into(),
                params: format!("ghost=0.9;small={small}"),
                parameters: vec![("small".into(), small.into()), ("alpha".into(), alpha.into())],
                capacity: 100,
                capacity_given: "10%".into(),
                requests: 1000,
                hits,
                misses: 1000 - hits,
                ..Row::default()
            };
            row.derive_ratios();
            rows.push(row);
        }
    }
    rows
}

/// The first trace over time, in twenty windows of which the middle ones are bad.
fn windows() -> Vec<Window> {
    let mut windows = Vec::new();
    for (policy, more, _) in POLICIES {
        for i in 0..20u64 {
            let hits = 40 + more + 2 * (i * 7 % 5) - if (8..12).contains(&i) { 25 - 2 * more } else { 0 };
            windows.push(Window {
                trace: TRACES[0].0.into(),
                policy: policy.into(),
                params: if policy == "s3-fifo" { "ghost=0.9;small=0.1".into() } else { String::new() },
                capacity: 40,
                window: i,
                start_request: 100 * i,
                end_request: 100 * (i + 1),
                start_seconds: 30.0 * i as f64,
                end_seconds: 30.0 * (i + 1) as f64,
                requests: 100,
                hits,
                hit_ratio: hits as f64 / 100.0,
                ..Window::default()
            });
        }
    }
    windows
}

/// A curve of LRU at every size, one of a sample with its interval, and the bounds; all on the first trace.
fn curves() -> Vec<CurveRow> {
    let point = |method: &str, policy: &str, capacity: u64, hits: u64| CurveRow {
        trace: TRACES[0].0.into(),
        policy: policy.into(),
        method: method.into(),
        capacity,
        capacity_given: if method == "exact" { String::new() } else { capacity.to_string() },
        requests: 1000,
        end_request: 1000,
        hits,
        hit_ratio: hits as f64 / 1000.0,
        miss_ratio: (1000 - hits) as f64 / 1000.0,
        byte_hit_ratio: hits as f64 / 1000.0,
        ci_low: (hits - 20) as f64 / 1000.0,
        ci_high: (hits + 20) as f64 / 1000.0,
        sample_rate: if method == "minisim" { 0.5 } else { 1.0 },
        objects: 400,
        footprint_bytes: 400,
        ..CurveRow::default()
    };
    // A loop over 200 objects makes a cliff.
    let lru = (1..=400)
        .filter(|c| *c <= 150 || *c >= 200)
        .map(|c| point("exact", "lru", c, 50 + c + if c >= 200 { 250 } else { 0 }));
    let few = CAPACITIES.map(|c| c.min(400)).into_iter().zip([130, 260, 480, 700]);
    let sampled = few.clone().map(|(c, hits)| point("minisim", "sieve", c, hits));
    let upper = few.clone().map(|(c, hits)| point("bound", "pfoo-l", c, hits + 90));
    let lower = few.map(|(c, hits)| point("bound", "pfoo-u", c, hits + 40));
    lru.chain(sampled).chain(upper).chain(lower).chain([point("bound", "infinite", 400, 790)]).collect()
}

/// Two policies at four sizes in twelve windows of ten minutes.
fn curves_over_time() -> Vec<CurveRow> {
    let mut points = Vec::new();
    for (policy, more, _) in POLICIES.into_iter().take(2) {
        for i in 0..12u64 {
            for (c, capacity) in (0..).zip(CAPACITIES) {
                let hits = 10 + more + 20 * c + i * 5 % 8 - if (5..8).contains(&i) { 8 } else { 0 };
                points.push(CurveRow {
                    trace: TRACES[0].0.into(),
                    policy: policy.into(),
                    method: "replay".into(),
                    capacity,
                    window: i,
                    start_request: 100 * i,
                    end_request: 100 * (i + 1),
                    start_seconds: 600.0 * i as f64,
                    end_seconds: 600.0 * (i + 1) as f64 - 1.0,
                    requests: 100,
                    hits,
                    hit_ratio: hits as f64 / 100.0,
                    ..CurveRow::default()
                });
            }
        }
    }
    points
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/suite/golden").join(format!("{name}.svg"))
}

#[test]
fn every_figure_is_as_it_was() {
    let (rows, swept, windows) = (rows(), swept(), windows());
    let (scenarios, series, latencies) = stampede();
    let timed = Input { scenarios: &scenarios, series: &series, latencies: &latencies, ..Input::default() };
    let renew = std::env::var_os("EVICTLAB_RENEW").is_some();
    let mut changed = Vec::new();
    let (curves, over_time) = (curves(), curves_over_time());
    let analyses = analyses::rows();
    // What is drawn from rows of two kinds has two pictures.
    let pictures = FIGURES.iter().map(|figure| (*figure, figure.name.to_owned(), false));
    let again = FIGURES.iter().filter(|figure| figure.needs == Needs::ResultsOrCurves);
    for (figure, file, of_curves) in pictures.chain(again.map(|f| (*f, format!("{}.curves", f.name), true))) {
        let input = match (figure.name, figure.needs) {
            _ if of_curves => Input { curves: &curves, ..Input::default() },
            (_, Needs::Curves) => Input { curves: &over_time, ..Input::default() },
            (_, Needs::Analyses) => Input { analyses: &analyses, ..Input::default() },
            ("heat-map", _) => Input { rows: &swept, ..Input::default() },
            (_, needs) if needs.of_scenarios() => timed,
            (_, Needs::Windows) => Input { windows: &windows, ..Input::default() },
            _ => Input { rows: &rows, ..Input::default() },
        };
        let svg = draw(figure.name, &input, &PlotOptions::of(&COLUMN)).unwrap().svg().unwrap();
        let path = golden(&file);
        if renew {
            std::fs::write(&path, &svg).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if kept != svg {
            let line = 1 + kept.lines().zip(svg.lines()).take_while(|(a, b)| a == b).count();
            changed.push(format!("{} differs from line {line} on", path.display()));
        }
    }
    assert!(changed.is_empty(), "{}\nmeant? EVICTLAB_RENEW=1 cargo test --test suite figures", changed.join("\n"));
}

#[test]
fn no_picture_is_kept_of_a_figure_that_is_gone() {
    for entry in std::fs::read_dir(golden("x").parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(FIGURES.iter().any(|figure| Some(figure.name) == name.split('.').next()), "{}", path.display());
    }
}

const STUDY: &str = r#"
figures = ["hit-ratio-curve", "miss-ratio-curve", "reduction-percentiles", "dataset-bars", "heat-map", "hit-ratio-over-time",
           "speed"]
capacities = ["5%", "20%"]
policies = ["fifo", "lru"]
[replay]
window = "5000"
[[policy]]
name = "s3-fifo"
small = [0.1, 0.2]
[[workload]]
kind = "zipf"
objects = 2000
alpha = [0.7, 1.0]
requests = 20_000
"#;

#[test]
fn a_sweep_draws_every_figure() {
    let place = Place::with(&[("s.toml", STUDY.as_bytes())]);
    let ran = place.run("sweep run s.toml --output out").done();
    assert!(!ran.stderr.contains("no figure"), "{}", ran.stderr);
    let others = [Needs::Curves, Needs::Analyses];
    let drawn = || FIGURES.iter().filter(|figure| !figure.needs.of_scenarios() && !others.contains(&figure.needs));
    for figure in drawn() {
        for ending in ["svg", "png"] {
            let path = place.path(&format!("out/figures/{}.{ending}", figure.name));
            assert!(std::fs::metadata(&path).is_ok_and(|m| m.len() > 2000), "{}", path.display());
        }
    }
    // The same figure from the folder: times are joined, and the sweep's own picture is not the one that is replaced.
    for figure in drawn() {
        let name = figure.name;
        place.run(&format!("plot out --figure {name} --output {name}.svg")).done();
        assert_eq!(place.read(&format!("{name}.svg")), place.read(&format!("out/figures/{name}.svg")), "{name}");
    }
    place.run("plot out --figure heat-map --parameters policy,alpha --capacity 5% --output two.pdf").done();
    assert!(std::fs::read(place.path("two.pdf")).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn a_sweep_without_windows_cannot_want_their_figure() {
    let place = Place::with(&[("s.toml", STUDY.replace("window = \"5000\"", "").as_bytes())]);
    for verb in ["plan", "run"] {
        let ran = place.run(&format!("sweep {verb} s.toml")).ended(2);
        for wanted in ["s.toml:2:", "'hit-ratio-over-time' is drawn from windows", "window = \"1e5\""] {
            assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_plan_says_which_figures_will_fail() {
    let place = Place::with(&[("s.toml", STUDY.replace("\"fifo\", ", "").as_bytes())]);
    let plan = place.run("sweep plan s.toml").done().stderr;
    assert!(plan.contains("reduction-percentiles") && plan.contains("no series 'fifo'"), "{plan}");
    assert!(!plan.contains("heat-map") && !plan.contains("speed"), "{plan}");
}

#[test]
fn what_a_figure_lacks_is_said() {
    let place = Place::new();
    let trace = bundled("sort-lines.txt.zst");
    place.run(&format!("run --trace {trace} --policy lru,sieve --capacity 5% --output r.csv --quiet")).done();
    let list = place.run("plot --list").done().stdout;
    for figure in FIGURES {
        assert!(list.contains(figure.name) && list.contains(figure.needs.describe()), "{list}");
    }
    for (args, wanted) in [
        ("r.csv --figure hit-ratio-over-time", "--window"),
        ("r.csv --figure reduction-percentiles", "no series 'fifo'"),
        ("r.csv --figure heat-map", "two parameters that vary"),
        ("r.csv --figure heat-map --parameters policy", "expected two"),
        ("r.csv --policy fifo", "there are: lru, sieve"),
        ("r.csv --trace web", "traces are: sort-lines"),
        ("r.csv --x time", "--x capacity or share"),
    ] {
        let ran = place.run(&format!("plot {args} --output x.svg"));
        assert!(ran.code == Some(1) || ran.code == Some(2), "{args}: {}", ran.stderr);
        assert!(ran.stderr.contains(wanted) && ran.stderr.contains("hint:"), "{args}: {}", ran.stderr);
    }
    assert!(!place.path("x.svg").exists());
}

fn file(rows: &[CurveRow], format: Format) -> Vec<u8> {
    let mut content = Vec::new();
    write_curves(rows, format, &mut content).unwrap();
    content
}

#[test]
fn curves_are_drawn_from_files_and_folders() {
    let place = Place::with(&[
        ("out/curves.csv", &file(&curves(), Format::Csv)),
        ("time.csv", &file(&curves_over_time(), Format::Csv)),
    ]);
    place.run("plot out").done();
    place.run("plot out/curves.csv --x share --policy lru,pfoo-l,pfoo-u --output share.pdf").done();
    assert!(place.read("out/hit-ratio-curve.svg").contains("between PFOO-U and PFOO-L"));
    // The figure follows from the rows.
    place.run("plot time.csv --x time --output time.svg --output time.png").done();
    let map = place.read("time.svg");
    assert!(map.contains("Time (min)") && map.contains("Cache size (objects)") && map.contains("Hit ratio (%)"));
    if cfg!(feature = "parquet") {
        place.write("c.parquet", file(&curves(), Format::Parquet));
        place.run("plot c.parquet --output c.svg").done();
        assert_eq!(place.read("c.svg"), place.read("out/hit-ratio-curve.svg"));
    }
}

#[test]
fn curves_are_no_results() {
    let place = Place::with(&[("c.csv", &file(&curves(), Format::Csv)), ("s.toml", STUDY.as_bytes())]);
    let trace = bundled("sort-lines.txt.zst");
    place.run(&format!("run --trace {trace} --policy lru,sieve --capacity 5% --output r.csv --quiet")).done();
    place.write("s.toml", STUDY.replace("\"speed\"", "\"curve-over-time\""));
    for (args, wanted) in [
        ("plot c.csv r.csv --output x.svg", "no common figure"),
        ("plot c.csv --figure speed --output x.svg", "not from curves"),
        ("plot c.csv --figure curve-over-time --output x.svg", "--window"),
        ("plot r.csv --figure curve-over-time --output x.svg", "evictlab curve"),
        ("plot c.csv --policy arc --output x.svg", "there are: infinite, lru"),
        ("compare c.csv r.csv", "c.csv:1: these are hit-ratio curves"),
        ("summary c.csv", "c.csv:1: these are hit-ratio curves"),
        ("sweep plan s.toml", "no figure 'curve-over-time'"),
    ] {
        let ran = place.run(args);
        assert!(ran.code == Some(1) || ran.code == Some(2), "{args}: {}", ran.stderr);
        assert!(ran.stderr.contains(wanted) && ran.stderr.contains("hint:"), "{args}: {}", ran.stderr);
    }
    assert!(!place.path("x.svg").exists());
}
