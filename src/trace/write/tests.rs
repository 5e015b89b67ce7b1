//! What is written is read again.

use super::*;
use crate::trace::{Columns, LoadOptions, Op, load};

fn sample() -> Trace {
    let mut trace = Trace::from_keys("t", [0, 1, 0, 2, 1, 0]);
    trace.sizes = Some(vec![10, 20, 10, 0, 20, u32::MAX].into());
    trace.times = Some(vec![0, SECOND / 4, SECOND, SECOND, 2 * SECOND, 2 * SECOND + 1].into());
    trace.ops = Some(vec![Op::Get, Op::Set, Op::Get, Op::Delete, Op::Get, Op::Get].into());
    trace.ttls = Some(vec![NEVER, SECOND, NEVER, 3 * SECOND / 2, NEVER, NEVER].into());
    trace.keys = Keys::Int(vec![u64::MAX, 7, 0]);
    trace
}

fn named(keys: [&str; 3]) -> Trace {
    let mut trace = sample();
    trace.keys = Keys::Str(keys.map(Into::into).into());
    trace
}

fn again(trace: &Trace, name: &str) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    write(trace, &path, &WriteOptions::default()).unwrap();
    let loaded = load(&path, &LoadOptions { columns: Columns::ALL, ..LoadOptions::default() }, &|_, _| ()).unwrap();
    assert_eq!(loaded.compression == "none", name.split('.').count() == 2, "{name}");
    loaded.trace.validate().unwrap();
    loaded.trace
}

#[test]
fn csv_keeps_everything_in_every_compression() {
    for name in ["a.csv", "a.csv.gz", "a.csv.zst", "a.csv.xz", "a.csv.lz4"] {
        let (old, new) = (sample(), again(&sample(), name));
        assert_eq!((new.ids, new.sizes, new.times), (old.ids, old.sizes, old.times));
        assert_eq!((new.ops, new.ttls, new.keys), (old.ops, old.ttls, old.keys));
    }
}

#[test]
fn the_other_formats_keep_what_they_can_hold() {
    let new = again(&sample(), "a.oracleGeneral");
    assert_eq!((&new.ids, &new.sizes, &new.keys), (&sample().ids, &sample().sizes, &sample().keys));
    assert_eq!(new.times.unwrap(), [0, 0, SECOND, SECOND, 2 * SECOND, 2 * SECOND]);
    let new = again(&sample(), "a.txt.zst");
    assert_eq!((&new.ids, &new.sizes, &new.keys), (&sample().ids, &None, &sample().keys));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_keeps_what_pelikan_knows() {
    let (old, new) = (sample(), again(&sample(), "a.parquet"));
    assert_eq!((new.ids, new.sizes, new.times), (old.ids, old.sizes, old.times));
    assert_eq!((new.ops, new.keys), (old.ops, old.keys));
    assert_eq!(new.ttls, Some(vec![NEVER, SECOND, NEVER, 2 * SECOND, NEVER, NEVER].into()), "whole seconds");
    let new = again(&named(["a", "b", "c"]), "a.parquet");
    assert_eq!(new.keys, Keys::Int(vec![0, 1, 2]));
}

#[test]
fn string_keys_survive_quoting() {
    let old = named(["plain", "a,b", "say \"x\""]);
    assert_eq!(again(&old, "a.csv").keys, old.keys);
}

#[test]
fn the_next_use_is_one_based_and_minus_one_for_never() {
    let mut out = Vec::new();
    encode(&Trace::from_keys("t", [1, 2, 1, 3, 2, 1]), Target::OracleGeneral, &mut out).unwrap();
    let next: Vec<i64> =
        out.as_chunks::<24>().0.iter().map(|r| i64::from_le_bytes(r[16..].try_into().unwrap())).collect();
    assert_eq!(next, [3, 5, 6, -1, -1, -1]);
}

#[test]
fn files_are_replaced_only_by_force_and_never_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    write(&sample(), &path, &WriteOptions::default()).unwrap();
    let error = write(&sample(), &path, &WriteOptions::default()).unwrap_err();
    assert!(error.to_string().contains("--force"), "{error}");
    write(&sample(), &path, &WriteOptions { force: true, ..WriteOptions::default() }).unwrap();
    let broken = named(["a", "b\nc", "d"]);
    assert!(write(&broken, &path, &WriteOptions { force: true, ..WriteOptions::default() }).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    assert!(write(&sample(), folder.path(), &WriteOptions { format: Some("csv".into()), force: true }).is_err());
    assert!(write(&sample(), &folder.path().join("no/such/a.csv"), &WriteOptions::default()).is_err());
    assert!(write(&sample(), &folder.path().join("a.lis"), &WriteOptions::default()).is_err());
}

#[test]
fn keys_that_would_be_read_otherwise_are_refused() {
    let of = |keys: [&str; 2]| {
        let mut trace = Trace::from_keys("t", [0, 1]);
        trace.keys = Keys::Str(keys.map(Box::from).to_vec());
        trace
    };
    let error = |keys, target| encode(&of(keys), target, &mut Vec::new()).unwrap_err().to_string();
    for odd in ["", "a\nb", "a\r", "a\0b", " a"] {
        for target in [Target::Csv, Target::Txt] {
            let said = error(["a", odd], target);
            assert!(said.starts_with("request 2: the key '") && said.contains("write .evl"), "{said}");
        }
    }
    assert!(error(["a", "b c"], Target::Txt).contains("write .csv or .evl"));
    let mut csv = Vec::new();
    encode(&of(["007", "7, \"x\" y"]), Target::Csv, &mut csv).unwrap();
    let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
    assert_eq!(crate::trace::load_bytes("x.csv", csv, &options).unwrap().trace.keys, of(["007", "7, \"x\" y"]).keys);
}

#[test]
fn parquet_has_whole_seconds() {
    let mut trace = Trace::from_keys("t", [0]);
    let lost = |trace: &Trace| Target::Parquet.loses(trace);
    for (ttl, odd) in [(NEVER, false), (SECOND, false), (SECOND / 4, true), (SECOND << 32, true)] {
        trace.ttls = Some(vec![ttl].into());
        assert_eq!(lost(&trace).is_some_and(|lost| lost.contains("times to live")), odd, "{ttl}");
    }
}
