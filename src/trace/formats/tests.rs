//! What holds for all decoders, and each format's own bytes.

use crate::core::{NEVER, Result, SECOND};
use crate::trace::formats::FORMATS;
use crate::trace::input::tests::Trickle;
use crate::trace::load::Source;
use crate::trace::{Columns, Filter, Keys, LoadOptions, Loaded, Op, SizeChange, Trace, load_bytes, load_source};
use proptest::prelude::*;
use std::io::Read;
use std::path::PathBuf;

pub(super) fn all(format: &str) -> LoadOptions {
    LoadOptions { format: Some(format.into()), columns: Columns::ALL, ..LoadOptions::default() }
}

pub(super) fn read(format: &str, text: &str) -> Trace {
    let loaded = load_bytes("f", text.as_bytes(), &all(format)).unwrap();
    loaded.trace.validate().unwrap();
    loaded.trace
}

pub(super) fn error(format: &str, bytes: &[u8]) -> String {
    load_bytes("f", bytes, &all(format)).map(|l| l.trace.ids).unwrap_err().to_string()
}

fn int(keys: &[u64]) -> Keys {
    Keys::Int(keys.to_vec())
}

fn record(time: u32, id: u64, size: u32) -> Vec<u8> {
    [&time.to_le_bytes()[..], &id.to_le_bytes(), &size.to_le_bytes(), &(-1i64).to_le_bytes()].concat()
}

#[test]
fn txt_reads_integers_or_strings() {
    let trace = read("txt", "\u{feff}7\r\n 18446744073709551615\n\n7\n3");
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 0, 2].into(), int(&[7, u64::MAX, 3])));
    assert_eq!(trace.notes, ["blank lines, ignored: 1"]);
    assert!(trace.sizes.is_none() && trace.times.is_none());
    let trace = read("txt", "1\n2\nx y\r\n1\n");
    assert_eq!((trace.ids, trace.objects), (vec![0, 1, 2, 0].into(), 3));
    assert_eq!(trace.notes, ["ids are strings: line 3 is 'x y'"]);
    let trace = read("txt", "1\n0\n01\n");
    assert_eq!((trace.objects, trace.notes), (3, vec!["ids are strings: line 3 is '01'".into()]));
    let trace = read("txt", "x\n1\n01\n");
    assert_eq!((trace.objects, trace.notes.len()), (3, 0), "known from the first id");
    assert_eq!(read("txt:ids=int", "1\n01\n").objects, 1);
    assert_eq!(read("txt:ids=string", "1\n01\n").objects, 2);
    assert!(error("txt:ids=int", b"1\nx\n").starts_with("f:2: the id is 'x'"));
    assert!(error("txt", b"1\n-2\n").starts_with("f:2: the id is negative"));
    assert!(error("txt", b"1\n18446744073709551616\n").starts_with("f:2: the id 18446744073709551616 is too large"));
    assert!(error("txt", b"1\n*\n2\n").contains("f:2: ") && error("txt", b"1\n*\n2\n").contains("lirs"));
    assert!(error("txt:ids=float", b"1\n").contains("int or string"));
}

#[test]
fn cache2k_reads_big_endian_numbers() {
    let bytes = [0u32, 1, 258, 1].map(u32::to_be_bytes).concat();
    let trace = load_bytes("f", &bytes[..], &all("cache2k")).unwrap().trace;
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 2, 1].into(), int(&[0, 1, 258])));
    assert!(error("cache2k", &bytes[..7]).contains("f: "), "{}", error("cache2k", &bytes[..7]));
    let many: Vec<u8> = (0..100u32).flat_map(u32::to_be_bytes).collect();
    assert_eq!(load_bytes("web.trace", &many[..], &LoadOptions::default()).unwrap().format, "cache2k");
}

