//! The parts of a line of an access log, found without copying anything.

use crate::core::{Error, Result, SECOND, Time};
use crate::trace::escape::end_of_quoted;
use crate::trace::field;
use memchr::{memchr, memchr_iter, memrchr};
use std::net::IpAddr;

/// Bytes of `dd/Mon/yyyy:HH:MM:SS +zzzz`.
const STAMP: usize = 26;

/// Status and bytes of an answer.
type Answer = (u16, Option<u64>);

/// What matters of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The virtual host, where the line begins with one.
    pub(super) host: Option<&'a [u8]>,
    /// When, as written.
    pub(super) stamp: &'a [u8],
    /// What was asked, without the quotes.
    pub(super) request: &'a [u8],
    /// The answer's status; 0 where it is `-`.
    pub(super) status: u16,
    /// Bytes of the answer's body; nothing where it is `-`.
    pub(super) bytes: Option<u64>,
}

/// The parts of a line that is not blank.
///
/// # Errors
/// It is not a line of an access log; says what was expected and at which column.
#[inline]
pub(super) fn parse(line: &[u8]) -> Result<Line<'_>> {
    let Some(open) = stamp(line) else {
        return Err(expected(line, 0, "a time as in [10/Oct/2000:13:55:36 -0700] behind the client's address"));
    };
    let start = open + STAMP + 2;
    let Some(text) = line[start..].strip_prefix(b" \"") else {
        return Err(expected(line, start, "the request in quotes, as in \"GET /index.html HTTP/1.1\""));
    };
    let Some((request, (status, bytes))) = request(text) else {
        return Err(expected(line, start + 1, "a request in quotes, a status of three digits and a number of bytes"));
    };
    Ok(Line { host: host(&line[..open]), stamp: &line[open + 1..=open + STAMP], request, status, bytes })
}

#[cold]
fn expected(line: &[u8], at: usize, what: &str) -> Error {
    let found = field::show(&line[at.min(line.len())..]);
    Error::failure(format!("column {}: expected {what}, found '{found}'", at + 1)).hint(
        "combined reads lines as Apache's and nginx's formats common, combined and vhost_combined write them; \
         for others name the columns, as in csv:delimiter=space,id=7",
    )
}

/// Where the bracket is that opens the time. A user's name in front may hold brackets, too.
#[inline]
fn stamp(line: &[u8]) -> Option<usize> {
    memchr_iter(b'[', line).find(|&open| {
        let Some(text) = line.get(open + 1..open + STAMP + 2) else { return false };
        let marks = [text[2], text[6], text[11], text[14], text[17], text[20], text[STAMP]];
        marks == *b"//::: ]" && open > 0 && line[open - 1] == b' '
    })
}

/// The request behind its opening quote, and what follows it: status and bytes.
#[inline]
fn request(text: &[u8]) -> Option<(&[u8], Answer)> {
    if let Some(end) = end_of_quoted(text)
        && let Some(answer) = answer(&text[end + 1..])
    {
        return Some((&text[..end], answer));
    }
    // Servers of old did not escape, so that the quote to look for is the one before a status.
    memchr_iter(b'"', text).find_map(|end| Some((&text[..end], answer(&text[end + 1..])?)))
}

/// ` 200 1234`, and whatever follows behind another blank.
#[inline]
fn answer(text: &[u8]) -> Option<Answer> {
    let (status, rest) = match text {
        [b' ', b'-', b' ', rest @ ..] => (0, rest),
        [b' ', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ', rest @ ..] => {
            let digit = |c: &u8| u16::from(c - b'0');
            (digit(a) * 100 + digit(b) * 10 + digit(c), rest)
        }
        _ => return None,
    };
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let (bytes, rest) = match rest {
        [b'-', rest @ ..] => (None, rest),
        _ if digits == 0 => return None,
        _ => {
            let value = |sum: u64, c: &u8| sum.saturating_mul(10).saturating_add(u64::from(c - b'0'));
            (Some(rest[..digits].iter().fold(0, value)), &rest[digits..])
        }
    };
    matches!(rest, [] | [b' ', ..]).then_some((status, bytes))
}

