//! The journal of a sweep: one line for each finished cell, appended and flushed when it is finished, never rewritten.
//!
//! A result folder may hold several, one for each writer (`journal.jsonl`, `journal-shard-1-of-3.jsonl`,
//! `journal-cell-<key>.jsonl`), so that many processes can share a folder. The first line of a journal says what it is of; a
//! line is JSON and ends with a line feed. A last line without its end is what a crash left, and is dropped.

use super::plan::Key;
use crate::core::{Error, Result};
use crate::record::{Row, SCHEMA, ScenarioOutcome, Window};
use crate::replay::Outcome;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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

    /// Reads the first line of the journal at `place`.
    ///
    /// # Errors
    /// It is no header.
    pub(super) fn read(line: &[u8], place: &str) -> Result<Self> {
        serde_json::from_slice(line).map_err(|e| {
            Error::failure(format!("{place}:1: this is no journal of a sweep: {e}"))
                .hint("remove the file, or name another folder")
        })
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
            let layout = |header: &Self| format!("{}.{}", header.journal, header.schema);
            return refuse(format!("results of another layout ({} and not {})", layout(other), layout(self)));
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
    /// What was asked of the reader: format, filter, operations, what another size means.
    #[serde(default)]
    pub reading: String,
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
pub(super) enum Line<'a> {
    Cell {
        cell: Cow<'a, str>,
        row: Cow<'a, Row>,
        #[serde(default, skip_serializing_if = "<[Window]>::is_empty")]
        windows: Cow<'a, [Window]>,
    },
    Scenario {
        cell: Cow<'a, str>,
        scenario: Cow<'a, ScenarioOutcome>,
    },
    Trace {
        trace: TraceFacts,
    },
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
    /// Another process writes to it; it is of another plan, schema or version; or the disk's.
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
        } else {
            journal.check(header)?;
        }
        Ok(journal)
    }

    /// Is the first line this header?
    fn check(&mut self, header: &Header) -> Result<()> {
        let io = |e: std::io::Error| failed("read", &self.path, &e);
        self.file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut line = Vec::new();
        BufReader::new(&self.file).read_until(b'\n', &mut line).map_err(io)?;
        self.file.seek(SeekFrom::End(0)).map_err(io)?;
        let shown = self.path.display().to_string();
        header.check(&Header::read(&line, &shown)?, &shown)
    }

    /// Appends a finished cell.
    ///
    /// # Errors
    /// The disk's. A line that was not written whole is taken back, or dropped by the next reader.
    pub fn cell(&mut self, key: Key, outcome: &Outcome) -> Result<()> {
        self.write(&Line::Cell {
            cell: Cow::Owned(key.to_string()),
            row: Cow::Borrowed(&outcome.row),
            windows: Cow::Borrowed(&outcome.windows),
        })
    }

    /// Appends a finished configuration of a scenario.
    ///
    /// # Errors
    /// As [`Journal::cell`].
    pub fn scenario(&mut self, key: Key, outcome: &ScenarioOutcome) -> Result<()> {
        self.write(&Line::Scenario { cell: Cow::Owned(key.to_string()), scenario: Cow::Borrowed(outcome) })
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

pub(super) fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    let hint = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            "make room on the disk and give the same command again: it goes on where it was"
        }
        _ => "look at the folder's permissions and the disk, and give the same command again: it goes on where it was",
    };
    Error::failure(format!("cannot {what} {}: {error}", path.display())).hint(hint)
}
