//! The page of `evictlab report`: drawn, quiet, offline, operable by mouse and keyboard, readable on a phone, light.

use crate::browser::{Page, report};
use crate::command::Place;
use evictlab::record::{Part, Row, Status, Window, write_csv, write_windows};
use serde_json::Value;
use std::time::Instant;

/// A name that HTML, scripts, Plotly and CSV each would trip over.
const ODD: &str = "an \"odd\" <b>trace</b>, & 'more' </script><!-- $x$ %{y} \u{2028}ü";

const POLICIES: [&str; 5] = ["lru", "fifo", "sieve", "s3-fifo", "belady"];

fn row(trace: &str, policy: &str, capacity: u64, hit_ratio: f64) -> Row {
    let mut row = Row {
        schema: 1,
        trace: trace.into(),
        policy: policy.into(),
        admission: "always".into(),
        prefetch: "none".into(),
        capacity,
        capacity_given: format!("{}%", capacity as f64 / 100.0),
        size_mode: "unit".into(),
        requests: 100_000,
        hits: (hit_ratio * 1e5) as u64,
        objects: 10_000,
        footprint_bytes: 10_000,
        seconds: 0.01,
        requests_per_second: 1e7 + 1e6 * policy.len() as f64,
        pass_cells: 1,
        seed: 42,
        version: "0.1.0".into(),
        ..Row::default()
    };
    row.misses = row.requests - row.hits;
    (row.bytes_requested, row.bytes_hit) = (row.requests, row.hits);
    row.derive_ratios();
    row
}

/// Three traces, five policies, six sizes, one failure.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (t, trace) in [ODD, "second", "third"].into_iter().enumerate() {
        for (p, policy) in POLICIES.into_iter().enumerate() {
            for c in 0..6u32 {
                rows.push(row(trace, policy, 50 << c, 0.1 + 0.12 * f64::from(c) + 0.02 * p as f64 + 0.03 * t as f64));
            }
        }
    }
    rows[4].status = Status::Failed;
    rows[4].error = "it <broke>".into();
    rows
}

fn windows() -> Vec<Window> {
    let of = |policy: &str, window: u64| Window {
        trace: ODD.into(),
        policy: policy.into(),
        admission: "always".into(),
        prefetch: "none".into(),
        capacity: 100,
        window,
        start_request: window * 1000,
        end_request: window * 1000 + 1000,
        requests: 1000,
        hits: 300 + 20 * window + policy.len() as u64,
        ..Window::default()
    };
    POLICIES.into_iter().flat_map(|policy| (0..20).map(move |w| of(policy, w))).collect()
}

fn csv(rows: &[Row]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_csv(rows, Part::Whole, &mut bytes).unwrap();
    bytes
}

/// A folder `study` with everything that a sweep leaves.
fn study() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("study")).unwrap();
    let mut over_time = Vec::new();
    write_windows(&windows(), evictlab::record::Format::Csv, &mut over_time).unwrap();
    place.write("study/results.csv", csv(&rows()));
    place.write("study/windows.csv", over_time);
    place.write("study/spec.toml", "question = \"</script>\"\n# <b>\n");
    let manifest = serde_json::json!({
        "question": "What does <i>it</i> cost?",
        "command": ["evictlab", "sweep", "run", "study.toml"],
        "machine": {"cores": 2},
        "traces": [{"name": ODD, "requests": 100_000, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}],
        "warnings": ["one"],
    });
    place.write("study/manifest.json", manifest.to_string());
    place
}

/// A folder `sweep` with two swept parameters.
fn sweep(place: &Place) {
    let mut rows = Vec::new();
    for (a, alpha) in ["0.6", "0.8", "1.0"].into_iter().enumerate() {
        for (s, small) in ["0.05", "0.1", "0.2"].into_iter().enumerate() {
            let mut row = row(&format!("zipf:alpha={alpha}"), "s3-fifo", 100, 0.2 + 0.1 * a as f64 + 0.05 * s as f64);
            row.params = format!("small={small}");
            row.parameters = vec![("alpha".into(), alpha.into()), ("small".into(), small.into())];
            rows.push(row);
        }
    }
    std::fs::create_dir(place.path("sweep")).unwrap();
    place.write("sweep/results.csv", csv(&rows));
}

