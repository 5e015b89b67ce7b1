//! libCacheSim's oracleGeneralOpNS: packed little-endian records of 27 bytes.
//!
//! u32 time in seconds, u64 id, u32 size in bytes, u8 operation by libCacheSim's numbers, u16 namespace, i64 index of the next
//! request. The last two are not read.

use super::Format;
use crate::core::SECOND;
use crate::trace::detect::Probe;
use crate::trace::field::op_code;
use crate::trace::packed::{Kind, Layout, Number, Packed};

const RECORD: usize = 27;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "oracle-general-op-ns",
    aliases: &["oracleGeneralOpNS"],
    extensions: &["oracleGeneralOpNS"],
    summary: "libCacheSim's records of 27 bytes: time in s, id, size, operation, namespace, next use",
    options: &[],
    record_bytes: Some(RECORD as u64),
    detect,
    open: |_, input| Ok(Box::new(Packed::new(input, layout()))),
};

fn layout() -> Layout {
    Layout {
        record: RECORD,
        big_endian: false,
        id: Number::new(4, Kind::U64),
        time: Some((Number::new(0, Kind::U32), SECOND)),
        size: vec![Number::new(12, Kind::U32)],
        op: Some((Number::new(16, Kind::U8), op_code)),
        ttl: None,
    }
}

/// As of oracleGeneral, besides that every operation is one.
fn detect(probe: &Probe<'_>) -> u8 {
    const FARTHEST: i64 = 1 << 40;
    let records = probe.bytes.as_chunks::<RECORD>().0;
    let mut last = 0;
    for (i, record) in records.iter().enumerate() {
        let time = u32::from_le_bytes([record[0], record[1], record[2], record[3]]);
        let next = record[19..].iter().rev().fold(0i64, |next, &byte| next << 8 | i64::from(byte));
        let ahead = next > i as i64 + 1 && next < FARTHEST;
        if time < last || op_code(u64::from(record[16])).is_none() || !(ahead || next == -1 || next == i64::MAX) {
            return 0;
        }
        last = time;
    }
    if records.len() < 4 { 0 } else { 94 }
}
