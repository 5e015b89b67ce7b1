//! Any file of records with the same number of bytes: the letters of Python's `struct` say which numbers a record has, and
//! options which of them is what.

use super::{Decoder, Form, Format, OptionHelp};
use crate::core::{Error, Result};
use crate::trace::field::{op_code, time_unit};
use crate::trace::input::Input;
use crate::trace::packed::{self, Codes, Fields, Layout, Number, Packed};
use crate::trace::spec::{Options, bad_value};

const NAME: &str = "binary";

/// The format.
pub(super) static FORMAT: Format = Format {
    name: NAME,
    aliases: &["bin"],
    extensions: &[],
    summary: "records of numbers, as letters of Python's struct tell them: binary:fields=<IQI,time=1,id=2,size=3",
    layout: "as the letters of `fields` say, one after the other without gaps",
    source: "https://github.com/1a1a11a/libCacheSim",
    sample: "binary.bin",
    options: &[
        OptionHelp {
            name: "fields",
            default: "must be given",
            help: "< (lowest byte first) or >, then a letter for each number: c b B h H i I q Q f d",
        },
        OptionHelp { name: "id", default: "1", help: "which of them is the object's id, from 1" },
        OptionHelp { name: "time", default: "none", help: "which is the time" },
        OptionHelp { name: "size", default: "none", help: "which is the size in bytes" },
        OptionHelp { name: "op", default: "none", help: "which is the operation, by libCacheSim's numbers" },
        OptionHelp { name: "ttl", default: "none", help: "which is the time to live in seconds; 0 is none" },
        OptionHelp { name: "tenant", default: "none", help: "which says whose request it is" },
        OptionHelp { name: "time_unit", default: "s", help: "unit of the time: s, ms, us or ns" },
        OptionHelp { name: "skip", default: "0", help: "bytes before the first record" },
    ],
    record_bytes: Some(24),
    form: Form::Own { detect: |_| 0, open },
};

fn open(options: &Options, mut input: Input) -> Result<Box<dyn Decoder>> {
    let letters = options.get("fields").map(|value| value.trim()).ok_or_else(|| {
        Error::usage("trace format binary: 'fields' is missing")
            .hint("for example binary:fields=<IQI,time=1,id=2,size=3")
    })?;
    let Fields { numbers, record, big_endian } = packed::fields(letters)
        .ok_or_else(|| bad_value(NAME, "fields", letters, "< or > and letters of c b B h H i I q Q f d, as in <IQI"))?;
    let field = |name: &str| -> Result<Option<Number>> {
        let Some(value) = options.get(name).map(|value| value.trim()) else { return Ok(None) };
        let index = value.parse::<usize>().ok().and_then(|index| index.checked_sub(1));
        let number = index.and_then(|index| numbers.get(index)).copied();
        let expected = || bad_value(NAME, name, value, &format!("a whole number from 1 to {}", numbers.len()));
        let number = number.ok_or_else(expected)?;
        if number.kind().is_float() && name != "time" {
            return Err(bad_value(NAME, name, value, "a field that is a whole number: only a time may be f or d"));
        }
        Ok(Some(number))
    };
    let unit = options.get("time_unit").map_or("s", |unit| unit.trim());
    let unit = time_unit(unit).ok_or_else(|| bad_value(NAME, "time_unit", unit, "s, ms, us or ns"))?;
    let layout = Layout {
        big_endian,
        time: field("time")?.map(|number| (number, unit)),
        size: field("size")?.into_iter().collect(),
        op: field("op")?.map(|number| (number, op_code as Codes)),
        ttl: field("ttl")?.map(|number| (number, crate::core::SECOND)),
        tenant: field("tenant")?,
        ..Layout::new(record, field("id")?.unwrap_or(numbers[0]))
    };
    if let Some(skip) = options.get("skip").map(|value| value.trim()) {
        let bytes = skip.parse::<usize>().ok().filter(|&bytes| bytes <= input.head().len());
        let expected =
            || bad_value(NAME, "skip", skip, &format!("at most the {} bytes that are there", input.head().len()));
        let bytes = bytes.ok_or_else(expected)?;
        input.consume(bytes, 0);
    }
    Ok(Box::new(Packed::new(input, layout)))
}
