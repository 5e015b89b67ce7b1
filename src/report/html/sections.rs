//! The sections of the page, each a function; a section with nothing to say is not there.

use super::points::Points;
use super::statistics::Statistics;
use super::{Study, Table, cite, columns, provenance as manifest, summary};
use crate::core::quantity::show_count;
use crate::record::{COLUMNS, Row, Status};
use maud::{Markup, html};
use std::collections::HashMap;

/// Failures of one kind, and cells of them, that are listed one by one.
const MOST_FAILURES: usize = 200;

/// Title, question, facts and the ways into the page.
pub(super) fn head(study: &Study<'_>, points: &Points, charts: bool) -> Markup {
    let failed = study.rows.iter().any(|row| row.status == Status::Failed);
    let ways = [
        ("charts", "Charts", charts),
        ("summary", "Summary", true),
        ("results", "Results", true),
        ("failures", "Failures", failed),
        ("spec", "Spec", study.spec.is_some()),
        ("provenance", "Provenance", true),
        ("dictionary", "Columns", true),
        ("cite", "How to cite", true),
    ];
    html! {
        header {
            h1 { (study.title) }
            @if !study.question.is_empty() { p.question { (study.question) } }
            @if let Some(planned) = study.planned.filter(|planned| *planned > study.rows.len()) {
                p.notice { "Unfinished: " (show_count(study.rows.len() as u64)) " of " (show_count(planned as u64))
                    " cells of the plan are here. Charts and statistics are of these alone." }
            }
            dl.facts {
                @for (number, what) in summary::facts(study.rows, points) {
                    div .bad[what.starts_with("failed") && number != "0"] { dt { (what) } dd { (number) } }
                }
            }
            nav aria-label="Sections" {
                @for (id, name, _) in ways.iter().filter(|way| way.2) { a href={ "#" (id) } { (name) } }
            }
        }
    }
}

/// The places of the charts; the page's script fills them. Nothing where no cell finished.
pub(super) fn charts(points: &Points, over_time: bool, heat: bool) -> Option<Markup> {
    let several = points.panels.len() > 1 && points.series.iter().any(|s| matches!(s.policy.as_str(), "fifo" | "lru"));
    let timed = points.list.iter().any(|p| p.rate.is_some());
    let all = [
        (
            "curves",
            "Hit and miss ratio by cache size",
            "Each point is a replay of the whole trace, or the mean over seeds and repetitions.",
            true,
        ),
        (
            "spread",
            "Miss-ratio reduction over all traces",
            "Each point is a trace at a cache size: how much lower the miss ratio is than the baseline's, as a share of the larger \
             of the two (Yang et al., SOSP 2023). Right of 0 is better than the baseline. Boxes: quartiles and median.",
            several,
        ),
        ("heat", "Two parameters", "Seeds and repetitions are averaged.", heat),
        (
            "time",
            "Hit ratio over time",
            "The ratio within each window of requests, not since the beginning.",
            over_time,
        ),
        (
            "speed",
            "Hit ratio against speed",
            "Requests simulated per second on the machine of this study; cells that shared a pass share its time. The dotted line \
             joins the policies that no other beats in both.",
            timed,
        ),
    ];
    (!points.list.is_empty()).then(|| {
        html! {
            section #charts aria-labelledby="charts-title" {
                h2 #charts-title { "Charts" }
                p.muted { "Point at a mark or tap it for its numbers. Drag to zoom, or use the buttons above a chart; double-click to zoom out. "
                    "Click a policy in the legend to hide it, double-click it to see it alone." }
                @for (id, title, note, _) in all.iter().filter(|chart| chart.3) {
                    figure.chart #{ "chart-" (id) } {
                        figcaption { h3 { (title) } p { (note) } p.notes {} }
                        div.controls {}
                        div.plot role="group" aria-label=(title) {}
                    }
                }
            }
        }
    })
}

