//! `evictlab report` without a browser: folders of every kind, what the page says and is made of.

use crate::command::{Place, bundled};
use std::path::Path;

const SPEC: &str = r#"
question = "Is the <small> queue worth it?"
capacities = ["1%", "10%"]
policies = ["fifo", "lru", "belady"]
[[policy]]
name = "s3-fifo"
small = [0.1, 0.4]
[[workload]]
kind = "zipf"
objects = 1000
alpha = [0.8, 1.0]
requests = 20_000
"#;

/// What lies between the end of `begin` and the next `end`.
#[track_caller]
fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let from = page.find(begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    &page[from..from + page[from..].find(end).unwrap()]
}

/// The page without its scripts and styles.
fn words(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some((at, close)) = ["script", "style"]
        .iter()
        .filter_map(|name| Some((rest.find(&format!("<{name}"))?, format!("</{name}>"))))
        .min()
    {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find(&close).unwrap() + close.len()..];
    }
    kept + rest
}

#[test]
fn a_sweep_is_a_page_with_everything_and_always_the_same() {
    let place = Place::with(&[("study.toml", SPEC.as_bytes())]);
    place.run("sweep run study.toml --output out --quiet").done();
    let said = place.run("report out").done().stderr;
    assert!(said.contains("wrote out/report.html"), "{said}");
    let page = place.read("out/report.html");
    let text = words(&page);
    for part in [
        "<title>out – evictlab</title>",
        "Is the &lt;small&gt; queue worth it?",
        "question = &quot;Is the &lt;small&gt; queue worth it?&quot;",
        "evictlab sweep run study.toml --output out --quiet",
        "Reduction of the miss ratio against fifo, in %",
        "Best policy by trace and cache size",
        "@misc{s3-fifo-2023",
        "<noscript>",
        "need JavaScript",
    ] {
        assert!(text.contains(part), "no {part}");
    }
    assert!(!text.contains("Unfinished") && !text.contains("in the folder:"));
    // The folder is a sweep's still, and the page is made of it alone.
    assert_eq!(place.run("report out").ended(2).stderr.lines().next(), Some("error: out/report.html exists"));
    place.run("report out --output other.html").done();
    assert_eq!(place.read("other.html"), page);
    place.run("sweep check out --sample 1").done();
    place.run("sweep run study.toml --output out --quiet").done();
}

#[test]
fn a_sweep_that_was_ended_early_is_told_from_its_journal() {
    let place = Place::with(&[("study.toml", SPEC.as_bytes())]);
    place.run("sweep run study.toml --output out --quiet").done();
    let journal = place.read("out/journal.jsonl");
    let lines: Vec<&str> = journal.lines().collect();
    assert!(lines.len() > 12, "{journal}");
    std::fs::create_dir(place.path("cut")).unwrap();
    place.write("cut/spec.toml", place.read("out/spec.toml"));
    // Half of it, the last line torn.
    let torn = lines[10].split_at(lines[10].len() / 2).0;
    place.write("cut/journal.jsonl", format!("{}\n{torn}", lines[..10].join("\n")));
    let said = place.run("report cut").done().stderr;
    assert!(said.contains("of 20 cells are finished"), "{said}");
    let text = words(&place.read("cut/report.html"));
    assert!(text.contains("Unfinished: ") && text.contains(" of 20 cells of the plan"));
    assert!(text.contains("No <code>manifest.json</code> in the folder"));

    // The header of the journal alone.
    place.write("cut/journal.jsonl", format!("{}\n", lines[0]));
    let said = place.run("report cut --force").ended(1).stderr;
    assert!(said.contains("cut: no cell is finished yet"), "{said}");
}

#[test]
fn any_folder_with_results_will_do() {
    let place = Place::new();
    std::fs::create_dir(place.path("own")).unwrap();
    let trace = bundled("compile.csv.zst");
    assert!(Path::new(&trace).is_file());
    let run = ["run", "--trace", &trace, "--policy", "lru,sieve", "--capacity", "1%,5%", "--output", "own/results.csv"];
    place.run_args(&[&run[..], &["--quiet"]].concat()).done();
    place.run_args(&["report", "own", "--title", "A <title> & more"]).done();
    let page = place.read("own/report.html");
    assert!(page.contains("<h1>A &lt;title&gt; &amp; more</h1>"));
    let text = words(&page);
    for name in ["manifest.json", "spec.toml"] {
        assert!(text.contains(&format!("No <code>{name}</code> in the folder")), "{name}");
    }
    assert!(text.contains("The rows were made by evictlab"));
}

#[test]
fn nothing_in_the_data_ends_the_script() {
    let place = Place::new();
    std::fs::create_dir(place.path("bad")).unwrap();
    let run = "run --workload zipf:objects=100,requests=1000 --policy lru,fifo --capacity 10 --output bad/results.csv";
    place.run(run).done();
    let odd = "<script>alert(1)</script><!--";
    place.write("bad/results.csv", place.read("bad/results.csv").replace("zipf:objects=100", odd));
    place.run("report bad").done();
    let page = place.read("bad/report.html");
    assert!(!page.contains(odd) && !page.contains("<script>alert"));
    let data = between(&page, "id=\"data\" type=\"application/json\">", "</script>");
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert!(data["panels"][0]["name"].as_str().unwrap().starts_with(odd), "{}", data["panels"]);
}

#[test]
fn what_is_no_study_is_said() {
    let place = Place::with(&[("results.csv", b"not,results\n1,2\n")]);
    std::fs::create_dir(place.path("empty")).unwrap();
    let said = |args: &str, code| place.run(args).ended(code).stderr;
    assert!(said("report empty", 2).contains("empty is no folder with a results.csv"));
    assert!(said("report nowhere", 2).contains("nowhere is no folder with a results.csv"));
    assert!(said("report . --output page.pdf", 2).contains("end the name with .html"));
    assert!(said("report .", 1).contains("results.csv:1"));
    let run = "run --workload zipf:objects=100,requests=1000 --policy lru --capacity 10 --output empty/results.csv";
    place.run(run).done();
    place.write("empty/manifest.json", "{\n  \"cells\": }");
    assert!(said("report empty", 1).contains("manifest.json:2: column 12"));
    place.write("empty/manifest.json", "[1, \"any JSON\"]");
    place.run("report empty").done();
}