#[test]
fn mooncake_gives_out_the_blocks_of_a_prompt() {
    let text =
        "{\"timestamp\": 0, \"input_length\": 9, \"hash_ids\": [5, 6]}\n\n{\"hash_ids\": [5], \"timestamp\": 1500}\n";
    let trace = read("mooncake", text);
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 0].into(), int(&[5, 6])));
    assert_eq!(trace.times.unwrap(), [0, 0, 1500 * SECOND / 1000]);
    // More blocks than a batch takes.
    let ids = (0..10_000).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let long = format!("{{\"timestamp\":7,\"hash_ids\":[{ids}]}}\n{{\"timestamp\":8,\"hash_ids\":[1]}}\n");
    let loaded = load_bytes("f.jsonl", long.as_bytes(), &LoadOptions::default()).unwrap();
    assert_eq!((loaded.trace.requests(), loaded.trace.ids[10_000]), (10_001, 1));
    assert!(
        error("mooncake", b"{\"timestamp\":1,\"hash_ids\":[1]}\n{\"hash_ids\":[1,x]}\n").starts_with("f:2: column ")
    );
}

#[test]
fn lirs_ignores_stars_and_blanks_only() {
    assert_eq!(read("lirs", "1\n*\n\n2\n* text\n1\n").ids, [0, 1, 0]);
    assert!(error("lirs", b"1\n2\nxyz\n").starts_with("f:3: the block number is 'xyz'"));
    assert!(error("lirs", b"*\n\n").contains("no requests"));
}

#[test]
fn oracle_general_by_bytes() {
    let bytes = [record(5, 9, 100), record(6, u64::MAX, 0), record(9, 9, 7)].concat();
    let trace = load_bytes("f", bytes.clone(), &all("oracleGeneral")).unwrap().trace;
    assert_eq!(
        (trace.ids, trace.sizes, trace.keys),
        (vec![0, 1, 0].into(), Some(vec![100, 0, 7].into()), int(&[9, u64::MAX]))
    );
    assert_eq!(trace.times, Some(vec![0, SECOND, 4 * SECOND].into()));
    assert_eq!(trace.notes, ["requests for objects of 0 bytes, kept: 1"]);
    assert!(error("oracle-general", &bytes[..71]).starts_with("f: record 3 is cut short: 23 of 24 bytes"));
    assert!(error("oracle-general", &bytes[..20]).starts_with("f: record 1 is cut short: 20 of 24 bytes"));
}

#[test]
fn arc_ranges_are_objects_or_blocks() {
    let text = "10 3 0 0\n12 1 0 1\n10 3 0 2\n";
    let trace = read("arc", text);
    assert_eq!((trace.ids, trace.sizes), (vec![0, 1, 0].into(), Some(vec![1536, 512, 1536].into())));
    let trace = read("arc:expand=true", text);
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 2, 2, 0, 1, 2].into(), int(&[10, 11, 12])));
    assert_eq!(trace.sizes, Some(vec![512; 7].into()));
    let long = read("arc:expand=true", "0 10000 0 0\n5 1 0 1\n");
    assert_eq!((long.requests(), long.objects), (10_001, 10_000));
    assert!(error("arc", b"1 2 0 0\n7\n").starts_with("f:2: too few fields: 1"));
    assert!(error("arc:expand=true", b"1 8388608 0 0\n").contains("of 4294967296 bytes is too large to be expanded"));
    let cut = read("arc", "1 8388608 0 0\n");
    assert_eq!(
        (cut.sizes, cut.notes),
        (Some(vec![u32::MAX].into()), vec!["sizes of 4294967295 bytes or more, taken for that: 1".into()])
    );
    assert!(error("arc:expand=true", b"18446744073709551615 2 0 0\n").contains("beyond 2^64"));
    assert!(error("arc:expand=maybe", b"1 2 0 0\n").contains("true or false"));
}

