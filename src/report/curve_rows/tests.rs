//! Curves as figures, on plausible rows.

use super::super::sample::*;
use super::super::scene::{Item, Scene};
use super::super::tests::{check_texts, texts};
use super::super::theme::{COLUMN, looks};
use super::super::{Drawing, Input, PlotOptions, SIZES, Selection, XAxis, draw, figure_of};
use super::bounds::Kind;
use super::collect;
use super::groups::groups;
use crate::core::Result;
use crate::record::{CurveRow, Status};
use crate::stats::Metric;

const OVER_TIME: &str = "curve-over-time";

fn drawn(name: &str, curves: &[CurveRow], options: &PlotOptions) -> Result<Drawing> {
    draw(name, &Input { curves, ..Input::default() }, options)
}

fn scene(name: &str, curves: &[CurveRow], options: &PlotOptions) -> Scene {
    drawn(name, curves, options).unwrap().scene
}

fn refused(name: &str, curves: &[CurveRow]) -> String {
    drawn(name, curves, &PlotOptions::default()).unwrap_err().to_string()
}

fn labels(rows: &[CurveRow]) -> Vec<String> {
    groups(&rows.iter().enumerate().collect::<Vec<_>>()).labels
}

fn shards(policy: &str, sizes: u32, rate: f64) -> Vec<CurveRow> {
    curve("web", policy, "shards", sizes, (0.02, 0.0)).into_iter().map(|point| sampled(point, rate, 0.03)).collect()
}

fn bytes(rows: Vec<CurveRow>) -> Vec<CurveRow> {
    let in_bytes = |row: CurveRow| CurveRow {
        size_mode: "bytes".into(),
        capacity: row.capacity * 40_000,
        footprint_bytes: row.objects * 40_000,
        byte_hit_ratio: row.hit_ratio * 0.8,
        ..row
    };
    rows.into_iter().map(in_bytes).collect()
}

/// Everything that a curve may be, on two traces.
fn everything() -> Vec<CurveRow> {
    let of = |trace: &str| {
        let whole = complete(curve(trace, "lru", "exact", 3000, (0.0, 0.2)));
        [whole, shards("lru", 40, 0.01), curve(trace, "gdsf", "replay", 12, (0.1, 0.0)), bounds(trace)].concat()
    };
    [of("web"), bytes(of("cdn.oracleGeneral.zst"))].concat()
}

#[test]
fn nothing_is_clipped_and_no_text_runs_into_another() {
    let over_time = [
        curve_windows("web", "lru", 200, 80, 0.0),
        curve_windows("web", "sieve", 30, 5, 0.1),
        curve_windows("cdn", "lru", 1, 1, 0.1).into_iter().map(|row| CurveRow { window: 1, ..row }).collect(),
    ]
    .concat();
    let one: Vec<CurveRow> = everything().into_iter().filter(|row| row.trace == "web" && row.capacity == 1).collect();
    for size in SIZES {
        let plain = PlotOptions::of(size);
        let others = [
            PlotOptions { x: Some(XAxis::Share), ..plain.clone() },
            PlotOptions { width: 160, height: 120, title: Some("A title".into()), ..plain.clone() },
            plain,
        ];
        for options in &others {
            for rows in [&everything(), &bounds("web"), &one, &shards("lru", 9, 0.1)] {
                check_texts(&scene("hit-ratio-curve", rows, options));
                check_texts(&scene("miss-ratio-curve", rows, options));
            }
            let x = options.x.map(|_| XAxis::Time);
            if options.width > 160 {
                check_texts(&scene(OVER_TIME, &over_time, &PlotOptions { x, ..options.clone() }));
            }
        }
    }
}

#[test]
fn labels_say_how_a_curve_was_found_where_that_differs() {
    let exact = curve("web", "lru", "exact", 9, (0.0, 0.0));
    let sieve = shards("sieve", 9, 0.01);
    assert_eq!(labels(&[exact.clone(), sieve].concat()), ["lru", "sieve"]);
    let both = [exact.clone(), shards("lru", 9, 0.01)].concat();
    assert_eq!(labels(&both), ["lru method=exact", "lru method=shards"]);
    let rates = [shards("lru", 9, 0.01), shards("lru", 9, 0.001)].concat();
    assert_eq!(labels(&rates), ["lru sample=1%", "lru sample=0.1%"]);
    // A rate for each size, as a target of the error picks them, is one curve.
    let picked: Vec<CurveRow> =
        (1..9).map(|c| sampled(point("web", "lru", "shards", c, 0.1), 1.0 / c as f64, 0.1)).collect();
    assert_eq!(labels(&picked), ["lru"]);
    // Replays fill up what the exact method cannot give; the same point twice is one.
    let filled = [exact.clone(), curve("web", "lru", "replay", 4, (0.0, 0.0))].concat();
    assert_eq!(labels(&filled), ["lru"]);
    let data = collect(&filled, XAxis::Capacity, Metric::HitRatio).unwrap();
    assert_eq!(data.panels[0].curves[0].dots.len(), exact.len() + 2);
    let seeds = [exact.clone(), exact.into_iter().map(|row| CurveRow { seed: 7, ..row }).collect()].concat();
    assert_eq!(labels(&seeds), ["lru seed=0", "lru seed=7"]);
}

