//! A request for a range of bytes of a disk or file: one object, named by where the range starts, or each block of the range a
//! request of its own. Traces of disks mean the second, most published figures were made with the first, so the user says.

use super::formats::OptionHelp;
use super::spec::{Options, bad_value, boolean};
use crate::core::{Result, quantity};

/// The option of formats whose requests are ranges.
pub const EXPAND: OptionHelp = OptionHelp {
    name: "expand",
    default: "false",
    help: "false: a range is one object, named by its start; a size such as 4KiB: each block of that size that the range touches \
           is a request; true: blocks of the format's own size",
};

/// The blocks into which ranges are expanded, in bytes; `None` where a range is one object. `own` is what `expand=true` means.
///
/// # Errors
/// The option is neither `true`, `false` nor a size from 1 byte to 4 GiB.
pub fn expand(format: &str, options: &Options, own: u64) -> Result<Option<u64>> {
    let Some(text) = options.get("expand").map(|text| text.trim()) else { return Ok(None) };
    if let Ok(own_blocks) = boolean(format, options, "expand") {
        return Ok(own_blocks.filter(|&yes| yes).map(|_| own));
    }
    let bytes = quantity::bytes(text).ok().map(|(bytes, _)| bytes);
    bytes
        .filter(|&bytes| bytes > 0 && u32::try_from(bytes).is_ok())
        .map(Some)
        .ok_or_else(|| bad_value(format, "expand", text, "true or false, or the size of a block such as 4KiB"))
}

/// The `expand` option as it is printed; `own` is what `true` means.
pub fn shown(block: Option<u64>, own: u64) -> String {
    match block {
        None => "false".into(),
        Some(bytes) if bytes == own => "true".into(),
        Some(bytes) => bytes.to_string(),
    }
}

/// What became of ranges, as [`super::Trace::blocks`] has it.
pub fn meaning(block: Option<u64>) -> String {
    block.map_or_else(|| "start".into(), |bytes| bytes.to_string())
}

/// The first block and the number of blocks that `length` bytes from `start` on touch; `None` beyond 2^64.
pub fn blocks(start: u64, length: u64, block: u64) -> Option<(u64, u64)> {
    let first = start / block;
    if length == 0 {
        return Some((first, 0));
    }
    let last = start.checked_add(length - 1)? / block;
    Some((first, last - first + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_touches_the_blocks_of_its_first_and_last_byte() {
        assert_eq!(blocks(0, 4096, 4096), Some((0, 1)));
        assert_eq!(blocks(4095, 2, 4096), Some((0, 2)));
        assert_eq!(blocks(8192, 4097, 4096), Some((2, 2)));
        assert_eq!(blocks(5, 0, 4096), Some((0, 0)));
        assert_eq!(blocks(u64::MAX, 1, 512), Some((u64::MAX / 512, 1)));
        assert_eq!(blocks(u64::MAX, 2, 512), None);
    }

    #[test]
    fn the_option_is_a_truth_or_a_size() {
        let of = |text: &str| expand("f", &Options::from([("expand", text.to_string())]), 512);
        assert_eq!(of("true").unwrap(), Some(512));
        assert_eq!(of("false").unwrap(), None);
        assert_eq!(of("4KiB").unwrap(), Some(4096));
        assert_eq!(expand("f", &Options::new(), 512).unwrap(), None);
        for bad in ["-1", "maybe", "5GiB", ""] {
            let error = of(bad).unwrap_err().to_string();
            assert!(error.contains("true or false"), "{error}");
        }
    }
}
