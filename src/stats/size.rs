//! Cache sizes as written, however they are written.

use crate::core::quantity::{bytes, count, number};
use crate::record::Row;

/// The size as written; the capacity where nothing is written.
pub(super) fn written(row: &Row) -> String {
    if row.capacity_given.is_empty() { row.capacity.to_string() } else { row.capacity_given.clone() }
}

/// The same for all spellings of a size: `10%` is `10.0%`, `50` is `5e1`, `1KiB` is `1024`. Not for `10%` and the capacity
/// that it is on one trace.
pub(super) fn canonical(text: &str) -> String {
    let text = text.trim();
    let share = text.strip_suffix('%').and_then(|percent| number(percent).ok()).map(|percent| format!("{percent}%"));
    let amount = || count(text).or_else(|_| bytes(text).map(|(n, _)| n)).ok().map(|n| n.to_string());
    share.or_else(amount).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_size_are_one() {
        for (a, b) in [("10%", "10.0%"), ("50", "5e1"), ("1KiB", "1024"), ("0.10%", " 0.1%"), ("20k", "20000")] {
            assert_eq!(canonical(a), canonical(b));
        }
        assert_ne!(canonical("10%"), canonical("10"));
        assert_ne!(canonical("1KiB"), canonical("1kB"));
        assert_eq!(canonical("tiny"), "tiny");
        assert_eq!(written(&Row { capacity: 7, ..Row::default() }), "7");
    }
}
