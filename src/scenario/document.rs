//! A scenario as its file says it: short names for keys, values set from outside, lists that stand for several configurations.

use super::spec::{self, Spec};
use crate::core::document::{Node, Reader, Table, Word, settings};
use crate::core::error::closest;
use crate::core::{Error, Result};

/// More configurations than anybody means.
const MOST: usize = 100_000;

/// A scenario that was read, before its lists are expanded.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it tests, and what to see.
    pub question: String,
    /// The figure that shows it.
    pub figure: Option<String>,
    /// The text of its file.
    pub text: String,
    /// Short names of keys, each with the paths that it stands for.
    shorts: Vec<(String, Vec<String>)>,
    table: Table,
    /// What was set from outside, as it was written.
    sets: Vec<String>,
    /// The names that were set, short or long.
    set_names: Vec<String>,
    /// The file's name, for messages.
    file: String,
}

/// One configuration of a scenario.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Name of the scenario.
    pub scenario: String,
    /// The keys that were set or that a list varies, with their values.
    pub parameters: Vec<(String, String)>,
    pub(super) spec: Spec,
}

impl Configuration {
    /// The seed of all its random choices.
    pub fn seed(&self) -> u64 {
        self.spec.seed
    }

    /// Everything that its outcome depends on, as one text.
    pub fn canonical(&self) -> String {
        format!("{:?}", self.spec)
    }

    /// Requests of its clients, as far as they are known before.
    pub fn requests(&self) -> Option<f64> {
        let seconds = self.spec.duration? as f64 / crate::core::SECOND as f64;
        Some(seconds * self.spec.load.rate)
    }

    /// The recorded trace that it replays, and its format where it is given.
    pub fn trace(&self) -> Option<(&str, Option<&str>)> {
        self.spec.load.trace.as_deref().map(|trace| (trace, self.spec.load.trace_format.as_deref()))
    }
}

/// The keys of a scenario that are not settings of the model.
const OWN: [&str; 4] = ["name", "question", "figure", "keys"];

/// The settings that stand above all tables.
const TOP: [&str; 5] = ["duration", "warmup", "window", "most_in_flight", "seed"];

/// Tables that a scenario has once, and that a setting from outside may add.
const MADE: [&str; 5] = ["load", "origin", "write", "invalidation", "breaker"];