/// Nothing was said in the console, and nothing but the page itself was asked for.
#[track_caller]
fn quiet(page: &Page) {
    assert_eq!(page.said(), Vec::<String>::new());
    let asked = page.asked();
    assert!(asked.len() == 1 && asked[0].starts_with("file://"), "{asked:?}");
}

/// The series of a chart that are on the screen.
fn drawn(chart: &str) -> String {
    format!("document.querySelectorAll('#chart-{chart} .scatterlayer .trace').length")
}

#[test]
fn every_chart_is_drawn_and_nothing_is_fetched() {
    let place = study();
    sweep(&place);
    let Some(page) = Page::open(&report(&place, "study"), 1280, 900) else { return };
    page.picture("study");
    // Three panels with five series each; one series has a point less, none is missing.
    assert_eq!(page.count(&drawn("curves")), 15);
    assert_eq!(page.count("document.querySelectorAll('#chart-curves .scatterlayer .point').length"), 89);
    assert_eq!(page.count("document.querySelectorAll('#chart-spread .boxlayer .trace').length"), 4);
    assert_eq!(page.count(&drawn("time")), 5);
    // And the line that joins the best.
    assert_eq!(page.count(&drawn("speed")), 6);
    for chart in ["curves", "spread", "time", "speed"] {
        let found = page.find(&format!("document.querySelector('#chart-{chart} .main-svg')"));
        assert!(found.width > 900.0 && found.height > 200.0, "{chart}: {found:?}");
    }
    let names =
        page.value("[...document.querySelectorAll('#chart-curves .annotation-text')].map((t) => t.textContent)");
    let odd = names[0].as_str().unwrap().trim_end_matches('…').to_owned();
    assert!(odd.len() > 10 && ODD.starts_with(&odd), "{names}");
    let text = page.value("document.body.innerText");
    let text = text.as_str().unwrap();
    for words in [
        "What does <i>it</i> cost?",
        "question = \"</script>\"",
        "it <broke>",
        "evictlab sweep run study.toml",
        "@misc{evictlab",
    ] {
        assert!(text.contains(words), "no {words}");
    }
    quiet(&page);

    let Some(page) = Page::open(&report(&place, "sweep"), 1280, 900) else { return };
    page.picture("sweep");
    assert_eq!(page.count("document.querySelectorAll('#chart-heat .heatmaplayer .hm image').length"), 1);
    let cells = page
        .value("[...document.querySelectorAll('#chart-heat .scatterlayer .textpoint text')].map((t) => t.textContent)");
    assert_eq!(cells.as_array().unwrap().len(), 9, "{cells}");
    assert!(cells.as_array().unwrap().contains(&Value::from("50.0")), "{cells}");
    quiet(&page);
}

#[test]
fn a_click_in_the_legend_hides_a_series_and_another_brings_it_back() {
    let place = study();
    let Some(page) = Page::open(&report(&place, "study"), 1280, 900) else { return };
    for (chart, hidden) in [("curves", 12), ("time", 4), ("speed", 5)] {
        let entry = format!("document.querySelectorAll('#chart-{chart} .legendtoggle')[1]");
        let before = page.count(&drawn(chart));
        page.click(page.find(&entry).at(0.5, 0.5));
        page.wait(&format!("{} === {hidden}", drawn(chart)));
        page.wait(&format!("{entry}.getAttribute('aria-checked') === 'false'"));
        // A second click within the time of a double click would be one.
        std::thread::sleep(std::time::Duration::from_millis(600));
        page.click(page.find(&entry).at(0.5, 0.5));
        page.wait(&format!("{} === {before}", drawn(chart)));
        page.value(&format!("{entry}.focus()"));
        page.press_enter();
        page.wait(&format!("{} === {hidden}", drawn(chart)));
        // What is hidden stays hidden when something else is chosen.
        if chart == "curves" {
            page.value("(() => { const s = document.querySelectorAll('#chart-curves select')[1]; s.value = 'miss'; s.dispatchEvent(new Event('change')) })()");
            page.wait("document.querySelector('#chart-curves .ytitle').textContent === 'Miss ratio (%)'");
            assert_eq!(page.count(&drawn(chart)), hidden);
        }
    }
    quiet(&page);
}

