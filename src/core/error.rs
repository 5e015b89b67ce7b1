//! The one error type: a message for a person, a hint what to do, and whose fault it was.

use std::fmt;

/// Shorthand for a result with evictlab's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is; the program's exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is wrong (unknown policy, bad parameter): exit code 2.
    Usage,
    /// The request is fine, but the input or the machine is not (bad record, full disk): exit code 1.
    Failure,
}

/// An error: one message that names the place, and a hint that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    hint: Option<String>,
}

impl Error {
    /// The caller asked for something that does not exist or makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into(), hint: None }
    }

    /// The input or the machine failed.
    pub fn failure(message: impl Into<String>) -> Self {
        Self { kind: Kind::Failure, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds more to the hint.
    #[must_use]
    pub fn hint_too(self, more: impl Into<String>) -> Self {
        let more = more.into();
        let hint = match &self.hint {
            Some(hint) => format!("{hint}; {more}"),
            None => more,
        };
        self.hint(hint)
    }

    /// Puts the place in front of the message, as in `trace.csv:3: too few fields`.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Whose fault it was.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message without the hint.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The text of an error without line feeds, as a cell of a table has it.
pub fn one_line(text: &str) -> String {
    text.replace("\n  hint:", "; hint:").replace('\n', " ")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// The name in `known` that a mistyped `name` most likely meant, if one is close.
///
/// Closeness is the Damerau-Levenshtein distance (insert, delete, replace, swap neighbours), at most a third of the length.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (distance(name, k), k))
        .filter(|&(d, k)| d <= (k.len().max(name.len()) / 3).max(1))
        .min_by_key(|&(d, _)| d)
        .map(|(_, k)| k)
}

/// Damerau-Levenshtein distance (optimal string alignment) in bytes.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let same = usize::from(!a[i - 1].eq_ignore_ascii_case(&b[j - 1]));
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_word() {
        let known = ["lru", "lfu", "s3-fifo", "sieve"];
        assert_eq!(closest("lur", known), Some("lru"));
        assert_eq!(closest("s3fifo", known), Some("s3-fifo"));
        assert_eq!(closest("siev", known), Some("sieve"));
        assert_eq!(closest("memcached", known), None);
    }

    #[test]
    fn the_hint_follows_the_message() {
        let error = Error::usage("no such thing").hint("try another").at("file:3");
        assert_eq!(error.to_string(), "file:3: no such thing\n  hint: try another");
        assert_eq!(error.kind(), Kind::Usage);
        assert_eq!(error.hint_too("or a third").to_string(), "file:3: no such thing\n  hint: try another; or a third");
    }
}
