//! The traces of the cache2k benchmarks: big-endian numbers of 4 bytes, an id each.

use super::{Decoder, Fill, Format};
use crate::core::Result;
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::input::Input;

const RECORD: usize = 4;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "cache2k",
    aliases: &["scarab"],
    extensions: &[],
    summary: "the cache2k benchmarks' binary ids: big-endian numbers of 4 bytes",
    options: &[],
    record_bytes: Some(RECORD as u64),
    detect,
    open: |_, input| Ok(Box::new(Cache2k { input, records: 0 })),
};

struct Cache2k {
    input: Input,
    records: u64,
}

impl Decoder for Cache2k {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let block = self.input.records(RECORD, self.records)?;
        let all = block.as_chunks::<RECORD>().0;
        let some = &all[..all.len().min(batch.room())];
        if all.is_empty() {
            return Ok(Fill::End);
        }
        batch.keys.extend(some.iter().map(|record| u64::from(u32::from_be_bytes(*record))));
        let taken = some.len();
        self.records += taken as u64;
        self.input.consume(taken * RECORD, 0);
        Ok(Fill::More)
    }
}

/// Ids are given out from 0 on in these files, so that none in the first few thousand is large, and the first ones are small.
fn detect(probe: &Probe<'_>) -> u8 {
    let records = probe.bytes.as_chunks::<RECORD>().0;
    let small = |bound: u32| move |record: &[u8; RECORD]| u32::from_be_bytes(*record) < bound;
    let numbered =
        records.len() >= 16 && records.iter().all(small(1 << 24)) && records[..16].iter().all(small(1 << 16));
    if numbered { 60 } else { 0 }
}