#[test]
fn address_and_webcachesim() {
    let trace = read("address", "s 0x1fffff50 1\nl 0x1f 6\nl 0x1FFFFF50 1\n");
    assert_eq!((trace.ids, trace.ops), (vec![0, 1, 0].into(), Some(vec![Op::Set, Op::Get, Op::Get].into())));
    assert!(error("address", b"l 0x1 1\nx 0x1 1\n").starts_with("f:2: field 1 is 'x'"));
    assert!(error("address", b"l 0xzz 1\n").starts_with("f:1: the address (field 2) is '0xzz'"));
    let trace = read("webcachesim", "100 5 68 1 2\n100.5 6\t0 3 4\n90 5 68\n");
    assert_eq!((trace.ids, trace.sizes), (vec![0, 1, 0].into(), Some(vec![68, 0, 68].into())));
    assert_eq!(trace.times, Some(vec![0, SECOND / 2, SECOND / 2].into()));
    assert!(
        trace.notes.iter().any(|note| note.contains("clock goes back") && note.ends_with(": 1")),
        "{:?}",
        trace.notes
    );
    assert_eq!(read("webcachesim:time_unit=ms", "1 5 1\n3 5 1\n").times, Some(vec![0, 2_000_000].into()));
    assert!(error("webcachesim", b"1 2 3\n1 2\n").starts_with("f:2: too few fields"));
    assert_eq!(read("webcachesim", "1 2 4294967296\n").sizes, Some(vec![u32::MAX].into()));
}

#[test]
fn csv_columns_by_number_name_header_or_default() {
    let trace =
        read("csv:id=5,size=4,time=2", "version,time,op,size,lbn\n1,5,2a,512,42\n1,6,28,1024,43\n1,6,2a,512,42\n");
    assert_eq!((trace.ids, trace.sizes), (vec![0, 1, 0].into(), Some(vec![512, 1024, 512].into())));
    assert!(trace.ops.is_none(), "only the named columns are read");
    let trace = read("csv:id=LBN,op=op", "version,time,op,size,lbn\n1,5,2a,512,42\n");
    assert_eq!((trace.ops, trace.sizes), (Some(vec![Op::Set].into()), None));
    let text = "timestamp;key;obj_size;op;ttl\n1.5;a:1;3;get;\n2;\"b;2\";4;SET;60\n";
    let loaded = load_bytes("f", text.as_bytes(), &all("csv")).unwrap();
    assert_eq!(loaded.format, "csv:id=2,size=3,time=1,op=4,ttl=5,delimiter=semicolon,header=true,ids=string");
    assert_eq!(loaded.trace.keys, Keys::Str(["a:1", "b;2"].map(Into::into).into()));
    assert_eq!(loaded.trace.ttls, Some(vec![NEVER, 60 * SECOND].into()));
    assert_eq!(loaded.trace.times, Some(vec![0, SECOND / 2].into()));
    let trace = read("csv", "1\t9\t100\n2\t9\t100\n");
    assert_eq!((trace.ids, trace.sizes), (vec![0, 0].into(), Some(vec![100, 100].into())));
    assert!(trace.notes[0].contains("columns taken as id=2,size=3,time=1"), "{:?}", trace.notes);
    assert_eq!(read("csv:delimiter=#,id=2,header=false", "x#1\ny#2\n").objects, 2);
}

#[test]
fn csv_errors_name_line_and_column() {
    // A quote that nobody closed would swallow the rest of the file.
    let open = error("csv", b"id,n\n7,8\n5,\"get\n1,frob\n2,x\n");
    assert!(open.starts_with("f:3: a quote opens") && open.contains("csv:quote=false"), "{open}");
    assert!(error("csv:id=2", b"time,id\n1,2\n3\n").starts_with("f:3: too few fields: 1, but column 2 (id)"));
    assert!(error("csv:id=2", b"time,id\r\n1,2\r\n3\r\n").starts_with("f:3: "));
    for (before, line) in [("", 2), ("\n\n", 4), ("\r\n", 3)] {
        for after in ["", "\n", "\r\n", "\n1,2\n"] {
            let text = format!("1,2\n{before}5,x{after}");
            let found = error("csv:id=1,size=2,ids=string,header=false", text.as_bytes());
            assert!(found.starts_with(&format!("f:{line}: ")), "{text:?}: {found}");
        }
    }
    assert!(error("csv:id=1,size=2", b"1,2\n1,-2\n").starts_with("f:2: the size (column 2) is negative (-2)"));
    assert!(error("csv:id=1,size=2", b"1,2\n\n1,x\n").starts_with("f:3: the size (column 2) is 'x'"));
    assert!(error("csv:id=keey", b"time,key\n1,2\n").contains("did you mean id=key?"));
    assert!(error("csv:id=0", b"1,2\n").contains("from 1 on"));
    assert!(error("csv", b"alpha,beta\n1,2\n").contains("csv:id=2"));
    assert!(error("csv:id=2,op=1", b"op,id\nfly,2\n").starts_with("f:2: the op (column 1) is 'fly'"));
    assert!(error("csv:delimiter=two,id=1", b"1\n").contains("one ASCII character"));
    assert!(error("csv:id=2,time=1", b"99999999999999,1\n").contains("time_unit"));
}

