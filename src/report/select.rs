//! Which of the rows and windows a figure shows.

use super::Input;
use super::cache_sizes::given;
use crate::core::quantity::{bytes, count, number};
use crate::core::{Error, Result};
use crate::record::{AnalysisRow, CurveRow, Row, Window};
use crate::registry;
use std::collections::HashSet;

/// A choice among the cells; an empty list is all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Policies, by name or alias, with parameters where only some settings are wanted: `lru`, `s3-fifo:small=0.1`.
    /// A part with `=` and no `:` belongs to the policy before it.
    pub policies: Vec<String>,
    /// Texts of which one must be in the name of the trace.
    pub traces: Vec<String>,
    /// Capacities as given (`1%`) or as numbers (`1000`).
    pub capacities: Vec<String>,
}

/// What is chosen.
pub(super) struct Chosen {
    pub(super) rows: Vec<Row>,
    pub(super) windows: Vec<Window>,
    pub(super) curves: Vec<CurveRow>,
}

impl Selection {
    /// Everything?
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.traces.is_empty() && self.capacities.is_empty()
    }

    fn has_trace(&self, trace: &str) -> bool {
        self.traces.is_empty() || self.traces.iter().any(|text| trace.contains(text.as_str()))
    }

    /// The rows of analyses that are chosen, for the figure of this name.
    ///
    /// # Errors
    /// No trace is, or a policy or capacity is asked for, of which analyses know nothing.
    pub(super) fn apply_to_traces(&self, figure: &str, rows: &[AnalysisRow]) -> Result<Vec<AnalysisRow>> {
        if !self.policies.is_empty() || !self.capacities.is_empty() {
            return Err(Error::usage(format!("{figure}: analyses of traces have no policies and capacities"))
                .hint("choose traces: --trace TEXT"));
        }
        let kept: Vec<AnalysisRow> = rows.iter().filter(|row| self.has_trace(&row.trace)).cloned().collect();
        if kept.is_empty() && !rows.is_empty() {
            let names = list(rows.iter().map(|row| row.trace.clone()).collect());
            return Err(Error::usage("no row is chosen").hint(format!("traces are: {names}")));
        }
        Ok(kept)
    }

    /// The rows, windows and points of curves that are chosen. A window is chosen by a capacity as given where a row says
    /// what it is.
    ///
    /// # Errors
    /// A policy or capacity that no row has, or nothing that fits all; the hint says what there is.
    pub(super) fn apply(&self, input: &Input<'_>) -> Result<Chosen> {
        let Input { rows, windows, curves, .. } = *input;
        let mut there: Vec<(&str, &str)> = rows.iter().map(|r| (r.policy.as_str(), r.params.as_str())).collect();
        there.extend(windows.iter().map(|w| (w.policy.as_str(), w.params.as_str())));
        there.extend(curves.iter().map(|c| (c.policy.as_str(), c.params.as_str())));
        there.sort_unstable();
        there.dedup();
        let wanted = self.wanted(&there)?;
        wanted.iter().try_for_each(|one| one.check(&there))?;
        let asked: Vec<u64> = self
            .capacities
            .iter()
            .filter_map(|text| count(text).or_else(|_| bytes(text).map(|(number, _)| number)).ok())
            .collect();
        let known: HashSet<(&str, u64)> = rows
            .iter()
            .filter(|row| self.capacities.contains(&row.capacity_given))
            .map(|row| (row.trace.as_str(), row.capacity))
            .chain(
                curves
                    .iter()
                    .filter(|curve| self.capacities.contains(&curve.capacity_given))
                    .map(|curve| (curve.trace.as_str(), curve.capacity)),
            )
            .collect();
        let chosen = |trace: &str, policy: &str, params: &str, capacity: u64| {
            self.has_trace(trace)
                && (wanted.is_empty() || wanted.iter().any(|w| w.is(policy, params)))
                && (self.capacities.is_empty() || known.contains(&(trace, capacity)) || asked.contains(&capacity))
        };
        let kept = Chosen {
            rows: rows.iter().filter(|r| chosen(&r.trace, &r.policy, &r.params, r.capacity)).cloned().collect(),
            windows: windows.iter().filter(|w| chosen(&w.trace, &w.policy, &w.params, w.capacity)).cloned().collect(),
            curves: curves.iter().filter(|c| chosen(&c.trace, &c.policy, &c.params, c.capacity)).cloned().collect(),
        };
        if kept.rows.is_empty() && kept.windows.is_empty() && kept.curves.is_empty() {
            return Err(self.nothing(input));
        }
        Ok(kept)
    }

    /// `there` are the policies of the rows, with their parameters.
    fn wanted(&self, there: &[(&str, &str)]) -> Result<Vec<Wanted>> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for part in self.policies.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|part| !part.is_empty())
        {
            let (name, pairs) = match (part.split_once(':'), part.contains('='), wanted.last_mut()) {
                (Some((name, pair)), ..) => (name, Some(pair)),
                (None, true, Some(last)) => {
                    last.pairs.push(pair(part)?);
                    continue;
                }
                _ => (part, None),
            };
            let known = there.iter().any(|(policy, _)| *policy == name);
            let name = if known { name } else { registry::find(name)?.entry.info.name };
            wanted.push(Wanted { name: name.to_owned(), pairs: pairs.map(pair).transpose()?.into_iter().collect() });
        }
        Ok(wanted)
    }

    fn nothing(&self, input: &Input<'_>) -> Error {
        let Input { rows, windows, curves, .. } = *input;
        let all = |row: fn(&Row) -> String, window: fn(&Window) -> String, curve: fn(&CurveRow) -> String| {
            rows.iter().map(row).chain(windows.iter().map(window)).chain(curves.iter().map(curve)).collect()
        };
        let own =
            |c: &CurveRow| if c.capacity_given.is_empty() { c.capacity.to_string() } else { c.capacity_given.clone() };
        let policies = all(|r| r.policy.clone(), |w| w.policy.clone(), |c| c.policy.clone());
        let traces = all(|r| r.trace.clone(), |w| w.trace.clone(), |c| c.trace.clone());
        let capacities = all(given, |w| w.capacity.to_string(), own);
        let mut there = Vec::new();
        for (asked, what, names) in [
            (&self.policies, "policies", policies),
            (&self.traces, "traces", traces),
            (&self.capacities, "capacities", capacities),
        ] {
            if !asked.is_empty() {
                there.push(format!("{what} are: {}", list(names)));
            }
        }
        Error::usage("no row is chosen").hint(there.join("; "))
    }
}

