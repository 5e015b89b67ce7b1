//! `evictlab scenario run`: every configuration of a scenario, in parallel.

use super::named;
use crate::cli::args::OutputArgs;
use crate::cli::output::{Target, format_of, print, say};
use crate::cli::plot::picture;
use crate::cli::run::{encoded, pool};
use crate::cli::{Finish, interrupt, progress};
use crate::core::error::one_line;
use crate::core::{Error, Result};
use crate::record::{
    Format, ScenarioOutcome, ScenarioRow, ScenarioTables, Status, write_latencies, write_levels, write_scenarios,
    write_series,
};
use crate::report::html::{Ran, scenarios_page};
use crate::report::{self, PlotOptions};
use crate::scenario::{Configuration, Scenario, failed, open_trace, run};
use crate::trace::Trace;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab scenario run stampede --set rate=100 --plot defences.svg\n  \
    evictlab scenario run stampede --set defence=none,xfetch --set ttl=1min --set duration=2h --format csv\n  \
    evictlab scenario run two-level --set level.l1.policy=lru,s3-fifo --series over-time.csv\n  \
    evictlab scenario show stampede > mine.toml && evictlab scenario run mine.toml\n\n\
    A value with commas stands for each of its parts in turn: a row for every combination.")]
pub(in crate::cli) struct Args {
    /// A scenario of the program, a file of your own (.toml), or `all`
    name: String,
    /// Set a key: by its short name (evictlab scenario list) or its path in the file (level.cache.ttl)
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// Seed of all random choices [default: the scenario's, or 42]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Write the time series to a file
    #[arg(long, value_name = "FILE")]
    series: Option<PathBuf>,
    /// Write what each level of caches did to a file
    #[arg(long, value_name = "FILE")]
    levels: Option<PathBuf>,
    /// Write the distribution of latencies to a file
    #[arg(long, value_name = "FILE")]
    latencies: Option<PathBuf>,
    /// Write everything as one page: questions, rows, figures, files [default with `all`: results/scenarios.html]
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Draw the figure: .svg, .png or .pdf
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Which figure; evictlab plot --list names them [default: the scenario's own]
    #[arg(long, value_name = "NAME")]
    figure: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let mut scenarios = named(&args.name)?;
    for scenario in &mut scenarios {
        set(scenario, args)?;
    }
    let figure = figure(&scenarios, args)?;
    let (mut configurations, mut ends) = (Vec::new(), Vec::new());
    for scenario in &scenarios {
        configurations.extend(scenario.configurations()?);
        ends.push(configurations.len());
    }
    let files = Files::new(args)?;
    let page_file = page_target(args)?;
    let pool = pool(args.threads)?;
    let folder = Path::new(&args.name).parent().unwrap_or(Path::new("")).to_owned();
    let outcomes = pool.install(|| run_all(&configurations, &folder, &args.output))?;
    let done = outcomes.iter().flatten().count();
    if let Some((target, path)) = page_file {
        let page = page(&scenarios, &ends, &outcomes)?;
        target.finish(page.as_bytes())?;
        if !args.output.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    let tables: ScenarioTables = outcomes.into_iter().flatten().collect();
    files.write(&tables, figure.as_deref(), args)?;
    let format = args.output.stdout_format();
    if !(args.output.output.is_some() && args.output.quiet && format == Format::Table) {
        print(&encoded(|out| write_scenarios(&tables.rows, format, out))?)?;
    }
    say_what_went_wrong(&tables.rows, args);
    if interrupt::flag().load(Ordering::Relaxed) && done < configurations.len() {
        return Ok(Finish::Interrupted);
    }
    let some_failed = tables.rows.iter().any(|row| row.status == Status::Failed);
    Ok(if some_failed { Finish::SomeFailed } else { Finish::Done })
}

/// Sets the keys that the command line names.
fn set(scenario: &mut Scenario, args: &Args) -> Result<()> {
    for pair in &args.set {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Error::usage(format!("--set {pair}: no value")).hint("write --set key=value, as in --set ttl=1min")
        })?;
        scenario.set(key.trim(), value)?;
    }
    if let Some(seed) = args.seed {
        scenario.set("seed", &seed.to_string())?;
    }
    Ok(())
}

/// Where the page goes, if one is to be written.
fn page_target(args: &Args) -> Result<Option<(Target, PathBuf)>> {
    let path = match &args.report {
        Some(path) => path.clone(),
        None if args.name == "all" => PathBuf::from("results/scenarios.html"),
        None => return Ok(None),
    };
    if args.report.is_none() {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| {
            Error::failure(format!("cannot make {}: {e}", folder.display())).hint("name a file: --report FILE.html")
        })?;
    }
    Ok(Some((Target::new(&path, args.output.force)?, path)))
}

/// The page of these scenarios; the configurations of each end where `ends` says.
fn page(scenarios: &[Scenario], ends: &[usize], outcomes: &[Option<ScenarioOutcome>]) -> Result<String> {
    let mut begin = 0;
    let mut ran = Vec::new();
    for (scenario, &end) in scenarios.iter().zip(ends) {
        let own = outcomes[begin..end].iter().flatten().cloned();
        ran.push(Ran {
            name: &scenario.name,
            question: &scenario.question,
            figure: scenario.figure.as_deref().unwrap_or(FIGURE),
            text: &scenario.text,
            tables: own.collect(),
        });
        begin = end;
    }
    let title = if let [one] = scenarios { format!("Scenario {}", one.name) } else { "Scenarios".to_owned() };
    scenarios_page(&title, &ran)
}

