//! Letters, options, and records of several publishers.

use super::*;
use crate::core::SECOND;
use crate::trace::{Columns, Keys, LoadOptions, Trace, load_bytes};

fn read(format: &str, bytes: &[u8]) -> Result<Trace> {
    let options = LoadOptions { format: Some(format.into()), columns: Columns::ALL, ..LoadOptions::default() };
    load_bytes("f", bytes, &options).map(|loaded| loaded.trace)
}

#[test]
fn letters_are_numbers_one_after_the_other() {
    let known = fields("<cHIqd").unwrap();
    let at: Vec<usize> = known.numbers.iter().map(|number| number.at).collect();
    assert_eq!((at, known.record, known.big_endian), (vec![0, 1, 3, 7, 15], 23, false));
    assert!(fields(">I").unwrap().big_endian);
    assert!(["<", "<Ix", "<>I", ""].iter().all(|letters| fields(letters).is_none()));
}

#[test]
fn a_record_is_what_the_options_say() {
    let bytes: Vec<u8> = [(1.5f64, -7i16, 300u32), (2.0, 5, 4)]
        .iter()
        .flat_map(|(time, id, size)| [&time.to_be_bytes()[..], &id.to_be_bytes(), &size.to_be_bytes()].concat())
        .collect();
    let trace = read("binary:fields=>dhI,time=1,id=2,size=3", &bytes).unwrap();
    assert_eq!((trace.times, trace.sizes), (Some(vec![0, SECOND / 2].into()), Some(vec![300, 4].into())));
    assert_eq!(trace.keys, Keys::Int(vec![(-7i64) as u64, 5]));
    let trace = read("binary:fields=<B,skip=2", &[9, 9, 1, 2, 1]).unwrap();
    assert_eq!(trace.ids, [0, 1, 0]);
    let error = |format: &str| read(format, &bytes).unwrap_err().to_string();
    assert!(error("binary").contains("'fields' is missing"));
    assert!(error("binary:fields=<I?").contains("letters of"));
    assert!(error("binary:fields=<II,id=3").contains("from 1 to 2"));
    assert!(error("binary:fields=<dI,id=1").contains("only a time"));
    assert!(error("binary:fields=<I,skip=99").contains("at most the 28 bytes"));
    let nan = f64::NAN.to_le_bytes();
    let said = read("binary:fields=<d,time=1,id=1", &nan).unwrap_err().to_string();
    assert!(said.contains("only a time"), "{said}");
    let negative = [&(-1.0f64).to_le_bytes()[..], &[1]].concat();
    assert!(
        read("binary:fields=<dB,time=1,id=2", &negative).unwrap_err().to_string().contains("record 1: the time is -1")
    );
}

#[test]
fn records_of_disks_and_of_twitter() {
    let v1 = |command: u16, block: u64, time: u64| {
        let head = [1u32, 4096, 1].map(u32::to_le_bytes).concat();
        [&head[..], &command.to_le_bytes(), &0x0100u16.to_le_bytes(), &block.to_le_bytes(), &time.to_le_bytes()]
            .concat()
    };
    let bytes = [v1(0x2a, 9, 10), v1(0x28, 9, 12)].concat();
    let loaded = load_bytes("f", &bytes[..], &LoadOptions { columns: Columns::ALL, ..LoadOptions::default() }).unwrap();
    assert_eq!(loaded.format, "vscsi:expand=false");
    let trace = loaded.trace;
    assert_eq!(
        (trace.ids, trace.sizes, trace.times),
        (vec![0, 0].into(), Some(vec![4096; 2].into()), Some(vec![0, 2000].into()))
    );
    assert_eq!(trace.ops, Some(vec![Op::Set, Op::Get].into()));
    let v2 = [
        &0x28u16.to_le_bytes()[..],
        &0x0200u16.to_le_bytes(),
        &[1u32, 512, 1].map(u32::to_le_bytes).concat(),
        &[77u64, 5, 6].map(u64::to_le_bytes).concat(),
    ]
    .concat();
    let trace = read("vscsi", &v2).unwrap();
    assert_eq!((trace.keys, trace.sizes), (Keys::Int(vec![77]), Some(vec![512].into())));
    assert!(read("vscsi", &[0; 64]).unwrap_err().to_string().contains("neither version"));

    let twr = [
        &3u32.to_le_bytes()[..],
        &8u64.to_le_bytes(),
        &((20u32 << 22) + 1000).to_le_bytes(),
        &((3u32 << 24) + 90).to_le_bytes(),
    ]
    .concat();
    let trace = read("twr", &twr).unwrap();
    assert_eq!(
        (trace.sizes, trace.ops, trace.ttls),
        (Some(vec![1020].into()), Some(vec![Op::Set].into()), Some(vec![90 * SECOND].into()))
    );
    let trace = read("twr-ns", &[&twr[..], &[5, 0]].concat()).unwrap();
    assert_eq!((trace.requests(), trace.sizes), (1, Some(vec![1020].into())));
    let corda = [1u64 << 40, 2].map(u64::to_be_bytes).concat();
    assert_eq!(read("corda", &corda).unwrap().keys, Keys::Int(vec![1 << 40, 2]));
}
