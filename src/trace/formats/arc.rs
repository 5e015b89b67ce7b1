//! The block ranges of the ARC paper's traces: `start count ignored sequence`, in blocks of 512 bytes.
//!
//! By default a request is one object, named by its first block, of `count * 512` bytes. With `expand=true` each block
//! of the range is a request of 512 bytes.

use super::{Decoder, Fill, Format, OptionHelp, each_line, fields};
use crate::core::{Error, Result};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field;
use crate::trace::input::Input;
use crate::trace::spec::{Options, boolean};

const BLOCK: u64 = 512;
/// The first number of blocks whose bytes do not fit a size; one request of 4 GiB is a damaged line anyway.
const TOO_MANY: u64 = (1 << 32) / BLOCK;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "arc",
    aliases: &["lis"],
    extensions: &["lis"],
    summary: "the ARC paper's block ranges: first block, number of blocks (512 B each), ignored, sequence number",
    options: &[OptionHelp {
        name: "expand",
        default: "false",
        help: "true: each block of a range is a request of 512 bytes; false: a range is one object",
    }],
    record_bytes: None,
    detect,
    open: |options, input| {
        let expand = boolean("arc", options, "expand")?.unwrap_or(false);
        Ok(Box::new(Arc { input, expand, next: 0, left: 0, empty: 0 }))
    },
};

struct Arc {
    input: Input,
    expand: bool,
    /// What is left of the range being expanded.
    next: u64,
    left: u64,
    empty: u64,
}

impl Decoder for Arc {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, next, left, empty, .. } = self;
        if !self.expand {
            return each_line(input, batch, |line, batch| {
                let Some((start, count)) = range(line)? else { return Ok(()) };
                batch.keys.push(start);
                if batch.want.sizes {
                    batch.sizes.push((count * BLOCK) as u32);
                }
                Ok(())
            });
        }
        give(next, left, batch);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        each_line(input, batch, |line, batch| {
            // A range that does not fit fills the batch, so no second line comes before the rest is given out.
            if let Some((start, count)) = range(line)? {
                *empty += u64::from(count == 0);
                (*next, *left) = (start, count);
                give(next, left, batch);
            }
            Ok(())
        })
    }

    fn options(&self) -> Options {
        Options::from([("expand", self.expand.to_string())])
    }

    fn notes(&self) -> Vec<String> {
        match self.empty {
            0 => Vec::new(),
            n => vec![format!("ranges of 0 blocks, which are no request: {n}")],
        }
    }
}

fn give(next: &mut u64, left: &mut u64, batch: &mut Batch) {
    let n = (batch.room() as u64).min(*left);
    batch.keys.extend((0..n).map(|i| *next + i));
    if batch.want.sizes {
        batch.sizes.extend((0..n).map(|_| BLOCK as u32));
    }
    *next += n;
    *left -= n;
}

/// First block and number of blocks; `None` for a blank line.
fn range(line: &[u8]) -> Result<Option<(u64, u64)>> {
    let mut fields = fields(line);
    let Some(start) = fields.next() else { return Ok(None) };
    let Some(count) = fields.next() else {
        return Err(Error::failure("expected 4 fields (first block, number of blocks, ignored, sequence), found 1"));
    };
    let first =
        field::integer(start).map_err(|fault| field::error("first block (field 1)", "a whole number", start, fault))?;
    let expected = "a whole number up to 8388607 (4 GiB)";
    let blocks = field::integer(count)
        .and_then(|n| if n < TOO_MANY { Ok(n) } else { Err(field::Fault::TooLarge) })
        .map_err(|fault| field::error("number of blocks (field 2)", expected, count, fault))?;
    // One past the last block must be a number too.
    if first.checked_add(blocks).is_none() {
        return Err(Error::failure(format!("the range of {blocks} blocks from {first} goes beyond 2^64"))
            .hint("expected: first block, number of blocks, ignored, sequence number"));
    }
    Ok(Some((first, blocks)))
}

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
