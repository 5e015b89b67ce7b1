//! Microsoft Research Cambridge's traces of the disks of 13 servers (2007), fields separated by commas.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["msr-cambridge", "snia-cambridge"],
    summary: "MSR Cambridge's disks: reads and writes of ranges",
    layout: "Timestamp (100 ns since 1601), Hostname, DiskNumber, Type (Read or Write), Offset (B), Size (B), ResponseTime",
    source: "https://iotta.snia.org/traces/block-io/388 (Narayanan et al., FAST 2008)",
    sample: "msr.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("Timestamp", Clock::FILETIME)),
    op: Some(("Type", table::direction)),
    tenant: &["Hostname", "DiskNumber"],
    sure: 94,
    ..Layout::new(
        "msr",
        &["Timestamp", "Hostname", "DiskNumber", "Type", "Offset", "Size", "ResponseTime"],
        Key::Range(Range::disk(&["Hostname", "DiskNumber"], "Offset", "Size")),
    )
};
