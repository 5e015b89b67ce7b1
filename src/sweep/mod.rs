//! Layer 8: parameter sweeps: a spec becomes a plan of cells, the cells are replayed and kept in a journal, the journal
//! becomes results.
//!
//! ```text
//! spec.toml -> Spec -> Plan -> Runner -> journal -> results.csv, timings.csv, windows.csv, manifest.json
//! ```
//! A cell has a key that depends on what it is alone, so that shards, an interrupted run that goes on, and a folder merged
//! from many all agree on which cells there are, and write the same bytes.

mod check;
mod collected;
mod entries;
mod estimate;
mod exclude;
mod folder;
mod journal;
mod journals;
mod load;
mod manifest;
mod memory;
mod plan;
mod run;
mod spec;
mod timed;
mod wanted;

pub use check::{Finding, check_outputs, recheck};
pub use collected::Collected;
pub use estimate::{Estimate, estimate};
pub use folder::{
    FIGURES, Folder, FolderLock, LATENCIES, LEVELS, MANIFEST, Output, RESULTS, SCENARIOS, SERIES, SPEC, TIMINGS,
    WINDOWS,
};
pub use journal::{Header, Journal, TraceFacts};
pub use journals::{Journals, paths as journals_in};
pub use load::{check_traces, file_sha256};
pub use manifest::{CellCounts, MANIFEST_LAYOUT, Machine, Manifest, RunFacts, expanded};
pub use plan::{Cell, Group, Key, Plan};
pub use run::{Limits, Observer, Sink, run};
pub use spec::{Context, Input, PolicyEntry, Spec};
pub use timed::TimedCell;
pub use wanted::WantedFigure;

/// A commented spec that can be run as it is.
pub const TEMPLATE: &str = include_str!("template.toml");
