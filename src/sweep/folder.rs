//! The result folder of a sweep: journals, and the files that are made of them.

use super::journal::{Header, Journals, paths};
use super::load::hex;
use super::manifest::Manifest;
use super::plan::{Key, Plan};
use crate::core::{Error, Result};
use crate::record::{Format, Part, Row, Status, Window, write_csv, write_windows};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Result rows, without times.
pub const RESULTS: &str = "results.csv";
/// The times of the cells.
pub const TIMINGS: &str = "timings.csv";
/// Hit ratio over time, where it was asked for.
pub const WINDOWS: &str = "windows.csv";
/// The spec as it was written.
pub const SPEC: &str = "spec.toml";
/// Where it all comes from.
pub const MANIFEST: &str = "manifest.json";
/// The folder of the figures.
pub const FIGURES: &str = "figures";
/// Everything that a sweep, or a report of it, writes into its folder, besides journals.
const OURS: [&str; 8] = [RESULTS, TIMINGS, WINDOWS, SPEC, MANIFEST, FIGURES, "report.html", "results.parquet"];

/// A file that was written, as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its name in the folder.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// A result folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

/// What a folder has of a plan.
#[derive(Debug, Default)]
pub struct Collected {
    /// Rows of the finished cells, in the order of the plan.
    pub rows: Vec<Row>,
    /// Their windows, likewise.
    pub windows: Vec<Window>,
    /// Indexes of the cells that are not finished.
    pub missing: Vec<usize>,
}

impl Collected {
    /// The outcomes of a plan's cells.
    pub fn new(plan: &Plan, journals: &Journals) -> Self {
        let mut collected = Self::default();
        for (index, cell) in plan.cells.iter().enumerate() {
            let Some(outcome) = journals.outcomes.get(&cell.key) else {
                collected.missing.push(index);
                continue;
            };
            let mut row = outcome.row.clone();
            plan.label(cell, &mut row);
            collected.windows.extend(outcome.windows.iter().cloned());
            collected.rows.push(row);
        }
        collected
    }

    /// How many of the finished cells failed.
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| row.status == Status::Failed).count()
    }
}

impl Folder {
    /// Opens a folder to write a plan's results to, or makes it. With `force`, what an earlier sweep left there is removed.
    ///
    /// # Errors
    /// It holds something else than a sweep; or it cannot be made.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let folder = Self { path: path.to_owned() };
        let shown = path.display();
        std::fs::create_dir_all(path).map_err(|e| Self::failed("make", path, &e))?;
        let others = folder.others()?;
        if let Some(other) = others.first() {
            return Err(Error::usage(format!("{shown} holds other things than a sweep: {other}"))
                .hint("name a folder of its own, which need not exist yet: --output FOLDER"));
        }
        if force {
            folder.clear()?;
        }
        if paths(path)?.is_empty() && path.join(RESULTS).exists() {
            return Err(Error::usage(format!("{shown} has results, but no journal to go on with"))
                .hint("name another folder, or --force to replace them"));
        }
        Ok(folder)
    }

    /// A folder that exists.
    ///
    /// # Errors
    /// It does not.
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self { path: path.to_owned() });
        }
        let shown = path.display();
        Err(Error::usage(format!("there is no folder {shown}"))
            .hint("name the folder that was given as --output to sweep run"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
        let hint = "name a folder that you may write to and that has room; a sweep goes on where it was";
        Error::failure(format!("cannot {what} {}: {error}", path.display())).hint(hint)
    }

    /// Names in the folder that no sweep writes.
    fn others(&self) -> Result<Vec<String>> {
        let journals = paths(&self.path)?;
        let mut others = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(|e| Self::failed("read", &self.path, &e))? {
            let path = entry.map_err(|e| Self::failed("read", &self.path, &e))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let temporary = name.starts_with(TEMPORARY);
            if !OURS.contains(&name.as_str()) && !journals.contains(&path) && !temporary && name != "README.md" {
                others.push(name);
            }
        }
        others.sort();
        Ok(others)
    }

    fn clear(&self) -> Result<()> {
        let ours = OURS.iter().map(|name| self.path.join(name)).filter(|path| path.exists());
        for path in ours.chain(paths(&self.path)?) {
            let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            removed.map_err(|e| Self::failed("remove", &path, &e))?;
        }
        Ok(())
    }

    /// Reads all its journals.
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn journals(&self, expected: &Header) -> Result<Journals> {
        Journals::read(&self.path, expected)
    }

    /// The path of a journal: of the whole sweep, of a shard, or of single cells.
    pub fn journal(&self, shard: Option<(u32, u32)>, cells: &[Key]) -> PathBuf {
        self.path.join(match (shard, cells) {
            (Some((i, n)), _) => format!("journal-shard-{i}-of-{n}.jsonl"),
            (None, [key, ..]) => format!("journal-cell-{key}.jsonl"),
            (None, []) => "journal.jsonl".to_owned(),
        })
    }

    /// Writes a file whole, or not at all.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<Output> {
        let place = self.path.join(name);
        let folder = place.parent().unwrap_or(&self.path);
        let io = |e: std::io::Error| Self::failed("write", &place, &e);
        std::fs::create_dir_all(folder).map_err(io)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        {
            // Temporary files are for their owner alone unless told otherwise; results are for whom the umask says.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder).map_err(io)?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(io)?;
        file.persist(&place).map_err(|e| io(e.error))?;
        Ok(Output { file: name.to_owned(), bytes: content.len() as u64, sha256: hex(&Sha256::digest(content)) })
    }

    /// Writes the spec, the results, the timings and the windows.
    ///
    /// # Errors
    /// The disk's.
    pub fn write_results(&self, spec: &str, collected: &Collected) -> Result<Vec<Output>> {
        let encoded = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
            let mut bytes = Vec::new();
            write(&mut bytes).map_err(|e| Error::failure(format!("cannot encode the rows: {e}")))?;
            Ok::<_, Error>(bytes)
        };
        let mut outputs = vec![
            self.write(SPEC, spec.as_bytes())?,
            self.write(RESULTS, &encoded(&|out| write_csv(&collected.rows, Part::Results, out))?)?,
            self.write(TIMINGS, &encoded(&|out| write_csv(&collected.rows, Part::Timings, out))?)?,
        ];
        if !collected.windows.is_empty() {
            let bytes = encoded(&|out| write_windows(&collected.windows, Format::Csv, out))?;
            outputs.push(self.write(WINDOWS, &bytes)?);
        }
        Ok(outputs)
    }

    /// Its manifest, if it has one.
    ///
    /// # Errors
    /// It is none that this program can read.
    pub fn manifest(&self) -> Result<Option<Manifest>> {
        let path = self.path.join(MANIFEST);
        match std::fs::read_to_string(&path) {
            Ok(text) => Manifest::read(&text, &path.display().to_string()).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Reads a text of the folder.
    ///
    /// # Errors
    /// It is not there, or is no text.
    pub fn read(&self, name: &str) -> Result<String> {
        let path = self.path.join(name);
        std::fs::read_to_string(&path).map_err(|e| {
            let hint = "name the result folder of a sweep";
            Error::usage(format!("cannot read {}: {e}", path.display())).hint(hint)
        })
    }
}

/// How the names of files that are being written begin.
const TEMPORARY: &str = ".evictlab-";
