//! Tencent's traces of cloud disks (CBS, 2018 and 2020), fields separated by commas. Five numbers say little, so the file is
//! taken for this only where the user says so.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["tencent-cbs"],
    summary: "Tencent's cloud disks: reads and writes of ranges of sectors",
    layout: "Timestamp (s), Offset (512 B), Size (512 B), IOType (0 = read, 1 = write), VolumeID",
    source: "https://iotta.snia.org/traces/parallel/27917 (Zhang et al., USENIX ATC 2020)",
    sample: "tencent-block.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("Timestamp", Clock::SECONDS)),
    op: Some(("IOType", table::bit)),
    tenant: &["VolumeID"],
    sure: 0,
    ..Layout::new(
        "tencent-block",
        &["Timestamp", "Offset", "Size", "IOType", "VolumeID"],
        Key::Range(Range::disk(&["VolumeID"], "Offset", "Size").units(512, 512)),
    )
};
