//! libCacheSim's own format LCS: a header and packed little-endian records, in the three layouts that its readers had.
//!
//! - Now: a header of 8192 bytes, with a magic number at both ends and the version of the records at byte 8. Version 1 has
//!   oracleGeneral's 24 bytes; 2 adds operation and tenant (28); 3 has a size of 8 bytes and a time to live (36); 4 to 8 add 1, 2, 4,
//!   8 or 16 features of 4 bytes.
//! - For a time in 2024: the same with a header of 1024 bytes.
//! - Before: a header of 1024 bytes with the letters of the record's fields from byte 8 on, and at byte 248 and behind it which of
//!   them (from 1; 0 is none) are id, size and time, and at 253 operation and time to live.
//!
//! Next uses and statistics are not read but computed; only the number of requests is compared.

use super::{Decoder, Form, Format};
use crate::core::{Error, Result, SECOND};
use crate::trace::field::op_code;
use crate::trace::input::Input;
use crate::trace::packed::{self, Fields, Kind, Layout, Number, Packed};

const MAGIC: u64 = 0x1234_5678_9abc_def0;
const HEADER: usize = 8192;
const OLD_HEADER: usize = 1024;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "lcs",
    aliases: &["libcachesim"],
    extensions: &["lcs"],
    summary: "libCacheSim's LCS: a header of 8192 bytes (1024 in 2024) and records of version 1 to 8",
    layout: "a header of 8192 or 1024 bytes, records of 24 to 100: time (s), id, size, operation, tenant, time to live, next use",
    source: "https://github.com/1a1a11a/libCacheSim",
    sample: "lcs.lcs",
    options: &[],
    record_bytes: Some(24),
    form: Form::Own {
        detect: |probe| if word(probe.bytes, 0) == Some(MAGIC) { 100 } else { 0 },
        open: |_, input| open(input),
    },
};

/// The number of 8 bytes at this place.
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

fn open(mut input: Input) -> Result<Box<dyn Decoder>> {
    let head = input.head();
    let is_magic = |at: usize| word(head, at) == Some(MAGIC);
    let header = [OLD_HEADER, HEADER].into_iter().find(|size| is_magic(0) && is_magic(size - 8)).ok_or_else(|| {
        Error::failure("this is no header of LCS: its magic number is not at both ends")
            .at(input.name())
            .hint("the file is truncated, or of another format")
    })?;
    let layout = match word(head, 8) {
        Some(version @ 1..=8) => of_version(version),
        // Letters are no such small number.
        _ if header == OLD_HEADER => of_letters(head).map_err(|error| error.at(input.name()))?,
        version => {
            return Err(Error::failure(format!("LCS of version {} is not known", version.unwrap_or(0)))
                .at(input.name())
                .hint("versions 1 to 8 are read"));
        }
    };
    // In the statistics, behind their version; 0 where they are left out.
    let announced = word(head, 24).filter(|&records| header == HEADER && records > 0);
    input.consume(header, 0);
    let packed = Packed::new(input, layout);
    Ok(Box::new(match announced {
        Some(records) => packed.announced(records),
        None => packed,
    }))
}

fn of_version(version: u64) -> Layout {
    let number = Number::new;
    let mut layout = Layout {
        time: Some((number(0, Kind::U32), SECOND)),
        size: vec![number(12, Kind::U32)],
        ..Layout::new(24, number(4, Kind::U64))
    };
    if version == 2 {
        layout.record = 28;
        layout.op = Some((number(16, Kind::U32).bits(0, 8), op_code));
        layout.tenant = Some(number(16, Kind::U32).bits(8, 24));
    } else if version > 2 {
        let features = if version == 3 { 0 } else { 1 << (version - 4) };
        layout.record = 36 + 4 * features;
        layout.size = vec![number(12, Kind::I64)];
        layout.op = Some((number(20, Kind::U32).bits(0, 8), op_code));
        layout.tenant = Some(number(20, Kind::U32).bits(8, 24));
        layout.ttl = Some((number(24, Kind::U32), SECOND));
    }
    layout
}

