//! `evictlab curve`: hit-ratio curves, each by the best method that is open to its policy.

use super::args::{OutputArgs, ReplayArgs, TraceArgs};
use super::output::{Target, print, say};
use super::plot::{drawable, picture};
use super::run::{encoded, pool, same_place, target};
use super::{Finish, interrupt, progress};
use crate::core::quantity::show_some;
use crate::core::{Error, Result};
use crate::curve::{Ask, Bound, Choice, Curve, Curves, Extent, LEVELS, Method, Progress, Sampling, Sizes};
use crate::record::{CurveRow, Format, Status, Steps, write_curves, write_steps};
use crate::registry::{self, Spec};
use crate::replay::{Options, Settings, Source};
use crate::report::{self, Input, PlotOptions};
use crate::trace::Trace;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab curve --trace accesses.txt --policy lru,lfu:history=perfect,belady --plot curves.svg\n  \
    evictlab curve --trace accesses.txt --policy lru --capacity all --output lru.csv\n  \
    evictlab curve --workload zipf:objects=1e6,requests=2e7 --policy lru,arc --target-error 0.005\n  \
    evictlab curve --trace cdn.csv --trace-format csv:time=1,id=2,size=3 --size bytes \\\n      \
        --policy lru,gdsf --bounds --plot cdn.pdf\n  \
    evictlab curve --trace week.csv --policy lru --window 1h --plot over-time.png\n\n\
    Methods: exact, all sizes from one pass (lru, lfu:history=perfect, belady); batch, several sizes in one pass (fifo, clock, \
    sieve, s3-fifo); replay, a pass for each size; shards (lru) and minisim (any policy), from a sample of the objects, with \
    95 % intervals. auto takes the first of these that is open, and a sample only where one is asked for.")]
pub(super) struct Args {
    #[command(flatten)]
    traces: TraceArgs,
    /// Eviction policies with their parameters, as for `evictlab run`
    #[arg(long = "policy", required = true, value_name = "LIST")]
    policies: Vec<String>,
    /// Capacities as for `evictlab run`, or `all` for every step of the curve
    #[arg(long = "capacity", default_value = "log:0.1%..100%:40", value_name = "LIST", allow_hyphen_values = true)]
    capacities: Vec<String>,
    /// How: auto, exact, batch, replay, shards or minisim
    #[arg(long, default_value = "auto", value_name = "METHOD")]
    method: String,
    /// Sample this share of the objects (0.01)
    #[arg(long, value_name = "SHARE", conflicts_with = "sample_objects")]
    sample_rate: Option<f64>,
    /// Sample so many objects
    #[arg(long, value_name = "N", value_parser = super::args::count)]
    sample_objects: Option<u64>,
    /// Let the sample grow until every 95 % interval is this narrow: half its width, as in 0.005
    #[arg(long, value_name = "RATIO")]
    target_error: Option<f64>,
    /// Also what caches can reach at best: all bounds, or some of infinite, belady-size, pfoo-u and pfoo-l (--bounds=pfoo-l)
    #[arg(long, value_name = "LIST", num_args = 0..=1, require_equals = true,
          default_missing_value = "infinite,belady-size,pfoo-u,pfoo-l")]
    bounds: Option<String>,
    /// A curve for each window of so many requests (1e6) or so much time (1h)
    #[arg(long, value_name = "SIZE")]
    window: Option<String>,
    #[command(flatten)]
    replay: ReplayArgs,
    /// Draw the curves: a file that ends with .svg, .png or .pdf. Repeat for more
    #[arg(long, value_name = "FILE")]
    plot: Vec<PathBuf>,
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let specs = registry::parse_list(&args.policies.join(","))?;
    let ask = ask(args)?;
    let sources = args.traces.sources()?;
    let settings = args.replay.settings(&args.traces, args.window.as_deref())?;
    for path in args.output.output.iter().chain(&args.plot) {
        if sources.iter().any(|source| matches!(source, Source::File(trace) if same_place(path, trace))) {
            return Err(Error::usage(format!("{} is a trace of this curve", path.display()))
                .hint("write the results to another file"));
        }
    }
    let file = target(args.output.output.as_deref(), args.output.force)?;
    args.plot.iter().try_for_each(|path| drawable(path))?;
    let pictures: Vec<Target> =
        args.plot.iter().map(|path| Target::new(path, args.output.force)).collect::<Result<_>>()?;
    let pool = pool(args.threads)?;
    let stop = interrupt::flag();
    let mut curves = Vec::new();
    for source in sources.iter().take_while(|_| !stop.load(Ordering::Relaxed)) {
        curves.extend(one_trace(args, source, &settings, (&specs, &ask), &pool)?);
    }
    if let Some((target, format)) = file {
        target.finish(&encode(&curves, format)?)?;
        wrote(args, args.output.output.iter());
    }
    if !pictures.is_empty() {
        draw(args, &curves, pictures)?;
    }
    let format = args.output.stdout_format();
    if !(args.output.output.is_some() && args.output.quiet && format == Format::Table) {
        print(&encode(&curves, format)?)?;
    }
    Ok(if stop.load(Ordering::Relaxed) { Finish::Interrupted } else { finish(&curves) })
}