/// The virtual host, if the fields before the time begin with one: `%v:%p %h %l %u` of Apache, or `$host $remote_addr - $user`
/// as many an nginx writes.
///
/// Without one they are address, identity (nearly always `-`) and user, whose name may hold blanks. In front of the address
/// may also be others that the request passed through, as in `X-Forwarded-For`, which are no hosts.
#[inline]
fn host(front: &[u8]) -> Option<&[u8]> {
    let blank = memchr(b' ', front)?;
    let (first, rest) = (&front[..blank], &front[blank + 1..]);
    if rest.starts_with(b"- ") {
        return None;
    }
    let mut fields = rest.split(|&c| c == b' ').filter(|field| !field.is_empty());
    let (_, third, _) = (fields.next()?, fields.next()?, fields.next()?);
    (has_port(first) || third == b"-" && is_host(first)).then_some(first)
}

/// May this be the name of a host? A bare address is that of a client, or of something on the way from one.
fn is_host(name: &[u8]) -> bool {
    let bare = name.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(name);
    let is_address = std::str::from_utf8(bare).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
    !is_address && !name.contains(&b',') && name != b"-" && !name.eq_ignore_ascii_case(b"unknown")
}

/// `name:80` or `[::1]:80`, but no address of IPv6, which may end in `:80` too.
fn has_port(name: &[u8]) -> bool {
    let Some(colon) = memrchr(b':', name) else { return false };
    let (name, port) = (&name[..colon], &name[colon + 1..]);
    let alone = (name.ends_with(b"]") || !name.contains(&b':')) && !name.contains(&b',');
    alone && !name.is_empty() && !port.is_empty() && port.iter().all(u8::is_ascii_digit)
}

/// Method and URI of a request; nothing for what is none: `-`, a TLS handshake, a single word.
#[inline]
pub(super) fn method_and_uri(request: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = memchr(b' ', request)?;
    let (method, rest) = (&request[..blank], &request[blank + 1..]);
    let is_method = !method.is_empty() && method.iter().all(|c| c.is_ascii_uppercase() || matches!(c, b'-' | b'_'));
    // A URI may hold blanks, since not all clients care; HTTP/0.9 named no version.
    let uri = match rest.strip_suffix(b" HTTP/1.1") {
        Some(uri) => uri,
        None => memrchr(b' ', rest).filter(|&at| is_version(&rest[at + 1..])).map_or(rest, |at| &rest[..at]),
    };
    let uri = uri.trim_ascii();
    (is_method && !uri.is_empty()).then_some((method, uri))
}

/// `HTTP/1.0`, `HTTP/2`.
fn is_version(text: &[u8]) -> bool {
    let is_number = |text: &[u8]| text.first().is_some_and(u8::is_ascii_digit);
    memchr(b'/', text).is_some_and(|slash| {
        slash > 0 && text[..slash].iter().all(u8::is_ascii_uppercase) && is_number(&text[slash + 1..])
    })
}

/// Turns stamps into times, and remembers the last one: most lines repeat it.
#[derive(Debug, Default)]
pub(super) struct Clock {
    stamp: [u8; STAMP],
    time: Time,
}

impl Clock {
    /// Nanoseconds since 1970, UTC.
    ///
    /// # Errors
    /// There is no such time, or it is before 1970.
    #[inline]
    pub(super) fn at(&mut self, stamp: &[u8]) -> Result<Time> {
        if stamp != self.stamp {
            let Some(time) = seconds(stamp).and_then(|seconds| seconds.checked_mul(SECOND)) else {
                return Err(Error::failure(format!(
                    "the time is '{}'; expected dd/Mon/yyyy:HH:MM:SS +zzzz, from 1970 on, with an English month",
                    field::show(stamp)
                )));
            };
            self.time = time;
            self.stamp.copy_from_slice(stamp);
        }
        Ok(self.time)
    }
}

