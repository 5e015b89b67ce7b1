//! The rows of an analysis by trace, section and name.

use crate::core::{Error, Result};
use crate::record::AnalysisRow;
use std::collections::HashMap;

/// Where on the axis, if it has one, and the number.
type Point = (Option<f64>, f64);

/// The numbers of one trace.
pub(super) struct Trace<'a> {
    pub(super) name: &'a str,
    /// By section and name.
    lists: HashMap<(&'a str, &'a str), Vec<Point>>,
}

impl<'a> Trace<'a> {
    /// The traces, by first appearance.
    pub(super) fn all(rows: &'a [AnalysisRow]) -> Vec<Self> {
        let mut traces: Vec<Self> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for row in rows {
            let at = *known.entry(&row.trace).or_insert_with(|| {
                traces.push(Self { name: &row.trace, lists: HashMap::new() });
                traces.len() - 1
            });
            traces[at].lists.entry((&row.section, &row.name)).or_default().push((row.x, row.value));
        }
        traces
    }

    /// A number that is in no list.
    pub(super) fn number(&self, section: &str, name: &str) -> Option<f64> {
        self.lists.get(&(section, name))?.first().map(|point| point.1)
    }

    /// A list, by rising x. Empty where there is none.
    pub(super) fn list(&self, section: &str, name: &str) -> Vec<(f64, f64)> {
        let list = self.lists.get(&(section, name)).into_iter().flatten();
        let mut points: Vec<(f64, f64)> = list.filter_map(|&(x, value)| Some((x?, value))).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    }
}

/// What `panel` makes of each trace, and a note on those of which it makes nothing.
///
/// # Errors
/// It makes nothing of any; `lacking` says what they lack.
pub(super) fn each<'a, T>(
    traces: &[Trace<'a>],
    lacking: &str,
    panel: impl Fn(&Trace<'a>) -> Option<T>,
) -> Result<(Vec<T>, Option<String>)> {
    let mut out: Vec<&str> = Vec::new();
    let mut panels = Vec::new();
    for trace in traces {
        match panel(trace) {
            Some(panel) => panels.push(panel),
            None => out.push(trace.name),
        }
    }
    if panels.is_empty() {
        return Err(Error::failure(format!("nothing to draw: no trace has {lacking}"))
            .hint("evictlab trace analyze says what it found; evictlab plot --list names the other figures"));
    }
    let note = (!out.is_empty()).then(|| format!("not drawn, since without {lacking}: {}", out.join(", ")));
    Ok((panels, note))
}
