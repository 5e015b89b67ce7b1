//! The shape of the source: layers, sizes of files, heads of the policies' files, where `unsafe` and input may be.

use evictlab::admission::ADMISSIONS;
use evictlab::policies::{LEARNED, POLICIES};
use evictlab::policy::Info;
use evictlab::prefetch::PREFETCHERS;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The layer of each module. A module uses only modules of smaller numbers.
const LAYERS: [(&str, u32); 25] = [
    ("core", 0),
    ("structs", 1),
    ("trace", 2),
    ("policy", 2),
    ("record", 2),
    ("workload", 3),
    ("engine", 3),
    ("analyze", 3),
    ("policies", 4),
    ("admission", 4),
    ("prefetch", 4),
    ("registry", 5),
    ("replay", 6),
    ("curve", 7),
    ("scenario", 7),
    ("stats", 7),
    ("sweep", 8),
    ("report", 8),
    ("verify", 8),
    ("cli", 9),
    ("lab", 9),
    ("python", 9),
    ("build", 10),
    ("main", 10),
    ("lib", 10),
];

/// The edge: what may print and read the environment.
const EDGE: u32 = 9;

/// What may open files below the edge.
const OPENS_FILES: [&str; 9] = [
    // Maps a file that another opened.
    "core/machine.rs",
    "sweep/folder.rs",
    "sweep/journal.rs",
    "sweep/journals.rs",
    "sweep/load.rs",
    "trace/formats/",
    "trace/source.rs",
    "trace/store/",
    "trace/write.rs",
];

const MOST_LINES: usize = 400;

/// Files that may be longer, and why.
const LONGER: [(&str, &str); 0] = [];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below `src` but the integration tests: its path from there, with `/`, and its text.
fn files() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(source()).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(found.len() > 30, "the source is not where it is looked for");
    found
}

/// The top-level module of a file.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn layer(module: &str) -> u32 {
    let found = LAYERS.iter().find(|l| l.0 == module);
    found.unwrap_or_else(|| panic!("module '{module}' has no layer; give it one in src/suite/tidy.rs")).1
}

/// The text without comments. A `//` inside a string ends the line too, which here does no harm.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The files without integration tests, test modules and comments.
fn code() -> BTreeMap<String, String> {
    let all = files();
    // `#[cfg(test)] mod name;` makes a file test code, and `#[cfg(test)] mod name {` the rest of its own.
    let mut tests = BTreeSet::new();
    let mut code = BTreeMap::new();
    for (file, text) in all.iter().filter(|(file, _)| !file.starts_with("suite/")) {
        let mut kept = Vec::new();
        let text = without_comments(text);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line.trim() == "#[cfg(test)]"
                && let Some(next) = lines.peek()
                && let Some(name) = next.trim().trim_start_matches("pub(super) ").strip_prefix("mod ")
            {
                let Some(name) = name.strip_suffix(';') else { break };
                let folder = match file.rsplit_once('/') {
                    Some((folder, "mod.rs")) => folder.to_owned(),
                    _ => file.trim_end_matches(".rs").to_owned(),
                };
                tests.insert(format!("{folder}/{name}.rs"));
                lines.next();
                continue;
            }
            kept.push(line);
        }
        code.insert(file.clone(), kept.join("\n"));
    }
    code.retain(|file, _| !tests.contains(file));
    code
}

