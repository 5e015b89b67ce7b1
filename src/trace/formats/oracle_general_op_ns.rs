//! libCacheSim's oracleGeneralOpNS: packed little-endian records of 27 bytes.
//!
//! u32 time in seconds, u64 id, u32 size in bytes, u8 operation by libCacheSim's numbers, u16 namespace, i64 index of the next
//! request, which is not read.

use super::oracle_general::plausible;
use super::{Form, Format};
use crate::core::SECOND;
use crate::trace::field::op_code;
use crate::trace::packed::{Kind, Layout, Number, Packed};

const RECORD: usize = 27;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "oracle-general-op-ns",
    aliases: &["oracleGeneralOpNS"],
    extensions: &["oracleGeneralOpNS"],
    summary: "libCacheSim's records of 27 bytes: as oracleGeneral, with an operation and a namespace",
    layout: "time (s, u32), id (u64), size (B, u32), operation (u8), namespace (u16), next use (i64, ignored)",
    source: "https://github.com/1a1a11a/libCacheSim",
    sample: "small.oracleGeneralOpNS",
    options: &[],
    record_bytes: Some(RECORD as u64),
    form: Form::Own {
        detect: |probe| match plausible::<RECORD>(probe, 19, |record| op_code(u64::from(record[16])).is_some()) {
            0..4 => 0,
            _ => 94,
        },
        open: |_, input| Ok(Box::new(Packed::new(input, layout()))),
    },
};

fn layout() -> Layout {
    Layout {
        time: Some((Number::new(0, Kind::U32), SECOND)),
        size: vec![Number::new(12, Kind::U32)],
        op: Some((Number::new(16, Kind::U8), op_code)),
        tenant: Some(Number::new(17, Kind::U16)),
        ..Layout::new(RECORD, Number::new(4, Kind::U64))
    }
}