fn ask(args: &Args) -> Result<Ask> {
    let share = |name: &str, value: Option<f64>| match value {
        Some(value) if !(value > 0.0 && value <= 1.0) => {
            Err(Error::usage(format!("--{name} {value} is not above 0 and at most 1")).hint("for example 0.01"))
        }
        value => Ok(value),
    };
    if args.sample_objects == Some(0) {
        return Err(Error::usage("--sample-objects 0 leaves nothing to look at").hint("for example 10000"));
    }
    let method = Method::parse(&args.method).map_err(|e| e.at("--method"))?;
    let sampling = Sampling {
        rate: share("sample-rate", args.sample_rate)?,
        objects: args.sample_objects,
        target_error: share("target-error", args.target_error)?,
    };
    if let (Some(method), true) = (method.filter(|method| !method.samples()), sampling != Sampling::default()) {
        return Err(Error::usage(format!("--method {} takes no sample", method.name()))
            .hint("use --method shards, minisim or auto with --sample-rate, --sample-objects and --target-error"));
    }
    Ok(Ask { method, sizes: Sizes::parse(&args.capacities.join(","))?, sampling })
}

fn one_trace(
    args: &Args,
    source: &Source,
    settings: &Settings,
    (specs, ask): (&[Spec], &Ask),
    pool: &rayon::ThreadPool,
) -> Result<Vec<Curve>> {
    let trace = args.traces.open(source, settings.columns(), &args.output)?;
    let options = args.replay.options(settings.options(&trace, args.traces.seed)?);
    let options = ask.options(options);
    let bounds = Bound::parse_list(args.bounds.as_deref().unwrap_or(""))?;
    let mut curves = Curves::new(&trace, &options, ask)?;
    let jobs =
        pool.install(|| specs.iter().map(|spec| Ok((spec.clone(), curves.choose(spec)?))).collect::<Result<Vec<_>>>())?;
    curves.can_bound(&bounds)?;
    if !args.output.quiet {
        explain(&jobs);
    }
    let of_bound = |bound: &Bound| if *bound == Bound::BeladySize { sizes(ask) } else { 1 };
    let all =
        jobs.iter().map(|(_, choice)| passes(choice, ask)).sum::<u64>() + bounds.iter().map(of_bound).sum::<u64>();
    let work = trace.requests() as u64 * all;
    let bar = progress::bar(&args.output, work, "drawing curves", "requests");
    let watch = Progress { requests: &|done| bar.inc(done), stop: interrupt::flag() };
    let mut found = pool.install(|| curves.run(&jobs, watch));
    let limits = pool.install(|| curves.bounds(&bounds, watch));
    bar.finish_and_clear();
    if !args.output.quiet {
        for curve in &found {
            describe(curve, &trace, &options);
        }
    }
    found.extend(limits?);
    Ok(found)
}

/// Passes over the trace.
fn passes(choice: &Choice, ask: &Ask) -> u64 {
    if matches!(choice.method, Method::Batch | Method::Replay) { sizes(ask) } else { 1 }
}

/// How many capacities are named; 1 for all.
fn sizes(ask: &Ask) -> u64 {
    if let Sizes::Some(sizes) = &ask.sizes { sizes.len() as u64 } else { 1 }
}

fn explain(jobs: &[(Spec, Choice)]) {
    for (spec, choice) in jobs {
        say(&format!("{}: {}, {}", spec.unit.entry.info.name, choice.method.name(), choice.why));
    }
}

