//! What Tragen writes, a generator of traces of content delivery networks: three numbers separated by commas.

use super::Format;
use super::webcachesim::TIME_UNIT;
use crate::trace::table::{Clock, Key, Layout};

/// The format.
pub(super) static FORMAT: Format = Format {
    summary: "Tragen's synthetic traces",
    layout: "time (s), object, size; separated by commas",
    source: "https://github.com/UMass-LIDS/Tragen (Sabnis and Sitaraman, IMC 2021)",
    sample: "tragen.csv",
    options: &[TIME_UNIT],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("time", Clock::SECONDS)),
    size: &["size"],
    // csv reads three numbers the same way.
    sure: 0,
    ..Layout::new("tragen", &["time", "object", "size"], Key::Integer("object"))
};
