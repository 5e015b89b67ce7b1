//! Runs the program in a folder of its own and looks at what it said.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The two columns that differ between runs.
pub(crate) const TIMINGS: [&str; 2] = ["seconds", "requests_per_second"];

/// A row of a table, by column.
pub(crate) type Record = BTreeMap<String, String>;

/// A temporary folder in which the program runs.
#[derive(Debug)]
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let place = Self::new();
        for (name, content) in files {
            place.write(name, content);
        }
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The names in the folder, sorted; no half-written file may lie there.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the program with these arguments, which are separated by blanks.
    pub(crate) fn run(&self, args: &str) -> Ran {
        self.run_args(&args.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs the program with arguments that may have blanks or be no text.
    pub(crate) fn run_args<S: AsRef<OsStr>>(&self, args: &[S]) -> Ran {
        let said: Vec<String> = args.iter().map(|arg| arg.as_ref().to_string_lossy().into_owned()).collect();
        let output = Command::new(binary())
            .args(args)
            .current_dir(self.0.path())
            .env("COLUMNS", "100")
            .env_remove("RUST_BACKTRACE")
            .timeout(Duration::from_secs(60))
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran {
            args: said.join(" "),
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs the program, which must succeed, and gives its rows.
    pub(crate) fn rows(&self, args: &str) -> Vec<Record> {
        self.run(&format!("{args} --format csv --quiet")).done().rows()
    }
}

/// The program under test.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_evictlab"))
}

/// A bundled trace.
pub(crate) fn bundled(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces").join(name).display().to_string()
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) args: String,
    /// `None` where a signal ended it, or the time was up.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// It must have succeeded.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ended(0)
    }

    /// It must have ended with this exit code, and not by a panic.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "evictlab {}\n{}", self.args, self.stderr);
        assert!(!self.stderr.contains("panicked"), "evictlab {}\n{}", self.args, self.stderr);
        self
    }

    /// What it printed, as CSV.
    pub(crate) fn rows(&self) -> Vec<Record> {
        records(&self.stdout)
    }

    /// What it printed, as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("evictlab {}: {e}\n{}", self.args, self.stdout))
    }
}

/// The rows of a CSV text.
pub(crate) fn records(text: &str) -> Vec<Record> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The rows without the columns that differ between runs.
pub(crate) fn timeless(mut rows: Vec<Record>) -> Vec<Record> {
    for row in &mut rows {
        row.retain(|column, _| !TIMINGS.contains(&column.as_str()));
    }
    rows
}

/// A whole number in a row.
#[track_caller]
pub(crate) fn count(row: &Record, column: &str) -> u64 {
    row[column].parse().unwrap_or_else(|e| panic!("{column}: '{}': {e}", row[column]))
}

/// Several columns of a row as numbers.
pub(crate) fn counts<const N: usize>(row: &Record, columns: [&str; N]) -> [u64; N] {
    columns.map(|column| count(row, column))
}
