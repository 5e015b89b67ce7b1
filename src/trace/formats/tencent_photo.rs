//! Tencent's photo cache `QQPhoto` (2016). An object is a photo in one format and one class of size.

use super::Format;
use crate::trace::Op;
use crate::trace::table::{Clock, Key, Layout, Meaning, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["qqphoto"],
    summary: "Tencent's photo cache: a photo, its format and class of size",
    layout: "YYYYMMDDHHMMSS, photo, format, size class, bytes returned, hit, device, time taken (ms); separated by blanks",
    source: "https://iotta.snia.org/traces/parallel/27476 (Zhou et al., ICS 2018)",
    sample: "tencent-photo.txt",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    time: Some(("time", Clock::Digits)),
    size: &["bytes"],
    op: Some(("format", photo)),
    sure: 94,
    ..Layout::new(
        "tencent-photo",
        &["time", "photo", "format", "class", "bytes", "hit", "device", "milliseconds"],
        Key::Text(&["photo", "format", "class"]),
    )
};

/// The publisher says to leave out what is neither JPEG nor WebP.
#[expect(clippy::unnecessary_wraps, reason = "words of other formats may be none")]
fn photo(word: &[u8]) -> Option<Meaning> {
    Some(if matches!(word, b"0" | b"5") { Meaning::Is(Op::Get) } else { Meaning::Nothing })
}
