//! Specs of sweeps: what they may say, and what is said of every mistake.

use super::command::Place;
use std::collections::BTreeSet;

/// Plans a spec and gives the rows of its cells.
fn planned(spec: &str) -> Vec<super::command::Record> {
    let place = Place::with(&[("s.toml", spec.as_bytes())]);
    place.run("sweep plan s.toml --format csv").done().rows()
}

/// What is said of a spec with mistakes.
fn said(spec: &str) -> String {
    let place = Place::with(&[("s.toml", spec.as_bytes())]);
    let ran = place.run("sweep plan s.toml").ended(2);
    assert_eq!(ran.stdout, "");
    ran.stderr
}

const FINE: &str = "capacities = [\"10%\"]\npolicies = [\"lru\"]\n[[workload]]\nkind = \"scan\"\n";

#[test]
fn lists_stand_for_every_combination() {
    let cells = planned(
        "seed = [1, 2]\nrepetitions = 2\ncapacities = [\"1%\", \"log:2%..8%:3\"]\n\
         [[policy]]\nname = \"s3-fifo\"\nsmall = [0.1, 0.2]\nghost = [0.5, 1.0]\n[[policy]]\nname = [\"lru\", \"random\"]\n\
         [[workload]]\nkind = \"zipf\"\nalpha = [0.6, 0.8, 1.0]\nobjects = 1000\nrequests = 1000\n\
         [replay]\nttl = [\"off\", \"60s\"]\n",
    );
    // Three workloads, two seeds, two times to live; six policies, four capacities, two repetitions.
    assert_eq!(cells.len(), 3 * 2 * 2 * 6 * 4 * 2);
    let keys: BTreeSet<&str> = cells.iter().map(|cell| cell["cell"].as_str()).collect();
    assert_eq!(keys.len(), cells.len());
    assert_eq!(cells[0]["params"], "fill=paper;ghost=0.5;small=0.1;threshold=2");
    assert!(cells[0]["trace"].contains("alpha=0.6") && cells[0]["seed"] == "1");
}

#[test]
fn exclusions_match_names_numbers_and_patterns() {
    let spec = |exclude: &str| {
        format!(
            "capacities = [\"1%\", \"10%\"]\npolicies = [\"lru\", \"fifo\"]\n[[policy]]\nname = \"s3-fifo\"\nsmall = [0.1, 0.25]\n\
             [[workload]]\nkind = \"zipf\"\nalpha = [0.6, 0.8]\nrequests = 1000\n{exclude}"
        )
    };
    assert_eq!(planned(&spec("")).len(), 16);
    assert_eq!(planned(&spec("[[exclude]]\npolicy = [\"lru\", \"f*\"]\n")).len(), 8);
    assert_eq!(planned(&spec("[[exclude]]\nsmall = 0.250\ncapacity = \"1%\"\n")).len(), 14);
    assert_eq!(
        planned(&spec("[[exclude]]\nalpha = 0.6\n[[exclude]]\ntrace = \"*alpha=0.8*\"\npolicy = \"lru\"\n")).len(),
        6
    );
    assert!(said(&spec("[[exclude]]\npolicy = \"*\"\n")).contains("leave no cell"));
}

