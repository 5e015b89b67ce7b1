//! The parts of a line of MONITOR: time, database, arguments.

use crate::core::{Error, Result, SECOND, Time};
use crate::trace::escape::{decode, end_of_quoted};
use crate::trace::field;
use memchr::memchr;
use memchr::memmem::find;

/// What stands before the arguments, and they themselves as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Nanoseconds since 1970.
    pub(super) time: Time,
    /// The number of the database.
    pub(super) db: &'a [u8],
    /// Command and arguments, in quotes.
    pub(super) arguments: &'a [u8],
}

/// The parts of a line; nothing for the `OK` that MONITOR is answered with.
///
/// # Errors
/// It is no line of MONITOR; says at which column and what was expected.
pub(super) fn parse(line: &[u8]) -> Result<Option<Line<'_>>> {
    let text = line.strip_prefix(b"+").unwrap_or(line);
    if text == b"OK" {
        return Ok(None);
    }
    let first = line.len() - text.len();
    let stamp = memchr(b' ', text).unwrap_or(text.len());
    let time = field::time(&text[..stamp], SECOND).map_err(|fault| {
        let what = format!("time (column {})", first + 1);
        field::error(&what, "seconds since 1970, as in 1339518083.107412", &text[..stamp], fault).hint(HINT)
    })?;
    let rest = &text[stamp..];
    // The path of a socket may hold brackets and blanks, but hardly a quote.
    let (Some(db), Some(end)) = (rest.strip_prefix(b" ["), find(rest, b"] \"")) else {
        return Err(expected(line, first + stamp, "a database and a client, as in [0 127.0.0.1:60866], and a command"));
    };
    let digits = db.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 || db.get(digits) != Some(&b' ') {
        return Err(expected(line, first + stamp + 2, "the number of a database"));
    }
    Ok(Some(Line { time, db: &db[..digits], arguments: &rest[end + 2..] }))
}

const HINT: &str = "redis-monitor reads what redis-cli MONITOR prints";

#[cold]
pub(super) fn expected(line: &[u8], at: usize, what: &str) -> Error {
    let found = field::show(&line[at.min(line.len())..]);
    Error::failure(format!("column {}: expected {what}, found '{found}'", at + 1)).hint(HINT)
}

/// The arguments of a command, the command's name first.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Arguments {
    /// Reads `"set" "key" "value"`.
    ///
    /// # Errors
    /// How far it could be read.
    pub(super) fn read(&mut self, text: &[u8]) -> Result<(), usize> {
        self.bytes.clear();
        self.ends.clear();
        let mut rest = text;
        loop {
            let at = text.len() - rest.len();
            let quoted = rest.strip_prefix(b"\"").ok_or(at)?;
            let end = end_of_quoted(quoted).ok_or(at)?;
            decode(&quoted[..end], &mut self.bytes);
            self.ends.push(self.bytes.len());
            rest = match &quoted[end + 1..] {
                [] => return Ok(()),
                [b' ', rest @ ..] => rest,
                rest => return Err(text.len() - rest.len()),
            };
        }
    }

    /// Their number, with the command's name.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Argument `i`; the command's name is 0.
    pub(super) fn get(&self, i: usize) -> Option<&[u8]> {
        let start = if i == 0 { 0 } else { *self.ends.get(i - 1)? };
        Some(&self.bytes[start..*self.ends.get(i)?])
    }

    /// Argument `i` as a number.
    pub(super) fn number(&self, i: usize) -> Option<i64> {
        std::str::from_utf8(self.get(i)?).ok()?.parse().ok()
    }

    /// Is argument `i` this word, in capitals or not?
    pub(super) fn is(&self, i: usize, word: &str) -> bool {
        self.get(i).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Bytes of all arguments from `i` on.
    pub(super) fn bytes_from(&self, i: usize) -> usize {
        let start = if i == 0 { Some(&0) } else { self.ends.get(i - 1) };
        start.map_or(0, |start| self.bytes.len() - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_time_a_database_and_arguments() {
        let parts = |line: &'static str| {
            let Line { time, db, arguments } = parse(line.as_bytes()).unwrap().unwrap();
            (time, String::from_utf8_lossy(db), String::from_utf8_lossy(arguments))
        };
        let time = 1_339_518_083_107_412_000;
        let set = r#""set" "x""#;
        for line in [
            r#"1339518083.107412 [7 127.0.0.1:60866] "set" "x""#,
            r#"+1339518083.107412 [7 lua] "set" "x""#,
            r#"1339518083.107412 [7 unix:/a b]c] "set" "x""#,
            r#"1339518083.107412 [7 [::1]:60866] "set" "x""#,
        ] {
            assert_eq!(parts(line), (time, "7".into(), set.into()), "{line}");
        }
        assert_eq!((parse(b"OK").unwrap(), parse(b"+OK").unwrap()), (None, None));
        let told = |line: &str| parse(line.as_bytes()).unwrap_err().to_string();
        assert!(told("x [0 lua] \"get\"").starts_with("the time (column 1) is 'x'"));
        assert!(told("+1.5 (0 lua) \"get\"").starts_with("column 5: expected a database"));
        assert!(told("1.5 [0 lua] get").contains("column 4: expected a database"));
        assert!(told("1.5 [lua] \"get\"").starts_with("column 6: expected the number of a database"));
        assert!(told("1.5").contains("column 4"));
    }

    #[test]
    fn arguments_are_decoded() {
        let mut arguments = Arguments::default();
        arguments.read(br#""SET" "a\"b \\" "" "\x00\xff\n""#).unwrap();
        let all: Vec<_> = (0..arguments.len()).filter_map(|i| arguments.get(i)).collect();
        assert_eq!(all, [b"SET".as_slice(), b"a\"b \\", b"", b"\0\xff\n"]);
        assert_eq!((arguments.bytes_from(1), arguments.bytes_from(4), arguments.bytes_from(9)), (8, 0, 0));
        assert!(arguments.is(0, "set") && !arguments.is(9, "set"));
        assert_eq!(arguments.read(br#""-5" "x""#), Ok(()));
        assert_eq!((arguments.number(0), arguments.number(1), arguments.number(2)), (Some(-5), None, None));
        assert_eq!(arguments.read(br#""a" b"#), Err(4));
        assert_eq!(arguments.read(br#""a" "b"#), Err(4));
        assert_eq!(arguments.read(br#""a"x"b""#), Err(3));
        assert_eq!(arguments.read(br#""a" "#), Err(4));
    }
}
