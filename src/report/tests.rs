//! What a figure must be, whatever it looks like.

use super::sample::{POLICIES, row, rows};
use super::scene::{Anchor, Item, Scene, Text};
use super::*;
use crate::record::Status;

const TWO: [&str; 2] = ["web-cdn.oracleGeneral.zst", "zipf:objects=1e6,alpha=1.0,requests=2e7"];

fn sizes() -> impl Iterator<Item = PlotOptions> {
    SIZES.iter().map(|size| PlotOptions::of(size))
}

const CURVE: &str = "hit-ratio-curve";

fn drawing(rows: &[Row], options: &PlotOptions) -> Result<Drawing> {
    draw(CURVE, &Input { rows, ..Input::default() }, options)
}

fn draw_svg(rows: &[Row], options: &PlotOptions) -> Result<String> {
    drawing(rows, options)?.svg()
}

fn draw_png(rows: &[Row], options: &PlotOptions) -> Result<Vec<u8>> {
    drawing(rows, options)?.png()
}

fn scene(rows: &[Row], options: &PlotOptions) -> Scene {
    drawing(rows, options).unwrap().scene
}

pub(super) fn texts(scene: &Scene) -> Vec<&Text> {
    scene.items.iter().filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect()
}

fn markers(scene: &Scene) -> usize {
    scene.items.iter().filter(|item| matches!(item, Item::Marker { .. })).count()
}

/// The box of a text: left, top, right, bottom.
fn bounds(text: &Text) -> [f64; 4] {
    let width = font::width(&text.content, text.size);
    let before = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => width / 2.0,
        Anchor::End => width,
    };
    let ((x, y), up, down) = (text.at, 0.8 * text.size, 0.25 * text.size);
    if text.upright {
        [x - up, y + before - width, x + down, y + before]
    } else {
        [x - before, y - up, x - before + width, y + down]
    }
}

/// Nothing is clipped and no text runs into another.
pub(super) fn check_texts(scene: &Scene) {
    let texts: Vec<&Text> = texts(scene).into_iter().filter(|text| !text.content.is_empty()).collect();
    for (i, text) in texts.iter().enumerate() {
        let a = bounds(text);
        let inside = a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= scene.width && a[3] <= scene.height;
        assert!(inside, "'{}' leaves {} x {}: {a:?}", text.content, scene.width, scene.height);
        for other in &texts[..i] {
            let b = bounds(other);
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "'{}' runs into '{}'", text.content, other.content);
        }
    }
}