/// Says on stderr what the curve looks like: all of it where every size is known, else the sizes asked for.
fn describe(curve: &Curve, trace: &Trace, options: &Options) {
    let (Some(shape), Some(row)) = (curve.shape(), curve.rows(2).into_iter().next()) else { return };
    let unit = if options.bytes { "byte" } else { "object" };
    let size = |capacity: u64| {
        let percent = 100.0 * capacity as f64 / row.footprint_bytes.max(1) as f64;
        format!("{} ({percent:.2} %)", show_some(capacity, unit))
    };
    let most = 100.0 * shape.most;
    let head = format!("{} on {}: {}", row.policy, trace.name, qualified(curve, &row));
    let (what, of_most) = match shape.extent {
        Extent::Whole => (String::new(), "of what can hit does"),
        Extent::From(first) => (format!("with {} or more, ", size(first)), "of what can hit does"),
        Extent::Some(1) => {
            let only = shape.knees[0].unwrap_or(row.capacity);
            return say(&format!("{head}{most:.2} % hit with {}", size(only)));
        }
        Extent::Some(_) => ("of the sizes asked for, ".to_owned(), "of that"),
    };
    let levels = LEVELS.iter().zip(shape.knees).zip(shape.reached);
    let level = |((level, knee), reached): ((&f64, Option<u64>), Option<u64>)| {
        let percent = 100.0 * level;
        match (reached, knee) {
            (Some(capacity), _) => format!("; {percent:.0} % of requests hit from {}", size(capacity)),
            (None, Some(capacity)) if shape.most > 0.0 => format!("; {percent:.0} % {of_most} from {}", size(capacity)),
            _ => String::new(),
        }
    };
    let levels: String = levels.map(level).collect();
    say(&format!("{head}{what}at most {most:.2} % hit{levels}"));
    if let Some(cliff) = shape.cliff {
        let from = if cliff.from == 0 { "0".to_owned() } else { size(cliff.from) };
        let (gap, to) = (100.0 * cliff.gap, size(cliff.to));
        say(&format!("  cliff: at {} it lies {gap:.1} points below the line from {from} to {to}", size(cliff.at)));
    }
}

/// Of which requests the shape is, and whether it is estimated.
fn qualified(curve: &Curve, row: &CurveRow) -> String {
    let windows = match curve.windows() {
        0 | 1 => String::new(),
        windows => format!("over all {windows} windows, "),
    };
    let samples = Method::parse(&row.method).is_ok_and(|method| method.is_some_and(Method::samples));
    format!("{windows}{}", if samples { "by its sample, " } else { "" })
}

/// Points of a whole curve that a person looks at.
const SHOWN: usize = 40;
/// Points of a whole curve that are drawn: as many as there are pixels.
const DRAWN: usize = 1000;

fn encode(curves: &[Curve], format: Format) -> Result<Vec<u8>> {
    let whole: Vec<(&CurveRow, &Steps)> = curves
        .iter()
        .filter_map(|curve| match curve {
            Curve::Steps(blank, steps) => Some((&**blank, steps)),
            Curve::Points(..) => None,
        })
        .collect();
    if !whole.is_empty() && format != Format::Table {
        return encoded(|out| write_steps(&whole, format, out));
    }
    let rows: Vec<CurveRow> = curves.iter().flat_map(|curve| curve.rows(SHOWN)).collect();
    encoded(|out| write_curves(&rows, format, out))
}

fn draw(args: &Args, curves: &[Curve], targets: Vec<Target>) -> Result<()> {
    let rows: Vec<CurveRow> = curves.iter().flat_map(|curve| curve.rows(DRAWN)).collect();
    let figure = if args.window.is_some() { "curve-over-time" } else { "hit-ratio-curve" };
    let drawing = report::draw(figure, &Input { curves: &rows, ..Input::default() }, &PlotOptions::default())?;
    drawing.notes().iter().for_each(|note| say(&format!("note: {note}")));
    for (path, target) in args.plot.iter().zip(targets) {
        target.finish(&picture(path, &drawing)?)?;
    }
    wrote(args, args.plot.iter());
    Ok(())
}

fn wrote<'a>(args: &Args, paths: impl Iterator<Item = &'a PathBuf>) {
    paths.filter(|_| !args.output.quiet).for_each(|path| say(&format!("wrote {}", path.display())));
}

fn finish(curves: &[Curve]) -> Finish {
    let points = curves.iter().filter_map(|curve| match curve {
        Curve::Points(rows, _) => Some(rows),
        Curve::Steps(..) => None,
    });
    let failed: Vec<&CurveRow> = points.flatten().filter(|row| row.status == Status::Failed).collect();
    for row in failed.iter().take(5) {
        say(&format!("error: {} at {} on {}: {}", row.policy, row.capacity_given, row.trace, row.error));
    }
    if failed.is_empty() { Finish::Done } else { Finish::SomeFailed }
}
