//! Hit ratio over time: the windows of cells as lines, few enough points for a page.

use super::points::{Points, short};
use crate::core::quantity::ratio;
use crate::record::{Row, Window};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A line has at most so many points; a chart is about as many pixels wide.
const PER_LINE: usize = 250;

/// The lines of all cells together have at most so many points, about 1.5 MB of the page.
const IN_ALL: usize = 60_000;

/// What a window says of its cell, where it does not name it.
type Cell<'a> = ([&'a str; 5], u64, u32);

/// The windows of the cells of one point, those of the same number added up: the mean of the runs.
struct Line {
    /// Index of the point that the cells belong to.
    point: usize,
    windows: BTreeMap<u64, Joined>,
}

/// Windows, joined.
#[derive(Debug, Default, PartialEq)]
struct Joined {
    end_request: u64,
    end_seconds: f64,
    requests: u64,
    hits: u64,
}

/// What the page's script reads: lines with their points, and what was left out. Nothing where there is no window to show.
pub(super) fn json(rows: &[Row], windows: &[Window], points: &Points) -> Option<Value> {
    let (lines, strangers) = lines(rows, windows, points);
    let joined: Vec<(usize, Vec<Joined>)> =
        lines.iter().map(|line| (line.point, join(line.windows.values()))).collect();
    let kept = fitting(&joined, points);
    if kept.is_empty() {
        return None;
    }
    let widest = lines.iter().map(|line| line.windows.len().div_ceil(PER_LINE)).max().unwrap_or(1);
    let mut notes = Vec::new();
    if widest > 1 {
        notes.push(format!("up to {widest} neighbouring windows are joined into one point"));
    }
    if kept.len() < joined.len() {
        notes.push(format!("{} of {} lines are in this page", kept.len(), joined.len()));
    }
    if strangers > 0 {
        notes.push(format!("{strangers} windows belong to no row, or to several that differ, and are left out"));
    }
    let timed = windows.iter().any(|w| w.end_seconds > 0.0);
    let line = |(point, list): &(usize, Vec<Joined>)| {
        json!({
            "point": point,
            "request": list.iter().map(|w| w.end_request).collect::<Value>(),
            "second": if timed { list.iter().map(|w| short(w.end_seconds)).collect() } else { Value::Null },
            "hit": list.iter().map(|w| short(ratio(w.hits, w.requests))).collect::<Value>(),
        })
    };
    Some(json!({"timed": timed, "notes": notes, "lines": kept.into_iter().map(line).collect::<Value>()}))
}

