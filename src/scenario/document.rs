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

    /// The recorded trace that it replays, and its format where it is given.
    pub fn trace(&self) -> Option<(&str, Option<&str>)> {
        self.spec.load.trace.as_deref().map(|trace| (trace, self.spec.load.trace_format.as_deref()))
    }
}

/// The keys of a scenario that are not settings of the model.
const OWN: [&str; 4] = ["name", "question", "figure", "keys"];

/// The settings that stand in no part.
const PLAIN: [&str; 5] = ["duration", "warmup", "window", "most_in_flight", "seed"];

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
        let at = self.text.len() + 1 + self.sets.len();
        self.sets.push(format!("--set {key}={value}"));
        let words: Vec<Node> =
            parts(value).into_iter().map(|text| Node::Word(Word { text, at })).collect();
        let node = if words.len() == 1 { words[0].clone() } else { Node::List(words, at) };
        let paths = match self.shorts.iter().find(|(short, _)| short == key) {
            Some((_, paths)) => paths.clone(),
            None if !key.contains('.') && !PLAIN.contains(&key) => return Err(self.unknown(key)),
            None => vec![key.to_owned()],
        };
        for path in &paths {
            let segments: Vec<&str> = path.split('.').collect();
            if OWN.contains(&segments[0]) || !place(&mut self.table, &segments, &node) {
                return Err(self.unknown(key));
            }
        }
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
        Error::usage(format!("--set {key}: scenario '{}' has no such key", self.name)).hint(hint)
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
        let mut lists = Vec::new();
        find_lists(&self.table, "", &mut lists);
        let mut all = vec![(self.table.clone(), Vec::new())];
        for (path, values) in self.joined(lists) {
            if all.len().saturating_mul(values.len()) > MOST {
                return Err(Error::usage(format!("{}: more than {MOST} configurations", self.file)));
            }
            let mut next = Vec::with_capacity(all.len() * values.len());
            for (table, chosen) in &all {
                for value in &values {
                    let (mut table, mut chosen): (Table, Vec<(String, String)>) = (table.clone(), chosen.clone());
                    for path in self.paths(&path) {
                        place(&mut table, &path.split('.').collect::<Vec<_>>(), &Node::Word(value.clone()));
                    }
                    chosen.push((path.clone(), value.text.clone()));
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
                && let Some(value) = self.paths(name).first().and_then(|path| find(&table, path))
            {
                parameters.push((name.clone(), value));
            }
        }
        parameters.extend(chosen);
        parameters.retain(|(name, _)| name != "seed");
        let for_places = table.clone();
        let mut spec: Spec = settings(table).map_err(|(at, error)| error.at(self.place(at)))?;
        spec::complete(&mut spec);
        let wrong = spec::check(&spec);
        if let Some((path, error)) = wrong.into_iter().next() {
            return Err(error.at(self.place(position(&for_places, &path))));
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

/// The table of a list that a segment of a path names, by its `name` or its number.
fn named<'a>(list: &'a mut [Node], segment: &str) -> Option<&'a mut Table> {
    let is_named = |node: &Node| {
        let Node::Table(table) = node else { return false };
        table.entries.iter().any(|(key, value)| {
            key.text == "name" && matches!(value, Node::Word(word) if word.text == segment)
        })
    };
    let index = list.iter().position(is_named).or_else(|| segment.parse().ok())?;
    match list.get_mut(index)? {
        Node::Table(table) => Some(table),
        _ => None,
    }
}

/// Puts a value at a path; false if a part of the path is not there and cannot be made.
fn place(table: &mut Table, path: &[&str], value: &Node) -> bool {
    let [first, rest @ ..] = path else { return false };
    let at = value.at();
    if rest.is_empty() {
        match table.entries.iter_mut().find(|(key, _)| key.text == *first) {
            Some((_, node)) => *node = value.clone(),
            None => table.entries.push((Word { text: (*first).to_owned(), at }, value.clone())),
        }
        return true;
    }
    let found = table.entries.iter().position(|(key, _)| key.text == *first);
    let Some(found) = found else {
        // Parts that a scenario has once can be added; levels and the like must be there.
        if !["load", "origin", "write", "invalidation"].contains(first) || rest.len() > 1 {
            return false;
        }
        table.entries.push((
            Word { text: (*first).to_owned(), at },
            Node::Table(Table { at, entries: Vec::new() }),
        ));
        return place(table, path, value);
    };
    match &mut table.entries[found].1 {
        Node::Table(inner) => place(inner, rest, value),
        Node::List(list, _) => named(list, rest[0]).is_some_and(|inner| place(inner, &rest[1..], value)),
        Node::Word(_) => false,
    }
}

/// The word at a path.
fn find(table: &Table, path: &str) -> Option<String> {
    match node(table, path)? {
        Node::Word(word) => Some(word.text.clone()),
        _ => None,
    }
}

fn node<'a>(table: &'a Table, path: &str) -> Option<&'a Node> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (_, value) = table.entries.iter().find(|(key, _)| key.text == first)?;
    let Some(rest) = rest else { return Some(value) };
    match value {
        Node::Table(inner) => node(inner, rest),
        Node::List(list, _) => {
            let (segment, rest) = rest.split_once('.').map_or((rest, None), |(segment, rest)| (segment, Some(rest)));
            let mut list = list.clone();
            named(&mut list, segment)?;
            let at = list.iter().position(|item| {
                matches!(item, Node::Table(t) if t.entries.iter().any(|(k, v)| k.text == "name" && matches!(v, Node::Word(w) if w.text == segment)))
            });
            let at = at.or_else(|| segment.parse().ok())?;
            let Node::List(list, _) = value else { return None };
            match (list.get(at)?, rest) {
                (Node::Table(inner), Some(rest)) => node(inner, rest),
                (found, None) => Some(found),
                _ => None,
            }
        }
        Node::Word(_) => None,
    }
}

/// The byte of the longest part of a path that is there.
fn position(table: &Table, path: &str) -> usize {
    let mut path = path;
    loop {
        if let Some(node) = node(table, path) {
            return node.at();
        }
        match path.rsplit_once('.') {
            Some((shorter, _)) => path = shorter,
            None => return 0,
        }
    }
}

/// Every list of words below a table, with its path.
fn find_lists(table: &Table, path: &str, lists: &mut Vec<(String, Vec<Word>)>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for (key, value) in &table.entries {
        match value {
            Node::Table(inner) => find_lists(inner, &join(&key.text), lists),
            Node::List(list, _) => {
                let words: Vec<Word> = list.iter().filter_map(|node| match node {
                    Node::Word(word) => Some(word.clone()),
                    _ => None,
                }).collect();
                if words.len() == list.len() && !words.is_empty() {
                    lists.push((join(&key.text), words));
                    continue;
                }
                for (number, node) in list.iter().enumerate() {
                    if let Node::Table(inner) = node {
                        let name = inner.entries.iter().find_map(|(key, value)| match value {
                            Node::Word(word) if key.text == "name" => Some(word.text.clone()),
                            _ => None,
                        });
                        find_lists(inner, &format!("{}.{}", join(&key.text), name.unwrap_or_else(|| number.to_string())), lists);
                    }
                }
            }
            Node::Word(_) => {}
        }
    }
}
