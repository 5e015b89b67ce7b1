//! `evictlab plot`: charts from results files.

use super::Finish;
use super::output::{Target, reason, say};
use crate::core::{Error, Result};
use crate::record::{Row, Status, read_rows};
use crate::report::{self, FIGURES, PlotOptions, SIZES, XAxis, YMetric};
use clap::ValueEnum;
use std::fs::File;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab plot results/demo/results.csv\n  \
    evictlab plot a.csv b.csv --output curves.png --y miss-ratio --paper-size column")]
pub(super) struct Args {
    /// Results as `evictlab run --output` writes them: .csv, or .parquet
    #[arg(required_unless_present = "list", value_name = "RESULTS.csv")]
    results: Vec<PathBuf>,
    /// The picture: .svg or .png. Repeat for both [default: the first results file with .svg]
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Which figure
    #[arg(long, default_value = "hit-ratio-curve", value_name = "NAME")]
    figure: String,
    /// List the figures
    #[arg(long)]
    list: bool,
    /// What the y axis shows
    #[arg(long, value_enum, default_value_t = Y::HitRatio, value_name = "METRIC")]
    y: Y,
    /// What the x axis shows
    #[arg(long, value_enum, default_value_t = X::Capacity, value_name = "AXIS")]
    x: X,
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
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum X {
    /// Objects or bytes
    Capacity,
    /// Share of the objects or bytes of the trace
    Share,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    if args.list {
        let lines: Vec<String> =
            FIGURES.iter().map(|figure| format!("{:<18} {}\n", figure.name, figure.summary)).collect();
        super::output::print(lines.concat().as_bytes())?;
        return Ok(Finish::Done);
    }
    let figure = report::figure(&args.figure)?;
    let size = SIZES.iter().find(|size| size.name == args.paper_size).ok_or_else(|| {
        let names: Vec<&str> = SIZES.iter().map(|size| size.name).collect();
        Error::usage(format!("no figure size is called '{}'", args.paper_size))
            .hint(format!("there are: {}", names.join(", ")))
    })?;
    let options = PlotOptions {
        title: args.title.clone(),
        x: match args.x {
            X::Capacity => XAxis::Capacity,
            X::Share => XAxis::Share,
        },
        y: match args.y {
            Y::HitRatio => YMetric::HitRatio,
            Y::MissRatio => YMetric::MissRatio,
            Y::ByteHitRatio => YMetric::ByteHitRatio,
        },
        ..PlotOptions::of(size)
    };
    let outputs =
        if args.output.is_empty() { vec![args.results[0].with_extension("svg")] } else { args.output.clone() };
    let targets: Vec<Target> = outputs.iter().map(|path| Target::new(path, args.force)).collect::<Result<_>>()?;
    let rows = read_all(&args.results)?;
    let failed = rows.iter().filter(|row| row.status == Status::Failed).count();
    if failed > 0 {
        say(&format!("note: {failed} failed cells are not drawn"));
    }
    for (path, target) in outputs.iter().zip(targets) {
        target.finish(&picture(path, figure, &rows, &options)?)?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(Finish::Done)
}

/// The figure in the format that the file's ending stands for.
pub(super) fn picture(path: &Path, figure: &report::Figure, rows: &[Row], options: &PlotOptions) -> Result<Vec<u8>> {
    match path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase().as_str() {
        "svg" => Ok(report::draw_svg(figure, rows, options)?.into_bytes()),
        "png" => report::draw_png(figure, rows, options),
        _ => Err(Error::usage(format!("cannot draw {}: unknown ending", path.display()))
            .hint("end the name with .svg or .png")),
    }
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for path in paths {
        let shown = path.display().to_string();
        let file = File::open(path)
            .map_err(|e| Error::failure(format!("cannot read {shown}: {}", reason(&e))).hint("name a file of results, .csv or .parquet"))?;
        rows.extend(read_rows(file, &shown)?);
    }
    Ok(rows)
}
