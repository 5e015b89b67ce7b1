//! Under which circumstances a cell was replayed: what changes the meaning of a run and is neither policy, trace nor size.

use crate::record::Row;
use std::collections::{HashMap, HashSet};

/// One thing that belongs to the circumstances of a row.
struct Field {
    name: &'static str,
    /// As the user gave it. Two of them anywhere in the rows are two circumstances. `None` says nothing.
    given: fn(&Row) -> Option<String>,
    /// Two of them on one trace are two circumstances; between traces they may differ by nature.
    exact: fn(&Row) -> Option<String>,
}

const FIELDS: [Field; 9] = [
    Field { name: "ttl", given: ttl, exact: ttl },
    Field { name: "ttl-mode", given: ttl_mode, exact: ttl_mode },
    Field { name: "warmup", given: warmup, exact: warmup_requests },
    Field { name: "operations", given: operations, exact: operations },
    Field { name: "size-change", given: size_change, exact: size_change },
    // Some traces are of ranges and others are not.
    Field { name: "blocks", given: |_| None, exact: blocks },
    // A filter is part of what a trace is, as long as each trace has one.
    Field { name: "filter", given: |_| None, exact: filter },
    Field { name: "rate", given: rate, exact: rate },
    Field { name: "oversize", given: oversize, exact: oversize },
];

#[allow(clippy::unnecessary_wraps, reason = "what a field is made of may be nothing")]
fn or(text: &str, default: &str) -> Option<String> {
    Some(if text.is_empty() { default } else { text }.to_owned())
}

/// As given; the mode where a file does not say what was.
fn ttl(row: &Row) -> Option<String> {
    or(&row.ttl_given, if row.ttl_mode.is_empty() { "off" } else { &row.ttl_mode })
}

/// `off` follows from the trace, which has no times to live, or from what was given.
fn ttl_mode(row: &Row) -> Option<String> {
    let on = !row.ttl_given.is_empty() && !row.ttl_mode.is_empty() && row.ttl_mode != "off";
    on.then(|| row.ttl_mode.clone())
}

fn warmup(row: &Row) -> Option<String> {
    or(&row.warmup_given, if row.warmup_requests > 0 { "some" } else { "none" })
}

/// 20 % are other requests on each trace, so what was given counts; the requests where a file does not say what was.
fn warmup_requests(row: &Row) -> Option<String> {
    let counted = row.warmup_given.is_empty() && row.warmup_requests > 0;
    if counted { Some(row.warmup_requests.to_string()) } else { warmup(row) }
}

fn operations(row: &Row) -> Option<String> {
    or(&row.operations, "all-reads")
}

fn size_change(row: &Row) -> Option<String> {
    or(&row.size_change, "new")
}

fn blocks(row: &Row) -> Option<String> {
    or(&row.blocks, "none")
}

fn filter(row: &Row) -> Option<String> {
    or(&row.filter, "none")
}

/// A setting without a column of its own: a parameter where it is not the default.
fn setting(row: &Row, name: &str, default: &str) -> Option<String> {
    let varied = row.parameters.iter().find(|(k, _)| k == name);
    or(varied.map_or("", |(_, value)| value), default)
}

fn rate(row: &Row) -> Option<String> {
    setting(row, "rate", "1")
}

fn oversize(row: &Row) -> Option<String> {
    setting(row, "oversize", "bypass")
}

/// Everything about the circumstances of a row that was given, to tell cells apart.
pub(super) fn given(row: &Row) -> Vec<Option<String>> {
    let warmup = or(&row.warmup_given, "");
    let mode = Some(row.ttl_mode.clone());
    let own = FIELDS.iter().filter(|field| field.name != "warmup" && field.name != "ttl-mode");
    own.map(|field| (field.exact)(row)).chain([warmup, mode]).collect()
}

/// The circumstances of rows, as texts that name only what differs among them: `ttl=off warmup=20%`. Empty for all where
/// nothing does. `traces` says on which trace each row is; on one trace, equal texts are equal circumstances.
pub(super) fn circumstances(rows: &[&Row], traces: &[usize]) -> Vec<String> {
    let mut labels = vec![String::new(); rows.len()];
    for field in &FIELDS {
        let exact: Vec<Option<String>> = rows.iter().map(|row| (field.exact)(row)).collect();
        let mut first: HashMap<usize, &String> = HashMap::new();
        let on_one_trace = traces
            .iter()
            .zip(&exact)
            .any(|(trace, value)| value.as_ref().is_some_and(|value| *first.entry(*trace).or_insert(value) != value));
        let values = if on_one_trace { exact } else { rows.iter().map(|row| (field.given)(row)).collect() };
        if values.iter().flatten().collect::<HashSet<_>>().len() < 2 {
            continue;
        }
        for (label, value) in labels.iter_mut().zip(values) {
            let Some(value) = value else { continue };
            let space = if label.is_empty() { "" } else { " " };
            *label = format!("{label}{space}{}={value}", field.name);
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(rows: &[(usize, Row)]) -> Vec<String> {
        let traces: Vec<usize> = rows.iter().map(|(trace, _)| *trace).collect();
        circumstances(&rows.iter().map(|(_, row)| row).collect::<Vec<_>>(), &traces)
    }

    #[test]
    fn what_was_given_tells_and_what_follows_from_the_trace_does_not() {
        let warm =
            |given: &str, requests| Row { warmup_given: given.into(), warmup_requests: requests, ..Row::default() };
        assert_eq!(labels(&[(0, warm("20%", 800)), (1, warm("20%", 200))]), ["", ""]);
        assert_eq!(labels(&[(0, warm("", 800)), (1, warm("", 200))]), ["", ""], "a file without the column");
        assert_eq!(labels(&[(0, warm("", 800)), (0, warm("", 200))]), ["warmup=800", "warmup=200"]);
        assert_eq!(labels(&[(0, warm("", 0)), (1, warm("20%", 200))]), ["warmup=none", "warmup=20%"]);
        let expiring =
            |given: &str, mode: &str| Row { ttl_given: given.into(), ttl_mode: mode.into(), ..Row::default() };
        assert_eq!(labels(&[(0, expiring("trace", "off")), (1, expiring("trace", "lazy"))]), ["", ""]);
        assert_eq!(labels(&[(0, expiring("off", "off")), (0, expiring("50", "lazy"))]), ["ttl=off", "ttl=50"]);
        assert_eq!(
            labels(&[(0, expiring("9", "lazy")), (0, expiring("9", "eager"))]),
            ["ttl-mode=lazy", "ttl-mode=eager"]
        );
    }

    #[test]
    fn filters_tell_on_one_trace_and_settings_without_a_column_everywhere() {
        let kept = |filter: &str| Row { filter: filter.into(), ..Row::default() };
        assert_eq!(labels(&[(0, kept("")), (1, kept("skip=9"))]), ["", ""]);
        assert_eq!(labels(&[(0, kept("")), (0, kept("skip=9"))]), ["filter=none", "filter=skip=9"]);
        let at = |rate: &str| Row { parameters: vec![("rate".into(), rate.into())], ..Row::default() };
        assert_eq!(labels(&[(0, Row::default()), (0, at("10"))]), ["rate=1", "rate=10"]);
        let both = Row { operations: "look-aside".into(), ..at("10") };
        assert_eq!(labels(&[(0, kept("")), (1, both)])[1], "operations=look-aside rate=10");
    }
}