#[test]
fn many_points_are_a_line_and_few_have_markers() {
    let few = curve("web", "sieve", "batch", 12, (0.1, 0.0));
    let count = few.len();
    let rows = [curve("web", "lru", "exact", 3000, (0.0, 0.0)), few].concat();
    let drawing = scene("hit-ratio-curve", &rows, &PlotOptions::of(&COLUMN));
    let markers = drawing.items.iter().filter(|item| matches!(item, Item::Marker { .. })).count();
    assert_eq!(markers, count + 1, "those of the few, and one in the legend");
    let longest = drawing.items.iter().map(|item| if let Item::Line { points, .. } = item { points.len() } else { 0 });
    assert!((100..3000).contains(&longest.max().unwrap()), "as many as the picture can show");
}

#[test]
fn a_whole_curve_is_flat_up_to_its_cliff() {
    // A loop over 1000 objects, and a policy that is named at more sizes.
    let rows = complete(vec![point("loop", "lru", "exact", 1, 0.0), point("loop", "lru", "exact", 1000, 0.9)]);
    let named = [point("loop", "belady", "exact", 1, 0.0), point("loop", "belady", "exact", 5000, 0.9)];
    let drawing = scene("hit-ratio-curve", &[&rows[..], &named].concat(), &PlotOptions::of(&COLUMN));
    let lines = |item: &Item| match item {
        Item::Line { points, color, .. } if *color == looks(&["lru"])[0].color => Some(points.clone()),
        _ => None,
    };
    let points = drawing.items.iter().find_map(lines).unwrap();
    let [start, foot, top, .., end] = points[..] else { panic!("{points:?}") };
    assert!((start.1 - foot.1).abs() < 1e-9 && foot.0 - start.0 > 100.0, "{start:?} {foot:?}");
    assert!(top.0 - foot.0 < 1.0 && foot.1 - top.1 > 100.0, "{foot:?} {top:?}");
    assert!((top.1 - end.1).abs() < 1e-9 && end.0 - top.0 > 20.0, "{top:?} {end:?}");
    // Sizes that somebody named say nothing of those between them.
    let data = collect(&named, XAxis::Capacity, Metric::HitRatio).unwrap();
    assert!(data.panels[0].curves[0].steps.is_none());
}

#[test]
fn bounds_are_no_policies() {
    let rows = [curve("web", "lru", "replay", 9, (0.0, 0.0)), bounds("web")].concat();
    let data = collect(&rows, XAxis::Capacity, Metric::MissRatio).unwrap();
    assert_eq!(data.labels, ["lru"]);
    assert_eq!(data.bounds(), [Kind::Optimum, Kind::BeladySize, Kind::Infinite]);
    let drawing = scene("miss-ratio-curve", &rows, &PlotOptions::default());
    for wanted in ["between PFOO-U and PFOO-L", "Belady-size", "infinite cache"] {
        assert_eq!(texts(&drawing).iter().filter(|text| text.content == wanted).count(), 1, "{wanted}");
    }
    let upper: Vec<CurveRow> = bounds("web").into_iter().filter(|row| row.policy == "pfoo-l").collect();
    assert_eq!(collect(&upper, XAxis::Capacity, Metric::HitRatio).unwrap().bounds(), [Kind::PfooL]);
    // An infinite cache has no place on the axis of the others.
    let infinite = [point("web", "lru", "replay", 10, 0.1), point("web", "infinite", "bound", 1_000_000, 0.9)];
    assert_eq!(collect(&infinite, XAxis::Capacity, Metric::HitRatio).unwrap().panels[0].xs(), [10.0]);
}

