//! `time id size [features...]`, separated by blanks, as webcachesim, `AdaptSize` and LRB read it.

use super::{Format, OptionHelp};
use crate::core::{Result, Time};
use crate::trace::field;
use crate::trace::spec::{Options, bad_value};
use crate::trace::table::{Clock, Key, Layout, MOST_COLUMNS, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["lrb", "adaptsize", "wiki-tr"],
    extensions: &["tr"],
    summary: "time, id, size in bytes and ignored features, separated by blanks",
    layout: "time (s), id, size (B), any number of features; separated by blanks",
    source: "https://github.com/sunnyszy/lrb (Song et al., NSDI 2020); Berger et al., NSDI 2017 and 2018",
    sample: "webcachesim.tr",
    options: &[TIME_UNIT],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    fewest: 3,
    most: MOST_COLUMNS,
    time: Some(("time", Clock::SECONDS)),
    size: &["size"],
    sure: 70,
    ..Layout::new("webcachesim", &["time", "id", "size"], Key::Integer("id"))
};

/// The option for the unit of the time column, shared with others.
pub(super) const TIME_UNIT: OptionHelp =
    OptionHelp { name: "time_unit", default: "s", help: "unit of the time column: s, ms, us or ns" };

/// Nanoseconds in the unit that the options name.
pub(super) fn time_unit(format: &str, options: &Options) -> Result<Time> {
    let name = options.get("time_unit").map_or("s", |value| value.trim());
    field::time_unit(name).ok_or_else(|| bad_value(format, "time_unit", name, "s, ms, us or ns"))
}
