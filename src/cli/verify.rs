//! `evictlab verify`: known answers, one line each.

use super::Finish;
use super::output::print;
use super::run::pool;
use crate::core::Result;
use crate::verify::{Check, JOBS};
use rayon::prelude::*;
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  evictlab verify\n\nExit code 3 if a check fails.")]
pub(super) struct Args {
    /// Worker threads [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(super) fn main(args: &Args) -> Result<Finish> {
    let groups = pool(args.threads)?.install(|| JOBS.par_iter().map(|job| job()).collect::<Result<Vec<_>>>())?;
    let checks: Vec<Check> = groups.concat();
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for check in &checks {
        let verdict = if check.passed() { "ok    " } else { "FAILED" };
        let Check { name, value, expected, tolerance, source, .. } = check;
        let value = shown(*value);
        let (expected, tolerance) = (shown(*expected), shown(*tolerance));
        let _ = writeln!(text, "{verdict} {name:<width$}  {value:>8}  expected {expected} +- {tolerance}  ({source})");
        if !check.passed() && !check.detail.is_empty() {
            let _ = writeln!(text, "       {}", check.detail);
        }
    }
    let failed = checks.iter().filter(|check| !check.passed()).count();
    let _ = writeln!(text, "{} passed, {failed} failed", checks.len() - failed);
    print(text.as_bytes())?;
    Ok(if failed == 0 { Finish::Done } else { Finish::SomeFailed })
}

/// Ratios with five decimals, counts without.
fn shown(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.5}") }
}
