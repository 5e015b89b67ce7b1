//! The manifest: where the results of a folder come from.

use super::folder::Output;
use super::journal::{Header, TraceFacts};
use super::plan::Plan;
use crate::core::{Error, Result};
use crate::replay::Source;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What `manifest.json` holds. Times and the machine come from the caller, since nothing here looks at a clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Layout of the manifest.
    pub manifest: u32,
    /// What was asked.
    pub question: String,
    /// Version, schema and plan, as in the journal.
    #[serde(flatten)]
    pub header: Header,
    /// The runs that led here, in order: one that was never interrupted is the only one.
    pub runs: Vec<RunFacts>,
    /// Where the spec was read from.
    pub spec_file: String,
    /// The spec, every list written out.
    pub expanded: Value,
    /// The traces that were read.
    pub traces: Vec<TraceFacts>,
    /// How many cells there are.
    pub cells: CellCounts,
    /// What the user was warned of.
    pub warnings: Vec<String>,
    /// The files beside the manifest.
    pub outputs: Vec<Output>,
}

/// A run of the program that wrote into the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Commit that the program was built from; empty where it is not known.
    pub commit: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended.
    pub finished: String,
    /// Cells that it finished.
    pub cells: usize,
    /// What it ran on.
    pub machine: Machine,
}

/// What a sweep ran on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system and version.
    pub os: String,
    /// Processor architecture.
    pub architecture: String,
    /// The processor's name.
    pub processor: String,
    /// Logical processors.
    pub processors: usize,
    /// Worker threads that were used.
    pub threads: usize,
    /// Memory of the machine, in bytes.
    pub memory_bytes: u64,
}

/// Cells of a plan by their state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CellCounts {
    /// In the plan.
    pub planned: usize,
    /// Left out by exclusions.
    pub excluded: usize,
    /// Finished, the failed ones among them.
    pub finished: usize,
    /// Failed.
    pub failed: usize,
}

/// The layout that this program writes.
pub const MANIFEST_LAYOUT: u32 = 1;

impl Manifest {
    /// The manifest as it is written.
    ///
    /// # Errors
    /// None that can happen.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|e| Error::failure(format!("cannot encode the manifest: {e}")))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a manifest; `name` is the file's, for messages.
    ///
    /// # Errors
    /// It is none; the message has line and column.
    pub fn read(text: &str, name: &str) -> Result<Self> {
        let manifest: Self = serde_json::from_str(text).map_err(|e| {
            Error::failure(format!("{name}:{}:{}: not a manifest: {e}", e.line(), e.column()))
                .hint("remove it and run the sweep again, which writes it from the journal")
        })?;
        if manifest.manifest == MANIFEST_LAYOUT {
            return Ok(manifest);
        }
        let what =
            format!("{name}: layout {} of the manifest, and this program knows {MANIFEST_LAYOUT}", manifest.manifest);
        Err(Error::failure(what).hint("use the version of evictlab that wrote it, or a newer one"))
    }
}

/// The spec of a plan with every list written out.
pub fn expanded(plan: &Plan) -> Value {
    let spec = &plan.spec;
    let input = |input: &super::Input| {
        let kind = match &input.source {
            Source::File(path) => json!({ "file": path.display().to_string() }),
            Source::Bundled(bundled) => json!({ "bundled": bundled.name }),
            Source::Workload(spec) => json!({ "workload": spec }),
        };
        let capacities: Vec<&str> = spec.capacities_of(input).iter().map(|c| c.given.as_str()).collect();
        json!({
            "name": input.name,
            "source": kind,
            "dataset": input.dataset,
            "format": input.format,
            "filter": input.filter.canonical(),
            "capacities": capacities,
        })
    };
    let mut expanded = json!({
        "seeds": spec.seeds,
        "repetitions": spec.repetitions,
        "inputs": spec.inputs.iter().map(input).collect::<Vec<_>>(),
        "policies": spec.policies.iter().map(|entry| {
            let name = entry.spec.unit.entry.info.name;
            if entry.spec.canonical.is_empty() { name.to_owned() } else { format!("{name}:{}", entry.spec.canonical) }
        }).collect::<Vec<_>>(),
        "settings": spec.settings.iter().map(crate::replay::Settings::canonical).collect::<Vec<_>>(),
        "figures": spec.figures.iter().map(|figure| json!({
            "name": figure.name,
            "file": figure.file,
            "options": figure.options.iter().map(|(key, values)| (key.clone(), json!(values))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
    });
    if !spec.timed.is_empty() {
        let scenarios = spec.timed.iter().map(|cell| format!("{} seed={}", cell.name(), cell.configuration.seed()));
        expanded["scenarios"] = scenarios.collect();
    }
    expanded
}
