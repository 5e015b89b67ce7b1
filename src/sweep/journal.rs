//! The journal of a sweep: one line for each finished cell, appended and flushed when it is finished, never rewritten.
//!
//! A result folder may hold several, one for each writer (`journal.jsonl`, `journal-shard-1-of-3.jsonl`,
//! `journal-cell-<key>.jsonl`), so that many processes can share a folder. The first line of a journal says what it is of; a
//! line is JSON and ends with a line feed. A last line without its end is what a crash left, and is dropped.

use super::plan::Key;
use crate::core::{Error, Result};
use crate::record::{Row, SCHEMA, Status, Window};
use crate::replay::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The layout of the journal.
const LAYOUT: u32 = 1;
/// How long finished cells may be in the system's memory only. A killed process loses none; a power failure, these.
const SYNC_EVERY: Duration = Duration::from_secs(2);

/// The first line: results of different headers must not be mixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Layout of the journal.
    pub journal: u32,
    /// Layout of the rows.
    pub schema: u32,
    /// Version of the program.
    pub version: String,
    /// What the plan is ([`super::Plan::id`]).
    pub plan: String,
}

impl Header {
    /// The header of a plan's journals, by this program.
    pub fn of(plan: &super::Plan) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { journal: LAYOUT, schema: SCHEMA, version, plan: plan.id() }
    }

    /// May results under `other`, found at `place`, be mixed with those of this header?
    ///
    /// # Errors
    /// They may not, and why.
    pub fn check(&self, other: &Self, place: &str) -> Result<()> {
        let refuse = |what: String| {
            Err(Error::usage(format!("{place}: {what}"))
                .hint("name another folder, or --force to throw away what is there"))
        };
        if other.journal != self.journal || other.schema != self.schema {
            return refuse(format!("results of another layout ({} and not {})", other.schema, self.schema));
        }
        if other.version != self.version {
            return refuse(format!("results of evictlab {}, and this is {}", other.version, self.version));
        }
        if other.plan != self.plan {
            return refuse("results of another spec".to_owned());
        }
        Ok(())
    }
}

/// What a trace was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceFacts {
    /// Its name in the rows.
    pub name: String,
    /// Seed of a workload; of a recorded trace none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// File that it was read from, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 of the file; of a workload none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How it was read, or `workload`.
    pub how: String,
    /// Requests replayed.
    pub requests: u64,
    /// Distinct objects in them.
    pub objects: u64,
    /// What the reader remarked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "one at a time is alive, on the stack")]
enum Line<'a> {
    Cell {
        cell: std::borrow::Cow<'a, str>,
        row: std::borrow::Cow<'a, Row>,
        #[serde(default, skip_serializing_if = "<[Window]>::is_empty")]
        windows: std::borrow::Cow<'a, [Window]>,
    },
    Trace {
        trace: TraceFacts,
    },
}

/// What the journals of a folder hold.
#[derive(Debug, Default)]
pub struct Journals {
    /// Outcome of each finished cell.
    pub outcomes: HashMap<Key, Outcome>,
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
        let mut all = Self::default();
        for path in paths(folder)? {
            all.add(&path, expected)?;
        }
        Ok(all)
    }

    /// Reads one journal more.
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn add(&mut self, path: &Path, expected: &Header) -> Result<()> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(|e| failed("read", path, &e))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
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
            let place = || format!("{shown}:{number}");
            let damaged = |e: serde_json::Error| {
                Error::failure(format!("{}: the journal is damaged: {e}", place()))
                    .hint("remove this line to replay its cell again")
            };
            if number == 1 {
                expected.check(&serde_json::from_slice(&line).map_err(damaged)?, &shown)?;
                continue;
            }
            match serde_json::from_slice(&line).map_err(damaged)? {
                Line::Trace { trace } => self.trace(trace, &place())?,
                Line::Cell { cell, row, windows } => {
                    let key: Key = cell.parse().map_err(|e: Error| e.at(place()))?;
                    self.cell(key, Outcome { row: row.into_owned(), windows: windows.into_owned() }, path);
                }
            }
        }
    }

    fn cell(&mut self, key: Key, outcome: Outcome, path: &Path) {
        let ok = |outcome: &Outcome| outcome.row.status == Status::Ok;
        match self.outcomes.get(&key) {
            // A cell that failed and was tried again.
            Some(known) if ok(known) != ok(&outcome) => {
                if ok(&outcome) {
                    self.outcomes.insert(key, outcome);
                }
            }
            Some(known) if !same_result(known, &outcome) => self.disagreements.push((key, path.to_owned())),
            Some(_) => {}
            None => drop(self.outcomes.insert(key, outcome)),
        }
    }

    /// Takes in what a trace was.
    ///
    /// # Errors
    /// It was something else before.
    pub fn trace(&mut self, trace: TraceFacts, place: &str) -> Result<()> {
        let known = self.traces.iter().find(|t| (&t.name, t.seed) == (&trace.name, trace.seed));
        match known {
            Some(known) if known.sha256 != trace.sha256 || known.requests != trace.requests => {
                Err(Error::failure(format!("{place}: trace '{}' is not what it was for the other cells", trace.name))
                    .hint("put the file back as it was, or begin in another folder"))
            }
            Some(_) => Ok(()),
            None => {
                self.traces.push(trace);
                Ok(())
            }
        }
    }
}

