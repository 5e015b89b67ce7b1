//! Traces of a language model's key-value cache: a JSON object a line, whose `hash_ids` name the blocks of tokens that a prompt
//! begins with. Each block is a request, in their order, with the number of its prompt and its depth in it.

use super::tally::note;
use super::{Decoder, Fill, each_line};
use crate::core::{Error, Result, Time};
use crate::trace::Place;
use crate::trace::batch::Batch;
use crate::trace::detect::{Probe, Vote};
use crate::trace::input::Input;
use serde::Deserialize;

/// What is read of a line; the rest of it does not matter.
#[derive(Debug, Deserialize)]
struct Prompt {
    timestamp: f64,
    hash_ids: Vec<u64>,
}

/// The decoder.
pub(super) struct Prompts {
    input: Input,
    /// Nanoseconds of a timestamp's unit.
    unit: Time,
    waiting: Waiting,
}

/// The blocks of the prompt that is being given out.
#[derive(Debug, Default)]
struct Waiting {
    blocks: Vec<u64>,
    given: usize,
    time: Time,
    /// Prompts so far, this one included, and those without a block.
    prompts: u32,
    empty: u64,
}

impl Prompts {
    /// Timestamps count units of so many nanoseconds.
    pub(super) fn new(input: Input, unit: Time) -> Self {
        Self { input, unit, waiting: Waiting::default() }
    }
}

impl Decoder for Prompts {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, unit, waiting } = self;
        waiting.give(batch);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        each_line(input, batch, |line, batch| {
            // A prompt that does not fit fills the batch, so no second line comes before the rest is given out.
            if !line.trim_ascii().is_empty() {
                waiting.take(prompt(line)?, *unit)?;
                waiting.give(batch);
            }
            Ok(())
        })
    }

    fn notes(&self) -> Vec<String> {
        note("prompts without blocks, which are no request", self.waiting.empty).into_iter().collect()
    }
}

impl Waiting {
    fn take(&mut self, prompt: Prompt, unit: Time) -> Result<()> {
        let time = prompt.timestamp * unit as f64;
        if !(0.0..u64::MAX as f64).contains(&time) {
            return Err(Error::failure(format!("the timestamp is {}; expected at most 584 years", prompt.timestamp)));
        }
        let empty = self.empty + u64::from(prompt.hash_ids.is_empty());
        let prompts = self.prompts.saturating_add(1);
        *self = Self { blocks: prompt.hash_ids, given: 0, time: time as Time, prompts, empty };
        Ok(())
    }

    fn give(&mut self, batch: &mut Batch) {
        let range = self.given..self.blocks.len().min(self.given + batch.room());
        batch.keys.extend(&self.blocks[range.clone()]);
        if batch.want.times {
            batch.times.extend(range.clone().map(|_| self.time));
        }
        if batch.want.places {
            let prompt = self.prompts.saturating_sub(1);
            batch.places.extend(range.clone().map(|depth| Place { prompt, depth: depth as u32 }));
        }
        self.given = range.end;
    }
}

fn prompt(line: &[u8]) -> Result<Prompt> {
    serde_json::from_slice(line).map_err(|error| {
        Error::failure(format!("column {}: {error}", error.column()))
            .hint("expected an object with a timestamp and hash_ids, a list of whole numbers")
    })
}

/// Whether most lines are objects with `hash_ids`, and with this word or without it. A damaged line is for the reader to name.
pub(super) fn detect(probe: &Probe<'_>, word: &[u8], has: bool) -> bool {
    let holds = |line: &[u8], word: &[u8]| memchr::memmem::find(line, word).is_some();
    let named = |line: &[u8]| line.first() == Some(&b'{') && holds(line, b"\"hash_ids\"") && holds(line, word) == has;
    Vote::of(probe.lines().map(<[u8]>::trim_ascii), named).is_so(100)
}
