//! `WikiBench`'s trace of Wikipedia (2007), separated by blanks: every URL, those of searches and histories too.

use super::Format;
use crate::trace::Op;
use crate::trace::table::{Clock, Key, Layout, Meaning, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["wikipedia"],
    summary: "WikiBench's requests to Wikipedia",
    layout: "counter, time (s), URL, - for a read or save for a write; separated by blanks",
    source: "http://www.wikibench.eu (Urdaneta, Pierre, van Steen, Computer Networks 2009)",
    sample: "wikibench.txt",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    time: Some(("time", Clock::SECONDS)),
    op: Some(("flag", flag)),
    sure: 90,
    ..Layout::new("wikibench", &["counter", "time", "url", "flag"], Key::Text(&["url"]))
};

fn flag(word: &[u8]) -> Option<Meaning> {
    match word {
        b"-" => Some(Meaning::Is(Op::Get)),
        b"save" => Some(Meaning::Is(Op::Set)),
        _ => None,
    }
}
