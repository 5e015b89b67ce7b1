//! `evictlab trace`: look at traces, or make one.

use super::args::{OutputArgs, TraceArgs, count};
use super::output::print;
use super::record_help::{self, RecordHelp};
use super::run::encoded;
use super::trace_write::{Convert, FilterArgs, Generate, convert, filter, generate};
use super::{Finish, analyze};
use crate::core::quantity::{show_bytes, show_count};
use crate::core::{Error, NEVER, Result};
use crate::record::Format;
use crate::replay::Source;
use crate::trace::{Columns, Stats, Trace};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Count requests, objects, bytes, operations; find the most popular objects
    #[command(after_help = "Example:\n  evictlab trace info accesses.csv.gz --format json")]
    Info(Look),
    /// Popularity, reuse, sizes, rates, growth, scans and loops of a trace, with figures
    Analyze(Box<analyze::Args>),
    /// Show the first requests, as they were understood
    #[command(after_help = "Example:\n  evictlab trace head accesses.csv --trace-format csv:id=2 -n 5")]
    Head(Head),
    /// Write a trace in another format; as .evl it is parsed once and loaded at the speed of memory
    #[command(after_help = "Example:\n  evictlab trace convert accesses.csv.gz --output accesses.evl")]
    Convert(Convert),
    /// Write a part of a trace: what a cache misses, a time, a share of the objects, a tenant
    #[command(after_help = "Examples:\n  \
        evictlab trace filter accesses.evl --policy lru --capacity 1% --output second-level.evl\n  \
        evictlab trace filter accesses.evl --sample 0.01 --output sample.evl")]
    Filter(FilterArgs),
    /// How to record a trace of your own: Redis, memcached, nginx, Linux, JVM, Python
    #[command(after_help = "Example:\n  evictlab trace record-help redis")]
    RecordHelp(RecordHelp),
    /// Write a synthetic trace to a file
    #[command(after_help = "Example:\n  evictlab trace generate --workload zipf:alpha=0.9 --output zipf.csv.zst")]
    Generate(Generate),
}

#[derive(Debug, Args)]
pub(super) struct Look {
    /// Trace files, as with --trace
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    traces: TraceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct Head {
    #[command(flatten)]
    look: Look,
    /// Number of requests
    #[arg(long = "requests", short = 'n', default_value_t = 10, value_name = "N", value_parser = count)]
    requests: u64,
}

pub(super) fn main(verb: &Verb) -> Result<Finish> {
    match verb {
        Verb::Info(args) => info(args),
        Verb::Analyze(args) => analyze::main(args),
        Verb::Head(args) => head(args),
        Verb::Convert(args) => convert(args),
        Verb::Filter(args) => filter(args),
        Verb::RecordHelp(args) => record_help::main(args),
        Verb::Generate(args) => generate(args),
    }
}

impl Look {
    fn sources(&self) -> Result<Vec<Source>> {
        let mut traces = self.traces.clone();
        traces.traces.splice(0..0, self.files.iter().cloned());
        traces.sources()
    }
}

fn info(args: &Look) -> Result<Finish> {
    let mut all = Vec::new();
    for source in &args.sources()? {
        all.push(Stats::of(&args.traces.open(source, Columns::ALL, &args.output)?));
    }
    match args.output.stdout_format() {
        Format::Json if all.len() == 1 => print(&json(&all[0])?)?,
        Format::Json => print(&json(&all)?)?,
        Format::Jsonl => print(&encoded(|out| {
            all.iter().try_for_each(|stats| {
                serde_json::to_writer(&mut *out, stats)?;
                out.write_all(b"\n")
            })
        })?)?,
        Format::Csv => print(&stats_csv(&all)?)?,
        // Parquet is for files; stdout never has it.
        Format::Table | Format::Parquet => print(all.iter().map(described).collect::<Vec<_>>().join("\n").as_bytes())?,
    }
    Ok(Finish::Done)
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    encoded(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        out.write_all(b"\n")
    })
}

