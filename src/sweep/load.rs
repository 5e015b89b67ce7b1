//! The traces of a sweep in memory: each is read once, with the columns that any of its cells needs.

use super::journal::TraceFacts;
use super::journals::another_trace;
use super::plan::{Group, Plan};
use crate::core::{Error, Result};
use crate::replay::{Opened, OperationRule, Settings, Source};
use crate::trace::{Columns, SizeChange, Trace};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A trace to be read, and the groups of cells that are replayed over it.
#[derive(Debug, Clone)]
pub(super) struct Load {
    input: usize,
    /// Of a workload; a recorded trace is the same under every seed.
    seed: Option<u64>,
    settings: Settings,
    columns: Columns,
    /// Groups by index into the plan, with the indexes of the cells to replay.
    pub(super) groups: Vec<(usize, Vec<usize>)>,
}

/// What of the settings decides on what is read.
fn reading(settings: &Settings) -> (SizeChange, OperationRule) {
    (settings.selection.size_change, settings.selection.operations)
}

/// The traces that the cells of these indexes need, in the order of the plan.
pub(super) fn loads(plan: &Plan, cells: &[usize]) -> Vec<Load> {
    let mut loads: Vec<Load> = Vec::new();
    for &index in cells {
        let group_index = plan.cells[index].group as usize;
        let group: &Group = &plan.groups[group_index];
        // The cells of a group, and the groups of an input, follow each other.
        let known = loads.iter_mut().rev().take_while(|load| load.input == group.input);
        let seed = matches!(plan.input(group).source, Source::Workload(_)).then_some(group.seed);
        let settings = plan.settings(group);
        let mut fitting = known.filter(|load| load.seed == seed && reading(&load.settings) == reading(&settings));
        if let Some(load) = fitting.next() {
            load.columns = load.columns.union(settings.columns());
            match load.groups.last_mut() {
                Some((last, cells)) if *last == group_index => cells.push(index),
                _ => load.groups.push((group_index, vec![index])),
            }
        } else {
            let columns = settings.columns();
            loads.push(Load { input: group.input, seed, settings, columns, groups: vec![(group_index, vec![index])] });
        }
    }
    loads
}

impl Load {
    /// The name of the trace in the rows.
    pub(super) fn name<'a>(&self, plan: &'a Plan) -> &'a str {
        &plan.spec.inputs[self.input].name
    }

    /// The same, with the seed where there are several.
    pub(super) fn label(&self, plan: &Plan) -> String {
        match self.seed.filter(|_| plan.spec.seeds.len() > 1) {
            Some(seed) => format!("{} (seed {seed})", self.name(plan)),
            None => self.name(plan).to_owned(),
        }
    }

    /// Where it comes from.
    pub(super) fn source<'a>(&self, plan: &'a Plan) -> &'a Source {
        &plan.spec.inputs[self.input].source
    }

    /// How it is read.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The columns that are read.
    pub(super) fn columns(&self) -> Columns {
        self.columns
    }

    /// Bytes of its file, compressed as they are; 0 of a workload.
    ///
    /// # Errors
    /// There is no such file.
    pub(super) fn file_bytes(&self, plan: &Plan) -> Result<u64> {
        match self.source(plan) {
            Source::File(path) => Ok(path.metadata().map_err(|e| unreadable(path, &e))?.len()),
            Source::Bundled(bundled) => Ok(bundled.data().len() as u64),
            Source::Workload(_) => Ok(0),
        }
    }

    /// Reads or makes the trace, and says what it is.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub(super) fn open(&self, plan: &Plan, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(Trace, TraceFacts)> {
        let input = &plan.spec.inputs[self.input];
        let open = || input.source.open(&self.settings.selection, self.columns, self.seed.unwrap_or(0), progress);
        let (opened, sha256) = match &input.source {
            Source::File(path) => {
                let (opened, sum) = rayon::join(open, || file_sha256(path));
                (opened, Some(sum?))
            }
            Source::Bundled(bundled) => (open(), Some(hex(&Sha256::digest(bundled.data())))),
            Source::Workload(_) => (open(), None),
        };
        let Opened { mut trace, how, .. } = opened?;
        trace.name.clone_from(&input.name);
        let facts = TraceFacts {
            name: input.name.clone(),
            seed: self.seed,
            file: if let Source::File(path) = &input.source { Some(path.display().to_string()) } else { None },
            sha256,
            how,
            reading: self.settings.selection.canonical(),
            requests: trace.requests() as u64,
            objects: trace.objects as u64,
            notes: trace.notes.clone(),
        };
        Ok((trace, facts))
    }
}

/// Are the trace files what they were when the cells of `known` were replayed?
///
/// # Errors
/// One is not, or cannot be read.
pub fn check_traces(plan: &Plan, known: &[TraceFacts]) -> Result<()> {
    let mut expected: Vec<(&Path, &TraceFacts)> = Vec::new();
    for group in &plan.groups {
        let input = plan.input(group);
        let Source::File(path) = &input.source else { continue };
        let reading = plan.settings(group).selection.canonical();
        expected
            .extend(known.iter().filter(|f| f.name == input.name && f.reading == reading).map(|f| (path.as_path(), f)));
    }
    let mut paths: Vec<&Path> = expected.iter().map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths.dedup();
    let sums: Vec<String> = paths.par_iter().map(|path| file_sha256(path)).collect::<Result<_>>()?;
    for (path, facts) in expected {
        let now = paths.binary_search(&path).ok().map(|i| &sums[i]);
        if facts.sha256.as_ref() != now {
            return Err(another_trace(&facts.name).at(path.display()));
        }
    }
    Ok(())
}

/// SHA-256 of a file, in hexadecimal, as `sha256sum` prints it.
///
/// # Errors
/// It cannot be read.
pub fn file_sha256(path: &Path) -> Result<String> {
    let failed = |e: std::io::Error| unreadable(path, &e);
    let mut file = File::open(path).map_err(failed)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece).map_err(failed)? {
            0 => return Ok(hex(&digest.finalize())),
            n => digest.update(&piece[..n]),
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::failure(format!("cannot read {}: {error}", path.display()))
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text of a file that a spec names.
///
/// # Errors
/// It cannot be read.
pub(super) fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| {
        Error::usage(format!("cannot read {}: {e}", path.display())).hint("paths are seen from the folder of the spec")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_sha256sum() {
        // The test vector "abc" of FIPS 180-2.
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let sum = file_sha256(file.path()).unwrap();
        assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
