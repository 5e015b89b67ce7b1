//! `CloudPhysics`' traces of virtual disks as libCacheSim reads them: packed little-endian records of a SCSI command.
//!
//! Version 1, 32 bytes: u32 number, u32 length in bytes, u32 scatter-gather entries, u16 command, u16 version, u64 logical block,
//! u64 time in microseconds. Version 2, 40 bytes: u16 command, u16 version, u32 number, u32 length, u32 entries, u64 logical
//! block, u64 time in microseconds, u64 response time. A request is one to the block that the command begins with.

use super::{Form, Format, OptionHelp};
use crate::core::{Error, Result, SECOND};
use crate::trace::Op;
use crate::trace::input::Input;
use crate::trace::packed::{Kind, Layout, Number, Packed};
use crate::trace::ranges::{self, EXPAND};
use crate::trace::spec::{Options, bad_value};

/// Bytes that a block's number of 1 stands for.
const SECTOR: u64 = 512;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "vscsi",
    aliases: &["cloudphysics-vscsi"],
    extensions: &["vscsi", "vscsitrace", "vscsi1", "vscsi2"],
    summary: "CloudPhysics' records of SCSI commands, 32 bytes (version 1) or 40 (version 2): block, length, time in us",
    layout: "version 1: number, length (B), segments, command, version, block, time (us); version 2: command, version, number, length, segments, block, time, answered",
    source: "https://github.com/1a1a11a/libCacheSim; Waldspurger et al., FAST 2015",
    sample: "disk.vscsi",
    options: &[OptionHelp { name: "version", default: "found", help: "1 or 2" }, EXPAND],
    record_bytes: Some(32),
    form: Form::Own {
        detect: |probe| match found(probe.bytes) {
            None => 0,
            // One number in a few records may be there by chance.
            Some(_) if probe.bytes.len() < 4 * 40 => 40,
            Some(_) => 97,
        },
        open,
    },
};

fn open(options: &Options, input: Input) -> Result<Box<dyn super::Decoder>> {
    let version = match options.get("version").map(|value| value.trim()) {
        None => found(input.head()).ok_or_else(|| {
            Error::failure("the first records have neither version's number where it should be")
                .at(input.name())
                .hint("say it with vscsi:version=1 or 2, or the file has another format")
        })?,
        Some("1") => 1,
        Some("2") => 2,
        Some(other) => return Err(bad_value("vscsi", "version", other, "1 or 2")),
    };
    let block = ranges::expand("vscsi", options, SECTOR)?;
    let mut options = options.clone();
    options.insert("expand", ranges::shown(block, SECTOR));
    let layout = Layout { range: Some((SECTOR, block)), ..layout(version) };
    Ok(Box::new(Packed::new(input, layout).with(options)))
}

fn layout(version: u8) -> Layout {
    let (record, command, length, block, time) = if version == 1 { (32, 12, 4, 16, 24) } else { (40, 0, 8, 16, 24) };
    Layout {
        time: Some((Number::new(time, Kind::U64), SECOND / 1_000_000)),
        size: vec![Number::new(length, Kind::U32)],
        op: Some((Number::new(command, Kind::U16), command_of)),
        ..Layout::new(record, Number::new(block, Kind::U64))
    }
}

/// What a SCSI command does: those that write a block, and the others, which count as reads.
#[expect(clippy::unnecessary_wraps, reason = "a table of codes may have holes; this one has none")]
fn command_of(code: u64) -> Option<Op> {
    Some(if matches!(code, 0x0a | 0x2a | 0x8a | 0xaa) { Op::Set } else { Op::Get })
}

/// The version whose number stands in each of the first records, of which there must be one.
fn found(bytes: &[u8]) -> Option<u8> {
    let all = |record: usize, at: usize, version: u8| {
        let mut records = bytes.chunks_exact(record).take(100).peekable();
        records.peek().is_some() && records.all(|record| record[at + 1] == version)
    };
    match (all(32, 14, 1), all(40, 2, 2)) {
        (true, _) => Some(1),
        (false, true) => Some(2),
        (false, false) => None,
    }
}
