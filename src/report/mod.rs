//! Layer 8: result rows to figures, as SVG, PNG and PDF bytes.
//!
//! A figure is one file with a [`Figure`] and two lines here. It turns rows into a scene (strokes, markers and texts in
//! pixels); painting a scene is the same for all. The font comes with the program, so no machine needs one. Nothing here
//! opens a file.

mod analysis;
mod axis;
mod cache_sizes;
mod color_bar;
mod colormap;
mod curve_rows;
mod curves;
mod dataset_bars;
mod font;
mod heat_map;
mod hit_ratio_curve;
mod hit_ratio_over_time;
pub mod html;
mod labels;
mod layout;
mod miss_ratio_curve;
mod options;
mod paint;
mod pdf;
mod pen;
mod reduction_percentiles;
mod reductions;
mod scenarios;
mod scene;
mod select;
mod series;
mod shapes;
mod speed;
mod sweep_grid;
mod sweep_values;
pub mod theme;
mod thin;
mod timeline;

pub use curve_rows::figure_of;
pub use options::{PlotOptions, XAxis};
use select::Chosen;
pub use select::Selection;
pub use theme::SIZES;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use crate::core::{Error, Result, error::closest};
use crate::record::{AnalysisRow, CurveRow, LatencyRow, Row, ScenarioRow, SeriesRow, Window};
use crate::stats::Metric;
use scene::Scene;

/// All figures.
pub static FIGURES: &[&Figure] = &[
    &hit_ratio_curve::FIGURE,
    &miss_ratio_curve::FIGURE,
    &reduction_percentiles::FIGURE,
    &dataset_bars::FIGURE,
    &heat_map::FIGURE,
    &hit_ratio_over_time::FIGURE,
    &curve_rows::OVER_TIME,
    &speed::FIGURE,
    &scenarios::ORIGIN_LOAD_OVER_TIME,
    &scenarios::LATENCY_DISTRIBUTION,
    &scenarios::STALENESS,
    &scenarios::DEFENCES,
    &analysis::POPULARITY,
    &analysis::REUSE_DISTANCE,
    &analysis::REUSE_TIME,
    &analysis::OBJECT_SIZES,
    &analysis::REQUEST_RATE,
    &analysis::WORKING_SET,
];

/// A kind of figure.
pub struct Figure {
    /// What the user writes.
    pub name: &'static str,
    /// One line for the help.
    pub summary: &'static str,
    /// What it is drawn from.
    pub needs: Needs,
    draw: fn(&Input<'_>, &PlotOptions) -> Result<Scene>,
}

/// What a figure is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Result rows.
    Results,
    /// Result rows, or rows of curves.
    ResultsOrCurves,
    /// Rows of curves.
    Curves,
    /// Result rows with the columns of times, which a sweep keeps in a file of their own.
    Times,
    /// Windows: hit ratios over time.
    Windows,
    /// Result rows of timed scenarios.
    Scenarios,
    /// Time series of scenarios.
    Series,
    /// Latencies of scenarios.
    Latencies,
    /// Result rows of scenarios, or their time series.
    ScenariosOrSeries,
    /// Rows of analyses of traces.
    Analyses,
}

impl Needs {
    /// In words, for a list.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::ResultsOrCurves => "results, curves",
            Self::Curves => "curves",
            Self::Times => "results, times",
            Self::Windows => "windows",
            Self::Scenarios => "scenarios",
            Self::Series => "series",
            Self::Latencies => "latencies",
            Self::ScenariosOrSeries => "scenarios, series",
            Self::Analyses => "analyses",
        }
    }

    /// Is it a figure of timed scenarios, rather than of replays?
    pub fn of_scenarios(self) -> bool {
        match self {
            Self::Results | Self::ResultsOrCurves | Self::Curves | Self::Times | Self::Windows | Self::Analyses => {
                false
            }
            Self::Scenarios | Self::Series | Self::Latencies | Self::ScenariosOrSeries => true,
        }
    }

    /// Is nothing of it there?
    fn missing(self, input: &Input<'_>) -> bool {
        match self {
            Self::Results | Self::Times => input.rows.is_empty(),
            Self::ResultsOrCurves => input.rows.is_empty() && input.curves.is_empty(),
            Self::Curves => input.curves.is_empty(),
            Self::Windows => input.windows.is_empty(),
            Self::Scenarios => input.scenarios.is_empty(),
            Self::Series => input.series.is_empty(),
            Self::Latencies => input.latencies.is_empty(),
            Self::ScenariosOrSeries => input.scenarios.is_empty() && input.series.is_empty(),
            Self::Analyses => input.analyses.is_empty(),
        }
    }
}

/// What there is to draw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// Result rows, their times joined to them where there are any.
    pub rows: &'a [Row],
    /// Hit ratios over time; may be empty.
    pub windows: &'a [Window],
    /// Hit-ratio curves.
    pub curves: &'a [CurveRow],
    /// Results of timed scenarios.
    pub scenarios: &'a [ScenarioRow],
    /// Their time series.
    pub series: &'a [SeriesRow],
    /// Their latencies.
    pub latencies: &'a [LatencyRow],
    /// What traces are like.
    pub analyses: &'a [AnalysisRow],
}

