//! The spec of a sweep: what is asked, of which traces, policies and capacities.

use super::entries::{policies, traces, workloads};
use super::exclude::{Exclusion, exclusions};
use super::timed::{TimedCell, timed};
use super::wanted::{WantedFigure, wanted};
use crate::core::document::{Node, Reader, Table, Word};
use crate::core::{Error, Result, quantity};
use crate::registry;
use crate::replay::{Capacity, SETTINGS, Settings, Source, parse_capacities};
use crate::trace::Filter;
use std::collections::HashSet;
use std::path::Path;

/// A spec that was understood.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The question in prose; may be empty.
    pub question: String,
    /// Seeds; each gives every workload another trace, and every policy other random choices.
    pub seeds: Vec<u64>,
    /// How often each cell is replayed, with other random choices of the policy.
    pub repetitions: u32,
    /// Traces and workloads.
    pub inputs: Vec<Input>,
    /// Policies, one for each combination of parameters.
    pub policies: Vec<PolicyEntry>,
    /// Capacities of the inputs that have none of their own.
    pub capacities: Vec<Capacity>,
    /// How traces are replayed, one for each combination.
    pub settings: Vec<Settings>,
    /// Configurations of timed scenarios.
    pub timed: Vec<TimedCell>,
    /// The figures to draw.
    pub figures: Vec<WantedFigure>,
    /// The document as written.
    pub text: String,
    pub(super) exclusions: Vec<Exclusion>,
}

/// A trace or workload of a sweep.
#[derive(Debug, Clone)]
pub struct Input {
    /// Where it comes from.
    pub source: Source,
    /// What the result rows call it.
    pub name: String,
    /// The group of traces it belongs to; empty where nobody said.
    pub dataset: String,
    /// Format of a file, where it is given.
    pub format: Option<String>,
    /// Which of its requests are used.
    pub filter: Filter,
    /// Capacities of its own.
    pub capacities: Option<Vec<Capacity>>,
    /// The workload's parameters that the spec varies, with their values here.
    pub parameters: Vec<(String, String)>,
    /// Byte of the spec at which it is named.
    pub(super) at: usize,
}

/// A policy of a sweep.
#[derive(Debug, Clone)]
pub struct PolicyEntry {
    /// Policy and parameters.
    pub spec: registry::Spec,
    /// The parameters that the spec varies, with their values here.
    pub parameters: Vec<(String, String)>,
}

const KEYS: [&str; 13] = [
    "question",
    "seed",
    "repetitions",
    "capacities",
    "policies",
    "figures",
    "figure",
    "replay",
    "trace",
    "workload",
    "policy",
    "exclude",
    "scenario",
];

/// The seed of specs that name none, as that of `evictlab run`.
const DEFAULT_SEED: u64 = 42;
/// More combinations in `[replay]` than anybody means.
const MOST_SETTINGS: usize = 10_000;
/// More repetitions than anybody means.
const MOST_REPETITIONS: u64 = 100_000;

/// Where a spec stands.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Name of its file, for messages.
    pub name: &'a str,
    /// The folder from which paths of traces are seen.
    pub folder: &'a Path,
    /// The names that figures may have, and whether they are drawn from windows.
    pub figures: &'a [(&'a str, bool)],
    /// The options that a figure may have.
    pub figure_options: &'a [&'a str],
    /// Is a trace file that does not exist a mistake? Not where nothing is to be replayed.
    pub files_must_exist: bool,
}

impl Spec {
    /// Reads a spec.
    ///
    /// # Errors
    /// A usage error with every mistake, each with its line and column.
    pub fn read(text: &str, context: &Context<'_>) -> Result<Self> {
        let (reader, mut top) = Reader::open(context.name, text);
        let question = top.take("question").and_then(|node| reader.word("question", node)).map(|word| word.text);
        let seeds = top.take("seed").map(|node| seeds(&reader, node)).unwrap_or_default();
        let repetitions = top.take("repetitions").and_then(|node| repetitions(&reader, node));
        let settings = settings(&reader, top.take("replay"));
        let has = |keys: &[&str]| top.entries.iter().any(|(key, _)| keys.contains(&key.text.as_str()));
        let named = [has(&["trace", "workload"]), has(&["policy", "policies"]), has(&["capacities"])];
        let capacities = top.take("capacities").map(|node| capacities(&reader, node, &settings)).unwrap_or_default();
        let mut inputs = traces(&reader, context, reader.tables("trace", top.take("trace")), &settings);
        inputs.extend(workloads(&reader, reader.tables("workload", top.take("workload")), &settings));
        let policies = policies(&reader, top.take("policies"), reader.tables("policy", top.take("policy")));
        let exclusions = exclusions(&reader, reader.tables("exclude", top.take("exclude")), &inputs, &policies);
        let scenarios = reader.tables("scenario", top.take("scenario"));
        let has_scenarios = !scenarios.is_empty();
        let seeds = if seeds.is_empty() { vec![DEFAULT_SEED] } else { seeds };
        let timed = timed(&reader, context, scenarios, &seeds);
        let figures = (top.take("figures"), reader.tables("figure", top.take("figure")));
        let figures = wanted(&reader, context, figures, &settings);
        reader.close(top, "the spec", &KEYS);
        let lacks = |what: &str, hint: &str| reader.wrong(0, Error::usage(what).hint(hint));
        // A sweep of scenarios alone replays nothing.
        let named = if has_scenarios && named == [false; 3] { [true; 3] } else { named };
        if !named[0] {
            lacks(
                "no trace and no workload is named",
                "add [[trace]] with file = \"...\", or [[workload]] with kind = \"zipf\"",
            );
        }
        if !named[1] {
            lacks("no policy is named", "add policies = [\"lru\", \"sieve\"], or [[policy]] with name = \"lru\"");
        }
        if !named[2] && (inputs.is_empty() || inputs.iter().any(|input| input.capacities.is_none())) {
            lacks("no capacities are named", "add capacities = [\"1%\", \"10%\"]");
        }
        unique_names(&reader, &inputs);
        reader.finish()?;
        Ok(Self {
            question: question.unwrap_or_default().trim().to_owned(),
            seeds,
            repetitions: repetitions.unwrap_or(1),
            inputs,
            policies,
            capacities,
            settings,
            timed,
            figures,
            text: text.to_owned(),
            exclusions,
        })
    }
}

