//! libCacheSim's oracleGeneral: packed little-endian records of 24 bytes.
//!
//! u32 time in seconds, u64 id, u32 size in bytes, i64 index of the next request. The stored next use is ignored:
//! filters would make it wrong, and the builder's trace computes its own.

use super::{Decoder, Fill, Format};
use crate::core::{Result, SECOND, Time};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::input::Input;

const RECORD: usize = 24;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "oracle-general",
    aliases: &["oracleGeneral", "oracle_general", "oracleGeneralBin"],
    extensions: &["oracleGeneral"],
    summary: "libCacheSim's binary records of 24 bytes: time in s (u32), id (u64), size (u32), next use (i64, ignored)",
    options: &[],
    record_bytes: Some(RECORD as u64),
    detect,
    open: |_, input| Ok(Box::new(OracleGeneral { input, records: 0 })),
};

struct OracleGeneral {
    input: Input,
    records: u64,
}

fn le32(record: &[u8; RECORD], at: usize) -> u32 {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
}

fn le64(record: &[u8; RECORD], at: usize) -> u64 {
    u64::from(le32(record, at)) | u64::from(le32(record, at + 4)) << 32
}

impl Decoder for OracleGeneral {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let block = self.input.records(RECORD, self.records)?;
        let all = block.as_chunks::<RECORD>().0;
        let some = &all[..all.len().min(batch.room())];
        if all.is_empty() {
            return Ok(Fill::End);
        }
        batch.keys.extend(some.iter().map(|record| le64(record, 4)));
        if batch.want.times {
            batch.times.extend(some.iter().map(|record| Time::from(le32(record, 0)) * SECOND));
        }
        if batch.want.sizes {
            batch.sizes.extend(some.iter().map(|record| le32(record, 12)));
        }
        let taken = some.len();
        self.records += taken as u64;
        self.input.consume(taken * RECORD, 0);
        Ok(Fill::More)
    }
}

/// The times never go back, and every next use is "never" or lies ahead at a distance that a file can have.
fn detect(probe: &Probe<'_>) -> u8 {
    const FARTHEST: i64 = 1 << 40;
    let records = probe.bytes.as_chunks::<RECORD>().0;
    let mut last = 0;
    for (i, record) in records.iter().enumerate() {
        let (time, next) = (le32(record, 0), le64(record, 16) as i64);
        let ahead = next > i as i64 + 1 && next < FARTHEST;
        if time < last || !(ahead || next == -1 || next == i64::MAX) {
            return 0;
        }
        last = time;
    }
    match records.len() {
        0 => 0,
        1..4 => 40,
        _ => 95,
    }
}
