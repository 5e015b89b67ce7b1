//! Written and read, it is the same; damaged, it is refused.

use super::{Codec, Data, FIXED, Store, Writer, convert};
use crate::core::{NEVER, SECOND};
use crate::trace::{Column, Columns, Filter, Keys, LoadOptions, Op, Place, Trace, load, load_bytes};
use std::path::Path;

fn sample() -> Trace {
    let mut trace = Trace::from_keys("made", [0, 1, 0, 2, 1, 0]);
    trace.sizes = Some(vec![10, 20, 10, 0, 20, u32::MAX].into());
    trace.times = Some(vec![0, SECOND / 4, SECOND, SECOND, 2 * SECOND, 2 * SECOND + 1].into());
    trace.ops = Some(vec![Op::Get, Op::Set, Op::Get, Op::Delete, Op::Get, Op::Get].into());
    trace.ttls = Some(vec![NEVER, SECOND, NEVER, 3 * SECOND / 2, NEVER, NEVER].into());
    trace.tenants = Some(vec![0, 1, 0, 0, 1, 1].into());
    trace.tenant_names = ["blue", "green"].map(Into::into).into();
    trace.places = Some((0..6).map(|i| Place { prompt: i / 3, depth: i % 3 }).collect());
    trace.keys = Keys::Int(vec![u64::MAX, 7, 0]);
    trace
}

fn all() -> LoadOptions {
    LoadOptions { columns: Columns::ALL, ..LoadOptions::default() }
}

fn again(trace: &Trace, codec: Codec) -> (Trace, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.evl");
    Writer::write(trace, "made", &path, codec, false).unwrap();
    let loaded = load(&path, &all(), &|_, _| ()).unwrap();
    assert_eq!(loaded.format, "evl of made");
    (loaded.trace, std::fs::read(&path).unwrap())
}

fn same(a: &Trace, b: &Trace) {
    assert_eq!((&a.ids, a.objects, &a.sizes, &a.times), (&b.ids, b.objects, &b.sizes, &b.times));
    assert_eq!((&a.ops, &a.ttls, &a.tenants, &a.places), (&b.ops, &b.ttls, &b.tenants, &b.places));
    assert_eq!((&a.keys, &a.tenant_names), (&b.keys, &b.tenant_names));
}

#[test]
fn written_and_read_it_is_equal() {
    let mut named = sample();
    named.keys = Keys::Str(["plain", "", "ünlaut"].map(Into::into).into());
    let mut bare = Trace::from_keys("bare", [5, 5]);
    bare.keys = Keys::None;
    for trace in [sample(), named, bare] {
        for codec in [Codec::Plain, Codec::Zstd] {
            let (new, bytes) = again(&trace, codec);
            same(&trace, &new);
            assert_eq!(matches!(new.ids, Column::Mapped(_)), codec == Codec::Plain);
            let read = load_bytes("b.evl", bytes, &all()).unwrap().trace;
            // Where keys were not kept, ids take their place.
            if trace.keys == Keys::None { assert_eq!(trace.ids, read.ids) } else { same(&trace, &read) }
        }
    }
}

#[test]
fn filters_give_what_they_give_of_the_original() {
    let line = |i: u32| format!("{i},k{},{},{},{}\n", i * 7919 % 613, i % 90, ["get", "set"][i as usize % 2], i % 3);
    let text = (0..4000).map(line).collect::<Vec<_>>().concat();
    let folder = tempfile::tempdir().unwrap();
    let (original, store) = (folder.path().join("t.csv"), folder.path().join("t.evl"));
    std::fs::write(&original, text).unwrap();
    let format = Some("csv:time=1,id=2,size=3,op=4,tenant=5,header=false".to_string());
    let told = LoadOptions { format: format.clone(), ..all() };
    convert(&original, &told, &store, Codec::Plain, false, &|_, _| ()).unwrap();
    let filters = [
        Filter::default(),
        Filter { skip: 100, limit: Some(900), ..Filter::default() },
        Filter { from: Some(500 * SECOND), until: Some(700 * SECOND), ..Filter::default() },
        Filter { sample: Some(0.3), ..Filter::default() },
        Filter { tenant: Some("2".into()), ..Filter::default() },
    ];
    for filter in filters {
        for (only_reads, size_change) in
            [(false, crate::trace::SizeChange::First), (true, crate::trace::SizeChange::New)]
        {
            let options = LoadOptions { filter: filter.clone(), only_reads, size_change, ..all() };
            let of_text =
                load(&original, &LoadOptions { format: format.clone(), ..options.clone() }, &|_, _| ()).unwrap();
            let of_store = load(&store, &options, &|_, _| ()).unwrap();
            same(&of_text.trace, &of_store.trace);
        }
    }
    let error = convert(&original, &told, &store, Codec::Plain, false, &|_, _| ()).unwrap_err().to_string();
    assert!(error.contains("exists already"), "{error}");
}

