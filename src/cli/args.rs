//! Arguments that several verbs share.

use crate::core::{Result, Time, quantity};
use crate::record::Format;
use crate::replay::{OperationRule, Options, Selection, Settings, SharedPasses};
use crate::trace::{Filter, SizeChange};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where requests come from, and which of them count.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Traces")]
pub(super) struct TraceArgs {
    /// Trace file; gzip, zstd, xz and lz4 are read as they are. Repeat for more
    #[arg(long = "trace", value_name = "FILE")]
    pub(super) traces: Vec<PathBuf>,
    /// Format of the trace files, as in csv:id=5,size=4,time=2 or arc:expand=true [default: found by name and content; see
    /// `evictlab formats`]
    #[arg(long, value_name = "FORMAT")]
    pub(super) trace_format: Option<String>,
    /// Synthetic trace, as in zipf:objects=1e6,alpha=1.0,requests=2e7 (see `evictlab workloads`). Repeat for more
    #[arg(long = "workload", value_name = "SPEC")]
    pub(super) workloads: Vec<String>,
    /// Leave out the first N requests
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) skip: Option<u64>,
    /// Use at most N requests
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) limit: Option<u64>,
    /// Use requests from this time on, counted from the first one (90, 5m, 1h)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) from: Option<Time>,
    /// Use requests before this time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) until: Option<Time>,
    /// Use the requests of one tenant, where the trace says whose they are (see `evictlab trace info`)
    #[arg(long, value_name = "NAME")]
    pub(super) tenant: Option<String>,
    /// Use this share of the objects, chosen by a stable hash (0.01)
    #[arg(long, value_name = "SHARE")]
    pub(super) sample: Option<f64>,
    /// What a changed size of an object means
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub(super) size_change: SizeChangeArg,
    /// What the operations of a trace mean
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub(super) operations: OperationsArg,
    /// Keep what is parsed in this folder, and find it there the next time [default: nothing is kept]
    #[arg(long, value_name = "DIR", env = "EVICTLAB_TRACE_CACHE")]
    pub(super) trace_cache: Option<PathBuf>,
    /// Seed of workloads and of random choices
    #[arg(long, default_value_t = 42, value_name = "N")]
    pub(super) seed: u64,
}

impl TraceArgs {
    /// Which requests there are, and what they mean.
    pub(super) fn selection(&self) -> Selection {
        Selection {
            format: self.trace_format.clone(),
            filter: Filter {
                skip: self.skip.unwrap_or(0),
                limit: self.limit,
                from: self.from,
                until: self.until,
                tenant: self.tenant.clone(),
                sample: self.sample,
            },
            size_change: self.size_change.into(),
            operations: match self.operations {
                OperationsArg::AllReads => OperationRule::AllReads,
                OperationsArg::ReadOnly => OperationRule::ReadOnly,
                OperationsArg::LookAside => OperationRule::LookAside,
            },
            cache: self.trace_cache.clone(),
        }
    }
}

/// How a changed size counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SizeChangeArg {
    /// The new size counts, evicting if needed
    #[default]
    New,
    /// An object keeps the size of its first request
    First,
    /// Key and size together are the object
    Distinct,
}

impl From<SizeChangeArg> for SizeChange {
    fn from(arg: SizeChangeArg) -> Self {
        match arg {
            SizeChangeArg::New => Self::New,
            SizeChangeArg::First => Self::First,
            SizeChangeArg::Distinct => Self::Distinct,
        }
    }
}

/// What operations mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum OperationsArg {
    /// Every row is a read that fills the cache on a miss
    #[default]
    AllReads,
    /// Rows that are not reads are left out
    ReadOnly,
    /// Gets are counted and do not fill, sets fill, deletes invalidate
    LookAside,
}