/// Do two outcomes agree in everything but the times?
fn same_result(a: &Outcome, b: &Outcome) -> bool {
    let timeless = |row: &Row| Row { seconds: 0.0, requests_per_second: 0.0, pass_cells: 0, ..row.clone() };
    timeless(&a.row) == timeless(&b.row) && a.windows == b.windows
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
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("journal") && name.ends_with(".jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// A journal that cells are appended to. Nobody else can write to it meanwhile.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    synced: Instant,
    /// Bytes of whole lines.
    length: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Opens or begins the journal at `path`, and drops a torn last line.
    ///
    /// # Errors
    /// Another process writes to it, or the disk's.
    pub fn open(path: &Path, header: &Header) -> Result<Self> {
        let io = |e: std::io::Error| failed("write", path, &e);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Error::usage(format!("another process writes to {}", path.display()))
                    .hint("wait for it, or let this one have a share of the cells: --shard i/n"));
            }
            // A file system without locks is no reason to do without results.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let length = whole_lines(&mut file).map_err(io)?;
        file.set_len(length).and_then(|()| file.seek(SeekFrom::End(0)).map(drop)).map_err(io)?;
        let mut journal = Self { path: path.to_owned(), file, synced: Instant::now(), length, buffer: Vec::new() };
        if length == 0 {
            journal.write(header)?;
        }
        Ok(journal)
    }

    /// Appends a finished cell.
    ///
    /// # Errors
    /// The disk's. The journal is then as it was before.
    pub fn cell(&mut self, key: Key, outcome: &Outcome) -> Result<()> {
        use std::borrow::Cow::{Borrowed, Owned};
        self.write(&Line::Cell {
            cell: Owned(key.to_string()),
            row: Borrowed(&outcome.row),
            windows: Borrowed(&outcome.windows),
        })
    }

    /// Appends what a trace was.
    ///
    /// # Errors
    /// As [`Journal::cell`].
    pub fn trace(&mut self, trace: &TraceFacts) -> Result<()> {
        self.write(&Line::Trace { trace: trace.clone() })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<()> {
        self.buffer.clear();
        let encoded = serde_json::to_writer(&mut self.buffer, line);
        encoded.map_err(|e| Error::failure(format!("cannot encode a line of the journal: {e}")))?;
        self.buffer.push(b'\n');
        if let Err(error) = self.file.write_all(&self.buffer) {
            // What got through of the line is taken back, if the disk lets us; if not, the next reader drops it.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(failed("write", &self.path, &error));
        }
        self.length += self.buffer.len() as u64;
        if self.synced.elapsed() > SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// The disk's.
    pub fn sync(&mut self) -> Result<()> {
        self.synced = Instant::now();
        self.file.sync_data().map_err(|e| failed("write", &self.path, &e))
    }
}

/// Bytes up to the end of the last whole line.
fn whole_lines(file: &mut File) -> std::io::Result<u64> {
    const PIECE: u64 = 1 << 16;
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut piece = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(PIECE);
        file.seek(SeekFrom::Start(start))?;
        piece.clear();
        file.take(end - start).read_to_end(&mut piece)?;
        if let Some(at) = piece.iter().rposition(|&b| b == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    let hint = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            "make room on the disk and give the same command again: it goes on where it was"
        }
        _ => "look at the folder's permissions and the disk, and give the same command again: it goes on where it was",
    };
    Error::failure(format!("cannot {what} {}: {error}", path.display())).hint(hint)
}
