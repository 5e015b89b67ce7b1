//! The traces of Camelab's SSDs, separated by blanks. Their unit of time is not stated: seconds, unless `time_unit` says another.

use super::Format;
use super::webcachesim::TIME_UNIT;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Range, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    summary: "Camelab's SSDs: reads and writes of ranges of sectors",
    layout: "time, R or W, first sector (512 B), sectors, ignored; separated by blanks",
    source: "https://trace.camelab.org (Kwon et al., IISWC 2017)",
    sample: "camelab.txt",
    options: &[EXPAND, TIME_UNIT],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    fewest: 4,
    time: Some(("time", Clock::SECONDS)),
    op: Some(("type", table::direction)),
    sure: 88,
    ..Layout::new(
        "camelab",
        &["time", "type", "sector", "sectors", "ignored", "ignored", "ignored", "ignored"],
        Key::Range(Range::disk(&[], "sector", "sectors").units(512, 512)),
    )
};