/// One row per trace; nested values become columns of their own, the list of top objects is left out.
fn stats_csv(all: &[Stats]) -> Result<Vec<u8>> {
    let mut flat: Vec<Vec<(String, String)>> = Vec::new();
    for stats in all {
        let mut row = Vec::new();
        let value = serde_json::to_value(stats).map_err(|e| Error::failure(e.to_string()))?;
        for (name, value) in value.as_object().into_iter().flatten() {
            match value {
                serde_json::Value::Array(_) => {}
                serde_json::Value::String(text) => row.push((name.clone(), text.clone())),
                serde_json::Value::Null => row.push((name.clone(), String::new())),
                other => row.push((name.clone(), other.to_string())),
            }
        }
        flat.push(row);
    }
    let mut header: Vec<String> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !header.contains(name) {
            header.push(name.clone());
        }
    }
    encoded(|out| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(&header).map_err(std::io::Error::other)?;
        for row in &flat {
            let cell = |name: &String| row.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
            writer.write_record(header.iter().map(cell)).map_err(std::io::Error::other)?;
        }
        writer.flush()
    })
}

fn described(stats: &Stats) -> String {
    let mut text = format!("{}\n", stats.trace);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<22} {value}");
    };
    line("requests", show_count(stats.requests));
    line("objects", show_count(stats.objects));
    let once = stats.one_hit_wonders as f64 / stats.objects.max(1) as f64 * 100.0;
    line("asked for once", format!("{} ({once:.1} % of the objects)", show_count(stats.one_hit_wonders)));
    line(
        "requests per object",
        format!("{:.2} on average, {} at most", stats.mean_frequency, show_count(stats.max_frequency)),
    );
    if let Some(alpha) = stats.zipf_alpha {
        // `analyze` sees more of the trace and takes longer.
        line("Zipf alpha", format!("{alpha:.3} by least squares (maximum likelihood: evictlab trace analyze)"));
    }
    if let Some(seconds) = stats.duration_seconds {
        line("duration", format!("{seconds:.3} s"));
    }
    if let Some(sizes) = &stats.sizes {
        line("footprint", show_bytes(sizes.footprint_bytes));
        line("bytes requested", show_bytes(sizes.bytes_requested));
        let (mean, least, most) = (sizes.mean_bytes, sizes.min_bytes, sizes.max_bytes);
        line(
            "size of a request",
            format!("{mean:.1} B on average, {} to {}", show_bytes(least.into()), show_bytes(most.into())),
        );
    }
    if let Some(ops) = &stats.ops {
        line(
            "operations",
            format!(
                "{} reads, {} sets, {} deletes",
                show_count(ops.reads),
                show_count(ops.sets),
                show_count(ops.deletes)
            ),
        );
    }
    if let Some(ttls) = &stats.ttls {
        let range = match (ttls.min_ttl_seconds, ttls.max_ttl_seconds) {
            (Some(least), Some(most)) => format!(", {least} s to {most} s"),
            _ => String::new(),
        };
        line("requests with a TTL", format!("{}{range}", show_count(ttls.requests_with_ttl)));
    }
    if let Some(tenants) = &stats.tenants {
        let top: Vec<String> =
            tenants.top_tenants.iter().take(5).map(|t| format!("{} ({})", t.name, show_count(t.requests))).collect();
        line("tenants", format!("{}: {}", show_count(tenants.tenants), top.join(", ")));
    }
    let top: Vec<String> =
        stats.top_objects.iter().take(5).map(|o| format!("{} ({})", o.key, show_count(o.requests))).collect();
    line("most popular", top.join(", "));
    text
}

/// One request, for `trace head`.
#[derive(Debug, Serialize)]
struct Request {
    index: u64,
    key: String,
    object: u32,
    seconds: Option<f64>,
    size: Option<u32>,
    operation: Option<&'static str>,
    ttl_seconds: Option<f64>,
    tenant: Option<String>,
    prompt: Option<u32>,
    depth: Option<u32>,
}

