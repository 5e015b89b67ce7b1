//! Which column of a csv file means what: from the options, from the header's names, or by a documented default.

use crate::core::{Error, Result, Time, error::closest};
use crate::trace::field;
use crate::trace::spec::{Options, bad_value, boolean};

/// The columns that can be named in the options, in the order of [`Layout::columns`].
pub(super) const ROLES: [&str; 6] = ["id", "size", "time", "op", "ttl", "tenant"];

/// What header names stand for, each role's best first; compared without case and punctuation.
const NAMES: [&[&str]; 6] = [
    &["id", "objid", "objectid", "key", "cachekey", "obj", "object", "lbn", "lba", "block", "blockid", "item", "url"],
    &["size", "objsize", "objectsize", "bytes", "length", "len", "responsesize"],
    &["time", "timestamp", "ts", "optime", "starttime"],
    &["op", "operation", "optype", "opname", "type", "method"],
    &["ttl"],
    &["tenant", "tenantid", "namespace"],
];

/// How a csv file is to be read. Columns are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Between two fields.
    pub(super) delimiter: u8,
    /// Whether the first row holds names.
    pub(super) header: bool,
    /// Whether quotation marks enclose fields.
    pub(super) quote: bool,
    /// Column of id, size, time, op, ttl, tenant.
    pub(super) columns: [Option<usize>; 6],
    /// Nanoseconds in the unit of the time column.
    pub(super) unit: Time,
    /// Whether columns were chosen by default, without header or option.
    pub(super) guessed: bool,
}

/// Splits `head` into at most 100 rows of fields.
pub(super) fn rows(head: &[u8], delimiter: u8, quote: bool) -> Vec<csv::ByteRecord> {
    const ENOUGH: usize = 100;
    let rows = super::csv::builder(delimiter, quote).from_reader(head).into_byte_records();
    rows.map_while(csv::Result::ok).filter(|row| !is_blank(row)).take(ENOUGH).collect()
}

/// Whether the row comes from a line with nothing, or only a carriage return, on it.
pub(super) fn is_blank(row: &csv::ByteRecord) -> bool {
    row.len() == 1 && row[0].trim_ascii().is_empty()
}

/// The byte that a `delimiter=` option names.
pub(super) fn delimiter(options: &Options) -> Result<Option<u8>> {
    let Some(text) = options.get("delimiter") else { return Ok(None) };
    Ok(Some(match text.as_str() {
        "comma" => b',',
        "tab" | "\\t" => b'\t',
        "space" => b' ',
        "semicolon" => b';',
        "pipe" => b'|',
        other => match other.as_bytes() {
            [c] if *c != b'\n' && *c != b'\r' && *c != b'"' => *c,
            _ => {
                return Err(bad_value(
                    "csv",
                    "delimiter",
                    other,
                    "comma, tab, space, semicolon, pipe or one ASCII character",
                ));
            }
        },
    }))
}

/// The name under which a delimiter is printed.
pub(super) fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".into(),
        b'\t' => "tab".into(),
        b' ' => "space".into(),
        b';' => "semicolon".into(),
        b'|' => "pipe".into(),
        c => (c as char).to_string(),
    }
}

/// The delimiter that is in every line equally often; comma if none is.
pub(super) fn find_delimiter(head: &[u8]) -> u8 {
    let width = |delimiter| {
        let rows = rows(head, delimiter, true);
        let first = rows.first().map_or(0, csv::ByteRecord::len);
        if rows.iter().all(|row| row.len() == first) { first } else { 0 }
    };
    let best = b",\t;|".iter().rev().map(|&c| (width(c), c)).filter(|&(n, _)| n > 1).max_by_key(|&(n, _)| n);
    match best {
        Some((_, c)) => c,
        None if width(b' ') > 1 => b' ',
        None => b',',
    }
}

