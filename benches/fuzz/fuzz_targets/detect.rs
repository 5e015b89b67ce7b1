//! Any bytes as whatever they look like.
#![no_main]

use evictlab::trace::{Columns, LoadOptions, load_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    evictlab::core::guard::quiet();
    let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
    for name in ["f", "f.csv", "f.txt", "f.evl"] {
        if let Ok(loaded) = load_bytes(name, data, &options) {
            loaded.trace.validate().expect("what is read is a trace");
        }
    }
});