/// The names, each once, up to twelve of them.
fn list(mut names: Vec<String>) -> String {
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let more = if names.len() > 12 { ", ..." } else { "" };
    format!("{}{more}", names.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// A policy and the parameters it must have.
struct Wanted {
    name: String,
    pairs: Vec<(String, String)>,
}

impl Wanted {
    fn is(&self, policy: &str, params: &str) -> bool {
        let has = |(name, value): &(String, String)| {
            params.split(';').filter_map(|p| p.split_once('=')).any(|(k, v)| k == name && same(v, value))
        };
        self.name == policy && self.pairs.iter().all(has)
    }

    /// Is it one of these policies with their parameters?
    fn check(&self, there: &[(&str, &str)]) -> Result<()> {
        if there.iter().any(|(policy, params)| self.is(policy, params)) {
            return Ok(());
        }
        let own: Vec<&str> =
            there.iter().filter(|(policy, _)| *policy == self.name).map(|(_, params)| *params).collect();
        let pairs: Vec<String> = self.pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (what, known) = if own.is_empty() {
            let mut names: Vec<&str> = there.iter().map(|(policy, _)| *policy).collect();
            names.dedup();
            (format!("no result of {}", self.name), names)
        } else {
            (format!("no result of {} with {}", self.name, pairs.join(", ")), own)
        };
        let more = if known.len() > 12 { ", ..." } else { "" };
        let known: Vec<&str> = known.into_iter().take(12).collect();
        Err(Error::usage(format!("--policy: {what}")).hint(format!("there are: {}{more}", known.join(", "))))
    }
}

/// `0.10` is `0.1`.
fn same(a: &str, b: &str) -> bool {
    a == b || matches!((number(a), number(b)), (Ok(a), Ok(b)) if a.total_cmp(&b).is_eq())
}

fn pair(text: &str) -> Result<(String, String)> {
    text.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).ok_or_else(|| {
        Error::usage(format!("'{text}' is no parameter")).hint("write policies as in lru,s3-fifo:small=0.1")
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::row;
    use super::*;

    fn chosen(policies: &str, traces: &str, capacities: &str) -> Result<usize> {
        let list = |text: &str| text.split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect();
        let select = Selection { policies: list(policies), traces: list(traces), capacities: list(capacities) };
        let mut rows = vec![row("web", "lru", 10, 0.1), row("web", "lru", 20, 0.1), row("kv", "two-q", 10, 0.1)];
        for small in ["0.1", "0.2"] {
            rows.push(Row { params: format!("ghost=0.9;small={small}"), ..row("kv", "s3-fifo", 10, 0.1) });
        }
        rows[2].capacity_given = "1%".into();
        let window = Window { trace: "kv".into(), policy: "two-q".into(), capacity: 10, ..Window::default() };
        let input = Input { rows: &rows, windows: &[window], ..Input::default() };
        select.apply(&input).map(|kept| kept.rows.len() * 10 + kept.windows.len())
    }

    #[test]
    fn what_is_chosen() {
        assert_eq!(chosen("", "", "").unwrap(), 51);
        assert_eq!(chosen("lru,2q", "", "").unwrap(), 31);
        assert_eq!(chosen("s3-fifo:small=0.10,ghost=0.9", "", "").unwrap(), 10);
        assert_eq!(chosen("", "we k", "").unwrap(), 51);
        assert_eq!(chosen("", "", "1%").unwrap(), 31, "the window's row says that 10 is 1%");
        assert_eq!(chosen("", "", "20").unwrap(), 10);
    }

    #[test]
    fn nothing_chosen_says_what_there_is() {
        let error = chosen("fifo", "", "").unwrap_err().to_string();
        assert!(error.contains("no result of fifo") && error.contains("there are: lru, s3-fifo, two-q"), "{error}");
        assert!(chosen("lur", "", "").unwrap_err().to_string().contains("did you mean"));
        assert!(chosen("s3-fifo:small", "", "").unwrap_err().to_string().contains("small=0.1"));
        assert!(chosen("lru,s3-fifo:small=0.7", "", "").unwrap_err().to_string().contains("with small=0.7"));
        assert!(chosen("", "", "30").unwrap_err().to_string().contains("capacities are: 10, 20, 1%"));
    }
}