#[test]
fn every_label_is_in_the_legend_once() {
    for options in sizes() {
        let svg = draw_svg(&rows(&TWO), &options).unwrap();
        for policy in POLICIES {
            assert_eq!(svg.matches(&format!("\n{policy}\n</text>")).count(), 1, "{policy}");
        }
        for wanted in ["Hit ratio (%)", "Cache size (objects)", "1k", "10k", "sans-serif"] {
            assert!(svg.contains(wanted), "{wanted}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
    }
}

#[test]
fn every_measured_point_has_a_marker() {
    for options in sizes() {
        assert_eq!(markers(&scene(&rows(&TWO), &options)), 9 * 8 * 2 + 9);
        let lru: Vec<Row> = rows(&["web"]).into_iter().filter(|r| r.policy == "lru").collect();
        let svg = draw_svg(&lru, &options).unwrap();
        assert_eq!(svg.matches("<circle").count(), 2 * (8 + 1), "each with its rim");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let options = PlotOptions::of(&theme::COLUMN);
    let draw = || draw_svg(&rows(&TWO), &options).unwrap();
    assert_eq!(draw(), draw());
    let draw = || draw_png(&rows(&TWO), &options).unwrap();
    assert_eq!(draw(), draw());
}

#[test]
fn a_png_has_the_size_asked_for() {
    for (options, size) in sizes().zip([(1000u32, 750u32), (1920, 1080)]) {
        let png = draw_png(&rows(&["web"]), &options).unwrap();
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[16..20], size.0.to_be_bytes());
        assert_eq!(png[20..24], size.1.to_be_bytes());
        let svg = draw_svg(&rows(&["web"]), &options).unwrap();
        assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", options.width, options.height)));
    }
}

#[test]
fn text_is_never_clipped_nor_overlaps() {
    let six = ["a", "b", "c", "d", "e", "f"];
    let long = "x".repeat(300);
    for mut options in sizes() {
        for title in [None, Some("Hit ratios of nine eviction policies".to_owned())] {
            options.title = title;
            for traces in [&TWO[..1], &TWO, &six, &[long.as_str(), "b"]] {
                check_texts(&scene(&rows(traces), &options));
            }
            let one: Vec<Row> = rows(&TWO).into_iter().filter(|r| r.capacity == 900).collect();
            check_texts(&scene(&one, &options));
        }
        options.x = Some(XAxis::Share);
        check_texts(&scene(&rows(&TWO), &options));
        (options.width, options.height) = (160, 120);
        check_texts(&scene(&rows(&TWO), &options));
    }
}

#[test]
fn byte_capacities_have_byte_units() {
    let mut bytes = rows(&["web"]);
    for row in &mut bytes {
        row.size_mode = "bytes".into();
        row.capacity *= 65_536;
        row.footprint_bytes = 1 << 34;
    }
    for options in sizes() {
        let drawn = scene(&bytes, &options);
        check_texts(&drawn);
        assert!(texts(&drawn).iter().any(|t| t.content.ends_with("MiB")));
    }
    // The same trace in both modes: two panels, each with an axis of its own.
    bytes.extend(rows(&["web"]));
    let drawn = scene(&bytes, &PlotOptions::default());
    check_texts(&drawn);
    for wanted in ["web (bytes)", "web (objects)", "Cache size (bytes)", "Cache size (objects)"] {
        assert_eq!(texts(&drawn).iter().filter(|t| t.content == wanted).count(), 1, "{wanted}");
    }
}

#[test]
fn many_series_with_long_names_still_work() {
    let mut many = Vec::new();
    for i in 0..30 {
        for capacity in [10, 100, 1000] {
            let mut row = row("web", "w-tiny-lfu", capacity, 0.01 * f64::from(i));
            row.params = format!("protected=0.8;sketch-counters-per-object=10;window=0.{i:02}");
            many.push(row);
        }
    }
    for options in sizes() {
        let drawn = scene(&many, &options);
        check_texts(&drawn);
        assert_eq!(markers(&drawn), 30 * 3 + 30);
        // Only what differs is in the label.
        assert!(texts(&drawn).iter().any(|t| t.content == "w-tiny-lfu window=0.07"));
        assert!(f64::from(options.height) <= drawn.height);
    }
}

#[test]
fn failed_rows_are_skipped_and_repetitions_averaged() {
    let failed = Row { status: Status::Failed, error: "no room".into(), ..row("web", "arc", 100, 0.0) };
    let again = Row { repetition: 1, seed: 43, ..row("web", "lru", 100, 0.4) };
    let all = [row("web", "lru", 100, 0.2), failed.clone(), again, row("web", "lru", 1000, 0.5)];
    let data = series::collect(&all, XAxis::Capacity, Metric::HitRatio).unwrap();
    assert_eq!(data.labels, ["lru"]);
    let points = &data.panels[0].curves[0].dots;
    assert!((points[0].y - 30.0).abs() < 1e-9 && points.len() == 2, "{points:?}");

    let error = draw_svg(&[failed], &PlotOptions::default()).unwrap_err();
    assert!(error.to_string().contains("hint:") && error.to_string().contains("no room"), "{error}");
    let error = draw_png(&[], &PlotOptions::default()).unwrap_err();
    assert!(error.to_string().contains("hint:"), "{error}");
}

#[test]
fn settings_that_change_the_meaning_are_not_averaged() {
    let renewed = Row { ttl_mode: "lazy+renew".into(), ..row("web", "lru", 100, 0.4) };
    let data = series::collect(&[row("web", "lru", 100, 0.2), renewed], XAxis::Capacity, Metric::HitRatio).unwrap();
    assert_eq!(data.labels, ["lru ttl=off", "lru ttl=lazy+renew"]);
}

#[test]
fn bad_numbers_name_their_row() {
    let bad = Row { hit_ratio: f64::NAN, ..row("web", "lru", 100, 0.2) };
    let error = draw_svg(&[row("web", "lru", 10, 0.1), bad], &PlotOptions::default()).unwrap_err();
    assert!(error.message().starts_with("row 2 (lru, web): hit_ratio"), "{error}");
    let zero = draw_svg(&[row("web", "lru", 0, 0.1)], &PlotOptions::default()).unwrap_err();
    assert!(zero.message().contains("capacity"), "{zero}");
    let options = PlotOptions { x: Some(XAxis::Share), ..PlotOptions::default() };
    let unknown = Row { objects: 0, ..row("web", "lru", 10, 0.1) };
    assert!(draw_svg(&[unknown], &options).unwrap_err().message().contains("objects"));
    for bad in [0.0, f64::NAN, -1.0, 99.0] {
        let options = PlotOptions { scale: bad, ..PlotOptions::default() };
        assert!(draw_png(&rows(&["web"]), &options).is_err(), "{bad}");
    }
}

#[test]
fn names_cannot_break_the_svg() {
    let svg = draw_svg(&[row("a<b>&\u{1}\"c\"", "lru", 100, 0.5)], &PlotOptions::default()).unwrap();
    assert!(svg.contains("a&lt;b&gt;&amp;&quot;c&quot;") && !svg.contains('\u{1}'));
}

#[test]
fn figures_are_found_by_name() {
    assert_eq!(figure("hit-ratio-curve").unwrap().name, "hit-ratio-curve");
    let error = figure("hit-ratio-curv").err().unwrap();
    assert!(error.to_string().contains("did you mean 'hit-ratio-curve'?"), "{error}");
    assert!(figure("pie").err().unwrap().to_string().contains("figures are: hit-ratio-curve"));
}