#[test]
fn filters_apply_in_their_order() {
    let lines: Vec<String> =
        (0..100).map(|i| format!("{i},{},{}\n", i % 10, if i % 4 == 0 { "set" } else { "get" })).collect();
    let text = lines.concat();
    let load = |filter, only_reads| {
        let options = LoadOptions { filter, only_reads, ..all("csv:id=2,time=1,op=3") };
        let trace = load_bytes("f", text.as_bytes(), &options).unwrap().trace;
        trace.validate().unwrap();
        trace
    };
    let trace = load(Filter { skip: 7, limit: Some(5), ..Filter::default() }, false);
    assert_eq!((trace.requests(), &trace.keys), (5, &int(&[7, 8, 9, 0, 1])));
    let trace = load(Filter { from: Some(20 * SECOND), until: Some(30 * SECOND), ..Filter::default() }, false);
    assert_eq!((trace.requests(), trace.times.unwrap()[9]), (10, 9 * SECOND));
    let trace = load(Filter { skip: 25, from: Some(20 * SECOND), ..Filter::default() }, false);
    assert_eq!(trace.keys.show(0), "5");
    assert_eq!(load(Filter::default(), true).requests(), 75);
    assert_eq!(load(Filter { skip: 3, limit: Some(1), ..Filter::default() }, true).keys, int(&[5]));
    let sampled = load(Filter { sample: Some(0.5), ..Filter::default() }, false);
    assert_eq!(sampled.requests(), sampled.objects * 10, "all requests to a key or none");
    let none = LoadOptions { filter: Filter { skip: 100, ..Filter::default() }, ..all("csv:id=2") };
    assert!(load_bytes("f", text.as_bytes(), &none).unwrap_err().message().contains("none of its 100 requests"));
    let timeless = LoadOptions { filter: Filter { from: Some(1), ..Filter::default() }, ..all("txt") };
    assert!(load_bytes("f", b"1\n".as_slice(), &timeless).unwrap_err().message().contains("needs times"));
}

#[test]
fn what_lies_behind_the_limit_cannot_matter() {
    let options = |format| LoadOptions { filter: Filter { limit: Some(2), ..Filter::default() }, ..all(format) };
    for (format, text) in [("txt", "1\n2\nx\n"), ("lirs", "1\n2\nx\n"), ("csv:id=1,size=2", "1,1\n2,1\n3,x\n")] {
        let trace = load_bytes("f", text.as_bytes(), &options(format)).unwrap().trace;
        assert_eq!((trace.requests(), trace.keys, trace.notes.len()), (2, int(&[1, 2]), 0), "{format}");
    }
}

#[test]
fn a_changed_size_means_what_was_asked() {
    let load = |size_change| {
        let options = LoadOptions { size_change, ..all("webcachesim") };
        load_bytes("f", b"1 7 10\n2 8 5\n3 7 20\n4 7 10\n".as_slice(), &options).unwrap().trace
    };
    assert_eq!(load(SizeChange::New).sizes.unwrap(), [10, 5, 20, 10]);
    assert_eq!(load(SizeChange::First).sizes.unwrap(), [10, 5, 10, 10]);
    let distinct = load(SizeChange::Distinct);
    assert_eq!((distinct.ids, distinct.keys), (vec![0, 1, 2, 0].into(), int(&[7, 8, 7])));
}

