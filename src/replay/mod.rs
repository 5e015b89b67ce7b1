//! Layer 6: cells (policy x capacity x repetition) over one shared trace, in parallel.

mod build;
mod capacity;
mod cell;
mod facts;
mod memory;
mod miss_stream;
mod misses;
mod pass;
mod settings;
mod source;
mod watch;
mod windows;

pub use capacity::{Capacity, parse_capacities};
pub use cell::{Cell, Outcome, Replayer};
pub use memory::memory;
pub use settings::{OperationRule, SETTINGS, Selection, Settings, Ttl};
pub use source::{Opened, Source};
pub use watch::Watch;
pub use windows::{Warmup, WindowSize};

use crate::core::Time;
use crate::engine::{Expiry, Operations};
use crate::record::{Row, SCHEMA};
use crate::registry::{AdmissionSpec, PrefetchSpec, Spec};

/// What all cells of a run have in common.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Options {
    /// Do sizes count? If not, every object counts 1.
    pub bytes: bool,
    /// Is an object larger than the cache an error? If not, it is bypassed.
    pub oversize_is_error: bool,
    /// Times to live.
    pub expiry: Expiry,
    /// Leave the times to live of the trace aside: every object has the default.
    pub ignore_ttls: bool,
    /// What operations mean.
    pub operations: Operations,
    /// Which of the missed objects come in.
    pub admission: AdmissionSpec,
    /// What comes in before it is asked for.
    pub prefetch: PrefetchSpec,
    /// What is replayed before the counting begins.
    pub warmup: Warmup,
    /// Hit ratio over time, in windows of this size.
    pub window: Option<WindowSize>,
    /// Time between requests of a trace without times.
    pub period: Time,
    /// The user's seed.
    pub seed: u64,
    /// How often each cell is replayed, with other random choices.
    pub repetitions: u32,
    /// Verify the contract at each call.
    pub strict: bool,
    /// Do cells share passes over the trace? The counts are the same; the time is then that of the pass.
    pub shared_passes: SharedPasses,
    /// How the choices were written, for the result rows.
    pub given: Given,
}

/// When cells of one policy that can share a pass over the trace do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SharedPasses {
    /// Each cell is replayed alone.
    Never,
    /// Where it is faster: there are at least four, and those of a policy for which that matters do not miss too often.
    #[default]
    WherePaying,
    /// Wherever there are at least four.
    Always,
}

/// Choices that give a run its meaning, as they were written; they go into each result row and change nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The time to live: a duration, `trace` or `off`.
    pub ttl: String,
    /// The warm-up; empty for none.
    pub warmup: String,
    /// The admission with its parameters.
    pub admission: String,
    /// The prefetcher, likewise.
    pub prefetch: String,
    /// What operations mean: `all-reads`, `read-only` or `look-aside`.
    pub operations: String,
    /// What a changed size means: `new`, `first` or `distinct`.
    pub size_change: String,
    /// Which requests were kept, `k=v;k=v`; empty for all.
    pub filter: String,
    /// Settings without a column of their own that are not the default, name and value.
    pub parameters: Vec<(String, String)>,
}

impl Given {
    /// The row of a cell as far as it is known without its trace: policy, capacity as written, and these choices.
    pub fn row(&self, spec: &Spec, capacity_given: &str, bytes: bool) -> Row {
        Row {
            schema: SCHEMA,
            policy: spec.unit.entry.info.name.to_owned(),
            params: spec.canonical.clone(),
            capacity_given: capacity_given.to_owned(),
            size_mode: if bytes { "bytes" } else { "unit" }.to_owned(),
            admission: self.admission.clone(),
            prefetch: self.prefetch.clone(),
            ttl_given: self.ttl.clone(),
            warmup_given: self.warmup.clone(),
            operations: self.operations.clone(),
            size_change: self.size_change.clone(),
            filter: self.filter.clone(),
            parameters: self.parameters.clone(),
            pass_cells: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Row::default()
        }
    }
}

impl Default for Given {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            ttl: text("trace"),
            warmup: String::new(),
            admission: text("always"),
            prefetch: text("none"),
            operations: text("all-reads"),
            size_change: text("new"),
            filter: String::new(),
            parameters: Vec::new(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bytes: false,
            oversize_is_error: false,
            expiry: Expiry::default(),
            ignore_ttls: false,
            operations: Operations::default(),
            admission: AdmissionSpec::always(),
            prefetch: PrefetchSpec::none(),
            warmup: Warmup::None,
            window: None,
            period: crate::core::SECOND,
            seed: 42,
            repetitions: 1,
            strict: false,
            shared_passes: SharedPasses::default(),
            given: Given::default(),
        }
    }
}