/// A drawn figure, which is written in one format or another.
#[derive(Debug, Clone)]
pub struct Drawing {
    scene: Scene,
    scale: f64,
}

impl Drawing {
    /// What the reader of the figure should know and cannot see in it, a sentence each: what was left out, what to choose.
    pub fn notes(&self) -> &[String] {
        &self.scene.notes
    }

    /// As an SVG document.
    ///
    /// # Errors
    /// The painter's.
    pub fn svg(&self) -> Result<String> {
        paint::svg(&self.scene)
    }

    /// As a PNG file: RGB, [`PlotOptions::scale`] pixels per pixel, with its resolution written into it.
    ///
    /// # Errors
    /// More than 40 million pixels, or the painter's.
    pub fn png(&self) -> Result<Vec<u8>> {
        paint::png(&self.scene, self.scale)
    }

    /// As a PDF file of one page, 72 points for 96 pixels, with the font embedded.
    ///
    /// # Errors
    /// More than 19,200 pixels in a direction.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        pdf::pdf(&self.scene)
    }
}

/// Draws the figure of that name. The same input gives the same drawing, and the same bytes of it.
///
/// # Errors
/// There is no such figure; it needs what is not there; nothing is left to draw; a number cannot be drawn (the message names
/// its row), or the size is out of range.
pub fn draw(name: &str, input: &Input<'_>, options: &PlotOptions) -> Result<Drawing> {
    let figure = figure(name)?;
    options.check()?;
    let choosing = !options.select.is_empty();
    if choosing && figure.needs.of_scenarios() {
        return Err(Error::usage(format!("{name}: scenarios have no policies, traces and capacities to choose from"))
            .hint("run the scenario with fewer values: evictlab scenario run NAME --set key=value"));
    }
    let of_traces = figure.needs == Needs::Analyses;
    let chosen = if choosing && !of_traces { Some(options.select.apply(input)?) } else { None };
    let traces = if choosing && of_traces { Some(options.select.apply_to_traces(name, input.analyses)?) } else { None };
    let input =
        chosen.as_ref().map_or(*input, |Chosen { rows, windows, curves }| Input { rows, windows, curves, ..*input });
    let input = traces.as_ref().map_or(input, |analyses| Input { analyses, ..input });
    if figure.needs.missing(&input) {
        return Err(nothing(figure));
    }
    let scene = (figure.draw)(&input, options)?;
    Ok(Drawing { scene, scale: options.scale })
}

fn nothing(figure: &Figure) -> Error {
    let name = figure.name;
    match figure.needs {
        Needs::Windows => Error::failure(format!("no windows to draw: {name} shows hit ratios over time"))
            .hint("make some: evictlab run ... --window 1e5 --windows-output over-time.csv"),
        Needs::Scenarios | Needs::Series | Needs::Latencies | Needs::ScenariosOrSeries => Error::failure(format!(
            "{name} is drawn from {} of timed scenarios, and there are none",
            figure.needs.describe()
        ))
        .hint("run one: evictlab scenario run stampede"),
        Needs::Curves => Error::failure(format!("{name} is drawn from curves, and there are none"))
            .hint("make some: evictlab curve ... --window 1e5 --output curves.csv"),
        Needs::Analyses => Error::failure(format!("{name} is drawn from analyses of traces, and there are none"))
            .hint("make one: evictlab trace analyze accesses.csv --output analysis.csv"),
        Needs::Results | Needs::ResultsOrCurves | Needs::Times => {
            Error::failure("no rows to draw").hint("run something first: evictlab demo")
        }
    }
}

/// Why there is nothing to draw although there are rows.
fn unfinished(rows: &[Row]) -> Error {
    all_failed(rows.len(), rows.first().map_or("", |row| row.error.as_str()))
}

/// As [`unfinished`], of any rows.
fn all_failed(rows: usize, first: &str) -> Error {
    Error::failure(format!("nothing to draw: all {rows} rows failed"))
        .hint(format!("the column 'error' says why; the first one is '{first}'"))
}

/// The title of an axis that shows a ratio in percent.
fn y_title(metric: Metric) -> String {
    let name = metric.name();
    format!("{}{} (%)", name[..1].to_uppercase(), &name[1..])
}

/// More series than this in a panel are hard to tell apart.
const SERIES_MOST: usize = 12;

/// Notes that a panel has more series than a reader can follow.
fn crowded(scene: &mut Scene, series: usize) {
    if series > SERIES_MOST {
        scene.notes.push(format!("{series} series in a panel are hard to tell apart; choose some with --policy"));
    }
}

/// The figure of that name.
///
/// # Errors
/// There is none; the hint names the closest or all.
pub fn figure(name: &str) -> Result<&'static Figure> {
    let names = || FIGURES.iter().map(|figure| figure.name);
    FIGURES.iter().find(|figure| figure.name == name).copied().ok_or_else(|| {
        Error::usage(format!("no figure '{name}'")).hint(match closest(name, names()) {
            Some(known) => format!("did you mean '{known}'?"),
            None => format!("figures are: {}", names().collect::<Vec<_>>().join(", ")),
        })
    })
}
