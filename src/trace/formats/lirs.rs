//! One block number a line, as in the traces of the LIRS paper; `*` lines and blank lines are ignored.

use super::{Decoder, Fill, Form, Format, each_line};
use crate::core::Result;
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field;
use crate::trace::input::Input;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "lirs",
    aliases: &["trc"],
    extensions: &["trc", "lirs"],
    summary: "one block number a line; lines that start with * and blank lines are ignored",
    layout: "block number; lines that begin with * and empty lines are no request",
    source: "Jiang and Zhang, SIGMETRICS 2002",
    sample: "lirs.trc",
    options: &[],
    record_bytes: None,
    form: Form::Own { detect, open: |_, input| Ok(Box::new(Lirs { input })) },
};

struct Lirs {
    input: Input,
}

impl Decoder for Lirs {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        each_line(&mut self.input, batch, |line, batch| {
            let text = line.trim_ascii();
            if text.is_empty() || text[0] == b'*' {
                return Ok(());
            }
            let number = field::integer(text);
            batch.keys.push(number.map_err(|fault| {
                field::error("block number", "a whole number, or a line that starts with *", text, fault)
            })?);
            Ok(())
        })
    }
}

fn detect(probe: &Probe<'_>) -> u8 {
    let (mut numbers, mut stars) = (0, 0);
    for line in probe.all_lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        match line[0] {
            b'*' => stars += 1,
            b'0'..=b'9' if field::integer(line).is_ok() => numbers += 1,
            _ => return 0,
        }
    }
    match (numbers, stars) {
        (0, _) => 0,
        // Without a star it reads the same as plain ids, whose name is better known.
        (_, 0) => 50,
        _ => 90,
    }
}
