//! Alibaba's traces of cloud disks (2020), fields separated by commas.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["alibaba"],
    summary: "Alibaba's cloud disks: reads and writes of ranges",
    layout: "device_id, opcode (R or W), offset (B), length (B), timestamp (us)",
    source: "https://github.com/alibaba/block-traces (Li et al., IISWC 2020)",
    sample: "alibaba-block.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("timestamp", Clock::MICROSECONDS)),
    op: Some(("opcode", table::direction)),
    tenant: &["device_id"],
    sure: 92,
    ..Layout::new(
        "alibaba-block",
        &["device_id", "opcode", "offset", "length", "timestamp"],
        Key::Range(Range::disk(&["device_id"], "offset", "length")),
    )
};
