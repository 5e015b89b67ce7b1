//! The figures that a spec asks for: `figures = ["..."]` as they are by default, `[[figure]]` with options.

use super::spec::Context;
use crate::core::Error;
use crate::core::document::{Node, Reader, Table, Word};
use crate::core::error::closest;
use crate::replay::Settings;
use std::collections::HashSet;

/// A figure to be drawn of the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedFigure {
    /// Which figure.
    pub name: String,
    /// Name of its files, without ending.
    pub file: String,
    /// Options by name, each with its values, as the command line has them.
    pub options: Vec<(String, Vec<String>)>,
    /// Where the spec says so, for messages: `study.toml:12:1`.
    pub place: String,
}

/// Reads both forms. Names and options must be known; whether they can be drawn is for those to say who draw.
pub(super) fn wanted(
    reader: &Reader<'_>,
    context: &Context<'_>,
    (short, tables): (Option<Node>, Vec<Table>),
    settings: &[Settings],
) -> Vec<WantedFigure> {
    let mut all = Vec::new();
    let mut files = HashSet::new();
    let mut add = |word: Word, file: Option<Word>, options: Vec<(String, Vec<String>)>| {
        known(reader, context, &word, settings);
        let at = file.as_ref().map_or(word.at, |file| file.at);
        let file = file.map_or_else(|| word.text.clone(), |file| file.text);
        let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if file.is_empty() || file.starts_with('.') || !file.chars().all(plain) {
            let error = Error::usage(format!("'{file}' is no name for the file of a figure"));
            reader.wrong(at, error.hint("letters, digits, '-', '_' and '.'; the ending is added"));
        } else if !files.insert(file.clone()) {
            let error = Error::usage(format!("two figures are called '{file}'"));
            reader
                .wrong(at, error.hint("give one of them another name for its files: file = \"...\" in its [[figure]]"));
        }
        all.push(WantedFigure { name: word.text, file, options, place: reader.place(word.at) });
    };
    for word in short.map(|node| reader.words("figures", node)).unwrap_or_default() {
        add(word, None, Vec::new());
    }
    for mut table in tables {
        let at = table.at;
        let name = table.take("name").and_then(|node| reader.word("name", node));
        let file = table.take("file").and_then(|node| reader.word("file", node));
        let (known, unknown) =
            table.entries.into_iter().partition(|(key, _)| context.figure_options.contains(&key.text.as_str()));
        let mut keys = vec!["name", "file"];
        keys.extend(context.figure_options);
        reader.close(Table { at, entries: unknown }, "[[figure]]", &keys);
        let known: Vec<(Word, Node)> = known;
        let texts = |(key, node): (Word, Node)| {
            let words = reader.words(&key.text, node);
            (key.text, words.into_iter().map(|word| word.text).collect())
        };
        let options = known.into_iter().map(texts).collect();
        match name {
            Some(name) => add(name, file, options),
            None => reader.wrong(at, Error::usage("[[figure]] without a name").hint("add name = \"heat-map\"")),
        }
    }
    all
}

/// Notes a figure that there is not, and one that cannot be drawn of what the sweep keeps.
fn known(reader: &Reader<'_>, context: &Context<'_>, Word { text, at }: &Word, settings: &[Settings]) {
    let names = || context.figures.iter().map(|(name, _)| *name);
    match context.figures.iter().find(|(name, _)| name == text) {
        None => {
            let hint = match closest(text, names()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("figures are: {}", names().collect::<Vec<_>>().join(", ")),
            };
            reader.wrong(*at, Error::usage(format!("no figure '{text}'")).hint(hint));
        }
        Some((_, true)) if settings.iter().all(|s| s.window.is_none()) => {
            let error = Error::usage(format!("the figure '{text}' is drawn from windows, and the sweep keeps none"));
            reader.wrong(*at, error.hint("add window = \"1e5\" (requests, or a duration) to [replay]"));
        }
        Some(_) => {}
    }
}