#[test]
fn dragging_zooms_and_pointing_tells_the_numbers() {
    let place = study();
    let Some(page) = Page::open(&report(&place, "study"), 1280, 900) else { return };
    let chart = "document.querySelector('#chart-curves .plot')";
    page.value(&format!("(() => {{ const s = {chart}.closest('figure').querySelector('select'); s.value = '0'; s.dispatchEvent(new Event('change')) }})()"));
    page.wait(&format!("{} === 5", drawn("curves")));

    let point =
        page.find("document.querySelectorAll('#chart-curves .scatterlayer .trace')[4].querySelectorAll('.point')[3]");
    page.point_at(point.at(0.5, 0.5));
    page.wait("document.querySelectorAll('#chart-curves .hoverlayer .hovertext').length === 1");
    let told = page.value("document.querySelector('#chart-curves .hoverlayer .hovertext').textContent");
    let told = told.as_str().unwrap();
    for words in
        ["belady", "cache size 4% = 400 objects", "hit ratio 54.00 %", "100,000 requests", "<b>trace</b>", "%{y}"]
    {
        assert!(told.contains(words), "no '{words}' in {told}");
    }

    let range = |axis: &str| format!("({chart}._fullLayout.{axis}.range[1] - {chart}._fullLayout.{axis}.range[0])");
    let before = [page.number(&range("xaxis")), page.number(&range("yaxis"))];
    let field = page.find("document.querySelector('#chart-curves .nsewdrag')");
    page.drag(field.at(0.3, 0.3), field.at(0.6, 0.7));
    page.wait(&format!("{} < {}", range("xaxis"), before[0] * 0.5));
    assert!(page.number(&range("yaxis")) < before[1] * 0.5);
    // The labels follow: there are still some in what is left of the axis.
    page.wait("document.querySelectorAll('#chart-curves .xtick').length >= 2");
    quiet(&page);
}

/// Whatever sticks out of a window of this width and is in no box that scrolls; and texts of less than 12 pixels.
fn too_wide_or_small(page: &Page, width: u32) -> (Value, Value) {
    let wide = page.value(&format!(
        "[...document.body.querySelectorAll('*')].filter((e) => !e.closest('.scroll, pre, .skip, .plot svg') \
         && e.getBoundingClientRect().right > {width} + 0.5).map((e) => e.tagName + '.' + e.className)"
    ));
    let small = page.value(
        "(() => { const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
         while (walk.nextNode()) { const e = walk.currentNode.parentElement; \
         if (!walk.currentNode.data.trim() || !e.getClientRects().length || e.closest('script, style')) continue; \
         const size = parseFloat(getComputedStyle(e).fontSize); \
         if (size < 12) found.push(size + ' ' + walk.currentNode.data) } return found })()",
    );
    (wide, small)
}

#[test]
fn a_phone_shows_everything_in_its_width_and_large_enough() {
    let place = study();
    sweep(&place);
    let nothing = Value::Array(Vec::new());
    for folder in ["study", "sweep"] {
        let Some(page) = Page::open(&report(&place, folder), 1280, 900) else { return };
        for width in [390, 360] {
            page.resize(width, 740, true);
            let fits = format!("(s) => s.getBoundingClientRect().width <= {width} - 20");
            page.wait(&format!("[...document.querySelectorAll('.main-svg')].every({fits})"));
            page.value("document.querySelectorAll('details').forEach((d) => { d.open = true })");
            page.picture(&format!("{folder}-phone-{width}"));
            assert_eq!(page.count("document.documentElement.scrollWidth"), u64::from(width));
            assert_eq!(too_wide_or_small(&page, width), (nothing.clone(), nothing.clone()));
        }
        quiet(&page);
    }
}

#[test]
fn a_click_on_a_heading_sorts_the_statistics() {
    let place = study();
    let Some(page) = Page::open(&report(&place, "study"), 1280, 900) else { return };
    let table = "document.querySelectorAll('#summary table.sorted')[1]";
    let series = format!("[...{table}.tBodies[0].rows].map((r) => r.cells[0].textContent).join()");
    let heading =
        |name: &str| format!("[...{table}.tHead.rows[0].cells].find((c) => c.textContent.startsWith('{name}'))");
    assert!(page.value(&format!("{table}.caption.textContent")).as_str().unwrap().contains("against fifo"));
    let first = page.value(&series);
    let sorted = |page: &Page, name: &str, order: &str| {
        page.click(page.find(&format!("{}.querySelector('button')", heading(name))).at(0.5, 0.5));
        page.wait(&format!("{}.getAttribute('aria-sort') === '{order}'", heading(name)));
        page.value(&series)
    };
    // The later in the list, the higher its hit ratio was made.
    assert_eq!(first, Value::from("belady,s3-fifo,sieve,lru"));
    assert_eq!(sorted(&page, "mean", "descending"), first);
    assert_eq!(sorted(&page, "mean", "ascending"), Value::from("lru,sieve,s3-fifo,belady"));
    assert_eq!(sorted(&page, "series", "ascending"), Value::from("belady,lru,s3-fifo,sieve"));
    quiet(&page);
}

