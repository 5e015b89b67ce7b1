//! Traces as Parquet files, in the columns of pelikan's cache simulator, found by their names.
//!
//! Integers: `obj_id`; and those of `timestamp` (in the unit that the column says, nanoseconds where it says none), `obj_size` in
//! bytes, `op` by libCacheSim's numbers, `ttl` in seconds that there are. A null is a get, or no time to live. The crate that reads
//! Parquet is an optional feature of this one.

use super::{Decoder, Form, Format};
use crate::core::Result;
use crate::trace::input::Input;
use crate::trace::spec::Options;

#[cfg(feature = "parquet")]
mod read;
#[cfg(feature = "parquet")]
mod write;

#[cfg(feature = "parquet")]
pub(in crate::trace) use write::encode;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "parquet",
    aliases: &["pelikan"],
    extensions: &["parquet"],
    summary: "Parquet files with the columns of pelikan's cache simulator (needs the feature `parquet`)",
    layout: "timestamp (ns), obj_id, obj_size (B), op (libCacheSim's numbers), ttl (s); others are ignored",
    source: "https://github.com/pelikan-io/pelikan",
    sample: "small.parquet",
    options: &[],
    record_bytes: Some(8),
    form: Form::Own { detect: |probe| if probe.bytes.starts_with(b"PAR1") { 100 } else { 0 }, open },
};

#[cfg(feature = "parquet")]
fn open(_: &Options, input: Input) -> Result<Box<dyn Decoder>> {
    read::open(input)
}

#[cfg(not(feature = "parquet"))]
#[expect(clippy::needless_pass_by_value, reason = "a decoder would keep it")]
fn open(_: &Options, input: Input) -> Result<Box<dyn Decoder>> {
    use crate::core::Error;
    let error = Error::usage("this program was built without Parquet").at(input.name());
    Err(error.hint("build it in: cargo install --path . --features parquet; or convert the file to csv elsewhere"))
}