#[test]
fn unreadable_files_are_clear_errors() {
    let folder = tempfile::tempdir().unwrap();
    let text = |path: &std::path::Path| {
        crate::trace::load(path, &LoadOptions::default(), &|_, _| ()).map(|l| l.format).unwrap_err().to_string()
    };
    assert!(text(&folder.path().join("missing")).contains("missing: no such file"));
    assert!(text(folder.path()).contains("is a folder"));
    std::fs::write(folder.path().join("e.txt"), "").unwrap();
    assert!(text(&folder.path().join("e.txt")).contains("e.txt: the file is empty"));
}

struct Slow {
    data: Vec<u8>,
    most: usize,
    piece: usize,
}

impl Source for Slow {
    fn name(&self) -> String {
        "f".into()
    }
    fn open(&self) -> Result<Box<dyn Read>> {
        Ok(Box::new(Trickle { data: self.data.clone(), at: 0, most: self.most }))
    }
    fn length(&self) -> Option<u64> {
        None
    }
    fn piece(&self) -> usize {
        self.piece
    }
}

fn columns(loaded: Result<Loaded>) -> String {
    let trace = loaded.unwrap().trace;
    let Trace { ids, sizes, times, ops, ttls, keys, .. } = &trace;
    format!("{ids:?} {sizes:?} {times:?} {ops:?} {ttls:?} {keys:?}")
}

