//! How to cite: the program, and the papers of the policies that were used.

use crate::policy::Paper;
use crate::record::Row;
use crate::registry;
use std::fmt::Write;

/// A paper, and the policies that come from it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    /// Names of the policies.
    pub(super) policies: Vec<&'static str>,
    /// Where they were published.
    pub(super) paper: Paper,
}

/// The papers of the policies in the rows, by first appearance. Policies that this version does not know have none.
pub(super) fn sources(rows: &[Row]) -> Vec<Source> {
    let mut seen: Vec<&str> = Vec::new();
    let mut sources: Vec<Source> = Vec::new();
    for row in rows {
        if seen.contains(&row.policy.as_str()) {
            continue;
        }
        seen.push(&row.policy);
        let Ok(unit) = registry::find(&row.policy) else { continue };
        match sources.iter_mut().find(|source| source.paper == unit.entry.info.paper) {
            Some(source) => source.policies.push(unit.entry.info.name),
            None => sources.push(Source { policies: vec![unit.entry.info.name], paper: unit.entry.info.paper }),
        }
    }
    sources
}

/// The versions of the program that made the rows, by first appearance.
pub(super) fn versions(rows: &[Row]) -> Vec<&str> {
    let mut versions: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| !row.version.is_empty()) {
        if !versions.contains(&row.version.as_str()) {
            versions.push(&row.version);
        }
    }
    versions
}

/// Everything as BibTeX: the program first.
pub(super) fn bibtex(rows: &[Row]) -> String {
    let versions = versions(rows);
    let version = if versions.is_empty() { env!("CARGO_PKG_VERSION").to_owned() } else { versions.join(", ") };
    let about = env!("CARGO_PKG_DESCRIPTION");
    let about = escape(about.split_once(':').map_or(about, |(begin, _)| begin));
    let mut text =
        format!("@misc{{evictlab,\n  title = {{{{evictlab}}: {about}}},\n  note  = {{Version {version}}}\n}}\n");
    for Source { policies, paper } in sources(rows) {
        let key = policies[0];
        // A string takes all that is written.
        let _ = write!(
            text,
            "\n@misc{{{key}-{year},\n  author       = {{{}}},\n  title        = {{{{{}}}}},\n  howpublished = {{{}}},\n  \
             year         = {{{year}}},\n  url          = {{{}}}\n}}\n",
            authors(paper.authors),
            escape(paper.title),
            escape(paper.venue),
            paper.url,
            year = paper.year,
        );
    }
    text
}

/// `A. One, B. Two and C. Three` with an `and` between all, as BibTeX wants it.
fn authors(names: &str) -> String {
    let names = names.split(" and ").flat_map(|part| part.split(", ")).map(|name| name.trim_matches([' ', ',']));
    names.filter(|name| !name.is_empty()).map(escape).collect::<Vec<_>>().join(" and ")
}

/// The characters that mean something to TeX.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '&' | '%' | '#' | '_' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::row;

    #[test]
    fn each_paper_is_there_once_with_all_its_authors() {
        let rows = [
            row("t", "sieve", 1, 0.5),
            row("t", "s3-fifo", 1, 0.5),
            row("t", "sieve", 2, 0.5),
            row("t", "own", 2, 0.5),
        ];
        let found = sources(&rows);
        assert_eq!(found.iter().map(|s| s.policies.clone()).collect::<Vec<_>>(), [["sieve"], ["s3-fifo"]]);
        let text = bibtex(&rows);
        assert_eq!(text.matches("@misc{").count(), 3, "{text}");
        assert!(text.contains("@misc{s3-fifo-2023"), "{text}");
        assert_eq!(text.matches('{').count(), text.matches('}').count(), "{text}");
    }

    #[test]
    fn authors_are_joined_as_bibtex_wants() {
        assert_eq!(authors("A. One, B. Two and C. Three"), "A. One and B. Two and C. Three");
        assert_eq!(authors("A. One, B. Two, and C. Three"), "A. One and B. Two and C. Three");
        assert_eq!(escape("R & D at 100 %"), "R \\& D at 100 \\%");
    }
}
