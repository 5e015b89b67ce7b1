//! Any bytes as any format: the first byte chooses it, the second its options.
#![no_main]

use evictlab::trace::{Columns, FORMATS, LoadOptions, load_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    evictlab::core::guard::quiet();
    let [format, options, content @ ..] = data else { return };
    let format = FORMATS[usize::from(*format) % FORMATS.len()];
    let has = |name: &str| format.options.iter().any(|option| option.name == name);
    let spec = match (format.name, options % 4) {
        ("binary", _) => "binary:fields=<IQIBH,time=1,id=2,size=3,op=4,tenant=5".to_owned(),
        ("csv", 1) => "csv:id=1,size=2,time=3,op=4,ttl=5,tenant=6,header=false".to_owned(),
        ("txt", 1) => "txt:ids=string".to_owned(),
        ("combined", 1) => "combined:methods=all,status=all,query=strip".to_owned(),
        ("strace", 1) => "strace:calls=all,failed=true".to_owned(),
        (name, 1) if has("expand") => format!("{name}:expand=true"),
        (name, 2) if has("expand") => format!("{name}:expand=4KiB"),
        (name, _) => name.to_owned(),
    };
    let options = LoadOptions { format: Some(spec), columns: Columns::ALL, ..LoadOptions::default() };
    if let Ok(loaded) = load_bytes("f", content, &options) {
        loaded.trace.validate().expect("what is read is a trace");
    }
});