/// The best policies, and statistics over all traces.
pub(super) fn summary(points: &Points, statistics: &Statistics) -> Markup {
    let best = summary::best(points);
    html! {
        section #summary aria-labelledby="summary-title" {
            h2 #summary-title { "Summary" }
            @if let Some(best) = &best { (table(best)) } @else {
                p { "There are fewer than two policies to compare; the charts and the results say everything." }
            }
            @match statistics {
                Statistics::Tables(title, tables) if !tables.is_empty() => {
                    h3 { "Statistics over traces" }
                    p.muted { (title) ". Click a heading to sort." }
                    @for made in tables { (table(made)) }
                }
                Statistics::TooMany(series) => {
                    p.muted { "Statistics of " (show_count(*series as u64)) " series are too long for a page: "
                        code { "evictlab summary" } " computes them." }
                }
                Statistics::Tables(..) => {}
            }
        }
    }
}

/// A table in a box of its own, which scrolls where it is too wide.
fn table(table: &Table) -> Markup {
    let filled = |row: &Vec<String>, column: usize| row.get(column).is_some_and(|text| !text.is_empty());
    let number = |text: &str| {
        let plain: String = text.chars().filter(|c| !matches!(c, ',' | '%' | '<' | ' ' | '\u{2212}')).collect();
        plain == "-" || plain.parse::<f64>().is_ok()
    };
    let numeric: Vec<bool> = (0..table.head.len())
        .map(|c| {
            let mut texts = table.rows.iter().filter(|row| filled(row, c)).map(|row| row[c].as_str()).peekable();
            texts.peek().is_some() && texts.all(number)
        })
        .collect();
    html! {
        div.scroll.made tabindex="0" role="region" aria-label=(table.title) {
            table.sorted[table.rows.len() > 1] {
                caption { div { strong { (table.title) } @for note in &table.notes { p { (note) } } } }
                thead { tr { @for (name, numeric) in table.head.iter().zip(&numeric) { th scope="col" .number[*numeric] { (name) } } } }
                tbody { @for row in &table.rows {
                    tr { @for (c, numeric) in numeric.iter().enumerate() {
                        @let text = row.get(c).map_or("", String::as_str);
                        @if c == 0 { th scope="row" .number[*numeric] { (breakable(text)) } } @else { td .number[*numeric] { (text) } }
                    } }
                } }
            }
        }
    }
}

/// A name that may go on in the next line after a comma.
pub(super) fn breakable(text: &str) -> Markup {
    html! { @for part in text.split_inclusive(',') { (part) wbr; } }
}

/// The place of the table of all results; the page's script fills it.
pub(super) fn results(rows: &[Row]) -> Markup {
    html! {
        section #results aria-labelledby="results-title" {
            h2 #results-title { "Results" }
            p { (show_count(rows.len() as u64)) " rows, one for each cell. Click a heading to sort. Columns that are the same in all rows are listed below the table." }
            div #grid {}
        }
    }
}

/// The cells that failed, by what went wrong.
pub(super) fn failures(rows: &[Row]) -> Markup {
    let failed: Vec<&Row> = rows.iter().filter(|row| row.status == Status::Failed).collect();
    let mut kinds: Vec<(&str, Vec<&Row>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in &failed {
        let at = *places.entry(&row.error).or_insert_with(|| {
            kinds.push((&row.error, Vec::new()));
            kinds.len() - 1
        });
        kinds[at].1.push(row);
    }
    if failed.is_empty() {
        return html! {};
    }
    html! {
        section #failures aria-labelledby="failures-title" {
            h2 #failures-title { "Failures" }
            p { (show_count(failed.len() as u64)) " of " (show_count(rows.len() as u64)) " cells failed. They are in no chart and no mean." }
            @for (error, cells) in kinds.iter().take(MOST_FAILURES) {
                (failure(error, cells))
            }
            @if kinds.len() > MOST_FAILURES { p { (kinds.len() - MOST_FAILURES) " more kinds of failure are in the results." } }
        }
    }
}

