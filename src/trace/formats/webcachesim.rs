//! `time id size [features...]`, separated by blanks, as webcachesim, `AdaptSize` and LRB read it.

use super::{Decoder, Fill, Format, OptionHelp, each_line, fields};
use crate::core::{Error, Result, Time};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field;
use crate::trace::input::Input;
use crate::trace::spec::{Options, bad_value};

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "webcachesim",
    aliases: &["lrb", "adaptsize", "wiki-tr"],
    extensions: &["tr"],
    summary: "time, id, size in bytes and ignored features, separated by blanks",
    options: &[TIME_UNIT],
    record_bytes: None,
    detect,
    open: |options, input| Ok(Box::new(Webcachesim { input, unit: time_unit("webcachesim", options)? })),
};

/// The option for the unit of the time column, shared with csv.
pub(super) const TIME_UNIT: OptionHelp =
    OptionHelp { name: "time_unit", default: "s", help: "unit of the time column: s, ms, us or ns" };

/// Nanoseconds in the unit that the options name.
pub(super) fn time_unit(format: &str, options: &Options) -> Result<Time> {
    let name = options.get("time_unit").map_or("s", |value| value.trim());
    field::time_unit(name).ok_or_else(|| bad_value(format, "time_unit", name, "s, ms, us or ns"))
}

struct Webcachesim {
    input: Input,
    unit: Time,
}

impl Decoder for Webcachesim {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let unit = self.unit;
        each_line(&mut self.input, batch, |line, batch| one(line, unit, batch))
    }
}

fn one(line: &[u8], unit: Time, batch: &mut Batch) -> Result<()> {
    let mut fields = fields(line);
    let Some(time) = fields.next() else { return Ok(()) };
    let (Some(id), Some(size)) = (fields.next(), fields.next()) else {
        return Err(Error::failure("too few fields; expected at least 3 (time, id, size)"));
    };
    let key = field::integer(id).map_err(|fault| field::error("id (field 2)", "a whole number", id, fault))?;
    let bytes = field::size(size)
        .map_err(|fault| field::error("size (field 3)", "a whole number up to 4294967295", size, fault))?;
    let at = field::time(time, unit)
        .map_err(|fault| field::error("time (field 1)", "a number of up to 584 years", time, fault))
        .map_err(|error| error.hint("seconds unless time_unit says another unit"))?;
    batch.keys.push(key);
    if batch.want.times {
        batch.times.push(at);
    }
    if batch.want.sizes {
        batch.sizes.push(bytes);
    }
    Ok(())
}

fn detect(probe: &Probe<'_>) -> u8 {
    let mut last = 0;
    let mut width = None;
    for line in probe.lines().filter(|line| !line.trim_ascii().is_empty()) {
        let mut numbers = [0u64; 3];
        let mut n = 0;
        for text in fields(line) {
            let value = if n == 0 { field::time(text, 1000) } else { field::integer(text) };
            match value {
                Ok(value) if n < 3 => numbers[n] = value,
                Ok(_) => {}
                Err(_) => return 0,
            }
            n += 1;
        }
        if n < 3 || numbers[0] < last || *width.get_or_insert(n) != n || numbers[2] > u64::from(u32::MAX) {
            return 0;
        }
        last = numbers[0];
    }
    if width.is_some() { 70 } else { 0 }
}