/// Two inputs whose rows could not be told apart.
fn unique_names(reader: &Reader<'_>, inputs: &[Input]) {
    let mut seen = HashSet::with_capacity(inputs.len());
    for input in inputs {
        if !seen.insert((&input.name, input.filter.canonical(), &input.format)) {
            let hint = match input.source {
                Source::Workload(_) => "leave one of them out",
                _ => "give one of them another name: name = \"...\" in its [[trace]], or leave one out",
            };
            reader.wrong(input.at, Error::usage(format!("two traces are called '{}'", input.name)).hint(hint));
        }
    }
}

/// The seeds, each named once.
fn seeds(reader: &Reader<'_>, node: Node) -> Vec<u64> {
    let mut seeds: Vec<u64> = Vec::new();
    for word in reader.words("seed", node) {
        let hint = "a seed is a whole number; a list of them replays everything once for each: seed = [1, 2, 3]";
        let seed = quantity::count(&word.text).map_err(|e| Error::usage(e.message().to_owned()).hint(hint));
        match reader.check(word.at, seed) {
            Some(seed) if seeds.contains(&seed) => {
                reader.wrong(word.at, Error::usage(format!("'seed' has {seed} twice")).hint("leave one out"));
            }
            Some(seed) => seeds.push(seed),
            None => {}
        }
    }
    seeds
}

fn repetitions(reader: &Reader<'_>, node: Node) -> Option<u32> {
    let word = reader.word("repetitions", node)?;
    let hint = format!("'repetitions' is a whole number from 1 to {MOST_REPETITIONS}");
    let count = quantity::count(&word.text).map_err(|e| Error::usage(e.message().to_owned()).hint(&hint));
    let count = reader.check(word.at, count)?;
    if !(1..=MOST_REPETITIONS).contains(&count) {
        reader.wrong(word.at, Error::usage(format!("{count} repetitions")).hint(hint));
    }
    Some(count as u32)
}

/// Capacities that fit the settings: no bytes where every object counts 1.
pub(super) fn capacities(reader: &Reader<'_>, node: Node, settings: &[Settings]) -> Vec<Capacity> {
    let mut all: Vec<Capacity> = Vec::new();
    for Word { text, at } in reader.words("capacities", node) {
        for capacity in reader.check(at, parse_capacities(&text)).unwrap_or_default() {
            let fits = settings.iter().try_for_each(|s| capacity.resolve(s.bytes, 1, 1).map(drop));
            let hint = "write size = \"bytes\" in [replay], or the capacity as objects or a percentage";
            let fits = fits.map_err(|e| Error::usage(e.message().to_owned()).hint(hint));
            if reader.check(at, fits).is_some() && all.iter().all(|other| other.exact() != capacity.exact()) {
                all.push(capacity);
            }
        }
    }
    all
}

/// Every combination of the values in `[replay]`.
fn settings(reader: &Reader<'_>, node: Option<Node>) -> Vec<Settings> {
    let mut all = vec![Settings::default()];
    let table = match node {
        None => return all,
        Some(Node::Table(table)) => table,
        Some(other) => {
            reader.wrong(other.at(), Error::usage("'replay' is a table").hint("write [replay] above its keys"));
            return all;
        }
    };
    for (key, node) in table.entries {
        if all.len() > MOST_SETTINGS {
            reader.wrong(key.at, Error::usage(format!("more than {MOST_SETTINGS} combinations in [replay]")));
            return all;
        }
        if !SETTINGS.contains(&key.text.as_str()) {
            let one = Table { at: table.at, entries: vec![(key, node)] };
            reader.close(one, "[replay]", &SETTINGS);
            continue;
        }
        let words = reader.words(&key.text, node);
        let mut values: Vec<&Word> = Vec::new();
        let mut alone: Vec<Settings> = Vec::new();
        for word in &words {
            let mut made = Settings::default();
            if reader.check(word.at, made.set(&key.text, &word.text)).is_none() {
                continue;
            }
            if alone.iter().any(|other| other.means_the_same(&made)) {
                let error = Error::usage(format!("'{}' has {} twice", key.text, word.text));
                reader.wrong(word.at, error.hint("leave one out"));
            }
            alone.push(made);
            values.push(word);
        }
        let mut next = Vec::with_capacity(all.len() * values.len());
        for base in &all {
            for word in &values {
                let mut made = base.clone();
                if made.set(&key.text, &word.text).is_ok() {
                    next.push(made);
                }
            }
        }
        // With no value that fits, the others are still looked at.
        if !next.is_empty() {
            all = next;
        }
    }
    all
}
