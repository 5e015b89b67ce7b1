//! What figures of scenarios must be, whatever they look like.

use crate::core::Result;
use crate::record::{LatencyRow, ScenarioRow, SeriesRow, Status};
use crate::report::scene::{Item, Scene};
use crate::report::tests::{check_texts, texts};
use crate::report::{Input, PlotOptions, SIZES, Selection, draw};

const FIGURES: [&str; 4] = ["origin-load-over-time", "latency-distribution", "staleness", "defences"];

#[derive(Default)]
struct Sample {
    rows: Vec<ScenarioRow>,
    series: Vec<SeriesRow>,
    latencies: Vec<LatencyRow>,
}

impl Sample {
    /// Adds a configuration whose numbers grow with `level`, 0 for none.
    fn add(&mut self, configuration: &[(&str, &str)], level: u32, windows: u32) {
        let parameters: Vec<(String, String)> =
            configuration.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let row = ScenarioRow {
            scenario: "stampede".into(),
            requests: 1000,
            renewals: 10,
            origin_fetches: u64::from(10 * level),
            origin_peak_in_flight: u64::from(level),
            availability: 1.0,
            latency_p99_seconds: f64::from(level),
            stale_reads: u64::from(level),
            stale_ratio: f64::from(level) / 1000.0,
            stale_age_mean_seconds: 0.001 * f64::from(level),
            parameters,
            ..ScenarioRow::default()
        };
        let text = row.configuration();
        self.series.extend((0..windows).map(|i| SeriesRow {
            scenario: "stampede".into(),
            configuration: text.clone(),
            start_seconds: f64::from(i),
            end_seconds: f64::from(i + 1),
            requests: 100,
            hits: 90,
            origin_rate: f64::from(level * (i % 2)),
            stale_reads: u64::from(level.min(100)),
            ..SeriesRow::default()
        }));
        self.latencies.extend([0.0, 0.5, 0.9, 0.99, 0.9999].map(|quantile| LatencyRow {
            scenario: "stampede".into(),
            configuration: text.clone(),
            quantile,
            latency_seconds: quantile * f64::from(level),
            ..LatencyRow::default()
        }));
        self.rows.push(row);
    }

    fn draw(&self, name: &str, options: &PlotOptions) -> Result<Scene> {
        let input =
            Input { scenarios: &self.rows, series: &self.series, latencies: &self.latencies, ..Input::default() };
        draw(name, &input, options).map(|drawing| drawing.scene)
    }

    /// Draws every figure in every size, and small.
    fn check(&self) {
        for name in FIGURES {
            for size in SIZES {
                let options = PlotOptions { title: Some("A stampede".into()), ..PlotOptions::of(size) };
                check_texts(&self.draw(name, &options).unwrap());
                check_texts(&self.draw(name, &PlotOptions::of(size)).unwrap());
            }
        }
    }
}

fn defences() -> Sample {
    let mut sample = Sample::default();
    for (defence, level) in [("none", 201), ("mutex", 1), ("stale-while-revalidate", 0)] {
        sample.add(&[("defence", defence), ("rate", "10")], level, 20);
    }
    sample
}

fn shown(scene: &Scene) -> Vec<String> {
    texts(scene).into_iter().map(|text| text.content.clone()).collect()
}

#[test]
fn nothing_is_clipped_whatever_is_drawn() {
    defences().check();
    for (configurations, windows) in [(1, 1), (1, 40), (2, 1), (30, 3)] {
        let mut sample = Sample::default();
        for i in 0..configurations {
            let policy = format!("s3-fifo:small=0.{i}");
            sample.add(&[("policy-of-the-first-level", &policy), ("rate", &i.to_string())], i * i * i + 1, windows);
        }
        sample.check();
    }
    let mut long = Sample::default();
    long.add(&[("a", &"x".repeat(300))], 1, 2);
    long.add(&[("a", &"y".repeat(300))], 2000, 2);
    long.check();
}

#[test]
fn labels_and_axes_say_what_is_there() {
    let sample = defences();
    let load = shown(&sample.draw(FIGURES[0], &PlotOptions::default()).unwrap());
    for wanted in ["none", "mutex", "stale-while-revalidate", "Origin requests per second, log scale", "Hit ratio (%)"]
    {
        assert_eq!(load.iter().filter(|text| *text == wanted).count(), 1, "{wanted}: {load:?}");
    }
    assert!(load.contains(&"Time (s)".into()) && load.contains(&"stampede, rate = 10".into()), "{load:?}");
    let latency = shown(&sample.draw(FIGURES[1], &PlotOptions::default()).unwrap());
    for wanted in ["0", "50", "90", "99", "99.9", "99.99", "1 s", "100 s"] {
        assert!(latency.contains(&wanted.into()), "{wanted}: {latency:?}");
    }
    let bars = shown(&sample.draw(FIGURES[3], &PlotOptions::default()).unwrap());
    for wanted in ["Origin fetches per renewal", "201", "Read latency, p99", "201 s", "Stale reads (%)", "20.1"] {
        assert!(bars.contains(&wanted.into()), "{wanted}: {bars:?}");
    }
    assert!(!bars.iter().any(|text| ["Lost writes", "Keys moved (%)", "Failed requests (%)"].contains(&text.as_str())));
}

