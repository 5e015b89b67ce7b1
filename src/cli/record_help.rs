//! `evictlab trace record-help`: how to record a trace of one's own, as `traces/README.md` tells it.

use super::Finish;
use super::output::print;
use crate::core::{Error, Result};
use clap::Args;

const PAGE: &str = include_str!("../../traces/README.md");
const SECTION: &str = "## Record your own\n";

#[derive(Debug, Args)]
pub(super) struct RecordHelp {
    /// What to record: redis, memcached, nginx, files, block, jvm or python [default: all]
    #[arg(value_name = "WHAT")]
    what: Option<String>,
}

pub(super) fn main(args: &RecordHelp) -> Result<Finish> {
    let section = section();
    let text = match &args.what {
        None => section.to_owned(),
        Some(what) => recipe(section, what)?,
    };
    let scripts = "Scripts under record/ are in the project's folder traces/, with this page (README.md).\n";
    print(format!("{}\n\n{scripts}", text.trim_end()).as_bytes())?;
    Ok(Finish::Done)
}

/// The part of the page about recording.
fn section() -> &'static str {
    let start = PAGE.find(SECTION).unwrap_or(0);
    let rest = &PAGE[start..];
    let end = rest.get(SECTION.len()..).and_then(|rest| rest.find("\n## ")).map_or(rest.len(), |at| at + SECTION.len());
    &rest[..end]
}

/// The recipes: heading and text.
fn recipes(section: &str) -> impl Iterator<Item = (&str, &str)> {
    section.split("\n### ").skip(1).map(|recipe| recipe.split_once('\n').unwrap_or((recipe, "")))
}

fn recipe(section: &str, what: &str) -> Result<String> {
    let wanted = what.to_lowercase();
    let found: Vec<String> = recipes(section)
        .filter(|(heading, _)| heading.to_lowercase().contains(&wanted))
        .map(|(heading, text)| format!("### {heading}\n{}\n", text.trim_end()))
        .collect();
    if found.is_empty() {
        let known: Vec<&str> = recipes(section).map(|(heading, _)| heading).collect();
        return Err(Error::usage(format!("there is no recipe for '{what}'"))
            .hint(format!("there is one for: {}", known.join("; "))));
    }
    Ok(found.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_recipe_for_each_that_the_help_names() {
        let headings: Vec<&str> = recipes(section()).map(|(heading, _)| heading).collect();
        assert_eq!(headings.len(), 7, "{headings:?}");
        for what in ["redis", "memcached", "nginx", "files", "block", "jvm", "python"] {
            let text = recipe(section(), what).unwrap();
            assert!(text.starts_with("### ") && text.contains("ormat `"), "{what}: {text}");
        }
        assert!(!section().contains("Public datasets"));
        assert!(recipe(section(), "fax").unwrap_err().to_string().contains("memcached"));
    }
}
