//! Quoted text as logs write it, with the escapes of C: where it ends, and what it says.

use memchr::{memchr, memchr2};

/// Where the quote is that ends the quoted text at the start of `text`: the first one that no backslash escapes.
#[inline]
pub(crate) fn end_of_quoted(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Appends what the escaped `text` says to `out`.
///
/// `\n`, `\r`, `\t`, `\a`, `\b`, `\f`, `\v`, `\xHH`, one to three octal digits; before any other character a backslash just
/// goes.
pub(crate) fn decode(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr(b'\\', text) {
        out.extend_from_slice(&text[..at]);
        let (byte, used) = escaped(&text[at + 1..]);
        out.push(byte);
        text = &text[at + 1 + used..];
    }
    out.extend_from_slice(text);
}

/// The byte that the text behind a backslash stands for, and the length of that text.
fn escaped(text: &[u8]) -> (u8, usize) {
    let Some(&first) = text.first() else { return (b'\\', 0) };
    let plain = match first {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'v' => 11,
        b'f' => 12,
        b'x' => return hexadecimal(text).map_or((b'x', 1), |byte| (byte, 3)),
        b'0'..=b'7' => {
            let digits = text.iter().take(3).take_while(|c| matches!(c, b'0'..=b'7'));
            return digits.fold((0, 0), |(value, used), c| ((value & 31) << 3 | (c - b'0'), used + 1));
        }
        other => other,
    };
    (plain, 1)
}

fn hexadecimal(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| text.get(at).and_then(|&c| (c as char).to_digit(16));
    Some((digit(1)? << 4 | digit(2)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        decode(text, &mut out);
        out
    }

    #[test]
    fn an_escaped_quote_does_not_end_the_text() {
        assert_eq!(end_of_quoted(br#"a\"b" "c""#), Some(4));
        assert_eq!(end_of_quoted(br#"a\\" b"#), Some(3));
        assert_eq!(end_of_quoted(br#"a\\\" b"#), None);
        assert_eq!(end_of_quoted(b"\""), Some(0));
        assert_eq!(end_of_quoted(b"never"), None);
        assert_eq!(end_of_quoted(b"\\"), None);
    }

    #[test]
    fn escapes_are_those_of_c() {
        assert_eq!(decoded(br#"a\n\r\t\a\b\v\f\\\"\'z"#), b"a\n\r\t\x07\x08\x0b\x0c\\\"'z");
        assert_eq!(decoded(br"\x00\xfF\x4a!"), [0, 0xff, b'J', b'!']);
        assert_eq!(decoded(br"\0\12\1234\400"), [0, 10, 0o123, b'4', 0]);
        assert_eq!(decoded(br"\303\251"), "\u{e9}".as_bytes());
        // What is no escape loses nothing but its backslash, and a last backslash stays.
        assert_eq!(decoded(br"\xg1\q\"), b"xg1q\\");
        assert_eq!(decoded(b"plain"), b"plain");
    }
}
