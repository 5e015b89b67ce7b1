//! `evictlab scenario`: caches in time.

mod run;

use super::Finish;
use super::lists::Plain;
use super::output::print;
use crate::core::{Error, Result};
use crate::scenario::{PRESETS, Part, Scenario, TEMPLATE, preset};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    /// List the scenarios that come with the program
    #[command(after_help = "Example:\n  evictlab scenario list")]
    List(Plain),
    /// Print a scenario's file: what it tests, its keys and settings
    #[command(after_help = "Example:\n  evictlab scenario show stampede > mine.toml")]
    Show(Show),
    /// Print a commented scenario with every key, which can be run as it is
    #[command(after_help = "Example:\n  evictlab scenario init > mine.toml && evictlab scenario run mine.toml")]
    Init,
    /// List the parts that settings name: schemes of placement, laws of durations
    #[command(after_help = "Example:\n  evictlab scenario parts")]
    Parts(Plain),
    /// Run a scenario; one row for each configuration
    Run(Box<run::Args>),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Show {
    /// Name of the scenario
    name: String,
}

pub(super) fn main(verb: &Verb) -> Result<Finish> {
    match verb {
        Verb::List(args) => list(args),
        Verb::Show(args) => {
            print(preset(&args.name)?.text.as_bytes())?;
            Ok(Finish::Done)
        }
        Verb::Init => {
            print(TEMPLATE.as_bytes())?;
            Ok(Finish::Done)
        }
        Verb::Parts(args) => parts(args),
        Verb::Run(args) => run::main(args),
    }
}

fn list(args: &Plain) -> Result<Finish> {
    let (mut rows, mut text) = (Vec::new(), String::new());
    for preset in PRESETS {
        let scenario = crate::scenario::preset(preset.name)?;
        let keys: Vec<&str> = scenario.keys().map(|(short, _)| short).collect();
        let question = scenario.question.replace('\n', " ");
        // For people, the first sentence.
        let end = question.find(". ").map_or(question.len(), |end| end + 1);
        let _ = writeln!(text, "{:<20} {}\n{:<20} keys: {}", scenario.name, &question[..end], "", keys.join(", "));
        rows.push(json!({ "name": scenario.name, "question": question, "keys": keys }));
    }
    text.push_str("\nMore about one: evictlab scenario show NAME\n");
    args.print(&rows, &text)
}

fn parts(args: &Plain) -> Result<Finish> {
    let (mut rows, mut text) = (Vec::new(), String::new());
    for Part { kind, name, summary, example, source } in crate::scenario::parts() {
        let _ = writeln!(text, "{kind:<7} {name:<12} {summary}\n{:<20} {example}", "");
        rows.push(json!({ "kind": kind, "name": name, "summary": summary, "example": example, "source": source }));
    }
    args.print(&rows, &text)
}

/// The scenarios that a name or file stands for; `all` for every preset.
fn named(name: &str) -> Result<Vec<Scenario>> {
    if name == "all" {
        return PRESETS.iter().map(|p| preset(p.name)).collect();
    }
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    if !is_file {
        return Ok(vec![preset(name)?]);
    }
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::failure(format!("cannot read {name}: {}", super::output::reason(&e)))
            .hint("name a scenario's file, or a preset: evictlab scenario list")
    })?;
    Ok(vec![Scenario::read(name, &text)?])
}
