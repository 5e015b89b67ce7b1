//! Timed scenarios as one page: what each asks, its rows, its figure, its file.

use super::{SECURITY, STYLES};
use crate::core::{Error, Result};
use crate::record::{Format, ScenarioTables, write_scenarios};
use crate::report::{self, Input, PlotOptions};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A scenario that was run.
#[derive(Debug, Clone)]
pub struct Ran<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it tests, and what to see.
    pub question: &'a str,
    /// The figure that shows it.
    pub figure: &'a str,
    /// Its file.
    pub text: &'a str,
    /// What came of it.
    pub tables: ScenarioTables,
}

/// The page. The same scenarios give the same bytes.
///
/// # Errors
/// A table cannot be written as text.
pub fn scenarios_page(title: &str, scenarios: &[Ran<'_>]) -> Result<String> {
    let sections: Result<Vec<Markup>> = scenarios.iter().map(section).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(SECURITY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("evictlab ", env!("CARGO_PKG_VERSION")));
                link rel="icon" href="data:,";
                title { (title) " – evictlab" }
                @for style in STYLES { style { (PreEscaped(style)) } }
                style { (PreEscaped(OWN_STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    h1 { (title) }
                    p { "Each scenario says what it tests and what to see; below are a row for each of its configurations, \
                         its figure, and its file, which can be changed and run again." }
                    nav { ul.contents {
                        @for scenario in scenarios { li { a href={ "#" (scenario.name) } { (scenario.name) } } }
                    } }
                }
                main #content { @for section in sections? { (section) } }
                footer { p { "Made by evictlab " (env!("CARGO_PKG_VERSION")) "." } }
            }
        }
    };
    Ok(page.into_string())
}

/// Figures as wide as the page, and no wider.
const OWN_STYLE: &str = "figure.scenario { margin: 1rem 0; } figure.scenario svg { max-width: 100%; height: auto; \
                         background: #fff; } pre.rows { overflow-x: auto; } ul.contents { columns: 14rem; }";

fn section(scenario: &Ran<'_>) -> Result<Markup> {
    let rows = &scenario.tables.rows;
    let mut table = Vec::new();
    let written = write_scenarios(rows, Format::Table, &mut table);
    written.map_err(|e| Error::failure(format!("cannot write the table of {}: {e}", scenario.name)))?;
    let table = String::from_utf8_lossy(&table).into_owned();
    // A figure that cannot be drawn of these results says so in its place.
    let figure = svg(scenario);
    Ok(html! {
        section id=(scenario.name) {
            h2 { (scenario.name) }
            @for paragraph in scenario.question.split("\n\n") { p { (paragraph) } }
            pre.rows { (table) }
            figure.scenario {
                @match figure {
                    Ok(svg) => (PreEscaped(svg)),
                    Err(error) => p.notice { "No figure: " (error.message()) },
                }
                figcaption { (scenario.name) ": " (scenario.figure.replace('-', " ")) }
            }
            details { summary { "Its file" } pre { (scenario.text) } }
        }
    })
}

/// The figure as an element of the page.
fn svg(scenario: &Ran<'_>) -> Result<String> {
    let ScenarioTables { rows: scenarios, series, latencies, .. } = &scenario.tables;
    let input = Input { scenarios, series, latencies, ..Input::default() };
    let text = report::draw(scenario.figure, &input, &PlotOptions::default())?.svg()?;
    // The declaration of a document has no place inside another.
    let begin = text.find("<svg").unwrap_or(0);
    Ok(text[begin..].to_owned())
}
