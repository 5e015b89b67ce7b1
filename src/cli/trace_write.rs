//! `evictlab trace generate`, `convert` and `filter`: traces into files.

use super::Finish;
use super::args::{OutputArgs, ReplayArgs, TraceArgs};
use super::output::{self, say};
use super::progress;
use super::run::same_place;
use crate::core::quantity::{show_bytes, show_count};
use crate::core::{Error, Result};
use crate::registry;
use crate::replay::{Replayer, Source, parse_capacities};
use crate::trace::store::{self, Codec};
use crate::trace::write::{Target, write_as};
use crate::trace::{Columns, Trace};
use crate::workload;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Generate {
    /// What to generate (see `evictlab workloads`)
    #[arg(long, value_name = "SPEC")]
    workload: String,
    /// The file: .evl, .oracleGeneral, .csv or .txt; the last three then .gz, .zst, .xz or .lz4 if you like
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Format of the file [default: by its name]
    #[arg(long, value_name = "FORMAT")]
    trace_format: Option<String>,
    /// Seed
    #[arg(long, default_value_t = 42, value_name = "N")]
    seed: u64,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct Convert {
    /// The trace, as with --trace
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The file to write: .evl, .oracleGeneral, .csv or .txt; the last three then .gz, .zst, .xz or .lz4 if you like
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Format of the file to write [default: by its name]
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<String>,
    /// How the columns of .evl are written: plain, which is mapped into memory instead of read, or zstd, which is smaller
    #[arg(long, value_name = "CODEC", default_value = "plain")]
    codec: String,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// No progress bars
    #[arg(long)]
    no_progress: bool,
    #[command(flatten)]
    traces: TraceArgs,
}

#[derive(Debug, Args)]
// Without a cache nothing is replayed.
#[command(mut_group("ReplayArgs", |group| group.requires("policy")))]
pub(super) struct FilterArgs {
    #[command(flatten)]
    convert: Convert,
    /// Keep the requests that a cache with this policy misses: what a second level sees, once --warmup is over
    #[arg(long, value_name = "POLICY", requires = "capacity")]
    policy: Option<String>,
    /// The capacity of that cache
    #[arg(long, value_name = "CAPACITY", requires = "policy", allow_hyphen_values = true)]
    capacity: Option<String>,
    #[command(flatten)]
    replay: ReplayArgs,
}

pub(super) fn generate(args: &Generate) -> Result<Finish> {
    may_write(&args.output, args.force)?;
    let target = Target::of(&args.output, args.trace_format.as_deref())?;
    let trace = workload::generate(&args.workload, args.seed, Columns::ALL)?;
    save(&trace, target, &args.output, args.force)?;
    let written = written(&args.output, trace.requests() as u64, trace.objects as u64);
    say(&format!("{written}, seed {}, {}", args.seed, trace.name));
    Ok(Finish::Done)
}

/// Says before a trace is read in vain whether the file can be written.
fn may_write(path: &Path, force: bool) -> Result<()> {
    output::Target::new(path, force).map(drop)
}

pub(super) fn convert(args: &Convert) -> Result<Finish> {
    may_write(&args.output, args.force)?;
    let source = args.source()?;
    let target = args.target()?;
    let trace = match (&source, target) {
        // A store is written while the trace is read, so that one larger than memory can become one.
        (Source::File(path), Target::Evl(codec)) => {
            let options = args.traces.selection().load_options(Columns::ALL);
            let bar = progress::bar(&args.quieter(), 0, "reading", "bytes");
            let loaded = store::convert(path, &options, &args.output, codec, args.force, &|done, total| {
                bar.set_length(total);
                bar.set_position(done);
            });
            bar.finish_and_clear();
            let loaded = loaded?;
            if !args.quiet {
                say(&format!("{}: {} ({})", loaded.trace.name, loaded.format, loaded.why));
                loaded.trace.notes.iter().for_each(|note| say(&format!("note: {note}")));
            }
            let written = store::Store::of_file(&args.output)?;
            let (requests, objects) = written.map_or((0, 0), |s| (s.description().requests, s.description().objects));
            args.wrote(requests, objects);
            return Ok(Finish::Done);
        }
        _ => args.traces.open(&source, Columns::ALL, &args.quieter())?,
    };
    save(&trace, target, &args.output, args.force)?;
    args.wrote(trace.requests() as u64, trace.objects as u64);
    Ok(Finish::Done)
}

pub(super) fn filter(args: &FilterArgs) -> Result<Finish> {
    let (Some(policy), Some(capacity_text)) = (&args.policy, &args.capacity) else {
        if args.convert.traces.selection().filter.keeps_all() {
            return Err(Error::usage("no filter is named").hint(
                "name a cache (--policy lru --capacity 1%), a time (--from, --until), a share of the objects (--sample), a \
                 tenant (--tenant), or a number of requests (--skip, --limit)",
            ));
        }
        return convert(&args.convert);
    };
    let specs = registry::parse_list(policy)?;
    let capacities = parse_capacities(capacity_text)?;
    let ([spec], [capacity]) = (&specs[..], &capacities[..]) else {
        return Err(Error::usage("a filter is one cache").hint("name one policy and one capacity"));
    };
    let args_of = &args.convert;
    may_write(&args_of.output, args_of.force)?;
    let (source, target) = (args_of.source()?, args_of.target()?);
    let settings = args.replay.settings(&args_of.traces, None)?;
    let mut trace = args_of.traces.open(&source, Columns::ALL, &args_of.quieter())?;
    // Where operations do not count, every row is a read with a size of its own; so it is in a run.
    let aside = if settings.columns().ops { None } else { trace.ops.take() };
    let options = settings.options(&trace, args_of.traces.seed)?;
    let replayer = Replayer::new(&trace, &options)?;
    let cell = replayer.cell(spec, capacity, 0)?;
    let bar = progress::bar(&args_of.quieter(), trace.requests() as u64, "replaying", "requests");
    let stream = replayer.miss_stream(&cell, &|more| bar.inc(more));
    bar.finish_and_clear();
    let stream = stream?;
    if stream.is_empty() {
        return Err(
            Error::failure("no request goes on behind that cache").hint("name a smaller one, or less to warm up")
        );
    }
    drop(replayer);
    trace.ops = aside.or(trace.ops.take());
    let mut left = trace.select(&stream);
    // A store says so; a second level is told from a first one by it.
    left.name = args_of
        .traces
        .selection()
        .filter
        .named(&format!("the misses of {policy} at {capacity_text} in {}", trace.name));
    save(&left, target, &args_of.output, args_of.force)?;
    args_of.wrote(left.requests() as u64, left.objects as u64);
    Ok(Finish::Done)
}

impl Convert {
    fn source(&self) -> Result<Source> {
        let mut traces = self.traces.clone();
        traces.traces.splice(0..0, self.file.clone());
        let mut sources = traces.sources()?;
        match (sources.pop(), sources.is_empty()) {
            (Some(Source::File(path)), true) if same_place(&path, &self.output) => {
                Err(Error::usage("the file to write is the trace itself").hint("write to another name"))
            }
            (Some(source), true) => Ok(source),
            _ => Err(Error::usage("more than one trace is named").hint("convert one after the other")),
        }
    }

    fn target(&self) -> Result<Target> {
        let codec = Codec::parse(&self.codec)?;
        Ok(match Target::of(&self.output, self.output_format.as_deref())? {
            Target::Evl(_) => Target::Evl(codec),
            _ if codec != Codec::Plain => {
                return Err(Error::usage("--codec is for .evl").hint("compress others by their name: x.csv.zst"));
            }
            target => target,
        })
    }

    fn quieter(&self) -> OutputArgs {
        OutputArgs::of_progress(self.quiet, self.no_progress)
    }

    fn wrote(&self, requests: u64, objects: u64) {
        if !self.quiet {
            say(&written(&self.output, requests, objects));
        }
    }
}

/// What was written, for people.
fn written(path: &Path, requests: u64, objects: u64) -> String {
    let (requests, objects) = (show_count(requests), show_count(objects));
    let bytes = show_bytes(path.metadata().map_or(0, |meta| meta.len()));
    format!("wrote {}: {requests} requests to {objects} objects, {bytes}", path.display())
}

/// Writes the trace, and says what the format has no room for.
fn save(trace: &Trace, target: Target, path: &Path, force: bool) -> Result<()> {
    if let Some(lost) = target.loses(trace) {
        say(&format!("note: {lost} are not in the file, whose format has no room for them; .evl holds all"));
    }
    write_as(trace, path, target, force)
}
