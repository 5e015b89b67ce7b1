//! The parts of a line that strace writes: process, time, call.

use crate::core::{SECOND, Time};
use crate::trace::escape::end_of_quoted;
use crate::trace::field;
use memchr::memchr;
use memchr::memmem::{find, rfind};

/// The time of a line, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// None.
    Absent,
    /// A time of day, in nanoseconds (`-t`, `-tt`).
    Day(Time),
    /// Nanoseconds since 1970 (`-ttt`), told from the following by its size.
    Epoch(Time),
    /// Nanoseconds since the line before (`-r`).
    Relative(Time),
}

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body<'a> {
    /// A signal, or a message of strace.
    Event,
    /// The end of the process.
    Exit,
    /// A whole call.
    Call(&'a [u8]),
    /// A call that another process's line interrupts, up to the interruption.
    Begun(&'a [u8]),
    /// The rest of such a call, and the call's name.
    Resumed(&'a [u8], &'a [u8]),
}

/// The parts of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The process, where the line names it.
    pub(super) process: Option<u64>,
    pub(super) stamp: Stamp,
    pub(super) body: Body<'a>,
}

/// The parts of a line that is not blank; nothing if strace wrote no such line.
pub(super) fn parse(line: &[u8]) -> Option<Line<'_>> {
    let (mut process, mut stamp, mut rest) = (None, Stamp::Absent, line.trim_ascii());
    // Messages such as `strace: Process 1234 attached` have no place in the columns.
    if rest.starts_with(b"strace: ") {
        return Some(Line { process, stamp, body: Body::Event });
    }
    loop {
        let (word, behind) = first_word(rest)?;
        if process.is_none()
            && stamp == Stamp::Absent
            && let Some(id) = process_of(word)
        {
            process = Some(id);
        } else if let Some(time) = stamp_of(word) {
            // With two of them the first one is the clock's.
            stamp = if stamp == Stamp::Absent { time } else { stamp };
        } else {
            break;
        }
        rest = behind;
    }
    Some(Line { process, stamp, body: body(rest)? })
}

/// The word at the start of `text`, or what stands there in brackets, and what follows.
fn first_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = match text.first()? {
        b'[' => memchr(b']', text)? + 1,
        b'(' => memchr(b')', text)? + 1,
        // A number may have the name of its process behind it, which may hold blanks.
        b'0'..=b'9' => match find(text, b"> ") {
            Some(at) if text[..memchr(b' ', text)?].contains(&b'<') => at + 1,
            _ => memchr(b' ', text)?,
        },
        _ => memchr(b' ', text).unwrap_or(text.len()),
    };
    Some((&text[..end], text[end..].trim_ascii_start()))
}

/// `1234`, `1234<cat>` or `[pid 1234]`.
fn process_of(word: &[u8]) -> Option<u64> {
    /// Linux gives out smaller ones only; a larger number is a time.
    const MOST: u64 = 1 << 22;
    let number = match word.strip_prefix(b"[pid") {
        Some(rest) => rest.strip_suffix(b"]")?.trim_ascii(),
        None => word,
    };
    let number = &number[..memchr(b'<', number).unwrap_or(number.len())];
    field::integer(number).ok().filter(|&id| id <= MOST)
}

/// `12:00:01`, `12:00:01.123456`, `1700000000.123456`, `0.000123` or, beside one of the others, `(+     0.000123)`.
fn stamp_of(word: &[u8]) -> Option<Stamp> {
    /// Some time in 1973; no call takes so many seconds.
    const LEAST: Time = 100_000_000 * SECOND;
    if let Some(delta) = word.strip_prefix(b"(+") {
        return field::time(delta.strip_suffix(b")")?.trim_ascii(), SECOND).ok().map(Stamp::Relative);
    }
    if !word.first()?.is_ascii_digit() {
        return None;
    }
    if let [h1, h2, b':', m1, m2, b':', seconds @ ..] = word {
        let number = |tens: &u8, ones: &u8| field::integer(&[*tens, *ones]).ok();
        let (hour, minute) = (number(h1, h2)?, number(m1, m2)?);
        let seconds = field::time(seconds, SECOND).ok()?;
        let valid = hour < 24 && minute < 60 && seconds <= 61 * SECOND;
        return valid.then(|| Stamp::Day((hour * 60 + minute) * 60 * SECOND + seconds));
    }
    let time = field::time(word, SECOND).ok()?;
    Some(if time >= LEAST { Stamp::Epoch(time) } else { Stamp::Relative(time) })
}