/// How a trace is replayed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Replay")]
pub(super) struct ReplayArgs {
    /// What an object takes of the capacity
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    size: SizeArg,
    /// What happens to an object larger than the cache
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    oversize: OversizeArg,
    /// Time to live: a duration for every object, `trace` for what the trace says, or `off`
    #[arg(long, default_value = "trace", value_name = "TTL")]
    ttl: String,
    /// Remove expired objects when asked for (lazy), or at once (eager)
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    ttl_mode: TtlModeArg,
    /// A hit starts the time to live anew
    #[arg(long)]
    ttl_renew: bool,
    /// Do not count the start: requests (1e6), a duration (60s), a percentage (20%) or `eviction` (until the first one)
    #[arg(long, value_name = "AMOUNT")]
    warmup: Option<String>,
    /// Requests per second of traces without times
    #[arg(long, default_value_t = 1.0, value_name = "N")]
    rate: f64,
    /// Never share a pass between cells, so that every cell has a time of its own
    #[arg(long)]
    no_batch: bool,
    /// Check the policy's and the engine's duties at every request (slow)
    #[arg(long)]
    strict: bool,
}

/// What becomes of replays besides their hits.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Replay")]
pub(super) struct WindowArgs {
    /// Hit ratio over time in windows of so many requests (1e5) or so much time (60s); needs --windows-output
    #[arg(long, value_name = "SIZE", requires = "windows_output")]
    pub(super) window: Option<String>,
    /// File for the hit ratio over time
    #[arg(long, value_name = "FILE", requires = "window")]
    pub(super) windows_output: Option<PathBuf>,
    /// Replay each cell N times with other random choices
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) repetitions: u32,
}

/// Unit or byte capacities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum SizeArg {
    /// Every object counts 1
    #[default]
    Unit,
    /// Bytes
    Bytes,
}

/// What to do with objects larger than the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum OversizeArg {
    /// It is not cached and counts as a miss
    #[default]
    Bypass,
    /// The cell fails
    Error,
}

/// When expired objects go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum TtlModeArg {
    /// When asked for
    #[default]
    Lazy,
    /// At once
    Eager,
}

impl ReplayArgs {
    /// How the traces are replayed, and in which windows.
    ///
    /// # Errors
    /// A value that makes no sense.
    pub(super) fn settings(&self, traces: &TraceArgs, window: Option<&str>) -> Result<Settings> {
        let mut settings = Settings {
            bytes: self.size == SizeArg::Bytes,
            oversize_is_error: self.oversize == OversizeArg::Error,
            ttl_eager: self.ttl_mode == TtlModeArg::Eager,
            ttl_renew: self.ttl_renew,
            selection: traces.selection(),
            ..Settings::default()
        };
        settings.set("ttl", &self.ttl)?;
        settings.set("rate", &self.rate.to_string()).map_err(|e| e.at("--rate"))?;
        for (name, text) in [("warmup", self.warmup.as_deref()), ("window", window)] {
            text.map_or(Ok(()), |text| settings.set(name, text))?;
        }
        Ok(settings)
    }

    /// What of the options of a replay is no setting of the experiment.
    pub(super) fn options(&self, options: Options) -> Options {
        Options { strict: self.strict, shared_passes: shared_passes(self.no_batch), ..options }
    }
}

/// Where results go, and how much is said.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// How rows are printed on stdout
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatArg>,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Also write the rows to a file: .csv, .jsonl, .json or .parquet
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub(super) force: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Show no progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// Aligned columns for people
    Table,
    /// All columns
    Csv,
    /// One JSON object a line
    Jsonl,
    /// One JSON array
    Json,
}

impl OutputArgs {
    /// For verbs that print no rows.
    pub(super) fn of_progress(quiet: bool, no_progress: bool) -> Self {
        Self { quiet, no_progress, ..Self::default() }
    }

    /// For verbs that print no rows.
    pub(super) fn saying(something: bool) -> Self {
        Self { quiet: !something, ..Self::default() }
    }

    /// The format on stdout.
    pub(super) fn stdout_format(&self) -> Format {
        match self.format {
            _ if self.json => Format::Json,
            None | Some(FormatArg::Table) => Format::Table,
            Some(FormatArg::Csv) => Format::Csv,
            Some(FormatArg::Jsonl) => Format::Jsonl,
            Some(FormatArg::Json) => Format::Json,
        }
    }
}

/// For clap: a count.
pub(super) fn count(text: &str) -> Result<u64, String> {
    quantity::count(text).map_err(|e| e.to_string())
}

/// For clap: a duration.
fn duration(text: &str) -> Result<Time, String> {
    quantity::duration(text).map_err(|e| e.to_string())
}

/// What `--no-batch` means.
pub(super) fn shared_passes(no_batch: bool) -> SharedPasses {
    if no_batch { SharedPasses::Never } else { SharedPasses::default() }
}