#[test]
fn keys_do_not_depend_on_the_rest_of_the_spec() {
    let keys =
        |spec: &str| -> BTreeSet<String> { planned(spec).into_iter().map(|cell| cell["cell"].clone()).collect() };
    let more = FINE.replace("\"lru\"", "\"fifo\", \"lru\", \"sieve\"").replace("10%", "5%\", \"10%");
    assert!(keys(&more).is_superset(&keys(FINE)));
    let other = format!("seed = 7\n{FINE}");
    assert!(keys(&other).is_disjoint(&keys(FINE)));
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let text = r#"seeds = 1
seed = [1, 1, -2]
repetitions = 0
capacities = ["1%", "200%", "64MiB", "ten"]
policies = ["lur", "s3-fifo:smal=1"]
figures = ["hit-ratio-curv"]
[replay]
size = "blocks"
tll = "off"
warmup = "soon"
[[policy]]
name = "s3-fifo"
small = [0.1, 2.0]
gost = 1
[[policy]]
small = 0.1
[[trace]]
file = "missing.csv"
format = "nonsense"
sample = 2
colour = "red"
[[trace]]
bundled = "compiler"
[[workload]]
kind = "zip"
[[workload]]
kind = "zipf"
alfa = 0.9
objects = [10, -1]
[[workload]]
spec = "zipf:alpha="
kind = "zipf"
[[workload]]
objects = 5
[[exclude]]
polcy = "lru"
[[exclude]]
"#;
    let said = said(text);
    for expected in [
        "s.toml:1:1: unknown key 'seeds'",
        "did you mean 'seed'?",
        "s.toml:2:12: 'seed' has 1 twice",
        "s.toml:2:15: ",
        "s.toml:3:15: 0 repetitions",
        "'repetitions' is a whole number from 1 to",
        "s.toml:4:21: '200%' is not between",
        "s.toml:4:29: capacity '64MiB' is in bytes",
        "s.toml:4:38: 'ten' is not a capacity",
        "s.toml:5:13: no policy is called 'lur'",
        "s.toml:5:20: s3-fifo has no parameter 'smal'",
        "s.toml:6:12: no figure 'hit-ratio-curv'",
        "s.toml:8:8: size: 'blocks' is not a choice",
        "s.toml:9:1: unknown key 'tll' in [replay]",
        "s.toml:10:10: 'soon' is not a warm-up",
        "s.toml:13:15: ",
        "s.toml:14:1: s3-fifo has no parameter 'gost'",
        "s.toml:15:1: [[policy]] without a name",
        "s.toml:18:8: there is no trace file ./missing.csv",
        "s.toml:19:10: ",
        "sampling rate 2 is out of range",
        "s.toml:21:1: unknown key 'colour' in [[trace]]",
        "s.toml:23:11: no bundled trace 'compiler'",
        "s.toml:25:8: unknown workload 'zip'",
        "s.toml:28:1: zipf has no parameter 'alfa'",
        "s.toml:29:16: ",
        "s.toml:31:8: workload",
        "s.toml:32:1: unknown key 'kind' in [[workload]] with a spec",
        "s.toml:33:1: [[workload]] without a kind",
        "s.toml:36:1: [[exclude]] knows no 'polcy'",
        "s.toml:37:1: [[exclude]] without a condition",
    ] {
        assert!(said.contains(expected), "no '{expected}' in\n{said}");
    }
}

#[test]
fn mistakes_of_grammar_have_a_place_too() {
    assert!(said("capacities = [\"1%\"\npolicies = \"lru\"\n").contains("s.toml:"));
    assert!(said("a = = 1\n").contains("s.toml:1:"));
    assert!(said("seed = 1\nseed = 2\n").contains("s.toml:2:1: "));
    assert!(said("replay = 3\n").contains("s.toml:1:10: 'replay' is a table"));
    assert!(said("trace = \"x\"\n").contains("write [[trace]] above"));
    assert!(said("[[policy]]\nname = { a = 1 }\n").contains("s.toml:2:8: 'name' takes a value"));
}