fn body(text: &[u8]) -> Option<Body<'_>> {
    if let Some(rest) = text.strip_prefix(b"<... ") {
        let (at, name) = (find(rest, b" resumed>")?, first_word(rest)?.0);
        return Some(Body::Resumed(name, &rest[at + b" resumed>".len()..]));
    }
    let is_event = |mark: &[u8]| text.starts_with(mark) && text.ends_with(mark) && text.len() > 6;
    if is_event(b"+++") {
        return Some(Body::Exit);
    }
    if is_event(b"---") {
        return Some(Body::Event);
    }
    if let Some(begun) = text.strip_suffix(b"<unfinished ...>") {
        return name(begun).map(|_| Body::Begun(begun.trim_ascii_end()));
    }
    name(text)?;
    result(text).map(|_| Body::Call(text))
}

/// The name of the call.
pub(super) fn name(call: &[u8]) -> Option<&[u8]> {
    let name = &call[..memchr(b'(', call)?];
    let is_name = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'_';
    (name.first().is_some_and(u8::is_ascii_lowercase) && name.iter().all(is_name)).then_some(name)
}

/// What the call returned: a number that says whether it succeeded, or nothing that anybody knows (`?`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    Failure,
    Unknown,
}

/// The outcome of a whole call, and where its arguments end.
pub(super) fn result(call: &[u8]) -> Option<(Outcome, usize)> {
    // From behind, since a path may hold anything, that of the descriptor behind the result, too. strace fills up with
    // blanks to put results below each other.
    let mut end = call.len();
    loop {
        let at = rfind(&call[..end], b" = ")?;
        let front = call[..at].trim_ascii_end();
        if front.ends_with(b")")
            && let Some(outcome) = outcome(&call[at + 3..])
        {
            return Some((outcome, front.len() - 1));
        }
        end = at;
    }
}

/// What a result says; nothing for what is none, such as the rest of a path up to its `>`.
fn outcome(text: &[u8]) -> Option<Outcome> {
    let outcome = match text.first()? {
        b'-' => Outcome::Failure,
        b'0'..=b'9' => Outcome::Success,
        b'?' => Outcome::Unknown,
        _ => return None,
    };
    let behind = text[1..].iter().find(|c| !c.is_ascii_alphanumeric());
    (behind != Some(&b'>')).then_some(outcome)
}

/// A path among the arguments of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path<'a> {
    /// The directory that it is seen from, if it is named: `/tmp` in `AT_FDCWD</tmp>, "x"`. Escaped as the path.
    pub(super) directory: Option<&'a [u8]>,
    /// As written between the quotes.
    pub(super) text: &'a [u8],
    /// Did strace leave some of it out?
    pub(super) cut: bool,
}