#[test]
fn the_trace_does_not_depend_on_how_the_bytes_arrive() {
    let binary: Vec<u8> = (0..300).flat_map(|i| record(i, u64::from(i % 17), i + 1)).collect();
    let lines = |f: &dyn Fn(u32) -> String| (0..300).map(f).collect::<String>().into_bytes();
    let logs = |name: &str| std::fs::read(super::log_samples::path(name)).unwrap().repeat(40);
    let cases = [
        ("oracle-general", binary),
        ("txt", lines(&|i| format!("{}\n", i % 17))),
        ("txt:ids=string", lines(&|i| format!("key-{}\r\n", i % 17))),
        ("txt", lines(&|i| if i < 299 { format!("{i}\n") } else { "late".into() })),
        ("lirs", lines(&|i| if i % 5 == 0 { "*\n".into() } else { format!("{}\n", i % 17) })),
        ("arc:expand=true", lines(&|i| format!("{} {} 0 {i}\n", i * 3, i % 6))),
        ("address", lines(&|i| format!("l 0x{:x} 1\n", i % 17))),
        ("alibaba-block:expand=1KiB", lines(&|i| format!("{},R,{},{},{i}\n", i % 3, i * 300, i * 40))),
        ("twitter", lines(&|i| format!("{i},k,{},2,{},1,get,0\n", i % 17, i % 5))),
        ("mooncake", lines(&|i| format!("{{\"timestamp\":{i},\"hash_ids\":[{},{i},7]}}\n", i % 9))),
        ("webcachesim", lines(&|i| format!("{i} {} {} 7\n", i % 17, i * 11))),
        ("csv:id=2,size=3,time=1,delimiter=comma,header=false", lines(&|i| format!("{i},\"{}\",{}\n", i % 17, i * 11))),
        ("combined", logs(super::log_samples::ACCESS)),
        ("redis-monitor", logs(super::log_samples::MONITOR)),
        ("strace:calls=all,failed=true", logs(super::log_samples::CALLS)),
    ];
    for (format, data) in cases {
        let whole = columns(load_bytes("f", data.clone(), &all(format)));
        for (most, piece) in [(1, 1), (2, 24), (7, 25), (64, 64), (33, 1000), (64, 1 << 20)] {
            let slow = Slow { data: data.clone(), most, piece };
            assert_eq!(columns(load_source(&slow, &all(format), &|_, _| ())), whole, "{format} {most} {piece}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn arbitrary_bytes_never_panic(data in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        "[-0-9a-zA-Z*x,;.\" \t\r\n]{0,120}".prop_map(String::into_bytes),
        "([0-9]{1,21}[ ,\n]){0,30}".prop_map(String::into_bytes),
    ]) {
        let specs = FORMATS.iter().map(|f| f.name).chain(["txt:ids=string", "csv:id=1,size=2,time=3", "csv:id=1,header=false,quote=false", "binary:fields=<dIQhB,time=1,id=3,size=2,op=5", "vscsi:version=2", "vscsi:expand=true", "arc:expand=true"]);
        for spec in specs.map(Some).chain([None]) {
            let options = LoadOptions { format: spec.map(Into::into), columns: Columns::ALL, ..LoadOptions::default() };
            if let Ok(loaded) = load_bytes("f", data.clone(), &options) {
                loaded.trace.validate().unwrap();
            }
        }
    }
}

/// The folder of recorded traces that stands beside the project, where it does, and the list of them.
fn recorded() -> Option<(PathBuf, Vec<u8>)> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into();
    let shared = PathBuf::from(std::env::var("EVICTLAB_SHARED").unwrap_or_else(|_| beside()));
    let list = std::fs::read(shared.join("oracle/traces.csv")).ok();
    #[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
    if list.is_none() {
        eprintln!("skipped: no recorded traces in {}", shared.display());
    }
    list.map(|list| (shared.join("traces"), list))
}

/// The same requests as libCacheSim's oracleGeneral, vscsi, CSV and text have the columns that each has room for.
#[test]
fn four_files_of_one_trace_agree() {
    let Some((traces, _)) = recorded() else { return };
    let load = |name: &str, format: Option<&str>| {
        let options =
            LoadOptions { format: format.map(str::to_owned), columns: Columns::ALL, ..LoadOptions::default() };
        crate::trace::load(&traces.join("libcachesim").join(name), &options, &|_, _| ()).unwrap().trace
    };
    let general = load("cloudPhysicsIO.oracleGeneral.bin", None);
    let disk = load("cloudPhysicsIO.vscsi.zst", None);
    let table = load("cloudPhysicsIO.csv.zst", Some("csv:id=5,size=4,time=2,op=3"));
    let text = load("cloudPhysicsIO.txt.zst", None);
    for (name, other) in [("vscsi", &disk), ("csv", &table), ("txt", &text)] {
        assert!(other.ids == general.ids && other.keys == general.keys, "{name}");
    }
    assert!(disk.ops == table.ops && disk.sizes == table.sizes);
    // oracleGeneral was written with one size for each object, the first.
    let mut first = std::collections::HashMap::new();
    let sizes = disk.ids.iter().zip(disk.sizes.as_ref().unwrap());
    let firsts: Vec<u32> = sizes.map(|(id, size)| *first.entry(id).or_insert(*size)).collect();
    assert!(general.sizes.unwrap() == firsts);
    // Microseconds, and seconds that a file of whole ones begins anywhere in.
    for (exact, whole) in disk.times.unwrap().iter().zip(&general.times.unwrap()) {
        assert!(exact.abs_diff(*whole) <= SECOND, "{exact} {whole}");
    }
}

/// The recorded traces that come with the project, and their request and object counts from an independent reader.
#[test]
fn recorded_traces_have_their_known_counts() {
    let Some((traces, list)) = recorded() else { return };
    let mut checked = 0;
    for row in csv::Reader::from_reader(list.as_slice()).records().map(|row| row.unwrap()) {
        let format = match &row[2] {
            "arc" => "arc:expand=true",
            name if FORMATS.iter().any(|f| f.name == name) => name,
            _ => continue,
        };
        let path = traces.join(&row[1]);
        let loaded = crate::trace::load(
            &path,
            &LoadOptions { format: Some(format.into()), ..LoadOptions::default() },
            &|_, _| (),
        );
        let trace = loaded.unwrap().trace;
        let counts = (trace.requests().to_string(), trace.objects.to_string());
        assert_eq!((counts.0.as_str(), counts.1.as_str()), (&row[4], &row[5]), "{}", &row[0]);
        checked += 1;
    }
    assert!(checked >= 10, "{checked} traces checked");
}
