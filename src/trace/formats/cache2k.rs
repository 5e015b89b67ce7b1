//! Traces of ids alone: big-endian numbers, of 4 bytes in the cache2k benchmarks, of 8 in Caffeine's Corda and Scarab traces.

use super::{Form, Format};
use crate::trace::detect::Probe;
use crate::trace::packed::{Kind, Layout, Packed};

const RECORD: usize = 4;

/// The format with 4 bytes.
pub(super) static FORMAT: Format = Format {
    name: "cache2k",
    aliases: &["cloud-physics-caffeine", "lirs2-binary"],
    extensions: &[],
    summary: "the cache2k benchmarks' binary ids: big-endian numbers of 4 bytes; Caffeine's CloudPhysics too",
    layout: "id (u32, highest byte first)",
    source: "https://github.com/cache2k/cache2k-benchmark",
    sample: "cache2k.trace",
    options: &[],
    record_bytes: Some(RECORD as u64),
    form: Form::Own {
        detect: |probe| if are_halves(probe) { 0 } else { numbered(probe) },
        open: |_, input| Ok(Box::new(Packed::new(input, Layout::ids(Kind::U32, true)))),
    },
};

/// The format with 8 bytes.
pub(super) static CORDA: Format = Format {
    name: "corda",
    aliases: &["scarab"],
    extensions: &[],
    summary: "Corda's and Scarab's binary ids, as in Caffeine: big-endian numbers of 8 bytes",
    layout: "id (u64, highest byte first)",
    source: "https://github.com/ben-manes/caffeine/wiki/Simulator",
    sample: "corda.trace",
    options: &[],
    record_bytes: Some(8),
    form: Form::Own {
        detect: |probe| if are_halves(probe) { numbered(probe) } else { 0 },
        open: |_, input| Ok(Box::new(Packed::new(input, Layout::ids(Kind::U64, true)))),
    },
};

/// Whether every other number is 0: then they are the halves of numbers of 8 bytes.
fn are_halves(probe: &Probe<'_>) -> bool {
    let (pairs, _) = probe.bytes.as_chunks::<{ 2 * RECORD }>();
    pairs.iter().all(|pair| pair[..RECORD] == [0; RECORD])
}

/// Ids are given out from 0 on in these files, so that none in the first few thousand is large, and the first ones are small.
fn numbered(probe: &Probe<'_>) -> u8 {
    let records = probe.bytes.as_chunks::<RECORD>().0;
    let small = |bound: u32| move |record: &[u8; RECORD]| u32::from_be_bytes(*record) < bound;
    let numbered =
        records.len() >= 16 && records.iter().all(small(1 << 24)) && records[..16].iter().all(small(1 << 16));
    if numbered { 60 } else { 0 }
}
