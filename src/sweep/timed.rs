//! The timed scenarios of a sweep: `[[scenario]]` tables, each a preset or a file with keys set, lists for each in turn.

use super::load::read_text;
use super::plan::Key;
use super::spec::Context;
use crate::core::document::{Node, Reader, Table};
use crate::core::{Error, hash};
use crate::record::{SCHEMA, ScenarioOutcome};
use crate::scenario::{Configuration, Scenario, preset};
use std::path::{Path, PathBuf};

/// A configuration of a scenario, as a cell.
#[derive(Debug, Clone)]
pub struct TimedCell {
    /// Its key.
    pub key: Key,
    /// What is run.
    pub configuration: Configuration,
    /// The folder from which the path of its trace is seen.
    pub folder: PathBuf,
}

impl TimedCell {
    fn new(configuration: Configuration, folder: &Path) -> Self {
        let text = format!("schema={SCHEMA} scenario={} {}", configuration.scenario, configuration.canonical());
        Self { key: Key(hash::bytes(text.as_bytes())), configuration, folder: folder.to_owned() }
    }

    /// Fills in what a row, and the tables beside it, say of their cell.
    pub fn label(&self, outcome: &mut ScenarioOutcome) {
        let cell = self.key.to_string();
        outcome.row.parameters.clone_from(&self.configuration.parameters);
        outcome.levels.iter_mut().for_each(|row| row.cell.clone_from(&cell));
        outcome.series.iter_mut().for_each(|row| row.cell.clone_from(&cell));
        outcome.latencies.iter_mut().for_each(|row| row.cell.clone_from(&cell));
        outcome.row.cell = cell;
    }

    /// The trace that it replays and how it is read, as one text; the same for cells that can share it.
    pub(super) fn trace(&self) -> String {
        self.configuration.trace().map_or_else(String::new, |trace| format!("{} {trace:?}", self.folder.display()))
    }

    /// What it is, for a line of output.
    pub fn name(&self) -> String {
        let values = self.configuration.parameters.iter().map(|(key, value)| format!(" {key}={value}"));
        std::iter::once(self.configuration.scenario.clone()).chain(values).collect()
    }
}

/// Reads the tables; every configuration once for each seed.
pub(super) fn timed(reader: &Reader<'_>, context: &Context<'_>, tables: Vec<Table>, seeds: &[u64]) -> Vec<TimedCell> {
    let mut cells: Vec<TimedCell> = Vec::new();
    for mut table in tables {
        let at = table.at;
        let Some((mut scenario, folder)) = reader.check(at, open(reader, context, &mut table)) else { continue };
        for (path, node) in table.leaves() {
            let words = match node {
                Node::Table(_) => continue,
                node => reader.words(&path, node.clone()),
            };
            let values = words.into_iter().map(|word| word.text).collect();
            reader.check(node.at(), scenario.set_each(&path, values, reader.place(node.at())));
        }
        for seed in seeds {
            let all = scenario.set("seed", &seed.to_string()).and_then(|()| scenario.configurations());
            let all = reader.check(at, all).unwrap_or_default();
            cells.extend(all.into_iter().map(|configuration| TimedCell::new(configuration, &folder)));
        }
    }
    cells
}

/// The scenario that a table names, and the folder from which it sees traces.
fn open(reader: &Reader<'_>, context: &Context<'_>, table: &mut Table) -> crate::core::Result<(Scenario, PathBuf)> {
    let name = table.take("name").and_then(|node| reader.word("name", node));
    let file = table.take("file").and_then(|node| reader.word("file", node));
    match (name, file) {
        (Some(name), None) => Ok((preset(&name.text)?, context.folder.to_owned())),
        (None, Some(file)) => {
            let path = context.folder.join(&file.text);
            let text = read_text(&path)?;
            let folder = path.parent().unwrap_or(context.folder).to_owned();
            Ok((Scenario::read(&file.text, &text)?, folder))
        }
        _ => Err(Error::usage("[[scenario]] needs either a name or a file")
            .hint("name = \"stampede\" (evictlab scenario list), or file = \"mine.toml\"")),
    }
}