#[test]
fn the_table_sorts_and_filters() {
    let place = study();
    let Some(page) = Page::open(&report(&place, "study"), 1280, 900) else { return };
    let rows = "document.querySelectorAll('#grid tbody tr')";
    let column = |name: &str| {
        format!(
            "[...document.querySelectorAll('#grid thead button')].findIndex((b) => b.textContent.startsWith('{name}'))"
        )
    };
    let cell = |name: &str| format!("{rows}[0].children[{}].textContent", column(name));
    assert_eq!(page.count(&format!("{rows}.length")), 90);
    assert_eq!(page.value(&cell("trace")), Value::from(ODD));

    let button = format!("document.querySelectorAll('#grid thead button')[{}]", column("hit_ratio"));
    page.click(page.find(&button).at(0.5, 0.5));
    page.wait(&format!("{button}.closest('th').getAttribute('aria-sort') === 'descending'"));
    // The last size of the last policy on the last trace: 0.1 + 0.6 + 0.08 + 0.06.
    assert_eq!(page.value(&cell("hit_ratio")), Value::from("0.8400"));
    page.click(page.find(&button).at(0.5, 0.5));
    page.wait(&format!("{} === '0.0000' || {} === '0.1000'", cell("hit_ratio"), cell("hit_ratio")));

    page.value("document.querySelector('#grid input[type=search]').focus()");
    page.write("sieve third");
    page.wait(&format!("{rows}.length === 6"));
    page.write(" hit_ratio>=0.5");
    page.wait(&format!("{rows}.length === 3"));
    assert!(
        page.value("document.querySelector('#grid [role=status]').textContent")
            .as_str()
            .unwrap()
            .contains("of 3 (of 90)")
    );
    page.write(" nothing");
    page.wait(&format!("{rows}.length === 0"));
    quiet(&page);
}

#[test]
fn ten_thousand_rows_are_quick_and_light() {
    let place = Place::new();
    let mut rows = Vec::new();
    for t in 0..25u64 {
        for p in 0..20u64 {
            for c in 0..20u64 {
                let mut row =
                    row(&format!("a-trace-of-a-collection-{t}.oracleGeneral.zst"), "s3-fifo", 100 + 50 * c, 0.0);
                row.cell = format!("{:016x}", (t * 400 + p * 20 + c).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                row.params = format!("ghost=0.9;small={}", 0.01 * p as f64);
                row.parameters = vec![("small".into(), (0.01 * p as f64).to_string())];
                row.hits = (t * 7919 + p * 104_729 + c * 1_299_709) % row.requests;
                row.misses = row.requests - row.hits;
                row.evictions = row.misses.saturating_sub(17);
                row.seconds = row.hits as f64 / 1.7e7;
                row.derive_ratios();
                rows.push(row);
            }
        }
    }
    assert_eq!(rows.len(), 10_000);
    std::fs::create_dir(place.path("large")).unwrap();
    place.write("large/results.csv", csv(&rows));
    let begun = Instant::now();
    let file = report(&place, "large");
    let seconds = begun.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(&file).unwrap().len();
    assert!(bytes < 8_000_000, "{bytes} bytes");
    // It takes less than a second of the processor; tests run side by side, on machines that have other things to do.
    let allowed = 20.0;
    assert!(seconds < allowed, "{seconds} s");
    assert_eq!(
        std::fs::read(&file).unwrap(),
        std::fs::read(report(&place, "large")).unwrap(),
        "the same input, other bytes"
    );

    let Some(page) = Page::open(&file, 1280, 900) else { return };
    page.picture("large");
    assert_eq!(page.count("document.querySelectorAll('#grid tbody tr').length"), 100);
    assert!(page.number("document.querySelectorAll('*').length") < 20_000.0, "the document is too heavy");
    quiet(&page);
}
