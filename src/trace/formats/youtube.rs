//! The University of Massachusetts' trace of `YouTube` videos asked for from its campus, separated by blanks. Rows that ask for
//! something else than a video are left out.

use super::Format;
use crate::trace::Op;
use crate::trace::table::{Clock, Key, Layout, Meaning, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["umass-youtube"],
    summary: "UMass's YouTube requests",
    layout: "time (s), server, client, GETVIDEO, video, and others; separated by blanks",
    source: "https://traces.cs.umass.edu/index.php/Network/Network (Zink et al., MMCN 2008)",
    sample: "youtube.txt",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    fewest: 5,
    time: Some(("time", Clock::SECONDS)),
    op: Some(("request", request)),
    sure: 94,
    ..Layout::new(
        "youtube",
        &["time", "server", "client", "request", "video", "content_server", "other", "other"],
        Key::Text(&["video"]),
    )
};

#[expect(clippy::unnecessary_wraps, reason = "words of other formats may be none")]
fn request(word: &[u8]) -> Option<Meaning> {
    Some(if word == b"GETVIDEO" { Meaning::Is(Op::Get) } else { Meaning::Nothing })
}
