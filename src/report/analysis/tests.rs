//! What figures of analyses must be, whatever they look like.

use crate::analyze::Analysis;
use crate::core::{Result, SECOND, rng};
use crate::record::AnalysisRow;
use crate::report::scene::{Item, Point, Scene};
use crate::report::tests::{check_texts, texts};
use crate::report::{FIGURES, Input, Needs, PlotOptions, SIZES, Selection, XAxis, draw};
use crate::trace::Trace;

fn names() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().filter(|figure| figure.needs == Needs::Analyses).map(|figure| figure.name)
}

fn rows(trace: &Trace) -> Vec<AnalysisRow> {
    Analysis::of(trace, &|_| {}).rows().unwrap()
}

/// Requests of which half are to few objects, one each half second, with sizes.
fn whole(name: &str) -> Trace {
    let mut rng = rng::rng(1, "figures");
    let mut below = |n| rng::below(&mut rng, n);
    let mut trace = Trace::from_keys(name, (0..3000).map(|i| below(if i % 2 == 0 { 20 } else { 700 })));
    trace.times = Some((0..3000).map(|i| i * SECOND / 2).collect());
    trace.sizes = Some(trace.ids.iter().map(|&id| 1 << (id % 14)).collect());
    trace
}

fn scene(name: &str, rows: &[AnalysisRow], options: &PlotOptions) -> Result<Scene> {
    draw(name, &Input { analyses: rows, ..Input::default() }, options).map(|drawing| drawing.scene)
}

fn shown(scene: &Scene) -> Vec<String> {
    texts(scene).into_iter().map(|text| text.content.replace('\u{a0}', " ")).collect()
}

/// The lines with dashes, and without where they are as wide as a curve.
fn lines(scene: &Scene) -> Vec<&Vec<Point>> {
    let widest =
        scene.items.iter().filter_map(|item| if let Item::Line { width, .. } = item { Some(*width) } else { None });
    let widest = widest.fold(0.0, f64::max);
    let curve = |item| match item {
        &Item::Line { ref points, width, .. } if width >= widest => Some(points),
        _ => None,
    };
    scene.items.iter().filter_map(curve).collect()
}

#[test]
fn nothing_is_clipped_whatever_is_drawn() {
    let long = "a very long name of a trace, ".repeat(9);
    let samples: [Vec<AnalysisRow>; 5] = [
        rows(&whole("web")),
        rows(&whole(&long)),
        ["web", "key-value", "block", &long].iter().flat_map(|name| rows(&whole(name))).collect(),
        rows(&Trace::from_keys("a loop", (0..500).map(|i| i % 50))),
        rows(&Trace::from_keys("one", [1, 1])),
    ];
    for sample in &samples {
        for name in names() {
            for size in SIZES {
                match scene(name, sample, &PlotOptions::of(size)) {
                    Ok(scene) => check_texts(&scene),
                    Err(error) => assert!(error.message().contains("no trace has"), "{name}: {error}"),
                }
            }
        }
    }
    assert!(names().all(|name| scene(name, &samples[0], &PlotOptions::default()).is_ok()));
}

#[test]
fn axes_and_legends_say_what_is_there() {
    let rows = rows(&whole("web"));
    for (name, wanted) in [
        ("popularity", &["Requests", "Rank of the object", "Objects of the trace"][..]),
        ("reuse-distance", &["Requests (%)", "Reuse distance (objects)"]),
        ("reuse-time", &["Requests (%)", "Reuse time (s)"]),
        ("object-sizes", &["Objects or requests (%)", "Size", "Objects", "Requests", "1 KiB"]),
        ("request-rate", &["Requests per second", "Time (min)", "Mean", "In each 15 s", "peak 1 \u{d7} mean"]),
        ("working-set", &["Share of the whole trace (%)", "Requests", "Objects so far", "Bytes so far"]),
    ] {
        let shown = shown(&scene(name, &rows, &PlotOptions::default()).unwrap());
        for wanted in wanted.iter().chain(&["web"]) {
            assert!(shown.iter().any(|text| text == wanted), "{name}: no '{wanted}' in {shown:?}");
        }
    }
    let title = |rows: &[AnalysisRow]| shown(&scene("popularity", rows, &PlotOptions::default()).unwrap()).join("|");
    assert!(title(&rows).contains("|web|") && title(&rows).contains("\u{3b1} = "), "{}", title(&rows));
    let two = [rows, self::rows(&whole("kv"))].concat();
    assert!(title(&two).contains("|web (\u{3b1} = ") && title(&two).contains("|kv (\u{3b1} = "), "{}", title(&two));
}

