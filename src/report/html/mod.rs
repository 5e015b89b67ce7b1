//! A study as one HTML page that needs no network: interactive charts, tables, the spec, provenance, how to cite.
//!
//! Rust groups, averages and compares; the page's scripts only choose and draw. The charting library comes out of its crate,
//! and a policy in the page forbids the browser to fetch anything.

mod cite;
mod columns;
mod heat;
mod library;
mod over_time;
mod points;
mod provenance;
mod scenarios;
mod sections;
mod statistics;
mod summary;

pub use scenarios::{Ran, scenarios_page};

use crate::core::Result;
use crate::record::{Row, Window};
use maud::{DOCTYPE, PreEscaped, html};
use points::Points;
use serde_json::{Value, json};

/// What the page is made of.
#[derive(Debug, Clone, Default)]
pub struct Study<'a> {
    /// Heading of the page.
    pub title: &'a str,
    /// What the study asks; empty for nothing.
    pub question: &'a str,
    /// The results, with their times where they are known. At least one.
    pub rows: &'a [Row],
    /// Hit ratios over time; may be empty.
    pub windows: &'a [Window],
    /// Cells of the plan, where there is one: more than rows are an unfinished sweep.
    pub planned: Option<usize>,
    /// The spec, word for word.
    pub spec: Option<&'a str>,
    /// The manifest: any JSON, shown as it is.
    pub manifest: Option<&'a Value>,
}

/// A table of words and numbers as they are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Table {
    /// Its caption.
    title: String,
    /// What it shows and how it was computed, a line each.
    notes: Vec<String>,
    /// Names of the columns.
    head: Vec<String>,
    /// One text for each column; shorter rows are filled up. Columns of numbers alone are set to the right.
    rows: Vec<Vec<String>>,
}

/// The browser may run what is in the page and fetch nothing. Charts become pictures to download through `blob:` and `data:`.
const SECURITY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; \
                        base-uri 'none'; form-action 'none'";

const STYLES: [&str; 2] = [include_str!("page.css"), include_str!("table.css")];

/// In the order in which they need each other.
const SCRIPTS: [&str; 10] = [
    include_str!("draw.js"),
    include_str!("points.js"),
    include_str!("curves.js"),
    include_str!("spread.js"),
    include_str!("heat.js"),
    include_str!("over_time.js"),
    include_str!("speed.js"),
    include_str!("grid.js"),
    include_str!("sort.js"),
    include_str!("page.js"),
];

/// The page. The same study gives the same bytes.
///
/// # Errors
/// A ratio that is none from 0 to 1, or two rows of one cell that disagree; the message names the row.
pub fn page(study: &Study<'_>) -> Result<String> {
    let points = points::collect(study.rows)?;
    let statistics = statistics::tables(study.rows, &points)?;
    let library = library::script()?;
    let over_time = over_time::json(study.rows, study.windows, &points);
    let heat = heat::json(study.rows);
    let charts = sections::charts(&points, over_time.is_some(), heat.is_some());
    let data = data(study.rows, &points, over_time.as_ref(), heat.as_ref());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(SECURITY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("evictlab ", env!("CARGO_PKG_VERSION")));
                // Without it browsers ask the server for one.
                link rel="icon" href="data:,";
                title { (study.title) " – evictlab" }
                @for style in STYLES { style { (PreEscaped(style)) } }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (sections::head(study, &points, charts.is_some()))
                main #content {
                    noscript { p.notice { "The charts and the table of results need JavaScript; everything else is readable without." } }
                    @if let Some(charts) = charts { (charts) }
                    (sections::summary(&points, &statistics))
                    (sections::results(study.rows))
                    (sections::failures(study.rows))
                    (sections::spec(study.spec))
                    (sections::provenance(study))
                    (sections::dictionary(study.rows))
                    (sections::citation(study.rows))
                }
                footer { p { "Made by evictlab " (env!("CARGO_PKG_VERSION")) ". Charts: plotly.js, MIT licence, in this file." } }
                script type="application/json" #data { (PreEscaped(data)) }
                script { (PreEscaped(library)) }
                @for script in SCRIPTS { script { (PreEscaped(script)) } }
            }
        }
    };
    Ok(page.into_string())
}

/// What the scripts read, safe inside a `<script>`: no `<` means no tag and no comment can begin or end in it.
fn data(rows: &[Row], points: &Points, over_time: Option<&Value>, heat: Option<&Value>) -> String {
    let mut data = points.json();
    data["time"] = json!(over_time);
    data["heat"] = json!(heat);
    data["rows"] = columns::encode(rows);
    data.to_string().replace('<', "\\u003c")
}
