//! `evictlab trace analyze`: what traces are like, in numbers and figures.

mod text;

use super::args::{OutputArgs, TraceArgs};
use super::output::{Target, print, say};
use super::plot::{Picture, options_of_size, picture};
use super::run::{encoded, same_place, target};
use super::trace::json;
use super::{Finish, progress};
use crate::analyze::Analysis;
use crate::core::quantity::{show_count, show_rate};
use crate::core::{Error, Result};
use crate::record::{AnalysisRow, Format, write_analyses};
use crate::replay::Source;
use crate::report::{self, FIGURES, Input, Needs, PlotOptions};
use crate::trace::{Columns, Trace};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab trace analyze accesses.csv.gz\n  \
    evictlab trace analyze cdn.csv --trace-format csv:time=1,id=2,size=3 --plots figures --plot-format svg,pdf\n  \
    evictlab trace analyze a.csv b.csv --output analysis.csv --quiet\n  \
    evictlab plot analysis.csv --figure reuse-distance --paper-size column --output reuse.pdf\n\n\
    Shares are of all requests. Reuse distances count the distinct objects since the last use, the object itself with \
    them, so that their cumulative share is the hit ratio of LRU. A scan is a run of at least 100 requests to new objects; \
    a loop one of at least 16 with the same reuse distance; a sequential run one of at least 16 with keys at equal \
    distances.\n\
    `evictlab dictionary trace-analysis.json` explains every number.")]
pub(super) struct Args {
    /// Trace files, as with --trace
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    traces: TraceArgs,
    /// Draw popularity, reuse distance, reuse time, sizes, request rate and working set into this folder
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// As which files, as in svg,pdf
    #[arg(long, value_enum, value_delimiter = ',', default_value = "svg", requires = "plots", value_name = "LIST")]
    plot_format: Vec<Picture>,
    /// Size of the figures: a paper's column or a slide
    #[arg(long, default_value = "slide", requires = "plots", value_name = "SIZE")]
    paper_size: String,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let mut traces = args.traces.clone();
    traces.traces.splice(0..0, args.files.iter().cloned());
    let sources = traces.sources()?;
    // What can be refused is refused before the work.
    if let Some(path) = &args.output.output
        && sources.iter().any(|source| matches!(source, Source::File(trace) if same_place(path, trace)))
    {
        return Err(
            Error::usage(format!("{} is a trace of this analysis", path.display())).hint("write to another file")
        );
    }
    let file = target(args.output.output.as_deref(), args.output.force)?;
    let options = options_of_size(&args.paper_size)?;
    let places = args.plots.as_deref().map(|folder| places(folder, args)).transpose()?;
    let mut found = Vec::new();
    for source in &sources {
        found.push(analyse(&traces.open(source, Columns::ALL, &args.output)?, &args.output));
    }
    let wrote_file = file.is_some();
    if let (Some((target, format)), Some(path)) = (file, &args.output.output) {
        target.finish(&encode(&found, format)?)?;
        wrote(path, &args.output);
    }
    if let Some(places) = places {
        draw(&found, places, &options, &args.output)?;
    }
    let format = args.output.stdout_format();
    if !(wrote_file && args.output.quiet && format == Format::Table) {
        print(&encode(&found, format)?)?;
    }
    Ok(Finish::Done)
}

/// Analyses a trace and says how long it took.
fn analyse(trace: &Trace, output: &OutputArgs) -> Analysis {
    let bar = progress::bar(output, trace.requests() as u64, "analysing", "requests");
    let begun = Instant::now();
    let found = Analysis::of(trace, &|done| bar.inc(done));
    let seconds = begun.elapsed().as_secs_f64();
    bar.finish_and_clear();
    if !output.quiet {
        let rate = show_rate(trace.requests() as f64 / seconds.max(1e-9));
        let requests = show_count(trace.requests() as u64);
        say(&format!("{}: analysed {requests} requests in {seconds:.2} s ({rate})", trace.name));
    }
    found
}

fn rows(found: &[Analysis]) -> Result<Vec<AnalysisRow>> {
    Ok(found.iter().map(Analysis::rows).collect::<Result<Vec<_>>>()?.concat())
}

fn encode(found: &[Analysis], format: Format) -> Result<Vec<u8>> {
    match (format, found) {
        (Format::Table, _) => Ok(found.iter().map(text::described).collect::<Vec<_>>().join("\n").into_bytes()),
        (Format::Json, [one]) => json(one),
        (Format::Json, all) => json(&all),
        (Format::Jsonl, all) => encoded(|out| {
            all.iter().try_for_each(|analysis| {
                serde_json::to_writer(&mut *out, analysis)?;
                out.write_all(b"\n")
            })
        }),
        (Format::Csv | Format::Parquet, all) => {
            let rows = rows(all)?;
            encoded(|out| write_analyses(&rows, format, out))
        }
    }
}

fn wrote(path: &Path, output: &OutputArgs) {
    if !output.quiet {
        say(&format!("wrote {}", path.display()));
    }
}

/// The files of a figure.
type Place = (&'static str, Vec<(PathBuf, Target)>);

/// The files of all figures, in a folder that is made if need be.
fn places(folder: &Path, args: &Args) -> Result<Vec<Place>> {
    std::fs::create_dir_all(folder).map_err(|e| {
        Error::failure(format!("cannot make the folder {}: {}", folder.display(), super::output::reason(&e)))
            .hint("name a folder that exists or that you may make: --plots FOLDER")
    })?;
    let mut formats: Vec<Picture> = Vec::new();
    for &format in &args.plot_format {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let file = |name: &str, format: &Picture| {
        let path = folder.join(format!("{name}.{}", format.ending()));
        Target::new(&path, args.output.force).map(|target| (path, target))
    };
    let figures = FIGURES.iter().filter(|figure| figure.needs == Needs::Analyses).map(|figure| figure.name);
    figures.map(|name| Ok((name, formats.iter().map(|format| file(name, format)).collect::<Result<_>>()?))).collect()
}

/// Draws the figures. One that no trace has the numbers for is said, not fatal.
fn draw(found: &[Analysis], places: Vec<Place>, options: &PlotOptions, output: &OutputArgs) -> Result<()> {
    let rows = rows(found)?;
    let note = |text: &str| {
        if !output.quiet {
            say(&format!("note: {text}"));
        }
    };
    for (name, files) in places {
        match report::draw(name, &Input { analyses: &rows, ..Input::default() }, options) {
            Ok(drawing) => {
                drawing.notes().iter().for_each(|text| note(&format!("{name}: {text}")));
                for (path, target) in files {
                    target.finish(&picture(&path, &drawing)?)?;
                    wrote(&path, output);
                }
            }
            // The message without its hint, which says how to get here.
            Err(error) => {
                let why = error.message().trim_start_matches("nothing to draw: ");
                note(&format!("{name} is not drawn: {why}"));
            }
        }
    }
    Ok(())
}
