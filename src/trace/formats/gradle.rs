//! The keys that Gradle's build cache was asked for, in hexadecimal digits of 128 bits, one a line.

use super::Format;
use crate::trace::table::{Key, Layout};

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
    ..Layout::new("gradle", &["hash"], Key::Text(&["hash"]))
};