fn failure(error: &str, cells: &[&Row]) -> Markup {
    let head = ["trace", "policy", "parameters", "cache size"].map(String::from).to_vec();
    let line = |row: &&Row| vec![row.trace.clone(), row.policy.clone(), row.params.clone(), row.capacity_given.clone()];
    let rows: Vec<Vec<String>> = cells.iter().take(MOST_FAILURES).map(line).collect();
    let more = cells.len() - rows.len();
    let notes =
        if more > 0 { vec![format!("{} more are in the results.", show_count(more as u64))] } else { Vec::new() };
    let title = if cells.len() == 1 { "1 cell".into() } else { format!("{} cells", show_count(cells.len() as u64)) };
    html! {
        p.error { (if error.is_empty() { "no reason was written down" } else { error }) }
        (table(&Table { title, notes, head, rows }))
    }
}

/// The spec, word for word.
pub(super) fn spec(spec: Option<&str>) -> Markup {
    let Some(text) = spec else { return html! {} };
    html! {
        section #spec aria-labelledby="spec-title" {
            h2 #spec-title { "Spec" }
            p { "The study can be run again from this text." }
            pre tabindex="0" { code { (text) } }
        }
    }
}

/// Where the results come from.
pub(super) fn provenance(study: &Study<'_>) -> Markup {
    let versions = cite::versions(study.rows);
    html! {
        section #provenance aria-labelledby="provenance-title" {
            h2 #provenance-title { "Provenance" }
            @if let Some(value) = study.manifest { (manifest::tree(value)) } @else {
                p { "The rows were made by evictlab "
                    @if versions.is_empty() { "of a version that they do not name" } @else { (versions.join(", ")) } "." }
            }
            @for (what, lost) in missing(study) { p.muted { "No " code { (what) } " in the folder: " (lost) "." } }
        }
    }
}

/// Files that a sweep writes and this folder lacks, and what is not known without them.
fn missing(study: &Study<'_>) -> Vec<(&'static str, &'static str)> {
    let lost = [
        ("manifest.json", "command, commit, machine and checksums are not known", study.manifest.is_none()),
        ("spec.toml", "the study cannot be run again from this page", study.spec.is_none()),
        ("timings.csv", "speeds are not known", study.rows.iter().all(|row| row.requests_per_second <= 0.0)),
    ];
    lost.into_iter().filter(|file| file.2).map(|(what, lost, _)| (what, lost)).collect()
}

/// What each column of the results means.
pub(super) fn dictionary(rows: &[Row]) -> Markup {
    let mut varied: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.parameters) {
        if !varied.contains(&name.as_str()) {
            varied.push(name);
        }
    }
    html! {
        section #dictionary aria-labelledby="dictionary-title" {
            h2 #dictionary-title { "Columns" }
            details {
                summary { "What each column of results.csv means" }
                div.scroll tabindex="0" role="region" aria-label="Columns" {
                    table {
                        thead { tr { th scope="col" { "column" } th scope="col" { "meaning" } } }
                        tbody {
                            @for column in COLUMNS { tr { th scope="row" { code { (column.name) } } td { (column.meaning) } } }
                            @for name in varied {
                                @let name = format!("parameter_{name}");
                                tr { th scope="row" { code { (name) } } td { (columns::meaning(&name)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How to cite the program and the policies.
pub(super) fn citation(rows: &[Row]) -> Markup {
    html! {
        section #cite aria-labelledby="cite-title" {
            h2 #cite-title { "How to cite" }
            p { "Cite the program with its version, and the papers of the policies:" }
            ul.papers {
                @for source in cite::sources(rows) {
                    li { strong { (source.policies.join(", ")) } ": " (source.paper.authors) ". " em { (source.paper.title) } ". "
                        (source.paper.venue) ", " (source.paper.year) ". " a href=(source.paper.url) rel="noreferrer" { (source.paper.url) } }
                }
            }
            details open {
                summary { "BibTeX" }
                pre tabindex="0" { code { (cite::bibtex(rows)) } }
            }
        }
    }
}