#[test]
fn intervals_are_those_of_what_is_shown() {
    let row = sampled(point("web", "lru", "shards", 10, 0.25), 0.01, 0.125);
    let interval = |metric| {
        let data = collect(std::slice::from_ref(&row), XAxis::Capacity, metric).unwrap();
        data.panels[0].curves[0].dots[0].interval
    };
    assert_eq!(interval(Metric::HitRatio), Some((12.5, 37.5)));
    assert_eq!(interval(Metric::MissRatio), Some((62.5, 87.5)));
    let rows = bytes(shards("lru", 9, 0.01));
    let options = PlotOptions { y: Some(Metric::ByteHitRatio), ..PlotOptions::default() };
    assert!(!drawn("hit-ratio-curve", &rows, &options).unwrap().svg().unwrap().contains("Shaded"));
    let drawing = drawn("hit-ratio-curve", &rows, &PlotOptions::default()).unwrap();
    let svg = drawing.svg().unwrap();
    assert!(svg.contains("Shaded") && svg.contains("<polygon opacity=\"0.2\""), "one sees through it");
    let pdf = drawing.pdf().unwrap();
    assert!(pdf.windows(7).any(|part| part == b"/ca 0.2"));
    assert_eq!(
        drawing.png().unwrap(),
        drawn("hit-ratio-curve", &rows, &PlotOptions::default()).unwrap().png().unwrap()
    );
}

#[test]
fn windows_and_whole_traces_have_a_figure_each() {
    let (whole, windows) = (curve("web", "lru", "exact", 9, (0.0, 0.0)), curve_windows("web", "lru", 4, 9, 0.0));
    let both = [whole.clone(), windows.clone()].concat();
    assert_eq!(
        [figure_of(&whole), figure_of(&windows), figure_of(&both)],
        ["hit-ratio-curve", OVER_TIME, "hit-ratio-curve"]
    );
    assert!(refused("hit-ratio-curve", &windows).contains("--figure curve-over-time"));
    assert!(refused(OVER_TIME, &whole).contains("--figure hit-ratio-curve"));
    // Of both, each shows its own: the first window is not taken for the whole, nor the whole for a window.
    let options = PlotOptions::default();
    for (name, own) in [("hit-ratio-curve", &whole), (OVER_TIME, &windows)] {
        let svg = |rows: &[CurveRow]| drawn(name, rows, &options).unwrap().svg().unwrap();
        assert!(svg(&both) == svg(own), "{name}");
    }
    assert!(drawn(OVER_TIME, &windows, &PlotOptions { x: Some(XAxis::Share), ..options }).is_err());
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let failed = CurveRow { status: Status::Failed, error: "no room".into(), ..point("web", "lru", "exact", 9, 0.0) };
    assert!(refused("hit-ratio-curve", std::slice::from_ref(&failed)).contains("no room"));
    let rows = [point("web", "lru", "exact", 1, 0.1), point("web", "lru", "exact", 9, 0.2), failed];
    assert_eq!(collect(&rows, XAxis::Capacity, Metric::HitRatio).unwrap().panels[0].xs(), [1.0, 9.0]);
    let zero = [point("web", "lru", "exact", 1, 0.1), point("web", "lru", "exact", 0, 0.1)];
    assert!(refused("hit-ratio-curve", &zero).starts_with("row 2 (lru, web): capacity: 0"));
    let unknown = CurveRow { objects: 0, ..point("web", "lru", "exact", 1, 0.1) };
    let options = PlotOptions { x: Some(XAxis::Share), ..PlotOptions::default() };
    assert!(drawn("hit-ratio-curve", &[unknown], &options).unwrap_err().to_string().contains("objects: 0"));
    let options = PlotOptions { y: Some(Metric::ByteHitRatio), ..PlotOptions::default() };
    assert!(drawn("hit-ratio-curve", &rows, &options).unwrap_err().to_string().contains("--size bytes"));
    let both = Input { rows: &[row("web", "lru", 10, 0.1)], curves: &rows, ..Input::default() };
    let error = draw("hit-ratio-curve", &both, &PlotOptions::default()).unwrap_err().to_string();
    assert!(error.contains("--method replay"), "{error}");
    assert!(refused("speed", &rows).contains("no rows to draw"));
}

#[test]
fn curves_are_chosen_like_results() {
    let rows = [everything(), curve("web", "sieve", "batch", 9, (0.1, 0.0))].concat();
    let select = |policies: &str, capacities: &[&str]| Selection {
        policies: vec![policies.into()],
        traces: vec!["web".into()],
        capacities: capacities.iter().map(ToString::to_string).collect(),
    };
    let chosen = |select: Selection| select.apply(&Input { curves: &rows, ..Input::default() }).map(|kept| kept.curves);
    let kept = chosen(select("sieve,infinite", &[])).unwrap();
    assert!(kept.len() == 10 && kept.iter().all(|row| row.trace == "web"), "{}", kept.len());
    assert_eq!(chosen(select("sieve", &["200k"])).unwrap().len(), 1);
    let error = chosen(select("arc", &[])).err().unwrap().to_string();
    assert!(error.contains("belady-size, gdsf, infinite, lru"), "{error}");
}
