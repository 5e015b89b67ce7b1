//! Reading one field of a text line: integers, decimal times, operations; and saying what is wrong with it.

use super::Op;
use crate::core::{Error, SECOND, Time};

/// Why a field is not the number it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing.
    Empty,
    /// It is not a number at all.
    NotNumber,
    /// It is a number below 0.
    Negative,
    /// It does not fit.
    TooLarge,
}

/// A whole number in decimal digits.
///
/// # Errors
/// Anything else than 1 or more digits, or a number above `u64::MAX`.
#[inline]
pub fn integer(text: &[u8]) -> Result<u64, Fault> {
    let mut value = 0u64;
    for &c in text {
        let digit = c.wrapping_sub(b'0');
        if digit > 9 {
            return Err(not_digits(text));
        }
        value = match value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit))) {
            Some(value) => value,
            None if text.iter().all(u8::is_ascii_digit) => return Err(Fault::TooLarge),
            None => return Err(not_digits(text)),
        };
    }
    if text.is_empty() { Err(Fault::Empty) } else { Ok(value) }
}

/// An id that is a whole number. One with a leading zero is none but a text, so that `007` and `7` are two.
///
/// # Errors
/// As [`integer`].
#[inline]
pub fn id(text: &[u8]) -> Result<u64, Fault> {
    if let [b'0', _, ..] = text { Err(Fault::NotNumber) } else { integer(text) }
}

#[cold]
fn not_digits(text: &[u8]) -> Fault {
    match text.split_first() {
        Some((b'-', rest)) if !rest.is_empty() && rest.iter().all(|c| c.is_ascii_digit() || *c == b'.') => {
            Fault::Negative
        }
        _ => Fault::NotNumber,
    }
}

/// A whole number in hexadecimal digits, with or without `0x`.
///
/// # Errors
/// Anything else than 1 or more hexadecimal digits, or a number above `u64::MAX`.
pub fn hexadecimal(text: &[u8]) -> Result<u64, Fault> {
    let digits = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
    if digits.is_empty() {
        return Err(Fault::Empty);
    }
    let mut value = 0u64;
    for &c in digits {
        let Some(digit) = (c as char).to_digit(16) else { return Err(not_digits(text)) };
        if value >> 60 != 0 {
            return Err(Fault::TooLarge);
        }
        value = value << 4 | u64::from(digit);
    }
    Ok(value)
}

/// What a size column says of so many bytes: 4 GiB less one where there are more, which the trace notes. `None` for 256 TiB and
/// more: no object is so large, so the number is no size.
pub fn held(bytes: u64) -> Option<u32> {
    (bytes < 1 << 48).then(|| u32::try_from(bytes).unwrap_or(u32::MAX))
}

/// What [`held`] takes, for errors.
pub const HELD: &str = "a size below 256 TiB";

/// A size in bytes; `1234.0` is accepted because spreadsheets write it.
///
/// # Errors
/// Not a whole number, negative, or one that is not [`held`].
pub fn size(text: &[u8]) -> Result<u32, Fault> {
    let whole = match text.iter().position(|&c| c == b'.') {
        Some(dot) if text[dot + 1..].iter().all(|&c| c == b'0') => &text[..dot],
        _ => text,
    };
    held(integer(whole)?).ok_or(Fault::TooLarge)
}

/// A point in time or a duration, in units of `unit` nanoseconds, with or without decimals.
///
/// Digits that stand for less than a nanosecond are cut off.
///
/// # Errors
/// Not a decimal number, negative, or above 2^64 nanoseconds (584 years).
pub fn time(text: &[u8], unit: Time) -> Result<Time, Fault> {
    let dot = text.iter().position(|&c| c == b'.').unwrap_or(text.len());
    let decimals = text.get(dot + 1..).unwrap_or_default();
    let whole = match integer(&text[..dot]) {
        Err(Fault::Empty) if !decimals.is_empty() => 0,
        Err(Fault::NotNumber) => return Err(not_digits(text)),
        other => other?,
    };
    let mut scale = unit;
    let mut part: Time = 0;
    for &c in decimals {
        if !c.is_ascii_digit() {
            return Err(Fault::NotNumber);
        }
        // Units are powers of ten, so each division is exact until nothing is left.
        scale /= 10;
        part += scale * Time::from(c - b'0');
    }
    whole.checked_mul(unit).and_then(|t| t.checked_add(part)).ok_or(Fault::TooLarge)
}

/// Seconds from 1970 to the date and time `YYYYMMDDHHMMSS`, if it is one that is not earlier.
pub fn calendar(text: &[u8]) -> Option<u64> {
    let [year, month, day, hour, minute, second] = [(0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14)]
        .map(|(from, to)| text.get(from..to).and_then(|part| integer(part).ok()));
    if text.len() != 14 || hour? > 23 || minute? > 59 || second? > 60 {
        return None;
    }
    Some(days(year?, month?, day?)? * 86_400 + hour? * 3_600 + minute? * 60 + second?)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, if it is one that is not earlier.
pub fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1970..10_000).contains(&year) || day == 0 || day > length {
        return None;
    }
    let before = year - 1;
    // Days of the years from year 1 on, of which 719,162 lie before 1970.
    let years = before * 365 + before / 4 - before / 100 + before / 400 - 719_162;
    Some(years + lengths[..month as usize - 1].iter().sum::<u64>() + day - 1)
}

/// Nanoseconds in a unit of time named as on the command line: `s`, `ms`, `us`, `ns`.
pub fn time_unit(name: &str) -> Option<Time> {
    match name {
        "s" => Some(SECOND),
        "ms" => Some(1_000_000),
        "us" => Some(1_000),
        "ns" => Some(1),
        _ => None,
    }
}