/// The figure of scenarios that name none.
const FIGURE: &str = "origin-load-over-time";

/// The figure that is to be drawn, if one is.
fn figure(scenarios: &[Scenario], args: &Args) -> Result<Option<String>> {
    if args.plot.is_none() {
        return match &args.figure {
            Some(name) => {
                Err(Error::usage(format!("--figure {name} without --plot")).hint("say where: --plot FILE.svg"))
            }
            None => Ok(None),
        };
    }
    let own = scenarios.first().and_then(|scenario| scenario.figure.clone());
    let name = args.figure.clone().or(own).unwrap_or_else(|| FIGURE.to_owned());
    report::figure(&name)?;
    Ok(Some(name))
}

/// Runs every configuration; those after an interruption are left out.
fn run_all(
    configurations: &[Configuration],
    folder: &Path,
    output: &OutputArgs,
) -> Result<Vec<Option<ScenarioOutcome>>> {
    let mut traces: HashMap<(String, Option<String>), Arc<Trace>> = HashMap::new();
    for configuration in configurations {
        if let Some((name, format)) = configuration.trace() {
            let key = (name.to_owned(), format.map(str::to_owned));
            if !traces.contains_key(&key)
                && let Some(trace) = open_trace(configuration, folder)?
            {
                traces.insert(key, trace);
            }
        }
    }
    let bar = progress::bar(output, configurations.len() as u64, "running", "configurations");
    let stop = interrupt::flag();
    let one = |configuration: &Configuration| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let key = configuration.trace().map(|(name, format)| (name.to_owned(), format.map(str::to_owned)));
        let trace = key.and_then(|key| traces.get(&key));
        let outcome = run(configuration, trace).unwrap_or_else(|error| failed(configuration, &error));
        bar.inc(1);
        Some(outcome)
    };
    let outcomes = configurations.par_iter().with_max_len(1).map(one).collect();
    bar.finish_and_clear();
    Ok(outcomes)
}

/// The files that are to be written, known to be writable before the work.
struct Files {
    rows: Option<(Target, Format)>,
    levels: Option<(Target, Format)>,
    series: Option<(Target, Format)>,
    latencies: Option<(Target, Format)>,
    plot: Option<(Target, PathBuf)>,
}

impl Files {
    fn new(args: &Args) -> Result<Self> {
        let force = args.output.force;
        let table = |path: &Option<PathBuf>| {
            let made = path.as_deref().map(|path| Ok((Target::new(path, force)?, format_of(path)?)));
            made.transpose()
        };
        let plot = args.plot.as_ref().map(|path| Ok((Target::new(path, force)?, path.clone())));
        Ok(Self {
            rows: table(&args.output.output)?,
            levels: table(&args.levels)?,
            series: table(&args.series)?,
            latencies: table(&args.latencies)?,
            plot: plot.transpose()?,
        })
    }

    fn write(self, tables: &ScenarioTables, figure: Option<&str>, args: &Args) -> Result<()> {
        let ScenarioTables { rows, levels, series, latencies } = tables;
        if let Some((target, format)) = self.rows {
            target.finish(&encoded(|out| write_scenarios(rows, format, out))?)?;
        }
        if let Some((target, format)) = self.levels {
            target.finish(&encoded(|out| write_levels(levels, format, out))?)?;
        }
        if let Some((target, format)) = self.series {
            target.finish(&encoded(|out| write_series(series, format, out))?)?;
        }
        if let Some((target, format)) = self.latencies {
            target.finish(&encoded(|out| write_latencies(latencies, format, out))?)?;
        }
        if let (Some((target, path)), Some(figure)) = (self.plot, figure) {
            let input = report::Input { scenarios: rows, series, latencies, ..report::Input::default() };
            let drawing = report::draw(figure, &input, &PlotOptions::default())?;
            target.finish(&picture(&path, &drawing)?)?;
            if !args.output.quiet {
                drawing.notes().iter().for_each(|note| say(&format!("note: {note}")));
            }
        }
        let written = [&args.output.output, &args.levels, &args.series, &args.latencies, &args.plot];
        for path in written.into_iter().flatten().filter(|_| !args.output.quiet) {
            say(&format!("wrote {}", path.display()));
        }
        Ok(())
    }
}

fn say_what_went_wrong(rows: &[ScenarioRow], args: &Args) {
    for row in rows.iter().filter(|row| row.status == Status::Failed) {
        say(&format!("error: {} {}: {}", row.scenario, row.configuration(), one_line(&row.error)));
    }
    let diverged = rows.iter().filter(|row| row.diverged).count();
    if diverged > 0 && !args.output.quiet {
        say(&format!(
            "note: {diverged} configurations diverged: more requests were under way than 'most_in_flight' allows, because \
             the origin cannot keep up; bound its queue, or lower the rate"
        ));
    }
}
