//! The values that a swept parameter takes, in order.

use crate::core::quantity::{bytes, count, number};

/// Each value once: by number where all are numbers, else by first appearance.
pub(super) fn rising(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in found {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if let Some(sizes) = magnitudes(&values) {
        let mut sorted: Vec<(f64, String)> = sizes.into_iter().zip(values).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        return sorted.into_iter().map(|(_, value)| value).collect();
    }
    values
}

/// The values as numbers, where all are numbers or all are percentages.
pub(super) fn magnitudes(values: &[String]) -> Option<Vec<f64>> {
    let size = |text: &String| -> Option<f64> {
        let percent = text.strip_suffix('%').unwrap_or(text);
        let whole = || count(text).or_else(|_| bytes(text).map(|(n, _)| n)).ok().map(|n| n as f64);
        number(percent).ok().or_else(whole)
    };
    let percents = values.iter().filter(|value| value.ends_with('%')).count();
    let alike = percents == 0 || percents == values.len();
    values.iter().map(size).collect::<Option<Vec<f64>>>().filter(|_| alike)
}

#[cfg(test)]
mod tests {
    use super::rising;

    #[test]
    fn numbers_rise_and_words_stay() {
        let of = |values: &[&str]| rising(values.iter().map(|value| (*value).to_owned()));
        assert_eq!(of(&["10", "9", "10", "1e3"]), ["9", "10", "1e3"]);
        assert_eq!(of(&["10%", "2%"]), ["2%", "10%"]);
        assert_eq!(of(&["64MiB", "1KiB"]), ["1KiB", "64MiB"]);
        assert_eq!(of(&["10%", "2"]), ["10%", "2"], "percentages and numbers have no common order");
        assert_eq!(of(&["sieve", "lru"]), ["sieve", "lru"]);
    }
}
