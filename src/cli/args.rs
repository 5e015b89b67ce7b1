//! Arguments that several verbs share.

use crate::core::{Error, Result, SECOND, Time, quantity};
use crate::engine::{Expiry, Operations};
use crate::record::Format;
use crate::replay::{Given, Options, Warmup, WindowSize};
use crate::trace::SizeChange;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where requests come from, and which of them count.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Traces")]
pub(super) struct TraceArgs {
    /// Trace file; gzip, zstd, xz and lz4 are read as they are. Repeat for more
    #[arg(long = "trace", value_name = "FILE")]
    pub(super) traces: Vec<PathBuf>,
    /// Format of the trace files, as in csv:id=5,size=4,time=2 or arc:expand=true [default: found by name and content; see `evictlab formats`]
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
    /// Use this share of the objects, chosen by a stable hash (0.01)
    #[arg(long, value_name = "SHARE")]
    pub(super) sample: Option<f64>,
    /// What a changed size of an object means
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub(super) size_change: SizeChangeArg,
    /// What the operations of a trace mean
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub(super) operations: OperationsArg,
    /// Seed of workloads and of random choices
    #[arg(long, default_value_t = 42, value_name = "N")]
    pub(super) seed: u64,
}

impl TraceArgs {
    /// Which requests are kept, for the result rows: `k=v;k=v`.
    fn filter_text(&self) -> String {
        let seconds = |time: Time| format!("{}s", time as f64 / SECOND as f64);
        let parts = [
            self.skip.map(|n| format!("skip={n}")),
            self.from.map(|time| format!("from={}", seconds(time))),
            self.until.map(|time| format!("until={}", seconds(time))),
            self.sample.map(|share| format!("sample={share}")),
            self.limit.map(|n| format!("limit={n}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(";")
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
    /// Hit ratio over time in windows of so many requests (1e5) or so much time (60s); needs --windows-output
    #[arg(long, value_name = "SIZE", requires = "windows_output")]
    window: Option<String>,
    /// File for the hit ratio over time
    #[arg(long, value_name = "FILE", requires = "window")]
    pub(super) windows_output: Option<PathBuf>,
    /// Requests per second of traces without times
    #[arg(long, default_value_t = 1.0, value_name = "N")]
    rate: f64,
    /// Replay each cell N times with other random choices
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repetitions: u32,
    /// Never share a pass between cells, so that every cell has a time of its own
    #[arg(long)]
    no_batch: bool,
    /// Check the policy's and the engine's duties at every request (slow)
    #[arg(long)]
    strict: bool,
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

/// The time to live asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ttl {
    /// As the trace says.
    Trace,
    /// Nothing expires.
    Off,
    /// Every object lives so long.
    Fixed(Time),
}

impl ReplayArgs {
    /// The time to live.
    pub(super) fn ttl(&self) -> Result<Ttl> {
        Ok(match self.ttl.as_str() {
            "trace" | "" => Ttl::Trace,
            "off" => Ttl::Off,
            text => match quantity::duration(text)? {
                0 => return Err(Error::usage("a time to live of 0 keeps nothing").hint("use --ttl off for no expiry")),
                ttl => Ttl::Fixed(ttl),
            },
        })
    }

    /// Do sizes count?
    pub(super) fn bytes(&self) -> bool {
        self.size == SizeArg::Bytes
    }

    /// Does the replay need the times of requests, apart from expiry by the trace's own TTLs?
    pub(super) fn needs_times(&self) -> Result<bool> {
        let options = self.options(Expiry::default(), &TraceArgs::default())?;
        let by_time = matches!(options.window, Some(WindowSize::Time(_))) || matches!(options.warmup, Warmup::Time(_));
        Ok(by_time || self.windows_output.is_some() || matches!(self.ttl()?, Ttl::Fixed(_)))
    }

    /// Expiry for a trace that has TTLs or has not.
    pub(super) fn expiry(&self, has_ttls: bool) -> Result<Expiry> {
        let ttl = self.ttl()?;
        Ok(Expiry {
            on: matches!(ttl, Ttl::Fixed(_)) || ttl == Ttl::Trace && has_ttls,
            default: if let Ttl::Fixed(ttl) = ttl { Some(ttl) } else { None },
            eager: self.ttl_mode == TtlModeArg::Eager,
            renew: self.ttl_renew,
        })
    }

    /// The options of the replay.
    pub(super) fn options(&self, expiry: Expiry, traces: &TraceArgs) -> Result<Options> {
        if !(self.rate > 0.0 && self.rate <= 1e9) {
            return Err(Error::usage(format!("--rate {} is not a number of requests per second", self.rate))
                .hint("use a number above 0 and at most 1e9, as in --rate 1000"));
        }
        Ok(Options {
            bytes: self.bytes(),
            oversize_is_error: self.oversize == OversizeArg::Error,
            expiry,
            operations: match traces.operations {
                OperationsArg::LookAside => Operations::LookAside,
                _ => Operations::AllReads,
            },
            warmup: self.warmup.as_deref().map(Warmup::parse).transpose()?.unwrap_or_default(),
            window: self.window.as_deref().map(WindowSize::parse).transpose()?,
            period: ((SECOND as f64 / self.rate).round() as Time).max(1),
            seed: traces.seed,
            repetitions: self.repetitions,
            strict: self.strict,
            shared_passes: !self.no_batch,
            given: Given {
                ttl: self.ttl.clone(),
                warmup: self.warmup.clone().unwrap_or_default(),
                operations: word(&traces.operations),
                size_change: word(&traces.size_change),
                filter: traces.filter_text(),
            },
        })
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
    /// Also write the rows to a file: .csv, .jsonl or .json
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

/// The word for a value on the command line.
fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// For clap: a count.
pub(super) fn count(text: &str) -> Result<u64, String> {
    quantity::count(text).map_err(|e| e.to_string())
}

/// For clap: a duration.
fn duration(text: &str) -> Result<Time, String> {
    quantity::duration(text).map_err(|e| e.to_string())
}
