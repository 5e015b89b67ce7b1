//! `[[exclude]]`: the cells that a sweep leaves out.

use super::plan::Facts;
use super::spec::{Input, PolicyEntry};
use crate::core::Error;
use crate::core::document::{Reader, Table, Word};
use crate::core::error::closest;
use crate::registry;

/// Leaves out the cells that match one of the patterns of every key.
#[derive(Debug, Clone)]
pub(super) struct Exclusion {
    conditions: Vec<(String, Vec<Word>)>,
}

/// What a condition may ask besides parameters.
const KEYS: [&str; 8] = ["trace", "dataset", "policy", "admission", "prefetch", "capacity", "seed", "repetition"];

/// Reads the exclusions.
pub(super) fn exclusions(
    reader: &Reader<'_>,
    tables: Vec<Table>,
    inputs: &[Input],
    policies: &[PolicyEntry],
) -> Vec<Exclusion> {
    let mut known: Vec<&str> = KEYS.to_vec();
    known.extend(inputs.iter().flat_map(|input| &input.parameters).map(|(name, _)| name.as_str()));
    let pairs = policies.iter().flat_map(|entry| entry.spec.canonical.split(';'));
    known.extend(pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name));
    let mut all = Vec::new();
    for table in tables {
        if table.entries.is_empty() {
            reader.wrong(table.at, Error::usage("[[exclude]] without a condition would leave out everything"));
        }
        let mut conditions = Vec::new();
        for (key, node) in table.entries {
            if !known.contains(&key.text.as_str()) {
                let hint = match closest(&key.text, known.iter().copied()) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("it takes {}, and parameters of the policies and workloads", KEYS.join(", ")),
                };
                reader.wrong(key.at, Error::usage(format!("[[exclude]] knows no '{}'", key.text)).hint(hint));
                continue;
            }
            let mut words = reader.words(&key.text, node);
            if key.text == "policy" {
                words.iter_mut().for_each(by_its_name);
            }
            conditions.push((key.text, words));
        }
        all.push(Exclusion { conditions });
    }
    all
}

/// A policy may be called by one of its other names.
fn by_its_name(word: &mut Word) {
    if let Ok(unit) = registry::find(&word.text) {
        unit.entry.info.name.clone_into(&mut word.text);
    }
}

impl Exclusion {
    /// Does it leave out a cell with these facts?
    pub(super) fn matches(&self, facts: &Facts<'_>) -> bool {
        self.conditions.iter().all(|(key, patterns)| {
            facts.get(key).is_some_and(|value| patterns.iter().any(|pattern| same(&pattern.text, &value)))
        })
    }
}

/// A pattern with `*` against a text, or two numbers that are equal however they are written.
fn same(pattern: &str, text: &str) -> bool {
    let numbers = pattern.parse::<f64>().ok().zip(text.parse::<f64>().ok());
    numbers.is_some_and(|(a, b)| a.total_cmp(&b).is_eq()) || glob(pattern, text)
}

/// Each part between two stars is looked for where the one before it ends; the first found will do.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("lru", "lru", true),
            ("lru", "lru2", false),
            ("zipf*", "zipf:alpha=1", true),
            ("*alpha=1*", "zipf:alpha=1,x", true),
            ("0.10", "0.1", true),
            ("1%", "10%", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*x*x*x*x*x*x*x*x*y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false),
        ] {
            assert_eq!(same(pattern, text), fits, "{pattern} {text}");
        }
    }
}