#[test]
fn what_is_missing_is_said() {
    let said = said("question = \"?\"\n");
    for what in ["no trace and no workload", "no policy", "no capacities"] {
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn a_spec_that_is_no_text_or_not_there_is_said() {
    let place = Place::with(&[("s.toml", &[0xff, 0xfe, 0])]);
    place.run("sweep plan s.toml").ended(1);
    let ran = place.run("sweep run nowhere.toml").ended(1);
    assert!(ran.stderr.contains("nowhere.toml") && ran.stderr.contains("sweep init"), "{}", ran.stderr);
}

#[test]
fn a_path_is_seen_from_the_folder_of_the_spec() {
    let place = Place::new();
    std::fs::create_dir(place.path("studies")).unwrap();
    place.write("studies/t.txt", "1\n2\n1\n");
    place.write(
        "studies/s.toml",
        "capacities = [1]\npolicies = \"lru\"\n[[trace]]\nfile = \"t.txt\"\nname = \"tiny\"\n",
    );
    let rows = place.run("sweep plan studies/s.toml --format csv").done().rows();
    assert_eq!(rows[0]["trace"], "tiny");
    place.run("sweep run studies/s.toml --output out --quiet").done();
    place.run("sweep check out").done();
}

#[test]
fn plans_estimate_what_a_sweep_will_take() {
    let place = Place::with(&[("s.toml", FINE.as_bytes())]);
    let said = place.run("sweep plan s.toml --threads 2").done().stdout;
    assert!(said.contains("1 cell, 1,000,000 requests: under 1 s"), "{said}");
    assert!(said.contains("MiB"), "{said}");
}

#[test]
fn equal_values_are_refused() {
    let said = said(&format!("{FINE}\n[replay]\nsize = [\"unit\", \"unit\"]\nrate = [1, 1.0]\n"));
    assert!(said.contains("'size' has unit twice") && said.contains("'rate' has 1.0 twice"), "{said}");
}

#[test]
fn empty_lists_are_said_to_be_empty() {
    for key in ["trace", "workload", "policy", "exclude"] {
        let said = said(&format!("{key} = []\ncapacities = [\"10%\"]\n"));
        assert!(said.contains(&format!("'{key}' is an empty list")), "{said}");
    }
}

#[test]
fn more_cells_than_anybody_means_are_refused_at_once() {
    let text = "repetitions = 100_000\ncapacities = [\"log:1..1000000:10000\"]\npolicies = [\"random\"]\n\
                [[workload]]\nkind = \"zipf\"\n";
    let said = said(text);
    assert!(said.contains("1 policies") && said.contains("100000 repetitions"), "{said}");
}

#[test]
fn a_point_of_a_range_and_the_percentage_it_is_called_are_two_cells() {
    let spec = |capacities: &str| {
        format!("capacities = {capacities}\npolicies = [\"lru\"]\n[[workload]]\nkind = \"zipf\"\nobjects = 1000000\n")
    };
    let key = |capacities: &str, at: usize| planned(&spec(capacities))[at]["cell"].clone();
    let range = "[\"log:1%..50%:4\"]";
    assert_ne!(key(range, 2), key("[\"13.57%\"]", 0));
    assert_eq!(key(range, 0), key("[\"1%\"]", 0));
}

#[test]
fn figures_take_the_options_of_plot() {
    let place = Place::new();
    let figures = "figures = [\"hit-ratio-curve\"]\n[[figure]]\nname = \"hit-ratio-curve\"\nfile = \"only-lru\"\n\
                   policy = [\"lru\"]\ny = \"miss-ratio\"\npaper-size = \"column\"\n";
    let rest = "[[workload]]\nkind = \"zipf\"\nobjects = 100\nrequests = 1000\n";
    place.write("s.toml", format!("capacities = [5, 10]\npolicies = [\"lru\", \"fifo\"]\n{figures}{rest}"));
    place.run("sweep run s.toml --output out --quiet").done();
    place.run("plot out --policy lru --y miss-ratio --paper-size column --output lru.svg").done();
    assert!(place.read("out/figures/only-lru.svg") == place.read("lru.svg"));
    assert!(place.path("out/figures/hit-ratio-curve.png").is_file());
    let said = said(
        "figures = [\"speed\"]\n[[figure]]\nname = \"speed\"\n[[figure]]\nname = \"speed\"\nfile = \"../x\"\ncolour = 1\n",
    );
    for expected in [
        "s.toml:3:8: two figures are called 'speed'",
        "s.toml:6:8: '../x' is no name for the file",
        "s.toml:7:1: unknown key 'colour' in [[figure]]",
    ] {
        assert!(said.contains(expected), "no '{expected}' in\n{said}");
    }
    place.write("s.toml", format!("{FINE}[[figure]]\nname = \"speed\"\ny = \"hits\"\n"));
    let wrong = place.run("sweep plan s.toml").ended(2).stderr;
    assert!(wrong.contains("s.toml:6:8: ") && wrong.contains("'hits'"), "{wrong}");
}

#[test]
fn a_plan_says_what_a_trace_lacks() {
    let place = Place::with(&[("t.txt", b"1\n2\n1\n")]);
    place.write(
        "s.toml",
        "capacities = [\"10%\"]\npolicies = [\"lru\"]\n[[trace]]\nfile = \"t.txt\"\n[replay]\nsize = \"bytes\"\n",
    );
    let said = place.run("sweep plan s.toml").done().stderr;
    assert!(said.contains("t.txt: its cells will fail") && said.contains("no sizes"), "{said}");
}

#[test]
fn a_workload_has_the_name_it_is_given() {
    let text = "capacities = [10]\npolicies = [\"lru\"]\n[[workload]]\nname = \"web\"\nkind = \"zipf\"\n";
    let one = planned(&format!("{text}objects = 1000\n"));
    assert_eq!(one[0]["trace"], "web");
    // The name does not hide what it stands for.
    assert_ne!(one[0]["cell"], planned(&format!("{text}objects = 2000\n"))[0]["cell"]);
    let two: Vec<String> = planned(&format!("{text}alpha = [0.8, 1.0]\n")).iter().map(|c| c["trace"].clone()).collect();
    assert_eq!(two, ["web alpha=0.8", "web alpha=1"]);
}

#[test]
fn another_name_of_a_policy_can_be_left_out() {
    let text = "capacities = [10]\npolicies = [\"s3-fifo\", \"lru\"]\n[[workload]]\nkind = \"zipf\"\n\
                [[exclude]]\npolicy = \"s3fifo\"\n";
    assert_eq!(planned(text).len(), 1);
}
