//! Recorded traces of others and the miss counts of an independent simulator on them, in a folder beside the repository.

use evictlab::registry::{Spec, parse_list};
use evictlab::replay::{Cell, Options, Replayer};
use evictlab::trace::{Columns, FORMATS, LoadOptions, Trace, load};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder, if it is there: `EVICTLAB_SHARED`, or `../shared` seen from the package.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("EVICTLAB_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let there = folder.join("oracle/misses.csv").is_file();
    if !there {
        skipped(&format!("{} has no oracle/misses.csv; EVICTLAB_SHARED names another folder", folder.display()));
    }
    there.then_some(folder)
}

/// Says on stderr that a test has nothing to look at, past the harness, which hides what a test prints that passes.
pub(crate) fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr().lock(), "skipped: {why}");
}

/// How well a count of the peer's is expected to be met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Agreement {
    /// Equal.
    Exact,
    /// Within so many points of the miss ratio, or 30 misses where that is more.
    Band(f64),
    /// Within 1.5 points, with exceptions that have a reason.
    Look,
}

/// One cell of the peer's.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) trace: String,
    pub(crate) policy: String,
    pub(crate) capacity: u64,
    pub(crate) requests: u64,
    pub(crate) misses: u64,
    pub(crate) agreement: Agreement,
}

/// A trace of the peer's list.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) format: &'static str,
    pub(crate) requests: usize,
    pub(crate) objects: usize,
}

impl Recorded {
    /// Reads the trace; it must have as many requests and objects as the list says.
    pub(crate) fn load(&self) -> Trace {
        let format = if self.format == "arc" { "arc:expand=true" } else { self.format };
        let options = LoadOptions { format: Some(format.to_owned()), columns: Columns::IDS, ..LoadOptions::default() };
        let trace = load(&self.file, &options, &|_, _| ()).unwrap_or_else(|e| panic!("{}: {e}", self.name)).trace;
        assert_eq!((trace.requests(), trace.objects), (self.requests, self.objects), "{}", self.name);
        trace
    }
}

fn records(file: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(file).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}

/// The traces of formats that the program reads.
pub(crate) fn traces(folder: &Path) -> Vec<Recorded> {
    let known = |name: &str| FORMATS.iter().find(|format| format.name == name).map(|format| format.name);
    records(&folder.join("oracle/traces.csv"))
        .into_iter()
        .filter_map(|record| {
            Some(Recorded {
                name: record["trace"].clone(),
                file: folder.join("traces").join(&record["file"]),
                format: known(&record["format"])?,
                requests: record["requests"].parse().unwrap(),
                objects: record["objects"].parse().unwrap(),
            })
        })
        .collect()
}

/// The cells of a trace that say something about a policy that the program has.
pub(crate) fn wanted(folder: &Path) -> Vec<Wanted> {
    records(&folder.join("oracle/misses.csv"))
        .into_iter()
        .filter_map(|record| {
            let agreement = match record["agreement"].split_once(' ').unwrap_or((&record["agreement"], "")) {
                ("exact", "") => Agreement::Exact,
                ("band", points) => Agreement::Band(points.parse().unwrap()),
                ("look", "") => Agreement::Look,
                ("none", "") => return None,
                other => panic!("what does {other:?} mean?"),
            };
            let number = |name: &str| record[name].parse().unwrap();
            // A row to look at may be of a policy that does not exist here; any other must not.
            if agreement == Agreement::Look && parse_list(&record["policy"]).is_err() {
                return None;
            }
            Some(Wanted {
                trace: record["trace"].clone(),
                policy: record["policy"].clone(),
                capacity: number("capacity"),
                requests: number("requests"),
                misses: number("misses"),
                agreement,
            })
        })
        .collect()
}

/// The misses of each policy at each capacity, in the order given.
pub(crate) fn misses(trace: &Trace, cells: &[(&str, u64)]) -> Vec<u64> {
    let options = Options::default();
    let one = |spec: &str| -> Spec { parse_list(spec).unwrap().remove(0) };
    let cells: Vec<Cell> = cells
        .iter()
        .map(|&(spec, capacity)| Cell {
            spec: one(spec),
            capacity,
            capacity_given: capacity.to_string(),
            repetition: 0,
        })
        .collect();
    let outcomes = Replayer::new(trace, &options).unwrap().run(&cells, &|_| ());
    outcomes
        .into_iter()
        .map(|outcome| {
            assert!(outcome.row.error.is_empty(), "{}: {}", outcome.row.policy, outcome.row.error);
            assert_eq!(outcome.row.requests, trace.requests() as u64);
            outcome.row.misses
        })
        .collect()
}