/// An operation by name, by libCacheSim's number, or by SCSI command code.
///
/// A conditional or partial write (`add`, `cas`, `append`, `incr`, ...) is a [`Op::Set`].
pub fn op(text: &[u8]) -> Option<Op> {
    let mut lower = [0u8; 12];
    let lower = lower.get_mut(..text.len())?;
    lower.copy_from_slice(text);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"get" | b"gets" | b"read" | b"r" | b"load" | b"l" | b"get_lease" | b"head" | b"0" | b"1" | b"2" | b"12"
        | b"28" | b"88" | b"a8" => Op::Get,
        b"set" | b"put" | b"write" | b"w" | b"store" | b"s" | b"set_lease" | b"add" | b"replace" | b"cas"
        | b"append" | b"prepend" | b"incr" | b"decr" | b"update" | b"3" | b"4" | b"5" | b"6" | b"7" | b"8" | b"10"
        | b"11" | b"13" | b"14" | b"2a" | b"8a" | b"aa" => Op::Set,
        b"delete" | b"del" | b"remove" | b"d" | b"9" => Op::Delete,
        _ => return None,
    })
}

/// An operation by libCacheSim's number.
pub fn op_code(code: u64) -> Option<Op> {
    Some(match code {
        0..=2 | 12 => Op::Get,
        3..=8 | 10 | 11 | 13 | 14 => Op::Set,
        9 => Op::Delete,
        _ => return None,
    })
}

/// The error for a field: `expected a size below 256 TiB, found 'x'`.
pub fn error(what: &str, expected: &str, text: &[u8], fault: Fault) -> Error {
    let shown = show(text);
    Error::failure(match fault {
        Fault::Empty => format!("the {what} is empty; expected {expected}"),
        Fault::NotNumber => format!("the {what} is '{shown}'; expected {expected}"),
        Fault::Negative => format!("the {what} is negative ({shown}); expected {expected}"),
        Fault::TooLarge => format!("the {what} {shown} is too large; expected {expected}"),
    })
}

/// A field for an error message: at most 40 characters, on one line.
pub fn show(text: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * LONGEST)]).escape_debug().to_string();
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}...", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(integer(b"18446744073709551615"), Ok(u64::MAX));
        assert_eq!(integer(b"18446744073709551616"), Err(Fault::TooLarge));
        assert_eq!(integer(b"99999999999999999999999999"), Err(Fault::TooLarge));
        assert_eq!(integer(b"99999999999999999999999999x"), Err(Fault::NotNumber));
        assert_eq!(integer(b"-5"), Err(Fault::Negative));
        assert_eq!(integer(b"-"), Err(Fault::NotNumber));
        assert_eq!(integer(b""), Err(Fault::Empty));
        assert_eq!(integer(b"1 2"), Err(Fault::NotNumber));
        assert_eq!(hexadecimal(b"0x1fffff50"), Ok(0x1fff_ff50));
        assert_eq!(hexadecimal(b"ffffffffffffffff"), Ok(u64::MAX));
        assert_eq!(hexadecimal(b"0x1ffffffffffffffff"), Err(Fault::TooLarge));
        assert_eq!(hexadecimal(b"0x"), Err(Fault::Empty));
        assert_eq!(size(b"4294967295"), Ok(u32::MAX));
        assert_eq!(size(b"4294967296"), Ok(u32::MAX));
        assert_eq!(size(b"281474976710655"), Ok(u32::MAX));
        assert_eq!(size(b"281474976710656"), Err(Fault::TooLarge));
        assert_eq!(size(b"12.0"), Ok(12));
        assert!(size(b"12.5").is_err());
    }

    #[test]
    fn times_keep_their_nanoseconds() {
        assert_eq!(time(b"1.5", SECOND), Ok(1_500_000_000));
        assert_eq!(time(b"1700000000.123456789", SECOND), Ok(1_700_000_000_123_456_789));
        assert_eq!(time(b".25", 1_000_000), Ok(250_000));
        assert_eq!(time(b"7", 1), Ok(7));
        assert_eq!(time(b"1.0000000001", SECOND), Ok(SECOND));
        assert_eq!(time(b"20000000000", SECOND), Err(Fault::TooLarge));
        assert_eq!(time(b"-1.5", SECOND), Err(Fault::Negative));
        assert_eq!(time(b"1e5", SECOND), Err(Fault::NotNumber));
        assert_eq!(time(b".", SECOND), Err(Fault::Empty));
    }

    #[test]
    fn dates_are_days_since_1970() {
        assert_eq!((days(1970, 1, 1), days(2000, 3, 1), days(2026, 11, 22)), (Some(0), Some(11_017), Some(20_779)));
        assert_eq!(
            (days(1900, 1, 1), days(2023, 2, 29), days(2024, 13, 1), days(2024, 1, 0)),
            (None, None, None, None)
        );
        assert_eq!(days(2024, 2, 29), days(2024, 3, 1).map(|day| day - 1));
        assert_eq!(calendar(b"20160201000001"), Some(1_454_284_801));
        assert_eq!(
            (calendar(b"2016020100000"), calendar(b"20160201240000"), calendar(b"2016-201000001")),
            (None, None, None)
        );
    }

    #[test]
    fn operations() {
        assert_eq!(op(b"GET"), Some(Op::Get));
        assert_eq!(op(b"prepend"), Some(Op::Set));
        assert_eq!(op(b"9"), Some(Op::Delete));
        assert_eq!(op(b"frobnicate"), None);
        assert_eq!(op(b"a very long operation name"), None);
    }

    #[test]
    fn shown_fields_are_short_and_on_one_line() {
        assert_eq!(show(b"a\nb"), "a\\nb");
        assert_eq!(show(&[b'x'; 100]).len(), 43);
        assert!(show(&[0xff; 1000]).chars().count() < 50);
    }
}
