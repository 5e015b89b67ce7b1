//! The result folder of a sweep: journals, and the files that are made of them.

use super::collected::Collected;
use super::journal::{Header, failed as journal_failed};
use super::journals::{Journals, cell_journal, paths};
use super::load::hex;
use super::manifest::Manifest;
use super::plan::Key;
use crate::core::{Error, Result};
use crate::record::{
    Format, Part, write_csv, write_latencies, write_levels, write_parquet, write_scenarios, write_series, write_windows,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Result rows, without times.
pub const RESULTS: &str = "results.csv";
/// The times of the cells.
pub const TIMINGS: &str = "timings.csv";
/// Hit ratio over time, where it was asked for.
pub const WINDOWS: &str = "windows.csv";
/// Result rows of timed scenarios.
pub const SCENARIOS: &str = "scenarios.csv";
/// What their levels did.
pub const LEVELS: &str = "levels.csv";
/// Their time series.
pub const SERIES: &str = "series.csv";
/// Their latencies.
pub const LATENCIES: &str = "latencies.csv";
/// The files of timed scenarios, where there are any.
const TIMED: [&str; 4] = [SCENARIOS, LEVELS, SERIES, LATENCIES];
/// [`RESULTS`] and [`WINDOWS`] as Parquet, where it was asked for.
const PARQUET: [&str; 2] = ["results.parquet", "windows.parquet"];
/// The spec as it was written.
pub const SPEC: &str = "spec.toml";
/// Where it all comes from.
pub const MANIFEST: &str = "manifest.json";
/// The folder of the figures.
pub const FIGURES: &str = "figures";
/// Everything that a sweep, or a report of it, writes into its folder, besides journals.
const OURS: [&str; 13] = [
    RESULTS,
    TIMINGS,
    WINDOWS,
    SPEC,
    MANIFEST,
    FIGURES,
    "report.html",
    PARQUET[0],
    PARQUET[1],
    TIMED[0],
    TIMED[1],
    TIMED[2],
    TIMED[3],
];

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

impl Folder {
    /// Opens a folder to write the results of `spec` to, or makes it. With `force`, what an earlier sweep left there is
    /// removed.
    ///
    /// # Errors
    /// It holds something else than a sweep; `force`, and somebody is writing to it; or it cannot be made.
    pub fn create(path: &Path, spec: &str, force: bool) -> Result<Self> {
        let folder = Self { path: path.to_owned() };
        let shown = path.display();
        std::fs::create_dir_all(path).map_err(|e| Self::failed("make", path, &e))?;
        if let Some(other) = folder.strangers(spec)?.first() {
            return Err(Error::usage(format!("{shown} holds something that is not of a sweep: {other}"))
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

    /// What speaks against taking this for the folder of a sweep of `spec`. Where a sweep was, anybody may have put more files.
    fn strangers(&self, spec: &str) -> Result<Vec<String>> {
        let mut others = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(|e| Self::failed("read", &self.path, &e))? {
            let path = entry.map_err(|e| Self::failed("read", &self.path, &e))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_spec = name == SPEC && self.read(SPEC).is_ok_and(|text| text == spec);
            if !is_spec && !name.starts_with(TEMPORARY) && name != "README.md" {
                others.push(name);
            }
        }
        // In this order: a journal that another process began meanwhile says that a sweep is here.
        if others.is_empty() || self.is_sweep()? {
            return Ok(Vec::new());
        }
        others.sort();
        Ok(others)
    }

    /// Has a sweep been here? A journal or a manifest says so.
    fn is_sweep(&self) -> Result<bool> {
        let begins = |path: &PathBuf| {
            let mut line = Vec::new();
            let file = File::open(path).and_then(|file| BufReader::new(file).read_until(b'\n', &mut line));
            file.is_ok() && (line.is_empty() || Header::read(&line, "").is_ok())
        };
        Ok(paths(&self.path)?.iter().any(begins) || self.manifest().is_ok_and(|manifest| manifest.is_some()))
    }

    /// Removes what a sweep wrote.
    fn clear(&self) -> Result<()> {
        let journals = paths(&self.path)?;
        for path in &journals {
            let file = File::open(path).map_err(|e| journal_failed("read", path, &e))?;
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(Error::usage(format!("another process writes to {}", path.display()))
                    .hint("wait for it, or name another folder"));
            }
        }
        let drawn = self.manifest().ok().flatten().map(|manifest| manifest.outputs).unwrap_or_default();
        // The spec may be the one that is being run; it is written anew in any case.
        let files = OURS.iter().filter(|name| ![FIGURES, SPEC].contains(name)).map(|name| self.path.join(name));
        let drawn = drawn.iter().filter(|output| output.file.starts_with(FIGURES)).map(|o| self.path.join(&o.file));
        for path in files.chain(drawn).chain(journals).filter(|path| path.exists()) {
            std::fs::remove_file(&path).map_err(|e| Self::failed("remove", &path, &e))?;
        }
        // What else is among the figures is not ours, and keeps the folder.
        let _ = std::fs::remove_dir(self.path.join(FIGURES));
        Ok(())
    }

    /// Waits until nobody else writes results here; they may again when what this returns is dropped. On a disk without locks
    /// nobody waits.
    ///
    /// # Errors
    /// The disk's.
    pub fn lock(&self) -> Result<FolderLock> {
        let path = self.path.join(LOCK);
        let io = |e: std::io::Error| Self::failed("write", &path, &e);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(io)?;
        if file.lock().is_ok() {
            // What a killed process had half written.
            for entry in std::fs::read_dir(&self.path).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if name.to_string_lossy().starts_with(TEMPORARY) && name != LOCK {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
        Ok(FolderLock { _file: file })
    }

    /// Reads all its journals.
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn journals(&self, expected: &Header) -> Result<Journals> {
        Journals::read(&self.path, expected)
    }

    /// Reads the journals that may hold one of these cells ([`Journals::read_for`]).
    ///
    /// # Errors
    /// As [`Journals::read`].
    pub fn journals_for(&self, keys: &[Key], expected: &Header) -> Result<Journals> {
        Journals::read_for(&self.path, keys, expected)
    }

    /// The path of a journal: of the whole sweep, of a shard, or of single cells.
    pub fn journal(&self, shard: Option<(u32, u32)>, cells: &[Key]) -> PathBuf {
        self.path.join(match (shard, cells) {
            (Some((i, n)), _) => format!("journal-shard-{i}-of-{n}.jsonl"),
            (None, [key, ..]) => cell_journal(*key),
            (None, []) => "journal.jsonl".to_owned(),
        })
    }

    /// Writes a file whole, or not at all.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<Output> {
        self.write_with(name, &mut |out| out.write_all(content))
    }

    /// Likewise, of what `fill` writes.
    ///
    /// # Errors
    /// The disk's, and those of `fill`.
    pub fn write_with(
        &self,
        name: &str,
        fill: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<Output> {
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
        let mut temporary = builder.tempfile_in(folder).map_err(io)?;
        let (digest, bytes) = {
            let mut out = Summed { out: BufWriter::new(temporary.as_file_mut()), digest: Sha256::new(), bytes: 0 };
            fill(&mut out).and_then(|()| out.flush()).map_err(io)?;
            (out.digest, out.bytes)
        };
        temporary.as_file().sync_all().map_err(io)?;
        temporary.persist(&place).map_err(|e| io(e.error))?;
        Ok(Output { file: name.to_owned(), bytes, sha256: hex(&digest.finalize()) })
    }

    /// Removes figures that an earlier run drew and this one did not.
    pub fn remove_figures_but(&self, outputs: &[Output]) {
        let earlier = self.manifest().ok().flatten().map(|manifest| manifest.outputs).unwrap_or_default();
        let gone = |old: &&Output| outputs.iter().all(|new| new.file != old.file);
        for output in earlier.iter().filter(|output| output.file.starts_with(FIGURES)).filter(gone) {
            let _ = std::fs::remove_file(self.path.join(&output.file));
        }
    }

    /// Writes the spec, the results, the timings and the windows; results and windows also as Parquet if `parquet`. Without,
    /// Parquet files that an earlier run left are removed, lest they say something else.
    ///
    /// # Errors
    /// The disk's; `parquet`, and the program was built without.
    pub fn write_results(&self, spec: &str, collected: &Collected, parquet: bool) -> Result<Vec<Output>> {
        let (rows, windows) = (&collected.rows, &collected.windows);
        let mut outputs = vec![
            self.write(SPEC, spec.as_bytes())?,
            self.write_with(RESULTS, &mut |out| write_csv(rows, Part::Results, out))?,
            self.write_with(TIMINGS, &mut |out| write_csv(rows, Part::Timings, out))?,
        ];
        if !windows.is_empty() {
            outputs.push(self.write_with(WINDOWS, &mut |out| write_windows(windows, Format::Csv, out))?);
        }
        self.write_scenarios(collected, &mut outputs)?;
        for place in PARQUET.map(|name| self.path.join(name)).iter().filter(|place| place.exists()) {
            std::fs::remove_file(place).map_err(|e| Self::failed("remove", place, &e))?;
        }
        if parquet {
            let mut bytes = Vec::new();
            write_parquet(rows, Part::Results, &mut bytes)?;
            outputs.push(self.write(PARQUET[0], &bytes)?);
            if !windows.is_empty() {
                outputs.push(self.write_with(PARQUET[1], &mut |out| write_windows(windows, Format::Parquet, out))?);
            }
        }
        Ok(outputs)
    }

    fn write_scenarios(&self, collected: &Collected, outputs: &mut Vec<Output>) -> Result<()> {
        if collected.scenarios.is_empty() {
            return Ok(());
        }
        let tables = collected.scenario_tables();
        outputs.push(self.write_with(SCENARIOS, &mut |out| write_scenarios(&tables.rows, Format::Csv, out))?);
        outputs.push(self.write_with(LEVELS, &mut |out| write_levels(&tables.levels, Format::Csv, out))?);
        outputs.push(self.write_with(SERIES, &mut |out| write_series(&tables.series, Format::Csv, out))?);
        outputs.push(self.write_with(LATENCIES, &mut |out| write_latencies(&tables.latencies, Format::Csv, out))?);
        Ok(())
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

/// Holds a folder's lock.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Counts and sums what is written.
struct Summed<W> {
    out: W,
    digest: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(piece)?;
        self.digest.update(&piece[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// How the names of files that are being written begin.
const TEMPORARY: &str = ".evictlab-";
/// The file that is locked while results are written.
const LOCK: &str = ".evictlab-lock";
