//! What the journals of a folder, or of several, say together.

use super::journal::{Header, Line, TraceFacts, failed};
use super::plan::Key;
use crate::core::{Error, Result};
use crate::record::{Row, ScenarioOutcome, Status};
use crate::replay::Outcome;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What the journals of a folder hold.
#[derive(Debug, Default)]
pub struct Journals {
    /// Outcome of each finished cell.
    pub outcomes: HashMap<Key, Outcome>,
    /// Outcome of each finished configuration of a scenario.
    pub scenarios: HashMap<Key, ScenarioOutcome>,
    /// Traces that were read, each once.
    pub traces: Vec<TraceFacts>,
    /// Cells that stand in several journals with different results.
    pub disagreements: Vec<(Key, PathBuf)>,
    /// Lines that a crash left unfinished.
    pub torn: usize,
}

impl Journals {
    /// Reads all journals of a folder; none of it is changed.
    ///
    /// # Errors
    /// A journal of another plan, schema or version; a line in the middle that is no JSON; the disk's.
    pub fn read(folder: &Path, expected: &Header) -> Result<Self> {
        Self::of(&paths(folder)?, expected)
    }

    /// Reads those journals of a folder that may hold one of these cells: the journals of single cells are passed over unless
    /// they are of one of these, so that a command for each of many cells does not read what all the others wrote.
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn read_for(folder: &Path, keys: &[Key], expected: &Header) -> Result<Self> {
        let wanted: Vec<String> = keys.iter().map(|key| cell_journal(*key)).collect();
        let mut paths = paths(folder)?;
        paths.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            !name.starts_with(CELL) || wanted.iter().any(|wanted| *wanted == name)
        });
        Self::of(&paths, expected)
    }

    fn of(paths: &[PathBuf], expected: &Header) -> Result<Self> {
        let mut all = Self::default();
        paths.iter().try_for_each(|path| all.add(path, expected))?;
        Ok(all)
    }

    /// Reads one journal more.
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn add(&mut self, path: &Path, expected: &Header) -> Result<()> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(|e| failed("read", path, &e))?;
        let mut reader = BufReader::with_capacity(1 << 17, file);
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(|e| failed("read", path, &e))? == 0 {
                return Ok(());
            }
            number += 1;
            if line.last() != Some(&b'\n') {
                self.torn += 1;
                return Ok(());
            }
            if number == 1 {
                expected.check(&Header::read(&line, &shown)?, &shown)?;
                continue;
            }
            let place = || format!("{shown}:{number}");
            let damaged = |e: serde_json::Error| {
                Error::failure(format!("{}: the journal is damaged: {e}", place()))
                    .hint("remove this line to replay its cell again")
            };
            match serde_json::from_slice(&line).map_err(damaged)? {
                Line::Trace { trace } => self.trace(trace, &place())?,
                Line::Scenario { cell, scenario } => {
                    let key: Key = cell.parse().map_err(|e: Error| e.at(place()))?;
                    self.scenario(key, scenario.into_owned(), path);
                }
                Line::Cell { cell, row, windows } => {
                    let key: Key = cell.parse().map_err(|e: Error| e.at(place()))?;
                    self.cell(key, Outcome { row: row.into_owned(), windows: windows.into_owned() }, path);
                }
            }
        }
    }

    /// A cell that failed may have been tried again: success counts more than failure, a later failure more than an earlier
    /// one. Only two successes can disagree.
    fn cell(&mut self, key: Key, outcome: Outcome, path: &Path) {
        let ok = |outcome: &Outcome| outcome.row.status == Status::Ok;
        match self.outcomes.get(&key) {
            Some(known) if ok(known) && ok(&outcome) => {
                if !same_result(known, &outcome) {
                    self.disagreements.push((key, path.to_owned()));
                }
            }
            Some(known) if ok(known) => {}
            _ => drop(self.outcomes.insert(key, outcome)),
        }
    }

    /// As a cell, for a configuration of a scenario.
    fn scenario(&mut self, key: Key, outcome: ScenarioOutcome, path: &Path) {
        let ok = |outcome: &ScenarioOutcome| outcome.row.status == Status::Ok;
        match self.scenarios.get(&key) {
            Some(known) if ok(known) && ok(&outcome) => {
                if *known != outcome {
                    self.disagreements.push((key, path.to_owned()));
                }
            }
            Some(known) if ok(known) => {}
            _ => drop(self.scenarios.insert(key, outcome)),
        }
    }

    /// How a cell ended, if it has.
    pub fn status(&self, key: &Key) -> Option<Status> {
        let replayed = self.outcomes.get(key).map(|outcome| outcome.row.status);
        replayed.or_else(|| self.scenarios.get(key).map(|outcome| outcome.row.status))
    }

    /// Takes in what a trace was.
    ///
    /// # Errors
    /// It was something else before.
    pub fn trace(&mut self, trace: TraceFacts, place: &str) -> Result<()> {
        let Some(known) = self.traces.iter().find(|known| known.is_same_reading(&trace)) else {
            self.traces.push(trace);
            return Ok(());
        };
        if known.sha256 == trace.sha256 && known.requests == trace.requests {
            return Ok(());
        }
        Err(another_trace(&trace.name).at(place))
    }
}

impl TraceFacts {
    /// Are both of the same trace, read the same way?
    fn is_same_reading(&self, other: &Self) -> bool {
        (&self.name, self.seed, &self.reading) == (&other.name, other.seed, &other.reading)
    }
}

/// The error of a trace that changed between two runs of a sweep.
pub(super) fn another_trace(name: &str) -> Error {
    Error::failure(format!("trace '{name}' is not what it was for the other cells"))
        .hint("put the file back as it was, or begin in another folder")
}

/// Do two outcomes agree in everything but the times?
fn same_result(a: &Outcome, b: &Outcome) -> bool {
    let timeless = |row: &Row| Row { seconds: 0.0, requests_per_second: 0.0, pass_cells: 0, ..row.clone() };
    timeless(&a.row) == timeless(&b.row) && a.windows == b.windows
}

/// How the names of journals of single cells begin.
const CELL: &str = "journal-cell-";

/// The journal of a single cell.
pub(super) fn cell_journal(key: Key) -> String {
    format!("{CELL}{key}.jsonl")
}

/// Is this the name of a journal: `journal.jsonl`, `journal-shard-1-of-3.jsonl`, `journal-cell-<key>.jsonl`?
fn is_journal(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".jsonl") else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_shard = |rest: &str| rest.split_once("-of-").is_some_and(|(i, n)| is_number(i) && is_number(n));
    stem == "journal"
        || stem.strip_prefix("journal-shard-").is_some_and(is_shard)
        || stem.strip_prefix(CELL).is_some_and(|key| key.parse::<Key>().is_ok())
}

/// The journals in a folder, by name.
///
/// # Errors
/// The folder cannot be read. One that does not exist has none.
pub fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed("read", folder, &e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| failed("read", folder, &e))?.path();
        if is_journal(&path.file_name().unwrap_or_default().to_string_lossy()) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::is_journal;

    #[test]
    fn names_of_journals() {
        for name in ["journal.jsonl", "journal-shard-1-of-12.jsonl", "journal-cell-0123456789abcdef.jsonl"] {
            assert!(is_journal(name), "{name}");
        }
        for name in ["journal-notes.jsonl", "journal", "journal-shard-a-of-2.jsonl", "journal-cell-1.jsonl", "my.jsonl"]
        {
            assert!(!is_journal(name), "{name}");
        }
    }
}