/// The windows by point; and how many windows have no place.
fn lines(rows: &[Row], windows: &[Window], points: &Points) -> (Vec<Line>, usize) {
    let mut keys: HashMap<&str, usize> = HashMap::new();
    // A window of a single run does not name its cell: where rows of different points look alike, it has no place.
    let mut cells: HashMap<Cell<'_>, Option<usize>> = HashMap::new();
    for (row, point) in rows.iter().zip(&points.of_row) {
        let Some(point) = *point else { continue };
        if !row.cell.is_empty() {
            keys.insert(&row.cell, point);
        }
        let Row { trace, policy, params, admission, prefetch, .. } = row;
        let cell = ([trace, policy, params, admission, prefetch].map(String::as_str), row.capacity, row.repetition);
        let known = cells.entry(cell).or_insert(Some(point));
        if *known != Some(point) {
            *known = None;
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut strangers = 0;
    for window in windows {
        let Window { trace, policy, params, admission, prefetch, .. } = window;
        let texts = [trace, policy, params, admission, prefetch].map(String::as_str);
        let cell = (texts, window.capacity, window.repetition);
        let by_look = || cells.get(&cell).copied().flatten();
        let Some(point) = keys.get(window.cell.as_str()).copied().or_else(by_look) else {
            strangers += 1;
            continue;
        };
        let place = *places.entry(point).or_insert_with(|| {
            lines.push(Line { point, windows: BTreeMap::new() });
            lines.len() - 1
        });
        lines[place].windows.entry(window.window).or_default().add(window);
    }
    (lines, strangers)
}

impl Joined {
    fn add(&mut self, window: &Window) {
        self.end_request = self.end_request.max(window.end_request);
        self.end_seconds = self.end_seconds.max(window.end_seconds);
        self.requests += window.requests;
        self.hits += window.hits;
    }
}

/// Joins neighbours until at most [`PER_LINE`] are left. Hits and requests are added, so that the ratios stay exact.
fn join<'a>(windows: impl ExactSizeIterator<Item = &'a Joined>) -> Vec<Joined> {
    let windows: Vec<&Joined> = windows.collect();
    let each = windows.len().div_ceil(PER_LINE).max(1);
    let joined = windows.chunks(each).map(|part| Joined {
        end_request: part.iter().map(|w| w.end_request).max().unwrap_or(0),
        end_seconds: part.iter().map(|w| w.end_seconds).fold(0.0, f64::max),
        requests: part.iter().map(|w| w.requests).sum(),
        hits: part.iter().map(|w| w.hits).sum(),
    });
    joined.collect()
}

/// The lines that fit into the page. Those of a trace and a size are compared with each other, so they go or stay together.
fn fitting<'a>(lines: &'a [(usize, Vec<Joined>)], points: &Points) -> Vec<&'a (usize, Vec<Joined>)> {
    let place = |line: &(usize, Vec<Joined>)| (points.list[line.0].panel, points.list[line.0].size);
    let mut order: Vec<(usize, usize)> = Vec::new();
    let mut lengths: HashMap<(usize, usize), usize> = HashMap::new();
    for line in lines {
        let length = lengths.entry(place(line)).or_insert_with(|| {
            order.push(place(line));
            0
        });
        *length += line.1.len();
    }
    let mut room = IN_ALL;
    order.retain(|place| {
        let fits = lengths[place] <= room;
        room -= if fits { lengths[place] } else { 0 };
        fits
    });
    lines.iter().filter(|line| order.contains(&place(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::points::collect;
    use super::*;
    use crate::report::sample::row;

    fn window(policy: &str, capacity: u64, window: u64, hits: u64) -> Window {
        Window {
            trace: "t".into(),
            policy: policy.into(),
            admission: "always".into(),
            prefetch: "none".into(),
            capacity,
            window,
            start_request: window * 10,
            end_request: window * 10 + 10,
            requests: 10,
            hits,
            ..Window::default()
        }
    }

    fn made(windows: &[Window]) -> Option<Value> {
        let rows = [row("t", "lru", 100, 0.5), row("t", "fifo", 100, 0.4)];
        json(&rows, windows, &collect(&rows).unwrap())
    }

    #[test]
    fn windows_become_the_lines_of_their_cells() {
        let made = made(&[
            window("fifo", 100, 0, 1),
            window("fifo", 100, 1, 2),
            window("lru", 100, 0, 3),
            window("arc", 100, 0, 3),
        ]);
        let made = made.unwrap();
        assert_eq!(made["lines"][0], json!({"point": 1, "request": [10, 20], "second": null, "hit": [0.1, 0.2]}));
        assert_eq!(made["lines"][1]["point"], 0);
        assert_eq!(made["notes"].as_array().unwrap().len(), 1, "{}", made["notes"]);
    }

    #[test]
    fn many_windows_are_joined_exactly() {
        let windows: Vec<Window> = (0..600).map(|i| window("lru", 100, i, i % 3)).collect();
        let made = made(&windows).unwrap();
        // Three neighbours have 0 + 1 + 2 hits of 30.
        assert_eq!(made["lines"][0]["hit"].as_array().unwrap().len(), 200);
        assert!(made["lines"][0]["hit"].as_array().unwrap().iter().all(|hit| hit == &json!(0.1)));
        assert_eq!(made["lines"][0]["request"][199], 6000);
    }

    #[test]
    fn no_windows_no_chart() {
        assert_eq!(made(&[]), None);
        assert_eq!(made(&[window("arc", 1, 0, 1)]), None);
    }
}
