//! Any bytes behind the first ones of each compression.
#![no_main]

use evictlab::trace::{LoadOptions, load_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let heads: [&[u8]; 4] =
        [&[0x1f, 0x8b, 8], &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, b'7', b'z', b'X', b'Z', 0], &[0x04, 0x22, 0x4d, 0x18]];
    for head in heads {
        let options = LoadOptions { format: Some("txt:ids=string".into()), ..LoadOptions::default() };
        let _ = load_bytes("f", [head, data].concat(), &options);
    }
});
