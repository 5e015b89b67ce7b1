//! Google's synthesised traces of its storage servers (Thesios, 2024), with a header, which comes again where shards were
//! joined. A range belongs to a file.

use super::Format;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Header, Key, Layout, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["google-thesios"],
    summary: "Google's storage servers: reads and writes of ranges of files",
    layout: "header: filename, file_offset (B), application, op_type (READ or WRITE), request_io_size_bytes, start_time (s) and others",
    source: "https://github.com/google-research-datasets/thesios (Phothilimthana et al., ASPLOS 2024)",
    sample: "thesios.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    header: Header::Names,
    required: &["op_type"],
    time: Some(("start_time", Clock::SECONDS)),
    op: Some(("op_type", table::direction)),
    tenant: &["application"],
    sure: 97,
    ..Layout::new(
        "thesios",
        &["filename", "file_offset", "application", "op_type", "request_io_size_bytes", "start_time"],
        Key::Range(Range {
            // 16 million files of a tebibyte.
            start_bits: 40,
            block: 4096,
            ..Range::disk(&["filename"], "file_offset", "request_io_size_bytes")
        }),
    )
};
