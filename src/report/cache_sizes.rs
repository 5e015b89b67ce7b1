//! Cache sizes as they were written: their order, which of many are drawn, and what panels of them are called.

use crate::core::quantity::number;
use crate::record::Row;

/// The capacity of a row as written.
pub(super) fn given(row: &Row) -> String {
    if row.capacity_given.is_empty() { row.capacity.to_string() } else { row.capacity_given.clone() }
}

/// A cache size as written, and whether it is one of bytes.
pub(super) type CacheSize = (String, bool);

/// The cache sizes among those found (as written, bytes or not, capacity), rising: by number where all are percentages, else
/// by the mean capacity.
pub(super) fn sizes<'a>(found: impl IntoIterator<Item = (&'a str, bool, u64)>) -> Vec<CacheSize> {
    let mut sizes: Vec<(CacheSize, f64, f64)> = Vec::new();
    for (size, bytes, capacity) in found {
        match sizes.iter_mut().find(|(known, ..)| known.0 == size && known.1 == bytes) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + capacity as f64, *count + 1.0),
            None => sizes.push(((size.to_owned(), bytes), capacity as f64, 1.0)),
        }
    }
    let share = |size: &str| size.strip_suffix('%').and_then(|percent| number(percent).ok());
    let shares: Option<Vec<f64>> = sizes.iter().map(|((size, _), ..)| share(size)).collect();
    let keys = shares.unwrap_or_else(|| sizes.iter().map(|(_, sum, count)| sum / count).collect());
    let mut keyed: Vec<(CacheSize, f64)> = sizes.into_iter().map(|(size, ..)| size).zip(keys).collect();
    keyed.sort_by(|a, b| a.0.1.cmp(&b.0.1).then(a.1.total_cmp(&b.1)));
    keyed.into_iter().map(|(size, _)| size).collect()
}

/// At most `most` of the sizes, at equal steps from the first to the last, and a note where that leaves some out.
pub(super) fn choose(sizes: &[CacheSize], most: usize) -> (Vec<CacheSize>, Option<String>) {
    if sizes.len() <= most {
        return (sizes.to_vec(), None);
    }
    let last = sizes.len() - 1;
    let at = |i: usize| if most < 2 { last / 2 } else { (i * last + (most - 1) / 2) / (most - 1) };
    let chosen: Vec<CacheSize> = (0..most).map(|i| sizes[at(i)].clone()).collect();
    let names: Vec<&str> = chosen.iter().map(|(size, _)| size.as_str()).collect();
    let note =
        format!("{most} of {} cache sizes are drawn ({}); choose with --capacity", sizes.len(), names.join(", "));
    (chosen, Some(note))
}

/// A cache size in words.
pub(super) fn title(size: &str, bytes: bool) -> String {
    let plain = size.bytes().all(|byte| byte.is_ascii_digit());
    match (size.ends_with('%'), bytes) {
        (true, false) => format!("cache: {size} of objects"),
        (true, true) => format!("cache: {size} of footprint"),
        (false, false) => format!("cache: {size} objects"),
        (false, true) if plain => format!("cache: {size} bytes"),
        (false, true) => format!("cache: {size}"),
    }
}

/// One trace at one cache size, of which a figure draws a panel: the trace, the capacity as written, bytes or not.
pub(super) type Place = (String, String, bool);

/// Panels of this number are still large enough to read.
const PANELS_MOST: usize = 9;
/// More sizes of one trace say little more.
const SIZES_MOST: usize = 4;

/// The places to draw among those found (with their capacities), by first appearance of the trace and rising sizes; and a
/// note where some are left out.
pub(super) fn places(found: &[(Place, u64)]) -> (Vec<Place>, Option<String>) {
    let mut traces: Vec<&str> = Vec::new();
    for ((trace, ..), _) in found {
        if !traces.contains(&trace.as_str()) {
            traces.push(trace);
        }
    }
    let most = (PANELS_MOST / traces.len().max(1)).clamp(1, SIZES_MOST);
    let (mut places, mut left_out) = (Vec::new(), None);
    for trace in traces {
        let own = found.iter().filter(|((other, ..), _)| other == trace);
        let (chosen, note) = choose(&sizes(own.map(|((_, size, bytes), n)| (size.as_str(), *bytes, *n))), most);
        places.extend(chosen.into_iter().map(|(size, bytes)| (trace.to_owned(), size, bytes)));
        left_out = left_out.or(note);
    }
    (places, left_out)
}

/// What sets each place apart from the others, as the title of its panel; and what all share, in words.
pub(super) fn titles(places: &[Place]) -> (Vec<String>, String) {
    let Some(first) = places.first() else { return (Vec::new(), String::new()) };
    let one_trace = places.iter().all(|place| place.0 == first.0);
    let one_size = places.iter().all(|place| (&place.1, place.2) == (&first.1, first.2));
    let words = |(trace, size, bytes): &Place| match (one_trace, one_size) {
        (_, true) => trace.clone(),
        (true, false) => title(size, *bytes),
        (false, false) => format!("{trace}, {}", title(size, *bytes)),
    };
    let common = match (one_trace, one_size) {
        (_, true) => title(&first.1, first.2),
        (true, false) => first.0.clone(),
        (false, false) => String::new(),
    };
    (places.iter().map(words).collect(), common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_rise() {
        let names = |given: &[&str]| {
            let found = sizes(given.iter().zip(5..).map(|(given, capacity)| (*given, false, capacity)));
            found.into_iter().map(|s| s.0).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&["10%", "0.5%", "2%"]), "0.5% 2% 10%");
        assert_eq!(names(&["6", "10%", "1k"]), "6 10% 1k", "by capacity");
    }

    #[test]
    fn both_ends_are_kept() {
        let sizes: Vec<CacheSize> = (1..=8).map(|i| (format!("{i}%"), false)).collect();
        let (chosen, note) = choose(&sizes, 4);
        assert_eq!(chosen.iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["1%", "3%", "6%", "8%"]);
        assert!(note.unwrap().contains("4 of 8 cache sizes"));
        assert_eq!(choose(&sizes, 1).0[0].0, "4%");
        assert!(choose(&sizes, 8).1.is_none());
    }

    #[test]
    fn few_traces_have_more_sizes_than_many() {
        let found = |traces: usize| -> Vec<(Place, u64)> {
            let of_trace = |t| (1..=6).map(move |c| ((format!("t{t}"), format!("{c}%"), false), c));
            (0..traces).flat_map(of_trace).collect()
        };
        assert_eq!([1, 2, 4, 9, 12].map(|traces| places(&found(traces)).0.len()), [4, 8, 8, 9, 12]);
        assert!(places(&found(3)).1.unwrap().starts_with("3 of 6 cache sizes"));
    }

    #[test]
    fn titles_say_what_differs() {
        let place = |trace: &str, size: &str| (trace.to_owned(), size.to_owned(), false);
        let (own, common) = titles(&[place("a", "1%"), place("a", "2%")]);
        assert_eq!((own[1].as_str(), common.as_str()), ("cache: 2% of objects", "a"));
        let (own, common) = titles(&[place("a", "1%"), place("b", "1%")]);
        assert_eq!((own[1].as_str(), common.as_str()), ("b", "cache: 1% of objects"));
        let (own, common) = titles(&[place("a", "1%"), place("b", "7")]);
        assert_eq!((own[1].as_str(), common.as_str()), ("b, cache: 7 objects", ""));
    }
}
