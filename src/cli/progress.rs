//! Progress bars on stderr, only where somebody looks.

use super::args::OutputArgs;
use crate::core::quantity::{show_count, show_rate};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::IsTerminal;

/// A bar over `total` of something; it shows nothing if stderr is no terminal or if nobody wants it.
pub(super) fn bar(output: &OutputArgs, total: u64, doing: &str, of: &str) -> ProgressBar {
    let seen = std::io::stderr().is_terminal() && !output.quiet && !output.no_progress;
    let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(total), target).with_message(doing.to_owned());
    let of = of.to_owned();
    let style = ProgressStyle::with_template("{msg} {bar:30} {percent:>3}% {rate} {left} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{} {of}", show_rate(state.per_sec()));
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{}s", show_count(state.eta().as_secs()));
        });
    bar.set_style(style);
    bar
}
