//! Layer 9: the program. One verb per file; nothing below this layer prints.

mod analyze;
mod args;
mod compare;
mod curve;
mod demo;
mod dictionary;
mod input;
mod interrupt;
mod lists;
mod output;
mod plot;
mod policies;
mod progress;
mod record_help;
mod report;
mod results;
mod run;
mod scenario;
mod summary;
mod sweep;
mod trace;
mod trace_write;
mod verify;

use crate::core::{Error, Result, error::Kind, guard};
use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// An eviction-policy simulator and research workbench.
#[derive(Debug, Parser)]
#[command(
    name = "evictlab",
    version,
    about = "Replays access traces through cache eviction policies and timed scenarios; answers with hit ratios, CSV and charts",
    after_help = "Examples:\n  \
        evictlab demo\n  \
        evictlab run --trace accesses.csv.gz --policy lru,sieve --capacity 1%,10%\n  \
        evictlab run --workload zipf:objects=1e5 --policy all --capacity 5%\n  \
        evictlab curve --trace accesses.csv.gz --policy lru,belady --plot curves.svg\n  \
        evictlab plot results.csv --output curves.svg\n  \
        evictlab sweep init > study.toml\n  \
        evictlab scenario run stampede --plot stampede.svg\n\n\
        Exit codes: 0 done; 1 failure; 2 usage; 3 finished, but some cells failed; 130 interrupted.",
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Replay traces through nine policies and draw their hit-ratio curves; run two timed scenarios
    Demo(demo::Args),
    /// Replay traces through policies at capacities; one result row for each
    Run(Box<run::Args>),
    /// Hit-ratio curves: all sizes from one pass where a policy allows it, samples with intervals, bounds
    Curve(Box<curve::Args>),
    /// Run a study from a spec: every policy, parameter, trace and capacity, resumable, on many machines
    #[command(subcommand)]
    Sweep(sweep::Verb),
    /// Caches in time: stampedes, levels, writes, invalidation, failures
    #[command(subcommand)]
    Scenario(scenario::Verb),
    /// Look at traces, or make one
    #[command(subcommand)]
    Trace(trace::Verb),
    /// Draw a chart from a results file
    Plot(plot::Args),
    /// Write a result folder as one HTML page with interactive charts, readable offline
    Report(report::Args),
    /// Summarise results over traces: reductions, wins, ranks, intervals
    Summary(summary::Args),
    /// Compare two sets of results: which cells changed, and by how much
    Compare(compare::Args),
    /// Explain the columns of the files that are written: type, unit, range, meaning
    Dictionary(dictionary::Args),
    /// List the eviction policies, with parameters, defaults and papers
    Policies(policies::Policies),
    /// List the admissions, or show the documentation of one
    Admissions(policies::Admissions),
    /// List the prefetchers, or show the documentation of one
    Prefetchers(policies::Prefetchers),
    /// List the trace formats, or show one
    Formats(lists::Formats),
    /// List the synthetic workloads and their laws
    Workloads(lists::Plain),
    /// Check the program against known answers: analytic laws and golden counts
    Verify(verify::Args),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  evictlab completions bash > ~/.local/share/bash-completion/completions/evictlab"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What a verb that ran to its end has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finish {
    /// Everything worked.
    Done,
    /// It finished, but some cells or checks failed.
    SomeFailed,
    /// It was asked to end, and kept what was finished.
    Interrupted,
}

/// Runs the program with the given arguments (the first is its name) and answers with the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    guard::quiet();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors and go to stdout; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    let done = match cli.verb {
        Verb::Demo(args) => demo::main(&args),
        Verb::Run(args) => run::main(&args),
        Verb::Curve(args) => curve::main(&args),
        Verb::Sweep(verb) => sweep::main(&verb),
        Verb::Scenario(verb) => scenario::main(&verb),
        Verb::Trace(verb) => trace::main(&verb),
        Verb::Plot(args) => plot::main(&args),
        Verb::Report(args) => report::main(&args),
        Verb::Summary(args) => summary::main(&args),
        Verb::Compare(args) => compare::main(&args),
        Verb::Dictionary(args) => dictionary::main(&args),
        Verb::Policies(args) => policies::policies(&args),
        Verb::Admissions(args) => policies::admissions(&args),
        Verb::Prefetchers(args) => policies::prefetchers(&args),
        Verb::Formats(args) => lists::formats(&args),
        Verb::Workloads(args) => lists::workloads(&args),
        Verb::Verify(args) => verify::main(&args),
        Verb::Completions { shell } => completions(shell),
    };
    match done {
        Ok(Finish::Done) => ExitCode::SUCCESS,
        Ok(Finish::SomeFailed) => ExitCode::from(3),
        Ok(Finish::Interrupted) => ExitCode::from(interrupt::CODE),
        Err(error) => explain(&error),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Finish> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "evictlab", &mut script);
    output::print(&script)?;
    Ok(Finish::Done)
}

fn explain(error: &Error) -> ExitCode {
    output::say(&format!("error: {error}"));
    match error.kind() {
        Kind::Usage => ExitCode::from(2),
        Kind::Failure => ExitCode::from(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_has_an_example() {
        for verb in Cli::command().get_subcommands().filter(|v| !["trace", "sweep", "scenario"].contains(&v.get_name()))
        {
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{}", verb.get_name());
        }
    }
}
