//! Fujitsu's traces of the disks of its K5 cloud, fields separated by commas.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["snia-k5cloud", "fujitsu-k5"],
    summary: "Fujitsu K5's cloud disks: reads and writes of ranges",
    layout: "volume, time (s), R or W, offset (B), size (B)",
    source: "https://iotta.snia.org/traces/parallel/26930 (Fujitsu K5 cloud service)",
    sample: "k5cloud.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("time", Clock::SECONDS)),
    op: Some(("type", table::direction)),
    tenant: &["volume"],
    sure: 90,
    ..Layout::new(
        "k5cloud",
        &["volume", "time", "type", "offset", "size"],
        Key::Range(Range::disk(&["volume"], "offset", "size")),
    )
};
