//! A piece of a spec that knows where it stands, so that every error can point at its character.

use crate::core::{Error, Result};

/// How deeply parentheses may nest; a limit, because parts are read by recursion.
const MAX_DEPTH: usize = 16;

/// How much of a long spec an error repeats.
const SHOWN: usize = 80;

/// A slice of a spec text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    whole: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Text<'a> {
    /// The whole of a text.
    pub(super) fn new(whole: &'a str) -> Self {
        Self { whole, start: 0, end: whole.len() }
    }

    /// The characters.
    pub(super) fn as_str(self) -> &'a str {
        &self.whole[self.start..self.end]
    }

    /// The same without white space around it.
    pub(super) fn trim(self) -> Self {
        let text = self.as_str();
        let start = self.start + (text.len() - text.trim_start().len());
        Self { start, end: start + text.trim().len(), ..self }
    }

    /// Bytes `from..to` of this text, trimmed; both must be at character boundaries.
    fn slice(self, from: usize, to: usize) -> Self {
        Self { start: self.start + from, end: self.start + to, ..self }.trim()
    }

    /// An error at the first character of this text.
    pub(super) fn error(self, message: impl Into<String>) -> Error {
        self.place(Error::usage(message))
    }

    /// Puts the place of this text in front of an error.
    pub(super) fn place(self, error: Error) -> Error {
        let character = self.whole[..self.start].chars().count() + 1;
        let mut shown: String = self.whole.chars().take(SHOWN).collect();
        if shown.len() < self.whole.len() {
            shown.push('…');
        }
        error.at(format!("workload '{shown}', character {character}"))
    }

    /// The offsets of `separator` outside parentheses.
    fn separators(self, separator: u8) -> impl Iterator<Item = usize> + 'a {
        let mut depth = 0usize;
        self.as_str().bytes().enumerate().filter_map(move |(i, c)| {
            match c {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (c == separator && depth == 0).then_some(i)
        })
    }

    /// The pieces between separators that stand outside parentheses; one empty piece for an empty text.
    pub(super) fn split(self, separator: u8) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for at in self.separators(separator) {
            pieces.push(self.slice(from, at));
            from = at + 1;
        }
        pieces.push(self.slice(from, self.end - self.start));
        pieces
    }

    /// What stands before and after the first `separator` outside parentheses.
    pub(super) fn split_once(self, separator: u8) -> Option<(Self, Self)> {
        let at = self.separators(separator).next()?;
        Some((self.slice(0, at), self.slice(at + 1, self.end - self.start)))
    }

    /// Reads `name` or `name(inside)`.
    ///
    /// # Errors
    /// Something stands behind the closing parenthesis.
    pub(super) fn call(self) -> Result<(Self, Option<Self>)> {
        let text = self.as_str();
        let Some(open) = text.find('(') else { return Ok((self, None)) };
        // Outside parentheses the first ')' seen after the depth returns to zero is the partner of the first '('.
        let close = self.separators(b')').find(|&at| at > open).unwrap_or(text.len());
        let rest = self.slice((close + 1).min(text.len()), text.len());
        if !rest.as_str().is_empty() {
            return Err(rest.error(format!("unexpected '{}' after the closing parenthesis", rest.as_str())));
        }
        Ok((self.slice(0, open), Some(self.slice(open + 1, close))))
    }

    /// The text without one pair of parentheses around all of it.
    pub(super) fn unwrapped(self) -> Self {
        match self.call() {
            Ok((name, Some(inside))) if name.as_str().is_empty() => inside,
            _ => self,
        }
    }

    /// Checks that parentheses pair up and do not nest too deeply.
    ///
    /// # Errors
    /// Names the first parenthesis that does not.
    pub(super) fn check_parentheses(self) -> Result<()> {
        let mut open = Vec::new();
        for (i, c) in self.as_str().char_indices() {
            match c {
                '(' => open.push(i),
                ')' if open.pop().is_none() => {
                    return Err(self.slice(i, i + 1).error("this ')' closes nothing"));
                }
                _ => {}
            }
            if open.len() > MAX_DEPTH {
                return Err(self.slice(i, i + 1).error(format!("parentheses nest more than {MAX_DEPTH} deep")));
            }
        }
        match open.last() {
            Some(&i) => Err(self.slice(i, i + 1).error("this '(' is never closed")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, separator: u8) -> Vec<&str> {
        Text::new(text).split(separator).into_iter().map(Text::as_str).collect()
    }

    #[test]
    fn separators_inside_parentheses_do_not_split() {
        assert_eq!(pieces("a=1, b=f(2,3) ,c", b','), ["a=1", "b=f(2,3)", "c"]);
        assert_eq!(pieces("f(1+2)+g", b'+'), ["f(1+2)", "g"]);
        assert_eq!(pieces("", b','), [""]);
    }

    #[test]
    fn calls_have_a_name_and_an_inside() {
        let (name, inside) = Text::new("f( g(1), 2 )").call().unwrap();
        assert_eq!((name.as_str(), inside.unwrap().as_str()), ("f", "g(1), 2"));
        let (name, inside) = Text::new("plain").call().unwrap();
        assert_eq!((name.as_str(), inside.is_none()), ("plain", true));
        assert!(Text::new("f(1)x").call().is_err());
        assert_eq!(Text::new("(a(1)+b)").unwrapped().as_str(), "a(1)+b");
        assert_eq!(Text::new("(a)+(b)").unwrapped().as_str(), "(a)+(b)");
    }

    #[test]
    fn parentheses_are_checked_and_placed() {
        let message = |text| Text::new(text).check_parentheses().unwrap_err().message().to_owned();
        assert_eq!(message("é)"), "workload 'é)', character 2: this ')' closes nothing");
        assert_eq!(message("f(g(1)"), "workload 'f(g(1)', character 2: this '(' is never closed");
        assert!(message(&"(".repeat(100)).contains("nest more than"));
    }
}
