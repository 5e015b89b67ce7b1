//! libCacheSim's oracleGeneral: packed little-endian records of 24 bytes.
//!
//! u32 time in seconds, u64 id, u32 size in bytes, i64 index of the next request. The stored next use is ignored:
//! filters would make it wrong, and the builder's trace computes its own.

use super::{Form, Format};
use crate::core::SECOND;
use crate::trace::detect::Probe;
use crate::trace::packed::{Kind, Layout, Number, Packed};

const RECORD: usize = 24;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "oracle-general",
    aliases: &["oracleGeneral", "oracle_general", "oracleGeneralBin"],
    extensions: &["oracleGeneral"],
    summary: "libCacheSim's binary records of 24 bytes: time in s (u32), id (u64), size (u32), next use (i64, ignored)",
    layout: "time (s, u32), id (u64), size (B, u32), index of the next request to it (i64, ignored)",
    source: "https://github.com/1a1a11a/libCacheSim (Yang et al., SOSP 2023)",
    sample: "small.oracleGeneral",
    options: &[],
    record_bytes: Some(RECORD as u64),
    form: Form::Own {
        detect: |probe| match plausible::<RECORD>(probe, 16, |_| true) {
            0 => 0,
            // A few bytes may be anything, all the more if they are no whole records.
            1..4 if probe.whole && probe.bytes.len() % RECORD != 0 => 0,
            1..4 => 40,
            _ => 95,
        },
        open: |_, input| Ok(Box::new(Packed::new(input, layout()))),
    },
};

fn layout() -> Layout {
    Layout {
        time: Some((Number::new(0, Kind::U32), SECOND)),
        size: vec![Number::new(12, Kind::U32)],
        ..Layout::new(RECORD, Number::new(4, Kind::U64))
    }
}

/// How many whole records there are at the start, if all of them could be of this family: the times never go back, and every next
/// use, `next` bytes into its record, is "never" or lies ahead at a distance that a file can have. 0 if one could not.
pub(super) fn plausible<const RECORD: usize>(
    probe: &Probe<'_>,
    next: usize,
    also: impl Fn(&[u8; RECORD]) -> bool,
) -> usize {
    const FARTHEST: i64 = 1 << 40;
    let records = probe.bytes.as_chunks::<RECORD>().0;
    let mut last = 0;
    for (i, record) in records.iter().enumerate() {
        let time = record[..4].iter().rev().fold(0u32, |time, &byte| time << 8 | u32::from(byte));
        let next = record[next..next + 8].iter().rev().fold(0i64, |next, &byte| next << 8 | i64::from(byte));
        let ahead = next > i as i64 + 1 && next < FARTHEST;
        if time < last || !(ahead || next == -1 || next == i64::MAX) || !also(record) {
            return 0;
        }
        last = time;
    }
    records.len()
}