impl Scenario {
    /// Reads a scenario; `file` is the name for messages.
    ///
    /// # Errors
    /// It is no TOML; a short name stands for nothing.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let (reader, mut table) = Reader::open(file, text);
        let word = |table: &mut Table, key: &str| {
            table.take(key).and_then(|node| reader.word(key, node)).map(|word| word.text)
        };
        let name = word(&mut table, "name");
        let question = word(&mut table, "question").unwrap_or_default();
        let figure = word(&mut table, "figure");
        let mut shorts = Vec::new();
        if let Some(Node::Table(keys)) = table.take("keys") {
            for (short, node) in keys.entries {
                let paths = reader.words(&short.text, node);
                shorts.push((short.text, paths.into_iter().map(|word| word.text).collect()));
            }
        }
        reader.finish()?;
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
        Ok(Self {
            name: name.unwrap_or_else(|| stem.to_owned()),
            question: question.trim().to_owned(),
            figure,
            text: text.to_owned(),
            shorts,
            table,
            sets: Vec::new(),
            set_names: Vec::new(),
            file: file.to_owned(),
        })
    }

    /// The short names of its keys, and the paths of each.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.shorts.iter().map(|(short, paths)| (short.as_str(), paths.as_slice()))
    }

    /// Sets a key, by its short name or its path (`level.cache.ttl`). Values apart by commas stand for each of them in turn;
    /// commas inside parentheses, and parts with a `=`, belong to the value before.
    ///
    /// # Errors
    /// The scenario has no such key or level.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let place = format!("--set {key}={value}");
        self.set_each(key, parts(value), place.clone()).map_err(|e| e.at(place))
    }

    /// Sets a key to each of these values in turn; `place` says in messages where they stand.
    ///
    /// # Errors
    /// As [`Scenario::set`].
    pub fn set_each(&mut self, key: &str, values: Vec<String>, place: String) -> Result<()> {
        let at = self.text.len() + 1 + self.sets.len();
        let mut words: Vec<Node> = values.into_iter().map(|text| Node::Word(Word { text, at })).collect();
        let node = if words.len() == 1 { words.remove(0) } else { Node::List(words, at) };
        for path in self.paths(key) {
            let known = path.contains('.') || TOP.contains(&path.as_str());
            let own = OWN.contains(&path.split('.').next().unwrap_or_default());
            if own || !known || !self.table.put(&path, &node, &MADE) {
                return Err(self.unknown(key));
            }
            // A trace from outside takes the place of the file's workload, and the other way around.
            let other = match path.as_str() {
                "load.trace" => "workload",
                "load.workload" => "trace",
                _ => continue,
            };
            // Both from outside contradict each other, which the check of the scenario says.
            let path = format!("load.{other}");
            if !self.set_names.iter().any(|name| self.paths(name).contains(&path)) {
                self.table.remove("load", other);
            }
        }
        self.sets.push(place);
        if !self.set_names.iter().any(|name| name == key) {
            self.set_names.push(key.to_owned());
        }
        Ok(())
    }

    fn unknown(&self, key: &str) -> Error {
        let known: Vec<&str> = self.shorts.iter().map(|(short, _)| short.as_str()).collect();
        let hint = match closest(key, known.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("its keys are {}; others by their path, as in level.cache.ttl", known.join(", ")),
        };
        Error::usage(format!("scenario '{}' has no key '{key}'", self.name)).hint(hint)
    }

    /// File, line and column of a byte, or the setting from outside that it stands for.
    fn place(&self, at: usize) -> String {
        match at.checked_sub(self.text.len() + 1).and_then(|index| self.sets.get(index)) {
            Some(set) => set.clone(),
            None => Reader::open(&self.file, &self.text).0.place(at),
        }
    }

    /// Every configuration: the lists are expanded, the first varying slowest.
    ///
    /// # Errors
    /// A key that is unknown, a value that makes no sense, a scenario that cannot be; with its place.
    pub fn configurations(&self) -> Result<Vec<Configuration>> {
        let mut all = vec![(self.table.clone(), Vec::new())];
        for (name, values) in self.joined(self.table.lists()) {
            if all.len().saturating_mul(values.len()) > MOST {
                return Err(Error::usage(format!("{}: more than {MOST} configurations", self.file)));
            }
            let mut next = Vec::with_capacity(all.len() * values.len());
            for (table, chosen) in &all {
                for value in &values {
                    let (mut table, mut chosen): (Table, Vec<(String, String)>) = (table.clone(), chosen.clone());
                    for path in self.paths(&name) {
                        table.put(&path, &Node::Word(value.clone()), &MADE);
                    }
                    chosen.push((name.clone(), value.text.clone()));
                    next.push((table, chosen));
                }
            }
            all = next;
        }
        all.into_iter().map(|(table, chosen)| self.configuration(table, chosen)).collect()
    }

    /// The lists by short name, each once however many paths it has.
    fn joined(&self, lists: Vec<(String, Vec<Word>)>) -> Vec<(String, Vec<Word>)> {
        let mut joined: Vec<(String, Vec<Word>)> = Vec::new();
        for (path, values) in lists {
            let short = self.shorts.iter().find(|(_, paths)| paths.contains(&path));
            let name = short.map_or(path, |(short, _)| short.clone());
            if joined.iter().all(|(known, _)| *known != name) {
                joined.push((name, values));
            }
        }
        // What was set from outside comes first, in the order in which it was set.
        let set = |name: &String| self.set_names.iter().position(|known| known == name).unwrap_or(usize::MAX);
        joined.sort_by_key(|(name, _)| set(name));
        joined
    }

    fn paths(&self, name: &str) -> Vec<String> {
        let short = self.shorts.iter().find(|(short, _)| short == name);
        short.map_or_else(|| vec![name.to_owned()], |(_, paths)| paths.clone())
    }

    fn configuration(&self, table: Table, chosen: Vec<(String, String)>) -> Result<Configuration> {
        let mut parameters = Vec::new();
        for name in &self.set_names {
            if chosen.iter().all(|(known, _)| known != name)
                && let Some(Node::Word(value)) = self.paths(name).first().and_then(|path| table.get(path))
            {
                parameters.push((name.clone(), value.text.clone()));
            }
        }
        parameters.extend(chosen);
        parameters.retain(|(name, _)| name != "seed");
        let for_places = table.clone();
        let mut spec: Spec = settings(table).map_err(|(at, error)| error.at(self.place(at)))?;
        spec::complete(&mut spec);
        let wrong = spec::check(&spec);
        if let Some((path, error)) = wrong.into_iter().next() {
            return Err(error.at(self.place(for_places.position(&path))));
        }
        Ok(Configuration { scenario: self.name.clone(), parameters, spec })
    }
}

/// The values of a list written with commas.
fn parts(value: &str) -> Vec<String> {
    let inside = value.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let mut parts: Vec<String> = Vec::new();
    let mut depth = 0;
    let mut part = String::new();
    for c in inside.unwrap_or(value).chars().chain([',']) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                let text = part.trim().trim_matches('"').to_owned();
                match parts.last_mut() {
                    Some(before) if text.contains('=') && before.contains(':') => {
                        before.push(',');
                        before.push_str(&text);
                    }
                    _ => parts.push(text),
                }
                part.clear();
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts
}
