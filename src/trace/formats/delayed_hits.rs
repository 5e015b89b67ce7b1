//! The traces of Delayed Hits (SIGCOMM 2020). A line is a step of time, one without an object lets a step go by; the number in
//! front of the semicolon is not read, as the authors do not.

use super::each_line;
use super::{Decoder, Fill};
use super::{Form, Format};
use crate::core::{Error, Result, SECOND};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::input::Input;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "delayed-hits",
    aliases: &["delayedhits"],
    extensions: &[],
    summary: "Delayed Hits: an object a step, or nothing; a step is a second",
    layout: "timestamp;object, or an empty line for a step without a request",
    source: "https://github.com/cmu-snap/Delayed-Hits (Atre et al., SIGCOMM 2020)",
    sample: "delayed-hits.txt",
    options: &[],
    record_bytes: None,
    form: Form::Own { detect, open: |_, input| Ok(Box::new(DelayedHits { input, steps: 0 })) },
};

struct DelayedHits {
    input: Input,
    steps: u64,
}

impl Decoder for DelayedHits {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let steps = &mut self.steps;
        each_line(&mut self.input, batch, |line, batch| {
            if let Some(object) = object(line)? {
                batch.texts.push(object);
                if batch.want.times {
                    batch.times.push(*steps * SECOND);
                }
            }
            *steps += 1;
            Ok(())
        })
    }

    fn strings(&self) -> bool {
        true
    }
}

/// The object that a line asks for, if it asks for one.
fn object(line: &[u8]) -> Result<Option<&[u8]>> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let Some(at) = line.iter().position(|&c| c == b';') else {
        return Err(Error::failure("no semicolon in the line").hint("expected timestamp;object, or an empty line"));
    };
    Ok(Some(line[at + 1..].trim_ascii()).filter(|object| !object.is_empty()))
}

fn detect(probe: &Probe<'_>) -> u8 {
    let mut requests = 0;
    for line in probe.lines().filter(|line| !line.trim_ascii().is_empty()) {
        let mut fields = line.split(|&c| c == b';');
        let number = fields.next().is_some_and(|time| !time.is_empty() && time.iter().all(u8::is_ascii_digit));
        if !number || fields.next().is_none() || fields.next().is_some() {
            return 0;
        }
        requests += 1;
    }
    if requests == 0 { 0 } else { 40 }
}