#[test]
fn time_and_requests_are_axes() {
    let rows = [rows(&whole("web")), rows(&Trace::from_keys("plain", [1, 2, 1, 1, 2]))].concat();
    let with = |name: &str, x| scene(name, &rows, &PlotOptions { x, ..PlotOptions::default() });
    let titles = |name: &str, x| shown(&with(name, x).unwrap()).join("|");
    // A trace without times decides.
    assert!(titles("reuse-time", None).contains("Reuse time (requests)"));
    let timed = with("reuse-time", Some(XAxis::Time)).unwrap();
    assert!(shown(&timed).contains(&"Reuse time (s)".to_owned()));
    assert!(timed.notes.len() == 1 && timed.notes[0].ends_with(": plain"), "{:?}", timed.notes);
    assert!(titles("working-set", Some(XAxis::Time)).contains("Time (min)"));
    for name in ["reuse-time", "working-set"] {
        assert!(with(name, Some(XAxis::Share)).unwrap_err().to_string().contains("--x"), "{name}");
    }
    let plain = self::rows(&Trace::from_keys("plain", [1, 2]));
    let error = |name: &str| scene(name, &plain, &PlotOptions::default()).unwrap_err().to_string();
    assert!(error("request-rate").contains("no trace has times") && error("object-sizes").contains("has sizes"));
}

#[test]
fn traces_are_chosen_and_nothing_else() {
    let rows = [rows(&whole("web")), rows(&whole("kv"))].concat();
    let chosen = |select| scene("popularity", &rows, &PlotOptions { select, ..PlotOptions::default() });
    let traces = |name: &str| Selection { traces: vec![name.to_owned()], ..Selection::default() };
    let only = shown(&chosen(traces("k")).unwrap()).join("|");
    assert!(only.contains("kv") && !only.contains("web"), "{only}");
    assert!(chosen(traces("x")).unwrap_err().to_string().contains("traces are: web, kv"));
    let policies = Selection { policies: vec!["lru".to_owned()], ..Selection::default() };
    assert!(chosen(policies).unwrap_err().to_string().contains("no policies"));
}

/// A loop over 50 of 500: nothing up to 50 objects, and 90 % from there on.
#[test]
fn a_loop_is_a_step() {
    let rows = rows(&Trace::from_keys("a loop", (0..500).map(|i| i % 50)));
    let scene = scene("reuse-distance", &rows, &PlotOptions::default()).unwrap();
    let line = lines(&scene)[0];
    let [from, to, ..] = line[1..] else { panic!("{line:?}") };
    assert!((from.0 - to.0).abs() < 1e-9, "it rises at one place: {line:?}");
    let (low, high) = (line[0].1, line[line.len() - 1].1);
    assert!((from.1 - low).abs() < 1e-9 && (to.1 - high).abs() < 1e-9, "{line:?}");
}

/// Whole seconds of which half are none: the axis begins with the first that is some, and the line at the share of zeros.
#[test]
fn zeros_are_the_left_end() {
    let mut trace = Trace::from_keys("web", (0..4000).map(|i| i / 2 % 100));
    trace.times = Some((0..4000).map(|i| i / 20 * SECOND).collect());
    trace.sizes = Some((0..4000).map(|i| if i % 40 < 20 { 0 } else { 512 << (i % 8) }).collect());
    let rows = rows(&trace);
    for (name, lowest) in [("reuse-time", "10"), ("object-sizes", "512 B")] {
        let scene = scene(name, &rows, &PlotOptions::default()).unwrap();
        let shown = shown(&scene);
        assert!(!shown.iter().any(|text| text.starts_with("0.") || text == "1 B"), "{name}: {shown:?}");
        assert!(shown.iter().any(|text| text == lowest), "{name}: {shown:?}");
        let line = lines(&scene)[0];
        assert!(line[0].0 < line[line.len() - 1].0 && line[0].1 > 0.0);
        let rise = line.windows(2).take_while(|pair| (pair[0].0 - pair[1].0).abs() < 1e-9);
        assert!(rise.fold(0.0, |sum, pair| sum + (pair[0].1 - pair[1].1).abs()) < 1.0, "{name}: {line:?}");
    }
}

#[test]
fn whole_numbers_have_no_ticks_below_1() {
    let mut trace = whole("web");
    trace.ids = trace.ids.iter().map(|&id| id % 90).collect();
    let rows = rows(&trace);
    for name in ["popularity", "reuse-distance"] {
        let shown = shown(&scene(name, &rows, &PlotOptions::default()).unwrap());
        assert!(shown.iter().any(|text| text == "1") && !shown.iter().any(|text| text.starts_with("0.")), "{shown:?}");
    }
    let shown =
        shown(&scene("working-set", &self::rows(&Trace::from_keys("t", 0..8002)), &PlotOptions::default()).unwrap());
    assert!(shown.iter().any(|text| text.contains("8,002 objects")), "{shown:?}");
}