const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// Seconds since 1970, UTC, of `dd/Mon/yyyy:HH:MM:SS +zzzz`.
fn seconds(stamp: &[u8]) -> Option<u64> {
    let number = |from: usize, to: usize| field::integer(&stamp[from..to]).ok();
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(&stamp[3..6]))? as u64;
    let (day, year) = (number(0, 2)?, number(7, 11)?);
    let (hour, minute, second) = (number(12, 14)?, number(15, 17)?, number(18, 20)?);
    let (zone_hour, zone_minute) = (number(22, 24)?, number(24, 26)?);
    if hour > 23 || minute > 59 || second > 60 || zone_minute > 59 {
        return None;
    }
    let local = field::days(year, month + 1, day)? * 86_400 + hour * 3600 + minute * 60 + second;
    let ahead = zone_hour * 3600 + zone_minute * 60;
    match stamp[21] {
        b'+' => local.checked_sub(ahead),
        b'-' => Some(local + ahead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(stamp: &str) -> Option<u64> {
        seconds(stamp.as_bytes())
    }

    #[test]
    fn times_are_those_of_utc() {
        assert_eq!(at("01/Jan/1970:00:00:00 +0000"), Some(0));
        assert_eq!(at("10/Oct/2000:13:55:36 -0700"), Some(971_211_336));
        assert_eq!(at("29/Feb/2000:23:59:59 +0000"), Some(951_868_799));
        assert_eq!(at("01/Mar/2000:00:00:00 +0000"), Some(951_868_800));
        assert_eq!(at("01/Mar/2100:00:00:00 +0000"), Some(4_107_542_400));
        assert_eq!(at("31/dec/2023:23:59:60 +0530"), Some(1_704_047_400));
        for wrong in [
            "31/Dez/2023:23:59:60 +0530",
            "32/Dec/2023:23:59:00 +0000",
            "00/Dec/2023:23:59:00 +0000",
            "01/Dec/2023:24:00:00 +0000",
            "01/Dec/1969:12:00:00 +0000",
            "01/Jan/1970:00:00:00 +0100",
            "01/Dec/2023:1x:00:00 +0000",
            "01/Dec/2023:10:00:00 00000",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
        let mut clock = Clock::default();
        assert_eq!(clock.at(b"01/Jan/1970:00:00:01 +0000").ok(), Some(SECOND));
        assert_eq!(clock.at(b"01/Jan/1970:00:00:01 +0000").ok(), Some(SECOND));
        assert!(clock.at(b"01/Jan/9970:00:00:01 +0000").is_err());
    }

    #[test]
    fn a_host_is_told_from_an_address() {
        for (front, expected) in [
            ("10.0.0.1 - - ", None),
            ("10.0.0.1 - ann lee ", None),
            ("2001:db8::80 id ann lee ", None),
            ("10.0.0.1 id ann ", None),
            ("a.org:443 10.0.0.1 - - ", Some("a.org:443")),
            ("[::1]:8080 ::1 id ann ", Some("[::1]:8080")),
            ("a.org 2001:db8::1 - ann ", Some("a.org")),
            ("- ", None),
            ("a.org 10.0.0.1 - - ", Some("a.org")),
            ("localhost 10.0.0.1 - - ", Some("localhost")),
            ("10.0.0.9:8080 10.0.0.1 - - ", Some("10.0.0.9:8080")),
            // Addresses that the request passed through.
            ("1.2.3.4, 10.0.0.1 - - ", None),
            ("1.2.3.4:5678, 10.0.0.1 - - ", None),
            ("1.2.3.4,5.6.7.8 10.0.0.1 - - ", None),
            ("1.2.3.4, 5.6.7.8, 10.0.0.1 - - ", None),
            ("unknown, 1.2.3.4 - - ", None),
            ("unknown 1.2.3.4 - - ", None),
            ("- 1.2.3.4 - - ", None),
            ("10.0.0.9 1.2.3.4 - - ", None),
            ("2001:db8::1 1.2.3.4 - ann ", None),
            ("2001:db8::80 ::1 - - ", None),
            ("[2001:db8::1] 1.2.3.4 - - ", None),
        ] {
            assert_eq!(host(front.as_bytes()), expected.map(str::as_bytes), "{front}");
        }
    }

    #[test]
    fn a_request_has_a_method_and_a_uri() {
        for (request, expected) in [
            ("GET / HTTP/1.1", Some(("GET", "/"))),
            ("GET /a b  HTTP/1.0", Some(("GET", "/a b"))),
            ("GET /a b", Some(("GET", "/a b"))),
            ("GET /old", Some(("GET", "/old"))),
            ("M-SEARCH * HTTP/2.0", Some(("M-SEARCH", "*"))),
            ("GET  HTTP/1.1", None),
            ("get / HTTP/1.1", None),
            ("-", None),
            ("", None),
            (r"\x16\x03\x01\x02 \x01", None),
            ("SSH-2.0-Go", None),
            (" / HTTP/1.1", None),
        ] {
            let expected = expected.map(|(method, uri)| (method.as_bytes(), uri.as_bytes()));
            assert_eq!(method_and_uri(request.as_bytes()), expected, "{request}");
        }
    }
}
