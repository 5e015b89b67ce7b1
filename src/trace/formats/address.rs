//! Memory references as `l 0x1fffff50 1`: load or store, address in hexadecimal, a count that is ignored.

use super::{Decoder, Fill, Form, Format, each_line, fields};
use crate::core::{Error, Result};
use crate::trace::Op;
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field;
use crate::trace::input::Input;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "address",
    aliases: &["addresses", "memory-address"],
    extensions: &["address"],
    summary: "memory references: l or s, address in hexadecimal, count (ignored)",
    layout: "`l` or `s` (load or store), 0x and the address in hexadecimal, count; separated by blanks",
    source: "the trace of UCSD's course on architecture (Caffeine's ADDRESS)",
    sample: "address.trace",
    options: &[],
    record_bytes: None,
    form: Form::Own { detect, open: |_, input| Ok(Box::new(Address { input })) },
};

struct Address {
    input: Input,
}

impl Decoder for Address {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        each_line(&mut self.input, batch, one)
    }
}

fn one(line: &[u8], batch: &mut Batch) -> Result<()> {
    let mut fields = fields(line);
    let Some(kind) = fields.next() else { return Ok(()) };
    let op = match kind {
        b"l" => Op::Get,
        b"s" => Op::Set,
        _ => {
            let found = field::show(kind);
            return Err(Error::failure(format!("field 1 is '{found}'; expected l (load) or s (store)")));
        }
    };
    let Some(address) = fields.next() else {
        return Err(Error::failure("expected 3 fields (l or s, address, count), found 1"));
    };
    let key = field::hexadecimal(address).map_err(|fault| {
        field::error("address (field 2)", "a hexadecimal number of up to 64 bits, as in 0x1f40", address, fault)
    })?;
    batch.keys.push(key);
    if batch.want.ops {
        batch.ops.push(op);
    }
    Ok(())
}

fn detect(probe: &Probe<'_>) -> u8 {
    let mut lines = 0;
    for line in probe.lines().filter(|line| !line.trim_ascii().is_empty()) {
        let mut fields = fields(line);
        let kind = fields.next().is_some_and(|kind| kind == b"l" || kind == b"s");
        if !kind || !fields.next().is_some_and(|a| a.starts_with(b"0x") && field::hexadecimal(a).is_ok()) {
            return 0;
        }
        lines += 1;
    }
    if lines == 0 { 0 } else { 95 }
}
