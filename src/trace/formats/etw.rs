//! Traces of Microsoft's servers (SNIA's Microsoft Enterprise and Production traces), as Event Tracing for Windows writes them:
//! a header up to `EndHeader`, then events, of which those of disks count.

use super::{Form, Format};
use crate::trace::Op;
use crate::trace::detect::Probe;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Clock, Key, Layout, Meaning, Range};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["snia-enterprise", "ms-enterprise"],
    summary: "Event Tracing for Windows: reads and writes of disks",
    layout: "DiskRead or DiskWrite, TimeStamp (us), process, thread, IrpPtr, ByteOffset, IOSize, ElapsedTime, DiskNum and others",
    source: "https://iotta.snia.org/traces/block-io/130 (Kavalanekar et al., IISWC 2008)",
    sample: "etw.csv",
    options: &[EXPAND],
    form: Form::Own { detect, open: |options, input| table::open(&LAYOUT, options, input) },
    ..Format::table(&LAYOUT)
};

/// The header says enough: names of files may have commas in them, and the disk's events may come late.
fn detect(probe: &Probe<'_>) -> u8 {
    match probe.lines().next().map(<[u8]>::trim_ascii) {
        Some(b"BeginHeader") => 98,
        _ => table::detect(&LAYOUT, probe),
    }
}

static LAYOUT: Layout = Layout {
    fewest: 9,
    begin: Some(b"EndHeader"),
    time: Some(("TimeStamp", Clock::MICROSECONDS)),
    op: Some(("event", event)),
    tenant: &["DiskNum"],
    sure: 98,
    ..Layout::new(
        "etw",
        &[
            "event",
            "TimeStamp",
            "process",
            "ThreadID",
            "IrpPtr",
            "ByteOffset",
            "IOSize",
            "ElapsedTime",
            "DiskNum",
            "IrpFlags",
            "DiskSvcTime",
            "I/O Pri",
            "VolSnap",
            "FileObject",
            "FileName",
        ],
        Key::Range(Range::disk(&["DiskNum"], "ByteOffset", "IOSize")),
    )
};

#[expect(clippy::unnecessary_wraps, reason = "words of other formats may be none")]
fn event(word: &[u8]) -> Option<Meaning> {
    Some(match word {
        b"DiskRead" => Meaning::Is(Op::Get),
        b"DiskWrite" => Meaning::Is(Op::Set),
        _ => Meaning::Nothing,
    })
}