/// The layout of the file that starts with `head` (whole lines).
///
/// # Errors
/// An option that makes no sense, a column name that the header does not have, or no column for the id.
pub(super) fn layout(options: &Options, head: &[u8], unit: Time) -> Result<Layout> {
    let delimiter = delimiter(options)?.unwrap_or_else(|| find_delimiter(head));
    let quote = boolean("csv", options, "quote")?.unwrap_or(true);
    let rows = rows(head, delimiter, quote);
    let first: Vec<&[u8]> = rows.first().map(|row| row.iter().map(<[u8]>::trim_ascii).collect()).unwrap_or_default();
    let by_name = ROLES.iter().any(|role| options.get(*role).is_some_and(|v| v.trim().parse::<usize>().is_err()));
    let header = boolean("csv", options, "header")?.unwrap_or_else(|| by_name || looks_like_header(&rows));
    let names: &[&[u8]] = if header { &first } else { &[] };
    let mut columns = [None; 6];
    for (column, role) in columns.iter_mut().zip(ROLES) {
        if let Some(text) = options.get(role) {
            *column = Some(column_of(role, text.trim(), header, names)?);
        }
    }
    let told = columns.iter().any(Option::is_some);
    let guessed = !header && columns[0].is_none();
    let found = if header { by_names(names) } else { by_default(first.len()) };
    match columns[0] {
        // Who names some columns means these and no others, but there is no trace without ids.
        None if told => columns[0] = found[0].filter(|column| !columns.contains(&Some(*column))),
        None => columns = found,
        Some(_) => {}
    }
    if columns[0].is_none() {
        let listed = names.iter().map(|name| field::show(name)).collect::<Vec<_>>().join(", ");
        return Err(Error::failure(format!("no column of '{listed}' is known to hold the ids"))
            .hint("name it, by number or by header, as in --trace-format csv:id=2"));
    }
    Ok(Layout { delimiter, header, quote, columns, unit, guessed })
}

fn column_of(role: &str, text: &str, header: bool, names: &[&[u8]]) -> Result<usize> {
    match text.parse::<usize>() {
        Ok(0) => return Err(bad_value("csv", role, text, "a column number from 1 on, or a name in the header")),
        Ok(number) => return Ok(number - 1),
        Err(_) if !header => {
            return Err(bad_value("csv", role, text, "a column number, because header=false"));
        }
        Err(_) => {}
    }
    if let Some(column) = names.iter().position(|name| name.eq_ignore_ascii_case(text.as_bytes())) {
        return Ok(column);
    }
    let known: Vec<String> = names.iter().map(|name| field::show(name)).collect();
    let hint = match closest(text, known.iter().map(String::as_str)) {
        Some(close) => format!("did you mean {role}={close}?"),
        None => format!("the header has: {}", known.join(", ")),
    };
    Err(Error::usage(format!("the header has no column '{text}' ({role}={text})")).hint(hint))
}

fn plain(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|c| c.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

/// The columns that the names in a header stand for.
pub(super) fn by_names(names: &[&[u8]]) -> [Option<usize>; 6] {
    let names: Vec<Vec<u8>> = names.iter().map(|name| plain(name)).collect();
    NAMES.map(|known| known.iter().find_map(|k| names.iter().position(|name| name == k.as_bytes())))
}

/// Without names: `id`, `time,id` or `time,id,size,...`.
fn by_default(width: usize) -> [Option<usize>; 6] {
    match width {
        0 | 1 => [Some(0), None, None, None, None, None],
        2 => [Some(1), None, Some(0), None, None, None],
        _ => [Some(1), Some(2), Some(0), None, None, None],
    }
}

/// A first row is a header if none of its fields is a number, and one is a known name or stands over a number.
pub(super) fn looks_like_header(rows: &[csv::ByteRecord]) -> bool {
    let number = |text: &[u8]| field::time(text.trim_ascii(), 1).is_ok();
    let Some(first) = rows.first() else { return false };
    let names: Vec<&[u8]> = first.iter().map(<[u8]>::trim_ascii).collect();
    !names.iter().any(|name| number(name))
        && (by_names(&names).iter().any(Option::is_some) || rows.get(1).is_some_and(|row| row.iter().any(number)))
}
