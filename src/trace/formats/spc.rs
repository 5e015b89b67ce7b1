//! The Storage Performance Council's format of the `UMass` traces (Financial, `WebSearch`), fields separated by commas, blanks
//! allowed beside them.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["umass-spc", "umass-storage"],
    extensions: &["spc"],
    summary: "UMass's disks in the SPC format: reads and writes of ranges",
    layout: "ASU, LBA (512 B), size (B), opcode (r or w), timestamp (s), optional fields",
    source: "https://traces.cs.umass.edu/index.php/Storage/Storage (SPC trace file format 1.0.1)",
    sample: "financial.spc",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    fewest: 5,
    time: Some(("timestamp", Clock::SECONDS)),
    op: Some(("opcode", table::direction)),
    tenant: &["ASU"],
    sure: 91,
    ..Layout::new(
        "spc",
        &["ASU", "LBA", "size", "opcode", "timestamp", "optional", "optional", "optional"],
        Key::Range(Range::disk(&["ASU"], "LBA", "size").units(512, 1)),
    )
};
