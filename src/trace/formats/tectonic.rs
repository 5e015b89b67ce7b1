//! Meta's traces of its file system Tectonic (2023), with a header. A range belongs to a shard of a block; blocks are kept in
//! segments of 128 KiB by the cache in front of it.

use super::Format;
use crate::trace::Op;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{Clock, Header, Key, Layout, Meaning, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["meta-tectonic", "meta-block"],
    summary: "Meta's Tectonic: reads and writes of ranges of blocks",
    layout: "header: op_time (s), block_id, io_size (B), io_offset (B), user_namespace, op_name, rs_shard_id and others",
    source: "https://cachelib.org/docs/Cache_Library_User_Guides/Cachebench_FB_HW_eval",
    sample: "tectonic.csv",
    options: &[EXPAND],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    header: Header::Names,
    required: &["op_name"],
    time: Some(("op_time", Clock::SECONDS)),
    op: Some(("op_name", operation)),
    tenant: &["user_namespace"],
    sure: 97,
    ..Layout::new(
        "tectonic",
        &["op_time", "block_id", "io_size", "io_offset", "user_namespace", "op_name", "rs_shard_id"],
        Key::Range(Range {
            // Billions of blocks, each far below 4 GiB.
            start_bits: 32,
            block: 128 << 10,
            ..Range::disk(&["block_id", "rs_shard_id"], "io_offset", "io_size")
        }),
    )
};

/// The names begin with what is done.
fn operation(word: &[u8]) -> Option<Meaning> {
    if word.starts_with(b"getChunkData") {
        Some(Meaning::Is(Op::Get))
    } else if word.starts_with(b"putChunk") {
        Some(Meaning::Is(Op::Set))
    } else {
        None
    }
}
