//! The keys that Gradle's build cache was asked for, in hexadecimal digits of 128 bits, one a line.

use super::Format;
use crate::trace::table::{Key, Layout, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["gradle-build-cache"],
    summary: "Gradle's build cache: a hash a line",
    layout: "hash (32 hexadecimal digits)",
    source: "https://github.com/ben-manes/caffeine/wiki/Simulator",
    sample: "gradle.txt",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    // A text of such lines is read as well as txt.
    sure: 0,
    // Nothing is: a line is a hash and no more.
    separator: Separator::Byte(b'\n'),
    looks: Some((is_hash, "up to 32 hexadecimal digits")),
    ..Layout::new("gradle", &["hash"], Key::Text(&["hash"]))
};

fn is_hash(text: &[u8]) -> bool {
    (1..=32).contains(&text.len()) && text.iter().all(u8::is_ascii_hexdigit)
}
