//! TOML with places: a document as tables and words that remember where they stand, and a list of all mistakes found in it,
//! so that a spec is put right in one go rather than in ten.

mod de;
mod path;

pub(crate) use de::settings;

use super::error::closest;
use super::{Error, Result};
use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value that is one word: a string, a number or a truth value, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Byte at which it begins.
    pub(crate) at: usize,
}

/// A value and where it begins.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Word(Word),
    List(Vec<Node>, usize),
    Table(Table),
}

impl Node {
    pub(crate) fn at(&self) -> usize {
        match self {
            Node::Word(word) => word.at,
            Node::List(_, at) => *at,
            Node::Table(table) => table.at,
        }
    }
}

/// A table; what is taken out of it was understood, the rest is reported by [`Reader::close`].
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) at: usize,
    /// In the order of the document.
    pub(crate) entries: Vec<(Word, Node)>,
}

impl Table {
    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(word, _)| word.text == key)?;
        Some(self.entries.remove(at).1)
    }
}

/// The document's text, its name and the mistakes found so far.
pub(crate) struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    mistakes: RefCell<Vec<(usize, Error)>>,
}

impl<'a> Reader<'a> {
    /// Reads the document; mistakes of grammar are noted, and what can be understood is returned.
    pub(crate) fn open(name: &'a str, text: &'a str) -> (Self, Table) {
        let reader = Self { name, text, mistakes: RefCell::new(Vec::new()) };
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            reader.wrong(at, Error::usage(error.message().trim().replace('\n', "; ")));
        }
        let table = reader.table(document.get_ref(), 0);
        (reader, table)
    }

    /// Notes a mistake at byte `at`.
    pub(crate) fn wrong(&self, at: usize, error: Error) {
        self.mistakes.borrow_mut().push((at, error));
    }

    /// The value, or a note of the mistake at byte `at`.
    pub(crate) fn check<T>(&self, at: usize, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.wrong(at, error)).ok()
    }

    /// Notes every key that is left in the table.
    pub(crate) fn close(&self, table: Table, of: &str, known: &[&str]) {
        for (key, _) in table.entries {
            let hint = match closest(&key.text, known.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("{of} has: {}", known.join(", ")),
            };
            self.wrong(key.at, Error::usage(format!("unknown key '{}' in {of}", key.text)).hint(hint));
        }
    }

    /// File, line and column of byte `at`.
    pub(crate) fn place(&self, at: usize) -> String {
        let before = &self.text[..floor(self.text, at)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{}:{line}:{column}", self.name)
    }

    /// All mistakes as one error, in the order of the document, each with its line and column.
    pub(crate) fn finish(self) -> Result<()> {
        let mut mistakes = self.mistakes.take();
        mistakes.sort_by_key(|(at, _)| *at);
        mistakes.dedup();
        let mut mistakes: Vec<Error> = mistakes.into_iter().map(|(at, error)| error.at(self.place(at))).collect();
        match mistakes.len() {
            0 => Ok(()),
            1 => Err(mistakes.remove(0)),
            n => {
                let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                Err(Error::usage(format!("{} has {n} mistakes:\n{}", self.name, all.join("\n"))))
            }
        }
    }

    fn table(&self, table: &DeTable<'_>, at: usize) -> Table {
        let mut entries: Vec<(Word, Node)> = table
            .iter()
            .map(|(key, value)| (Word { text: key.get_ref().to_string(), at: key.span().start }, self.node(value)))
            .collect();
        entries.sort_by_key(|(key, _)| key.at);
        Table { at, entries }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let Range { start: at, .. } = value.span();
        let text = match value.get_ref() {
            DeValue::Table(table) => return Node::Table(self.table(table, at)),
            DeValue::Array(list) => return Node::List(list.iter().map(|value| self.node(value)).collect(), at),
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(n) => match i128::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => n.to_string(),
                Err(_) => n.as_str().to_owned(),
            },
            DeValue::Float(x) => x.as_str().to_owned(),
            DeValue::Boolean(yes) => yes.to_string(),
            DeValue::Datetime(time) => time.to_string(),
        };
        Node::Word(Word { text, at })
    }

    /// The words of a value that is one word or a list of them.
    pub(crate) fn words(&self, key: &str, node: Node) -> Vec<Word> {
        let nodes = match node {
            Node::List(list, at) => {
                if list.is_empty() {
                    self.wrong(at, Error::usage(format!("'{key}' is an empty list")).hint("leave the key out"));
                }
                list
            }
            node => vec![node],
        };
        let word = |node| match node {
            Node::Word(word) => Some(word),
            other => {
                let wanted = format!("'{key}' takes a value or a list of values, not a table or a list in a list");
                self.wrong(other.at(), Error::usage(wanted).hint(format!("as in {key} = [a, b]")));
                None
            }
        };
        nodes.into_iter().filter_map(word).collect()
    }

    /// The one word of a value.
    pub(crate) fn word(&self, key: &str, node: Node) -> Option<Word> {
        match node {
            Node::Word(word) => Some(word),
            other => {
                let error = Error::usage(format!("'{key}' takes one value"));
                self.wrong(other.at(), error.hint("leave out the brackets and all values but one"));
                None
            }
        }
    }

    /// The tables of an array of tables, written `[[key]]`.
    pub(crate) fn tables(&self, key: &str, node: Option<Node>) -> Vec<Table> {
        let nodes = match node {
            None => return Vec::new(),
            Some(Node::List(list, at)) => {
                if list.is_empty() {
                    let hint = format!("leave the key out, or write [[{key}]] above keys of its own");
                    self.wrong(at, Error::usage(format!("'{key}' is an empty list")).hint(hint));
                }
                list
            }
            Some(node) => vec![node],
        };
        let table = |node| match node {
            Node::Table(table) => Some(table),
            other => {
                let error = Error::usage(format!("'{key}' is a table")).hint(format!("write [[{key}]] above its keys"));
                self.wrong(other.at(), error);
                None
            }
        };
        nodes.into_iter().filter_map(table).collect()
    }
}

/// The last boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}
