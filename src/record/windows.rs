//! Reading windows, hit ratios over time, from CSV.

use super::Window;
use super::codec::read_records;
use crate::core::{Error, Result};
use std::io::Read;

const HINT: &str = "expected a file as `evictlab run --windows-output` writes it";

/// The columns without which windows cannot be placed.
const NEEDED: [&str; 7] = ["policy", "capacity", "window", "start_request", "end_request", "requests", "hits"];

/// Is this CSV a file of windows, rather than of results? Only the header is looked at.
pub fn is_windows(content: &[u8]) -> bool {
    let end = content.iter().position(|&byte| byte == b'\n').unwrap_or(content.len());
    let names = content[..end].split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    names.into_iter().any(|name| name == b"start_request" || name == b"\"start_request\"")
}

/// Reads windows from CSV; `name` is the file's, for messages. Unknown columns are ignored.
///
/// # Errors
/// Names the file, the line and the column of the first value that does not fit, or of a window that has no requests, more
/// hits than requests, or ends before it begins.
pub fn read_windows(input: impl Read, name: &str) -> Result<Vec<Window>> {
    let windows: Vec<Window> = read_records(
        input,
        (name, HINT),
        &NEEDED,
        |record, header| record.deserialize(Some(header)),
        |window, _, _| wrong(window).map(|(column, what)| (column.to_owned(), what)),
    )?;
    if windows.is_empty() {
        return Err(Error::failure(format!("{name}: a header but no windows"))
            .hint("a window is written for each --window of a run; was there any request?"));
    }
    Ok(windows)
}

/// The column that contradicts others, and how.
fn wrong(window: &Window) -> Option<(&'static str, String)> {
    let Window { requests, hits, start_request, end_request, start_seconds, end_seconds, .. } = *window;
    if requests == 0 {
        return Some(("requests", "expected at least 1, found 0".to_owned()));
    }
    if hits > requests {
        return Some(("hits", format!("expected at most the {requests} requests, found {hits}")));
    }
    if end_request <= start_request {
        return Some((
            "end_request",
            format!("expected more than start_request ({start_request}), found {end_request}"),
        ));
    }
    // The comparison is false for what is no number.
    if !(start_seconds.is_finite() && end_seconds.is_finite() && end_seconds >= start_seconds) {
        return Some((
            "end_seconds",
            format!("expected at least start_seconds ({start_seconds}), found {end_seconds}"),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Format, write_windows};
    use super::*;

    fn window() -> Window {
        Window {
            trace: "a,\"b\"".into(),
            policy: "lru".into(),
            capacity: 10,
            window: 3,
            start_request: 30,
            end_request: 40,
            start_seconds: 30.0,
            end_seconds: 39.5,
            requests: 10,
            hits: 1,
            hit_ratio: 0.1,
            ..Window::default()
        }
    }

    #[test]
    fn windows_come_back_as_they_were() {
        let mut bytes = Vec::new();
        write_windows(&[window(), window()], Format::Csv, &mut bytes).unwrap();
        assert!(is_windows(&bytes) && !is_windows(b"trace,policy\nstart_request,lru\n"));
        assert_eq!(read_windows(&bytes[..], "w.csv").unwrap(), [window(), window()]);
    }

    #[test]
    fn bad_windows_name_their_place() {
        let head = NEEDED.join(",");
        let error = |lines: &str| read_windows(format!("{head}\n{lines}").as_bytes(), "w.csv").unwrap_err().to_string();
        assert!(error("lru,1,0,0,10,10,3\nlru,1,1,10,20,ten,3\n").starts_with("w.csv:3: column 'requests'"));
        assert!(error("lru,1,0,0,10,10,30\n").starts_with("w.csv:2: column 'hits': expected at most the 10"));
        assert!(error("lru,1,0,10,10,1,0\n").starts_with("w.csv:2: column 'end_request'"));
        assert!(error("lru,1,0,0,10,0,0\n").starts_with("w.csv:2: column 'requests'"));
        assert!(error("lru,1,0,0,10\n").starts_with("w.csv:2: 5 fields"));
        assert!(error("").starts_with("w.csv: a header but no windows"));
        let error = read_windows(&b"policy,start_request\n"[..], "w.csv").unwrap_err().to_string();
        assert!(error.starts_with("w.csv:1: no column 'capacity'"), "{error}");
    }
}
