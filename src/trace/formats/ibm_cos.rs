//! IBM's traces of its cloud object store, separated by blanks. A copy reads its source; a HEAD asks for no data and is left
//! out, as are the parts of an upload.

use super::Format;
use crate::trace::Op;
use crate::trace::table::{Clock, Key, Layout, Meaning, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["ibm-object-store", "snia-object-store"],
    summary: "IBM's cloud object store: get, put, copy and delete of objects",
    layout: "time (ms), REST.GET.OBJECT and the like, object (hexadecimal), size (B), first and last byte; separated by blanks",
    source: "https://iotta.snia.org/traces/key-value/36305 (Eytan et al., HotStorage 2020)",
    sample: "ibm-cos.txt",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    fewest: 3,
    time: Some(("time", Clock::MILLISECONDS)),
    size: &["size"],
    op: Some(("operation", operation)),
    sure: 95,
    ..Layout::new("ibm-cos", &["time", "operation", "object", "size", "begin", "end"], Key::Hexadecimal("object"))
};

fn operation(word: &[u8]) -> Option<Meaning> {
    let rest = word.strip_prefix(b"REST.")?;
    Some(match rest {
        b"GET.OBJECT" | b"COPY.OBJECT" => Meaning::Is(Op::Get),
        b"PUT.OBJECT" => Meaning::Is(Op::Set),
        b"DELETE.OBJECT" => Meaning::Is(Op::Delete),
        _ => Meaning::Nothing,
    })
}