#[test]
fn a_bar_is_as_long_as_its_value() {
    let mut sample = Sample::default();
    sample.add(&[("rate", "1")], 50, 1);
    sample.add(&[("rate", "2")], 100, 1);
    sample.add(&[("rate", "2"), ("seed", "2")], 300, 1);
    sample.rows.truncate(3);
    let scene = sample.draw(FIGURES[3], &PlotOptions::default()).unwrap();
    // The first panel's two bars, without their outlines: areas that are higher than an outline is thick.
    let areas = scene.items.iter().filter_map(|item| match item {
        Item::Area { points, .. } => Some((points[1].0 - points[0].0, points[2].1 - points[1].1)),
        _ => None,
    });
    let areas = areas.filter(|(width, height)| *height > 5.0 && *width > 5.0);
    let widths: Vec<f64> = areas.map(|area| area.0).collect();
    // 50 fetches against the mean of 100 and 300.
    assert!((widths[1] / widths[0] - 4.0).abs() < 1e-9, "{widths:?}");
    assert!(shown(&scene).iter().any(|text| text == "stampede; mean of 2 runs"));
}

#[test]
fn staleness_is_over_time_where_there_is_one_configuration() {
    let mut sample = Sample::default();
    sample.add(&[("defence", "none")], 5, 10);
    let over_time = |sample: &Sample| shown(&sample.draw(FIGURES[2], &PlotOptions::default()).unwrap());
    assert!(over_time(&sample).contains(&"Time (s)".into()));
    sample.add(&[("defence", "mutex")], 7, 10);
    assert!(!over_time(&sample).contains(&"Time (s)".into()));
    sample.rows.clear();
    assert!(over_time(&sample).contains(&"Time (s)".into()));
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let error = |sample: &Sample, name: &str| {
        sample.draw(name, &PlotOptions::default()).err().map(|e| e.to_string()).unwrap_or_default()
    };
    for name in FIGURES {
        let error = error(&Sample::default(), name);
        assert!(error.contains("there are none") && error.contains("scenario run"), "{error}");
    }
    let mut fresh = Sample::default();
    fresh.add(&[], 0, 2);
    assert!(error(&fresh, "staleness").contains("no read was stale"));
    assert!(error(&fresh, "defences").contains("every measure is 0"));
    fresh.draw("origin-load-over-time", &PlotOptions::default()).unwrap();
    fresh.draw("latency-distribution", &PlotOptions::default()).unwrap();
    fresh.latencies.retain(|row| row.quantile < 0.0);
    fresh.latencies.push(LatencyRow { quantile: 1.0, ..LatencyRow::default() });
    assert!(error(&fresh, "latency-distribution").contains("no quantile"));

    let mut bad = defences();
    bad.rows[1].latency_p99_seconds = f64::NAN;
    assert!(error(&bad, "defences").starts_with("mutex: Read latency, p99"), "{}", error(&bad, "defences"));
    bad.rows.iter_mut().for_each(|row| (row.status, row.error) = (Status::Failed, "no origin".into()));
    assert!(error(&bad, "defences").contains("all 3 runs failed"));

    let select = Selection { policies: vec!["lru".into()], ..Selection::default() };
    let options = PlotOptions { select, ..PlotOptions::default() };
    assert!(defences().draw("defences", &options).err().unwrap().to_string().contains("to choose from"));
}

#[test]
fn failed_runs_are_left_out_and_zeros_keep_their_place() {
    let mut sample = defences();
    sample.rows[0].status = Status::Failed;
    let bars = shown(&sample.draw(FIGURES[3], &PlotOptions::default()).unwrap());
    assert!(!bars.contains(&"none".into()) && bars.contains(&"mutex".into()), "{bars:?}");
    // The curve that is 0 throughout lies on the axis.
    let scene = defences().draw(FIGURES[0], &PlotOptions::default()).unwrap();
    assert!(scene.items.iter().all(|item| match item {
        Item::Line { points, .. } => points.iter().all(|(x, y)| x.is_finite() && y.is_finite()),
        _ => true,
    }));
}