/// The layout that the oldest header spells out.
fn of_letters(head: &[u8]) -> Result<Layout> {
    let letters = head[8..248].split(|&c| c == 0).next().unwrap_or_default();
    let letters = String::from_utf8_lossy(letters);
    let Fields { numbers, record, big_endian } = packed::fields(&letters).ok_or_else(|| {
        Error::failure(format!("the header has the fields '{}', which are none", letters.escape_debug()))
            .hint("expected letters of Python's struct, as in <IQIq")
    })?;
    let field = |at: usize| usize::from(head[at]).checked_sub(1).and_then(|index| numbers.get(index)).copied();
    let id = field(248).ok_or_else(|| Error::failure("the header names no field of the object's id"))?;
    if [248, 249, 253, 254].into_iter().filter_map(field).any(|number| number.kind().is_float()) {
        return Err(Error::failure(format!("of the fields '{letters}' one that is a float is not the time")));
    }
    Ok(Layout {
        big_endian,
        time: field(250).map(|number| (number, SECOND)),
        size: field(249).into_iter().collect(),
        op: field(253).map(|number| (number, op_code as packed::Codes)),
        ttl: field(254).map(|number| (number, SECOND)),
        ..Layout::new(record, id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::NEVER;
    use crate::trace::{Columns, LoadOptions, Op, Trace, load_bytes};

    fn read(bytes: &[u8]) -> Result<Trace> {
        let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
        load_bytes("f", bytes, &options).map(|loaded| {
            assert_eq!(loaded.format, "lcs");
            loaded.trace.validate().unwrap();
            loaded.trace
        })
    }

    fn header(bytes: usize, version: u64) -> Vec<u8> {
        let mut header = vec![0; bytes];
        header[..8].copy_from_slice(&MAGIC.to_le_bytes());
        header[8..16].copy_from_slice(&version.to_le_bytes());
        header[bytes - 8..].copy_from_slice(&MAGIC.to_le_bytes());
        header
    }

    /// A request of each version: what it has of time, id, size, operation and tenant, time to live, next use and features.
    fn record(version: u64, time: u32, id: u64, size: u32, op: u32, ttl: u32) -> Vec<u8> {
        let mut record = [&time.to_le_bytes()[..], &id.to_le_bytes()].concat();
        match version {
            1 | 2 => record.extend(size.to_le_bytes()),
            _ => record.extend(i64::from(size).to_le_bytes()),
        }
        if version > 1 {
            record.extend((op | 77 << 8).to_le_bytes());
        }
        if version > 2 {
            record.extend(ttl.to_le_bytes());
        }
        record.extend((-1i64).to_le_bytes());
        record.extend(vec![9; if version > 3 { 4 << (version - 4) } else { 0 }]);
        record
    }

    #[test]
    fn a_file_that_is_cut_is_noticed() {
        let mut head = header(HEADER, 1);
        head[24..32].copy_from_slice(&3u64.to_le_bytes());
        let trace = read(&[head, [record(1, 5, 7, 100, 1, 0), record(1, 7, 2, 200, 1, 0)].concat()].concat()).unwrap();
        assert_eq!(trace.notes, ["records: 2 where the header says 3; is the file complete?"]);
    }

    #[test]
    fn every_version_is_read_behind_both_headers() {
        for version in 1..=8 {
            let records = [record(version, 5, 1 << 40, 100, 1, 0), record(version, 7, 2, 200, 9, 60)].concat();
            let bytes = [24, 28, 36, 40, 44, 52, 68, 100][version as usize - 1];
            assert_eq!(records.len(), 2 * bytes);
            for size in [HEADER, OLD_HEADER] {
                let trace = read(&[header(size, version), records.clone()].concat()).unwrap();
                assert_eq!((trace.requests(), trace.times), (2, Some(vec![0, 2 * SECOND].into())));
                assert_eq!(trace.sizes, Some(vec![100, 200].into()));
                assert_eq!(trace.ops, (version > 1).then(|| vec![Op::Get, Op::Delete].into()));
                assert_eq!(trace.tenants, (version > 1).then(|| vec![0, 0].into()));
                assert_eq!(trace.ttls, (version > 2).then(|| vec![NEVER, 60 * SECOND].into()));
            }
        }
    }

    #[test]
    fn the_oldest_header_spells_its_fields_out() {
        let mut bytes = header(OLD_HEADER, 0);
        bytes[8..13].copy_from_slice(b"<HIQB");
        (bytes[248], bytes[249], bytes[250], bytes[253]) = (3, 1, 2, 4);
        for (size, time, id, op) in [(10u16, 3u32, 7u64, 1u8), (20, 4, 8, 3)] {
            bytes.extend([&size.to_le_bytes()[..], &time.to_le_bytes(), &id.to_le_bytes(), &[op]].concat());
        }
        let trace = read(&bytes).unwrap();
        assert_eq!((trace.requests(), trace.sizes), (2, Some(vec![10, 20].into())));
        assert_eq!((trace.times, trace.ops), (Some(vec![0, SECOND].into()), Some(vec![Op::Get, Op::Set].into())));
        bytes[11] = b'd';
        assert!(read(&bytes).unwrap_err().to_string().contains("is not the time"));
        bytes[9] = b'?';
        assert!(read(&bytes).unwrap_err().to_string().contains("which are none"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert!(error(&header(HEADER, 9)).contains("version 9 is not known"));
        assert!(error(&header(HEADER, 1)[..5000]).contains("not at both ends"));
        let short = [header(HEADER, 3), record(3, 1, 2, 3, 1, 0)[..30].to_vec()].concat();
        assert!(error(&short).contains("record 1 is cut short: 30 of 36 bytes"), "{}", error(&short));
        let op = [header(HEADER, 2), record(2, 1, 2, 3, 1, 0), record(2, 1, 2, 3, 15, 0)].concat();
        assert!(error(&op).contains("f: record 2: the operation is 15"), "{}", error(&op));
        let mut negative = record(3, 1, 2, 3, 1, 0);
        negative[12..20].copy_from_slice(&(-5i64).to_le_bytes());
        assert!(error(&[header(HEADER, 3), negative].concat()).contains("the size is -5"));
    }
}
