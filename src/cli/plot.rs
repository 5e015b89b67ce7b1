//! `evictlab plot`: charts from results files.

use super::Finish;
use super::output::{Target, say};
use super::results::{self, Content};
use crate::core::{Error, Result};
use crate::record::{AnalysisRow, CurveRow, Row, ScenarioTables, Status, Window};
use crate::report::{self, Drawing, FIGURES, Input, Needs, PlotOptions, SIZES, Selection, XAxis};
use crate::stats::Metric;
use clap::{Args as _, FromArgMatches, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab plot results/demo/results.csv\n  \
    evictlab plot curves.csv --x share --output curves.pdf\n  \
    evictlab plot a.csv b.csv --output curves.png --y miss-ratio --paper-size column\n  \
    evictlab plot analysis.csv --figure reuse-distance --output reuse.pdf\n  \
    evictlab plot results/demo --figure reduction-percentiles --capacity 1%,8% --output reduction.svg\n  \
    evictlab plot --list")]
pub(super) struct Args {
    /// What `evictlab run`, `curve`, `trace analyze` and `scenario run` write (.csv, .parquet), or folders of a sweep
    #[arg(required_unless_present = "list", value_name = "RESULTS")]
    results: Vec<PathBuf>,
    /// The picture: .svg, .png or .pdf. Repeat for several [default: the first results file with .svg, or the figure's name
    /// in its folder]
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Which figure; --list names them [default: that which fits the files]
    #[arg(long, value_name = "NAME")]
    figure: Option<String>,
    /// List the figures and what each is drawn from
    #[arg(long)]
    list: bool,
    /// What is measured [default: the figure's own choice]
    #[arg(long, value_enum, value_name = "METRIC")]
    y: Option<Y>,
    /// What the x axis shows [default: capacity, or what the windows were cut by]
    #[arg(long, value_enum, value_name = "AXIS")]
    x: Option<X>,
    /// Draw only these policies, as in lru,s3-fifo:small=0.1
    #[arg(long, value_name = "LIST")]
    policy: Vec<String>,
    /// Draw only traces whose name contains the text; repeat for several
    #[arg(long, value_name = "TEXT")]
    trace: Vec<String>,
    /// Draw only these capacities, as given or in numbers: 1%,1000
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    capacity: Vec<String>,
    /// The policy that others are compared with [default: fifo for reductions, none for a heat map]
    #[arg(long, value_name = "POLICY")]
    baseline: Option<String>,
    /// The two parameters of a heat map, rows first; capacity, policy and trace count as such [default: those that vary]
    #[arg(long, value_delimiter = ',', value_name = "ROWS,COLUMNS")]
    parameters: Vec<String>,
    /// Size of the figure: a paper's column or a slide
    #[arg(long, default_value = "slide", value_name = "SIZE")]
    paper_size: String,
    /// A line above the figure
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(clippy::enum_variant_names, reason = "the words on the command line")]
enum Y {
    /// Hits / requests
    HitRatio,
    /// Misses / requests
    MissRatio,
    /// Bytes hit / bytes requested
    ByteHitRatio,
    /// Bytes missed / bytes requested
    ByteMissRatio,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum X {
    /// Objects or bytes
    Capacity,
    /// Share of the objects or bytes of the trace
    Share,
    /// Time since the first request of the trace
    Time,
    /// Requests since the beginning of the trace
    Requests,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    if args.list {
        super::output::print(list().as_bytes())?;
        return Ok(Finish::Done);
    }
    let options = options(args)?;
    // What can be refused is refused before the work.
    let asked = args.figure.as_deref().map(report::figure).transpose()?;
    let first = &args.results[0];
    let name = asked.map_or("hit-ratio-curve", |figure| figure.name);
    let beside = if first.is_dir() { first.join(name) } else { first.clone() };
    let outputs = if args.output.is_empty() { vec![beside.with_extension("svg")] } else { args.output.clone() };
    outputs.iter().try_for_each(|path| drawable(path))?;
    let targets: Vec<Target> = outputs.iter().map(|path| Target::new(path, args.force)).collect::<Result<_>>()?;
    let found = read_all(&args.results)?;
    let figure = match asked {
        Some(figure) => figure,
        None => report::figure(found.own_figure())?,
    };
    found.check(figure)?;
    if let Some(note) = found.failed(figure.needs) {
        say(&note);
    }
    for note in results::unfinished(&args.results) {
        say(&format!("note: {note}"));
    }
    let ScenarioTables { rows: scenarios, series, latencies, .. } = &found.scenarios;
    let Found { rows, windows, curves, analyses, .. } = &found;
    let input = Input { rows, windows, curves, scenarios, series, latencies, analyses };
    let drawing = report::draw(figure.name, &input, &options)?;
    for note in drawing.notes() {
        say(&format!("note: {note}"));
    }
    for (path, target) in outputs.iter().zip(targets) {
        target.finish(&picture(path, &drawing)?)?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(Finish::Done)
}

fn list() -> String {
    let line =
        |figure: &&report::Figure| format!("{:<22} {:<17} {}\n", figure.name, figure.needs.describe(), figure.summary);
    let head = format!("{:<22} {:<17} {}\n", "figure", "drawn from", "what it shows");
    head + &FIGURES.iter().map(line).collect::<String>()
}

/// The options of a figure of a named size.
///
/// # Errors
/// No size has the name.
pub(super) fn options_of_size(name: &str) -> Result<PlotOptions> {
    let size = SIZES.iter().find(|size| size.name == name).ok_or_else(|| {
        let names: Vec<&str> = SIZES.iter().map(|size| size.name).collect();
        Error::usage(format!("no figure size is called '{name}'")).hint(format!("there are: {}", names.join(", ")))
    })?;
    Ok(PlotOptions::of(size))
}

fn options(args: &Args) -> Result<PlotOptions> {
    let size = options_of_size(&args.paper_size)?;
    let select =
        Selection { policies: args.policy.clone(), traces: args.trace.clone(), capacities: args.capacity.clone() };
    Ok(PlotOptions {
        title: args.title.clone(),
        x: args.x.map(|x| match x {
            X::Capacity => XAxis::Capacity,
            X::Share => XAxis::Share,
            X::Time => XAxis::Time,
            X::Requests => XAxis::Requests,
        }),
        y: args.y.map(|y| match y {
            Y::HitRatio => Metric::HitRatio,
            Y::MissRatio => Metric::MissRatio,
            Y::ByteHitRatio => Metric::ByteHitRatio,
            Y::ByteMissRatio => Metric::ByteMissRatio,
        }),
        baseline: args.baseline.clone(),
        parameters: args.parameters.clone(),
        select,
        ..size
    })
}

/// The options above by which a figure of a spec is drawn.
pub(super) const FIGURE_OPTIONS: [&str; 9] =
    ["policy", "trace", "capacity", "baseline", "parameters", "x", "y", "title", "paper-size"];

/// What `--name=value` for each of these would mean.
///
/// # Errors
/// A value that its option does not take.
pub(super) fn options_of(given: &[(String, Vec<String>)]) -> Result<PlotOptions> {
    let words = given.iter().flat_map(|(name, values)| values.iter().map(move |value| format!("--{name}={value}")));
    let line = ["plot", "results.csv"].map(String::from).into_iter().chain(words);
    let parsed = Args::augment_args(clap::Command::new("plot")).try_get_matches_from(line);
    let args = parsed.and_then(|matches| Args::from_arg_matches(&matches)).map_err(|e| {
        let text = e.to_string();
        let said = text.lines().next().unwrap_or_default();
        Error::usage(said.trim_start_matches("error: ").to_owned()).hint("evictlab plot --help lists the options")
    })?;
    options(&args)
}

/// The formats of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    /// Lines and texts, for the web and for papers
    Svg,
    /// Pixels
    Png,
    /// Lines and texts, with the font
    Pdf,
}

impl Picture {
    /// The ending of its files.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// What a file's ending stands for.
    fn of(path: &Path) -> Result<Self> {
        match path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase().as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            "pdf" => Ok(Self::Pdf),
            _ => Err(Error::usage(format!("cannot draw {}: unknown ending", path.display()))
                .hint("end the name with .svg, .png or .pdf")),
        }
    }
}

/// Can a picture be drawn into a file of this name?
///
/// # Errors
/// Its ending stands for no format.
pub(super) fn drawable(path: &Path) -> Result<()> {
    Picture::of(path).map(drop)
}

/// The drawing in the format that the file's ending stands for.
pub(super) fn picture(path: &Path, drawing: &Drawing) -> Result<Vec<u8>> {
    match Picture::of(path)? {
        Picture::Svg => Ok(drawing.svg()?.into_bytes()),
        Picture::Png => drawing.png(),
        Picture::Pdf => drawing.pdf(),
    }
}

/// What the files hold.
#[derive(Default)]
struct Found {
    rows: Vec<Row>,
    windows: Vec<Window>,
    /// The first file of windows.
    windows_file: Option<String>,
    curves: Vec<CurveRow>,
    scenarios: ScenarioTables,
    analyses: Vec<AnalysisRow>,
}

impl Found {
    /// The figure that shows most of it.
    fn own_figure(&self) -> &'static str {
        match () {
            () if !self.rows.is_empty() => "hit-ratio-curve",
            () if !self.curves.is_empty() => report::figure_of(&self.curves),
            () if !self.windows.is_empty() => "hit-ratio-over-time",
            () if !self.analyses.is_empty() => "popularity",
            () if !self.scenarios.rows.is_empty() => "defences",
            () if !self.scenarios.latencies.is_empty() => "latency-distribution",
            () if !self.scenarios.series.is_empty() => "origin-load-over-time",
            () => "hit-ratio-curve",
        }
    }

    /// What is to be said of failures before a figure that would show them.
    fn failed(&self, needs: Needs) -> Option<String> {
        let (cells, points) = (self.rows.iter().map(|row| row.status), self.curves.iter().map(|point| point.status));
        let count = |all: &mut dyn Iterator<Item = Status>| all.filter(|status| *status == Status::Failed).count();
        let (failed, what) = match needs {
            Needs::Windows => return None,
            Needs::Curves => (count(&mut { points }), "points"),
            Needs::ResultsOrCurves if self.rows.is_empty() => (count(&mut { points }), "points"),
            _ => (count(&mut { cells }), "cells"),
        };
        (failed > 0).then(|| format!("note: {failed} failed {what} are not drawn"))
    }

    /// Is there what the figure is drawn from?
    fn check(&self, figure: &report::Figure) -> Result<()> {
        match (figure.needs, &self.windows_file) {
            (Needs::Results | Needs::Times, _) if self.rows.is_empty() && !self.curves.is_empty() => {
                Err(Error::usage(format!("{} is drawn from {}, not from curves", figure.name, figure.needs.describe()))
                    .hint("hit-ratio-curve and curve-over-time are drawn from curves; evictlab run makes results"))
            }
            (Needs::Results | Needs::ResultsOrCurves | Needs::Times, Some(name))
                if self.rows.is_empty() && self.curves.is_empty() =>
            {
                Err(Error::failure(format!("{name}:1: these are windows, hit ratios over time, not results"))
                    .hint("name the results of the run (--output), not its windows (--windows-output)"))
            }
            (needs, _) if needs != Needs::Analyses && self.has_only_analyses() => {
                Err(Error::usage(format!("{} is drawn from {}, not from analyses", figure.name, needs.describe()))
                    .hint("evictlab plot --list names the figures that are drawn from analyses"))
            }
            _ => Ok(()),
        }
    }

    fn has_only_analyses(&self) -> bool {
        let ScenarioTables { rows, series, latencies, .. } = &self.scenarios;
        let others = self.rows.len() + self.windows.len() + self.curves.len();
        !self.analyses.is_empty() && others + rows.len() + series.len() + latencies.len() == 0
    }

    fn file(&mut self, path: &Path) -> Result<()> {
        match results::read_either(path)? {
            Content::Rows(rows) => self.rows.extend(rows),
            Content::Windows(windows) => {
                self.windows.extend(windows);
                self.windows_file.get_or_insert(path.display().to_string());
            }
            Content::Curves(curves) => self.curves.extend(curves),
            Content::Scenarios(tables) => self.scenarios.extend(tables),
            Content::Analyses(rows) => self.analyses.extend(rows),
        }
        Ok(())
    }
}

fn read_all(paths: &[PathBuf]) -> Result<Found> {
    let mut found = Found::default();
    for path in paths {
        if !path.is_dir() {
            found.file(path)?;
            continue;
        }
        let mut inside: Vec<PathBuf> = results::scenarios_in(path);
        inside.extend(results::curves_in(path));
        // A sweep of scenarios alone has results without rows.
        let results = results::results_in(path).filter(|file| inside.is_empty() || !results::is_empty(file));
        inside.extend(results.into_iter().chain(results::windows_in(path)));
        if inside.is_empty() {
            return Err(Error::failure(format!("{} holds no results.csv, curves.csv or windows.csv", path.display()))
                .hint("name a folder that a sweep or the demo wrote, or a results file"));
        }
        inside.iter().try_for_each(|file| found.file(file))?;
    }
    Ok(found)
}
