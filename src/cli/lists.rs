//! `evictlab policies`, `formats`, `workloads`: what exists, read from the lists that the program itself uses.

use super::Finish;
use super::output::print;
use super::run::encoded;
use crate::core::Result;
use crate::engine::Unit;
use crate::policies::POLICIES;
use crate::policy::{Ghosts, Origin};
use crate::registry;
use crate::trace::FORMATS;
use crate::workload::{self, WORKLOADS};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab policies\n  evictlab policies s3-fifo\n  evictlab policies --json")]
pub(super) struct Policies {
    /// Show the documentation of this policy
    name: Option<String>,
    #[command(flatten)]
    plain: Plain,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab formats\n  evictlab workloads --json")]
pub(super) struct Plain {
    /// Text for people, or JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ListFormat,
    /// Short for --format json
    #[arg(long)]
    json: bool,
}

/// How lists are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// Text for people
    #[default]
    Table,
    /// One JSON array
    Json,
}

impl Plain {
    /// Prints the JSON list, or the text.
    pub(super) fn print(&self, list: &[Value], text: &str) -> Result<Finish> {
        if self.json || self.format == ListFormat::Json {
            print(&encoded(|out| {
                serde_json::to_writer_pretty(&mut *out, list)?;
                out.write_all(b"\n")
            })?)?;
        } else {
            print(text.as_bytes())?;
        }
        Ok(Finish::Done)
    }
}

pub(super) fn policies(args: &Policies) -> Result<Finish> {
    if let Some(name) = &args.name {
        let unit = registry::find(name)?;
        let text = format!("{}\n\n{}", unit.info.documentation(), memory_text(unit));
        return args.plain.print(&[policy_json(unit)], &text);
    }
    let list: Vec<Value> = POLICIES.iter().map(|unit| policy_json(unit)).collect();
    let mut text = String::new();
    for unit in POLICIES {
        let info = &unit.info;
        let params: Vec<String> = unit.defaults().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let _ = writeln!(text, "{:<12} {:<10} {} {}", info.name, info.family.name(), info.paper.year, info.summary);
        if !params.is_empty() {
            let _ = writeln!(text, "{:<28} {}", "", params.join(", "));
        }
    }
    text.push_str("\nMore about one: evictlab policies NAME\n");
    args.plain.print(&list, &text)
}

/// How much state a policy keeps, for its page.
fn memory_text(unit: &Unit) -> String {
    let state = &unit.info.state;
    let mut text = format!("# Memory\n{} bytes for each object of the trace", state.per_object);
    let _ = write!(text, ", and up to {} for each that fits into the cache", state.per_resident);
    match state.ghosts {
        Ghosts::None => {}
        Ghosts::Capacity => {
            let _ = write!(text, ", {} for each ghost (as many as objects fit)", state.per_ghost);
        }
        Ghosts::Parameter(name) => {
            let _ = write!(text, ", {} for each ghost (`{name}` times the objects that fit)", state.per_ghost);
        }
    }
    text.push_str(".\nWhat grows doubles: their numbers count rounded up to a power of two.\n");
    text
}

/// Ghosts per object that fits, with default parameters.
fn ghosts_per_resident(unit: &Unit) -> f64 {
    match unit.info.state.ghosts {
        Ghosts::None => 0.0,
        Ghosts::Capacity => 1.0,
        Ghosts::Parameter(name) => {
            let default = unit.defaults().into_iter().find(|(other, _)| other == name);
            default.and_then(|(_, value)| value.parse().ok()).unwrap_or(1.0)
        }
    }
}

fn policy_json(unit: &Unit) -> Value {
    let info = &unit.info;
    let defaults = unit.defaults();
    let params: Vec<Value> = info
        .params
        .iter()
        .map(|param| {
            let default = defaults.iter().find(|(name, _)| name == param.name).map(|(_, value)| value);
            let origin = match param.origin {
                Origin::Paper => "paper",
                Origin::Practice => "practice",
            };
            json!({"name": param.name, "default": default, "range": param.range, "origin": origin, "help": param.help})
        })
        .collect();
    let paper = &info.paper;
    json!({
        "name": info.name,
        "aliases": info.aliases,
        "summary": info.summary,
        "family": info.family.name(),
        "params": params,
        "needs_next_use": info.needs.next_use,
        "state": {
            "bytes_per_object": info.state.per_object,
            "bytes_per_resident": info.state.per_resident,
            "bytes_per_ghost": info.state.per_ghost,
            "ghosts_per_resident": ghosts_per_resident(unit),
        },
        "paper": {"authors": paper.authors, "title": paper.title, "venue": paper.venue, "year": paper.year, "url": paper.url},
    })
}

pub(super) fn formats(args: &Plain) -> Result<Finish> {
    let mut text = String::new();
    let mut list = Vec::new();
    for format in FORMATS {
        let _ = writeln!(text, "{:<15} {}", format.name, format.summary);
        if !format.extensions.is_empty() {
            let _ = writeln!(text, "{:<15} endings: {}", "", format.extensions.join(", "));
        }
        for option in format.options {
            let _ = writeln!(text, "{:<15} {}: {} [default: {}]", "", option.name, option.help, option.default);
        }
        let options = format.options.iter().map(|o| json!({"name": o.name, "default": o.default, "help": o.help}));
        list.push(json!({
            "name": format.name,
            "aliases": format.aliases,
            "extensions": format.extensions,
            "summary": format.summary,
            "options": options.collect::<Vec<_>>(),
        }));
    }
    text.push_str(
        "\nAll may be compressed with gzip, zstd, xz or lz4. Options: --trace-format csv:id=5,size=4,time=2\n",
    );
    args.print(&list, &text)
}

/// The parameters that take a law; every workload has them.
const LAWFUL: [&str; 3] = ["size", "ttl", "arrivals"];

pub(super) fn workloads(args: &Plain) -> Result<Finish> {
    let param_json = |p: &workload::Param| json!({"name": p.name, "default": p.default, "help": p.help});
    let mut text = String::new();
    let mut list = Vec::new();
    for workload in WORKLOADS {
        let _ = writeln!(text, "{:<10} {}", workload.name, workload.summary);
        for param in workload.params.iter().filter(|param| !LAWFUL.contains(&param.name)) {
            let default = if param.default.is_empty() { "must be given" } else { param.default };
            let _ = writeln!(text, "{:<10} {}: {} [default: {default}]", "", param.name, param.help);
        }
        let _ = writeln!(text, "{:<10} example: {}", "", workload.example);
        list.push(json!({
            "name": workload.name,
            "aliases": workload.aliases,
            "summary": workload.summary,
            "params": workload.params.iter().map(param_json).collect::<Vec<_>>(),
            "example": workload.example,
        }));
    }
    text.push_str(
        "\nAll take laws: size= and ttl= of the objects, arrivals= of the requests; without, they have none.\nIn a shell, put a spec with parentheses into quotes: --workload 'zipf:size=lognormal(4KiB,1.5)'\n",
    );
    for law in workload::laws() {
        let _ = writeln!(text, "{:<12} for {}: {}; {}", law.name, law.of.join(", "), law.summary, law.example);
        list.push(json!({
            "law": law.name,
            "of": law.of,
            "summary": law.summary,
            "args": law.args.iter().map(param_json).collect::<Vec<_>>(),
            "example": law.example,
        }));
    }
    args.print(&list, &text)
}
