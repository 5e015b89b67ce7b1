//! `evictlab formats`, `workloads`: what exists, read from the lists that the program itself uses.

use super::Finish;
use super::output::print;
use super::run::encoded;
use crate::core::Result;
use crate::trace::{FORMATS, Format, parse_format};
use crate::workload::{self, WORKLOADS};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab workloads\n  evictlab workloads --json")]
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

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab formats\n  evictlab formats csv\n  evictlab formats --json")]
pub(super) struct Formats {
    /// Show this format alone: its name or an alias
    name: Option<String>,
    #[command(flatten)]
    plain: Plain,
}

pub(super) fn formats(args: &Formats) -> Result<Finish> {
    let one = args.name.as_deref().map(parse_format).transpose()?.map(|spec| spec.format);
    let shown = if one.is_some() { one.as_slice() } else { FORMATS };
    let list: Vec<Value> = shown.iter().map(|format| format_json(format)).collect();
    let mut text: String = shown.iter().map(|format| format_text(format)).collect();
    if let Some(format) = one {
        if !format.aliases.is_empty() {
            let _ = writeln!(text, "{:<21} also called: {}", "", format.aliases.join(", "));
        }
    } else {
        text.push_str(
            "\nAll may be compressed with gzip, zstd, xz or lz4. Options: --trace-format csv:id=5,size=4,time=2\n\
             One alone: evictlab formats NAME\n",
        );
    }
    args.plain.print(&list, &text)
}

fn format_text(format: &Format) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{:<21} {}", format.name, format.summary);
    let _ = writeln!(text, "{:<21} layout: {}", "", format.layout);
    let _ = writeln!(text, "{:<21} source: {}", "", format.source);
    let _ = writeln!(text, "{:<21} sample: traces/samples/{}", "", format.sample);
    if !format.extensions.is_empty() {
        let _ = writeln!(text, "{:<21} endings: {}", "", format.extensions.join(", "));
    }
    for option in format.options {
        let _ = writeln!(text, "{:<21} {}: {} [default: {}]", "", option.name, option.help, option.default);
    }
    text
}

fn format_json(format: &Format) -> Value {
    let options = format.options.iter().map(|o| json!({"name": o.name, "default": o.default, "help": o.help}));
    json!({
        "name": format.name,
        "aliases": format.aliases,
        "extensions": format.extensions,
        "summary": format.summary,
        "layout": format.layout,
        "source": format.source,
        "sample": format.sample,
        "options": options.collect::<Vec<_>>(),
    })
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
