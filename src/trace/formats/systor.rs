//! The traces of virtual desktops of SYSTOR'17, fields separated by commas under a header.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Meaning, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["systor17", "snia-systor"],
    summary: "SYSTOR'17's virtual desktops: reads and writes of ranges",
    layout: "Timestamp (s), Response (s), IOType (R or W), LUN, Offset (B), Size (B)",
    source: "https://iotta.snia.org/traces/block-io/4964 (Lee et al., SYSTOR 2017)",
    sample: "systor.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("Timestamp", Clock::SECONDS)),
    op: Some(("IOType", operation)),
    tenant: &["LUN"],
    sure: 91,
    ..Layout::new(
        "systor",
        &["Timestamp", "Response", "IOType", "LUN", "Offset", "Size"],
        Key::Range(Range::disk(&["LUN"], "Offset", "Size")),
    )
};

/// Nothing stands there where no response was seen; what it was is not known then.
fn operation(word: &[u8]) -> Option<Meaning> {
    if word.is_empty() { Some(Meaning::Nothing) } else { table::direction(word) }
}
