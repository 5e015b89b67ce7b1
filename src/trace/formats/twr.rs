//! libCacheSim's binary form of Twitter's cache traces: packed little-endian records.
//!
//! u32 time in seconds, u64 id, u32 with the key's bytes in the upper 10 bits and the value's in the lower 22, u32 with the
//! operation in the upper 8 bits and the time to live in seconds in the lower 24; `twr-ns` has a u16 namespace besides. The
//! size of an object is that of its key and its value.

use super::{Form, Format};
use crate::core::SECOND;
use crate::trace::field::op_code;
use crate::trace::packed::{Kind, Layout, Number, Packed};

/// The format without namespaces.
pub(super) static FORMAT: Format = Format {
    name: "twr",
    aliases: &["twrBin", "twitter-binary"],
    extensions: &["twr"],
    summary: "libCacheSim's binary records of 20 bytes of Twitter's traces: time in s, id, key and value bytes, operation, ttl",
    layout: "time (s, u32), id (u64), key size (10 bits) and value size (22 bits), operation (8 bits) and time to live (s, 24 bits)",
    source: "https://github.com/1a1a11a/libCacheSim",
    sample: "small.twr",
    options: &[],
    record_bytes: Some(20),
    form: Form::Own { detect: |_| 0, open: |_, input| Ok(Box::new(Packed::new(input, layout(20)))) },
};

/// The format with namespaces.
pub(super) static WITH_NAMESPACE: Format = Format {
    name: "twr-ns",
    aliases: &["twrNS", "twrNSBin"],
    extensions: &["twrNS"],
    summary: "as twr, with a namespace: 22 bytes",
    layout: "as twr, then namespace (u16)",
    source: "https://github.com/1a1a11a/libCacheSim",
    sample: "small.twrNS",
    record_bytes: Some(22),
    form: Form::Own {
        detect: |_| 0,
        open: |_, input| {
            let tenant = Some(Number::new(20, Kind::U16));
            Ok(Box::new(Packed::new(input, Layout { tenant, ..layout(22) })))
        },
    },
    ..FORMAT
};

fn layout(record: usize) -> Layout {
    let (sizes, rest) = (Number::new(12, Kind::U32), Number::new(16, Kind::U32));
    Layout {
        time: Some((Number::new(0, Kind::U32), SECOND)),
        size: vec![sizes.bits(22, 10), sizes.bits(0, 22)],
        op: Some((rest.bits(24, 8), op_code)),
        ttl: Some((rest.bits(0, 24), SECOND)),
        ..Layout::new(record, Number::new(4, Kind::U64))
    }
}