fn head(args: &Head) -> Result<Finish> {
    let mut look =
        Look { files: args.look.files.clone(), traces: args.look.traces.clone(), output: args.look.output.clone() };
    if args.requests == 0 {
        return Err(Error::usage("-n 0 shows no request").hint("for example -n 5"));
    }
    let sources = look.sources()?;
    if sources.iter().all(|source| matches!(source, Source::File(_))) {
        look.traces.limit = Some(look.traces.limit.unwrap_or(u64::MAX).min(args.requests));
    }
    let mut requests = Vec::new();
    for source in &sources {
        let trace = look.traces.open(source, Columns::ALL, &look.output)?;
        requests.extend((0..trace.requests().min(args.requests as usize)).map(|i| request(&trace, i)));
    }
    let format = look.output.stdout_format();
    let bytes = match format {
        Format::Json => json(&requests)?,
        Format::Jsonl => encoded(|out| {
            requests.iter().try_for_each(|request| {
                serde_json::to_writer(&mut *out, request)?;
                out.write_all(b"\n")
            })
        })?,
        Format::Csv => encoded(|out| {
            let mut writer = csv::Writer::from_writer(out);
            requests.iter().try_for_each(|request| writer.serialize(request)).map_err(std::io::Error::other)?;
            writer.flush()
        })?,
        Format::Table | Format::Parquet => head_table(&requests).into_bytes(),
    };
    print(&bytes)?;
    Ok(Finish::Done)
}

fn request(trace: &Trace, index: usize) -> Request {
    let seconds = |time: u64| time as f64 / 1e9;
    Request {
        index: index as u64,
        key: trace.keys.show(trace.ids[index]),
        object: trace.ids[index],
        seconds: trace.times.as_ref().map(|times| seconds(times[index])),
        size: trace.sizes.as_ref().map(|sizes| sizes[index]),
        operation: trace.ops.as_ref().map(|ops| ops[index].name()),
        ttl_seconds: trace.ttls.as_ref().map(|ttls| ttls[index]).filter(|&ttl| ttl != NEVER).map(seconds),
        tenant: trace.tenants.as_ref().map(|tenants| trace.tenant_names[tenants[index] as usize].to_string()),
        prompt: trace.places.as_ref().map(|places| places[index].prompt),
        depth: trace.places.as_ref().map(|places| places[index].depth),
    }
}

fn head_table(requests: &[Request]) -> String {
    /// What few traces have is shown where it is.
    const ALWAYS: usize = 6;
    type Cell = fn(&Request) -> Option<String>;
    let columns: [(&str, usize, Cell); 9] = [
        ("index", 8, |r| Some(r.index.to_string())),
        ("key", 20, |r| Some(r.key.clone())),
        ("seconds", 12, |r| r.seconds.map(|s| s.to_string())),
        ("size", 10, |r| r.size.map(|s| s.to_string())),
        ("op", 6, |r| r.operation.map(str::to_owned)),
        ("ttl", 10, |r| r.ttl_seconds.map(|s| s.to_string())),
        ("tenant", 10, |r| r.tenant.clone()),
        ("prompt", 8, |r| r.prompt.map(|n| n.to_string())),
        ("depth", 8, |r| r.depth.map(|n| n.to_string())),
    ];
    let shown = |at: usize, cell: Cell| at < ALWAYS || requests.iter().any(|r| cell(r).is_some());
    let columns: Vec<_> = columns.into_iter().enumerate().filter(|(at, (.., cell))| shown(*at, *cell)).collect();
    let line = |cell: &dyn Fn(&str, Cell) -> String| {
        let cells = columns.iter().map(|&(_, (name, width, of))| format!("{:>width$}", cell(name, of)));
        cells.collect::<Vec<_>>().join("  ") + "\n"
    };
    let mut text = line(&|name, _| name.to_owned());
    for request in requests {
        text.push_str(&line(&|_, cell| cell(request).unwrap_or_else(|| "-".to_owned())));
    }
    text
}
