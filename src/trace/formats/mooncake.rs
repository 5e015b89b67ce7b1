//! Mooncake's traces of a language model's key-value cache: a JSON object a line, whose `hash_ids` name the blocks of 512
//! tokens that a prompt begins with. Each block is a request, in their order.

use super::{Decoder, Fill, Format, each_line};
use crate::core::{Error, Result, Time};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::input::Input;
use serde::Deserialize;

const MILLISECOND: Time = 1_000_000;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "mooncake",
    aliases: &["mooncake-jsonl"],
    extensions: &[],
    summary: "Mooncake's JSON lines: timestamp (ms) and hash_ids, each of which is a request",
    options: &[],
    record_bytes: None,
    detect,
    open: |_, input| Ok(Box::new(Mooncake { input, blocks: Vec::new(), given: 0, time: 0 })),
};

/// What is read of a line; the rest of it does not matter.
#[derive(Debug, Deserialize)]
struct Prompt {
    timestamp: u64,
    hash_ids: Vec<u64>,
}

struct Mooncake {
    input: Input,
    /// The blocks of the prompt that is being given out, how many of them were, and its time.
    blocks: Vec<u64>,
    given: usize,
    time: Time,
}

impl Decoder for Mooncake {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, blocks, given, time } = self;
        give(blocks, given, *time, batch);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        each_line(input, batch, |line, batch| {
            // A prompt that does not fit fills the batch, so no second line comes before the rest is given out.
            if !line.trim_ascii().is_empty() {
                let prompt = prompt(line)?;
                *time = prompt.timestamp.saturating_mul(MILLISECOND);
                (*blocks, *given) = (prompt.hash_ids, 0);
                give(blocks, given, *time, batch);
            }
            Ok(())
        })
    }
}

fn give(blocks: &[u64], given: &mut usize, time: Time, batch: &mut Batch) {
    let end = blocks.len().min(*given + batch.room());
    batch.keys.extend(&blocks[*given..end]);
    if batch.want.times {
        batch.times.extend((*given..end).map(|_| time));
    }
    *given = end;
}

fn prompt(line: &[u8]) -> Result<Prompt> {
    serde_json::from_slice(line).map_err(|error| {
        Error::failure(format!("column {}: {error}", error.column()))
            .hint("expected an object with a timestamp in milliseconds and hash_ids, a list of whole numbers")
    })
}

fn detect(probe: &Probe<'_>) -> u8 {
    let named = |line: &[u8]| line.first() == Some(&b'{') && line.windows(10).any(|part| part == b"\"hash_ids\"");
    let mut lines = probe.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).peekable();
    // A damaged line is for the reader to name.
    if lines.peek().is_some() && lines.all(named) { 95 } else { 0 }
}
