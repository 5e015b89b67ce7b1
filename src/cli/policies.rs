//! `evictlab policies`, `admissions`, `prefetchers`: what exists and what each says about itself, as text, JSON or BibTeX.

use super::Finish;
use super::lists::Plain;
use super::output::print;
use crate::admission::ADMISSIONS;
use crate::core::Result;
use crate::policies::POLICIES;
use crate::policy::{Entry, Ghosts, Info, Origin, Paper};
use crate::prefetch::PREFETCHERS;
use crate::registry;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab policies\n  evictlab policies s3-fifo\n  evictlab policies --json\n  \
    evictlab policies --bibtex > policies.bib")]
pub(super) struct Policies {
    /// Show the documentation of this policy
    name: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab admissions\n  evictlab admissions adapt-size\n  \
    evictlab run --workload zipf:objects=1e4 --policy lru --admission always,second-hit --capacity 5%")]
pub(super) struct Admissions {
    /// Show the documentation of this admission
    name: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  evictlab prefetchers\n  evictlab prefetchers one-block-lookahead\n  \
    evictlab run --trace blocks.csv --policy lru --prefetch none,one-block-lookahead,probability-graph --capacity 5%")]
pub(super) struct Prefetchers {
    /// Show the documentation of this prefetcher
    name: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
struct Shown {
    #[command(flatten)]
    plain: Plain,
    /// The papers as BibTeX entries
    #[arg(long, conflicts_with_all = ["json", "format"])]
    bibtex: bool,
}

/// One of a list: what it says about itself, and its parameters with their defaults.
type Item = (&'static Info, Vec<(String, String)>);

pub(super) fn policies(args: &Policies) -> Result<Finish> {
    let one = args.name.as_deref().map(registry::find).transpose()?;
    let all: Vec<_> = POLICIES.iter().map(|unit| &unit.entry).collect();
    args.shown.show(one.map(|unit| &unit.entry), &all, "policies")
}

pub(super) fn admissions(args: &Admissions) -> Result<Finish> {
    let one = args.name.as_deref().map(registry::find_admission).transpose()?;
    args.shown.show(one, ADMISSIONS, "admissions")
}

pub(super) fn prefetchers(args: &Prefetchers) -> Result<Finish> {
    let one = args.name.as_deref().map(registry::find_prefetcher).transpose()?;
    args.shown.show(one, PREFETCHERS, "prefetchers")
}

impl Shown {
    /// The one asked for, or all.
    fn show<T: ?Sized>(&self, one: Option<&'static Entry<T>>, all: &[&'static Entry<T>], verb: &str) -> Result<Finish> {
        let shown = if one.is_some() { one.as_slice() } else { all };
        let items: Vec<Item> = shown.iter().map(|entry| (&entry.info, entry.defaults())).collect();
        if self.bibtex {
            print(bibtex(&items).as_bytes())?;
            return Ok(Finish::Done);
        }
        let list: Vec<Value> = items.iter().map(described).collect();
        let text = match &items[..] {
            [item] if one.is_some() => format!("{}\n\n{}", item.0.documentation(), memory_text(item)),
            _ => table(&items, verb),
        };
        self.plain.print(&list, &text)
    }
}

/// A line for each, and one for its parameters.
fn table(items: &[Item], verb: &str) -> String {
    let wide = items.iter().map(|(info, _)| info.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (info, defaults) in items {
        let family = info.family.name();
        let _ = writeln!(text, "{:<wide$} {family:<10} {} {}", info.name, info.paper.year, info.summary);
        if !defaults.is_empty() {
            let params: Vec<String> = defaults.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let _ = writeln!(text, "{:<wide$} {:<10}      {}", "", "", params.join(", "));
        }
    }
    let _ = writeln!(text, "\n{} in all. More about one: evictlab {verb} NAME", items.len());
    text
}

/// How much state is kept, for the page of one.
fn memory_text((info, _): &Item) -> String {
    let state = &info.state;
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
fn ghosts_per_resident((info, defaults): &Item) -> f64 {
    match info.state.ghosts {
        Ghosts::None => 0.0,
        Ghosts::Capacity => 1.0,
        Ghosts::Parameter(name) => {
            let default = defaults.iter().find(|(other, _)| other == name);
            default.and_then(|(_, value)| value.parse().ok()).unwrap_or(1.0)
        }
    }
}

fn described(item: &Item) -> Value {
    let (info, defaults) = item;
    let params: Vec<Value> = info
        .params
        .iter()
        .map(|param| {
            let default = defaults.iter().find(|(name, _)| name == param.name).map_or("", |(_, value)| value);
            let origin = match param.origin {
                Origin::Paper => "paper",
                Origin::Practice => "practice",
            };
            json!({
                "name": param.name,
                "type": type_of(default),
                "default": default,
                "range": param.range,
                "origin": origin,
                "help": param.help,
            })
        })
        .collect();
    let paper = &info.paper;
    json!({
        "name": info.name,
        "aliases": info.aliases,
        "summary": info.summary,
        "family": info.family.name(),
        "year": paper.year,
        "params": params,
        "needs": {
            "next_use": info.needs.next_use,
            "sizes": info.needs.sizes,
            "ttl": info.needs.ttl,
            "victim": info.needs.victim,
            "keys": info.needs.keys,
            "chance": info.needs.chance,
        },
        "state": {
            "bytes_fixed": info.state.fixed,
            "bytes_per_object": info.state.per_object,
            "bytes_per_resident": info.state.per_resident,
            "bytes_per_ghost": info.state.per_ghost,
            "ghosts_per_resident": ghosts_per_resident(item),
        },
        "paper": {"authors": paper.authors, "title": paper.title, "venue": paper.venue, "year": paper.year, "url": paper.url},
    })
}

/// What a value may be, from how the default is written.
fn type_of(default: &str) -> &'static str {
    match default {
        "true" | "false" => "boolean",
        text if text.parse::<u64>().is_ok() => "integer",
        text if text.parse::<f64>().is_ok() => "number",
        _ => "word",
    }
}

/// An entry for each paper, in alphabetical order of their keys; papers that several share come once.
fn bibtex(items: &[Item]) -> String {
    let mut entries: BTreeMap<String, &Paper> = BTreeMap::new();
    for (info, _) in items {
        if !entries.values().any(|paper| paper.url == info.paper.url) {
            entries.insert(format!("{}{}", info.name, info.paper.year), &info.paper);
        }
    }
    let mut text = String::new();
    for (key, Paper { authors, title, venue, year, url }) in entries {
        let authors = authors.split(", ").collect::<Vec<_>>().join(" and ");
        // A volume and an issue tell a journal, a place of publication a book.
        let (kind, field) = match venue {
            venue if venue.contains('(') => ("article", "journal"),
            venue if venue.contains("Wiley") || venue.contains("Press") => ("book", "publisher"),
            _ => ("inproceedings", "booktitle"),
        };
        let _ = writeln!(
            text,
            "@{kind}{{{key},\n  author = {{{authors}}},\n  title = {{{{{title}}}}},\n  {field} = {{{venue}}},\n  year = {{{year}}},\n  url = {{{url}}},\n}}"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_whole_and_none_comes_twice() {
        let items: Vec<Item> = POLICIES.iter().map(|unit| (&unit.entry.info, unit.entry.defaults())).collect();
        let text = bibtex(&items);
        assert!(text.contains("author = {J. Yang and "), "{text}");
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        let urls: Vec<&str> = text.lines().filter(|line| line.starts_with("  url")).collect();
        let distinct: std::collections::BTreeSet<&&str> = urls.iter().collect();
        assert_eq!(urls.len(), distinct.len());
    }

    #[test]
    fn types_are_those_of_the_defaults() {
        assert_eq!(
            ["true", "3", "0.5", "1e-3", "paper"].map(type_of),
            ["boolean", "integer", "number", "number", "word"]
        );
    }
}
