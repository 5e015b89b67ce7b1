//! From a document's tables to typed settings: serde reads the nodes, and an error knows the byte at which it is.

use super::{Node, Table, Word};
use crate::core::error::closest;
use crate::core::{Error, quantity};
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A mistake and, once it is known, the byte at which it stands.
#[derive(Debug)]
pub(crate) struct Mistake {
    at: Option<usize>,
    error: Error,
}

impl Mistake {
    fn located(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        // A hint survives the way through serde as text.
        let text = message.to_string();
        let error = match text.split_once("\n  hint: ") {
            Some((message, hint)) => Error::usage(message).hint(hint),
            None => Error::usage(text),
        };
        Self { at: None, error }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self { at: None, error: unknown("key", field, expected) }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self { at: None, error: unknown("value", variant, expected) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { at: None, error: Error::usage(format!("'{field}' is missing")).hint(format!("add {field} = ...")) }
    }
}

fn unknown(what: &str, found: &str, expected: &[&str]) -> Error {
    let all = expected.join(", ");
    let hint = match closest(found, expected.iter().copied()) {
        Some(near) => format!("did you mean '{near}'? There are: {all}"),
        None => format!("there are: {all}"),
    };
    Error::usage(format!("unknown {what} '{found}'")).hint(hint)
}

/// Reads a table as settings.
///
/// # Errors
/// The first mistake and its byte in the document.
pub(crate) fn settings<T: de::DeserializeOwned>(table: Table) -> Result<T, (usize, Error)> {
    let at = table.at;
    T::deserialize(Reading(Node::Table(table))).map_err(|mistake| (mistake.at.unwrap_or(at), mistake.error))
}

struct Reading(Node);

impl Reading {
    fn word(self, expected: &str) -> Result<Word, Mistake> {
        match self.0 {
            Node::Word(word) => Ok(word),
            Node::List(_, at) => Err(wrong(at, format!("expected {expected}, found a list"))),
            Node::Table(table) => Err(wrong(table.at, format!("expected {expected}, found a table"))),
        }
    }

    fn parse<T>(self, expected: &str, read: impl Fn(&str) -> crate::core::Result<T>) -> Result<T, Mistake> {
        let word = self.word(expected)?;
        read(&word.text).map_err(|error| Mistake { at: Some(word.at), error })
    }
}

fn wrong(at: usize, message: String) -> Mistake {
    Mistake { at: Some(at), error: Error::usage(message) }
}

fn truth(text: &str) -> crate::core::Result<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::usage(format!("expected true or false, found '{text}'"))),
    }
}

/// A number or a percentage.
fn ratio(text: &str) -> crate::core::Result<f64> {
    match text.strip_suffix('%') {
        Some(percent) => quantity::number(percent.trim()).map(|number| number / 100.0),
        None => quantity::number(text),
    }
}

impl<'de> de::Deserializer<'de> for Reading {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.0 {
            Node::Word(word) => {
                let at = word.at;
                visitor.visit_string(word.text).map_err(|mistake: Mistake| mistake.located(at))
            }
            Node::List(nodes, _) => visitor.visit_seq(Items(nodes.into_iter())),
            Node::Table(table) => {
                let at = table.at;
                let entries = Entries { left: table.entries.into_iter(), value: None };
                visitor.visit_map(entries).map_err(|mistake| mistake.located(at))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_bool(self.parse("true or false", truth)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_u64(self.parse("a whole number", quantity::count)?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let read = |text: &str| {
            let number = quantity::count(text)?;
            u32::try_from(number).map_err(|_| Error::usage(format!("'{text}' is too large; at most {}", u32::MAX)))
        };
        visitor.visit_u32(self.parse("a whole number", read)?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_f64(self.parse("a number", ratio)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.0 {
            Node::List(nodes, _) => visitor.visit_seq(Items(nodes.into_iter())),
            // One table, written [key], is as good as [[key]].
            one @ Node::Table(_) => visitor.visit_seq(Items(vec![one].into_iter())),
            Node::Word(word) => Err(Mistake {
                at: Some(word.at),
                error: Error::usage("expected tables").hint("write [[key]] above them"),
            }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.0 {
            Node::Table(_) => self.deserialize_any(visitor),
            other => {
                let error = Error::usage("expected a table").hint("write its name in brackets above its keys");
                Err(Mistake { at: Some(other.at()), error })
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let word = self.word("one word")?;
        let at = word.at;
        visitor.visit_enum(word.text.into_deserializer()).map_err(|mistake: Mistake| mistake.located(at))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 char str string bytes byte_buf unit unit_struct tuple tuple_struct map
        identifier ignored_any
    }
}

struct Items(std::vec::IntoIter<Node>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        self.0.next().map(|node| seed.deserialize(Reading(node))).transpose()
    }
}

struct Entries {
    left: std::vec::IntoIter<(Word, Node)>,
    value: Option<(Word, Node)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some((key, node)) = self.left.next() else { return Ok(None) };
        let at = key.at;
        let text = key.text.clone();
        self.value = Some((key, node));
        seed.deserialize(text.into_deserializer()).map(Some).map_err(|mistake: Mistake| mistake.located(at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((key, node)) = self.value.take() else { return Err(de::Error::custom("a key without a value")) };
        let at = node.at();
        let named = |mut mistake: Mistake| {
            // The innermost key is the one to name.
            if mistake.at.is_none() || mistake.at == Some(at) {
                mistake.error = mistake.error.at(format!("'{}'", key.text));
            }
            mistake.located(at)
        };
        seed.deserialize(Reading(node)).map_err(named)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        #[default]
        None,
        SingleFlight,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Part {
        name: String,
        rate: f64,
        count: Option<u64>,
        kind: Kind,
        on: bool,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Whole {
        part: Vec<Part>,
    }

    fn read(text: &str) -> Result<Whole, String> {
        let (reader, table) = Reader::open("s.toml", text);
        settings(table).map_err(|(at, error)| error.at(reader.place(at)).to_string())
    }

    #[test]
    fn settings_are_read() {
        let whole =
            read("[[part]]\nname = \"a\"\nrate = \"5%\"\ncount = \"1e6\"\nkind = \"single-flight\"\non = true\n");
        let part = Part { name: "a".into(), rate: 0.05, count: Some(1_000_000), kind: Kind::SingleFlight, on: true };
        assert_eq!(whole.unwrap().part, [part]);
        assert!((read("[part]\nrate = 2\n").unwrap().part[0].rate - 2.0).abs() < 1e-12);
    }

    #[test]
    fn mistakes_name_key_line_and_column() {
        let said = |text: &str| read(text).unwrap_err();
        assert!(said("[[part]]\nrat = 3\n").starts_with("s.toml:2:1: unknown key 'rat'\n  hint: did you mean 'rate'?"));
        assert!(said("[[part]]\nrate = \"x\"\n").starts_with("s.toml:2:8: 'rate': expected a number"));
        assert!(said("[[part]]\nkind = \"leese\"\n").starts_with("s.toml:2:8: 'kind': unknown value 'leese'"));
        assert!(said("[[part]]\non = 3\n").contains("'on': expected true or false, found '3'"));
        assert!(said("part = 3\n").starts_with("s.toml:1:8: 'part': expected tables"));
        assert!(said("[[part]]\nrate = [1]\n").contains("found a list"));
    }
}