/// The first path among `arguments`, and the arguments behind it.
pub(super) fn path(arguments: &[u8]) -> Option<(Path<'_>, &[u8])> {
    let open = memchr(b'"', arguments)?;
    let quoted = &arguments[open + 1..];
    let end = end_of_quoted(quoted)?;
    let (cut, rest) = match quoted[end + 1..].strip_prefix(b"...") {
        Some(rest) => (true, rest),
        None => (false, &quoted[end + 1..]),
    };
    let before = arguments[..open].trim_ascii_end();
    let before = before.strip_suffix(b",").unwrap_or(before);
    let directory = before.strip_suffix(b">").and_then(|text| Some(&text[memchr(b'<', text)? + 1..]));
    Some((Path { directory: directory.filter(|name| name.starts_with(b"/")), text: &quoted[..end], cut }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_with_a_process_and_a_time_or_without() {
        let call = r#"open("a b", O_RDONLY) = 3"#;
        for (front, process, stamp) in [
            ("", None, Stamp::Absent),
            ("1234  ", Some(1234), Stamp::Absent),
            ("[pid  1234] ", Some(1234), Stamp::Absent),
            ("[pid  1234<a b>] ", Some(1234), Stamp::Absent),
            ("1234<a b> ", Some(1234), Stamp::Absent),
            ("12:00:01 ", None, Stamp::Day(43_201 * SECOND)),
            ("77 12:00:01.000002 ", Some(77), Stamp::Day(43_201 * SECOND + 2000)),
            ("77 1700000000.5 ", Some(77), Stamp::Epoch(1_700_000_000 * SECOND + SECOND / 2)),
            ("1700000000 ", None, Stamp::Epoch(1_700_000_000 * SECOND)),
            ("     0.000003 ", None, Stamp::Relative(3000)),
            ("[pid 7]      0.000003 ", Some(7), Stamp::Relative(3000)),
            ("7 12:00:01 (+     0.000003) ", Some(7), Stamp::Day(43_201 * SECOND)),
            ("(+ 0.000003) ", None, Stamp::Relative(3000)),
        ] {
            let text = format!("{front}{call}");
            let line = parse(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(line, Line { process, stamp, body: Body::Call(call.as_bytes()) }, "{text}");
        }
    }

    #[test]
    fn bodies_are_told_apart() {
        let body = |line: &'static str| parse(line.as_bytes()).map(|line| line.body);
        for (event, expected) in [
            ("+++ exited with 0 +++", Body::Exit),
            ("[pid 1] +++ killed by SIGKILL (core dumped) +++", Body::Exit),
            ("7 --- SIGCHLD {si_signo=SIGCHLD} ---", Body::Event),
            ("strace: Process 7 attached", Body::Event),
        ] {
            assert_eq!(body(event), Some(expected), "{event}");
        }
        assert_eq!(body("7 open(\"x\",  <unfinished ...>"), Some(Body::Begun(b"open(\"x\",")));
        assert_eq!(body("7 <... open resumed>) = 3"), Some(Body::Resumed(b"open", b") = 3")));
        assert_eq!(body("<... open resumed> )      = 3"), Some(Body::Resumed(b"open", b" )      = 3")));
        for wrong in [
            "open(\"x\", O_RDONLY",
            "hello = world",
            "Open(1) = 2",
            "f(1) = x",
            "7",
            "12:00",
            "x",
            "(",
            "[pid 7",
            "+++",
            "",
        ] {
            assert_eq!(body(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn results_stand_behind_the_arguments() {
        let outcome = |call: &str| result(call.as_bytes()).map(|found| found.0);
        assert_eq!(outcome("open(\"x\") = 3"), Some(Outcome::Success));
        assert_eq!(outcome("open(\"x) = -1\")       = 3</tmp/a = b> <0.000012>"), Some(Outcome::Success));
        assert_eq!(outcome("open(\"x\") = -1 ENOENT (No such file or directory)"), Some(Outcome::Failure));
        assert_eq!(outcome("exit_group(0) = ?"), Some(Outcome::Unknown));
        assert_eq!(outcome("open(\"x\")"), None);
        // Descriptors may have paths that look like results.
        assert_eq!(outcome("open(\"x\", O_RDONLY) = 3</tmp/a) = b>"), Some(Outcome::Success));
        assert_eq!(outcome("open(\"x\", O_RDONLY) = 3</tmp/a) = -1>"), Some(Outcome::Success));
        assert_eq!(outcome("open(\"x\", O_RDONLY) = 3</a) = ?> <0.000012>"), Some(Outcome::Success));
        assert_eq!(result(b"f(1) = 3</a) = b>"), Some((Outcome::Success, 3)));
        assert_eq!(outcome("mmap(NULL) = 0x7f0000000000"), Some(Outcome::Success));
    }

    #[test]
    fn paths_may_have_a_directory_or_be_cut() {
        let found = |text: &'static str| path(text.as_bytes()).map(|(path, _)| (path.directory, path.text, path.cut));
        assert_eq!(found(r#"AT_FDCWD, "a\"b", 0"#), Some((None, b"a\\\"b".as_slice(), false)));
        assert_eq!(found(r#"AT_FDCWD</tmp>, "a""#), Some((Some(b"/tmp".as_slice()), b"a".as_slice(), false)));
        assert_eq!(found(r#"3<socket:[7]>, "a"..., 0"#), Some((None, b"a".as_slice(), true)));
        assert_eq!(found("NULL, 0"), None);
        assert_eq!(found("\"open"), None);
    }
}
