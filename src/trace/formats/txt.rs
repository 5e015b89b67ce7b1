//! One id a line: a decimal number or any text.

use super::{Decoder, Fill, Form, Format, OptionHelp, each_line};
use crate::core::{Error, Result};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field::{self, Fault};
use crate::trace::input::{Input, first_line};
use crate::trace::spec::{Options, bad_value};

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "txt",
    aliases: &["plain", "text", "plain-txt"],
    extensions: &["txt", "ids"],
    summary: "one id a line, all integers or all strings",
    layout: "id",
    source: "any",
    sample: "ids.txt",
    options: &[IDS],
    record_bytes: None,
    form: Form::Own {
        detect,
        open: |options, input| {
            let probe = Probe { bytes: input.head(), whole: input.is_whole(), name: input.name() };
            let first = probe.lines().map(<[u8]>::trim_ascii).find(|line| !line.is_empty());
            let (ids, options) = Ids::of("txt", options)?.with_first(first, options);
            Ok(Box::new(Txt { input, ids, blank: 0, options }))
        },
    },
};

/// The option that says what ids are, shared with csv.
pub(super) const IDS: OptionHelp = OptionHelp {
    name: "ids",
    default: "found",
    help: "int or string; without it as the first id is, and if a later one is no integer, the file is reread as strings",
};

/// What the ids of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    /// Integers until one is not.
    Found,
    /// Integers; anything else is an error.
    Int,
    /// Strings.
    Str,
}

impl Ids {
    pub(super) fn of(format: &str, options: &Options) -> Result<Self> {
        match options.get("ids").map(|value| value.trim()) {
            None => Ok(Self::Found),
            Some("int" | "integer") => Ok(Self::Int),
            Some("string" | "str") => Ok(Self::Str),
            Some(other) => Err(bad_value(format, "ids", other, "int or string")),
        }
    }

    /// Strings from the start where already the first id is no number: this saves reading the file again.
    pub(super) fn with_first(self, first: Option<&[u8]>, options: &Options) -> (Self, Options) {
        let mut options = options.clone();
        match first.map(field::id) {
            Some(Err(Fault::NotNumber)) if self == Self::Found => {
                options.insert("ids", "string".into());
                (Self::Str, options)
            }
            _ => (self, options),
        }
    }

    /// The number that an id is. Who says that ids are numbers means leading zeros, too.
    pub(super) fn number(self, text: &[u8]) -> Result<u64, Fault> {
        if self == Self::Int { field::integer(text) } else { field::id(text) }
    }

    /// What to do about an id that is not a plain integer: start again with strings (`None`), or the error.
    pub(super) fn not_integer(self, text: &[u8], fault: Fault) -> Option<Error> {
        let expected = "a whole number from 0 to 18446744073709551615";
        let error = || field::error("id", expected, text, fault).hint("with ids=string every text is an id");
        match (self, fault) {
            (Self::Found, Fault::NotNumber) => None,
            _ => Some(error()),
        }
    }
}

/// The options and the note for reading a file again with string ids.
pub(super) fn as_strings(options: &Options, place: &str, text: &[u8]) -> Fill {
    let mut options = options.clone();
    options.insert("ids", "string".into());
    Fill::Restart(options, format!("ids are strings: {place} is '{}'", field::show(text)))
}

struct Txt {
    input: Input,
    ids: Ids,
    blank: u64,
    options: Options,
}

impl Decoder for Txt {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        if self.ids == Ids::Str {
            let blank = &mut self.blank;
            return each_line(&mut self.input, batch, |line, batch| {
                match line.trim_ascii() {
                    [] => *blank += 1,
                    id => batch.texts.push(id),
                }
                Ok(())
            });
        }
        self.integers(batch)
    }

    fn strings(&self) -> bool {
        self.ids == Ids::Str
    }

    fn options(&self) -> Options {
        self.options.clone()
    }

    fn notes(&self) -> Vec<String> {
        if self.blank == 0 { Vec::new() } else { vec![format!("blank lines, ignored: {}", self.blank)] }
    }
}

impl Txt {
    fn integers(&mut self, batch: &mut Batch) -> Result<Fill> {
        let before = self.input.line();
        let block = self.input.lines()?;
        if block.is_empty() {
            return Ok(Fill::End);
        }
        let (mut used, mut lines) = (0, 0);
        let room = batch.room();
        let mut added = 0;
        while added < room && used < block.len() {
            lines += 1;
            if let Some((value, length)) = plain_number(&block[used..])
                && (block[used] != b'0' || length == 2)
            {
                batch.keys.push(value);
                used += length;
                added += 1;
                continue;
            }
            let (line, length) = first_line(&block[used..]);
            let text = line.trim_ascii();
            match self.ids.number(text) {
                Ok(value) => {
                    batch.keys.push(value);
                    added += 1;
                }
                Err(Fault::Empty) => self.blank += 1,
                Err(fault) => {
                    let text = text.to_vec();
                    return self.odd(&text, fault, before + lines);
                }
            }
            used += length;
        }
        self.input.consume(used, lines);
        Ok(Fill::More)
    }

    #[cold]
    fn odd(&self, text: &[u8], fault: Fault, line: u64) -> Result<Fill> {
        if text.starts_with(b"*") && line > 1 && self.ids == Ids::Found {
            let error = Error::failure(format!("'{}' between integers", field::show(text)));
            return Err(self.input.at_line(
                line,
                error.hint("this looks like the format lirs; if it is an id, say so with txt:ids=string"),
            ));
        }
        match self.ids.not_integer(text, fault) {
            Some(error) => Err(self.input.at_line(line, error)),
            None => Ok(as_strings(&self.options, &format!("line {line}"), text)),
        }
    }
}

/// The number at the start of `block`, if the line is nothing but 1 to 19 digits and ends in `\n`, and its length with it.
#[inline]
fn plain_number(block: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, &c) in block.iter().take(20).enumerate() {
        let digit = c.wrapping_sub(b'0');
        if digit > 9 {
            return (c == b'\n' && i > 0).then_some((value, i + 1));
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    None
}

fn detect(probe: &Probe<'_>) -> u8 {
    let (mut numbers, mut words, mut odd) = (0, 0, 0);
    for line in probe.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        match field::integer(line) {
            Ok(_) => numbers += 1,
            Err(_) if line.iter().all(|&c| c > b' ' && c != 0x7f && !b",;|{}[]\"*".contains(&c)) => words += 1,
            Err(_) => odd += 1,
        }
    }
    match (numbers, words, odd) {
        (0, 0, _) => 0,
        (_, 0, 0) => 60,
        // Text with separators in it can still be ids if the name of the file says so.
        (_, _, 0) => 20,
        _ => 0,
    }
}