#[test]
fn objects_whose_keys_are_written_the_same_stay_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (original, store) = (folder.path().join("t.txt"), folder.path().join("t.evl"));
    std::fs::write(&original, b"\xff\n\xfe\nabc\n\xff\n").unwrap();
    convert(&original, &all(), &store, Codec::Plain, false, &|_, _| ()).unwrap();
    for limit in [None, Some(4)] {
        let options = LoadOptions { filter: Filter { limit, ..Filter::default() }, ..all() };
        assert_eq!(load(&store, &options, &|_, _| ()).unwrap().trace.ids, [0, 1, 2, 0]);
    }
    let odd = LoadOptions { filter: Filter { sample: Some(2.0), ..Filter::default() }, ..all() };
    assert!(load(&store, &odd, &|_, _| ()).unwrap_err().to_string().contains("out of range"));
    std::fs::write(&original, "id,size\n7,1\n7,2\n7,1\n").unwrap();
    let distinct = LoadOptions { format: Some("csv".into()), size_change: crate::trace::SizeChange::Distinct, ..all() };
    convert(&original, &distinct, &store, Codec::Plain, true, &|_, _| ()).unwrap();
    let again = folder.path().join("again.evl");
    convert(&store, &all(), &again, Codec::Plain, false, &|_, _| ()).unwrap();
    let trace = load(&again, &all(), &|_, _| ()).unwrap().trace;
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 0].into(), Keys::Int(vec![7, 7])));
}

#[test]
fn damage_anywhere_is_noticed() {
    for codec in [Codec::Plain, Codec::Zstd] {
        let (trace, bytes) = again(&sample(), codec);
        let open = |bytes: Vec<u8>| load_bytes("d.evl", bytes, &LoadOptions { format: Some("evl".into()), ..all() });
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x40;
            match open(changed) {
                Err(error) => assert!(error.to_string().starts_with("d.evl: "), "{error}"),
                // Bytes between two columns mean nothing.
                Ok(loaded) => {
                    assert_eq!(bytes[at], 0, "byte {at}");
                    same(&trace, &loaded.trace);
                }
            }
            let cut = open(bytes[..at].to_vec());
            assert!(cut.is_err(), "cut at {at}");
        }
    }
}

#[test]
fn numbers_that_are_no_trace_are_refused_though_their_checksums_are_right() {
    let broken = |change: &dyn Fn(&mut Trace)| {
        let mut trace = sample();
        change(&mut trace);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.evl");
        Writer::write(&trace, "made", &path, Codec::Plain, false).unwrap();
        load(&path, &all(), &|_, _| ()).map(|l| l.format).unwrap_err().to_string()
    };
    assert!(broken(&|t| t.ids = vec![0, 2, 0, 1, 1, 0].into()).contains("appears before its predecessors"));
    assert!(broken(&|t| t.objects = 9).contains("9 objects announced"));
    assert!(broken(&|t| t.times = Some(vec![0, 5, 4, 5, 6, 7].into())).contains("go back"));
    assert!(broken(&|t| t.tenant_names.truncate(1)).contains("a tenant without a name"));
    assert!(broken(&|t| t.keys = Keys::Int(vec![1])).contains("1 keys of 3 objects"));
    assert!(broken(&|t| t.sizes = Some(vec![1].into())).contains("6 ids but 1 sizes"));
    // An operation that is none.
    let (_, mut bytes) = again(&sample(), Codec::Plain);
    let store = Store::new(Data::Bytes(bytes.clone().into()), "x").unwrap();
    let stored = store.description().columns.iter().find(|column| column.name == "ops").unwrap().clone();
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let base = (FIXED + length).next_multiple_of(64) + stored.offset as usize;
    bytes[base] = 9;
    let sum = format!("{:016x}", super::checksum(&bytes[base..base + stored.bytes as usize]));
    let text = String::from_utf8(bytes[FIXED..FIXED + length].to_vec()).unwrap().replace(&stored.checksum, &sum);
    bytes[16..24].copy_from_slice(&super::checksum(text.as_bytes()).to_le_bytes());
    bytes[FIXED..FIXED + length].copy_from_slice(text.as_bytes());
    let error = load_bytes("d.evl", bytes, &all()).unwrap_err().to_string();
    assert!(error.contains("the column 'ops' does not hold what it should"), "{error}");
}

#[test]
fn a_trace_is_parsed_once_where_a_folder_for_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, cache) = (folder.path().join("t.txt"), folder.path().join("cache"));
    let read = |path: &Path| load(path, &LoadOptions { cache: Some(cache.clone()), ..all() }, &|_, _| ()).unwrap();
    let stores = || std::fs::read_dir(&cache).map_or(0, Iterator::count);
    std::fs::write(&trace, "7\n8\n7\n").unwrap();
    let first = read(&trace);
    assert_eq!((first.trace.name.as_str(), first.trace.ids.len(), stores()), ("t.txt", 3, 1));
    let second = read(&trace);
    same(&first.trace, &second.trace);
    assert_eq!((second.why.as_str(), second.format.as_str(), stores()), ("parsed before", "evl of txt", 1));
    std::fs::write(&trace, "7\n8\n7\n9\n").unwrap();
    assert_eq!((read(&trace).trace.requests(), stores()), (4, 2));
    load(&trace, &all(), &|_, _| ()).unwrap();
    assert_eq!(stores(), 2, "nothing is kept unless asked for");
    for entry in std::fs::read_dir(&cache).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    }
    assert_eq!(read(&trace).trace.requests(), 4, "a damaged one is made anew");
    std::fs::write(&trace, "1\n2\nx\n").unwrap();
    let part = LoadOptions {
        format: Some("txt:ids=int".into()),
        filter: Filter { limit: Some(2), ..Filter::default() },
        cache: Some(cache.clone()),
        ..all()
    };
    assert_eq!(
        load(&trace, &part, &|_, _| ()).unwrap().trace.requests(),
        2,
        "what lies behind the limit cannot matter"
    );
}
