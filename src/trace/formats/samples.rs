//! Every format has a small file in `traces/samples/`, of which `golden.txt` says what is read of it: how it is found, its totals
//! and its first requests. `EVICTLAB_RENEW=1` writes that file anew, to be read before it is committed.

#![cfg(feature = "parquet")]

use crate::trace::detect::{Probe, identify};
use crate::trace::formats::{FORMATS, Format};
use crate::trace::store::{Codec, convert};
use crate::trace::{Columns, LoadOptions, Trace, load, load_bytes};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces/samples")
}

/// The format with the options that its sample needs.
fn spec(format: &Format) -> String {
    match format.name {
        "binary" => "binary:fields=<IQI,time=1,id=2,size=3".into(),
        name => name.into(),
    }
}

fn read(format: &Format, spec: &str) -> Trace {
    let options = LoadOptions { format: Some(spec.into()), columns: Columns::ALL, ..LoadOptions::default() };
    let loaded = load(&folder().join(format.sample), &options, &|_, _| ());
    let trace = loaded.unwrap_or_else(|error| panic!("{}: {error}", format.name)).trace;
    trace.validate().unwrap();
    trace
}

/// What is read, in lines: totals, notes and the first requests.
fn described(trace: &Trace) -> String {
    const FIRST: usize = 4;
    let (requests, objects, bytes) = (trace.requests(), trace.objects, trace.footprint_bytes());
    let mut text = format!("  {requests} requests, {objects} objects, footprint {bytes}\n");
    for i in 0..requests.min(FIRST) {
        let _ = write!(text, "  {}", trace.keys.show(trace.ids[i]));
        if let Some(times) = &trace.times {
            let _ = write!(text, " at {} ns", times[i]);
        }
        if let Some(sizes) = &trace.sizes {
            let _ = write!(text, ", {} B", sizes[i]);
        }
        if trace.ops.is_some() {
            let _ = write!(text, ", {}", trace.op(i).name());
        }
        if let Some(ttl) = trace.ttls.as_ref().map(|ttls| ttls[i]).filter(|&ttl| ttl != crate::core::NEVER) {
            let _ = write!(text, ", lives {ttl} ns");
        }
        if let Some(tenants) = &trace.tenants {
            let _ = write!(text, ", of {}", trace.tenant_names[tenants[i] as usize]);
        }
        if let Some(places) = &trace.places {
            let _ = write!(text, ", prompt {} depth {}", places[i].prompt, places[i].depth);
        }
        text.push('\n');
    }
    for note in &trace.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}

fn all_described() -> String {
    let mut text = String::new();
    for format in FORMATS {
        let bytes = std::fs::read(folder().join(format.sample)).unwrap_or_else(|e| panic!("{}: {e}", format.sample));
        let probe = Probe { bytes: &bytes, whole: true, name: format.sample };
        let found = identify(&probe).map_or_else(|_| "nothing".to_string(), |(spec, why)| format!("{spec} by {why}"));
        let _ = writeln!(text, "{} in {}, found as {found}", spec(format), format.sample);
        text.push_str(&described(&read(format, &spec(format))));
        if format.options.iter().any(|option| option.name == "expand") {
            let expanded = format!("{}:expand=true", format.name);
            let _ = writeln!(text, "{expanded}");
            text.push_str(&described(&read(format, &expanded)));
        }
    }
    text
}

#[test]
fn samples_are_read_as_the_golden_file_says() {
    let path = folder().join("golden.txt");
    let renew = std::env::var_os("EVICTLAB_RENEW").is_some();
    if renew {
        let (original, store) = (folder().join("requests.csv"), folder().join("small.evl"));
        convert(&original, &LoadOptions::default(), &store, Codec::Plain, true, &|_, _| ()).unwrap();
        let table = crate::trace::WriteOptions { force: true, ..Default::default() };
        let trace = load(&original, &LoadOptions { columns: Columns::ALL, ..LoadOptions::default() }, &|_, _| ());
        crate::trace::write(&trace.unwrap().trace, &folder().join("small.parquet"), &table).unwrap();
    }
    let now = all_described();
    if renew {
        std::fs::write(&path, &now).unwrap();
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    for (now, then) in now.lines().zip(then.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(now.lines().count(), then.lines().count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Files that are nearly right go further than noise: bytes changed, left out and put in.
    #[test]
    fn damaged_samples_never_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<u8>()), 1..6)) {
        for format in FORMATS {
            let mut bytes = std::fs::read(folder().join(format.sample)).unwrap();
            for (at, kind, byte) in &damage {
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = *byte,
                    1 if bytes.len() > 1 => drop(bytes.remove(at)),
                    2 => bytes.insert(at, *byte),
                    _ => bytes.truncate(at + 1),
                }
            }
            let expands = format.options.iter().any(|option| option.name == "expand");
            for spec in [Some(spec(format)), expands.then(|| format!("{}:expand=true", format.name)), None] {
                let options = LoadOptions { format: spec, columns: Columns::ALL, ..LoadOptions::default() };
                if let Ok(loaded) = load_bytes(format.sample, bytes.clone(), &options) {
                    loaded.trace.validate().unwrap();
                }
            }
        }
    }
}

#[test]
fn no_sample_lies_there_unread() {
    let known: Vec<&str> = FORMATS.iter().map(|format| format.sample).chain(["golden.txt", "binary.py"]).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name.as_str()), "{name} is no format's sample");
    }
}
