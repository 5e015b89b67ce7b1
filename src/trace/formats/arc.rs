//! The block ranges of the ARC paper's traces: `start count ignored sequence`, in blocks of 512 bytes.
//!
//! By default a request is one object, named by its first block, of `count * 512` bytes. With `expand=true` each block
//! of the range is a request of 512 bytes.

use super::{Form, Format, fields};
use crate::trace::detect::Probe;
use crate::trace::field;
use crate::trace::ranges::EXPAND;
use crate::trace::table::{self, Key, Layout, Range, Separator};

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "arc",
    aliases: &["lis"],
    extensions: &["lis"],
    summary: "the ARC paper's block ranges",
    layout: "first block, number of blocks (512 B each), ignored, sequence number; separated by blanks",
    source: "Megiddo and Modha, FAST 2003",
    sample: "arc.lis",
    options: &[EXPAND],
    record_bytes: None,
    form: Form::Own { detect, open: |options, input| table::open(&LAYOUT, options, input) },
};

static LAYOUT: Layout = Layout {
    separator: Separator::Blanks,
    ..Layout::new(
        "arc",
        &["first block", "number of blocks", "ignored", "sequence number"],
        Key::Range(Range::disk(&[], "first block", "number of blocks").units(512, 512)),
    )
};

fn detect(probe: &Probe<'_>) -> u8 {
    let mut last = 0;
    let mut lines = 0;
    for line in probe.lines().filter(|line| !line.trim_ascii().is_empty()) {
        let mut numbers = [0u64; 5];
        let mut n = 0;
        for text in fields(line) {
            match field::integer(text) {
                Ok(value) if n < 4 => numbers[n] = value,
                _ => return 0,
            }
            n += 1;
        }
        let [_, count, third, sequence, _] = numbers;
        if n != 4 || count == 0 || third != 0 || sequence < last {
            return 0;
        }
        last = sequence;
        lines += 1;
    }
    if lines == 0 { 0 } else { 85 }
}
