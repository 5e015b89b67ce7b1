//! `evictlab summary`: what many results say together.

use super::args::OutputArgs;
use super::output::{Target, format_of, print, say};
use super::run::encoded;
use super::{Finish, results};
use crate::core::{Error, Result};
use crate::policies::POLICIES;
use crate::record::{Format, SUMMARY_COLUMNS, write_table};
use crate::stats::{
    Bootstrap, Coverage, Metric, Observation, Record, Sizes, Summary, SummaryOptions, Survey, Table, Weighting,
    summarise_survey, survey,
};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Up to so many cache sizes are shown one by one unless told otherwise.
const FEW_SIZES: usize = 4;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    evictlab summary results/demo/results.csv\n  \
    evictlab summary web.csv kv.csv --size 1%,10% --baseline lru --weight datasets\n  \
    evictlab summary results/my-sweep --size all --format csv\n\n\
    Seeds and repetitions are averaged first. Tables: reduction of the miss ratio against each baseline (mean, interval, \
    percentiles, places won), how far the others are behind the best, share of places won, mean ranks with Friedman's \
    test and the critical difference, gap between LRU and MIN closed. Policies that know the future take no part in wins \
    and ranks. In CSV and JSON: a row for each number (table, series, size, circumstance, statistic, value), shares from 0 to 1; no value where it is \
    not known.\n\n\
    Results under different circumstances (time to live, warm-up, operations, filter, ...) are never taken together: \
    each has lines of its own. Only seeds that all series of a place have are averaged; what is left out is said.")]
pub(super) struct Args {
    /// Results as `evictlab run` writes them (.csv, .parquet), or folders of sweeps
    #[arg(required = true, value_name = "RESULTS")]
    results: Vec<PathBuf>,
    /// Series to compare with, as they are called in the tables [default: fifo,lru, if they are there]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    baseline: Vec<String>,
    /// What is summarised
    #[arg(long, value_enum, default_value_t = MetricArg::MissRatio, value_name = "METRIC")]
    metric: MetricArg,
    /// Cache sizes, as written in the rows (1%); `each` by itself, or `all` together [default: each of up to 4, else all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    size: Vec<String>,
    /// What counts the same in means, percentiles and shares
    #[arg(long, value_enum, default_value_t = Weight::Traces, value_name = "WHAT")]
    weight: Weight,
    /// Level of intervals and of the critical difference, 0.5 to 0.999
    #[arg(long, default_value_t = 0.95, value_name = "LEVEL")]
    level: f64,
    /// Draws of the bootstrap
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    resamples: u32,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 42, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MetricArg {
    /// Misses / requests
    MissRatio,
    /// Bytes missed / bytes requested
    ByteMissRatio,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Weight {
    /// Each trace
    Traces,
    /// Each dataset, however many traces it has
    Datasets,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    if !(0.5..=0.999).contains(&args.level) {
        return Err(
            Error::usage(format!("--level {} is not between 0.5 and 0.999", args.level)).hint("as in --level 0.95")
        );
    }
    results::keep(&args.results, args.output.output.as_deref())?;
    let target = args.output.output.as_deref();
    let target =
        target.map(|path| Ok::<_, Error>((Target::new(path, args.output.force)?, format_of(path)?))).transpose()?;
    let rows = results::read_all(&args.results)?;
    let metric = match args.metric {
        MetricArg::MissRatio => Metric::MissRatio,
        MetricArg::ByteMissRatio => Metric::ByteMissRatio,
    };
    let found = survey(&rows, metric)?;
    let options = options(args, &found.observations);
    let summary = summarise_survey(&found, &options)?;
    if !args.output.quiet {
        for note in results::unfinished(&args.results).into_iter().chain(notes(&found, &options, &summary)) {
            say(&format!("note: {note}"));
        }
    }
    if let (Some((target, format)), Some(path)) = (target, &args.output.output) {
        target.finish(&bytes(&summary, format)?)?;
        if !args.output.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    print(&bytes(&summary, args.output.stdout_format())?)?;
    Ok(Finish::Done)
}

/// What is left out, and why there are no tables.
fn notes(found: &Survey, options: &SummaryOptions, summary: &Summary) -> Vec<String> {
    let mut notes = Vec::new();
    let sum = |of: fn(&Coverage) -> usize| found.coverage.iter().map(of).sum::<usize>();
    let mut left_out = |n: usize, what: &str| {
        if n > 0 {
            notes.push(format!("{n} {what} left out"));
        }
    };
    left_out(sum(|own| own.failed), "failed cells are");
    left_out(sum(|own| own.empty), "cells without a counted request (the warm-up took all) are");
    left_out(sum(|own| own.unpaired), "seeds that not all series of a place have are");
    let fair = |o: &&Observation| !options.oracles.contains(&o.policy);
    let series: BTreeSet<&str> = found.observations.iter().filter(fair).map(|o| o.series.as_str()).collect();
    let has = |name: &str| summary.tables.iter().any(|table| table.name.starts_with(name));
    match series.len() {
        0 | 1 if !has("reduction") => {
            notes
                .push("one series is nothing to compare; run several policies, with fifo or lru among them".to_owned());
        }
        n if n > 1 && !has("wins") => notes.push(format!(
            "no trace, cache size and circumstances at which all {n} series have a result: no wins, no ranks"
        )),
        _ => {}
    }
    notes
}

fn options(args: &Args, observations: &[Observation]) -> SummaryOptions {
    let sizes: BTreeSet<(&str, bool)> = observations.iter().map(|o| (o.size.as_str(), o.bytes)).collect();
    let sizes = match args.size.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["all"] => Sizes::Together,
        ["each"] => Sizes::Each,
        [] if sizes.len() <= FEW_SIZES => Sizes::Each,
        [] => {
            if !args.output.quiet {
                say(&format!(
                    "note: {} cache sizes are taken together; --size each shows them one by one",
                    sizes.len()
                ));
            }
            Sizes::Together
        }
        _ => Sizes::Named(args.size.clone()),
    };
    let oracles =
        POLICIES.iter().filter(|unit| unit.entry.info.needs.next_use).map(|unit| unit.entry.info.name.to_owned());
    SummaryOptions {
        baselines: Some(args.baseline.clone()).filter(|named| !named.is_empty()),
        oracles: oracles.collect(),
        sizes,
        bootstrap: Bootstrap {
            resamples: args.resamples,
            level: args.level,
            weighting: match args.weight {
                Weight::Traces => Weighting::Places,
                Weight::Datasets => Weighting::Datasets,
            },
            seed: args.seed,
        },
    }
}

fn bytes(summary: &Summary, format: Format) -> Result<Vec<u8>> {
    let records: Vec<Record<'_>> = summary.tables.iter().flat_map(Table::records).collect();
    encoded(|out| {
        if format == Format::Table {
            writeln!(out, "{}", summary.title)?;
            return summary.tables.iter().try_for_each(|table| write!(out, "\n{}", table.text()));
        }
        write_table(&records, SUMMARY_COLUMNS, format, out)
    })
}
