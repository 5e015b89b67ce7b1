//! The tables of a spec that name traces, workloads and policies; a list of values stands for each of them in turn.

use super::spec::{Context, Input, PolicyEntry, capacities};
use crate::core::document::{Node, Reader, Table, Word};
use crate::core::error::closest;
use crate::core::{Error, quantity};
use crate::policy::Params;
use crate::registry::{self, find};
use crate::replay::{Capacity, Settings, Source};
use crate::trace::{BUNDLED, Filter, parse_format};
use crate::workload;
use std::collections::HashSet;

/// More combinations than anybody means.
const MOST_COMBINATIONS: usize = 1_000_000;

/// One combination of values: name and word of each parameter, and whether its list has others.
type Choice = Vec<(String, Word, bool)>;

/// Every combination of the values left in `table`, the first parameter varying slowest.
fn combinations(reader: &Reader<'_>, table: Table) -> Vec<Choice> {
    let mut all: Vec<Choice> = vec![Vec::new()];
    for (key, node) in table.entries {
        let words = reader.words(&key.text, node);
        if all.len().saturating_mul(words.len()) > MOST_COMBINATIONS {
            reader.wrong(key.at, Error::usage(format!("more than {MOST_COMBINATIONS} combinations")));
            return Vec::new();
        }
        let varied = words.len() > 1;
        all = all
            .iter()
            .flat_map(|choice| {
                let longer = |word: &Word| [&choice[..], &[(key.text.clone(), word.clone(), varied)]].concat();
                words.iter().map(longer).collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

/// The policies of the short form (`policies = [...]`), then those of `[[policy]]`.
pub(super) fn policies(reader: &Reader<'_>, short: Option<Node>, tables: Vec<Table>) -> Vec<PolicyEntry> {
    let mut all: Vec<PolicyEntry> = Vec::new();
    for Word { text, at } in short.map(|node| reader.words("policies", node)).unwrap_or_default() {
        let specs = reader.check(at, registry::parse_list(&text)).unwrap_or_default();
        all.extend(specs.into_iter().map(|spec| PolicyEntry { spec, parameters: Vec::new() }));
    }
    for mut table in tables {
        let at = table.at;
        let Some(names) = table.take("name").map(|node| reader.words("name", node)) else {
            reader.wrong(at, Error::usage("[[policy]] without a name").hint("add name = \"s3-fifo\""));
            continue;
        };
        known_parameters(reader, &names, &table);
        let choices = combinations(reader, table);
        for name in &names {
            all.extend(choices.iter().filter_map(|choice| policy(reader, name, choice)));
        }
    }
    let mut seen = HashSet::with_capacity(all.len());
    all.retain(|entry| seen.insert((entry.spec.unit.entry.info.name, entry.spec.canonical.clone())));
    all
}

/// Notes each parameter that a named policy does not have, and each value that is wrong whatever the others are.
fn known_parameters(reader: &Reader<'_>, names: &[Word], table: &Table) {
    for unit in names.iter().filter_map(|name| find(&name.text).ok()) {
        for (key, node) in &table.entries {
            if unit.entry.defaults().iter().all(|(name, _)| *name != key.text) {
                let pair = Params(vec![(key.text.clone(), String::new())]);
                reader.check(key.at, unit.entry.canonical(&pair).map(drop));
                continue;
            }
            for word in reader.words(&key.text, node.clone()) {
                reader.check(word.at, registry::spec(unit, &[(key.text.clone(), word.text)]).map(drop));
            }
        }
    }
}

fn policy(reader: &Reader<'_>, name: &Word, choice: &Choice) -> Option<PolicyEntry> {
    let unit = reader.check(name.at, find(&name.text))?;
    if choice.iter().any(|(key, ..)| unit.entry.defaults().iter().all(|(known, _)| known != key)) {
        return None;
    }
    // What is wrong alone was noted before.
    if choice.iter().any(|(key, word, _)| registry::spec(unit, &[(key.clone(), word.text.clone())]).is_err()) {
        return None;
    }
    let pairs: Vec<(String, String)> = choice.iter().map(|(key, word, _)| (key.clone(), word.text.clone())).collect();
    let spec = reader.check(choice.first().map_or(name.at, |(_, word, _)| word.at), registry::spec(unit, &pairs))?;
    let value = |key: &str| {
        let pairs = spec.canonical.split(';').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(k, _)| *k == key).map(|(_, v)| v.to_owned()).next().unwrap_or_default()
    };
    let parameters = choice.iter().filter(|(.., varied)| *varied).map(|(key, ..)| (key.clone(), value(key))).collect();
    Some(PolicyEntry { spec, parameters })
}

const TRACE_KEYS: [&str; 12] = [
    "file",
    "bundled",
    "name",
    "dataset",
    "format",
    "skip",
    "limit",
    "from",
    "until",
    "tenant",
    "sample",
    "capacities",
];

/// The traces of `[[trace]]`; paths are seen from the spec's folder.
pub(super) fn traces(
    reader: &Reader<'_>,
    context: &Context<'_>,
    tables: Vec<Table>,
    settings: &[Settings],
) -> Vec<Input> {
    tables.into_iter().flat_map(|table| trace(reader, context, table, settings)).collect()
}

fn trace(reader: &Reader<'_>, context: &Context<'_>, mut table: Table, settings: &[Settings]) -> Vec<Input> {
    let at = table.at;
    let (common, name) = common(reader, &mut table, settings);
    let format = table.take("format").and_then(|node| reader.word("format", node));
    if let Some(word) = &format {
        reader.check(word.at, parse_format(&word.text).map(drop));
    }
    let filter = filter(reader, &mut table);
    let mut sources: Vec<(Source, String)> = Vec::new();
    for Word { text, at } in table.take("file").map(|node| reader.words("file", node)).unwrap_or_default() {
        let path = context.folder.join(&text);
        if context.files_must_exist && !path.is_file() {
            let hint = "a path in a spec is seen from the folder of the spec";
            reader.wrong(at, Error::usage(format!("there is no trace file {}", path.display())).hint(hint));
        }
        let shown = path.file_name().map_or(text, |name| name.to_string_lossy().into_owned());
        sources.push((Source::File(path), shown));
    }
    for Word { text, at } in table.take("bundled").map(|node| reader.words("bundled", node)).unwrap_or_default() {
        let names: Vec<&str> = BUNDLED.iter().map(|bundled| bundled.name).collect();
        let stem = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
        match BUNDLED.iter().find(|bundled| bundled.name == text || stem(bundled.name) == text) {
            Some(bundled) => sources.push((Source::Bundled(bundled), bundled.name.to_owned())),
            None if text == "all" => {
                sources.extend(BUNDLED.iter().map(|bundled| (Source::Bundled(bundled), bundled.name.to_owned())));
            }
            None => {
                let hint = format!("there are: {}; or all", names.join(", "));
                reader.wrong(at, Error::usage(format!("no bundled trace '{text}'")).hint(hint));
            }
        }
    }
    reader.close(table, "[[trace]]", &TRACE_KEYS);
    if sources.is_empty() {
        reader.wrong(
            at,
            Error::usage("[[trace]] without a trace").hint("add file = \"accesses.csv.gz\" or bundled = \"all\""),
        );
    }
    if let (Some(name), true) = (&name, sources.len() > 1) {
        reader.wrong(name.at, Error::usage("one name for several traces").hint("give each a [[trace]] of its own"));
    }
    let input = |(source, shown): (Source, String)| Input {
        source,
        name: name.as_ref().map_or(shown, |name| name.text.clone()),
        format: format.as_ref().map(|word| word.text.clone()),
        filter: filter.clone(),
        ..common.clone()
    };
    sources.into_iter().map(input).collect()
}

/// What traces and workloads have in common; and the name that was given.
fn common(reader: &Reader<'_>, table: &mut Table, settings: &[Settings]) -> (Input, Option<Word>) {
    let dataset = table.take("dataset").and_then(|node| reader.word("dataset", node));
    let name = table.take("name").and_then(|node| reader.word("name", node));
    let own: Option<Vec<Capacity>> = table.take("capacities").map(|node| capacities(reader, node, settings));
    let input = Input {
        source: Source::Workload(String::new()),
        name: String::new(),
        dataset: dataset.map(|word| word.text).unwrap_or_default(),
        format: None,
        filter: Filter::default(),
        capacities: own.filter(|own| !own.is_empty()),
        parameters: Vec::new(),
        at: table.at,
    };
    (input, name)
}

fn filter(reader: &Reader<'_>, table: &mut Table) -> Filter {
    let at = table.at;
    let mut value = |key: &str| table.take(key).and_then(|node| reader.word(key, node));
    let [skip, limit, from, until, tenant, sample] =
        ["skip", "limit", "from", "until", "tenant", "sample"].map(&mut value);
    let count = |word: Option<Word>| word.and_then(|w| reader.check(w.at, quantity::count(&w.text)));
    let time = |word: Option<Word>| word.and_then(|w| reader.check(w.at, quantity::duration(&w.text)));
    let filter = Filter {
        skip: count(skip).unwrap_or(0),
        limit: count(limit),
        from: time(from),
        until: time(until),
        tenant: tenant.map(|word| word.text),
        sample: sample.and_then(|w| reader.check(w.at, quantity::number(&w.text))),
    };
    let empty = |_: Error| {
        Error::usage("the time range is empty: it ends before it starts").hint("'from' must be before 'until'")
    };
    let range = filter.from.is_some() && filter.until.is_some() && filter.from >= filter.until;
    reader.check(at, if range { filter.validate().map_err(empty) } else { filter.validate() });
    filter
}

/// The workloads of `[[workload]]`.
pub(super) fn workloads(reader: &Reader<'_>, tables: Vec<Table>, settings: &[Settings]) -> Vec<Input> {
    tables.into_iter().flat_map(|table| workload(reader, table, settings)).collect()
}

fn workload(reader: &Reader<'_>, mut table: Table, settings: &[Settings]) -> Vec<Input> {
    let at = table.at;
    let (common, name) = common(reader, &mut table, settings);
    let input = |spec: &str, place: usize, parameters: Vec<String>| -> Option<Input> {
        let canonical = reader.check(place, workload::canonical(spec))?;
        let value = |key: String| (key.clone(), value_in(&canonical, &key));
        let parameters: Vec<(String, String)> = parameters.into_iter().map(value).collect();
        let kind = canonical.split([':', '(']).next().unwrap_or_default().to_owned();
        let dataset = if common.dataset.is_empty() { kind } else { common.dataset.clone() };
        Some(Input {
            name: name.as_ref().map_or_else(|| canonical.clone(), |name| named(&name.text, &parameters)),
            source: Source::Workload(canonical),
            dataset,
            parameters,
            at: place,
            ..common.clone()
        })
    };
    if let Some(node) = table.take("spec") {
        let words = reader.words("spec", node);
        reader.close(table, "[[workload]] with a spec", &["spec", "name", "dataset", "capacities"]);
        return words.iter().filter_map(|word| input(&word.text, word.at, Vec::new())).collect();
    }
    let Some(kinds) = table.take("kind").map(|node| reader.words("kind", node)) else {
        reader.wrong(
            at,
            Error::usage("[[workload]] without a kind").hint("add kind = \"zipf\", or spec = \"zipf:alpha=0.9\""),
        );
        return Vec::new();
    };
    // All are looked at, so no `all()`.
    let fine = kinds.iter().filter(|kind| known_workload(reader, kind, &table)).count() == kinds.len();
    if !fine {
        return Vec::new();
    }
    let mut inputs = Vec::new();
    for choice in combinations(reader, table) {
        let pairs: Vec<String> = choice.iter().map(|(key, word, _)| format!("{key}={}", word.text)).collect();
        let varied: Vec<String> = choice.iter().filter(|(.., varied)| *varied).map(|(key, ..)| key.clone()).collect();
        for kind in &kinds {
            inputs.extend(input(&format!("{}:{}", kind.text, pairs.join(",")), kind.at, varied.clone()));
        }
    }
    inputs
}

/// What one of the workloads of a `[[workload]]` with a name is called: `web alpha=0.9` where alpha varies.
fn named(name: &str, parameters: &[(String, String)]) -> String {
    parameters.iter().fold(name.to_owned(), |name, (key, value)| format!("{name} {key}={value}"))
}

/// Notes each parameter that the workload does not have, and each value that is wrong whatever the others are. Is all well?
fn known_workload(reader: &Reader<'_>, kind: &Word, table: &Table) -> bool {
    let Some(workload) = reader.check(kind.at, workload::find(&kind.text)) else { return false };
    let names: Vec<&str> = workload.params.iter().map(|param| param.name).collect();
    // A workload that needs something to be given can only be judged as a whole.
    let judged_alone = workload::canonical(&kind.text).is_ok();
    let mut fine = true;
    for (key, node) in &table.entries {
        if !names.contains(&key.text.as_str()) {
            let hint = match closest(&key.text, names.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("it has: {}", names.join(", ")),
            };
            reader.wrong(key.at, Error::usage(format!("{} has no parameter '{}'", kind.text, key.text)).hint(hint));
            fine = false;
        } else if judged_alone {
            for word in reader.words(&key.text, node.clone()) {
                let alone = workload::canonical(&format!("{}:{}={}", kind.text, key.text, word.text));
                fine &= reader.check(word.at, alone).is_some();
            }
        }
    }
    fine
}

/// The value of a parameter in a canonical spec, such as `0.9` of `alpha` in `zipf:objects=1000,alpha=0.9`.
fn value_in(canonical: &str, key: &str) -> String {
    let list = canonical.split_once(':').map_or("", |(_, list)| list);
    let mut depth = 0;
    let parts = list.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    parts
        .filter_map(|part| part.split_once('='))
        .find(|(k, _)| *k == key)
        .map(|(_, v)| v.to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::value_in;

    #[test]
    fn values_in_a_canonical_spec() {
        let spec = "zipf:objects=1000,alpha=0.9,requests=100,size=lognormal(4096,1.5)";
        assert_eq!(value_in(spec, "alpha"), "0.9");
        assert_eq!(value_in(spec, "size"), "lognormal(4096,1.5)");
        assert_eq!(value_in(spec, "x"), "");
    }
}
