//! The traces of Baleen (FAST 2024), of Meta's file system Tectonic in 2019, 2021 and 2023, separated by blanks. Years differ
//! in the columns behind the fifth; where there is a ninth, it says how often the row was asked for.

use super::Format;
use crate::trace::Op;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{Clock, Key, Layout, Meaning, Range, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["baleen24"],
    summary: "Baleen's traces of Meta's Tectonic: reads and writes of ranges of blocks",
    layout: "block_id, io_offset (B), io_size (B), time (s), op (1, 2, 5 = read; 3, 4, 6 = write), three of the user, op_count, host; separated by blanks",
    source: "https://github.com/wonglkd/Baleen-FAST24 (Wong et al., FAST 2024)",
    sample: "baleen.trace",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    fewest: 8,
    time: Some(("time", Clock::SECONDS)),
    op: Some(("op", operation)),
    count: Some("op_count"),
    // Rows of numbers may be anything; webcachesim's have no operation in the fifth place.
    sure: 75,
    ..Layout::new(
        "baleen",
        &["block_id", "io_offset", "io_size", "time", "op", "user", "user", "user", "op_count", "host"],
        Key::Range(Range { start_bits: 32, block: 128 << 10, ..Range::disk(&["block_id"], "io_offset", "io_size") }),
    )
};

fn operation(word: &[u8]) -> Option<Meaning> {
    match word {
        b"1" | b"2" | b"5" => Some(Meaning::Is(Op::Get)),
        b"3" | b"4" | b"6" => Some(Meaning::Is(Op::Set)),
        _ => None,
    }
}