/// The top-level modules that a text names as `crate::name` or `crate::{name, ...}`.
fn uses(text: &str) -> BTreeSet<&str> {
    let first = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(&rest[..first(rest)]);
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && c.is_alphabetic() => {
                    found.insert(&group[i..i + first(&group[i..])]);
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn names_after_crate_are_found() {
    let text =
        "use crate::core::{Error, Result};\nuse crate::{\n    trace::{Op, Trace},\n    policy,\n};\n$crate::engine";
    assert_eq!(uses(text).into_iter().collect::<Vec<_>>(), ["core", "engine", "policy", "trace"]);
}

#[test]
fn a_module_uses_only_lower_layers() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        let own = module(&file);
        for used in uses(&text).into_iter().filter(|&used| used != own && layer(used) >= layer(own)) {
            wrong.push(format!("src/{file} (layer {}) uses {used} (layer {})", layer(own), layer(used)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for (file, text) in files() {
        let lines = text.lines().count();
        let excused = LONGER.iter().any(|(name, reason)| *name == file && !reason.is_empty());
        if lines > MOST_LINES && !excused {
            wrong.push(format!("src/{file} has {lines} lines, more than {MOST_LINES}: split it by subject"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_say_what_they_are_for() {
    let silent: Vec<_> =
        files().into_iter().filter(|(file, text)| file != "lib.rs" && !text.starts_with("//! ")).map(|f| f.0).collect();
    assert!(silent.is_empty(), "no //! sentence at the head of {silent:?}");
}

#[test]
fn unsafe_code_is_in_one_file() {
    // A hyphen makes it another word: that of a browser's policy.
    let has_word =
        |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|word| word == "unsafe");
    let found: Vec<_> = files()
        .into_iter()
        .filter(|(file, text)| !file.starts_with("suite/") && has_word(&without_comments(text)))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(found, ["core/machine.rs"]);
}

#[test]
fn only_the_edge_prints_and_only_readers_open_files() {
    let mut wrong = Vec::new();
    for (file, text) in code().into_iter().filter(|(file, _)| layer(module(file)) < EDGE) {
        let opens = OPENS_FILES.iter().any(|allowed| file.starts_with(allowed));
        for needle in
            ["println!", "print!", "eprintln!", "eprint!", "dbg!", "std::env", "env::var", "stdout()", "stderr()"]
        {
            if text.contains(needle) {
                wrong.push(format!("src/{file} has {needle}"));
            }
        }
        if !opens && ["std::fs", "fs::", "File::"].iter().any(|needle| text.contains(needle)) {
            wrong.push(format!("src/{file} opens files"));
        }
        if ["SystemTime", "thread_rng", "rand::rng()"].iter().any(|needle| text.contains(needle)) {
            wrong.push(format!("src/{file} depends on the clock or on chance"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `s3-fifo` is `S3Fifo`.
fn camel_case(name: &str) -> String {
    name.split('-').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
}

/// The file of a policy or an admission in its folder, and the name of its structure. A policy has a file of its own, or
/// shares that of its family, whose name is that of the policy up to the first `-`: all settings of Redis are in
/// `redis.rs`.
fn home(folder: &str, unit: &str) -> (String, String) {
    let family = unit.split('-').next().unwrap_or(unit);
    let named = |name: &str| (format!("{}.rs", name.replace('-', "_")), camel_case(name));
    let own = named(unit);
    if source().join(folder).join(&own.0).is_file() { own } else { named(family) }
}

/// The headings of a policy's documentation and the text below each.
fn sections(documentation: &str) -> Vec<(&str, &str)> {
    let parts = documentation.split("\n# ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect()
}

/// Words separated by single spaces.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A policy, an admission or a prefetcher: its folder, what it says about itself, its parameters with the defaults.
type Unit = (&'static str, &'static Info, Vec<(String, String)>);

fn units() -> Vec<Unit> {
    let policies = POLICIES.iter().map(|unit| ("policies", &unit.entry.info, unit.entry.defaults()));
    let admissions = ADMISSIONS.iter().map(|gate| ("admission", &gate.info, gate.defaults()));
    let prefetchers = PREFETCHERS.iter().map(|entry| ("prefetch", &entry.info, entry.defaults()));
    policies.chain(admissions).chain(prefetchers).collect()
}

#[test]
fn policy_files_have_the_common_head() {
    for (folder, info, _) in units() {
        let (file, structure) = home(folder, info.name);
        let file = format!("{folder}/{file}");
        let text = files().remove(&file).unwrap_or_else(|| panic!("{}: there is no src/{file}", info.name));
        assert!(text == info.source, "{file}: info.source is another file");
        let structure = format!("pub struct {structure}");
        let declared = text.split(&structure).skip(1).any(|rest| rest.starts_with([' ', '<']));
        assert!(declared, "{file}: there is no '{structure}'");

        let documentation = info.documentation();
        let sections = sections(&documentation);
        let headings: Vec<&str> = sections.iter().map(|s| s.0).collect();
        assert_eq!(headings, ["State", "Parameters", "Source", "Departures", "Weak on"], "{file}");
        let empty = sections.iter().find(|s| s.1.trim().is_empty());
        assert!(empty.is_none(), "{file}: nothing below {empty:?}");
        let source = unwrapped(sections[2].1);
        assert!(source.contains(&format!("<{}>", info.paper.url)), "{file}: the source lacks <{}>", info.paper.url);
        assert!(source.contains(&info.paper.year.to_string()), "{file}: the source lacks {}", info.paper.year);
    }
}

#[test]
fn policy_files_explain_their_parameters() {
    for (folder, info, defaults) in units() {
        let documentation = info.documentation();
        let parameters = unwrapped(sections(&documentation)[1].1);
        let declared: Vec<&str> = info.params.iter().map(|p| p.name).collect();
        let real: Vec<&str> = defaults.iter().map(|d| d.0.as_str()).collect();
        assert_eq!(declared, real, "{}: info.params and Params differ", info.name);
        for (name, value) in &defaults {
            let said = format!("`{name}` = {}", value.trim_end_matches(".0"));
            assert!(parameters.contains(&said), "{}: # Parameters does not say {said}", info.name);
        }
        // In a family some may have parameters and others none.
        let home = home(folder, info.name);
        let none = units().iter().all(|other| self::home(other.0, other.1.name) != home || other.2.is_empty());
        assert_eq!(none, parameters.starts_with("None"), "{}: # Parameters", info.name);
    }
}

#[test]
fn the_policies_of_a_feature_are_told_to_those_who_build_without_it() {
    let plain = |name: &str| name.replace('-', "");
    let gated: BTreeSet<String> = code()
        .into_iter()
        .filter(|(_, text)| text.contains("#![cfg(feature = \"learned\")]"))
        .filter_map(|(file, _)| plain_policy(&file))
        .collect();
    let told: BTreeSet<String> = LEARNED.iter().map(|&name| name.to_owned()).collect();
    assert!(gated.is_subset(&told), "{gated:?} are not all in LEARNED: {told:?}");
    if cfg!(feature = "learned") {
        for name in LEARNED {
            let found = POLICIES.iter().any(|unit| {
                plain(unit.entry.info.name) == name || unit.entry.info.aliases.iter().any(|&alias| plain(alias) == name)
            });
            assert!(found, "LEARNED names {name}, which is no policy");
        }
    }
}

/// The name of the policy in a file of its own, without hyphens; nothing for files in folders.
fn plain_policy(file: &str) -> Option<String> {
    let name = file.strip_prefix("policies/")?.strip_suffix(".rs")?;
    (!name.contains('/')).then(|| name.replace('_', ""))
}

#[test]
fn every_policy_file_is_listed() {
    let names: BTreeSet<&str> = POLICIES.iter().map(|u| u.entry.info.name).collect();
    assert_eq!(names.len(), POLICIES.len(), "a name is listed twice");
    for (file, text) in code() {
        if let Some(file) = file.strip_prefix("policies/") {
            if !cfg!(feature = "learned") && text.contains("#![cfg(feature = \"learned\")]") {
                continue;
            }
            let listed = POLICIES.iter().filter(|unit| home("policies", unit.entry.info.name).0 == file).count();
            assert_eq!(text.matches(": Unit = Unit::new").count(), listed, "src/policies/{file}: units and POLICIES");
        }
    }
}
