//! Figures, byte for byte: what each looks like for a small input is kept in `golden/`, and how they are asked for.
//!
//! To renew the pictures after a change that is meant, and then look at each of them:
//! `EVICTLAB_RENEW=1 cargo test --test suite figures`.

use crate::command::{Place, bundled};
use crate::scenario_rows::stampede;
use evictlab::record::{Row, Window};
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
    for figure in FIGURES {
        let input = match (figure.name, figure.needs) {
            ("heat-map", _) => Input { rows: &swept, ..Input::default() },
            (_, needs) if needs.of_scenarios() => timed,
            (_, Needs::Windows) => Input { windows: &windows, ..Input::default() },
            _ => Input { rows: &rows, ..Input::default() },
        };
        let svg = draw(figure.name, &input, &PlotOptions::of(&COLUMN)).unwrap().svg().unwrap();
        let path = golden(figure.name);
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
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(FIGURES.iter().any(|figure| figure.name == name), "{}", path.display());
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
    for figure in FIGURES.iter().filter(|figure| !figure.needs.of_scenarios()) {
        for ending in ["svg", "png"] {
            let path = place.path(&format!("out/figures/{}.{ending}", figure.name));
            assert!(std::fs::metadata(&path).is_ok_and(|m| m.len() > 2000), "{}", path.display());
        }
    }
    // The same figure from the folder: times are joined, and the sweep's own picture is not the one that is replaced.
    for figure in FIGURES.iter().filter(|figure| !figure.needs.of_scenarios()) {
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
